package request

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/ledger/proof"
	"github.com/nod-consent/nod/app/outbox"
	"github.com/nod-consent/nod/app/policy"
)

// crashDSN and crashKey tell the child which database it writes to, and with which key.
const (
	crashDSN = "NOD_TEST_REQUEST_DSN"
	crashKey = "NOD_TEST_REQUEST_KEY"
)

// receiveEndlessly is the child: it takes requests, ends them, and prints each one that is stored.
func receiveEndlessly(dsn string) {
	fail := func(err error) {
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	key, err := proof.ReadKey(os.Getenv(crashKey))
	fail(err)
	store, err := ledger.Open(context.Background(), ledger.Options{DSN: dsn, Key: key})
	fail(err)
	site := testSite(&testing.T{}, make([]byte, 32))
	site.Webhooks = []policy.Webhook{{ID: "desk", URL: "https://hooks.example"}}
	desk := New(store, time.Now).Notify(outbox.NewBox(time.Now, []*policy.Site{site}))
	for {
		c, _, err := desk.Receive(context.Background(), site, newSubmission(Contact))
		fail(err)
		fmt.Println(c.ID, 1)
		_, err = desk.Withdraw(context.Background(), site, c.ID, 1)
		fail(err)
		fmt.Println(c.ID, 2)
	}
}

// killAndCheck kills a program that takes requests, again and again. What was acknowledged has to be there, once.
func killAndCheck(t *testing.T, kills int) {
	onEngines(t, func(t *testing.T, b *bench) {
		file := t.TempDir() + "/nod.key"
		if err := proof.WriteKey(file, b.key); err != nil {
			t.Fatal(err)
		}
		b.store.Close()
		acknowledged := map[uuid.UUID]int{}
		for n := range kills {
			child := exec.Command(os.Args[0], "-test.run=^$")
			child.Env = append(os.Environ(), crashDSN+"="+b.dsn, crashKey+"="+file)
			out, err := child.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			var failure strings.Builder
			child.Stderr = &failure
			if err := child.Start(); err != nil {
				t.Fatal(err)
			}
			lines := bufio.NewScanner(out)
			for count := 0; lines.Scan(); count++ {
				id, step, _ := strings.Cut(lines.Text(), " ")
				acknowledged[uuid.MustParse(id)] = int(step[0] - '0')
				if count == 3+n%7 {
					child.Process.Kill() // the pipe still has what it printed
				}
			}
			child.Wait()
			if failure.Len() > 0 {
				t.Fatal(failure.String())
			}
		}
		b.checkCrashed(file, acknowledged)
	})
}

// checkCrashed checks that states and leaves agree with each other and with what was acknowledged.
func (b *bench) checkCrashed(file string, acknowledged map[uuid.UUID]int) {
	b.t.Helper()
	key, err := proof.ReadKey(file)
	if err != nil {
		b.t.Fatal(err)
	}
	if b.store, err = ledger.Open(b.t.Context(), ledger.Options{DSN: b.dsn, Key: key}); err != nil {
		b.t.Fatal(err)
	}
	defer b.store.Close()
	cases, err := readCases(b.t.Context(), b.store.ReadDesk(), `WHERE site = $1`, "portal")
	if err != nil {
		b.t.Fatal(err)
	}
	leaves := 0
	for _, c := range cases {
		leaves += len(c.Events)
		want := map[State]int{Verified: 1, Withdrawn: 2}[c.Items[0].State]
		if len(c.Events) != want || acknowledged[c.ID] > want {
			b.t.Errorf("case %s is %s, has %d events, and %d were acknowledged",
				c.ID, c.Items[0].State, len(c.Events), acknowledged[c.ID])
		}
		delete(acknowledged, c.ID)
	}
	if len(acknowledged) > 0 {
		b.t.Errorf("%d acknowledged requests are lost", len(acknowledged))
	}
	b.checkTree(leaves)
	undelivered, err := outbox.List(b.t.Context(), b.store.ReadDesk())
	if err != nil || len(undelivered) != leaves { // each step is an event that the webhook wants
		b.t.Errorf("%d webhooks for %d steps, error %v", len(undelivered), leaves, err)
	}
	b.t.Logf("%d cases, %d leaves", len(cases), leaves)
}

func TestARequestSurvivesTheDeathOfTheProgram(t *testing.T) {
	// C-35
	killAndCheck(t, 3)
}
