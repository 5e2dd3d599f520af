package program

import (
	"slices"
	"testing"
)

func TestBundleAdd(t *testing.T) {
	first, last := Date{2026, 11, 24}, Date{2026, 12, 1}
	alert := News{Match: 1, Notice: NoticeAlert, From: first, Of: last}
	warning := News{Match: 1, Notice: NoticeWarning, From: first, Of: last}
	other := News{Match: 2, Notice: NoticeAlert, From: first, Of: last}
	correction := News{Match: 1, Notice: NoticeCorrection, From: first, Of: last}
	for name, c := range map[string]struct{ add, want []News }{
		"each match has its news":               {[]News{alert, other}, []News{alert, other}},
		"nothing is said twice":                 {[]News{alert, alert}, []News{alert}},
		"the later word about a match counts":   {[]News{alert, other, warning}, []News{other, warning}},
		"what was not told needs no correction": {[]News{alert, other, correction}, []News{other}},
		"what was told does":                    {[]News{correction}, []News{correction}},
		"a correction does not hide an alert":   {[]News{correction, alert}, []News{correction, alert}},
		"a correction of other meetings stays": {
			[]News{alert, {Match: 1, Notice: NoticeCorrection, From: first, Of: first}},
			[]News{alert, {Match: 1, Notice: NoticeCorrection, From: first, Of: first}},
		},
	} {
		var b Bundle
		for _, n := range c.add {
			b.Add(n)
		}
		if !slices.Equal(b.Waiting, c.want) {
			t.Errorf("%s: %v", name, b.Waiting)
		}
	}
	var full Bundle
	for i := range 2 * maxNews {
		full.Add(News{Match: MatchID(i), Notice: NoticeAlert})
	}
	if len(full.Waiting) != maxNews {
		t.Errorf("%d wait", len(full.Waiting))
	}
}
