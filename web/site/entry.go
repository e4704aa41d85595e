package site

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/ledger"
)

// NewEntry checks a well-formed decision against the policy and the presentation that it names, and returns what the
// ledger appends.
func (s *Site) NewEntry(ctx context.Context, d *consent.Decision, now time.Time) (ledger.Entry, error) {
	form, ok := s.Forms[d.Policy]
	if !ok {
		return ledger.Entry{}, fmt.Errorf("%w: site %s has no policy of version %q, only %s",
			consent.ErrRefused, s.ID, d.Policy, strings.Join(s.Versions(), ", "))
	}
	// A grant from before the end may come late, from an app that was offline.
	if s.HasEnded && d.Grants(form) && !consent.DecidedAt(d.ID).Before(s.EndsAt()) {
		return ledger.Entry{}, fmt.Errorf("%w: the service has ended, and nothing can be granted any more. "+
			"Send denials only", consent.ErrRefused)
	}
	if err := d.CheckAnswers(form); err != nil {
		return ledger.Entry{}, err
	}
	if err := d.CheckDialog(form); err != nil {
		return ledger.Entry{}, err
	}
	if err := d.CheckTime(form, now); err != nil {
		return ledger.Entry{}, err
	}
	named, _ := s.Policy(d.Policy) // which has a form
	if err := s.checkEvidence(named, d, now); err != nil {
		return ledger.Entry{}, err
	}
	if s.AsksAge(named) && d.Grants(form) {
		if err := checkAge(d); err != nil {
			return ledger.Entry{}, err
		}
	}
	if err := s.checkShown(ctx, form, d); err != nil {
		return ledger.Entry{}, err
	}
	return s.entryOf(ctx, form, d), nil
}

func (s *Site) entryOf(ctx context.Context, form consent.Form, d *consent.Decision) ledger.Entry {
	return ledger.Entry{
		Site: s.ID, Decision: *d, Covered: consent.ListCovered(form, d), Secret: d.Secret, Grants: d.Grants(form),
		Kind: s.findRecordKind(ctx, d),
	}
}

// NewDenialEntry returns the entry that stores the denials of a decision that was refused, if it has any: a denial
// needs no evidence of what was shown. It keeps the presentation if that showed the decision's policy and language.
// Under an unknown version, the denials are of the version in force.
func (s *Site) NewDenialEntry(ctx context.Context, d *consent.Decision) (ledger.Entry, bool) {
	form, isKnown := s.Forms[d.Policy]
	if !isKnown {
		form = s.Forms[s.Current]
	}
	denials, ok := d.Denials(form)
	if !ok {
		return ledger.Entry{}, false
	}
	if !isKnown {
		denials.Policy = s.Current
	}
	if named, _ := s.Policy(denials.Policy); !hasPermission(named, denials.Permission) {
		denials.Permission = ""
	}
	if !s.hasTenant(denials.Tenant) {
		denials.Tenant = ""
	}
	if !s.shown.isOf(ctx, d) {
		denials.Presentation = consent.CustomPresentation
	}
	return s.entryOf(ctx, form, &denials), true
}
