package declarations

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/nod-consent/nod/app/policy"
)

// parsePlist reads the value of a property list: bool, string, []any or map[string]any.
func parsePlist(t *testing.T, text []byte) any {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(string(text)))
	for {
		token, err := d.Token()
		if err != nil {
			t.Fatalf("it has no value: %v", err)
		}
		if start, ok := token.(xml.StartElement); ok && start.Name.Local != "plist" {
			value := parseValue(t, d, start)
			for { // the rest is well-formed too
				if _, err := d.Token(); errors.Is(err, io.EOF) {
					return value
				} else if err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

func parseValue(t *testing.T, d *xml.Decoder, start xml.StartElement) any {
	t.Helper()
	var text strings.Builder
	list, members, key := []any{}, map[string]any{}, ""
	for {
		token, err := d.Token()
		if err != nil {
			t.Fatal(err)
		}
		switch v := token.(type) {
		case xml.CharData:
			text.Write(v)
		case xml.StartElement:
			value := parseValue(t, d, v)
			switch {
			case start.Name.Local == "array":
				list = append(list, value)
			case v.Name.Local == "key":
				key = value.(string)
			default:
				members[key] = value
			}
		case xml.EndElement:
			switch start.Name.Local {
			case "true", "false":
				return start.Name.Local == "true"
			case "array":
				return list
			case "dict":
				return members
			}
			return text.String()
		}
	}
}

func TestApplesManifestHasEachTypeOnceWithWhatHoldsOnAnyOccasion(t *testing.T) {
	p := &policy.Policy{
		Purposes: []policy.Purpose{
			{ID: "ads", Tracking: true, Hosts: []string{"b.example"}, Services: []policy.Service{
				{ID: "network", Hosts: []string{"a.example", "b.example", "x.example/</array>"}},
			}},
			{ID: "web-ads", Tracking: true, Platforms: []policy.Platform{policy.Web}, Hosts: []string{"web.example"}},
		},
		Collected: []policy.Collected{
			{ID: "photos", Stores: policy.Stores{
				Types: []policy.DataType{policy.DataPhotos}, Uses: []policy.DataUse{policy.UseAccount, policy.UseFunctionality},
				Linked: falsehood(), Shared: falsehood(),
			}},
			{ID: "videos", Purpose: "ads", Stores: policy.Stores{
				Types: []policy.DataType{policy.DataVideos, policy.DataDeviceID},
				Uses:  []policy.DataUse{policy.UseOthersAdverts}, Linked: truth(), Shared: truth(),
			}},
		},
	}
	files, _ := makeOne(t, sourceOf(p), Apple)
	got := parsePlist(t, files["ios/PrivacyInfo.xcprivacy"])
	const name = "NSPrivacyCollectedDataType"
	want := map[string]any{
		"NSPrivacyTracking":        true,
		"NSPrivacyTrackingDomains": []any{"a.example", "b.example", "x.example/</array>"},
		"NSPrivacyCollectedDataTypes": []any{
			map[string]any{
				name: name + "DeviceID", name + "Linked": true, name + "Tracking": true,
				name + "Purposes": []any{name + "PurposeThirdPartyAdvertising"},
			},
			map[string]any{
				name: name + "PhotosorVideos", name + "Linked": true, name + "Tracking": true,
				name + "Purposes": []any{name + "PurposeAppFunctionality", name + "PurposeThirdPartyAdvertising"},
			},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestEachTypeAndUseHasANameInAStoreOrIsReported(t *testing.T) {
	for _, dataType := range policy.DataTypes {
		if appleTypes[dataType] == "" {
			t.Errorf("Apple has no name for %s", dataType)
		}
	}
	for _, use := range policy.DataUses {
		if appleUses[use] == "" {
			t.Errorf("Apple has no name for %s", use)
		}
	}
	p := &policy.Policy{Collected: []policy.Collected{{ID: "all", Use: policy.Text{"en": "All."}, Stores: policy.Stores{
		Types: policy.DataTypes, Uses: policy.DataUses, Linked: falsehood(), Shared: truth(),
	}}}}
	for format, known := range map[Format]int{Play: len(playTypes), WeChat: len(weChatKeys)} {
		_, gaps := makeOne(t, sourceOf(p), format)
		reported := map[string]bool{}
		for _, g := range gaps {
			if strings.Contains(g.Problem, "no such type") || strings.Contains(g.Problem, "no key") {
				reported[g.About] = true
			}
		}
		if len(reported) != len(policy.DataTypes)-known {
			t.Errorf("%s: of %d types %d have a name, and %d are reported",
				format, len(policy.DataTypes), known, len(reported))
		}
	}
}
