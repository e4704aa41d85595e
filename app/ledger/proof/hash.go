package proof

import (
	"encoding/base64"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// Hash is a SHA-256 hash, or a salt of the same length. In JSON it is base64 in the standard alphabet with padding, as
// in checkpoints. The reader accepts exactly what the writer writes, so each hash has one text only.
type Hash [32]byte

func (h Hash) String() string { return base64.StdEncoding.EncodeToString(h[:]) }

// AppendText appends the hash as base64. A receipt has a dozen or two hashes, and this saves an allocation for each.
func (h Hash) AppendText(b []byte) ([]byte, error) {
	return base64.StdEncoding.AppendEncode(b, h[:]), nil
}

// MarshalText returns the hash as base64.
func (h Hash) MarshalText() ([]byte, error) { return h.AppendText(nil) }

// UnmarshalText reads what MarshalText wrote.
func (h *Hash) UnmarshalText(text []byte) error {
	var decoded Hash
	if len(text) != base64.StdEncoding.EncodedLen(len(decoded)) { // the decoder ignores line breaks
		return fmt.Errorf("hash: it has %d characters. Write 32 bytes as base64: 44 characters", len(text))
	}
	buf := make([]byte, base64.StdEncoding.DecodedLen(len(text)))
	n, err := base64.StdEncoding.Strict().Decode(buf, text)
	if err != nil || n != len(decoded) {
		return fmt.Errorf("hash %q: it is not base64. Write 32 bytes as base64 with padding", text)
	}
	*h = Hash(buf[:n])
	return nil
}

// ConvertPath returns the hashes of a path from a leaf to the root.
func ConvertPath(path tlog.RecordProof) []Hash {
	hashes := make([]Hash, len(path))
	for i, h := range path {
		hashes[i] = Hash(h)
	}
	return hashes
}

// convertHashes is the inverse of ConvertPath.
func convertHashes(hashes []Hash) tlog.RecordProof {
	path := make(tlog.RecordProof, len(hashes))
	for i, h := range hashes {
		path[i] = tlog.Hash(h)
	}
	return path
}
