package web

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net"
	"net/http"
	"strings"
	"time"

	"steadfast/bot/chat"
)

// bodyLimit bounds a request: a very long text, and room for its quoting.
const bodyLimit = 64 << 10

// idLimit bounds the id that the page gives to a message.
const idLimit = 64

// policy lets the page use what comes from this server and nothing else.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
	"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

//go:embed page
var files embed.FS

// Handler returns the page and what it calls. It answers only this machine and
// only its own page: a host name that is not the loopback's, or a request that
// another site caused, is refused.
func (a *Adapter) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", serveIndex)
	mux.HandleFunc("GET /page/{file}", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFileFS(w, r, files, "page/"+r.PathValue("file"))
	})
	mux.HandleFunc("GET /events", api(a.serveEvents))
	mux.HandleFunc("GET /calendar", api(a.serveCalendar))
	mux.HandleFunc("GET /file/{seat}/{ref}", api(a.serveFile))
	mux.HandleFunc("POST /say", api(a.serveSay))
	mux.HandleFunc("POST /press", api(a.servePress))
	mux.HandleFunc("POST /skip", api(a.serveSkip))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Cache-Control", "no-cache") // a newer program has a newer page
		if !loopback(r.Host) {
			refuse(w, http.StatusMisdirectedRequest, "Open the demo as http://localhost or http://127.0.0.1 on this machine.")
			return
		}
		mux.ServeHTTP(w, r)
	})
}

func serveIndex(w http.ResponseWriter, r *http.Request) {
	index, err := files.ReadFile("page/index.html")
	if err != nil {
		http.NotFound(w, r) // the file is part of the program
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(index)
}

// api guards what reads or changes the chats.
func api(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		if !sameOrigin(r) {
			refuse(w, http.StatusForbidden, "This came from another site, so it was refused.")
			return
		}
		next(w, r)
	}
}

// loopback reports whether the browser reached this server by a name that only
// this machine can have. A site that points its own name at 127.0.0.1 fails
// here.
func loopback(host string) bool {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	}
	return name == "127.0.0.1" || name == "::1" || strings.EqualFold(name, "localhost")
}

// sameOrigin reports whether the page itself made the request. Browsers say so
// in one header or in both; a request that changes something must have one.
func sameOrigin(r *http.Request) bool {
	origin, site := r.Header.Get("Origin"), r.Header.Get("Sec-Fetch-Site")
	if origin != "" && !strings.EqualFold(origin, scheme(r)+"://"+r.Host) {
		return false
	}
	if site != "" && site != "same-origin" {
		return false
	}
	return r.Method == http.MethodGet || origin != "" || site != ""
}

func scheme(r *http.Request) string {
	if r.TLS != nil {
		return "https"
	}
	return "http"
}

func (a *Adapter) serveSay(w http.ResponseWriter, r *http.Request) {
	var body struct{ Seat, ID, Text string }
	if !read(w, r, &body) {
		return
	}
	seat, ok := a.seats[body.Seat]
	switch {
	case !ok:
		refuse(w, http.StatusNotFound, "There is no such chat on the page.")
	case strings.TrimSpace(body.Text) == "":
		refuse(w, http.StatusBadRequest, "There is nothing to send.")
	case len(body.ID) > idLimit:
		refuse(w, http.StatusBadRequest, "The id of this message is too long.")
	default:
		if body.ID == "" {
			body.ID = a.newID()
		}
		answer, err := a.say(r.Context(), seat, body.ID, body.Text)
		reply(w, answer, err)
	}
}

func (a *Adapter) servePress(w http.ResponseWriter, r *http.Request) {
	var body struct{ Seat, Ref, Token string }
	if !read(w, r, &body) {
		return
	}
	seat, ok := a.seats[body.Seat]
	switch {
	case !ok:
		refuse(w, http.StatusNotFound, "There is no such chat on the page.")
	case body.Token == "" || len(body.Token) > chat.TokenBytes:
		refuse(w, http.StatusBadRequest, "This is not a button.")
	case !a.board.holds(seat.Place, chat.Ref(body.Ref)):
		refuse(w, http.StatusNotFound, "That message is no longer here.")
	default:
		answer, err := a.press(r.Context(), seat, chat.Ref(body.Ref), body.Token)
		reply(w, answer, err)
	}
}

