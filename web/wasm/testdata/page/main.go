//go:build js

// The program of the tests' page.
package main

import (
	"github.com/maxence-charriere/go-app/v9/pkg/app"
	"github.com/nod-consent/nod/web/wasm/testdata/page/preferences"
)

func main() {
	app.RouteFunc(app.Window().URL().Path, func() app.Composer { return preferences.New() })
	app.RunWhenOnBrowser()
}
