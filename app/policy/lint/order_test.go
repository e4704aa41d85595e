package lint

import (
	"flag"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files again")

// manyMistakes is a site with several mistakes for each thing that is checked in a loop.
func manyMistakes() fstest.MapFS {
	f := lintFiles()
	replace := func(name string, pairs ...string) {
		f[name] = &fstest.MapFile{Data: []byte(strings.NewReplacer(pairs...).Replace(string(f[name].Data)))}
	}
	replace(versionFile,
		"en: Costs nothing., zh-CN", "de: Nichts., fr: Rien., zh-CN",
		"    basis: {law: GDPR 6(1)(a), text: {en: Consent, zh-CN: 同意}}\n", "",
		"    collection: {en: SDK, zh-CN: SDK}\n",
		"    collection: {en: SDK}\n    scene: {zh-CN: SDK}\n    provider: {en: Map}\n    use: {en: Maps}\n",
		"incident_days: 30", "incident_days: -1", "closure_days: 60", "closure_days: -2",
		"  term: {en: A year., zh-CN: 一年。}",
		"  term: {en: A year.}\n  place: {en: Here.}\n  abroad: {en: No.}\n  security: {en: Yes.}",
		"requests: {answer_days: 15, contact_days: 15}",
		"requests: {answer_days: -3, contact_days: -4, fee: {en: None.}, identity: {en: A name.}}")
	return f
}

// manyMistakesOfSite is wrong in site.yaml, which is read before the policies.
func manyMistakesOfSite() fstest.MapFS {
	f := lintFiles()
	const theme = "theme: {accent: 1, background: 2, button: 3, line: 4, text: 5, dark: {accent: 6, text: 7}}\n"
	f[siteFile].Data = append(f[siteFile].Data, theme...)
	return f
}

// manySignals is wrong in what its adapters get.
func manySignals() fstest.MapFS {
	f := lintFiles()
	const adapters = "adapters: [{name: google-consent-mode, signals: {ad_x: [a], ad_y: [b], ad_z: []}}]\n"
	f[siteFile].Data = append(f[siteFile].Data, adapters...)
	return f
}

func TestProblemsAreInOrder(t *testing.T) {
	for name, files := range map[string]fs.FS{
		"policy": manyMistakes(), "site": manyMistakesOfSite(), "adapters": manySignals(),
	} {
		t.Run(name, func(t *testing.T) {
			golden := "testdata/problems/" + name + ".golden"
			want, err := os.ReadFile(golden)
			if err != nil && !*update {
				t.Fatal(err)
			}
			for range 30 {
				found := lintShop(t, files)
				var lines strings.Builder
				for _, p := range found {
					lines.WriteString(p.Error() + " [" + p.Rule + "]\n")
				}
				if *update {
					want = []byte(lines.String())
					if err := os.WriteFile(golden, want, 0o644); err != nil {
						t.Fatal(err)
					}
				}
				if diff := cmp.Diff(string(want), lines.String()); diff != "" {
					t.Fatalf("problems (-want +got):\n%s", diff)
				}
			}
		})
	}
}
