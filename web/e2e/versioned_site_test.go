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

// versionedSite is a site whose policy changes, on a server and in browsers whose clocks are put forward.
type versionedSite struct {
	testing.TB
	site    *policy.Site
	live    *web.Live
	gateway *gateway
	offset  atomic.Int64 // nanoseconds
}

func (j *versionedSite) now() time.Time {
	return time.Now().Add(toNoon + time.Duration(j.offset.Load()))
}

var startTime = time.Now()

// toNoon puts the clocks of server and browser to noon when the tests begin: midnight may pass meanwhile, and versions
// take effect then.
var toNoon = startTime.UTC().Truncate(24 * time.Hour).Add(12 * time.Hour).Sub(startTime)

// dateAfter is how a day so many days from now is written.
func dateAfter(n int) string { return startTime.UTC().AddDate(0, 0, n).Format(time.DateOnly) }

// newVersionedSite starts with a policy that has been in force for a year, and has the versions that the edits make of it, each
// of the one before, take effect every ten days from the tenth on.
func newVersionedSite(t *testing.T, edits ...func(*policy.Policy)) *versionedSite {
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
	first.Version, first.Effective = "v1", dateAfter(-365)
	site.Policies, site.Published = []*policy.Policy{&first}, ""
	for i, edit := range edits {
		next := *site.Policies[i]
		next.Version, next.Effective, next.Revision = fmt.Sprintf("v%d", i+2), dateAfter(10*(i+1)), policy.Revision{}
		next.Purposes = slices.Clone(next.Purposes)
		edit(&next)
		site.Policies = append(site.Policies, &next)
	}
	j := &versionedSite{TB: t, site: &site}
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

func (j *versionedSite) origin() string { return "http://consent.yzj.localhost:" + j.gateway.port() }

// advanceTo puts the clocks forward by so many days, and gives the address of a page at that time.
func (j *versionedSite) advanceTo(days int) string {
	j.Helper()
	j.offset.Store(int64(time.Duration(days) * 24 * time.Hour))
	if err := j.live.Replace(context.Background(), []*policy.Site{j.site.At(j.now())}); err != nil {
		j.Fatal(err)
	}
	return j.address(days)
}

// clockScript puts the browser's clock forward.
func clockScript(days int) string {
	return fmt.Sprintf(`{ const Real = Date, by = %d; window.Date = class extends Real { constructor(...a) {
		a.length ? super(...a) : super(Real.now() + by) } static now() { return Real.now() + by } } }`,
		(toNoon + time.Duration(days)*24*time.Hour).Milliseconds())
}

func (j *versionedSite) address(days int) string {
	// the browser's cache goes by the true time
	return stage.Address(Page{Before: "<script>" + clockScript(days) + "</script>", Tag: `<script src="` + j.origin() + "/" +
		siteID + `/consent.js?lang=en&day=` + strconv.Itoa(days) + `"></script>`})
}

// addressWithScriptOf is a page at one time with the script of another.
func (j *versionedSite) addressWithScriptOf(days, of int) string {
	return strings.Replace(j.address(days), "&day="+strconv.Itoa(days), "&day="+strconv.Itoa(of), 1)
}

// openAndChoose is a visitor who answered the first version.
func (j *versionedSite) openAndChoose(button string) *Tab {
	j.Helper()
	tab := open(j.TB, j.advanceTo(0))
	tab.wait(visible(banner))
	tab.click(button)
	tab.wait(`nod.receipt()`)
	return tab
}

// The site's texts: in its first language, and in that of the tests.
func localText(zh, en string) policy.Text { return policy.Text{"zh-CN": zh, "en": en} }

func changeNotice(p *policy.Policy) {
	p.Notice.Rights = localText("您可以随时改变选择，也可以联系我们。", "You can change your choice at any time, or write to us.")
}

func changeAddress(p *policy.Policy) {
	p.Controller.Address = localText("北京市新街一号", "1 New Street, Beijing")
}

func addRecipient(p *policy.Policy) {
	for i := range p.Purposes {
		if q := &p.Purposes[i]; q.ID == "analytics" {
			q.Recipients = append(slices.Clone(q.Recipients), localText("新统计公司", "New Statistics Ltd."))
		}
	}
}

func reduceRights(p *policy.Policy) {
	p.Revision = policy.Revision{Summary: localText("注销需要三十天。", "Closing an account takes thirty days."),
		Class: policy.Material, Reduces: true}
}

// makeRequired has what could be refused be done without asking.
func makeRequired(p *policy.Policy) {
	for i := range p.Purposes {
		if q := &p.Purposes[i]; q.ID == "functional" {
			q.Required = true
		}
	}
}

const (
	changesList         = `document.getElementById("nod").shadowRoot.querySelector(".changes")`
	understoodButton    = `document.getElementById("nod").shadowRoot.getElementById("nod-done")`
	keepButton          = `document.getElementById("nod").shadowRoot.getElementById("nod-keep")`
	agreeToChangeButton = `document.getElementById("nod").shadowRoot.getElementById("nod-agree")`
	back                = `document.getElementById("nod").shadowRoot.getElementById("nod-return")`
	newMark             = `(getComputedStyle(` + back + `.querySelector(".mark")).display != "none" && ` + back + `.innerText.trim())`
)
