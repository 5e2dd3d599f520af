package program

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"steadfast/bot/chat"
)

// A PersonID names a [Person]. Zero is nobody.
type PersonID uint64

// A Person is a mentor, coordinator, supervisor or owner.
type Person struct {
	ID       PersonID       `json:"id"`
	Name     string         `json:"name"`
	Roles    Roles          `json:"roles"`
	Accounts []chat.Account `json:"accounts,omitzero"`
	Language string         `json:"language,omitzero"` // empty: the program's
	Zone     string         `json:"zone,omitzero"`     // IANA name; empty: the program's
	Joined   time.Time      `json:"joined,omitzero"`   // first seen by the bot; zero: imported, never said a word
	Left     time.Time      `json:"left,omitzero"`     // zero: still with the program

	// Preferred is where the person is written to first, if they have an
	// account there. Empty: where the first account is.
	Preferred chat.Platform `json:"preferred,omitzero"`

	// Phone is the number on which staff may call, as [ParsePhone] returns it.
	// Empty: not known.
	Phone string `json:"phone,omitzero"`

	Remind  RemindTime `json:"remind,omitzero"` // of meetings that are to come
	Unasked Unasked    `json:"unasked,omitzero"`
}

// An Unasked counts the messages that a person got on one day of theirs without
// having asked for them.
type Unasked struct {
	On    Date `json:"on"`
	Count int  `json:"count"`
}

// On reports whether the person has an account on a platform.
func (p Person) On(platform chat.Platform) bool {
	return slices.ContainsFunc(p.Accounts, func(a chat.Account) bool { return a.Platform == platform })
}

// Is reports whether the person is with the program and has one of the roles.
func (p Person) Is(r Roles) bool { return p.Left.IsZero() && p.Roles&r != 0 }

// Roles is a set of roles. A person may have several.
type Roles uint8

// The roles.
const (
	Mentor Roles = 1 << iota
	Coordinator
	Supervisor
	Owner
	Outside // the last resort for cases, who does not belong to the program

	Nobody   Roles = 0
	Anybody        = Mentor | Coordinator | Supervisor | Owner | Outside
	Staff          = Coordinator | Supervisor | Owner
	roleSep        = "+"
	maxRoles       = 5
)

// RoleNames lists the roles one by one with their names, in rising order of
// responsibility.
func RoleNames() [maxRoles]string {
	return [maxRoles]string{"mentor", "coordinator", "supervisor", "owner", "outside"}
}

// String returns the names joined by "+", the form of rosters.
func (r Roles) String() string {
	var names []string
	for i, name := range RoleNames() {
		if r&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return strings.Join(names, roleSep)
}

// ParseRoles reads what [Roles.String] writes, in any order and case.
func ParseRoles(s string) (Roles, error) {
	var roles Roles
next:
	for word := range strings.SplitSeq(s, roleSep) {
		word = strings.ToLower(strings.TrimSpace(word))
		for i, name := range RoleNames() {
			if word == name {
				roles |= 1 << i
				continue next
			}
		}
		return 0, fmt.Errorf("%q is not a role: use mentor, coordinator, supervisor, owner or outside, several joined by +", word)
	}
	return roles, nil
}

// MarshalText returns the names joined by "+".
func (r Roles) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads names joined by "+"; an empty text is no role.
func (r *Roles) UnmarshalText(b []byte) (err error) {
	if len(b) == 0 {
		*r = Nobody
		return nil
	}
	*r, err = ParseRoles(string(b))
	return err
}

// An Invite lets one person join with a role, once, until it expires. Only the
// hash of its code is kept.
type Invite struct {
	Hash    string    `json:"hash"`
	Roles   Roles     `json:"roles"`
	By      PersonID  `json:"by,omitzero"` // zero: the operator, at first start
	Expires time.Time `json:"expires"`
	Used    time.Time `json:"used,omitzero"`
	UsedBy  PersonID  `json:"used_by,omitzero"`
}

// A Link is the wish of a person to be known by one more account. A code leads
// from one account to the other; both then have to agree. Only the hash of the
// code is kept. A person has at most one link.
type Link struct {
	Person   PersonID     `json:"person"`
	Hash     string       `json:"hash"`
	Asked    chat.Account `json:"asked"`             // the account that was given the code
	To       chat.Account `json:"to,omitzero"`       // the account that brought it back; zero: none yet
	Language string       `json:"language,omitzero"` // in which To is spoken to
	Expires  time.Time    `json:"expires"`

	PersonAgrees  bool `json:"person_agrees,omitzero"`
	AccountAgrees bool `json:"account_agrees,omitzero"`
}

// A Channel is a place bound to a purpose.
type Channel struct {
	Place   chat.Place `json:"place"`
	Purpose string     `json:"purpose"`
	Title   string     `json:"title,omitzero"`
	By      PersonID   `json:"by,omitzero"` // zero: the configuration
	Since   time.Time  `json:"since"`
	Lost    time.Time  `json:"lost,omitzero"` // since when nothing can be posted there
}

// Supervisors is the purpose of a channel that gets the cards of cases.
const Supervisors = "supervisors"
