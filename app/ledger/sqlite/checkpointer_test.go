package sqlite

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

const (
	never    = math.MaxInt
	rowPages = 10
)

// writeRows has four clients write so much that the log would have more than a thousand pages.
func writeRows(t *testing.T, e *Engine) (rows int) {
	t.Helper()
	if _, err := e.Writer().Exec(`CREATE TABLE rows (content BLOB)`); err != nil {
		t.Fatal(err)
	}
	const clients, each = 4, 30
	var writing sync.WaitGroup
	for range clients {
		writing.Go(func() {
			for range each {
				if _, err := e.Writer().Exec(`INSERT INTO rows VALUES (randomblob(?))`, rowPages*pageSize); err != nil {
					t.Error(err)
				}
			}
		})
	}
	writing.Wait()
	return clients * each
}

func TestConcurrentCheckpointsKeepTheLogShort(t *testing.T) {
	const logPage = pageSize + 24 // with its header
	for name, test := range map[string]struct {
		policy       checkpointPolicy
		log          string // "short": it restarted
		isDatabaseUp bool   // the rows were copied into the database
	}{
		// The log also restarts if a copy beside the writer ends while nobody writes.
		"copied beside the writer": {checkpointPolicy{copyEvery: 50, restartFrom: never}, "short or long", true},
		"copied by the writer":     {checkpointPolicy{copyEvery: never, restartFrom: 200}, "short", true},
		"copied by both":           {checkpointPolicy{copyEvery: 50, restartFrom: 200}, "short", true},
		"not copied":               {checkpointPolicy{copyEvery: never, restartFrom: never}, "long", false},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "nod.db")
			e, err := open(t.Context(), Options{Path: path, LockTimeout: 5000}, test.policy)
			if err != nil {
				t.Fatal(err)
			}
			defer e.Close()
			rows := writeRows(t, e)
			e.checkpointer.wait()
			log, err := os.Stat(path + "-wal")
			if err != nil {
				t.Fatal(err)
			}
			database, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			length := "long"
			if log.Size() < 600*logPage {
				length = "short"
			}
			if !strings.Contains(test.log, length) {
				t.Errorf("the log has %d pages; it should be %s", log.Size()/logPage, test.log)
			}
			if isUp := database.Size() > int64(rows)*rowPages/2*pageSize; isUp != test.isDatabaseUp {
				t.Errorf("the database has %d pages", database.Size()/pageSize)
			}
			var stored int
			if err := e.Reader().QueryRow(`SELECT count(*) FROM rows`).Scan(&stored); err != nil || stored != rows {
				t.Errorf("%d rows are stored, error %v: want %d", stored, err, rows)
			}
		})
	}
}
