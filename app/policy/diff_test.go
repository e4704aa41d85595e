package policy

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// find gives the entry of a list that has the id.
func find[T any](t *testing.T, list []T, id string, of func(*T) string) *T {
	t.Helper()
	for i := range list {
		if of(&list[i]) == id {
			return &list[i]
		}
	}
	t.Fatalf("there is no %s", id)
	return nil
}

// copied is a policy of which nothing is shared with the original.
func copied(t *testing.T, p *Policy) *Policy {
	t.Helper()
	text, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	out := &Policy{}
	if err := json.Unmarshal(text, out); err != nil {
		t.Fatal(err)
	}
	return out
}

func zh(s string) Text { return Text{"zh-CN": s, "en": "English of it"} }

// C-28, C-29: what becomes of the answers when a policy is edited.
func TestAnEditIsOfTheClassThatItDeserves(t *testing.T) {
	type edit func(t *testing.T, p *Policy)
	purpose := func(id string, f func(*Purpose)) edit {
		return func(t *testing.T, p *Policy) {
			f(find(t, p.Purposes, id, func(p *Purpose) string { return p.ID }))
		}
	}
	sdk := func(id string, f func(*SDK)) edit {
		return func(t *testing.T, p *Policy) { f(find(t, p.SDKs, id, func(s *SDK) string { return s.ID })) }
	}
	recipient := func(id string, f func(*Recipient)) edit {
		return func(t *testing.T, p *Policy) {
			f(find(t, p.Recipients, id, func(r *Recipient) string { return r.ID }))
		}
	}
	collected := func(id string, f func(*Collected)) edit {
		return func(t *testing.T, p *Policy) {
			f(find(t, p.Collected, id, func(c *Collected) string { return c.ID }))
		}
	}
	permission := func(id string, f func(*Permission)) edit {
		return func(t *testing.T, p *Policy) {
			f(find(t, p.Permissions, id, func(c *Permission) string { return c.ID }))
		}
	}
	site, original := yunzhijia(t)
	all := "functional analytics beacons kingdee third-parties publication id-card face location camera photos microphone calendar phone-state storage background app-list meetings speech share-out casting crash-reports crash-abroad push email news"
	for _, test := range []struct {
		name    string
		edit    edit
		class   Class
		kinds   string // of the material differences
		asks    string // purposes
		reduces bool
	}{
		{"nothing", func(*testing.T, *Policy) {}, Editorial, "", "", false},

		// Words.
		{"a date", func(_ *testing.T, p *Policy) { p.Updated = "2024-01-01" }, Editorial, "", "", false},
		{"a title", func(_ *testing.T, p *Policy) { p.Title = zh("隐私声明") }, Editorial, "", "", false},
		{"the source", func(_ *testing.T, p *Policy) { p.Source = "elsewhere" }, Editorial, "", "", false},
		{"a comma of a summary", purpose("analytics", func(p *Purpose) { p.Summary["zh-CN"] = strings.ReplaceAll(p.Summary["zh-CN"], "，", "、") + "！" }), Editorial, "", "", false},
		{"spaces around Latin letters", purpose("beacons", func(p *Purpose) { p.Name["zh-CN"] = strings.ReplaceAll(p.Name["zh-CN"], "beacon", " beacon") }), Editorial, "", "", false},
		{"wide letters for narrow ones", purpose("beacons", func(p *Purpose) {
			p.Name["zh-CN"] = strings.ReplaceAll(p.Name["zh-CN"], "beacon", "ｂｅａｃｏｎ")
		}), Editorial, "", "", false},
		{"a point within a number", purpose("analytics", func(p *Purpose) { p.Retention["zh-CN"] = "1.5年" }), Material, "processing", "analytics", false},
		{"the same number without it", func(t *testing.T, p *Policy) { p.Purpose("analytics").Retention["zh-CN"] = "15年" }, Material, "processing", "analytics", false},
		{"a translation of a summary", purpose("analytics", func(p *Purpose) { p.Summary["en"] = "Counts." }), Minor, "", "", false},
		{"the notice", func(_ *testing.T, p *Policy) { p.Notice.Text["zh-CN"] = "我们用Cookie。" }, Minor, "", "", false},
		{"a section in plain words", func(_ *testing.T, p *Policy) { p.Sections[0].Summary = zh("别的") }, Minor, "", "", false},
		{"a section's heading", func(_ *testing.T, p *Policy) { p.Sections[0].Title = zh("别的") }, Editorial, "", "", false},
		{"a section more", func(_ *testing.T, p *Policy) {
			p.Sections = append(p.Sections, Section{ID: "more", Title: zh("更多"), Summary: zh("更多")})
		}, Minor, "", "", false},
		{"a section less", func(_ *testing.T, p *Policy) { p.Sections = p.Sections[1:] }, Minor, "", "", false},
		{"a definition", func(_ *testing.T, p *Policy) { p.Definitions[0].Text = zh("别的") }, Minor, "", "", false},
		{"a definition less", func(_ *testing.T, p *Policy) { p.Definitions = p.Definitions[1:] }, Minor, "", "", false},
		{"the full text alone", func(_ *testing.T, p *Policy) {
			p.FullText = map[string]string{"zh-CN": p.FullText["zh-CN"] + "\n又一句。"}
		}, Minor, "", "", false},
		{"the full text's punctuation", func(_ *testing.T, p *Policy) {
			p.FullText = map[string]string{"zh-CN": strings.ReplaceAll(p.FullText["zh-CN"], "。", "．")}
		}, Editorial, "", "", false},

		// Purposes.
		{"a purpose more", func(_ *testing.T, p *Policy) {
			p.Purposes = append(p.Purposes, Purpose{ID: "advertising", Kind: KindCookie, Name: zh("广告"), Summary: zh("广告")})
		}, Material, "processing", "advertising", false},
		{"a required purpose more", func(_ *testing.T, p *Policy) {
			p.Purposes = append(p.Purposes, Purpose{ID: "audit", Required: true, Kind: KindCookie, Name: zh("审计"), Summary: zh("审计")})
		}, Material, "processing", "", false},
		{"a purpose less", func(_ *testing.T, p *Policy) {
			p.Purposes = slices.DeleteFunc(p.Purposes, func(p Purpose) bool { return p.ID == "news" })
		}, Minor, "", "", false},
		{"a purpose under another id", purpose("news", func(p *Purpose) { p.ID = "newsletter" }), Material, "processing", "newsletter", false},
		{"another name of a purpose", purpose("analytics", func(p *Purpose) { p.Name["zh-CN"] = "广告" }), Material, "processing", "analytics", false},
		{"another summary", purpose("analytics", func(p *Purpose) { p.Summary["zh-CN"] = "画像" }), Material, "processing", "analytics", false},
		{"another summary of a required one", purpose("necessary", func(p *Purpose) { p.Summary["zh-CN"] = "画像" }), Material, "processing", "", false},
		{"another cost of refusing", purpose("functional", func(p *Purpose) { p.Refusal["zh-CN"] = "无法使用" }), Material, "processing", "functional", false},
		{"another basis", purpose("functional", func(p *Purpose) { p.Basis.Law = "PIPL 13(1)(2)" }), Material, "processing", "functional", false},
		{"the basis in other words", purpose("functional", func(p *Purpose) { p.Basis.Text = zh("别的") }), Minor, "", "", false},
		{"a kind of data more", purpose("analytics", func(p *Purpose) { p.Data = append(p.Data, zh("通讯录")) }), Material, "processing", "analytics", false},
		{"a kind of data less", purpose("analytics", func(p *Purpose) { p.Data = p.Data[1:] }), Minor, "", "", false},
		{"kinds of data in another order", purpose("analytics", func(p *Purpose) { slices.Reverse(p.Data) }), Editorial, "", "", false},
		{"longer retention", purpose("beacons", func(p *Purpose) { p.Retention["zh-CN"] = "十年" }), Material, "processing", "beacons", false},
		{"a recipient more", purpose("beacons", func(p *Purpose) { p.Recipients = append(p.Recipients, zh("广告公司")) }), Material, "recipients", "beacons", false},
		{"no recipients", purpose("beacons", func(p *Purpose) { p.Recipients = nil }), Minor, "", "", false},
		{"why a sensitive one is needed", purpose("id-card", func(p *Purpose) { p.Necessity = zh("别的") }), Material, "processing", "id-card", false},
		{"what it may do to a person", purpose("id-card", func(p *Purpose) { p.Effect = zh("别的") }), Material, "processing", "id-card", false},
		{"the other way is gone", purpose("face", func(p *Purpose) { p.Instead = nil }), Material, "processing", "face", false},
		{"it can't be refused any more", purpose("functional", func(p *Purpose) { p.Required = true }), Material, "rights", "", true},
		{"it can be refused now", purpose("announcements", func(p *Purpose) { p.Required = false }), Material, "processing", "announcements", false},
		{"it is asked by itself", purpose("functional", func(p *Purpose) { p.Separate = true }), Material, "processing", "functional", false},
		{"it is part of agreeing to all", purpose("kingdee", func(p *Purpose) { p.Separate = false }), Material, "processing", "kingdee", false},
		{"a signal refuses it", purpose("functional", func(p *Purpose) { p.GPC = true }), Minor, "", "", false},
		{"a signal refuses it no more", purpose("analytics", func(p *Purpose) { p.GPC = false }), Material, "rights", "", true},
		{"asked again because the policy says so", purpose("analytics", func(p *Purpose) { p.ReaskSince = "2024-01-01" }), Material, "processing", "analytics", false},
		{"a platform more", purpose("push", func(p *Purpose) { p.Platforms = append(p.Platforms, Web) }), Minor, "", "", false},
		{"a cookie more", purpose("analytics", func(p *Purpose) { p.Cookies = append(p.Cookies, StoredItem{Name: "_x", Area: AreaCookie}) }), Minor, "", "", false},
		{"a cookie less", purpose("analytics", func(p *Purpose) { p.Cookies = p.Cookies[1:] }), Minor, "", "", false},
		{"a cookie for longer", purpose("analytics", func(p *Purpose) { p.Cookies[0].Lifetime = zh("十年") }), Minor, "", "", false},
		{"a host more", purpose("analytics", func(p *Purpose) { p.Hosts = append(p.Hosts, "a.example") }), Minor, "", "", false},
		{"a host less", purpose("analytics", func(p *Purpose) { p.Hosts = nil }), Editorial, "", "", false},
		{"requests wait", purpose("analytics", func(p *Purpose) { p.Hold = true }), Editorial, "", "", false},
		{"a service more", purpose("analytics", func(p *Purpose) {
			p.Services = append(p.Services, Service{ID: "ads", Name: zh("广告"), Provider: zh("公司"), Summary: zh("广告")})
		}), Material, "recipients", "analytics", false},
		{"a service less", purpose("analytics", func(p *Purpose) { p.Services = p.Services[1:] }), Minor, "", "", false},
		{"a service of another provider", purpose("analytics", func(p *Purpose) { p.Services[0].Provider = zh("别人") }), Material, "recipients", "analytics", false},
		{"a service in other words", purpose("analytics", func(p *Purpose) { p.Services[0].Summary = zh("画像") }), Material, "processing", "analytics", false},
		{"a service's policy elsewhere", purpose("analytics", func(p *Purpose) { p.Services[0].URL = "https://a.example/" }), Minor, "", "", false},

		// The controller.
		{"another controller", func(_ *testing.T, p *Policy) { p.Controller.Name = zh("别的公司") }, Material, "ownership", all, false},
		{"another address", func(_ *testing.T, p *Policy) { p.Controller.Address = zh("别处") }, Material, "contact", "", false},
		{"another telephone", func(_ *testing.T, p *Policy) { p.Controller.Phone = "1" }, Material, "contact", "", false},
		{"another e-mail", func(_ *testing.T, p *Policy) { p.Controller.Email = "a@a.example" }, Material, "contact", "", false},
		{"another home page", func(_ *testing.T, p *Policy) { p.Controller.URL = "https://a.example/" }, Minor, "", "", false},
		{"a way to reach it less", func(_ *testing.T, p *Policy) { p.Requests.Channels = p.Requests.Channels[1:] }, Material, "contact", "", false},
		{"a way to reach it elsewhere", func(_ *testing.T, p *Policy) { p.Requests.Channels[0].To = zh("别处") }, Material, "contact", "", false},
		{"a way to reach it more", func(_ *testing.T, p *Policy) {
			p.Requests.Channels = append(p.Requests.Channels, Channel{ID: "fax", Name: zh("传真"), To: zh("1")})
		}, Minor, "", "", false},

		// The lists.
		{"data on a new occasion", func(_ *testing.T, p *Policy) {
			p.Collected = append(p.Collected, Collected{ID: "walk", Name: zh("步行"), Use: zh("计步")})
		}, Material, "processing", "", false},
		{"an occasion's data more", collected("face", func(c *Collected) { c.Data = append(c.Data, zh("声纹")) }), Material, "processing", "face", false},
		{"an occasion's data less", collected("logs", func(c *Collected) { c.Data = c.Data[1:] }), Minor, "", "", false},
		{"an occasion's use", collected("beacons", func(c *Collected) { c.Use = zh("画像") }), Material, "processing", "beacons", false},
		{"a required occasion's use", collected("logs", func(c *Collected) { c.Use = zh("画像") }), Material, "processing", "", false},
		{"an occasion less", func(_ *testing.T, p *Policy) { p.Collected = p.Collected[1:] }, Minor, "", "", false},
		{"a permission more", func(_ *testing.T, p *Policy) {
			p.Permissions = append(p.Permissions, Permission{ID: "contacts", Name: zh("通讯录"), Use: zh("同步")})
		}, Material, "processing", "", false},
		{"a permission's use", permission("camera", func(c *Permission) { c.Use = zh("监控") }), Material, "processing", "camera", false},
		{"a permission less", func(_ *testing.T, p *Policy) { p.Permissions = p.Permissions[1:] }, Minor, "", "", false},
		{"what a policy says of refusing a permission", permission("camera", func(c *Permission) { c.Said = zh("别的") }), Minor, "", "", false},
		{"an SDK more", func(_ *testing.T, p *Policy) {
			p.SDKs = append(p.SDKs, SDK{ID: "ads", Platform: Android, Name: zh("广告"), Purpose: "push"})
		}, Material, "recipients", "push", false},
		{"an SDK on another platform too", func(_ *testing.T, p *Policy) {
			p.SDKs = append(p.SDKs, SDK{ID: "tbs", Platform: IOS, Name: zh("腾讯"), Purpose: "app-core"})
		}, Material, "recipients", "", false},
		{"an SDK less", func(_ *testing.T, p *Policy) { p.SDKs = p.SDKs[1:] }, Minor, "", "", false},
		{"an SDK's provider", sdk("agora", func(s *SDK) { s.Provider = zh("别人") }), Material, "recipients", "meetings", false},
		{"an SDK's data", sdk("agora", func(s *SDK) { s.Data = zh("通讯录") }), Material, "processing", "meetings", false},
		{"an SDK's way of collecting", sdk("agora", func(s *SDK) { s.Collection = zh("别的") }), Material, "processing", "meetings", false},
		{"an SDK's privacy policy", sdk("agora", func(s *SDK) { s.Policy = "https://a.example/" }), Minor, "", "", false},
		{"an SDK's home page", sdk("mars", func(s *SDK) { s.Home = "https://a.example/" }), Editorial, "", "", false},
		{"an SDK of another purpose", sdk("agora", func(s *SDK) { s.Purpose = "speech" }), Material, "processing", "speech", false},
		{"somebody more who receives data", func(_ *testing.T, p *Policy) {
			p.Recipients = append(p.Recipients, Recipient{ID: "ads", Kind: Independent, Name: zh("广告公司"), Purpose: "third-parties"})
		}, Material, "recipients", "third-parties", false},
		{"somebody less", func(_ *testing.T, p *Policy) { p.Recipients = p.Recipients[1:] }, Minor, "", "", false},
		{"somebody gets more", recipient("kingdee", func(r *Recipient) { r.Data = append(r.Data, zh("通讯录")) }), Material, "recipients", "kingdee", false},
		{"somebody gets less", recipient("kingdee", func(r *Recipient) { r.Data = nil }), Minor, "", "", false},
		{"somebody decides by himself now", recipient("processors", func(r *Recipient) { r.Kind = Independent }), Material, "recipients", "", false},

		// Keeping, rights and rules.
		{"data are kept elsewhere", func(_ *testing.T, p *Policy) { p.Keeping.Place = zh("境外") }, Material, "processing", "", false},
		{"an incident is told later", func(_ *testing.T, p *Policy) { p.Keeping.IncidentDays++ }, Material, "rights", "", true},
		{"an incident is told sooner", func(_ *testing.T, p *Policy) { p.Keeping.IncidentDays-- }, Minor, "", "", false},
		{"the end of service is told later", func(_ *testing.T, p *Policy) { p.Keeping.ClosureDays-- }, Material, "rights", "", true},
		{"a certificate is gone", func(_ *testing.T, p *Policy) { p.Keeping.Certificates = nil }, Material, "risk", "", false},
		{"data are protected in other words", func(_ *testing.T, p *Policy) { p.Keeping.Security = zh("别的") }, Minor, "", "", false},
		{"a right is gone", func(_ *testing.T, p *Policy) { p.Rights = p.Rights[1:] }, Material, "rights", "", true},
		{"a right more", func(_ *testing.T, p *Policy) {
			p.Rights = append(p.Rights, Right{ID: "object", Name: zh("反对"), How: zh("写信")})
		}, Minor, "", "", false},
		{"a right in another way", func(_ *testing.T, p *Policy) { p.Rights[0].How = zh("写信") }, Material, "rights", "", false},
		{"answers take longer", func(_ *testing.T, p *Policy) { p.Requests.AnswerDays++ }, Material, "rights", "", true},
		{"answers come sooner", func(_ *testing.T, p *Policy) { p.Requests.AnswerDays-- }, Minor, "", "", false},
		{"requests cost something", func(_ *testing.T, p *Policy) { p.Requests.Fee = zh("一百元") }, Material, "rights", "", true},
		{"fewer changes are told", func(_ *testing.T, p *Policy) { p.Changes = p.Changes[1:] }, Material, "rights", "", true},
		{"fewer children are protected", func(_ *testing.T, p *Policy) { p.Minors.Child-- }, Material, "rights", "", true},
		{"more children are protected", func(_ *testing.T, p *Policy) { p.Minors.Child++ }, Minor, "", "", false},
		{"an exception more", func(_ *testing.T, p *Policy) { p.Exceptions = append(p.Exceptions, zh("别的")) }, Material, "rights", "", true},

		// What the version says of itself.
		{"it says that it is material", func(_ *testing.T, p *Policy) { p.Revision.Class = Material }, Material, "processing", "", false},
		{"it says that a risk was found", func(_ *testing.T, p *Policy) { p.Revision.Kinds = []ChangeKind{ChangeRisk} }, Material, "risk", "", false},
		{"it says that a right is gone", func(_ *testing.T, p *Policy) { p.Revision.Reduces = true }, Material, "rights", "", true},
		{"it says that nothing is new, and a recipient is", func(_ *testing.T, p *Policy) {
			p.Revision.Class = Editorial
			p.Purpose("beacons").Recipients = append(p.Purpose("beacons").Recipients, zh("广告公司"))
		}, Material, "recipients", "beacons", false},
		{"several at once", func(_ *testing.T, p *Policy) {
			p.Purpose("beacons").Data = append(p.Purpose("beacons").Data, zh("位置"))
			p.Controller.Phone = "1"
			p.Rights = p.Rights[1:]
			p.Purpose("news").Name = zh("别的")
		}, Material, "contact processing rights", "beacons news", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			before, after := copied(t, original), copied(t, original)
			if strings.HasPrefix(test.name, "the same number") {
				before.Purpose("analytics").Retention["zh-CN"] = "1.5年"
			}
			after.Version = "2024-01-01"
			test.edit(t, after)
			d := Compare(site, before, after)
			var kinds []string
			for _, k := range d.Kinds() {
				kinds = append(kinds, string(k))
			}
			if got := d.Class(); got != test.class || strings.Join(kinds, " ") != test.kinds || strings.Join(d.Asks(), " ") != test.asks || d.Reduces() != test.reduces {
				t.Errorf("class %s, kinds %v, asks %v, reduces %v; want %s, %q, %q, %v\n%+v", got, kinds, d.Asks(), d.Reduces(), test.class, test.kinds, test.asks, test.reduces, d.Differences)
			}
			for _, one := range d.Differences {
				if one.Reason == "" || one.Place() == "" || (one.Class == Material) != (one.Kind != "") {
					t.Errorf("%+v says too little", one)
				}
			}
			if back := Compare(site, after, before); !strings.HasPrefix(test.name, "it says") && (len(back.Differences) == 0) != (len(d.Differences) == 0) {
				t.Errorf("there are %d differences, and %d the other way", len(d.Differences), len(back.Differences))
			}
		})
	}
}

