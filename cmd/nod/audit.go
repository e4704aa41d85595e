//go:build !js

package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/ledger/proof"
)

// audit checks a log of a site on a running server against the state of the last audit: that of the decisions, or that
// of the requests of persons.
type audit struct {
	tree  string
	log   logClient
	state stateStore
}

// auditResult is the result of an audit, as JSON.
type auditResult struct {
	Valid      bool     `json:"valid"`
	Origin     string   `json:"origin"`
	Leaves     int64    `json:"leaves"`
	Root       string   `json:"root"`
	Grown      int64    `json:"grown"`     // leaves since the last audit
	Since      int64    `json:"since"`     // leaves at the last audit
	Keys       []string `json:"keys"`      // the trusted ones, each the successor of the one before
	SignedBy   string   `json:"signed_by"` // one of them
	IsFirst    bool     `json:"first"`     // there was no audit before
	IsFirstUse bool     `json:"first_use"` // the key is trusted because it was the first one seen

	// IsReplaced says that the log is signed with a successor of the key that was given, or that signed at the last
	// audit. That key signed its successor.
	IsReplaced bool `json:"key_replaced"`

	StateDir string `json:"state"` // directory

	Requests *auditResult `json:"requests,omitempty"` // of the log of persons' requests, if the server has one
}

// newAudit takes the address of a site, such as https://consent.example/portal.
func newAudit(address, stateDir string) (*audit, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		return nil, newUsageError("%s: is not the address of a site. Give one such as https://consent.example.com/portal",
			address)
	}
	base, site := path.Split(strings.TrimSuffix(u.Path, "/"))
	if site == "" {
		return nil, newUsageError("%s: the site is missing. Add its name at the end, such as %s/portal",
			address, strings.TrimSuffix(address, "/"))
	}
	base = strings.TrimSuffix(strings.TrimSuffix(base, "/"), "/v1")
	u.Path = base + "/v1/" + site + "/log/"
	u.User = nil
	if stateDir == "" {
		config, err := os.UserConfigDir()
		if err != nil {
			return nil, fmt.Errorf("--state: there is no default directory: %w. Name one", err)
		}
		stateDir = filepath.Join(config, "nod", "logs")
	}
	client := logClient{base: u.String(), http: &http.Client{Timeout: 30 * time.Second}}
	return &audit{tree: site, log: client, state: newStateStore(stateDir, u)}, nil
}

// runRequests checks the site's log of requests. keys are those that its log of decisions was checked with. The result
// is nil if the server takes no requests, unless an earlier audit has seen some.
func (a *audit) runRequests(ctx context.Context, keys []string) (*auditResult, error) {
	base := strings.TrimSuffix(a.log.base, "log/") + "desk/log/"
	u, err := url.Parse(base)
	if err != nil {
		return nil, err
	}
	of := audit{
		tree: ledger.DeskTree(a.tree), log: logClient{base: base, http: a.log.http}, state: newStateStore(a.state.dir, u),
	}
	if _, err := of.log.readKeys(ctx); errors.Is(err, errNotFound) {
		last, err := of.state.read(of.tree, keys, nil)
		if err == nil && last != nil && last.parsed.Size > 0 {
			err = fmt.Errorf("the log of requests: the server does not show it any more. At the last audit it had %d "+
				"leaves. Ask the server's owner", last.parsed.Size)
		}
		return nil, err
	}
	result, err := of.run(ctx, keys)
	if err != nil {
		return nil, fmt.Errorf("the log of requests: %w", err)
	}
	return &result, nil
}

// run checks the log. keys are verifier keys that the caller trusts. Without any, those of the last audit are trusted,
// and in the first audit the server's own.
func (a *audit) run(ctx context.Context, keys []string) (auditResult, error) {
	published, err := a.log.readKeys(ctx)
	if err != nil {
		return auditResult{}, err
	}
	keys = replaceSiteKeys(keys, published, a.tree)
	last, err := a.state.read(a.tree, keys, published)
	if err != nil {
		return auditResult{}, err
	}
	result := auditResult{StateDir: a.state.dir, IsFirst: last == nil}
	if result.Keys, result.IsFirstUse, err = chooseTrustedKeys(keys, last, published); err != nil {
		return auditResult{}, err
	}
	verifiers, origin, err := makeSiteVerifiers(result.Keys, a.tree)
	if err != nil && len(keys) > 0 {
		return auditResult{}, newUsageError("--verifier: %w", err)
	}
	if err != nil {
		return auditResult{}, fmt.Errorf("the server's keys: %w", err)
	}
	var lastState *proof.LastAudit
	if last != nil {
		open, err := a.state.open(last)
		if err != nil {
			return auditResult{}, err
		}
		defer open.Close()
		lastState, result.Since = &open.LastAudit, open.Checkpoint.Size
	}
	next, err := a.state.create()
	if err != nil {
		return auditResult{}, err
	}
	defer next.Close()
	audited, err := proof.Audit(ctx, a.log, verifiers, origin, lastState, next.addLeaf)
	if err != nil {
		return auditResult{}, err
	}
	result.SignedBy = findSigner(audited.Signed, result.Keys, a.tree)
	switch {
	case len(keys) > 0:
		result.IsReplaced = !slices.Contains(keys, result.SignedBy)
	case last != nil:
		result.IsReplaced = last.SignedBy != result.SignedBy
	}
	if err := next.commit(audited, result.Keys, result.SignedBy); err != nil {
		return auditResult{}, err
	}
	result.Valid, result.Origin, result.Grown = true, origin, audited.Grown
	result.Leaves, result.Root = audited.Checkpoint.Size, audited.Checkpoint.Root.String()
	return result, nil
}

// chooseTrustedKeys returns the keys that may sign: the given ones, else those of the last audit, else the server's
// newest, each with its successors. A log that signed with a new key does not return to an old one.
func chooseTrustedKeys(
	given []string, last *lastSeen, published []ledger.KnownKey,
) (trusted []string, isFirstUse bool, err error) {
	switch {
	case len(given) > 0:
		trusted = given
	case last != nil:
		trusted = last.Keys
	case len(published) > 0:
		trusted, isFirstUse = []string{published[len(published)-1].Verifier}, true
	default:
		return nil, false, errors.New("the server's keys: it publishes none. Give its key with --verifier")
	}
	if trusted, err = addSuccessors(trusted, published); err != nil {
		return nil, false, err
	}
	if last != nil {
		trusted = trusted[max(0, slices.Index(trusted, last.SignedBy)):]
	}
	return trusted, isFirstUse, nil
}
