package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/go-telegram/bot"
)

// A reply is the envelope of all answers.
type reply[T any] struct {
	OK          bool   `json:"ok"`
	Result      T      `json:"result"`
	Code        int    `json:"error_code"`
	Description string `json:"description"`
	Parameters  struct {
		RetryAfter int   `json:"retry_after"`
		MigrateTo  int64 `json:"migrate_to_chat_id"`
	} `json:"parameters"`
}

// errForeign says that somebody between us and Telegram answered.
var errForeign = errors.New("the answer is not Telegram's")

// post calls method with params as JSON. The library would write a multipart
// form, which costs several times the processor time, and sends fields that
// are wrong in JSON. The error, if any, is a *failure.
func post[T any](ctx context.Context, a *Adapter, client *http.Client, method string, params any) (T, error) {
	var r reply[T]
	data, err := json.Marshal(params)
	if err != nil {
		return r.Result, &failure{method: method, err: err}
	}
	return postBody[T](ctx, a, client, method, "application/json", data)
}

// postBody is [post] with parameters that are written already.
func postBody[T any](ctx context.Context, a *Adapter, client *http.Client, method, kind string, data []byte) (T, error) {
	var r reply[T]
	var begun atomic.Bool
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, a.base+method, newPayload(data, &begun))
	if err != nil {
		return r.Result, &failure{method: method, err: err}
	}
	req.Header.Set("Content-Type", kind)
	req.ContentLength = int64(len(data))
	req.GetBody = func() (io.ReadCloser, error) {
		return io.NopCloser(newPayload(data, &begun)), nil
	}
	resp, err := client.Do(req)
	if err != nil {
		return r.Result, &failure{method: method, err: inner(err), sent: begun.Load()}
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, replyLimit))
	if err != nil {
		return r.Result, &failure{method: method, err: inner(err), sent: true}
	}
	if err := json.Unmarshal(answer, &r); err != nil || (!r.OK && r.Code == 0) {
		return r.Result, foreign(method, resp)
	}
	if !r.OK {
		after := time.Duration(r.Parameters.RetryAfter) * time.Second
		return r.Result, &failure{
			method: method, status: r.Code, description: r.Description,
			after: max(after, retryAfter(resp.Header)), migrateTo: r.Parameters.MigrateTo,
		}
	}
	return r.Result, nil
}

// A payload notes whether anybody began to read it: before that, nothing of a
// message can have reached Telegram.
type payload struct {
	*bytes.Reader
	begun *atomic.Bool
}

func newPayload(data []byte, begun *atomic.Bool) *payload {
	return &payload{bytes.NewReader(data), begun}
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

// foreign says what an answer means that Telegram did not write.
func foreign(method string, resp *http.Response) *failure {
	f := &failure{method: method, description: errForeign.Error(), after: retryAfter(resp.Header)}
	switch code := resp.StatusCode; {
	case code == http.StatusTooManyRequests, code >= 500:
		f.status = code
	case code < 300: // the message may be shown, and its answer mutilated
		f.err, f.sent = errForeign, true
	default:
		f.err = fmt.Errorf("%w (HTTP %d)", errForeign, code)
	}
	return f
}

func retryAfter(h http.Header) time.Duration {
	seconds, err := strconv.Atoi(h.Get("Retry-After"))
	if err != nil || seconds < 0 {
		return 0
	}
	return time.Duration(seconds) * time.Second
}

// inner takes off the method and URL that net/http puts around errors.
func inner(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}

// libraryFailure translates an error of the library.
func libraryFailure(method string, err error) *failure {
	f := &failure{method: method, description: "refused"}
	if e, ok := errors.AsType[*bot.TooManyRequestsError](err); ok {
		f.status, f.after = http.StatusTooManyRequests, time.Duration(e.RetryAfter)*time.Second
		return f
	}
	if e, ok := errors.AsType[*bot.MigrateError](err); ok {
		f.status, f.migrateTo = http.StatusBadRequest, int64(e.MigrateToChatID)
		return f
	}
	for sentinel, status := range map[error]int{
		bot.ErrorBadRequest: 400, bot.ErrorUnauthorized: 401, bot.ErrorForbidden: 403,
		bot.ErrorNotFound: 404, bot.ErrorConflict: 409,
	} {
		if errors.Is(err, sentinel) {
			f.status, f.description = status, err.Error()
			return f
		}
	}
	// What remains is the network, a 5xx, or an answer that is not Telegram's.
	// The calls left to the library may all be repeated.
	f.err = inner(err)
	return f
}
