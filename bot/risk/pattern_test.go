package risk

import (
	"strings"
	"testing"
	"testing/fstest"
)

// found compiles one rule with a pattern and says which words of a text it finds.
func found(t *testing.T, body, text string) string {
	t.Helper()
	f, err := parseFile("xx.txt", "en", "@function = the, a\n@barrier = not, but\n@animal = cat, big dog\nrule x neglect urgent\n"+body+"\n+ a\n- b\n")
	if err != nil {
		t.Fatal(err)
	}
	a, err := compile([]*file{f}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var words []string
	for _, h := range a.Assess(text, "en").Hits {
		words = append(words, text[h.Start:h.End])
	}
	return strings.Join(words, "; ")
}

func TestPatterns(t *testing.T) {
	for _, c := range []struct{ body, text, want string }{
		{"say want to die", "He WANT to  die.", "WANT to  die"},
		{"say want* to", "she wanted to", "wanted to"},
		{"say {,un}tie{s,d}", "ties untied unties tied tie", "ties; untied; unties; tied"},
		{"say (a b|c) d", "a b d and c d", "a b d; c d"},
		{"say a [b] d", "a d a b d", "a d; a b d"},
		{"say a _ d", "a d, a x d", "a x d"},
		{"say one _2 four", "one two three four", "one two three four"},
		{"say one _2 four", "one two three x four", ""},
		{"say one _2-3 four", "one two four one a b four", "one a b four"},
		{"say one _2 four", "one but four", ""},
		{"say one __2 four", "one but four", "one but four"},
		{"say the @animal", "the cat, the big dog, the dog", "the cat; the big dog"},
		{"say kill !(it|time) _", "kill it kill cat kill dog", "kill cat; kill dog"},
		{"say big &1 red", "red and big; big red", "red and big; big red"},
		{"say big & red", "red and big; red big", "red big"},
		{"say <18-99> yo", "he is 26yo", "26yo"},
		{"say <18-99> yo", "he is 16 yo", ""},
		{"say £ <>", "owes £300", "£300"},
		{"say ^ gone", "gone. he is gone", "gone"},
		{"say gone $", "gone now. he is gone", "gone"},
		{"say 🔪", "so 🔪️!", "🔪"},
		{"say self-harm", "self harm, self-harm, selfharm", "self harm; self-harm"},
		{"say don't", "dont don’t", "dont; don’t"},
		{"say l'oncle", "l’oncle et l oncle", "l’oncle; l oncle"},
		{"say mum boyfriend", "mum's boyfriend", "mum's boyfriend"},
		{"say kill*", "k1lling k!ll kiiiill ｋｉｌｌ k\u200bill кill", "k1lling; k!ll; kiiiill; ｋｉｌｌ; k\u200bill; кill"},
		{"say bruised", "brused bruiesd bruisedd broised bruixxd", "brused; bruiesd; bruisedd; broised"},
		{"say want*", "wnats watn", "wnats"},
		{"say =bruised", "brused", ""},
		{"say enojo", "enojó", "enojó"},
		{"say a b\nnot b c", "a b d. a b c", "a b"},
		{"say one\nwith sentence: two", "one. two. one and two", "one; two"},
		{"say one\nwith 3 words: two", "one a b two", "one; two"},
		{"say one\nwith 2 words: two", "one a b two", ""},
		{"say one\nwith sentence after: two", "two one", ""},
		{"say one\nwith sentence before: two", "two one", "two; one"},
		{"say one\nwith 1 sentence: two\nand note: three", "one. two. x. three", "one; two; three"},
		{"say one\nwith sentence: two\nwith note: three", "one. three", "one; three"},
		{"say one\nunless sentence: two", "one two. one", "one"},
		{"say one _2 four\nunless sentence: two", "one two four. one x four", "one x four"},
	} {
		if got := found(t, c.body, c.text); got != c.want {
			t.Errorf("%s\n%q: found %q, not %q", c.body, c.text, got, c.want)
		}
	}
}

// A sentence that is longer than a window is seen whole.
func TestLongSentence(t *testing.T) {
	for n := range 300 {
		text := strings.Repeat("x ", n) + "one a b c d e f four" + strings.Repeat(" y", 100)
		if got := found(t, "say one _12 four", text); got != "one a b c d e f four" && n%maxSentence < maxSentence-8 {
			t.Errorf("after %d words: %q", n, got)
		}
	}
}

func TestFaultsOfFiles(t *testing.T) {
	few := fstest.MapFS{"en.txt": {Data: []byte("@function = the, a, he, she\n")}}
	rule := "rule x neglect urgent\n"
	for _, c := range []struct{ text, want string }{
		{"say a", "line 1: \"say\" stands before the first rule"},
		{"rule x", "line 1: write: rule NAME"},
		{"rule x y urgent", "line 1: there is no category \"y\""},
		{"rule x neglect high", "line 1: there is no level \"high\""},
		{"context x nope", "line 1: there is no kind \"nope\""},
		{"context x negation", "line 1: how far does it reach?"},
		{"context x negation after five", "line 1: \"after\" is no reach"},
		{"context x negation note", "line 1: only known and fine"},
		{"context x idiom sentence", "line 1: an idiom reaches only"},
		{rule + "shout a", "line 2: \"shout\" is not known here"},
		{rule + "say (a|b", "line 2: a ) is missing"},
		{rule + "say a)", "line 2: there is a ) too many"},
		{rule + "say a,", "line 2: something is missing"},
		{rule + "say _99", "line 2: _99: write _ for one word"},
		{rule + "say a*b", "line 2: \"a*b\": a * stands at the end"},
		{rule + "say {a", "line 2: a { has no }"},
		{rule + "say <9", "line 2: <9: write <18-99>"},
		{rule + "say & a", "line 2: & stands between"},
		{rule + "with a", "line 2: write: with sentence: patterns"},
		{rule + "keep nothing", "line 2: there is no kind \"nothing\""},
		{rule + "only neglect", "line 2: only is for a context"},
		{rule + "until a", "line 2: until is for a context"},
		{rule + "say a", "line 1: en.x needs an example"},
		{rule + "+ a\n- b", "line 1: en.x says nothing"},
		{rule + "say [a]\n+ a\n- b", "line 2: this would be found everywhere"},
		{rule + "say _\n+ a\n- b", "line 2: this has no word that must be there"},
		{rule + "say a __12 b _12 c\n+ a\n- b", "line 2: this may span 27 words"},
		{rule + "say @no-list\n+ a\n- b", "line 2: there is no list @no-list"},
		{rule + "say !(a b) c\n+ a\n- b", "line 2: after ! come single words only"},
		{"@a = @b\n@b = @a\n" + rule + "say @a\n+ a\n- b", "@a is made of itself"},
		{"@a = x\n@a = y", "line 2: @a is there already"},
		{rule + "say a\n+ a\n- b\n" + rule, "line 5: en.x is there already, in line 1"},
		{"off nobody", "line 1: there is no rule en.nobody"},
		{rule + "say a\n+ b\n- c", "line 3: en.x is not found in its example"},
		{rule + "say a\n+ a\n- a", "line 4: en.x is found in an example that it is not for"},
	} {
		_, err := newAssessor(few, fstest.MapFS{"en.txt": {Data: []byte(c.text)}})
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "your own en.txt, line ") {
			t.Errorf("%q: %v, not %q", c.text, err, c.want)
		}
	}
}

// A folder of a program's own adds, replaces and switches off.
func TestOwnFolder(t *testing.T) {
	a, err := New(fstest.MapFS{"en.txt": {Data: []byte(`
@self += itself
off unease
rule flinch physical_abuse urgent
  say flinch*
  + he flinched
  - he fled
rule den neglect watch
  say wolf den
  + lives in a wolf den
  - lives in a den
`)}})
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{"she flinched": "urgent", "a wolf den": "watch", "he said tonight he will kill itself": "urgent", "something felt off": "none"} {
		if got := a.Assess(text, "en"); got.Level.String() != want || got.Ask {
			t.Errorf("%q: %+v, not %s", text, got, want)
		}
	}
}
