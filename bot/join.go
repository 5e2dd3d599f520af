package bot

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/flow"
	"steadfast/bot/program"
	"steadfast/bot/words"
)

const flowInvite = "invite"

// How long invitations last, and how many wrong codes an account may try.
const (
	inviteLife = 7 * 24 * time.Hour
	ownerLife  = 24 * time.Hour
	maxTries   = 5
	triesSpan  = time.Hour
)

// randomCode returns 12 characters without look-alikes, 60 bits.
func randomCode() string {
	const alphabet = "ABCDEFGHJKMNPQRSTVWXYZ0123456789" // Crockford's base 32
	var b [12]byte
	rand.Read(b[:]) // never fails
	for i := range b {
		b[i] = alphabet[int(b[i])%len(alphabet)]
	}
	return string(b[:])
}

// The purposes of codes.
const (
	forInvite = "invite"
	forLink   = "link"
)

// hashOf returns what is stored of a code for a purpose. Case and separators do
// not count.
func hashOf(purpose, code string) string {
	code = strings.ToUpper(strings.NewReplacer("-", "", " ", "").Replace(code))
	sum := sha256.Sum256([]byte("steadfast " + purpose + " " + code))
	return hex.EncodeToString(sum[:])
}

// mayTry reports whether the account has not given too many wrong codes, and
// says so if it has.
func (t *turn) mayTry() (bool, error) {
	n, since, err := t.tx.Tries(t.event.From.Account)
	if err != nil || n < maxTries || t.now.Sub(since) >= triesSpan {
		return err == nil, err
	}
	return false, t.reply(t.text("join.too_many"))
}

// wrongCode counts a wrong code against the account, and answers it.
func (t *turn) wrongCode(key string) error {
	account := t.event.From.Account
	n, since, err := t.tx.Tries(account)
	if err != nil {
		return err
	}
	if t.now.Sub(since) >= triesSpan {
		n, since = 0, t.now
	}
	if err := t.tx.SetTries(account, n+1, since); err != nil {
		return err
	}
	return t.reply(t.text(key))
}

// join uses the code of an invitation.
func (t *turn) join(code string) error {
	if !t.event.Private {
		return t.reply(t.withLink("answer.only_private", nil, ""))
	}
	if ok, err := t.mayTry(); !ok {
		return err
	}
	invite, err := t.tx.Invite(hashOf(forInvite, code))
	if err != nil && !errors.Is(err, program.ErrNotFound) {
		return err
	}
	if err != nil || !invite.Used.IsZero() || !t.now.Before(invite.Expires) {
		if err == nil && invite.UsedBy == t.who.ID && t.who.ID != 0 { // the link tapped twice
			return t.reply(t.text("join.welcome_again", "Name", t.who.Name))
		}
		return t.wrongCode("join.bad_code")
	}
	return t.enrol(invite)
}

// enrol makes the person one with the invitation's role.
func (t *turn) enrol(invite program.Invite) error {
	p := t.who
	if p.ID == 0 {
		from := t.event.From
		p = program.Person{Name: displayName(from), Accounts: []chat.Account{from.Account}, Language: t.Words.Match(from.Language, t.Language)}
	}
	if !p.Left.IsZero() {
		p.Left, p.Roles = time.Time{}, program.Nobody
	}
	if p.Joined.IsZero() {
		p.Joined = t.now
	}
	p.Roles |= invite.Roles
	if err := t.tx.PutPerson(&p); err != nil {
		return err
	}
	invite.Used, invite.UsedBy = t.now, p.ID
	if err := t.tx.PutInvite(invite); err != nil {
		return err
	}
	if err := t.tx.Audit(program.AuditEntry{At: t.now, By: invite.By, What: "joined", Person: p.ID, Roles: invite.Roles}); err != nil {
		return err
	}
	if err := t.tx.SetReach(t.event.In, true); err != nil {
		return err
	}
	t.be(p)
	if invite.Roles&program.Supervisor != 0 { // perhaps the first who can be paged
		if err := t.pageWaiting(); err != nil {
			return err
		}
	}
	if err := t.menu(t.event.In); err != nil {
		return err
	}
	if err := t.tellInviter(invite, p); err != nil {
		return err
	}
	return t.welcome(invite.Roles)
}

