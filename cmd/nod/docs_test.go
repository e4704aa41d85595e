//go:build !js

package main

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/evanw/esbuild/pkg/api"

	"github.com/nod-consent/nod/web/docstest"
)

const repository = "../.."

// readDocs returns the blocks of every page of the documentation.
func readDocs(t *testing.T) map[string][]docstest.Block {
	t.Helper()
	pages, err := docstest.Pages(repository)
	if err != nil {
		t.Fatal(err)
	}
	blocks := map[string][]docstest.Block{}
	for _, page := range pages {
		if blocks[page], err = docstest.Read(repository, page); err != nil {
			t.Fatal(err)
		}
	}
	if len(blocks) < 50 {
		t.Fatalf("only %d pages", len(blocks))
	}
	return blocks
}

// Every block is of a kind that a test runs, or says why none does. The list of those is printed.
func TestEachBlockOfTheDocumentationIsTestedOrSaysWhyNot(t *testing.T) {
	tested := 0
	for _, page := range sortedKeys(readDocs(t)) {
		for _, b := range readDocs(t)[page] {
			_, isRules := b.Options["rules"]
			switch {
			case b.Untested != "":
				t.Logf("not tested: %s:%d: %s", b.File, b.Line, b.Untested)
			case b.Language == "sh", b.Language == "html", b.Language == "js", b.Language == "jsx", b.Language == "vue",
				b.Language == "yaml" && isRules, isPiece(b):
				tested++
			case page == "assets/docs/cookie.md": // web/sdk/backends runs its examples
			case strings.HasPrefix(page, "assets/docs/site.md"): // app/policy/load tests its files
			default:
				t.Errorf("%s:%d: no test runs a block of %q. Add options, or \"untested: reason\"", b.File, b.Line, b.Language)
			}
		}
	}
	t.Logf("%d blocks are tested", tested)
}

// Each page's commands run in a directory of their own, as a reader types them.
func TestTheCommandsOfTheDocumentationRun(t *testing.T) {
	t.Setenv("LC_ALL", "C")
	pages := readDocs(t)
	for _, page := range sortedKeys(pages) {
		var commands []docstest.Block
		for _, b := range pages[page] {
			if _, isServed := b.Options["serve"]; b.Language == "sh" && b.Untested == "" && !isServed {
				commands = append(commands, b)
			}
		}
		if len(commands) == 0 {
			continue
		}
		t.Run(page, func(t *testing.T) {
			t.Parallel()
			r := &reader{T: t, dir: t.TempDir()}
			for _, b := range commands {
				r.run(b)
			}
		})
	}
}

// reader is somebody who types the commands of one page.
type reader struct {
	*testing.T
	dir     string
	address string // of the server that runs, such as localhost:40123
}

func (r *reader) run(b docstest.Block) {
	r.Helper()
	var output, script strings.Builder
	flush := func(want string) {
		printed, status := r.execute(script.String())
		script.Reset()
		output.WriteString(printed)
		if status != want {
			r.Fatalf("%s:%d: status %s; want %s\n%s", b.File, b.Line, status, want, printed)
		}
	}
	for line := range strings.Lines(b.Text) {
		arguments, isServe := strings.CutPrefix(line, "nod serve ")
		if !isServe {
			script.WriteString(line)
			continue
		}
		flush("0")
		p := serveIn(r.T, r.dir, strings.Fields(arguments)...)
		r.address = "localhost:" + p.address[strings.LastIndex(p.address, ":")+1:]
	}
	want := "0"
	if status := b.Options["exit"]; status != "" {
		want = status
	}
	flush(want)
	if strings.Contains(b.File, "quick-start") { // a browser test sees what its reader sees
		return
	}
	for _, shown := range b.Expected {
		isShown := strings.Contains(output.String(), shown) || strings.HasPrefix(shown, "msg=") // the server's log
		if !isShown && !strings.Contains(shown, "granted\"") {
			r.Errorf("%s:%d: the reader does not see %q in\n%s", b.File, b.Line, shown, output.String())
		}
	}
}

