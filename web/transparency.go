package web

import (
	"errors"
	"net/http"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/ledger/proof"
	"github.com/nod-consent/nod/web/httpx"
)

// What anybody may read of a site's tree. Its leaves are commitments that tell nothing of the visitors.

func (s *Server) proof(w http.ResponseWriter, r *http.Request, site *site) {
	id, ok := httpx.ParseID(r.PathValue("id"))
	if !ok {
		unknownRecord(w)
		return
	}
	proof, err := s.options.Ledger.Proof(r.Context(), site.ID, id)
	switch {
	case errors.Is(err, ledger.ErrNotFound):
		unknownRecord(w)
	case err != nil:
		s.responder.WriteUnavailable(w, err)
	default:
		httpx.WriteJSON(w, http.StatusOK, proof)
	}
}

func unknownRecord(w http.ResponseWriter) {
	httpx.WriteProblem(w, http.StatusNotFound, "unknown-record", "There is no record with this id.")
}

func (s *Server) checkpoint(w http.ResponseWriter, r *http.Request, site *site) {
	signed, err := s.options.Ledger.Checkpoint(r.Context(), site.ID)
	if err != nil {
		s.responder.WriteUnavailable(w, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	w.Write(signed)
}

// tile gives a part of the tree, which never changes: GET /v1/{site}/log/tile/… (https://c2sp.org/tlog-tiles).
func (s *Server) tile(w http.ResponseWriter, r *http.Request, site *site) {
	tile, err := proof.ParseTile(r.PathValue("tile"))
	if err != nil {
		httpx.WriteProblem(w, http.StatusNotFound, "unknown-tile", httpx.Sentence(err))
		return
	}
	data, err := s.options.Ledger.Tile(r.Context(), site.ID, tile)
	switch {
	case errors.Is(err, ledger.ErrNotFound):
		httpx.WriteProblem(w, http.StatusNotFound, "unknown-tile", "The tree has not grown to this tile. The checkpoint says how far it has.")
		return
	case err != nil:
		s.responder.WriteUnavailable(w, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("X-Content-Type-Options", "nosniff")
	w.Write(data)
}

// keys lists the server's verifier keys, the one that signs now last, with the statements that each took over from the one
// before: GET /v1/{site}/log/keys.
func (s *Server) keys(w http.ResponseWriter, r *http.Request, site *site) {
	keys, err := s.options.Ledger.Keys(r.Context())
	if err != nil {
		s.responder.WriteUnavailable(w, err)
		return
	}
	type published struct {
		ledger.KnownKey
		OfSite string `json:"site_verifier"` // the same key under the name that the site's checkpoints have
	}
	out := make([]published, len(keys))
	for i, k := range keys {
		out[i].KnownKey = k
		if out[i].OfSite, err = proof.SiteVerifier(k.Verifier, site.ID); err != nil {
			s.responder.Fail(w, r, "derive a verifier key", err)
			return
		}
	}
	httpx.WriteJSON(w, http.StatusOK, map[string][]published{"keys": out})
}
