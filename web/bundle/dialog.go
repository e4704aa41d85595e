package bundle

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/nod-consent/nod/app/declarations"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/web/native"
	"github.com/nod-consent/nod/web/site"
)

// Dialogs makes the first layers of apps that a platform draws: with the words of native.json, and links to the server.
func Dialogs(
	ctx context.Context, loaded *policy.Site, server, language string,
) (map[policy.Platform]*declarations.Dialog, error) {
	made, _, err := buildOffline(ctx, loaded, server)
	if err != nil {
		return nil, err
	}
	loc, ok := made.Localized[language]
	if !ok {
		return nil, fmt.Errorf("site %s has no language %q, only %s", made.ID, language,
			strings.Join(slices.Concat(made.Site.Languages, made.Site.Interface), ", "))
	}
	addresses := site.ServedAddresses(strings.TrimSuffix(server, "/"))
	dialogs := map[policy.Platform]*declarations.Dialog{}
	for _, platform := range AppPlatforms {
		launch := loc.FirstLaunches[platform]
		document, err := native.Parse(launch.Native)
		if err != nil {
			return nil, err
		}
		r := dialogReader{covers: launch.View.Labels.Covers, address: func(page string) string {
			return addresses.Page(site.PageLink{Site: made.ID, Path: page, Language: language})
		}}
		dialogs[platform] = r.read(document)
	}
	return dialogs, nil
}

// dialogReader makes a dialog of a first layer.
type dialogReader struct {
	covers  string // how the line begins that says what agreeing grants
	address func(page string) string
	dialog  declarations.Dialog
}

// read unfolds what is folded: a dialog can't fold. It leaves out what agreeing grants, because a platform's yes grants
// nothing optional: that is asked later.
func (r *dialogReader) read(d native.Document) *declarations.Dialog {
	r.dialog.Version = d.Policy
	if len(d.Holds) > 0 {
		r.dialog.Version = d.Holds[0]
	}
	for _, b := range d.Buttons {
		switch b.Do {
		case "agree":
			r.dialog.Agree = b.Text
		case "disagree":
			r.dialog.Disagree = b.Text
		}
	}
	r.add(d.Blocks)
	return &r.dialog
}

func (r *dialogReader) add(blocks []native.Block) {
	for _, b := range blocks {
		part := declarations.Part{Text: strings.TrimSpace(b.Mark + " " + b.String())}
		switch {
		case b.Type == native.More && strings.HasPrefix(part.Text, r.covers):
			r.add(slices.DeleteFunc(slices.Clone(b.Blocks), func(b native.Block) bool { return b.Type == native.Item }))
			continue
		case b.Type == native.Title && r.dialog.Title == "":
			r.dialog.Title = part.Text
			continue
		case b.Type == native.Link:
			part.Address = r.address(b.Page)
		}
		r.dialog.Parts = append(r.dialog.Parts, part)
		r.add(b.Blocks)
	}
}
