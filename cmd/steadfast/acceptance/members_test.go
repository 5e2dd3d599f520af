//go:build acceptance

package acceptance

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"steadfast/adapters/discord/discordtest"
)

// inPrivate is the channel in which somebody and the bot are alone.
const inPrivate = "dm"

// A member uses the bot on Discord, in private or in a channel of a server.
type member struct {
	w       *world
	id      string
	channel string // where they are
	name    string
	since   int    // what they have seen before does not count
	on      string // the message on which they acted last
}

// at is the same member in another channel.
func (m *member) at(channel string) *member {
	other := *m
	other.channel = channel
	return &other
}

// A post is a message as a channel of Discord shows it.
type post struct {
	ID      string
	Bot     bool
	Content string
	Embeds  []struct{ Description string }
	Buttons [][]struct {
		Label string
		ID    string `json:"custom_id"`
	}
	Selects   []menu
	Only      string `json:"ephemeral_for"` // who alone sees it
	Edits     int
	History   []string
	Flags     int
	Loading   bool
	Deleted   bool
	Mentioned bool `json:"allowed_mentions_given"`
	Pings     struct {
		Users, Roles []string
		Everyone     bool
	}
	Attachments []struct {
		Name string `json:"filename"`
		Type string `json:"content_type"`
		URL  string
	}
	Seq int
}

// A menu is a list of which one or several entries can be chosen.
type menu struct {
	ID      string `json:"custom_id"`
	Most    int    `json:"max_values"`
	Options []struct {
		Label, Value string
		Default      bool
	}
}

// read returns what a reader sees of a text in Discord's markup.
func read(content string) string {
	var b strings.Builder
	for _, span := range discordtest.Read(content) {
		b.WriteString(span.Text)
	}
	return b.String()
}

// text returns what a reader sees of a message.
func (p post) text() string {
	text := read(p.Content)
	for _, e := range p.Embeds {
		text += read(e.Description)
	}
	return text
}

// labels returns what can be tapped, and what can be chosen from menus.
func (p post) labels() (all []string) {
	for _, row := range p.Buttons {
		for _, b := range row {
			all = append(all, b.Label)
		}
	}
	for _, s := range p.Selects {
		for _, o := range s.Options {
			all = append(all, o.Label)
		}
	}
	return all
}

// ticked returns the entries of menus that are chosen.
func (p post) ticked() (all []string) {
	for _, s := range p.Selects {
		for _, o := range s.Options {
			if o.Default {
				all = append(all, o.Label)
			}
		}
	}
	return all
}

// posts returns what a member sees in a channel since some moment.
func (m *member) posts(since int) []post {
	m.w.Helper()
	var answer struct{ Messages []post }
	m.w.dc.ask("channel", fields{"user": m.id, "channel": m.channel, "after": since}, &answer)
	return answer.Messages
}

// history returns everything that the member ever saw of the bot here.
func (m *member) history() (all []string) {
	m.w.Helper()
	for _, p := range m.posts(0) {
		if !p.Bot {
			continue
		}
		for _, text := range p.History {
			all = append(all, read(text))
		}
		all = append(all, p.text())
	}
	return all
}

// says writes something; in a channel nobody but the people there reads it.
func (m *member) says(text string) (id string) { m.w.Helper(); return m.sends(fields{"content": text}) }

// sends sends any message, in the rig's fields.
func (m *member) sends(what fields) (id string) {
	m.w.Helper()
	what["user"], what["channel"] = m.id, m.channel
	var answer struct {
		ID  string `json:"message_id"`
		Seq int
	}
	m.w.dc.ask("say", what, &answer)
	m.since = answer.Seq
	return answer.ID
}

// An interaction is what became of a command, a press or a form.
type interaction struct {
	ID        string `json:"interaction_id"`
	Acked     bool
	AckType   int `json:"ack_type"`
	Failed    bool
	Message   *post
	Followups []post
	Modal     *struct{ Title string }
	Choices   []struct{ Name, Value string }
	Seq       int
}

// toast returns what the member alone was told at once, if anything.
func (i interaction) toast() string {
	said := i.Followups
	if i.Message != nil && i.AckType == 4 {
		said = append([]post{*i.Message}, said...)
	}
	for _, p := range said {
		if p.Only != "" && len(p.labels()) == 0 {
			return p.text()
		}
	}
	return ""
}

// told waits for what the member alone is told in answer to a press, which may
// follow upon a change of the message.
func (m *member) told(did interaction) (text string) {
	m.w.Helper()
	until(m.w.T, patience, "an answer to a press", func() bool {
		m.w.dc.ask("interaction", fields{"id": did.ID}, &did)
		text = did.toast()
		return text != ""
	})
	return text
}

// try acts and waits at most so long for the answer.
func (m *member) try(path string, in fields, wait time.Duration) (did interaction, err error) {
	in["user"], in["channel"], in["wait_ms"] = m.id, m.channel, wait.Milliseconds()
	if err = m.w.dc.try(path, in, &did); err == nil {
		m.since = did.Seq
	}
	return did, err
}

// acts acts and waits for the answer.
func (m *member) acts(path string, in fields) interaction {
	m.w.Helper()
	did, err := m.try(path, in, patience)
	if err != nil {
		m.w.Fatalf("%s: %s %v: %v\nthe channel showed:\n%s", m.name, path, in, err, strings.Join(m.history(), "\n--\n"))
	}
	if did.Failed || !did.Acked {
		m.w.Errorf("%s: nothing answered %s %v", m.name, path, in)
	}
	return did
}

