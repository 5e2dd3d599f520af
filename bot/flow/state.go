package flow

// State is what is stored of a dialogue: the name of its flow and the answers
// given so far, in the order in which they were first given.
type State struct {
	Flow    string   `json:"flow"`
	Answers []Answer `json:"answers,omitzero"`
}

// An Answer is what a person said to one question.
type Answer struct {
	Key    string   `json:"key"`
	Values []string `json:"values,omitzero"`
	Open   bool     `json:"open,omitzero"` // several may be chosen, and the person is not done yet
}
