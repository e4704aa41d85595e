package e2e

import (
	"encoding/json"
	"io"
	"net/http"
	"testing"

	"github.com/evanw/esbuild/pkg/api"
)

// bundleHydrated bundles the page of testdata/hydrated.js with React, which must be installed.
func bundleHydrated(t *testing.T) string {
	t.Helper()
	result := api.Build(api.BuildOptions{
		EntryPoints: []string{"testdata/hydrated.js"},
		Bundle:      true,
		Format:      api.FormatIIFE,
		GlobalName:  "page",
		Define:      map[string]string{"process.env.NODE_ENV": `"production"`},
		NodePaths:   []string{"../node_modules"},
		LogLevel:    api.LogLevelSilent,
	})
	if len(result.Errors) > 0 {
		t.Fatalf(`bundle the page: %s (is React missing? Run "make deps")`, result.Errors[0].Text)
	}
	return string(result.OutputFiles[0].Contents)
}

func TestAPageSurvivesThatReactHydrates(t *testing.T) {
	script, err := json.Marshal(stage.Script(Page{}))
	if err != nil {
		t.Fatal(err)
	}
	react := stage.File("text/javascript; charset=utf-8", bundleHydrated(t))
	builder := open(t, stage.Address(Page{Tag: `<script src="` + react + `"></script>`}))
	html := eval[string](builder.view, `page.render(`+string(script)+`)`)
	stage.pages.HandleFunc("GET /pages/hydrated", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		io.WriteString(w, html)
	})
	stage.host.overrideWith(t, func(_ http.ResponseWriter, r *http.Request) bool { return r.URL.Path == "/favicon.ico" })
	tab := open(t, stage.Host+"/pages/hydrated")
	tab.wait(visible(banner))
	tab.run(`await new Promise((done) => {
			const s = document.createElement("script");
			s.src = "` + react + `";
			s.onload = done;
			document.head.append(s);
		});
		window.oldRoot = document.documentElement;
		page.hydrate(` + string(script) + `)`)
	tab.wait(`document.documentElement != oldRoot && document.querySelector("#count")`) // our host is not the page's
	tab.wait(visible(banner))
	tab.click(acceptButton)
	tab.waitForRan("after the answer", "first")
	tab.run(`document.querySelector("#count").click()`)
	tab.waitForRan("an element that is added later", "first late")
	tab.wait(visible(reopenButton))
	tab.check(`document.querySelectorAll("#nod").length == 1`)
}
