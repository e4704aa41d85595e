package declarations

import (
	"slices"
	"strings"

	"github.com/nod-consent/nod/app/policy"
)

// weChatKeys are the keys of 用户隐私保护指引. It has none for the rest.
var weChatKeys = map[policy.DataType]string{
	policy.DataEmail: "Email", policy.DataPhone: "PhoneNumber", policy.DataAddress: "Address",
	policy.DataIDNumber: "EXIDNumber", policy.DataPurchases: "EXOrderInfo", policy.DataPreciseLocation: "Location",
	policy.DataCoarseLocation: "Location", policy.DataPhotos: "Album", policy.DataVideos: "Album",
	policy.DataCamera: "Camera", policy.DataVoice: "Record", policy.DataFiles: "MessageFile",
	policy.DataContent: "EXUserPublishContent", policy.DataUsage: "EXUserOpLog", policy.DataDeviceID: "DeviceInfo",
	policy.DataFitness: "RunData",
}

// weChatGuide is what WeChat's setPrivacySetting takes, without what the policy does not say.
type weChatGuide struct {
	Owner    weChatOwner     `json:"owner_setting"`
	Settings []weChatSetting `json:"setting_list"`
}

type weChatOwner struct {
	Email string `json:"contact_email,omitempty"`
	Phone string `json:"contact_phone,omitempty"`
}

type weChatSetting struct {
	Key  string `json:"privacy_key"`
	Text string `json:"privacy_text"` // what for
}

// declareWeChat declares what a mini program takes. It is a page of the web.
func (s Source) declareWeChat() ([]File, []Gap, error) {
	const path = "wechat/privacy-guide.json"
	p := s.Site.CurrentPolicy()
	source := s
	if slices.Contains(s.Site.Languages, "zh-CN") {
		source.Language = "zh-CN" // WeChat shows no other
	}
	items, gaps := source.listItems(policy.Web, path)
	if source.Language != "zh-CN" {
		gaps = append(gaps, Gap{
			File: path, About: "languages", Problem: "WeChat shows the guide in Chinese, and the site has no zh-CN",
			Remedy: "Add zh-CN to the languages of site.yaml",
		})
	}
	guide := weChatGuide{Owner: weChatOwner{p.Controller.Email, p.Controller.Phone}}
	var missing []Gap
	guide.Settings, missing = listWeChatSettings(items, path)
	gaps = append(gaps, missing...)
	gaps = append(gaps, Gap{
		File: path, Problem: "no policy says how WeChat's users learn of changes (notice_method)",
		Remedy: "Add it yourself", IsOpen: true,
	})
	content, err := encodeJSON(guide)
	return []File{{path, content}}, gaps, err
}

// listWeChatSettings lists items by WeChat's keys, with what each is for. Some items share a key.
func listWeChatSettings(items []item, file string) (settings []weChatSetting, gaps []Gap) {
	settings = []weChatSetting{}
	texts := map[string][]string{}
	for _, i := range items {
		key, ok := weChatKeys[i.Type]
		if !ok {
			gaps = append(gaps, Gap{
				File: file, About: "data " + string(i.Type), Problem: "WeChat's guide has no key for it",
				Remedy: "If the mini program takes it, describe it in the guide yourself", IsOpen: true,
			})
			continue
		}
		if texts[key] == nil {
			settings = append(settings, weChatSetting{Key: key})
			texts[key] = []string{}
		}
		for _, text := range i.Texts {
			if !slices.Contains(texts[key], text) {
				texts[key] = append(texts[key], text)
			}
		}
	}
	for i := range settings {
		if settings[i].Text = strings.Join(texts[settings[i].Key], "；"); settings[i].Text == "" {
			gaps = append(gaps, Gap{
				File: file, About: "key " + settings[i].Key, Problem: "the policy does not say what it is for",
				Remedy: "Add use to its entry of collected",
			})
		}
	}
	return settings, gaps
}
