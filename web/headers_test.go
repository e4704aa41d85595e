package web_test

import (
	"crypto/tls"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/nod-consent/nod/web"
	"github.com/nod-consent/nod/web/admin"
	"github.com/nod-consent/nod/web/httpx"
)

var update = flag.Bool("update", false, "write the golden files again")

// routeExample is a request that a route answers well.
type routeExample struct {
	target  string
	body    string
	headers []string // each as "Name: value"
}

// routeExamples has requests for each route. A new route needs one.
func routeExamples(s *server) map[string][]routeExample {
	first, erased := s.decision(), s.decision()
	s.decide(first).is(http.StatusCreated)
	s.decide(erased).is(http.StatusCreated)
	subject := func(d decision) string { return "/v1/acme/subjects/" + d["subject"].(string) }
	id := first["id"].(string)
	form := []string{"Origin: https://" + testHost, "Content-Type: application/x-www-form-urlencoded"}
	examples := map[string][]routeExample{
		"GET /{site}":                          getExamples("/acme"),
		"GET /{site}/{$}":                      getExamples("/acme/"),
		"GET /{site}/preferences":              getExamples("/acme/preferences", "/acme/preferences?lang=en"),
		"POST /{site}/preferences":             sendExample("/acme/preferences?lang=en", "action=reject_all", form...),
		"GET /{site}/policy":                   getExamples("/acme/policy", "/acme/policy?lang=en"),
		"GET /{site}/policy/{version}":         getExamples("/acme/policy/" + acmeBefore),
		"GET /{site}/lists/{list}":             getExamples("/acme/lists/collected"),
		"GET /{site}/receipt":                  getExamples("/acme/receipt"),
		"GET /{site}/records":                  getExamples("/acme/records"),
		"POST /{site}/records":                 ownRecordsExamples(first, form),
		"GET /{site}/first-launch":             getExamples("/acme/first-launch?lang=en"),
		"GET /{site}/consent.js":               getExamples("/acme/consent.js", "/acme/consent.js?lang=en"),
		"POST /v1/{site}/decisions":            sendExample("/v1/acme/decisions", s.decision().String(), jsonType),
		"GET /v1/{site}/subjects/{subject}":    sendExample(subject(first), "", first.bearer()),
		"DELETE /v1/{site}/subjects/{subject}": sendExample(subject(erased), "", erased.bearer()),
		"GET /v1/{site}/policy":                getExamples("/v1/acme/policy"),
		"GET /v1/{site}/policy/{version}":      getExamples("/v1/acme/policy/" + acmeBefore),
		"GET /v1/{site}/records/{id}/proof":    getExamples("/v1/acme/records/" + id + "/proof"),
		"GET /v1/{site}/log/checkpoint":        getExamples("/v1/acme/log/checkpoint"),
		"GET /v1/{site}/log/tile/{tile...}":    getExamples("/v1/acme/log/tile/0/000.p/1"),
		"GET /v1/{site}/log/keys":              getExamples("/v1/acme/log/keys"),
		"GET /v1/{site}/status/{id}":           getExamples("/v1/acme/status/analytics"),
		"OPTIONS /v1/{site}/{rest...}":         sendExample("/v1/acme/decisions", "", "Origin: "+acmeOrigins[0]),
		"GET /v1/{site}/subjects/{subject}/records": sendExample(subject(first)+"/records", "", first.bearer(),
			"Origin: "+acmeOrigins[0]),

		"GET /v1/admin/{$}":                 getExamples("/v1/admin/"),
		"GET /v1/admin/sites":               sendExample("/v1/admin/sites", "", asAdmin),
		"GET /v1/admin/actions":             sendExample("/v1/admin/actions", "", asAdmin),
		"GET /v1/admin/{site}/records":      sendExample("/v1/admin/acme/records", "", asAdmin),
		"GET /v1/admin/{site}/records/{id}": sendExample("/v1/admin/acme/records/"+id, "", asAdmin),
		"GET /v1/admin/{site}/statistics":   sendExample("/v1/admin/acme/statistics", "", asAdmin),
		"GET /metrics":                      sendExample("/metrics", "", asAdmin),
	}
	maps.Copy(examples, otherRouteExamples(s))
	return examples
}

