package policy

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/parser"
	"golang.org/x/net/html"
)

// sourceSum is the SHA-256 of the original policy's text as the company published it, without white space.
const sourceSum = "e769645c35c4907285545152085b0f579272e9bc7c41fb10d5ce8d8e35171f3c"

func yunzhijia(t *testing.T) (*Site, *Policy) {
	t.Helper()
	site, err := LoadSite(os.DirFS("../../assets/sites"), "yunzhijia")
	if err != nil {
		t.Fatal(err)
	}
	p, ok := site.Policy("2023-11-23")
	if !ok {
		t.Fatal("version 2023-11-23 is missing")
	}
	return site, p
}

func TestTheBuiltInSitesLoad(t *testing.T) {
	sites, err := LoadSites(os.DirFS("../../assets/sites"))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(sites, func(s *Site) bool { return s.ID == "yunzhijia" }) {
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

// fullText renders the original and gives its text and its anchors.
func fullText(t *testing.T, p *Policy) (text string, anchors []string) {
	t.Helper()
	var page bytes.Buffer
	if err := goldmark.New(goldmark.WithParserOptions(parser.WithHeadingAttribute())).Convert([]byte(p.FullText["zh-CN"]), &page); err != nil {
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

func TestTheFullTextIsTheSourceWordForWord(t *testing.T) {
	_, p := yunzhijia(t)
	text, _ := fullText(t, p)
	letters := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, text)
	sum := sha256.Sum256([]byte(letters))
	if got := hex.EncodeToString(sum[:]); got != sourceSum {
		t.Errorf("the text's SHA-256 is %s, the source's %s: a word was changed", got, sourceSum)
	}
}

func TestEverySectionIsAnAnchorOfTheFullText(t *testing.T) {
	_, p := yunzhijia(t)
	_, anchors := fullText(t, p)
	if len(p.Sections) != 8 {
		t.Errorf("%d sections, want the original's eight", len(p.Sections))
	}
	for _, s := range p.Sections {
		if !slices.Contains(anchors, s.ID) {
			t.Errorf("section %q is no anchor; there are %v", s.ID, anchors)
		}
	}
}

// C-13
func TestTheFiveThingsThatABeaconCollects(t *testing.T) {
	_, p := yunzhijia(t)
	at := slices.IndexFunc(p.Purposes, func(u Purpose) bool { return u.ID == "beacons" })
	if at < 0 || p.Purposes[at].Kind != KindBeacon {
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
func TestEveryPurposeTellsItsBasisItsRefusalItsRetentionAndItsRecipients(t *testing.T) {
	site, p := yunzhijia(t)
	for _, purpose := range p.Purposes {
		if !strings.HasPrefix(purpose.Basis.Law, "PIPL 13") {
			t.Errorf("%s: the legal basis is %q, want an item of PIPL 13", purpose.ID, purpose.Basis.Law)
		}
		if len(purpose.Recipients) == 0 || len(purpose.Data) == 0 {
			t.Errorf("%s: %d recipients and %d kinds of data", purpose.ID, len(purpose.Recipients), len(purpose.Data))
		}
		texts := map[string]Text{"basis": purpose.Basis.Text, "refusal": purpose.Refusal, "retention": purpose.Retention}
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

func TestTheBuiltInPurposesHaveDifferentHashes(t *testing.T) {
	site, p := yunzhijia(t)
	seen := map[Hash]string{}
	for i := range p.Purposes {
		purpose := &p.Purposes[i]
		hashes := map[string]Hash{purpose.ID: purpose.Hash(site.Asker(p))}
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
