package ledger

import (
	"bytes"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/nod-consent/nod/app/consent"
)

// C-35
func TestConcurrentBackupVerifiesAndCanBeContinued(t *testing.T) {
	for _, from := range testEngines {
		for _, to := range testEngines {
			t.Run("from "+from.name+" to "+to.name, func(t *testing.T) {
				key := testKey(t)
				s := openTest(t, from, Options{Key: key})
				presentation := Presentation{
					Site: testSite, Kind: Banner, Language: "en", Policy: "2024-01", HTML: "<p>é 档案</p>", Texts: "<h1>é 全文</h1>",
				}
				presentation.Hash = PresentationHash(presentation)
				if err := s.PutPresentation(t.Context(), presentation); err != nil {
					t.Fatal(err)
				}
				erased, other := newGrant(), newGrant()
				receipt := mustAppend(t, s, other)
				mustAppend(t, s, erased)
				if _, err := s.Erase(t.Context(), testSite, erased.Decision.Subject); err != nil {
					t.Fatal(err)
				}
				rowsPerTx, stored := backupRows, 3000 // more than one transaction of a backup copies
				if testing.Short() {
					rowsPerTx, stored = 100, 250
				}
				appendMany(t, s, stored)

				var stop atomic.Bool
				var busy, begun sync.WaitGroup
				for range 4 {
					begun.Add(1)
					busy.Go(func() {
						for first := true; !stop.Load(); first = false {
							_, _, err := s.Append(t.Context(), newGrant())
							if first {
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
				dsn, rows := to.dsn(t), 0
				err := s.backUp(t.Context(), dsn, rowsPerTx, func(n int) { rows = n })
				stop.Store(true)
				busy.Wait()
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
				again, err := copied.Receipt(t.Context(), testSite, other.Decision.ID)
				if err != nil || !bytes.Equal(encode(t, again), receipt) {
					t.Errorf("the receipt differs: %v", err)
				}
				if l, err := copied.Presentation(t.Context(), testSite, presentation.Hash); err != nil || l != presentation {
					t.Errorf("presentation %v, error %v", l, err)
				}
				_, err = copied.Record(t.Context(), testSite, erased.Decision.ID)
				wantError(t, err, ErrErased)
				ok, err := copied.Authorized(t.Context(), testSite, other.Decision.Subject, other.Secret)
				if err != nil || !ok {
					t.Errorf("the secret does not open it: %v", err)
				}
				mustAppend(t, copied, newLater(other, consent.Granted)) // it continues where the original was
				checkTree(t, copied, testSite, size+1)
				t.Logf("%d of %d leaves in the backup", size, s.Stats().Appended)
			})
		}
	}
}
