package load

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/parser"
	"golang.org/x/net/html"

	"github.com/nod-consent/nod/app/policy"
)

func yunzhijia(t *testing.T) (*policy.Site, *policy.Policy) {
	t.Helper()
	site, err := Site(os.DirFS("../../../assets/sites"), "yunzhijia")
	if err != nil {
		t.Fatal(err)
	}
	p, ok := site.Policy("2023-11-23")
	if !ok {
		t.Fatal("version 2023-11-23 is missing")
	}
	return site, p
}

func TestBuiltInSitesLoad(t *testing.T) {
	sites, err := Sites(os.DirFS("../../../assets/sites"))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(sites, func(s *policy.Site) bool { return s.ID == "yunzhijia" }) {
		t.Error("yunzhijia is not among them")
	}
	site, p := yunzhijia(t)
	if diff := cmp.Diff([]string{"zh-CN", "en"}, site.Languages); diff != "" {
		t.Errorf("languages (-want +got):\n%s", diff)
	}
	if site.CurrentPolicy() != p {
		t.Errorf("version %s is in force", site.CurrentPolicy().Version)
	}
}

// fullText renders the original, and returns its text and its anchors.
func fullText(t *testing.T, p *policy.Policy) (text string, anchors []string) {
	t.Helper()
	var page bytes.Buffer
	markdown := goldmark.New(goldmark.WithParserOptions(parser.WithHeadingAttribute()))
	if err := markdown.Convert([]byte(p.FullText["zh-CN"]), &page); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for z := html.NewTokenizer(&page); ; {
		switch z.Next() {
		case html.ErrorToken:
			return b.String(), anchors
		case html.TextToken:
			b.WriteString(z.Token().Data)
		case html.StartTagToken:
			for _, a := range z.Token().Attr {
				if a.Key == "id" {
					anchors = append(anchors, a.Val)
				}
			}
		}
	}
}

// C-08, C-18, C-22: what a person reads first, and the lists, say what the original says.
func TestTextsOfTheFirstLaunchAndTheListsAreThoseOfTheOriginal(t *testing.T) {
	_, p := yunzhijia(t)
	if text := p.Launch.Text["zh-CN"]; !strings.Contains(text, "手机号码") || strings.Contains(text, "邮箱") {
		t.Errorf("registration needs a mobile number, and no e-mail address is an alternative: %s", text)
	}
	uses := map[string]string{}
	for _, e := range p.Collected {
		uses[e.ID] = e.Use["zh-CN"]
		if e.Refusal["zh-CN"] == "" && e.ID != "beacons" {
			t.Errorf("collected %s does not say what refusing costs", e.ID)
		}
	}
	for _, id := range []string{"storage", "background", "contacts", "communication", "sdks"} { // 8) g and h, and the rest
		if uses[id] == "" {
			t.Errorf("collected has no %s", id)
		}
	}
	for _, id := range []string{"device", "logs", "support-events"} {
		if !strings.Contains(uses[id], "并将这些信息进行关联") {
			t.Errorf("collected %s does not say that data are linked", id)
		}
	}
	for _, kind := range p.DataKinds {
		if !slices.ContainsFunc(p.Collected, func(e policy.Collected) bool {
			return slices.ContainsFunc(e.Data, func(d policy.Text) bool {
				return slices.ContainsFunc(kind.Words, func(w string) bool { return strings.Contains(d["zh-CN"], w) })
			})
		}) {
			t.Errorf("the filter %s matches nothing that is collected", kind.ID)
		}
	}
}

// Each is an error that an earlier translation had.
func TestEnglishTextsHaveTheSenseOfTheOriginal(t *testing.T) {
	data, err := os.ReadFile("../../../assets/sites/yunzhijia/policy/2023-11-23.yaml")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(string(data)), " ")
	for wrong, why := range map[string]string{
		"product's messages": "产品信息 is product information", "quite impractical": "非常 is extremely",
		"bankruptcy or merger": "破产并购 includes acquisitions", "Learns how you use": "使用习惯 are habits",
		"We do not publish": "公开披露 is to disclose publicly", "close your account": "注销 is to cancel",
		"Closing the account": "注销 is to cancel", "social contact": "社交 is social networking",
		"colleague circle": "同事圈 is a feed", "Cangqiong": "Kingdee has English names", "mainland China": "中华人民共和国境内",
		"strictly necessary storage": "the Chinese text does not say it", "or e-mail address, device": "手机号码 alone",
	} {
		if strings.Contains(text, wrong) {
			t.Errorf("%q: %s", wrong, why)
		}
	}
}

// C-13
func TestBeaconsCollectFiveKindsOfData(t *testing.T) {
	_, p := yunzhijia(t)
	at := slices.IndexFunc(p.Purposes, func(u policy.Purpose) bool { return u.ID == "beacons" })
	if at < 0 || p.Purposes[at].Kind != policy.KindBeacon {
		t.Fatalf("purpose beacons is number %d of %+v", at, p.Purposes)
	}
	var got []string
	for _, d := range p.Purposes[at].Data {
		got = append(got, d["zh-CN"])
	}
	want := []string{"页面地址", "援引页面的位址", "停留时间", "浏览环境", "显示设定"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("a beacon collects (-want +got):\n%s", diff)
	}
}

