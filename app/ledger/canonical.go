package ledger

import "github.com/go-json-experiment/json/jsontext"

// canonicalize returns JSON in the canonical form of RFC 8785. Leaves commit to these bytes, so the same text must give
// the same bytes in every version of Nod: canonical_test.go has the examples of the RFC.
func canonicalize(text []byte) ([]byte, error) {
	canonical := jsontext.Value(text).Clone()
	if err := canonical.Canonicalize(); err != nil {
		return nil, err
	}
	return canonical, nil
}
