package e2e

import (
	"archive/zip"
	"bytes"
	"crypto/ed25519"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"path"
	"strings"
	"testing"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/ledger/proof"
	"github.com/nod-consent/nod/web/bundle"
)

// packed serves an app's package, as a virtual origin of the app would, and gives the address of its first page and
// what is asked of it.
func packed(t *testing.T) (address string, files map[string][]byte, key *proof.Key) {
	t.Helper()
	sites, err := loadSites(stage.Host)
	if err != nil {
		t.Fatal(err)
	}
	if key, err = proof.NewKey("consent.yzj.localhost"); err != nil {
		t.Fatal(err)
	}
	if files, err = bundle.ForApp(t.Context(), sites[0], "android", stage.Consent, key); err != nil {
		t.Fatal(err)
	}
	stage.made++
	dir := "/package/" + string(rune('a'+stage.made%26)) + path.Base(t.Name()) + "/"
	stage.pages.HandleFunc("GET "+dir+"{path...}", func(w http.ResponseWriter, r *http.Request) {
		content, ok := files[r.PathValue("path")]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", mime.TypeByExtension(path.Ext(r.URL.Path)))
		w.Header().Set("Cache-Control", "no-store")
		w.Write(content)
	})
	return stage.Host + dir + siteID + "/en/first-launch.html", files, key
}

func TestAPackageIsSmallWholeAndSigned(t *testing.T) {
	_, files, key := packed(t)
	var zipped bytes.Buffer
	z := zip.NewWriter(&zipped)
	for name, content := range files {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		w.Write(content)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d files, %d bytes zipped", len(files), zipped.Len())
	if zipped.Len() > 1_600_000 {
		t.Errorf("%d bytes zipped: want at most 1.6 MB", zipped.Len())
	}
	signature, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(files["manifest.sig"])))
	if err != nil || !ed25519.Verify(key.Public(), files["manifest.json"], signature) {
		t.Errorf("the signature does not fit: %v", err)
	}
	var manifest struct {
		Files []struct {
			Path, Integrity string
			Bytes           int
		}
		Languages []string
	}
	if err := json.Unmarshal(files["manifest.json"], &manifest); err != nil {
		t.Fatal(err)
	}
	if len(manifest.Files) != len(files)-2 || manifest.Languages[0] != "zh-CN" {
		t.Errorf("%d files of %d, languages %q", len(manifest.Files), len(files), manifest.Languages)
	}
	for _, f := range manifest.Files {
		sum := sha512.Sum384(files[f.Path])
		if f.Integrity != "sha384-"+base64.StdEncoding.EncodeToString(sum[:]) || f.Bytes != len(files[f.Path]) {
			t.Errorf("%s is another", f.Path)
		}
	}
	for name, content := range files {
		if path.Ext(name) != ".html" {
			continue
		}
		for _, absolute := range []string{`="/`, `nod-in-a-package`} {
			if strings.Contains(string(content), absolute) {
				t.Errorf("%s has an address with %s", name, absolute)
			}
		}
	}
}

func TestTheFirstLaunchWorksFromAPackageWithoutANetwork(t *testing.T) {
	address, _, _ := packed(t)
	down := false
	stage.consent.stop()
	down = true
	t.Cleanup(func() {
		if down {
			stage.consent.start(t)
		}
	})
	tab := open(t, address, anApp(hello))
	tab.expects("ERR_CONNECTION_REFUSED")
	tab.untilGreeted()
	tab.click(element("#nod-ask [data-page=policy]"))
	tab.until(onScreen("reader") + ` && document.querySelector("#nod-reader").textContent.includes("云之家网络（重庆）有限公司")`)
	tab.run(`nodReceive({ v: 1, type: "nod:back" })`)
	tab.until(onScreen("ask"))
	tab.click(deed("agree"))
	tab.click(deed("adult"))
	tab.until(onScreen("menu"))
	tab.click(element("[data-page='lists/permissions']"))
	tab.until(onScreen("reader") + ` && document.querySelectorAll("#nod-reader .entry").length == 9`)
	tab.run(`nodReceive({ v: 1, type: "nod:back" })`)
	tab.until(onScreen("menu"))

	// The preferences, with the WebAssembly program.
	tab.click(element("#nod-menu [data-page=preferences]"))
	tab.until(onScreen("preferences") + ` &&
		document.querySelector("#nod-preferences iframe").contentDocument?.querySelector("#nod-analytics")?.checked`)
	inside := func(script string) string {
		return `((document) => ` + script + `)(document.querySelector("#nod-preferences iframe").contentDocument)`
	}
	tab.until(inside(`document.querySelector("#nod-decided .count")?.checkVisibility()`)) // only the program counts
	tab.run(inside(`document.querySelector("#nod-analytics").click()`))
	tab.run(inside(`{ const d = document.querySelector("#nod-beacons").closest("li").querySelector("details");
		d.open = true }`))
	tab.until(inside(`document.querySelector("#nod-beacons").closest("li").querySelector(".part dl")`))
	tab.run(inside(`document.querySelector("[value=save]").click()`))
	tab.until(`told.filter((m) => m.type == "nod:decision").length == 2 &&
		told.findLast((m) => m.type == "nod:decision").states.analytics == "denied"`)
	tab.is(`writes.length == 0 && told.filter((m) => m.external).at(-1).external.queue.length == 2`)
	if all := stage.host.requests("/package/"); len(all) == 0 {
		t.Fatal("nothing came from the package")
	}
	for _, r := range tab.requests("") {
		if !strings.HasPrefix(r.URL, stage.Host+"/package/") && !strings.HasPrefix(r.URL, stage.Consent+"/v1/") &&
			!strings.HasPrefix(r.URL, "data:") {
			t.Errorf("%s was asked for", r.URL)
		}
	}
	external := tab.external()
	tab.load("about:blank")
	stage.consent.start(t)
	down = false
	again := open(t, address, returning(external))
	again.until(`told.some((m) => m.type == "nod:keep" && m.external.queue.length == 0)`)
	if r := again.launched(2); len(r) != 2 ||
		saying(r[0]) != "accept_all: functional=granted analytics=granted beacons=granted" ||
		r[1].Answers["analytics"] != consent.Denied {
		t.Errorf("%d records", len(r))
	}
	tab.fitsTheSchema()
}

func TestANewerPolicyIsNoticedAtTheNextStart(t *testing.T) {
	address, _, _ := packed(t)
	stage.consent.answer(t, func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.URL.Path, "/v1/"+siteID+"/policy") {
			return false
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Access-Control-Allow-Origin", "*")
		io.WriteString(w, `{"version":"2027-01-01"}`)
		return true
	})
	tab := open(t, address, anApp(hello))
	tab.until(`told.some((m) => m.type == "nod:ready" && m.newer == "2027-01-01")`)
	tab.agreed()
	tab.until(visible(element("#nod-newer")))
	tab.click(element("#nod-newer a"))
	tab.until(`told.at(-1).type == "nod:openURL" && told.at(-1).url.startsWith("` + stage.Consent +
		`/yunzhijia/first-launch?platform=android")`)
	tab.fitsTheSchema()
}