func displayName(from chat.Sender) string {
	for _, name := range []string{from.Name, from.Username, from.Account.ID} {
		if name = strings.Join(strings.Fields(name), " "); name != "" {
			return name
		}
	}
	return "?"
}

func (t *turn) welcome(roles program.Roles) error {
	text := t.text("join.welcome", "Name", t.who.Name, "Program", t.Name, "Role", t.roleNames(t.voice, roles))
	switch {
	case roles&program.Owner != 0:
		return t.reply(paragraphs(text, t.text("owner.welcome")))
	case roles == program.Mentor:
		return t.reply(paragraphs(text, t.text("join.welcome_mentor", "Emergency", t.Emergency)))
	}
	return t.reply(paragraphs(text, t.text("join.welcome_staff")))
}

func (t *turn) roleNames(v words.Voice, roles program.Roles) string {
	var names []string
	for i, name := range program.RoleNames() {
		if roles&(1<<i) != 0 {
			names = append(names, v.Plain("role."+name, nil))
		}
	}
	return strings.Join(names, ", ")
}

// tellInviter tells whoever invited the person that they are here, and offers
// to match a mentor.
func (t *turn) tellInviter(invite program.Invite, p program.Person) error {
	if invite.By == 0 || invite.By == p.ID {
		return nil
	}
	by, err := t.person(invite.By)
	if err != nil {
		return err
	}
	v := t.voiceOf(by)
	m := chat.Message{Text: v.Text("join.joined_note", words.Args{"Name": p.Name, "Role": t.roleNames(v, invite.Roles)})}
	if invite.Roles&program.Mentor != 0 {
		m.Choices = []chat.Choice{buttonIn(v, actPair, uint64(p.ID), "button.match_now", chat.Primary)}
	}
	return t.tell(by, program.Outgoing{Priority: program.Alert, Purpose: program.ForAlert, Message: m})
}

func inviteConversation() conversation {
	return conversation{
		patience: staffPatience(),
		open: func(t *turn, d *program.Dialogue) (*flow.Question, error) {
			_, q := flow.Run(d.State, inviteFlow(t.invitable()))
			return q, nil
		},
		finish: (*turn).finishInvite,
	}
}

// invitable returns the roles that the person may invite to.
func (t *turn) invitable() []program.Roles {
	if program.Allowed(t.rules, program.ActInviteAny, t.who, true) == program.Yes {
		return []program.Roles{program.Mentor, program.Coordinator, program.Supervisor, program.Outside}
	}
	return []program.Roles{program.Mentor}
}

func inviteFlow(roles []program.Roles) flow.Func[program.Roles] {
	return func(d *flow.Dialogue) (program.Roles, bool) {
		if len(roles) == 1 {
			return roles[0], true
		}
		var all []flow.Option
		for _, r := range roles {
			all = append(all, flow.Option{Key: r.String(), Label: flow.Say("role." + r.String())})
		}
		key, done := d.Choose("role", flow.Say("invite.who"), all)
		if !done {
			return program.Nobody, false
		}
		r, err := program.ParseRoles(key)
		return r, err == nil
	}
}

func (t *turn) startInvite(string) error { return t.begin(flowInvite) }

func (t *turn) finishInvite(d *program.Dialogue) error {
	roles, _ := flow.Run(d.State, inviteFlow(t.invitable()))
	code := t.NewCode()
	invite := program.Invite{Hash: hashOf(forInvite, code), Roles: roles, By: t.who.ID, Expires: t.now.Add(inviteLife)}
	if err := t.tx.PutInvite(invite); err != nil {
		return err
	}
	if err := t.tx.Audit(program.AuditEntry{At: t.now, By: t.who.ID, What: "invited", Roles: roles}); err != nil {
		return err
	}
	text := t.withLink("invite.ready", words.Args{
		"Role": t.roleNames(t.voice, roles), "Expires": t.clock(t.who, invite.Expires), "Code": "/start " + code,
	}, code)
	return t.reply(text)
}
