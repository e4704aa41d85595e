package web_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"maps"
	"math/bits"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"github.com/nod-consent/nod/web/loader"
)

// maxMore is how long more.js may be, which comes when somebody acts or may be about to, in bytes of brotli. The hash in placeholder.js's
// name is part of it, and makes some 40 bytes more or less.
const maxMore = 10600

// config is the configuration in consent.js, as far as these tests read it.
type config struct {
	Site, Policy, Language, Presentation string
	More                                 string            // address
	HTML                                 map[string]string // "banner" and other parts
	Origins                              []string
	GPC                                  bool
	Domain                               string // of the cookie
	Days                                 int    // that it lasts
	Form                                 struct {
		GrantedDays int `json:"granted_days"`
		DeniedDays  int `json:"denied_days"`
		Purposes    []struct {
			ID   string
			Kept []string
		}
	}
}

// configIn reads the configuration back out of consent.js, and as JSON.
func configIn(t testing.TB, script []byte) (c config, text []byte) {
	t.Helper()
	text = jsonOf(literalIn(t, script))
	if err := json.Unmarshal(text, &c); err != nil {
		t.Fatalf("configuration: %.300s: %v", text, err)
	}
	return c, text
}

// jsonOf is the JSON that a literal stands for: names of properties may be bare there, and strings within single quotation marks.
func jsonOf(literal []byte) []byte {
	var out []byte
	for i := 0; i < len(literal); i++ {
		switch c := literal[i]; {
		case c == '"' || c == '\'':
			out = append(out, '"')
			for i++; literal[i] != c; i++ {
				switch {
				case literal[i] == '\\' && literal[i+1] == '\'':
					out = append(out, '\'')
					i++
				case literal[i] == '\\':
					out = append(out, literal[i], literal[i+1])
					i++
				case literal[i] == '"':
					out = append(out, '\\', '"')
				default:
					out = append(out, literal[i])
				}
			}
			out = append(out, '"')
		case c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
			word := regexp.MustCompile(`^\w+`).Find(literal[i:])
			i += len(word) - 1
			if literal[i+1] == ':' {
				word = []byte(strconv.Quote(string(word)))
			}
			out = append(out, word...)
		default:
			out = append(out, c)
		}
	}
	return out
}

// literalIn is the configuration as it stands in consent.js.
func literalIn(t testing.TB, script []byte) (text []byte) {
	t.Helper()
	var begins, ends bool
	for _, build := range []loader.Build{{}, {Equivalents: true}} {
		whole, err := loader.Scripts{}.Consent([]byte("\x00"), build)
		if err != nil {
			t.Fatal(err)
		}
		before, after, _ := bytes.Cut(whole, []byte("\x00"))
		text, begins = bytes.CutPrefix(script, before)
		if text, ends = bytes.CutSuffix(text, after); ends {
			break
		}
	}
	if !begins || !ends {
		t.Fatalf("the script is not the program around a configuration: %.80q … %q", script, script[max(0, len(script)-80):])
	}
	return text
}

