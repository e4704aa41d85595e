package site

import (
	"fmt"
	"slices"
	"time"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/policy"
)

// defaultMethod is what the interface sends where the policy lists no way to show a guardian's consent.
const defaultMethod = "other"

// checkEvidence checks what a decision says beside its answers: that the guardian's consent is one of the policy's ways
// and not of later, that the policy has the permission, and that the site has the tenant. The error wraps
// consent.ErrRefused.
func (s *Site) checkEvidence(p *policy.Policy, d *consent.Decision, now time.Time) error {
	if !hasPermission(p, d.Permission) {
		return fmt.Errorf("%w: policy %s has no permission %q. Leave it out", consent.ErrRefused, d.Policy, d.Permission)
	}
	if !s.hasTenant(d.Tenant) {
		return fmt.Errorf("%w: site %s has no tenant %q. Add it to first_launch.tenants in site.yaml, or leave it out",
			consent.ErrRefused, s.ID, d.Tenant)
	}
	if d.Guardian == nil {
		return nil
	}
	return checkGuardian(p, d, now)
}

// hasTenant reports whether the site knows the enterprise. A decision can be of none.
func (s *Site) hasTenant(id string) bool {
	return id == "" || slices.Contains(s.FirstLaunch.Tenants, id)
}

func checkGuardian(p *policy.Policy, d *consent.Decision, now time.Time) error {
	g := d.Guardian
	methods := []string{defaultMethod}
	if len(p.Minors.Methods) > 0 {
		methods = nil
	}
	for _, m := range p.Minors.Methods {
		methods = append(methods, m.ID)
	}
	if !slices.Contains(methods, g.Method) {
		return fmt.Errorf("%w: guardian.method: %q is not a method of policy %s, only %q",
			consent.ErrRefused, g.Method, d.Policy, methods)
	}
	// A clock that is ahead is ahead for both times.
	if g.Time.After(now) && g.Time.After(d.DecidedAt) {
		return fmt.Errorf("%w: guardian.time: %s is in the future",
			consent.ErrRefused, g.Time.UTC().Format(time.RFC3339))
	}
	return nil
}

// checkAge checks a grant of a site that asks for the age. In an app it says the age, and for a minor the guardian's
// consent, which a visitor of the web is not asked for. The error wraps consent.ErrRefused.
func checkAge(d *consent.Decision) error {
	switch {
	case d.Platform == policy.Web:
		return nil
	case d.Age == "":
		return fmt.Errorf("%w: age: a grant on %s needs child, teen or adult. Ask for the age first",
			consent.ErrRefused, d.Platform)
	case d.Age != consent.Adult && d.Guardian == nil:
		return fmt.Errorf("%w: guardian: a grant of a %s needs a guardian's consent", consent.ErrRefused, d.Age)
	}
	return nil
}

// hasPermission reports whether the policy has the permission. A decision can be about none.
func hasPermission(p *policy.Policy, id string) bool {
	return id == "" || slices.ContainsFunc(p.Permissions, func(e policy.Permission) bool { return e.ID == id })
}
