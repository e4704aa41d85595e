//go:build !js

package ledger

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/policy"
)

// Query is what an administrator looks for. What is empty counts for all.
type Query struct {
	Selection
	Action   consent.Action
	Policy   string
	Platform policy.Platform
	Purpose  string        // a purpose or service that the decision speaks of,
	State    consent.State // with this answer; Unasked: any
}

// Found is a page of what was found, the newest first.
type Found struct {
	Records []Placed `json:"records"`
	Next    int64    `json:"next,omitempty"` // the search goes on below this leaf; 0: it is over
}

// Placed is a record with its place in the tree.
type Placed struct {
	Record
	LeafIndex  int64 `json:"leaf_index"`
	Restricted bool  `json:"restricted,omitempty"`
}

// searchRows is the number of records that one search looks at, at most: whoever looks for something rare goes on from Next.
const searchRows = 20_000

// Search looks for records below a leaf (0: from the newest on), and gives at most limit of them.
func (s *Store) Search(ctx context.Context, q Query, below int64, limit int) (Found, error) {
	tree, size, err := s.treeOf(ctx, q.Site)
	if err != nil {
		return Found{}, err
	}
	if below <= 0 || below > size {
		below = size
	}
	var found Found
	for looked := 0; below > 0; {
		page, err := s.searchPage(ctx, q, tree, below)
		if err != nil {
			return Found{}, err
		}
		for _, e := range page {
			record, err := e.Parse()
			if err != nil {
				return Found{}, fmt.Errorf("leaf %d: %w", e.LeafIndex, err)
			}
			looked++
			below = e.LeafIndex
			if q.matches(record) {
				found.Records = append(found.Records, Placed{record, e.LeafIndex, e.Restricted})
			}
			if len(found.Records) == limit || looked == searchRows {
				found.Next = below
				return found, nil
			}
		}
		if len(page) < exportPage {
			break
		}
	}
	return found, nil
}

func (q *Query) matches(r Record) bool {
	switch {
	case !q.within(r.ReceivedAt):
		return false
	case q.Action != "" && r.Action != q.Action, q.Policy != "" && r.Policy != q.Policy, q.Platform != "" && r.Platform != q.Platform:
		return false
	case q.Purpose != "":
		state := r.State(q.Purpose)
		return state != consent.Unasked && (q.State == consent.Unasked || q.State == state)
	}
	return true
}

func (s *Store) searchPage(ctx context.Context, q Query, tree, below int64) ([]Evidence, error) {
	query := `SELECT leaf_index, restricted, salt, content FROM records
		WHERE tree = $1 AND leaf_index < $2 AND content IS NOT NULL ORDER BY leaf_index DESC LIMIT $3`
	args := []any{tree, below, exportPage}
	if q.Subject != uuid.Nil {
		query = `SELECT leaf_index, restricted, salt, content FROM records
			WHERE ` + ofSubject + ` AND leaf_index < $4 AND content IS NOT NULL ORDER BY leaf_index DESC LIMIT $5`
		args = []any{tree, s.subjectKey(q.Subject), q.Subject[:], below, exportPage}
	}
	return s.readPage(ctx, query, args)
}
