package e2e

import "testing"

// What a script made while it was allowed to is not put into the page after the withdrawal, nor is a copy of it.
func TestWhatWasMadeBeforeAWithdrawalDoesNotLoadAfterIt(t *testing.T) { // C-12
	to := stage.Collector + "/stale/"
	tab := open(t, stage.Address(Page{Site: gateSite}))
	tab.wait(visible(banner))
	tab.run(`nod.acceptAll()`)
	tab.load(stage.Address(Page{Site: gateSite})) // nothing was ever blocked on this page
	tab.expectMessages("blob:nod")
	tab.run(`nod.has("analytics") || fail();
		const make = (tag, name, mark) => Object.assign(document.createElement(tag), { [name]: "` + to + `" + mark });
		window.made = [make("iframe", "src", "frame"), make("script", "src", "script"),
			Object.assign(make("link", "href", "link"), { rel: "stylesheet" })];
		document.body.append(window.kept = make("iframe", "src", "kept"))`)
	waitFor(t, "the frame that may load", func() bool { return len(stage.collector.requests("/stale/kept")) == 1 })
	tab.run(`nod.withdraw(); document.body.append(...made, kept.cloneNode())`)
	tab.waitUntilIdle()
	waitForSilence()
	if all := stage.collector.requests("/stale/"); len(all) != 1 {
		t.Errorf("%q arrived; want only the frame that was allowed", all)
	}
}

func TestANameSpaceWithAnyPrefixIsChecked(t *testing.T) { // C-12
	to := stage.Collector + "/prefix/"
	tab := open(t, stage.Address(Page{Site: gateSite, Body: `<svg></svg>`}))
	tab.expectMessages("blob:nod")
	tab.wait(visible(banner))
	tab.run(`const image = document.createElementNS("http://www.w3.org/2000/svg", "image");
		image.setAttributeNS("http://www.w3.org/1999/xlink", "x-l:href", "` + to + `image.png");
		document.querySelector("svg").append(image)`)
	tab.waitUntilIdle()
	waitForSilence()
	if all := stage.collector.requests("/prefix/"); len(all) > 0 {
		t.Errorf("%q arrived", all)
	}
}

// A frame without fetch is guarded once: each time again would nest the hooks until the stack is full.
func TestAFrameWithoutFetchIsGuardedOnce(t *testing.T) {
	tab := open(t, stage.Address(Page{Site: gateSite, Body: `<iframe></iframe><p></p>`}))
	tab.wait(visible(banner))
	isGuardedOnce := eval[bool](tab.view, `(async () => {
		const w = document.querySelector("iframe").contentWindow, p = document.querySelector("p");
		delete w.fetch;
		const before = w.Node.prototype.appendChild;
		for (let i = 0; i < 20; i++) {
			p.append("x");
			await 0; // the page's observers run
		}
		w.document.body.append(w.document.createElement("i"));
		return w.fetch === undefined && w.Node.prototype.appendChild === before;
	})()`)
	if !isGuardedOnce {
		t.Error("the frame was hooked again")
	}
}

func TestAnElementWithAShadowRootPropertyOfItsOwnWorks(t *testing.T) {
	tab := open(t, stage.Address(Page{Site: gateSite}))
	tab.wait(visible(banner))
	tab.run(`customElements.define("x-own", class extends HTMLElement {
		constructor() { super(); this.own = this.attachShadow({ mode: "closed" }); }
		get shadowRoot() { return this.own.host && null; }
	});
	document.body.append(document.createElement("x-own"))`)
	tab.check(`document.querySelector("x-own").own instanceof ShadowRoot`)
}
