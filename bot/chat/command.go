package chat

// A CommandSpec describes a command to platforms that want to know all of them
// beforehand, each with its words in every language. Name is what comes back in
// [Command], whatever the person's language.
type CommandSpec struct {
	Name    string
	Words   map[string]CommandWords // by language, a BCP 47 tag
	Options []OptionSpec
	InGroup bool // it is about the place where it is said; all others are private
}

// An OptionSpec describes what may follow a command. Its value comes back in
// the Options of [Command].
type OptionSpec struct {
	Name      string
	Words     map[string]CommandWords
	Required  bool
	Completes bool     // the bot is asked how it may go on; see [Completing]
	Values    []string // if any, it is one of these
}

// CommandWords are what people read of a command or an option. Name is one word
// in lower case, of at most 32 runes; Description has at most 100.
type CommandWords struct {
	Name        string
	Description string
}
