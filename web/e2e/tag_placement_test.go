package e2e

import (
	"strings"
	"testing"
)

func TestTheTagStandsWhereverAPagePutsIt(t *testing.T) {
	stage.host.answer(t, gatedFiles)
	tag := `<script src="` + stage.Script(Page{Site: gateSite}) + `"></script>`
	const tracker = `<script>window.ran = []; fetch("$").catch(() => {})</script>`
	early := func(mark string) string { return strings.ReplaceAll(tracker, "$", stage.Collector+"/"+mark+"/early") }
	later := func(tab *Tab, mark string) {
		tab.run(`await fetch("` + stage.Collector + "/" + mark + `/later").catch(() => {})`)
	}
	count := func(t *testing.T, mark string, want int) {
		t.Helper()
		nothingMore()
		if all := stage.sink.requests("/" + mark + "/"); len(all) != want {
			t.Errorf("%q were sent; want %d", all, want)
		}
	}
	t.Run("twice, and another site's too", func(t *testing.T) {
		tab := open(t, stage.Address(Page{Tag: tag, Head: tag + `<script src="` + stage.Script(Page{}) + `">` +
			`</script>` + early("twice"), Body: tagged}))
		tab.expects("blob:nod")
		tab.until(visible(banner))
		later(tab, "twice")
		tab.is(`document.querySelectorAll("#nod").length == 1 &&
			document.getElementById("nod").shadowRoot.querySelectorAll(".banner").length == 1`)
		count(t, "twice", 0)
		tab.click(agree)
		tab.ran("inline")
		later(tab, "twice")
		count(t, "twice", 1)
	})
	t.Run("late", func(t *testing.T) {
		tab := open(t, stage.Address(Page{Tag: early("late"), Body: tagged + tag}))
		tab.expects("blob:nod")
		tab.until(visible(banner))
		later(tab, "late")
		count(t, "late", 1) // what ran before it has run
		tab.ran()
		tab.click(agree)
		tab.ran("inline")
	})
	t.Run("async", func(t *testing.T) {
		tab := open(t, stage.Address(Page{Tag: strings.Replace(tag, "<script", "<script async", 1), Head: early("async"),
			Body: tagged}))
		tab.expects("blob:nod")
		tab.until(visible(banner))
		later(tab, "async")
		if all := stage.sink.requests("/async/later"); len(all) > 0 {
			t.Errorf("%q were sent", all)
		}
		tab.ran()
		tab.click(agree)
		tab.ran("inline")
	})
	t.Run("blocked", func(t *testing.T) {
		tab := open(t, stage.Address(Page{Tag: `<script>window.nod = window.nod || [];
			nod.push(["on", "ready", () => ran.push("ready")])</script><script src="` + stage.Consent +
			`/nowhere/consent.js"></script>`, Head: early("blocked"), Body: tagged}))
		tab.settled()
		tab.ran()
		tab.is(`Array.isArray(nod) && !document.getElementById("nod")`)
	})
}

func TestASecondTagDoesNoHarm(t *testing.T) {
	stage.host.answer(t, gatedFiles)
	tab := open(t, stage.Address(Page{Body: tagged + `<script src="` + stage.Script(Page{}) + `"></script>` +
		`<script src="` + stage.Script(Page{Lang: "zh-CN"}) + `"></script>`}))
	tab.until(visible(banner))
	tab.is(`document.querySelectorAll("#nod").length == 1`)
	tab.click(agree)
	tab.until("nod.receipt() && !" + visible(banner))
	tab.settled()
	tab.is(`ran.join() == "inline"`)
	if all := stage.consent.requests("POST"); len(all) != 1 {
		t.Errorf("%q; want one decision", all)
	}
}

func TestATagThatCannotKnowWhereItIsFromGrantsNothing(t *testing.T) { // C-40
	// a module is not told
	tab := open(t, stage.Address(Page{Tag: `<script type="module" src="` + stage.Script(Page{}) + `"></script>`}))
	// it takes the page's own server for its own
	tab.expects("status of 404")
	tab.until(visible(banner))
	tab.stands(unasked, unasked, unasked)
	tab.click(refuse)
	tab.stands(denied, denied, denied)
	eventually(t, "the attempt", func() bool { return len(stage.host.requests("POST")) > 0 })
	if n := len(tab.kept().Queue); n != 1 {
		t.Errorf("%d decisions wait; want the one", n)
	}
}
