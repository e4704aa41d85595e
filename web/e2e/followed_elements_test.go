package e2e

import (
	"net/http"
	"strings"
	"testing"
)

func TestElementsInShadowRootsFollowTheirPurpose(t *testing.T) {
	frame := stage.File("text/html", "<title>A frame</title>")
	tab := open(t, stage.Address(Page{Body: `<x-embed></x-embed><div><template shadowrootmode="open">
			<iframe data-category="functional" data-src="` + frame + `?declared"></iframe>
		</template></div><x-late></x-late><script>
		window.define = (name, id) => customElements.define(name, class extends HTMLElement {
			connectedCallback() {
				this.attachShadow({ mode: "open" }).innerHTML =
					'<p><iframe data-category="functional" data-src="` + frame + `?' + id + '"></iframe></p>';
			}
		});
		define("x-embed", "attached")
	</script>`}))
	tab.wait(visible(banner))
	tab.run(`define("x-late", "upgraded")`)
	tab.waitUntilIdle()
	if all := stage.host.requests(frame); len(all) > 0 {
		t.Fatalf("%q were fetched before the answer", all)
	}
	tab.click(acceptButton)
	check := func(names ...string) {
		t.Helper()
		waitFor(t, strings.Join(names, ", "), func() bool {
			all := strings.Join(stage.host.requests(frame), " ")
			for _, name := range names {
				if strings.Count(all, name) != 1 {
					return false
				}
			}
			return true
		})
	}
	check("declared", "attached", "upgraded")
	tab.run(`const host = document.createElement("div");
		host.attachShadow({ mode: "open" });
		document.body.append(host);
		host.shadowRoot.append(document.createElement("div"));
		host.shadowRoot.firstChild.innerHTML =
			'<iframe data-category="functional" data-src="` + frame + `?later"></iframe>'`)
	check("later")
	tab.run(`nod.withdraw()`)
	tab.wait(`[...document.querySelectorAll("*")].every((e) =>
		!e.shadowRoot?.querySelector("iframe[data-category][src]"))`)
}

func TestElementsInAReplacedDocumentElementFollowTheirPurpose(t *testing.T) {
	stage.host.overrideWith(t, func(_ http.ResponseWriter, r *http.Request) bool { return r.URL.Path == "/favicon.ico" })
	tab := open(t, stage.Address(Page{Body: `<script>window.ran = []</script>`}))
	tab.wait(visible(banner))
	tab.run(`document.documentElement.replaceWith(document.documentElement.cloneNode(true))`)
	tab.run(`nod.acceptAll()`)
	tab.wait(decisionIsSent)
	tab.run(`const s = document.createElement("script");
		s.type = "text/plain"; s.dataset.category = "analytics"; s.text = 'ran.push("late")';
		document.body.append(s)`)
	tab.waitForRan("in the new element", "late")
}

func TestAChangedAddressOrPurposeIsFollowed(t *testing.T) {
	frame := stage.File("text/html", "<title>A frame</title>")
	tab := open(t, stage.Address(Page{Body: `<iframe data-category="functional" data-src="` + frame + `?first"></iframe>` +
		`<img alt="" data-src="` + stage.File("image/svg+xml", emptyImage) + `">`}))
	source := func(path string) string {
		return `document.querySelector("iframe").getAttribute("src") == ` + path
	}
	tab.click(acceptButton)
	tab.wait(source(`"` + frame + `?first"`))
	tab.run(`document.querySelector("iframe").dataset.src = "` + frame + `?second"`)
	waitFor(t, "the second", func() bool { return len(stage.host.requests(frame+"?second")) == 1 })
	tab.run(`document.querySelector("img").dataset.category = "functional"`)
	tab.wait(`document.querySelector("img[src]")`)
	tab.run(`nod.withdraw()`)
	tab.wait(source("null"))
	tab.run(`document.querySelector("iframe").dataset.src = "` + frame + `?third"`)
	tab.waitUntilIdle()
	tab.check(source("null"))
}

