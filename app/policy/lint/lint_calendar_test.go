package lint

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/nod-consent/nod/app/policy/load"
)

const deskSite = shopSite + "time_zone: Asia/Shanghai\nrequests: {calendar: CN}\n"

func TestTheNextYearOfTheCalendarIsWantedInTime(t *testing.T) {
	// C-32
	year := func(files fstest.MapFS, name, text string) {
		files["shop/calendar/"+name] = &fstest.MapFile{Data: []byte(text)}
	}
	for name, test := range map[string]struct {
		at   string
		add  bool
		want load.Level
	}{
		"before it is announced":      {"2027-11-14T15:59:59Z", false, ""},
		"when it is expected":         {"2027-11-14T16:00:00Z", false, load.Warning}, // 15 November in Shanghai
		"the day before it is late":   {"2027-12-19T12:00:00Z", false, load.Warning},
		"when it is late":             {"2027-12-19T16:00:00Z", false, load.Error},
		"when it was added":           {"2027-12-19T16:00:00Z", true, ""},
		"when the year has begun":     {"2028-01-01T00:00:00Z", false, load.Error},
		"a year that the program has": {"2026-12-31T00:00:00Z", false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			files := lintFiles()
			files[siteFile] = &fstest.MapFile{Data: []byte(deskSite)}
			if test.add {
				year(files, "CN-2028.yaml", "year: 2028\nsource: notice\noff: [2028-01-03]\nwork: []\n")
			}
			now, err := time.Parse(time.RFC3339, test.at)
			if err != nil {
				t.Fatal(err)
			}
			_, found, err := siteAt(files, "shop", now)
			if err != nil {
				t.Fatal(err)
			}
			about := findAbout(found, "no working days of 2028")
			switch {
			case test.want == "" && len(about) > 0:
				t.Errorf("found %v", about)
			case test.want != "" && (len(about) != 1 || about[0].Level != test.want || about[0].Rule != "C-32"):
				t.Errorf("found %v of %v, want one %s", about, found, test.want)
			}
		})
	}
}

func TestADeskNeedsGroundsToRefuse(t *testing.T) {
	// C-32
	for name, test := range map[string]struct {
		grounds string
		want    int
	}{
		"without grounds": {"", 1},
		"with one":        {", grounds: [{id: repeated, text: {en: Again, zh-CN: 重复}}]", 0},
	} {
		t.Run(name, func(t *testing.T) {
			files := lintFiles()
			files[siteFile] = &fstest.MapFile{Data: []byte(deskSite)}
			version := string(files[versionFile].Data)
			changed := strings.Replace(version, "answer_days: 15", "answer_days: 15"+test.grounds, 1)
			if test.grounds != "" && changed == version {
				t.Fatal("the version has no answer_days")
			}
			files[versionFile] = &fstest.MapFile{Data: []byte(changed)}
			if about := findAbout(lintShop(t, files), "has no grounds"); len(about) != test.want {
				t.Errorf("found %v; want %d", about, test.want)
			}
		})
	}
}

func TestADeskWithoutATimeZoneIsAnError(t *testing.T) {
	// C-32
	files := lintFiles()
	files[siteFile] = &fstest.MapFile{Data: []byte(shopSite + "requests: {calendar: CN}\n")}
	site, found, err := Site(files, "shop")
	if err != nil || site != nil {
		t.Fatalf("the site loads: %v, error %v", site, err)
	}
	if about := findAbout(found, "no time zone"); len(about) != 1 || about[0].Level != load.Error {
		t.Errorf("found %v", found)
	}
}
