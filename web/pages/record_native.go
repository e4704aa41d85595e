package pages

import (
	"fmt"
	"html/template"
	"maps"
	"slices"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/web/native"
)

// nativeScreen is one screen that an app drew, for the template native-screen.
type nativeScreen struct {
	ID string // what opens it; "" for the first layer
	native.Screen
}

// drawNative writes the words that an app drew as HTML again.
func (p *recordPage) drawNative(presentation ledger.Presentation) error {
	document, err := native.Parse([]byte(presentation.HTML))
	if err != nil {
		return fmt.Errorf("presentation %s: %w", presentation.Hash, err)
	}
	p.Note = fmt.Sprintf("It was %s. The app drew them with its own code (%s).", ledger.DrawnNatively, document.Template)
	first, err := execute("native-screen", nativeScreen{"", document.Screen})
	if err != nil {
		return err
	}
	p.Presentation = template.HTML(first)
	var rest []byte
	for _, id := range slices.Sorted(maps.Keys(document.Pages)) {
		page, err := execute("native-screen", nativeScreen{id, document.Pages[id]})
		if err != nil {
			return err
		}
		rest = append(rest, page...)
	}
	p.Texts = template.HTML(rest)
	return nil
}
