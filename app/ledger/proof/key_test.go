package proof

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
)

func testKey(t testing.TB) *Key {
	t.Helper()
	key, err := NewKey("consent.example")
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// checkError checks that an error contains a text; without a text, that there is no error.
func checkError(t *testing.T, err error, text string) {
	t.Helper()
	switch {
	case text == "" && err != nil:
		t.Errorf("error %v", err)
	case text != "" && (err == nil || !strings.Contains(err.Error(), text)):
		t.Errorf("error %v: want one with %q", err, text)
	}
}

func siteVerifier(t testing.TB, key *Key, site string) note.Verifier {
	t.Helper()
	text, err := SiteVerifier(key.Verifier(), site)
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := note.NewVerifier(text)
	if err != nil {
		t.Fatal(err)
	}
	return verifier
}

func TestAKeyIsReadAsItWasWritten(t *testing.T) {
	file := filepath.Join(t.TempDir(), "nod.key")
	key := testKey(t)
	if err := WriteKey(file, key); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, error %v: want 0600", info.Mode(), err)
	}
	read, err := ReadKey(file)
	if err != nil || *read != *key {
		t.Errorf("error %v; read %v: want %v", err, read, key)
	}
}

func TestAKeyFileIsNeverOverwritten(t *testing.T) {
	file := filepath.Join(t.TempDir(), "nod.key")
	if err := os.WriteFile(file, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := WriteKey(file, testKey(t)); !errors.Is(err, os.ErrExist) {
		t.Errorf("error %v: want %v", err, os.ErrExist)
	}
	if content, err := os.ReadFile(file); err != nil || string(content) != "precious" {
		t.Errorf("the file holds %q, error %v", content, err)
	}
}

func TestAKeyThatIsPrintedStaysPrivate(t *testing.T) {
	key := testKey(t)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		if printed := fmt.Sprintf(verb, key); strings.Contains(printed, "PRIVATE") {
			t.Errorf("%s prints the private key", verb)
		}
	}
}

func TestAKeyNeedsTheNameOfAServer(t *testing.T) {
	for _, name := range []string{"consent.example", "localhost:8080", "example.com/consent"} {
		if _, err := NewKey(name); err != nil {
			t.Error(err)
		}
	}
	for _, name := range []string{"", "a b", "a+b", "/a", "a/", "同意", "a\nb", strings.Repeat("a", maxKeyName+1)} {
		if _, err := NewKey(name); err == nil {
			t.Errorf("%q was taken", name)
		}
	}
}

func TestADamagedKeyFileIsRefusedWithoutQuotingIt(t *testing.T) {
	line := testKey(t).private
	seed := cutSecretPart(line)
	for name, content := range map[string]string{
		"empty":           "",
		"two lines":       line + "\n" + line + "\n",
		"cut off":         line[:len(line)-8],
		"another name":    strings.Replace(line, "consent.example", "evil.example", 1),
		"the public half": testKey(t).Verifier(),
		"too long":        line + strings.Repeat("\n", maxKeyFile),
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "nod.key")
			if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := ReadKey(file)
			if err == nil || !strings.Contains(err.Error(), file) || strings.Contains(err.Error(), seed[:8]) {
				t.Errorf("error %v: want one with the file's name and without its content", err)
			}
		})
	}
}

// Base64 holds a "+" in about half of all keys, and "+" separates the parts of a key too: so this takes many.
func TestEachSiteIsSignedForUnderANameOfItsOwn(t *testing.T) {
	for range 100 {
		key, err := ParseKey([]byte(testKey(t).private))
		if err != nil {
			t.Fatal(err)
		}
		signer, verifier, err := key.SiteSigner("portal")
		if err != nil {
			t.Fatal(err)
		}
		if signer.Name() != "consent.example/portal" || !strings.HasPrefix(verifier, "consent.example/portal+") {
			t.Errorf("signer %q, verifier %q", signer.Name(), verifier)
		}
		message := []byte("message\n")
		signature, err := signer.Sign(message)
		if err != nil || !siteVerifier(t, key, "portal").Verify(message, signature) {
			t.Errorf("the derived verifier refuses the signature; error %v", err)
		}
	}
}

func FuzzKey(f *testing.F) {
	f.Add([]byte(testKey(f).private + "\n"))
	f.Add([]byte("PRIVATE+KEY+a+00000000+AQ=="))
	f.Fuzz(func(t *testing.T, text []byte) {
		key, err := ParseKey(text)
		if err != nil {
			return
		}
		if _, _, err := key.SiteSigner("portal"); err != nil {
			t.Error(err)
		}
		if !bytes.HasPrefix(text, []byte(key.private)) {
			t.Errorf("read %q as another line", text)
		}
	})
}
