//go:build full

package e2e

import (
	"strings"
	"testing"
)

func TestThePageReadsWhatItWroteInOtherBrowsers(t *testing.T) { // C-12
	runInOtherBrowsers(t, func(t *testing.T, page otherBrowser, _ []string) {
		page.load(stage.Address(Page{Tag: "<!-- none -->"}))
		want := evalIn[[]string](page, readAll(stage.Collector))
		page.load(stage.Address(Page{Site: gateSite}))
		page.wait(visible(banner))
		waitForSilence()
		before := len(stage.collector.requests("/read/"))
		got := evalIn[[]string](page, readAll(stage.Collector))
		for i, r := range readings {
			// Firefox writes the content of noscript as text in a document that runs no scripts.
			if got[i] != want[i] && !(r.name == inNoscript && strings.HasSuffix(t.Name(), "Firefox")) {
				t.Errorf("%s: %s; want %s", r.name, got[i], want[i])
			}
		}
		waitForSilence()
		if all := stage.collector.requests("/read/"); len(all) > before {
			t.Errorf("%q were fetched", all[before:])
		}
	})
}