// ownRecordsExamples show own records, and download them.
func ownRecordsExamples(d decision, headers []string) []routeExample {
	key := fmt.Sprintf("subject=%s&secret=%s", d["subject"], d["secret"])
	return []routeExample{
		{"/acme/records?lang=en", key, headers}, {"/acme/records?lang=en", key + "&do=download", headers},
	}
}

// otherRouteExamples are requests for the routes that belong to no site.
func otherRouteExamples(s *server) map[string][]routeExample {
	page := string(s.get("/acme/preferences").is(http.StatusOK).body)
	script := string(s.get("/acme/consent.js").is(http.StatusOK).body)
	return map[string][]routeExample{
		"GET /docs/{name...}": getExamples("/docs/", "/docs/api", "/docs/api.md", "/docs/search.en.json"),
		"GET /llms.txt":       getExamples("/llms.txt"),
		"GET /assets/{file}": getExamples(findAsset(s, page, "css"), findAsset(s, page, "js"),
			findAsset(s, script, "js")),
		"GET /schema/{file}":        getExamples("/schema/decision.json"),
		"GET /openapi.json":         getExamples("/openapi.json"),
		"GET /nod.d.ts":             getExamples("/nod.d.ts"),
		"GET /sdk/client.tgz":       getExamples("/sdk/client.tgz"),
		"GET " + s.clientAddress():  getExamples(s.clientAddress()),
		"GET /sdk/nod-answer.tpl":   getExamples("/sdk/nod-answer.tpl"),
		"GET /sdk/nod-consent.tpl":  getExamples("/sdk/nod-consent.tpl"),
		"GET /healthz":              getExamples("/healthz"),
		"GET /readyz":               getExamples("/readyz", "/readyz?check=store"),
		"GET /.well-known/gpc.json": getExamples("/.well-known/gpc.json"),

		"GET /{$}":               getExamples("/"),
		"GET /{site}/{rest...}":  getExamples("/acme/nothing/here"),
		"GET /demo/{$}":          getExamples("/demo/"),
		"GET /demo/elsewhere":    getExamples("/demo/elsewhere"),
		"GET /demo/chat":         getExamples("/demo/chat"),
		"GET /demo/themes":       getExamples("/demo/themes"),
		"GET /demo/app":          getExamples("/demo/app"),
		"GET /demo/trackers":     getExamples("/demo/trackers"),
		"GET /demo/consent.js":   getExamples("/demo/consent.js?site=acme"),
		"GET /demo/collect":      getExamples("/demo/collect", "/demo/collect?as=script"),
		"POST /demo/collect":     sendExample("/demo/collect", "x"),
		"GET /demo/collected":    getExamples("/demo/collected"),
		"GET /demo/looks/{file}": getExamples("/demo/looks/bar.css"),
		"GET /demo/pixel.gif":    getExamples("/demo/pixel.gif"),
		"GET /demo/{file}":       getExamples("/demo/demo.css"),
	}
}

func getExamples(targets ...string) (examples []routeExample) {
	for _, target := range targets {
		examples = append(examples, routeExample{target: target})
	}
	return examples
}

func sendExample(target, body string, headers ...string) []routeExample {
	return []routeExample{{target, body, headers}}
}

// findAsset returns the address of the first file of a kind that a page or a script names.
func findAsset(s *server, in, kind string) string {
	s.Helper()
	found := regexp.MustCompile(`assets/[\w.-]+\.` + kind + `\b`).FindString(in)
	if found == "" {
		s.Fatalf("no %s file is named", kind)
	}
	return "/" + found
}

// overTLS sends a request as a browser does over TLS.
func (s *server) overTLS(method string, e routeExample) answer {
	r := httptest.NewRequest(method, "https://"+testHost+e.target, strings.NewReader(e.body))
	r.TLS = &tls.ConnectionState{}
	for _, h := range e.headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	return s.serve(r)
}

var changing = regexp.MustCompile(`"[\w+/=-]{8,}"|nod(-secret)?=[^;]+`)

