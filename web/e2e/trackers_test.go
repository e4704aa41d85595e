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

// addTrackerScript bundles them, as a page's author does, and serves the bundle.
func addTrackerScript(t *testing.T) string {
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

// trackerPage adds the trackers to a page. They send to the path of the mark at the collector.
func trackerPage(script, mark string, p Page) Page {
	p.Head = fmt.Sprintf(`<script>document.documentElement.dataset.collector = %q</script><script src="%s" defer>`+
		`</script>`, stage.Collector+"/"+mark, script)
	return p
}

// countSent counts what each tracker of a visit has sent so far.
func countSent(mark string) map[string]int {
	sent := map[string]int{}
	for _, tracker := range trackers {
		sent[tracker] = len(stage.collector.requests("/" + mark + "/" + tracker))
	}
	return sent
}

// trackedVisit is one load of the page with the trackers.
type trackedVisit struct {
	name string
	act  string // statements to run on the page before
	tag  string // instead of Nod's tag
}

// trackedVisits are compared in this order. Some trackers send more on the first visit, which is not counted.
var trackedVisits = []trackedVisit{
	{name: "first", tag: "<!-- none -->"},
	{name: "without us", tag: "<!-- none -->"},
	{name: "before"},
	{name: "refused", act: `nod.rejectAll()`},
	{name: "agreed", act: `nod.acceptAll()`},
}

func TestRealTrackersSendNothingBeforeAGrant(t *testing.T) { // C-01, C-12
	script := addTrackerScript(t)
	check := func(t *testing.T, browser string, load func(address string), run func(statements string)) {
		counts := map[string]map[string]int{}
		var longest time.Duration // until all trackers have sent: some wait for a second first
		for _, visit := range trackedVisits {
			mark := strings.ReplaceAll(visit.name, " ", "-") + "-" + browser
			page := Page{Site: gateSite, Path: "/trackers/" + mark, Tag: visit.tag}
			address := stage.Address(trackerPage(script, mark, page))
			if visit.act != "" {
				run(visit.act)
			}
			load(address)
			loaded := time.Now()
			if visit.tag != "" || visit.name == "agreed" {
				waitFor(t, "every tracker to send "+visit.name, func() bool {
					sent := countSent(mark)
					return !slices.ContainsFunc(trackers, func(tracker string) bool { return sent[tracker] == 0 })
				})
				longest = max(longest, time.Since(loaded))
			} else {
				run(fmt.Sprintf(`await new Promise((r) => setTimeout(r, %d))`, longest.Milliseconds()))
			}
			waitForSilence()
			counts[visit.name] = countSent(mark)
		}
		checkTrackerCounts(t, browser, counts)
	}
	t.Run("Chromium", func(t *testing.T) {
		tab := openEmptyTab(t)
		tab.expectMessages("blob:nod")
		check(t, "Chromium", tab.load, tab.run)
	})
	if !isFullRun { // TestNothingIsSentInOtherBrowsersBeforeAGrant stands for these
		return
	}
	runInOtherBrowsers(t, func(t *testing.T, page otherBrowser, _ []string) {
		name := t.Name()
		check(t, name[strings.LastIndex(name, "/")+1:], page.load, page.run)
	})
}

// checkTrackerCounts logs what each tracker sent by visit. Each must send nothing before a grant, and after it as much
// as on a page without Nod.
func checkTrackerCounts(t *testing.T, browser string, counts map[string]map[string]int) {
	t.Helper()
	var table strings.Builder
	fmt.Fprintf(&table, "requests in %s\n%-12s", browser, "")
	for _, v := range trackedVisits[1:] {
		fmt.Fprintf(&table, "%12s", v.name)
	}
	for _, tracker := range trackers {
		fmt.Fprintf(&table, "\n%-12s", tracker)
		for _, v := range trackedVisits[1:] {
			fmt.Fprintf(&table, "%12d", counts[v.name][tracker])
		}
		without, before := counts["without us"][tracker], counts["before"][tracker]
		refused, agreed := counts["refused"][tracker], counts["agreed"][tracker]
		if without == 0 || before != 0 || refused != 0 || agreed != without {
			t.Errorf("%s: %d without us, %d before, %d refused, %d agreed", tracker, without, before, refused, agreed)
		}
	}
	t.Log(table.String())
}
