package widget

// DeskWords are the interface's own words on the pages for persons' requests.
type DeskWords struct {
	Title string `yaml:"title"`
	Home  string `yaml:"home"` // what the privacy home says of the page
	Lead  string `yaml:"lead"`

	Ask         string            `yaml:"ask"`
	Kinds       map[string]string `yaml:"kinds"`        // names, by kind
	Gets        map[string]string `yaml:"gets"`         // what a person gets, by kind
	AnswerTerm  string            `yaml:"answer_term"`  // with {n} calendar days
	ContactTerm string            `yaml:"contact_term"` // with {n} working days
	OuterTerm   string            `yaml:"outer_term"`   // the same, for what has both terms
	Check       string            `yaml:"check"`        // how it is checked who asks
	CheckText   string            `yaml:"check_text"`
	NoCheck     string            `yaml:"no_check"`
	Text        string            `yaml:"text"`
	TextHint    string            `yaml:"text_hint"`
	Contact     string            `yaml:"contact"`
	ContactHint string            `yaml:"contact_hint"` // with {n} days until it is erased
	Tenant      string            `yaml:"tenant"`
	TenantHint  string            `yaml:"tenant_hint"`
	Browser     string            `yaml:"browser"` // prove with the browser's secret
	Send        string            `yaml:"send"`
	Failed      string            `yaml:"failed"`   // before a failure
	Failures    map[string]string `yaml:"failures"` // by the field that is wrong; "again" for all others

	Status      string            `yaml:"status"` // with {reference}
	StatusLink  string            `yaml:"status_link"`
	Received    string            `yaml:"received"`
	States      map[string]string `yaml:"states"`
	Due         string            `yaml:"due"`          // with {date}
	DueUnknown  string            `yaml:"due_unknown"`  // with {n} working days
	Overdue     string            `yaml:"overdue"`      // with {date}
	Prove       string            `yaml:"prove"`        // with {date}
	AnswerClock string            `yaml:"answer_clock"` // follows it where no day is promised yet
	LapsedText  string            `yaml:"lapsed_text"`
	Outcomes    map[string]string `yaml:"outcomes"`
	Ground      string            `yaml:"ground"`
	Letter      string            `yaml:"letter"`
	Fee         string            `yaml:"fee"`
	Appeal      string            `yaml:"appeal"`
	AppealText  string            `yaml:"appeal_text"` // authority and court
	Withdraw    string            `yaml:"withdraw"`    // a button
	Receipts    string            `yaml:"receipts"`
	ReceiptText string            `yaml:"receipt_text"`
	Events      map[string]string `yaml:"events"` // by type
	Step        string            `yaml:"step"`   // with {event}: what a checked receipt proves
	Logged      string            `yaml:"logged"` // with {time}, {n} and {all}
	Case        string            `yaml:"case"`   // before the request's id
	Erased      string            `yaml:"erased"`
	Zone        string            `yaml:"zone"`    // with {zone} of the dates
	Unknown     string            `yaml:"unknown"` // a link to no request
}
