package ledger

import (
	"context"
	"time"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/policy"
)

// Statistics counts records, without erased ones.
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

// Statistics counts the selected records. It reads them all.
func (s *Store) Statistics(ctx context.Context, which Selection) (Statistics, error) {
	out := Statistics{
		Days: map[string]int{}, Actions: map[consent.Action]int{}, Platforms: map[policy.Platform]int{},
		Policies: map[string]int{}, Languages: map[string]int{}, Purposes: map[string]map[string]int{},
	}
	head, err := s.Head(ctx, which.Site)
	if err != nil {
		return out, err
	}
	err = s.walkRecords(ctx, which, head.Size, func(_ int64, _ Evidence, r Record) error {
		out.add(r)
		return nil
	}, func(int64) {})
	return out, err
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
			if s.Purposes[id] == nil {
				s.Purposes[id] = map[string]int{}
			}
			s.Purposes[id][state.String()]++
		}
	}
}
