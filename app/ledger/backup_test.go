package ledger

import (
	"bytes"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/nod-consent/nod/app/consent"
)

// backedUp is what a test stores before a backup and finds in the copy.
type backedUp struct {
	presentation  Presentation
	stays, erased Entry
	receipt       []byte // of stays
}

func storeBeforeBackup(t *testing.T, s *Store) (b backedUp) {
	t.Helper()
	b.presentation = Presentation{
		Site: testSite, Kind: Banner, Language: "en", Policy: "2024-01",
		HTML: "<p>é 档案</p>", Texts: "<h1>é 全文</h1>", Shown: "web:analytics",
	}
	b.presentation.Hash = PresentationHash(b.presentation)
	if err := s.PutPresentations(t.Context(), b.presentation); err != nil {
		t.Fatal(err)
	}
	b.erased, b.stays = newGrant(), newGrant()
	b.receipt = mustAppend(t, s, b.stays)
	mustAppend(t, s, b.erased)
	if _, err := s.Erase(t.Context(), testSite, b.erased.Decision.Subject); err != nil {
		t.Fatal(err)
	}
	return b
}

// check checks a copy of the database.
func (b backedUp) check(t *testing.T, copied *Store) {
	t.Helper()
	again, err := copied.Receipt(t.Context(), testSite, b.stays.Decision.ID)
	if err != nil || !bytes.Equal(encode(t, again), b.receipt) {
		t.Errorf("the receipt differs: %v", err)
	}
	p, err := copied.Presentation(t.Context(), testSite, b.presentation.Hash)
	if err != nil || p != b.presentation {
		t.Errorf("presentation %v, error %v", p, err)
	}
	_, err = copied.Record(t.Context(), testSite, b.erased.Decision.ID)
	wantError(t, err, ErrErased)
	ok, err := copied.Authorized(t.Context(), testSite, b.stays.Decision.Subject, b.stays.Secret)
	if err != nil || !ok {
		t.Errorf("the secret does not open it: %v", err)
	}
}

// keepAppending has four clients append until stop. It returns when each has begun.
func keepAppending(t *testing.T, s *Store) (stop func()) {
	t.Helper()
	var isStopped atomic.Bool
	var busy, begun sync.WaitGroup
	for range 4 {
		begun.Add(1)
		busy.Go(func() {
			for isFirst := true; !isStopped.Load(); isFirst = false {
				_, _, err := s.Append(t.Context(), newGrant())
				if isFirst {
					begun.Done()
				}
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	begun.Wait()
	return func() {
		isStopped.Store(true)
		busy.Wait()
	}
}

// C-35
func TestConcurrentBackupVerifiesAndCanBeContinued(t *testing.T) {
	rowsPerTx, stored := backupRows, 3000 // more than one transaction of a backup copies
	if testing.Short() {
		rowsPerTx, stored = 100, 250
	}
	for _, from := range testEngines {
		for _, to := range testEngines {
			t.Run("from "+from.name+" to "+to.name, func(t *testing.T) {
				key := testKey(t)
				s := openTest(t, from, Options{Key: key})
				before := storeBeforeBackup(t, s)
				appendMany(t, s, stored)

				stop := keepAppending(t, s)
				dsn, rows := to.dsn(t), 0
				err := s.backUp(t.Context(), dsn, rowsPerTx, func(n int) { rows = n })
				stop()
				if err != nil {
					t.Fatal(err)
				}
				wantError(t, s.Backup(t.Context(), dsn, func(int) {}), ErrNotEmpty)

				copied := openTest(t, to, Options{DSN: dsn, Key: key})
				var size int
				err = copied.read.db.QueryRow(`SELECT size FROM trees`).Scan(&size)
				if err != nil || size < stored+2 || rows < size {
					t.Fatalf("%d leaves, %d rows copied, error %v", size, rows, err)
				}
				checkTree(t, copied, testSite, size)
				before.check(t, copied)
				mustAppend(t, copied, newLater(before.stays, consent.Granted)) // it continues where the original was
				checkTree(t, copied, testSite, size+1)
				t.Logf("%d of %d leaves in the backup", size, s.Stats().Appended)
			})
		}
	}
}
