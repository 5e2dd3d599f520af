package main

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"steadfast/bot"
	"steadfast/bot/chat"
	"steadfast/bot/program"
	"steadfast/bot/words"
	"steadfast/store"
)

//go:embed chronology.html
var chronologyFiles embed.FS

// shortestPrint is how many digits of a fingerprint are compared at the least.
const shortestPrint = 16

// A casePrint is what the subcommand case was asked for.
type casePrint struct {
	no       program.CaseNo
	out      string // a file; empty: the standard output
	plain    bool
	language string
	check    string // a fingerprint to compare with; empty: print
}

// printCase writes the chronology of a case, or compares a print with the file.
func printCase(ctx context.Context, args []string, env Env) error {
	env = env.complete()
	var p casePrint
	return withFlags(args, 1, env, func(f *flag.FlagSet) {
		f.StringVar(&p.out, "o", "", "the file to write; it must not be there yet")
		f.BoolVar(&p.plain, "text", false, "plain text instead of a page to print")
		f.StringVar(&p.language, "language", "", "the language of the entries; default: that of the program")
		f.StringVar(&p.check, "check", "", "compare a print by its fingerprint with the file")
	}, func(c Config, rest []string) error {
		no, err := strconv.ParseUint(strings.TrimPrefix(rest[0], "#"), 10, 64)
		if err != nil || no == 0 {
			return fmt.Errorf("%q is not the number of a case: write it like 17", rest[0])
		}
		p.no = program.CaseNo(no)
		if p.language == "" {
			p.language = c.Program.Language
		}
		if known := words.Languages(); !slices.Contains(known, p.language) {
			return fmt.Errorf("%q is not a language of this bot: write one of %s", p.language, strings.Join(known, ", "))
		}
		return p.run(ctx, c, env)
	})
}

func (p casePrint) run(ctx context.Context, c Config, env Env) error {
	if p.out != "" {
		if _, err := os.Lstat(p.out); err == nil {
			return fmt.Errorf("%s is there already: give the file a name that is free", p.out)
		}
	}
	all, err := readCase(ctx, c, env, p.no, p.language)
	switch {
	case errors.Is(err, program.ErrNotFound):
		return fmt.Errorf("there is no case %s", p.no)
	case err != nil:
		return err
	case p.check != "":
		return checkPrint(env.Stdout, all, p.check)
	}
	form := writePage
	if p.plain || p.out == "" && isTerminal(env.Stdout) {
		form = writePlain
	}
	if p.out == "" {
		return form(env.Stdout, all)
	}
	file, err := os.OpenFile(p.out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("the file cannot be made: %w", err)
	}
	if err := errors.Join(form(file, all), file.Sync(), file.Close()); err != nil {
		return errors.Join(fmt.Errorf("%s was not written: %w", p.out, err), os.Remove(p.out))
	}
	fmt.Fprintf(env.Stdout, "Case %s is in %s, with %s. It is confidential: only you can read the file.\n", p.no, p.out, entries(len(all.Entries)))
	return nil
}

// readCase reads a chronology from the data file, or has the running bot do it.
func readCase(ctx context.Context, c Config, env Env, no program.CaseNo, language string) (all bot.Chronology, err error) {
	err = either(c, env,
		func(s *store.Store) error {
			b, err := offlineBot(c, env, s)
			if err != nil {
				return err
			}
			all, err = b.Chronology(ctx, no, language)
			return err
		},
		func() error {
			resp, err := ask(ctx, c, http.MethodPost, "/case/"+no.String()+"?language="+url.QueryEscape(language), nil)
			if err != nil {
				return err
			}
			defer resp.Body.Close()
			return decodeAnswer(resp.Body, &all)
		})
	return all, err
}