// C-53
func TestPurposesHaveBasisRefusalRetentionAndRecipients(t *testing.T) {
	site, p := yunzhijia(t)
	for _, purpose := range p.Purposes {
		if !strings.HasPrefix(purpose.Basis.Law, "PIPL 13") {
			t.Errorf("%s: the legal basis is %q, want an item of PIPL 13", purpose.ID, purpose.Basis.Law)
		}
		if len(purpose.Recipients) == 0 || len(purpose.Data) == 0 {
			t.Errorf("%s: %d recipients and %d kinds of data", purpose.ID, len(purpose.Recipients), len(purpose.Data))
		}
		texts := map[string]policy.Text{
			"basis": purpose.Basis.Text, "refusal": purpose.Refusal, "retention": purpose.Retention,
		}
		for _, r := range purpose.Recipients {
			texts["recipient "+r["en"]] = r
		}
		for _, language := range site.Languages {
			for what, text := range texts {
				if strings.TrimSpace(text[language]) == "" {
					t.Errorf("%s: no %s in %s", purpose.ID, what, language)
				}
			}
		}
	}
}

func TestBuiltInPurposesHaveDifferentHashes(t *testing.T) {
	site, p := yunzhijia(t)
	seen := map[policy.Hash]string{}
	for i := range p.Purposes {
		purpose := &p.Purposes[i]
		hashes := map[string]policy.Hash{purpose.ID: purpose.Hash(site.Asker(p))}
		for j := range purpose.Services {
			hashes[purpose.Services[j].ID] = purpose.Services[j].Hash(purpose, site.Asker(p))
		}
		for id, h := range hashes {
			if other, taken := seen[h]; taken {
				t.Errorf("%s and %s have the hash %s", id, other, h)
			}
			seen[h] = id
		}
	}
}

// C-14, C-16, C-34
func TestPurposesThatNeedSeparateConsentAreSeparate(t *testing.T) {
	_, p := yunzhijia(t)
	for id, kind := range map[string]policy.Kind{
		"kingdee": policy.KindSharing, "third-parties": policy.KindSharing, "publication": policy.KindSharing,
		"crash-abroad": policy.KindSharing,
		"id-card":      policy.KindSensitive, "face": policy.KindSensitive, "location": policy.KindSensitive,
	} {
		u := p.Purpose(id)
		if u == nil || u.Kind != kind || !u.Separate || u.Required {
			t.Errorf("purpose %s is %+v, want a separate one of kind %s", id, u, kind)
			continue
		}
		if kind == policy.KindSensitive &&
			(u.Necessity["zh-CN"] == "" || u.Effect["zh-CN"] == "" || u.Instead["zh-CN"] == "") { // C-15
			t.Errorf("purpose %s does not say why it is needed, what it may do, and how else it can be done", id)
		}
	}
	for i := range p.Purposes { // C-27 and what an app asks when it is needed
		if u := p.Purposes[i]; !u.Separate && !u.Required && u.Kind != policy.KindCookie && u.Kind != policy.KindBeacon {
			t.Errorf("%s of kind %s would be granted by agreeing to all", u.ID, u.Kind)
		}
	}
}

// C-05, C-14, C-53
func TestBuiltInRequiredPurposesHaveAGroundAndCasesNoSwitch(t *testing.T) {
	_, p := yunzhijia(t)
	var required, perCase []string
	for _, u := range p.Purposes {
		if u.Required {
			required = append(required, u.ID)
		}
		if u.PerCase {
			perCase = append(perCase, u.ID)
		}
		if u.Required != (u.Ground != "") {
			t.Errorf("%s is required: %v, by %q", u.ID, u.Required, u.Ground)
		}
	}
	if got, want := fmt.Sprint(required, perCase), "[necessary announcements] [third-parties publication]"; got != want {
		t.Errorf("required, and case by case: %s; want %s", got, want)
	}
}

func TestBuiltInVersionTakesEffectAtMidnightInBeijing(t *testing.T) {
	site, p := yunzhijia(t)
	next := *p
	next.Version, next.Effective = "2027-03-01", "2027-03-01"
	site.Published, site.Policies = "", append(slices.Clone(site.Policies), &next)
	midnight := time.Date(2027, 3, 1, 0, 0, 0, 0, time.FixedZone("Beijing", 8*60*60))
	if got := site.At(midnight.Add(-time.Second)).Current; got != p.Version {
		t.Errorf("%s is in force a second before midnight; want %s", got, p.Version)
	}
	if got := site.At(midnight).Current; got != next.Version {
		t.Errorf("%s is in force at midnight; want %s", got, next.Version)
	}
}
