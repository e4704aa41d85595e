package ledger

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

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
	stop, err := startEngines()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	status := m.Run()
	if err := stop(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		status = 1
	}
	os.Exit(status)
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
		var acknowledged [][]byte
		largest := int64(0)
		for range killsOf(e) {
			got := appendUntilKilled(t, opts.DSN, keyFile, 1+rand.IntN(300))
			acknowledged = append(acknowledged, got...)
			// A checkpoint is never smaller than the one before it.
			smallest := int64(math.MaxInt64)
			next := largest
			for _, line := range got {
				r, err := ParseReceipt(line)
				if err != nil {
					t.Fatal(err)
				}
				smallest, next = min(smallest, r.TreeSize), max(next, r.TreeSize)
			}
			if smallest <= largest {
				t.Fatalf("after a checkpoint of size %d came one of %d", largest, smallest)
			}
			largest = next
		}

		s := openTest(t, e, opts)
		ids := map[string]bool{}
		for _, line := range acknowledged {
			verified, err := Verify(line, pin(t, opts.Key, testSite))
			if err != nil {
				t.Fatal(err)
			}
			id := verified.Record.ID
			if ids[id.String()] {
				t.Fatalf("%s was acknowledged twice", id)
			}
			ids[id.String()] = true
			stored, err := s.Receipt(t.Context(), testSite, id)
			if err != nil {
				t.Fatalf("an acknowledged record is lost: %v", err)
			}
			if !bytes.Equal(encode(t, stored), line) {
				t.Fatalf("the receipt of %s differs from the one before the crash", id)
			}
		}
		// A record may be stored that the child had no time to print. None may be there twice.
		var records, distinct int
		err := s.read.db.QueryRow(`SELECT count(*), count(DISTINCT id) FROM records`).Scan(&records, &distinct)
		if err != nil {
			t.Fatal(err)
		}
		if records != distinct || records < len(acknowledged) {
			t.Errorf("%d records, %d of them distinct, %d acknowledged", records, distinct, len(acknowledged))
		}
		checkTree(t, s, testSite, records)
		mustAppend(t, s, newGrant())
		t.Logf("killed %d times: %d acknowledged, %d stored, 0 lost, 0 twice", killsOf(e), len(acknowledged), records)
	})
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