func TestConsentJSSpeaksTheVisitorsLanguage(t *testing.T) {
	s := shared(t)
	for _, test := range []struct {
		name, site, query string
		accept            []string
		want              string
	}{
		{"nothing said gives the site's default", "yunzhijia", "", nil, "zh-CN"},
		{"an empty header gives the default", "yunzhijia", "", []string{""}, "zh-CN"},
		{"a language that the site has", "yunzhijia", "", []string{"en"}, "en"},
		{"a variety of it", "yunzhijia", "", []string{"en-GB"}, "en"},
		{"a language that it has not gives the default", "yunzhijia", "", []string{"fr"}, "zh-CN"},
		{"an unknown language before a known one", "yunzhijia", "", []string{"fr, en"}, "en"},
		{"a language of the interface alone", "yunzhijia", "", []string{"zh-TW,zh;q=0.9,en-US;q=0.8,en;q=0.7"}, "zh-TW"},
		{"another Chinese, as browsers ask for it", "yunzhijia", "", []string{"zh-SG,zh;q=0.9"}, "zh-CN"},
		{"the higher weight wins", "yunzhijia", "", []string{"zh-CN;q=0.3, en;q=0.8"}, "en"},
		{"the order wins where weights are equal", "yunzhijia", "", []string{"en, zh-CN"}, "en"},
		{"a weight of zero refuses", "yunzhijia", "", []string{"en;q=0, zh-CN;q=0.1"}, "zh-CN"},
		{"anything will do", "yunzhijia", "", []string{"*"}, "zh-CN"},
		{"garbage gives the default", "yunzhijia", "", []string{"\"><script>"}, "zh-CN"},
		{"a garbled weight gives the default", "yunzhijia", "", []string{"en;q=seven"}, "zh-CN"},
		{"a flood of tags gives the default", "yunzhijia", "", []string{strings.Repeat("x-", 5000)}, "zh-CN"},
		{"?lang= comes first", "yunzhijia", "?lang=en", []string{"zh-CN"}, "en"},
		{"?lang= of a variety", "yunzhijia", "?lang=zh-Hans-SG", []string{"en"}, "zh-CN"},
		{"?lang= that the site has not leaves it to the header", "yunzhijia", "?lang=fr", []string{"en"}, "en"},
		{"?lang= that is garbage leaves it to the header", "yunzhijia", "?lang=%22%3E%3Cscript%3E", []string{"en"}, "en"},
		{"an empty ?lang= leaves it to the header", "yunzhijia", "?lang=", []string{"en"}, "en"},
		{"?lang= of another case", "yunzhijia", "?lang=EN", nil, "en"},
		{"another site has another default", "acme", "", nil, "en"},
		{"and other languages", "acme", "", []string{"ar-EG"}, "ar"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := s.in(t)
			var headers []string
			for _, a := range test.accept {
				headers = append(headers, "Accept-Language: "+a)
			}
			got, _ := configIn(t, s.get("/"+test.site+"/consent.js"+test.query, headers...).is(http.StatusOK).body)
			if got.Language != test.want {
				t.Errorf("language %q; want %q", got.Language, test.want)
			}
			if root := first(parse(t, got.HTML["banner"]), "body").FirstChild; attribute(root, "lang") != test.want {
				t.Errorf("the banner is not in %s: %.100s", test.want, got.HTML["banner"])
			}
		})
	}
}

func TestConsentJSIsWhatItSaysInItsHeaders(t *testing.T) {
	s := shared(t)
	s.get("/yunzhijia/consent.js").is(http.StatusOK).
		has("Content-Type", "text/javascript; charset=utf-8").
		has("Vary", "Accept-Encoding, Accept-Language, Sec-GPC").
		has("Cache-Control", "public, max-age=300, stale-while-revalidate=86400").
		has("X-Content-Type-Options", "nosniff").
		has("Cross-Origin-Resource-Policy", "cross-origin").
		lacks("Set-Cookie", "Content-Encoding")
	s.send("HEAD", "/yunzhijia/consent.js", "").is(http.StatusOK).has("Vary", "Accept-Encoding, Accept-Language, Sec-GPC")
}

func TestConsentJSIsTheSameInEveryEncoding(t *testing.T) {
	s := shared(t)
	plain := s.get("/yunzhijia/consent.js").is(http.StatusOK).body
	tags := map[string]bool{}
	for _, test := range []struct{ name, accept, want string }{
		{"brotli before gzip", "gzip, deflate, br", "br"},
		{"brotli alone", "br", "br"},
		{"gzip alone", "gzip", "gzip"},
		{"gzip of any case", "GZIP", "gzip"},
		{"gzip where brotli is refused", "br;q=0, gzip", "gzip"},
		{"gzip where brotli is refused in another spelling", "br; Q=0.000, gzip;q=0.1", "gzip"},
		{"brotli of a low weight", "br;q=0.05", "br"},
		{"nothing that the server has", "zstd, deflate", ""},
		{"everything refused", "br;q=0, gzip;q=0.0", ""},
		{"identity", "identity", ""},
		{"garbage", ";;;q=,,=,br x", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := s.in(t)
			a := s.get("/yunzhijia/consent.js", "Accept-Encoding: "+test.accept).is(http.StatusOK)
			var in io.Reader = bytes.NewReader(a.body)
			switch a.Header.Get("Content-Encoding") {
			case "br":
				in = brotli.NewReader(in)
			case "gzip":
				z, err := gzip.NewReader(in)
				if err != nil {
					t.Fatal(err)
				}
				in = z
			}
			if got := a.Header.Get("Content-Encoding"); got != test.want {
				t.Errorf("encoding %q; want %q", got, test.want)
			}
			content, err := io.ReadAll(in)
			if err != nil || !bytes.Equal(content, plain) {
				t.Errorf("other bytes than without an encoding, error %v", err)
			}
			tags[a.Header.Get("ETag")] = true
		})
	}
	if len(tags) != 3 {
		t.Errorf("ETags %v; want one for each encoding", tags)
	}
}

