package wasm

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/nod-consent/nod/web/prerender"
	"github.com/nod-consent/nod/web/wasm/testdata/page/preferences"
)

// policy is the strictest Content-Security-Policy that WebAssembly runs under.
const policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

// document is the page as the server sends it. One box is ticked, which the program has to keep.
func document(t *testing.T) string {
	form, err := prerender.HTML(preferences.New("purpose-5"))
	if err != nil {
		t.Fatal(err)
	}
	return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Preferences</title><body>` + form +
		`<script src="wasm_exec.js"></script><script src="boot.js"></script></body></html>`
}

// boot is a page that watches what the program does to it. Its storage holds what go-app would take for an expired
// state of its own, and delete.
const boot = `"use strict";
const storage = window.localStorage;
storage.setItem("theirs", '{"Value":1,"ExpiresAt":"2001-01-01T00:00:00Z"}');
const handler = () => {};
window.onclick = window.onpopstate = handler;
const seen = { storage: 0, channels: 0, violations: [], messages: [] };
for (const name of ["localStorage", "sessionStorage"])
	Object.defineProperty(window, name, { get() { seen.storage++; throw new DOMException("blocked", "SecurityError"); } });
window.BroadcastChannel = class { constructor() { seen.channels++; } };
document.addEventListener("securitypolicyviolation",
	(e) => seen.violations.push(e.violatedDirective + " " + e.blockedURI));
for (const event of ["error", "unhandledrejection"])
	window.addEventListener(event, (e) => seen.messages.push(event + " " + (e.message ?? e.reason)));
console.log = console.error = (...args) => seen.messages.push(args.join(" "));
window.report = () => ({ ...seen, theirs: storage.getItem("theirs"), keys: storage.length,
	handlers: window.onclick === handler && window.onpopstate === handler });
window.followed = (id) => new Promise((done) => {
	const listen = (e) => { const own = !e.defaultPrevented; e.preventDefault(); done(own); };
	window.addEventListener("click", listen, { once: true });
	document.getElementById(id).click();
});
// What the visitor sees and the form holds. Live values count instead of the attributes and contents they come from.
const live = ["checked", "selected", "value"];
const describe = (node) => node.nodeType === Node.TEXT_NODE ? node.data :
	"<" + node.namespaceURI + node.localName + " " +
	[...node.attributes].filter((a) => !live.includes(a.name)).map((a) => a.name + "=" + JSON.stringify(a.value)).sort() +
	" " + live.map((name) => node[name]) + ">" +
	(node.localName === "textarea" ? "" : [...node.childNodes].map(describe).join("")) + "</" + node.localName + ">";
window.shown = () => describe(document.body.firstElementChild);
window.sent = shown();
const go = new Go();
WebAssembly.instantiateStreaming(fetch("app.wasm"), go.importObject).then((r) => go.run(r.instance));
`

func TestPageRunsInABrowserAndLeavesItsHostAlone(t *testing.T) {
	decisions := make(chan []byte, 1)
	server := httptest.NewServer(pageHandler(t, pageFolder(t), decisions))
	defer server.Close()

	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox)
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	defer cancel()
	ctx, cancel = chromedp.NewContext(ctx)
	defer cancel()

	if err := chromedp.Do(ctx,
		chromedp.Navigate(server.URL+"/site/preferences?lang=en"),
		becomes(`document.documentElement.dataset.mounted === "true"`),
	); err != nil {
		t.Fatal(err)
	}
	tree, err := chromedp.Run(ctx, chromedp.Evaluate[struct{ Sent, Shown string }](`({sent, shown: shown()})`))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(tree.Sent, tree.Shown); diff != "" || tree.Sent == "" {
		t.Errorf("what was prerendered is not what was mounted (-prerendered +mounted):\n%s", diff)
	}

	useTheForm(t, ctx)
	checkSentDecision(t, <-decisions)
	followed, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`followed("link")`, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatal(err)
	}
	if !followed {
		t.Error("a link is not followed by the browser itself")
	}
	host, err := chromedp.Run(ctx, chromedp.Evaluate[report](`report()`))
	if err != nil {
		t.Fatal(err)
	}
	host.check(t)
}

// useTheForm ticks, searches, filters, grants everything and saves.
func useTheForm(t *testing.T, ctx context.Context) {
	t.Helper()
	count := func(granted int) chromedp.Action[chromedp.Void] {
		return becomes(fmt.Sprintf(`document.getElementById("count")?.textContent === "%d of 30 granted"`, granted))
	}
	rows := func(shown int) chromedp.Action[chromedp.Void] {
		return becomes(fmt.Sprintf(`document.querySelectorAll("tbody tr:not([hidden])").length === %d`, shown))
	}
	if err := chromedp.Do(ctx,
		count(1),
		chromedp.Click(chromedp.CSS("#purpose-3")),
		count(2),
		chromedp.Click(chromedp.CSS("#purpose-5")),
		count(1),
		chromedp.SendKeys(chromedp.CSS("#search"), "company 3"),
		rows(5),
		chromedp.Evaluate[chromedp.Void](`category.value = "1", category.dispatchEvent(new Event("change"))`),
		rows(1),
		chromedp.Click(chromedp.CSS("#all")),
		count(30),
		chromedp.Click(chromedp.CSS("[type=submit]")),
		becomes(`document.getElementById("saved").textContent.endsWith(": 201")`),
	); err != nil {
		t.Fatal(err)
	}
}

// checkSentDecision checks what the page sent when it was saved.
func checkSentDecision(t *testing.T, sent []byte) {
	t.Helper()
	var decision struct {
		ID, Subject uuid.UUID
		Answers     map[string]bool
	}
	if err := json.Unmarshal(sent, &decision); err != nil {
		t.Fatal(err)
	}
	if decision.ID.Version() != 7 || decision.Subject.Version() != 4 || decision.ID.Variant() != uuid.RFC4122 {
		t.Errorf("ids %s and %s are not of version 7 and 4", decision.ID, decision.Subject)
	}
	if sec, _ := decision.ID.Time().UnixTime(); time.Since(time.Unix(sec, 0)).Abs() > time.Minute {
		t.Errorf("id %s is from %s", decision.ID, time.Unix(sec, 0))
	}
	if len(decision.Answers) != 30 || !decision.Answers["purpose-3"] {
		t.Errorf("answers %v", decision.Answers)
	}
}

// report is what the page has seen.
type report struct {
	Storage, Channels, Keys int
	Violations, Messages    []string
	Theirs                  string
	Handlers                bool
}

// check checks that the program left its host alone.
func (host report) check(t *testing.T) {
	t.Helper()
	if host.Storage != 0 || host.Keys != 1 || !strings.Contains(host.Theirs, "2001") {
		t.Errorf("the host's storage was used %d times, holds %d keys and %q", host.Storage, host.Keys, host.Theirs)
	}
	if host.Channels != 0 {
		t.Error("a broadcast channel was opened")
	}
	if !host.Handlers {
		t.Error("window.onclick or window.onpopstate was taken over")
	}
	if len(host.Violations) > 0 {
		t.Errorf("content security policy: %v", host.Violations)
	}
	if want := []string{"category 1"}; strings.Join(host.Messages, "\n") != strings.Join(want, "\n") {
		t.Errorf("console: %q, want %q", host.Messages, want)
	}
}

// becomes waits until a JavaScript expression is true. (chromedp's own polling makes a function of a string, which the
// page's policy forbids.)
func becomes(expression string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		for range 500 {
			if is, err := chromedp.Evaluate[bool](expression)(ctx, target); is || err != nil {
				return err
			}
			time.Sleep(20 * time.Millisecond)
		}
		return fmt.Errorf("%s did not become true", expression)
	})
}

// pageHandler serves the page, and hands over what it posts.
func pageHandler(t *testing.T, dir string, decisions chan<- []byte) http.Handler {
	mux := http.NewServeMux()
	send := func(name, mediaType string, contents []byte, encoding string) {
		mux.HandleFunc("GET /site/"+name, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", mediaType)
			w.Header().Set("Content-Security-Policy", policy)
			if encoding != "" {
				w.Header().Set("Content-Encoding", encoding)
			}
			w.Write(contents)
		})
	}
	send("preferences", "text/html", []byte(document(t)), "")
	send("boot.js", "text/javascript", []byte(boot), "")
	for name, mediaType := range map[string]string{Program: "application/wasm", Script: "text/javascript"} {
		// Brotli only goes with https or localhost; the tests' server is 127.0.0.1.
		contents, err := os.ReadFile(filepath.Join(dir, name+".br"))
		if err != nil {
			t.Fatal(err)
		}
		send(name, mediaType, contents, "br")
	}
	mux.HandleFunc("POST /decisions", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		decisions <- body
		w.WriteHeader(http.StatusCreated)
	})
	return mux
}
