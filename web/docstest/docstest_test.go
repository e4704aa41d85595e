package docstest

import (
	"reflect"
	"testing"
)

func TestBlocksHaveTheirOptionsAndWhatTheReaderSees(t *testing.T) {
	const page = "# T\n\n```sh exit=1\nnod diff a b\n```\n\n> You see `x` and\n> `y`.\n\n`z`\n\n" +
		"1. One:\n\n   ```yaml site\n   a:\n     b\n   ```\n\n```sh untested: it needs a network\ncurl\n```\n"
	want := []Block{
		{"p.md", 4, "sh", map[string]string{"exit": "1"}, "", "nod diff a b\n", []string{"x", "y"}},
		{"p.md", 15, "yaml", map[string]string{"site": ""}, "", "a:\n  b\n", nil},
		{"p.md", 20, "sh", map[string]string{}, "it needs a network", "curl\n", nil},
	}
	if got := parse("p.md", page); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}
