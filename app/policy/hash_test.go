package policy

import (
	"regexp"
	"testing"
)

func twoLanguages(s string) Text { return Text{"zh-CN": s, "en": "English"} }

func newPurpose() *Purpose {
	return &Purpose{
		ID: "analytics", Kind: KindCookie, Name: twoLanguages("分析"), Summary: twoLanguages("统计"),
		Refusal: twoLanguages("可以拒绝"),
		Basis:   Basis{Law: "PIPL 13(1)(1)", Text: twoLanguages("同意")}, Retention: twoLanguages("一年"),
		Data: []Text{twoLanguages("页面"), twoLanguages("日志")}, Recipients: []Text{twoLanguages("云之家")},
		Cookies: []StoredItem{{Name: "_id"}}, Hosts: []string{"stats.example"},
		Services: []Service{{
			ID: "counter", Name: twoLanguages("计数"), Provider: twoLanguages("公司"), Summary: twoLanguages("数"),
			URL: "https://a.example",
		}},
	}
}

// purposeEdits are changes of a purpose, and whether its content hash changes with them. Then it is asked again (C-16,
// C-29).
var purposeEdits = []struct {
	name    string
	changes bool
	edit    func(*Purpose)
}{
	{"the id", true, func(p *Purpose) { p.ID = "analytics2" }},
	{"the kind", true, func(p *Purpose) { p.Kind = KindBeacon }},
	{"a required purpose", true, func(p *Purpose) { p.Required = true }},
	{"a separate purpose", true, func(p *Purpose) { p.Separate = true }},
	{"the name", true, func(p *Purpose) { p.Name["zh-CN"] = "分析2" }},
	{"the summary", true, func(p *Purpose) { p.Summary["zh-CN"] = "统计2" }},
	{"the cost of refusing", true, func(p *Purpose) { p.Refusal["zh-CN"] = "不能拒绝" }},
	{"the legal basis", true, func(p *Purpose) { p.Basis.Law = "PIPL 13(1)(2)" }},
	{"the retention", true, func(p *Purpose) { p.Retention["zh-CN"] = "两年" }},
	{"the reason why it is needed", true, func(p *Purpose) { p.Necessity = twoLanguages("必要") }},
	{"the effect on the person", true, func(p *Purpose) { p.Effect = twoLanguages("影响") }},
	{"the alternative", true, func(p *Purpose) { p.Instead = twoLanguages("其他办法") }},
	{"the platforms", false, func(p *Purpose) { p.Platforms = []Platform{Android} }},
	{"a different kind of data", true, func(p *Purpose) { p.Data[1] = twoLanguages("位置") }},
	{"a new kind of data", true, func(p *Purpose) { p.Data = append(p.Data, twoLanguages("位置")) }},
	{"a removed kind of data", true, func(p *Purpose) { p.Data = p.Data[:1] }},
	{"a different recipient", true, func(p *Purpose) { p.Recipients[0] = twoLanguages("别人") }},
	{"a new recipient", true, func(p *Purpose) { p.Recipients = append(p.Recipients, twoLanguages("别人")) }},
	{"no recipients", true, func(p *Purpose) { p.Recipients = nil }},
	{"a kind of data becomes a recipient", true, func(p *Purpose) {
		p.Data, p.Recipients = p.Data[:1], append([]Text{p.Data[1]}, p.Recipients...)
	}},
	{"text moves from one field to the next", true, func(p *Purpose) {
		p.Name["zh-CN"], p.Summary["zh-CN"] = "分析统", "计"
	}},

	{"a translation", false, func(p *Purpose) {
		for _, text := range append(
			append([]Text{p.Name, p.Summary, p.Refusal, p.Retention, p.Basis.Text}, p.Data...), p.Recipients...,
		) {
			text["en"] = "corrected"
		}
	}},
	{"a new translation", false, func(p *Purpose) { p.Name["de"] = "Statistik" }},
	{"the explanation of the legal basis", false, func(p *Purpose) { p.Basis.Text["zh-CN"] = "您的同意" }},
	{"cookies", false, func(p *Purpose) { p.Cookies = []StoredItem{{Name: "_other", Use: twoLanguages("x")}} }},
	{"storage", false, func(p *Purpose) { p.Storage = []StoredItem{{Name: "queue"}} }},
	{"hosts", false, func(p *Purpose) { p.Hosts = []string{"b.example"} }},
	{"the signal that refuses it", false, func(p *Purpose) { p.GPC = true }},
	{"a new service", true, func(p *Purpose) {
		p.Services = append(p.Services, Service{ID: "other", Name: twoLanguages("另一个")})
	}},
	{"the address of a service", false, func(p *Purpose) { p.Services[0].URL = "https://b.example" }},
}

// C-29: the hash changes with what a person decided about, so that it is asked again, and with nothing else.
func TestHashOfAPurpose(t *testing.T) {
	for _, test := range purposeEdits {
		t.Run(test.name, func(t *testing.T) {
			before, after := newPurpose(), newPurpose()
			test.edit(after)
			checkHashes(t, before, after, test.changes)
		})
	}
}

// checkHashes checks whether the hashes of a purpose and of its service change.
func checkHashes(t *testing.T, before, after *Purpose, want bool) {
	t.Helper()
	if changes := before.Hash(shopAsker) != after.Hash(shopAsker); changes != want {
		t.Errorf("the purpose's hash changes: %v", changes)
	}
	was, is := before.Services[0].Hash(before, shopAsker), after.Services[0].Hash(after, shopAsker)
	if changes := was != is; changes != want {
		t.Errorf("the service's hash changes: %v", changes)
	}
}

