package widget

// LaunchWords are the interface's own words on the screens of the first launch.
type LaunchWords struct {
	Agree         string `yaml:"agree"`
	Disagree      string `yaml:"disagree"`
	Rights        string `yaml:"rights"`
	Covers        string `yaml:"covers"`
	RequiredNames string `yaml:"required_names"` // with {names} of the required purposes
	Starts        string `yaml:"starts"`         // before the names of the SDKs that start also after a refusal
	StartsNone    string `yaml:"starts_none"`
	AskedLater    string `yaml:"asked_later"` // with {count}
	FullPolicy    string `yaml:"full_policy"`
	Back          string `yaml:"back"`
	Basic         string `yaml:"basic"`
	BasicText     string `yaml:"basic_text"`
	BasicNone     string `yaml:"basic_none"` // if the policy does not list what works
	ContinueBasic string `yaml:"continue_basic"`
	ReadAgain     string `yaml:"read_again"`

	Age           string `yaml:"age"`
	AgeText       string `yaml:"age_text"`
	Child         string `yaml:"child"` // with {child}
	Teen          string `yaml:"teen"`  // with {child} and {last}
	Adult         string `yaml:"adult"` // with {adult}
	Guardian      string `yaml:"guardian"`
	ChildNotice   string `yaml:"child_notice"` // with {child}
	TeenNotice    string `yaml:"teen_notice"`  // with {child} and {last}
	Method        string `yaml:"method"`
	DefaultMethod string `yaml:"default_method"` // the only method of a guardian if the policy lists none
	Day           string `yaml:"day"`
	Reference     string `yaml:"reference"`
	NoNames       string `yaml:"no_names"` // what the number is for
	Consents      string `yaml:"consents"`
	Declines      string `yaml:"declines"`

	SystemPermission string            `yaml:"system_permission"`
	States           map[string]string `yaml:"states"` // of a system permission: granted, denied, prompt, unknown
	Settings         string            `yaml:"settings"`
	ChangeLater      string            `yaml:"change_later"` // where a visitor changes the answer later
	LockedBy         string            `yaml:"locked_by"`    // with {name} of the enterprise
	Menu             string            `yaml:"menu"`
	SeparateConsents string            `yaml:"separate_consents"`
	Granted          string            `yaml:"granted"`
	Denied           string            `yaml:"denied"`
	Unasked          string            `yaml:"unasked"`
	DecidedBy        string            `yaml:"decided_by"` // with {name} of the enterprise
	PolicyChanged    string            `yaml:"policy_changed"`
	ReadNewVersion   string            `yaml:"read_new_version"`
}
