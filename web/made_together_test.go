package web_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/web"
)

// All sites and languages are made at the same time. What comes out depends on none of the others.
func TestConcurrentSitesAndLanguagesAreMadeAsIfAlone(t *testing.T) {
	addresses := []string{"/acme/consent.js?lang=en", "/acme/consent.js?lang=ar", "/acme/preferences?lang=ar",
		"/hostile/consent.js", "/hostile/policy", "/example/first-launch?platform=ios", "/example/lists/purposes"}
	together := start(t, sites(t, "acme", "hostile", "example"))
	alone := map[string]*server{}
	for _, id := range []string{"acme", "hostile", "example"} {
		alone[id] = start(t, sites(t, id))
	}
	for _, address := range addresses {
		id := strings.Split(address, "/")[1]
		if string(together.get(address).is(http.StatusOK).body) != string(alone[id].get(address).is(http.StatusOK).body) {
			t.Errorf("%s differs from that of a server of this site alone", address)
		}
	}
}

// forgetfulStore stores no presentations any more.
type forgetfulStore struct {
	*ledger.Store
	err error
}

func (f *forgetfulStore) PutPresentations(ctx context.Context, list ...ledger.Presentation) error {
	if f.err != nil {
		return f.err
	}
	return f.Store.PutPresentations(ctx, list...)
}

// C-37
func TestWhatCannotBeRecordedIsNotServed(t *testing.T) {
	s := start(t)
	store := &forgetfulStore{Store: s.store}
	o := web.Options{Ledger: store, BrotliQuality: 4}
	sites(t, "acme")(&o)
	live, err := web.NewLive(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	store.err = ledger.ErrUnavailable
	before := live.Sites()[0]
	if err := live.Replace(t.Context(), o.Sites); !errors.Is(err, store.err) || !strings.Contains(err.Error(), "acme") {
		t.Errorf("sites whose presentations are not stored: error %v", err)
	}
	if live.Sites()[0] != before {
		t.Error("they are served")
	}
	if _, err := web.New(t.Context(), o); !errors.Is(err, store.err) {
		t.Errorf("a new server: error %v", err)
	}
}

// C-37
func TestEveryHashThatIsServedIsRecorded(t *testing.T) {
	s := start(t)
	for _, language := range []string{"en", "ar"} {
		c, _ := configIn(t, s.get("/acme/consent.js?lang="+language).is(http.StatusOK).body)
		p, err := s.store.Presentation(t.Context(), "acme", c.Presentation)
		if err != nil || p.Language != language {
			t.Errorf("the banner in %s: %+v, error %v", language, p, err)
		}
	}
}
