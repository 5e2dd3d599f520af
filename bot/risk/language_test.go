package risk

import "testing"

// TestForeign: a note in a language without rules is told apart, so that a
// supervisor knows that nobody looked at its words; one with a borrowed word, or
// hardly any words, is not.
func TestForeign(t *testing.T) {
	a, err := New(nil)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{
		"Heute haben wir zusammen gekocht und er war sehr still, sagt er will nicht mehr leben": false,
		"On powiedział, że nie chce wracać do domu i że jest bardzo smutny":                     false,
		"Bugün çok üzgündü ve eve gitmek istemedi, babası ona vuruyor":                          false,
		"Ha detto che non vuole più vivere e che nessuno lo ama, anche oggi":                    false,
		"Той каза че не иска да живее повече и беше много тъжен":                                false,
		"قال إنه لا يريد أن يعيش":                                                               false,
		"We played und so, he said it was sehr gut and wants to come again":                     true,
		"good session": true,
		"Сьогодні були в парку, він сміявся і багато розповідав про школу": true,
		"Segodnya ona byla veselaya, igrali v shahmaty i pili chay":        true,
		"": true,
	} {
		if got := a.Assess(text, "en").Assessed; got != want {
			t.Errorf("%q: assessed %t", text, got)
		}
	}
}
