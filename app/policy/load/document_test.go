package load

import (
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/nod-consent/nod/app/policy"
)

// The smallest site in assets/docs/site.md loads, and the page names every key.
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
	seen := map[reflect.Type]bool{}
	var walk func(reflect.Type)
	walk = func(typ reflect.Type) {
		for typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice {
			typ = typ.Elem()
		}
		if typ.Kind() != reflect.Struct || seen[typ] {
			return
		}
		seen[typ] = true
		for i := range typ.NumField() {
			key, _, _ := strings.Cut(typ.Field(i).Tag.Get("yaml"), ",")
			if key == "-" || key == "" {
				continue
			}
			if !regexp.MustCompile("[` ]" + key + "[`:]").Match(text) {
				t.Errorf("no word of %s of a %s", key, typ.Name())
			}
			walk(typ.Field(i).Type)
		}
	}
	walk(reflect.TypeFor[policy.Site]())
	walk(reflect.TypeFor[policy.Policy]())
}
