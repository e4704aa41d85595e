package web_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"path"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/web"
)

// inTime is acme's site with a version that takes effect later, and everything in it says of which version it is.
func inTime(t *testing.T, effect string) *policy.Site {
	t.Helper()
	site := madeSite("acme", func(s string) string { return s })
	site.Published = ""
	next := *site.Policies[len(site.Policies)-1]
	next.Version, next.Effective = "2030-later", effect
	next.Notice.Text = policy.Text{"en": "The later notice.", "ar": "x"}
	next.Purposes = append([]policy.Purpose{}, next.Purposes...)
	next.Purposes[1].Retention = policy.Text{"en": "Longer.", "ar": "x"}
	site.Policies = append(site.Policies, &next)
	loaded, err := loadWritten(site)
	if err != nil {
		t.Fatal(err)
	}
	return loaded
}

// C-30
func TestAVersionTakesEffectOnItsDay(t *testing.T) {
	now := time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)
	site := inTime(t, "2027-03-02")
	store := start(t).store
	live, err := web.NewLive(t.Context(),
		web.Options{Sites: []*policy.Site{site}, BrotliQuality: 4, Ledger: store, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	versionOf := func() string {
		t.Helper()
		w := httptest.NewRecorder()
		live.ServeHTTP(w, httptest.NewRequest("GET", "/acme/consent.js", nil))
		c, _ := configIn(t, w.Body.Bytes())
		return c.Policy
	}
	if v := versionOf(); v != acmeVersion {
		t.Errorf("on the day before, version %s", v)
	}
	w := httptest.NewRecorder()
	if live.ServeHTTP(w, httptest.NewRequest("GET", "/acme/policy/2030-later?lang=en", nil)); w.Code != http.StatusOK {
		t.Errorf("the announced version is answered with %d", w.Code)
	}
	for _, want := range []string{"In force from", "This version takes effect on 2027-03-02."} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("its page does not say %q", want)
		}
	}
	for before, want := range map[time.Duration]string{
		25 * time.Hour:          "private, max-age=300, stale-while-revalidate=86400",
		24 * time.Hour:          "private, max-age=300, stale-while-revalidate=86100",
		time.Minute + 1:         "private, max-age=60, stale-while-revalidate=0",
		500 * time.Millisecond:  "private, max-age=0, stale-while-revalidate=0",
		-500 * time.Millisecond: "private, max-age=300, stale-while-revalidate=86400",
	} {
		now = time.Date(2027, 3, 2, 0, 0, 0, 0, time.UTC).Add(-before)
		for _, at := range []string{"/acme/consent.js", "/acme/preferences", "/acme/policy"} {
			w := httptest.NewRecorder()
			live.ServeHTTP(w, httptest.NewRequest("GET", at, nil))
			if got := w.Header().Get("Cache-Control"); got != want {
				t.Errorf("%s %v before the change is cached by %q, want %q", at, before, got, want)
			}
		}
	}
	now = time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)
	now = live.Sites()[0].NextEffect(now)
	if err := live.Replace(t.Context(), live.Sites()); err != nil {
		t.Fatal(err)
	}
	if v := versionOf(); v != "2030-later" {
		t.Errorf("on the day, version %s", v)
	}
}

// concurrentVisitor visits a server's pages while others do.
type concurrentVisitor struct {
	testing.TB
	address string
	makes   *server // decisions
}

func (v concurrentVisitor) get(path string) (status int, body []byte) {
	r, err := http.Get(v.address + path)
	if err != nil {
		v.Error(err)
		return 0, nil
	}
	defer r.Body.Close()
	if body, err = io.ReadAll(r.Body); err != nil {
		v.Error(err)
	}
	return r.StatusCode, body
}

// visit loads a page's script and decides. It reports whether the script was of the later version. What the script
// brings and sends belongs to its version, whichever is served by now.
func (v concurrentVisitor) visit() (isLate, ok bool) {
	status, script := v.get("/acme/consent.js?lang=en")
	if status != http.StatusOK {
		v.Errorf("consent.js is answered with %d", status)
		return false, false
	}
	c, _ := configIn(v, script)
	isLate = c.Policy == "2030-later"
	if isLate != strings.Contains(string(script), "The later notice.") {
		v.Errorf("the script is of version %s, and has the other's words", c.Policy)
	}
	if status, _ := v.get("/" + path.Join("acme", "..", c.More)); status != http.StatusOK {
		v.Errorf("%s is answered with %d", c.More, status)
	}
	body, _ := json.Marshal(v.makes.decision("policy", c.Policy, "presentation", c.Presentation))
	r, err := http.Post(v.address+"/v1/acme/decisions", "application/json", strings.NewReader(string(body)))
	if err != nil {
		v.Error(err)
		return false, false
	}
	r.Body.Close()
	if r.StatusCode != http.StatusCreated {
		v.Errorf("a decision on version %s is answered with %d", c.Policy, r.StatusCode)
	}
	return isLate, true
}

// Requests go on while the sites are replaced: none fails, and no answer is of two versions.
func TestConcurrentRequestsWhileSitesAreReplaced(t *testing.T) {
	store := start(t).store
	earlier, later := inTime(t, "2099-01-01"), inTime(t, "2026-01-02")
	live, err := web.NewLive(t.Context(), web.Options{Sites: []*policy.Site{earlier}, BrotliQuality: 4, Ledger: store})
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(live)
	t.Cleanup(s.Close)
	ctx, stop := context.WithCancel(t.Context())
	visitor := concurrentVisitor{t, s.URL, &server{TB: t, log: &log{}}}
	visitor.makes.log.clear()
	var load sync.WaitGroup
	var seen [2]atomic.Int64 // visits of pages with the earlier and with the later version
	for range 2 {
		load.Go(func() {
			for ctx.Err() == nil {
				if isLate, ok := visitor.visit(); ok {
					seen[map[bool]int{false: 0, true: 1}[isLate]].Add(1)
				}
			}
		})
	}
	for i := range 4 {
		if err := live.Replace(t.Context(), []*policy.Site{[]*policy.Site{later, earlier}[i%2]}); err != nil {
			t.Error(err)
		}
		for n := seen[(i+1)%2].Load() + 3; seen[(i+1)%2].Load() < n && !t.Failed(); {
			time.Sleep(time.Millisecond)
		}
	}
	stop()
	load.Wait()
}
