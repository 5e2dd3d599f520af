package bot

import "testing"

func TestLengthTyped(t *testing.T) {
	for _, tt := range []struct{ typed, minutes string }{
		{"75", "75"}, {"75 min", "75"}, {"75 Min.", "75"}, {"1:15", "75"}, {"1h15", "75"}, {"1 h", "60"}, {"2 hours", "120"},
		{"1.5 h", "90"}, {"1,5 ч", "90"}, {"2 години", "120"}, {"40 хв", "40"}, {"40 мин", "40"}, {"1 heure", "60"}, {"3 horas", "180"},
		{"45 minutos", "45"}, {"1 m", "1"}, {"24 h", "1440"},
		{"0", ""}, {"1441", ""}, {"25 h", ""}, {"", ""}, {"long", ""}, {"1.5", ""}, {"-5", ""}, {"about 40", ""},
	} {
		got, err := lengthTyped(tt.typed)
		if got != tt.minutes || (err == nil) != (tt.minutes != "") {
			t.Errorf("%q is %q, %v; want %q", tt.typed, got, err, tt.minutes)
		}
	}
}
