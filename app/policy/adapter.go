package policy

// Adapter passes the answers to a tool on the page. A site names the adapters that it needs: its script has no others.
type Adapter struct {
	Name AdapterName `yaml:"name" json:"-"` // of the tool

	// Signals maps the signals of Google's Consent Mode to the purposes that they need. All other signals stay denied.
	Signals map[string][]string `yaml:"signals" json:"signals,omitempty"`
	// WaitForUpdate is how long tags wait for the answer, 0 to 10000 ms.
	WaitForUpdate int `yaml:"wait_for_update" json:"wait,omitempty"`
	// Regions are where signals of Consent Mode are granted before visitors answer.
	Regions []AdapterRegion `yaml:"regions" json:"regions,omitempty"`

	// Purposes are those that must be granted for Matomo or Clarity. The answers to all others do not matter.
	Purposes []string `yaml:"purposes" json:"purposes,omitempty"`

	// Variable is the name of the array that the data layer's events are pushed to.
	Variable string `yaml:"variable" json:"variable,omitempty"`
}

// AdapterRegion is a default of Consent Mode for some regions.
type AdapterRegion struct {
	In      []string `yaml:"in" json:"in"`           // ISO 3166-2, such as "US" or "US-CA"
	Granted []string `yaml:"granted" json:"granted"` // signals
}

// AdapterName names an adapter.
type AdapterName string

// The adapters.
const (
	AdapterConsentMode AdapterName = "google-consent-mode" // Google Consent Mode v2
	AdapterDataLayer   AdapterName = "data-layer"          // an event in an array, as tag managers read it
	AdapterMatomo      AdapterName = "matomo"              // Matomo's consent calls
	AdapterClarity     AdapterName = "clarity"             // Microsoft Clarity's consent call
)

// AdapterNames lists all adapters.
var AdapterNames = []AdapterName{AdapterConsentMode, AdapterDataLayer, AdapterMatomo, AdapterClarity}

// ConsentSignals are the signals of Google Consent Mode v2
// (https://developers.google.com/tag-platform/security/concepts/consent-mode).
var ConsentSignals = []string{
	"ad_storage", "ad_user_data", "ad_personalization", "analytics_storage",
	"functionality_storage", "personalization_storage", "security_storage",
}
