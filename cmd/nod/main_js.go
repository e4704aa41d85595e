// The WebAssembly entry: the preference centre in the browser.
package main

import "github.com/nod-consent/nod/app/client"

func main() { client.Run() }
