package discord

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/textproto"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/bwmarrin/discordgo"

	"steadfast/bot/chat"
)

const (
	discordURL  = "https://discord.com"
	userAgent   = "DiscordBot (steadfast, 1)"
	callTimeout = 15 * time.Second
	replyLimit  = 16 << 20 // bytes of one answer; a hundred long messages stay far below
)

// A caller calls Discord's REST interface. The library's own layer ignores the
// context while it waits, tries again without end, and remembers every
// interaction for ever. Its methods may be used concurrently.
type caller struct {
	base   string // with the version, without a slash at the end
	token  func() string
	client *http.Client
	limits *limits
}

// newCaller refuses an address that is none.
func newCaller(o Options) (*caller, error) {
	base, err := apiBase(o.APIURL)
	if err != nil {
		return nil, err
	}
	pace := DefaultPace()
	if o.Pace != nil {
		pace = *o.Pace
	}
	rt := o.Transport
	if rt == nil {
		rt = newTransport()
	}
	return &caller{
		base: base, token: o.Token, limits: newLimits(pace.PerSecond),
		client: &http.Client{
			Transport:     rt,
			Timeout:       callTimeout,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}, nil
}

// apiBase returns the address of the interface on the server at address.
func apiBase(address string) (string, error) {
	if address == "" {
		address = discordURL
	}
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil {
		return "", errors.New("the address of Discord's server must be like " + discordURL)
	}
	path := regexp.MustCompile(`/*(/api/*(v[0-9]+/*)?)?$`).ReplaceAllString(u.Path, "")
	return u.Scheme + "://" + u.Host + path + "/api/v" + discordgo.APIVersion, nil
}

// newTransport returns the transport used where the caller brings none. Its
// limits on dialling are shorter than that of a call, so that a dead network
// shows as an error of dialling: the message was surely not shown.
func newTransport() http.RoundTripper {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.DialContext = (&net.Dialer{Timeout: 8 * time.Second, KeepAlive: 15 * time.Second}).DialContext
	t.TLSHandshakeTimeout = 6 * time.Second
	t.MaxIdleConns = 0
	t.MaxIdleConnsPerHost = 256
	t.IdleConnTimeout = 50 * time.Second
	t.HTTP2 = &http.HTTP2Config{SendPingTimeout: 15 * time.Second, PingTimeout: 15 * time.Second}
	return t
}

// A request is one call.
type request struct {
	method string
	path   string // after the version, such as "/channels/1/messages"
	route  string // requests with the same one share a limit, such as "POST /channels/1/messages"; empty: there is none
	query  url.Values
	body   any            // sent as JSON; nil: none
	file   *chat.Document // sent beside body; nil: none
	free   bool           // it needs no token and does not count for the limit of all requests
}

// call makes one request, after a pause where Discord's limits ask for a short
// one, and returns what Discord answered. With T struct{} the answer is not
// read. Nothing is tried twice. The error, if any, is a [*failure].
func call[T any](ctx context.Context, c *caller, r request) (T, error) {
	var result T
	answer, f := c.do(ctx, r)
	if f != nil {
		return result, f
	}
	if _, none := any(result).(struct{}); none {
		return result, nil
	}
	if err := json.Unmarshal(answer, &result); err != nil {
		return result, &failure{call: describe(r.method, r.path), err: errForeign, sent: true}
	}
	return result, nil
}

// do makes one request and returns the body of the answer.
func (c *caller) do(ctx context.Context, r request) ([]byte, *failure) {
	name := describe(r.method, r.path)
	req, begun, err := c.build(ctx, r)
	if err != nil {
		return nil, &failure{call: name, err: errors.New("the request cannot be written")}
	}
	t, f := c.limits.admit(ctx, r)
	if f != nil {
		f.call = name
		return nil, f
	}
	resp, err := c.client.Do(req)
	if err != nil {
		c.limits.learn(t, nil, nil)
		return nil, &failure{call: name, err: inner(err), sent: begun.Load()}
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, replyLimit))
	if err != nil {
		c.limits.learn(t, nil, nil)
		return nil, &failure{call: name, err: inner(err), sent: true}
	}
	if resp.StatusCode/100 != 2 {
		f = refusal(resp, answer)
		f.call = name
	}
	c.limits.learn(t, resp.Header, f)
	return answer, f
}

