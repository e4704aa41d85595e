package e2e

import "testing"

// recordErrors has a page record its errors as monitoring does: the messages, and what rejected promises gave.
const recordErrors = `<script>window.errors = [];
	addEventListener("error", (e) => errors.push(e.message));
	addEventListener("unhandledrejection", (e) => { errors.push("rejected: " + e.reason); e.preventDefault() });
</script>`

// The browser hides an error whose innermost script is of another origin, unless the tag of that script has
// crossorigin. Our functions call the browser's in the page's place.
func TestErrorsThatPassThroughNodCanBeReadByThePage(t *testing.T) {
	tag := `<script src="` + stage.Consent + "/" + gateSite + `/consent.js?lang=en" crossorigin></script>`
	tab := open(t, stage.Address(Page{Site: gateSite, Tag: tag, Head: recordErrors}))
	tab.expectMessages("blob:nod", "insertBefore")
	tab.wait(visible(banner))
	tab.run(`setTimeout(() => document.body.insertBefore(document.createElement("i"), document.createElement("b")));
		setTimeout(() => { fetch("` + stage.Collector + `/no") })`)
	tab.wait(`errors.length == 2`)
	tab.check(`errors.some((e) => /NotFoundError.*insertBefore/.test(e))`)
	tab.check(`errors.includes("rejected: TypeError: Failed to fetch")`)
}

// Monitoring looks whether fetch is the browser's before it follows requests, also in a frame of its own.
func TestHookedFunctionsPrintLikeTheBrowsers(t *testing.T) {
	tab := open(t, stage.Address(Page{Site: gateSite}))
	tab.wait(visible(banner))
	tab.check(`(() => {
		const isNative = (f) => /^function\s+\w+\(\)\s+\{\s+\[native code\]\s+\}$/.test(f.toString());
		const frame = document.createElement("iframe");
		frame.hidden = true;
		document.head.append(frame);
		class Own extends WebSocket {}
		Object.defineProperty(EventSource, "toString", { value: () => "mine" });
		return [fetch, WebSocket, frame.contentWindow.fetch, Node.prototype.appendChild].every(isNative) &&
			String(Own).startsWith("class Own") && EventSource.toString() == "mine";
	})()`)
}

func TestTextThatIsNoMarkupStaysAsItIs(t *testing.T) {
	tab := open(t, stage.Address(Page{Site: gateSite, Body: `<textarea></textarea><p contenteditable>x</p><div></div>`}))
	tab.wait(visible(banner))
	text := `<img src="` + stage.Collector + `/x.png"> A & B`
	for _, field := range []string{"textarea", "p"} {
		tab.run(`window.field = document.querySelector("` + field + `"); field.focus();
			if (!field.select) getSelection().selectAllChildren(field);
			document.execCommand("insertText", false, ` + "`" + text + "`" + `)`)
		tab.check("(field.value || field.textContent) == `" + text + "`")
	}
	// Options may be an object without a prototype, and the fields of a form may have any name.
	tab.run(`window.div = document.querySelector("div"); div.setHTML?.("<b>b</b>", Object.create(null))`)
	tab.run("div.innerHTML = `&amp;<form data=x><input name=attributes><input name=closest></form>`")
	tab.check(`div.querySelectorAll("input").length == 2`)
}
