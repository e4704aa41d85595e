package api

import (
	"errors"
	"net/http"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/ledger/proof"
	"github.com/nod-consent/nod/web/httpx"
	"github.com/nod-consent/nod/web/site"
)

// What anyone may read of a site's tree. Its leaves are commitments that reveal nothing of the visitors.

func (h *Handler) serveProof(w http.ResponseWriter, r *http.Request, s *site.Site) {
	id, ok := httpx.ParseID(r.PathValue("id"))
	if !ok {
		httpx.WriteUnknownRecord(w)
		return
	}
	inclusion, err := h.Ledger.Proof(r.Context(), s.ID, id)
	switch {
	case errors.Is(err, ledger.ErrNotFound):
		httpx.WriteUnknownRecord(w)
	case err != nil:
		h.Responder.WriteUnavailable(w, err)
	default:
		httpx.WriteJSON(w, http.StatusOK, inclusion)
	}
}

func (h *Handler) serveCheckpoint(w http.ResponseWriter, r *http.Request, s *site.Site) {
	h.serveCheckpointOf(w, r, s.ID)
}

// serveCheckpointOf serves the checkpoint of a tree: a site's own, or that of its requests.
func (h *Handler) serveCheckpointOf(w http.ResponseWriter, r *http.Request, tree string) {
	signed, err := h.Ledger.Checkpoint(r.Context(), tree)
	if err != nil {
		h.Responder.WriteUnavailable(w, err)
		return
	}
	writeLogFile(w, "text/plain; charset=utf-8", "no-store", signed)
}

// serveTile serves a part of the tree, which never changes (https://c2sp.org/tlog-tiles).
func (h *Handler) serveTile(w http.ResponseWriter, r *http.Request, s *site.Site) {
	h.serveTileOf(w, r, s.ID)
}

func (h *Handler) serveTileOf(w http.ResponseWriter, r *http.Request, tree string) {
	tile, err := proof.ParseTile(r.PathValue("tile"))
	if err != nil {
		httpx.WriteProblem(w, http.StatusNotFound, "unknown-tile", httpx.Sentence(err))
		return
	}
	data, err := h.Ledger.Tile(r.Context(), tree, tile)
	switch {
	case errors.Is(err, ledger.ErrNotFound):
		httpx.WriteProblem(w, http.StatusNotFound, "unknown-tile",
			"The tree has not grown to this tile. The checkpoint says how far it has.")
		return
	case err != nil:
		h.Responder.WriteUnavailable(w, err)
		return
	}
	writeLogFile(w, "application/octet-stream", "public, max-age=31536000, immutable", data)
}

func writeLogFile(w http.ResponseWriter, contentType, cacheControl string, data []byte) {
	header := w.Header()
	header.Set("Content-Type", contentType)
	header.Set("Cache-Control", cacheControl)
	header.Set("X-Content-Type-Options", "nosniff")
	w.Write(data)
}

// serveKeys lists the server's verifier keys with the statement by which each took over from the one before. The key
// that signs now is the last.
func (h *Handler) serveKeys(w http.ResponseWriter, r *http.Request, s *site.Site) {
	h.serveKeysOf(w, r, s.ID)
}

func (h *Handler) serveKeysOf(w http.ResponseWriter, r *http.Request, tree string) {
	keys, err := h.Ledger.Keys(r.Context())
	if err != nil {
		h.Responder.WriteUnavailable(w, err)
		return
	}
	type published struct {
		ledger.KnownKey
		SiteVerifier string `json:"site_verifier"` // the same key under the name that the site's checkpoints have
	}
	out := make([]published, len(keys))
	for i, k := range keys {
		out[i].KnownKey = k
		if out[i].SiteVerifier, err = proof.SiteVerifier(k.Verifier, tree); err != nil {
			h.Responder.Fail(w, r, "derive a verifier key", err)
			return
		}
	}
	httpx.WriteJSON(w, http.StatusOK, map[string][]published{"keys": out})
}
