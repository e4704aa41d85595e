//go:build !js

package load

// Level is how much a finding matters.
type Level string

// The levels, from the most serious.
const (
	Error   Level = "error"   // the site can't be served
	Warning Level = "warning" // it breaks a rule, and the files can be corrected
	Note    Level = "note"    // its author should know: the policy's text and the program differ, for example
)

// Rule is a rule of assets/docs/rules.md, with its source.
type Rule struct{ ID, Source string }

// The rules that files are checked by. Those without an id are not in assets/docs/rules.md.
var (
	RuleConsentByUse = Rule{"C-04", "GDPR 4(11), PIPL 14"}
	RuleRefusal      = Rule{"C-05", "PIPL 16"}
	RuleReask        = Rule{"C-06", "条例 22, CNIL"}
	RuleNotice       = Rule{"C-08", "PIPL 17"}
	RuleBlock        = Rule{"C-12", "ePrivacy 5(3)"}
	RuleSeparate     = Rule{"C-14", "PIPL 23, 25, 29, 39"}
	RuleSensitive    = Rule{"C-15", "PIPL 30"}
	RuleBiometrics   = Rule{"C-16", "人脸识别技术应用安全管理办法 10"}
	RulePermission   = Rule{"C-19", "PIPL 16"}
	RuleSDK          = Rule{"C-20", "26号"}
	RuleSDKStart     = Rule{"C-21", "26号"}
	RuleCollected    = Rule{"C-22", "26号"}
	RuleChild        = Rule{"C-23", "PIPL 31"}
	RuleMessaging    = Rule{"C-27", "PIPL 24, ePrivacy 13"}
	RuleChange       = Rule{"C-28", "PIPL 17, GDPR 13(3)"}
	RuleRights       = Rule{"C-31", "PIPL 44 to 50"}
	RuleAnswerTime   = Rule{"C-32", "PIPL 50"}
	RuleSignal       = Rule{"C-38", "GPC"}
	RuleDefault      = Rule{"C-41", "GDPR 4(11)"}
	RuleContrast     = Rule{"C-45", "WCAG 2.2, 1.4.3"}
	RuleDeclared     = Rule{"C-52", "ePrivacy 5(3)"}
	RuleBasis        = Rule{"C-53", "PIPL 13, GDPR 6"}
	RuleClosure      = Rule{"C-55", "PIPL 47"}
	RuleIncident     = Rule{"C-56", "PIPL 57"}
	RuleTerms        = Rule{"C-57", "CNIL"}
	RuleSecure       = Rule{"", "RFC 6265bis 4.1.2.5"}
	RuleTranslation  = Rule{"", "PIPL 17"}
	RuleSummary      = Rule{"C-08", "PIPL 7, 17"}
	RuleRegister     = Rule{"C-18", "26号"}
	RulePromise      = Rule{"", "PIPL 7"}
	RuleNone         = Rule{}
)
