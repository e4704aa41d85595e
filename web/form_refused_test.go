package web_test

import (
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	_ "github.com/ncruces/go-sqlite3/driver" // a second program at the database

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/web"
)

func TestFormsThatAreNone(t *testing.T) {
	const limit = 16 << 10
	s := shared(t)
	fits := "action=save&x=" + strings.Repeat("x", limit-len("action=save&x="))
	for _, test := range []struct {
		name, query, form, contentType string
		status                         int
		kind                           string
	}{
		{"a body that is too long", "", fits + "x", "", http.StatusRequestEntityTooLarge, "body-too-long"},
		{"JSON", "", `{"action":"save"}`, "application/json", http.StatusUnsupportedMediaType, "content-type"},
		{"plain text, as a foreign form could send it", "", "action=save", "text/plain", http.StatusUnsupportedMediaType,
			"content-type"},
		{"parts", "", "--x--", "multipart/form-data; boundary=x", http.StatusUnsupportedMediaType, "content-type"},
		{"no content type", "", "action=save", " ", http.StatusUnsupportedMediaType, "content-type"},
		{"a broken escape", "", "action=%zz", "", http.StatusBadRequest, "unreadable-body"},
		{"a semicolon", "", "action=save;x", "", http.StatusBadRequest, "unreadable-body"},
		{"no action", "", "analytics=granted", "", http.StatusBadRequest, "malformed-decision"},
		{"an unknown action", "", "action=accept", "", http.StatusBadRequest, "malformed-decision"},
		{"an action in upper case", "", "action=ACCEPT_ALL", "", http.StatusBadRequest, "malformed-decision"},
		{"an action in the address only", "?action=accept_all", "", "", http.StatusBadRequest, "malformed-decision"},
		{"an unknown platform", "?platform=windows", "action=save", "", http.StatusBadRequest, "malformed-decision"},
		{"an empty body", "", "", "", http.StatusBadRequest, "malformed-decision"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := s.in(t)
			var headers []string
			if test.contentType != "" {
				headers = append(headers, "Content-Type: "+strings.TrimSpace(test.contentType))
			}
			s.post("/acme/preferences"+test.query, test.form, headers...).problem(test.status, test.kind).
				lacks("Set-Cookie", "Location")
		})
	}
	s.post("/acme/preferences", fits).is(http.StatusSeeOther)
	s.post("/nobody/preferences", "action=save").problem(http.StatusNotFound, "unknown-site")
}

// C-40: what can't be stored is not granted, and the visitor reads that.
func TestAFormThatCannotBeStoredIsAnsweredWithAPage(t *testing.T) {
	busy := trouble(&troubled{err: ledger.ErrBusy})
	for _, test := range []struct {
		name   string
		change func(*web.Options)
		before func(*server)
	}{
		{"the queue is full", busy, nil},
		{"the store is closed", nil, func(s *server) { s.store.Close() }},
		{"another program holds the database", nil, (*server).hold},
	} {
		t.Run(test.name, func(t *testing.T) {
			if test.change == nil {
				test.change = func(*web.Options) {}
			}
			s := startWith(t, ledger.Options{LockTimeout: time.Millisecond}, sites(t, "hostile"), test.change)
			cookies := "Cookie: nod=y"
			if test.before != nil {
				_, cookies = s.post("/hostile/preferences", "action=reject_all").is(http.StatusSeeOther).cookies()
				test.before(s)
			}
			for _, cookie := range []string{"Cookie: nod=x", cookies} {
				a := s.post("/hostile/preferences?lang=en", "analytics=granted&action=save", cookie, fromBrowser).
					is(http.StatusServiceUnavailable).
					has("Content-Type", "text/html; charset=utf-8").has("Cache-Control", "no-store").has("Retry-After", "2").
					has("Content-Security-Policy", pagePolicy(acmeOrigins...)).lacks("Set-Cookie", "Location")
				doc := parse(t, string(a.body))
				if attribute(first(doc, "html"), "lang") != "en" || textOf(first(doc, "h1")) == "" || len(unsafe(doc)) > 0 {
					t.Errorf("page %s", a.body)
				}
				if back := first(doc, "a"); back == nil || attribute(back, "href") != "/hostile/preferences?lang=en" {
					t.Errorf("no way back on %s", a.body)
				}
			}
			if log := s.log.String(); !strings.Contains(log, "level=ERROR") {
				t.Errorf("the log does not tell of it:\n%s", log)
			}
		})
	}
}

const fromBrowser = "Accept: text/html,application/xhtml+xml,*/*;q=0.8"

