package policy

// FirstLaunch says how an app asks when it is first started.
type FirstLaunch struct {
	// Age has the app ask whether who agrees is a child, under age or adult (Policy.Minors), and of a guardian's consent where one is
	// needed. The age itself stays with the app.
	Age bool `yaml:"age"`

	// Origins are those of the app's own pages, which run from a bundle and send decisions as Site.Origins do. An app may have a scheme of
	// its own ("nod-app://example").
	Origins []string `yaml:"origins"`
}

// AsksAge says whether the app asks who agrees how old they are: where the site wants that, and the policy has ages.
func (s *Site) AsksAge(p *Policy) bool { return s.FirstLaunch.Age && p.Minors.Child > 0 }

// Launch is the first layer in an app: what everybody reads before anything else runs there. Where a text is not given, the notice's
// stands in its place.
type Launch struct {
	Title  Text   `yaml:"title"`
	Text   Text   `yaml:"text"`   // what the app does, and with which data, in two or three plain sentences
	Rights []Text `yaml:"rights"` // the rights that matter most, each in a sentence; they are emphasised
	Basic  []Text `yaml:"basic"`  // what works for whoever does not agree
}

// Method is one way to show that a guardian consented.
type Method struct {
	ID   string `yaml:"id"`
	Name Text   `yaml:"name"`
}
