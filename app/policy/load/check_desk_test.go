package load

import (
	"strings"
	"testing"
	"testing/fstest"
)

const pemKey = `-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
-----END PUBLIC KEY-----
`

// loadDesk loads the valid site with a time zone, terms and more keys.
func loadDesk(keys string, more map[string]string) error {
	files := files(validSite+"time_zone: Asia/Shanghai\n"+keys,
		validPolicy+"requests: {answer_days: 15, contact_days: 15}\n")
	for name, text := range more {
		files["shop/"+name] = &fstest.MapFile{Data: []byte(text)}
	}
	_, err := Site(files, "shop")
	return err
}

func TestADeskIsCheckedByKey(t *testing.T) {
	// C-32
	issuer := "requests:\n  calendar: CN\n  assertion:\n    issuer: https://shop.example\n    keys:\n" +
		"      - id: a\n        algorithm: ALG\n        key: |\n          " +
		strings.ReplaceAll(strings.TrimSpace(pemKey), "\n", "\n          ") + "\n"
	year := "year: 2028\nsource: notice\noff: [2028-01-03]\nwork: [2028-01-08]\n"
	wrongYear := func(old, now string) map[string]string {
		return map[string]string{"calendar/CN-2028.yaml": strings.Replace(year, old, now, 1)}
	}
	otherCalendar := map[string]string{"calendar/XX-2028.yaml": year}
	for name, test := range map[string]struct {
		keys string
		more map[string]string
		want string
	}{
		"nothing":                  {"", nil, ""},
		"a calendar":               {"requests: {calendar: CN}\n", nil, ""},
		"a desk without one":       {"requests: {assertion: {issuer: a}}\n", nil, "requests.calendar: is missing"},
		"a desk switched off":      {"requests: {keep_days: 10}\n", nil, ""},
		"wrong days without one":   {"requests: {keep_days: -1}\n", nil, "requests.keep_days: -1"},
		"no desk":                  {"requests: {}\n", nil, "requests.calendar: is missing"},
		"no calendar's name":       {"requests: {calendar: China}\n", nil, `"China" is not a calendar`},
		"one without years":        {"requests: {calendar: XX}\n", nil, "calendar XX, which the program does not have"},
		"one with a year":          {"requests: {calendar: XX}\n", otherCalendar, ""},
		"no days of storage":       {"requests: {calendar: CN, keep_days: 0}\n", nil, "requests.keep_days: 0"},
		"a key":                    {strings.Replace(issuer, "ALG", "EdDSA", 1), nil, ""},
		"a key of another kind":    {strings.Replace(issuer, "ALG", "RS256", 1), nil, "not a public key for RS256"},
		"an algorithm that is not": {strings.Replace(issuer, "ALG", "none", 1), nil, `"none" is not an algorithm`},
		"a key without an issuer": {strings.Replace(strings.Replace(issuer, "ALG", "EdDSA", 1),
			"    issuer: https://shop.example\n", "", 1), nil, "issuer: is missing"},
		"a year":                     {"requests: {calendar: CN}\n", map[string]string{"calendar/CN-2028.yaml": year}, ""},
		"a year under another name":  {"", map[string]string{"calendar/CN-2029.yaml": year}, "does not fit the year 2028"},
		"a year of another calendar": {"requests: {calendar: CN}\n", otherCalendar, "calendar XX"},
		"a year of nobody":           {"", wrongYear("notice", `""`), "source is missing"},
		"a year with a free Sunday":  {"", wrongYear("01-03", "01-02"), "is a Sunday"},
	} {
		t.Run(name, func(t *testing.T) {
			switch err := loadDesk(test.keys, test.more); {
			case test.want == "" && err != nil:
				t.Error(err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
				t.Errorf("error %v: want %q", err, test.want)
			}
		})
	}
}
