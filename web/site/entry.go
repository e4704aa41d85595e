package site

import (
	"fmt"
	"strings"
	"time"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/ledger"
)

// NewEntry checks a well-formed decision against the policy that it names, and returns what the ledger appends.
func (s *Site) NewEntry(d *consent.Decision, now time.Time) (ledger.Entry, error) {
	form, ok := s.Forms[d.Policy]
	if !ok {
		return ledger.Entry{}, fmt.Errorf("%w: site %s has no policy of version %q, only %s",
			consent.ErrRefused, s.ID, d.Policy, strings.Join(s.Versions(), ", "))
	}
	if err := d.CheckAnswers(form); err != nil {
		return ledger.Entry{}, err
	}
	if err := d.CheckTime(form, now); err != nil {
		return ledger.Entry{}, err
	}
	return ledger.Entry{
		Site: s.ID, Decision: *d, Covered: consent.ListCovered(form, d), Secret: d.Secret, Grants: d.Grants(form),
	}, nil
}
