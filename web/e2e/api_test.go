package e2e

import (
	"strings"
	"testing"
)

func TestListenersAreCalledAndLateOnesGetTheLastState(t *testing.T) {
	tab := open(t, stage.Address(Page{
		Before: `<script>
			window.heard = [];
			for (const name of ["nod:ready", "nod:decision", "nod:change"])
				document.addEventListener(name, ({ detail }) => {
					const firstFour = Object.fromEntries(Object.entries(detail).slice(0, 4));
					heard.push(name + " " + JSON.stringify(firstFour));
				});
			window.nod = window.nod || [];
			nod.push(["on", "ready", (d) => heard.push("stub ready " + d.analytics)], null, ["nothing"], 5);
			nod.push(["on", "change", (d) => heard.push("stub change " + d.analytics)]);
		</script>`,
		Head: `<script>nod.on("ready", (d) => heard.push("late ready " + d.analytics));
			nod.on("decision", (d) => heard.push("decision " + d.action));
			nod.on("change", () => heard.push("change"))</script>`,
	}))
	tab.wait(visible(banner))
	checkHeard := func(want ...string) {
		t.Helper()
		got := strings.Join(eval[[]string](tab.view, `heard.splice(0)`), "\n")
		id := eval[string](tab.view, `document.cookie && nod.receipt()?.record.id || ""`)
		got = strings.ReplaceAll(got, `"id":"`+id+`",`, "")
		if got != strings.Join(want, "\n") {
			t.Errorf("heard:\n%s\nwant:\n%s", got, strings.Join(want, "\n"))
		}
	}
	checkHeard(`nod:ready {"necessary":"granted","functional":"unasked","analytics":"unasked","beacons":"unasked"}`,
		"stub ready unasked", "late ready unasked")
	tab.click(acceptButton)
	tab.wait(`nod.receipt()`)
	checkHeard("stub change granted", "change",
		`nod:change {"necessary":"granted","functional":"granted","analytics":"granted","beacons":"granted"}`,
		"decision accept_all", `nod:decision {"action":"accept_all",`+
			`"answers":{"functional":"granted","analytics":"granted","beacons":"granted"},"services":{}}`)
	tab.run(`nod.on("decision", (d) => heard.push("later " + d.action));
		nod.on("change", (d) => heard.push("later " + d.beacons))`)
	checkHeard("later accept_all", "later granted")
	tab.run(`nod.acceptAll()`) // a decision without a change
	tab.wait(`heard.includes("later accept_all")`)
	tab.check(`!heard.some((h) => h.includes("change"))`)
}

func TestAListenerThatThrowsStopsNoOtherListener(t *testing.T) {
	tab := open(t, stage.Address(Page{
		Before: `<script>
			window.nod = [["on", "ready", () => { throw new Error("theirs at ready") }],
				["on", "ready", () => { window.second = 1 }]];
			document.addEventListener("nod:change", () => { throw new Error("theirs at the event") });
		</script>`,
		Body: taggedMarkup,
	}))
	stage.host.overrideWith(t, answerGatedFiles)
	tab.expectMessages("theirs at ready", "theirs at the event", "theirs at change")
	tab.wait(visible(banner))
	tab.check(`second == 1`)
	tab.run(`nod.on("change", () => { throw new Error("theirs at change") });
		nod.on("change", () => { window.third = 1 })`)
	tab.click(acceptButton)
	tab.wait(`window.third == 1 && nod.receipt() && ran.includes("inline")`)
	tab.checkStates(granted, granted, granted)
}

func TestADecisionMadeInAListenerWins(t *testing.T) {
	tab := open(t, stage.Address(Page{Body: taggedMarkup}))
	stage.host.overrideWith(t, answerGatedFiles)
	tab.wait(visible(banner))
	tab.run(`window.analytics = [];
		nod.on("change", (a) => {
			analytics.push(a.analytics);
			if (a.analytics == "granted") nod.withdraw("analytics");
		});
		window.later = [];
		nod.on("change", (a) => later.push(a.analytics));
		nod.on("decision", (d) => later.push(d.action))`)
	tab.click(acceptButton)
	tab.wait(emptyQueue)
	tab.checkStates(granted, denied, granted)
	tab.check(`analytics.join() == "granted,denied"`)
	tab.check(`later.join() == "granted,accept_all,denied,withdraw"`) // other listeners get the events in order
	tab.checkRecords(acceptedAll, "withdraw: analytics=denied")
	tab.load(stage.Address(Page{}))
	tab.checkStates(granted, denied, granted)
}

