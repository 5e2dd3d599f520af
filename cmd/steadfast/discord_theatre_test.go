package main

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"

	"steadfast/adapters/discord"
	"steadfast/adapters/discord/discordtest"
	"steadfast/bot"
	"steadfast/bot/bottest"
	"steadfast/bot/chat"
)

// A discordTheatre plays transcripts on Discord.
type discordTheatre struct {
	server *discordtest.Server
	wire   http.RoundTripper
	log    *slog.Logger
	looked int               // showings that were seen
	groups map[string]string // the servers of channels
	closed *closedChats
	last   map[string]string // what messages said last
}

func newDiscordTheatre(log *slog.Logger) *discordTheatre {
	s := discordtest.New()
	s.Insist()
	closed := &closedChats{next: s.Transport(), paths: map[string]bool{}}
	return &discordTheatre{server: s, wire: closed, log: log, groups: map[string]string{}, closed: closed, last: map[string]string{}}
}

// Adapter makes the adapter as the program does.
func (th *discordTheatre) Adapter(made func() *bot.Bot) (chat.Adapter, error) {
	c := Default()
	c.Discord.Token, c.Discord.CaseThreads = discordtest.Token, true
	return newDiscord(c, Env{Discord: th.wire, DialDiscord: th.server.Gateway.Dial}, th.log, made)
}

func (th *discordTheatre) Throttle() {
	th.wire = &throttlingDiscord{next: th.wire, refused: map[string]bool{}}
}

func (th *discordTheatre) Join(number int, username, name string) chat.Sender {
	p := discordtest.Person{ID: fmt.Sprintf("%s%02d", personIDs, number), Username: username, Name: name, Locale: "en-US"}
	th.server.Join(p)
	return chat.Sender{Account: chat.Account{Platform: discord.Name, ID: p.ID}, Name: name, Username: username, Language: p.Locale}
}

// Found makes a server with one channel.
func (th *discordTheatre) Found(number int, title string) chat.Place {
	guild, channel := fmt.Sprintf("%s%02d0", guildIDs, number), fmt.Sprintf("%s%02d", channelIDs, number)
	th.server.Found(guild, "Server of "+title, false)
	th.server.Open(guild, channel, title)
	th.groups[channel] = guild
	return chat.Place{Platform: discord.Name, ID: channel}
}

func (th *discordTheatre) Block(in chat.Place, blocked bool) {
	switch {
	case th.groups[in.ID] == "":
		th.server.Block(in.ID, blocked)
		th.closed.set("/channels/"+th.server.Private(in.ID)+"/messages/", blocked)
	case blocked:
		th.server.Deny(in.ID, discordtest.SendMessages)
	default:
		th.server.Deny(in.ID, 0)
	}
}

// closedChats refuses changes of messages in some private chats, as when an
// account is gone. (Where somebody merely takes no more private messages,
// Discord lets the old ones be changed.)
type closedChats struct {
	next http.RoundTripper

	mu    sync.Mutex
	paths map[string]bool
}

func (c *closedChats) set(path string, closed bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.paths[path] = closed
}

// RoundTrip carries a request, or answers it itself.
func (c *closedChats) RoundTrip(req *http.Request) (*http.Response, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for path, closed := range c.paths {
		if closed && req.Method == http.MethodPatch && strings.Contains(req.URL.Path, path) {
			return &http.Response{
				StatusCode: http.StatusForbidden, Header: http.Header{"Content-Type": {"application/json"}},
				Body: io.NopCloser(strings.NewReader(`{"code":50001,"message":"Missing Access"}`)), Request: req,
			}, nil
		}
	}
	return c.next.RoundTrip(req)
}

// channel returns the ID of a place's channel, or "" for a private one.
func (th *discordTheatre) channel(in chat.Place) string {
	if th.groups[in.ID] == "" {
		return ""
	}
	return in.ID
}

