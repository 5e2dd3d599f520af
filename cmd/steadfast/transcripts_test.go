package main

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"unicode/utf16"

	gocmp "github.com/google/go-cmp/cmp"

	"steadfast/adapters/telegram"
	"steadfast/adapters/telegram/telegramtest"
	"steadfast/bot"
	"steadfast/bot/bottest"
	"steadfast/bot/chat"
)

// TestTranscriptsOnTelegram plays every transcript of the bot through the
// adapter of Telegram: what people do are updates of a server of the Bot API,
// and what is compared with the transcript is what its chats show.
//
// Every line of a transcript is played. Three come otherwise than they usually
// do on Telegram itself:
//
//   - "<long> 10000" is one message; Telegram's apps would send three.
//   - "@block" does not tell the bot, as when the update was lost. When it is
//     told, that is "<removed>".
//   - "@place> …" is said by an anonymous administrator of a group, not in a
//     channel, since only a group can become a supergroup. To the bot both have
//     no author.
func TestTranscriptsOnTelegram(t *testing.T) {
	hints := bottest.Hints(t)
	for _, file := range playable(t) {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			transcript, stored := read(t, file), read(t, filepath.Join("../../bot/testdata/stored", filepath.Base(file)))
			for _, mode := range bottest.Modes() {
				if mode != bottest.Plain && (long(file) || testing.Short()) {
					continue
				}
				t.Run(string(mode), func(t *testing.T) {
					seen, kept := playOnTelegram(t, hints, mode, transcript)
					if diff := gocmp.Diff(bottest.Unordered(transcript), bottest.Unordered(seen)); diff != "" {
						t.Errorf("Telegram shows something else (-want +got):\n%s", diff)
					}
					if diff := gocmp.Diff(timeless(stored), timeless(kept)); diff != "" && mode == bottest.Plain {
						t.Errorf("something else is stored (-want +got):\n%s", diff)
					}
				})
			}
		})
	}
}

// playable are the transcripts that are played on the platforms. One that goes on
// for a year is about the calendar alone, and is played in memory only: a platform
// is asked for news every minute of it.
func playable(t *testing.T) (files []string) {
	t.Helper()
	files, err := filepath.Glob("../../bot/testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	return slices.DeleteFunc(files, func(file string) bool {
		return filepath.Base(file) == "clock_change.txt" || testing.Short() && long(file)
	})
}

// long reports whether a transcript goes on for weeks or months. It is played on a
// platform without trouble only; in memory it is played in all modes.
func long(file string) bool {
	return slices.Contains([]string{
		"bad_schedule.txt", "contacts.txt", "could_not_deliver.txt", "day_before.txt", "group_weeks.txt", "reachable.txt", "summer_holidays.txt", "trend.txt",
	}, filepath.Base(file))
}

// TestActsOnTelegram plays what no transcript has: it must look as in memory.
func TestActsOnTelegram(t *testing.T) {
	const transcript = `@person olga Olga owner
@person ana Ana supervisor
@person mia Mia mentor
@channel supervisors
mia> <video> look
mia> <other>
ana> <removed>
ana> <added>
olga@supervisors> <removed>
olga@supervisors> <added>
`
	hints := bottest.Hints(t)
	var want string
	synctest.Test(t, func(t *testing.T) {
		want, _ = bottest.Play(t, hints, bottest.Plain, transcript, slog.New(slog.DiscardHandler))
	})
	seen, _ := playOnTelegram(t, hints, bottest.Plain, transcript)
	if diff := gocmp.Diff(bottest.Unordered(want), bottest.Unordered(seen)); diff != "" || strings.Count(seen, "→ olga") < 2 {
		t.Errorf("Telegram shows something else (-want +got):\n%s\n%s", diff, seen)
	}
}

func playOnTelegram(t *testing.T, hints bot.Assessor, mode bottest.Mode, transcript string) (seen, stored string) {
	log := slog.New(slog.DiscardHandler)
	if testing.Verbose() {
		log = slog.New(slog.NewTextHandler(t.Output(), nil))
	}
	synctest.Test(t, func(t *testing.T) {
		theatre := newTelegramTheatre(log)
		seen, stored = bottest.PlayIn(t, theatre, hints, mode, transcript, log)
		if n := theatre.server.Unanswered(); n > 0 {
			t.Errorf("%d pressed buttons were not answered", n)
		}
		if n := theatre.server.Waiting(); n > 0 {
			t.Errorf("%d updates were not confirmed", n)
		}
	})
	return seen, stored
}

