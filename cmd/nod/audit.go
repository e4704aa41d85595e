//go:build !js

package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/ledger/proof"
)

// audit checks the log of a site on a running server, and remembers it for the next time.
type audit struct {
	site   string
	log    logClient
	memory memory
}

// auditResult is what was found to be true.
type auditResult struct {
	Valid    bool     `json:"valid"`
	Origin   string   `json:"origin"`
	Leaves   int64    `json:"leaves"`
	Root     string   `json:"root"`
	Grown    int64    `json:"grown"`         // leaves since the last audit
	Since    int64    `json:"since"`         // leaves at the last audit
	Keys     []string `json:"keys"`          // that are trusted, each the successor of the one before
	SignedBy string   `json:"signed_by"`     // the one of them that signed
	First    bool     `json:"first"`         // there was no audit before
	FirstUse bool     `json:"first_use"`     // the key is trusted because it was there first
	Memory   string   `json:"remembered_in"` // directory
}

// newAudit takes the address of a site, such as https://consent.example/portal.
func newAudit(address, dir string) (*audit, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		return nil, misuse{fmt.Errorf("%s: want the address of a site, such as https://consent.example.com/portal", address)}
	}
	base, site := path.Split(strings.TrimSuffix(u.Path, "/"))
	if site == "" {
		return nil, misuse{fmt.Errorf("%s: which site? Want its name at the end, such as %s/portal", address, strings.TrimSuffix(address, "/"))}
	}
	base = strings.TrimSuffix(strings.TrimSuffix(base, "/"), "/v1")
	u.Path = base + "/v1/" + site + "/log/"
	u.User = nil
	if dir == "" {
		config, err := os.UserConfigDir()
		if err != nil {
			return nil, fmt.Errorf("no place to remember the log in: %w; name a directory with --state", err)
		}
		dir = filepath.Join(config, "nod", "logs")
	}
	return &audit{site: site, log: logClient{base: u.String(), http: &http.Client{Timeout: 30 * time.Second}}, memory: memoryOf(dir, u)}, nil
}

// run checks the log. keys are verifier keys that the caller has from elsewhere; with none, those of the last audit count, and
// the first time the server's own.
func (a *audit) run(ctx context.Context, keys []string) (auditResult, error) {
	known, err := a.log.keys(ctx)
	if err != nil {
		return auditResult{}, err
	}
	keys = serverKeys(keys, known, a.site)
	remembered, err := a.memory.read(a.site, keys, known)
	if err != nil {
		return auditResult{}, err
	}
	trusted := keys
	result := auditResult{Memory: a.memory.dir, First: remembered == nil}
	switch {
	case len(trusted) > 0:
	case remembered != nil:
		trusted = remembered.Keys
	case len(known) > 0:
		trusted, result.FirstUse = []string{known[len(known)-1].Verifier}, true
	default:
		return auditResult{}, errors.New("the server names no key; give the one that you have with --verifier")
	}
	trusted, err = follow(trusted, known)
	if err != nil {
		return auditResult{}, err
	}
	if remembered != nil { // what has signed with a new key does not go back to an old one
		trusted = trusted[max(0, slices.Index(trusted, remembered.SignedBy)):]
	}
	verifiers, origin, err := siteVerifiers(trusted, a.site)
	if err != nil && len(keys) > 0 {
		return auditResult{}, misuse{fmt.Errorf("--verifier: %w", err)}
	}
	if err != nil {
		return auditResult{}, fmt.Errorf("the server's keys: %w", err)
	}
	var last *proof.LastAudit
	if remembered != nil {
		if last, err = remembered.memory(&a.memory); err != nil {
			return auditResult{}, err
		}
		defer a.memory.close()
		result.Since = last.Checkpoint.Size
	}
	fresh, err := a.memory.begin()
	if err != nil {
		return auditResult{}, err
	}
	defer fresh.Close()
	audited, err := proof.Audit(ctx, a.log, verifiers, origin, last, fresh.keep)
	if err != nil {
		return auditResult{}, err
	}
	result.SignedBy = signedBy(audited.Signed, trusted, a.site)
	if err := fresh.done(audited, trusted, result.SignedBy); err != nil {
		return auditResult{}, err
	}
	result.Valid, result.Origin, result.Leaves, result.Root = true, origin, audited.Checkpoint.Size, audited.Checkpoint.Root.String()
	result.Grown, result.Keys = audited.Grown, trusted
	return result, nil
}

// serverKeys puts the server's key, as far as the server tells it, in the place of each key that is the site's own: receipts carry
// those. Either has the same public key.
func serverKeys(keys []string, known []ledger.KnownKey, site string) []string {
	keys = slices.Clone(keys)
	for _, k := range known {
		own, err := proof.SiteVerifier(k.Verifier, site)
		if i := slices.Index(keys, own); err == nil && i >= 0 {
			keys[i] = k.Verifier
		}
	}
	return keys
}

