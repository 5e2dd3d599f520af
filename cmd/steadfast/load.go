package main

import (
	"bytes"
	"encoding"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// LoadConfig reads the configuration file at path. environ, in the form of
// os.Environ, may override any key: STEADFAST_TELEGRAM_TOKEN stands for token in
// [telegram]. Paths in the configuration are relative to the file's folder. All
// faults are reported at once, joined, each with what to write instead; none
// holds a secret.
func LoadConfig(path string, environ []string) (Config, error) {
	c := Default()
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return c, fmt.Errorf("there is no configuration file %s: copy config.example.toml there, and give its path with -config", path)
	}
	if err != nil {
		return c, fmt.Errorf("the configuration file cannot be read: %w", err)
	}
	faults, err := decode(raw, &c)
	if err != nil {
		return c, fmt.Errorf("%s:%w", path, err)
	}
	for i, f := range faults {
		faults[i] = fmt.Errorf("%s:%w", path, f)
	}
	faults = append(faults, override(&c, environ)...)
	c.anchor(filepath.Dir(path))
	faults = append(faults, c.reveal()...)
	faults = append(faults, c.faults()...)
	return c, errors.Join(faults...)
}

// decode reads TOML strictly. faults are unknown keys, after which everything
// else has been read; err is a text that is not understood at all.
func decode(raw []byte, c *Config) (faults []error, err error) {
	// A byte order mark is what some editors put before a text.
	d := toml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(raw, []byte("\uFEFF")))).DisallowUnknownFields()
	err = d.Decode(c)
	// Never String of these errors: it quotes the lines around the fault, and
	// there may be a secret in them.
	if unknown, ok := errors.AsType[*toml.StrictMissingError](err); ok {
		for _, e := range unknown.Errors {
			line, column := e.Position()
			faults = append(faults, fmt.Errorf("%d:%d: there is no key %s: look in config.example.toml for how it is spelled", line, column, dotted(e.Key())))
		}
		return faults, nil
	}
	if e, ok := errors.AsType[*toml.DecodeError](err); ok {
		line, column := e.Position()
		if key := dotted(e.Key()); key != "" {
			return nil, fmt.Errorf("%d:%d: %s is there twice, or its value is of the wrong kind: write it as in config.example.toml", line, column, key)
		}
		return nil, fmt.Errorf("%d:%d: this is not TOML: look for a missing quotation mark, bracket or = in this line", line, column)
	}
	if err != nil {
		return nil, errors.New("1:1: this is not a configuration file: write it as in config.example.toml")
	}
	return nil, nil
}

// dotted names a key as people do: "[telegram] token".
func dotted(key []string) string {
	if len(key) < 2 {
		return strings.Join(key, "")
	}
	return "[" + strings.Join(key[:len(key)-1], ".") + "] " + key[len(key)-1]
}

// A leaf is one key of the configuration.
type leaf struct {
	path  []string // such as telegram, token
	value reflect.Value
}

func (l leaf) variable() string { return "STEADFAST_" + strings.ToUpper(strings.Join(l.path, "_")) }

// leaves returns all keys of the struct that v is, in order.
func leaves(v reflect.Value, path ...string) (all []leaf) {
	for field, value := range v.Fields() {
		here := append(slices.Clone(path), field.Tag.Get("toml"))
		if value.Kind() == reflect.Struct && value.Type() != reflect.TypeFor[Duration]() {
			all = append(all, leaves(value, here...)...)
			continue
		}
		all = append(all, leaf{here, value})
	}
	return all
}

// override sets keys from environment variables.
func override(c *Config, environ []string) (faults []error) {
	all := leaves(reflect.ValueOf(c).Elem())
	for _, entry := range environ {
		name, text, _ := strings.Cut(entry, "=")
		i := slices.IndexFunc(all, func(l leaf) bool { return l.variable() == name })
		switch {
		case i >= 0:
			if !set(all[i].value, text) {
				faults = append(faults, fmt.Errorf("the environment variable %s is of the wrong kind: write it as in config.example.toml", name))
			}
		case misspelled(all, name):
			faults = append(faults, fmt.Errorf("the environment variable %s stands for no key: look in config.example.toml for how the key is spelled", name))
		}
	}
	for _, s := range c.secrets() { // what comes from outside replaces the file's other form
		switch inline, file := given(environ, s.variable()), given(environ, s.variable()+"_FILE"); {
		case inline && !file:
			*s.file = ""
		case file && !inline:
			*s.secret = ""
		}
	}
	return faults
}