func TestConsentJSIsNotSentAgainToWhoHasIt(t *testing.T) {
	s := shared(t)
	for _, encoding := range []string{"br", "gzip", "identity"} {
		t.Run(encoding, func(t *testing.T) {
			s := s.in(t)
			accept := "Accept-Encoding: " + encoding
			tag := s.get("/acme/consent.js", accept).is(http.StatusOK).Header.Get("ETag")
			for _, match := range []string{tag, `"other", ` + tag, "W/" + tag} {
				a := s.get("/acme/consent.js", accept, "If-None-Match: "+match).is(http.StatusNotModified).
					has("ETag", tag).has("Vary", "Accept-Encoding, Accept-Language, Sec-GPC").
					has("Cache-Control", "public, max-age=300, stale-while-revalidate=86400")
				if len(a.body) > 0 {
					t.Errorf("a 304 with a body of %d bytes", len(a.body))
				}
			}
			s.get("/acme/consent.js", accept, `If-None-Match: "other"`).is(http.StatusOK)
			s.get("/acme/consent.js?lang=ar", accept, "If-None-Match: "+tag).is(http.StatusOK)
			s.get("/acme/consent.js", accept, "If-None-Match: "+tag, "Sec-GPC: 1").is(http.StatusOK)
		})
	}
}

// C-38.
func TestOnlyAnExactGPCHeaderIsASignal(t *testing.T) {
	s := shared(t)
	for _, test := range []struct {
		name   string
		values []string
		want   bool
	}{
		{"none", nil, false},
		{"1", []string{"1"}, true},
		{"0", []string{"0"}, false},
		{"empty", []string{""}, false},
		{"true", []string{"true"}, false},
		{"?1", []string{"?1"}, false},
		{"a list", []string{"1, 1"}, false},
		{"two headers", []string{"1", "1"}, false},
		{"two that differ", []string{"1", "0"}, false},
		{"11", []string{"11"}, false},
		{"a parameter", []string{"1;x"}, false},
		{"a full-width one", []string{"１"}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := s.in(t)
			var headers []string
			for _, v := range test.values {
				headers = append(headers, "Sec-GPC: "+v)
			}
			got, _ := configIn(t, s.get("/acme/consent.js", headers...).is(http.StatusOK).lacks("Set-Cookie").body)
			if got.GPC != test.want {
				t.Errorf("gpc %v; want %v", got.GPC, test.want)
			}
		})
	}
}

func TestConsentJSCarriesTheSitesConfiguration(t *testing.T) {
	s := shared(t)
	got, _ := configIn(t, s.get("/hostile/consent.js").is(http.StatusOK).body)
	if got.Site != "hostile" || got.Policy != acmeVersion || got.Domain != "acme.example" || got.Days != 30 {
		t.Errorf("configuration of site %q, policy %q, cookie of %q for %d days", got.Site, got.Policy, got.Domain, got.Days)
	}
	if diff := cmp.Diff(acmeOrigins, got.Origins); diff != "" {
		t.Errorf("origins (-want +got):\n%s", diff)
	}
	kept := map[string][]string{}
	for _, p := range got.Form.Purposes {
		if len(p.Kept) > 0 {
			kept[p.ID] = p.Kept
		}
	}
	// What the required purpose keeps is never cleared.
	want := map[string][]string{}
	for _, id := range []string{"analytics", "beacons", "transfer"} {
		want[id] = []string{"cookie:_" + id, "local:entry*"}
	}
	if diff := cmp.Diff(want, kept); diff != "" {
		t.Errorf("kept in the browser (-want +got):\n%s", diff)
	}
	if l, err := s.store.Presentation(t.Context(), "hostile", got.Presentation); err != nil || l.HTML != got.HTML["banner"] || l.Language != "en" {
		t.Errorf("the banner is not in the ledger as it was sent: %v", err)
	}
}

