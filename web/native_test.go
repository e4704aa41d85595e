package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/ledger/proof"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/load/loadtest"
	"github.com/nod-consent/nod/web/bundle"
	"github.com/nod-consent/nod/web/native"
	"github.com/nod-consent/nod/web/pages"
)

// hashOfNative hashes native.json of a package as an app does: over the bytes that it drew from.
func hashOfNative(t *testing.T, text []byte) string {
	t.Helper()
	d, err := native.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return ledger.PresentationHash(ledger.Presentation{
		Site: d.Site, Kind: ledger.Native, Language: d.Language, Policy: d.Policy, HTML: string(text), Shown: d.Shown,
	})
}

// makePackageFor makes the package of an app for the built-in site.
func makePackageFor(t *testing.T, platform policy.Platform) map[string][]byte {
	t.Helper()
	key, err := proof.NewKey("consent.example")
	if err != nil {
		t.Fatal(err)
	}
	files, err := bundle.ForApp(t.Context(), loadtest.BuiltIn(t, "yunzhijia"), platform, "https://consent.example", key)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// C-37: the server knows what a package has an app draw, and nothing else.
func TestAnAppThatDrewTheQuestionNamesWhatItDrew(t *testing.T) {
	s := shared(t)
	drawn := makePackageFor(t, policy.Android)["yunzhijia/en/native.json"]
	hash := hashOfNative(t, drawn)
	other := hashOfNative(t, []byte(strings.Replace(string(drawn), `"kt/1"`, `"my/1"`, 1)))
	agreed := map[string]string{"functional": "granted", "analytics": "granted", "beacons": "granted"}
	for _, test := range []struct {
		name   string
		change []any
		status int
		kind   ledger.Kind
	}{
		{"agreed", []any{"answers", agreed}, 201, ledger.Native},
		{"refused", []any{"action", "reject_all", "answers", map[string]string{"analytics": "denied"}}, 201, ledger.Native},
		{"an own interface", []any{"presentation", "custom", "answers", agreed}, 201, ""},
		{"drawn by another template", []any{"presentation", other, "answers", agreed}, 422, ""},
		{"on another platform", []any{"platform", "ios", "answers", agreed}, 422, ""},
		{"in another language", []any{"language", "zh-CN", "answers", agreed}, 422, ""},
		{"a separate purpose", []any{"action", "save", "answers", map[string]string{"camera": "granted"}}, 422, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := s.in(t)
			change := append([]any{"policy", "2023-11-23", "platform", "android", "language", "en", "age", "adult",
				"action", "accept_all", "presentation", hash}, test.change...)
			a := s.send("POST", "/v1/yunzhijia/decisions", s.decision(change...).String(), jsonType).is(test.status)
			if test.status != http.StatusCreated {
				return
			}
			if r := s.verifiedOf("yunzhijia", a.body).Record; r.Kind != test.kind {
				t.Errorf("the record says that its presentation is of kind %q, want %q", r.Kind, test.kind)
			}
			if test.kind == "" && strings.Contains(string(a.body), "presentation_kind") {
				t.Error("other records have the member too, and other hashes than before")
			}
		})
	}
}

// C-37
func TestARecordOfANativeQuestionShowsItsWordsAndSaysThatItIsNoPicture(t *testing.T) {
	s := shared(t)
	drawn := makePackageFor(t, policy.IOS)["yunzhijia/zh-CN/native.json"]
	document, err := native.Parse(drawn)
	if err != nil {
		t.Fatal(err)
	}
	d := s.decision("policy", "2023-11-23", "platform", "ios", "language", "zh-CN", "presentation", hashOfNative(t, drawn),
		"answers", map[string]string{"analytics": "denied"})
	s.send("POST", "/v1/yunzhijia/decisions", d.String(), jsonType).is(http.StatusCreated)
	record, err := s.store.Record(t.Context(), "yunzhijia", uuid.MustParse(d["id"].(string)))
	if err != nil {
		t.Fatal(err)
	}
	presentation, err := s.store.Presentation(t.Context(), "yunzhijia", record.Presentation)
	if err != nil || presentation.HTML != string(drawn) {
		t.Fatalf("the record leads to %.100s: %v", presentation.HTML, err)
	}
	page, err := pages.Record(record, presentation)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		ledger.DrawnNatively, "swift/1", "<h3><span>欢迎使用云之家</span></h3>",
		`<button type="button">` + document.Buttons[0].Text + `</button>`,
		"<code>policy</code>", "<code>lists/sdks</code>",
	} {
		if !strings.Contains(string(page), want) {
			t.Errorf("the page has no %s:\n%.3000s", want, page)
		}
	}
	presentation.HTML = "{"
	if _, err := pages.Record(record, presentation); err == nil {
		t.Error("words that are broken are drawn")
	}
}
