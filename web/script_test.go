package web_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/google/go-cmp/cmp"

	"github.com/nod-consent/nod/web/loader"
)

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
		{"?lang= that the site has not gives the default", "yunzhijia", "?lang=fr", []string{"en"}, "zh-CN"},
		{"?lang= that is garbage gives the default", "yunzhijia", "?lang=%22%3E%3Cscript%3E", []string{"en"}, "zh-CN"},
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
		has("Cache-Control", "private, max-age=300, stale-while-revalidate=86400").
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
					has("Cache-Control", "private, max-age=300, stale-while-revalidate=86400")
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
		n := brotliSize(t, a.body)
		t.Logf("%s: more.js: %d bytes", site, n)
		if n > loader.MaxMore {
			t.Errorf("%s: more.js has %d bytes; the budget is %d", site, n, loader.MaxMore)
		}
	}
	// Nobody else's page needs the others.
	s.get(regexp.MustCompile(`/assets/boot[^"]+`).FindString(string(s.get("/acme/preferences").body))).is(http.StatusOK).
		has("Cross-Origin-Resource-Policy", "same-origin").lacks("Access-Control-Allow-Origin")
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
			if c := want.(map[string]any); !isNullProto(c) || !isNullProto(c["form"]) {
				t.Error("an object of the configuration inherits from Object.prototype")
			}
			if diff := cmp.Diff(members(want), got); diff != "" {
				t.Errorf("JavaScript reads another configuration (-JSON +JavaScript):\n%s", diff)
			}
		})
	}
}
