package proof

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

// Checkpoint is the state of a site's tree as its signed text says it (https://c2sp.org/tlog-checkpoint): three lines
// for origin, size and root, perhaps more, then a blank line and the signatures.
type Checkpoint struct {
	Origin string // names the tree: the server's key name, "/", and the site
	Size   int64  // number of leaves
	Root   Hash
}

// ParseCheckpoint reads the text of a signed checkpoint. It checks no signature: use Claim.Verify or note.Open for
// that.
func ParseCheckpoint(signed []byte) (Checkpoint, error) {
	if len(signed) > maxCheckpoint {
		return Checkpoint{}, fmt.Errorf("checkpoint: it has %d bytes, more than the limit of %d",
			len(signed), maxCheckpoint)
	}
	// Without verifiers, note.Open checks the form and returns the note inside its error.
	var unverified *note.UnverifiedNoteError
	if _, err := note.Open(signed, nil); !errors.As(err, &unverified) {
		return Checkpoint{}, fmt.Errorf("checkpoint: it is not a signed note: %w", err)
	}
	return parseStatement(unverified.Note.Text)
}

func parseStatement(text string) (Checkpoint, error) {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if len(lines) < 3 {
		return Checkpoint{}, fmt.Errorf("checkpoint: it has %d lines. It needs three: origin, size and root", len(lines))
	}
	for _, extension := range lines[3:] {
		if extension == "" {
			return Checkpoint{}, errors.New("checkpoint: it has a second empty line before the signatures")
		}
	}
	c := Checkpoint{Origin: lines[0]}
	if c.Origin == "" {
		return Checkpoint{}, errors.New("checkpoint: it has no origin")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return Checkpoint{}, fmt.Errorf("checkpoint: size %q is not a decimal number", lines[1])
	}
	c.Size = size
	if err := c.Root.UnmarshalText([]byte(lines[2])); err != nil {
		return Checkpoint{}, fmt.Errorf("checkpoint: root: %w", err)
	}
	return c, nil
}

// formatStatement returns the text that is signed.
func (c Checkpoint) formatStatement() string {
	return fmt.Sprintf("%s\n%d\n%s\n", c.Origin, c.Size, c.Root)
}

// Sign returns the checkpoint as a signed note. Ed25519 signs the same text the same way each time.
func (c Checkpoint) Sign(signer note.Signer) ([]byte, error) {
	signed, err := note.Sign(&note.Note{Text: c.formatStatement()}, signer)
	if err != nil {
		return nil, fmt.Errorf("sign the checkpoint of %s at size %d: %w", c.Origin, c.Size, err)
	}
	return signed, nil
}

// ReadCheckpoint computes the checkpoint of the tree with this origin and size, whose nodes reader reads.
func ReadCheckpoint(origin string, size int64, reader tlog.HashReader) (Checkpoint, error) {
	root, err := tlog.TreeHash(size, reader)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("root of %s at size %d: %w", origin, size, err)
	}
	return Checkpoint{Origin: origin, Size: size, Root: Hash(root)}, nil
}

// SignCheckpoint signs the checkpoint of a tree of this size. Its origin is the signer's name.
func SignCheckpoint(signer note.Signer, size int64, reader tlog.HashReader) ([]byte, error) {
	checkpoint, err := ReadCheckpoint(signer.Name(), size, reader)
	if err != nil {
		return nil, err
	}
	return checkpoint.Sign(signer)
}

// openCheckpoint reads a checkpoint of this origin, and checks that one of the verifiers' keys signed it.
func openCheckpoint(signed []byte, verifiers note.Verifiers, origin string) (Checkpoint, error) {
	c, err := ParseCheckpoint(signed)
	if err != nil {
		return Checkpoint{}, err
	}
	if c.Origin != origin {
		return Checkpoint{}, fmt.Errorf("checkpoint: it is of %q, not of %q", c.Origin, origin)
	}
	if _, err := note.Open(signed, verifiers); err != nil {
		return Checkpoint{}, fmt.Errorf("checkpoint: no trusted key signed it. "+
			"Compare the key with the one that the server's owner gave you (%w)", err)
	}
	return c, nil
}
