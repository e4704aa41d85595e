package e2e

import (
	"slices"
	"strings"
	"testing"

	"github.com/nod-consent/nod/app/consent"
)

func TestOtherTabsFollowDecisionsAtOnce(t *testing.T) { // C-11
	address := stage.Address(Page{Body: taggedMarkup})
	stage.host.overrideWith(t, answerGatedFiles)
	one := open(t, address)
	one.wait(visible(banner))
	two := one.openTab(address)
	two.wait(visible(banner))
	two.run(`window.changes = []; nod.on("change", (a) => changes.push(a.functional)); changes.length = 0`)

	one.click(acceptButton)
	two.waitForStates(granted, granted, granted)
	two.wait("!" + visible(banner))
	two.wait(`ran.includes("inline") && document.querySelector("iframe").src`)

	// Open preferences follow too. Other ticks that are not saved yet stay.
	centre := two.openPreferences()
	centre.check(`["functional", "analytics", "beacons"].every((id) => document.getElementById("nod-" + id).checked)`)
	centre.click(element("#nod-beacons"))
	one.run(`nod.withdraw("functional")`)
	two.waitForStates(denied, granted, granted)
	two.wait(`!document.querySelector("iframe").hasAttribute("src")`)
	centre.wait(`!document.getElementById("nod-functional").checked && !document.getElementById("nod-help-chat").checked`)
	centre.check(`document.getElementById("nod-analytics").checked && !document.getElementById("nod-beacons").checked`)
	centre.click(element("footer button[value=save]"))
	two.waitForStates(denied, granted, denied)
	one.waitForStates(denied, granted, denied)
	two.check(`changes.join() == "granted,denied,denied"`)

	one.wait(emptyQueue)
	all := one.records()
	var actions []string
	for i, r := range all {
		actions = append(actions, string(r.Action))
		if i > 0 && (r.Previous == nil || *r.Previous != all[i-1].ID) {
			t.Errorf("record %d does not follow the one before it", i)
		}
	}
	if !slices.Equal(actions, []string{string(consent.AcceptAll), string(consent.Withdraw), string(consent.Save)}) {
		t.Errorf("records %q", actions)
	}
}

// Nothing here waits for what comes some time after the load: timers of more than 200 ms never fire.
func TestAWithdrawalInAnotherTabIsHeardOnceTheWindowHasNoFocus(t *testing.T) { // C-11
	for _, test := range []struct{ name, hasFocus, before string }{
		{"a window that never had it", "false", ""},
		{"a window that loses it", "true", `dispatchEvent(new Event("blur"))`},
	} {
		t.Run(test.name, func(t *testing.T) {
			first := open(t, stage.Address(Page{}))
			first.wait(visible(banner))
			first.click(acceptButton)
			first.wait(decisionIsSent)
			second := first.openTab(stage.Address(Page{Before: `<script>
				document.hasFocus = () => ` + test.hasFocus + `;
				const start = setTimeout, add = addEventListener;
				window.setTimeout = (f, ms, ...all) => (ms > 200 ? 0 : start(f, ms, ...all));
				window.heard = [];
				window.addEventListener = (type, ...all) => (heard.push(type), add.call(window, type, ...all));
			</script>`}))
			second.wait(visible(reopenButton))
			second.waitForStates(granted, granted, granted)
			if test.before != "" {
				second.check(`!heard.includes("storage")`)
				second.run(test.before)
			}
			second.wait(`heard.includes("storage")`)
			first.run(`nod.withdraw()`)
			second.waitForStates(denied, denied, denied)
		})
	}
}

func TestACookieThatComesAfterItsEventIsFollowed(t *testing.T) { // C-11
	address := stage.Address(Page{})
	decided := open(t, address)
	decided.wait(visible(banner))
	decided.click(acceptButton)
	decided.waitForStates(granted, granted, granted)
	cookie := eval[string](decided.view, `document.cookie.match(/nod=[^;]*/)[0]`)

	tab := open(t, address)
	tab.wait(visible(banner))
	tab.run(`dispatchEvent(new StorageEvent("storage", { key: "nod" }));
		setTimeout(() => (document.cookie = "` + cookie + `;path=/"), 20)`)
	tab.waitForStates(granted, granted, granted)
	tab.wait("!" + visible(banner))
}

func TestAPageInAFrameOfTheSameOriginFollowsDecisions(t *testing.T) { // C-11
	inner := stage.Address(Page{Site: gateSite, Body: `<script>window.ran = []</script>` +
		`<script type="text/plain" data-category="analytics">ran.push("inner")</script>`})
	tab := open(t, stage.Address(Page{Site: gateSite, Body: `<iframe title="Inner" src="` + inner +
		`" width="600" height="400"></iframe>`}))
	tab.expectMessages("blob:nod")
	tab.wait(visible(banner))
	const frame = `document.querySelector("iframe").contentWindow`
	tab.wait(frame + `.document.getElementById("nod")`) // the page in the frame has its own banner
	send := func(mark string) {
		tab.run(`await ` + frame + `.fetch("` + stage.Collector + `/inner/` + mark + `").catch(() => {})`)
	}
	send("before")
	tab.click(acceptButton)
	tab.wait(frame + `.ran.join() == "inner"`)
	send("agreed")
	tab.run(`nod.withdraw()`)
	tab.wait(frame + `.nod.answers().analytics == "denied"`)
	send("withdrawn")
	if all := stage.collector.requests("/inner/"); len(all) != 1 || !strings.Contains(all[0], "agreed") {
		t.Errorf("sent: %q", all)
	}
}