func TestDecisionsLeaveTheSessionHistoryAlone(t *testing.T) {
	frame := stage.File("text/html", "<title>A frame</title>")
	start := stage.Address(Page{})
	tab := open(t, start)
	page := stage.Address(Page{
		Body: `<main>before<iframe data-category="functional" data-src="` + frame + `"></iframe><b>after</b></main>`,
	})
	tab.leavePage(`location.href = "` + page + `"`)
	tab.wait(`document.querySelector("iframe") && document.readyState == "complete" && ` + visible(banner))
	tab.run(`window.entries = history.length`)
	count := func(n int) {
		t.Helper()
		waitFor(t, "the frame", func() bool { return len(stage.host.requests(frame)) == n })
		tab.waitUntilIdle()
		tab.check(`history.length == entries`)
	}
	tab.click(acceptButton)
	count(1)
	tab.run(`nod.withdraw()`)
	tab.wait(`document.querySelector("iframe:not([src]) + b")`)
	count(1)
	tab.run(`nod.acceptAll()`)
	count(2)
	tab.run(`nod.withdraw()`)
	tab.wait(`!document.querySelector("iframe[src]")`)
	tab.leavePage(`history.back()`)
	tab.wait(`location.href == "` + start + `"`)
	if n := len(stage.host.requests(frame)); n != 2 {
		t.Errorf("the frame was fetched %d times; want 2", n)
	}
}

// On the second visit the frame is granted, and the page's loader may come before us or after us.
func TestALazyLoaderOfThePageStartsNothingTwice(t *testing.T) {
	frame, image := stage.File("text/html", "<title>A frame</title>"), stage.File("image/svg+xml", emptyImage)
	address := stage.Address(Page{Body: `<iframe data-category="functional" data-src="` + frame + `"></iframe>
		<img alt="" data-category="functional" data-src="` + image + `"><img alt="" data-src="` + image + `?own">
		<script>addEventListener("DOMContentLoaded", () => document.querySelectorAll("[data-src]").forEach((e) =>
			(e.src = e.dataset.src)))</script>`})
	tab := open(t, address)
	tab.expectMessages("copies data-src")
	tab.wait(visible(banner))
	tab.waitForSecondHalf()
	tab.wait(`!document.querySelector("[data-category][src]") && document.querySelector("img[src]")`)
	counts := func() [2]int { return [2]int{len(stage.host.requests(frame)), len(stage.host.requests(image)) - 1} }
	before := counts()
	tab.click(acceptButton)
	tab.wait(`document.querySelectorAll("[data-category][src]").length == 2 && ` + decisionIsSent)
	tab.waitUntilIdle()
	if after := counts(); after[0] != before[0]+1 {
		t.Errorf("the agreement led to %d requests of the frame; want 1", after[0]-before[0])
	}
	stage.host.clearRequests()
	tab.load(address)
	tab.waitUntilIdle()
	if got := counts(); got != [2]int{1, 1} {
		t.Errorf("on the next visit the frame and the image were fetched %v times; want 1", got)
	}
}

// Browsers load a frame again for each assignment to src.
func TestAFrameThatIsLoadingIsNotLoadedTwiceAndCanBeLoadedAgain(t *testing.T) {
	for name, assign := range map[string]string{
		"by the property":  `e.src = e.dataset.src`,
		"by the attribute": `e.setAttribute("SRC", e.dataset.src)`,
	} {
		t.Run(name, func(t *testing.T) {
			frame := stage.File("text/html", "<title>A frame</title>")
			tab := open(t, stage.Address(Page{Body: `<iframe data-category="functional" data-src="` + frame + `"></iframe>
				<script>
					const e = document.querySelector("iframe");
					const load = () => ` + assign + `;
					window.loads = 0;
					e.addEventListener("load", () => e.getAttribute("src") && loads++);
					new MutationObserver((_, o) => (o.disconnect(), load())).observe(e, { attributeFilter: ["src"] });
				</script>`}))
			tab.click(acceptButton)
			tab.wait(`loads == 1 && ` + decisionIsSent)
			tab.waitUntilIdle()
			if n := len(stage.host.requests(frame)); n != 1 {
				t.Errorf("the agreement led to %d requests of the frame; want 1", n)
			}
			tab.run(`load()`)
			tab.wait(`loads == 2`)
			tab.run(`e.src = "` + frame + `?other"`)
			tab.wait(`loads == 3`)
			if n := len(stage.host.requests(frame + "?other")); n != 1 {
				t.Errorf("the page's own address was fetched %d times; want 1", n)
			}
		})
	}
}
