package policy

// What a policy has beside its purposes: the register of permissions, SDKs, recipients, rights and rules that a person
// can look up, and that other parts of the program read. Texts in the original's language are the policy's own words.
// An empty text is a gap in the policy, and is shown as one.

// Definition is a term that the policy defines.
type Definition struct {
	Term Text `yaml:"term"` // the word
	Text Text `yaml:"text"` // what the policy means by it
}

// DataKind is a kind of data by which lists are filtered. An entry has it if its data, in the original's language, have
// one of the words.
type DataKind struct {
	ID    string   `yaml:"id"`    // a-z, 0-9 and "-"
	Name  Text     `yaml:"name"`  // what visitors call it
	Words []string `yaml:"words"` // that name it in the original
}

// Collected is one kind of occasion on which data are collected (认定方法 二; the first list of the 双清单).
type Collected struct {
	ID         string `yaml:"id"`         // a-z, 0-9 and "-"
	Name       Text   `yaml:"name"`       // the occasion or function
	Data       []Text `yaml:"data"`       // kinds of data
	Use        Text   `yaml:"use"`        // what for
	Refusal    Text   `yaml:"refusal"`    // what refusing costs
	Sensitive  bool   `yaml:"sensitive"`  // sensitive personal information (PIPL 28)
	Enterprise bool   `yaml:"enterprise"` // the enterprise is the controller, and decides
	Purpose    string `yaml:"purpose"`    // id of the purpose that is asked for it; "" if no purpose is asked for it
	Section    string `yaml:"section"`    // id of the section that describes it
	Stores     Stores `yaml:"stores"`     // what the forms of app stores ask about it
}

// Permission is a permission of the device's system that an app asks for.
type Permission struct {
	ID        string     `yaml:"id"`        // as the app's host names it
	Name      Text       `yaml:"name"`      // what visitors call it
	Use       Text       `yaml:"use"`       // what for
	Refusal   Text       `yaml:"refusal"`   // what refusing costs: never the app as a whole
	Claimed   Text       `yaml:"said"`      // the policy's claim about refusing, if it claims more than is true
	Data      []Text     `yaml:"data"`      // kinds of data
	Purpose   string     `yaml:"purpose"`   // id of the purpose that is asked for it
	Platforms []Platform `yaml:"platforms"` // where it is asked for; all if none is named
}

// SDK is a third party's software in an app, on one platform. An SDK on several platforms has an entry for each, with
// the same id and the same purpose.
type SDK struct {
	ID         string   `yaml:"id"`         // entries of one id share a row of the list
	Platform   Platform `yaml:"platform"`   // android, ios or harmony
	Name       Text     `yaml:"name"`       // of the software
	Provider   Text     `yaml:"provider"`   // the company
	Data       Text     `yaml:"data"`       // kinds of personal information, or that it takes no data
	Use        Text     `yaml:"use"`        // what for
	Scene      Text     `yaml:"scene"`      // when it is used
	Collection Text     `yaml:"collection"` // how it collects
	Policy     string   `yaml:"policy"`     // address of its privacy policy
	Home       string   `yaml:"home"`       // address of its home page
	Purpose    string   `yaml:"purpose"`    // id of the purpose whose grant lets it start

	// NoData says that it takes no personal information. It has no purpose, and starts without consent.
	NoData bool `yaml:"no_data"`

	Abroad bool `yaml:"abroad"` // the data leave the country (PIPL 38, 39)
}

// Recipient is a person or company that receives data, or a kind of them (PIPL 21 to 23; the second list of the 双清单).
type Recipient struct {
	ID        string        `yaml:"id"`        // a-z, 0-9 and "-"
	Name      Text          `yaml:"name"`      // the person, the company or the kind of them
	Kind      RecipientKind `yaml:"kind"`      // what it is to the controller
	Data      []Text        `yaml:"data"`      // kinds of data
	Use       Text          `yaml:"use"`       // what for
	Condition Text          `yaml:"condition"` // when, and under which safeguards
	Purpose   string        `yaml:"purpose"`   // id of the purpose that is asked for it; "" if the law requires none
	Section   string        `yaml:"section"`   // id of the section that describes it
	Abroad    bool          `yaml:"abroad"`    // the data leave the country (PIPL 38, 39)
}

