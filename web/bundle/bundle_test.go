package bundle

import (
	"crypto/ed25519"
	"errors"
	"maps"
	"net/url"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/net/html"

	"github.com/nod-consent/nod/app/ledger/proof"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/load/loadtest"
)

const server = "https://consent.example/sub"

// makePackage makes an app's package, and the key that signed it.
func makePackage(t testing.TB) (files map[string][]byte, key *proof.Key) {
	t.Helper()
	key, err := proof.NewKey("consent.example")
	if err != nil {
		t.Fatal(err)
	}
	if files, err = ForApp(t.Context(), loadtest.BuiltIn(t, "yunzhijia"), policy.Android, server, key); err != nil {
		t.Fatal(err)
	}
	return files, key
}

// addressesIn returns the addresses in the attributes of a page.
func addressesIn(t testing.TB, page []byte) (found []string) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(string(page)))
	if err != nil {
		t.Fatal(err)
	}
	for n := range doc.Descendants() {
		for _, a := range n.Attr {
			if slices.Contains([]string{"href", "src", "data-part"}, a.Key) && !strings.HasPrefix(a.Val, "#") {
				found = append(found, a.Val)
			}
		}
	}
	return found
}

func TestAnAppsPackageHasWhatItsPagesLoad(t *testing.T) {
	files, _ := makePackage(t)
	pages := 0
	for name, content := range files {
		if path.Ext(name) != ".html" || strings.HasPrefix(name, "assets/") {
			continue
		}
		pages++
		loads := false
		for _, address := range addressesIn(t, content) {
			u, err := url.Parse(address)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			switch {
			case strings.HasPrefix(address, server+"/"), strings.HasPrefix(u.Scheme, "http"),
				u.Scheme == "mailto", u.Scheme == "tel":
			case u.Path == "policy", u.Path == "preferences", strings.HasPrefix(u.Path, "lists/") && u.RawQuery != "":
				// The script takes the address in the page's configuration instead.
			case strings.HasPrefix(address, "/"):
				t.Errorf("%s: the address %s is absolute", name, address)
			default:
				file := path.Join(path.Dir(name), u.Path)
				loads = loads || strings.HasPrefix(file, "assets/")
				if files[file] == nil {
					t.Errorf("%s: the address %s leads to %s, which is not in the package", name, address, file)
				}
			}
		}
		if !loads {
			t.Errorf("%s loads nothing of the package", name)
		}
		if !strings.Contains(string(content), `<meta http-equiv="Content-Security-Policy"`) {
			t.Errorf("%s has no Content-Security-Policy", name)
		}
	}
	if pages < 8 {
		t.Errorf("%d pages", pages)
	}
	for _, loaded := range []string{"launch", "boot", "read", "page", "questions"} {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(files)), func(name string) bool {
			return strings.HasPrefix(name, "assets/"+loaded+".")
		}) {
			t.Errorf("the package has no %s", loaded)
		}
	}
}

func TestAPackageIsAsItWasSigned(t *testing.T) {
	files, key := makePackage(t)
	const page = "yunzhijia/en/first-launch.html"
	other, err := proof.NewKey("consent.example")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name   string
		change func(fstest.MapFS)
		key    ed25519.PublicKey
		wrong  string
	}{
		{"whole", func(fstest.MapFS) {}, key.Public(), ""},
		{"without a key", func(fstest.MapFS) {}, nil, ""},
		{"another key", func(fstest.MapFS) {}, other.Public(), "manifest.sig"},
		{"a changed page", func(f fstest.MapFS) { f[page].Data = append(f[page].Data, ' ') }, key.Public(), page},
		{"a changed page without a key", func(f fstest.MapFS) { f[page].Data = f[page].Data[1:] }, nil, page},
		{"a missing page", func(f fstest.MapFS) { delete(f, page) }, key.Public(), page},
		{"one file more", func(f fstest.MapFS) { f["x.js"] = &fstest.MapFile{} }, key.Public(), "x.js"},
		{"no signature", func(f fstest.MapFS) { delete(f, "manifest.sig") }, key.Public(), "manifest.sig"},
		{"no manifest", func(f fstest.MapFS) { delete(f, "manifest.json") }, nil, "manifest.json"},
	} {
		t.Run(test.name, func(t *testing.T) {
			changed := fstest.MapFS{}
			for name, content := range files {
				changed[name] = &fstest.MapFile{Data: slices.Clone(content)}
			}
			test.change(changed)
			m, err := Verify(changed, test.key)
			if test.wrong == "" {
				if err != nil || m.Site != "yunzhijia" || m.Platform != policy.Android {
					t.Errorf("%+v, error %v", m.Site, err)
				}
				return
			}
			if !errors.Is(err, ErrPackage) || !strings.HasPrefix(err.Error(), test.wrong+":") {
				t.Errorf("error %v; want ErrPackage about %s", err, test.wrong)
			}
		})
	}
}

func TestAPackageNeedsTheAddressOfAServer(t *testing.T) {
	for _, address := range []string{
		"", "consent.example", "ftp://consent.example", "https://", "https://consent.example?x", "https://u@consent.example",
		"https://consent.example#x", `https://consent.example"><script>`, "https://consent.example:99999",
	} {
		if _, err := ForWeb(t.Context(), loadtest.BuiltIn(t, "yunzhijia"), address); !errors.Is(err, ErrAddress) {
			t.Errorf("%q: error %v; want ErrAddress", address, err)
		}
	}
}
