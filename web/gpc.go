package web

import "net/http"

// gpcUpdated is the day on which what this program does with Global Privacy Control signals changed last. Whoever changes that in
// consent.Evaluate or in the loader sets it.
const gpcUpdated = "2026-11-26"

// gpc says that Global Privacy Control signals are honoured here, and since when (GPC, section 4: /.well-known/gpc.json).
func gpc(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Access-Control-Allow-Origin", "*")
	writeJSON(w, http.StatusOK, map[string]any{"gpc": true, "lastUpdate": gpcUpdated})
}
