package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"debug/buildinfo"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// archived is a file in an archive.
type archived struct {
	name    string
	mode    fs.FileMode
	content []byte
}

// pack makes the archive that the people of a system expect. Equal files and dates give equal bytes.
func pack(target string, files []archived, date time.Time) (archive []byte, extension string, err error) {
	var b bytes.Buffer
	write := packTar
	extension = ".tar.gz"
	if strings.HasPrefix(target, "windows/") {
		write, extension = packZip, ".zip"
	}
	err = write(&b, files, date)
	return b.Bytes(), extension, err
}

func packTar(b *bytes.Buffer, files []archived, date time.Time) error {
	compressed, err := gzip.NewWriterLevel(b, gzip.BestCompression)
	if err != nil {
		return err
	}
	w := tar.NewWriter(compressed)
	for _, f := range files {
		header := &tar.Header{
			Name: f.name, Mode: int64(f.mode), Size: int64(len(f.content)), ModTime: date.UTC(), Format: tar.FormatUSTAR,
		}
		if err := w.WriteHeader(header); err != nil {
			return err
		}
		if _, err := w.Write(f.content); err != nil {
			return err
		}
	}
	return errors.Join(w.Close(), compressed.Close())
}

func packZip(b *bytes.Buffer, files []archived, date time.Time) error {
	w := zip.NewWriter(b)
	for _, f := range files {
		header := &zip.FileHeader{Name: f.name, Method: zip.Deflate, Modified: date.UTC()}
		header.SetMode(f.mode)
		file, err := w.CreateHeader(header)
		if err != nil {
			return err
		}
		if _, err := file.Write(f.content); err != nil {
			return err
		}
	}
	return w.Close()
}

// component is a library in the list of components (CycloneDX 1.5).
type component struct {
	Type     string          `json:"type"`
	Name     string          `json:"name"`
	Version  string          `json:"version"`
	PURL     string          `json:"purl,omitempty"`
	Licenses []licenseChoice `json:"licenses,omitempty"`
}

type licenseChoice struct {
	License struct {
		ID string `json:"id"`
	} `json:"license"`
}

// listComponents lists the libraries that Go wrote into the program, with their licences.
func (r release) listComponents(target string, binary []byte) ([]byte, error) {
	info, err := buildinfo.Read(bytes.NewReader(binary))
	if err != nil {
		return nil, err
	}
	licences, err := r.readLicences()
	if err != nil {
		return nil, err
	}
	components := []component{{Type: "library", Name: "std", Version: strings.TrimPrefix(info.GoVersion, "go"),
		PURL: "pkg:golang/std@" + strings.TrimPrefix(info.GoVersion, "go"), Licenses: chooseLicences("BSD-3-Clause")}}
	for _, m := range info.Deps {
		components = append(components, component{
			"library", m.Path, m.Version, "pkg:golang/" + m.Path + "@" + m.Version, chooseLicences(licences[m.Path]...),
		})
	}
	list := map[string]any{
		"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
		"metadata": map[string]any{
			"timestamp": r.date.UTC().Format(time.RFC3339),
			"component": component{"application", "nod", r.version, "", chooseLicences("MIT")},
			"properties": []map[string]string{
				{"name": "nod:target", "value": target}, {"name": "nod:commit", "value": r.commit},
			},
		},
		"components": components,
	}
	return json.MarshalIndent(list, "", "  ")
}

func chooseLicences(ids ...string) (choices []licenseChoice) {
	for _, id := range ids {
		var c licenseChoice
		c.License.ID = id
		choices = append(choices, c)
	}
	return choices
}

// readLicences reads the licences by library from the list at the beginning of assets/licenses.txt.
func (r release) readLicences() (map[string][]string, error) {
	text, err := os.ReadFile(filepath.Join(r.root, "assets/licenses.txt"))
	licences := map[string][]string{}
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "====") {
			break
		}
		words := strings.Fields(line)
		if len(words) < 3 || !strings.HasPrefix(line, "  ") {
			continue
		}
		path := words[len(words)-2]
		for _, id := range words[:len(words)-2] {
			licences[path] = append(licences[path], strings.TrimSuffix(id, ","))
		}
	}
	return licences, err
}
