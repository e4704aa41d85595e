package widget

// OwnWords are the interface's own words on the page with the records of the visitor's own choices.
type OwnWords struct {
	Title     string `yaml:"title"`
	Home      string `yaml:"home"` // what the privacy home says of the page
	Lead      string `yaml:"lead"`
	OtherHost string `yaml:"other_host"` // the key is in the browser, on another website
	Wrong     string `yaml:"wrong"`      // a key that opens nothing
	Open      string `yaml:"open"`       // a button
	Count     string `yaml:"count"`      // with {n} records
	First     string `yaml:"first"`      // with {n} records, of which there are more
	Download  string `yaml:"download"`   // a button
	File      string `yaml:"file"`       // what the file is good for
	Change    string `yaml:"change"`     // how to withdraw or delete where this page cannot
	Ask       string `yaml:"ask"`        // a link to the requests on everything else
	Platform  string `yaml:"platform"`
}