// slash gives a command, whose options are alternating names and values.
func (m *member) slash(name string, options ...string) interaction {
	m.w.Helper()
	m.on = ""
	return m.acts("slash", fields{"command": name, "options": pairs(options)})
}

func pairs(all []string) fields {
	f := fields{}
	for i := 0; i+1 < len(all); i += 2 {
		f[all[i]] = all[i+1]
	}
	return f
}

// completes returns what is offered while an option is typed.
func (m *member) completes(command, option, typed string) (offered []string) {
	m.w.Helper()
	did := m.acts("autocomplete", fields{"command": command, "focused": option, "options": fields{option: typed}})
	for _, c := range did.Choices {
		offered = append(offered, c.Name)
	}
	return offered
}

// where finds the newest thing that can be tapped and is labelled so.
func (m *member) where(label string) (path string, in fields, on string) {
	all := m.posts(0)
	slices.Reverse(all)
	for _, p := range all {
		for _, row := range p.Buttons {
			for _, b := range row {
				if p.Bot && strings.Contains(b.Label, label) {
					return "click", fields{"custom_id": b.ID, "message_id": p.ID}, p.ID
				}
			}
		}
		for _, s := range p.Selects {
			for _, o := range s.Options {
				if s.Most <= 1 && strings.Contains(o.Label, label) {
					return "select", fields{"custom_id": s.ID, "message_id": p.ID, "values": []string{o.Value}}, p.ID
				}
			}
		}
	}
	return "", nil, ""
}

// taps waits until there is a button or an entry of a menu with a label, and taps
// the newest one.
func (m *member) taps(label string) interaction {
	m.w.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); {
		if path, in, on := m.where(label); on != "" {
			m.on = on
			return m.acts(path, in)
		}
		pause := time.NewTimer(15 * time.Millisecond)
		<-pause.C
	}
	m.w.Fatalf("%s finds no button %q; the channel showed:\n%s", m.name, label, strings.Join(m.history(), "\n--\n"))
	return interaction{}
}

// picks chooses entries of the newest menu, and no others of it.
func (m *member) picks(labels ...string) interaction {
	m.w.Helper()
	all := m.posts(0)
	for _, p := range slices.Backward(all) {
		if len(p.Selects) > 0 {
			m.on = p.ID
			return m.acts("select", fields{"custom_id": p.Selects[0].ID, "message_id": p.ID, "values": labels})
		}
	}
	m.w.Fatalf("%s sees no menu", m.name)
	return interaction{}
}

// writes sends off the form that is open, whose only field takes the text.
func (m *member) writes(label, text string) interaction {
	m.w.Helper()
	return m.acts("modal", fields{"fields": fields{label: text}})
}

// await waits for a message since the member's last act.
func (m *member) await(what string, met func(p post, text string) bool) (found post) {
	m.w.Helper()
	var last []post
	for end := time.Now().Add(patience); time.Now().Before(end); {
		last = m.posts(m.since)
		for _, p := range slices.Backward(last) {
			if p.Bot && !p.Loading && met(p, p.text()) {
				return p
			}
		}
		pause := time.NewTimer(15 * time.Millisecond)
		<-pause.C
	}
	var shown []string
	for _, p := range last {
		shown = append(shown, p.text()+" ["+strings.Join(p.labels(), "] [")+"]")
	}
	m.w.Fatalf("%s does not see\n%s\nbut\n%s", m.name, what, strings.Join(shown, "\n--\n"))
	return post{}
}

// sees waits for a message with a part of its text; reads for the whole text;
// finds for a pattern.
func (m *member) sees(part string) post {
	m.w.Helper()
	return m.await(part, func(_ post, text string) bool { return strings.Contains(text, part) })
}

func (m *member) reads(text string) post {
	m.w.Helper()
	return m.await(text, func(_ post, got string) bool { return got == text })
}

func (m *member) finds(pattern string) post {
	m.w.Helper()
	form := regexp.MustCompile("(?s)^" + pattern + "$")
	return m.await(pattern, func(_ post, text string) bool { return form.MatchString(text) })
}

// turns waits until the message that was tapped has become another.
func (m *member) turns(text string) post {
	m.w.Helper()
	p := m.reads(text)
	if p.ID != m.on || p.Edits == 0 {
		m.w.Errorf("%s: %q is a new message, not the one that was tapped", m.name, text)
	}
	return p
}

// steps taps button after button, each given with what the message then turns
// into.
func (m *member) steps(pairs ...string) {
	m.w.Helper()
	for i := 0; i+1 < len(pairs); i += 2 {
		if said := m.taps(pairs[i]).toast(); said != "" {
			m.w.Errorf("%s taps %q and is told %q", m.name, pairs[i], said)
		}
		m.turns(pairs[i+1])
	}
}

var codeSaid = regexp.MustCompile(`/start ([A-Z0-9]+)`)

// invites makes an invitation by buttons and returns its code.
func (m *member) invites(role string) string {
	m.w.Helper()
	m.slash("invite")
	if role != "" {
		m.sees("Whom do you want to invite?")
		m.taps(role)
	}
	p := m.sees("Here is the invitation")
	found := codeSaid.FindStringSubmatch(p.text())
	if found == nil {
		m.w.Fatalf("an invitation without a code: %s", p.text())
	}
	return found[1]
}

// joins uses an invitation.
func (m *member) joins(code, role string) {
	m.w.Helper()
	m.slash("start", "code", code)
	m.sees("Welcome, " + m.name + ". I am the check-in bot of Riverside Mentors. You are here as " + role + ".")
}
