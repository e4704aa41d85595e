package consent

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/policy"
)

var (
	first   = uuid.MustParse("019254d3-8000-7aaa-8aaa-aaaaaaaaaaa1")
	second  = uuid.MustParse("01945806-5e80-7bbb-9bbb-bbbbbbbbbbb2")
	visitor = uuid.MustParse("3f2504e0-4f89-41d3-9a0c-0305e82c3301")
	secret  = base64.RawURLEncoding.EncodeToString([]byte("0123456789abcdef0123456789abcdef"))
)

func TestStateAsText(t *testing.T) {
	for state, want := range map[State]string{
		Unasked: `"unasked"`, Denied: `"denied"`, Granted: `"granted"`, 3: `"unasked"`, 255: `"unasked"`,
	} {
		got, err := json.Marshal(state)
		if err != nil || string(got) != want {
			t.Errorf("state %d is written as %s, %v; want %s", uint8(state), got, err, want)
		}
	}
	for text, want := range map[string]State{"granted": Granted, "denied": Denied} {
		var got State
		if err := got.UnmarshalText([]byte(text)); err != nil || got != want {
			t.Errorf("%q is read as %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "unasked", "Granted", "GRANTED", "granted ", "true", "1", "grant"} { // C-40
		got := Denied
		if err := got.UnmarshalText([]byte(text)); err == nil || got != Denied {
			t.Errorf("%q is read as %v; want an error", text, got)
		} else if !strings.Contains(err.Error(), `is not "granted" or "denied"`) {
			t.Errorf("the error does not name the valid answers: %v", err)
		}
	}
}

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

func validDecision() *Decision {
	return &Decision{
		ID: second, Previous: &first, Subject: visitor, Secret: secret,
		Policy: "2023-11-23", Language: "zh-CN", Platform: policy.Web,
		Action: Save, Answers: map[string]State{"analytics": Denied}, Services: map[string]State{"chat": Granted},
		DecidedAt: time.Date(2025, 1, 12, 1, 0, 0, 0, time.UTC), Presentation: "AAAAAAAAAAAAAAAAAAAAAA",
		Permission: "camera", Tenant: "eid-1", Guardian: &Guardian{
			Method: "sms", Time: time.Date(2025, 1, 12, 0, 0, 0, 0, time.UTC), Reference: "r",
		},
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
		{"the longest language", func(d *Decision) { d.Language = strings.Repeat("a", 35) }},
		{"the longest free fields", func(d *Decision) {
			d.Policy, d.Permission, d.Tenant = strings.Repeat("v", 64), strings.Repeat("p", 64), strings.Repeat("t", 64)
			d.Guardian.Method, d.Guardian.Reference = strings.Repeat("m", 64), strings.Repeat("r", 200)
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

func TestCheckFieldsRefusesMalformedFields(t *testing.T) {
	version := func(id uuid.UUID, v byte) uuid.UUID { id[6] = id[6]&0x0f | v<<4; return id }
	variant := func(id uuid.UUID) uuid.UUID { id[8] |= 0xc0; return id }
	previous := func(id uuid.UUID) *uuid.UUID { return &id }
	for _, test := range []struct {
		name, field string
		edit        func(*Decision)
	}{
		{"no id", "id", func(d *Decision) { d.ID = uuid.Nil }},
		{"an id of version 4", "id", func(d *Decision) { d.ID = version(d.ID, 4) }},
		{"an id of a different variant", "id", func(d *Decision) { d.ID = variant(d.ID) }},
		{"a previous of zeros", "previous", func(d *Decision) { d.Previous = previous(uuid.Nil) }},
		{"a previous of version 4", "previous", func(d *Decision) { d.Previous = previous(visitor) }},
		{"a previous of a different variant", "previous", func(d *Decision) { d.Previous = previous(variant(first)) }},
		{"a decision that follows itself", "previous", func(d *Decision) { d.Previous = previous(d.ID) }},
		{"no subject", "subject", func(d *Decision) { d.Subject = uuid.Nil }},
		{"a subject with a time", "subject", func(d *Decision) { d.Subject = first }},
		{"a subject of a different variant", "subject", func(d *Decision) { d.Subject = variant(visitor) }},
		{"a short secret", "secret", func(d *Decision) { d.Secret = "AAAA" }},
		{"a secret with a line break", "secret", func(d *Decision) { d.Secret = secret + "\n" }},
		{"no policy", "policy", func(d *Decision) { d.Policy = "" }},
		{"a long policy", "policy", func(d *Decision) { d.Policy = strings.Repeat("v", 65) }},
		{"no language", "language", func(d *Decision) { d.Language = "" }},
		{"a long language", "language", func(d *Decision) { d.Language = strings.Repeat("a", 36) }},
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
		{"no presentation", "presentation", func(d *Decision) { d.Presentation = "" }},
		{"a short presentation", "presentation", func(d *Decision) { d.Presentation = strings.Repeat("A", 21) }},
		{"a presentation with bits left over", "presentation", func(d *Decision) {
			d.Presentation = strings.Repeat("A", 21) + "B"
		}},
		{"a presentation with a line break", "presentation", func(d *Decision) { d.Presentation += "\n" }},
		{"custom in a different case", "presentation", func(d *Decision) { d.Presentation = "Custom" }},
		{"a long permission", "permission", func(d *Decision) { d.Permission = strings.Repeat("p", 65) }},
		{"a permission with a line break", "permission", func(d *Decision) { d.Permission = "a\nb" }},
		{"a long tenant", "tenant", func(d *Decision) { d.Tenant = strings.Repeat("t", 65) }},
		{"a tenant with a NUL", "tenant", func(d *Decision) { d.Tenant = "\x00" }},
		{"a tenant that is not UTF-8", "tenant", func(d *Decision) { d.Tenant = "\xff" }},
		{"a guardian without a method", "guardian", func(d *Decision) { d.Guardian.Method = "" }},
		{"a guardian without a time", "guardian", func(d *Decision) { d.Guardian.Time = time.Time{} }},
		{"a guardian with a long method", "guardian", func(d *Decision) { d.Guardian.Method = strings.Repeat("m", 65) }},
		{"a guardian with a long reference", "guardian", func(d *Decision) {
			d.Guardian.Reference = strings.Repeat("r", 201)
		}},
		{"a guardian with a control character", "guardian", func(d *Decision) { d.Guardian.Reference = "\x1b[2J" }},
		{"no action", "action", func(d *Decision) { d.Action = "" }},
		{"an unknown action", "action", func(d *Decision) { d.Action = "accept-all" }},
	} {
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

var shop = Form{GrantedDays: 365, DeniedDays: 184, Purposes: []Item{
	{ID: "necessary", Hash: "NEEDED", Required: true, Services: []Item{{ID: "login", Hash: "LOGIN1"}}},
	{ID: "functional", Hash: "FUNCT1", Services: []Item{{ID: "chat", Hash: "CHAT_1"}, {ID: "memory", Hash: "MEMORY"}}},
	{ID: "analytics", Hash: "ANALY1", GPC: true},
	{ID: "location", Hash: "LOCAT1", Separate: true, Services: []Item{{ID: "map", Hash: "MAPMAP"}}},
}}

type states = map[string]State

func TestCheckAnswers(t *testing.T) {
	for _, test := range []struct {
		name     string
		action   Action
		answers  states
		services states
		want     string // in the error; "" for none
	}{
		{"nothing is answered", Save, states{}, nil, ""},
		{
			"save grants and denies", Save, states{"functional": Granted, "analytics": Denied},
			states{"chat": Denied, "memory": Granted}, "",
		},
		{"save grants a separate purpose and its service", Save, states{"location": Granted}, states{"map": Granted}, ""},
		{"accept_all grants", AcceptAll, states{"functional": Granted, "analytics": Granted}, states{"chat": Granted}, ""},
		{
			"reject_all denies, also a separate purpose", RejectAll,
			states{"functional": Denied, "analytics": Denied, "location": Denied}, states{"map": Denied}, "",
		},
		{"withdraw denies", Withdraw, states{"analytics": Denied}, states{"chat": Denied}, ""},
		{
			"each action can name a required purpose as granted", RejectAll, states{"necessary": Granted, "analytics": Denied},
			states{"login": Granted}, "",
		},

		{"an unknown purpose", Save, states{"ads": Denied}, nil, `policy 2023-11-23 has no purpose "ads"`},
		{"a service for a purpose", Save, states{"chat": Denied}, nil, `no purpose "chat"`},
		{"an unknown service", Save, states{}, states{"fax": Denied}, `policy 2023-11-23 has no service "fax"`},
		{"a purpose for a service", Save, states{}, states{"analytics": Denied}, `no service "analytics"`},
		{
			"a required purpose is denied", Save, states{"necessary": Denied}, nil,
			`purpose "necessary" is required and cannot be denied`,
		},
		{
			"a required purpose is denied by reject_all", RejectAll, states{"necessary": Denied}, nil,
			`purpose "necessary" is required and cannot be denied`,
		},
		{
			"a required purpose's service is denied", Save, states{}, states{"login": Denied},
			`service "login" of purpose "necessary" is required`,
		},
		{
			"accept_all grants a separate purpose", AcceptAll, states{"location": Granted}, nil,
			`purpose "location" needs a separate consent`,
		},
		{
			"accept_all denies a separate purpose", AcceptAll, states{"location": Denied}, nil,
			`purpose "location" needs a separate consent`,
		},
		{
			"accept_all grants a separate purpose's service", AcceptAll, states{}, states{"map": Granted},
			`service "map" of purpose "location" needs a separate consent`,
		},
		{
			"accept_all denies a purpose", AcceptAll, states{"analytics": Denied}, nil,
			`accept_all denies purpose "analytics". Use save`,
		},
		{
			"accept_all denies a service", AcceptAll, states{}, states{"chat": Denied},
			`accept_all denies service "chat" of purpose "functional". Use save`,
		},
		{
			"reject_all grants a purpose", RejectAll, states{"analytics": Granted}, nil,
			`reject_all grants purpose "analytics". Use save`,
		},
		{
			"reject_all grants a service", RejectAll, states{}, states{"chat": Granted},
			`reject_all grants service "chat" of purpose "functional". Use save`,
		},
		{
			"withdraw grants a purpose", Withdraw, states{"location": Granted}, nil,
			`withdraw grants purpose "location". Use save`,
		},
		{
			"withdraw grants a service", Withdraw, states{}, states{"map": Granted},
			`withdraw grants service "map" of purpose "location". Use save`,
		},
		{
			"one refused answer among valid ones", Save, states{"analytics": Granted, "functional": Granted, "zzz": Granted},
			nil, `"zzz"`,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := validDecision()
			d.Action, d.Answers, d.Services = test.action, test.answers, test.services
			err := d.CheckAnswers(shop)
			switch {
			case test.want == "" && err != nil:
				t.Error(err)
			case test.want != "" && (!errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), test.want)):
				t.Errorf("error %v; want ErrRefused with %s", err, test.want)
			}
		})
	}
}

func TestGrants(t *testing.T) {
	for _, test := range []struct {
		name              string
		answers, services states
		want              bool
	}{
		{"nothing", states{}, nil, false},
		{"refusals", states{"functional": Denied, "location": Denied}, states{"chat": Denied}, false},
		{"a required purpose", states{"necessary": Granted}, states{"login": Granted}, false},
		{"a purpose", states{"functional": Denied, "analytics": Granted}, nil, true},
		{"a service", states{"functional": Denied}, states{"chat": Granted}, true},
		{"a separate purpose", states{"location": Granted}, nil, true},
		{"a purpose that the form does not have", states{"ads": Granted}, nil, true},
		{"a service that the form does not have", states{}, states{"fax": Granted}, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := (&Decision{Answers: test.answers, Services: test.services}).Grants(shop); got != test.want {
				t.Errorf("Grants = %v", got)
			}
		})
	}
}

func TestListCovered(t *testing.T) {
	d := &Decision{
		Answers:  states{"necessary": Granted, "functional": Granted, "ads": Granted},
		Services: states{"map": Denied, "login": Granted, "chat": Denied},
	}
	want := []Covered{
		{ID: "functional", Hash: "FUNCT1"},
		{ID: "chat", Hash: "CHAT_1", Purpose: "functional"},
		{ID: "memory", Hash: "MEMORY", Purpose: "functional"},
		{ID: "map", Hash: "MAPMAP", Purpose: "location"},
	}
	if diff := cmp.Diff(want, ListCovered(shop, d)); diff != "" {
		t.Errorf("covered (-want +got):\n%s", diff)
	}
}

// C-26
func TestGrantOfAPurposeThatWasOptionalIsAGrant(t *testing.T) {
	form := shop
	form.Purposes = slices.Clone(shop.Purposes)
	form.Purposes[0].WasRefusable = true
	for _, test := range []struct {
		name   string
		form   Form
		action Action
		want   bool
	}{
		{"save", form, Save, true},
		{"accept_all", form, AcceptAll, true},
		{"reject_all, which only names it", form, RejectAll, false},
		{"withdraw, which only names it", form, Withdraw, false},
		{"a purpose that was always required", shop, Save, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := validDecision()
			d.Action, d.Answers, d.Services = test.action, states{"necessary": Granted}, nil
			if got := d.Grants(test.form); got != test.want {
				t.Errorf("grants: %v", got)
			}
			if got := len(ListCovered(test.form, d)) > 0; got != test.want {
				t.Errorf("covers it: %v", got)
			}
		})
	}
}
