package discordtest

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
)

// message reads a body that may come with one file: a form then, with the JSON
// in one part and the file in another.
func (c *call) message() (*body, *problem) {
	b := new(body)
	kind, options, _ := mime.ParseMediaType(c.Header.Get("Content-Type"))
	if kind != "multipart/form-data" {
		return b, c.decode(b)
	}
	inner, file, err := unpack(multipart.NewReader(bytes.NewReader(c.body), options["boundary"]))
	if err != nil {
		return nil, form("body", "%v", err)
	}
	if trouble := (&call{c.Request, inner}).decode(b); trouble != nil {
		return nil, trouble
	}
	b.file = file
	switch {
	case file == nil && len(b.Attachments) > 0, file != nil && len(b.Attachments) != 1:
		return nil, form("attachments", "this server wants each file listed")
	case file != nil && (b.Attachments[0].ID != 0 || b.Attachments[0].Name != file.Name):
		return nil, form("attachments", "the file is called otherwise")
	}
	return b, nil
}

func unpack(form *multipart.Reader) (inner []byte, file *File, err error) {
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return inner, file, nil
		}
		if err != nil {
			return nil, nil, err
		}
		data, err := io.ReadAll(part)
		switch {
		case err != nil:
			return nil, nil, err
		case part.FormName() == "payload_json" && inner == nil:
			inner = data
		case part.FormName() == "files[0]" && file == nil && part.FileName() != "" && len(data) > 0:
			file = &File{part.FileName(), part.Header.Get("Content-Type"), data}
		default:
			return nil, nil, errors.New("a part of the form that this bot does not send")
		}
	}
}
