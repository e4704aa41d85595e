package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"github.com/nod-consent/nod/web"
)

func TestEverythingWorksBehindABasePath(t *testing.T) {
	for _, base := range []string{"/", "/consent", "portal/consent/"} {
		t.Run(base, func(t *testing.T) {
			s := start(t, sites(t, "acme"), func(o *web.Options) {
				o.BasePath, o.Demo, o.DemoOrigins = base, true, []string{ownOrigin, "http://other.example"}
			})
			base := strings.TrimSuffix("/"+strings.Trim(base, "/"), "/")
			for _, page := range []string{"/acme/preferences", "/acme/preferences?lang=ar", "/acme/policy", "/demo/",
				"/demo/elsewhere"} {
				if found := s.checkAddresses(base, page); found < 2 {
					t.Errorf("%s has %d addresses", page, found)
				}
			}
			for _, path := range []string{"/acme/consent.js", "/v1/acme/policy", "/v1/acme/log/checkpoint", "/nod.d.ts",
				"/healthz", "/readyz", "/readyz?check=store"} {
				s.get(base + path).is(http.StatusOK)
			}
			s.post(base+"/acme/preferences?lang=en", "action=reject_all").is(http.StatusSeeOther).
				has("Location", base+"/acme/preferences?lang=en&saved=1")
			s.send("POST", base+"/v1/acme/decisions", s.decision().String(), jsonType).is(http.StatusCreated)
			for path, want := range map[string]string{
				"/": base + "/demo/", "/demo": base + "/demo/", "/acme//consent.js": base + "/acme/consent.js",
				"//acme/consent.js": base + "/acme/consent.js",
				"/x/../acme/policy": base + "/acme/policy",
			} {
				a := s.get(base + "/" + strings.TrimPrefix(path, "/"))
				if strings.HasPrefix(path, "//") {
					a = s.serve(&http.Request{Method: "GET", URL: &url.URL{Path: base + path}, Header: http.Header{}, Host: testHost,
						RemoteAddr: testPeer + ":1"})
				}
				if a.StatusCode/100 != 3 || a.Header.Get("Location") != want {
					t.Errorf("%s answers %d and leads to %q; want %q", path, a.StatusCode, a.Header.Get("Location"), want)
				}
			}
			if base != "" {
				for _, path := range []string{"/acme/consent.js", "/healthz", "/v1/acme/policy", base + "x/acme/consent.js"} {
					s.get(path).is(http.StatusNotFound)
				}
			}
		})
	}
}

// checkAddresses checks that all addresses of a page are below the base path and can be loaded, and counts them.
func (s *server) checkAddresses(base, page string) (found int) {
	s.Helper()
	for _, n := range all(parse(s, string(s.get(base+page).is(http.StatusOK).body))) {
		for _, name := range []string{"href", "src", "action", "data-src"} {
			address, ok := findAttribute(n, name)
			u, err := url.Parse(address)
			if err != nil {
				s.Errorf("address %q: %v", address, err)
			}
			if !ok || !strings.HasPrefix(address, "/") && u.Host != testHost && u.Host != "other.example" {
				continue
			}
			found++
			if !strings.HasPrefix(u.Path, base+"/") {
				s.Errorf("%s leads out of the base path: %q", page, address)
			}
			if a := s.get(u.RequestURI()); a.StatusCode != http.StatusOK {
				s.Errorf("%s leads to %q, which answers %d", page, address, a.StatusCode)
			}
		}
	}
	return found
}

func TestABasePathThatNoAddressCanHaveIsRefused(t *testing.T) {
	for _, base := range []string{"/a b", "/{x}", "/a//b", "/../a", "/a?b", "/a#b", "/%2f", "/a;b", "/\"><script>",
		"/a\r\nb", "/."} {
		t.Run(base, func(t *testing.T) {
			if _, err := web.New(t.Context(), web.Options{BasePath: base}); err == nil ||
				!strings.Contains(err.Error(), "base path") {
				t.Errorf("error %v; want one about the base path", err)
			}
		})
	}
}

func TestOtherMethodsAreNotAllowed(t *testing.T) {
	s := shared(t)
	for _, test := range []struct{ path, methods, allow string }{
		{"/acme/consent.js", "POST PUT DELETE PATCH OPTIONS TRACE BREW", "GET, HEAD"},
		{"/acme/preferences", "PUT DELETE PATCH OPTIONS", "GET, HEAD, POST"},
		{"/acme/policy", "POST DELETE", "GET, HEAD"},
		{"/acme/policy/" + acmeVersion, "POST", "GET, HEAD"},
		{"/v1/acme/decisions", "GET PUT DELETE", "OPTIONS, POST"},
		{"/v1/acme/policy", "POST PUT DELETE", "GET, HEAD, OPTIONS"},
		{"/v1/acme/subjects/x/records", "POST DELETE", "GET, HEAD, OPTIONS"},
		{"/v1/acme/status/analytics", "POST", "GET, HEAD, OPTIONS"},
		{"/v1/acme/log/checkpoint", "POST", "GET, HEAD, OPTIONS"},
		{"/nod.d.ts", "POST DELETE", "GET, HEAD"},
		{"/sdk/client.tgz", "POST DELETE", "GET, HEAD"},
		{s.clientAddress(), "POST DELETE", "GET, HEAD"},
		{"/sdk/nod-answer.tpl", "POST DELETE", "GET, HEAD"},
		{"/healthz", "POST DELETE", "GET, HEAD"},
		{"/readyz", "POST", "GET, HEAD"},
		{"/assets/page.css", "POST", "GET, HEAD"},
	} {
		for method := range strings.FieldsSeq(test.methods) {
			t.Run(method+" "+test.path, func(t *testing.T) {
				s.in(t).send(method, test.path, "").problem(http.StatusMethodNotAllowed, "method").has("Allow", test.allow).
					lacks("Set-Cookie")
			})
		}
	}
}

