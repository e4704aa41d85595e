package e2e

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/web"
)

// versionedSite is a site with several policy versions, on a server of its own. The clocks of that server and of the
// browsers can be advanced.
type versionedSite struct {
	testing.TB
	settings *policy.Site
	live     *web.Live
	gateway  *gateway
	offset   atomic.Int64 // of the clock, in nanoseconds
}

func (v *versionedSite) now() time.Time {
	return time.Now().Add(untilNoon + time.Duration(v.offset.Load()))
}

var startTime = time.Now()

// untilNoon sets the clocks of server and browser to noon when the tests begin. Versions take effect at midnight, which
// must not pass during a test.
var untilNoon = startTime.UTC().Truncate(24 * time.Hour).Add(12 * time.Hour).Sub(startTime)

// dateAfter formats the date so many days from now.
func dateAfter(days int) string { return startTime.UTC().AddDate(0, 0, days).Format(time.DateOnly) }

// newVersionedSite makes a site with policy v1, which has been in force for a year. Each edit makes one more version
// from the one before it. These take effect on day 10, 20, 30, and so on.
func newVersionedSite(t *testing.T, edits ...func(*policy.Policy)) *versionedSite {
	t.Helper()
	settings, err := loadBuiltInSite()
	if err != nil {
		t.Fatal(err)
	}
	settings.Origins, settings.TimeZone = []string{stage.Host}, "UTC"
	settings.Policies, settings.Published = makeVersions(*settings.CurrentPolicy(), edits), ""
	v := &versionedSite{TB: t, settings: settings}
	store, _, err := openLedger(t.TempDir(), v.now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	if v.live, err = web.NewLive(context.Background(), web.Options{
		Sites: []*policy.Site{settings.At(v.now())}, BrotliQuality: 4, Scripts: scripts, Ledger: store,
		Log: silentLog, Now: v.now,
	}); err != nil {
		t.Fatal(err)
	}
	if v.gateway, err = newGateway(); err != nil {
		t.Fatal(err)
	}
	v.gateway.next = v.live
	t.Cleanup(v.gateway.stop)
	return v
}

func makeVersions(first policy.Policy, edits []func(*policy.Policy)) []*policy.Policy {
	first.Version, first.Effective = "v1", dateAfter(-365)
	versions := []*policy.Policy{&first}
	for i, edit := range edits {
		next := *versions[i]
		next.Version, next.Effective, next.Revision = fmt.Sprintf("v%d", i+2), dateAfter(10*(i+1)), policy.Revision{}
		next.Purposes = slices.Clone(next.Purposes)
		edit(&next)
		versions = append(versions, &next)
	}
	return versions
}

func (v *versionedSite) origin() string { return "http://consent.yzj.localhost:" + v.gateway.port() }

// advanceTo sets the clocks to so many days from now, and returns the address of a page of that day.
func (v *versionedSite) advanceTo(days int) string {
	v.Helper()
	v.offset.Store(int64(time.Duration(days) * 24 * time.Hour))
	if err := v.live.Replace(context.Background(), []*policy.Site{v.settings.At(v.now())}); err != nil {
		v.Fatal(err)
	}
	return v.address(days)
}

// clockScript sets the browser's clock to so many days from now.
func clockScript(days int) string {
	return fmt.Sprintf(`{
		const Real = Date, by = %d;
		window.Date = class extends Real {
			constructor(...a) { a.length ? super(...a) : super(Real.now() + by) }
			static now() { return Real.now() + by }
		};
	}`, (untilNoon + time.Duration(days)*24*time.Hour).Milliseconds())
}

// address returns the address of a page of that day. The script's address has the day too: the browser's cache goes by
// the real time.
func (v *versionedSite) address(days int) string {
	script := v.origin() + "/" + siteID + "/consent.js?lang=en&day=" + strconv.Itoa(days)
	return stage.Address(Page{Before: "<script>" + clockScript(days) + "</script>",
		Tag: `<script src="` + script + `"></script>`})
}

// addressWithScriptOf returns the address of a page of one day with the script of another.
func (v *versionedSite) addressWithScriptOf(days, scriptDays int) string {
	page := v.address(days)
	return strings.Replace(page, "&day="+strconv.Itoa(days), "&day="+strconv.Itoa(scriptDays), 1)
}

// openAndChoose opens a page of day 0 as a new visitor, who presses the button in the banner.
func (v *versionedSite) openAndChoose(button string) *Tab {
	v.Helper()
	tab := open(v.TB, v.advanceTo(0))
	tab.wait(visible(banner))
	tab.click(button)
	tab.wait(`nod.receipt()`)
	return tab
}

// hasReceiptOf is the JavaScript that is true once the last receipt is of that policy version.
func hasReceiptOf(version string) string {
	return `(nod.receipt() && nod.receipt().record.policy == "` + version + `")`
}

// hasEmptyReceipt is the JavaScript that is true once the visitor's last decision answered nothing: it acknowledged a
// change, or confirmed a refusal.
const hasEmptyReceipt = `(nod.receipt() && Object.keys(nod.receipt().record.answers).length == 0)`

// localText is a text in the site's first language and in the language of the tests.
func localText(zh, en string) policy.Text { return policy.Text{"zh-CN": zh, "en": en} }

func changeNotice(p *policy.Policy) {
	p.Notice.Rights = localText("您可以随时改变选择，也可以联系我们。",
		"You can change your choice at any time, or write to us.")
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

// makeRequired makes an optional purpose required.
func makeRequired(p *policy.Policy) {
	for i := range p.Purposes {
		if q := &p.Purposes[i]; q.ID == "functional" {
			q.Required = true
		}
	}
}

// JavaScript of what the banner and the reopen button show of a new version.
var (
	changesList         = nodElement(".changes")
	understoodButton    = nodElement("#nod-done")
	keepButton          = nodElement("#nod-keep")
	agreeToChangeButton = nodElement("#nod-agree")
	announcement        = nodElement("dialog .news")
	newMark             = `(getComputedStyle(` + reopenButton + `.querySelector(".mark")).display != "none" && ` +
		reopenButton + `.innerText.trim())`
)