// casePage is what the admin socket answers to readCase.
func (p *process) casePage(w http.ResponseWriter, r *http.Request) {
	no, err := strconv.ParseUint(r.PathValue("no"), 10, 64)
	if err != nil {
		http.Error(w, "This is not the number of a case.", http.StatusBadRequest)
		return
	}
	all, err := p.bot.Chronology(r.Context(), program.CaseNo(no), r.FormValue("language"))
	switch {
	case errors.Is(err, program.ErrNotFound):
		http.Error(w, fmt.Sprintf("there is no case %d", no), http.StatusNotFound)
		return
	case err != nil:
		p.log.Error("a chronology could not be printed", "case", no, "error", err)
		http.Error(w, "The chronology cannot be read: look at the log of the running bot.", http.StatusInternalServerError)
		return
	}
	p.log.Info("a chronology was printed", "case", no)
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(all)
}

// checkPrint says whether the entries of a print are still those of the file.
func checkPrint(w io.Writer, all bot.Chronology, print string) error {
	print = strings.ToLower(strings.Join(strings.Fields(print), ""))
	if len(print) < shortestPrint {
		return fmt.Errorf("the fingerprint is too short: give at least its first %d digits", shortestPrint)
	}
	at := slices.IndexFunc(all.Entries, func(e bot.Entry) bool { return strings.HasPrefix(e.Print, print) })
	switch more := len(all.Entries) - at - 1; {
	case at < 0:
		return fmt.Errorf("no: the print does not have the entries that the file has for case %s", all.Case)
	case more == 0:
		fmt.Fprintf(w, "Yes: the print has all %s that the file has for case %s.\n", entries(len(all.Entries)), all.Case)
	default:
		fmt.Fprintf(w, "Yes: the print has the first %s that the file has for case %s; %d came later.\n", entries(at+1), all.Case, more)
	}
	return nil
}

func entries(n int) string {
	if n == 1 {
		return "1 entry"
	}
	return fmt.Sprintf("%d entries", n)
}

// A quotable is a part of a text, and whether somebody else's words are in it.
type quotable struct {
	Text  string
	Quote bool
}

// spans returns the parts of a text. A quotation stands in lines of its own, so
// that the line breaks around it are left out.
func spans(text chat.Text) (all []quotable) {
	for i, s := range text {
		part := quotable{s.Text, s.Style == chat.Quote}
		if !part.Quote && i+1 < len(text) && text[i+1].Style == chat.Quote {
			part.Text = strings.TrimSuffix(part.Text, "\n")
		}
		all = append(all, part)
	}
	return all
}

// writePage writes a chronology as a page that a browser prints.
func writePage(w io.Writer, all bot.Chronology) error {
	page, err := template.New("chronology.html").Funcs(template.FuncMap{"spans": spans}).ParseFS(chronologyFiles, "chronology.html")
	if err != nil {
		return err
	}
	return page.Execute(w, all)
}

// printable replaces what would move a terminal's cursor or turn text around.
func printable(r rune) rune {
	if r != '\n' && r != '\t' && unicode.In(r, unicode.Cc, unicode.Bidi_Control, unicode.Zl, unicode.Zp) {
		return unicode.ReplacementChar
	}
	return r
}

// writePlain writes a chronology as text. What people wrote is indented behind a
// bar, so that nothing in it can look like an entry.
func writePlain(w io.Writer, all bot.Chronology) error {
	var b strings.Builder
	b.WriteString(all.Title + "\n\n")
	for _, f := range append(slices.Clone(all.Facts), all.Print) {
		fmt.Fprintf(&b, "%s: %s\n", f.Label, f.Text)
	}
	fmt.Fprintf(&b, "%s\n\n", all.Count)
	for _, e := range all.Entries {
		fmt.Fprintf(&b, "%s  %s\n", e.At, e.Who)
		for _, part := range spans(e.What) {
			bar := "    "
			if part.Quote {
				bar = "    | "
			}
			for line := range strings.SplitSeq(strings.Trim(part.Text, "\n"), "\n") {
				if line != "" || part.Quote {
					b.WriteString(bar + line + "\n")
				}
			}
		}
	}
	for _, n := range all.Notes {
		b.WriteString("\n" + n)
	}
	b.WriteString("\n")
	_, err := io.WriteString(w, strings.Map(printable, b.String()))
	return err
}
