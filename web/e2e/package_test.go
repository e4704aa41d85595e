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

// servePackage serves an app's package, as a virtual origin of the app does. The address is that of the first launch.
func servePackage(t *testing.T) (address string, files map[string][]byte, key *proof.Key) {
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
	stage.count++
	dir := "/package/" + string(rune('a'+stage.count%26)) + path.Base(t.Name()) + "/"
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

func TestAPackageIsSmallCompleteAndSigned(t *testing.T) {
	_, files, key := servePackage(t)
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
		t.Errorf("%d bytes zipped; the limit is 1.6 MB", zipped.Len())
	}
	checkManifest(t, files, key)
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

// checkManifest checks the manifest's signature, and that it names every other file with its right size and hash.
func checkManifest(t *testing.T, files map[string][]byte, key *proof.Key) {
	t.Helper()
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
			t.Errorf("%s has another size or hash", f.Path)
		}
	}
}

func TestTheFirstLaunchWorksFromAPackageWithoutANetwork(t *testing.T) {
	address, _, _ := servePackage(t)
	restart := stage.consent.takeDown(t)
	tab := open(t, address, appScript(helloMessage))
	tab.expectMessages("ERR_CONNECTION_REFUSED")
	tab.waitForHello()
	tab.click(element("#nod-ask [data-page=policy]"))
	tab.wait(onScreen("reader") +
		` && document.querySelector("#nod-reader").textContent.includes("云之家网络（重庆）有限公司")`)
	tab.goBack()
	tab.wait(onScreen("ask"))
	tab.click(action("agree"))
	tab.click(action("adult"))
	tab.wait(onScreen("menu"))
	tab.click(element(".menu [data-page='lists/permissions']"))
	tab.wait(onScreen("reader") + ` && document.querySelectorAll("#nod-reader .entry").length == 10`)
	tab.goBack()
	tab.wait(onScreen("menu"))

	refuseAnalyticsOffline(tab)
	tab.check(`writes.length == 0 && messages.filter((m) => m.external).at(-1).external.queue.length == 2`)
	if all := stage.host.requests("/package/"); len(all) == 0 {
		t.Fatal("nothing came from the package")
	}
	for _, r := range tab.requests("") {
		if !strings.HasPrefix(r.URL, stage.Host+"/package/") && !strings.HasPrefix(r.URL, stage.Consent+"/v1/") &&
			!strings.HasPrefix(r.URL, "data:") {
			t.Errorf("the package requested %s", r.URL)
		}
	}
	tab.checkMessages()
	external := tab.external()
	tab.load("about:blank")
	restart()
	again := open(t, address, returningApp(external))
	again.wait(`messages.some((m) => m.type == "nod:keep" && m.external.queue.length == 0)`)
	if r := again.waitForRecords(2); len(r) != 2 ||
		summarize(r[0]) != acceptedAll ||
		r[1].Answers["analytics"] != consent.Denied {
		t.Errorf("%d records", len(r))
	}
	again.checkMessages()
}

// refuseAnalyticsOffline refuses analytics in the preferences, which WebAssembly runs.
func refuseAnalyticsOffline(tab *Tab) {
	tab.Helper()
	tab.click(element("#nod-menu [data-page=preferences]"))
	tab.wait(onScreen("preferences") + ` && ` + appPreference("#nod-analytics") + `?.checked`)
	tab.wait(appPreference("#nod-decided .count") + `?.checkVisibility()`) // only WebAssembly shows it
	tab.run(appPreference("#nod-analytics") + `.click()`)
	const find = `.closest("li").querySelector`
	tab.run(`Object.assign(` + appPreference("#nod-beacons") + find + `("details"), { open: true })`)
	tab.wait(appPreference("#nod-beacons") + find + `(".part dl")`)
	tab.run(appPreference("button[value=save]") + `.click()`)
	tab.wait(`messages.filter((m) => m.type == "nod:decision").length == 2 && ` +
		lastDecision + `.states.analytics == "denied"`)
}

func TestAPackageReportsANewerPolicyAtTheNextStart(t *testing.T) {
	address, _, _ := servePackage(t)
	stage.consent.overrideWith(t, func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.URL.Path, "/v1/"+siteID+"/policy") {
			return false
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Access-Control-Allow-Origin", "*")
		io.WriteString(w, `{"version":"2027-01-01"}`)
		return true
	})
	tab := open(t, address, appScript(helloMessage))
	tab.wait(`messages.some((m) => m.type == "nod:ready" && m.newer == "2027-01-01")`)
	tab.agreeAsAdult()
	tab.wait(visible(element("#nod-newer")))
	tab.click(element("#nod-newer a"))
	tab.wait(lastReport + `.type == "nod:openURL" && ` + lastReport + `.url.startsWith("` + stage.Consent +
		`/yunzhijia/first-launch?platform=android")`)
	tab.checkMessages()
}
