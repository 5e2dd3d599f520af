package discord

import (
	"math"
	"testing"
)

func TestPermissionsIn(t *testing.T) {
	const (
		server, me, owner, team, banned = "5", "99", "1", "20", "21"
		view, send, talk                = 1, 2, 4
	)
	g := serverFound{ID: server, Owner: owner}
	for id, p := range map[string]int64{server: view, team: send, banned: 0, "30": 8 /* administrator */} {
		g.Roles = append(g.Roles, roleFound{ID: id, Permissions: p})
	}
	for name, test := range map[string]struct {
		who        string
		roles      []string
		overwrites []overwrite
		want       int64
	}{
		"everybody":              {me, nil, nil, view},
		"a role":                 {me, []string{team}, nil, view | send},
		"the owner":              {owner, nil, []overwrite{{ID: server, Deny: view}}, math.MaxInt64},
		"an administrator":       {me, []string{"30"}, []overwrite{{ID: me, Deny: view}}, math.MaxInt64},
		"closed to everybody":    {me, []string{team}, []overwrite{{ID: server, Deny: view | send}}, 0},
		"open to a role":         {me, []string{team}, []overwrite{{ID: team, Allow: view}, {ID: server, Deny: view}}, view | send},
		"roles that disagree":    {me, []string{team, banned}, []overwrite{{ID: team, Allow: talk}, {ID: banned, Deny: talk}}, view | send | talk},
		"open to the bot":        {me, []string{team}, []overwrite{{ID: me, Allow: view}, {ID: team, Deny: view}, {ID: server, Deny: view}}, view | send},
		"closed to the bot":      {me, []string{team}, []overwrite{{ID: me, Deny: send}, {ID: team, Allow: send}}, view},
		"somebody else's rights": {me, nil, []overwrite{{ID: "98", Allow: send}, {ID: team, Allow: send}}, view},
	} {
		if got := permissionsIn(g, test.overwrites, test.who, test.roles); got != test.want {
			t.Errorf("%s: %b, want %b", name, got, test.want)
		}
	}
}