// A field of a policy that no comparison looks at would let a change pass in silence.
func TestEveryFieldOfAPolicyIsCompared(t *testing.T) {
	ignored := []string{"Version", "Effective", "Revision", "DataKinds", "Emphasis", "Hold", "OutOfReach", "Section", "FullText"}
	site, original := yunzhijia(t)
	var walk func(t *testing.T, path string, v reflect.Value, changed func() int)
	walk = func(t *testing.T, path string, v reflect.Value, changed func() int) {
		check := func(name string, set func()) {
			old := reflect.New(v.Type()).Elem()
			old.Set(v)
			set()
			if changed() == 0 {
				t.Errorf("%s is not compared", name)
			}
			v.Set(old)
		}
		switch v.Kind() {
		case reflect.Struct:
			for i := range v.NumField() {
				if f := v.Type().Field(i); !slices.Contains(ignored, f.Name) {
					walk(t, path+"."+f.Name, v.Field(i), changed)
				}
			}
		case reflect.Slice:
			if v.Len() > 0 {
				check(path+" without its first entry", func() { v.Set(v.Slice(1, v.Len())) })
				walk(t, path+"[0]", v.Index(0), changed)
			}
		case reflect.Map:
			check(path, func() { v.Set(reflect.ValueOf(zh("完全不同的文字"))) })
		case reflect.String:
			check(path, func() { v.SetString("other") })
		case reflect.Int:
			check(path, func() { v.SetInt(v.Int() + 1) })
		case reflect.Bool:
			check(path, func() { v.SetBool(!v.Bool()) })
		default:
			t.Errorf("%s is a %s", path, v.Kind())
		}
	}
	before, after := copied(t, original), copied(t, original)
	// What the first entries leave out.
	for _, p := range []*Policy{before, after} {
		p.Purposes[0] = *p.Purpose("analytics")
		p.Purposes[0].ID = "first"
		p.Purposes[0].Storage = []StoredItem{{Name: "a", Area: AreaLocal}}
		p.SDKs[0].Home = "https://a.example/"
	}
	if d := Compare(site, before, after); len(d.Differences) > 0 {
		t.Fatalf("before any change: %+v", d.Differences)
	}
	walk(t, "policy", reflect.ValueOf(after).Elem(), func() int { return len(Compare(site, before, after).Differences) })
	if diff := cmp.Diff(before, after); diff != "" {
		t.Fatal("the walk left something behind")
	}
}

func TestADifferenceOfASwitchHasNoTexts(t *testing.T) {
	before := &Policy{Version: "1", Purposes: []Purpose{{ID: "sharing", Separate: true}}}
	site := &Site{Languages: []string{"en"}, Policies: []*Policy{before}, Current: "1"}
	for _, want := range []Flag{FlagOn, FlagOff} {
		after := *before
		after.Purposes = slices.Clone(before.Purposes)
		p := after.Purpose("sharing")
		p.Separate, p.GPC = false, true
		old, next := before, &after
		if want == FlagOff {
			old, next = next, old
		}
		found := 0
		for _, d := range Compare(site, old, next).Differences {
			if d.Field == "gpc" {
				found++
				if d.Flag != want || d.Before != nil || d.After != nil {
					t.Errorf("flag %q, before %v, after %v; want flag %q alone", d.Flag, d.Before, d.After, want)
				}
			}
		}
		if found != 1 {
			t.Errorf("%d differences; want 1", found)
		}
	}
}
