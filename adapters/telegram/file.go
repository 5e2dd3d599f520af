package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/textproto"
	"strconv"

	"steadfast/bot/chat"
)

// sendFile shows a file; the text of m is its caption.
func (a *Adapter) sendFile(ctx context.Context, m chat.Message, to int64) (chat.Ref, *chat.SendError) {
	kind, data, err := renderFile(m, to, a.username())
	if err != nil {
		return "", refused(err)
	}
	s, err := postBody[shown](ctx, a, a.sending, "sendDocument", kind, data)
	if err != nil {
		return "", a.sendError(ctx, err)
	}
	return ref(s.ID), nil
}

// renderFile writes the parameters of sendDocument as a form, and returns its
// media type. The caption has its looks beside it, as a text has.
func renderFile(m chat.Message, to int64, name string) (kind string, data []byte, err error) {
	text, entities := renderText(m.Text, name)
	fields := []struct {
		name  string
		value any
		there bool
	}{
		{"caption_entities", entities, len(entities) > 0},
		{"reply_markup", keyboard(m.Choices), len(m.Choices) > 0},
		{"disable_notification", true, m.Quiet},
		{"protect_content", true, m.Guarded},
	}
	var b bytes.Buffer
	form := multipart.NewWriter(&b) // writing to a buffer never fails
	_ = form.WriteField("chat_id", strconv.FormatInt(to, 10))
	if text != "" {
		_ = form.WriteField("caption", text)
	}
	for _, f := range fields {
		if !f.there {
			continue
		}
		value, err := json.Marshal(f.value)
		if err != nil {
			return "", nil, err
		}
		_ = form.WriteField(f.name, string(value))
	}
	part, err := form.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {fmt.Sprintf("form-data; name=%q; filename=%q", "document", m.File.Name)},
		"Content-Type":        {m.File.Type},
	})
	if err != nil {
		return "", nil, err
	}
	_, _ = part.Write(m.File.Data)
	_ = form.Close()
	return form.FormDataContentType(), b.Bytes(), nil
}
