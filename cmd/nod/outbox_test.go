package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/ledger/proof"
	"github.com/nod-consent/nod/app/outbox"
	"github.com/nod-consent/nod/app/policy"
)

// newShopBox makes the box of a site with one webhook.
func newShopBox() *outbox.Box {
	site := &policy.Site{ID: "shop", Webhooks: []policy.Webhook{{ID: "mailer", URL: "https://hooks.example"}}}
	return outbox.NewBox(time.Now, []*policy.Site{site})
}

// openShopStore opens a new database with its key beside it.
func openShopStore(t *testing.T, hooks ledger.Hooks) (store *ledger.Store, dsn string) {
	t.Helper()
	dir := t.TempDir()
	key, err := proof.NewKey("consent.example")
	if err != nil {
		t.Fatal(err)
	}
	if err := proof.WriteKey(filepath.Join(dir, "nod.key"), key); err != nil {
		t.Fatal(err)
	}
	dsn = "sqlite:" + filepath.Join(dir, "nod.db")
	if store, err = ledger.Open(t.Context(), ledger.Options{DSN: dsn, Key: key, Hooks: hooks}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	return store, dsn
}

func TestDeadWebhooksAreListedAndSentAgain(t *testing.T) {
	// C-27
	box := newShopBox()
	store, dsn := openShopStore(t, box.Hooks())
	message := outbox.Message{ID: uuid.New(), Type: "request.created", At: time.Now()}
	if err := box.Add(t.Context(), store.WriteTables(), "shop", message); err != nil {
		t.Fatal(err)
	}
	if _, err := store.WriteTables().Exec(t.Context(), `UPDATE outbox SET state = 'dead', attempts = 10`); err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) (string, error) {
		c := newOutboxCommand()
		var out bytes.Buffer
		c.SetOut(&out)
		c.SetArgs(append(args, "--db", dsn))
		err := c.ExecuteContext(t.Context())
		return out.String(), err
	}
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"list"}, message.ID.String() + "  dead     shop/mailer  request.created  attempts 10, last status 0"},
		{[]string{"list", "--json"}, `"state":"dead"`},
		{[]string{"replay", "--id", uuid.NewString()}, "0 will be sent again"},
		{[]string{"replay"}, "1 will be sent again"},
		{[]string{"list"}, "waiting"},
	} {
		if out, err := run(test.args...); err != nil || !strings.Contains(out, test.want) {
			t.Errorf("%v: %s, error %v; want %q", test.args, out, err, test.want)
		}
	}
	if _, err := run("replay", "--id", "x"); err == nil {
		t.Error("an id that is not one was taken")
	}
}

func TestAnErasureByHandNotifiesTheWebhooksAndTakesWhatWaits(t *testing.T) {
	store, dsn := openShopStore(t, newShopBox().Hooks())
	e := entry(1)
	e.Site = "shop"
	if _, _, err := store.Append(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) {
		t.Helper()
		c := newRootCommand()
		c.SetOut(io.Discard)
		c.SetArgs(args)
		if err := c.ExecuteContext(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	sites := t.TempDir()
	run("init", filepath.Join(sites, "shop"), "--language", "en", "--name", "Shop")
	file, err := os.OpenFile(filepath.Join(sites, "shop", "site.yaml"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = file.WriteString("\nwebhooks:\n  - id: mailer\n    url: https://hooks.example\n")
	if err := errors.Join(err, file.Close()); err != nil {
		t.Fatal(err)
	}
	run("records", "erase", "--all", "--db", dsn, "--sites", sites, "--site", "shop",
		"--subject", e.Decision.Subject.String())
	undelivered, err := outbox.List(t.Context(), store.ReadDesk())
	if err != nil || len(undelivered) != 1 || undelivered[0].Type != "subject.erased" {
		t.Errorf("%+v wait, error %v; want the erasure only", undelivered, err)
	}
}
