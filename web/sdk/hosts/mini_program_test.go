package hosts

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
)

func TestTheMiniProgramsScriptIsMadeOfItsSource(t *testing.T) {
	dir := t.TempDir()
	if out, err := exec.Command("go", "run", "./build", "-o", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	want, err := os.ReadFile(filepath.Join(dir, "nod.js"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("miniprogram/dist/nod.js")
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("miniprogram/dist/nod.js is not what src gives (%v): run go generate ./web/sdk/hosts", err)
	}
}

// C-01: neither the component nor its script reads anything about the device or the person.
func TestTheMiniProgramCallsOnlyWhatItNeeds(t *testing.T) {
	allowed := regexp.MustCompile(`^(getFileSystemManager|getStorageSync|setStorageSync|getRandomValues|request)$`)
	calls := 0
	for _, name := range []string{"miniprogram/dist/nod.js", "miniprogram/first-layer.js", "miniprogram/options.js"} {
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`\bwx\.(\w+)`).FindAllSubmatch(source, -1) {
			calls++
			if !allowed.Match(m[1]) {
				t.Errorf("%s calls wx.%s", name, m[1])
			}
		}
		found := regexp.MustCompile(`\b(fetch|XMLHttpRequest|localStorage|navigator|document\.cookie|eval)\b`).Find(source)
		if found != nil {
			t.Errorf("%s has %s, which no mini program has", name, found)
		}
	}
	if calls < 5 {
		t.Errorf("%d calls are found", calls)
	}
}
