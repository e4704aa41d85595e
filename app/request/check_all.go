package request

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/ledger"
)

// CheckedStore is what CheckAll reads. *ledger.Store is one.
type CheckedStore interface {
	SnapshotDesk(ctx context.Context, read func(ledger.Queries) error) error
	Sizes(ctx context.Context) (map[string]int64, error)
}

var _ CheckedStore = (*ledger.Store)(nil)

// Checked is what CheckAll found.
type Checked struct {
	Requests map[string]int64 // how many were compared, by tree
	Faults   []ledger.Fault
}

// CheckAll compares every request in the database with the events in the tree of its site: each event has its row, and
// the events in their order give the states, answers and dates that the rows have. Whether the events themselves are
// those that were signed is for ledger.CheckAll. rest can be nil; see ledger.CheckOptions.
//
// Some changes give no fault, because no leaf commits to them: the contact, the account, the enterprise, the browser's
// id, the fee, the language, the platform, the reference, the hashes of the secret and of the submission, the times
// of the identity check and of reminders, and the later of an item's two dates. Of a request whose letters are erased,
// only the existence of its events is compared.
func CheckAll(
	ctx context.Context, store CheckedStore, rest func(ctx context.Context, worked time.Duration) error,
) (Checked, error) {
	sites, err := listSites(ctx, store)
	if err != nil {
		return Checked{}, fmt.Errorf("check the requests: %w", err)
	}
	out := Checked{Requests: map[string]int64{}}
	for _, site := range sites {
		check := siteCheck{store: store, rest: rest, site: site, out: &out}
		if err := check.run(ctx); err != nil {
			return Checked{}, fmt.Errorf("check the requests of site %s: %w", site, err)
		}
	}
	return out, nil
}

// listSites lists the sites that have a tree of requests, or cases.
func listSites(ctx context.Context, store CheckedStore) ([]string, error) {
	sizes, err := store.Sizes(ctx)
	if err != nil {
		return nil, err
	}
	sites := map[string]bool{}
	for tree := range sizes {
		if site := ledger.SiteOfTree(tree); site != tree {
			sites[site] = true
		}
	}
	err = store.SnapshotDesk(ctx, func(q ledger.Queries) error {
		return q.Each(ctx, func(scan func(...any) error) error {
			var site string
			err := scan(&site)
			sites[site] = true
			return err
		}, `SELECT DISTINCT site FROM cases`)
	})
	return slices.Sorted(maps.Keys(sites)), err
}

// siteCheck checks the requests of one site.
type siteCheck struct {
	store CheckedStore
	rest  func(context.Context, time.Duration) error
	site  string
	out   *Checked
}

func (s *siteCheck) fault(d difference) {
	s.out.Faults = append(s.out.Faults, ledger.Fault{Site: ledger.DeskTree(s.site), Leaf: d.leaf, Problem: d.problem})
}

// run checks the cases page by page, each as it is at one moment: servers can change them meanwhile.
func (s *siteCheck) run(ctx context.Context) error {
	if err := s.store.SnapshotDesk(ctx, func(q ledger.Queries) error { return s.findLost(ctx, q) }); err != nil {
		return err
	}
	var after uuid.UUID // no case has this id
	for {
		began := time.Now()
		var cases []Case
		err := s.store.SnapshotDesk(ctx, func(q ledger.Queries) (err error) {
			if cases, err = readCases(ctx, q, `WHERE site = $1 AND id > $2 ORDER BY id LIMIT $3`,
				s.site, after[:], pageSize); err != nil {
				return err
			}
			return s.compareCases(ctx, q, cases)
		})
		if err != nil || len(cases) < pageSize {
			return err
		}
		after = cases[len(cases)-1].ID
		if s.rest != nil {
			if err := s.rest(ctx, time.Since(began)); err != nil {
				return err
			}
		}
	}
}

func (s *siteCheck) compareCases(ctx context.Context, q ledger.Queries, cases []Case) error {
	for _, c := range cases {
		found, err := c.compare(ctx, q)
		if err != nil {
			return fmt.Errorf("request %s: %w", c.ID, err)
		}
		for _, d := range found {
			s.fault(difference{d.leaf, fmt.Sprintf("request %s (%s): %s", c.Reference, c.ID, d.problem)})
		}
		s.out.Requests[ledger.DeskTree(s.site)]++
	}
	return nil
}

// findLost finds the events of which the rows are gone.
func (s *siteCheck) findLost(ctx context.Context, q ledger.Queries) error {
	lost, err := q.LostEvents(ctx, s.site)
	if err != nil {
		return err
	}
	for _, id := range lost {
		event, leaf, err := q.Event(ctx, s.site, id)
		what := fmt.Sprintf("request %s: the event %s (%s)", event.Case, id, event.Type)
		switch {
		case errors.Is(err, ledger.ErrErased), errors.Is(err, ledger.ErrChanged):
			what = fmt.Sprintf("the event %s", id)
		case err != nil:
			return err
		}
		s.fault(difference{leaf, what + " has no row: the row or the whole request was deleted"})
	}
	return nil
}
