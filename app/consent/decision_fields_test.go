package consent

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/policy"
)

func TestValidSecret(t *testing.T) {
	for _, test := range []struct {
		name, secret string
		want         bool
	}{
		{"32 bytes", secret, true},
		{"32 bytes of zeros", strings.Repeat("A", 43), true},
		{"nothing", "", false},
		{"31 bytes", strings.Repeat("A", 42), false},
		{"33 bytes", strings.Repeat("A", 44), false},
		{"padding", strings.Repeat("A", 43) + "=", false},
		{"bits left over", strings.Repeat("A", 42) + "B", false},
		{"the standard alphabet", strings.Repeat("A", 42) + "+", false},
		{"a line break after", strings.Repeat("A", 43) + "\n", false},
		{"a line break within", strings.Repeat("A", 20) + "\r\n" + strings.Repeat("A", 23), false},
		{"hexadecimal", strings.Repeat("0f", 32), false},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := ValidSecret(test.secret); got != test.want {
				t.Errorf("ValidSecret(%q) = %v", test.secret, got)
			}
		})
	}
}

func TestCheckFieldsAcceptsValidDecisions(t *testing.T) {
	id := func(s string) *uuid.UUID { u := uuid.MustParse(s); return &u }
	for _, test := range []struct {
		name string
		edit func(*Decision)
	}{
		{"with every field", func(*Decision) {}},
		{"the first of a subject", func(d *Decision) { d.Previous = nil }},
		{"without a secret", func(d *Decision) { d.Secret = "" }},
		{"without the optional fields", func(d *Decision) {
			d.Services, d.Permission, d.Tenant, d.Guardian = nil, "", "", nil
		}},
		{"with the page's own interface", func(d *Decision) { d.Presentation = CustomPresentation }},
		{"with a dialog that a platform drew", func(d *Decision) { d.Presentation, d.Dialog = "platform", validDialog() }},
		{"without answers", func(d *Decision) { d.Answers = map[string]State{} }},
		{"of any age: the client's clock can be wrong", func(d *Decision) {
			d.DecidedAt = time.Date(1971, 1, 1, 0, 0, 0, 0, time.UTC)
		}},
		{"whose predecessor has a later time", func(d *Decision) { d.Previous = id("ffffffff-ffff-7fff-bfff-ffffffffffff") }},
		{"accept_all", func(d *Decision) { d.Action = AcceptAll }},
		{"reject_all", func(d *Decision) { d.Action = RejectAll }},
		{"withdraw", func(d *Decision) { d.Action = Withdraw }},
		{"android", func(d *Decision) { d.Platform = policy.Android }},
		{"ios", func(d *Decision) { d.Platform = policy.IOS }},
		{"harmony", func(d *Decision) { d.Platform = policy.Harmony }},
		{"the longest language", func(d *Decision) { d.Language = "abcdefgh-abcdefgh-12345678-abcdefgh" }},
		{"the longest free fields", func(d *Decision) {
			d.Policy, d.Permission, d.Tenant = strings.Repeat("v", 64), strings.Repeat("p", 64), strings.Repeat("t", 64)
			d.Guardian.Method = strings.Repeat("m", 64)
		}},
		{"a tenant in Chinese", func(d *Decision) { d.Tenant = "云之家" }},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := validDecision()
			test.edit(d)
			if err := d.CheckFields(); err != nil {
				t.Error(err)
			}
		})
	}
}

func withVersion(id uuid.UUID, v byte) uuid.UUID {
	id[6] = id[6]&0x0f | v<<4
	return id
}

func withVariant(id uuid.UUID) uuid.UUID {
	id[8] |= 0xc0
	return id
}

func pointTo(id uuid.UUID) *uuid.UUID { return &id }

