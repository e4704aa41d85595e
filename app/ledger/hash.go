package ledger

import (
	"encoding/base64"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// Hash is a SHA-256 hash, or a salt of the same length. In JSON it is base64 in the standard alphabet with padding, as
// in checkpoints; the reader takes exactly what the writer writes, so that no other text stands for the same hash.
type Hash [32]byte

func (h Hash) String() string { return base64.StdEncoding.EncodeToString(h[:]) }

// AppendText writes the hash as base64. A receipt has a dozen or two, so the encoder is spared an allocation for each.
func (h Hash) AppendText(b []byte) ([]byte, error) {
	return base64.StdEncoding.AppendEncode(b, h[:]), nil
}

// MarshalText writes the hash as base64.
func (h Hash) MarshalText() ([]byte, error) { return h.AppendText(nil) }

// UnmarshalText reads what MarshalText wrote.
func (h *Hash) UnmarshalText(text []byte) error {
	var decoded Hash
	n := base64.StdEncoding.DecodedLen(len(text))
	if n != len(decoded)+1 { // 44 characters, one of them padding
		return fmt.Errorf("hash of %d characters: want 32 bytes as base64, 44 characters", len(text))
	}
	buf := make([]byte, n)
	n, err := base64.StdEncoding.Strict().Decode(buf, text)
	if err != nil || n != len(decoded) {
		return fmt.Errorf("hash %q: want 32 bytes as base64 with padding", text)
	}
	*h = Hash(buf[:n])
	return nil
}

func hashesOf(proof tlog.RecordProof) []Hash {
	hashes := make([]Hash, len(proof))
	for i, h := range proof {
		hashes[i] = Hash(h)
	}
	return hashes
}

func proofOf(hashes []Hash) tlog.RecordProof {
	proof := make(tlog.RecordProof, len(hashes))
	for i, h := range hashes {
		proof[i] = tlog.Hash(h)
	}
	return proof
}
