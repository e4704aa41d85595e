package ledger

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/policy"
)

// matchPresentation finds the presentation that a decision names, if it showed the decision's policy in the decision's
// language.
const matchPresentation = `SELECT count(*) FROM presentations
	WHERE site = $1 AND hash = $2 AND policy = $3 AND language = $4`

// findPresentations finds a site's presentations by their hashes.
var findPresentations = newChunkedQuery(func(rows int) string {
	return `SELECT hash FROM presentations WHERE site = $1 AND hash IN ` + formatParameters(2, rows)
})

// PutPresentations stores presentations in one transaction: all or none. It leaves out those that are stored already.
func (s *Store) PutPresentations(ctx context.Context, list ...Presentation) error {
	bySite := map[string][]Presentation{}
	for _, p := range list {
		if !policy.ValidID(p.Site) {
			return fmt.Errorf("presentation: %q is not the name of a site", p.Site)
		}
		if err := p.check(); err != nil {
			return err
		}
		bySite[p.Site] = append(bySite[p.Site], p)
	}
	var missing []Presentation
	for site, ofSite := range bySite {
		found, err := s.findPresentations(ctx, site, ofSite)
		if err != nil {
			return wrapUnavailable("look up presentations", err)
		}
		for _, p := range ofSite {
			if !found[p.Hash] {
				missing = append(missing, p)
			}
		}
	}
	if len(missing) == 0 {
		return nil
	}
	if err := s.insertPresentations(ctx, missing); err != nil {
		return wrapUnavailable(fmt.Sprintf("store %d presentations", len(missing)), err)
	}
	return nil
}

// findPresentations returns the hashes of those that are stored.
func (s *Store) findPresentations(ctx context.Context, site string, list []Presentation) (map[string]bool, error) {
	found := map[string]bool{}
	for chunk, statement := range splitRows(findPresentations, list) {
		args := []any{site}
		for _, p := range chunk {
			args = append(args, p.Hash)
		}
		rows, err := s.read.queryRows(ctx, statement, args...)
		if err != nil {
			return nil, err
		}
		if err := scanHashes(rows, found); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// scanHashes reads and closes rows of one column.
func scanHashes(rows *sql.Rows, found map[string]bool) error {
	defer rows.Close()
	for rows.Next() {
		var hash string
		if err := rows.Scan(&hash); err != nil {
			return err
		}
		found[hash] = true
	}
	return rows.Err()
}

// insertPresentations inserts in the order of the hashes, so that two servers never wait for each other. All
// presentations of a version in one language share their texts, which are longer than the rest, and are stored once.
func (s *Store) insertPresentations(ctx context.Context, list []Presentation) error {
	slices.SortFunc(list, func(a, b Presentation) int { return strings.Compare(a.Hash, b.Hash) })
	texts := map[string]string{}
	hashes := make([]string, len(list)) // of the texts
	for i, p := range list {
		if p.Texts != "" {
			sum := sha256.Sum256([]byte(p.Texts))
			hashes[i] = hex.EncodeToString(sum[:])
			texts[hashes[i]] = p.Texts
		}
	}
	tx, err := s.write.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	for _, hash := range slices.Sorted(maps.Keys(texts)) {
		_, err := tx.ExecContext(ctx, `INSERT INTO texts (hash, text) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING`,
			hash, texts[hash])
		if err != nil {
			return err
		}
	}
	for i, p := range list {
		_, err := tx.ExecContext(ctx, `INSERT INTO presentations (site, hash, kind, language, policy, html, texts_hash,
			shown) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (site, hash) DO NOTHING`,
			p.Site, p.Hash, string(p.Kind), p.Language, p.Policy, p.HTML, hashes[i], p.Shown)
		if err != nil {
			return err
		}
	}
	return tx.Commit()
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
