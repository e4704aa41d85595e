package e2e

import (
	"io/fs"
	"slices"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/load"
	"github.com/nod-consent/nod/assets"
)

// The sites. All have the texts of the built-in one.
const (
	siteID      = "yunzhijia" // as it is
	storageSite = "rich"      // its analytics keep something in every area of the browser
	domainSite  = "home"      // its cookie is for the whole domain
	gateSite    = "gated"     // its analytics go to the collector, and so does its help
	holdSite    = "holding"   // the same, and its analytics wait for the answer
	adapterSite = "telling"   // the same, and it has every adapter
	strictSite  = "strict"    // the same, in strict mode
)

const adminToken = "a-token-for-the-administrators-of-tests"

// loadSites reads the built-in site, lets the origins use it, and makes the others of it.
func loadSites(origins ...string) ([]*policy.Site, error) {
	files, err := fs.Sub(assets.Files, "sites")
	if err != nil {
		return nil, err
	}
	site, err := load.Site(files, siteID)
	if err != nil {
		return nil, err
	}
	plain := *site
	plain.Origins = append(slices.Clone(site.Origins), origins...)
	plain.Interface = append(slices.Clone(site.Interface), "ar") // is written from right to left

	rich := plain
	rich.ID = storageSite
	current := *site.CurrentPolicy()
	current.Purposes = slices.Clone(current.Purposes)
	for i := range current.Purposes {
		p := &current.Purposes[i]
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
	rich.Policies = []*policy.Policy{&current}

	gated := plain
	gated.ID = gateSite
	second := *site.CurrentPolicy()
	second.Purposes = slices.Clone(second.Purposes)
	for i := range second.Purposes {
		switch p := &second.Purposes[i]; p.ID {
		case "analytics":
			p.Hosts = []string{"*.collector.localhost"}
		case "functional":
			p.Hosts = []string{"help.collector.localhost"}
		}
	}
	gated.Policies = []*policy.Policy{&second}

	holding := gated
	holding.ID = holdSite
	third := second
	third.Purposes = slices.Clone(second.Purposes)
	for i := range third.Purposes {
		third.Purposes[i].Hold = third.Purposes[i].ID == "analytics"
	}
	holding.Policies = []*policy.Policy{&third}

	telling := gated
	telling.ID = adapterSite
	telling.Adapters = []policy.Adapter{
		{Name: policy.AdapterConsentMode, WaitForUpdate: 500, Signals: map[string][]string{
			"analytics_storage": {"analytics"}, "ad_storage": {"analytics", "beacons"}, "functionality_storage": {"functional"},
			"security_storage": {"necessary"},
		}, Regions: []policy.AdapterRegion{{In: []string{"US", "US-CA"}, Granted: []string{"analytics_storage"}}}},
		{Name: policy.AdapterDataLayer, Variable: "layer"},
		{Name: policy.AdapterMatomo, Purposes: []string{"analytics"}},
		{Name: policy.AdapterClarity, Purposes: []string{"analytics"}},
	}

	tidy := gated
	tidy.ID = strictSite
	tidy.Strict = true

	home := plain
	home.ID = domainSite
	home.Cookie.Domain = "yzj.localhost"
	return []*policy.Site{&plain, &rich, &gated, &holding, &telling, &tidy, &home}, nil
}

// siteForm is what the built-in site asks.
func siteForm() consent.Form {
	sites, err := loadSites()
	if err != nil {
		panic(err)
	}
	return consent.FormOf(sites[0], sites[0].CurrentPolicy())
}
