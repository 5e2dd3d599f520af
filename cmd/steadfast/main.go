package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	_ "time/tzdata" // the time zones must not depend on the machine
)

// Exit codes.
const (
	exitFailed = 1
	exitUsage  = 2
)

func main() {
	if os.Getenv("GOGC") == "" {
		// The bot's heap is a few megabytes and most of what it makes is
		// garbage at once. Collecting half as often takes a fifth off its
		// processor time for about ten megabytes more under full load.
		debug.SetGCPercent(200)
	}
	os.Exit(command(os.Args[1:], Env{Stdout: os.Stdout, Stderr: os.Stderr}))
}

// command runs a command line and returns the exit code.
func command(args []string, env Env) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// After the first signal the next one ends the process at once.
	defer context.AfterFunc(ctx, stop)()
	if len(args) == 0 {
		fmt.Fprint(env.Stderr, usage)
		return exitUsage
	}
	err := dispatch(ctx, args[0], args[1:], env)
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errUsage):
		return exitUsage
	case !errors.Is(err, errSaid):
		fmt.Fprintln(env.Stderr, sentences(err))
	}
	return exitFailed
}

// Errors that say no more than the exit code.
var (
	errUsage = errors.New("wrong usage")
	errSaid  = errors.New("said already")
)

const usage = `Steadfast listens to mentors after their meetings and carries every worry to a supervisor.

  steadfast demo                             the whole bot in a browser with invented people, nothing to set up
  steadfast run    -config FILE              the bot
  steadfast check  -config FILE              says what is wrong and how to mend it
  steadfast import -config FILE roster.csv   people, mentees, matches, schedules
  steadfast case   -config FILE 17           all of one case, to print: -o FILE, -text, -language, -check FINGERPRINT
  steadfast drill  -config FILE              pages the real people, marked as a drill: -for 15m
  steadfast simulate -config FILE            another ladder: -weeks 12, -rungs duty,last, -again danger=3m, -climb, -renew
  steadfast audit  -config FILE hints        how well each rule for what people write has done here
  steadfast dump   -config FILE              everything that is stored, as text
  steadfast backup -config FILE COPY         a copy of the data file, also while the bot runs
  steadfast assess [-rules FOLDER]           reads notes, one JSON object a line, and writes what it finds in them
  steadfast version

Without -config, the file is steadfast.toml. config.example.toml explains it.
`

// dispatch runs one subcommand.
func dispatch(ctx context.Context, name string, args []string, env Env) error {
	switch name {
	case "demo":
		return demo(ctx, args, env)
	case "run":
		return withConfig(args, 0, env, func(c Config, _ []string) error { return Run(ctx, c, env) })
	case "check":
		return check(ctx, args, env)
	case "import":
		return withConfig(args, 1, env, func(c Config, rest []string) error { return importRoster(ctx, c, env, rest[0]) })
	case "dump":
		return withConfig(args, 0, env, func(c Config, _ []string) error { return dump(ctx, c, env) })
	case "backup":
		return withConfig(args, 1, env, func(c Config, rest []string) error { return backup(ctx, c, env, rest[0]) })
	case "case":
		return printCase(ctx, args, env)
	case "drill":
		return drill(ctx, args, env)
	case "assess":
		return assess(ctx, args, env)
	case "audit":
		return audit(ctx, args, env)
	case "simulate":
		return simulate(ctx, args, env)
	case "version":
		fmt.Fprintln(env.Stdout, version())
		return nil
	case "help", "-h", "-help", "--help":
		fmt.Fprint(env.Stdout, usage)
		return nil
	}
	fmt.Fprintf(env.Stderr, "There is no command %q.\n\n%s", name, usage)
	return errUsage
}

// withConfig reads the flags and the configuration of a subcommand that takes
// so many further arguments, and runs f.
func withConfig(args []string, further int, env Env, f func(Config, []string) error) error {
	return withFlags(args, further, env, func(*flag.FlagSet) {}, f)
}

// withFlags is withConfig for a subcommand that has flags of its own.
func withFlags(args []string, further int, env Env, define func(*flag.FlagSet), f func(Config, []string) error) error {
	path, rest, err := parseFlags(args, further, env.Stderr, define)
	if err != nil {
		return err
	}
	c, err := LoadConfig(path, os.Environ())
	if err != nil {
		return err
	}
	if openToAll(path, c) {
		fmt.Fprintf(env.Stderr, "Warning: everybody on this machine can read %s, and a secret is in it. Run: chmod 600 %s\n", path, path)
	}
	return f(c, rest)
}

// parseFlags reads the flags, which may stand before or after the arguments.
func parseFlags(args []string, further int, stderr io.Writer, define func(*flag.FlagSet)) (config string, rest []string, err error) {
	flags := flag.NewFlagSet("", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() { fmt.Fprint(stderr, "\n"+usage) }
	flags.StringVar(&config, "config", "steadfast.toml", "the configuration file")
	define(flags)
	for {
		if err := flags.Parse(args); err != nil {
			return "", nil, errUsage
		}
		if flags.NArg() == 0 {
			break
		}
		rest = append(rest, flags.Arg(0))
		args = flags.Args()[1:]
	}
	if len(rest) != further {
		fmt.Fprintf(stderr, "This command takes %d arguments beside its flags, not %d.\n\n%s", further, len(rest), usage)
		return "", nil, errUsage
	}
	return config, rest, nil
}

// sentences returns an error as a person reads it, one fault a line.
func sentences(err error) string {
	var b strings.Builder
	for line := range strings.SplitSeq(err.Error(), "\n") {
		b.WriteString("steadfast: " + line + "\n")
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// version returns which program this is.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "steadfast (unknown version)"
	}
	revision, modified := "", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			revision = " " + s.Value[:min(12, len(s.Value))]
		case s.Key == "vcs.modified" && s.Value == "true":
			modified = " with changes"
		}
	}
	return "steadfast " + info.Main.Version + revision + modified + " (" + info.GoVersion + ")"
}
