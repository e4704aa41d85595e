//go:build !js

package main

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/load"
	"github.com/nod-consent/nod/assets"
)

// sitesHere is where "nod init" writes sites to.
const sitesHere = "sites"

const sitesUsage = "directory with a directory per site (default: ./sites if it has any, else the built-in sites)"

// chooseSites returns the directory of --sites. Without the flag it is that of the working directory, if a site is in
// it; else "", which are the built-in sites.
func chooseSites(flag string) string {
	if flag != "" {
		return flag
	}
	if found, _ := filepath.Glob(filepath.Join(sitesHere, "*", "site.yaml")); len(found) > 0 { // the pattern is right
		return sitesHere
	}
	return ""
}

// loadSites loads the sites of a directory; "" are the built-in ones.
func loadSites(dir string) ([]*policy.Site, error) {
	files, err := openSites(dir)
	if err != nil {
		return nil, err
	}
	sites, err := load.Sites(files)
	switch _, statErr := fs.Stat(files, "site.yaml"); {
	case err == nil:
		return sites, nil
	case statErr == nil:
		return nil, fmt.Errorf("--sites: %s is the directory of one site. Give the directory above it", dir)
	case errors.Is(err, fs.ErrNotExist) && dir != "":
		return nil, fmt.Errorf("--sites: %s does not exist. Give a directory with a directory per site", dir)
	case dir != "":
		return nil, fmt.Errorf("the sites in %s:\n%w", dir, err)
	}
	return nil, err
}

// openSites opens a directory of sites; "" are the built-in ones.
func openSites(dir string) (fs.FS, error) {
	if dir != "" {
		return load.Dir(dir), nil
	}
	return fs.Sub(assets.Files, "sites")
}

// findSite finds the site of --site; without the flag, the only one.
func findSite(sites []*policy.Site, id string) (*policy.Site, error) {
	if id == "" && len(sites) == 1 {
		return sites[0], nil
	}
	var ids []string
	for _, s := range sites {
		if s.ID == id {
			return s, nil
		}
		ids = append(ids, s.ID)
	}
	slices.Sort(ids)
	problem := fmt.Sprintf("--site %q: does not exist", id)
	if id == "" {
		problem = "--site: is missing"
	}
	return nil, newUsageError("%s. Sites: %s. For other sites, name their directory with --sites",
		problem, strings.Join(ids, ", "))
}

// loadSiteFor loads a site whose files a command writes to the directory out, which has to be empty.
func loadSiteFor(dir, id, out string) (*policy.Site, error) {
	sites, err := loadSites(chooseSites(dir))
	if err != nil {
		return nil, err
	}
	site, err := findSite(sites, id)
	if err != nil {
		return nil, err
	}
	if entries, err := os.ReadDir(out); err == nil && len(entries) > 0 {
		return nil, fmt.Errorf("--out: %s is not empty. Name another directory, or empty it", out)
	}
	return site, nil
}

// siteFiles are the files of sites, as an argument of the command line names them.
type siteFiles struct {
	files  fs.FS
	ids    []string
	prefix string // goes before the names of files in messages
}

// findSiteFiles finds the sites of a directory of sites, of one site, or of a file of one; "" are those of the working
// directory, else the built-in ones.
func findSiteFiles(name string) (siteFiles, error) {
	if name = chooseSites(name); name == "" {
		files, err := openSites("")
		if err != nil {
			return siteFiles{}, err
		}
		ids, err := load.ListSiteIDs(files)
		return siteFiles{files: files, ids: ids}, err
	}
	if _, err := os.Stat(name); err != nil {
		return siteFiles{}, fmt.Errorf("%s: does not exist. Give a site's directory or file", name)
	}
	dir := findSiteDirectory(name)
	_, err := os.Stat(filepath.Join(dir, "site.yaml"))
	switch {
	case err == nil:
		full, err := filepath.Abs(dir)
		parent := filepath.Dir(filepath.Clean(dir))
		return siteFiles{load.Dir(filepath.Dir(full)), []string{filepath.Base(full)}, parent}, err
	case dir != name:
		return siteFiles{}, fmt.Errorf("%s: is not a file of a site. There is no %s", name, filepath.Join(dir, "site.yaml"))
	}
	ids, err := load.ListSiteIDs(load.Dir(dir))
	return siteFiles{load.Dir(dir), ids, dir}, err
}

// addPrefix puts the prefix before the files' names in an error.
func (s siteFiles) addPrefix(err error) error {
	var problems load.Problems
	if !errors.As(err, &problems) {
		return err
	}
	problems = slices.Clone(problems)
	for i := range problems {
		problems[i].File = filepath.Join(s.prefix, problems[i].File)
	}
	return problems
}

// findSiteDirectory returns the directory of the site that a file belongs to. A directory is returned as it is.
func findSiteDirectory(path string) string {
	if info, err := os.Stat(path); err != nil || info.IsDir() {
		return path
	}
	dir := filepath.Dir(path)
	if filepath.Base(dir) == "policy" {
		return filepath.Dir(dir)
	}
	return dir
}

// requireFlags checks that flags, each with what it takes, have a value.
func requireFlags(values map[string]string) error {
	for _, flag := range slices.Sorted(maps.Keys(values)) {
		if values[flag] == "" {
			return newUsageError("%s: is missing. Give %s", strings.Fields(flag)[0], flag)
		}
	}
	return nil
}
