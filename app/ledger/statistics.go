package ledger

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/policy"
)

// Statistics counts records, without erased ones. The database stores it as JSON: a migration that empties the table of
// segments goes with every change of it.
type Statistics struct {
	Records   int                       `json:"records"`
	Days      map[string]int            `json:"days"` // YYYY-MM-DD in UTC, by the time when the server received them
	Actions   map[consent.Action]int    `json:"actions"`
	Platforms map[policy.Platform]int   `json:"platforms"`
	Policies  map[string]int            `json:"policies"` // by version
	Languages map[string]int            `json:"languages"`
	Purposes  map[string]map[string]int `json:"purposes"` // granted and denied, by purpose and service
	GPC       int                       `json:"gpc"`      // the browser sent the signal with the decision
}

func newStatistics() Statistics {
	return Statistics{
		Days: map[string]int{}, Actions: map[consent.Action]int{}, Platforms: map[policy.Platform]int{},
		Policies: map[string]int{}, Languages: map[string]int{}, Purposes: map[string]map[string]int{},
	}
}

// Statistics counts the selected records. It adds up the stored counts of whole segments of the log, and reads the
// records of the other segments: the newest one, and those that are only partly in the selected period.
func (s *Store) Statistics(ctx context.Context, which Selection) (Statistics, error) {
	out := newStatistics()
	tree, size, err := s.findTree(ctx, which.Site)
	if err != nil {
		return out, err
	}
	if which.Subject != uuid.Nil {
		return out, s.addLeaves(ctx, &out, which, tree, 0, size)
	}
	complete := size / s.segmentLength
	for first := int64(0); first < complete; first += segmentsPerRead {
		err := s.addSegments(ctx, &out, which, tree, first, min(first+segmentsPerRead, complete))
		if err != nil {
			return out, err
		}
	}
	return out, s.addLeaves(ctx, &out, which, tree, complete*s.segmentLength, size)
}

// addLeaves counts the selected records of some leaves.
func (s *Store) addLeaves(ctx context.Context, out *Statistics, which Selection, tree, from, to int64) error {
	for page, err := range s.selectRecords(ctx, which, tree, from, to) {
		if err != nil {
			return err
		}
		for _, selected := range page.records {
			out.add(selected.record)
		}
	}
	return nil
}

// add counts one record.
func (s *Statistics) add(r Record) {
	s.Records++
	s.Days[r.ReceivedAt.UTC().Format(time.DateOnly)]++
	s.Actions[r.Action]++
	s.Platforms[r.Platform]++
	s.Policies[r.Policy]++
	s.Languages[r.Language]++
	if r.GPC {
		s.GPC++
	}
	for _, answers := range []map[string]consent.State{r.Answers, r.Services} {
		for id, state := range answers {
			s.addAnswers(id, state.String(), 1)
		}
	}
}

func (s *Statistics) addAnswers(id, state string, n int) {
	if s.Purposes[id] == nil {
		s.Purposes[id] = map[string]int{}
	}
	s.Purposes[id][state] += n
}

// addAll adds the counts of other records.
func (s *Statistics) addAll(other Statistics) {
	s.Records += other.Records
	s.GPC += other.GPC
	addCounts(s.Days, other.Days)
	addCounts(s.Actions, other.Actions)
	addCounts(s.Platforms, other.Platforms)
	addCounts(s.Policies, other.Policies)
	addCounts(s.Languages, other.Languages)
	for id, states := range other.Purposes {
		for state, n := range states {
			s.addAnswers(id, state, n)
		}
	}
}

func addCounts[K comparable](to, from map[K]int) {
	for key, n := range from {
		to[key] += n
	}
}
