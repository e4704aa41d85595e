//go:build !js

package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/load"
	"github.com/nod-consent/nod/assets"
)

func checkSiteID(id string) error {
	if !policy.ValidSiteID(id) {
		return fmt.Errorf("%q: is not a site name. Use at most 32 of a-z, 0-9 and \"-\", "+
			"and no name that Nod uses itself, such as v1", id)
	}
	return nil
}

// checkOrigins checks origins as a browser writes them: scheme, host and port.
func checkOrigins(origins []string) error {
	for _, o := range origins {
		u, err := url.Parse(o)
		isOrigin := err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil &&
			o == strings.ToLower(u.Scheme+"://"+u.Host)
		if !isOrigin {
			return fmt.Errorf("%q: is not an origin. Give scheme, host and port, such as https://www.example.com", o)
		}
	}
	return nil
}

var hexColour = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)

func checkColour(colour string) error {
	if colour != "" && !hexColour.MatchString(colour) {
		return fmt.Errorf("%q: is not a colour. Give # and six hexadecimal digits, such as #0a6b4f", colour)
	}
	return nil
}

const defaultAddr = "127.0.0.1:8080"

// serverAddress is where the new site's server will be.
type serverAddress struct {
	listen string // for --addr
	url    string // as a browser on this machine writes it
}

// findServerAddress returns the address of NOD_ADDR, else the usual one. If another program has its port, it returns
// the next one that is free.
func findServerAddress(isFree func(addr string) bool) serverAddress {
	if addr, ok := os.LookupEnv("NOD_ADDR"); ok && addr != "" {
		if _, port, err := net.SplitHostPort(addr); err == nil {
			return serverAddress{defaultAddr, "http://localhost:" + port} // serve reads the variable too
		}
	}
	for port := 8080; port < 8100; port++ {
		addr := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
		if isFree(addr) {
			return serverAddress{addr, "http://localhost:" + strconv.Itoa(port)}
		}
	}
	return serverAddress{defaultAddr, "http://localhost:8080"}
}

// isFreePort says whether no program listens at the address.
func isFreePort(addr string) bool {
	l, err := net.Listen("tcp", addr)
	return err == nil && l.Close() == nil
}

// siteFile is one file of a new site.
type siteFile struct{ name, text string }

// initSite writes a new site into a new directory, once it is known to load.
func initSite(o initOptions, server serverAddress) (initResult, error) {
	if err := o.check(); err != nil {
		return initResult{}, err
	}
	files, err := fillStarter(o, server)
	if err != nil {
		return initResult{}, err
	}
	if err := writeSite(o.dir, files); err != nil {
		return initResult{}, err
	}
	result := initResult{Site: filepath.Base(o.dir), Directory: o.dir, page: o.origins[0]}
	isLocal := func(origin string) bool { return strings.HasPrefix(origin, "http://localhost:") }
	if i := slices.IndexFunc(o.origins, isLocal); i >= 0 {
		result.page = o.origins[i]
	}
	for _, f := range files {
		result.Files = append(result.Files, filepath.Join(o.dir, f.name))
	}
	return result, nil
}

// fillStarter fills the starter files. The YAML is that of the first language, with the texts of the others.
func fillStarter(o initOptions, server serverAddress) ([]siteFile, error) {
	today := time.Now().Format(time.DateOnly)
	fill := strings.NewReplacer(
		"{{site}}", filepath.Base(o.dir), `"{{name}}"`, strconv.Quote(o.name), "{{today}}", today, "{{server}}", server.url,
		"{{name}}", strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(o.name),
		"{{name_in_languages}}", formatName(o), "{{origins}}", formatList(o.origins),
		"{{languages}}", formatList(o.languages), "{{layout}}", o.layout, "{{theme}}", formatTheme(o.colour),
	)
	read := func(language, name string) (string, error) {
		text, err := assets.Files.ReadFile("starter/" + language + "/" + name)
		return string(text), err
	}
	settings, err := read(o.languages[0], "site.yaml")
	if err != nil {
		return nil, err
	}
	texts, err := read(o.languages[0], "policy.yaml")
	if err != nil {
		return nil, err
	}
	files := []siteFile{{"site.yaml", fill.Replace(settings)}, {filepath.Join("policy", today+".yaml"), ""}}
	for i, l := range o.languages {
		full, err := read(l, "policy.md")
		if err != nil {
			return nil, err
		}
		files = append(files, siteFile{filepath.Join("policy", today+"."+l+".md"), fill.Replace(full)})
		if i == 0 {
			continue
		}
		other, err := read(l, "policy.yaml")
		if err != nil {
			return nil, err
		}
		if texts, err = mergeLanguage(texts, o.languages[0], other, l); err != nil {
			return nil, err
		}
	}
	files[1].text = fill.Replace(texts)
	return files, nil
}

