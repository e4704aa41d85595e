package load

import (
	"os"
	"regexp"
	"testing"
	"testing/fstest"
)

// The smallest site in assets/docs/site.md loads.
func TestExamplesOfTheDocumentationLoad(t *testing.T) {
	text, err := os.ReadFile("../../../assets/docs/site.md")
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{}
	example := regexp.MustCompile("(?s)`(shop/[^`]+)`:\n\n```\\w+\n(.*?)```")
	for _, m := range example.FindAllStringSubmatch(string(text), -1) {
		files[m[1]] = &fstest.MapFile{Data: []byte(m[2])}
	}
	site, err := Site(files, "shop")
	if err != nil {
		t.Fatal(err)
	}
	if got := site.CurrentPolicy().Purposes[0].Name["en"]; got != "Statistics" {
		t.Errorf("its purpose is %q", got)
	}
}
