package site

import (
	"regexp"
	"strings"
	"testing"

	"github.com/nod-consent/nod/assets"
)

func TestMinifyCSS(t *testing.T) {
	for _, test := range []struct{ name, css, want string }{
		{"comments go", "/* one\n two */a{b:c}/**/", "a{b:c}"},
		{"space goes", "a  {\n\tcolor:  red;\n}\n\nb,\n c { d : e }", "a{color:red}b,c{d : e}"},
		{"a space between selectors stays", "a  b > c {d:e}", "a b>c{d:e}"},
		{"a space before a pseudo-class stays", "a :hover{b:c}", "a :hover{b:c}"},
		{"a space within a value stays", "a{margin: 0  auto}", "a{margin:0 auto}"},
		{"calculations keep their spaces", "a{width:calc(1px  + 2px)}", "a{width:calc(1px + 2px)}"},
		{
			"conditions keep the spaces between them",
			"@media (min-width: 1px) and (x) {a{b:c}}", "@media(min-width:1px) and (x){a{b:c}}",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := minifyCSS(test.css); got != test.want {
				t.Errorf("%q; want %q", got, test.want)
			}
		})
	}
}

// minifyCSS relies on this.
func TestOurStyleSheetsCanBeMinified(t *testing.T) {
	quoted := regexp.MustCompile(`"[^"]*"|'[^']*'`)
	comment := regexp.MustCompile(`(?s)/\*.*?\*/`)
	sheets, err := assets.Files.ReadDir("styles")
	if err != nil || len(sheets) == 0 {
		t.Fatalf("%d style sheets, error %v", len(sheets), err)
	}
	for _, sheet := range sheets {
		css, err := assets.Files.ReadFile("styles/" + sheet.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range quoted.FindAllString(comment.ReplaceAllString(string(css), ""), -1) {
			if strings.ContainsAny(s, "{};,>") || strings.Contains(s, "  ") || strings.Contains(s, "/*") {
				t.Errorf("%s has the string %s, which would be changed", sheet.Name(), s)
			}
		}
		small := minifyCSS(string(css))
		isBalanced := strings.Count(small, "{") == strings.Count(small, "}")
		if !isBalanced || strings.Contains(small, "/*") || strings.ContainsAny(small, "\n\t") {
			t.Errorf("%s comes out wrong: %s", sheet.Name(), small)
		}
	}
}
