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
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/web"
)

const (
	clients  = 512 // each waits for its answer: so many decisions are under way
	rounds   = 5
	duration = 3 * time.Second // of one load
)

// forgetful is a ledger that keeps nothing after its first decision, and answers with that one's receipt: what the
// server does besides keeping.
type forgetful struct {
	*ledger.Store
	once    *sync.Once
	receipt *ledger.Receipt
}

func (f forgetful) Append(ctx context.Context, e ledger.Entry) (r ledger.Receipt, repeated bool, err error) {
	f.once.Do(func() { *f.receipt, _, err = f.Store.Append(ctx, e) })
	return *f.receipt, false, err
}

// server compares decisions a second with and without a store, in turn on one machine. Each server is a process of its
// own, as in earnest: in one with its clients, every answer would queue for the same two or so threads as the next
// questions.
func server() error {
	sites, err := builtIn()
	if err != nil {
		return err
	}
	version := sites[0].Current
	keeping, stopKeeping, err := serverProcess("keeping")
	if err != nil {
		return err
	}
	defer stopKeeping()
	forgetting, stopForgetting, err := serverProcess("forgetting")
	if err != nil {
		return err
	}
	defer stopForgetting()
	var kept, answered, ratio, middle, late, bare []float64
	for range rounds {
		k, err := sendDecisions(keeping, version)
		if err != nil {
			return err
		}
		a, err := sendDecisions(forgetting, version)
		if err != nil {
			return err
		}
		waits, err := pace(keeping, version, 0.7*k)
		if err != nil {
			return err
		}
		without, err := pace(forgetting, version, 0.7*k)
		if err != nil {
			return err
		}
		kept, answered, ratio = append(kept, k), append(answered, a), append(ratio, k/a)
		middle, late, bare = append(middle, percentile(waits, 50)), append(late, percentile(waits, 99)),
			append(bare, percentile(without, 99))
	}
	row(fmt.Sprintf("decisions kept, %d clients", clients), median(kept), "a second", "")
	row("the same server without a store", median(answered), "a second", "")
	row("kept / without a store", median(ratio), "", "at least 0.5")
	row("at 70 % of the kept: wait for a 201, median", median(middle), "ms", "")
	row("at 70 % of the kept: wait for a 201, 99th percentile", median(late), "ms", "under 50")
	row("the same, quietest round", slices.Min(late), "ms", "")
	row("as many a second without a store: wait, 99th percentile", median(bare), "ms", "")
	return nil
}

// serverProcess starts this program again, as a server that keeps what it is sent or forgets it.
func serverProcess(kind string) (url string, stop func(), err error) {
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

// serve is what such a process does, until its standard input ends, as it does with whoever started it.
func serve(kind string) error {
	sites, store, done, err := open()
	if err != nil {
		return err
	}
	defer done()
	o := web.Options{Sites: sites, Ledger: store, Log: quiet}
	if kind == "forgetting" {
		o.Ledger = forgetful{store, new(sync.Once), new(ledger.Receipt)}
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

// percentile is in milliseconds.
func percentile(waits []time.Duration, percent int) float64 {
	slices.Sort(waits)
	return milliseconds(waits[min(len(waits)*percent/100, len(waits)-1)])
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func newClient() *http.Client {
	return &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients, MaxConnsPerHost: clients}}
}

// sendDecisions sends first decisions from many clients for a while over real connections, each as soon as the one
// before is answered.
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

// pace sends decisions at a rate, whether those before are answered or not, and gives how long each waited from the
// moment it was due.
func pace(url, version string, perSecond float64) (took []time.Duration, err error) {
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
			took = append(took, time.Since(due))
		})
	}
	wg.Wait()
	return took, err
}

// firstDecision is that of a new subject.
func firstDecision(version string) (body []byte, err error) {
	id := uuid.Must(uuid.NewV7())
	return json.Marshal(map[string]any{
		"id": id, "previous": nil, "subject": uuid.New(), "secret": sha(id), "policy": version, "language": "zh-CN",
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

// sha makes a secret's 32 bytes out of an id: any will do here.
func sha(id uuid.UUID) string {
	return base64.RawURLEncoding.EncodeToString(slices.Concat(id[:], id[:]))
}

func median(list []float64) float64 {
	sorted := slices.Sorted(slices.Values(list))
	return sorted[len(sorted)/2]
}

// memory starts the built program and reads what it holds at rest, after some work.
func memory(program string) error {
	dir, err := os.MkdirTemp("", "nod-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	program, err = filepath.Abs(program)
	if err != nil {
		return err
	}
	c := exec.Command(program, "serve", "--addr", "127.0.0.1:18731", "--db", "sqlite:"+filepath.Join(dir, "nod.db"))
	if err := c.Start(); err != nil {
		return fmt.Errorf("start %s: %w; make build", program, err)
	}
	defer func() { c.Process.Kill(); c.Wait() }()
	url := "http://127.0.0.1:18731"
	for tries := 0; ; tries++ {
		if r, err := http.Get(url + "/readyz"); err == nil {
			r.Body.Close()
			break
		} else if tries > 100 {
			return err
		}
		time.Sleep(100 * time.Millisecond)
	}
	before, err := resident(c.Process.Pid)
	if err != nil {
		return err
	}
	sites, err := builtIn()
	if err != nil {
		return err
	}
	for range 1000 {
		if err := post(http.DefaultClient, url, sites[0].Current); err != nil {
			return err
		}
	}
	time.Sleep(2 * time.Second)
	after, err := resident(c.Process.Pid)
	if err != nil {
		return err
	}
	row("server at rest, after its start", before, "MB resident", "under 60")
	row("server at rest, after 1000 decisions", after, "MB resident", "under 60")
	return nil
}

func resident(pid int) (megabytes float64, err error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		if value, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, err := strconv.Atoi(strings.Fields(value)[0])
			return float64(kb) / 1024, err
		}
	}
	return 0, fmt.Errorf("no VmRSS in the status of process %d", pid)
}
