package site

import (
	"fmt"
	"slices"
	"strings"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/diff"
	"github.com/nod-consent/nod/app/widget"
	"github.com/nod-consent/nod/web/native"
	"github.com/nod-consent/nod/web/prerender"
)

// makeNative describes the first layer for an app that draws it natively, and records it. screens is the HTML of the
// page: it has the same texts.
func (b *Builder) makeNative(made *Site, v widget.LaunchView, screens string) (content []byte, err error) {
	document := native.Document{
		Kind: native.Kind, Version: native.Version, Site: made.ID, Policy: v.Policy, Platform: v.Platform,
		Language: v.Language, Direction: v.Direction, Template: native.Templates[v.Platform],
		Holds: made.validVersions, Back: v.Labels.Back, Pages: map[string]native.Screen{},
		Covers: made.listCovered(v.Platform), Shown: made.listFirstLayer(v.Platform),
	}
	if document.Screen, err = native.ReadScreen(screens, "nod-ask"); err != nil {
		return nil, err
	}
	if document.Basic, err = native.ReadScreen(screens, "nod-basic"); err != nil {
		return nil, err
	}
	for _, page := range append(document.Links(), document.Basic.Links()...) {
		if document.Pages[page], err = makeNativePage(made, v, page); err != nil {
			return nil, fmt.Errorf("page %s: %w", page, err)
		}
	}
	if content, err = document.Encode(); err != nil {
		return nil, err
	}
	made.record(ledger.Presentation{
		Kind: ledger.Native, Policy: v.Policy, Language: v.Language, HTML: string(content), Shown: document.Shown,
	})
	return content, nil
}

// makeNativePage reads what a link of the first layer leads to. Of a list it has what concerns the platform.
func makeNativePage(made *Site, v widget.LaunchView, page string) (native.Screen, error) {
	if page == "policy" {
		language := ""
		if _, isTranslated := made.CurrentPolicy().FullText[v.Language]; !isTranslated && v.Language != made.Language() {
			language = made.Language()
		}
		return native.ReadPage(made.FullText(v.Policy, v.Language), language)
	}
	id := strings.TrimPrefix(page, "lists/")
	list, ok := widget.ListOf(id, made.Site, made.CurrentPolicy(), v.Language, v.Words)
	if !ok {
		return native.Screen{}, fmt.Errorf("there is no list %q", id)
	}
	list.Filter = widget.Filter{Platform: string(v.Platform)}.LimitTo(list)
	html, err := prerender.HTML(&list)
	if err != nil {
		return native.Screen{}, err
	}
	return native.ReadPage(html, "")
}

// listCovered lists what agreeing to the first layer grants on a platform: neither what is required nor what is
// separate.
func (s *Site) listCovered(platform policy.Platform) []native.Covered {
	covered := []native.Covered{}
	for _, p := range s.Forms[s.Current].OnPlatform(platform).Purposes {
		if !p.Required && !p.Separate && !p.PerCase {
			covered = append(covered, native.Covered{ID: p.ID, Hash: p.Hash})
		}
	}
	return covered
}

// listValidVersions lists the earlier versions whose answers still stand: nothing material changed since.
func listValidVersions(s *policy.Site) []string {
	versions := append(slices.Clone(s.Past()), s.CurrentPolicy())
	standing := []string{}
	for i := len(versions) - 1; i > 0; i-- {
		if diff.Compare(s, versions[i-1], versions[i]).Class() == policy.Material {
			break
		}
		standing = append([]string{versions[i-1].Version}, standing...)
	}
	return standing
}