func (th *discordTheatre) Do(by chat.Sender, in chat.Place, what chat.What) error {
	who, where := by.Account.ID, th.channel(in)
	switch what := what.(type) {
	case chat.Said:
		th.say(who, where, what)
	case chat.Command:
		th.command(who, where, what)
	case chat.Edited:
		return th.edit(who, where, what.Text)
	case chat.Sent:
		th.send(who, where, what)
	case chat.Pressed:
		all := th.bearers(who, where)
		if len(all) == 0 {
			return fmt.Errorf("%s sees no message of the bot there", who)
		}
		oldest := all[len(all)-1]
		_, err := th.server.ClickStale(who, oldest.channel, oldest.ID, what.Token)
		return err
	case chat.Reach:
		if what.OK {
			th.server.Invite(th.groups[in.ID])
		} else {
			th.server.Kick(th.groups[in.ID])
		}
	default:
		return fmt.Errorf("nobody can do %T on Discord", what)
	}
	return nil
}

func (th *discordTheatre) say(who, where string, said chat.Said) {
	switch {
	case said.Forwarded:
		th.server.Forward(who, where, said.Text)
	case where != "":
		th.server.Mention(who, where, said.Text)
	default:
		th.server.Say(who, where, said.Text)
	}
}

// command makes somebody say a command: with a slash where it is offered, and
// else by typing. In a group only what is about the group is said with a slash,
// since all else would be answered aside.
func (th *discordTheatre) command(who, where string, c chat.Command) {
	typed := strings.TrimSpace("/" + c.Name + " " + c.Args)
	options, slash := map[string]string{}, where == ""
	for _, known := range th.server.Commands("") {
		if known.Name != c.Name {
			continue
		}
		if c.Args != "" && len(known.Options) > 0 {
			options[known.Options[0].Name] = c.Args
		}
		slash = slash || known.Contexts != nil && slices.Equal(*known.Contexts, []int{0})
	}
	if slash {
		if _, err := th.server.Slash(who, where, c.Name, options); err == nil {
			return
		}
	}
	th.say(who, where, chat.Said{Text: typed})
}

// edit changes the newest words of a person in a channel.
func (th *discordTheatre) edit(who, where, text string) error {
	for _, m := range slices.Backward(th.server.Shown(who, where)) {
		if m.Author == who && m.Text() != "" && !strings.HasPrefix(m.Text(), "/") {
			th.server.Edit(who, where, m.ID, text)
			return nil
		}
	}
	return fmt.Errorf("%s has said nothing there", who)
}

func (th *discordTheatre) send(who, where string, sent chat.Sent) {
	kinds := map[chat.Media]string{chat.Voice: "audio/ogg", chat.Photo: "image/jpeg", chat.Video: "video/mp4"}
	if sent.Kind == chat.Sticker {
		th.server.Stick(who, where)
		return
	}
	th.server.Attach(who, where, cmp.Or(kinds[sent.Kind], "application/pdf"), sent.Caption, sent.Kind == chat.Voice)
}

// A bearer is a message of the bot, in a channel.
type bearer struct {
	channel string
	discordtest.Shown
}

// bearers returns what the bot shows a person in a channel, the newest first.
// What that person alone sees elsewhere is in their private one instead.
func (th *discordTheatre) bearers(who, where string) (all []bearer) {
	channels := []string{where}
	if where == "" {
		channels = slices.AppendSeq(channels, maps.Keys(th.groups))
	}
	for _, channel := range channels {
		for _, m := range th.server.Shown(who, channel) {
			private := channel == "" || m.Aside
			if m.Author == discordtest.BotID && private == (where == "") {
				all = append(all, bearer{channel, m})
			}
		}
	}
	slices.SortFunc(all, func(a, b bearer) int { return cmp.Compare(b.ID, a.ID) })
	return all
}

