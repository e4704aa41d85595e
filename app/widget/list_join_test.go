package widget

import (
	"strings"
	"testing"
)

// C-20: nothing of the policy is lost when the platforms share a row.
func TestTheSameSDKOnTwoPlatformsSharesARowAndKeepsWhatDiffers(t *testing.T) {
	android := Entry{
		ID: "a-maps", Key: "maps", Name: "Maps", Qualifier: "Android", Tags: []string{"Android"},
		Platforms: []string{"android"}, Kinds: []string{"device"},
		Facts: []Fact{
			{Label: "Provider", Values: []string{"Maps Ltd"}},
			{Label: "Kinds", Values: []string{"Device"}, Chips: true},
			{Label: "Data", Values: []string{"Android ID"}, Aside: true},
			{Label: "Scene", Values: []string{"On a map"}, Aside: true},
		},
	}
	ios := Entry{
		ID: "i-maps", Key: "maps", Name: "Maps", Qualifier: "iOS", Tags: []string{"iOS"}, Missing: []string{"Scene"},
		Platforms: []string{"ios"}, Kinds: []string{"location"}, Marks: []string{MarkGaps},
		Facts: []Fact{
			{Label: "Provider", Values: []string{"Maps Ltd"}},
			{Label: "Kinds", Values: []string{"Location"}, Chips: true},
			{Label: "Data", Values: []string{"IDFV"}, Aside: true},
			{Label: "Scene", Values: []string{"Not stated"}, Aside: true, Gap: true},
		},
	}
	other := Entry{ID: "a-chat", Key: "chat", Name: "Chat", Qualifier: "Android"}
	list := joinPlatforms([]Entry{android, other, ios})
	if len(list) != 2 || list[0].size() != 2 || list[1].size() != 1 || list[1].Qualifier != "Android" {
		t.Fatalf("the rows are %+v", list)
	}
	var facts []string
	for _, f := range list[0].Facts {
		facts = append(facts, strings.TrimSpace(f.Label+" "+f.Of)+": "+strings.Join(f.Values, " "))
	}
	want := "Provider: Maps Ltd, Kinds: Device Location, Data Android: Android ID, Data iOS: IDFV, " +
		"Scene Android: On a map, Scene iOS: Not stated"
	if got := strings.Join(facts, ", "); got != want {
		t.Errorf("the row has %s; want %s", got, want)
	}
	row := list[0]
	if row.Editions[0].ID != "i-maps" || !(Filter{Platform: "ios", Kind: "location", Only: MarkGaps}).Matches(row) ||
		!(Filter{Query: "idfv"}).Matches(row) || row.Qualifier != "" {
		t.Errorf("the row is %+v", row)
	}
	if len(android.Tags) != 1 || android.Facts[2].Of != "" || len(android.Facts[1].Values) != 1 {
		t.Errorf("joining changed the entry itself: %+v", android)
	}
}

func TestTheLargestProviderComesFirstAndThenThePolicysOrder(t *testing.T) {
	list := List{Entries: []Entry{
		{ID: "a", Group: "One"}, {ID: "b", Group: "Two"}, {ID: "c", Group: "Three"}, {ID: "d", Group: "Two"},
	}}
	list.JoinPlatforms()
	order := func(sort string) (ids string) {
		list.Filter.Sort = sort
		list.Order()
		for _, e := range list.Entries {
			ids += e.ID
		}
		return ids
	}
	if got := order(""); got != "bdac" {
		t.Errorf("by provider: %s", got)
	}
	if got := order(SortPolicy); got != "abcd" {
		t.Errorf("as in the policy: %s", got)
	}
}
