package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A layer says what a package may import: packages of ours, without the module's
// name, and modules of others by their beginning. The standard library is free
// but for what pure lists.
type layer struct {
	pattern string // of the package, without the module's name
	ours    string
	theirs  string
}

// layers is the architecture. The first match counts.
func layers() []layer {
	return []layer{
		{`bot/chat`, ``, ``},
		{`bot/flow`, ``, ``},
		{`bot/program`, `bot/chat bot/flow`, ``},
		{`bot/words`, `bot/chat`, `github.com/nicksnyder/go-i18n github.com/pelletier/go-toml golang.org/x/text`},
		{`bot/risk`, `bot/program`, `golang.org/x/text`},
		{`bot/when`, ``, `golang.org/x/text/unicode/norm`},
		{`bot/report`, `bot/program`, ``},
		{`bot/delivery`, `bot/chat bot/program`, `golang.org/x/time`},
		{`bot/bottest`, `bot bot/chat bot/flow bot/program bot/delivery bot/words bot/risk store scheduler`, ``},
		{`bot`, `bot/chat bot/flow bot/program bot/risk bot/words bot/when bot/report bot/delivery`, ``},
		{`adapters/adaptertest`, `bot/chat`, ``},
		{`adapters/telegram`, `bot/chat`, `github.com/go-telegram/bot`},
		{`adapters/telegram/telegramtest`, ``, ``},
		{`adapters/discord`, `bot/chat`, `github.com/bwmarrin/discordgo github.com/gorilla/websocket`},
		{`adapters/discord/discordtest`, ``, `github.com/gorilla/websocket`},
		{`adapters/web`, `bot/chat`, ``},
		{`adapters/web/webtest`, ``, ``},
		{`store`, `bot/program bot/chat bot/flow`, `go.etcd.io/bbolt`},
		{`scheduler`, ``, `github.com/robfig/cron`},
		{`cmd/bench`, `*`, `go.etcd.io/bbolt`},
		{`cmd/weigh`, `bot/program bot/risk`, ``},
		{`cmd/steadfast`, `*`, `github.com/pelletier/go-toml github.com/prometheus/client_golang golang.org/x/sys`},
	}
}

// pure are the packages that do no input or output and draw no lots, and what
// they may not import for that.
const (
	purePackages = `^(bot|bot/chat|bot/flow|bot/program|bot/risk|bot/when)$`
	impure       = `^(net/http|os|math/rand|math/rand/v2)$`
)

// Limits of the yardstick.
const (
	fileLines     = 400
	functionLines = 60
)

// forbiddenName are names that say nothing.
var forbiddenName = regexp.MustCompile(`(?i)(util|common|helper|manager)`)

// A goPackage is what go list says about one.
type goPackage struct {
	Dir, ImportPath string
	Name            string
	GoFiles         []string
	IgnoredGoFiles  []string
	Imports         []string
}

func packages(t *testing.T) (module string, all []goPackage) {
	t.Helper()
	list := func(args ...string) []byte {
		cmd := exec.Command("go", append([]string{"list"}, args...)...)
		cmd.Dir = "../.."
		var complaints bytes.Buffer
		cmd.Stderr = &complaints
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("go list: %v\n%s", err, &complaints)
		}
		return out
	}
	module = strings.TrimSpace(string(list("-m")))
	d := json.NewDecoder(bytes.NewReader(list("-e", "-json", "./...")))
	for {
		var p goPackage
		err := d.Decode(&p)
		if errors.Is(err, io.EOF) {
			return module, all
		}
		if err != nil {
			t.Fatal(err)
		}
		if len(p.GoFiles) > 0 {
			all = append(all, p)
		}
	}
}

