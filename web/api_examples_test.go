package web_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/nod-consent/nod/web"
	"github.com/nod-consent/nod/web/admin"
)

// examplesPage is the page of the reference with answers of a server.
const examplesPage = "../assets/docs/reference/api-examples.md"

// random is what differs from one run to the next, and what the page has instead.
var random = []struct {
	pattern *regexp.Regexp
	instead string
}{
	{regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}`), "019ac5f2-8d5e-7…"},
	{regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}`), "5f0c6a3e-7d55-4…"},
	{regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z`), "2026-11-29T08:00:00Z"},
	{regexp.MustCompile(`("days": \{\s+)"\d{4}-\d\d-\d\d"`), `${1}"2026-11-29"`},
	{regexp.MustCompile(testToken), "ADMIN-TOKEN"},
	{regexp.MustCompile(`\+[0-9a-f]{8}\+[A-Za-z0-9+/=]{40,}`), "+1f2e3d4c+AbCd…"},
	{regexp.MustCompile(`(\\n|[" ])[A-Za-z0-9+/_-]{43,}=*`), "${1}wpY9k3Jm…"},
}

// exchange is a request with its answer, as the page shows it.
type exchange struct {
	title, method, target string
	headers               []string
	body                  string
	lines                 int // of the answer that are shown; 0 for all
}

// write sends the request, and adds it with the answer to the page.
func (e exchange) write(s *server, page *strings.Builder) answer {
	s.Helper()
	a := s.send(e.method, e.target, e.body, e.headers...)
	fmt.Fprintf(page, "\n## %s\n\n    %s %s\n", e.title, e.method, e.target)
	for _, h := range e.headers {
		fmt.Fprintf(page, "    %s\n", h)
	}
	writeBody(page, []byte(e.body), 0)
	fmt.Fprintf(page, "\nThe answer:\n\n    %d %s\n    Content-Type: %s\n",
		a.StatusCode, http.StatusText(a.StatusCode), a.Header.Get("Content-Type"))
	writeBody(page, a.body, e.lines)
	return a
}

// writeBody writes a body in lines, indented as a quotation. It shows the first lines of a long one.
func writeBody(page *strings.Builder, body []byte, lines int) {
	if len(body) == 0 {
		return
	}
	var b bytes.Buffer
	if json.Indent(&b, body, "", "  ") != nil { // text
		b.Reset()
		b.Write(body)
	}
	page.WriteString("\n")
	for i, line := range strings.Split(strings.TrimRight(b.String(), "\n"), "\n") {
		if lines > 0 && i == lines {
			page.WriteString("    …\n")
			return
		}
		page.WriteString(strings.TrimRight("    "+line, " ") + "\n")
	}
}

// The answers in the reference are those of a server. After a change: go test ./web -run Examples -update
func TestTheExamplesOfTheAPIAreRealAnswers(t *testing.T) {
	s := start(t, sites(t, "example"), func(o *web.Options) {
		o.AdminToken, o.Admin = testToken, o.Ledger.(admin.Ledger)
	})
	d := s.decision("policy", "2026-09-01", "action", "save", "gpc", nil,
		"answers", map[string]string{"statistics": "granted", "marketing": "denied"})
	unknown := s.decision("policy", "2026-09-01", "action", "save", "gpc", nil,
		"answers", map[string]string{"astrology": "granted", "marketing": "denied"})
	subject := "/v1/example/subjects/" + d["subject"].(string)
	var page strings.Builder
	page.WriteString("# Examples of the HTTP API\n\nA test asks a server of the built-in shop and writes this page. " +
		"Ids, times, hashes and keys\nare replaced, and long answers are cut at `…`. " +
		"[The HTTP API](../api.md) explains them.\n")
	for _, e := range []exchange{
		{"Store a decision", "POST", "/v1/example/decisions", []string{jsonType}, d.String(), 0},
		{"A grant that the policy does not have", "POST", "/v1/example/decisions", []string{jsonType}, unknown.String(), 12},
		{"Read the state", "GET", subject, []string{d.bearer()}, "", 0},
		{"Read it without the secret", "GET", subject, nil, "", 0},
		{"Read the records", "GET", subject + "/records", []string{d.bearer()}, "", 0},
		{"Ask for one state", "GET", "/v1/example/status/statistics?subject=" + d["subject"].(string), nil, "", 0},
		{"Read the policy", "GET", "/v1/example/policy?lang=en", nil, "", 40},
		{"Prove a record", "GET", "/v1/example/records/" + d["id"].(string) + "/proof", nil, "", 0},
		{"Read the checkpoint", "GET", "/v1/example/log/checkpoint", nil, "", 0},
		{"Read the keys", "GET", "/v1/example/log/keys", nil, "", 0},
		{"Count records", "GET", "/v1/admin/example/statistics", []string{asAdmin}, "", 0},
		{"Erase a subject", "DELETE", subject, []string{d.bearer()}, "", 0},
	} {
		e.write(s, &page)
	}
	got := page.String()
	for _, r := range random {
		got = r.pattern.ReplaceAllString(got, r.instead)
	}
	if *update {
		if err := os.WriteFile(examplesPage, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(examplesPage)
	if err != nil || string(want) != got {
		t.Errorf("%s is not what a server answers; run this test with -update (%v)", examplesPage, err)
	}
}
