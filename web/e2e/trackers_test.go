package e2e

import (
	"fmt"
	"os"
	"path/filepath"
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
		NodePaths: []string{filepath.Join("..", "node_modules")}, Define: map[string]string{"process.env.NODE_ENV": `"production"`, "global": "window"},
		Outfile: filepath.Join(t.TempDir(), "page.js"), Write: true,
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
	p.Head = fmt.Sprintf(`<script>document.documentElement.dataset.collector = %q</script><script src="%s" defer></script>`, stage.Collector+"/"+mark, script)
	return p
}

// sentBy waits until a visit's trackers are quiet, and counts what they sent.
func sentBy(mark string) map[string]int {
	time.Sleep(3 * time.Second) // some wait for a second before they begin
	nothingMore()
	sent := map[string]int{}
	for _, tracker := range trackers {
		sent[tracker] = len(stage.sink.requests("/" + mark + "/" + tracker))
	}
	return sent
}

func TestRealTrackersSendNothingBeforeAYes(t *testing.T) { // C-01, C-12
	script := trackerScript(t)
	visits := []string{"first", "without us", "before", "refused", "agreed"} // some send more when they see somebody first
	check := func(t *testing.T, browser string, load func(address string), run func(statements string)) {
		counts := map[string]map[string]int{}
		for _, visit := range visits {
			mark := strings.ReplaceAll(visit, " ", "-") + "-" + browser
			page := Page{Site: gateSite, Path: "/trackers/" + mark}
			if visit == "first" || visit == "without us" {
				page.Tag = "<!-- none -->"
			}
			address := stage.Address(trackerPage(script, mark, page))
			switch visit {
			case "refused":
				run(`nod.rejectAll()`)
			case "agreed":
				run(`nod.acceptAll()`)
			}
			load(address)
			counts[visit] = sentBy(mark)
		}
		var table strings.Builder
		fmt.Fprintf(&table, "requests in %s\n%-12s", browser, "")
		for _, v := range visits[1:] {
			fmt.Fprintf(&table, "%12s", v)
		}
		for _, tracker := range trackers {
			fmt.Fprintf(&table, "\n%-12s", tracker)
			for _, v := range visits[1:] {
				fmt.Fprintf(&table, "%12d", counts[v][tracker])
			}
			if n := counts["without us"][tracker]; n == 0 || counts["before"][tracker] != 0 || counts["refused"][tracker] != 0 || counts["agreed"][tracker] != n {
				t.Errorf("%s: %d without us, %d before, %d refused, %d agreed", tracker, n, counts["before"][tracker], counts["refused"][tracker], counts["agreed"][tracker])
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
