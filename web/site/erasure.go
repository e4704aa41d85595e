package site

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// Eraser erases or restricts the records of a subject.
type Eraser interface {
	Erase(ctx context.Context, site string, subject uuid.UUID) (records int, err error)
	Restrict(ctx context.Context, site string, subject uuid.UUID) (records int, err error)
}

// EraseOrRestrict does what the site does when a person asks for erasure: it erases the records, or restricts them.
func (s *Site) EraseOrRestrict(ctx context.Context, ledger Eraser, subject uuid.UUID) error {
	apply := ledger.Restrict
	if s.Evidence.Erases() {
		apply = ledger.Erase
	}
	_, err := apply(ctx, s.ID, subject)
	return err
}

// EndOfEvidence returns the day on which records that are restricted now are erased at the latest. A consent ends when
// its grant ends, and the evidence of it so many years later.
func (s *Site) EndOfEvidence(now time.Time) time.Time {
	return now.UTC().Truncate(24*time.Hour).AddDate(s.Evidence.Years, 0, s.LongestGrant()+2)
}
