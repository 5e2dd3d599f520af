package risk

import "testing"

// Every rule must do with its own examples what it says.
func TestExamples(t *testing.T) {
	a, err := New(nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Faults(); err != nil {
		t.Error(err)
	}
}
