package web_test

import (
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/nod-consent/nod/web"
)

func TestTheServerSaysThatItHonoursGPC(t *testing.T) { // C-49
	behind := start(t, func(o *web.Options) { o.BasePath = "/portal/consent" })
	for _, s := range []*server{shared(t), behind} {
		var got struct {
			GPC        bool
			LastUpdate string
		}
		s.get("/.well-known/gpc.json").is(http.StatusOK).has("Content-Type", "application/json").
			has("Access-Control-Allow-Origin", "*").json(&got)
		if !got.GPC || !regexp.MustCompile(`^\d{4}-\d\d-\d\d$`).MatchString(got.LastUpdate) {
			t.Errorf("%+v", got)
		}
		s.get("/.well-known/other.json").problem(http.StatusNotFound, "unknown-address")
	}
	behind.get("/portal/consent/.well-known/gpc.json").is(http.StatusNotFound)
}

// named is how the documentation names a test.
var named = regexp.MustCompile("`((?:app|cmd|web)/[\\w/]+_test\\.go)`")

func TestThePromisesNameTestsThatExist(t *testing.T) {
	text, err := os.ReadFile("../assets/docs/promises.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for _, line := range strings.Split(string(text), "\n") {
		if !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| promise ") {
			continue
		}
		rows++
		files := named.FindAllStringSubmatch(line, -1)
		if len(files) == 0 {
			t.Errorf("a promise without a test: %s", line)
		}
		for _, file := range files {
			if _, err := os.Stat("../" + file[1]); err != nil {
				t.Errorf("%s: %v", line, err)
			}
		}
	}
	if rows < 30 {
		t.Errorf("%d promises", rows)
	}
}

// cited is how a test names a rule of assets/docs/rules.md.
var cited = regexp.MustCompile(`\bC-\d\d\b`)

func TestRulesAndTestsNameEachOther(t *testing.T) {
	text, err := os.ReadFile("../assets/docs/rules.md")
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for _, line := range strings.Split(string(text), "\n") {
		cells := strings.Split(line, "|") // | id | rule | source | test |
		if len(cells) != 6 || !cited.MatchString(cells[1]) {
			continue
		}
		id, test := strings.TrimSpace(cells[1]), strings.TrimSpace(cells[4])
		if listed[id] {
			t.Errorf("%s is there twice", id)
		}
		listed[id] = true
		if test == "not yet held" {
			continue
		}
		for _, name := range strings.Split(test, ", ") {
			if _, err := os.Stat("../" + name); err != nil {
				t.Errorf("%s names a test that is not there: %v", id, err)
			}
		}
	}
	for _, dir := range []string{"app", "cmd", "web"} {
		err := filepath.WalkDir("../"+dir, func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasSuffix(name, "_test.go") || strings.Contains(name, "node_modules") {
				return err
			}
			source, err := os.ReadFile(name)
			for _, id := range cited.FindAllString(string(source), -1) {
				if !listed[id] {
					t.Errorf("%s cites %s, which rules.md does not have", name, id)
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
