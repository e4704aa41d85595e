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

func validDecision() *Decision {
	return &Decision{
		ID: second, Previous: &first, Subject: visitor, Secret: secret,
		Policy: "2023-11-23", Language: "zh-CN", Platform: policy.Web,
		Action: Save, Answers: map[string]State{"analytics": Denied}, Services: map[string]State{"chat": Granted},
		DecidedAt: time.Date(2025, 1, 12, 1, 0, 0, 0, time.UTC), Presentation: "AAAAAAAAAAAAAAAAAAAAAA",
		Permission: "camera", Tenant: "eid-1", Guardian: &Guardian{
			Method: "sms", Time: time.Date(2025, 1, 12, 0, 0, 0, 0, time.UTC), Reference: "0b0f0b52-7d0c-4d5e-9d6b-0e6f6a3c1d77",
		},
	}
}

var shop = Form{GrantedDays: 365, DeniedDays: 184, Purposes: []Item{
	{ID: "necessary", Hash: "NEEDED", Required: true, Services: []Item{{ID: "login", Hash: "LOGIN1"}}},
	{ID: "functional", Hash: "FUNCT1", Services: []Item{{ID: "chat", Hash: "CHAT_1"}, {ID: "memory", Hash: "MEMORY"}}},
	{ID: "analytics", Hash: "ANALY1", GPC: true},
	{ID: "location", Hash: "LOCAT1", Separate: true, Services: []Item{{ID: "map", Hash: "MAPMAP"}}},
}}

type states = map[string]State

// answerCases are answers of a decision, with the problem that is found in them.
var answerCases = []struct {
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
}

// C-14
func TestCheckAnswers(t *testing.T) {
	for _, test := range answerCases {
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
