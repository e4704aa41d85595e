package loader_test

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// layers are the folders of src, from the bottom to the top. A file imports from its own layer and from those below,
// never from above, and never from a folder beside its own. It holds for types too.
var layers = [][]string{
	{"core"},    // configuration, rules, identifiers, the document: no state of the page
	{"storage"}, // cookie, localStorage, requests with decisions
	{"gate"},    // what tags and scripts may load
	{"ui"},      // the parts on a page: banner, preferences, focus
	{"consent", "centre", "launch", "reading", "adapters"}, // what one page is made of
	{"entry"}, // the bundles
}

// importGraph has the imports of each file. Names are relative to src, without ".ts".
type importGraph map[string][]string

// TestImportsGoDownTheLayers reads the imports of src.
func TestImportsGoDownTheLayers(t *testing.T) {
	graph, err := readImportGraph(os.DirFS("src"))
	if err != nil {
		t.Fatal(err)
	}
	if len(graph) < 50 || len(graph["entry/consent"]) < 5 {
		t.Fatalf("%d files, entry/consent imports %v: not all imports were read", len(graph), graph["entry/consent"])
	}
	for _, problem := range graph.check() {
		t.Error(problem)
	}
}

// TestTheCheckOfImportsFindsProblems checks made-up graphs.
func TestTheCheckOfImportsFindsProblems(t *testing.T) {
	tests := []struct {
		name  string
		files fstest
		want  []string
	}{
		{"down and beside is fine", fstest{
			"core/rules":    "",
			"storage/queue": "import { a } from '../core/rules';",
			"ui/form":       "import { a } from '../storage/queue';\nimport type { B } from './surface';",
			"ui/surface":    "import {\n  a,\n  b,\n} from '../core/rules';",
			"entry/more":    "import * as form from '../ui/form';",
		}, nil},
		{"up", fstest{"core/rules": "import { a } from '../ui/form';", "ui/form": ""},
			[]string{"core/rules imports ui/form, which is above it"}},
		{"up, for a type", fstest{"core/rules": "import type { A } from '../ui/form';", "ui/form": ""},
			[]string{"core/rules imports ui/form, which is above it"}},
		{"up, as a re-export", fstest{"core/rules": "export * from '../ui/form';", "ui/form": ""},
			[]string{"core/rules imports ui/form, which is above it"}},
		{"up, for its effects", fstest{"core/rules": "import '../ui/form';", "ui/form": ""},
			[]string{"core/rules imports ui/form, which is above it"}},
		{"across", fstest{"launch/store": "import { a } from '../consent/state';", "consent/state": ""},
			[]string{"launch/store imports consent/state, which is beside it"}},
		{"a circle", fstest{
			"gate/a": "import { b } from './b';", "gate/b": "import { c } from './c';", "gate/c": "import { a } from './a';",
		}, []string{"circle: gate/a > gate/b > gate/c > gate/a"}},
		{"no layer", fstest{"other/a": ""}, []string{"other/a is in no layer"}},
		{"no file", fstest{"core/a": "import { b } from './b';"}, []string{"core/a imports core/b, which is not there"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			graph := importGraph{}
			for name, content := range test.files {
				graph[name] = listImports(name, content)
			}
			if got := graph.check(); !slices.Equal(got, test.want) {
				t.Errorf("got %q; want %q", got, test.want)
			}
		})
	}
}

// fstest are files by name, with their contents.
type fstest map[string]string

func readImportGraph(source fs.FS) (importGraph, error) {
	graph := importGraph{}
	err := fs.WalkDir(source, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(name, ".ts") || strings.HasSuffix(name, ".d.ts") {
			return err
		}
		content, err := fs.ReadFile(source, name)
		if err != nil {
			return err
		}
		name = strings.TrimSuffix(name, ".ts")
		graph[name] = listImports(name, string(content))
		return nil
	})
	return graph, err
}

// importOf matches an import or a re-export of a file of ours. Statements end in a semicolon.
var importOf = regexp.MustCompile(`(?m)^(?:import|export) (?:[^;'"]*? from )?['"](\.[^'"]+)['"];`)

func listImports(name, content string) []string {
	var imports []string
	for _, found := range importOf.FindAllStringSubmatch(content, -1) {
		imports = append(imports, path.Join(path.Dir(name), found[1]))
	}
	return imports
}

// check returns the imports that are not allowed, in the order of the files, and one circle if there is any.
func (graph importGraph) check() []string {
	var problems []string
	for _, file := range graph.files() {
		own := layerOf(file)
		if own < 0 {
			problems = append(problems, file+" is in no layer")
			continue
		}
		for _, imported := range graph[file] {
			where := ""
			switch layer := layerOf(imported); {
			case graph[imported] == nil && !slices.Contains(graph.files(), imported):
				where = "not there"
			case layer > own:
				where = "above it"
			case layer == own && path.Dir(imported) != path.Dir(file):
				where = "beside it"
			}
			if where != "" {
				problems = append(problems, fmt.Sprintf("%s imports %s, which is %s", file, imported, where))
			}
		}
	}
	if circle := graph.findCircle(); circle != nil {
		problems = append(problems, "circle: "+strings.Join(circle, " > "))
	}
	return problems
}

func (graph importGraph) files() []string {
	var files []string
	for file := range graph {
		files = append(files, file)
	}
	slices.Sort(files)
	return files
}

// layerOf returns the number of a file's layer, or -1.
func layerOf(file string) int {
	return slices.IndexFunc(layers, func(folders []string) bool { return slices.Contains(folders, path.Dir(file)) })
}

// findCircle returns files that import each other; the first is the last again. Types count like values.
func (graph importGraph) findCircle() []string {
	isDone := map[string]bool{}
	var walk func(file string, way []string) []string
	walk = func(file string, way []string) []string {
		if i := slices.Index(way, file); i >= 0 {
			return append(slices.Clone(way[i:]), file)
		}
		if isDone[file] {
			return nil
		}
		for _, imported := range graph[file] {
			if circle := walk(imported, append(slices.Clone(way), file)); circle != nil {
				return circle
			}
		}
		isDone[file] = true
		return nil
	}
	for _, file := range graph.files() {
		if circle := walk(file, nil); circle != nil {
			return circle
		}
	}
	return nil
}
