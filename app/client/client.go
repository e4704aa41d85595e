// Package client is the browser side of the WebAssembly build. It takes over the preference centre that the server
// rendered: what was ticked meanwhile, the focus, the open details and the scroll stay as they are. How things stand
// and what is chosen go through boot.js (web/loader), which holds the connection to the page that opened the centre.
package client