func TestTheFirstLayerNamesWhoAsksWhatForAndHowToReachThem(t *testing.T) { // C-08
	for lang, want := range map[string]map[string]string{
		"zh-CN": {
			"controller": "云之家网络（重庆）有限公司",
			"purposes":   "记住账户和偏好、了解使用习惯、统计浏览",
			"data":       "账户信息、操作日志、访问页面、停留时间、浏览环境和显示设定",
			"retention":  "可选Cookie最长180天",
			"rights":     "撤回同意，访问、更正或删除",
			"contact":    "service@yunzhijia.com · 400-830-8110",
		},
		"en": {
			"controller": "Yunzhijia Network (Chongqing) Co., Ltd.",
			"purposes":   "remember account details and preferences, understand usage and count visits",
			"data":       "account details, logs, pages, time spent, browsing environment, display settings",
			"retention":  "at most 180 days",
			"rights":     "withdraw at any time, and access, correct or delete your data",
			"contact":    "service@yunzhijia.com · 400-830-8110",
		},
	} {
		got, _ := configIn(t, shared(t).get("/yunzhijia/consent.js?lang="+lang).is(http.StatusOK).body)
		banner := textOf(parse(t, got.HTML["banner"]))
		for what, text := range want {
			if !strings.Contains(banner, text) {
				t.Errorf("%s: the %s are not in the banner: %q is not in %q", lang, what, text, banner)
			}
		}
	}
}

func TestConsentJSIsSmall(t *testing.T) {
	s := shared(t)
	for _, headers := range [][]string{nil, {"Sec-GPC: 1"}} {
		// Compressed here, at the quality of the budget: the server of the tests may compress less, to be fast.
		body := s.get("/yunzhijia/consent.js?lang=zh-CN", headers...).is(http.StatusOK).body
		n := brotliSize(t, body)
		t.Logf("consent.js: %d bytes of brotli with %v", n, headers)
		if n > loader.MaxConsent {
			t.Errorf("consent.js has %d bytes of brotli with %v; the budget is %d", n, headers, loader.MaxConsent)
		}
	}
}

// brotliSize returns how many bytes a body has when it is compressed as the server does it.
func brotliSize(t *testing.T, body []byte) int {
	t.Helper()
	var out bytes.Buffer
	options := brotli.WriterOptions{Quality: brotli.BestCompression, LGWin: max(bits.Len(uint(len(body))), 16)}
	w := brotli.NewWriterOptions(&out, options)
	if _, err := w.Write(body); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Len()
}

func TestTheSecondHalfOfTheScriptIsAFileThatHostPagesMayImport(t *testing.T) {
	s := shared(t)
	for _, site := range []string{"yunzhijia?lang=zh-CN", "yunzhijia?lang=en", "acme?lang=ar"} {
		id, query, _ := strings.Cut(site, "?")
		c, _ := configIn(t, s.get("/"+id+"/consent.js?"+query).is(http.StatusOK).body)
		a := s.get("/"+c.More, "Origin: https://anybody.example").is(http.StatusOK).
			has("Content-Type", "text/javascript; charset=utf-8").
			has("Access-Control-Allow-Origin", "*").
			has("Cross-Origin-Resource-Policy", "cross-origin").
			has("Cache-Control", "public, max-age=31536000, immutable").
			has("X-Content-Type-Options", "nosniff").
			lacks("Set-Cookie")
		if n := brotliSize(t, a.body); n > maxMore {
			t.Errorf("%s: more.js has %d bytes; the budget is %d", site, n, maxMore)
		}
	}
	// Nobody else's page needs the others.
	s.get(regexp.MustCompile(`/assets/boot[^"]+`).FindString(string(s.get("/acme/preferences").body))).is(http.StatusOK).
		has("Cross-Origin-Resource-Policy", "same-origin").lacks("Access-Control-Allow-Origin")
}

func TestThePreferencesAreSmall(t *testing.T) {
	for _, lang := range []string{"zh-CN", "en"} {
		a := shared(t).get("/yunzhijia/preferences?lang="+lang, "Accept-Encoding: br").is(http.StatusOK).has("Content-Encoding", "br")
		if n := len(a.body); n > 4096 {
			t.Errorf("the document in %s has %d bytes; the budget is 4096", lang, n)
		}
	}
}