// faultsOfImports compares a package with its layer.
func faultsOfImports(all []layer, module, name string, imports []string) (faults []string) {
	at := slices.IndexFunc(all, func(l layer) bool { return l.pattern == name })
	if at < 0 {
		return []string{"the package is not in the table of arch_test.go: decide what it may import"}
	}
	l := all[at]
	for _, i := range imports {
		own, isOurs := strings.CutPrefix(i, module+"/")
		first, _, _ := strings.Cut(i, "/")
		switch {
		case isOurs && l.ours != "*" && !slices.Contains(strings.Fields(l.ours), own):
			faults = append(faults, "may not import "+own)
		case !isOurs && strings.Contains(first, ".") && !slices.ContainsFunc(strings.Fields(l.theirs), func(m string) bool {
			return i == m || strings.HasPrefix(i, m+"/")
		}):
			faults = append(faults, "may not import "+i)
		case regexp.MustCompile(purePackages).MatchString(name) && regexp.MustCompile(impure).MatchString(i):
			faults = append(faults, "may not import "+i+": it is to do no input or output, and to draw no lots")
		case i == "testing" && !strings.HasSuffix(name, "test"):
			faults = append(faults, "may not import testing")
		}
	}
	return faults
}

func TestArchitecture(t *testing.T) {
	module, all := packages(t)
	seen := map[string]bool{}
	for _, p := range all {
		name := strings.TrimPrefix(p.ImportPath, module+"/")
		seen[name] = true
		for _, fault := range faultsOfImports(layers(), module, name, p.Imports) {
			t.Errorf("%s: %s", name, fault)
		}
		if forbiddenName.MatchString(name) {
			t.Errorf("%s: a name that says nothing", name)
		}
		documented := false
		for _, file := range append(p.GoFiles, p.IgnoredGoFiles...) {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			documented = inspect(t, filepath.Join(p.Dir, file), name+"/"+file) || documented
		}
		if !documented {
			t.Errorf("%s: the package has no comment", name)
		}
	}
	for _, must := range []string{"bot", "bot/chat", "bot/program", "store", "adapters/telegram", "cmd/steadfast"} {
		if !seen[must] {
			t.Errorf("%s is not there: this test does not look where it should", must)
		}
	}
}

// inspect looks at one file and reports whether it documents its package.
func inspect(t *testing.T, path, name string) (documented bool) {
	t.Helper()
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, nil, parser.ParseComments)
	if err != nil {
		t.Error(err)
		return false
	}
	for _, fault := range faultsOfFile(set, file) {
		t.Errorf("%s: %s", name, fault)
	}
	if forbiddenName.MatchString(filepath.Base(path)) {
		t.Errorf("%s: a name that says nothing", name)
	}
	return file.Doc != nil
}

func faultsOfFile(set *token.FileSet, file *ast.File) (faults []string) {
	bad := func(at ast.Node, format string, args ...any) {
		faults = append(faults, fmt.Sprintf("%d: ", set.Position(at.Pos()).Line)+fmt.Sprintf(format, args...))
	}
	if n := set.File(file.Pos()).LineCount(); n > fileLines {
		bad(file, "the file has %d lines, at most %d are read with pleasure", n, fileLines)
	}
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Name.Name == "init" && d.Recv == nil {
				bad(d, "init: let who needs it call it")
			}
			if n := set.Position(d.End()).Line - set.Position(d.Pos()).Line + 1; n > functionLines {
				bad(d, "%s has %d lines, at most %d are read with pleasure", d.Name.Name, n, functionLines)
			}
			if d.Doc == nil && d.Name.IsExported() && exportedReceiver(d) {
				bad(d, "%s has no comment", d.Name.Name)
			}
			if forbiddenName.MatchString(d.Name.Name) {
				bad(d, "%s: a name that says nothing", d.Name.Name)
			}
		case *ast.GenDecl:
			faultsOfDecl(d, bad)
		}
	}
	return faults
}

func exportedReceiver(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return true
	}
	kind := d.Recv.List[0].Type
	for {
		switch k := kind.(type) {
		case *ast.StarExpr:
			kind = k.X
		case *ast.IndexExpr:
			kind = k.X
		case *ast.Ident:
			return k.IsExported()
		default:
			return true
		}
	}
}

