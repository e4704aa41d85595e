package site

import (
	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/widget"
	"github.com/nod-consent/nod/web/prerender"
)

// moreConfig is what more.js carries beside its program: Dialog in config.ts of web/loader.
type moreConfig struct {
	HTML         string `json:"html"`
	CSS          string `json:"css"`
	Presentation string `json:"presentation"`
	Saved        string `json:"saved"`
	Notice       string `json:"notice"` // shows it
	Reload       string `json:"reload"`
	Placeholder  string `json:"placeholder"` // file of the script that draws placeholders
	Native       string `json:"native"`
}

// makeMore returns the address of the second half of consent.js, relative to the script's own base.
func (b *Builder) makeMore(made *Site, view widget.View) (string, error) {
	dialog, err := prerender.HTML(&widget.Dialog{View: view})
	if err != nil {
		return "", err
	}
	config := moreConfig{HTML: dialog, Saved: view.Words.Saved, Native: b.Assets.File("native.js")}
	if config.Notice, err = prerender.HTML(&widget.SavedNotice{View: view}); err != nil {
		return "", err
	}
	if config.Reload, err = prerender.HTML(&widget.ReloadNotice{View: view}); err != nil {
		return "", err
	}
	if config.Placeholder, err = b.makePlaceholders(made, view); err != nil {
		return "", err
	}
	if config.CSS, err = ReadShadowStyles("shades.css", "dialog.css", "centre.css"); err != nil {
		return "", err
	}
	config.Presentation = made.record(ledger.Presentation{
		Kind: ledger.Preferences, Language: view.Language, HTML: dialog, Shown: made.listPreferences(policy.Web),
	})
	literal, err := marshalLiteral(config)
	if err != nil {
		return "", err
	}
	script, err := b.Scripts.More(literal)
	if err != nil {
		return "", err
	}
	return "assets/" + b.Assets.addScript("more.js", script), nil
}

// placeholderConfig is what the script that draws placeholders carries beside its program: Card in config.ts of
// web/loader.
type placeholderConfig struct {
	HTML  string            `json:"html"`
	CSS   string            `json:"css"`
	Names map[string]string `json:"names"` // of purposes and services, as they read in a list

	Separator string `json:"separator"` // between names
	Service   string `json:"service"`   // after the purposes, with {service}
}

// makePlaceholders returns the file of the script that draws placeholders, which is beside more.js.
func (b *Builder) makePlaceholders(made *Site, view widget.View) (string, error) {
	words := view.Words
	config := placeholderConfig{Names: map[string]string{}, Separator: words.ListSeparator,
		Service: words.PlaceholderService}
	for _, p := range view.Purposes {
		config.Names[p.ID] = words.ListItem(p.Name)
		for _, s := range p.Services {
			config.Names[s.ID] = words.ListItem(s.Name)
		}
	}
	var err error
	if config.HTML, err = prerender.HTML(&widget.Placeholder{View: view}); err != nil {
		return "", err
	}
	if config.CSS, err = ReadShadowStyles("colours.css", "shades.css", "placeholder.css"); err != nil {
		return "", err
	}
	config.CSS += made.Theme.CSS()
	literal, err := marshalLiteral(config)
	if err != nil {
		return "", err
	}
	script, err := b.Scripts.Placeholder(literal)
	if err != nil {
		return "", err
	}
	return b.Assets.addScript("placeholder.js", script), nil
}