func TestHostilePathsFindNothing(t *testing.T) {
	const (
		ok, none, redirect, missing = http.StatusOK, http.StatusNoContent, http.StatusTemporaryRedirect, http.StatusNotFound
		method, unauthorized, other = http.StatusMethodNotAllowed, http.StatusUnauthorized, http.StatusForbidden
	)
	s := start(t, func(o *web.Options) { o.Demo = true })
	for _, test := range []struct {
		path               string
		get, post, options int
	}{
		{"/acme/%00", missing, method, method},
		{"/%00/consent.js", missing, method, method},
		{"/acme%2fconsent.js", missing, method, method},
		{"/acme/..%2f..%2fetc%2fpasswd", missing, method, method},
		{"/acme/policy/%2e%2e%2fsite.yaml", missing, method, method},
		{"/acme/policy/..%5c..%5c", missing, method, method},
		{"/%2e%2e/acme/consent.js", missing, method, method},
		{"/.well-known/x", missing, missing, missing},
		{"/acme/policy/%ff%fe", missing, method, method},
		{"/%ff", missing, method, method},
		{"/acme/consent.js/", missing, method, method},
		{"/acme/consent.js%00.css", missing, method, method},
		{"/assets/..%2fpages%2fpolicy.html", missing, method, method},
		{"/assets/%00", missing, method, method},
		{"/assets/", missing, missing, missing},
		{"/assets/x/y", missing, missing, missing},
		{"/demo/..%2fpages%2fpolicy.html", missing, method, method},
		{"/demo/%00.js", missing, method, method},
		{"/demo/portal.html", missing, method, method},
		{"/demo/demo", missing, method, method},
		{"/v1/", missing, missing, missing},
		{"/v1/acme", missing, missing, redirect},
		{"/v1//decisions", redirect, redirect, redirect},
		{"/v1/acme/records/%2f/proof", missing, missing, none},
		{"/v1/acme/status/%2e%2e", ok, method, none}, // whatever is unknown is denied
		{"/v1/acme/subjects/%00/records", unauthorized, method, none},
		{"/v1/acme/policy/%00", missing, method, none},
		{"/" + strings.Repeat("a", 8000), missing, method, method},
		{"/" + strings.Repeat("a/", 4000), missing, method, method},
		{"/{site}/consent.js", missing, method, method},
		{"/acme/policy/{version}", missing, method, method},
		{"/acme/consent.js?lang=%00", ok, method, method}, // in the site's language
		{"/acme/consent.js?%zz&;", ok, method, method},
		{"/acme/preferences?lang=" + strings.Repeat("x-", 2000), ok, other, method},
		{"/acme/preferences?platform=&platform=x", ok, other, method},
	} {
		for m, want := range map[string]int{"GET": test.get, "POST": test.post, "OPTIONS": test.options} {
			a := s.send(m, test.path, "")
			if a.StatusCode != want {
				t.Errorf("%s %.80s: status %d; want %d", m, test.path, a.StatusCode, want)
			}
			if body := string(a.body); strings.Contains(body, "{{") || strings.Contains(body, "root:x:") {
				t.Errorf("%s %.80s gives a file away: %.200s", m, test.path, body)
			}
		}
	}
}

// What the server answers comes through a connection as well, with a client that follows redirects.
func TestTheServerAnswersOverTheWire(t *testing.T) {
	s := start(t, func(o *web.Options) { o.BasePath = "/consent" })
	listening := httptest.NewServer(s)
	defer listening.Close()
	jar := map[string]string{}
	client := &http.Client{CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		for _, c := range r.Response.Cookies() {
			jar[c.Name] = c.Value
			r.AddCookie(c)
		}
		return nil
	}}
	r, err := http.NewRequestWithContext(t.Context(), "POST", listening.URL+"/consent/acme/preferences",
		strings.NewReader("analytics=granted&action=save"))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Origin", listening.URL)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	got, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	var body strings.Builder
	if err := got.Write(&body); err != nil {
		t.Fatal(err)
	}
	on, _ := ticked(parse(t, body.String()))
	if got.StatusCode != http.StatusOK || !slices.Contains(on, "analytics") || slices.Contains(on, "beacons") {
		t.Errorf("status %d, ticked %q", got.StatusCode, on)
	}
	for _, value := range jar {
		s.private(value)
	}
	s.private("127.0.0.1")
}

func TestSchemasAreServedToEditors(t *testing.T) {
	s := shared(t)
	files, err := filepath.Glob("../assets/schema/*.json")
	if err != nil || len(files) < 5 {
		t.Fatalf("%d schemas, error %v", len(files), err)
	}
	unknown := s.get("/schema/other.json").problem(http.StatusNotFound, "unknown-schema")
	for _, f := range files {
		name := strings.TrimSuffix(filepath.Base(f), ".json")
		if !strings.Contains(string(unknown.body), filepath.Base(f)) {
			t.Errorf("who asks for another schema does not learn of %s: %s", name, unknown.body)
		}
		var schema struct {
			Title string         `json:"title"`
			Defs  map[string]any `json:"$defs"`
		}
		a := s.get("/schema/"+name+".json").is(http.StatusOK).has("Content-Type", "application/schema+json").
			has("Access-Control-Allow-Origin", "*")
		if err := json.Unmarshal(a.body, &schema); err != nil || schema.Title == "" || len(schema.Defs) == 0 {
			t.Errorf("%s: %v: %.200s", name, err, a.body)
		}
	}
}
