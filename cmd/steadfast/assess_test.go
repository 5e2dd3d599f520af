package main

import (
	"context"
	"strings"
	"testing"
	"testing/fstest"

	"steadfast/bot/risk"
)

func TestAssess(t *testing.T) {
	a, err := risk.New(fstest.MapFS{"signs.txt": {}}) // rules alone: weights change
	if err != nil {
		t.Fatal(err)
	}
	in := `{"id":"1","lang":"en","text":"he said he wants to die"}
{"id":"2","text":
{"lang":"en","text":"he said he wants to die"}

{"id":"3","lang":"en","text":"good session"}`
	var out, complaints strings.Builder
	err = assessLines(context.Background(), a, strings.NewReader(in), &out, &complaints)
	if err == nil || err.Error() != "2 lines could not be read, the others are assessed" {
		t.Errorf("the error is %v", err)
	}
	if got, want := complaints.String(), "line 2: it is not of the form {\"id\": \"1\", \"lang\": \"en\", \"text\": \"…\"}\nline 3: it has no id\n"; got != want {
		t.Errorf("complaints:\n%s", got)
	}
	want := `{"id":"1","label":"urgent","categories":["suicide"],"rules":[{"id":"en.suicide-wish","level":"urgent","start":11,"end":23,"text":"wants to die"}],"suppressed":[],"ask":false,"assessed":true}
{"id":"3","label":"none","categories":[],"rules":[],"suppressed":[],"ask":false,"assessed":true}
`
	if out.String() != want {
		t.Errorf("it wrote:\n%s", out.String())
	}
}
