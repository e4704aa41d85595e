package main

import (
	"strings"
	"testing"
	"time"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/ledger"
)

// C-37, C-48
func TestARecordOfAPlatformsDialogSaysWhatIsKnownOfIt(t *testing.T) {
	r := ledger.Record{Kind: ledger.Platform}
	r.Presentation = consent.PlatformPresentation
	r.Dialog = &consent.Dialog{
		By: consent.AppGallery, Statement: "3.2\x1b[2J", State: "FULL_MODE_AGREED",
		Time: time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC),
	}
	var out strings.Builder
	printVerified(&out, ledger.Verified{Record: r})
	const want = "shown     drawn by a platform: nobody here knows its words\n" +
		"drawn by  appgallery\nstatement \"3.2\\x1b[2J\"\nstate     FULL_MODE_AGREED, read 2026-05-04 03:02:01 UTC\n"
	if !strings.Contains(out.String(), want) {
		t.Errorf("it lacks\n%s\nand says\n%s", want, &out)
	}
	err := writePresentation(t.Context(), nil, r, "unwritten.html")
	if err == nil || !strings.Contains(err.Error(), "a dialog that a platform drew") {
		t.Errorf("its words are written: %v", err)
	}
}
