package discord

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/bwmarrin/discordgo"

	"steadfast/bot/chat"
)

// permissions returns what the bot must be allowed, and nothing else.
func (a *Adapter) permissions() int64 {
	p := int64(discordgo.PermissionViewChannel | discordgo.PermissionSendMessages)
	if a.threads {
		p |= discordgo.PermissionCreatePublicThreads | discordgo.PermissionSendMessagesInThreads
	}
	return p
}

// Identify asks Discord who the bot is and returns its username. An error is a
// sentence that says what to do.
func (a *Adapter) Identify(ctx context.Context) (name string, err error) {
	if strings.TrimSpace(a.token()) == "" {
		return "", errNoToken
	}
	name, err = a.identify(ctx)
	if err != nil {
		return "", advise(failed(err), "")
	}
	return name, nil
}

// InviteLink returns the address at which somebody who manages a server can add
// the bot to it, with the permissions that it needs and no others. An error is
// a sentence that says what to do.
func (a *Adapter) InviteLink(ctx context.Context) (string, error) {
	if a.known().application == "" {
		if _, err := a.Identify(ctx); err != nil {
			return "", err
		}
	}
	return "https://discord.com/oauth2/authorize?" + url.Values{
		"client_id":   {a.known().application},
		"scope":       {"bot applications.commands"},
		"permissions": {strconv.FormatInt(a.permissions(), 10)},
	}.Encode(), nil
}

// CheckPlace asks Discord whether the bot can write to p, which must be a
// channel of a server, and returns its title with that of the server, as far as
// they are known. Nothing is shown there. An error is a sentence that says what
// to do.
func (a *Adapter) CheckPlace(ctx context.Context, p chat.Place) (title string, err error) {
	if _, ok := snowflake(p.ID); !ok || p.Platform != Name {
		return "", advicef("%s is not a channel of Discord: write its number, such as discord:123456789012345678.", p)
	}
	if a.known().user == "" {
		if _, err := a.Identify(ctx); err != nil {
			return "", err
		}
	}
	c, err := get[placeFound](ctx, a, "/channels/"+p.ID)
	if err != nil {
		return "", advise(failed(err), p.String())
	}
	if c.Server == "" {
		return "", advicef("%s is a private chat: write the number of a channel in your server instead.", p)
	}
	return a.checkChannel(ctx, p, c)
}

// checkChannel looks whether the bot may write in a channel of a server.
func (a *Adapter) checkChannel(ctx context.Context, p chat.Place, c placeFound) (string, error) {
	g, err := get[serverFound](ctx, a, "/guilds/"+c.Server)
	if err != nil {
		return c.Name, advise(failed(err), p.String())
	}
	title := "#" + c.Name + " (" + g.Name + ")"
	me, err := get[memberFound](ctx, a, "/guilds/"+c.Server+"/members/"+a.known().user)
	if err != nil {
		return title, advise(failed(err), p.String())
	}
	overwrites := c.Overwrites
	if c.thread() { // a thread has what its channel has
		parent, err := get[placeFound](ctx, a, "/channels/"+c.Parent)
		if err != nil {
			return title, advise(failed(err), p.String())
		}
		overwrites = parent.Overwrites
	}
	may := permissionsIn(g, overwrites, a.known().user, me.Roles)
	if missing := a.permissions() &^ may; missing != 0 {
		return title, advicef("The bot may not do all it must in %s: open the channel's settings, add the bot under Permissions, and allow it: %s.", p, spelled(missing))
	}
	if a.role == "" || may&discordgo.PermissionMentionEveryone != 0 {
		return title, nil
	}
	return title, a.checkRole(g)
}

