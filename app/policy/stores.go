package policy

// Stores is what the forms of app stores ask about an occasion of collecting data. A policy says it in words; the forms
// want it as one of a few values. No visitor sees it.
type Stores struct {
	Types  []DataType `yaml:"types"`  // kinds of data
	Uses   []DataUse  `yaml:"uses"`   // what for
	Linked *bool      `yaml:"linked"` // the data are linked with the person's identity; nil: the policy does not say
	Shared *bool      `yaml:"shared"` // third parties receive them for purposes of their own, other than processors
}

// IsGiven reports whether an occasion says anything of it.
func (s Stores) IsGiven() bool {
	return len(s.Types) > 0 || len(s.Uses) > 0 || s.Linked != nil || s.Shared != nil
}

// DataType is a type of data that stores distinguish.
type DataType string

// The types of data.
const (
	DataName            DataType = "name"
	DataEmail           DataType = "email"
	DataPhone           DataType = "phone"
	DataAddress         DataType = "address"
	DataUserID          DataType = "user-id"
	DataIDNumber        DataType = "id-number" // of an identity card
	DataBiometrics      DataType = "biometrics"
	DataPayment         DataType = "payment"
	DataPurchases       DataType = "purchases"
	DataPreciseLocation DataType = "precise-location"
	DataCoarseLocation  DataType = "coarse-location"
	DataMessages        DataType = "messages"
	DataPhotos          DataType = "photos"
	DataVideos          DataType = "videos"
	DataCamera          DataType = "camera" // pictures that the app takes
	DataVoice           DataType = "voice"
	DataFiles           DataType = "files"
	DataCalendar        DataType = "calendar"
	DataContacts        DataType = "contacts"
	DataContent         DataType = "content" // that the person publishes
	DataSearches        DataType = "searches"
	DataBrowsing        DataType = "browsing" // of pages that are not the app's
	DataUsage           DataType = "usage"
	DataInstalledApps   DataType = "installed-apps"
	DataCrashes         DataType = "crashes"
	DataPerformance     DataType = "performance"
	DataDiagnostics     DataType = "diagnostics"
	DataDeviceID        DataType = "device-id"
	DataAdvertising     DataType = "advertising" // such as which adverts were shown
	DataHealth          DataType = "health"
	DataFitness         DataType = "fitness"
)

// DataTypes lists all types of data, in the order of declarations.
var DataTypes = []DataType{
	DataName, DataEmail, DataPhone, DataAddress, DataUserID, DataIDNumber, DataBiometrics, DataPayment, DataPurchases,
	DataPreciseLocation, DataCoarseLocation, DataMessages, DataPhotos, DataVideos, DataCamera, DataVoice, DataFiles,
	DataCalendar, DataContacts, DataContent, DataSearches, DataBrowsing, DataUsage, DataInstalledApps, DataCrashes,
	DataPerformance, DataDiagnostics, DataDeviceID, DataAdvertising, DataHealth, DataFitness,
}

// DataUse is what stores distinguish of the uses of data.
type DataUse string

// The uses of data.
const (
	UseFunctionality   DataUse = "functionality" // what the person asks the app for
	UseAccount         DataUse = "account"
	UseSecurity        DataUse = "security" // also against fraud
	UseAnalytics       DataUse = "analytics"
	UsePersonalization DataUse = "personalization"
	UseMessages        DataUse = "messages" // from the controller, such as news
	UseOwnAdverts      DataUse = "own-adverts"
	UseOthersAdverts   DataUse = "others-adverts"
	UseOther           DataUse = "other"
)

// DataUses lists all uses of data, in the order of declarations.
var DataUses = []DataUse{
	UseFunctionality, UseAccount, UseSecurity, UseAnalytics, UsePersonalization, UseMessages, UseOwnAdverts,
	UseOthersAdverts, UseOther,
}
