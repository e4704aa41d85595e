package policy

// Theme is a site's own design. What it does not set has the default. Colours are CSS colours
// (https://www.w3.org/TR/css-color-4/): hexadecimal, named, or a function of numbers.
type Theme struct {
	Palette `yaml:",inline"`
	Radius  string  `yaml:"radius"` // of buttons and boxes: "0", or in px, em or rem
	Font    string  `yaml:"font"`   // family names, with commas between
	Dark    Palette `yaml:"dark"`   // where the visitor prefers dark colours
}

// Palette is the colours of a theme.
type Palette struct {
	Background string `yaml:"background"` // behind text
	Text       string `yaml:"text"`       // of text
	TextSoft   string `yaml:"text_soft"`  // of less important text
	Line       string `yaml:"line"`       // around buttons and switches
	Rule       string `yaml:"rule"`       // between parts
	Choice     string `yaml:"choice"`     // of the buttons that answer, with text as the background; else as text
	Button     string `yaml:"button"`     // behind the text of other buttons; derived from the accent
	Page       string `yaml:"page"`       // behind the cards of a page
	Accent     string `yaml:"accent"`     // links, switches that are on, what has the focus
	OnAccent   string `yaml:"on_accent"`  // the knob of a switch that is on; derived from the accent
}
