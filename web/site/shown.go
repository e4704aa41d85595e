package site

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/policy"
)

// shownStore knows what each presentation let a visitor grant. Those of the version in force are known from the start.
// Others are read when a decision names them: a page from a cache, a decision that waited offline.
type shownStore struct {
	store PresentationStore
	site  *policy.Site
	known sync.Map // by hash: shownItems

	mu    sync.Mutex
	added []ledger.Presentation // of the version in force, guarded by mu; Build stores them
}

// shownItems is what a presentation showed.
type shownItems struct {
	granted   string // Presentation.Shown
	kind      ledger.Kind
	noReasons []string // purposes in it whose reasons it does not print, and their services: they cannot be granted
}

// add reads what a presentation showed, and stores it.
func (s *shownStore) add(p ledger.Presentation) shownItems {
	shown := shownItems{p.Shown, p.Kind, listWithoutReasons(s.site, p)}
	s.known.Store(p.Hash, shown)
	return shown
}

// addNew adds a presentation that Build stores.
func (s *shownStore) addNew(p ledger.Presentation) {
	s.add(p)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.added = append(s.added, p)
}

// listAdded returns the presentations to store, once.
func (s *shownStore) listAdded() []ledger.Presentation {
	s.mu.Lock()
	defer s.mu.Unlock()
	added := s.added
	s.added = nil // they are large, and in the store
	return added
}

// find returns what a presentation showed, or ledger.ErrPresentation.
func (s *shownStore) find(ctx context.Context, hash string) (shownItems, error) {
	if shown, ok := s.known.Load(hash); ok {
		return shown.(shownItems), nil
	}
	p, err := s.store.Presentation(ctx, s.site.ID, hash)
	switch {
	case errors.Is(err, ledger.ErrNotFound):
		return shownItems{}, ledger.ErrPresentation
	case err != nil:
		return shownItems{}, err
	}
	return s.add(p), nil
}

// isOf reports whether a decision's presentation showed its policy in its language, so that the ledger takes it. If the
// store cannot tell, it did not.
func (s *shownStore) isOf(ctx context.Context, d *consent.Decision) bool {
	if !d.HasStoredPresentation() {
		return true
	}
	p, err := s.store.Presentation(ctx, s.site.ID, d.Presentation)
	return err == nil && p.Policy == d.Policy && p.Language == d.Language
}

// findRecordKind returns the kind of a decision's presentation as its record has it: Native, Platform, or nothing.
func (s *Site) findRecordKind(ctx context.Context, d *consent.Decision) ledger.Kind {
	switch d.Presentation {
	case consent.CustomPresentation:
		return ""
	case consent.PlatformPresentation:
		return ledger.Platform
	}
	shown, err := s.shown.find(ctx, d.Presentation)
	if err != nil || shown.kind != ledger.Native { // the ledger refuses what is not stored
		return ""
	}
	return shown.kind
}

// checkShown refuses grants of what was not shown. A page with its own interface says "custom": nobody knows what it
// showed, and the record says so.
func (s *Site) checkShown(ctx context.Context, form consent.Form, d *consent.Decision) error {
	if len(d.Granted()) == 0 {
		return nil
	}
	if err := d.CheckPlatform(form); err != nil || !d.HasStoredPresentation() {
		return err
	}
	shown, err := s.shown.find(ctx, d.Presentation)
	if err != nil {
		return err
	}
	if err := d.CheckShown(ledger.ParseShown(shown.granted, d.Platform)); err != nil {
		return err
	}
	return d.CheckReasons(shown.noReasons)
}

// listFirstLayer lists what one answer to the first layer can grant on a platform: nothing separate, and no single
// service.
func (s *Site) listFirstLayer(platform policy.Platform) string {
	var ids []string
	for _, p := range s.Forms[s.Current].OnPlatform(platform).Purposes {
		if !p.Separate && !p.PerCase {
			ids = append(ids, p.ID)
		}
	}
	return ledger.FormatShown([]policy.Platform{platform}, ids)
}

// listPreferences lists what the preference centre of a platform can grant: everything that is asked there.
func (s *Site) listPreferences(platform policy.Platform) string {
	var ids []string
	for _, p := range s.Forms[s.Current].OnPlatform(platform).Purposes {
		if !p.PerCase {
			ids = append(ids, listWithServices(p)...)
		}
	}
	return ledger.FormatShown([]policy.Platform{platform}, ids)
}

// listQuestion lists what the question for one purpose can grant. It is the same question on every platform.
func (s *Site) listQuestion(id string) string {
	p, ok := s.Forms[s.Current].Purpose(id)
	if !ok {
		return ""
	}
	platforms := slices.DeleteFunc(slices.Clone(policy.Platforms), func(on policy.Platform) bool {
		_, isAsked := s.Forms[s.Current].OnPlatform(on).Purpose(id)
		return !isAsked
	})
	return ledger.FormatShown(platforms, listWithServices(p))
}

// listWithServices lists a purpose and its services.
func listWithServices(p consent.Item) []string {
	ids := []string{p.ID}
	for _, service := range p.Services {
		ids = append(ids, service.ID)
	}
	return ids
}
