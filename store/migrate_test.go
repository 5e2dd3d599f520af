package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	bolt "go.etcd.io/bbolt"
)

// written makes a data file of what dump wrote.
func written(t *testing.T, layouts []layout, dump string) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "steadfast.db")
	db, err := bolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bolt.Tx) error {
		var (
			b *bolt.Bucket
			l layout
		)
		for line := range strings.Lines(dump) {
			line = strings.TrimSuffix(line, "\n")
			if name, ok := strings.CutPrefix(line, "["); ok {
				name, rest, _ := strings.Cut(name, "]")
				l = layouts[slices.IndexFunc(layouts, func(l layout) bool { return string(l.table) == name })]
				b, err = tx.CreateBucketIfNotExists([]byte(name))
				if err != nil {
					return err
				}
				if last, ok := strings.CutPrefix(rest, " last "); ok {
					n, err := strconv.ParseUint(last, 10, 64)
					if err := errors.Join(err, b.SetSequence(n)); err != nil {
						return err
					}
				}
				continue
			}
			k, v, err := parseRow(l, line)
			if err := errors.Join(err, b.Put(k, v)); err != nil {
				return fmt.Errorf("%s: %w", line, err)
			}
		}
		return nil
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

// parseRow reads what Store.row wrote.
func parseRow(l layout, line string) (k key, v []byte, err error) {
	for i, p := range l.key {
		var word string
		if p == textPart {
			if word, err = strconv.QuotedPrefix(line); err != nil {
				return nil, nil, err
			}
			line = strings.TrimPrefix(line, word)
		} else {
			end := strings.IndexByte(line+" ", ' ')
			word, line = line[:end], line[end:]
		}
		if i < len(l.key)-1 {
			line = strings.TrimPrefix(line, " ")
		}
		if k, err = p.parse(k, word); err != nil {
			return nil, nil, err
		}
	}
	value := strings.TrimPrefix(line, " = ")
	switch l.value {
	case holdsID:
		n, err := strconv.ParseUint(value, 10, 64)
		return k, key(nil).id(n), err
	case holdsText:
		s, err := strconv.Unquote(value)
		return k, []byte(s), err
	case holdsJSON:
		return k, append([]byte{1}, value...), nil
	}
	return k, nil, nil
}

// parse appends what word wrote.
func (p part) parse(k key, word string) (key, error) {
	switch p {
	case textPart:
		s, err := strconv.Unquote(word)
		return k.text(s), err
	case timePart:
		t, err := time.Parse(time.RFC3339Nano, word)
		return k.time(t), err
	case dayPart:
		t, err := time.Parse(time.DateOnly, word)
		return k.small(day(t)), err
	}
	n, err := strconv.ParseUint(word, 10, 64)
	switch p {
	case smallPart:
		return k.small(uint32(n)), err
	case rankPart:
		return k.rank(uint8(n)), err
	}
	return k.id(n), err
}

// dumped returns the dump of the file at path.
func dumped(t *testing.T, path string, layouts []layout, steps []migration) string {
	t.Helper()
	s, err := open(path, Options{NoSync: true}, layouts, steps)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var b bytes.Buffer
	if err := s.dump(t.Context(), &b, layouts); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Every migration has a text that says what it does:
// testdata/migrations/NAME.txt, a dump before and a dump after.
func TestMigrations(t *testing.T) {
	invented, layouts := inventedSchema()
	for _, list := range []struct {
		name    string
		layouts []layout
		steps   []migration
	}{{"real", schema(), migrations()}, {"invented", layouts, invented}} {
		for i, step := range list.steps {
			t.Run(list.name+" "+step.name, func(t *testing.T) {
				text, err := os.ReadFile(filepath.Join("testdata", "migrations", step.name+".txt"))
				if err != nil {
					t.Fatalf("a migration without a test: %v", err)
				}
				before, after, ok := strings.Cut(string(text), "-- after --\n")
				_, before, ok2 := strings.Cut(before, "-- before --\n")
				if !ok || !ok2 {
					t.Fatal("want the sections before and after")
				}
				path := written(t, list.layouts, before)
				if d := cmp.Diff(after, dumped(t, path, list.layouts, list.steps[:i+1])); d != "" {
					t.Errorf("after (-want +got):\n%s", d)
				}
				copied := fmt.Sprintf("%s.before-v%d", path, i+2)
				if d := cmp.Diff(before, dumped(t, copied, list.layouts, list.steps[:i])); d != "" {
					t.Errorf("copy (-want +got):\n%s", d)
				}
			})
		}
	}
}

// inventedSchema is a schema with a past, to try the machinery of migrations.
func inventedSchema() ([]migration, []layout) {
	const pets, byOwner table = "pets", "pets/owner"
	type pet struct{ Name, First, Owner string }
	each := func(x *txn, f func(k key, p pet) error) error {
		var keys []key
		var list []pet
		for k, v := range x.scan(pets, nil, nil, false) {
			var p pet
			if err := json.Unmarshal(v[1:], &p); err != nil {
				return err
			}
			keys, list = append(keys, k), append(list, p)
		}
		for i := range list {
			if err := f(keys[i], list[i]); err != nil {
				return err
			}
		}
		return nil
	}
	return []migration{
			{"invented-first-names", func(x *txn) error {
				return each(x, func(k key, p pet) error {
					b, err := json.Marshal(map[string]string{"First": p.Name, "Owner": p.Owner})
					return errors.Join(err, x.put(pets, k, append([]byte{1}, b...)))
				})
			}},
			{"invented-owners", func(x *txn) error {
				return each(x, func(k key, p pet) error { return x.put(byOwner, key(p.Owner), k) })
			}},
		}, []layout{
			{metaTable, []part{textPart}, holdsText, false},
			{pets, []part{idPart}, holdsJSON, false},
			{byOwner, []part{textPart}, holdsID, false},
		}
}

func TestMigrationThatFails(t *testing.T) {
	_, layouts := inventedSchema()
	const before = "[meta]\n\"schema\" = \"1\"\n[pets] last 1\n1 = {\"Name\":\"Rex\"}\n"
	errStep := errors.New("no such pet")
	for name, step := range map[string]func(*txn) error{
		"fails":  func(x *txn) error { return errors.Join(x.delete("pets", key(nil).id(1)), errStep) },
		"panics": func(x *txn) error { _ = x.delete("pets", key(nil).id(1)); panic("Rex") },
	} {
		path := written(t, layouts, before)
		s, err := open(path, Options{}, layouts, []migration{{name, step}})
		if err == nil {
			s.Close()
			t.Fatalf("%s: opened", name)
		}
		if !strings.Contains(err.Error(), "migration to schema 2 ("+name+")") || strings.Contains(err.Error(), "Rex") {
			t.Error(err)
		}
		if d := cmp.Diff(before, dumped(t, path, layouts, nil)); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

func TestANewerFileIsRefused(t *testing.T) {
	steps, layouts := inventedSchema()
	path := written(t, layouts, "[meta]\n\"schema\" = \"3\"\n")
	dumped(t, path, layouts, steps)
	s, err := open(path, Options{}, layouts, steps[:1])
	if err == nil {
		s.Close()
	}
	if !errors.Is(err, ErrNewer) || !strings.Contains(err.Error(), "schema 3, this one knows 2") {
		t.Error(err)
	}
	if left, _ := filepath.Glob(path + "*"); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
}

// The schema in the package comment is the schema.
func TestSchemaIsWrittenDown(t *testing.T) {
	source, err := os.ReadFile("schema.go")
	if err != nil {
		t.Fatal(err)
	}
	_, comment, _ := strings.Cut(string(source), "//\tmeta ")
	comment, _, _ = strings.Cut("//\tmeta "+comment, "//\n")
	var names []string
	for line := range strings.Lines(comment) {
		fields := strings.Fields(strings.TrimPrefix(line, "//"))
		names = append(names, fields[0])
		i := slices.IndexFunc(schema(), func(l layout) bool { return string(l.table) == fields[0] })
		if i < 0 {
			t.Errorf("no table %s", fields[0])
			continue
		}
		l := schema()[i]
		if l.append != slices.Contains(fields, "(a)") || (l.value == holdsJSON) != slices.Contains(fields, "JSON") ||
			(l.value == holdsNothing) != slices.Contains(fields, "∅") || (l.value == holdsID) != slices.Contains(fields, "→") {
			t.Errorf("table %s is otherwise than written down", l.table)
		}
	}
	if len(names) != len(schema()) {
		t.Errorf("%d tables are written down, there are %d", len(names), len(schema()))
	}
}
