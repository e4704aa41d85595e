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
	"github.com/nod-consent/nod/web/httpx"
)

// serverKey is the signing key of a server, with its file.
type serverKey struct {
	*proof.Key
	file  string
	isNew bool // it is not in the file yet
}

// loadKey reads the signing key. Without --key it is beside the database, and a missing one is made: a database that
// knows another key refuses the new one.
func loadKey(o serveOptions) (serverKey, error) {
	if o.key == "" && ledger.IsPostgres(o.db) {
		return serverKey{}, newUsageError("--key: is missing. All servers on one database sign with the same key. " +
			"Create one with \"nod key new\"")
	}
	file := findKeyFile(o.key, o.db)
	if o.key == "" {
		if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
			key, err := proof.NewKey("nod")
			return serverKey{key, file, true}, err
		}
	}
	key, err := readKey(file)
	return serverKey{key, file, false}, err
}

// readKey reads the signing key. Its error for a missing file says how to create one.
func readKey(file string) (*proof.Key, error) {
	key, err := proof.ReadKey(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("--key: %s does not exist. Create it with \"nod key new --name HOST %s\"", file, file)
	}
	return key, err
}

// findKeyFile returns the file of --key, or nod.key beside the database.
func findKeyFile(key, db string) string {
	if key != "" {
		return key
	}
	return filepath.Join(filepath.Dir(strings.TrimPrefix(db, "sqlite:")), "nod.key")
}

// warnOfReaders warns of a secret that other users of this machine can read: with the key, they could sign receipts.
func warnOfReaders(log *slog.Logger, file, secret string) {
	info, err := os.Stat(file)
	if err == nil && info.Mode().Perm()&0o077 != 0 && runtime.GOOS != "windows" { // which has other permissions
		log.Warn("other users can read "+secret+". Restrict its file with \"chmod 600\"",
			"file", file, "mode", info.Mode().Perm())
	}
}

// readAdminToken reads the admin token from its file; without a file it is "".
func readAdminToken(log *slog.Logger, file string) (string, error) {
	if file == "" {
		return "", nil
	}
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("--admin-token-file: %s does not exist. Create it with \"openssl rand -hex 32 > %[1]s\"",
			file)
	}
	if err != nil {
		return "", fmt.Errorf("--admin-token-file: %w. Let the server read it", err)
	}
	token := strings.TrimSpace(string(text))
	if len(token) < httpx.MinAdminToken || strings.ContainsAny(token, " \t\r\n") {
		return "", fmt.Errorf("--admin-token-file: the token in %s is not one word of at least %d characters. "+
			"Create one with \"openssl rand -hex 32\"", file, httpx.MinAdminToken)
	}
	warnOfReaders(log, file, "the admin token")
	return token, nil
}
