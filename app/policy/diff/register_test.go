package diff

import "github.com/nod-consent/nod/app/policy"

// registerEdits are changes of the lists.
var registerEdits = []editTest{
	{"a new occasion", func(p *policy.Policy) {
		p.Collected = append(p.Collected, policy.Collected{ID: "walk", Name: zh("步行"), Use: zh("计步")})
	}, "material processing"},
	{"a new kind of data on an occasion", editCollected("face", func(c *policy.Collected) {
		c.Data = append(c.Data, zh("声纹"))
	}), "material processing; asks face"},
	{"a removed kind of data on an occasion", editCollected("logs", func(c *policy.Collected) {
		c.Data = c.Data[1:]
	}), "minor"},
	{"the use of data on an occasion", editCollected("beacons", func(c *policy.Collected) {
		c.Use = zh("画像")
	}), "material processing; asks beacons"},
	{"the use of data on a required occasion", editCollected("logs", func(c *policy.Collected) {
		c.Use = zh("画像")
	}), "material processing"},
	{"a removed occasion", func(p *policy.Policy) { p.Collected = p.Collected[1:] }, "minor"},
	{"a new permission", func(p *policy.Policy) {
		p.Permissions = append(p.Permissions, policy.Permission{ID: "sms", Name: zh("短信"), Use: zh("验证")})
	}, "material processing"},
	{"the use of a permission", editPermission("camera", func(c *policy.Permission) {
		c.Use = zh("监控")
	}), "material processing; asks camera"},
	{"a removed permission", func(p *policy.Policy) { p.Permissions = p.Permissions[1:] }, "minor"},
	{"the policy's claim about refusing a permission", editPermission("camera", func(c *policy.Permission) {
		c.Claimed = zh("别的")
	}), "minor"},
	{"a new SDK", func(p *policy.Policy) {
		p.SDKs = append(p.SDKs, policy.SDK{ID: "ads", Platform: policy.Android, Name: zh("广告"), Purpose: "push"})
	}, "material recipients; asks push"},
	{"an SDK on a new platform", func(p *policy.Policy) {
		p.SDKs = append(p.SDKs, policy.SDK{ID: "tbs", Platform: policy.IOS, Name: zh("腾讯"), Purpose: "app-core"})
	}, "material recipients"},
	{"a removed SDK", func(p *policy.Policy) { p.SDKs = p.SDKs[1:] }, "minor"},
	{"the provider of an SDK", editSDK("agora", func(s *policy.SDK) {
		s.Provider = zh("别人")
	}), "material recipients; asks meetings"},
	{"the data of an SDK", editSDK("agora", func(s *policy.SDK) {
		s.Data = zh("通讯录")
	}), "material processing; asks meetings"},
	{"the way an SDK collects data", editSDK("agora", func(s *policy.SDK) {
		s.Collection = zh("别的")
	}), "material processing; asks meetings"},
	{"the address of an SDK's privacy policy", editSDK("agora", func(s *policy.SDK) {
		s.Policy = "https://a.example/"
	}), "minor"},
	{"the address of an SDK's home page", editSDK("mars", func(s *policy.SDK) {
		s.Home = "https://a.example/"
	}), "editorial"},
	{"the purpose of an SDK", editSDK("agora", func(s *policy.SDK) {
		s.Purpose = "speech"
	}), "material processing; asks speech"},
	{"a new recipient", func(p *policy.Policy) {
		p.Recipients = append(p.Recipients, policy.Recipient{
			ID: "ads", Kind: policy.Independent, Name: zh("广告公司"), Purpose: "third-parties",
		})
	}, "material recipients; asks third-parties"},
	{"a removed recipient", func(p *policy.Policy) { p.Recipients = p.Recipients[1:] }, "minor"},
	{"a new kind of data for a recipient", editRecipient("kingdee", func(r *policy.Recipient) {
		r.Data = append(r.Data, zh("通讯录"))
	}), "material recipients; asks kingdee"},
	{"removed data of a recipient", editRecipient("kingdee", func(r *policy.Recipient) { r.Data = nil }), "minor"},
	{"a processor becomes independent", editRecipient("processors", func(r *policy.Recipient) {
		r.Kind = policy.Independent
	}), "material recipients"},
}
