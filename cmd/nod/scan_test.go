package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/web/scan"
)

// C-52
func TestAScanPrintsWhatToDoAboutEachProblem(t *testing.T) {
	analytics := policy.Purpose{
		ID: "analytics", Cookies: []policy.StoredItem{{Name: "_ga"}}, Hosts: []string{"stats.example"},
	}
	site := &policy.Site{ID: "shop", Current: "2026-01-01", Policies: []*policy.Policy{
		{Version: "2026-01-01", Purposes: []policy.Purpose{analytics}},
	}}
	page := "https://www.shop.example/"
	seen := scan.Observation{Pages: []string{page}, HasChosen: true, Sightings: []scan.Sighting{
		{Kind: scan.KindRequest, Name: "stats.example", Host: "stats.example", Stage: scan.Before},
		{Kind: scan.KindCookie, Name: "_fbp", Host: ".shop.example", Stage: scan.Granted, Page: page},
	}}
	var out bytes.Buffer
	err := printScan(&out, site, seen, false)
	want := `site    shop, version 2026-01-01
pages   https://www.shop.example/

Before the choice
    Tag the element that loads or sets it with data-category. For a request, naming its host in the purpose is enough.
  - request to stats.example, of analytics

In no purpose
    Name it under cookies, storage or hosts of the purpose that needs it, or remove what it comes from.
  - cookie _fbp of shop.example, after granting everything, on https://www.shop.example/

Named, but not seen
    Take it out of the policy if no other page needs it.
  - cookie _ga, of analytics
`
	if diff := cmp.Diff(want, out.String()); diff != "" || err == nil || err.Error() != "scan: problems: 2" {
		t.Errorf("the error %v, and\n%s", err, diff)
	}

	out.Reset()
	seen.Sightings, seen.HasChosen = nil, false
	err = printScan(&out, site, seen, false)
	if err != nil || !strings.Contains(out.String(), "No page has the tag of shop") ||
		!strings.HasSuffix(out.String(), "No problem was found.\n") {
		t.Errorf("%v, and %q", err, out.String())
	}
	out.Reset()
	if err := printScan(&out, site, seen, true); err != nil || !strings.Contains(out.String(), `"findings":[]`) {
		t.Errorf("%v, and %q", err, out.String())
	}
}
