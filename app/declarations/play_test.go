package declarations

import (
	"encoding/csv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/nod-consent/nod/app/policy"
)

func TestPlaysFormAnswersWhatThePolicySays(t *testing.T) {
	p := &policy.Policy{
		Purposes: []policy.Purpose{{ID: "optional"}, {ID: "required", Required: true}},
		Rights:   []policy.Right{{ID: "delete"}},
		Collected: []policy.Collected{
			{ID: "letters", Purpose: "optional", Stores: policy.Stores{
				Types: []policy.DataType{policy.DataEmail, policy.DataCamera}, Uses: []policy.DataUse{policy.UseMessages},
				Linked: truth(), Shared: falsehood(),
			}},
			{ID: "avatars", Purpose: "optional", Stores: policy.Stores{
				Types: []policy.DataType{policy.DataPhotos}, Uses: []policy.DataUse{policy.UseAccount},
				Linked: truth(), Shared: falsehood(),
			}},
			{ID: "maps", Purpose: "required", Stores: policy.Stores{
				Types: []policy.DataType{policy.DataPhotos}, Uses: []policy.DataUse{policy.UseFunctionality},
				Linked: truth(), Shared: truth(),
			}},
		},
	}
	files, _ := makeOne(t, sourceOf(p), Play)
	rows, err := csv.NewReader(strings.NewReader(string(files["android/data-safety.csv"]))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, row := range rows[1:] {
		got = append(got, strings.TrimPrefix(row[0], "PSL_DATA_USAGE_RESPONSES:")+" "+row[1]+" "+row[2])
	}
	want := []string{
		"PSL_DATA_COLLECTION_COLLECTS_PERSONAL_DATA  true",
		"PSL_SUPPORT_DATA_DELETION_BY_USER DATA_DELETION_YES true",
		"PSL_DATA_TYPES_PERSONAL PSL_EMAIL true",
		"PSL_EMAIL:PSL_DATA_USAGE_COLLECTION_AND_SHARING PSL_DATA_USAGE_ONLY_COLLECTED true",
		"PSL_EMAIL:DATA_USAGE_USER_CONTROL PSL_DATA_USAGE_USER_CONTROL_OPTIONAL true",
		"PSL_EMAIL:DATA_USAGE_COLLECTION_PURPOSE PSL_DEVELOPER_COMMUNICATIONS true",
		"PSL_DATA_TYPES_PHOTOS_AND_VIDEOS PSL_PHOTOS true",
		"PSL_PHOTOS:PSL_DATA_USAGE_COLLECTION_AND_SHARING PSL_DATA_USAGE_ONLY_COLLECTED true",
		"PSL_PHOTOS:PSL_DATA_USAGE_COLLECTION_AND_SHARING PSL_DATA_USAGE_ONLY_SHARED true",
		"PSL_PHOTOS:DATA_USAGE_USER_CONTROL PSL_DATA_USAGE_USER_CONTROL_REQUIRED true",
		"PSL_PHOTOS:DATA_USAGE_COLLECTION_PURPOSE PSL_APP_FUNCTIONALITY true",
		"PSL_PHOTOS:DATA_USAGE_SHARING_PURPOSE PSL_APP_FUNCTIONALITY true",
		"PSL_PHOTOS:DATA_USAGE_COLLECTION_PURPOSE PSL_ACCOUNT_MANAGEMENT true", // and not shared for it
		"PSL_PHOTOS:DATA_USAGE_COLLECTION_PURPOSE PSL_DEVELOPER_COMMUNICATIONS true",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(playHeader, rows[0]); diff != "" {
		t.Errorf("header (-want +got):\n%s", diff)
	}
}

func TestNothingDeclaredIsNoAnswerToPlay(t *testing.T) {
	files, _ := makeOne(t, sourceOf(&policy.Policy{}), Play)
	if got := string(files["android/data-safety.csv"]); strings.Count(got, "\n") != 1 {
		t.Errorf("a policy without data answers\n%s", got)
	}
}

func TestWeChatsGuideSaysWhatForInChinese(t *testing.T) {
	stores := policy.Stores{Types: []policy.DataType{policy.DataPhone, policy.DataUserID},
		Uses: []policy.DataUse{policy.UseAccount}, Linked: truth(), Shared: falsehood()}
	p := &policy.Policy{
		Controller: policy.Controller{Email: "privacy@shop.example"},
		Purposes:   []policy.Purpose{{ID: "app", Platforms: []policy.Platform{policy.Android}}},
		Collected: []policy.Collected{
			{ID: "sign-in", Use: policy.Text{"zh-CN": "登录", "en": "Sign in"}, Stores: stores},
			{ID: "orders", Use: policy.Text{"zh-CN": "“送货”", "en": "Delivery"}, Stores: stores},
			{ID: "app", Use: policy.Text{"zh-CN": "别处", "en": "Elsewhere"}, Stores: stores, Purpose: "app"},
		},
	}
	source := sourceOf(p)
	source.Site.Languages = []string{"en", "zh-CN"}
	files, gaps := makeOne(t, source, WeChat)
	const want = `{
  "owner_setting": {
    "contact_email": "privacy@shop.example"
  },
  "setting_list": [
    {
      "privacy_key": "PhoneNumber",
      "privacy_text": "登录；“送货”"
    }
  ]
}
`
	if diff := cmp.Diff(want, string(files["wechat/privacy-guide.json"])); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, g := range gaps {
		if !g.IsOpen {
			t.Errorf("it reports %s", g)
		}
	}
}
