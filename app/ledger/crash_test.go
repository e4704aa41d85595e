package ledger

import (
	"bufio"
	"bytes"
	"context"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/ledger/ledgertest"
	"github.com/nod-consent/nod/app/ledger/proof"
)

const (
	crashDSN = "NOD_TEST_CRASH_DSN"
	crashKey = "NOD_TEST_CRASH_KEY"
)

// startEngines starts the databases that are separate servers.
var startEngines = func() (stop func() error, err error) { return func() error { return nil }, nil }

// TestMain makes the test binary also the child of the test below.
func TestMain(m *testing.M) {
	if dsn := os.Getenv(crashDSN); dsn != "" {
		appendEndlessly(dsn)
	}
	os.Exit(ledgertest.Run(m, startEngines))
}

// appendEndlessly is the child: it appends, and prints each receipt once it has it.
func appendEndlessly(dsn string) {
	ctx := context.Background()
	key, err := proof.ReadKey(os.Getenv(crashKey))
	if err != nil {
		panic(err)
	}
	s, err := Open(ctx, Options{DSN: dsn, Key: key})
	if err != nil {
		panic(err)
	}
	var out sync.Mutex
	for range 16 {
		go func() {
			for {
				receipt, _, err := s.Append(ctx, newGrant())
				if err != nil {
					panic(err)
				}
				line, err := receipt.Encode()
				if err != nil {
					panic(err)
				}
				out.Lock()
				os.Stdout.Write(append(line, '\n'))
				out.Unlock()
			}
		}()
	}
	select {} // the parent kills it
}

// killsOf says how often the program is killed under load: with -short, as often as shows that killing works.
func killsOf(e testEngine) int {
	kills := map[string]int{"sqlite": 50, "postgres": 20}[e.name]
	if testing.Short() {
		return kills / 10
	}
	return kills
}

// C-35
func TestWhatWasAcknowledgedSurvivesACrash(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		opts := Options{DSN: e.dsn(t), Key: testKey(t)}
		keyFile := filepath.Join(t.TempDir(), "nod.key")
		if err := proof.WriteKey(keyFile, opts.Key); err != nil {
			t.Fatal(err)
		}
		acknowledged := map[uuid.UUID][]byte{}
		largest := int64(0)
		for range killsOf(e) {
			lines := appendUntilKilled(t, opts.DSN, keyFile, 1+rand.IntN(300))
			smallest, next := findTreeSizes(t, lines)
			if smallest <= largest {
				t.Fatalf("after a checkpoint of size %d came one of %d", largest, smallest)
			}
			largest = next
			for _, line := range lines {
				verified, err := Verify(line, pin(t, opts.Key, testSite))
				if err != nil {
					t.Fatal(err)
				}
				if _, isRepeated := acknowledged[verified.Record.ID]; isRepeated {
					t.Fatalf("%s was acknowledged twice", verified.Record.ID)
				}
				acknowledged[verified.Record.ID] = line
			}
		}
		s := openTest(t, e, opts)
		records := checkAcknowledged(t, s, acknowledged)
		mustAppend(t, s, newGrant())
		t.Logf("killed %d times: %d acknowledged, %d stored, 0 lost, 0 twice", killsOf(e), len(acknowledged), records)
	})
}

// findTreeSizes returns the sizes of the smallest and the largest tree that receipts have.
func findTreeSizes(t *testing.T, receipts [][]byte) (smallest, largest int64) {
	t.Helper()
	smallest = math.MaxInt64
	for _, line := range receipts {
		r, err := ParseReceipt(line)
		if err != nil {
			t.Fatal(err)
		}
		smallest, largest = min(smallest, r.TreeSize), max(largest, r.TreeSize)
	}
	return smallest, largest
}

// checkAcknowledged checks that each acknowledged record is stored once and has the receipt that it had then. A record
// can be stored that was never acknowledged. The result is the number of records.
func checkAcknowledged(t *testing.T, s *Store, receipts map[uuid.UUID][]byte) (records int) {
	t.Helper()
	var distinct int
	err := s.read.db.QueryRow(`SELECT count(*), count(DISTINCT id) FROM records`).Scan(&records, &distinct)
	if err != nil || records != distinct || records < len(receipts) {
		t.Fatalf("%d records, %d of them distinct, %d acknowledged, error %v", records, distinct, len(receipts), err)
	}
	for id, receipt := range receipts {
		stored, err := s.Receipt(t.Context(), testSite, id)
		if err != nil {
			t.Fatalf("an acknowledged record is lost: %v", err)
		}
		if !bytes.Equal(encode(t, stored), receipt) {
			t.Fatalf("the receipt of %s differs from the one before the crash", id)
		}
	}
	checkTree(t, s, testSite, records)
	return records
}

// appendUntilKilled starts the child, kills it after some receipts without warning, and returns all receipts that it
// printed completely.
func appendUntilKilled(t *testing.T, dsn, keyFile string, receipts int) [][]byte {
	t.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), crashDSN+"="+dsn, crashKey+"="+keyFile)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	deadline := time.AfterFunc(time.Minute, func() { child.Process.Kill() })
	defer deadline.Stop()
	var printed [][]byte
	for r := bufio.NewReader(out); ; {
		line, err := r.ReadString('\n')
		if err != nil { // the rest of the line is missing
			break
		}
		printed = append(printed, []byte(strings.TrimSuffix(line, "\n")))
		if len(printed) == receipts {
			if err := child.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	child.Wait() // says that it was killed
	if len(printed) < receipts {
		t.Fatalf("the child ended after %d receipts: %s", len(printed), printed)
	}
	return printed
}
