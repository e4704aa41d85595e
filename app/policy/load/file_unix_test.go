//go:build unix

package load

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func writeFiles(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// A named pipe or a device in place of a file is a problem. Nothing waits for it.
func TestOnlyRegularFilesAreRead(t *testing.T) {
	site := map[string]string{
		"shop/site.yaml": validSite, "shop/policy/1.yaml": validPolicy, "shop/policy/1.en.md": "# Privacy {#all}\n",
	}
	for name := range site {
		for kind, replace := range map[string]func(path string) error{
			"a named pipe": func(path string) error { return syscall.Mkfifo(path, 0o600) },
			"a device":     func(path string) error { return os.Symlink("/dev/zero", path) },
			"a directory":  func(path string) error { return os.Mkdir(path, 0o700) },
		} {
			t.Run(kind+" as "+name, func(t *testing.T) {
				dir := t.TempDir()
				writeFiles(t, dir, site)
				path := filepath.Join(dir, name)
				if err := os.Remove(path); err != nil {
					t.Fatal(err)
				}
				if err := replace(path); err != nil {
					t.Fatal(err)
				}
				_, err := Site(Dir(dir), "shop")
				var problems Problems
				if !errors.As(err, &problems) || !strings.Contains(err.Error(), name+": is not a regular file") {
					t.Errorf("error %v", err)
				}
			})
		}
	}
	t.Run("a link", func(t *testing.T) {
		dir := t.TempDir()
		writeFiles(t, dir, site)
		path := filepath.Join(dir, "shop/site.yaml")
		if err := os.Rename(path, path+".real"); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink("site.yaml.real", path); err != nil {
			t.Fatal(err)
		}
		if _, err := Site(Dir(dir), "shop"); err != nil {
			t.Errorf("a link to a file: %v", err)
		}
	})
}
