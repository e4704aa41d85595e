package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"
)

const (
	// segmentLength is the number of leaves whose statistics are stored together. To count that many takes about 30 ms,
	// once, while appends wait. A migration that empties the table of segments goes with every change of it.
	segmentLength = 2048

	// segmentsPerRead is the number of segments that are read at once, some 2 KB each.
	segmentsPerRead = 256
)

// segment is the statistics of a complete segment of the log. It is stored when it is first asked for, so appending a
// record costs nothing more. It stays right because a record never changes, and erasing one deletes it.
type segment struct {
	First      time.Time  `json:"first"` // when the server received the earliest and the latest record
	Last       time.Time  `json:"last"`
	Statistics Statistics `json:"statistics"`
}

const (
	selectSegments = `SELECT segment, statistics FROM segments WHERE tree = $1 AND segment >= $2 AND segment < $3`
	insertSegment  = `INSERT INTO segments (tree, segment, statistics) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`

	// $2 is the length of a segment, $3 the subject. For the tree, see ofSubject.
	deleteSegmentsOf = `DELETE FROM segments WHERE tree = $1 AND segment IN
		(SELECT leaf_index / $2 FROM records WHERE tree + 0 = $1 AND subject = $3)`
	deleteSegment = `DELETE FROM segments WHERE tree = $1 AND segment = $2`
)

// addSegments counts the selected records of the segments from first to before end.
func (s *Store) addSegments(
	ctx context.Context, out *Statistics, which Selection, tree, first, end int64,
) error {
	stored, err := s.readSegments(ctx, tree, first, end)
	if err != nil {
		return err
	}
	for number := first; number < end; number++ {
		segment, ok := stored[number]
		if !ok {
			if segment, err = s.countSegment(ctx, which.Site, number); err != nil {
				return fmt.Errorf("count records: %w", err)
			}
		}
		hasFirst, hasLast := which.includes(segment.First), which.includes(segment.Last)
		switch {
		case segment.Statistics.Records == 0:
		case hasFirst && hasLast:
			out.addAll(segment.Statistics)
		case hasFirst || hasLast || segment.First.Before(which.From) && segment.Last.After(which.From):
			from := number * s.segmentLength
			if err := s.addLeaves(ctx, out, which, tree, from, from+s.segmentLength); err != nil {
				return err
			}
		}
	}
	return nil
}

// readSegments reads the stored segments from first to before end.
func (s *Store) readSegments(ctx context.Context, tree, first, end int64) (map[int64]segment, error) {
	const action = "read statistics"
	rows, err := s.read.queryRows(ctx, selectSegments, tree, first, end)
	if err != nil {
		return nil, wrapUnavailable(action, err)
	}
	defer rows.Close()
	found := map[int64]segment{}
	for rows.Next() {
		var number int64
		var text sql.RawBytes
		if err := rows.Scan(&number, &text); err != nil {
			return nil, wrapUnavailable(action, err)
		}
		var segment segment
		if err := json.Unmarshal(text, &segment); err != nil {
			return nil, fmt.Errorf("%s of segment %d: %w", action, number, err)
		}
		found[number] = segment
	}
	if err := rows.Err(); err != nil {
		return nil, wrapUnavailable(action, err)
	}
	return found, nil
}

// countSegment counts the records of a complete segment and stores the result. It locks the tree, so that no erasure
// comes between.
func (s *Store) countSegment(ctx context.Context, site string, number int64) (counted segment, err error) {
	err = s.withTree(ctx, site, func(ctx context.Context, tx treeTx) error {
		from := number * s.segmentLength
		rows, err := tx.QueryContext(ctx, selectEvidence+`tree = $1 AND leaf_index >= $2 AND leaf_index < $3`,
			tx.tree, from, from+s.segmentLength)
		if err != nil {
			return err
		}
		page, err := scanEvidence(rows)
		if err != nil {
			return err
		}
		if counted, err = countEvidence(page); err != nil {
			return err
		}
		text, err := json.Marshal(counted)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, insertSegment, tx.tree, number, string(text))
		return err
	})
	return counted, err
}

func countEvidence(all []Evidence) (segment, error) {
	counted := segment{Statistics: newStatistics()}
	for i, e := range all {
		record, err := e.Parse()
		if err != nil {
			return segment{}, fmt.Errorf("leaf %d: %w", e.LeafIndex, err)
		}
		counted.Statistics.add(record)
		if i == 0 || record.ReceivedAt.Before(counted.First) {
			counted.First = record.ReceivedAt
		}
		if record.ReceivedAt.After(counted.Last) {
			counted.Last = record.ReceivedAt
		}
	}
	return counted, nil
}