// follow adds the keys that took over from the last trusted one, as their statements prove. A key has one successor: a second
// one may be the work of who stole it.
func follow(trusted []string, known []ledger.KnownKey) ([]string, error) {
	trusted = slices.Clone(trusted)
	for _, k := range known {
		if k.Statement == "" {
			continue
		}
		r, err := proof.ParseRotation([]byte(k.Statement))
		if err != nil {
			return nil, fmt.Errorf("the server's keys: %w", err)
		}
		switch i := slices.Index(trusted, r.Old); {
		case i < 0:
		case i == len(trusted)-1:
			trusted = append(trusted, r.New)
		case trusted[i+1] != r.New:
			return nil, fmt.Errorf("the server's keys: %s was replaced by %s, and now %s claims to have replaced it; ask the server's owner, and give the right key with --verifier", r.Old, trusted[i+1], r.New)
		}
	}
	return trusted, nil
}

// siteVerifiers derives the keys of a site's tree, and its origin, which is their name.
func siteVerifiers(keys []string, site string) (note.Verifiers, string, error) {
	var list []note.Verifier
	origin := ""
	for _, k := range keys {
		of, err := proof.SiteVerifier(k, site)
		if err != nil {
			return nil, "", err
		}
		v, err := note.NewVerifier(of)
		if err != nil {
			return nil, "", err
		}
		if origin != "" && v.Name() != origin {
			return nil, "", fmt.Errorf("keys of %s and of %s: want those of one server", origin, v.Name())
		}
		origin = v.Name()
		list = append(list, v)
	}
	return note.VerifierList(list...), origin, nil
}

// signedBy says which key signed, the last one if there are several.
func signedBy(signed []byte, keys []string, site string) string {
	for _, k := range slices.Backward(keys) {
		if verifiers, _, err := siteVerifiers([]string{k}, site); err == nil {
			if _, err := note.Open(signed, verifiers); err == nil {
				return k
			}
		}
	}
	return ""
}

// logClient reads a log over HTTP.
type logClient struct {
	base string // address below which the log is, with "/" at its end
	http *http.Client
}

const (
	maxLogText = 64 << 10       // of checkpoints and keys, in bytes
	maxTile    = (2 + 32) * 256 // in bytes
	maxDetail  = 300            // of what a server says in an error, in bytes
)

// Checkpoint makes logClient a proof.Source.
func (c logClient) Checkpoint(ctx context.Context) ([]byte, error) {
	return c.get(ctx, "checkpoint", maxLogText)
}

// Tile reads a tile.
func (c logClient) Tile(ctx context.Context, t tlog.Tile) ([]byte, error) {
	return c.get(ctx, "tile/"+proof.TilePath(t), maxTile)
}

func (c logClient) keys(ctx context.Context) ([]ledger.KnownKey, error) {
	text, err := c.get(ctx, "keys", maxLogText)
	if err != nil {
		return nil, err
	}
	var out struct{ Keys []ledger.KnownKey }
	if err := json.Unmarshal(text, &out); err != nil {
		return nil, fmt.Errorf("%skeys: %w; is this the address of a site of Nod?", c.base, err)
	}
	return out.Keys, nil
}

func (c logClient) get(ctx context.Context, what string, most int64) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+what, nil)
	if err != nil {
		return nil, err
	}
	answer, err := c.http.Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, most+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s%s: %w", c.base, what, err)
	case answer.StatusCode != http.StatusOK:
		hint := ""
		if answer.StatusCode == http.StatusNotFound {
			hint = "; is this the address of a site of Nod?"
		}
		return nil, fmt.Errorf("%s%s: %s: %q%s", c.base, what, answer.Status, body[:min(len(body), maxDetail)], hint)
	case int64(len(body)) > most:
		return nil, fmt.Errorf("%s%s: more than %d bytes", c.base, what, most)
	}
	return body, nil
}

// memory is what is remembered of one log: a file of JSON, and one with all leaves, 32 bytes each.
type memory struct {
	dir, name string
	leaves    *os.File
}

func memoryOf(dir string, log *url.URL) memory {
	plain := regexp.MustCompile(`[^A-Za-z0-9.-]+`).ReplaceAllString(log.Host+strings.TrimSuffix(log.Path, "/log/"), "_")
	sum := sha256.Sum256([]byte(log.String()))
	return memory{dir: dir, name: plain[:min(len(plain), 80)] + "-" + hex.EncodeToString(sum[:4])}
}

func (m *memory) file(kind string) string { return filepath.Join(m.dir, m.name+"."+kind) }

// remembered is the file of JSON.
type remembered struct {
	Keys       []string  `json:"keys"` // the server's verifier keys that are trusted
	SignedBy   string    `json:"signed_by"`
	Checkpoint string    `json:"checkpoint"`
	AuditedAt  time.Time `json:"audited_at"`

	file string // its name without the ending
	of   string // site, where it is of the one that is asked for
}