// timeless returns the lines of a dump, sorted, without the times at which
// something had been sent, and without parts of seconds: another adapter has
// another pace. Nor does it say how many messages there were: Discord needs more
// quiet proofs.
func timeless(dump string) []string {
	dump = regexp.MustCompile(`\[outbox\] last \d+`).ReplaceAllString(dump, "[outbox]")
	at := regexp.MustCompile(`"at":"[^"]*"(,"kind":"(?:page delivered|reporter told)")`)
	dump = regexp.MustCompile(`\.\d+Z"`).ReplaceAllString(dump, `Z"`)
	lines := strings.Split(at.ReplaceAllString(dump, `"at":"…"$1`), "\n")
	slices.Sort(lines)
	return lines
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// A telegramTheatre plays transcripts on Telegram.
type telegramTheatre struct {
	server *telegramtest.Server
	wire   http.RoundTripper
	log    *slog.Logger
	looked int // showings that were seen
	heard  int // toasts that were seen
}

func newTelegramTheatre(log *slog.Logger) *telegramTheatre {
	s := telegramtest.New()
	return &telegramTheatre{server: s, wire: s.Transport(), log: log}
}

// Adapter makes the adapter as the program does.
func (th *telegramTheatre) Adapter(func() *bot.Bot) (chat.Adapter, error) {
	c := Default()
	c.Telegram.Token = telegramtest.Token
	return newTelegram(c, Env{Telegram: th.wire}, th.log)
}

func (th *telegramTheatre) Throttle() {
	th.wire = &throttling{next: th.wire, refused: map[string]bool{}}
}

func (th *telegramTheatre) Join(number int, username, name string) chat.Sender {
	p := telegramtest.Person{ID: int64(1000 + number), FirstName: name, Username: username, Language: "en"}
	th.server.Join(p)
	a := chat.Account{Platform: telegram.Name, ID: strconv.FormatInt(p.ID, 10)}
	return chat.Sender{Account: a, Name: name, Username: username, Language: p.Language}
}

func (th *telegramTheatre) Found(number int, title string) chat.Place {
	id := "-100" + strconv.Itoa(number)
	th.server.Found(chatNumber(id), "group", title, "member")
	return chat.Place{Platform: telegram.Name, ID: id}
}

func (th *telegramTheatre) Block(in chat.Place, blocked bool) {
	status := "member"
	if blocked {
		status = "kicked"
	}
	th.server.Miss(chatNumber(in.ID), status)
}

func (th *telegramTheatre) Do(by chat.Sender, in chat.Place, what chat.What) error {
	who, where := personNumber(by), chatNumber(in.ID)
	switch what := what.(type) {
	case chat.Said:
		fields := map[string]any{"text": what.Text}
		if what.Forwarded {
			fields["forward_origin"] = map[string]any{"type": "hidden_user", "sender_user_name": "Somebody", "date": 1_700_000_000}
		}
		th.server.Post(who, where, fields)
	case chat.Command:
		th.server.Say(who, where, strings.TrimSpace("/"+what.Name+" "+what.Args))
	case chat.Edited:
		return th.edit(who, where, what.Text)
	case chat.Sent:
		fields, err := attachment(what.Kind)
		if err != nil {
			return err
		}
		if what.Caption != "" {
			fields["caption"] = what.Caption
		}
		th.server.Post(who, where, fields)
	case chat.Pressed:
		return th.server.PressOld(who, where, what.Token)
	case chat.Moved:
		th.server.Migrate(who, where, chatNumber(what.To.ID))
	case chat.Reach:
		status := "kicked"
		if what.OK {
			status = "member"
		}
		th.server.Status(who, where, status)
	default:
		return fmt.Errorf("nobody can do %T on Telegram", what)
	}
	return nil
}

// edit changes the newest words of a person in a chat.
func (th *telegramTheatre) edit(who, where int64, text string) error {
	for _, m := range slices.Backward(th.server.Shown(where)) {
		if m.From == who && m.Text != "" && !strings.HasPrefix(m.Text, "/") {
			th.server.Edit(who, where, m.ID, text)
			return nil
		}
	}
	return fmt.Errorf("%d has said nothing in %d", who, where)
}

// attachment returns the field of Telegram's Message that holds a medium.
func attachment(kind chat.Media) (map[string]any, error) {
	file := map[string]any{"file_id": "a", "file_unique_id": "b"}
	switch kind {
	case chat.Voice, chat.Video, chat.Sticker:
		return map[string]any{string(kind): file}, nil
	case chat.File:
		return map[string]any{"document": file}, nil
	case chat.Photo:
		return map[string]any{"photo": []any{file}}, nil
	case chat.Location:
		return map[string]any{"location": map[string]any{"latitude": 52.5, "longitude": 13.4}}, nil
	case chat.Other:
		return map[string]any{"contact": map[string]any{"phone_number": "1", "first_name": "Somebody"}}, nil
	}
	return nil, fmt.Errorf("nobody can send %q on Telegram", kind)
}

func (th *telegramTheatre) Tap(by chat.Sender, in chat.Place, label string) error {
	where := chatNumber(in.ID)
	var labels []string
	for _, m := range slices.Backward(th.server.Shown(where)) {
		labels = append(labels, labelsOf(m)...)
	}
	label, err := bottest.Pick(labels, label)
	if err != nil {
		return err
	}
	return th.server.Press(personNumber(by), where, label)
}

func (th *telegramTheatre) Look() (shown []bottest.Shown, toasts []string) {
	all := th.server.Showings()
	for _, s := range all[th.looked:] {
		reads := bottest.Shown{
			Place: chat.Place{Platform: telegram.Name, ID: strconv.FormatInt(s.Chat, 10)},
			Text:  textOf(s.Message), Labels: labelsOf(s.Message), Edit: s.Edited,
		}
		if s.Message.File != nil {
			reads.File = s.Message.File.Name
		}
		shown = append(shown, reads)
	}
	th.looked = len(all)
	answers := th.server.Toasts()
	for _, a := range answers[th.heard:] {
		if a.Text != "" {
			toasts = append(toasts, a.Text)
		}
	}
	th.heard = len(answers)
	return shown, toasts
}

func labelsOf(m telegramtest.Message) (labels []string) {
	for _, row := range m.Rows {
		for _, b := range row {
			labels = append(labels, b.Text)
		}
	}
	return labels
}

// textOf returns what people read in m, with the styles that its entities and
// links have.
func textOf(m telegramtest.Message) (text chat.Text) {
	styles := map[string]chat.Style{"bold": chat.Bold, "italic": chat.Italic, "code": chat.Code, "blockquote": chat.Quote}
	units := utf16.Encode([]rune(m.Text))
	entities := slices.SortedFunc(slices.Values(m.Entities), func(a, b telegramtest.Entity) int {
		return cmp.Compare(a.Offset, b.Offset)
	})
	done := 0
	for _, e := range entities {
		text = append(text, linked(string(utf16.Decode(units[done:e.Offset])))...)
		done = e.Offset + e.Length
		text = append(text, chat.Span{Text: string(utf16.Decode(units[e.Offset:done])), Style: styles[e.Type]})
	}
	return append(text, linked(string(utf16.Decode(units[done:])))...)
}

// startLink finds the links that open the private chat with the bot.
var startLink = regexp.MustCompile(`https://t\.me/` + telegramtest.Username + `(?:\?start=([A-Za-z0-9_-]{1,64}))?`)

// linked reads the links in a text without entities.
func linked(s string) (text chat.Text) {
	done := 0
	for _, at := range startLink.FindAllStringSubmatchIndex(s, -1) {
		code := ""
		if at[2] >= 0 {
			code = s[at[2]:at[3]]
		}
		text = append(text, chat.Span{Text: s[done:at[0]]}, chat.Span{Text: code, Style: chat.Start})
		done = at[1]
	}
	return append(text, chat.Span{Text: s[done:]})
}

func chatNumber(id string) int64 {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		panic(err)
	}
	return n
}

