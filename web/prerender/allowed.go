package prerender

import "strings"

// What may be written. The lists hold what pages of forms and texts are made of; nothing that runs, loads a document or
// changes how the page is read is in them.

const svgNamespace = "http://www.w3.org/2000/svg"

type elementKind int

const (
	unknown      elementKind = iota
	normal       elementKind = iota // has contents and an end tag
	void                            // has neither: https://html.spec.whatwg.org/multipage/syntax.html#void-elements
	preformatted                    // normal, and the parser drops a line feed right after the start tag
	graphic                         // of SVG
)

var elements = index(map[elementKind]string{
	normal: `a abbr address article aside b bdi bdo blockquote button caption cite code colgroup data datalist dd del
		details dfn dialog div dl dt em fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup i ins kbd
		label legend li main mark menu meter nav ol optgroup option output p progress q rp rt ruby s samp search section
		select small span strong sub summary sup table tbody td tfoot th thead time tr u ul var`,
	void:         `br col hr img input wbr`,
	preformatted: `pre textarea`,
	graphic:      `svg path circle g`,
})

type attributeRule int

const (
	text     attributeRule = iota + 1 // any string
	boolean                           // there if true; go-app's client sets a property of that name
	presence                          // there if true; go-app's client sets the attribute, which is on whatever its value
	address                           // a URL that is loaded or posted to
	link                              // a URL that a visitor follows
	drawing                           // of SVG: numbers, shapes, colours
)

// aria-* and data-* are text too.
var attributeRules = index(map[attributeRule]string{
	text: `abbr accept accept-charset accesskey alt autocapitalize autocomplete class cols colspan datetime decoding dir
		dirname download draggable enctype enterkeyhint for form formenctype formmethod formtarget headers height high
		hreflang id inputmode label lang list loading low max maxlength method min minlength name optimum pattern
		placeholder popover popovertarget popovertargetaction referrerpolicy rel role rows rowspan scope size span
		spellcheck start step tabindex target title translate type value width wrap`,
	boolean:  `autofocus checked disabled hidden multiple open readonly required reversed selected`,
	presence: `formnovalidate inert novalidate`,
	address:  `action cite formaction src`,
	link:     `href`,
	drawing: `clip-rule cx cy d fill fill-opacity fill-rule focusable opacity r stroke stroke-dasharray stroke-linecap
		stroke-linejoin stroke-opacity stroke-width transform viewBox`,
})

func index[K comparable](lists map[K]string) map[string]K {
	kinds := make(map[string]K)
	for kind, list := range lists {
		for _, name := range strings.Fields(list) {
			kinds[name] = kind
		}
	}
	return kinds
}

func notInName(c rune) bool {
	return !('a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '-')
}

func notInDrawing(c rune) bool {
	return !('A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || strings.ContainsRune(" .,#%()+-", c))
}
