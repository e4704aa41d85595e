package e2e

import (
	"strings"
	"testing"
)

// inNoscript is the reading of markup for browsers that run no scripts.
const inNoscript = "markup for browsers without scripts"

// readings are expressions over markup and elements with an address ($) of a refused purpose. A page reads the same as
// without Nod.
var readings = []struct{ name, expression string }{
	{"a parsed document", `new DOMParser().parseFromString('<iframe src="$"></iframe>', "text/html").body.innerHTML`},
	{"parsed XML", `new XMLSerializer().serializeToString(
		new DOMParser().parseFromString('<x><iframe src="$"/></x>', "text/xml"))`},
	{"a fragment for another document", `(() => {
		const r = new DOMParser().parseFromString("", "text/html").createRange();
		return new XMLSerializer().serializeToString(r.createContextualFragment('<img src="$">'));
	})()`},
	{"a template", `(() => {
		const t = document.createElement("template");
		t.innerHTML = '<iframe src="$"></iframe><p>text';
		return t.innerHTML + t.content.firstChild.attributes.src.value;
	})()`},
	{"another document", `(() => {
		const { body } = document.implementation.createHTMLDocument("");
		body.innerHTML = '<iframe src="$"></iframe>';
		body.insertAdjacentHTML("beforeend", '<img srcset="$ 2x">');
		return body.innerHTML + body.lastChild.attributes.srcset.value;
	})()`},
	{"a text area", `put('<textarea><img src="$"></textarea>').firstChild.value`},
	{"the markup of a text area", `(() => {
		const t = put("<textarea></textarea>").firstChild;
		t.innerHTML = '<img src="$">';
		return t.value;
	})()`},
	{"text", `put('<code>&lt;iframe src="$"&gt;</code>').textContent`},
	{"a comment", `put('<!-- <iframe src="$"></iframe> -->').firstChild.data`},
	{"another attribute", `put('<p title=\'<img src="$">\'>x</p>').firstChild.title`},
	{"a frame that is not in the page", `(() => {
		const f = document.createElement("iframe");
		f.setAttribute("src", "$");
		return [f.getAttribute("src"), f.src, f.outerHTML].join();
	})()`},
	{"an image", `(() => { const i = new Image(); i.src = "$"; return [i.src, i.outerHTML].join() })()`},
	{"an image with a relative address and odd characters", `(() => {
		const i = new Image();
		i.src = "$?a=1&b=%20\"<x>\u00a0".slice("http:".length);
		return [i.src, i.getAttribute("src")].join();
	})()`},
	{"a source set", `(() => { const i = new Image(); i.srcset = "$ 2x, $b 1x"; return i.srcset + i.outerHTML })()`},
	{"edited content", `(() => {
		const e = put("<div contenteditable></div>").firstChild;
		e.innerHTML = '<p>Hello</p><iframe src="$?a=1&amp;b=2"></iframe><p>and <b>more';
		return e.innerHTML + put(e.innerHTML).innerHTML;
	})()`},
	{"a copy", `put('<i><img src="$"></i>').firstChild.cloneNode(true).outerHTML`},
	{"an element of the page", `(() => {
		const e = put('<img src="$"><link rel="stylesheet" href="$"><video poster="$"></video><object data="$"></object>');
		return [...e.children].map((c) => c.src || c.href || c.poster || c.data) + e.outerHTML;
	})()`},
	{"a shadow root", `(() => {
		const root = put("").attachShadow({ mode: "open" });
		root.innerHTML = '<img src="$">';
		return root.innerHTML;
	})()`},
	{"rows of a table", `(() => {
		const t = put("<table><tbody></tbody></table>").querySelector("tbody");
		t.innerHTML = '<tr><td><img src="$"></td></tr>';
		t.insertAdjacentHTML("beforeend", '<tr id="r"><td>x</td></tr>');
		t.lastChild.outerHTML = '<tr><td><img src="$"></td></tr><tr><td>y</td></tr>';
		return t.outerHTML;
	})()`},
	{"an image in SVG", `(() => {
		const e = put("<svg></svg>").firstChild;
		e.innerHTML = '<image href="$" /><rect/>';
		return e.outerHTML;
	})()`},
	{inNoscript, `put('<noscript><img src="$"></noscript><img src="$">').firstChild.textContent`},
	{"markup that is written in pieces", `(() => {
		const d = put("<iframe></iframe>").firstChild.contentDocument;
		d.write('<!doctype html><title>x</title><div><img src="$"><p>');
		d.write("text</div><i>after</i>");
		d.close();
		return d.compatMode + d.documentElement.outerHTML;
	})()`},
	{"other readers", `(() => {
		const e = put('<img src="$">');
		return e.getHTML() + e.firstChild.getAttributeNS(null, "src");
	})()`},
	{"the ping of a link", `(() => {
		const e = put('<a href="#here" ping="$ $b">x</a>').firstChild;
		return [e.ping, e.getAttribute("ping"), e.outerHTML].join();
	})()`},
	{"a base", `(() => {
		const d = put("<iframe></iframe>").firstChild.contentDocument, b = d.head.appendChild(d.createElement("base"));
		b.href = "$";
		return b.href + d.head.innerHTML;
	})()`},
	{"a frame's own document", `(() => {
		const f = document.createElement("iframe");
		f.srcdoc = '<p title="$">a</p><img src="$">';
		return f.srcdoc;
	})()`},
}

