package load

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
)

// memoryOf returns how many megabytes a function allocates in total.
func memoryOf(run func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	run()
	runtime.ReadMemStats(&after)
	return (after.TotalAlloc - before.TotalAlloc) >> 20
}

func nestedBlocks(depth int) string {
	var b strings.Builder
	for i := range depth {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String()
}

func TestAFileThatWouldTakeTooMuchMemoryIsRefused(t *testing.T) {
	const most = 100 // megabytes
	laughs := "a: &a [x, x]\n"
	for c := 'b'; c <= 'z'; c++ {
		laughs += string(c) + ": &" + string(c) + " [*" + string(c-1) + ", *" + string(c-1) + "]\n"
	}
	doubled := "x0: &x0\n" + strings.Repeat("  - v\n", 6_000)
	for i := range 9 {
		doubled += fmt.Sprintf("x%d: &x%d {l: *x%d, r: *x%d}\n", i+1, i+1, i, i)
	}
	for name, test := range map[string]struct{ text, problem string }{
		"aliases that double":   {doubled, "with what its aliases repeat"},
		"brackets":              {strings.Repeat("[", 205_000), "brackets and braces"},
		"fewer brackets":        {strings.Repeat("[", 50_000), "too deep"},
		"closed brackets":       {strings.Repeat("[", 40) + strings.Repeat("]", 40), "too deep"},
		"brackets and texts":    {"a: |\n  \"x\nb: " + strings.Repeat("[ \"]\", ", 40_000), "too deep"},
		"braces":                {strings.Repeat("{", 50_000), "too deep"},
		"objects in one line":   {strings.Repeat("{a: ", 50_000), "too deep"},
		"lists in one line":     {strings.Repeat("- ", 90_000), "too deep"},
		"keys in one line":      {strings.Repeat("a: ", 60_000), "too deep"},
		"explicit keys":         {strings.Repeat("? ", 90_000), "too deep"},
		"blocks":                {nestedBlocks(1500), "too deep"},
		"values":                {strings.Repeat("- a\n", 150_000), "keys, values and signs"},
		"values in one line":    {"[" + strings.Repeat("a,", 150_000) + "a]", "keys, values and signs"},
		"anchors":               {"a: " + strings.Repeat("&x ", 50_000), "anchor or tag too many"},
		"tags":                  {"a: " + strings.Repeat("!!x ", 50_000), "anchor or tag too many"},
		"aliases of aliases":    {laughs, "alias too many"},
		"a file that is longer": {strings.Repeat("# comment\n", 300_000), "longer than"},
	} {
		t.Run(name, func(t *testing.T) {
			files := fstest.MapFS{"shop/site.yaml": {Data: []byte(test.text)}}
			var err error
			used := memoryOf(func() { _, err = Site(files, "shop") })
			if err == nil || !strings.Contains(err.Error(), test.problem) {
				text := "no error"
				if err != nil {
					text = err.Error()[:min(len(err.Error()), 200)]
				}
				t.Errorf("error %q: want %q", text, test.problem)
			}
			if used > most {
				t.Errorf("it took %d MB: want at most %d", used, most)
			}
		})
	}
}

// The limits leave room: a file ten times as long as the longest of the built-in site is read.
func TestALongFileIsRead(t *testing.T) {
	text := strings.Repeat("- {a: [b, {c: d}], e: 'f'}\n", 8_000)
	if problem := checkLimits("long.yaml", []byte(text)); problem != nil {
		t.Error(problem)
	}
	if problem := checkLimits("deep.yaml", []byte(nestedBlocks(maxDepth))); problem != nil {
		t.Error(problem)
	}
	// A block that ends makes room for the next one.
	if problem := checkLimits("wide.yaml", []byte(strings.Repeat(nestedBlocks(maxDepth), 50))); problem != nil {
		t.Error(problem)
	}
}
