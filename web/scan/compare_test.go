package scan

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/nod-consent/nod/app/policy"
)

func examplePolicy() *policy.Policy {
	return &policy.Policy{Purposes: []policy.Purpose{
		{ID: "necessary", Required: true, Cookies: []policy.StoredItem{{Name: "session"}},
			Hosts: []string{"login.example.net"}},
		{ID: "analytics", Cookies: []policy.StoredItem{{Name: "_ga"}, {Name: "_ga_*"}},
			Storage:  []policy.StoredItem{{Name: "queue"}, {Name: "visits", Area: policy.AreaIndexedDB}},
			Hosts:    []string{"*.counter.example", "stats.shop.example", "login.example.net"},
			Services: []policy.Service{{ID: "heat", Hosts: []string{"heat.example"}}}},
	}}
}

// C-52
func TestCompareFindsWhatDiffersFromThePolicy(t *testing.T) {
	request := func(host string, stage Stage) Sighting { return Sighting{KindRequest, host, host, stage, ""} }
	stored := func(kind Kind, name, host string, stage Stage) Sighting {
		return Sighting{kind, name, host, stage, "https://www.shop.example/"}
	}
	for _, test := range []struct {
		name string
		seen Sighting
		want string // problem, purpose
	}{
		{"a request of an optional purpose before the choice", request("eu.counter.example", Before), "early analytics"},
		{"one of a service", request("heat.example", Before), "early heat"},
		{"one after the refusal", request("eu.counter.example", Refused), "refused analytics"},
		{"one after the grant is fine", request("eu.counter.example", Granted), ""},
		{"a pattern does not include the domain itself", request("counter.example", Granted), "undeclared "},
		{"a host of another company that nobody names", request("pixel.example", Granted), "undeclared "},
		{"a host that only ends like a named one", request("notheat.example", Granted), "undeclared "},
		{"the page's own host", request("www.shop.example", Before), ""},
		{"another host of the page's site", request("cdn.shop.example", Before), ""},
		{"a host of the page's site that a purpose names", request("stats.shop.example", Before), "early analytics"},
		{"the server behind the tag", request("consent.example.org", Before), ""},
		{"a host of a required and an optional purpose", request("login.example.net", Before), "early analytics"},
		{"a cookie of a required purpose", stored(KindCookie, "session", "www.shop.example", Before), ""},
		{"a cookie of an optional purpose", stored(KindCookie, "_ga_1", ".shop.example", Before), "early analytics"},
		{"a cookie after the grant is fine", stored(KindCookie, "_ga", ".shop.example", Granted), ""},
		{"a cookie of the page that nobody names", stored(KindCookie, "_fbp", ".shop.example", Before), "undeclared "},
		{"an entry named like a cookie", stored(KindLocal, "_ga", "www.shop.example", Before), "undeclared "},
		{"storage is local by default", stored(KindLocal, "queue", "www.shop.example", Before), "early analytics"},
		{"so not of the session", stored(KindSession, "queue", "www.shop.example", Before), "undeclared "},
		{"a database", stored(KindIndexedDB, "visits", "www.shop.example", Refused), "refused analytics"},
		{"Nod's cookie", stored(KindCookie, "nod", ".shop.example", Refused), ""},
		{"Nod's entry", stored(KindLocal, "nod", "www.shop.example", Refused), ""},
		{"a cookie called nod of somebody else", stored(KindCookie, "nod", ".counter.example", Refused), "undeclared "},
		{"a database called nod", stored(KindIndexedDB, "nod", "www.shop.example", Refused), "undeclared "},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := Observation{Pages: []string{"https://www.shop.example/"}, Server: "consent.example.org",
				Sightings: []Sighting{test.seen}}
			got := ""
			for _, f := range Compare(examplePolicy(), o) {
				if f.Problem != Unseen {
					got += string(f.Problem) + " " + f.Purpose
				}
			}
			if got != test.want {
				t.Errorf("found %q; want %q", got, test.want)
			}
		})
	}
}

func TestCompareListsWhatNoPageNeeded(t *testing.T) {
	o := Observation{Pages: []string{"https://www.shop.example/"}, HasChosen: true, Sightings: []Sighting{
		{KindCookie, "session", "www.shop.example", Before, ""},
		{KindRequest, "login.example.net", "login.example.net", Granted, ""},
		{KindRequest, "a.counter.example", "a.counter.example", Granted, ""},
		{KindCookie, "_ga", ".shop.example", Granted, ""},
	}}
	list := func() (texts []string) {
		for _, f := range Compare(examplePolicy(), o) {
			texts = append(texts, f.Purpose+": "+f.Describe())
		}
		return texts
	}
	want := []string{
		"analytics: cookie _ga_*", "analytics: IndexedDB database visits", "analytics: localStorage entry queue",
		"heat: request to heat.example", "analytics: request to stats.shop.example",
	}
	if diff := cmp.Diff(want, list()); diff != "" {
		t.Error(diff)
	}
	o.HasChosen = false
	if got := list(); got != nil {
		t.Errorf("without a tag nothing was granted, and %q is found", got)
	}
}

func TestHostsOfPagesWithoutADomainAreTheirOwn(t *testing.T) {
	for _, host := range []string{"localhost", "127.0.0.1", "[::1]"} {
		bare := strings.Trim(host, "[]")
		o := Observation{Pages: []string{"http://" + host + ":8080/"}, Sightings: []Sighting{
			{KindRequest, bare, bare, Before, ""}, {KindRequest, "pixel.example", "pixel.example", Before, ""},
		}}
		if got := Compare(&policy.Policy{}, o); len(got) != 1 || got[0].Name != "pixel.example" {
			t.Errorf("%s: %v", host, got)
		}
	}
}
