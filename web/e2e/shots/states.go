package main

// state is a picture to take: a page, and steps on it before.
type state struct {
	name, path string   // {lang} stands for the language
	steps      []string // JavaScript, with a pause after each step
}

// launch is a state of the first launch in an app.
func launch(name string, steps ...string) state {
	return state{"first launch, " + name, "/yunzhijia/first-launch?platform=android&lang={lang}", steps}
}

// press clicks the visible button of an action in the first launch.
func press(action string) string {
	return `[...document.querySelectorAll("[data-do=` + action + `]")].find((b) => b.offsetParent).click()`
}

// receive has the page receive a message of the app.
func receive(message string) string { return `nodReceive({v: 1, type: "nod:` + message + `"})` }

const longPause = `new Promise((ok) => setTimeout(ok, 1000))`

// inCentre runs a script in the preferences' frame, which has the demo's own origin.
func inCentre(script string) string {
	return `((document) => { ` + script +
		` })(document.getElementById("nod").shadowRoot.querySelector("iframe").contentDocument)`
}

var states = []state{
	{"banner", "/demo/?lang={lang}", nil},
	{"banner of the shop", "/demo/elsewhere?site=example&lang={lang}", nil},
	{"preferences", "/demo/?lang={lang}", []string{`nod.preferences()`, ``}},
	{"preferences, details", "/demo/?lang={lang}", []string{`nod.preferences()`, ``,
		inCentre(`document.querySelector("#nod-beacons").closest("li").querySelector("details").open = true`),
		inCentre(`document.querySelector("#nod-beacons").scrollIntoView()`)}},
	{"preferences, separate consents", "/demo/?lang={lang}", []string{`nod.preferences()`, ``,
		inCentre(`document.querySelector(".separate").open = true; document.querySelector(".separate").scrollIntoView()`)}},
	{"preferences, a list", "/demo/?lang={lang}", []string{`nod.preferences()`, ``,
		inCentre(`[...document.querySelectorAll("#nod-policy details")].at(-2).open = true`),
		inCentre(`document.querySelector("#nod-policy .list").closest("details").scrollIntoView()`)}},
	{"withdrawn", "/demo/?lang={lang}", []string{`nod.acceptAll()`, `nod.preferences()`, ``,
		inCentre(`document.querySelector("#nod-withdraw").click()`)}},
	{"after the choice", "/demo/elsewhere?lang={lang}", []string{`nod.rejectAll()`}},
	{"offline", "/demo/?lang={lang}", []string{`nod.preferences()`, ``,
		inCentre(`document.defaultView.fetch = () => Promise.reject();
			document.querySelector("#nod-policy details").open = true;
			document.querySelector("#nod-policy").scrollIntoView()`)}},
	{"themes", "/demo/themes?lang={lang}", nil},
	{"an app", "/demo/app?lang={lang}", nil},
	{"trackers", "/demo/trackers?lang={lang}",
		[]string{`nod.save({ analytics: true, functional: true, beacons: false })`, longPause, longPause}},
	{"a placeholder", "/demo/?lang={lang}",
		[]string{`nod.rejectAll()`, `document.querySelector("iframe").parentElement.scrollIntoView()`, longPause}},
	{"reload notice", "/demo/?lang={lang}", []string{`nod.acceptAll()`, longPause, `nod.withdraw()`, longPause}},
	{"trackers", "/demo/trackers?lang={lang}", []string{`nod.rejectAll()`, longPause}},
	{"another origin", "/demo/elsewhere?lang={lang}", nil},
	{"an app", "/demo/app?lang={lang}", []string{longPause}},
	{"themes", "/demo/themes?lang={lang}", nil},
	{"preferences as a page", "/yunzhijia/preferences?lang={lang}", nil},
	{"preferences on Android", "/yunzhijia/preferences?lang={lang}&platform=android", nil},
	{"policy", "/yunzhijia/policy?lang={lang}", nil},
	{"policy, contents", "/yunzhijia/policy?lang={lang}", []string{`document.querySelector(".contents").open = true`}},
	{"policy, search", "/yunzhijia/policy?lang={lang}&q=Cookie",
		[]string{`document.getElementById("nod-next").click()`}},
	{"policy of the shop", "/example/policy?lang={lang}", nil},
	{"privacy home", "/yunzhijia/?lang={lang}", nil},
	{"privacy home, own choices", "/demo/?lang={lang}", []string{
		`nod.save({ analytics: true, functional: true, beacons: false })`,
		`location.href = "/yunzhijia/" + location.search`, ``}},
	{"privacy home, own records", "/yunzhijia/preferences?lang={lang}", []string{
		`document.querySelector("[value=accept_all]").click()`, ``, `location.href = "/yunzhijia/" + location.search`, ``}},
	{"unknown page", "/yunzhijia/nothing?lang={lang}", nil},
	{"collected", "/yunzhijia/lists/collected?lang={lang}", nil},
	{"shared", "/yunzhijia/lists/shared?lang={lang}", nil},
	{"SDKs", "/yunzhijia/lists/sdks?lang={lang}", nil},
	{"SDKs, details", "/yunzhijia/lists/sdks?lang={lang}&q=mars", nil},
	{"SDKs, gaps", "/yunzhijia/lists/sdks?lang={lang}&only=gaps", nil},
	{"SDKs, none", "/yunzhijia/lists/sdks?lang={lang}&q=zzz", nil},
	{"permissions", "/yunzhijia/lists/permissions?lang={lang}", nil},
	{"purposes", "/yunzhijia/lists/purposes?lang={lang}", nil},
	{"rights", "/yunzhijia/lists/rights?lang={lang}", nil},
	{"keeping", "/yunzhijia/lists/keeping?lang={lang}", nil},
	{"terms", "/yunzhijia/lists/terms?lang={lang}", nil},
	launch("ask"),
	{"first launch on iOS, ask", "/yunzhijia/first-launch?platform=ios&lang={lang}", nil},
	{"first launch on iOS, menu", "/yunzhijia/first-launch?platform=ios&lang={lang}",
		[]string{press("agree"), press("adult")}},
	{"first launch on iOS, a permission", "/yunzhijia/first-launch?platform=ios&lang={lang}",
		[]string{press("agree"), press("adult"), receive(`permission", permission: "camera", state: "prompt`)}},
	launch("brief", `document.querySelector(".brief").open = true`),
	launch("age", press("agree")),
	launch("guardian", press("agree"), press("teen")),
	launch("basic", press("disagree")),
	launch("menu", press("agree"), press("adult")),
	launch("a permission", press("agree"), press("adult"),
		receive(`permission", permission: "camera", state: "prompt`)),
	launch("a consent", press("agree"), press("adult"), `document.querySelector("[data-question=face]").click()`),
	launch("policy in the app", press("agree"), press("adult"), `document.querySelector("[data-page=policy]").click()`),
	launch("SDKs in the app", press("agree"), press("adult"),
		`document.querySelector("[data-page='lists/sdks']").click()`),
	launch("preferences in the app", press("agree"), press("adult"),
		`document.querySelector(".menu [data-page=preferences]").click()`),
	launch("denied by the enterprise",
		`nodReceive({v: 1, type: "nod:hello", tenant: {
			id: "a", name: "Acme", contact: "it@acme.example", denied: ["location"] }})`,
		press("agree"), press("adult"), `document.querySelector("[data-question=location]").click()`),
	launch("large", `nodReceive({v: 1, type: "nod:theme", large: true})`),
	launch("large permission", `nodReceive({v: 1, type: "nod:theme", large: true})`, press("agree"), press("adult"),
		receive(`permission", permission: "camera", state: "denied`)),
	newVersion("minor"), newVersion("material"), newVersion("asked"), newVersion("reduced"), requiredAfterRefusal(),
	{"version announced, preferences", "/demo/elsewhere?site=announced&lang={lang}", []string{`nod.preferences()`, ``}},
	{"version announced, policy", "/announced/policy?lang={lang}", nil},
	{"version asked, policy", "/asked/policy?lang={lang}#nod-changes", nil},
	{"receipt", "/yunzhijia/receipt?lang={lang}", nil},
	{"receipt, genuine", "/demo/?lang={lang}", verifyReceipt(`receipt`)},
	{"right to left, banner", "/demo/?site=example&lang=ar", nil},
	{"right to left, privacy home", "/example/?lang=ar", nil},
	{"right to left, policy", "/example/policy?lang=ar", nil},
	{"right to left, a list", "/example/lists/shared?lang=ar", nil},
	{"right to left, preferences", "/example/preferences?lang=ar", nil},
	{"right to left, preferences in a dialog", "/demo/?site=example&lang=ar", []string{`nod.preferences()`, ``}},
	{"right to left, first launch", "/example/first-launch?platform=android&lang=ar", nil},
	{"right to left, first launch on iOS", "/example/first-launch?platform=ios&lang=ar", nil},
	{"right to left, first launch, menu", "/example/first-launch?platform=android&lang=ar", []string{press("agree")}},
	{"right to left, receipt", "/example/receipt?lang=ar", nil},
	{"rights, form", "/yunzhijia/rights?lang={lang}", nil},
	{"documentation", "/docs/?lang={lang}", nil},
	{"documentation, rules", "/docs/rules?lang={lang}", nil},
	{"admin", "/v1/admin/", nil},
	{"admin, signed in", "/demo/?lang={lang}", []string{`nod.rejectAll()`, `nod.acceptAll()`,
		longPause, `location.href = "/v1/admin/"`, ``,
		`document.getElementById("token").value = "` + adminToken + `"; document.querySelector("#entry button").click()`,
		`document.querySelector("[name=site]").value = "yunzhijia";
			document.querySelector("[name=site]").dispatchEvent(new Event("change"))`}},
	{"own records", "/demo/?lang={lang}", []string{
		`nod.save({ analytics: true, functional: true, beacons: false })`, longPause, `nod.withdraw()`, longPause,
		`location.href = "/yunzhijia/records?lang=" + document.documentElement.lang`, ``,
		`document.querySelector("#nod-own button").click()`, ``}},
	{"own records, elsewhere", "/yunzhijia/records?lang={lang}", nil},
	{"requests, the form", "/yunzhijia/rights?lang={lang}", nil},
	{"requests, a form that is not complete", "/yunzhijia/rights?lang={lang}",
		[]string{`document.querySelector("form.request").submit()`, ``}},
	{"requests, sent", "/yunzhijia/rights?lang={lang}", sendRequest()},
	{"requests, the list of staff", "/yunzhijia/rights?lang={lang}", openAsStaff()},
	{"requests, staff", "/yunzhijia/rights?lang={lang}", openAsStaff(openCase, ``)},
	{"requests, the preview", "/yunzhijia/rights?lang={lang}",
		openAsStaff(openCase, ``, noteProof, ``, previewAnswer, ``)},
	{"requests, answered", "/yunzhijia/rights?lang={lang}", openAsStaff(openCase, ``, noteProof, ``, previewAnswer, ``,
		`document.querySelector("[value=answer]").click()`, ``, `location.href = sessionStorage.person`, ``)},
	{"requests, a receipt", "/yunzhijia/rights?lang={lang}", append(sendRequest(),
		`fetch(document.querySelector('a[href*="/receipts/"]').href).then((r) => r.text()).then((file) => {
			location.href = "/yunzhijia/receipt?lang=" + document.documentElement.lang + "#" + encodeURIComponent(file) })`,
		longPause, longPause)},
	{"receipt, altered", "/demo/?lang={lang}", verifyReceipt(`receipt.replace("denied", "granted")`)},
}