func TestSavingSomeAnswersPreservesTheOthers(t *testing.T) {
	tab := open(t, stage.Address(Page{}))
	tab.wait(visible(banner))
	tab.run(`nod.save({ analytics: "granted" })`)
	tab.checkStates(unasked, granted, unasked)
	tab.check(visible(banner)) // it still asks for the rest
	tab.run(`nod.save({ functional: false })`)
	tab.checkStates(denied, granted, unasked)
	tab.run(`nod.save({ beacons: true, necessary: "denied" })`)
	tab.checkStates(denied, granted, granted)
	tab.check("!" + visible(banner))
	tab.run(`nod.save({ performance: "denied" })`)
	tab.check(`nod.has("usage-stats") && !nod.has("performance") && nod.has("analytics")`)
	tab.run(`nod.withdraw("beacons")`)
	tab.checkStates(denied, granted, denied)
	tab.run(`nod.withdraw(["analytics", "functional"])`)
	tab.checkStates(denied, denied, denied)
	tab.wait(emptyQueue)
	if n := len(tab.records()); n != 6 { // a decision may be sent twice, but is stored once
		t.Errorf("%d decisions were stored; want 6", n)
	}
}

func TestTheButtonsOfThePageWork(t *testing.T) {
	tab := open(t, stage.Address(Page{Body: `<button data-nod="accept-all">+</button><button data-nod="reject-all">` +
		`<b>-</b></button><a href="/elsewhere" data-nod="withdraw">0</a><i data-nod="nothing">?</i>`}))
	tab.wait(visible(banner))
	tab.click(element(`[data-nod="reject-all"] b`))
	tab.waitForStates(denied, denied, denied)
	tab.click(element(`[data-nod="accept-all"]`))
	tab.waitForStates(granted, granted, granted)
	tab.click(element(`[data-nod="withdraw"]`)) // the browser does not follow the link
	tab.waitForStates(denied, denied, denied)
	tab.click(element(`[data-nod="nothing"]`))
	tab.waitUntilIdle()
	tab.check(`location.pathname.startsWith("/pages/")`)
}

// hostileCalls are calls of the API with arguments that are wrong or hostile.
const hostileCalls = `[
	...[null, undefined, 0, 5, NaN, "", "granted", true, Symbol("s"), 5n, [], ["analytics"], () => {},
		new Proxy({}, {
			get() { throw 1 }, has() { throw 2 }, ownKeys() { throw 3 }, getOwnPropertyDescriptor() { throw 4 },
		}),
		{ analytics: null }, { analytics: 1 }, { analytics: "GRANTED" }, { analytics: "granted " },
		{ analytics: ["granted", 1] }, { analytics: { valueOf: () => true } },
		{ get analytics() { throw 5 } }, { unknown: "granted" }, { "": "granted" }, { constructor: "granted" },
		{ __proto__: { analytics: "granted" } },
		JSON.parse('{"__proto__": {"analytics": "granted"}}'), Object.create({ analytics: "granted", beacons: true }),
		{ toString() { throw 6 }, [Symbol.toPrimitive]() { throw 7 } }, document, window, new Date(NaN),
	].flatMap((x) => [() => nod.save(x), () => nod.withdraw(x), () => nod.withdraw([x]), () => nod.has(x),
		() => nod.on(x, () => {}), () => nod.on("ready", x), () => nod.push(x), () => nod.push([x]),
		() => nod.push(["save", x]), () => nod.push([x, x])]),
	...["__proto__", "constructor", "toString", "hasOwnProperty", "has"]
		.flatMap((x) => [() => nod.on(x, () => {}), () => nod.has(x), () => nod.withdraw(x), () => nod.push([x, x]),
		() => nod.save({ [x]: "granted" })]),
	() => nod.save(), () => nod.has(), () => nod.on(), () => nod.push(), () => nod.push(["push", ["push", null]]),
]`

