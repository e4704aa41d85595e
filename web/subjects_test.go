package web_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/ledger/proof"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/web"
)

// status wants a state from the endpoint that back ends ask.
func (s *server) status(id, subject, want string) {
	s.Helper()
	var got struct{ State string }
	s.get("/v1/acme/status/" + url.PathEscape(id) + "?subject=" + url.QueryEscape(subject)).is(http.StatusOK).json(&got)
	if got.State != want {
		s.Errorf("status of %q for %q is %q; want %q", id, subject, got.State, want)
	}
}

func TestASubjectIsReadWithItsSecretOnly(t *testing.T) {
	s := shared(t)
	d, other := s.decision(), s.decision()
	s.decide(d).is(http.StatusCreated)
	s.decide(other).is(http.StatusCreated)
	subject := d["subject"].(string)
	for _, end := range []string{"", "/records"} {
		refused := s.get("/v1/acme/subjects/"+subject+end).problem(http.StatusUnauthorized, "secret-needed").has("WWW-Authenticate", `Bearer realm="nod"`)
		for _, test := range []struct{ name, path, authorization string }{
			{"a wrong secret", "/v1/acme/subjects/" + subject, "Bearer " + newSecret()},
			{"another subject's secret", "/v1/acme/subjects/" + subject, other.bearer()[len("Authorization: "):]},
			{"an unknown subject", "/v1/acme/subjects/" + uuid.NewString(), "Bearer " + newSecret()},
			{"an unknown subject with a known secret", "/v1/acme/subjects/" + uuid.NewString(), d.bearer()[len("Authorization: "):]},
			{"an unknown subject without a secret", "/v1/acme/subjects/" + uuid.NewString(), ""},
			{"a subject in upper case", "/v1/acme/subjects/" + strings.ToUpper(subject), d.bearer()[len("Authorization: "):]},
			{"a subject that is no id", "/v1/acme/subjects/%22%3E%00", d.bearer()[len("Authorization: "):]},
			{"a subject of another site", "/v1/native/subjects/" + subject, d.bearer()[len("Authorization: "):]},
			{"a secret of another form", "/v1/acme/subjects/" + subject, "Bearer x"},
			{"a secret with padding", "/v1/acme/subjects/" + subject, d.bearer()[len("Authorization: "):] + "="},
			{"an empty secret", "/v1/acme/subjects/" + subject, "Bearer "},
			{"another scheme", "/v1/acme/subjects/" + subject, "Basic " + d["secret"].(string)},
			{"no scheme", "/v1/acme/subjects/" + subject, d["secret"].(string)},
		} {
			t.Run(test.name+" "+end, func(t *testing.T) {
				s := s.in(t)
				a := s.get(test.path+end, "Authorization: "+test.authorization).is(http.StatusUnauthorized)
				if !bytes.Equal(a.body, refused.body) {
					t.Errorf("body %q; want the same as for every other: %q", a.body, refused.body)
				}
				for name, want := range refused.Header {
					a.has(name, want...)
				}
				if len(a.Header) != len(refused.Header) {
					t.Errorf("headers %v; want %v", a.Header, refused.Header)
				}
			})
		}
		s.get("/v1/acme/subjects/"+subject+end, d.bearer()).is(http.StatusOK)
	}
}

func TestRecordsAreEverythingThatIsKept(t *testing.T) {
	s := shared(t)
	first := s.decision()
	second := s.after(first, "action", "withdraw")
	for _, d := range []decision{first, second} {
		s.decide(d).is(http.StatusCreated)
	}
	var got struct {
		Site    string
		Subject uuid.UUID
		Records []map[string]any
	}
	a := s.get("/v1/acme/subjects/"+first["subject"].(string)+"/records", first.bearer()).is(http.StatusOK).json(&got)
	if got.Site != "acme" || got.Subject.String() != first["subject"] || len(got.Records) != 2 {
		t.Fatalf("records %s", a.body)
	}
	for i, d := range []decision{first, second} {
		for _, member := range []string{"id", "subject", "policy", "language", "platform", "action", "presentation", "gpc"} {
			if got.Records[i][member] != d[member] {
				t.Errorf("record %d has %s %v; want %v", i, member, got.Records[i][member], d[member])
			}
		}
		for _, member := range []string{"received_at", "decided_at", "covered", "answers"} {
			if got.Records[i][member] == nil {
				t.Errorf("record %d has no %s", i, member)
			}
		}
	}
	// C-47: neither secrets nor what the request came from.
	for _, secret := range []string{first["secret"].(string), testPeer, testAgent} {
		if bytes.Contains(a.body, []byte(secret)) {
			t.Errorf("the records hold %q", secret)
		}
	}
}

