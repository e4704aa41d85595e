package web_test

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/nod-consent/nod/"

// order lists the packages of the program from the top down. A package imports only packages of lines below its own. A
// pattern stands for the packages that no line names exactly.
var order = [][]string{
	{"cmd/nod"},
	{"web", "web/bundle", "web/scan"},
	{"web/api", "web/pages", "web/admin", "web/demo"},
	{"web/site"},
	{"web/httpx"},
	{"web/loader", "web/wasm", "web/prerender", "web/native", "web/sdk/*", "web/sdk/backends/*"},
	{"app/*"}, // a package for each feature of the server
	{"app/outbox"},
	{"app/client"},
	{"app/widget", "app/ledger/consentrecord"},
	{"app/ledger"},
	{"app/ledger/sqlite", "app/ledger/postgres"},
	{"app/ledger/*"},
	{"app/consent"},
	{"app/policy/lint"},
	{"app/policy/*"},
	{"app/calendar"},
	{"app/policy"},
	{"assets"},
}

// tools are programs that build, check and test. They import what they like, and the program imports none of them.
var tools = []string{
	"app/calendar/build", "app/consent/consenttest", "app/ledger/ledgertest", "app/policy/load/loadtest", "web/build",
	"web/docstest", "web/e2e", "web/e2e/*", "web/licenses", "web/lint", "web/loader/build", "web/loader/bundle",
	"web/release", "web/schema/build", "web/sdk/hosts/build", "web/sdk/js/build",
	"web/sdk/js/pack", "web/wasm/build", "web/wasm/check",
}

// limits are rules for single packages: of our own packages they import only these, and of others none of those.
var limits = map[string]struct{ own, others []string }{
	"app/policy":  {nil, []string{"net/http", "database/sql", "syscall/js"}},
	"app/consent": {[]string{"app/policy", "app/policy/diff"}, []string{"net/http", "database/sql", "syscall/js"}},
	"app/widget":  {[]string{"app/consent", "app/policy", "app/policy/*", "app/ledger/proof"}, []string{"net/http"}},
	"app/client": {
		[]string{"app/consent", "app/policy", "app/policy/*", "app/ledger/proof", "app/widget"}, []string{"net/http"},
	},
}

// matches says whether one of the names or patterns stands for the package.
func matches(list []string, name string) bool {
	return slices.ContainsFunc(list, func(pattern string) bool {
		isMatch, err := path.Match(pattern, name)
		return err == nil && isMatch
	})
}

// lineOf returns the line of a package in the order, or -1 if it has none.
func lineOf(name string) int {
	if i := slices.IndexFunc(order, func(line []string) bool { return slices.Contains(line, name) }); i >= 0 {
		return i
	}
	return slices.IndexFunc(order, func(line []string) bool { return matches(line, name) })
}

// checkImports returns what breaks the order or the limits. The imports are by package, without the module's path.
func checkImports(imports map[string][]string) (problems []string) {
	add := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	for _, name := range slices.Sorted(maps.Keys(imports)) {
		if matches(tools, name) {
			continue
		}
		from := lineOf(name)
		if from < 0 {
			add("%s: has no line in the order. Add it", name)
			continue
		}
		limit, isLimited := limits[name]
		for _, imported := range imports[name] {
			own, isOwn := strings.CutPrefix(imported, module)
			switch {
			case !isOwn:
				if matches(limit.others, imported) {
					add("%s: imports %s", name, imported)
				}
			case matches(tools, own):
				add("%s: imports the tool %s", name, own)
			case lineOf(own) <= from:
				add("%s: imports %s, which is not below it", name, own)
			case isLimited && own != "assets" && !matches(limit.own, own):
				add("%s: imports %s, which it should not know", name, own)
			}
		}
	}
	return problems
}

// readImports reads what the files of the program's packages import, for every system, without the tests.
func readImports(root string) (map[string][]string, error) {
	imports := map[string][]string{}
	read := func(name string, entry fs.DirEntry, err error) error {
		skipped := []string{"node_modules", "testdata", "dist"}
		switch base := filepath.Base(name); {
		case err != nil:
			return err
		case entry.IsDir() && (slices.Contains(skipped, base) || strings.HasPrefix(base, "_")):
			return fs.SkipDir
		case entry.IsDir() || filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		folder, err := filepath.Rel(root, filepath.Dir(name))
		if err != nil {
			return err
		}
		pkg := filepath.ToSlash(folder)
		imports[pkg] = slices.Concat(imports[pkg]) // also a package without imports is one
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			imports[pkg] = append(imports[pkg], imported)
		}
		return nil
	}
	for _, folder := range []string{"app", "assets", "cmd", "web"} {
		if err := filepath.WalkDir(filepath.Join(root, folder), read); err != nil {
			return nil, err
		}
	}
	return imports, nil
}

func TestPackagesImportOnlyWhatIsBelowThem(t *testing.T) {
	imports, err := readImports("..")
	if err != nil {
		t.Fatal(err)
	}
	if len(imports["web"]) < 10 || len(imports["cmd/nod"]) < 10 {
		t.Fatalf("only %d packages were read", len(imports))
	}
	for _, problem := range checkImports(imports) {
		t.Error(problem)
	}
}

func TestAnImportThatGoesUpIsFound(t *testing.T) {
	for _, test := range []struct{ name, from, imported, want string }{
		{"down", "web", module + "web/site", ""},
		{"down by several lines", "cmd/nod", module + "app/policy", ""},
		{"a library", "app/policy", "golang.org/x/text/language", ""},
		{"HTTP in the server", "web/httpx", "net/http", ""},
		{"up", "web/site", module + "web/pages", "web/site: imports web/pages, which is not below it"},
		{"up to the top", "app/policy", module + "cmd/nod", "app/policy: imports cmd/nod, which is not below it"},
		{"sideways", "web/api", module + "web/pages", "web/api: imports web/pages, which is not below it"},
		{"sideways between features", "app/first", module + "app/second",
			"app/first: imports app/second, which is not below it"},
		{"a feature in the outbox", "app/outbox", module + "app/first",
			"app/outbox: imports app/first, which is not below it"},
		{"the outbox in a feature", "app/first", module + "app/outbox", ""},
		{"a feature in the pages", "web/pages", module + "app/first", ""},
		{"a tool", "web", module + "web/lint", "web: imports the tool web/lint"},
		{"in a tool", "web/e2e", module + "web", ""},
		{"a package without a line", "web/new/part", module + "assets",
			"web/new/part: has no line in the order. Add it"},
		{"HTTP in the policy", "app/policy", "net/http", "app/policy: imports net/http"},
		{"SQL in consent", "app/consent", "database/sql", "app/consent: imports database/sql"},
		{"the browser in the policy", "app/policy", "syscall/js", "app/policy: imports syscall/js"},
		{"the ledger in a component", "app/widget", module + "app/ledger",
			"app/widget: imports app/ledger, which it should not know"},
		{"proofs in a component", "app/widget", module + "app/ledger/proof", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := strings.Join(checkImports(map[string][]string{test.from: {test.imported}}), "\n")
			if got != test.want {
				t.Errorf("%q; want %q", got, test.want)
			}
		})
	}
}