func TestConsentJSIsAProgramWhateverTheTextsAre(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Fatalf("Node runs what a browser would, and is not here: %v; install it as web/package.json says", err)
	}
	s := shared(t)
	dir := t.TempDir()
	run := func(args ...string) []byte {
		t.Helper()
		c := exec.Command(node, args...)
		var stderr bytes.Buffer
		c.Stderr = &stderr
		out, err := c.Output()
		if err != nil {
			t.Fatalf("node %v: %v\n%.2000s", args, err, stderr.String())
		}
		return out
	}
	for _, language := range []string{"en", "ar"} {
		t.Run(language, func(t *testing.T) {
			s := s.in(t)
			script := s.get("/hostile/consent.js?lang=" + language).is(http.StatusOK).body
			file := filepath.Join(dir, language+".js")
			if err := os.WriteFile(file, script, 0o600); err != nil {
				t.Fatal(err)
			}
			run("--check", file)

			// JavaScript reads the same out of the configuration as JSON does.
			_, text := configIn(t, script)
			echo := filepath.Join(dir, language+".echo.js")
			program := slices.Concat([]byte("process.stdout.write(JSON.stringify("), literalIn(t, script), []byte("));"))
			if err := os.WriteFile(echo, program, 0o600); err != nil {
				t.Fatal(err)
			}
			var want, got any
			if err := json.Unmarshal(text, &want); err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(run(echo), &got); err != nil {
				t.Fatal(err)
			}
			if c := want.(map[string]any); !bare(c) || !bare(c["form"]) {
				t.Error("an object of the configuration inherits from Object.prototype")
			}
			if diff := cmp.Diff(members(want), got); diff != "" {
				t.Errorf("JavaScript reads another configuration (-JSON +JavaScript):\n%s", diff)
			}
		})
	}
}

// bare says whether an object literal inherits nothing.
func bare(v any) bool {
	object, _ := v.(map[string]any)
	value, ok := object["__proto__"]
	return ok && value == nil
}

// members takes out what says so: to JavaScript it is no member.
func members(v any) any {
	switch v := v.(type) {
	case map[string]any:
		delete(v, "__proto__")
		for _, inner := range v {
			members(inner)
		}
	case []any:
		for _, inner := range v {
			members(inner)
		}
	}
	return v
}

func TestTheBannerShowsHostileTextsAsText(t *testing.T) {
	s := shared(t)
	for _, language := range []string{"en", "ar"} {
		t.Run(language, func(t *testing.T) {
			s := s.in(t)
			banner := func(site string) *html.Node {
				c, _ := configIn(t, s.get("/"+site+"/consent.js?lang="+language).is(http.StatusOK).body)
				return parse(t, strings.Join(slices.Sorted(maps.Values(c.HTML)), ""))
			}
			hostile, harmless := banner("hostile"), banner("acme")
			if diff := cmp.Diff(skeleton(harmless), skeleton(hostile)); diff != "" {
				t.Errorf("hostile texts change elements or attributes (-harmless +hostile):\n%s", diff)
			}
			text := textOf(hostile)
			for _, field := range []string{"notice title", "notice text", "notice retention", "notice rights", "controller", "phone"} {
				if language != "en" && field != "phone" {
					field += " " + language
				}
				if !strings.Contains(text, hostileText(field)) {
					t.Errorf("the banner does not say %q", hostileText(field))
				}
			}
			if found := unsafe(hostile); len(found) > 0 {
				t.Errorf("the banner has %q", found)
			}
			if root := first(hostile, "body").FirstChild; attribute(root, "dir") != map[string]string{"en": "ltr", "ar": "rtl"}[language] {
				t.Errorf("direction %q", attribute(root, "dir"))
			}
		})
	}
}

// C-02, C-03: both answers stand on the first layer, as the same kind of element with the same class.
func TestAgreeAndRefuseStandTogether(t *testing.T) {
	s := shared(t)
	c, _ := configIn(t, s.get("/yunzhijia/consent.js").is(http.StatusOK).body)
	var buttons []*html.Node
	for _, b := range all(parse(t, c.HTML["banner"]), "button") {
		if does := attribute(b, "data-nod"); does == "accept-all" || does == "reject-all" {
			buttons = append(buttons, b)
		}
	}
	if len(buttons) != 2 || buttons[0].Parent != buttons[1].Parent || attribute(buttons[0], "class") != attribute(buttons[1], "class") {
		t.Errorf("%d buttons to agree and refuse; want two of one class side by side", len(buttons))
	}
}
