//go:build !js

package ledger

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/policy"
)

// matchLayout finds the layout that a decision names, where it showed the decision's policy in the decision's language.
const matchLayout = `SELECT count(*) FROM layouts WHERE site = $1 AND hash = $2 AND policy = $3 AND language = $4`

const findLayout = `SELECT count(*) FROM layouts WHERE site = $1 AND hash = $2`

// PutLayout stores a layout, once: to store it again does nothing.
func (s *Store) PutLayout(ctx context.Context, l Layout) error {
	if !policy.ValidID(l.Site) {
		return fmt.Errorf("layout of site %q: want the name of a site", l.Site)
	}
	if err := l.check(); err != nil {
		return err
	}
	var found int
	if err := s.read.queryRow(ctx, findLayout, []any{l.Site, l.Hash}, &found); err != nil {
		return unavailable("look up a layout", err)
	}
	if found > 0 {
		return nil
	}
	// The text is the same for all that can be shown of a version in one language, and longer than any of it.
	text := ""
	if l.Texts != "" {
		sum := sha256.Sum256([]byte(l.Texts))
		text = hex.EncodeToString(sum[:])
		if _, err := s.write.db.ExecContext(ctx, `INSERT INTO texts (hash, text) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING`, text, l.Texts); err != nil {
			return unavailable("store the text of layout "+l.Hash, err)
		}
	}
	_, err := s.write.db.ExecContext(ctx, `INSERT INTO layouts (site, hash, kind, language, policy, html, texts, text)
		VALUES ($1, $2, $3, $4, $5, $6, '', $7) ON CONFLICT (site, hash) DO NOTHING`,
		l.Site, l.Hash, string(l.Kind), l.Language, l.Policy, l.HTML, text)
	if err != nil {
		return unavailable("store layout "+l.Hash, err)
	}
	return nil
}

// Layout gives a stored layout, or ErrNotFound.
func (s *Store) Layout(ctx context.Context, site, hash string) (Layout, error) {
	l := Layout{Site: site, Hash: hash}
	err := s.read.queryRow(ctx, `SELECT l.kind, l.language, l.policy, l.html, coalesce(t.text, l.texts)
		FROM layouts l LEFT JOIN texts t ON t.hash = l.text WHERE l.site = $1 AND l.hash = $2`,
		[]any{site, hash}, &l.Kind, &l.Language, &l.Policy, &l.HTML, &l.Texts)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return Layout{}, fmt.Errorf("layout %q of site %s: %w", hash, site, ErrNotFound)
	case err != nil:
		return Layout{}, unavailable("read a layout", err)
	}
	if err := l.check(); err != nil {
		return Layout{}, fmt.Errorf("layout %q of site %s was altered or lost its text: %w", hash, site, err)
	}
	return l, nil
}

func (b *batch) hasLayout(ctx context.Context, site string, d *consent.Decision) (bool, error) {
	key := [4]string{site, d.Layout, d.Policy, d.Language}
	if b.layouts[key] {
		return true, nil
	}
	var found int
	if err := b.queryRow(ctx, matchLayout, []any{site, d.Layout, d.Policy, d.Language}, &found); err != nil {
		return false, err
	}
	b.layouts[key] = found > 0
	return found > 0, nil
}