func (th *discordTheatre) Tap(by chat.Sender, in chat.Place, said string) error {
	var labels []string
	all := th.bearers(by.Account.ID, th.channel(in))
	for _, m := range all {
		labels = append(labels, offered(m.Shown)...)
	}
	label, err := bottest.Pick(labels, said)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(all, func(m bearer) bool { return slices.Contains(offered(m.Shown), label) })
	_, err = th.server.ClickOn(by.Account.ID, all[at].channel, all[at].ID, label)
	return err
}

// offered returns the labels under a message, without those of forms.
func offered(m discordtest.Shown) (labels []string) {
	for _, c := range m.Controls {
		if !strings.HasPrefix(c.ID, "form:") {
			labels = append(labels, c.Label)
		}
	}
	return labels
}

func (th *discordTheatre) Look() (shown []bottest.Shown, toasts []string) {
	all := th.server.Showings()
	for _, s := range all[th.looked:] {
		if s.Taken && s.Message.Quiet && !s.Edited { // it was there for a moment only, without a sound
			continue
		}
		if s.Toast() {
			toasts = append(toasts, s.Message.Text())
			continue
		}
		reads := bottest.Shown{
			Place: chat.Place{Platform: discord.Name, ID: cmp.Or(s.Person, s.Channel)},
			Text:  spansOf(s.Message), Labels: offered(s.Message), Edit: s.Edited,
		}
		if s.Message.File != nil && !s.Edited {
			reads.File = s.Message.File.Name
		}
		same := fmt.Sprint(reads.Text, reads.Labels)
		if s.Edited && th.last[s.Message.ID] == same {
			continue // only the button of a form came or went
		}
		th.last[s.Message.ID] = same
		shown = append(shown, reads)
	}
	th.looked = len(all)
	return shown, toasts
}

// spansOf returns what people read in m as the bot wrote it: what to type is
// what a link would have been.
func spansOf(m discordtest.Shown) (text chat.Text) {
	styles := map[string]chat.Style{"bold": chat.Bold, "italic": chat.Italic, "code": chat.Code, "quote": chat.Quote}
	for _, s := range m.Spans {
		code, start := strings.CutPrefix(s.Text, "/start ")
		switch {
		case start && s.Style == "code":
			text = append(text, chat.Span{Text: code, Style: chat.Start})
		case s.Style == "mention" && s.Text == discordtest.BotID:
			text = append(text, chat.Span{Style: chat.Start})
		default:
			text = append(text, chat.Span{Text: s.Text, Style: styles[s.Style]})
		}
	}
	return text
}

// throttlingDiscord refuses each message once, as Discord does when there are
// too many. First answers to interactions are never too many.
type throttlingDiscord struct {
	next http.RoundTripper

	mu      sync.Mutex
	refused map[string]bool
}

// RoundTrip carries a request, or answers it itself.
func (r *throttlingDiscord) RoundTrip(req *http.Request) (*http.Response, error) {
	messages := strings.Contains(req.URL.Path, "/messages") || strings.Contains(req.URL.Path, "/webhooks/")
	if req.Method != http.MethodPost && req.Method != http.MethodPatch || !messages {
		return r.next.RoundTrip(req)
	}
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	message := string(body)
	if strings.HasPrefix(req.Header.Get("Content-Type"), "multipart/") { // which is never written the same twice
		message = regexp.MustCompile(`"nonce":"[^"]*"`).FindString(message)
	}
	if r.refuses(req.Method + req.URL.Path + message) {
		return &http.Response{
			StatusCode: http.StatusTooManyRequests, Request: req,
			Header: http.Header{"Content-Type": {"application/json"}, "Retry-After": {"1"}, "X-Ratelimit-Scope": {"user"}},
			Body:   io.NopCloser(strings.NewReader(`{"message":"You are being rate limited.","retry_after":1,"global":false}`)),
		}, nil
	}
	again := req.Clone(req.Context())
	again.Body = io.NopCloser(bytes.NewReader(body))
	return r.next.RoundTrip(again)
}

func (r *throttlingDiscord) refuses(message string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.refused[message] = !r.refused[message]
	return r.refused[message]
}
