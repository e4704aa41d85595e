package web_test

import (
	"encoding/binary"
	"net/http"
	"testing"

	"github.com/google/uuid"
	formats "github.com/transparency-dev/formats/log"
	merkle "github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/ledger/proof"
)

// verifier is the key that signs the tree of a site, from what the server publishes.
func (s *server) verifier(site string) note.Verifier {
	s.Helper()
	var known struct {
		Keys []struct {
			ledger.KnownKey
			OfSite string `json:"site_verifier"`
		}
	}
	s.get("/v1/" + site + "/log/keys").is(http.StatusOK).json(&known)
	if len(known.Keys) != 1 || known.Keys[0].Statement != "" {
		s.Fatalf("keys %v; want the one that the server began with", known.Keys)
	}
	of, err := proof.SiteVerifier(known.Keys[0].Verifier, site)
	if err != nil {
		s.Fatal(err)
	}
	if of != known.Keys[0].OfSite {
		s.Errorf("the site's key is %s; want %s", known.Keys[0].OfSite, of)
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
	checkpoint, _, _, err := formats.ParseCheckpoint(s.get("/v1/acme/log/checkpoint").is(http.StatusOK).body,
		verifier.Name(), verifier)
	if err != nil || checkpoint.Size != uint64(len(ids)) {
		t.Fatalf("checkpoint %v, error %v", checkpoint, err)
	}
	bundle := s.get("/v1/acme/log/tile/entries/000.p/11").is(http.StatusOK).
		has("Content-Type", "application/octet-stream").has("Cache-Control", "public, max-age=31536000, immutable").body
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
		if err := merkle.VerifyInclusion(rfc6962.DefaultHasher, uint64(p.LeafIndex), uint64(p.TreeSize), leaf, path,
			checkpoint.Hash); err != nil || p.LeafIndex != int64(i) {
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
	for _, path := range []string{"0/000", "0/001.p/1", "0/000.p/2", "1/000.p/1", "entries/000", "entries/000.p/2", "0",
		"0/0", "x/000", "0/000.p/1/x", "entries/..%2f", "63/000.p/1", "0/x999/x999/x999/x999/x999/x999/999.p/1"} {
		s.get("/v1/acme/log/tile/"+path).problem(http.StatusNotFound, "unknown-tile").has("Cache-Control", "no-store")
	}
	s.get("/v1/native/log/tile/0/000.p/1").problem(http.StatusNotFound, "unknown-tile") // of another site's tree
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
	if c := s.openCheckpoint(verifier); c.Size != 0 || c.Origin != "ledger.example/acme" {
		t.Errorf("checkpoint of an empty tree: %+v", c)
	}
	receipts := map[string][]byte{}
	for range 5 {
		d := s.decision()
		receipts[d["id"].(string)] = s.decide(d).is(http.StatusCreated).body
	}
	head := s.openCheckpoint(verifier)
	if head.Size != 5 {
		t.Fatalf("checkpoint of size %d", head.Size)
	}
	for id, receipt := range receipts {
		var p ledger.Proof
		s.get("/v1/acme/records/" + id + "/proof").is(http.StatusOK).json(&p)
		if c, err := proof.ParseCheckpoint([]byte(p.Checkpoint)); err != nil || c != head {
			t.Errorf("proof against %+v, error %v; want %+v", c, err, head)
		}
		s.checkProof(p, receipt, verifier)
	}
	if head.Root == (proof.Hash{}) || tlog.Hash(head.Root) == tlog.RecordHash(nil) {
		t.Error("the root is nothing")
	}
	for _, id := range []string{uuid.NewString(), uuid.Nil.String(), "x", "%00", "..%2f"} {
		s.get("/v1/acme/records/"+id+"/proof").problem(http.StatusNotFound, "unknown-record")
	}
}

// openCheckpoint reads the checkpoint, and checks its signature.
func (s *server) openCheckpoint(verifier note.Verifier) proof.Checkpoint {
	s.Helper()
	a := s.get("/v1/acme/log/checkpoint").is(http.StatusOK).has("Content-Type", "text/plain; charset=utf-8")
	if _, err := note.Open(a.body, note.VerifierList(verifier)); err != nil {
		s.Fatalf("checkpoint %q: %v", a.body, err)
	}
	c, err := proof.ParseCheckpoint(a.body)
	if err != nil {
		s.Fatal(err)
	}
	return c
}

// checkProof puts a proof in place of the receipt's own, and verifies all of it. The leaf is known from the receipt.
func (s *server) checkProof(p ledger.Proof, receipt []byte, verifier note.Verifier) {
	s.Helper()
	r, err := ledger.ParseReceipt(receipt)
	if err != nil {
		s.Fatal(err)
	}
	r.LeafIndex, r.TreeSize, r.Proof, r.Checkpoint = p.LeafIndex, p.TreeSize, p.Proof, p.Checkpoint
	encoded, err := r.Encode()
	if err != nil {
		s.Fatal(err)
	}
	if _, err := ledger.Verify(encoded, verifier); err != nil {
		s.Errorf("proof of leaf %d: %v", p.LeafIndex, err)
	}
}