// describeHeaders writes the status and all headers, but for what differs from one version of the content to the next.
func describeHeaders(a answer) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d\n", a.StatusCode)
	for _, name := range slices.Sorted(maps.Keys(a.Header)) {
		for _, value := range a.Header[name] {
			if name != "Content-Length" {
				value = changing.ReplaceAllString(value, "…")
				if name == "Content-Security-Policy" { // long
					value = strings.ReplaceAll(value, "; ", ";\n\t\t")
				}
				fmt.Fprintf(&b, "\t%s: %s\n", name, value)
			}
		}
	}
	return b.String()
}

// checkSafe checks what holds for every answer of every route.
func checkSafe(t *testing.T, route string, a answer) {
	t.Helper()
	isNothing := strings.HasSuffix(route, "{rest...}") && a.StatusCode == http.StatusNotFound
	if a.StatusCode >= http.StatusBadRequest && !isNothing {
		t.Errorf("%s: status %d, body %.300s", route, a.StatusCode, a.body)
	}
	for name, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "Strict-Transport-Security": "max-age=31536000",
	} {
		a.has(name, want)
	}
	isPage := strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") && a.StatusCode == http.StatusOK
	if csp := a.Header.Get("Content-Security-Policy"); isPage && (!strings.HasPrefix(csp, "default-src 'none'") ||
		!strings.Contains(csp, "frame-ancestors ") || a.Header.Get("Referrer-Policy") == "") {
		t.Errorf("%s: the page lacks a header: %v", route, a.Header)
	}
	if a.Header.Get("Cross-Origin-Resource-Policy") == "" ||
		a.StatusCode == http.StatusOK && a.Header.Get("Cache-Control") == "" {
		t.Errorf("%s: an answer has no Cross-Origin-Resource-Policy or no Cache-Control: %v", route, a.Header)
	}
}

// Every route has the headers that testdata/headers.txt lists. To write it again:
// go test ./web -run EveryRoute -update
func TestEveryRouteHasTheHeadersThatAreListed(t *testing.T) {
	s := start(t, func(o *web.Options) {
		o.Demo, o.AdminToken, o.Admin = true, testToken, o.Ledger.(admin.Ledger)
		o.Metrics = httpx.NewMetrics()
	})
	examples := routeExamples(s)
	var b strings.Builder
	for _, route := range slices.Sorted(slices.Values(s.Patterns())) {
		if len(examples[route]) == 0 {
			t.Errorf("route %s: add an example of a request to routeExamples", route)
		}
		method, _, _ := strings.Cut(route, " ")
		for i, e := range examples[route] {
			a := s.overTLS(method, e)
			checkSafe(t, route, a)
			name := route
			if i > 0 {
				name = fmt.Sprintf("%s, example %d", route, i+1)
			}
			fmt.Fprintf(&b, "%s\n\t%s", name, describeHeaders(a))
		}
		delete(examples, route)
	}
	for route := range examples {
		t.Errorf("route %s does not exist: remove its example", route)
	}
	const file = "testdata/headers.txt"
	if *update {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(b.String(), "\n")); diff != "" {
		t.Errorf("headers (-%s +answers):\n%s", file, diff)
	}
}

func TestOnlyAnswersOverTLSDemandTLS(t *testing.T) {
	const header, forwarded, plain = "Strict-Transport-Security", "X-Forwarded-Proto: https", "X-Forwarded-Proto: http"
	for _, base := range []string{"", "/consent"} {
		s := start(t, proxy, func(o *web.Options) { o.BasePath = base })
		for _, path := range []string{"/acme/consent.js", "/healthz", "/nothing"} {
			s.get(base + path).lacks(header)
			s.get(base+path, forwarded).lacks(header) // anybody can send that
			s.get(base+path, "From: 198.51.100.1", plain).lacks(header)
			behind := s.get(base+path, "From: 198.51.100.1", forwarded)
			if got := behind.Header.Get(header) != ""; got != (base == "") {
				t.Errorf("%s behind a proxy with TLS has the header: %v", base+path, got)
			}
			s.overTLS("GET", routeExample{target: base + path}).has(header, "max-age=31536000")
		}
	}
}
