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

// matchPresentation finds the presentation that a decision names, if it showed the decision's policy in the decision's
// language.
const matchPresentation = `SELECT count(*) FROM presentations
	WHERE site = $1 AND hash = $2 AND policy = $3 AND language = $4`

const findPresentation = `SELECT count(*) FROM presentations WHERE site = $1 AND hash = $2`

// PutPresentation stores a presentation. It does nothing if the presentation is already stored.
func (s *Store) PutPresentation(ctx context.Context, p Presentation) error {
	if !policy.ValidID(p.Site) {
		return fmt.Errorf("presentation: %q is not the name of a site", p.Site)
	}
	if err := p.check(); err != nil {
		return err
	}
	var found int
	if err := s.read.queryRow(ctx, findPresentation, []any{p.Site, p.Hash}, &found); err != nil {
		return wrapUnavailable("look up a presentation", err)
	}
	if found > 0 {
		return nil
	}
	textsHash, err := s.putTexts(ctx, p.Texts)
	if err != nil {
		return wrapUnavailable("store the text of presentation "+p.Hash, err)
	}
	_, err = s.write.db.ExecContext(ctx, `INSERT INTO presentations (site, hash, kind, language, policy, html, texts_hash,
		shown) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (site, hash) DO NOTHING`,
		p.Site, p.Hash, string(p.Kind), p.Language, p.Policy, p.HTML, textsHash, p.Shown)
	if err != nil {
		return wrapUnavailable("store presentation "+p.Hash, err)
	}
	return nil
}

// putTexts stores the texts and returns their hash. All presentations of a version in one language share them, and they
// are longer than the rest.
func (s *Store) putTexts(ctx context.Context, texts string) (hash string, err error) {
	if texts == "" {
		return "", nil
	}
	sum := sha256.Sum256([]byte(texts))
	hash = hex.EncodeToString(sum[:])
	_, err = s.write.db.ExecContext(ctx,
		`INSERT INTO texts (hash, text) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING`, hash, texts)
	return hash, err
}

// Presentation returns a stored presentation, or ErrNotFound.
func (s *Store) Presentation(ctx context.Context, site, hash string) (Presentation, error) {
	p := Presentation{Site: site, Hash: hash}
	err := s.read.queryRow(ctx, `SELECT p.kind, p.language, p.policy, p.html, coalesce(t.text, ''), p.shown
		FROM presentations p LEFT JOIN texts t ON t.hash = p.texts_hash WHERE p.site = $1 AND p.hash = $2`,
		[]any{site, hash}, &p.Kind, &p.Language, &p.Policy, &p.HTML, &p.Texts, &p.Shown)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return Presentation{}, fmt.Errorf("presentation %q of site %s: %w", hash, site, ErrNotFound)
	case err != nil:
		return Presentation{}, wrapUnavailable("read a presentation", err)
	}
	if err := p.check(); err != nil {
		return Presentation{}, fmt.Errorf("presentation %q of site %s: it was altered or its text is missing: %w",
			hash, site, err)
	}
	return p, nil
}

func (b *batch) hasPresentation(ctx context.Context, site string, d *consent.Decision) (bool, error) {
	key := [4]string{site, d.Presentation, d.Policy, d.Language}
	if b.presentations[key] {
		return true, nil
	}
	var found int
	if err := b.queryRow(ctx, matchPresentation, []any{site, d.Presentation, d.Policy, d.Language}, &found); err != nil {
		return false, err
	}
	b.presentations[key] = found > 0
	return found > 0, nil
}