// given reports whether the environment has a variable.
func given(environ []string, name string) bool {
	return slices.ContainsFunc(environ, func(entry string) bool { return strings.HasPrefix(entry, name+"=") })
}

// misspelled reports whether name begins like a variable of ours. What does not
// begin with a section's name may belong to somebody else.
func misspelled(all []leaf, name string) bool {
	return slices.ContainsFunc(all, func(l leaf) bool {
		return strings.HasPrefix(name, "STEADFAST_"+strings.ToUpper(l.path[0])+"_")
	})
}

// set reads text into a key; a list is separated by commas.
func set(v reflect.Value, text string) bool {
	if u, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok {
		return u.UnmarshalText([]byte(text)) == nil
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Float64:
		f, err := strconv.ParseFloat(text, 64)
		v.SetFloat(f)
		return err == nil
	case reflect.Int:
		n, err := strconv.Atoi(text)
		v.SetInt(int64(n))
		return err == nil
	case reflect.Bool:
		b, err := strconv.ParseBool(text)
		v.SetBool(b)
		return err == nil
	case reflect.Slice:
		list := strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })
		v.Set(reflect.ValueOf(list))
	default:
		return false
	}
	return true
}

// A secretKey is a secret that stands in the configuration or, better, in a file
// of its own.
type secretKey struct {
	section, key string
	secret       *Secret
	file         *string
}

func (s secretKey) String() string { return "[" + s.section + "] " + s.key }

func (s secretKey) variable() string { return leaf{path: []string{s.section, s.key}}.variable() }

// secrets returns all of them.
func (c *Config) secrets() []secretKey {
	return []secretKey{
		{"telegram", "token", &c.Telegram.Token, &c.Telegram.TokenFile},
		{"telegram", "webhook_secret", &c.Telegram.WebhookSecret, &c.Telegram.WebhookSecretFile},
		{"discord", "token", &c.Discord.Token, &c.Discord.TokenFile},
	}
}

// anchor makes paths relative to the folder of the configuration file.
func (c *Config) anchor(folder string) {
	paths := []*string{&c.Store.Path, &c.Hints.Rules}
	for _, s := range c.secrets() {
		paths = append(paths, s.file)
	}
	for _, path := range paths {
		if *path != "" && !filepath.IsAbs(*path) {
			*path = filepath.Join(folder, *path)
		}
	}
}

// reveal reads the secrets that are in files of their own.
func (c *Config) reveal() (faults []error) {
	for _, s := range c.secrets() {
		switch {
		case *s.file != "" && *s.secret != "":
			faults = append(faults, fmt.Errorf("%s and %s_file are both there: keep one of them, better the file", s, s))
		case *s.file != "":
			text, err := readSecret(*s.file)
			if err != nil {
				faults = append(faults, fmt.Errorf("%s_file: %w", s, err))
				*s.secret = unreadable
			} else {
				*s.secret = Secret(text)
			}
		}
		*s.secret = Secret(strings.TrimSpace(string(*s.secret)))
	}
	return faults
}

// unreadable stands for a secret whose file was reported already.
const unreadable Secret = "unreadable secret file"

func readSecret(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", fmt.Errorf("the file cannot be read: %w", err)
	}
	if everybodys(info) {
		return "", fmt.Errorf("everybody on this machine can read %s: run chmod 600 %s", path, path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("the file cannot be read: %w", err)
	}
	if len(bytes.TrimSpace(text)) == 0 {
		return "", fmt.Errorf("%s is empty: put the secret in it", path)
	}
	return string(text), nil
}

// openToAll reports whether the configuration holds a secret that everybody on
// the machine can read.
func openToAll(path string, c Config) bool {
	info, err := os.Stat(path)
	inline := slices.ContainsFunc(c.secrets(), func(s secretKey) bool { return *s.secret != "" && *s.file == "" })
	return err == nil && inline && everybodys(info)
}
