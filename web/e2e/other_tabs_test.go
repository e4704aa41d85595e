package e2e

import (
	"slices"
	"strings"
	"testing"

	"github.com/nod-consent/nod/app/consent"
)

func TestOtherTabsFollowAtOnce(t *testing.T) { // C-11
	address := stage.Address(Page{Body: tagged})
	stage.host.answer(t, gatedFiles)
	one := open(t, address)
	one.until(visible(banner))
	two := one.another(address)
	two.until(visible(banner))
	two.run(`window.changes = []; nod.on("change", (a) => changes.push(a.functional)); changes.length = 0`)

	one.click(agree)
	two.untilStands(granted, granted, granted)
	two.until("!" + visible(banner))
	two.until(`ran.includes("inline") && document.querySelector("iframe").src`)

	// An open preference centre follows as well, and keeps what was ticked meanwhile and is not concerned.
	centre := two.centre()
	centre.is(`["functional", "analytics", "beacons"].every((id) => document.getElementById("nod-" + id).checked)`)
	centre.click(element("#nod-beacons"))
	one.run(`nod.withdraw("functional")`)
	two.untilStands(denied, granted, granted)
	two.until(`!document.querySelector("iframe").hasAttribute("src")`)
	centre.until(`!document.getElementById("nod-functional").checked && !document.getElementById("nod-help-chat").checked`)
	centre.is(`document.getElementById("nod-analytics").checked && !document.getElementById("nod-beacons").checked`)
	centre.click(element("footer [value=save]"))
	two.untilStands(denied, granted, denied)
	one.untilStands(denied, granted, denied)
	two.is(`changes.join() == "granted,denied,denied"`)

	one.until(`JSON.parse(localStorage.nod).queue.length == 0`)
	all := one.records()
	var said []string
	for i, r := range all {
		said = append(said, string(r.Action))
		if i > 0 && (r.Previous == nil || *r.Previous != all[i-1].ID) {
			t.Errorf("record %d does not follow the one before it", i)
		}
	}
	if !slices.Equal(said, []string{string(consent.AcceptAll), string(consent.Withdraw), string(consent.Save)}) {
		t.Errorf("records %q", said)
	}
}

func TestAPageInAFrameOfTheSameOriginFollows(t *testing.T) { // C-11
	inner := stage.Address(Page{Site: gateSite, Body: `<script>window.ran = []</script>` +
		`<script type="text/plain" data-category="analytics">ran.push("inner")</script>`})
	tab := open(t, stage.Address(Page{Site: gateSite, Body: `<iframe title="Inner" src="` + inner +
		`" width="600" height="400"></iframe>`}))
	tab.expects("blob:nod")
	tab.until(visible(banner))
	const within = `document.querySelector("iframe").contentWindow`
	tab.until(within + `.document.getElementById("nod")`) // it asks for itself
	send := func(mark string) {
		tab.run(`await ` + within + `.fetch("` + stage.Collector + `/inner/` + mark + `").catch(() => {})`)
	}
	send("before")
	tab.click(agree)
	tab.until(within + `.ran.join() == "inner"`)
	send("agreed")
	tab.run(`nod.withdraw()`)
	tab.until(within + `.nod.answers().analytics == "denied"`)
	send("withdrawn")
	if all := stage.sink.requests("/inner/"); len(all) != 1 || !strings.Contains(all[0], "agreed") {
		t.Errorf("sent: %q", all)
	}
}
