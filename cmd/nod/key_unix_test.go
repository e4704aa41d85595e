//go:build unix

package main

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAKeyThatOthersCanReadIsWarnedOf(t *testing.T) {
	file := filepath.Join(t.TempDir(), "nod.key")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	log := slog.New(slog.NewTextHandler(&out, nil))
	if warnOfReaders(log, file, "the key that signs receipts"); out.Len() > 0 {
		t.Errorf("a warning for nothing: %s", out.String())
	}
	if err := os.Chmod(file, 0o640); err != nil {
		t.Fatal(err)
	}
	warnOfReaders(log, file, "the key that signs receipts")
	for _, want := range []string{"level=WARN", file, "-rw-r-----", "chmod 600"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in %s", want, out.String())
		}
	}
}
