package store

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"steadfast/bot/chat"
	"steadfast/bot/flow"
	"steadfast/bot/program"
)

var update = flag.Bool("update", false, "write the golden files anew")

// records returns a value of each type that is stored, by table.
func records() map[table]any {
	return map[table]any{
		peopleTable:      &program.Person{},
		invitesTable:     &program.Invite{},
		linksTable:       &program.Link{},
		menteesTable:     &program.Mentee{},
		matchesTable:     &program.Match{},
		bundlesTable:     &program.Bundle{},
		checkInsTable:    &program.CheckIn{},
		checkInsReplaced: &program.CheckIn{},
		talliesTable:     &program.Tally{},
		notesTable:       &program.Note{},
		hintsTable:       &program.Hint{},
		casesTable:       &program.Case{},
		hopsTable:        &program.Hop{},
		rotaTable:        &program.Rota{},
		dialoguesTable:   &program.Dialogue{},
		timersTable:      &program.Timer{},
		outboxTable:      &program.Outgoing{},
		cardsTable:       &[]program.CaseNo{},
		reachTable:       &lost{},
		arrivalsTable:    &arrival{},
		outagesTable:     &program.Period{},
		presencesTable:   &program.Presence{},
		movesTable:       &chat.Place{},
		channelsTable:    &program.Channel{},
		marksTable:       &chat.Mark{},
		seenTable:        &mark{},
		auditTable:       &program.AuditEntry{},
		triesTable:       &tries{},
	}
}

// fill sets everything in v to something that is not zero.
func fill(v reflect.Value) {
	switch p := v.Addr().Interface().(type) {
	case *time.Time:
		*p = time.Date(2026, 11, 21, 16, 0, 0, 123456789, time.UTC)
		return
	case *program.Schedule:
		*p = program.Schedule{Weekday: time.Tuesday, Hour: 16, Minute: 30, Length: time.Hour}
		return
	case *program.Roles:
		*p = program.Mentor | program.Supervisor
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for f, v := range v.Fields() {
			if f.Tag.Get("json") != "-" {
				fill(v)
			}
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0))
		fill(v.Index(1))
	case reflect.Array:
		for i := range v.Len() {
			fill(v.Index(i))
		}
	case reflect.Map:
		k, e := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(k)
		fill(e)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(k, e)
	case reflect.String:
		v.SetString("t<é>\"&")
	case reflect.Bool:
		v.SetBool(true)
	default:
		if v.CanUint() {
			v.SetUint(7)
		} else {
			v.SetInt(3)
		}
	}
}

// What was stored by an earlier version of the program can be read. If this
// test fails, do not simply write the files anew: add an upgrade.
func TestGoldenRecords(t *testing.T) {
	values := records()
	for _, l := range schema() {
		if l.value != holdsJSON {
			continue
		}
		t.Run(string(l.table), func(t *testing.T) {
			value := values[l.table]
			if value == nil {
				t.Fatal("no value for this table: see records")
			}
			fill(reflect.ValueOf(value).Elem())
			stored, err := codec{}.encode(l.table, nil, value)
			if err != nil {
				t.Fatal(err)
			}
			var got bytes.Buffer
			if err := json.Indent(&got, stored[1:], "", "  "); err != nil {
				t.Fatal(err)
			}
			got.WriteByte('\n')
			path := filepath.Join("testdata", "records", filepath.Base(string(l.table))+".json")
			if l.table == checkInsReplaced {
				path = filepath.Join("testdata", "records", "checkins.json")
			}
			if *update {
				if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(string(want), got.String()); d != "" {
				t.Errorf("stored otherwise than %s (-want +got):\n%s", path, d)
			}
			back := reflect.New(reflect.TypeOf(value).Elem()).Interface()
			if err := (codec{}).decode(l.table, nil, append([]byte{1}, want...), back); err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(value, back); d != "" {
				t.Errorf("read otherwise (-want +got):\n%s", d)
			}
		})
	}
}

// A record that says little takes little room.
func TestZeroRecordsAreShort(t *testing.T) {
	stored, err := codec{}.encode(dialoguesTable, nil, program.Dialogue{State: flow.State{Flow: "x"}})
	if err != nil || len(stored) > 160 {
		t.Errorf("%d bytes: %s %v", len(stored), stored[1:], err)
	}
}

func TestRecordsAreUpgradedWhenRead(t *testing.T) {
	up := []upgrade{
		func(b []byte) ([]byte, error) { return bytes.ReplaceAll(b, []byte("a"), []byte("b")), nil },
		func(b []byte) ([]byte, error) {
			if bytes.Contains(b, []byte("bad")) {
				return nil, os.ErrInvalid
			}
			return bytes.ReplaceAll(b, []byte("b"), []byte("c")), nil
		},
	}
	for stored, want := range map[string]string{"\x01a b": "c c", "\x02a b": "a c", "\x03a b": "a b", "\x04a b": "", "\x02bad": ""} {
		got, err := codec{}.plain(peopleTable, key("k"), []byte(stored), up)
		if string(got) != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v", stored, got, err)
		}
	}
	if err := (codec{}).decode(peopleTable, nil, []byte("\x02{}"), new(program.Person)); err == nil {
		t.Error("a record of a version to come was read")
	}
}
