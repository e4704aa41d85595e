package proof

import (
	"strings"
	"testing"
)

const (
	emptyRoot = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
	signature = "\n— consent.example/portal " +
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==\n"
)

func TestACheckpointIsReadStrictly(t *testing.T) {
	cases := []struct{ name, text, want string }{
		{"as written", "consent.example/portal\n0\n" + emptyRoot + "\n" + signature, ""},
		{"with an extension line", "consent.example/portal\n0\n" + emptyRoot + "\nextension\n" + signature, ""},
		{"no signature", "consent.example/portal\n0\n" + emptyRoot + "\n", "not a signed note"},
		{"two lines", "consent.example/portal\n0\n" + signature, "needs three: origin, size and root"},
		{"no origin", "\n0\n" + emptyRoot + "\n" + signature, "no origin"},
		{"a size with a zero in front", "a\n01\n" + emptyRoot + "\n" + signature, "decimal"},
		{"a size below zero", "a\n-1\n" + emptyRoot + "\n" + signature, "decimal"},
		{"a size with a sign", "a\n+1\n" + emptyRoot + "\n" + signature, "decimal"},
		{"a size that no tree has", "a\n9223372036854775808\n" + emptyRoot + "\n" + signature, "decimal"},
		{"a root that is too short", "a\n1\nAAAA\n" + signature, "root"},
		{"a root with bits left over", "a\n1\n" + emptyRoot[:42] + "V=\n" + signature, "root"},
		{"an empty line", "a\n1\n" + emptyRoot + "\n\nmore\n" + signature, "empty line"},
		{"a tab", "a\t\n1\n" + emptyRoot + "\n" + signature, "not a signed note"},
		{"too long", strings.Repeat("a", maxCheckpoint) + signature, "more than the limit"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := ParseCheckpoint([]byte(c.text))
			checkError(t, err, c.want)
		})
	}
}

func FuzzCheckpoint(f *testing.F) {
	f.Add([]byte("consent.example/portal\n0\n" + emptyRoot + "\n" + signature))
	f.Fuzz(func(t *testing.T, signed []byte) {
		c, err := ParseCheckpoint(signed)
		if err == nil && !strings.HasPrefix(string(signed), c.formatStatement()) {
			t.Errorf("read as\n%s", c.formatStatement())
		}
	})
}
