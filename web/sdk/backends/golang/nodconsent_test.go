package nodconsent

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"
)

const vectors = "../../../../app/consent/testdata/"

func readVectors(t *testing.T, name string, into any) {
	t.Helper()
	content, err := os.ReadFile(vectors + name)
	if err == nil {
		err = json.Unmarshal(content, into)
	}
	if err != nil {
		t.Fatal(err)
	}
}

type cookieVector struct {
	Name   string
	Value  string
	Repeat []any
	Stored storedVector
	Read   *storedVector
}

type storedVector struct {
	Decision string
	Subject  string
	Answers  []answerVector
}

type answerVector struct {
	ID    string
	Hash  string
	State string
	Day   int64
	GPC   bool
}

func (a answerVector) answer() Answer {
	return Answer{a.ID, a.Hash, a.State == "granted", a.Day, a.GPC}
}

func (v cookieVector) value() string {
	if len(v.Repeat) == 0 {
		return v.Value
	}
	return v.Value + strings.Repeat(v.Repeat[0].(string), int(v.Repeat[1].(float64)))
}

func TestCookiesAreReadAsByTheScript(t *testing.T) {
	var v struct{ Written, Readable, Unreadable []cookieVector }
	readVectors(t, "cookie.json", &v)
	for _, test := range append(v.Written, v.Readable...) {
		want := test.Stored
		if test.Read != nil {
			want = *test.Read
		}
		got, ok := Decode(test.value())
		if !ok || got.Decision != want.Decision || got.Subject != want.Subject || len(got.Answers) != len(want.Answers) {
			t.Errorf("%s: %+v, %t; want %+v", test.Name, got, ok, want)
			continue
		}
		for i, a := range want.Answers {
			if got.Answers[i] != a.answer() {
				t.Errorf("%s: answer %d is %+v; want %+v", test.Name, i, got.Answers[i], a)
			}
		}
	}
	for _, test := range v.Unreadable {
		if got, ok := Decode(test.value()); ok {
			t.Errorf("%s: is read as %+v", test.Name, got)
		}
	}
}

func TestAnswersGrantWhatTheyGrantInTheScript(t *testing.T) {
	var v struct {
		Forms map[string]Policy
		Cases []struct {
			Name, Form string
			Now        time.Time
			GPC        bool
			Answers    []answerVector
			States     map[string]string
		}
	}
	readVectors(t, "evaluate.json", &v)
	for _, test := range v.Cases {
		var c Consent
		for _, a := range test.Answers {
			c.Answers = append(c.Answers, a.answer())
		}
		form := v.Forms[test.Form]
		for id, want := range test.States {
			if got := form.IsGranted(c, id, test.GPC, test.Now); got != (want == "granted") {
				t.Errorf("%s: %s is granted: %t; want %s", test.Name, id, got, want)
			}
		}
		if form.IsGranted(c, "no-such-purpose", test.GPC, test.Now) {
			t.Errorf("%s: an unknown purpose is granted", test.Name)
		}
	}
}

func TestOfSeveralCookiesTheNewestCounts(t *testing.T) {
	const (
		older  = "1.AZJU04AAeqqKqqqqqqqqoQ.PyUE4E-JQdOaDAMF6CwzAQ.analytics:gANALY1"
		same   = "1.AZJU04AAeqqKqqqqqqqqoQ.PyUE4E-JQdOaDAMF6CwzAQ.analytics:dANALY1"
		newer  = "1.AZRYBl6Ae7ubu7u7u7u7sg.PyUE4E-JQdOaDAMF6CwzAQ.analytics:gANALY1"
		future = "1.BLb-eoAAf___v_________.PyUE4E-JQdOaDAMF6CwzAQ.analytics:gANALY1"
	)
	now := time.Date(2025, 2, 1, 0, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		name, header string
		isGranted    bool
	}{
		{"none", "other=1", false},
		{"one", "a=b; nod=" + older, true},
		{"a refusal of the same decision", "nod=" + older + "; nod=" + same, false},
		{"a newer one after a refusal", "nod=" + same + "; nod=" + newer, true},
		{"a newer one before a refusal", "nod=" + newer + "; nod=" + same, true},
		{"one that can't be read", "nod=1.x.y; nod=" + same, false},
		{"one of the future", "nod=" + future + "; nod=" + same, false},
		{"another name", "xnod=" + older + "; nod-newer=" + older, false},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Cookie", test.header)
		p := Policy{Purposes: []Purpose{{ID: "analytics", Hash: "ANALY1"}}, GrantedDays: 365}
		c, _ := Read(r, now)
		if got := p.IsGranted(c, "analytics", false, now); got != test.isGranted {
			t.Errorf("%s: granted: %t", test.name, got)
		}
	}
}

func TestTheServersStatusIsGrantedOrNothing(t *testing.T) {
	for _, test := range []struct {
		name      string
		status    int
		body      string
		isGranted bool
	}{
		{"granted", 200, `{"state":"granted"}`, true}, {"denied", 200, `{"state":"denied"}`, false},
		{"too many questions", 429, `{"state":"granted"}`, false}, {"something else", 200, `<p>`, false},
	} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.RequestURI != "/v1/shop/status/analytics?subject=s" {
				t.Errorf("%s: asks %s", test.name, r.RequestURI)
			}
			w.WriteHeader(test.status)
			w.Write([]byte(test.body))
		}))
		got, err := FetchStatus(t.Context(), s.Client(), s.URL, "shop", "analytics", "s")
		if got != test.isGranted || (err == nil) != (test.status == 200 && test.body != "<p>") {
			t.Errorf("%s: %t, %v", test.name, got, err)
		}
		s.Close()
	}
}
