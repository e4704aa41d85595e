//go:build !js

package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"flag"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/consent"
)

// release names the version whose data are written.
var release = flag.String("release", "", "write the data of this version below testdata, once, at its release")

// releaseData is made.json beside the files that a version has written: what later versions have to read in them.
type releaseData struct {
	MadeAt   time.Time `json:"made_at"`
	Policy   string    `json:"policy"`
	Subject  string    `json:"subject"` // of the visitor whose cookie it is
	Secret   string    `json:"secret"`
	Decision string    `json:"decision"`
	Cookie   string    `json:"cookie"`
}

// writeDataOfRelease writes, at each release, a small database, its key, its site, an export, a receipt and a cookie:
//
//	go test ./cmd/nod -run DataOfEarlierVersions -release v0.9.0
func writeDataOfRelease(t *testing.T) {
	t.Helper()
	out := filepath.Join("testdata", *release)
	if _, err := os.Stat(out); err == nil {
		t.Fatalf("%s exists; the data of a version never change", out)
	}
	dir := t.TempDir()
	p := serveShop(t, dir, "https://shop.example")
	made := saveByForm(t, p.address)
	receipt := decideForShop(t, p.address, made.Policy, uuid.NewString(), time.Now())
	erased := uuid.NewString()
	decideForShop(t, p.address, made.Policy, erased, time.Now())
	eraseSubject(t, p.address, erased)
	p.stop(t, syscall.SIGTERM)

	if err := os.MkdirAll(out, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"records", "backup", "--db", "sqlite:nod.db", "sqlite:copy.db"},
		{"records", "export", "--db", "sqlite:copy.db", "--sites", "sites", "--key", "nod.key", "--out", "export.json"},
	} {
		c := exec.Command("nod", args...)
		c.Dir = dir
		if printed, err := c.CombinedOutput(); err != nil {
			t.Fatalf("nod %v: %v\n%s", args, err, printed)
		}
	}
	facts, err := json.MarshalIndent(made, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	for name, from := range map[string]string{"nod.db": "copy.db", "nod.key": "nod.key", "export.json": "export.json"} {
		content, err := os.ReadFile(filepath.Join(dir, from))
		if err == nil {
			err = os.WriteFile(filepath.Join(out, name), content, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for name, content := range map[string][]byte{"receipt.json": receipt, "made.json": append(facts, '\n')} {
		if err := os.WriteFile(filepath.Join(out, name), content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.CopyFS(filepath.Join(out, "sites"), os.DirFS(filepath.Join(dir, "sites"))); err != nil {
		t.Fatal(err)
	}
}

// saveByForm grants statistics on the page of the preferences, as a visitor without JavaScript.
func saveByForm(t *testing.T, address string) releaseData {
	t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	form := url.Values{"statistics": {"granted"}, "action": {"save"}}.Encode()
	request, err := http.NewRequest(http.MethodPost, address+"/shop/preferences?lang=en", strings.NewReader(form))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Origin", address)
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	made := releaseData{MadeAt: time.Now().UTC().Truncate(time.Second), Policy: time.Now().Format(time.DateOnly)}
	for _, c := range response.Cookies() {
		switch c.Name {
		case consent.CookieName:
			made.Cookie = c.Value
		case "nod-secret":
			made.Secret = c.Value
		}
	}
	stored, err := consent.DecodeCookie(made.Cookie)
	if err != nil {
		t.Fatalf("status %d: %v", response.StatusCode, err)
	}
	made.Subject, made.Decision = stored.Subject.String(), stored.Decision.String()
	return made
}

// zeroSecret is the secret of subjects that nobody reads later.
var zeroSecret = base64.RawURLEncoding.EncodeToString(make([]byte, consent.SecretLen))

// decideForShop sends a decision of a subject and returns its receipt.
func decideForShop(t *testing.T, address, version, subject string, at time.Time) []byte {
	t.Helper()
	id := uuid.Must(uuid.NewV7())
	var ms [8]byte
	binary.BigEndian.PutUint64(ms[:], uint64(at.UnixMilli()))
	copy(id[:6], ms[2:])
	body, err := json.Marshal(map[string]any{
		"id": id, "subject": subject, "secret": zeroSecret, "policy": version, "language": "en",
		"platform": "web", "action": "save", "answers": map[string]string{"statistics": "denied", "media": "granted"},
		"decided_at": at.UTC(), "presentation": consent.CustomPresentation,
	})
	if err != nil {
		t.Fatal(err)
	}
	status, receipt := post(t, address+"/v1/shop/decisions", body)
	if status != http.StatusCreated {
		t.Fatalf("status %d: %s", status, receipt)
	}
	return receipt
}

func eraseSubject(t *testing.T, address, subject string) {
	t.Helper()
	request, err := http.NewRequest(http.MethodDelete, address+"/v1/shop/subjects/"+subject, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+zeroSecret)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || !bytes.Contains(body, []byte(`"erased"`)) {
		t.Fatalf("erased: %s, error %v", body, err)
	}
}
