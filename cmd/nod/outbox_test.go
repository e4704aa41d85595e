package main

import (
	"bytes"
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

func TestDeadWebhooksAreListedAndSentAgain(t *testing.T) {
	// C-27
	dir := t.TempDir()
	key, err := proof.NewKey("consent.example")
	if err != nil {
		t.Fatal(err)
	}
	if err := proof.WriteKey(filepath.Join(dir, "nod.key"), key); err != nil {
		t.Fatal(err)
	}
	dsn := "sqlite:" + filepath.Join(dir, "nod.db")
	store, err := ledger.Open(t.Context(), ledger.Options{DSN: dsn, Key: key})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	site := &policy.Site{ID: "shop", Webhooks: []policy.Webhook{{ID: "mailer", URL: "https://hooks.example"}}}
	box := outbox.NewBox(time.Now, []*policy.Site{site})
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