// read gives what is remembered of the log, nil where it was never audited. A log that was audited at another address is known again
// by its keys: else an older copy of it would pass there. Of several memories the longest counts, and of those the last.
func (m *memory) read(site string, keys []string, known []ledger.KnownKey) (*remembered, error) {
	for _, k := range known {
		keys = append(keys, k.Verifier)
	}
	own := m.name
	var best *remembered
	longest := int64(-1)
	files, err := filepath.Glob(filepath.Join(m.dir, "*.json"))
	if err != nil {
		return nil, fmt.Errorf("what the last audit remembered: %w", err)
	}
	for _, file := range files {
		r, size, err := readMemory(file, site)
		if err != nil {
			return nil, fmt.Errorf("what the last audit remembered: %w; to begin anew, remove %s", err, file)
		}
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		same := slices.ContainsFunc(keys, func(k string) bool { return slices.Contains(r.Keys, k) })
		later := size > longest || size == longest && r.AuditedAt.After(best.AuditedAt)
		if later && (name == own || r.of == site && same) {
			best, longest = r, size
			r.file = name
		}
	}
	return best, nil
}

// readMemory reads one file of JSON, and the size of the tree in it.
func readMemory(file, site string) (*remembered, int64, error) {
	text, err := os.ReadFile(file)
	var r remembered
	if err == nil {
		err = json.Unmarshal(text, &r)
	}
	if err != nil {
		return nil, 0, err
	}
	c, err := proof.ParseCheckpoint([]byte(r.Checkpoint))
	if strings.HasSuffix(c.Origin, "/"+site) {
		r.of = site
	}
	return &r, c.Size, err
}

func (r *remembered) memory(m *memory) (*proof.LastAudit, error) {
	c, err := proof.ParseCheckpoint([]byte(r.Checkpoint))
	if err != nil {
		return nil, fmt.Errorf("what the last audit remembered: %w; to begin anew, remove %s", err, filepath.Join(m.dir, r.file+".json"))
	}
	last := &proof.LastAudit{Checkpoint: c}
	f, err := os.Open(filepath.Join(m.dir, r.file+".leaves"))
	if err != nil {
		return last, nil // the root does for the proof, though not to say where
	}
	info, err := f.Stat()
	if err != nil || info.Size() < c.Size*int64(len(proof.Hash{})) {
		f.Close()
		return last, nil
	}
	m.leaves = f
	var page [256]proof.Hash // they are asked for in order
	var buffer [len(page) * len(proof.Hash{})]byte
	at := int64(-1)
	last.Leaf = func(i int64) (proof.Hash, error) {
		if first := i - i%int64(len(page)); first != at {
			if _, err := f.ReadAt(buffer[:], first*int64(len(proof.Hash{}))); err != nil && err != io.EOF {
				return proof.Hash{}, fmt.Errorf("what the last audit remembered: %w", err)
			}
			for n := range page {
				copy(page[n][:], buffer[n*len(proof.Hash{}):])
			}
			at = first
		}
		return page[i%int64(len(page))], nil
	}
	return last, nil
}

func (m *memory) close() {
	if m.leaves != nil {
		m.leaves.Close()
	}
}

// writing is the memory of an audit that goes on. Only a whole one replaces the last.
type writing struct {
	*memory
	*os.File
	buffered []byte
}

func (m *memory) begin() (*writing, error) {
	if err := os.MkdirAll(m.dir, 0o700); err != nil {
		return nil, fmt.Errorf("remember the log: %w; name another directory with --state", err)
	}
	f, err := os.CreateTemp(m.dir, m.name+".*")
	if err != nil {
		return nil, fmt.Errorf("remember the log: %w; name another directory with --state", err)
	}
	return &writing{memory: m, File: f}, nil
}

func (w *writing) keep(leaf proof.Hash) error {
	w.buffered = append(w.buffered, leaf[:]...)
	if len(w.buffered) < 64<<10 {
		return nil
	}
	_, err := w.Write(w.buffered)
	w.buffered = w.buffered[:0]
	return err
}

func (w *writing) done(a proof.Audited, keys []string, by string) error {
	text, err := json.MarshalIndent(remembered{Keys: keys, SignedBy: by, Checkpoint: string(a.Signed), AuditedAt: time.Now().UTC()}, "", "  ")
	if err == nil {
		_, err = w.Write(w.buffered)
	}
	if err == nil {
		err = w.Sync()
	}
	// The leaves first: with more of them than the checkpoint has, it still holds.
	if err == nil {
		err = os.Rename(w.Name(), w.file("leaves"))
	}
	if err == nil {
		err = writeWhole(w.file("json"), append(text, '\n'))
	}
	if err != nil {
		return fmt.Errorf("remember the log: %w", err)
	}
	return nil
}

// Close removes what is left of an audit that came to nothing.
func (w *writing) Close() error {
	err := w.File.Close()
	if _, gone := os.Stat(w.Name()); gone == nil {
		os.Remove(w.Name())
	}
	return err
}

// writeWhole writes a file so that a reader finds the old content or the new.
func writeWhole(name string, text []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}
