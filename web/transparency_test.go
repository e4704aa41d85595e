package web_test

import (
	"encoding/binary"
	"net/http"
	"strings"
	"testing"

	formats "github.com/transparency-dev/formats/log"
	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/note"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/web"
)

// verifier is the key that signs the tree of a site, from what the server publishes.
func (s *server) verifier(site string) note.Verifier {
	s.Helper()
	var known struct{ Keys []ledger.KnownKey }
	s.get("/v1/" + site + "/log/keys").is(http.StatusOK).json(&known)
	if len(known.Keys) != 1 || known.Keys[0].Statement != "" {
		s.Fatalf("keys %v; want the one that the server began with", known.Keys)
	}
	of, err := ledger.SiteVerifier(known.Keys[0].Verifier, site)
	if err != nil {
		s.Fatal(err)
	}
	v, err := note.NewVerifier(of)
	if err != nil {
		s.Fatal(err)
	}
	return v
}

// C-58: what is published can be read by a program that shares no code with this one.
func TestAnotherImplementationAcceptsCheckpointsAndProofs(t *testing.T) {
	s := start(t)
	var ids []string
	for range 11 {
		d := s.decision()
		s.decide(d).is(http.StatusCreated)
		ids = append(ids, d["id"].(string))
	}
	verifier := s.verifier("acme")
	checkpoint, _, _, err := formats.ParseCheckpoint(s.get("/v1/acme/log/checkpoint").is(http.StatusOK).body, verifier.Name(), verifier)
	if err != nil || checkpoint.Size != uint64(len(ids)) {
		t.Fatalf("checkpoint %v, error %v", checkpoint, err)
	}
	bundle := s.get("/v1/acme/log/tile/entries/000.p/11").is(http.StatusOK).has("Content-Type", "application/octet-stream").has("Cache-Control", "public, max-age=31536000, immutable").body
	hashes := s.get("/v1/acme/log/tile/0/000.p/11").is(http.StatusOK).body
	for i, id := range ids {
		n := binary.BigEndian.Uint16(bundle)
		leaf := rfc6962.DefaultHasher.HashLeaf(bundle[2 : 2+n])
		bundle = bundle[2+n:]
		if string(leaf) != string(hashes[32*i:32*i+32]) {
			t.Errorf("the tile has another hash for leaf %d", i)
		}
		var p ledger.Proof
		s.get("/v1/acme/records/" + id + "/proof").is(http.StatusOK).json(&p)
		var path [][]byte
		for _, h := range p.Proof {
			path = append(path, h[:])
		}
		if err := proof.VerifyInclusion(rfc6962.DefaultHasher, uint64(p.LeafIndex), uint64(p.TreeSize), leaf, path, checkpoint.Hash); err != nil || p.LeafIndex != int64(i) {
			t.Errorf("record %d at leaf %d: %v", i, p.LeafIndex, err)
		}
	}
	if len(bundle) > 0 {
		t.Errorf("%d bytes follow the last leaf", len(bundle))
	}
}

func TestATileThatIsNotThereIsNotFound(t *testing.T) {
	s := start(t, sites(t, "acme", "native"))
	s.decide(s.decision()).is(http.StatusCreated)
	for _, path := range []string{"0/000", "0/001.p/1", "0/000.p/2", "1/000.p/1", "entries/000", "entries/000.p/2", "0", "0/0", "x/000", "0/000.p/1/x", "entries/..%2f", "63/000.p/1", "0/x999/x999/x999/x999/x999/x999/999.p/1"} {
		s.get("/v1/acme/log/tile/"+path).problem(http.StatusNotFound, "unknown-tile").has("Cache-Control", "no-store")
	}
	s.get("/v1/native/log/tile/0/000.p/1").problem(http.StatusNotFound, "unknown-tile") // of another site's tree
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