// execute runs commands in a shell, and returns what they print and the exit status.
func (r *reader) execute(script string) (output, status string) {
	if script == "" {
		return "", "0"
	}
	if r.address != "" {
		script = strings.ReplaceAll(script, "localhost:8080", r.address)
	}
	c := exec.Command("sh", "-e", "-c", script)
	c.Dir, c.Env = r.dir, slicesWithout(os.Environ(), "NOD_")
	printed, err := c.CombinedOutput()
	if _, isExit := err.(*exec.ExitError); err != nil && !isExit {
		r.Fatal(err)
	}
	return string(printed), strconv.Itoa(c.ProcessState.ExitCode())
}

// What a page says about markup fits the policy of a new site, with the purposes that the page adds, and the services
// that any page adds.
func TestTheMarkupOfTheDocumentationNamesWhatASiteHas(t *testing.T) {
	known := map[string]bool{"necessary": true, "statistics": true, "media": true, "marketing": true}
	attributes := regexp.MustCompile(`\b(?:data-)?(category|purpose|service|nod)="([^"]*)"`)
	ownPurposes := regexp.MustCompile(`(?m)^  - id: (\S+)`)
	serviceIDs := regexp.MustCompile(`(?m)^\s*- id: (\S+)$`)
	actions := map[string]bool{"accept-all": true, "reject-all": true, "preferences": true, "withdraw": true}
	pages, services := readDocs(t), map[string]bool{}
	for _, blocks := range pages {
		for _, b := range blocks {
			for _, m := range serviceIDs.FindAllStringSubmatch(b.Text, -1) {
				services[m[1]] = true
			}
		}
	}
	for page, blocks := range pages {
		known := maps.Clone(known)
		for _, b := range blocks {
			if _, isPolicy := b.Options["policy"]; isPolicy {
				for _, m := range ownPurposes.FindAllStringSubmatch(b.Text, -1) {
					known[m[1]] = true
				}
			}
			if b.Untested != "" || b.Language != "html" && b.Language != "jsx" && b.Language != "vue" {
				continue
			}
			for _, m := range attributes.FindAllStringSubmatch(b.Text, -1) {
				isKnown := map[string]bool{
					"category": known[m[2]], "purpose": known[m[2]], "service": services[m[2]], "nod": actions[m[2]],
				}[m[1]]
				if !isKnown {
					t.Errorf("%s:%d: a new site has no %s %q", page, b.Line, m[1], m[2])
				}
			}
			if strings.Contains(b.Text, "consent.js") && !strings.Contains(b.Text, "/shop/consent.js\"") {
				t.Errorf("%s:%d: the script is not that of the site shop", page, b.Line)
			}
		}
	}
}

func TestTheScriptsOfTheDocumentationAreWellFormed(t *testing.T) {
	loaders := map[string]api.Loader{"js": api.LoaderJS, "jsx": api.LoaderJSX}
	inline := regexp.MustCompile(`<script[^>]*>([^<]+)</script>`)
	for page, blocks := range readDocs(t) {
		for _, b := range blocks {
			texts := []string{b.Text}
			loader, isScript := loaders[b.Language]
			if !isScript {
				texts, loader = nil, api.LoaderJS
				for _, m := range inline.FindAllStringSubmatch(b.Text, -1) {
					texts = append(texts, m[1])
				}
			}
			if b.Untested != "" {
				continue
			}
			for _, text := range texts {
				result := api.Transform(text, api.TransformOptions{Loader: loader})
				if len(result.Errors) > 0 {
					t.Errorf("%s:%d: %s", page, b.Line, result.Errors[0].Text)
				}
			}
		}
	}
}

// The metrics of the rules for alerts exist.
func TestTheAlertsOfTheDocumentationNameMetricsThatExist(t *testing.T) {
	source, err := os.ReadFile(filepath.Join(repository, "web/httpx/metrics.go"))
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for page, blocks := range readDocs(t) {
		for _, b := range blocks {
			if _, isRules := b.Options["rules"]; !isRules {
				continue
			}
			for _, name := range regexp.MustCompile(`\bnod_\w+`).FindAllString(b.Text, -1) {
				count++
				if !strings.Contains(string(source), fmt.Sprintf("%q", name)) {
					t.Errorf("%s:%d: there is no metric %s", page, b.Line, name)
				}
			}
		}
	}
	if count < 3 {
		t.Errorf("only %d metrics", count)
	}
}
