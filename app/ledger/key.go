//go:build !js

package ledger

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// Limits of a key, in bytes.
const (
	maxKeyName = 100
	maxKeyFile = 4 << 10
)

// Key is the Ed25519 key that signs checkpoints. Its name is the server's, in the form of an address without scheme
// ("consent.example"); the tree of site S is signed under the name "<name>/<S>".
//
// The file holds one line, the signer key in the form of golang.org/x/mod/sumdb/note:
//
//	PRIVATE+KEY+<name>+<hash>+<base64 of algorithm and seed>
type Key struct {
	name     string
	private  string // the file's line
	verifier string
}

// NewKey makes a key with this name.
func NewKey(name string) (*Key, error) {
	if err := checkKeyName(name); err != nil {
		return nil, err
	}
	private, verifier, err := note.GenerateKey(rand.Reader, name)
	if err != nil {
		return nil, fmt.Errorf("make key %q: %w", name, err)
	}
	return &Key{name: name, private: private, verifier: verifier}, nil
}

// ParseKey reads the content of a key file. Its errors quote nothing of it but the name.
func ParseKey(text []byte) (*Key, error) {
	if len(text) > maxKeyFile {
		return nil, fmt.Errorf("key file of more than %d bytes: want the one line that was written for a new key", maxKeyFile)
	}
	line := strings.TrimSuffix(strings.TrimSuffix(string(text), "\n"), "\r")
	if strings.ContainsAny(line, "\r\n") {
		return nil, errors.New("key file of several lines: want one, PRIVATE+KEY+name+hash+key")
	}
	signer, err := note.NewSigner(line)
	if err != nil {
		return nil, errors.New("no Ed25519 signing key: want one line, PRIVATE+KEY+name+hash+key")
	}
	if err := checkKeyName(signer.Name()); err != nil {
		return nil, err
	}
	// Base64 has "+" too, so the fields are counted from the front: PRIVATE+KEY+name+hash+key.
	encoded, err := base64.StdEncoding.DecodeString(strings.SplitN(line, "+", 5)[4])
	if err != nil || len(encoded) != 1+ed25519.SeedSize {
		return nil, fmt.Errorf("key %q: want an Ed25519 key", signer.Name())
	}
	public := ed25519.NewKeyFromSeed(encoded[1:]).Public().(ed25519.PublicKey)
	verifier, err := note.NewEd25519VerifierKey(signer.Name(), public)
	if err != nil {
		return nil, fmt.Errorf("key %q: %w", signer.Name(), err)
	}
	return &Key{name: signer.Name(), private: line, verifier: verifier}, nil
}

// ReadKey reads a key file.
func ReadKey(file string) (*Key, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("read the signing key: %w", err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxKeyFile+1))
	if err != nil {
		return nil, fmt.Errorf("read the signing key: %w", err)
	}
	key, err := ParseKey(text)
	if err != nil {
		return nil, fmt.Errorf("signing key %s: %w", file, err)
	}
	return key, nil
}

// WriteKey writes a key to a new file that only its owner may read. It never overwrites: a lost key can't be had back,
// and a database refuses to work with another.
func WriteKey(file string, key *Key) error {
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("write the signing key: %w; name another file, or move this one away", err)
	}
	if err != nil {
		return fmt.Errorf("write the signing key: %w", err)
	}
	_, err = f.WriteString(key.private + "\n")
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		os.Remove(file)
		return fmt.Errorf("write the signing key: %w", err)
	}
	return nil
}

// Sign gives the Ed25519 signature (RFC 8032) of a text that is no checkpoint: of an app's package. Public is the key that it is checked
// with.
func (k *Key) Sign(text []byte) []byte { return ed25519.Sign(k.pair(), text) }

// Public gives the 32 bytes of the public key.
func (k *Key) Public() []byte { return k.pair().Public().(ed25519.PublicKey) }

func (k *Key) pair() ed25519.PrivateKey {
	seed, _ := base64.StdEncoding.DecodeString(secretPart(k.private)) // ParseKey and NewKey saw to it
	return ed25519.NewKeyFromSeed(seed[1:])
}

// Name is the server's name.
func (k *Key) Name() string { return k.name }

// Verifier gives the public half, in the form name+hash+base64. SiteVerifier derives the sites' keys from it.
func (k *Key) Verifier() string { return k.verifier }

// String gives the public half: a key that is logged by mistake stays private.
func (k *Key) String() string { return k.verifier }

// GoString is String.
func (k *Key) GoString() string { return k.verifier }

// signer gives the signer for the tree of a site, and its verifier key.
func (k *Key) signer(site string) (note.Signer, string, error) {
	verifier, err := SiteVerifier(k.verifier, site)
	if err != nil {
		return nil, "", err
	}
	// A signer key has the name and the hash of its verifier key.
	public := strings.SplitN(verifier, "+", 3)
	signer, err := note.NewSigner("PRIVATE+KEY+" + public[0] + "+" + public[1] + "+" + secretPart(k.private))
	if err != nil {
		return nil, "", fmt.Errorf("signer for site %q: %w", site, err)
	}
	return signer, verifier, nil
}

// secretPart gives what follows PRIVATE+KEY+name+hash+. It is base64, and may hold a "+" itself.
func secretPart(private string) string { return strings.SplitN(private, "+", 5)[4] }

func checkKeyName(name string) error {
	const allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:/"
	foreign := func(r rune) bool { return !strings.ContainsRune(allowed, r) }
	if name == "" || len(name) > maxKeyName || strings.ContainsFunc(name, foreign) ||
		strings.HasPrefix(name, "/") || strings.HasSuffix(name, "/") {
		return fmt.Errorf(`key name %q: want the server's address without scheme, such as "consent.example"`, name)
	}
	return nil
}
