package policy

import (
	"regexp"
	"testing"
)

func twoLanguages(s string) Text { return Text{"zh-CN": s, "en": "English"} }

func aPurpose() *Purpose {
	return &Purpose{
		ID: "analytics", Kind: KindCookie, Name: twoLanguages("分析"), Summary: twoLanguages("统计"), Refusal: twoLanguages("可以拒绝"),
		Basis: Basis{Law: "PIPL 13(1)(1)", Text: twoLanguages("同意")}, Retention: twoLanguages("一年"),
		Data: []Text{twoLanguages("页面"), twoLanguages("日志")}, Recipients: []Text{twoLanguages("云之家")},
		Cookies: []StoredItem{{Name: "_id"}}, Hosts: []string{"stats.example"},
		Services: []Service{{ID: "counter", Name: twoLanguages("计数"), Provider: twoLanguages("公司"), Summary: twoLanguages("数"), URL: "https://a.example"}},
	}
}

// C-29: what a person decided about changes the hash, and so is asked again; nothing else does.
func TestAPurposesHash(t *testing.T) {
	for _, test := range []struct {
		name    string
		changes bool
		edit    func(*Purpose)
	}{
		{"another id", true, func(p *Purpose) { p.ID = "analytics2" }},
		{"another kind", true, func(p *Purpose) { p.Kind = KindBeacon }},
		{"it becomes required", true, func(p *Purpose) { p.Required = true }},
		{"it becomes separate", true, func(p *Purpose) { p.Separate = true }},
		{"another name", true, func(p *Purpose) { p.Name["zh-CN"] = "分析2" }},
		{"another summary", true, func(p *Purpose) { p.Summary["zh-CN"] = "统计2" }},
		{"another cost of refusing", true, func(p *Purpose) { p.Refusal["zh-CN"] = "不能拒绝" }},
		{"another legal basis", true, func(p *Purpose) { p.Basis.Law = "PIPL 13(1)(2)" }},
		{"another retention", true, func(p *Purpose) { p.Retention["zh-CN"] = "两年" }},
		{"another reason why it is needed", true, func(p *Purpose) { p.Necessity = twoLanguages("必要") }},
		{"another effect on the person", true, func(p *Purpose) { p.Effect = twoLanguages("影响") }},
		{"another way to do the same", true, func(p *Purpose) { p.Instead = twoLanguages("其他办法") }},
		{"where it is asked", false, func(p *Purpose) { p.Platforms = []Platform{Android} }},
		{"another kind of data", true, func(p *Purpose) { p.Data[1] = twoLanguages("位置") }},
		{"one more kind of data", true, func(p *Purpose) { p.Data = append(p.Data, twoLanguages("位置")) }},
		{"one kind of data less", true, func(p *Purpose) { p.Data = p.Data[:1] }},
		{"another recipient", true, func(p *Purpose) { p.Recipients[0] = twoLanguages("别人") }},
		{"one more recipient", true, func(p *Purpose) { p.Recipients = append(p.Recipients, twoLanguages("别人")) }},
		{"no recipients", true, func(p *Purpose) { p.Recipients = nil }},
		{"a kind of data becomes a recipient", true, func(p *Purpose) {
			p.Data, p.Recipients = p.Data[:1], append([]Text{p.Data[1]}, p.Recipients...)
		}},
		{"text moves from one field to the next", true, func(p *Purpose) { p.Name["zh-CN"], p.Summary["zh-CN"] = "分析统", "计" }},

		{"a translation", false, func(p *Purpose) {
			for _, text := range append(append([]Text{p.Name, p.Summary, p.Refusal, p.Retention, p.Basis.Text}, p.Data...), p.Recipients...) {
				text["en"] = "mended"
			}
		}},
		{"a new translation", false, func(p *Purpose) { p.Name["de"] = "Statistik" }},
		{"the legal basis in words", false, func(p *Purpose) { p.Basis.Text["zh-CN"] = "您的同意" }},
		{"cookies", false, func(p *Purpose) { p.Cookies = []StoredItem{{Name: "_other", Use: twoLanguages("x")}} }},
		{"storage", false, func(p *Purpose) { p.Storage = []StoredItem{{Name: "queue"}} }},
		{"hosts", false, func(p *Purpose) { p.Hosts = []string{"b.example"} }},
		{"the signal that refuses it", false, func(p *Purpose) { p.GPC = true }},
		{"one more service", true, func(p *Purpose) {
			p.Services = append(p.Services, Service{ID: "other", Name: twoLanguages("另一个")})
		}},
		{"a service's address", false, func(p *Purpose) { p.Services[0].URL = "https://b.example" }},
	} {
		t.Run(test.name, func(t *testing.T) {
			before, after := aPurpose(), aPurpose()
			test.edit(after)
			if changed := before.Hash(anAsker) != after.Hash(anAsker); changed != test.changes {
				t.Errorf("the purpose's hash changes: %v", changed)
			}
			if changed := before.Services[0].Hash(before, anAsker) != after.Services[0].Hash(after, anAsker); changed != test.changes {
				t.Errorf("its service's hash changes: %v", changed)
			}
		})
	}
}

