// Steadfast listens to mentors after their meetings and carries every worry to
// a supervisor until a human has dealt with it.
//
// Usage:
//
//	steadfast demo                             the whole bot in a browser with invented people, nothing to set up
//	steadfast run    -config FILE              the bot
//	steadfast check  -config FILE              says what is wrong and how to mend it
//	steadfast import -config FILE roster.csv   people, mentees, matches, schedules
//	steadfast case   -config FILE 17           all of one case, to print
//	steadfast drill  -config FILE              pages the real people, marked as a drill
//	steadfast simulate -config FILE            what another ladder would have meant
//	steadfast audit  -config FILE hints        how well each rule for what people write has done here
//	steadfast dump   -config FILE              everything that is stored, as text
//	steadfast backup -config FILE COPY         a copy of the data file, also while the bot runs
//	steadfast assess [-rules FOLDER]           what the rules find in notes, one JSON object a line
//	steadfast version                          which program this is
//
// Without -config the file is steadfast.toml in the current folder. The exit
// code is 0 when all went well, 1 when something is wrong, which is then said
// in a sentence, and 2 when the command line is not understood.
//
// # Configuration
//
// config.example.toml holds every key with its default and what it means. An
// unknown key is a fault, with its line and column; all faults are told at
// once. Every key can be given as an environment variable instead:
// STEADFAST_TELEGRAM_TOKEN stands for token in [telegram]. Paths are relative
// to the folder of the configuration file. A file that holds a secret must not
// be readable by everybody. The bot is on Telegram, on Discord or on both:
// wherever it has a token.
//
// # The bot
//
// The first time it runs, the bot prints a code on its standard output, with a
// link that opens it on Telegram and one that adds the bot to a server on
// Discord. Who says /start and the code to the bot in a private chat is its
// owner, and invites everybody else from there. The code works once and for 24
// hours; a new start prints a new one as long as nobody owns the bot.
//
// SIGINT or SIGTERM ends the bot: it takes nothing new, finishes what it has
// begun, and sends for a few seconds what waits. A second signal ends it at
// once. Nothing is lost either way, nor by kill -9: what was not sent is sent
// after the next start, what was not confirmed to Telegram comes again, and
// what was said on Discord in the meantime is read from its history. When a
// part of the bot fails, the whole process ends with exit code 1; have systemd,
// or whatever starts it, start it again.
//
// Its log is on the standard error. It holds ids and counts, never what people
// wrote, never names, never the token.
//
// # The roster
//
// The file is CSV as spreadsheets write it, with commas or semicolons, in
// UTF-8. Its first line names the columns, in any order:
//
//	type,name,role,telegram_id,discord_id,language,timezone,mentor,coordinator,schedule
//	person,Ana Ruiz,supervisor+coordinator,1001,,en,Europe/Madrid,,,
//	person,Mia Berg,mentor,1002,,,Europe/Berlin,,,
//	mentee,Jonas,,,,,,,,
//	match,Jonas,,,,,,Mia Berg,Ana Ruiz,weekly Tue 16:00 60m
//
// A row is a person, a mentee, or a match of both. Roles are mentor,
// coordinator, supervisor and owner, several joined by +. A match may be one of a
// group: then the aliases of its mentees stand in the column name with ; between
// them, and what it is called in one more column, group. A column phone may hold
// the number on which coordinators may call a person. The schedule is in
// the mentor's time zone; "none" says that no meetings are planned. An empty
// field changes nothing. Either all of the file is imported or, when anything
// in it is wrong, nothing; importing it again changes nothing. While the bot
// runs, the roster is handed to it.
//
// # Cases
//
// case writes everything that is recorded about one case: a page that a browser
// prints, or with -text plain text, to -o FILE, which only its owner can read,
// or to the standard output; -language chooses the language. Above it stands a
// fingerprint of all entries. With -check and the fingerprint of a print (or its
// first 16 digits at least), case says whether the file still begins with exactly
// those entries. The fingerprint is taken of what was recorded: what people
// wrote, times, and who by number, so that it stays when somebody is renamed.
// Each reading is on record in the audit trail.
//
// drill has the running bot page people as if somebody were in danger, by the
// same ladder, with cards that say DRILL. It prints what happens and when. It is
// over when somebody acknowledges it, after -for, or when it is interrupted; the
// exit code is 1 if nobody did. A drill counts in no list, digest or health.
//
// simulate replays the cases of the last -weeks under the ladder of the
// configuration and, if -rungs, -again, -climb or -renew change something, under
// another one, and puts side by side what each means: pages, nights broken, and
// how long cases wait. What it assumes stands under the table.
//
// # Text hints
//
// assess needs no configuration. It reads lines such as
// {"id": "1", "lang": "en", "text": "…"} from the standard input and writes for
// each what the bot would notice in it: a label (urgent, concern, watch, none),
// the categories, each rule that was found with its place in bytes (signs.neglect
// and the like are what all words of a passage say together), what was ruled out
// by which cue, and whether the mentor would be asked a question. A line that
// cannot be read is told with its number, the others are assessed, and the exit
// code is 1. With -rules, a folder adds rules or replaces some; the README.md of
// bot/risk explains how they are written.
//
// # The admin socket
//
// Only one process can have the data file open. Beside it, the running bot
// listens at the path of the data file with ".sock" appended, a unix socket
// that only its own user can open, speaking HTTP: import, dump, backup,
// case, simulate and check ask there when they find the file in use; drill asks
// nowhere else.
//
// # Health
//
// With [web] listen, /livez says that the process is there, /readyz says line
// by line how it is, with status 503 when something needs a human (a case whose
// page is late, a supervisors' channel that is lost, nobody who can be paged, a
// platform that is silent), and /metrics has numbers for Prometheus.
//
// # Where things are
//
// main.go has the command line; config.go, load.go and validate.go the
// configuration; run.go what a process gets from outside, platform.go the
// platforms it joins, process.go its parts and how they start and end;
// serve.go, admin.go, health.go, meters.go and state.go what it shows; tools.go,
// check.go, chronology.go, drill.go, simulate.go and history.go the other
// commands; demo*.go the demo.
package main
