package proof

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

// Key is the Ed25519 key that signs checkpoints. Its name is the server's address without scheme ("consent.example").
// The tree of site S is signed under the name "<name>/<S>".
//
// The file holds one line, the signer key in the form of golang.org/x/mod/sumdb/note:
//
//	PRIVATE+KEY+<name>+<hash>+<base64 of algorithm and seed>
type Key struct {
	name     string
	private  string // the file's line
	verifier string
}

// NewKey creates a key with this name.
func NewKey(name string) (*Key, error) {
	if err := checkKeyName(name); err != nil {
		return nil, err
	}
	private, verifier, err := note.GenerateKey(rand.Reader, name)
	if err != nil {
		return nil, fmt.Errorf("create key %q: %w", name, err)
	}
	return &Key{name: name, private: private, verifier: verifier}, nil
}

// ParseKey reads the content of a key file. Its errors quote only the name.
func ParseKey(text []byte) (*Key, error) {
	if len(text) > maxKeyFile {
		return nil, fmt.Errorf("key file: it has more than %d bytes. Use the file that \"nod key new\" wrote", maxKeyFile)
	}
	line := strings.TrimSuffix(strings.TrimSuffix(string(text), "\n"), "\r")
	if strings.ContainsAny(line, "\r\n") {
		return nil, errors.New("key file: it has several lines. It must have one: PRIVATE+KEY+name+hash+key")
	}
	signer, err := note.NewSigner(line)
	if err != nil {
		return nil, errors.New("key file: it is not an Ed25519 signing key. " +
			"It must have one line: PRIVATE+KEY+name+hash+key")
	}
	if err := checkKeyName(signer.Name()); err != nil {
		return nil, err
	}
	// Base64 has "+" too, so the fields are counted from the front: PRIVATE+KEY+name+hash+key.
	encoded, err := base64.StdEncoding.DecodeString(strings.SplitN(line, "+", 5)[4])
	if err != nil || len(encoded) != 1+ed25519.SeedSize {
		return nil, fmt.Errorf("key %q: it is not an Ed25519 key", signer.Name())
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
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("signing key: the file %s is missing: %w", file, os.ErrNotExist)
	}
	if errors.Is(err, os.ErrPermission) {
		return nil, fmt.Errorf("read the signing key: %w. Give the file to the user that runs the program", err)
	}
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

// WriteKey writes a key to a new file that only its owner may read. It never overwrites a file: a lost key
// cannot be recovered, and a database refuses all other keys.
func WriteKey(file string, key *Key) error {
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("write the signing key: %w. Choose a different file, or move this one away", err)
	}
	if errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("write the signing key: %w. Create its directory first", err)
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

// Sign returns the Ed25519 signature (RFC 8032) of a text that is not a checkpoint, such as the manifest of an app's
// package. Public returns the key to check it with.
func (k *Key) Sign(text []byte) []byte { return ed25519.Sign(k.parsePair(), text) }

// Public returns the 32 bytes of the public key.
func (k *Key) Public() []byte { return k.parsePair().Public().(ed25519.PublicKey) }

func (k *Key) parsePair() ed25519.PrivateKey {
	seed, _ := base64.StdEncoding.DecodeString(cutSecretPart(k.private)) // ParseKey and NewKey have checked it
	return ed25519.NewKeyFromSeed(seed[1:])
}

// Name is the server's name.
func (k *Key) Name() string { return k.name }

// Verifier returns the public half, as name+hash+base64. SiteVerifier derives the sites' keys from it.
func (k *Key) Verifier() string { return k.verifier }

// String returns the public half, so a key that is logged by mistake stays private.
func (k *Key) String() string { return k.verifier }

// GoString returns the same as String.
func (k *Key) GoString() string { return k.verifier }

// SiteSigner returns the signer for the tree of a site, and its verifier key.
func (k *Key) SiteSigner(site string) (note.Signer, string, error) {
	verifier, err := SiteVerifier(k.verifier, site)
	if err != nil {
		return nil, "", err
	}
	// A signer key has the name and the hash of its verifier key.
	public := strings.SplitN(verifier, "+", 3)
	signer, err := note.NewSigner("PRIVATE+KEY+" + public[0] + "+" + public[1] + "+" + cutSecretPart(k.private))
	if err != nil {
		return nil, "", fmt.Errorf("signer for site %q: %w", site, err)
	}
	return signer, verifier, nil
}

// cutSecretPart returns what follows PRIVATE+KEY+name+hash+. It is base64, and can hold a "+" itself.
func cutSecretPart(private string) string { return strings.SplitN(private, "+", 5)[4] }

func checkKeyName(name string) error {
	const allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:/"
	isForbidden := func(r rune) bool { return !strings.ContainsRune(allowed, r) }
	if name == "" || len(name) > maxKeyName || strings.ContainsFunc(name, isForbidden) ||
		strings.HasPrefix(name, "/") || strings.HasSuffix(name, "/") {
		return fmt.Errorf(`key name %q: it is not a server's address. Write it without scheme: "consent.example"`, name)
	}
	return nil
}
