package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/web"
)

const (
	clients  = 512 // each waits for its answer before it sends the next decision
	rounds   = 3
	duration = 3 * time.Second // of one load

	rateDuration = 10 * time.Second // of a load at a constant rate
	mostSent     = 45_000           // decisions of one load at most
)

// forgetful is a kind of server to measure: forgetfulStore.
const forgetful = "forgetful"

// forgetfulStore is a ledger that stores only its first decision, and answers the others with that receipt. It shows
// what the server costs besides the store.
type forgetfulStore struct {
	*ledger.Store
	once    *sync.Once
	receipt *ledger.Receipt
}

func (f forgetfulStore) Append(ctx context.Context, e ledger.Entry) (r ledger.Receipt, repeated bool, err error) {
	f.once.Do(func() { *f.receipt, _, err = f.Store.Append(ctx, e) })
	return *f.receipt, false, err
}

// serverFigures are those of the rounds of measureServer.
type serverFigures struct{ stored, answered, ratio, medians, p99, slowest, late, bare, disk, inMemory []float64 }

// measureServer compares decisions a second with and without a store, in turn on one machine. Then it sends 70 % of
// what the server stores, at a constant rate. Servers and clients are processes of their own.
func measureServer(program string) error {
	sites, err := loadBuiltInSite()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "nod-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if program, err = filepath.Abs(program); err != nil {
		return err
	}
	real, _, err := startProgram(program, "--db", "sqlite:"+filepath.Join(dir, "nod.db"))
	if err != nil {
		return err
	}
	defer real.stop() //nolint:errcheck // it has done its work
	forgetfulURL, stopForgetful, err := startServer(forgetful)
	if err != nil {
		return err
	}
	defer stopForgetful()
	var f serverFigures
	for range rounds {
		if err := f.addRound(real.url, forgetfulURL, sites[0].Current); err != nil {
			return err
		}
		wait, err := measureDisk(dir)
		if err != nil {
			return err
		}
		f.disk = append(f.disk, wait)
		if err := f.addInMemory(program, sites[0].Current); err != nil {
			return err
		}
	}
	f.print()
	return nil
}

// memoryFolder is a folder without a disk, where there is one. Other load on a machine makes its disk slow at times.
const memoryFolder = "/dev/shm"

// addInMemory sends as many decisions a second to a server whose database is in memory. It shows what the server itself
// costs of the waits.
func (f *serverFigures) addInMemory(program, version string) error {
	dir, err := os.MkdirTemp(memoryFolder, "nod-bench-")
	if err != nil {
		return nil //nolint:nilerr // the folder is missing: one figure less
	}
	defer os.RemoveAll(dir)
	s, _, err := startProgram(program, "--db", databaseIn(dir))
	if err != nil {
		return err
	}
	waits, err := runLoad(loadOptions{
		URL: s.url, Version: version, PerSecond: 0.7 * f.stored[len(f.stored)-1], Connections: clients,
		Duration: 2 * duration,
	})
	f.inMemory = append(f.inMemory, waits.P99)
	_, stopErr := s.stop()
	return errors.Join(err, stopErr)
}

// measureDisk measures how long the disk takes for a write of the size of a commit: the 99th percentile.
func measureDisk(dir string) (float64, error) {
	file, err := os.CreateTemp(dir, "disk")
	if err != nil {
		return 0, err
	}
	defer file.Close()
	var waits []time.Duration
	for range 200 {
		began := time.Now()
		_, err := file.Write(make([]byte, 64<<10))
		if err = errors.Join(err, file.Sync()); err != nil {
			return 0, err
		}
		waits = append(waits, time.Since(began))
	}
	return percentile(waits, 99), nil
}

func (f *serverFigures) addRound(storing, forgetful, version string) error {
	stored, err := sendDecisions(storing, version)
	if err != nil {
		return err
	}
	answered, err := sendDecisions(forgetful, version)
	if err != nil {
		return err
	}
	atRate := loadOptions{
		Version: version, PerSecond: 0.7 * stored, Connections: clients, URL: storing, Duration: rateDuration,
	}
	waits, err := runLoad(atRate)
	if err != nil {
		return err
	}
	atRate.URL, atRate.Duration = forgetful, duration
	bare, err := runLoad(atRate)
	if err != nil {
		return err
	}
	f.stored, f.answered = append(f.stored, stored), append(f.answered, answered)
	f.ratio = append(f.ratio, stored/answered)
	f.medians, f.p99 = append(f.medians, waits.Median), append(f.p99, waits.P99)
	f.slowest, f.late = append(f.slowest, waits.Slowest), append(f.late, waits.Late)
	f.bare = append(f.bare, bare.P99)
	return nil
}