// Visitors' browsers store these hashes: a different way to hash would ask everybody again.
func TestHashesStayTheSame(t *testing.T) {
	p := newPurpose()
	again := newPurpose()
	again.ReaskSince = "2027-01-01"
	sensitive := newPurpose()
	sensitive.Necessity, sensitive.Effect = twoLanguages("必要"), twoLanguages("影响")
	for name, test := range map[string]struct{ got, want Hash }{
		"a purpose":                           {p.Hash(shopAsker), "7MiwgO"},
		"its service":                         {p.Services[0].Hash(p, shopAsker), "i9VuEe"},
		"a purpose that is asked again":       {again.Hash(shopAsker), "HK6ajv"},
		"a sensitive purpose":                 {sensitive.Hash(shopAsker), "AH9h3h"},
		"a content that a version asks again": {p.Hash(shopAsker).Renew("2027-01-01"), "iXoc37"},
	} {
		if test.got != test.want {
			t.Errorf("%s: hash %s; want %s", name, test.got, test.want)
		}
	}
}

var shopAsker = Asker{Site: "shop", Controller: "商店", Language: "zh-CN"}

func TestHashDependsOnTheAsker(t *testing.T) {
	p := newPurpose()
	for name, other := range map[string]Asker{
		"a different site":       {Site: "shop2", Controller: "商店", Language: "zh-CN"},
		"a different controller": {Site: "shop", Controller: "别的商店", Language: "zh-CN"},
	} {
		if p.Hash(shopAsker) == p.Hash(other) || p.Services[0].Hash(p, shopAsker) == p.Services[0].Hash(p, other) {
			t.Errorf("%s has the same hash", name)
		}
	}
}

func TestHashSeparatesFieldsAndLists(t *testing.T) {
	one, other := newPurpose(), newPurpose()
	one.Data, one.Recipients = []Text{twoLanguages("a"), twoLanguages("recipients"), twoLanguages("b")}, nil
	other.Data, other.Recipients = []Text{twoLanguages("a")}, []Text{twoLanguages("b"), twoLanguages("recipients")}
	if one.Hash(shopAsker) == other.Hash(shopAsker) {
		t.Error("a kind of data named recipients has the hash of the recipients")
	}
	if hashOf([]string{"ab", "c"}) == hashOf([]string{"a", "bc"}) ||
		hashOf([]string{"a", ""}) == hashOf([]string{"a"}) || hashOf([]string{"1:a"}) == hashOf([]string{"", "a"}) {
		t.Error("fields run into each other")
	}
}

func TestHashOfAService(t *testing.T) {
	for _, test := range []struct {
		name    string
		changes bool
		edit    func(*Service)
	}{
		{"the id", true, func(s *Service) { s.ID = "counter2" }},
		{"the name", true, func(s *Service) { s.Name["zh-CN"] = "计数2" }},
		{"the provider", true, func(s *Service) { s.Provider["zh-CN"] = "别的公司" }},
		{"the summary", true, func(s *Service) { s.Summary["zh-CN"] = "数2" }},
		{"a translation", false, func(s *Service) { s.Name["en"], s.Provider["en"], s.Summary["en"] = "a", "b", "c" }},
		{"the address", false, func(s *Service) { s.URL = "https://b.example" }},
		{"cookies, storage and hosts", false, func(s *Service) {
			s.Cookies, s.Storage, s.Hosts = []StoredItem{{Name: "a"}}, []StoredItem{{Name: "b"}}, []string{"c.example"}
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			before, after := newPurpose(), newPurpose()
			test.edit(&after.Services[0])
			// The purpose's hash changes, too: a new or changed service must not inherit a grant.
			checkHashes(t, before, after, test.changes)
		})
	}
}

func TestHashesHaveSixCharactersOfBase64url(t *testing.T) {
	form := regexp.MustCompile(`^[A-Za-z0-9_-]{6}$`)
	// A firewall would take them for SQL, or for .git…, .gemrc, .google…, .docker…, .ds_store, .dbshell or .digrc.
	hostile := regexp.MustCompile(`(?i)--|^(it|em|oo|oc|s_|bs|ig)`)
	seen := map[Hash]bool{}
	for i := range 3000 {
		p := newPurpose()
		p.Retention["zh-CN"] = string(rune('一' + i))
		for _, h := range []Hash{p.Hash(shopAsker), p.Services[0].Hash(p, shopAsker)} {
			if len(h) != HashLen || !form.MatchString(string(h)) || hostile.MatchString(string(h)) || seen[h] {
				t.Fatalf("hash %q", h)
			}
			seen[h] = true
		}
	}
	if h := (&Purpose{}).Hash(Asker{}); !form.MatchString(string(h)) {
		t.Errorf("an empty purpose has the hash %q", h)
	}
}

func TestValidID(t *testing.T) {
	for id, want := range map[string]bool{
		"a": true, "analytics": true, "a-1": true, "a-": true, "abcdefghijklmnopqrstuvwxyz-12345": true,
		"": false, "1a": false, "-a": false, "A": false, "aB": false, "a_b": false, "a.b": false, "a:b": false,
		"a b": false, "a\n": false,
		"é": false, "分析": false, "__proto__": false, "abcdefghijklmnopqrstuvwxyz-123456": false,
	} {
		if got := ValidID(id); got != want {
			t.Errorf("ValidID(%q) = %v", id, got)
		}
	}
}
