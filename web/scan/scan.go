//go:build !js

// Package scan opens pages in a browser and compares what they store and where they send requests with a site's policy.
// It finds what comes before a visitor has chosen or after a refusal, what no purpose names, and what the policy names
// and no page needs (C-52).
//
// Pages runs Chromium once for each Stage, each time with a new profile. Compare needs no browser. Requests come from
// the browser's own log of its network, which has those of frames and workers too.
package scan

import "github.com/nod-consent/nod/app/policy"

// Stage is what a visitor has done when something is seen.
type Stage string

// The stages, in the order in which they are looked at.
const (
	Before  Stage = "before"  // nothing is chosen yet
	Refused Stage = "refused" // everything optional is refused
	Granted Stage = "granted" // everything optional is granted
)

// Kind is what was seen: an area of the browser's storage, or a request.
type Kind string

// The kinds. Those of storage are called as in a policy.
const (
	KindRequest   Kind = "request"
	KindCookie         = Kind(policy.AreaCookie)
	KindLocal          = Kind(policy.AreaLocal)
	KindSession        = Kind(policy.AreaSession)
	KindIndexedDB      = Kind(policy.AreaIndexedDB)
	KindCache          = Kind(policy.AreaCache)
)

// Sighting is something that a browser stored or asked for.
type Sighting struct {
	Kind  Kind   `json:"kind"`
	Name  string `json:"name"` // of the cookie, the entry or the database; of a request the host
	Host  string `json:"host"` // that it is stored for; of a request the host too
	Stage Stage  `json:"stage"`
	Page  string `json:"page,omitempty"` // that was open; none for requests, which can come from any page before
}

// Observation is what the pages of a site did.
type Observation struct {
	Pages     []string   // their addresses, after redirects
	Server    string     // host of the Nod server behind the tag; "" if no page has the site's tag
	HasChosen bool       // the stages after Before were looked at too
	Sightings []Sighting // each once, at the earliest stage
}
