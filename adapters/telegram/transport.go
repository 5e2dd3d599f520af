package telegram

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// placeholder stands for the bot's token in every URL that this package or the
// library makes. Whatever holds such a URL, as errors of net/http do, holds no
// secret.
const placeholder = "0:hidden"

// replyLimit is the most bytes of one answer that are read. A hundred updates
// with all their quotations stay far below it.
const replyLimit = 32 << 20

// newTransport returns the transport used where the caller brings none. Its
// limits on dialling are shorter than those of the calls, so that a dead
// network shows as an error of dialling: the message was surely not shown.
func newTransport() http.RoundTripper {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.DialContext = (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 15 * time.Second}).DialContext
	t.TLSHandshakeTimeout = 10 * time.Second
	t.MaxIdleConns = 0
	t.MaxIdleConnsPerHost = 256
	t.IdleConnTimeout = 50 * time.Second
	t.DisableCompression = true
	t.HTTP2 = &http.HTTP2Config{SendPingTimeout: 15 * time.Second, PingTimeout: 15 * time.Second}
	return t
}

// keeper puts the token into requests on their way out and keeps it out of
// everything that comes back.
type keeper struct {
	token func() string
	next  http.RoundTripper
}

// RoundTrip sends req with the token in place of the placeholder.
func (k keeper) RoundTrip(req *http.Request) (*http.Response, error) {
	token := k.token()
	real, u := *req, *req.URL
	u.Path = strings.Replace(u.Path, "/bot"+placeholder+"/", "/bot"+token+"/", 1)
	u.RawPath = ""
	real.URL = &u
	resp, err := k.next.RoundTrip(&real)
	if err != nil {
		if text := err.Error(); token != "" && strings.Contains(text, token) {
			err = errors.New(strings.ReplaceAll(text, token, placeholder))
		}
		return nil, err
	}
	resp.Request = req
	if resp.StatusCode != http.StatusOK {
		// A page of some proxy may quote the path of the request.
		return sanitize(resp, token), nil
	}
	return resp, nil
}

// sanitize returns resp with a body that is an error of Telegram's form and
// without any header but Retry-After.
func sanitize(resp *http.Response, token string) *http.Response {
	body, _ := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	resp.Body.Close()
	var r reply[json.RawMessage]
	if json.Unmarshal(body, &r) != nil || r.OK || r.Code == 0 {
		body = foreignBody()
	} else if token != "" && bytes.Contains(body, []byte(token)) {
		body = bytes.ReplaceAll(body, []byte(token), []byte(placeholder))
	}
	header := http.Header{"Content-Type": {"application/json"}}
	if after := resp.Header.Get("Retry-After"); after != "" {
		header.Set("Retry-After", after)
	}
	resp.Header = header
	resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return resp
}

// foreignBody is what stands for a body that Telegram did not write. Its code
// is zero, which Telegram never sends.
func foreignBody() []byte {
	return []byte(`{"ok":false,"error_code":0,"description":"the answer is not Telegram's"}`)
}

// whole reads answers to their end and replaces those that are not JSON. It
// stands before the library, which quotes such a body in its error.
type whole struct{ next http.RoundTripper }

// RoundTrip returns a response whose body is surely a JSON document.
func (w whole) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := w.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, replyLimit))
	resp.Body.Close()
	if err != nil {
		return nil, err
	}
	var r reply[json.RawMessage]
	if json.Unmarshal(body, &r) != nil || (r.OK && r.Result == nil) {
		body = foreignBody()
	}
	resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return resp, nil
}

// newClient returns a client that follows no redirect, since the place it
// leads to may quote the path of the request.
func newClient(rt http.RoundTripper, timeout time.Duration) *http.Client {
	return &http.Client{
		Transport:     rt,
		Timeout:       timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// A libraryClient hides from the library that an error is of net/http: the
// library would write into it while another of its goroutines reads it.
type libraryClient struct{ client *http.Client }

// Do sends one request.
func (c libraryClient) Do(req *http.Request) (*http.Response, error) {
	resp, err := c.client.Do(req)
	if err != nil {
		return nil, inner(err)
	}
	return resp, nil
}
