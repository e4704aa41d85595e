package pages

import "testing"

func TestASpreadsheetTakesNoTextForAFormula(t *testing.T) {
	for text, want := range map[string]string{
		"":                  "",
		"Amap":              "Amap",
		"=HYPERLINK(\"x\")": "'=HYPERLINK(\"x\")",
		"+1 555":            "'+1 555",
		"-":                 "'-",
		"@SUM(A1)":          "'@SUM(A1)",
		"\t=1":              "'\t=1",
		"a=1":               "a=1",
	} {
		if got := disarm(text); got != want {
			t.Errorf("%q becomes %q; want %q", text, got, want)
		}
	}
}
