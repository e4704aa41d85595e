package ledger

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/policy"
)

// C-37
func TestARecordLeadsToThePresentationThatWasShown(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		s := openTest(t, e, Options{})
		presentation := Presentation{
			Site: testSite, Kind: Banner, Language: "zh-CN", Policy: "2024-01", HTML: "<p>同意？</p>", Texts: "{}",
			Shown: FormatShown([]policy.Platform{policy.IOS, policy.Android}, []string{"camera", "album"}),
		}
		presentation.Hash = PresentationHash(presentation)
		if len(presentation.Hash) != consent.PresentationLen {
			t.Fatalf("hash of %d characters", len(presentation.Hash))
		}
		entry := newGrant()
		entry.Decision.Presentation = presentation.Hash
		_, _, err := s.Append(t.Context(), entry)
		wantError(t, err, ErrPresentation)
		for range 2 {
			if err := s.PutPresentations(t.Context(), presentation); err != nil {
				t.Fatal(err)
			}
		}
		mustAppend(t, s, entry)
		record, err := s.Record(t.Context(), testSite, entry.Decision.ID)
		if err != nil {
			t.Fatal(err)
		}
		stored, err := s.Presentation(t.Context(), testSite, record.Presentation)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(presentation, stored); diff != "" {
			t.Error(diff)
		}
		shop := newGrant()
		shop.Site, shop.Decision.Presentation = "shop", presentation.Hash
		_, _, err = s.Append(t.Context(), shop)
		wantError(t, err, ErrPresentation)
		_, err = s.Presentation(t.Context(), "shop", presentation.Hash)
		wantError(t, err, ErrNotFound)
		presentation.HTML = "<p>同意！</p>"
		if err := s.PutPresentations(t.Context(), presentation); err == nil {
			t.Error("a presentation with the wrong hash was stored")
		}
	})
}

func TestWhatAPresentationShowedIsOfItsPlatforms(t *testing.T) {
	shown := FormatShown([]policy.Platform{policy.IOS, policy.Android}, []string{"camera", "album", "camera"})
	if shown != "android ios:album camera" {
		t.Errorf("it is written as %q", shown)
	}
	for platform, want := range map[policy.Platform]int{policy.Android: 2, policy.IOS: 2, policy.Web: 0, "": 0} {
		if got := ParseShown(shown, platform); len(got) != want {
			t.Errorf("on %q it showed %v", platform, got)
		}
		if got := ParseShown("", platform); len(got) > 0 {
			t.Errorf("without a list it showed %v", got)
		}
	}
	if shown := FormatShown([]policy.Platform{policy.Web}, nil); shown != "" {
		t.Errorf("nothing to grant is written as %q", shown)
	}
	changed := Presentation{HTML: "<p>a</p>"}
	before := PresentationHash(changed)
	changed.Shown = "web:analytics"
	if PresentationHash(changed) == before {
		t.Error("the hash does not cover what was shown")
	}
}

func TestATextIsStoredOnceForAllPresentationsThatShareIt(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		s := openTest(t, e, Options{})
		var all []Presentation
		for _, l := range []Presentation{
			{HTML: "<p>a</p>", Texts: "<h1>é 全文</h1>"}, {HTML: "<p>b</p>", Texts: "<h1>é 全文</h1>"},
			{HTML: "<p>b</p>", Texts: "<h1>other</h1>"}, {HTML: "<p>b</p>"},
		} {
			l.Site, l.Kind, l.Language, l.Policy = testSite, Banner, "en", "2024-01"
			l.Hash = PresentationHash(l)
			if err := s.PutPresentations(t.Context(), l); err != nil {
				t.Fatal(err)
			}
			all = append(all, l)
		}
		for _, want := range all {
			if got, err := s.Presentation(t.Context(), testSite, want.Hash); err != nil || got != want {
				t.Errorf("presentation %+v, want %+v, error %v", got, want, err)
			}
		}
		_, err := s.write.db.ExecContext(t.Context(), `DELETE FROM texts WHERE text = '<h1>other</h1>'`)
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.Presentation(t.Context(), testSite, all[2].Hash)
		if err == nil || !strings.Contains(err.Error(), "text is missing") {
			t.Errorf("a presentation whose text is gone: %v", err)
		}
		var texts int
		err = s.read.db.QueryRowContext(t.Context(), `SELECT count(*) FROM texts`).Scan(&texts)
		if err != nil || texts != 1 {
			t.Errorf("%d texts, want 1, error %v", texts, err)
		}
	})
}