// What a program reads in a problem document, a person reads on a page.
func TestARefusedFormIsAnsweredWithAPage(t *testing.T) {
	var c clock
	var l troubled
	s := start(t, limited(1, &c), trouble(&l))
	const check, later = "was not accepted", "try again in a moment"
	for _, test := range []struct {
		name, form string
		headers    []string
		err        error // of the ledger
		status     int
		says       []string
	}{
		{"an unknown action", "action=<script>", nil, nil, http.StatusBadRequest, []string{check}},
		{"a form that can't be read", "action=%zz", nil, nil, http.StatusBadRequest, []string{check, "could not be read"}},
		{"a foreign page", "action=save", []string{"Origin: https://evil.example"}, nil, http.StatusForbidden,
			[]string{check, "--trusted-proxy"}},
		{"a form that is too long", "action=save&x=" + strings.Repeat("x", 16<<10), nil, nil,
			http.StatusRequestEntityTooLarge, []string{check, "16384"}},
		{"JSON", "{}", []string{jsonType}, nil, http.StatusUnsupportedMediaType,
			[]string{check, "application/x-www-form-urlencoded"}},
		{"a page that was never shown", "action=save", nil, ledger.ErrPresentation, http.StatusUnprocessableEntity,
			[]string{check, "presentation"}},
		{"a full queue", "action=save", nil, ledger.ErrBusy, http.StatusServiceUnavailable, []string{later}},
		{"something that nobody thought of", "action=save", nil, errors.New("odd"), http.StatusInternalServerError,
			[]string{later}},
		{"too many", "action=save", nil, nil, http.StatusTooManyRequests, []string{later}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := s.in(t)
			l.err = test.err
			if test.status != http.StatusTooManyRequests {
				c.pass(time.Hour)
			}
			a := s.post("/acme/preferences?lang=en&platform=ios", test.form, append(test.headers, fromBrowser)...).
				is(test.status).
				has("Content-Type", "text/html; charset=utf-8").has("Content-Language", "en").has("Cache-Control", "no-store").
				has("Content-Security-Policy", pagePolicy(acmeOrigins...)).lacks("Set-Cookie", "Location")
			checkRefusalPage(t, a.body, test.says)
		})
	}
}

// checkRefusalPage checks that a page in English says why a form of an iOS app was refused, and leads back.
func checkRefusalPage(t *testing.T, body []byte, says []string) {
	t.Helper()
	doc := parse(t, string(body))
	if attribute(first(doc, "html"), "lang") != "en" || textOf(first(doc, "title")) != textOf(first(doc, "h1")) ||
		len(unsafe(doc)) > 0 {
		t.Errorf("page %s", body)
	}
	if back := first(doc, "a"); back == nil || attribute(back, "href") != "/acme/preferences?lang=en&platform=ios" {
		t.Errorf("no way back on %s", body)
	}
	for _, says := range says {
		if text := textOf(doc); !strings.Contains(text, says) {
			t.Errorf("the page says %q; want %q in it", text, says)
		}
	}
}

func TestARefusedFormIsAnsweredInTheVisitorsLanguage(t *testing.T) {
	var c clock
	s := start(t, limited(1, &c))
	t.Run("in the visitor's language", func(t *testing.T) {
		s := s.in(t)
		c.pass(time.Hour)
		a := s.post("/acme/preferences", "action=x", "Accept-Language: ar", fromBrowser).is(http.StatusBadRequest).
			has("Content-Language", "ar")
		root := first(parse(t, string(a.body)), "html")
		if attribute(root, "lang") != "ar" || attribute(root, "dir") != "rtl" {
			t.Errorf("page %s", a.body)
		}
		if back := first(root, "a"); back == nil || attribute(back, "href") != "/acme/preferences?lang=ar" {
			t.Errorf("no way back on %s", a.body)
		}
	})
	t.Run("but the API's answers are for programs", func(t *testing.T) {
		s := s.in(t)
		c.pass(time.Hour)
		s.decide(s.decision("action", "x"), fromBrowser).problem(http.StatusBadRequest, "malformed-decision")
	})
}

// C-40: nobody is left with what they withdrew because the store is down.
func TestAWithdrawalByTheFormHoldsInTheBrowserThoughItCannotBeStored(t *testing.T) {
	s := startWith(t, ledger.Options{LockTimeout: time.Millisecond})
	granted := s.post("/acme/preferences", "action=accept_all").is(http.StatusSeeOther)
	_, cookies := granted.cookies()
	s.hold()
	a := s.post("/acme/preferences", "previous="+granted.stored().Decision.String()+"&action=withdraw", cookies,
		fromBrowser).is(http.StatusServiceUnavailable)
	if q := consent.Evaluate(acmeForm(t), a.stored(), consent.Signals{}, time.Now()); q.IsGranted("analytics") ||
		q.IsGranted("beacons") {
		t.Errorf("states %v", q.States)
	}
}

// hold locks the database as another program would, until the test ends.
func (s *server) hold() {
	s.Helper()
	db, err := sql.Open("sqlite3", "file:"+s.path)
	if err != nil {
		s.Fatal(err)
	}
	conn, err := db.Conn(s.Context())
	if err == nil {
		_, err = conn.ExecContext(s.Context(), `BEGIN IMMEDIATE`)
	}
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() {
		conn.Close()
		db.Close()
	})
}

func TestADatabaseThatIsHeldAnswersUnavailable(t *testing.T) {
	s := startWith(t, ledger.Options{LockTimeout: time.Millisecond})
	d := s.decision()
	s.decide(d).is(http.StatusCreated)
	s.hold()
	refused := s.decision()
	s.decide(refused).problem(http.StatusServiceUnavailable, "store-unavailable").has("Retry-After", "2")
	if n := len(s.recordsOf(refused)); n != 0 {
		t.Errorf("%d records of what was refused", n)
	}
	s.get(fmt.Sprintf("/v1/acme/subjects/%s", d["subject"]), d.bearer()).is(http.StatusOK) // reading still works
}
