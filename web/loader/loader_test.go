package loader_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/evanw/esbuild/pkg/api"
	"github.com/nod-consent/nod/web/loader"
	"github.com/nod-consent/nod/web/loader/bundle"
)

// embedded are the scripts of dist.
var embedded loader.Scripts

func TestDistIsWhatTheSourcesBundleTo(t *testing.T) {
	out := t.TempDir()
	if err := bundle.Write(bundle.Options{Source: "src", Out: out, Shorten: true}); err != nil {
		t.Fatal(err)
	}
	made, err := os.ReadDir(out)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := os.ReadDir("dist")
	if err != nil {
		t.Fatal(err)
	}
	if len(made) != len(kept) {
		t.Errorf("the build made %v, and dist has %v", made, kept)
	}
	for _, f := range made {
		built, err := os.ReadFile(filepath.Join(out, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if there, err := os.ReadFile(filepath.Join("dist", f.Name())); err != nil || !bytes.Equal(built, there) {
			t.Errorf("dist/%s is not what src bundles to; run go generate ./web/loader (%v)", f.Name(), err)
		}
	}
}

func TestConsentIsTheProgramAroundItsConfiguration(t *testing.T) {
	const config = `{"site":"demo"}`
	const start = "//# allFunctionsCalledOnLoad\n(()=>{const __NOD__=" + config + ";"
	for set := range 8 {
		build := loader.Build{Strict: set&1 > 0, Hold: set&2 > 0, Equivalents: set&4 > 0}
		whole, err := embedded.Consent([]byte(config), build)
		if err != nil {
			t.Fatal(err)
		}
		got := string(whole)
		if !strings.HasPrefix(got, start) || !strings.HasSuffix(got, "})();\n") {
			t.Errorf("%+v begins %.40q and ends %q", build, got, got[max(0, len(got)-40):])
		}
		if n := strings.Count(got, config); n != 1 {
			t.Errorf("%+v: the configuration is in it %d times, want once", build, n)
		}
		checked := api.Transform(got, api.TransformOptions{Loader: api.LoaderJS})
		if len(checked.Errors) > 0 {
			t.Errorf("%+v is no JavaScript: %s", build, checked.Errors[0].Text)
		}
		// Texts that only the code of one option has: a site does not pay for what it does not use.
		for text, has := range map[string]bool{
			"CookieStore": build.Strict, `"abort"`: build.Hold, "acknowledge": build.Equivalents,
		} {
			if strings.Contains(got, text) != has {
				t.Errorf("%+v: it has %s: %t; want %t", build, text, !has, has)
			}
		}
	}
}

func TestAnAdapterIsItsProgramAroundWhatItIsTold(t *testing.T) {
	got, err := embedded.Adapter("data-layer", []byte(`{"variable":"x"}`))
	checked := api.Transform(string(got), api.TransformOptions{Loader: api.LoaderJS})
	hasOptions := strings.HasSuffix(string(got), "})({\"variable\":\"x\"});\n")
	if err != nil || len(checked.Errors) > 0 || !hasOptions {
		t.Errorf("%s: %v, %v", got, err, checked.Errors)
	}
	if _, err := embedded.Adapter("nothing", nil); err == nil {
		t.Error("an adapter that is not there")
	}
}
