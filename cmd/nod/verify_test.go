//go:build !js

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/ledger/proof"
)

// makeReceipt makes a receipt of site yunzhijia by a server of this name, and returns the server's verifier key too.
func makeReceipt(t *testing.T, server string) (receipt []byte, verifier string) {
	t.Helper()
	key, err := proof.NewKey(server)
	if err != nil {
		t.Fatal(err)
	}
	store, err := ledger.Open(t.Context(), ledger.Options{DSN: "sqlite:" + filepath.Join(t.TempDir(), "nod.db"), Key: key})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	made, _, err := store.Append(t.Context(), entry(0))
	if err != nil {
		t.Fatal(err)
	}
	if receipt, err = made.Encode(); err != nil {
		t.Fatal(err)
	}
	return receipt, key.Verifier()
}

func TestAFileOfKeysHasOneInEachLine(t *testing.T) {
	const first, second = "one+023e6e42+AZbA5hfEMx1PHaxkkQ9G4JLDDXjNCGzBW", "two+9b2b695b+AQEBqBVTOZmPMUJcMThS5EKf4cuTwKn"
	for name, test := range map[string]struct {
		text, want, problem string
	}{
		"two lines":                {first + "\n" + second + "\n", first + " " + second, ""},
		"as Windows writes it":     {"\ufeff" + first + "\r\n", first, ""},
		"UTF-16":                   {"\xff\xfeo\x00n\x00e\x00", "", "is not a text in UTF-8"},
		"nothing but a blank line": {"\n", "", "is empty"},
		"a signing key too":        {first + "\nPRIVATE+KEY+one+023e6e42+AQ\n", "", "is a signing key"},
	} {
		file := filepath.Join(t.TempDir(), "consent.key")
		if err := os.WriteFile(file, []byte(test.text), 0o600); err != nil {
			t.Fatal(err)
		}
		keys, err := readVerifierKeys([]string{file})
		if test.problem != "" {
			wantMessage(t, name, err, test.problem)
		} else if got := strings.Join(keys, " "); err != nil || got != test.want {
			t.Errorf("%s: %q, error %v", name, got, err)
		}
	}
}

// A server can have any name, that of a site too.
func TestAVerifierKeyIsOfAServerOrASiteWhateverItsName(t *testing.T) {
	type made struct {
		receipt  []byte
		verifier string
	}
	names := []string{"consent.example", "yunzhijia", "xyunzhijia", "evil", "evil/yunzhijia", "evil/yunzhijia/yunzhijia"}
	servers := map[string]made{}
	for _, name := range names {
		receipt, verifier := makeReceipt(t, name)
		servers[name] = made{receipt, verifier}
	}
	for _, of := range names {
		for _, pinned := range names {
			keys, err := pinReceiptKeys(servers[of].receipt, []string{servers[pinned].verifier})
			if err != nil {
				t.Fatal(err)
			}
			v, err := ledger.Verify(servers[of].receipt, keys...)
			if isValid := err == nil && v.Pinned; isValid != (of == pinned) {
				t.Errorf("a receipt of server %s against the key of %s is valid: %v, error %v", of, pinned, isValid, err)
			}
		}
		site, err := proof.SiteVerifier(servers[of].verifier, "yunzhijia")
		if err != nil {
			t.Fatal(err)
		}
		keys, err := pinReceiptKeys(servers[of].receipt, []string{site})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ledger.Verify(servers[of].receipt, keys...); err != nil {
			t.Errorf("a receipt of server %s against the key of its site: error %v", of, err)
		}
	}
}

func TestAReceiptWritesNoLinesOfItsOwn(t *testing.T) {
	var out strings.Builder
	v := ledger.Verified{Key: "mine"}
	v.Record.Policy = "1\nsigned by yours"
	v.Record.Answers = map[string]consent.State{"a\x1b[2J\nleaf": consent.Granted, "档案": consent.Denied}
	printVerified(&out, v)
	for line := range strings.Lines(out.String()) {
		if strings.HasPrefix(line, "signed by yours") || strings.HasPrefix(line, "leaf:") || strings.Contains(line, "\x1b") {
			t.Errorf("line %q", line)
		}
	}
	if !strings.Contains(out.String(), "answer    档案: denied") {
		t.Errorf("a harmless text is changed too:\n%s", out.String())
	}
}
