package e2e

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/evanw/esbuild/pkg/api"
)

// bundleApplication bundles an application of testdata/sdk with its framework, which must be installed.
func bundleApplication(t *testing.T, name string) string {
	t.Helper()
	result := api.Build(api.BuildOptions{
		EntryPoints: []string{"testdata/sdk/" + name + ".js"},
		Bundle:      true,
		Format:      api.FormatIIFE,
		GlobalName:  "application",
		Alias: map[string]string{
			"@nod-consent/client":       "../sdk/js/dist/index.js",
			"@nod-consent/client/react": "../sdk/js/dist/react.js",
			"@nod-consent/client/vue":   "../sdk/js/dist/vue.js",
		},
		// React's StrictMode runs effects twice, and Vue reports mismatches, in development only.
		Define: map[string]string{
			"process.env.NODE_ENV": `"development"`, "__VUE_OPTIONS_API__": "true", "__VUE_PROD_DEVTOOLS__": "false",
			"__VUE_PROD_HYDRATION_MISMATCH_DETAILS__": "true",
		},
		NodePaths: []string{"../node_modules"},
		LogLevel:  api.LogLevelSilent,
	})
	if len(result.Errors) > 0 {
		t.Fatalf(`bundle the application: %s (is a package missing? Run "make deps")`, result.Errors[0].Text)
	}
	return string(result.OutputFiles[0].Contents)
}

// A slow page is hydrated after Nod has drawn its placeholders. Only a frame that the server did not render gets none
// before that, so ConsentFrame renders its frame in the browser.
func TestAPageThatIsHydratedLateHasNoMismatch(t *testing.T) {
	script := stage.File("text/javascript; charset=utf-8", bundleApplication(t, "react"))
	vendor := stage.File("text/html", "<p>A frame")
	for name, test := range map[string]struct{ isTagged, hasMismatch bool }{
		"with ConsentFrame":   {false, false},
		"with a tagged frame": {true, true}, // why there is a ConsentFrame
	} {
		t.Run(name, func(t *testing.T) {
			properties, err := json.Marshal(map[string]any{"script": vendor, "frame": vendor, "isTagged": test.isTagged})
			if err != nil {
				t.Fatal(err)
			}
			builder := open(t, stage.Address(Page{Tag: `<script src="` + script + `"></script>`}))
			html := eval[string](builder.view, `application.render(`+string(properties)+`)`)
			tab := open(t, stage.Address(Page{Body: `<div id="application">` + html + `</div>
				<iframe id="neighbour" data-category="analytics" data-src="` + vendor + `" title="Another"></iframe>
				<script src="` + script + `"></script>`}))
			tab.wait(visible(placeholder("p")))
			if test.hasMismatch {
				tab.expectMessages("server HTML", "Hydration failed")
			}
			tab.run(`application.start(document.querySelector("#application"), ` + string(properties) + `)`)
			tab.wait(`document.querySelector("#state").textContent == "unasked false"`)
			tab.check(fmt.Sprintf(`(mismatches > 0) == %t`, test.hasMismatch))
			tab.wait(`document.querySelector("main iframe[data-src]")`)
		})
	}
}

func TestFrameworksFollowConsent(t *testing.T) {
	for _, framework := range []string{"react", "vue"} {
		t.Run(framework, func(t *testing.T) {
			script := stage.File("text/javascript; charset=utf-8", bundleApplication(t, framework))
			addresses, err := json.Marshal(map[string]string{
				"script": stage.File("text/javascript", `window.ran = (window.ran || []).concat("vendor")`),
				"frame":  stage.File("text/html", "<p>A frame"),
			})
			if err != nil {
				t.Fatal(err)
			}
			builder := open(t, stage.Address(Page{Tag: `<script src="` + script + `"></script>`}))
			html := eval[string](builder.view, `application.render(`+string(addresses)+`)`)
			tab := open(t, stage.Address(Page{Body: `<div id="application">` + html + `</div>
				<script src="` + script + `"></script>
				<script>
					window.ran = [];
					application.start(document.querySelector("#application"), ` + string(addresses) + `);
				</script>`}))
			tab.wait(visible(banner))
			tab.wait(`document.querySelector("#state").textContent == "unasked false"`)
			tab.check(`mismatches == 0 && document.querySelector("#closed") && !document.querySelector("#open")`)
			tab.check(`document.querySelectorAll("script[data-src]").length == 1`) // effects run twice in development
			tab.wait(`document.querySelector("iframe[data-src]") && !document.querySelector("iframe[data-src]").src`)
			tab.run(`document.querySelector("#route").click()`)
			tab.wait(`!document.querySelector("main") && !document.querySelector("script[data-src]")`)
			tab.run(`document.querySelector("#route").click()`)
			tab.wait(`document.querySelectorAll("main iframe, script[data-src]").length == 2`)

			tab.click(acceptButton)
			tab.wait(`document.querySelector("#open") && document.querySelector("#state").textContent == "granted true"`)
			tab.wait(`document.querySelector("main iframe").src.endsWith(document.querySelector("main iframe").dataset.src)`)
			tab.waitForRan("after the answer", "vendor")
			tab.run(`document.querySelector("#route").click()`)
			tab.wait(`!document.querySelector("main")`)
			tab.run(`document.querySelector("#route").click()`)
			tab.wait(`document.querySelector("#open")`)
			tab.waitForRan("when the visitor comes back", "vendor")

			tab.run(`document.querySelector("#refuse").click()`)
			tab.wait(`document.querySelector("#closed") && document.querySelector("#state").textContent == "denied false"`)
			tab.check(`mismatches == 0`)
		})
	}
}
