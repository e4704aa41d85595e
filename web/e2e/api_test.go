package e2e

import (
	"strings"
	"testing"
)

func TestListenersAreToldAndLateOnesGetTheLastState(t *testing.T) {
	tab := open(t, stage.Address(Page{
		Before: `<script>
			window.heard = [];
			for (const e of ["ready", "decision", "change"]) document.addEventListener("nod:" +
				e, ({ detail }) => heard.push("nod:" + e + " " +
				JSON.stringify(Object.fromEntries(Object.entries(detail).slice(0, 4)))));
			window.nod = window.nod || [];
			nod.push(["on", "ready", (d) => heard.push("stub ready " + d.analytics)], null, ["nothing"], 5);
			nod.push(["on", "change", (d) => heard.push("stub change " + d.analytics)]);
		</script>`,
		Head: `<script>nod.on("ready", (d) => heard.push("late ready " + d.analytics));
			nod.on("decision", (d) => heard.push("decision " + d.action));
			nod.on("change", () => heard.push("change"))</script>`,
	}))
	tab.until(visible(banner))
	heard := func(want ...string) {
		t.Helper()
		got := eval[[]string](tab.view, `heard.splice(0)`)
		for i := range got {
			got[i] = strings.ReplaceAll(got[i], `"id":"`+eval[string](tab.view, `document.cookie && nod.receipt()?.record.id ||
				""`)+`",`, "")
		}
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("heard:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
	heard(`nod:ready {"necessary":"granted","functional":"unasked","analytics":"unasked","beacons":"unasked"}`,
		"stub ready unasked", "late ready unasked")
	tab.click(agree)
	tab.until(`nod.receipt()`)
	heard("stub change granted", "change",
		`nod:change {"necessary":"granted","functional":"granted","analytics":"granted","beacons":"granted"}`,
		"decision accept_all", `nod:decision {"action":"accept_all","answers":{"functional":"granted","analytics":"granted","beacons":"granted"},"services":{}}`)
	tab.run(`nod.on("decision", (d) => heard.push("later " + d.action));
		nod.on("change", (d) => heard.push("later " + d.beacons))`)
	heard("later accept_all", "later granted")
	tab.run(`nod.acceptAll()`) // a decision, and no change
	tab.until(`heard.includes("later accept_all")`)
	tab.is(`!heard.some((h) => h.includes("change"))`)
}

func TestAListenerThatThrowsStopsNobody(t *testing.T) {
	tab := open(t, stage.Address(Page{
		Before: `<script>
			window.nod = [["on", "ready", () => { throw new Error("theirs at ready") }], ["on", "ready", () => {
				window.second = 1 }]];
			document.addEventListener("nod:change", () => { throw new Error("theirs at the event") });
		</script>`,
		Body: tagged,
	}))
	stage.host.answer(t, gatedFiles)
	tab.expects("theirs at ready", "theirs at the event", "theirs at change")
	tab.until(visible(banner))
	tab.is(`second == 1`)
	tab.run(`nod.on("change", () => { throw new Error("theirs at change") });
		nod.on("change", () => { window.third = 1 })`)
	tab.click(agree)
	tab.until(`window.third == 1 && nod.receipt() && ran.includes("inline")`)
	tab.stands(granted, granted, granted)
}

func TestAListenerThatChoosesAgainHasTheLastWord(t *testing.T) {
	tab := open(t, stage.Address(Page{Body: tagged}))
	stage.host.answer(t, gatedFiles)
	tab.until(visible(banner))
	tab.run(`window.told = []; nod.on("change", (a) => { told.push(a.analytics);
		if (a.analytics == "granted") nod.withdraw("analytics") });
		window.later = []; nod.on("change", (a) => later.push(a.analytics)); nod.on("decision", (d) => later.push(d.action))`)
	tab.click(agree)
	tab.until(emptyQueue)
	tab.stands(granted, denied, granted)
	tab.is(`told.join() == "granted,denied"`)
	tab.is(`later.join() == "granted,accept_all,denied,withdraw"`) // whoever only listens hears it as it came
	tab.ordered("accept_all: functional=granted analytics=granted beacons=granted", "withdraw: analytics=denied")
	tab.load(stage.Address(Page{}))
	tab.stands(granted, denied, granted)
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

func TestSavingSomeAnswersKeepsTheOthers(t *testing.T) {
	tab := open(t, stage.Address(Page{}))
	tab.until(visible(banner))
	tab.run(`nod.save({ analytics: "granted" })`)
	tab.stands(unasked, granted, unasked)
	tab.is(visible(banner)) // the rest is still asked
	tab.run(`nod.save({ functional: false })`)
	tab.stands(denied, granted, unasked)
	tab.run(`nod.save({ beacons: true, necessary: "denied" })`)
	tab.stands(denied, granted, granted)
	tab.is("!" + visible(banner))
	tab.run(`nod.save({ performance: "denied" })`)
	tab.is(`nod.has("usage-stats") && !nod.has("performance") && nod.has("analytics")`)
	tab.run(`nod.withdraw("beacons")`)
	tab.stands(denied, granted, denied)
	tab.run(`nod.withdraw(["analytics", "functional"])`)
	tab.stands(denied, denied, denied)
	tab.until(`JSON.parse(localStorage.nod).queue.length == 0`)
	if n := len(tab.records()); n != 6 { // one may be sent twice, where a newer choice ended its request
		t.Errorf("%d decisions were kept; want 6", n)
	}
}

func TestTheButtonsOfThePageWork(t *testing.T) {
	tab := open(t, stage.Address(Page{Body: `<button data-nod="accept-all">+</button><button data-nod="reject-all">` +
		`<b>-</b></button><a href="/elsewhere" data-nod="withdraw">0</a><i data-nod="nothing">?</i>`}))
	tab.until(visible(banner))
	tab.click(element(`[data-nod="reject-all"] b`))
	tab.untilStands(denied, denied, denied)
	tab.click(element(`[data-nod="accept-all"]`))
	tab.untilStands(granted, granted, granted)
	tab.click(element(`[data-nod="withdraw"]`)) // and the link is not followed
	tab.untilStands(denied, denied, denied)
	tab.click(element(`[data-nod="nothing"]`))
	tab.settled()
	tab.is(`location.pathname.startsWith("/pages/")`)
}

// hostile are calls of the API with arguments that nobody should give.
const hostile = `[
	...[null, undefined, 0, 5, NaN, "", "granted", true, Symbol("s"), 5n, [], ["analytics"], () => {},
		new Proxy({}, { get() { throw 1 }, has() { throw 2 }, ownKeys() { throw 3 }, getOwnPropertyDescriptor() {
		throw 4 } }),
		{ analytics: null }, { analytics: 1 }, { analytics: "GRANTED" }, { analytics: "granted " }, {
			analytics: ["granted", 1] }, { analytics: { valueOf: () => true } },
		{ get analytics() { throw 5 } }, { unknown: "granted" }, { "": "granted" }, { constructor: "granted" }, {
			__proto__: { analytics: "granted" } },
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
	tab.until(visible(banner))
	thrown := eval[[]string](tab.view, `(() => {
		const all = `+hostile+`, thrown = [];
		all.forEach((f, i) => {
			try { f() } catch (e) { thrown.push(i + " " + f + " threw " + e) }
			for (const [id, state] of Object.entries(nod.answers())) if (state == "granted" && id != "necessary" &&
				id != "announcements") thrown.push(i + " " + f + " granted " + id);
			for (const id of ["usage-stats", "performance", "page-beacon", "constructor", "unknown", "__proto__",
				""]) if (nod.has(id)) thrown.push(i + " " + f + " granted " + id);
		});
		return thrown;
	})()`)
	for _, text := range thrown {
		t.Error(text)
	}
	tab.is(`({}).analytics === undefined && ({}).granted === undefined`) // nobody's prototype was touched
	tab.run(`nod.acceptAll()`)
	tab.stands(granted, granted, granted) // it still works
}

func TestWhatNamesNothingLeavesNoTrace(t *testing.T) { // C-01
	tab := open(t, stage.Address(Page{}))
	tab.until(visible(banner))
	tab.run(`nod.save({}); nod.save(null); nod.save({ unknown: true }); nod.withdraw("unknown");
		nod.withdraw(["unknown"])`)
	tab.settled()
	tab.is(visible(banner) + ` && document.cookie == "" && localStorage.length == 0`)
	if all := stage.consent.requests("POST"); len(all) > 0 {
		t.Errorf("%q were sent", all)
	}
	tab.run(`nod.withdraw()`)
	tab.stands(denied, denied, denied)
	tab.is(`document.cookie.startsWith("nod=")`)
}
