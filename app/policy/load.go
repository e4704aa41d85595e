//go:build !js

package policy

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// maxFile is the size of the largest file that is read, in bytes.
const maxFile = 4 << 20

// LoadSites reads every site below fsys: each directory is one. The error is Problems where a file is wrong.
func LoadSites(fsys fs.FS) ([]*Site, error) {
	ids, err := SiteIDs(fsys)
	if err != nil {
		return nil, err
	}
	var sites []*Site
	var problems Problems
	for _, id := range ids {
		site, err := LoadSite(fsys, id)
		var found Problems
		switch {
		case errors.As(err, &found):
			problems = append(problems, found...)
		case err != nil:
			return nil, err
		default:
			sites = append(sites, site)
		}
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return sites, nil
}

// SiteIDs lists the directories below fsys, each of which is a site. The error says that there is none.
func SiteIDs(fsys fs.FS) ([]string, error) {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, fmt.Errorf("read the sites' directory: %w", err)
	}
	var ids []string
	for _, e := range entries {
		if e.IsDir() && !strings.HasPrefix(e.Name(), ".") {
			ids = append(ids, e.Name())
		}
	}
	if len(ids) == 0 {
		return nil, errors.New("no site found: want a directory per site, each with a site.yaml")
	}
	return ids, nil
}

// LoadSite reads the site in the directory id of fsys, with all versions of its policy. The error is Problems where a
// file is wrong.
func LoadSite(fsys fs.FS, id string) (*Site, error) {
	site := defaultSite(id)
	doc, err := decodeFile(fsys, path.Join(id, "site.yaml"), site)
	if err != nil {
		return nil, err
	}
	c := &checker{doc: doc, languages: site.Languages}
	c.site(site)
	if len(c.problems) > 0 {
		return nil, c.problems.sorted() // the policies are read in the site's languages
	}

	problems, err := loadPolicies(fsys, site)
	if err != nil {
		return nil, err
	}
	_, ok := site.Policy(site.Published)
	switch {
	case len(problems) > 0:
	case len(site.Policies) == 0 && site.Published == "":
		c.say("$.policy", "there is no version", "want a file such as "+path.Join(id, "policy", "2026-01-31.yaml"))
	case len(site.Policies) == 0:
		c.say("$.policy", fmt.Sprintf("there is no version %q", site.Published), "want the file "+path.Join(id, "policy", site.Published+".yaml"))
	case site.Published != "" && !ok:
		c.say("$.policy", fmt.Sprintf("there is no version %q", site.Published), "want one of: "+strings.Join(site.Versions(), ", "))
	}
	if len(site.Policies) > 0 {
		site = site.At(time.Now())
		c.adapters(site.Adapters, site.CurrentPolicy())
	}
	problems = append(problems, c.problems...)
	if len(problems) > 0 {
		return nil, problems.sorted()
	}
	return site, nil
}

func loadPolicies(fsys fs.FS, site *Site) (Problems, error) {
	dir := path.Join(site.ID, "policy")
	files, err := fs.Glob(fsys, path.Join(dir, "*.yaml"))
	if err != nil {
		return nil, err
	}
	slices.Sort(files)
	var problems Problems
	for _, file := range files {
		p := &Policy{FullText: map[string]string{}}
		doc, err := decodeFile(fsys, file, p)
		var found Problems
		if errors.As(err, &found) {
			problems = append(problems, found...)
			continue
		} else if err != nil {
			return nil, err
		}
		c := &checker{doc: doc, languages: site.Languages}
		c.policy(p, strings.TrimSuffix(path.Base(file), ".yaml"))
		for _, language := range site.Languages {
			name := path.Join(dir, p.Version+"."+language+".md")
			text, err := readFile(fsys, name)
			switch {
			case errors.Is(err, fs.ErrNotExist) && language == site.Language():
				c.problems = append(c.problems, Problem{File: name, What: "the full text is missing", Want: "want the policy's text in Markdown, in the site's first language"})
			case errors.Is(err, fs.ErrNotExist):
			case err != nil:
				return nil, err
			default:
				c.fullText(name, string(text))
				c.anchors(p, name, string(text))
				p.FullText[language] = string(text)
				if language == site.Language() {
					c.emphasis(p, string(text))
				}
			}
		}
		problems = append(problems, c.problems...)
		site.Policies = append(site.Policies, p)
	}
	slices.SortStableFunc(site.Policies, func(a, b *Policy) int { return strings.Compare(a.Effective, b.Effective) })
	return problems, nil
}

