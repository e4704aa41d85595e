package hosts

import (
	"io/fs"
	"path"
	"regexp"
	"slices"
	"testing"
)

// forbidden are what stores have flagged before the yes, and what reaches the network, by the ending of a file.
var forbidden = map[string]*regexp.Regexp{
	".kt": regexp.MustCompile(`android\.webkit|androidx\.|CookieManager|[pP]ackageManager|resolveActivity|queryIntent|` +
		`getPackageInfo|android\.provider|Settings\.|getSystemService|systemService|Connectivity|[cC]lipboard|java\.net|` +
		`Socket|android\.os\.Build|getSharedPreferences|okhttp`),
	".swift": regexp.MustCompile(`WebKit|WKWeb|UIPasteboard|identifierForVendor|advertisingIdentifier|URLSession|` +
		`UserDefaults|import Network|ATTrackingManager|UIDevice|creationDate|modificationDate|systemUptime`),
	".ets": regexp.MustCompile(`ArkWeb|@ohos\.web|WebviewController|\bWeb\(|NetworkKit|@ohos\.net|pasteboard|deviceInfo|` +
		`AdsKit|identifier\b|bundleManager|telephony|sensor`),
	".ts": regexp.MustCompile(`\bimport\b|fetch|XMLHttpRequest|WebSocket|navigator|localStorage|document\.cookie`),
}

// afterYes are the files whose code runs after the yes only.
var afterYes = []string{"FirstLaunch.kt", "FirstLaunch.swift", "TrackingGate.swift"}

// C-01
func TestTheNativeFirstLayersCallNothingThatStoresFlag(t *testing.T) {
	checked := 0
	err := fs.WalkDir(Files, ".", func(name string, e fs.DirEntry, err error) error {
		rule := forbidden[path.Ext(name)]
		if err != nil || e.IsDir() || rule == nil {
			return err
		}
		source, err := Files.ReadFile(name)
		if err != nil {
			return err
		}
		code := regexp.MustCompile(`//.*`).ReplaceAllString(string(source), "")
		found := rule.FindAllString(code, -1)
		switch {
		case !slices.Contains(afterYes, name) && len(found) > 0:
			t.Errorf("%s has %q", name, found)
		case slices.Contains(afterYes, name) && len(found) == 0:
			t.Errorf("nothing is found in %s, which may call it all: the rule finds nothing", name)
		}
		checked++
		return nil
	})
	if err != nil || checked < 10 {
		t.Errorf("%d files, %v", checked, err)
	}
}
