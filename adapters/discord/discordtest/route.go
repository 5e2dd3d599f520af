package discordtest

import "net/http"

// routes lists all that the server answers. What is not among them is refused,
// and noted.
func (s *Server) routes() *http.ServeMux {
	mux := http.NewServeMux()
	for route, do := range map[string]endpoint{
		"GET /gateway/bot":                                (*Server).getGatewayBot,
		"GET /users/@me":                                  (*Server).getMe,
		"POST /users/@me/channels":                        (*Server).openPrivate,
		"GET /applications/@me":                           (*Server).getApplication,
		"GET /oauth2/applications/@me":                    (*Server).getApplication,
		"GET /channels/{channel}":                         (*Server).getChannel,
		"GET /guilds/{guild}":                             (*Server).getGuild,
		"GET /guilds/{guild}/roles":                       (*Server).getRoles,
		"GET /guilds/{guild}/channels":                    (*Server).getChannels,
		"GET /guilds/{guild}/members/{user}":              (*Server).getMember,
		"GET /applications/{app}/commands":                (*Server).getCommands,
		"PUT /applications/{app}/commands":                (*Server).putCommands,
		"GET /channels/{channel}/messages":                (*Server).getMessages,
		Messages:                                          (*Server).postMessage,
		"GET /channels/{channel}/messages/{id}":           (*Server).getMessage,
		"PATCH /channels/{channel}/messages/{id}":         (*Server).patchMessage,
		"POST /channels/{channel}/messages/{id}/threads":  (*Server).postThread,
		"GET /applications/{app}/guilds/{guild}/commands": (*Server).getCommands,
		"PUT /applications/{app}/guilds/{guild}/commands": (*Server).putCommands,
		"DELETE /channels/{channel}/messages/{id}":        (*Server).deleteMessage,
	} {
		mux.Handle(route, s.handle(route, false, do))
	}
	for route, do := range map[string]endpoint{
		"GET /gateway": (*Server).getGateway,
		"POST /interactions/{id}/{token}/callback":          (*Server).callback,
		"POST /webhooks/{app}/{token}":                      (*Server).followUp,
		"GET /webhooks/{app}/{token}/messages/@original":    (*Server).getOriginal,
		"PATCH /webhooks/{app}/{token}/messages/@original":  (*Server).patchOriginal,
		"DELETE /webhooks/{app}/{token}/messages/@original": (*Server).deleteOriginal,
		"GET /webhooks/{app}/{token}/messages/{message}":    (*Server).getOriginal,
		"PATCH /webhooks/{app}/{token}/messages/{message}":  (*Server).patchOriginal,
		"DELETE /webhooks/{app}/{token}/messages/{message}": (*Server).deleteOriginal,
	} {
		mux.Handle(route, s.handle(route, true, do))
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.next("", false)
		s.refuse(w, r.Method+" "+r.URL.Path, &problem{status: 404, message: "404: Not Found", defect: true})
	})
	return mux
}