func (f *serverFigures) print() {
	printFigure(fmt.Sprintf("decisions stored, %d clients", clients), median(f.stored), "a second", "")
	printFigure("the same server without a store", median(f.answered), "a second", "")
	printFigure("stored / without a store", median(f.ratio), "", "at least 0.5")
	printFigure("at 70 % of the stored: wait for a 201, median", median(f.medians), "ms", "")
	printFigure("at 70 % of the stored: wait for a 201, 99th percentile", median(f.p99), "ms", "under 40")
	printFigure("quietest round: 99th percentile", slices.Min(f.p99), "ms", "")
	if len(f.inMemory) > 0 {
		printFigure("database in memory: 99th percentile", median(f.inMemory), "ms", "under 40")
	}
	printFigure("the disk alone, a write of 64 KB, 99th percentile", median(f.disk), "ms", "")
	printFigure("the slowest wait of all, median of the rounds", median(f.slowest), "ms", "")
	printFigure("how late the client itself was, 99th percentile", median(f.late), "ms", "")
	printFigure("as many a second without a store: wait, 99th percentile", median(f.bare), "ms", "")
}

// startServer starts this program again, as a server of that kind.
func startServer(kind string) (url string, stop func(), err error) {
	c := exec.Command(os.Args[0], "-serve", kind)
	c.Stderr = os.Stderr
	in, err := c.StdinPipe()
	if err != nil {
		return "", nil, err
	}
	out, err := c.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	if err := c.Start(); err != nil {
		return "", nil, err
	}
	stop = func() { in.Close(); c.Wait() }
	if _, err := fmt.Fscanln(out, &url); err != nil {
		stop()
		return "", nil, fmt.Errorf("start the %s server: %w", kind, err)
	}
	return url, stop, nil
}

// serve runs such a server until its standard input ends, as it does when the other process ends.
func serve(kind string) error {
	sites, store, done, err := open()
	if err != nil {
		return err
	}
	defer done()
	if kind != forgetful {
		return fmt.Errorf("-serve %q: the only kind is %s", kind, forgetful)
	}
	o := web.Options{
		Sites: sites, Ledger: forgetfulStore{store, new(sync.Once), new(ledger.Receipt)}, Log: silentLog,
	}
	handler, err := web.New(context.Background(), o)
	if err != nil {
		return err
	}
	s := httptest.NewServer(handler)
	defer s.Close()
	fmt.Println(s.URL)
	io.Copy(io.Discard, os.Stdin)
	return nil
}

// sendDecisions sends first decisions from many clients over real connections. Each client sends the next decision when
// the one before is answered.
func sendDecisions(url, version string) (perSecond float64, err error) {
	r, err := runLoad(loadOptions{URL: url, Version: version, Connections: clients, Duration: duration, Most: mostSent})
	return r.PerSecond, err
}

// firstDecision is the decision of a new subject.
func firstDecision(version string) (body []byte, err error) {
	id := uuid.Must(uuid.NewV7())
	return json.Marshal(map[string]any{
		"id": id, "previous": nil, "subject": uuid.New(), "secret": makeSecret(id), "policy": version, "language": "zh-CN",
		"platform": "web", "action": "save", "answers": map[string]string{"functional": "granted", "analytics": "denied",
			"beacons": "denied"},
		"decided_at": time.Now().UTC().Format(time.RFC3339Nano), "presentation": "custom", "gpc": false,
	})
}

const decisionsPath = "/v1/yunzhijia/decisions"

func post(client *http.Client, url, version string) error {
	body, err := firstDecision(version)
	if err != nil {
		return err
	}
	r, err := client.Post(url+decisionsPath, "application/json", bytes.NewReader(body))
	if err != nil {
		return err
	}
	defer r.Body.Close()
	answer, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	if r.StatusCode != http.StatusCreated {
		return fmt.Errorf("decision: %s: %s", r.Status, answer)
	}
	return nil
}

// makeSecret makes the 32 bytes of a secret from an id: a measurement needs no random ones.
func makeSecret(id uuid.UUID) string {
	return base64.RawURLEncoding.EncodeToString(slices.Concat(id[:], id[:]))
}
