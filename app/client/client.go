// Package client is the browser side of the WebAssembly program. It takes over the preference centre that the server
// rendered, and keeps what the visitor did meanwhile: the ticks, the focus, the open details and the scroll position.
// The script boot.js (web/loader) connects it with the page that opened the preference centre: it passes the status in
// and the decisions out.
package client
