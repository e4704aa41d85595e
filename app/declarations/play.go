package declarations

import (
	"bytes"
	"encoding/csv"
	"slices"

	"github.com/nod-consent/nod/app/policy"
)

// playHeader is the first row of the file that Play Console exports and imports.
var playHeader = []string{
	"Question ID (machine readable)", "Response ID (machine readable)", "Response value", "Answer requirement",
	"Human-friendly question label",
}

// playType is a type of data in the form, with the question that lists it.
type playType struct{ question, id string }

// playTypes are the types of the form. It has none for the rest.
var playTypes = map[policy.DataType]playType{
	policy.DataName: {"PERSONAL", "NAME"}, policy.DataEmail: {"PERSONAL", "EMAIL"},
	policy.DataPhone: {"PERSONAL", "PHONE"}, policy.DataAddress: {"PERSONAL", "ADDRESS"},
	policy.DataUserID: {"PERSONAL", "USER_ACCOUNT"}, policy.DataIDNumber: {"PERSONAL", "OTHER_PERSONAL"},
	policy.DataPurchases:       {"FINANCIAL", "PURCHASE_HISTORY"},
	policy.DataPayment:         {"FINANCIAL", "CREDIT_DEBIT_BANK_ACCOUNT_NUMBER"},
	policy.DataPreciseLocation: {"LOCATION", "PRECISE_LOCATION"},
	policy.DataCoarseLocation:  {"LOCATION", "APPROX_LOCATION"},
	policy.DataMessages:        {"EMAIL_AND_TEXT", "OTHER_MESSAGES"},
	policy.DataPhotos:          {"PHOTOS_AND_VIDEOS", "PHOTOS"}, policy.DataCamera: {"PHOTOS_AND_VIDEOS", "PHOTOS"},
	policy.DataVideos: {"PHOTOS_AND_VIDEOS", "VIDEOS"}, policy.DataVoice: {"AUDIO", "AUDIO"},
	policy.DataFiles: {"FILES_AND_DOCS", "FILES_AND_DOCS"}, policy.DataCalendar: {"CALENDAR", "CALENDAR"},
	policy.DataContacts: {"CONTACTS", "CONTACTS"}, policy.DataContent: {"APP_ACTIVITY", "USER_GENERATED_CONTENT"},
	policy.DataSearches:      {"APP_ACTIVITY", "IN_APP_SEARCH_HISTORY"},
	policy.DataBrowsing:      {"SEARCH_AND_BROWSING", "WEB_BROWSING_HISTORY"},
	policy.DataUsage:         {"APP_ACTIVITY", "USER_INTERACTION"},
	policy.DataInstalledApps: {"APP_ACTIVITY", "APPS_ON_DEVICE"},
	policy.DataCrashes:       {"APP_PERFORMANCE", "CRASH_LOGS"},
	policy.DataPerformance:   {"APP_PERFORMANCE", "PERFORMANCE_DIAGNOSTICS"},
	policy.DataDiagnostics:   {"APP_PERFORMANCE", "OTHER_PERFORMANCE"},
	policy.DataDeviceID:      {"IDENTIFIERS", "DEVICE_ID"}, policy.DataHealth: {"HEALTH_AND_FITNESS", "HEALTH"},
	policy.DataFitness: {"HEALTH_AND_FITNESS", "FITNESS"},
}

// playUses are the uses of the form. It has none for the rest.
var playUses = map[policy.DataUse]string{
	policy.UseFunctionality: "PSL_APP_FUNCTIONALITY", policy.UseAccount: "PSL_ACCOUNT_MANAGEMENT",
	policy.UseSecurity: "PSL_FRAUD_PREVENTION_SECURITY", policy.UseAnalytics: "PSL_ANALYTICS",
	policy.UsePersonalization: "PSL_PERSONALIZATION", policy.UseMessages: "PSL_DEVELOPER_COMMUNICATIONS",
	policy.UseOwnAdverts: "PSL_ADVERTISING", policy.UseOthersAdverts: "PSL_ADVERTISING",
}

// How the form wants a question answered.
const (
	playSingle   = "SINGLE_CHOICE"
	playMultiple = "MULTIPLE_CHOICE"
)

