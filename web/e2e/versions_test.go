package e2e

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/ledger/proof"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/load"
	"github.com/nod-consent/nod/assets"
	"github.com/nod-consent/nod/web"
)

// journey is a site whose policy changes, on a server and in browsers whose clocks are put forward.
type journey struct {
	testing.TB
	site    *policy.Site
	live    *web.Live
	gateway *gateway
	ahead   atomic.Int64 // nanoseconds
}

func (j *journey) now() time.Time { return time.Now().Add(toNoon + time.Duration(j.ahead.Load())) }

var began = time.Now()

// toNoon puts the clocks of server and browser to noon when the tests begin: midnight may pass meanwhile, and versions take effect then.
var toNoon = began.UTC().Truncate(24 * time.Hour).Add(12 * time.Hour).Sub(began)

// day is how a day so many days from now is written.
func day(n int) string { return began.UTC().AddDate(0, 0, n).Format(time.DateOnly) }

// travel starts with a policy that has been in force for a year, and has the versions that the edits make of it, each of the one
// before, take effect every ten days from the tenth on.
func travel(t *testing.T, edits ...func(*policy.Policy)) *journey {
	t.Helper()
	files, err := fs.Sub(assets.Files, "sites")
	if err != nil {
		t.Fatal(err)
	}
	loaded, err := load.Site(files, siteID)
	if err != nil {
		t.Fatal(err)
	}
	site := *loaded
	site.Origins, site.TimeZone = []string{stage.Host}, "UTC"
	first := *loaded.CurrentPolicy()
	first.Version, first.Effective = "v1", day(-365)
	site.Policies, site.Published = []*policy.Policy{&first}, ""
	for i, edit := range edits {
		next := *site.Policies[i]
		next.Version, next.Effective, next.Revision = fmt.Sprintf("v%d", i+2), day(10*(i+1)), policy.Revision{}
		next.Purposes = slices.Clone(next.Purposes)
		edit(&next)
		site.Policies = append(site.Policies, &next)
	}
	j := &journey{TB: t, site: &site}
	key, err := proof.NewKey("consent.yzj.localhost")
	if err != nil {
		t.Fatal(err)
	}
	quiet := slog.New(slog.DiscardHandler)
	store, err := ledger.Open(context.Background(), ledger.Options{DSN: "sqlite:" + filepath.Join(t.TempDir(), "nod.db"), Key: key, Log: quiet, Now: j.now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	if j.live, err = web.NewLive(context.Background(), web.Options{Sites: []*policy.Site{site.At(j.now())}, BrotliQuality: 4, Scripts: scripts, Ledger: store, Log: quiet, Now: j.now}); err != nil {
		t.Fatal(err)
	}
	if j.gateway, err = newGateway(); err != nil {
		t.Fatal(err)
	}
	j.gateway.next = j.live
	t.Cleanup(j.gateway.stop)
	return j
}

func (j *journey) origin() string { return "http://consent.yzj.localhost:" + j.gateway.port() }

// on puts the clocks forward by so many days, and gives the address of a page at that time.
func (j *journey) on(days int) string {
	j.Helper()
	j.ahead.Store(int64(time.Duration(days) * 24 * time.Hour))
	if err := j.live.Replace(context.Background(), []*policy.Site{j.site.At(j.now())}); err != nil {
		j.Fatal(err)
	}
	return j.page(days)
}

// clock puts the browser's clock forward.
func clock(days int) string {
	return fmt.Sprintf(`{ const Real = Date, by = %d; window.Date = class extends Real { constructor(...a) { a.length ? super(...a) : super(Real.now() + by) } static now() { return Real.now() + by } } }`, (toNoon + time.Duration(days)*24*time.Hour).Milliseconds())
}

func (j *journey) page(days int) string {
	return stage.Address(Page{Before: "<script>" + clock(days) + "</script>", Tag: `<script src="` + j.origin() + "/" + siteID + `/consent.js?lang=en&day=` + strconv.Itoa(days) + `"></script>`}) // the browser's cache goes by the true time
}

// chosen is a visitor who answered the first version.
func (j *journey) chosen(button string) *Tab {
	j.Helper()
	tab := open(j.TB, j.on(0))
	tab.until(visible(banner))
	tab.click(button)
	tab.until(`nod.receipt()`)
	return tab
}

// The site's texts: in its first language, and in that of the tests.
func words(zh, en string) policy.Text { return policy.Text{"zh-CN": zh, "en": en} }

func tellsMore(p *policy.Policy) {
	p.Notice.Rights = words("您可以随时改变选择，也可以联系我们。", "You can change your choice at any time, or write to us.")
}

func movesOffice(p *policy.Policy) {
	p.Controller.Address = words("北京市新街一号", "1 New Street, Beijing")
}

func asksForMore(p *policy.Policy) {
	for i := range p.Purposes {
		if q := &p.Purposes[i]; q.ID == "analytics" {
			q.Recipients = append(slices.Clone(q.Recipients), words("新统计公司", "New Statistics Ltd."))
		}
	}
}

func takesARight(p *policy.Policy) {
	p.Revision = policy.Revision{Summary: words("注销需要三十天。", "Closing an account takes thirty days."), Class: policy.Material, Reduces: true}
}

// cantBeRefused has what could be refused be done without asking.
func cantBeRefused(p *policy.Policy) {
	for i := range p.Purposes {
		if q := &p.Purposes[i]; q.ID == "functional" {
			q.Required = true
		}
	}
}

const (
	changes = `document.getElementById("nod").shadowRoot.querySelector(".changes")`
	done    = `document.getElementById("nod").shadowRoot.getElementById("nod-done")`
	keep    = `document.getElementById("nod").shadowRoot.getElementById("nod-keep")`
	yes     = `document.getElementById("nod").shadowRoot.getElementById("nod-agree")`
	back    = `document.getElementById("nod").shadowRoot.getElementById("nod-reopen")`
	mark    = `(getComputedStyle(` + back + `.querySelector(".mark")).display != "none" && ` + back + `.innerText.trim())`
)

// C-28, C-29, C-30
func TestAVisitorWhoLivesThroughThePolicysVersionsIsToldWhatChangedAndAskedOnlyForThat(t *testing.T) {
	j := travel(t, tellsMore, movesOffice, asksForMore)
	tab := open(t, j.on(0))
	tab.until(visible(banner))
	tab.is(`!` + changes)
	tab.click(agree)
	tab.until(`nod.receipt()`)
	tab.is(`nod.receipt().record.policy == "v1" && nod.has("analytics") && nod.has("functional")`)

	// Announced: nothing changes yet, and the preferences tell.
	tab.load(j.on(5))
	tab.until(visible(back))
	tab.is(`!` + mark + ` && !` + visible(banner))
	tab.click(back)
	tab.until(`document.getElementById("nod").shadowRoot.querySelector("dialog .news")`)
	tab.is(`document.getElementById("nod").shadowRoot.querySelector("dialog .news").innerText.includes("takes effect on ` + day(10) + `")`)

	centre := tab.opened()
	centre.takenOver()
	centre.is(`document.querySelector(".news a").href.endsWith("/` + siteID + `/policy/v2?lang=en#nod-changes")`)

	// Minor: a mark, until it was looked at.
	tab.load(j.on(12))
	tab.until(mark + ` == "New"`)
	tab.is(`!` + visible(banner) + ` && nod.has("analytics")`)
	tab.click(back)
	tab.until(`document.getElementById("nod").shadowRoot.querySelector("dialog .news")`)
	tab.load(j.page(12))
	tab.until(visible(back))
	tab.settled() // the mark would come with the idle work
	tab.is(`!` + mark)

	// Material, and nothing to ask: told, and kept that it was.
	tab.load(j.on(22))
	tab.until(visible(banner))
	text := eval[string](tab.view, changes+`.innerText`)
	for _, want := range []string{"1 New Street, Beijing", "Contact", day(20)} {
		if !strings.Contains(text, want) {
			t.Errorf("the banner does not say %q: %s", want, text)
		}
	}
	tab.is(`nod.has("analytics") && !` + agree)
	tab.click(done)
	tab.until(`nod.receipt() && nod.receipt().record.policy == "v3"`)
	tab.is(`Object.keys(nod.receipt().record.answers).length == 0 && nod.has("analytics") && nod.has("functional")`)
	tab.load(j.page(22))
	tab.until(visible(back))
	tab.is(`!` + visible(banner))

	// Material, and one purpose concerned: asked for that one, the others stand.
	tab.load(j.on(32))
	tab.until(visible(banner))
	tab.is(changes + `.innerText.includes("New Statistics Ltd.")`)
	tab.is(`!nod.has("analytics") && nod.has("functional") && !` + changes + `.innerText.includes("New Street")`)
	tab.click(refuse)
	tab.until(`nod.receipt() && nod.receipt().record.policy == "v4"`)
	tab.is(`Object.keys(nod.receipt().record.answers) == "analytics" && nod.has("functional") && !nod.has("analytics")`)
	tab.load(j.page(32))
	tab.until(visible(back))
	tab.is(`!` + visible(banner))
}

// C-30
func TestARightIsTakenAwayOnlyFromWhoSaysYes(t *testing.T) {
	j := travel(t, takesARight)
	tab := j.chosen(refuse)
	tab.load(j.on(11))
	tab.until(visible(banner) + ` && ` + keep)
	tab.is(banner + `.innerText.includes("thirty days") && ` + banner + `.innerText.includes("only if you agree")`)
	tab.click(keep)
	tab.until(`nod.receipt() && Object.keys(nod.receipt().record.answers).length == 0`)
	tab.is(`nod.receipt().record.policy == "v1" && !nod.has("analytics")`)
	tab.load(j.page(11))
	tab.until(visible(back))
	tab.is(`!` + visible(banner))
}

// C-26, C-30
func TestWhatWasRefusedWhenItCouldBeStaysRefusedUntilTheVisitorSaysYes(t *testing.T) {
	j := travel(t, cantBeRefused, tellsMore)
	for _, test := range []struct {
		button, version string
		answers, has    string
	}{
		{keep, "v1", `{}`, "false"},
		{yes, "v2", `{"functional":"granted"}`, "true"},
	} {
		tab := j.chosen(refuse)
		tab.load(j.on(11))
		tab.until(visible(banner) + ` && ` + keep)
		tab.is(`nod.has("functional") == false`)
		tab.click(test.button)
		tab.until(`nod.receipt() && JSON.stringify(nod.receipt().record.answers) == '` + test.answers + `'`)
		tab.is(`nod.receipt().record.policy == "` + test.version + `" && nod.has("functional") == ` + test.has)
		tab.load(j.on(22))
		tab.until(visible(back))
		tab.is(`!` + visible(banner) + ` && nod.has("functional") == ` + test.has)
	}
}

// Who kept it as it was finds a switch for it in the preferences, which says why it is off.
func TestWhatStaysRefusedCanBeSwitchedOnLater(t *testing.T) {
	j := travel(t, cantBeRefused)
	for _, ready := range []string{"the form", "WebAssembly"} {
		t.Run(ready, func(t *testing.T) {
			j.gateway.set(func(w http.ResponseWriter, r *http.Request) bool {
				lost := ready == "the form" && strings.HasSuffix(r.URL.Path, ".wasm")
				if lost {
					http.Error(w, "gone", http.StatusNotFound)
				}
				return lost
			})
			tab := j.chosen(refuse)
			if ready == "the form" {
				tab.expects("WebAssembly could not start", "Failed to load resource")
			}
			tab.load(j.on(11))
			tab.until(visible(banner) + ` && ` + keep)
			tab.click(keep)
			tab.until(visible(back) + ` && nod.receipt() && nod.receipt().record.policy == "v1"`)
			tab.click(wayBack)
			f := tab.opened()
			if ready == "WebAssembly" {
				f.takenOver()
			}
			const functional = `document.querySelector("#nod-functional")`
			const off = `!` + functional + `.checked && !` + functional + `.disabled && document.querySelector("#nod-functional-about + .refused").innerText.includes("before it became part") && document.querySelector("label[for=nod-functional] .always").hidden`
			f.until(off)
			f.click(element("footer [value=save]")) // as it is
			tab.until("!" + dialog + shown)
			tab.is(`!nod.has("functional")`)
			tab.click(wayBack)
			f = tab.opened()
			f.until(off)
			f.click(element("#nod-functional"))
			f.until(`document.querySelector("#nod-help-chat").checked`)
			f.click(element("footer [value=save]"))
			tab.until(`nod.has("functional") && nod.has("help-chat") && nod.receipt() && nod.receipt().record.answers.functional == "granted"`)
			tab.is(`nod.receipt().record.policy == "v2"`)
			tab.click(wayBack)
			f = tab.opened()
			f.until(functional + `.checked && ` + functional + `.disabled && !document.querySelector("label[for=nod-functional] .always").hidden && document.querySelector("#nod-functional-about + .refused").hidden`)
		})
	}
}

func TestWhatStaysRefusedCanBeSwitchedOnInAnApp(t *testing.T) {
	j := travel(t, cantBeRefused)
	j.on(0)
	address := j.origin() + "/" + siteID + "/first-launch?platform=android&lang=en&day="
	tab := open(t, address+"0", clock(0), anApp(hello))
	tab.untilGreeted()
	tab.click(deed("disagree"))
	tab.until(onScreen("basic"))
	j.on(11)
	later := open(t, address+"11", clock(11), returning(tab.external()))
	later.until(onScreen("menu"))
	later.click(element("#nod-menu [data-page=preferences]"))
	const inFrame = `document.querySelector("#nod-preferences iframe")?.contentDocument?.querySelector`
	later.until(inFrame + `("#nod-functional")?.disabled === false`)
	later.run(inFrame + `("#nod-functional").click(); ` + inFrame + `("footer [value=save]").click()`)
	later.until(onScreen("age"))
	later.click(deed("adult"))
	later.until(`told.findLast((m) => m.type == "nod:decision")?.states.functional == "granted"`)
}

// C-42
func TestWhatChangedIsHeardAndAnsweredByKeyboard(t *testing.T) {
	j := travel(t, movesOffice, takesARight)
	source := axe(t)
	tab := j.chosen(refuse)
	for _, test := range []struct {
		day     int
		heard   []string
		presses string // label of the button that has the focus then
		version string
	}{
		{11, []string{"heading Contact", "link Privacy policy", "button Understood", "button Preferences"}, "Understood", "v2"},
		{21, []string{"link Privacy policy", "button Agree", "button Keep as it was", "button Preferences"}, "Agree", "v3"},
	} {
		const title = "The privacy policy has changed since your last choice."
		tab.load(j.on(test.day))
		tab.until(visible(banner) + ` && ` + changes)
		tab.inOrder(append([]string{"region " + title, "heading " + title, "heading Version of " + day(test.day-1)}, test.heard...)...)
		eval[bool](tab.view, source)
		tab.accessibleWithin(`document.getElementById("nod")`, 5)
		tab.tabTo(focused + `?.textContent == "` + test.presses + `"`)
		tab.is(`getComputedStyle(` + focused + `).outlineStyle != "none"`)
		tab.press(kb.Enter)
		tab.until(`nod.receipt() && nod.receipt().record.policy == "` + test.version + `"`)
		tab.until("!" + visible(banner) + " && " + focused + " == " + wayBack)
	}
}

// A page out of a cache shows the version before for a while: what is decided there is kept under that one, and the news come after.
func TestADecisionOnAnOldPageIsKeptUnderTheVersionThatWasShown(t *testing.T) {
	j := travel(t, movesOffice)
	old := j.on(9)
	tab := open(t, old)
	tab.until(visible(banner))
	j.on(10)
	tab.run(`{ const Real = Date; Date.now = () => Real.prototype.getTime.call(new Real()) + 864e5 }`)
	tab.click(agree)
	tab.until(`nod.receipt()`)
	tab.is(`nod.receipt().record.policy == "v1"`)
	tab.load(j.page(10))
	tab.until(visible(banner) + ` && ` + done)
	tab.is(`nod.has("analytics")`)
}

// Where what is new can't be had, nothing is granted and nothing is lost: the visitor is told with the next page.
func TestNewsThatDoNotComeChangeNothing(t *testing.T) {
	j := travel(t, movesOffice)
	tab := j.chosen(agree)
	next := j.on(11)
	j.gateway.set(func(w http.ResponseWriter, r *http.Request) bool {
		lost := strings.Contains(r.URL.Path, "policy-changes")
		if lost {
			http.Error(w, "gone", http.StatusInternalServerError)
		}
		return lost
	})
	tab.expects("Failed to load resource", "blocked by CORS policy")
	tab.load(next)
	tab.until(visible(back))
	tab.is(`nod.has("analytics") && !` + visible(banner))
	j.gateway.set(nil)
	tab.load(j.page(11))
	tab.until(visible(banner) + ` && ` + done)
}

// Where they only keep one waiting, what is to be asked is asked as always.
func TestWhatIsToBeAskedIsAskedWithoutTheNews(t *testing.T) {
	j := travel(t, asksForMore)
	tab := j.chosen(agree)
	next := j.on(11)
	ended := make(chan struct{})
	defer close(ended)
	j.gateway.set(func(_ http.ResponseWriter, r *http.Request) bool {
		late := strings.Contains(r.URL.Path, "policy-changes")
		if late {
			<-ended
		}
		return late
	})
	tab.load(next)
	tab.until(visible(banner))
	tab.is(`!` + changes + ` && !nod.has("analytics") && nod.has("functional")`)
	tab.click(refuse)
	tab.until(`nod.receipt() && nod.receipt().record.policy == "v2"`)
	tab.is(`Object.keys(nod.receipt().record.answers) == "analytics"`)
}