// defaultSite is a site of which a file says nothing.
func defaultSite(id string) *Site {
	return &Site{
		ID: id, Cookie: Cookie{Days: 365}, Ask: Ask{GrantedDays: 365, DeniedDays: 184, PermissionHours: 48}, Evidence: Evidence{Years: 3, Erasure: ErasureErase}, Layout: LayoutBox,
	}
}

// document is a YAML file with the places of its values.
type document struct {
	file string
	ast  *ast.File
}

// place gives line and column of the value at the path, or of the nearest thing above it that is there.
func (d document) place(at string) (line, column int) {
	for at != "" && at != "$" {
		if p, err := yaml.PathString(at); err == nil {
			if node, err := p.FilterFile(d.ast); err == nil && node != nil && node.GetToken() != nil {
				pos := beginning(node).GetToken().Position
				return pos.Line, pos.Column
			}
		}
		at = at[:max(strings.LastIndexAny(at, ".["), 0)]
	}
	return 1, 1
}

// has says whether the file has a value at the path.
func (d document) has(at string) bool {
	p, err := yaml.PathString(at)
	if err != nil {
		return false
	}
	node, err := p.FilterFile(d.ast)
	return err == nil && node != nil
}

// beginning gives the first key of a block of keys; the block itself counts as standing at that key's colon.
func beginning(node ast.Node) ast.Node {
	switch n := node.(type) {
	case *ast.MappingNode:
		if !n.IsFlowStyle && len(n.Values) > 0 {
			return n.Values[0].Key
		}
	case *ast.MappingValueNode:
		return n.Key
	}
	return node
}

func readFile(fsys fs.FS, name string) ([]byte, error) {
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	if info.Size() > maxFile {
		return nil, Problems{{File: name, What: fmt.Sprintf("is %d bytes long", info.Size()), Want: fmt.Sprintf("want at most %d", maxFile)}}
	}
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return data, nil
}

func decodeFile(fsys fs.FS, name string, into any) (document, error) {
	data, err := readFile(fsys, name)
	if errors.Is(err, fs.ErrNotExist) {
		return document{}, Problems{{File: name, What: "is missing", Want: "every site needs one"}}
	} else if err != nil {
		return document{}, err
	}
	if err := yaml.NewDecoder(bytes.NewReader(data), yaml.Strict()).Decode(into); errors.Is(err, io.EOF) {
		return document{}, Problems{{File: name, What: "is empty", Want: "want a site's or a policy's keys"}}
	} else if err != nil {
		return document{}, Problems{problemOf(name, err, reflect.TypeOf(into), data)}
	}
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		return document{}, Problems{problemOf(name, err, reflect.TypeOf(into), data)}
	}
	return document{file: name, ast: file}, nil
}

// problemOf turns an error of the YAML library into a Problem. The library names the place, and prints the lines
// around it, which an author's editor does better.
func problemOf(file string, err error, into reflect.Type, data []byte) Problem {
	p := Problem{File: file, What: err.Error()}
	var placed yaml.Error
	if errors.As(err, &placed) {
		p.What = placed.GetMessage()
		if t := placed.GetToken(); t != nil && t.Position != nil {
			p.Line, p.Column = t.Position.Line, t.Position.Column
		}
	}
	var kind *yaml.TypeError
	var node *yaml.UnexpectedNodeTypeError
	if name, ok := strings.CutPrefix(p.What, "unknown field "); ok {
		p.What = "there is no key " + name
		_, p.Want = wantAt(into, data, p.Line, p.Column, true)
		p.Want = nearest(strings.Trim(name, `"`), p.Want)
	} else if errors.As(err, &kind) || errors.As(err, &node) {
		if at, want := wantAt(into, data, p.Line, p.Column, false); want != "" {
			p.What, p.Want = at+": is a value of another kind", want
		}
	} else {
		p.Want = `want YAML 1.2: each key once, with ":" and a space behind it; spaces at the beginning of a line and no tabs; a text with ": ", "#" or quotes in it within quotes, which end; the mistake may be some lines above`
	}
	if p.Want == "" { // an entry of a list, or the file as a whole
		p.Want = "want what the documentation of a site's files says"
	}
	return p
}
