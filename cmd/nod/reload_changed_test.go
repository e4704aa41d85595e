//go:build !js

package main

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nod-consent/nod/app/ledger"
)

// answered is a ledger in which these versions have a record.
type answered map[string]bool

func (a answered) Search(_ context.Context, q ledger.Query, _ int64, _ int) (found ledger.Found, err error) {
	if a[q.Site+" "+q.Policy] {
		found.Records = make([]ledger.IndexedRecord, 1)
	}
	return found, nil
}

func TestTheServerWarnsOfAnAnsweredVersionThatIsChanged(t *testing.T) {
	const material, minor = "en: Counts visits, so that we know which pages are read.", "      - stats.example.com"
	for name, test := range map[string]struct {
		from, to   string
		isAnswered bool
		warns      bool
	}{
		"another meaning":                   {material, "en: Follows you everywhere.", true, true},
		"another meaning, without a record": {material, "en: Follows you everywhere.", false, false},
		"another host":                      {minor, "      - other.example.com", true, false},
		"nothing":                           {"# The first layer", "# the first layer", true, false},
	} {
		t.Run(name, func(t *testing.T) {
			o := initOptions{dir: filepath.Join(t.TempDir(), "shop"), languages: []string{"en"}}.withDefaults(englishWords)
			written, err := initSite(o, serverAddress{defaultAddr, "http://localhost:8080"})
			if err != nil {
				t.Fatal(err)
			}
			before, err := loadSites(filepath.Dir(o.dir))
			if err != nil {
				t.Fatal(err)
			}
			text, err := os.ReadFile(written.Files[1])
			if err != nil || !strings.Contains(string(text), test.from) {
				t.Fatalf("the policy has no %q, error %v", test.from, err)
			}
			changed := strings.Replace(string(text), test.from, test.to, 1)
			if err := os.WriteFile(written.Files[1], []byte(changed), 0o600); err != nil {
				t.Fatal(err)
			}
			after, err := loadSites(filepath.Dir(o.dir))
			if err != nil {
				t.Fatal(err)
			}
			var logged bytes.Buffer
			r := newReloader("", slog.New(slog.NewTextHandler(&logged, nil)))
			r.records = answered{"shop " + before[0].Current: test.isAnswered}
			r.warnOfChangedVersions(t.Context(), before, after)
			if got := strings.Contains(logged.String(), "a version that visitors have answered was changed"); got != test.warns {
				t.Errorf("warns: %t; want %t. The log: %s", got, test.warns, logged.String())
			}
		})
	}
}
