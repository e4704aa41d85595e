package lint

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/nod-consent/nod/app/policy/load"
)

// The files of lintFiles.
const (
	siteFile    = "shop/site.yaml"
	versionFile = "shop/policy/1.yaml"
	textFile    = "shop/policy/1.en.md"
)

// fullText is what the texts of lintFiles rely on.
const fullText = "\nWe keep it for 30 days. You can withdraw. Ads receive it.\n" +
	"The app has the permission for the camera.\n"

// shopSite and shopPolicy are the YAML files of lintFiles.
const shopSite = `name: {en: Shop, zh-CN: 商店}
origins: [https://shop.example]
languages: [en, zh-CN]
evidence: {erasure: erase}
`

const shopPolicy = `version: "1"
updated: "2026-01-01"
effective: "2026-01-01"
title: {en: Privacy, zh-CN: 隐私}
controller: {name: {en: Shop Ltd, zh-CN: 商店},
  email: privacy@shop.example}
notice:
  title: {en: Your choice, zh-CN: 您的选择}
  text: {en: We ask., zh-CN: 我们询问。}
  retention: {en: 30 days., zh-CN: 30天。}
  rights: {en: Any time., zh-CN: 随时。}
purposes:
  - id: necessary
    kind: cookie
    required: true
    ground: Privacy
    name: {en: Necessary, zh-CN: 必要}
    summary: {en: Signs in., zh-CN: 登录。}
    refusal: {en: No., zh-CN: 不能。}
    basis: {law: GDPR 6(1)(b), text: {en: The service, zh-CN: 服务}}
    data: [{en: Account, zh-CN: 账号}]
    retention: {en: A day., zh-CN: 一天。}
  - id: analytics
    kind: beacon
    gpc: true
    name: {en: Statistics, zh-CN: 统计}
    summary: {en: Counts., zh-CN: 计数。}
    refusal: {en: Costs nothing., zh-CN: 没有损失。}
    basis: {law: GDPR 6(1)(a), text: {en: Consent, zh-CN: 同意}}
    data: [{en: Pages, zh-CN: 页面}, {en: IMEI, zh-CN: IMEI}]
    retention: {en: 12 months., zh-CN: 十二个月。}
    hosts: [stats.example.net]
    cookies: [{name: _id, lifetime: {en: 30 days, zh-CN: 30天}}]
  - id: sharing
    kind: sharing
    separate: true
    name: {en: Sharing, zh-CN: 共享}
    summary: {en: Shares., zh-CN: 共享。}
    refusal: {en: Costs nothing., zh-CN: 没有损失。}
    necessity: {en: They ship it., zh-CN: 由其发货。}
    effect: {en: They know it., zh-CN: 由其知悉。}
    basis: {law: PIPL 23, text: {en: Consent, zh-CN: 同意}}
    data: [{en: Account, zh-CN: 账号}]
    retention: {en: A year., zh-CN: 一年。}
collected:
  - id: logs
    name: {en: Logs, zh-CN: 日志}
    data: [{en: IMEI, zh-CN: IMEI}]
permissions:
  - id: camera
    name: {en: Camera, zh-CN: 相机}
    use: {en: Codes., zh-CN: 扫码。}
    refusal: {en: Codes are typed., zh-CN: 手动输入。}
sdks:
  - id: map
    platform: android
    name: {en: Map, zh-CN: 地图}
    data: {en: IMEI, zh-CN: IMEI}
    collection: {en: SDK, zh-CN: SDK}
    policy: https://map.example/privacy
    purpose: analytics
recipients:
  - {id: ads, name: {en: Ads, zh-CN: 广告}, kind: independent, purpose: analytics}
keeping:
  term: {en: A year., zh-CN: 一年。}
  incident: {en: We write., zh-CN: 我们来信。}
  incident_days: 30
  closure: {en: We announce it., zh-CN: 我们公告。}
  closure_days: 60
rights:
  - {id: access, name: {en: Access, zh-CN: 查阅}, how: {en: Write., zh-CN: 来信。}}
  - {id: correct, name: {en: Correct, zh-CN: 更正}, how: {en: Write., zh-CN: 来信。}}
  - {id: delete, name: {en: Delete, zh-CN: 删除}, how: {en: Write., zh-CN: 来信。}}
  - {id: withdraw, name: {en: Withdraw, zh-CN: 撤回}, how: {en: Here., zh-CN: 这里。}}
requests: {answer_days: 15, contact_days: 15}
changes:
  - {kind: processing, text: {en: What for, zh-CN: 目的}}
minors: {child: 14, adult: 18}
`

// lintFiles is a site that a careful reader finds nothing in, but for notes.
func lintFiles() fstest.MapFS {
	return fstest.MapFS{
		siteFile:    {Data: []byte(shopSite)},
		versionFile: {Data: []byte(shopPolicy)},
		textFile:    {Data: []byte("# Privacy\n\nWe ask.\n" + fullText)},
	}
}

// lintShop checks the site of lintFiles, changed or not.
func lintShop(t *testing.T, files fs.FS) load.Problems {
	t.Helper()
	_, found, err := Site(files, "shop")
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// findAbout returns the problems whose message has these words.
func findAbout(all load.Problems, words string) (found load.Problems) {
	for _, p := range all {
		if strings.Contains(p.Message, words) {
			found = append(found, p)
		}
	}
	return found
}