// verifyReceipt makes a decision, and verifies what the expression makes of its receipt.
func verifyReceipt(expression string) []string {
	return []string{
		`nod.rejectAll()`, longPause,
		`sessionStorage.receipt = JSON.stringify(nod.receipt());
			location.href = "/yunzhijia/receipt?lang=" + document.documentElement.lang`, ``,
		`const { receipt } = sessionStorage, chosen = new DataTransfer(), file = document.getElementById("nod-file");
			chosen.items.add(new File([` + expression + `], "consent-receipt.json"));
			file.files = chosen.files;
			file.dispatchEvent(new Event("change"))`,
		longPause, longPause,
	}
}

// sendRequest has a person ask for two things.
func sendRequest() []string {
	return []string{`for (const kind of ["access", "delete"])
			document.querySelector("[value=" + kind + "]").checked = true;
		document.querySelector("[name=text]").value = "2026年8月的考勤记录有误，请删除。\nPlease delete them.";
		document.querySelector("[name=contact]").value = "person@mail.example";
		document.querySelector("form.request").requestSubmit()`, ``, `sessionStorage.person = location.href;
			sessionStorage.reference = /R-\w+-\w+/.exec(document.querySelector("h1").textContent)[0]`}
}

// openAsStaff sends a request, and then opens the pages of staff.
func openAsStaff(steps ...string) []string {
	return append(append(sendRequest(), `location.href = "/v1/admin/yunzhijia/requests"`, ``,
		`document.querySelector("[name=token]").value = "`+adminToken+`";
			document.querySelector("form").requestSubmit()`, ``), steps...)
}

// Steps of staff in a request.
const (
	openCase = `[...document.querySelectorAll("td a")].find((a) => a.textContent == sessionStorage.reference).click()`

	noteProof     = `document.querySelector("[value=verify]").click()`
	previewAnswer = `document.querySelector("[name=letter]").value = "一部分记录涉及他人。\nWe deleted the rest.";
		document.querySelector("[name=outcome]").value = "partly"; document.querySelector("[name=ground]").selectedIndex = 2;
		document.querySelector("[value=preview]").click()`
)
