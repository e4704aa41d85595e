package lint

import (
	"slices"
	"strings"
	"testing"
)

func TestSplitName(t *testing.T) {
	for name, want := range map[string]string{
		"told":          "told",
		"newHTTPServer": "new http server",
		"isTLS":         "is tls",
		"SAME_SITE":     "same site",
		"_private$":     "private",
		"Base64URL":     "base64 url",
		"lookUp":        "look up",
		"landscape":     "landscape",
	} {
		if got := strings.Join(splitName(name), " "); got != want {
			t.Errorf("%s: got %q; want %q", name, got, want)
		}
	}
}

// denyNames runs the check of names with two rules over one file.
func denyNames(t *testing.T, file, content string) []string {
	t.Helper()
	rules, err := readNameRules("told  notified\n=off  blocked\n")
	if err != nil {
		t.Fatal(err)
	}
	return runCheck(t, rules.findNames, file, content)
}

func TestNamesOfGo(t *testing.T) {
	got := denyNames(t, "a.go", `package a

const wasTold = 1
var off, on = 1, 2

type Told struct {
	WhoIsTold string
	told      string // not for others
}

func (t Told) off(told int) { told := told; _ = told }

func offset() { off := 1; _ = off }
`)
	want := []string{
		`a.go:3: name wasTold: "told" says too little; better: notified`,
		`a.go:4: name off: "off" says too little; better: blocked`,
		`a.go:6: name Told: "told" says too little; better: notified`,
		`a.go:7: name WhoIsTold: "told" says too little; better: notified`,
		`a.go:11: name off: "off" says too little; better: blocked`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
}

func TestNamesOfScripts(t *testing.T) {
	got := denyNames(t, "a.ts", `import { told } from './b';
export const isTold = (off: boolean): boolean => off;
let on = f(1, off), told: string | undefined; // told, off
export async function tellTold() {
  const told = 1;
}
export interface Core {
  off: boolean;
  readonly told?: string;
}
const settings = {
  off: true,
};
`)
	want := []string{"a.ts:2", "a.ts:3", "a.ts:4", "a.ts:8", "a.ts:9"}
	if !slices.EqualFunc(got, want, func(line, prefix string) bool { return strings.HasPrefix(line, prefix+":") }) {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
}
