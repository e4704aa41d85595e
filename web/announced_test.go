package web_test

import (
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/ledger/proof"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/web"
)

// announcingSite is acme's site with a version that takes effect on 2027-03-02 and reduces rights. Its files do not say
// when it was announced.
func announcingSite(t *testing.T) *policy.Site {
	t.Helper()
	site := inTime(t, "2027-03-02")
	next := site.Policies[len(site.Policies)-1]
	next.Updated = site.Policies[0].Updated
	next.Revision = policy.Revision{Class: policy.Material, Reduces: true}
	return site
}

// announcingServer serves a site on a database that outlives it.
type announcingServer struct {
	testing.TB
	options ledger.Options
	store   *ledger.Store
	live    *web.Live
}

// restart starts the server, or stops it and starts it again.
func (s *announcingServer) restart(site *policy.Site) {
	s.Helper()
	s.stop()
	var err error
	if s.store, err = ledger.Open(s.Context(), s.options); err != nil {
		s.Fatal(err)
	}
	s.live, err = web.NewLive(s.Context(), web.Options{
		Sites: []*policy.Site{site.At(s.options.Now())}, BrotliQuality: 4, Ledger: s.store, Now: s.options.Now,
	})
	if err != nil {
		s.Fatal(err)
	}
}

func (s *announcingServer) stop() {
	if s.store == nil {
		return
	}
	if err := s.store.Close(); err != nil {
		s.Error(err)
	}
	s.store = nil
}

// announcedAt returns since when a page of the site notifies visitors of the version to come.
func (s *announcingServer) announcedAt() time.Time {
	s.Helper()
	w := httptest.NewRecorder()
	s.live.ServeHTTP(w, httptest.NewRequest("GET", "/acme/consent.js", nil))
	c, _ := configIn(s, w.Body.Bytes())
	if len(c.Changes.Versions) == 0 {
		s.Fatal("the script knows of no version to come")
	}
	last := c.Changes.Versions[len(c.Changes.Versions)-1]
	if last.Policy != "2030-later" {
		s.Fatalf("the last version is %s", last.Policy)
	}
	return time.UnixMilli(last.At).UTC()
}

// C-28, C-30: visitors who decided before the announcement are notified, once. A later moment would notify those again
// who have seen the notice.
func TestAReductionOfRightsIsAnnouncedOnce(t *testing.T) {
	key, err := proof.NewKey("ledger.example")
	if err != nil {
		t.Fatal(err)
	}
	first := time.Date(2027, 1, 10, 12, 0, 0, 0, time.UTC)
	now := first
	s := &announcingServer{TB: t, options: ledger.Options{
		DSN: "sqlite:" + filepath.Join(t.TempDir(), "nod.db"), Key: key, Now: func() time.Time { return now },
	}}
	defer s.stop()
	site := announcingSite(t)
	check := func(action string, want time.Time) {
		t.Helper()
		if got := s.announcedAt(); !got.Equal(want) {
			t.Errorf("%s: announced at %v; want %v", action, got, want)
		}
	}
	s.restart(site)
	check("at the first start", first)
	now = now.Add(24 * time.Hour)
	if err := s.live.Replace(t.Context(), []*policy.Site{site.At(now)}); err != nil {
		t.Fatal(err)
	}
	check("after the files were read again", first)
	now = now.Add(24 * time.Hour)
	s.restart(site)
	check("after a restart", first)

	// The day that the policy names, or else that of its text, comes before what the database knows.
	next := site.Policies[len(site.Policies)-1]
	next.Updated = "2027-01-11"
	s.restart(site)
	check("with the day of the text", time.Date(2027, 1, 11, 0, 0, 0, 0, time.UTC))
	next.Revision.Announced = "2027-01-12"
	s.restart(site)
	check("with the day of the announcement", time.Date(2027, 1, 12, 0, 0, 0, 0, time.UTC))
}
