package e2e

import "testing"

func TestTheDemoShowsTheResultOfEachRequest(t *testing.T) {
	tab := open(t, stage.Localhost+"/demo/trackers?lang=en")
	tab.expectMessages("blob:nod", "wss://127.0.0.1:1", "WebSocket")
	tab.wait(visible(banner))
	// Each row has a purpose, its state, and how many requests were tried, blocked, held and sent.
	const sums = `Object.fromEntries([...document.querySelectorAll("#sums tr")]
		.map((r) => [r.cells[0].textContent, [...r.cells].slice(1).map((c) => c.textContent).join(" ")]))`
	row := func(name, want string) {
		t.Helper()
		tab.wait(`(` + sums + `)["` + name + `"] == "` + want + `"`)
	}
	row("Necessary", "Always on 7 0 0 7")
	row("Analytics", "not chosen 7 7 0 0")
	row("Functional", "not chosen 7 1 6 0")
	// The wall shows a dot for each of them, with the sum above.
	wall := func(state, want string) {
		t.Helper()
		part := `document.querySelector(".wall [data-state=` + state + `]")`
		tab.wait(part + `.querySelector(".number").textContent == "` + want + `" &&
			` + part + `.querySelectorAll("i").length == ` + want)
	}
	wall("stopped", "43")
	wall("held", "6")
	wall("arrived", "14")
	tab.run(`nod.save({ analytics: true, functional: true, beacons: false })`)
	row("Analytics", "accepted 14 7 0 7")
	row("Functional", "accepted 14 1 0 13") // with the held ones
	row("Web beacons", "rejected 14 14 0 0")
	tab.check(`document.querySelectorAll("#log li").length == document.querySelectorAll("#sums tr").length * 14 &&
		[...document.querySelectorAll("#log b")].every((b) => ["stopped", "arrived"].includes(b.textContent))`)
	wall("held", "0")
}

func TestEveryPageOfTheDemoLeadsToTheOthersAboveTheFold(t *testing.T) {
	tab := openEmptyTab(t)
	tab.expectMessages("blob:nod", "wss://127.0.0.1:1", "WebSocket")
	for _, page := range []string{"", "trackers", "elsewhere", "app", "themes"} {
		tab.load(stage.Localhost + "/demo/" + page + "?lang=en")
		tab.check(`(() => {
			const links = [...document.querySelectorAll(".demos .tabs a")];
			return links.length == 8 && links.filter((a) => a.ariaCurrent).length == 1 &&
				links.every((a) => a.getBoundingClientRect().bottom < 120 && a.href.startsWith("http"));
		})()`)
	}
}
