package store

import (
	"bytes"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"steadfast/bot/program"
)

// Whatever is done in whatever order, the tables hold what a map would, after
// being opened again too.
func TestTablesAreLikeAMap(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		path := filepath.Join(dir, "model.db")
		if err := os.RemoveAll(path); err != nil {
			t.Fatal(err)
		}
		s := reopened(t, nil, path)
		defer func() { s.Close() }()
		model := map[string]string{}
		genKey := rapid.StringOfN(rapid.SampledFrom([]rune("ab\x00~")), 1, 4, -1)
		genValue := rapid.Map(rapid.IntRange(0, 3000), func(n int) string { return strings.Repeat("v", n) })
		t.Repeat(map[string]func(*rapid.T){
			"update": func(t *rapid.T) {
				next := maps.Clone(model)
				fails := rapid.Bool().Draw(t, "fails")
				err := s.tables.update(t.Context(), true, func(x *txn) error {
					for range rapid.IntRange(1, 30).Draw(t, "writes") {
						k := genKey.Draw(t, "key")
						if rapid.Bool().Draw(t, "delete") {
							delete(next, k)
							if err := x.delete(movesTable, key(k)); err != nil {
								return err
							}
							continue
						}
						v := genValue.Draw(t, "value")
						next[k] = v
						if err := putText(x, k, v); err != nil {
							return err
						}
					}
					same(t, x, next, genKey)
					if fails {
						return program.ErrTaken
					}
					return nil
				})
				if err == nil {
					model = next
				} else if !fails {
					t.Fatal(err)
				}
			},
			"reopen": func(t *rapid.T) { s = reopened(t, s, path) },
			"": func(t *rapid.T) {
				if err := s.tables.view(t.Context(), func(x *txn) error { same(t, x, model, genKey); return nil }); err != nil {
					t.Fatal(err)
				}
			},
		})
	})
}

func reopened(t *rapid.T, s *Store, path string) *Store {
	if s != nil {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	s, err := Open(path, Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// same compares a random range of the table, in both directions, and a key.
func same(t *rapid.T, x *txn, model map[string]string, genKey *rapid.Generator[string]) {
	k := genKey.Draw(t, "get")
	got, err := x.get(movesTable, key(k))
	want, ok := model[k]
	if err != nil || ok != (got != nil) || string(got) != want {
		t.Fatalf("get %q: %.20q %v, want %.20q", k, got, err, want)
	}
	from, to := genKey.Draw(t, "from"), genKey.Draw(t, "to")
	var keys []string
	for _, k := range slices.Sorted(maps.Keys(model)) {
		if from <= k && k < to {
			keys = append(keys, k)
		}
	}
	for _, backwards := range []bool{false, true} {
		var found []string
		for k, v := range x.scan(movesTable, key(from), key(to), backwards) {
			if string(v) != model[string(k)] {
				t.Fatalf("scan: wrong value at %q", k)
			}
			found = append(found, string(k))
		}
		if backwards {
			slices.Reverse(found)
		}
		if !slices.Equal(found, keys) {
			t.Fatalf("from %q to %q, backwards %t: %q, want %q", from, to, backwards, found, keys)
		}
	}
}

// The order of keys is the order of what they are made of.
func TestOrderOfKeys(t *testing.T) {
	genTime := rapid.Map(rapid.Int64Range(0, math.MaxInt64-1e9), func(n int64) time.Time { return time.Unix(0, n) })
	rapid.Check(t, func(t *rapid.T) {
		a, b := genTime.Draw(t, "a"), genTime.Draw(t, "b")
		m, n := rapid.Uint64().Draw(t, "m"), rapid.Uint64().Draw(t, "n")
		x, y := rapid.String().Draw(t, "x"), rapid.String().Draw(t, "y")
		want := a.Compare(b)
		if want == 0 {
			want = bytes.Compare(key(nil).id(m), key(nil).id(n))
		}
		if want == 0 {
			want = strings.Compare(x, y)
		}
		if got := bytes.Compare(key(nil).time(a).id(m).text(x), key(nil).time(b).id(n).text(y)); got != want {
			t.Fatalf("order is %d, want %d", got, want)
		}
		if (m < n) != (bytes.Compare(key(nil).id(m), key(nil).id(n)) < 0) {
			t.Fatal("order of ids")
		}
		if got := fromNanos(nanos(a)); !got.Equal(a) {
			t.Fatalf("%s became %s", a, got)
		}
		if day(a) != uint32(a.Unix()/86400) || month(a) != uint32(a.UTC().Year()*100+int(a.UTC().Month())) {
			t.Fatalf("day %d, month %d", day(a), month(a))
		}
	})
	if nanos(time.Time{}) != 0 || nanos(time.Unix(-1, 0)) != 0 || nanos(time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)) != math.MaxInt64 {
		t.Error("times that nanoseconds cannot express")
	}
}

func TestFoldedIsEqualFold(t *testing.T) {
	letters := rapid.StringOfN(rapid.SampledFrom([]rune("aAkK\u212aßẞſsSσςΣiIİıéÉ1")), 0, 3, -1)
	rapid.Check(t, func(t *rapid.T) {
		a, b := letters.Draw(t, "a"), letters.Draw(t, "b")
		if (folded(a) == folded(b)) != strings.EqualFold(a, b) {
			t.Fatalf("%q and %q", a, b)
		}
	})
}
