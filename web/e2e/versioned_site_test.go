package e2e

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

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

// toNoon puts the clocks of server and browser to noon when the tests begin: midnight may pass meanwhile, and versions
// take effect then.
var toNoon = began.UTC().Truncate(24 * time.Hour).Add(12 * time.Hour).Sub(began)

// day is how a day so many days from now is written.
func day(n int) string { return began.UTC().AddDate(0, 0, n).Format(time.DateOnly) }

// travel starts with a policy that has been in force for a year, and has the versions that the edits make of it, each
// of the one before, take effect every ten days from the tenth on.
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
	store, err := ledger.Open(context.Background(), ledger.Options{DSN: "sqlite:" + filepath.Join(t.TempDir(), "nod.db"),
		Key: key, Log: quiet, Now: j.now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	if j.live, err = web.NewLive(context.Background(), web.Options{Sites: []*policy.Site{site.At(j.now())},
		BrotliQuality: 4, Scripts: scripts, Ledger: store, Log: quiet, Now: j.now}); err != nil {
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
	return fmt.Sprintf(`{ const Real = Date, by = %d; window.Date = class extends Real { constructor(...a) {
		a.length ? super(...a) : super(Real.now() + by) } static now() { return Real.now() + by } } }`,
		(toNoon + time.Duration(days)*24*time.Hour).Milliseconds())
}

func (j *journey) page(days int) string {
	// the browser's cache goes by the true time
	return stage.Address(Page{Before: "<script>" + clock(days) + "</script>", Tag: `<script src="` + j.origin() + "/" +
		siteID + `/consent.js?lang=en&day=` + strconv.Itoa(days) + `"></script>`})
}

// script is a page at one time with the script of another.
func (j *journey) script(days, of int) string {
	return strings.Replace(j.page(days), "&day="+strconv.Itoa(days), "&day="+strconv.Itoa(of), 1)
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
	p.Revision = policy.Revision{Summary: words("注销需要三十天。", "Closing an account takes thirty days."),
		Class: policy.Material, Reduces: true}
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
	back    = `document.getElementById("nod").shadowRoot.getElementById("nod-return")`
	mark    = `(getComputedStyle(` + back + `.querySelector(".mark")).display != "none" && ` + back + `.innerText.trim())`
)