// build makes the request for net/http. What is returned with it tells whether
// anybody began to read the body: before that, nothing of a message can have
// reached Discord.
func (c *caller) build(ctx context.Context, r request) (*http.Request, *atomic.Bool, error) {
	address, begun := c.base+r.path, new(atomic.Bool)
	if len(r.query) > 0 {
		address += "?" + r.query.Encode()
	}
	data, kind, err := r.content()
	if err != nil {
		return nil, nil, err
	}
	req, err := http.NewRequestWithContext(ctx, r.method, address, nil)
	if err != nil {
		return nil, nil, err
	}
	req.Header.Set("User-Agent", userAgent)
	if !r.free {
		req.Header.Set("Authorization", "Bot "+c.token())
	}
	if data != nil {
		req.Header.Set("Content-Type", kind)
		req.ContentLength = int64(len(data))
		req.GetBody = func() (io.ReadCloser, error) {
			return io.NopCloser(&payload{bytes.NewReader(data), begun}), nil
		}
		req.Body, _ = req.GetBody()
	}
	return req, begun, nil
}

// content returns the body of a request and its media type; nil if it has none.
func (r request) content() (data []byte, kind string, err error) {
	if r.body == nil {
		return nil, "", nil
	}
	if data, err = json.Marshal(r.body); err != nil || r.file == nil {
		return data, "application/json", err
	}
	var b bytes.Buffer
	form := multipart.NewWriter(&b) // writing to a buffer never fails
	for _, part := range []struct {
		disposition, kind string
		data              []byte
	}{
		{`form-data; name="payload_json"`, "application/json", data},
		{fmt.Sprintf(`form-data; name="files[0]"; filename=%q`, r.file.Name), r.file.Type, r.file.Data},
	} {
		w, err := form.CreatePart(textproto.MIMEHeader{"Content-Disposition": {part.disposition}, "Content-Type": {part.kind}})
		if err != nil {
			return nil, "", err
		}
		_, _ = w.Write(part.data)
	}
	_ = form.Close()
	return b.Bytes(), form.FormDataContentType(), nil
}

// A payload notes that somebody began to read it.
type payload struct {
	*bytes.Reader
	begun *atomic.Bool
}

// Read reads the body and notes that it was begun.
func (p *payload) Read(b []byte) (int, error) {
	p.begun.Store(true)
	return p.Reader.Read(b)
}

// WriteTo writes the body and notes that it was begun.
func (p *payload) WriteTo(w io.Writer) (int64, error) {
	p.begun.Store(true)
	return p.Reader.WriteTo(w)
}

// A refused answer is what Discord says instead of a result.
type refusedAnswer struct {
	Code       int             `json:"code"`
	RetryAfter float64         `json:"retry_after"` // seconds
	Global     bool            `json:"global"`
	Message    *string         `json:"message"`
	Errors     json.RawMessage `json:"errors"`
}

// refusal reads an answer that is not a result. One that Discord did not write,
// such as a page of Cloudflare, which stands before it, is no refusal of the
// message; a page that says "too many" concerns all requests.
func refusal(resp *http.Response, answer []byte) *failure {
	f := &failure{status: resp.StatusCode, after: seconds(resp.Header.Get("Retry-After"))}
	var a refusedAnswer
	if json.Unmarshal(answer, &a) != nil || a.Message == nil {
		f.err = errForeign
		if f.global = f.status == http.StatusTooManyRequests; f.global {
			f.after = atLeast(f.after, foreignPause)
		}
		return f
	}
	f.code, f.where = a.Code, places(a.Errors)
	if a.RetryAfter > 0 { // finer than the header, which is in whole seconds
		f.after = time.Duration(a.RetryAfter * float64(time.Second))
	}
	f.global = a.Global || resp.Header.Get("X-RateLimit-Global") == "true"
	return f
}

// places tells which fields of a form were refused and why, as far as that are
// Discord's own words. What was filled in may stand beside them, and is left
// out.
func places(errs json.RawMessage) string {
	var found []string
	var walk func(at string, raw json.RawMessage)
	walk = func(at string, raw json.RawMessage) {
		var fields map[string]json.RawMessage
		if len(found) > 3 || json.Unmarshal(raw, &fields) != nil {
			return
		}
		for name, field := range fields {
			var reasons []struct {
				Code string `json:"code"`
			}
			switch {
			case name == "_errors" && json.Unmarshal(field, &reasons) == nil && len(reasons) > 0 && plainWord(reasons[0].Code):
				found = append(found, at+reasons[0].Code)
			case name != "_errors" && plainWord(name):
				walk(at+name+" ", field)
			}
		}
	}
	walk("", errs)
	return strings.Join(found, ", ")
}

// plainWord reports whether s can be the name of a field, or a code.
func plainWord(s string) bool {
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_' {
			return false
		}
	}
	return s != "" && len(s) <= 64
}

// seconds reads a number of seconds, 0 if it is none.
func seconds(s string) time.Duration {
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || !(n > 0 && n < 1e7) {
		return 0
	}
	return time.Duration(n * float64(time.Second))
}

// inner takes off the method and URL that net/http puts around errors.
func inner(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}
