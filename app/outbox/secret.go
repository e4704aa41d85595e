package outbox

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"
)

// Secrets are the keys that sign messages, by "site/webhook". Two of one webhook both sign, while it moves to the new
// one.
type Secrets map[string][][]byte

// The form of a secret.
const (
	secretPrefix = "whsec_"
	minSecret    = 24 // bytes
	maxSecret    = 64
)

// ParseSecrets reads a file of secrets. Each line has a webhook and a secret: "shop/mailer whsec_…". Its errors quote
// no secret.
func ParseSecrets(text []byte) (Secrets, error) {
	secrets := Secrets{}
	lines := bufio.NewScanner(bytes.NewReader(text))
	for number := 1; lines.Scan(); number++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		hook, secret, _ := strings.Cut(line, " ")
		encoded, hasPrefix := strings.CutPrefix(strings.TrimSpace(secret), secretPrefix)
		key, err := base64.StdEncoding.DecodeString(encoded)
		if !strings.Contains(hook, "/") || !hasPrefix || err != nil || len(key) < minSecret || len(key) > maxSecret {
			return nil, fmt.Errorf("line %d: is not a webhook and its secret. Write SITE/WEBHOOK whsec_… with %d to %d bytes "+
				"as base64", number, minSecret, maxSecret)
		}
		secrets[hook] = append(secrets[hook], key)
	}
	return secrets, lines.Err()
}
