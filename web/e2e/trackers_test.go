package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/evanw/esbuild/pkg/api"
)

// trackers are those of trackers/page.js.
var trackers = []string{"posthog", "sensors", "plausible", "countly", "vitals"}

// trackerScript bundles them, as a page's author does.
func trackerScript(t *testing.T) string {
	t.Helper()
	result := api.Build(api.BuildOptions{
		EntryPoints: []string{"trackers/page.js"}, Bundle: true, Format: api.FormatIIFE, MinifySyntax: true,
		NodePaths: []string{filepath.Join("..", "node_modules")},
		Define:    map[string]string{"process.env.NODE_ENV": `"production"`, "global": "window"},
		Outfile:   filepath.Join(t.TempDir(), "page.js"), Write: true,
	})
	if len(result.Errors) > 0 {
		t.Fatalf(`bundle the trackers: %s; run "make deps"`, result.Errors[0].Text)
	}
	text, err := os.ReadFile(result.OutputFiles[0].Path)
	if err != nil {
		t.Fatal(err)
	}
	return stage.File("text/javascript; charset=utf-8", string(text))
}

// trackerPage is a page with the trackers that sends to a place of its own at the collector.
func trackerPage(script, mark string, p Page) Page {
	p.Head = fmt.Sprintf(`<script>document.documentElement.dataset.collector = %q</script><script src="%s" defer>`+
		`</script>`, stage.Collector+"/"+mark, script)
	return p
}

// sentBy counts what the trackers of a visit have sent so far.
func sentBy(mark string) map[string]int {
	sent := map[string]int{}
	for _, tracker := range trackers {
		sent[tracker] = len(stage.sink.requests("/" + mark + "/" + tracker))
	}
	return sent
}

// trackedVisit is one load of the page with the trackers.
type trackedVisit struct {
	name string
	act  string // statements on the page before
	tag  string // in place of ours
}

func TestRealTrackersSendNothingBeforeAYes(t *testing.T) { // C-01, C-12
	script := trackerScript(t)
	visits := []trackedVisit{
		{name: "first", tag: "<!-- none -->"}, // some trackers send more when they see somebody first
		{name: "without us", tag: "<!-- none -->"},
		{name: "before"},
		{name: "refused", act: `nod.rejectAll()`},
		{name: "agreed", act: `nod.acceptAll()`},
	}
	check := func(t *testing.T, browser string, load func(address string), run func(statements string)) {
		counts := map[string]map[string]int{}
		var longest time.Duration // until all trackers have sent: some wait for a second before they begin
		for _, visit := range visits {
			mark := strings.ReplaceAll(visit.name, " ", "-") + "-" + browser
			address := stage.Address(trackerPage(script, mark, Page{Site: gateSite, Path: "/trackers/" + mark, Tag: visit.tag}))
			if visit.act != "" {
				run(visit.act)
			}
			load(address)
			began := time.Now()
			if visit.tag != "" || visit.name == "agreed" {
				eventually(t, "every tracker to send "+visit.name, func() bool {
					sent := sentBy(mark)
					return !slices.ContainsFunc(trackers, func(tracker string) bool { return sent[tracker] == 0 })
				})
				longest = max(longest, time.Since(began))
			} else {
				run(fmt.Sprintf(`await new Promise((r) => setTimeout(r, %d))`, longest.Milliseconds()))
			}
			nothingMore()
			counts[visit.name] = sentBy(mark)
		}
		var table strings.Builder
		fmt.Fprintf(&table, "requests in %s\n%-12s", browser, "")
		for _, v := range visits[1:] {
			fmt.Fprintf(&table, "%12s", v.name)
		}
		for _, tracker := range trackers {
			fmt.Fprintf(&table, "\n%-12s", tracker)
			for _, v := range visits[1:] {
				fmt.Fprintf(&table, "%12d", counts[v.name][tracker])
			}
			if n := counts["without us"][tracker]; n == 0 || counts["before"][tracker] != 0 || counts["refused"][tracker] != 0 ||
				counts["agreed"][tracker] != n {
				t.Errorf("%s: %d without us, %d before, %d refused, %d agreed", tracker, n, counts["before"][tracker],
					counts["refused"][tracker], counts["agreed"][tracker])
			}
		}
		t.Log(table.String())
	}
	t.Run("Chromium", func(t *testing.T) {
		tab := arrive(t)
		tab.expects("blob:nod")
		check(t, "Chromium", tab.load, tab.run)
	})
	inEngines(t, func(t *testing.T, page elsewhere, _ []string) {
		name := t.Name()
		check(t, name[strings.LastIndex(name, "/")+1:], page.load, page.run)
	})
}
