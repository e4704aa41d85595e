//go:build !js

package main

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/ledger/proof"
	"github.com/nod-consent/nod/web"
)

// serverKey reads the key. Without --key it stands beside the database, and is made when it is not there: a database
// that knows another key refuses the new one. write names the file that a new key is still to be written to.
func serverKey(o serveOptions) (key *proof.Key, write string, err error) {
	file := keyFile(o)
	if o.key == "" && ledger.IsPostgres(o.db) {
		return nil, "", misuse{errors.New("--key: is missing; all servers on one database sign with one key, which \"nod key new\" makes")}
	}
	if o.key == "" {
		if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
			key, err := proof.NewKey("nod")
			return key, file, err
		}
	}
	key, err = readKey(file)
	return key, "", err
}

// readKey reads the signing key, and says how to have one where there is none.
func readKey(file string) (*proof.Key, error) {
	key, err := proof.ReadKey(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("--key: there is no key %s; \"nod key new --name HOST %s\" makes one", file, file)
	}
	return key, err
}

// keyFile is where the key is, or will be.
func keyFile(o serveOptions) string {
	if o.key != "" {
		return o.key
	}
	return filepath.Join(filepath.Dir(strings.TrimPrefix(o.db, "sqlite:")), "nod.key")
}

// warnOfReaders tells of a secret that others on this machine can read: whoever has the key can sign receipts.
func warnOfReaders(log *slog.Logger, file, what string) {
	info, err := os.Stat(file)
	if err == nil && info.Mode().Perm()&0o077 != 0 && runtime.GOOS != "windows" { // which has other permissions
		log.Warn("others can read "+what+"; \"chmod 600\" keeps it to its owner", "file", file, "mode", info.Mode().Perm())
	}
}

// readToken reads the admin token from its file; "" where none is named.
func readToken(log *slog.Logger, file string) (string, error) {
	if file == "" {
		return "", nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("--admin-token-file: %w", err)
	}
	token := strings.TrimSpace(string(text))
	if len(token) < web.MinAdminToken || strings.ContainsAny(token, " \t\r\n") {
		return "", fmt.Errorf("the admin token in %s: want one word of at least %d characters, such as \"openssl rand -hex 32\" prints", file, web.MinAdminToken)
	}
	warnOfReaders(log, file, "the admin token")
	return token, nil
}
