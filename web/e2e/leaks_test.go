package e2e

import "testing"

func TestLeaksAreReported(t *testing.T) { // C-12
	tab := open(t, stage.Address(Page{Site: gateSite, Head: `<script>window.leaks = [];
		nod.on("leak", (d) => leaks.push([d.by, d.purpose, d.host].join(" ")))</script>`,
		Body: `<img alt="" src="` + stage.Collector + `/leak/1"><img alt="" src="` + stage.Collector + `/leak/2">` +
			`<img alt="" src="` + stage.Abroad + `/nowhere"><img alt="" src="/nowhere">`}))
	tab.expectMessages("404")
	tab.wait(`leaks.length >= 2`)
	tab.waitUntilIdle()
	if got := eval[string](tab.view, `leaks.sort().join()`); got !=
		"img  www.abroad.localhost,img analytics stats.collector.localhost" {
		t.Errorf("found: %s", got)
	}
	// A request after a grant is not a leak, even if the purpose is refused later.
	tab.run(`leaks.length = 0; nod.acceptAll(); await fetch("` + stage.Helper + `/leak/3"); nod.rejectAll()`)
	tab.waitUntilIdle()
	tab.check(`leaks.length == 0`)
	// Nor is it one for a listener that comes after the refusal.
	tab.run(`nod.acceptAll()`)
	tab.waitUntilIdle()
	tab = tab.openTab(stage.Address(Page{Site: gateSite}))
	tab.run(`await fetch("` + stage.Helper +
		`/leak/4"); nod.rejectAll(); window.leaks = []; nod.on("leak", (d) => leaks.push(d))`)
	tab.waitUntilIdle()
	tab.check(`leaks.length == 0`)
}

func TestACookieThatCannotBeRemovedIsReported(t *testing.T) { // C-10
	tab := open(t, stage.Address(Page{Before: `<script>
		document.cookie = "_yzj_id=1;path=/";
		const d = Object.getOwnPropertyDescriptor(Document.prototype, "cookie"), get = d.get;
		d.get = function () { return get.call(this) + "; _yzj_ses.stays=1" };
		Object.defineProperty(Document.prototype, "cookie", d);
	</script>`}))
	tab.wait(visible(banner))
	tab.run(`window.left = []; nod.on("leak", (d) => left.push([d.by, d.purpose, d.key].join(" ")))`)
	tab.run(`nod.rejectAll()`)
	// It is reported again each time that Nod tries to remove it.
	tab.wait(`left.length && left.every((l) => l == "cookie analytics _yzj_ses.stays")`)
	tab.check(`!document.cookie.includes("_yzj_id")`)
}
