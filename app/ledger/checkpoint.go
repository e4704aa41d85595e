package ledger

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// maxCheckpoint is the length of the longest checkpoint that is read, in bytes. It has room for the signatures of
// some witnesses.
const maxCheckpoint = 8 << 10

// Checkpoint is the head of a site's tree as its signed text states it (https://c2sp.org/tlog-checkpoint): three lines
// for origin, size and root, perhaps more, then a blank line and the signatures.
type Checkpoint struct {
	Origin string // names the tree: the server's key name, "/", and the site
	Size   int64  // number of leaves
	Root   Hash
}

// ParseCheckpoint reads the statement of a signed checkpoint. It checks no signature: Verify does, or note.Open.
func ParseCheckpoint(signed []byte) (Checkpoint, error) {
	if len(signed) > maxCheckpoint {
		return Checkpoint{}, fmt.Errorf("checkpoint of %d bytes: want at most %d", len(signed), maxCheckpoint)
	}
	// With no verifier, note.Open checks the form and hands the note out inside its error.
	var unverified *note.UnverifiedNoteError
	if _, err := note.Open(signed, nil); !errors.As(err, &unverified) {
		return Checkpoint{}, fmt.Errorf("checkpoint is no signed note: %w", err)
	}
	return parseStatement(unverified.Note.Text)
}

func parseStatement(text string) (Checkpoint, error) {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if len(lines) < 3 {
		return Checkpoint{}, fmt.Errorf("checkpoint of %d lines: want origin, size and root", len(lines))
	}
	for _, extension := range lines[3:] {
		if extension == "" {
			return Checkpoint{}, errors.New("checkpoint has an empty line before its signatures' own")
		}
	}
	c := Checkpoint{Origin: lines[0]}
	if c.Origin == "" {
		return Checkpoint{}, errors.New("checkpoint has no origin")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return Checkpoint{}, fmt.Errorf("checkpoint of size %q: want a decimal number", lines[1])
	}
	c.Size = size
	if err := c.Root.UnmarshalText([]byte(lines[2])); err != nil {
		return Checkpoint{}, fmt.Errorf("checkpoint's root: %w", err)
	}
	return c, nil
}

// statement gives the text that is signed.
func (c Checkpoint) statement() string {
	return fmt.Sprintf("%s\n%d\n%s\n", c.Origin, c.Size, c.Root)
}

// sign gives the checkpoint as a signed note. Ed25519 signs the same text the same way each time.
func (c Checkpoint) sign(signer note.Signer) ([]byte, error) {
	signed, err := note.Sign(&note.Note{Text: c.statement()}, signer)
	if err != nil {
		return nil, fmt.Errorf("sign the checkpoint of %s at size %d: %w", c.Origin, c.Size, err)
	}
	return signed, nil
}

// checkpointOf states the head of the tree with this origin, whose nodes are read from r.
func checkpointOf(origin string, size int64, r tlog.HashReader) (Checkpoint, error) {
	root, err := tlog.TreeHash(size, r)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("root of %s at size %d: %w", origin, size, err)
	}
	return Checkpoint{Origin: origin, Size: size, Root: Hash(root)}, nil
}