// malformedFields are changes of a valid decision, with the field that is malformed then.
var malformedFields = []struct {
	name, field string
	edit        func(*Decision)
}{
	{"no id", "id", func(d *Decision) { d.ID = uuid.Nil }},
	{"an id of version 4", "id", func(d *Decision) { d.ID = withVersion(d.ID, 4) }},
	{"an id of a different variant", "id", func(d *Decision) { d.ID = withVariant(d.ID) }},
	{"a previous of zeros", "previous", func(d *Decision) { d.Previous = pointTo(uuid.Nil) }},
	{"a previous of version 4", "previous", func(d *Decision) { d.Previous = pointTo(visitor) }},
	{"a previous of a different variant", "previous", func(d *Decision) { d.Previous = pointTo(withVariant(first)) }},
	{"a decision that follows itself", "previous", func(d *Decision) { d.Previous = pointTo(d.ID) }},
	{"no subject", "subject", func(d *Decision) { d.Subject = uuid.Nil }},
	{"a subject with a time", "subject", func(d *Decision) { d.Subject = first }},
	{"a subject of a different variant", "subject", func(d *Decision) { d.Subject = withVariant(visitor) }},
	{"a short secret", "secret", func(d *Decision) { d.Secret = "AAAA" }},
	{"a secret with a line break", "secret", func(d *Decision) { d.Secret = secret + "\n" }},
	{"no policy", "policy", func(d *Decision) { d.Policy = "" }},
	{"a long policy", "policy", func(d *Decision) { d.Policy = strings.Repeat("v", 65) }},
	{"no language", "language", func(d *Decision) { d.Language = "" }},
	{"a long language", "language", func(d *Decision) { d.Language = "abcdefgh-abcdefgh-12345678-abcdefgh-a" }},
	{"a language of hyphens", "language", func(d *Decision) { d.Language = "---" }},
	{"a language that ends with a hyphen", "language", func(d *Decision) { d.Language = "en-" }},
	{"a language that begins with a digit", "language", func(d *Decision) { d.Language = "1en" }},
	{"a language with a long part", "language", func(d *Decision) { d.Language = "en-abcdefghi" }},
	{"a language with a NUL", "language", func(d *Decision) { d.Language = "en\x00" }},
	{"a language of markup", "language", func(d *Decision) { d.Language = `en"><script>` }},
	{"a language with an underscore", "language", func(d *Decision) { d.Language = "zh_CN" }},
	{"no platform", "platform", func(d *Decision) { d.Platform = "" }},
	{"an unknown platform", "platform", func(d *Decision) { d.Platform = "Web" }},
	{"no answers", "answers", func(d *Decision) { d.Answers = nil }},
	{"an answer that is unasked", "answers", func(d *Decision) { d.Answers["analytics"] = Unasked }},
	{"an answer that is not a state", "answers", func(d *Decision) { d.Answers["analytics"] = 3 }},
	{"a service that is unasked", "services", func(d *Decision) { d.Services["chat"] = Unasked }},
	{"no time", "decided_at", func(d *Decision) { d.DecidedAt = time.Time{} }},
	{"the year 0", "decided_at", func(d *Decision) { d.DecidedAt = time.Date(0, 5, 1, 0, 0, 0, 0, time.UTC) }},
	{"the year 0 in its own time zone", "decided_at", func(d *Decision) {
		d.DecidedAt = time.Date(0, 12, 31, 23, 59, 0, 0, time.FixedZone("", -12*3600))
	}},
	{"no presentation", "presentation", func(d *Decision) { d.Presentation = "" }},
	{"a short presentation", "presentation", func(d *Decision) { d.Presentation = strings.Repeat("A", 21) }},
	{"a presentation with bits left over", "presentation", func(d *Decision) {
		d.Presentation = strings.Repeat("A", 21) + "B"
	}},
	{"a presentation with a line break", "presentation", func(d *Decision) { d.Presentation += "\n" }},
	{"a platform's presentation without its dialog", "dialog", func(d *Decision) { d.Presentation = "platform" }},
	{"a dialog with a presentation of ours", "dialog", func(d *Decision) { d.Dialog = validDialog() }},
	{"a dialog that nobody drew", "dialog", editDialog(func(d *Dialog) { d.By = "" })},
	{"a dialog of an unknown platform", "dialog", editDialog(func(d *Dialog) { d.By = "other" })},
	{"a dialog about no statement", "dialog", editDialog(func(d *Dialog) { d.Statement = "" })},
	{"a dialog about a long statement", "dialog", editDialog(func(d *Dialog) { d.Statement = strings.Repeat("s", 65) })},
	{"a dialog without a state", "dialog", editDialog(func(d *Dialog) { d.State = "" })},
	{"a dialog whose state begins a line", "dialog", editDialog(func(d *Dialog) { d.State = "agreed\nanswer" })},
	{"a dialog without a time", "dialog", editDialog(func(d *Dialog) { d.Time = time.Time{} })},
	{"custom in a different case", "presentation", func(d *Decision) { d.Presentation = "Custom" }},
	{"a long permission", "permission", func(d *Decision) { d.Permission = strings.Repeat("p", 65) }},
	{"a permission with a line break", "permission", func(d *Decision) { d.Permission = "a\nb" }},
	{"a long tenant", "tenant", func(d *Decision) { d.Tenant = strings.Repeat("t", 65) }},
	{"a tenant with a NUL", "tenant", func(d *Decision) { d.Tenant = "\x00" }},
	{"a tenant that is not UTF-8", "tenant", func(d *Decision) { d.Tenant = "\xff" }},
	{"a guardian without a method", "guardian", func(d *Decision) { d.Guardian.Method = "" }},
	{"a guardian without a time", "guardian", func(d *Decision) { d.Guardian.Time = time.Time{} }},
	{"a guardian in the year 0", "guardian", func(d *Decision) {
		d.Guardian.Time = time.Date(0, 5, 1, 0, 0, 0, 0, time.UTC)
	}},
	{"a guardian with text from right to left", "guardian", func(d *Decision) { d.Guardian.Method = "a\u202eb" }},
	{"a permission that is turned around", "permission", func(d *Decision) { d.Permission = "\u2067abc" }},
	{"a tenant with a mark of direction", "tenant", func(d *Decision) { d.Tenant = "abc\u200f" }},
	{"a tenant with a line separator", "tenant", func(d *Decision) { d.Tenant = "a\u2028b" }},
	{"a guardian with a long method", "guardian", func(d *Decision) { d.Guardian.Method = strings.Repeat("m", 65) }},
	{"a guardian whose reference is a name", "guardian", func(d *Decision) { d.Guardian.Reference = "Zhang San" }},
	{"a guardian with a reference in upper case", "guardian", func(d *Decision) {
		d.Guardian.Reference = strings.ToUpper(d.Guardian.Reference)
	}},
	{"a guardian with a control character", "guardian", func(d *Decision) { d.Guardian.Reference = "\x1b[2J" }},
	{"no action", "action", func(d *Decision) { d.Action = "" }},
	{"an unknown action", "action", func(d *Decision) { d.Action = "accept-all" }},
}

