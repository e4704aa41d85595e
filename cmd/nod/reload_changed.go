//go:build !js

package main

import (
	"context"
	"slices"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/diff"
)

// recordSearcher finds the records under a version of a policy.
type recordSearcher interface {
	Search(ctx context.Context, q ledger.Query, below int64, limit int) (ledger.Found, error)
}

// warnOfChangedVersions warns of versions that visitors have answered, and whose content means something else now: the
// records then name one version for two meanings. It compares with what was served, so a change while the server was
// down is not found.
func (r *reloader) warnOfChangedVersions(ctx context.Context, before, after []*policy.Site) {
	if r.records == nil {
		return
	}
	for _, site := range after {
		i := slices.IndexFunc(before, func(s *policy.Site) bool { return s.ID == site.ID })
		if i < 0 {
			continue
		}
		for _, p := range site.Policies {
			j := slices.IndexFunc(before[i].Policies, func(old *policy.Policy) bool { return old.Version == p.Version })
			if j < 0 || diff.Compare(site, before[i].Policies[j], p).Class() != policy.Material {
				continue
			}
			q := ledger.Query{Selection: ledger.Selection{Site: site.ID}, Policy: p.Version}
			found, err := r.records.Search(ctx, q, 0, 1)
			if err != nil {
				r.log.Error("could not look for records of a version that changed", "site", site.ID, "policy", p.Version,
					"error", err)
			} else if len(found.Records) > 0 {
				r.log.Warn("a version that visitors have answered was changed. Restore its files, and publish the change as a "+
					"new version beside them. If only you have answered, delete the answers instead",
					"site", site.ID, "policy", p.Version)
			}
		}
	}
}
