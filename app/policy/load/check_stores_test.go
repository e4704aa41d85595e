package load

import "testing"

// storeMistakes are changes of the valid policy, each with the problem that is found.
var storeMistakes = []mistake{
	{
		"a type of data that stores do not know", policyFile, "purposes:\n", withStores("types: [email, mood]"), ":20:29",
		`stores.types[1]: "mood" is not a type of data`, "Use name, email",
	},
	{
		"a type of data twice", policyFile, "purposes:\n", withStores("types: [email, email]"), ":20:29",
		`"email" is a duplicate`, "once",
	},
	{"no type of data", policyFile, "purposes:\n", withStores("uses: [account]"), ":20:13", "stores.types: is empty", ""},
	{
		"a use that stores do not know", policyFile, "purposes:\n", withStores("types: [email], uses: [fun]"), ":20:37",
		`stores.uses[0]: "fun" is not a use of data`, "Use functionality",
	},
	{
		"no word of whether data are linked", policyFile, "purposes:\n",
		withStores("types: [email], uses: [account], shared: false"), ":20:13", "stores.linked: is missing", "Say true",
	},
	{
		"no word of whether data are shared", policyFile, "purposes:\n",
		withStores("types: [email], uses: [account], linked: false"), ":20:13", "stores.shared: is missing", "Say true",
	},
	{
		"a text where stores want yes or no", policyFile, "purposes:\n",
		withStores("types: [email], uses: [account], linked: maybe, shared: false"), ":20:55",
		"stores.linked: wrong type: expected true or false", "",
	},
}

// withStores puts an occasion of collecting data before the purposes.
func withStores(keys string) string {
	return "collected:\n  - id: letters\n    name: {en: Letters, de: Briefe}\n    stores: {" + keys + "}\npurposes:\n"
}

func TestWhatStoresAskIsWholeOrNotThere(t *testing.T) { findMistakes(t, storeMistakes) }