// readAll is a script that evaluates the readings. The names of the ways become a part of the address.
func readAll(origin string) string {
	var all strings.Builder
	all.WriteString(`(() => {
		const put = (html) => {
			const e = document.body.appendChild(document.createElement("div"));
			e.innerHTML = html;
			return e;
		};
		return [`)
	for _, r := range readings {
		all.WriteString(strings.ReplaceAll(r.expression, "$", origin+"/read/x") + ",\n")
	}
	all.WriteString(`].map(String) })()`)
	return all.String()
}

func TestThePageReadsWhatItWroteWhereSomethingIsBlocked(t *testing.T) { // C-12
	plain := open(t, stage.Address(Page{Tag: "<!-- none -->"}))
	want := eval[[]string](plain.view, readAll(stage.Collector))
	plain.run(`stop(); document.body.replaceChildren()`)
	waitForSilence()
	const reader = `Object.getOwnPropertyDescriptor(Element.prototype, "innerHTML").get`
	tab := open(t, stage.Address(Page{Site: gateSite}), `window.reader = `+reader)
	tab.expectMessages("blob:nod")
	before := len(stage.collector.requests("/read/"))
	tab.check(reader + ` == reader`) // nothing reads otherwise until something is blocked
	got := eval[[]string](tab.view, readAll(stage.Collector))
	tab.check(reader + ` != reader`)
	for i, r := range readings {
		if got[i] != want[i] {
			t.Errorf("%s: %s; want %s", r.name, got[i], want[i])
		}
	}
	tab.run(`window.i = new Image();
		i.src = "` + stage.Collector + `/read/current";
		await new Promise((done) => (i.onerror = done))`)
	tab.check(`i.currentSrc == "` + stage.Collector + `/read/current"`)
	waitForSilence()
	if all := stage.collector.requests("/read/"); len(all) > before {
		t.Errorf("%q were fetched", all[before:])
	}
}

func TestALaterGrantFindsWhatThePageWrote(t *testing.T) { // C-12
	tab := open(t, stage.Address(Page{Site: gateSite, Body: `<div id="x"></div>`}))
	tab.expectMessages("blob:nod")
	tab.wait(visible(banner))
	tab.run(`x.innerHTML = '<img src="` + stage.Collector + `/again/markup">';
		window.moved = document.createElement("iframe");
		moved.src = "` + stage.Collector + `/again/moved";
		document.body.append(moved);
		window.copy = document.createElement("img");
		for (const { name, value } of x.firstChild.attributes) copy.setAttribute(name, value.replace("markup", "copy"))`)
	tab.waitUntilIdle()
	if all := stage.collector.requests("/again/"); len(all) > 0 {
		t.Fatalf("%q were fetched before the answer", all)
	}
	tab.run(`nod.acceptAll();
		x.innerHTML = x.innerHTML;
		moved.remove();
		document.body.append(moved);
		for (const { name, value } of copy.attributes) copy.setAttribute(name, value)`)
	waitFor(t, "the original addresses", func() bool {
		for _, name := range []string{"markup", "moved", "copy"} {
			if len(stage.collector.requests("/again/"+name)) != 1 {
				return false
			}
		}
		return true
	})
}
