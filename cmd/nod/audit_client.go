//go:build !js

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/ledger/proof"
)

// Limits of what a server may send, in bytes.
const (
	maxLogText   = 64 << 10 // of checkpoints and keys
	maxTile      = (2 + 32) * 256
	maxErrorText = 300 // that an error message quotes
)

// errNotFound: the server has nothing at the address.
var errNotFound = errors.New("404 Not Found")

// logClient reads a log over HTTP.
type logClient struct {
	base string // address below which the log is, with "/" at its end
	http *http.Client
}

// Checkpoint makes logClient a proof.Source.
func (c logClient) Checkpoint(ctx context.Context) ([]byte, error) {
	return c.get(ctx, "checkpoint", maxLogText)
}

// Tile reads a tile.
func (c logClient) Tile(ctx context.Context, t tlog.Tile) ([]byte, error) {
	return c.get(ctx, "tile/"+proof.TilePath(t), maxTile)
}

func (c logClient) readKeys(ctx context.Context) ([]ledger.KnownKey, error) {
	text, err := c.get(ctx, "keys", maxLogText)
	if err != nil {
		return nil, err
	}
	var out struct{ Keys []ledger.KnownKey }
	if err := json.Unmarshal(text, &out); err != nil {
		return nil, fmt.Errorf("%skeys: %w. Check that this is the address of a Nod site", c.base, err)
	}
	return out.Keys, nil
}

// withoutAddress returns the cause of an error of a request: around it is the address again.
func withoutAddress(err error) error {
	var outer *url.Error
	if errors.As(err, &outer) {
		return outer.Err
	}
	return err
}

func (c logClient) get(ctx context.Context, path string, maxBytes int64) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+path, nil)
	if err != nil {
		return nil, err
	}
	response, err := c.http.Do(request)
	if err != nil {
		return nil, fmt.Errorf("%s%s: %w. Check the address, and that this machine can reach it",
			c.base, path, withoutAddress(err))
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBytes+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s%s: %w", c.base, path, err)
	case response.StatusCode == http.StatusNotFound:
		return nil, fmt.Errorf("%s%s: %w. Check that this is the address of a Nod site", c.base, path, errNotFound)
	case response.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("%s%s: %s: %q", c.base, path, response.Status, body[:min(len(body), maxErrorText)])
	case int64(len(body)) > maxBytes:
		return nil, fmt.Errorf("%s%s: more than %d bytes", c.base, path, maxBytes)
	}
	return body, nil
}