// RecipientKind is what a recipient is to the controller.
type RecipientKind string

// The kinds of recipients.
const (
	Affiliate   RecipientKind = "affiliate"   // a company of the same group, with purposes of its own
	Processor   RecipientKind = "processor"   // works on instruction (PIPL 21)
	Independent RecipientKind = "independent" // uses data independently (PIPL 23)
	Enterprise  RecipientKind = "enterprise"  // the person's own employer
	Successor   RecipientKind = "successor"   // after a merger or a division (PIPL 22)
	Authority   RecipientKind = "authority"
	Public      RecipientKind = "public" // publication (PIPL 25)
)

// Keeping is how data are stored and protected.
type Keeping struct {
	Place        Text   `yaml:"place"`         // where data are stored
	Abroad       Text   `yaml:"abroad"`        // of those who use the service outside that place
	Term         Text   `yaml:"term"`          // how long
	Security     Text   `yaml:"security"`      // how they are protected
	Certificates []Text `yaml:"certificates"`  // of security
	Incident     Text   `yaml:"incident"`      // how people are notified of an incident
	IncidentDays int    `yaml:"incident_days"` // by when at the latest, in calendar days
	Closure      Text   `yaml:"closure"`       // what happens at the end of service
	ClosureDays  int    `yaml:"closure_days"`  // how long before it is announced, in calendar days
}

// Right is something that a person can ask for.
type Right struct {
	// ID is access, copy, transfer, correct, delete, restrict, explain, leave, cancel, withdraw or complain.
	ID   string `yaml:"id"`
	Name Text   `yaml:"name"` // what visitors call it
	How  Text   `yaml:"how"`  // how to use it
}

// Requests is how a person uses the rights.
type Requests struct {
	Channels     []Channel `yaml:"channels"`     // ways to reach the controller
	Identity     Text      `yaml:"identity"`     // how the identity of the person is checked
	AnswerDays   int       `yaml:"answer_days"`  // after that check, in calendar days
	ContactDays  int       `yaml:"contact_days"` // for anything else, in working days
	Fee          Text      `yaml:"fee"`          // what it costs
	Refusal      Text      `yaml:"refusal"`      // which requests can be refused
	Unanswerable []Text    `yaml:"unanswerable"` // which the law exempts
	Grounds      []Ground  `yaml:"grounds"`      // each reason of refusal and unanswerable by itself; a refusal names one
}

// Channel is one way to reach the controller.
type Channel struct {
	ID   string `yaml:"id"`   // a-z, 0-9 and "-"
	Name Text   `yaml:"name"` // what visitors call it
	To   Text   `yaml:"to"`   // address, number or path of menus
}

// Change is one kind of material change of a policy.
type Change struct {
	Kind ChangeKind `yaml:"kind"` // of the change
	Text Text       `yaml:"text"` // what the policy says of it
}

// ChangeKind is the kind of a material change.
type ChangeKind string

// The kinds of material changes.
const (
	ChangeProcessing ChangeKind = "processing" // purposes, kinds of data, ways of use
	ChangeOwnership  ChangeKind = "ownership"
	ChangeRecipients ChangeKind = "recipients"
	ChangeRights     ChangeKind = "rights"
	ChangeContact    ChangeKind = "contact"
	ChangeRisk       ChangeKind = "risk" // an assessment shows a high risk
)

// Minors are the rules for minors.
type Minors struct {
	Child    int  `yaml:"child"`    // under this age a guardian decides (PIPL 31), in years
	Adult    int  `yaml:"adult"`    // from this age no guardian is asked, in years
	Text     Text `yaml:"text"`     // the rule
	Evidence Text `yaml:"evidence"` // what shows a guardian's consent

	Methods []Method `yaml:"methods"` // the ways to show it; any if none is named
}
