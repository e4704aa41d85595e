package e2e

import (
	"io/fs"
	"slices"
	"testing"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/load"
	"github.com/nod-consent/nod/assets"
)

// The sites. All have the texts of the built-in one.
const (
	siteID      = "yunzhijia" // the built-in site
	storageSite = "storage"   // its analytics store something in every area of the browser
	domainSite  = "domain"    // its cookie is for the whole domain
	gateSite    = "gated"     // its analytics and its help send to the collector
	holdSite    = "held"      // gateSite whose analytics requests are held until the answer
	adapterSite = "adapters"  // gateSite with every adapter
	strictSite  = "strict"    // gateSite in strict mode
	eventSite   = "events"    // its data layer gets events and Consent Mode, in this order
)

const adminToken = "a-token-for-the-administrators-of-tests"

// loadBuiltInSite reads the built-in site.
func loadBuiltInSite() (*policy.Site, error) {
	files, err := fs.Sub(assets.Files, "sites")
	if err != nil {
		return nil, err
	}
	return load.Site(files, siteID)
}

// loadSites reads the built-in site, allows it for the origins, and makes the other sites from it.
func loadSites(origins ...string) ([]*policy.Site, error) {
	site, err := loadBuiltInSite()
	if err != nil {
		return nil, err
	}
	plain := *site
	plain.Origins = append(slices.Clone(site.Origins), origins...)
	plain.Interface = append(slices.Clone(site.Interface), "ar") // is written from right to left
	plain.FirstLaunch.Tenants = []string{"acme"}

	storing := withPurposes(plain, storageSite, addStorage)
	gated := withPurposes(plain, gateSite, func(p *policy.Purpose) {
		switch p.ID {
		case "analytics":
			p.Hosts = []string{"*.collector.localhost"}
		case "functional":
			p.Hosts = []string{"help.collector.localhost"}
		}
	})
	holding := withPurposes(*gated, holdSite, func(p *policy.Purpose) { p.Hold = p.ID == "analytics" })

	adapted := *gated
	adapted.ID = adapterSite
	adapted.Adapters = allAdapters()

	strict := *gated
	strict.ID = strictSite
	strict.Strict = true

	events := plain
	events.ID = eventSite
	events.Adapters = []policy.Adapter{
		{Name: policy.AdapterDataLayer},
		{Name: policy.AdapterConsentMode, Signals: map[string][]string{"analytics_storage": {"analytics"}}},
	}

	domain := plain
	domain.ID = domainSite
	domain.Cookie.Domain = "yzj.localhost"
	return []*policy.Site{&plain, storing, gated, holding, &adapted, &strict, &events, &domain}, nil
}

// withPurposes returns a copy of the site with its current policy only, whose purposes are edited.
func withPurposes(site policy.Site, id string, edit func(*policy.Purpose)) *policy.Site {
	current := *site.CurrentPolicy()
	current.Purposes = slices.Clone(current.Purposes)
	for i := range current.Purposes {
		edit(&current.Purposes[i])
	}
	site.ID, site.Policies = id, []*policy.Policy{&current}
	return &site
}

func addStorage(p *policy.Purpose) {
	if p.ID == "analytics" || p.ID == "beacons" {
		p.Storage = append(slices.Clone(p.Storage), policy.StoredItem{Name: "of-both", Area: policy.AreaLocal})
	}
	if p.ID == "analytics" {
		p.Storage = append(p.Storage,
			policy.StoredItem{Name: "stats-session", Area: policy.AreaSession},
			policy.StoredItem{Name: "stats-*", Area: policy.AreaIndexedDB},
			policy.StoredItem{Name: "stats-cache", Area: policy.AreaCache})
	}
}

func allAdapters() []policy.Adapter {
	return []policy.Adapter{
		{
			Name: policy.AdapterConsentMode, WaitForUpdate: 500,
			Signals: map[string][]string{
				"analytics_storage": {"analytics"}, "ad_storage": {"analytics", "beacons"},
				"functionality_storage": {"functional"}, "security_storage": {"necessary"},
			},
			Regions: []policy.AdapterRegion{{In: []string{"US", "US-CA"}, Granted: []string{"analytics_storage"}}},
		},
		{Name: policy.AdapterDataLayer, Variable: "layer"},
		{Name: policy.AdapterMatomo, Purposes: []string{"analytics"}},
		{Name: policy.AdapterClarity, Purposes: []string{"analytics"}},
	}
}

// siteForm is the form of the built-in site.
func siteForm() consent.Form {
	sites, err := loadSites()
	if err != nil {
		panic(err)
	}
	return consent.FormOf(sites[0], sites[0].CurrentPolicy())
}

// siteOf is the site with the id.
func siteOf(t testing.TB, id string) *policy.Site {
	t.Helper()
	sites, err := loadSites()
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(sites, func(s *policy.Site) bool { return s.ID == id })
	if i < 0 {
		t.Fatalf("there is no site %s", id)
	}
	return sites[i]
}