var anAsker = Asker{Site: "shop", Controller: "商店", Language: "zh-CN"}

func TestAnAnswerToOneAskerIsNoneToAnother(t *testing.T) {
	p := aPurpose()
	for name, other := range map[string]Asker{
		"another site":       {Site: "shop2", Controller: "商店", Language: "zh-CN"},
		"another controller": {Site: "shop", Controller: "别的商店", Language: "zh-CN"},
	} {
		if p.Hash(anAsker) == p.Hash(other) || p.Services[0].Hash(p, anAsker) == p.Services[0].Hash(p, other) {
			t.Errorf("%s has the same hash", name)
		}
	}
}

func TestListsDoNotRunIntoEachOther(t *testing.T) {
	one, other := aPurpose(), aPurpose()
	one.Data, one.Recipients = []Text{twoLanguages("a"), twoLanguages("recipients"), twoLanguages("b")}, nil
	other.Data, other.Recipients = []Text{twoLanguages("a")}, []Text{twoLanguages("b"), twoLanguages("recipients")}
	if one.Hash(anAsker) == other.Hash(anAsker) {
		t.Error("a kind of data called recipients passes for the recipients")
	}
	if hashOf([]string{"ab", "c"}) == hashOf([]string{"a", "bc"}) || hashOf([]string{"a", ""}) == hashOf([]string{"a"}) || hashOf([]string{"1:a"}) == hashOf([]string{"", "a"}) {
		t.Error("fields run into each other")
	}
}

func TestAServicesHash(t *testing.T) {
	for _, test := range []struct {
		name    string
		changes bool
		edit    func(*Service)
	}{
		{"another id", true, func(s *Service) { s.ID = "counter2" }},
		{"another name", true, func(s *Service) { s.Name["zh-CN"] = "计数2" }},
		{"another provider", true, func(s *Service) { s.Provider["zh-CN"] = "别的公司" }},
		{"another summary", true, func(s *Service) { s.Summary["zh-CN"] = "数2" }},
		{"a translation", false, func(s *Service) { s.Name["en"], s.Provider["en"], s.Summary["en"] = "a", "b", "c" }},
		{"an address", false, func(s *Service) { s.URL = "https://b.example" }},
		{"cookies, storage and hosts", false, func(s *Service) {
			s.Cookies, s.Storage, s.Hosts = []StoredItem{{Name: "a"}}, []StoredItem{{Name: "b"}}, []string{"c.example"}
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			before, after := aPurpose(), aPurpose()
			test.edit(&after.Services[0])
			if changed := before.Services[0].Hash(before, anAsker) != after.Services[0].Hash(after, anAsker); changed != test.changes {
				t.Errorf("the service's hash changes: %v", changed)
			}
			if changed := before.Hash(anAsker) != after.Hash(anAsker); changed != test.changes {
				t.Errorf("its purpose's hash changes: %v; a service that is new or changed is asked for, and inherits no grant", changed)
			}
		})
	}
}

func TestHashesHaveSixCharactersOfBase64url(t *testing.T) {
	form := regexp.MustCompile(`^[A-Za-z0-9_-]{6}$`)
	seen := map[Hash]bool{}
	for i := range 1000 {
		p := aPurpose()
		p.Retention["zh-CN"] = string(rune('一' + i))
		for _, h := range []Hash{p.Hash(anAsker), p.Services[0].Hash(p, anAsker)} {
			if len(h) != HashLen || !form.MatchString(string(h)) || seen[h] {
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
		"": false, "1a": false, "-a": false, "A": false, "aB": false, "a_b": false, "a.b": false, "a:b": false, "a b": false, "a\n": false,
		"é": false, "分析": false, "__proto__": false, "abcdefghijklmnopqrstuvwxyz-123456": false,
	} {
		if got := ValidID(id); got != want {
			t.Errorf("ValidID(%q) = %v", id, got)
		}
	}
}
