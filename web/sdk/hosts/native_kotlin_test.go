package hosts

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/ledger/proof"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/load/loadtest"
	"github.com/nod-consent/nod/web/bundle"
)

const (
	kotlinLib  = "../../node_modules/kotlin-compiler/lib"
	androidOrg = "/usr/share/java/json-android.jar" // org.json, as Android has it
)

// kotlinHosts are the hosts for Android.
var kotlinHosts = []string{"NativeAnswer.kt", "NativeFirstLayer.kt", "FirstLaunch.kt", "SystemState.kt"}

// The native first layer is compiled as it is, against as much of Android as it uses, and run: it draws the words of
// native.json, and touches no WebView before the yes. C-01, C-02, C-03, C-05, C-37, C-40
func TestTheKotlinHostDrawsTheFirstLayerAndTouchesNoWebViewBeforeTheYes(t *testing.T) {
	for _, needed := range []string{kotlinLib, androidOrg} {
		if _, err := os.Stat(needed); err != nil {
			t.Fatalf("a test needs Kotlin's compiler and org.json: run make deps first: %v", err)
		}
	}
	key, err := proof.NewKey("consent.example")
	if err != nil {
		t.Fatal(err)
	}
	site := loadtest.BuiltIn(t, "yunzhijia")
	packages := writePackages(t, site, key)
	classes := compileKotlin(t, key)
	languages := slices.Concat(site.Languages, site.Interface)
	class := strings.Join([]string{classes, kotlinLib + "/kotlin-stdlib.jar", androidOrg}, ":")
	args := append([]string{"-Djava.io.tmpdir=" + t.TempDir(), "-cp", class,
		"com.example.firstlaunch.NativeTestKt", packages, "../../native/testdata/hashes.json",
		"testdata/system_states.json"}, languages...)
	out := runJava(t, "java", args...)
	if !strings.HasSuffix(out, "done\n") || strings.Count(out, "ok ") < 28 {
		t.Errorf("not all tests ran:\n%s", out)
	}
	checkPrintedAnswer(t, out, filepath.Join(packages, "whole/nod/yunzhijia/zh-CN/native.json"))
}

// checkPrintedAnswer checks the hash in the answer that the app stored: it is the server's.
func checkPrintedAnswer(t *testing.T, out, drawn string) {
	t.Helper()
	_, line, _ := strings.Cut(out, "answer ")
	line, _, _ = strings.Cut(line, "\n")
	var answer struct{ Site, Language, Policy, Presentation string }
	if err := json.Unmarshal([]byte(line), &answer); err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	text, err := os.ReadFile(drawn)
	if err != nil {
		t.Fatal(err)
	}
	var document struct{ Shown string }
	if err := json.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	want := ledger.PresentationHash(ledger.Presentation{
		Site: "yunzhijia", Kind: ledger.Native, Language: "zh-CN", Policy: answer.Policy, HTML: string(text),
		Shown: document.Shown,
	})
	if answer.Presentation != want {
		t.Errorf("the app says that it drew %s, want %s", answer.Presentation, want)
	}
}

// compileKotlin compiles the hosts with their test, and returns the folder of the classes. A warning is an error.
func compileKotlin(t *testing.T, key *proof.Key) string {
	t.Helper()
	dir := t.TempDir()
	stubs, err := txtar.ParseFile("testdata/android.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var java, kotlin []string
	for _, f := range stubs.Files {
		name := filepath.Join(dir, "stubs", f.Name)
		writeFile(t, name, f.Data)
		if filepath.Ext(name) == ".java" {
			java = append(java, name)
		} else {
			kotlin = append(kotlin, name)
		}
	}
	classes := filepath.Join(dir, "classes")
	runJava(t, "javac", append([]string{"-nowarn", "-d", classes}, java...)...)
	for _, name := range append(slices.Clone(kotlinHosts), "testdata/NativeTest.kt") {
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		own := strings.Replace(string(source), "the 32 bytes that nod bundle printed, as base64",
			base64.StdEncoding.EncodeToString(key.Public()), 1)
		copied := filepath.Join(dir, "hosts", filepath.Base(name))
		writeFile(t, copied, []byte(own))
		kotlin = append(kotlin, copied)
	}
	class := strings.Join([]string{classes, kotlinLib + "/kotlin-stdlib.jar", androidOrg}, ":")
	runJava(t, "java", append([]string{"-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", kotlinLib + "/*",
		"org.jetbrains.kotlin.cli.jvm.K2JVMCompiler", "-no-stdlib", "-no-reflect", "-Werror", "-cp", class, "-d", classes},
		kotlin...)...)
	return classes
}

// writePackages writes the app's package, and others that it must not show.
func writePackages(t *testing.T, site *policy.Site, key *proof.Key) string {
	t.Helper()
	files, err := bundle.ForApp(t.Context(), site, policy.Android, "https://consent.example", key)
	if err != nil {
		t.Fatal(err)
	}
	other, err := proof.NewKey("consent.example")
	if err != nil {
		t.Fatal(err)
	}
	const first = "yunzhijia/zh-CN/native.json"
	resign := func(key *proof.Key, from, to string) func(map[string][]byte) {
		return func(f map[string][]byte) {
			f["manifest.json"] = []byte(strings.Replace(string(f["manifest.json"]), from, to, 1))
			f["manifest.sig"] = []byte(base64.StdEncoding.EncodeToString(key.Sign(f["manifest.json"])))
		}
	}
	dir := t.TempDir()
	for name, change := range map[string]func(map[string][]byte){
		"whole":    func(map[string][]byte) {},
		"tampered": func(f map[string][]byte) { f[first] = []byte(strings.Replace(string(f[first]), "agree", "AGREE", 1)) },
		"missing":  func(f map[string][]byte) { delete(f, first) },
		"ios":      resign(key, `"platform": "android"`, `"platform": "ios"`),
		"other":    resign(key, `"site": "yunzhijia"`, `"site": "other"`),
		"older":    resign(key, `"policy": "2023-11-23"`, `"policy": "2022-01-01"`),
		"foreign":  resign(other, "", ""),
	} {
		changed := maps.Clone(files)
		change(changed)
		for path, content := range changed {
			writeFile(t, filepath.Join(dir, name, "nod", path), content)
		}
	}
	return dir
}

func writeFile(t *testing.T, name string, content []byte) {
	t.Helper()
	err := os.MkdirAll(filepath.Dir(name), 0o755)
	if err == nil {
		err = os.WriteFile(name, content, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func runJava(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%.6000s", name, err, out)
	}
	return string(out)
}
