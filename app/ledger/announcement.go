package ledger

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/nod-consent/nod/app/policy"
)

const (
	findAnnouncement   = `SELECT at FROM announcements WHERE site = $1 AND version = $2`
	insertAnnouncement = `INSERT INTO announcements (site, version, at) VALUES ($1, $2, $3)
		ON CONFLICT (site, version) DO NOTHING`
)

// Announce returns when a version of a policy was announced to visitors. The first call stores the current time. Later
// calls, also by other servers on the same database, return that time.
func (s *Store) Announce(ctx context.Context, site string, p *policy.Policy) (time.Time, error) {
	const action = "store when a version was announced"
	at, err := s.readAnnouncement(ctx, site, p.Version)
	if errors.Is(err, sql.ErrNoRows) {
		now := s.now().UTC().Format(actionTimeFormat)
		if _, err = s.write.db.ExecContext(ctx, insertAnnouncement, site, p.Version, now); err != nil {
			return time.Time{}, wrapUnavailable(action, err)
		}
		at, err = s.readAnnouncement(ctx, site, p.Version) // a different server may have been first
	}
	if err != nil {
		return time.Time{}, wrapUnavailable(action, err)
	}
	return at, nil
}

func (s *Store) readAnnouncement(ctx context.Context, site, version string) (time.Time, error) {
	var at string
	if err := s.read.queryRow(ctx, findAnnouncement, []any{site, version}, &at); err != nil {
		return time.Time{}, err
	}
	return time.Parse(actionTimeFormat, at)
}
