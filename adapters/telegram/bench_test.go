package telegram

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"steadfast/bot/chat"
)

// BenchmarkParse reads a typical update.
func BenchmarkParse(b *testing.B) {
	raw := []byte(`{"update_id":9,"message":{` + when + `,` + mia + `,` + miaAlone + `,"text":"He came ten minutes late, but we had a good talk."}}`)
	b.ReportAllocs()
	for b.Loop() {
		parse(raw, "our_bot")
	}
}

// BenchmarkSend sends a question with buttons to a transport that answers at
// once.
func BenchmarkSend(b *testing.B) {
	a, err := New(Options{Token: func() string { return "1:x" }, Transport: answersQuick(`{"ok":true,"result":{"message_id":7,"date":1,"chat":{"id":11}}}`)})
	if err != nil {
		b.Fatal(err)
	}
	m := chat.Message{To: place(11), Text: chat.Parse("How was *Jonas*?"), Choices: []chat.Choice{
		{Label: "Good", Token: "1.d.7.mood.3"}, {Label: "So-so", Token: "1.d.7.mood.2"}, {Label: "Hard", Token: "1.d.7.mood.1"},
	}}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := a.Send(b.Context(), m); err != nil {
			b.Fatal(err)
		}
	}
}

func answersQuick(body string) http.RoundTripper {
	return roundTrip(func(r *http.Request) (*http.Response, error) {
		io.Copy(io.Discard, r.Body)
		return &http.Response{StatusCode: 200, Body: io.NopCloser(strings.NewReader(body))}, nil
	})
}
