package discordtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// A bot is a client without any knowledge of its own.
type bot struct {
	t *testing.T
	s *Server
}

// do sends one request and returns the answer's status, Discord's own code and
// the body.
func (b bot) do(method, path, body string) (status, code int, answer map[string]any) {
	b.t.Helper()
	req, err := http.NewRequest(method, "https://discord.com/api/v9"+path, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bot "+Token)
	req.Header.Set("User-Agent", "DiscordBot (test, 1)")
	resp, err := b.s.Transport().RoundTrip(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	if bytes.HasPrefix(raw, []byte("{")) {
		if err := json.Unmarshal(raw, &answer); err != nil {
			b.t.Fatal(err)
		}
	}
	n, _ := answer["code"].(float64)
	return resp.StatusCode, int(n), answer
}

// send shows a message in a channel and returns its ID.
func (b bot) send(channel, body string) string {
	b.t.Helper()
	status, _, answer := b.do("POST", "/channels/"+channel+"/messages", body)
	if status != 200 {
		b.t.Fatalf("%d %v", status, answer)
	}
	return answer["id"].(string)
}

// inBubble runs a test with a server on which ana and the channel 77 are.
func inBubble(t *testing.T, test func(t *testing.T, s *Server, b bot)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := New()
		s.Join(Person{ID: "11", Username: "ana", Name: "Ana"})
		s.Join(Person{ID: "12", Username: "ben"})
		s.Open(Guild, "77", "supervisors")
		test(t, s, bot{t, s})
	})
}

const silent = `"allowed_mentions":{"parse":[]}`

func TestBodies(t *testing.T) {
	button := func(label, id string) string {
		return fmt.Sprintf(`{"type":2,"style":1,"label":%q,"custom_id":%q}`, label, id)
	}
	rows := func(rows ...string) string {
		return `{"content":"x",` + silent + `,"components":[` + strings.Join(rows, ",") + `]}`
	}
	row := func(inside ...string) string { return `{"type":1,"components":[` + strings.Join(inside, ",") + `]}` }
	option := `{"label":"a","value":"a","default":true}`
	for _, tt := range []struct {
		name, body string
		code       int
	}{
		{"fine", `{"content":"x",` + silent + `}`, 0},
		{"no mentions", `{"content":"x"}`, 50035},
		{"mentions of anybody", `{"content":"x","allowed_mentions":{"parse":["users"]}}`, 50035},
		{"mentions that are null", `{"content":"x","allowed_mentions":{"parse":null}}`, 50035},
		{"unknown field", `{"content":"x",` + silent + `,"colour":1}`, 50035},
		{"no JSON", `{`, 50035},
		{"longest", `{"content":"` + strings.Repeat("ä", 2000) + `",` + silent + `}`, 0},
		{"too long", `{"content":"` + strings.Repeat("ä", 2001) + `",` + silent + `}`, 50035},
		{"empty", `{"content":" ",` + silent + `}`, 50006},
		{"box", `{"embeds":[{"description":"x"}],` + silent + `}`, 0},
		{"long box", `{"embeds":[{"description":"` + strings.Repeat("x", 4097) + `"}],` + silent + `}`, 50035},
		{"link", `{"content":"see https://example.org",` + silent + `}`, 50035},
		{"link without preview", `{"content":"see https://example.org","flags":4,` + silent + `}`, 0},
		{"aside", `{"content":"x","flags":64,` + silent + `}`, 50035},
		{"nonce", `{"content":"x","nonce":"` + strings.Repeat("n", 26) + `",` + silent + `}`, 50035},
		{"enforced without nonce", `{"content":"x","enforce_nonce":true,` + silent + `}`, 50035},
		{"buttons", rows(row(button("a", "1"), button("b", "2"))), 0},
		{"same button twice", rows(row(button("a", "1")), row(button("b", "1"))), 50035},
		{"six buttons in a row", rows(row(button("a", "1"), button("a", "2"), button("a", "3"), button("a", "4"), button("a", "5"), button("a", "6"))), 50035},
		{"six rows", rows(row(button("a", "1")), row(button("a", "2")), row(button("a", "3")), row(button("a", "4")), row(button("a", "5")), row(button("a", "6"))), 50035},
		{"empty row", rows(row()), 50035},
		{"button without row", rows(button("a", "1")), 50035},
		{"button without words", rows(row(button("", "1"))), 50035},
		{"button with a long ID", rows(row(button("a", strings.Repeat("i", 101)))), 50035},
		{"menu", rows(row(`{"type":3,"custom_id":"m","options":[` + option + `]}`)), 0},
		{"menu of nothing", rows(row(`{"type":3,"custom_id":"m","options":[]}`)), 50035},
		{"menu of too much", rows(row(`{"type":3,"custom_id":"m","max_values":2,"options":[` + option + `]}`)), 50035},
		{"menu with a value twice", rows(row(`{"type":3,"custom_id":"m","max_values":2,"options":[` + option + `,` + option + `]}`)), 50035},
		{"menu beside a button", rows(row(button("a", "1"), `{"type":3,"custom_id":"m","options":[`+option+`]}`)), 50035},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, s *Server, b bot) {
				_, code, answer := b.do("POST", "/channels/77/messages", tt.body)
				if code != tt.code || (len(s.Faults()) > 0) != (tt.code != 0) {
					t.Errorf("%v, %q", answer, s.Faults())
				}
			})
		})
	}
}