// C-21.
func TestStatusIsDeniedUnlessItIsSurelyGranted(t *testing.T) {
	s := shared(t)
	d := s.decision("action", "save", "answers", map[string]string{"analytics": "granted", "beacons": "denied"}, "services", map[string]string{"counter": "denied"})
	s.decide(d).is(http.StatusCreated)
	subject := d["subject"].(string)
	for _, test := range []struct{ name, id, subject, want string }{
		{"a granted purpose", "analytics", subject, "granted"},
		{"its service", "heatmap", subject, "granted"},
		{"its service that was refused", "counter", subject, "denied"},
		{"a refused purpose", "beacons", subject, "denied"},
		{"a purpose that was not asked", "transfer", subject, "denied"},
		{"a service that was not asked", "partner", subject, "denied"},
		{"a required purpose", "necessary", subject, "granted"},
		{"an unknown purpose", "tracking", subject, "denied"},
		{"a purpose in another case", "Analytics", subject, "denied"},
		{"a purpose with a space", "analytics ", subject, "denied"},
		{"a hostile purpose", "\"><script>", subject, "denied"},
		{"a purpose with NUL", "analytics\x00", subject, "denied"},
		{"a member of every object", "__proto__", subject, "denied"},
		{"no subject", "analytics", "", "denied"},
		{"an unknown subject", "analytics", uuid.NewString(), "denied"},
		{"a required purpose of an unknown subject", "necessary", uuid.NewString(), "denied"},
		{"a subject in upper case", "analytics", strings.ToUpper(subject), "denied"},
		{"a subject in braces", "analytics", "{" + subject + "}", "denied"},
		{"a subject as URN", "analytics", "urn:uuid:" + subject, "denied"},
		{"a hostile subject", "analytics", "' OR 1=1 --", "denied"},
		{"the subject of zeros", "analytics", uuid.Nil.String(), "denied"},
	} {
		t.Run(test.name, func(t *testing.T) { s.in(t).status(test.id, test.subject, test.want) })
	}
	t.Run("of two subjects the first counts", func(t *testing.T) {
		s := s.in(t)
		var got struct{ State string }
		s.get("/v1/acme/status/analytics?subject=x&subject=" + subject).is(http.StatusOK).json(&got)
		if got.State != "denied" {
			t.Errorf("state %q", got.State)
		}
	})
	t.Run("a withdrawal ends it", func(t *testing.T) {
		s := s.in(t)
		s.decide(s.after(d, "action", "withdraw", "answers", map[string]string{"analytics": "denied"})).is(http.StatusCreated)
		s.status("analytics", subject, "denied")
		s.status("heatmap", subject, "denied")
	})
}

