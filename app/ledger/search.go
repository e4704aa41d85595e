package ledger

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/policy"
)

// Query is what an administrator looks for. An empty field matches everything.
type Query struct {
	Selection
	Action   consent.Action
	Policy   string
	Platform policy.Platform
	Purpose  string        // a purpose or service that the decision answers,
	State    consent.State // with this answer; Unasked: any
}

// Found is a page of what was found, the newest first.
type Found struct {
	Records []IndexedRecord `json:"records"`
	Next    int64           `json:"next,omitempty"` // the search continues below this leaf; 0: it is complete
}

// IndexedRecord is a record with the index of its leaf.
type IndexedRecord struct {
	Record
	LeafIndex  int64 `json:"leaf_index"`
	Restricted bool  `json:"restricted,omitempty"`
}

// searchRows is the number of records that one search reads at most. A search for something rare continues from Next.
const searchRows = 20_000

// Search looks for records below a leaf (0: from the newest on), and returns at most limit of them.
func (s *Store) Search(ctx context.Context, q Query, below int64, limit int) (Found, error) {
	tree, size, err := s.findTree(ctx, q.Site)
	if err != nil {
		return Found{}, err
	}
	if below <= 0 || below > size {
		below = size
	}
	var found Found
	for read := 0; below > 0; {
		page, err := s.readSearchPage(ctx, q, tree, below)
		if err != nil {
			return Found{}, err
		}
		for _, e := range page {
			record, err := e.Parse()
			if err != nil {
				return Found{}, fmt.Errorf("leaf %d: %w", e.LeafIndex, err)
			}
			read++
			below = e.LeafIndex
			if q.matches(record) {
				found.Records = append(found.Records, IndexedRecord{record, e.LeafIndex, e.Restricted})
			}
			if len(found.Records) == limit || read == searchRows {
				found.Next = below
				return found, nil
			}
		}
		if len(page) < exportRows {
			break
		}
	}
	return found, nil
}

func (q *Query) matches(r Record) bool {
	switch {
	case !q.includes(r.ReceivedAt),
		q.Action != "" && r.Action != q.Action,
		q.Policy != "" && r.Policy != q.Policy,
		q.Platform != "" && r.Platform != q.Platform:
		return false
	case q.Purpose != "":
		state := r.State(q.Purpose)
		return state != consent.Unasked && (q.State == consent.Unasked || q.State == state)
	}
	return true
}

func (s *Store) readSearchPage(ctx context.Context, q Query, tree, below int64) ([]Evidence, error) {
	query := selectEvidence + `tree = $1 AND leaf_index < $2 ORDER BY leaf_index DESC LIMIT $3`
	args := []any{tree, below, exportRows}
	if q.Subject != uuid.Nil {
		query = selectEvidence + ofSubject + ` AND leaf_index < $3 ORDER BY leaf_index DESC LIMIT $4`
		args = []any{tree, q.Subject[:], below, exportRows}
	}
	return s.readPage(ctx, query, args)
}