// serveFile hands out the file that came with a message.
func (a *Adapter) serveFile(w http.ResponseWriter, r *http.Request) {
	seat, ok := a.seats[r.PathValue("seat")]
	var file *chat.Document
	if ok {
		file = a.board.file(seat.Place, chat.Ref(r.PathValue("ref")))
	}
	if file == nil {
		refuse(w, http.StatusNotFound, "That file is no longer here.")
		return
	}
	w.Header().Set("Content-Type", file.Type)
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": file.Name}))
	_, _ = w.Write(file.Data)
}

func (a *Adapter) serveSkip(w http.ResponseWriter, r *http.Request) {
	var body struct{ To string }
	if !read(w, r, &body) {
		return
	}
	if a.skip == nil {
		refuse(w, http.StatusNotFound, "This clock cannot be moved.")
		return
	}
	// Two skips at once would both start from the same time.
	if err := a.skips.take(r.Context()); err != nil {
		return
	}
	defer a.skips.leave()
	by, ok := ahead(a.now(), body.To)
	if !ok {
		refuse(w, http.StatusBadRequest, "The clock can be moved by five minutes, by an hour, to tomorrow, or by a week.")
		return
	}
	if err := a.skip(by, a.board.moved); err != nil {
		a.log.ErrorContext(r.Context(), "the clock was not moved", "by", by, "err", err)
		refuse(w, http.StatusInternalServerError, "The clock could not be moved.")
		return
	}
	reply(w, chat.Answer{}, nil)
}

// ahead returns how far it is to where the page wants to skip. Days are days of
// the calendar, which are not always 24 hours long.
func ahead(now time.Time, to string) (time.Duration, bool) {
	switch to {
	case "minutes": // as long as a danger waits for its next page
		return 5 * time.Minute, true
	case "hour":
		return time.Hour, true
	case "tomorrow": // when people are up and reminders are due
		return time.Date(now.Year(), now.Month(), now.Day()+1, 9, 0, 0, 0, now.Location()).Sub(now), true
	case "week":
		return now.AddDate(0, 0, 7).Sub(now), true
	}
	return 0, false
}

// read decodes the body of a request, or refuses it.
func read(w http.ResponseWriter, r *http.Request, into any) bool {
	// A form of another site cannot send this type without asking first.
	if kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";"); kind != "application/json" {
		refuse(w, http.StatusUnsupportedMediaType, "Only application/json is understood here.")
		return false
	}
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, bodyLimit))
	d.DisallowUnknownFields()
	err := d.Decode(into)
	if err == nil {
		if _, more := d.Token(); !errors.Is(more, io.EOF) {
			err = errors.New("more than one value")
		}
	}
	var long *http.MaxBytesError
	switch {
	case errors.As(err, &long):
		refuse(w, http.StatusRequestEntityTooLarge, "This is too long to send at once.")
	case err != nil:
		refuse(w, http.StatusBadRequest, "The request could not be read.")
	}
	return err == nil
}

// reply answers with what the bot answered.
func reply(w http.ResponseWriter, answer chat.Answer, err error) {
	switch {
	case errors.Is(err, errStopped):
		refuse(w, http.StatusServiceUnavailable, sentence(err))
	case errors.Is(err, context.Canceled): // nobody is there to read it
		refuse(w, http.StatusServiceUnavailable, "The page left.")
	case err != nil:
		refuse(w, http.StatusInternalServerError, sentence(err))
	default:
		respond(w, http.StatusOK, chat.Answer{Toast: answer.Toast, Alert: answer.Alert})
	}
}

func sentence(err error) string {
	s := err.Error()
	return strings.ToUpper(s[:1]) + s[1:] + "."
}

func refuse(w http.ResponseWriter, status int, why string) {
	respond(w, status, struct {
		Error string `json:"error"`
	}{why})
}

func respond(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(encode(v))
}