// C-58.
func TestProofsHoldAgainstTheCheckpoint(t *testing.T) {
	s := start(t)
	site, err := proof.SiteVerifier(s.key.Verifier(), "acme")
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := note.NewVerifier(site)
	if err != nil {
		t.Fatal(err)
	}
	checkpoint := func() proof.Checkpoint {
		t.Helper()
		a := s.get("/v1/acme/log/checkpoint").is(http.StatusOK).has("Content-Type", "text/plain; charset=utf-8")
		if _, err := note.Open(a.body, note.VerifierList(verifier)); err != nil {
			t.Fatalf("checkpoint %q: %v", a.body, err)
		}
		c, err := proof.ParseCheckpoint(a.body)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	if c := checkpoint(); c.Size != 0 || c.Origin != "ledger.example/acme" {
		t.Errorf("checkpoint of an empty tree: %+v", c)
	}
	receipts := map[string][]byte{}
	for range 5 {
		d := s.decision()
		receipts[d["id"].(string)] = s.decide(d).is(http.StatusCreated).body
	}
	head := checkpoint()
	if head.Size != 5 {
		t.Fatalf("checkpoint of size %d", head.Size)
	}
	for id, receipt := range receipts {
		var p ledger.Proof
		s.get("/v1/acme/records/" + id + "/proof").is(http.StatusOK).json(&p)
		if c, err := proof.ParseCheckpoint([]byte(p.Checkpoint)); err != nil || c != head {
			t.Errorf("proof against %+v, error %v; want %+v", c, err, head)
		}
		// The leaf is known from the receipt; put the proof in place of the receipt's own, and verify all of it.
		r, err := ledger.ParseReceipt(receipt)
		if err != nil {
			t.Fatal(err)
		}
		r.LeafIndex, r.TreeSize, r.Proof, r.Checkpoint = p.LeafIndex, p.TreeSize, p.Proof, p.Checkpoint
		encoded, err := r.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ledger.Verify(encoded, verifier); err != nil {
			t.Errorf("proof of leaf %d: %v", p.LeafIndex, err)
		}
	}
	if head.Root == (proof.Hash{}) || tlog.Hash(head.Root) == tlog.RecordHash(nil) {
		t.Error("the root is nothing")
	}
	for _, id := range []string{uuid.NewString(), uuid.Nil.String(), "x", "%00", "..%2f"} {
		s.get("/v1/acme/records/"+id+"/proof").problem(http.StatusNotFound, "unknown-record")
	}
}

// C-36, C-48
func TestWhoHasTheSecretCanHaveEverythingErased(t *testing.T) {
	s := start(t)
	d := s.decision()
	s.decide(d).is(http.StatusCreated)
	s.decide(s.after(d, "action", "withdraw")).is(http.StatusCreated)
	other := s.decision("answers", map[string]string{"analytics": "granted"}, "action", "save")
	s.decide(other).is(http.StatusCreated)
	checkpoint := string(s.get("/v1/acme/log/checkpoint").body)
	at := "/v1/acme/subjects/" + d["subject"].(string)

	refused := s.send("DELETE", at, "").problem(http.StatusUnauthorized, "secret-needed")
	if a := s.send("DELETE", at, "", other.bearer()).is(http.StatusUnauthorized); string(a.body) != string(refused.body) {
		t.Errorf("another's secret is refused with %s", a.body)
	}
	s.send("DELETE", at, "", d.bearer(), "Origin: https://elsewhere.example").problem(http.StatusForbidden, "foreign-origin")
	s.get(at+"/records", d.bearer()).is(http.StatusOK)

	if a := s.send("DELETE", at, "", d.bearer()).is(http.StatusNoContent); len(a.body) > 0 {
		t.Errorf("body %q", a.body)
	}
	s.get(at, d.bearer()).problem(http.StatusUnauthorized, "secret-needed")
	s.send("DELETE", at, "", d.bearer()).problem(http.StatusUnauthorized, "secret-needed")
	s.decide(d).problem(http.StatusGone, "erased")
	s.get("/v1/acme/records/" + d["id"].(string) + "/proof").is(http.StatusOK)
	s.status("analytics", d["subject"].(string), "denied")
	s.status("analytics", other["subject"].(string), "granted")
	if now := string(s.get("/v1/acme/log/checkpoint").body); now != checkpoint {
		t.Errorf("the checkpoint became %s", now)
	}
}

func TestASiteMayRestrictInsteadOfErasing(t *testing.T) {
	s := start(t, func(o *web.Options) {
		site := *o.Sites[0]
		site.Evidence.Erasure = policy.ErasureRestrict
		o.Sites = []*policy.Site{&site}
	})
	d := s.decision()
	s.decide(d).is(http.StatusCreated)
	at := "/v1/acme/subjects/" + d["subject"].(string)
	s.send("DELETE", at, "", d.bearer()).is(http.StatusNoContent)
	s.get(at, d.bearer()).problem(http.StatusUnauthorized, "secret-needed")
	s.status("analytics", d["subject"].(string), "denied")
	s.decide(d).is(http.StatusOK) // it is there still
}

func TestABrowserMayAskForErasure(t *testing.T) {
	s := shared(t)
	a := s.send("OPTIONS", "/v1/acme/subjects/x", "", "Origin: "+ownOrigin, "Access-Control-Request-Method: DELETE")
	if !strings.Contains(a.Header.Get("Access-Control-Allow-Methods"), "DELETE") {
		t.Errorf("allowed are %q", a.Header.Get("Access-Control-Allow-Methods"))
	}
}

func TestMoreRecordsThanAPersonMakesAreReadInPartsAndGrantNothing(t *testing.T) {
	s := start(t)
	grant := []any{"action", "save", "answers", map[string]string{"analytics": "granted"}}
	first := s.decision(grant...)
	s.decide(first).is(http.StatusCreated)
	subject := first["subject"].(string)
	last := first
	for range ledger.MaxRecords - 1 {
		last = s.after(last, append(grant, "secret", first["secret"])...)
		s.decide(last).is(http.StatusCreated)
	}
	s.status("analytics", subject, "granted")
	s.decide(s.after(last, append(grant, "secret", first["secret"])...)).is(http.StatusCreated)
	s.status("analytics", subject, "denied")
	at := "/v1/acme/subjects/" + subject
	s.get(at, first.bearer()).problem(http.StatusUnprocessableEntity, "too-many-records")
	var page struct {
		Site, Subject string
		Records       []map[string]any
		Next          int64
	}
	seen := map[string]bool{}
	for from := ""; ; from = fmt.Sprintf("?from=%d", page.Next) {
		page.Records, page.Next = nil, 0
		s.get(at+"/records"+from, first.bearer()).is(http.StatusOK).json(&page)
		for _, r := range page.Records {
			seen[r["id"].(string)] = true
		}
		if page.Next == 0 {
			break
		}
	}
	if len(seen) != ledger.MaxRecords+1 {
		t.Errorf("%d records were read: want %d", len(seen), ledger.MaxRecords+1)
	}
	s.get(at+"/records?from=x", first.bearer()).problem(http.StatusBadRequest, "malformed-parameter")
	s.send("DELETE", at, "", first.bearer()).is(http.StatusNoContent)
	s.get(at, first.bearer()).problem(http.StatusUnauthorized, "secret-needed")
}

func TestThePolicyAsData(t *testing.T) {
	s := shared(t)
	type data struct {
		Site, Version, Updated, Effective, Language, Title, Controller, Contact string
		Purposes                                                                []struct {
			ID, Hash, Kind, Name, Summary, Refusal, Basis string
			Required, Separate, GPC                       bool
			Services                                      []struct{ ID, Hash, Name, Summary string }
		}
		Presentations map[string]string
	}
	read := func(path string) (d data) {
		t.Helper()
		a := s.get(path).is(http.StatusOK).has("Content-Type", "application/json").has("Vary", "Origin", "Accept-Language")
		decoder := json.NewDecoder(bytes.NewReader(a.body))
		if err := decoder.Decode(&d); err != nil {
			t.Fatal(err)
		}
		return d
	}
	now, before := read("/v1/acme/policy?lang=ar"), read("/v1/acme/policy/"+acmeBefore)
	if now.Site != "acme" || now.Version != acmeVersion || now.Language != "ar" || now.Title != "title ar" || len(now.Purposes) != 4 {
		t.Errorf("policy %+v", now)
	}
	if before.Version != acmeBefore || len(before.Purposes) != 5 || before.Presentations != nil {
		t.Errorf("policy %+v", before)
	}
	if p := now.Purposes[0]; !p.Required || p.Separate || p.GPC || len(p.Services) != 1 || p.Services[0].Name != "login name ar" {
		t.Errorf("purpose %+v", p)
	}
	if p := now.Purposes[3]; p.ID != "transfer" || !p.Separate || p.Kind != "sharing" || p.Name != "transfer name ar" {
		t.Errorf("purpose %+v", p)
	}
	for kind, hash := range now.Presentations {
		if _, err := s.store.Presentation(t.Context(), "acme", hash); err != nil {
			t.Errorf("presentation of the %s: %v", kind, err)
		}
	}
	if len(now.Presentations) != 2 {
		t.Errorf("presentations %v", now.Presentations)
	}
	if whole := read("/v1/acme/policy/" + acmeVersion); whole.Version != now.Version {
		t.Errorf("version %q", whole.Version)
	}
}
