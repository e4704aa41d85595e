package diff

import (
	"slices"

	"github.com/nod-consent/nod/app/policy"
)

// purposeEdits are changes of purposes and services.
var purposeEdits = []editTest{
	{"a new purpose", func(p *policy.Policy) {
		next := policy.Purpose{ID: "advertising", Kind: policy.KindCookie, Name: zh("广告"), Summary: zh("广告")}
		p.Purposes = append(p.Purposes, next)
	}, "material processing; asks advertising"},
	{"a new required purpose", func(p *policy.Policy) {
		p.Purposes = append(p.Purposes, policy.Purpose{
			ID: "audit", Required: true, Kind: policy.KindCookie, Name: zh("审计"), Summary: zh("审计"),
		})
	}, "material processing"},
	{"a removed purpose", func(p *policy.Policy) {
		p.Purposes = slices.DeleteFunc(p.Purposes, func(p policy.Purpose) bool { return p.ID == "news" })
	}, "minor"},
	{"a purpose with a new id", editPurpose("news", func(p *policy.Purpose) {
		p.ID = "newsletter"
	}), "material processing; asks newsletter"},
	{"the name of a purpose", editPurpose("analytics", func(p *policy.Purpose) {
		p.Name["zh-CN"] = "广告"
	}), "material processing; asks analytics"},
	{"the summary of a purpose", editPurpose("analytics", func(p *policy.Purpose) {
		p.Summary["zh-CN"] = "画像"
	}), "material processing; asks analytics"},
	{"the summary of a required purpose", editPurpose("necessary", func(p *policy.Purpose) {
		p.Summary["zh-CN"] = "画像"
	}), "material processing"},
	{"the cost of refusing", editPurpose("functional", func(p *policy.Purpose) {
		p.Refusal["zh-CN"] = "无法使用"
	}), "material processing; asks functional"},
	{"the legal basis", editPurpose("functional", func(p *policy.Purpose) {
		p.Basis.Law = "PIPL 13(1)(2)"
	}), "material processing; asks functional"},
	{"the explanation of the legal basis", editPurpose("functional", func(p *policy.Purpose) {
		p.Basis.Text = zh("别的")
	}), "minor"},
	{"a new kind of data", editPurpose("analytics", func(p *policy.Purpose) {
		p.Data = append(p.Data, zh("通讯录"))
	}), "material processing; asks analytics"},
	{"a removed kind of data", editPurpose("analytics", func(p *policy.Purpose) { p.Data = p.Data[1:] }), "minor"},
	{"kinds of data in another order", editPurpose("analytics", func(p *policy.Purpose) {
		slices.Reverse(p.Data)
	}), "editorial"},
	{"longer retention", editPurpose("beacons", func(p *policy.Purpose) {
		p.Retention["zh-CN"] = "十年"
	}), "material processing; asks beacons"},
	{"a new recipient", editPurpose("beacons", func(p *policy.Purpose) {
		p.Recipients = append(p.Recipients, zh("广告公司"))
	}), "material recipients; asks beacons"},
	{"removed recipients", editPurpose("beacons", func(p *policy.Purpose) { p.Recipients = nil }), "minor"},
	{"why sensitive data are needed", editPurpose("id-card", func(p *policy.Purpose) {
		p.Necessity = zh("别的")
	}), "material processing; asks id-card"},
	{"the effect on the person", editPurpose("id-card", func(p *policy.Purpose) {
		p.Effect = zh("别的")
	}), "material processing; asks id-card"},
	{"a removed alternative", editPurpose("face", func(p *policy.Purpose) {
		p.Instead = nil
	}), "material processing; asks face"},
	{"an optional purpose becomes required", editPurpose("functional", func(p *policy.Purpose) {
		p.Required = true
	}), "material rights; reduces"},
	{"a required purpose becomes optional", editPurpose("announcements", func(p *policy.Purpose) {
		p.Required = false
	}), "material processing; asks announcements"},
	{"a purpose becomes separate", editPurpose("functional", func(p *policy.Purpose) {
		p.Separate = true
	}), "material processing; asks functional"},
	{"a purpose is no longer separate", editPurpose("kingdee", func(p *policy.Purpose) {
		p.Separate = false
	}), "material processing; asks kingdee"},
	{"a GPC signal now refuses it", editPurpose("functional", func(p *policy.Purpose) { p.GPC = true }), "minor"},
	{"a GPC signal no longer refuses it", editPurpose("analytics", func(p *policy.Purpose) {
		p.GPC = false
	}), "material rights; reduces"},
	{"the policy asks again", editPurpose("analytics", func(p *policy.Purpose) {
		p.ReaskSince = "2024-01-01"
	}), "material processing; asks analytics"},
	{"a new platform", editPurpose("push", func(p *policy.Purpose) {
		p.Platforms = append(p.Platforms, policy.Web)
	}), "minor"},
	{"a new cookie", editPurpose("analytics", func(p *policy.Purpose) {
		p.Cookies = append(p.Cookies, policy.StoredItem{Name: "_x", Area: policy.AreaCookie})
	}), "minor"},
	{"a removed cookie", editPurpose("analytics", func(p *policy.Purpose) { p.Cookies = p.Cookies[1:] }), "minor"},
	{"the lifetime of a cookie", editPurpose("analytics", func(p *policy.Purpose) {
		p.Cookies[0].Lifetime = zh("十年")
	}), "minor"},
	{"a new host", editPurpose("analytics", func(p *policy.Purpose) {
		p.Hosts = append(p.Hosts, "a.example")
	}), "minor"},
	{"a removed host", editPurpose("analytics", func(p *policy.Purpose) { p.Hosts = nil }), "editorial"},
	{"requests are held", editPurpose("analytics", func(p *policy.Purpose) { p.Hold = true }), "editorial"},
	{"a new service", editPurpose("analytics", func(p *policy.Purpose) {
		next := policy.Service{ID: "ads", Name: zh("广告"), Provider: zh("公司"), Summary: zh("广告")}
		p.Services = append(p.Services, next)
	}), "material recipients; asks analytics"},
	{"a removed service", editPurpose("analytics", func(p *policy.Purpose) { p.Services = p.Services[1:] }), "minor"},
	{"the provider of a service", editPurpose("analytics", func(p *policy.Purpose) {
		p.Services[0].Provider = zh("别人")
	}), "material recipients; asks analytics"},
	{"the summary of a service", editPurpose("analytics", func(p *policy.Purpose) {
		p.Services[0].Summary = zh("画像")
	}), "material processing; asks analytics"},
	{"the address of a service's privacy policy", editPurpose("analytics", func(p *policy.Purpose) {
		p.Services[0].URL = "https://a.example/"
	}), "minor"},
}
