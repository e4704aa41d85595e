package e2e

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/ledger/proof"
)

// choose gives the page a file, as a person does who picks one.
func (v view) choose(content string) {
	v.tab.Helper()
	text, err := json.Marshal(content)
	if err != nil {
		v.tab.Fatal(err)
	}
	v.run(`const chosen = new DataTransfer(); chosen.items.add(new File([` + string(text) + `], "receipt.json",
		{type: "application/json"}));
		document.getElementById("nod-file").files = chosen.files;
			document.getElementById("nod-file").dispatchEvent(new Event("change"))`)
	v.until(`document.querySelector("#nod-result .note")`)
}

// C-48, C-58: the receipt that a visitor has is checked in the browser, and whatever was done to it is told.
func TestAReceiptIsCheckedInTheBrowser(t *testing.T) {
	tab := open(t, stage.Address(Page{}))
	tab.until(visible(banner))
	tab.click(refuse)
	tab.until(`nod.receipt()`)
	downloaded := eval[string](tab.view, `JSON.stringify(nod.receipt(), null, 2)`)
	proved, err := ledger.Verify([]byte(downloaded), stage.Verifier)
	if err != nil {
		t.Fatal(err)
	}

	tab = open(t, stage.Consent+"/"+siteID+"/receipt?lang=en")
	tab.until(`document.getElementById("nod-file")`)
	tab.is(`!window.nodCheck`) // not before there is something to check
	tab.choose(downloaded)
	tab.is(`document.querySelector("#nod-result .good").textContent == "The receipt is genuine."`)
	said := eval[string](tab.view, `document.getElementById("nod-result").innerText`)
	for _, want := range []string{"as entry ", proved.Record.ID.String(), proved.Record.Policy, "Refused"} {
		if !strings.Contains(said, want) {
			t.Errorf("it does not say %q:\n%s", want, said)
		}
	}
	tab.is(`document.querySelectorAll("#nod-result li").length == 3 && !document.querySelector("#nod-result .granted")`)
	for _, r := range tab.requests("") {
		if !strings.HasPrefix(r.URL, stage.Consent+"/") || r.Method != "GET" {
			t.Errorf("the page sent %s %s", r.Method, r.URL)
		}
	}

	with := func(change func(r map[string]any)) string {
		var r map[string]any
		if err := json.Unmarshal([]byte(downloaded), &r); err != nil {
			t.Fatal(err)
		}
		change(r)
		changed, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		return string(changed)
	}
	record := func(r map[string]any) map[string]any { return r["record"].(map[string]any) }
	elsewhere, err := proof.NewKey("consent.yzj.localhost")
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := proof.SiteVerifier(elsewhere.Verifier(), siteID)
	if err != nil {
		t.Fatal(err)
	}
	const (
		noReceipt = "This is not a receipt, or it is damaged."
		other     = "This receipt is from a different service."
		unfit     = "The receipt does not match the signed log head in it."
		unsigned  = "It was not signed by this service."
		changed   = "The choice in it is not the one that was signed. Somebody changed it."
	)
	for name, c := range map[string]struct{ content, want string }{
		"nothing":                {"", noReceipt},
		"a text":                 {"Ceci n'est pas un reçu", noReceipt},
		"null":                   {"null", noReceipt},
		"an array":               {"[]", noReceipt},
		"cut off":                {downloaded[:len(downloaded)-20], noReceipt},
		"too long":               {downloaded + strings.Repeat(" ", 64<<10), noReceipt},
		"deep":                   {strings.Repeat("[", 30_000) + strings.Repeat("]", 30_000), noReceipt},
		"a member more":          {with(func(r map[string]any) { r["constructor"] = 1 }), noReceipt},
		"a member less":          {with(func(r map[string]any) { delete(r, "salt") }), noReceipt},
		"a salt that is none":    {with(func(r map[string]any) { r["salt"] = "AAAA" }), noReceipt},
		"a leaf beyond the tree": {with(func(r map[string]any) { r["leaf_index"] = r["tree_size"] }), noReceipt},
		"half a leaf":            {with(func(r map[string]any) { r["leaf_index"] = 0.5 }), noReceipt},
		"a proof of no hashes":   {with(func(r map[string]any) { r["proof"] = []any{"x"} }), noReceipt},
		"another site": {with(func(r map[string]any) { r["site"] = richSite; record(r)["site"] = richSite }),
			other},
		"another site's record": {with(func(r map[string]any) { record(r)["site"] = richSite }), other},
		"another size":          {with(func(r map[string]any) { r["tree_size"] = r["tree_size"].(float64) + 1 }), unfit},
		"no checkpoint":         {with(func(r map[string]any) { r["checkpoint"] = "" }), unfit},
		"another key":           {with(func(r map[string]any) { r["key"] = foreign }), unsigned},
		"no key":                {with(func(r map[string]any) { r["key"] = "<img src=x onerror=alert(1)>" }), unsigned},
		"an answer turned":      {with(func(r map[string]any) { record(r)["answers"].(map[string]any)["analytics"] = "granted" }), changed},
		"an answer more":        {with(func(r map[string]any) { record(r)["answers"].(map[string]any)["__proto__"] = "granted" }), changed},
		"another time": {with(func(r map[string]any) { record(r)["received_at"] = "2020-01-01T00:00:00.000Z" }),
			changed},
		"another salt": {with(func(r map[string]any) { r["salt"] = strings.Repeat("A", 43) + "=" }), changed},
		"a longer proof": {with(func(r map[string]any) {
			r["proof"] = append(r["proof"].([]any), strings.Repeat("A",
				43)+"=")
		}), changed},
		"a record that is no one": {with(func(r map[string]any) { r["record"] = []any{} }), noReceipt},
	} {
		t.Run(name, func(t *testing.T) {
			tab.choose(c.content)
			if got := eval[string](tab.view, `document.getElementById("nod-result").innerText`); got != c.want {
				t.Errorf("it says %q, want %q", got, c.want)
			}
		})
	}
	tab.choose(downloaded)
	tab.is(`document.querySelector("#nod-result .good")`)
}

func TestAReceiptIsNotCalledGenuineWhereItCanNotBeChecked(t *testing.T) {
	tab := open(t, stage.Address(Page{}))
	tab.until(visible(banner))
	tab.click(agree)
	tab.until(`nod.receipt()`)
	downloaded := eval[string](tab.view, `JSON.stringify(nod.receipt())`)
	tab = open(t, stage.Consent+"/"+siteID+"/receipt?lang=en")
	tab.until(`document.getElementById("nod-file")`)
	tab.expects("net::ERR_INTERNET_DISCONNECTED", "Failed to load resource")
	tab.offline(true)
	tab.choose(downloaded)
	tab.is(`document.getElementById("nod-result").innerText.startsWith("This could not be checked.")`)
	tab.offline(false)
	tab.choose(downloaded)
	tab.is(`document.querySelector("#nod-result .good")`)
}
