package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/web"
)

const (
	clients  = 512 // each waits for its answer before it sends the next decision
	rounds   = 5
	duration = 3 * time.Second // of one load
)

// The kinds of server to measure.
const (
	storing   = "storing"
	forgetful = "forgetful"
)

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

// measureServer compares decisions a second with and without a store, in turn on one machine. Each server is a process
// of its own, as in production: in one process with its clients, both would compete for the same threads.
func measureServer() error {
	sites, err := loadBuiltInSite()
	if err != nil {
		return err
	}
	version := sites[0].Current
	storingURL, stopStoring, err := startServer(storing)
	if err != nil {
		return err
	}
	defer stopStoring()
	forgetfulURL, stopForgetful, err := startServer(forgetful)
	if err != nil {
		return err
	}
	defer stopForgetful()
	var stored, answered, ratio, medians, slowest, bare []float64
	for range rounds {
		s, err := sendDecisions(storingURL, version)
		if err != nil {
			return err
		}
		a, err := sendDecisions(forgetfulURL, version)
		if err != nil {
			return err
		}
		waits, err := sendAtRate(storingURL, version, 0.7*s)
		if err != nil {
			return err
		}
		waitsWithoutStore, err := sendAtRate(forgetfulURL, version, 0.7*s)
		if err != nil {
			return err
		}
		stored, answered, ratio = append(stored, s), append(answered, a), append(ratio, s/a)
		medians, slowest = append(medians, percentile(waits, 50)), append(slowest, percentile(waits, 99))
		bare = append(bare, percentile(waitsWithoutStore, 99))
	}
	printFigure(fmt.Sprintf("decisions stored, %d clients", clients), median(stored), "a second", "")
	printFigure("the same server without a store", median(answered), "a second", "")
	printFigure("stored / without a store", median(ratio), "", "at least 0.5")
	printFigure("at 70 % of the stored: wait for a 201, median", median(medians), "ms", "")
	printFigure("at 70 % of the stored: wait for a 201, 99th percentile", median(slowest), "ms", "under 50")
	printFigure("the same, quietest round", slices.Min(slowest), "ms", "")
	printFigure("as many a second without a store: wait, 99th percentile", median(bare), "ms", "")
	return nil
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
	o := web.Options{Sites: sites, Ledger: store, Log: silentLog}
	if kind == forgetful {
		o.Ledger = forgetfulStore{store, new(sync.Once), new(ledger.Receipt)}
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

// percentile returns milliseconds.
func percentile(waits []time.Duration, percent int) float64 {
	slices.Sort(waits)
	return milliseconds(waits[min(len(waits)*percent/100, len(waits)-1)])
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func newClient() *http.Client {
	return &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients, MaxConnsPerHost: clients}}
}

// sendDecisions sends first decisions from many clients over real connections. Each client sends the next decision when
// the one before is answered.
func sendDecisions(url, version string) (perSecond float64, err error) {
	client := newClient()
	defer client.CloseIdleConnections()
	var mu sync.Mutex
	var wg sync.WaitGroup
	sent := 0
	began := time.Now()
	for range clients {
		wg.Go(func() {
			own := 0
			for ; time.Since(began) < duration; own++ {
				if e := post(client, url, version); e != nil {
					mu.Lock()
					err = e
					mu.Unlock()
					return
				}
			}
			mu.Lock()
			sent += own
			mu.Unlock()
		})
	}
	wg.Wait()
	return float64(sent) / time.Since(began).Seconds(), err
}

// sendAtRate sends decisions at a rate, even if those before are not answered yet. It returns how long each waited from
// the time when it was due.
func sendAtRate(url, version string, perSecond float64) (waits []time.Duration, err error) {
	client := newClient()
	defer client.CloseIdleConnections()
	var mu sync.Mutex
	var wg sync.WaitGroup
	const all = 2 * duration
	began := time.Now()
	for n := 0; ; n++ {
		due := began.Add(time.Duration(float64(n) / perSecond * float64(time.Second)))
		if due.Sub(began) > all {
			break
		}
		time.Sleep(time.Until(due))
		wg.Go(func() {
			e := post(client, url, version)
			mu.Lock()
			defer mu.Unlock()
			if e != nil {
				err = e
			}
			waits = append(waits, time.Since(due))
		})
	}
	wg.Wait()
	return waits, err
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

func median(list []float64) float64 {
	sorted := slices.Sorted(slices.Values(list))
	return sorted[len(sorted)/2]
}