func TestRoutesThatAreNot(t *testing.T) {
	inBubble(t, func(t *testing.T, s *Server, b bot) {
		for _, path := range []string{"/channels/77/pins", "/users/@me/guilds", "/../../users/@me", ""} {
			if status, _, _ := b.do("GET", path, ""); status == 200 {
				t.Errorf("GET %s was answered", path)
			}
		}
		if len(s.Faults()) == 0 {
			t.Error("no fault is noted")
		}
		req, _ := http.NewRequest("GET", "https://discord.com/api/v9/users/@me", nil)
		if resp, err := s.Transport().RoundTrip(req); err != nil || resp.StatusCode != 401 {
			t.Errorf("without a token: %v %v", resp, err)
		}
	})
}

func TestWhoCanBeWrittenTo(t *testing.T) {
	inBubble(t, func(t *testing.T, s *Server, b bot) {
		try := func(channel string, want int) {
			t.Helper()
			if _, code, _ := b.do("POST", "/channels/"+channel+"/messages", `{"content":"x",`+silent+`}`); code != want {
				t.Errorf("code %d, want %d", code, want)
			}
		}
		private := s.Private("11")
		try(private, 0)
		s.Block("11", true)
		try(private, 50007)
		s.Block("11", false)
		s.Part("11", Guild)
		try(private, 50278)
		try("77", 0)
		s.Deny("77", SendMessages)
		try("77", 50013)
		s.Deny("77", ViewChannel)
		try("77", 50001)
		s.Deny("77", 0)
		s.Kick(Guild)
		try("77", 50001)
		s.Invite(Guild)
		s.Close("77")
		try("77", 10003)
		if len(s.Faults()) > 0 {
			t.Errorf("the bot could not know: %q", s.Faults())
		}
	})
}

func TestSameNonceIsOneMessage(t *testing.T) {
	inBubble(t, func(t *testing.T, s *Server, b bot) {
		body := `{"content":"x","nonce":"n1","enforce_nonce":true,` + silent + `}`
		if first, second := b.send("77", body), b.send("77", body); first != second || len(s.Shown("11", "77")) != 1 {
			t.Error("it was shown twice")
		}
	})
}

func TestHistory(t *testing.T) {
	inBubble(t, func(t *testing.T, s *Server, b bot) {
		var ids []string
		for i := range 5 {
			ids = append(ids, s.Say("11", "", fmt.Sprint(i)))
			time.Sleep(time.Second)
		}
		read := func(query string) (got []string) {
			req, _ := http.NewRequest("GET", "https://discord.com/api/v9/channels/"+s.Private("11")+"/messages?"+query, nil)
			req.Header.Set("Authorization", "Bot "+Token)
			req.Header.Set("User-Agent", "DiscordBot (test, 1)")
			resp, err := s.Transport().RoundTrip(req)
			if err != nil {
				t.Fatal(err)
			}
			var all []struct{ ID string }
			if err := json.NewDecoder(resp.Body).Decode(&all); err != nil {
				t.Fatal(err)
			}
			for _, m := range all {
				got = append(got, m.ID)
			}
			return got
		}
		for query, want := range map[string][]string{
			"limit=2":                  {ids[4], ids[3]},
			"limit=2&after=" + ids[0]:  {ids[2], ids[1]},
			"limit=2&before=" + ids[2]: {ids[1], ids[0]},
			"after=" + ids[4]:          nil,
		} {
			if got := read(query); !slices.Equal(got, want) {
				t.Errorf("%s: %q, want %q", query, got, want)
			}
		}
		if at := made(ids[1]).Sub(made(ids[0])); at != time.Second {
			t.Errorf("the IDs are %v apart", at)
		}
	})
}

func TestLimits(t *testing.T) {
	inBubble(t, func(t *testing.T, s *Server, b bot) {
		s.Limit(true)
		for i := range 6 {
			status, _, answer := b.do("POST", "/channels/77/messages", `{"content":"x",`+silent+`}`)
			if (status == 429) != (i == 5) {
				t.Errorf("message %d: %d %v", i, status, answer)
			}
		}
		if s.Refused() != 1 {
			t.Errorf("%d were refused", s.Refused())
		}
		time.Sleep(6 * time.Second)
		s.Throttle(7 * time.Second)
		if status, _, answer := b.do("POST", "/channels/77/messages", `{"content":"x",`+silent+`}`); status != 429 || answer["retry_after"] != 7.0 {
			t.Errorf("%d %v", status, answer)
		}
		b.send("77", `{"content":"x",`+silent+`}`)
	})
}