// C-37
func TestANativePresentationThatWasAlteredInTheDatabaseIsRefused(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		s := openTest(t, e, Options{})
		p := Presentation{Site: testSite, Kind: Native, Language: "en", Policy: "2024-01", HTML: `{"v":1}`}
		p.Hash = PresentationHash(p)
		if err := s.PutPresentations(t.Context(), p); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Presentation(t.Context(), testSite, p.Hash); err != nil || got != p {
			t.Errorf("presentation %+v, %v", got, err)
		}
		_, err := s.write.db.ExecContext(t.Context(), `UPDATE presentations SET html = '{"v":2}' WHERE kind = 'native'`)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Presentation(t.Context(), testSite, p.Hash); err == nil || !strings.Contains(err.Error(), "altered") {
			t.Errorf("an altered one: %v", err)
		}
	})
}

// C-37
func TestTheRecordOfAPlatformsDialogHasAllThatIsKnownOfIt(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		s := openTest(t, e, Options{})
		dialog := &consent.Dialog{
			By: consent.WeChat, Statement: "“指引”", State: "needAuthorization=false",
			Time: time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC),
		}
		entry := newGrant()
		entry.Decision.Presentation, entry.Decision.Dialog, entry.Kind = consent.PlatformPresentation, dialog, Platform
		mustAppend(t, s, entry)
		record, err := s.Record(t.Context(), testSite, entry.Decision.ID)
		if err != nil || record.Kind != Platform || record.Presentation != consent.PlatformPresentation {
			t.Fatalf("record %+v, error %v", record, err)
		}
		if diff := cmp.Diff(dialog, record.Dialog); diff != "" {
			t.Errorf("dialog (-want +got):\n%s", diff)
		}
		p := Presentation{Site: testSite, Kind: Platform, Language: "en", Policy: "2024-01"}
		p.Hash = PresentationHash(p)
		if err := s.PutPresentations(t.Context(), p); err == nil {
			t.Error("a presentation of it is stored, although nobody has one")
		}
	})
}

func TestPresentationsAreStoredTogetherOrNotAtAll(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		s := openTest(t, e, Options{})
		makeOf := func(site, html string) Presentation {
			p := Presentation{Site: site, Kind: Question, Language: "en", Policy: "2024-01", HTML: html, Texts: "<h1>text</h1>"}
			p.Hash = PresentationHash(p)
			return p
		}
		var all []Presentation
		for i := range maxChunk + 3 { // more than one statement looks for
			all = append(all, makeOf(testSite, fmt.Sprintf("<p>%d</p>", i)), makeOf("shop", fmt.Sprintf("<p>%d</p>", i)))
		}
		altered := makeOf(testSite, "<p>altered</p>")
		altered.HTML = "<p>other</p>"
		if err := s.PutPresentations(t.Context(), append(all[:5:5], altered)...); err == nil {
			t.Error("a presentation with the wrong hash was stored")
		}
		_, err := s.Presentation(t.Context(), all[0].Site, all[0].Hash)
		wantError(t, err, ErrNotFound)
		// Some are stored already, and one is there twice.
		for _, list := range [][]Presentation{all[:5], append(all[:len(all):len(all)], all[7]), nil, all} {
			if err := s.PutPresentations(t.Context(), list...); err != nil {
				t.Fatal(err)
			}
		}
		for _, want := range all {
			if got, err := s.Presentation(t.Context(), want.Site, want.Hash); err != nil || got != want {
				t.Errorf("presentation %+v, want %+v, error %v", got, want, err)
			}
		}
	})
}