func (s Source) declarePlay() ([]File, []Gap, error) {
	const path = "android/data-safety.csv"
	items, gaps := s.listItems(policy.Android, path)
	rows := [][]string{playHeader}
	add := func(question, response, requirement, label string) {
		row := []string{question, response, "true", requirement, label}
		if !slices.ContainsFunc(rows, func(r []string) bool { return r[0] == question && r[1] == response }) {
			rows = append(rows, row)
		}
	}
	if len(items) > 0 {
		add("PSL_DATA_COLLECTION_COLLECTS_PERSONAL_DATA", "", "REQUIRED", "Data are collected")
	}
	if hasRight(s.Site.CurrentPolicy(), "delete") {
		add("PSL_SUPPORT_DATA_DELETION_BY_USER", "DATA_DELETION_YES", playSingle, "People can ask for deletion")
	}
	required := listRequired(items)
	for _, i := range items {
		t, ok := playTypes[i.Type]
		if !ok {
			gaps = append(gaps, Gap{
				File: path, About: "data " + string(i.Type), Problem: "Play's form has no such type",
				Remedy: "Decide which of its types it is, and answer that one in Play Console", IsOpen: true,
			})
			continue
		}
		add("PSL_DATA_TYPES_"+t.question, "PSL_"+t.id, playMultiple, string(i.Type))
		gaps = append(gaps, addPlayUsage(add, i, t, required[t], path)...)
	}
	content, err := formatCSV(rows)
	return []File{{path, content}}, append(gaps, listPlayQuestions(path)...), err
}

// listRequired lists the types of the form that nobody can refuse on some occasion. Some items share one.
func listRequired(items []item) map[playType]bool {
	required := map[playType]bool{}
	for _, i := range items {
		if i.IsRequired {
			required[playTypes[i.Type]] = true
		}
	}
	return required
}

// addPlayUsage answers the questions about one type of data.
func addPlayUsage(
	add func(question, response, requirement, label string), i item, t playType, isRequired bool, file string,
) (gaps []Gap) {
	about := "PSL_DATA_USAGE_RESPONSES:PSL_" + t.id + ":"
	label := string(i.Type)
	add(about+"PSL_DATA_USAGE_COLLECTION_AND_SHARING", "PSL_DATA_USAGE_ONLY_COLLECTED", playMultiple, label+": collected")
	if len(i.SharedUses) > 0 {
		add(about+"PSL_DATA_USAGE_COLLECTION_AND_SHARING", "PSL_DATA_USAGE_ONLY_SHARED", playMultiple, label+": shared")
	}
	control := "OPTIONAL"
	if isRequired {
		control = "REQUIRED"
	}
	add(about+"DATA_USAGE_USER_CONTROL", "PSL_DATA_USAGE_USER_CONTROL_"+control, playSingle, label+": choice")
	for _, use := range i.Uses {
		id, ok := playUses[use]
		if !ok {
			gaps = append(gaps, Gap{
				File: file, About: "data " + label, Problem: `Play's form has no use "` + string(use) + `"`,
				Remedy: "Decide which of its uses it is, and answer that one in Play Console", IsOpen: true,
			})
			continue
		}
		add(about+"DATA_USAGE_COLLECTION_PURPOSE", id, playMultiple, label+": collected for "+string(use))
		if slices.Contains(i.SharedUses, use) {
			add(about+"DATA_USAGE_SHARING_PURPOSE", id, playMultiple, label+": shared for "+string(use))
		}
	}
	return gaps
}

// listPlayQuestions lists the questions of the form that no policy answers.
func listPlayQuestions(file string) (gaps []Gap) {
	for _, problem := range []string{
		"no policy says whether all data are encrypted in transit",
		"no policy says which data are processed only for a moment (ephemerally)",
		"no policy says how accounts are made, and where people ask for their deletion",
	} {
		gaps = append(gaps, Gap{File: file, Problem: problem, Remedy: "Answer it in Play Console", IsOpen: true})
	}
	return gaps
}

func hasRight(p *policy.Policy, id string) bool {
	return slices.ContainsFunc(p.Rights, func(r policy.Right) bool { return r.ID == id })
}

func formatCSV(rows [][]string) ([]byte, error) {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	err := w.WriteAll(rows)
	return out.Bytes(), err
}