func validDialog() *Dialog {
	return &Dialog{By: AppGallery, Statement: "3.2", State: "FULL_MODE_AGREED", Time: time.Unix(1_700_000_000, 0)}
}

// editDialog changes the dialog of a decision that has one.
func editDialog(edit func(*Dialog)) func(*Decision) {
	return func(d *Decision) {
		d.Presentation, d.Dialog = PlatformPresentation, validDialog()
		edit(d.Dialog)
	}
}

func TestCheckFieldsRefusesMalformedFields(t *testing.T) {
	for _, test := range malformedFields {
		t.Run(test.name, func(t *testing.T) {
			d := validDecision()
			test.edit(d)
			err := d.CheckFields()
			if !errors.Is(err, ErrMalformed) || !strings.HasPrefix(err.Error(), "malformed decision: "+test.field+": ") {
				t.Errorf("error %v; want a malformed %s", err, test.field)
			}
		})
	}
}

func TestNullIsNotAnAnswer(t *testing.T) {
	for _, body := range []string{`{"answers": {"analytics": null}}`, `{"answers": {}, "services": {"chat": null}}`} {
		d := validDecision()
		d.Answers, d.Services = nil, nil
		if err := json.Unmarshal([]byte(body), d); err != nil {
			continue // refused even earlier
		}
		if err := d.CheckFields(); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: error %v; want ErrMalformed", body, err)
		}
	}
}
