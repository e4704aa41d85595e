package api

import (
	"net/http"

	"github.com/nod-consent/nod/web/httpx"
)

// gpcUpdated is the day on which the handling of Global Privacy Control signals last changed. Set it with each change
// of that in consent.Evaluate or in the loader.
const gpcUpdated = "2026-11-26"

// ServeGPC says that the server honours Global Privacy Control signals, and since when (GPC, section 4).
func ServeGPC(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Access-Control-Allow-Origin", "*")
	httpx.WriteJSON(w, http.StatusOK, map[string]any{"gpc": true, "lastUpdate": gpcUpdated})
}
