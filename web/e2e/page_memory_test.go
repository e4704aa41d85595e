package e2e

import (
	"strconv"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/heapprofiler"
)

// countAlive makes 400 elements with the JavaScript, which adds e to the page and takes it out again, and counts those
// that are still there after the garbage is collected.
func countAlive(tab *Tab, make string) int {
	tab.run(`window.refs = [];
		for (let i = 0; i < 400; i++) {
			let e;
			` + make + `
			refs.push(new WeakRef(e));
		}
		await new Promise((done) => setTimeout(done))`)
	call(tab, heapprofiler.CollectGarbage, cdp.Empty{})
	return eval[int](tab.view, `refs.filter((r) => r.deref()).length`)
}

// A page that shows and removes parts for hours needs no more memory with us.
func TestWhatLeavesThePageIsForgotten(t *testing.T) {
	for name, make := range map[string]string{
		"elements with shadow roots": `e = document.createElement("p");
			e.attachShadow({ mode: "open" }); document.body.append(e); e.remove();`,
		"popovers": `e = document.createElement("p"); e.popover = "auto";
			document.body.append(e); e.showPopover(); e.remove();`,
	} {
		t.Run(name, func(t *testing.T) {
			tab := open(t, stage.Address(Page{
				Site: gateSite,
				Body: `<script type="text/plain" data-category="functional">window.hasRun = 1</script>
					<iframe width="400" height="300" data-category="analytics" data-src="` + stage.Helper + `/x"></iframe>`,
			}))
			tab.wait(visible(banner))
			tab.run(`nod.save({ functional: true })`)
			tab.wait(`window.hasRun`)
			tab.load(eval[string](tab.view, `location.href`)) // there is no banner now
			tab.wait(`window.hasRun`)
			tab.waitForSecondHalf()
			if alive := countAlive(tab, make); alive > 200 {
				t.Error(strconv.Itoa(alive) + " of 400 are still in memory")
			}
		})
	}
}
