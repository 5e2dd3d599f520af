package program

// An Act is something a person may ask the bot to do, by a command or by a
// button.
type Act string

// The acts. Every command and every button stands for one of them.
const (
	ActJoin      Act = "join"         // use an invitation
	ActHelp      Act = "help"         // read what the bot can do
	ActCheckIn   Act = "checkin"      // say how a meeting went
	ActSOS       Act = "sos"          // page the supervisors now
	ActUndo      Act = "undo"         // take back one's own last check-in
	ActNote      Act = "note"         // have free text kept
	ActAnswer    Act = "answer"       // answer one's own dialogue
	ActSettings  Act = "settings"     // change one's own language and preferred platform
	ActLink      Act = "link"         // have an account joined to a person
	ActUnlink    Act = "unlink"       // take an account of one's own away
	ActInvite    Act = "invite"       // invite mentors
	ActInviteAny Act = "invite any"   // invite coordinators and supervisors
	ActMatch     Act = "match"        // join a mentor and a mentee
	ActSchedule  Act = "schedule"     // see and change when a match meets
	ActPause     Act = "pause"        // pause the meetings of a match
	ActBind      Act = "bind"         // bind a channel
	ActCases     Act = "cases"        // list the cases
	ActAck       Act = "ack"          // acknowledge a case
	ActReadNote  Act = "read note"    // read what a mentor wrote outside a check-in
	ActOpenCase  Act = "open case"    // read what a case is about
	ActDuty      Act = "duty"         // see and change the rota
	ActWork      Act = "work on case" // record what was done about a case, hand it over, close it
	ActSecond    Act = "second"       // agree to what somebody else asked for in a case
	ActWatch     Act = "watch"        // see how a match stands, write to its mentor
	ActOverdue   Act = "overdue"      // list the matches that one looks after
	ActPresent   Act = "present"      // say that one is there
	ActImport    Act = "import"       // load a roster
	ActRoles     Act = "roles"        // change roles
)

// A Rule says who may do an act, and where.
type Rule struct {
	Roles   Roles // any of these
	Private bool  // only where nobody else reads
}

// Rules returns the table of who may do what: the one place where that is
// decided. An act that is not in it is allowed to nobody.
func Rules() map[Act]Rule {
	return map[Act]Rule{
		ActJoin:      {Anybody | Nobody, true},
		ActHelp:      {Anybody, false},
		ActCheckIn:   {Mentor, true},
		ActSOS:       {Anybody, true},
		ActUndo:      {Mentor, true},
		ActNote:      {Anybody, true},
		ActAnswer:    {Anybody, true},
		ActSettings:  {Anybody, true},
		ActLink:      {Anybody | Nobody, true},
		ActUnlink:    {Anybody, true},
		ActInvite:    {Coordinator | Owner, true},
		ActInviteAny: {Owner, true},
		ActMatch:     {Coordinator | Owner, true},
		ActSchedule:  {Mentor | Coordinator | Owner, true},
		ActPause:     {Mentor | Coordinator | Owner, true},
		ActBind:      {Coordinator | Owner, false},
		ActCases:     {Supervisor | Outside, true},
		ActAck:       {Supervisor | Outside, false},
		ActDuty:      {Supervisor | Coordinator | Owner, true},
		ActWork:      {Supervisor | Outside, true},
		ActSecond:    {Supervisor | Outside | Owner, true},
		ActReadNote:  {Staff, true},
		ActOpenCase:  {Supervisor | Outside, false},
		ActWatch:     {Staff, true},
		ActOverdue:   {Coordinator | Owner, true},
		ActPresent:   {Supervisor | Outside, true},
		ActImport:    {Coordinator | Owner, true},
		ActRoles:     {Owner, true},
	}
}

// A Verdict is the answer of [Allowed].
type Verdict string

// The verdicts.
const (
	Yes           Verdict = "yes"
	NotEnrolled   Verdict = "not enrolled"
	NotYourRole   Verdict = "not your role"
	OnlyInPrivate Verdict = "only in private"
)

// Allowed says whether p may do act, in a place that only p reads (private) or
// where others read too. A person with ID zero is somebody the bot does not
// know. Whoever left the program is not enrolled.
func Allowed(rules map[Act]Rule, act Act, p Person, private bool) Verdict {
	rule, ok := rules[act]
	enrolled := p.ID != 0 && p.Left.IsZero()
	switch {
	case !ok:
		return NotYourRole
	case act == ActJoin, act == ActLink: // the code itself decides
	case !enrolled:
		return NotEnrolled
	case !p.Is(rule.Roles):
		return NotYourRole
	}
	if rule.Private && !private {
		return OnlyInPrivate
	}
	return Yes
}