func TestHostileArgumentsNeitherGrantNorThrow(t *testing.T) { // C-40
	tab := open(t, stage.Address(Page{}))
	tab.wait(visible(banner))
	thrown := eval[[]string](tab.view, `(() => {
		const calls = `+hostileCalls+`, thrown = [];
		calls.forEach((call, i) => {
			try { call() } catch (e) { thrown.push(i + " " + call + " threw " + e) }
			for (const [id, state] of Object.entries(nod.answers()))
				if (state == "granted" && id != "necessary" && id != "announcements")
					thrown.push(i + " " + call + " granted " + id);
			for (const id of ["usage-stats", "performance", "page-beacon", "constructor", "unknown", "__proto__", ""])
				if (nod.has(id)) thrown.push(i + " " + call + " granted " + id);
		});
		return thrown;
	})()`)
	for _, text := range thrown {
		t.Error(text)
	}
	tab.check(`({}).analytics === undefined && ({}).granted === undefined`) // Object.prototype is unchanged
	tab.run(`nod.acceptAll()`)
	tab.checkStates(granted, granted, granted) // the API still works
}

func TestCallsThatNameNoPurposeStoreNothing(t *testing.T) { // C-01
	tab := open(t, stage.Address(Page{}))
	tab.wait(visible(banner))
	tab.run(`nod.save({}); nod.save(null); nod.save({ unknown: true }); nod.withdraw("unknown");
		nod.withdraw(["unknown"])`)
	tab.waitUntilIdle()
	tab.check(visible(banner) + ` && document.cookie == "" && localStorage.length == 0`)
	if all := tab.posted(); len(all) > 0 {
		t.Errorf("%v were sent", all)
	}
	tab.run(`nod.withdraw()`)
	tab.checkStates(denied, denied, denied)
	tab.check(`document.cookie.startsWith("nod=")`)
}

// C-37: only a click of the visitor in the banner or the preferences proves what was shown.
func TestADecisionByAScriptNamesNoPresentation(t *testing.T) {
	for name, test := range map[string]struct{ decide, want string }{
		"a call":                  {`nod.acceptAll()`, "custom"},
		"a call through the stub": {`nod.push(["rejectAll"])`, "custom"},
		"a click by a script":     {acceptButton + `.click()`, "custom"},
		"a dispatched click": {acceptButton +
			`.dispatchEvent(new MouseEvent("click", {bubbles: true, composed: true}))`, "custom"},
		"a button of the page":           {"", "custom"},
		"the visitor's click":            {"", "banner"},
		"the visitor's key":              {"", "banner"},
		"a script's save in preferences": {nodElement("dialog button[value=save]") + `.click()`, "custom"},
	} {
		t.Run(name, func(t *testing.T) {
			tab := open(t, stage.Address(Page{Body: `<button id="own" data-nod="accept-all">Yes</button>`}))
			tab.wait(visible(banner))
			switch name {
			case "a button of the page":
				tab.click(`document.getElementById("own")`)
			case "the visitor's click":
				tab.click(acceptButton)
			case "the visitor's key":
				tab.run(acceptButton + `.focus()`)
				tab.press("\r")
			case "a script's save in preferences":
				tab.run(`nod.preferences()`)
				tab.wait(dialogIsOpen)
				tab.run(test.decide)
			default:
				tab.run(test.decide)
			}
			r := tab.waitForReceipt()
			if r.Presentation == "custom" != (test.want == "custom") {
				t.Errorf("recorded with the presentation %q, want that of %s", r.Presentation, test.want)
			}
		})
	}
}

// A listener of the page that changes what it got changes nothing for the others.
func TestAListenerChangesNoAnswersOfOthers(t *testing.T) { // C-40, C-41
	tab := open(t, stage.Address(Page{Site: eventSite, Body: `<script>window.seen = [];
		nod.on("change", (answers) => { for (const id in answers) answers[id] = "granted" });
		document.addEventListener("nod:change", (e) => seen.push(e.detail.analytics))</script>`}))
	tab.run(`nod.rejectAll()`)
	tab.wait(`seen.length`)
	tab.check(`seen[0] == "denied"`)
	tab.check(`dataLayer.filter((e) => e.event).pop().nod.analytics == "denied"`)
	tab.check(`(() => { let last; nod.on("change", (a) => (last = a.analytics)); return last == "denied" })()`)
}

func TestAClickInAnArticleGrantsNothing(t *testing.T) { // C-04, C-40
	tab := open(t, stage.Address(Page{Body: `<article data-nod="accept-all"><p id="text">Text</p></article>
		<div data-nod="reject-all"><b id="no">No</b></div><a id="yes" data-nod="accept-all" href="#"><b>Yes</b></a>`}))
	tab.click(element("#text"))
	tab.checkStates(unasked, unasked, unasked)
	tab.click(element("#no"))
	tab.checkStates(denied, denied, denied)
	tab.click(element("#yes b"))
	tab.checkStates(granted, granted, granted)
}