// personNumber returns who acts: the zero sender is an administrator who hides.
func personNumber(s chat.Sender) int64 {
	if s.Account.IsZero() {
		return telegramtest.Anonymous
	}
	return chatNumber(s.Account.ID)
}

// throttling refuses each message once, as Telegram does when there are too
// many.
type throttling struct {
	next http.RoundTripper

	mu      sync.Mutex
	refused map[string]bool
}

// RoundTrip carries a request, or answers it itself.
func (r *throttling) RoundTrip(req *http.Request) (*http.Response, error) {
	if method := path.Base(req.URL.Path); method != "sendMessage" && method != "editMessageText" {
		return r.next.RoundTrip(req)
	}
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	if r.refuses(string(body)) {
		w := `{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 1","parameters":{"retry_after":1}}`
		return &http.Response{
			StatusCode: http.StatusTooManyRequests, Header: http.Header{"Content-Type": {"application/json"}},
			Body: io.NopCloser(strings.NewReader(w)), Request: req,
		}, nil
	}
	again := req.Clone(req.Context())
	again.Body = io.NopCloser(bytes.NewReader(body))
	return r.next.RoundTrip(again)
}

func (r *throttling) refuses(message string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.refused[message] {
		delete(r.refused, message)
		return false
	}
	r.refused[message] = true
	return true
}