// mergeLanguage adds the texts of another language below those of the first. Both files have the same texts in the same
// order.
func mergeLanguage(first, language, other, added string) (string, error) {
	translations := findTexts(other, added)
	texts := findTexts(first, language)
	if len(texts) != len(translations) {
		return "", fmt.Errorf("starter: %d texts in %s and %d in %s", len(texts), language, len(translations), added)
	}
	var b strings.Builder
	end := 0
	for i, t := range texts {
		b.WriteString(first[end:t.end])
		end = t.end
		indent := strings.Repeat(" ", len(t.indent)) // without the "- " of a list
		b.WriteString(indent + strings.TrimLeft(translations[i].text, " -"))
	}
	return b.String() + first[end:], nil
}

// starterText is a text of the starter in one language: "en: …" and the deeper lines below it.
type starterText struct {
	indent string // before the language, with the "- " of a list
	text   string // from the language to the end of the line
	end    int    // in the file
}

func findTexts(file, language string) (texts []starterText) {
	begin := regexp.MustCompile(`^( *(?:- )?)` + regexp.QuoteMeta(language) + `: `)
	at := 0
	isWithin := false
	for line := range strings.Lines(file) {
		at += len(line)
		if m := begin.FindStringSubmatch(line); m != nil {
			texts = append(texts, starterText{m[1], line, at})
			isWithin = true
			continue
		}
		if isWithin {
			last := &texts[len(texts)-1]
			depth := len(line) - len(strings.TrimLeft(line, " "))
			if isWithin = depth > len(last.indent) && strings.TrimSpace(line) != ""; isWithin {
				last.text += line
				last.end = at
			}
		}
	}
	return texts
}

func formatName(o initOptions) string {
	var lines []string
	for _, l := range o.languages {
		lines = append(lines, "  "+l+": "+strconv.Quote(o.name))
	}
	return strings.Join(lines, "\n")
}

func formatList(values []string) string {
	var lines []string
	for _, v := range values {
		lines = append(lines, "  - "+v)
	}
	return strings.Join(lines, "\n")
}

// formatTheme writes the theme with the accent, or as a comment.
func formatTheme(colour string) string {
	if colour == "" {
		return "# theme:\n#   accent: \"#0a6b4f\"\n#   radius: 4px\n#   dark:\n#     accent: \"#5fd3a8\""
	}
	return "theme:\n  accent: " + strconv.Quote(colour)
}

// writeSite writes the files into a new directory. They are first written beside it and loaded: a site that would not
// be served leaves nothing behind.
func writeSite(dir string, files []siteFile) error {
	parent := filepath.Dir(dir)
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return err
	}
	if _, err := os.Lstat(dir); !errors.Is(err, fs.ErrNotExist) {
		return errors.Join(err, fmt.Errorf("init: %s already exists. Name another site, or move it away", dir))
	}
	draft, err := os.MkdirTemp(parent, ".nod-init-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(draft)
	made := filepath.Join(draft, filepath.Base(dir))
	for _, f := range files {
		if err := writeFileIn(made, f.name, []byte(f.text)); err != nil {
			return err
		}
	}
	if _, err := load.Sites(load.Dir(draft)); err != nil {
		return fmt.Errorf("init: the site would not be served. Change the answers or flags:\n%w", err)
	}
	return os.Rename(made, dir)
}

// writeFileIn writes a file of a directory, and creates the directories between them.
func writeFileIn(dir, name string, content []byte) error {
	file := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, content, 0o644)
}