func faultsOfDecl(d *ast.GenDecl, bad func(ast.Node, string, ...any)) {
	for _, s := range d.Specs {
		switch s := s.(type) {
		case *ast.TypeSpec:
			if s.Name.IsExported() && d.Doc == nil && s.Doc == nil && s.Comment == nil && !d.Lparen.IsValid() {
				bad(s, "%s has no comment", s.Name.Name)
			}
			if s.Name.IsExported() && d.Lparen.IsValid() && d.Doc == nil && s.Doc == nil {
				bad(s, "%s has no comment", s.Name.Name)
			}
			if forbiddenName.MatchString(s.Name.Name) {
				bad(s, "%s: a name that says nothing", s.Name.Name)
			}
		case *ast.ValueSpec:
			for i, name := range s.Names {
				if name.IsExported() && d.Doc == nil && s.Doc == nil && s.Comment == nil {
					bad(s, "%s has no comment", name.Name)
				}
				if d.Tok == token.VAR && !constant(s, i) {
					bad(s, "the variable %s may change: make it a function's result or a field", name.Name)
				}
			}
		}
	}
}

// constant reports whether a package's variable is of a kind that nobody
// changes: an error, a compiled expression, embedded files, or the assertion
// that a type implements an interface.
func constant(s *ast.ValueSpec, i int) bool {
	if s.Names[i].Name == "_" {
		return true
	}
	if kind, ok := s.Type.(*ast.SelectorExpr); ok && fmt.Sprint(kind.X, kind.Sel) == "embed FS" {
		return true
	}
	if i >= len(s.Values) {
		return false
	}
	call, ok := s.Values[i].(*ast.CallExpr)
	if !ok {
		return false
	}
	fun, ok := call.Fun.(*ast.SelectorExpr)
	return ok && slices.Contains([]string{"errors New", "fmt Errorf", "regexp MustCompile"}, fmt.Sprint(fun.X, " ", fun.Sel))
}

// The table itself is tested: a check that never fails finds nothing.
func TestArchitectureFindsFaults(t *testing.T) {
	for _, c := range []struct{ name, imports, want string }{
		{"bot/chat", "fmt", ""},
		{"bot/chat", "m/bot/flow", "may not import bot/flow"},
		{"bot", "m/store", "may not import store"},
		{"bot", "os", "may not import os"},
		{"bot", "crypto/rand", ""},
		{"bot/program", "math/rand/v2", "may not import math/rand/v2"},
		{"adapters/web", "go.etcd.io/bbolt", "may not import go.etcd.io/bbolt"},
		{"adapters/telegram", "github.com/go-telegram/bot/models", ""},
		{"adapters/web", "m/adapters/telegram", "may not import adapters/telegram"},
		{"store", "testing", "may not import testing"},
		{"cmd/steadfast", "m/store", ""},
		{"tools", "fmt", "not in the table"},
	} {
		got := strings.Join(faultsOfImports(layers(), "m", c.name, []string{c.imports}), "; ")
		if (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s with %s: %q", c.name, c.imports, got)
		}
	}
	set := token.NewFileSet()
	source := "package x\nfunc init() {}\nvar State = map[string]int{}\nvar fine = errors.New(``)\ntype Thing int\nfunc (Thing) Do() {}\ntype myHelper int\nfunc long() {" +
		strings.Repeat("\n", functionLines) + "}\n" + strings.Repeat("\n", fileLines)
	file, err := parser.ParseFile(set, "x.go", source, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Join(faultsOfFile(set, file), "\n")
	for _, want := range []string{"2: init", "3: State has no comment", "3: the variable State", "5: Thing has no comment", "6: Do has no comment",
		"7: myHelper: a name", "8: long has 61 lines", "at most 400"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not found in\n%s", want, got)
		}
	}
	if strings.Contains(got, "fine") {
		t.Errorf("an error was taken for a variable:\n%s", got)
	}
}
