package widget

// ListWords are the lists' own words.
type ListWords struct {
	Incidents   ListTitle `yaml:"incidents"`
	Collected   ListTitle `yaml:"collected"`
	Shared      ListTitle `yaml:"shared"`
	SDKs        ListTitle `yaml:"sdks"`
	Permissions ListTitle `yaml:"permissions"`
	Purposes    ListTitle `yaml:"purposes"`
	Rights      ListTitle `yaml:"rights"`
	Keeping     ListTitle `yaml:"keeping"`
	Terms       ListTitle `yaml:"terms"`
	Rules       RuleWords `yaml:"rules"`

	Lists             string            `yaml:"lists"` // names the links between them
	Search            string            `yaml:"search"`
	Platform          string            `yaml:"platform"`
	Kind              string            `yaml:"kind"`
	AnyValue          string            `yaml:"any_value"` // the filter is off
	Show              string            `yaml:"show"`
	Sort              string            `yaml:"sort"`
	ByGroup           string            `yaml:"by_group"` // orders: by provider
	ByName            string            `yaml:"by_name"`
	ByPolicy          string            `yaml:"by_policy"` // as in the policy
	OnlyGaps          string            `yaml:"only_gaps"` // filters, as the next two
	OnlySensitive     string            `yaml:"only_sensitive"`
	OnlyAbroad        string            `yaml:"only_abroad"`
	Missing           string            `yaml:"missing"` // with {label}
	More              string            `yaml:"more"`    // opens the rest of an entry
	Name              string            `yaml:"name"`    // heads the names of a table
	Tags              string            `yaml:"tags"`    // heads the short labels in a file
	Download          string            `yaml:"download"`
	FoundCount        string            `yaml:"found_count"`  // with {shown} and {all}
	JoinedCount       string            `yaml:"joined_count"` // with {rows}, {shown} and {all}, for rows that join entries
	NoMatch           string            `yaml:"no_match"`
	ShowAll           string            `yaml:"show_all"`
	Gap               string            `yaml:"gap"` // the policy does not state it
	Use               string            `yaml:"use"`
	Scene             string            `yaml:"scene"`
	Method            string            `yaml:"method"` // of collection
	Policy            string            `yaml:"policy"` // of the provider
	Home              string            `yaml:"home"`
	Condition         string            `yaml:"condition"`
	Claimed           string            `yaml:"claimed"` // the policy's claim, if it claims more than is true
	Necessity         string            `yaml:"necessity"`
	Effect            string            `yaml:"effect"`
	Instead           string            `yaml:"instead"`
	Sensitive         string            `yaml:"sensitive"`
	Separate          string            `yaml:"separate"`
	Example           string            `yaml:"example"`            // of an invented cookie, host or service
	EnterpriseDecides string            `yaml:"enterprise_decides"` // the enterprise is the controller
	Platforms         map[string]string `yaml:"platforms"`          // by id
	Kinds             map[string]string `yaml:"recipients"`         // of recipients, by id
}

// ListTitle is the title of a list, and one sentence on what it contains.
type ListTitle struct {
	Short string `yaml:"short"` // in the strip of links
	Title string `yaml:"title"`
	Intro string `yaml:"intro"`
}