// checkRole looks whether the role that is called in an alarm can be called.
func (a *Adapter) checkRole(g serverFound) error {
	for _, r := range g.Roles {
		switch {
		case r.ID != a.role:
		case r.ID == g.ID:
			return advicef("[discord] danger_role is the number of the server %q, which stands for everyone in it: write that of a role.", g.Name)
		case !r.Mentionable:
			return advicef("Nobody with the role %q is called in an alarm: open the settings of the server, Roles, that role, and switch on \"Allow anyone to @mention this role\".", r.Name)
		default:
			return nil
		}
	}
	return advicef("There is no role %s in the server %q, so nobody is called there in an alarm: right-click the role in the server's settings, Copy Role ID, and write it in [discord] danger_role.", a.role, g.Name)
}

// What is read of a channel, a server and a member when a place is checked.
type (
	placeFound struct {
		channel
		Parent     string      `json:"parent_id"`
		Overwrites []overwrite `json:"permission_overwrites"`
	}
	serverFound struct {
		ID    string      `json:"id"`
		Name  string      `json:"name"`
		Owner string      `json:"owner_id"`
		Roles []roleFound `json:"roles"`
	}
	roleFound struct {
		ID          string `json:"id"`
		Name        string `json:"name"`
		Permissions int64  `json:"permissions,string"`
		Mentionable bool   `json:"mentionable"`
	}
	memberFound struct {
		Roles []string `json:"roles"`
	}
	overwrite struct {
		ID    string `json:"id"`
		Allow int64  `json:"allow,string"`
		Deny  int64  `json:"deny,string"`
	}
)

// permissionsIn returns what somebody with certain roles may do in a channel
// of a server: what the roles allow, changed by what is said of the channel for
// everybody, then for the roles, then for that one person.
func permissionsIn(g serverFound, overwrites []overwrite, who string, roles []string) int64 {
	if g.Owner == who {
		return math.MaxInt64
	}
	has := map[string]bool{g.ID: true} // the role of everybody has the ID of the server
	for _, id := range roles {
		has[id] = true
	}
	var may int64
	for _, r := range g.Roles {
		if has[r.ID] {
			may |= r.Permissions
		}
	}
	if may&discordgo.PermissionAdministrator != 0 {
		return math.MaxInt64
	}
	var everybody, byRole, own overwrite
	for _, o := range overwrites {
		switch {
		case o.ID == g.ID:
			everybody = o
		case o.ID == who:
			own = o
		case has[o.ID]:
			byRole.Allow |= o.Allow
			byRole.Deny |= o.Deny
		}
	}
	for _, o := range []overwrite{everybody, byRole, own} {
		may = may&^o.Deny | o.Allow
	}
	return may
}

// spelled names permissions the way Discord does.
func spelled(permissions int64) string {
	var names []string
	for _, p := range []struct {
		bit  int64
		name string
	}{
		{discordgo.PermissionViewChannel, "View Channel"},
		{discordgo.PermissionSendMessages, "Send Messages"},
		{discordgo.PermissionCreatePublicThreads, "Create Public Threads"},
		{discordgo.PermissionSendMessagesInThreads, "Send Messages in Threads"},
	} {
		if permissions&p.bit != 0 {
			names = append(names, p.name)
		}
	}
	return strings.Join(names, ", ")
}

func get[T any](ctx context.Context, a *Adapter, path string) (T, error) {
	return call[T](ctx, a.caller, request{method: http.MethodGet, path: path, route: "GET " + path})
}

// advise turns a failure into a sentence that says what to do.
func advise(f *failure, where string) error {
	switch e := classify(f, false); {
	case f.status == http.StatusUnauthorized:
		return errToken
	case e.Class == chat.Gone:
		return advicef("The bot cannot see %s: look whether the number is right, add the bot to that server, and in the channel's settings, under Permissions, add the bot.", where)
	case e.Class == chat.Throttled:
		return advicef("Discord wants fewer questions: try again in %s.", e.After)
	case f.err != nil, e.Class == chat.Again:
		return advicef("Discord cannot be reached: look at the network and at [discord] api_url, then try again. (%v)", f)
	}
	return advicef("Discord refused the question. (%v)", f)
}

func advicef(format string, args ...any) advice { return advice(fmt.Sprintf(format, args...)) }
