package policy

// FirstLaunch says how an app asks when it is first started.
type FirstLaunch struct {
	// Age makes the app ask whether the person is a child, a minor or an adult (the policy's minors), and for a guardian's
	// consent if it is needed. The app stores the answer; a decision that grants names the age group.
	Age bool `yaml:"age"`

	// Origins are those of the app's own pages, which run from a bundle and send decisions. An app can have its own
	// scheme.
	Origins []string `yaml:"origins"`

	// Tenants are the ids of the enterprises that can manage the app for their members. A decision can name no other.
	Tenants []string `yaml:"tenants"`
}

// AsksAge reports whether the app asks for the age: if the site says so, and the policy has ages.
func (s *Site) AsksAge(p *Policy) bool { return s.FirstLaunch.Age && p.Minors.Child > 0 }

// Launch is the first layer in an app: what everybody reads before anything else runs there. A text that is not given
// is the notice's.
type Launch struct {
	Title  Text   `yaml:"title"`  // of the first screen
	Text   Text   `yaml:"text"`   // what the app does, and with which data, in two or three plain sentences
	Rights []Text `yaml:"rights"` // the rights that matter most, each in a sentence; they are emphasised
	Basic  []Text `yaml:"basic"`  // what works without consent
}

// Method is one way to show that a guardian consented.
type Method struct {
	ID   string `yaml:"id"`   // as a decision names it
	Name Text   `yaml:"name"` // what people call it
}
