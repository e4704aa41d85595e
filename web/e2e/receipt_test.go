package e2e

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/ledger/proof"
)

// chooseFile selects a file in the receipt page and waits for the result.
func (v view) chooseFile(content string) {
	v.tab.Helper()
	v.run(`const chosen = new DataTransfer(), input = document.getElementById("nod-file");
		chosen.items.add(new File([` + quoteScript(content) + `], "receipt.json", { type: "application/json" }));
		input.files = chosen.files;
		input.dispatchEvent(new Event("change"))`)
	v.wait(`document.querySelector("#nod-result .note")`)
}

// C-48, C-58
func TestTheBrowserVerifiesAReceipt(t *testing.T) {
	tab := open(t, stage.Address(Page{}))
	tab.wait(visible(banner))
	tab.click(rejectButton)
	tab.wait(`nod.receipt()`)
	downloaded := eval[string](tab.view, `JSON.stringify(nod.receipt(), null, 2)`)
	proved, err := ledger.Verify([]byte(downloaded), stage.Verifier)
	if err != nil {
		t.Fatal(err)
	}

	tab = open(t, stage.Consent+"/"+siteID+"/receipt?lang=en")
	tab.wait(`document.getElementById("nod-file")`)
	tab.check(`!window.nodCheck`) // the verifier loads with the first file
	tab.chooseFile(downloaded)
	tab.check(`document.querySelector("#nod-result .good").textContent == "The receipt is genuine."`)
	tab.check(`document.querySelector("#nod-result h2").textContent == "You rejected the optional items"`)
	tab.check(`document.querySelector("#nod-result pre").textContent == ` + quoteScript(downloaded))
	result := eval[string](tab.view, resultText)
	for _, want := range []string{"as entry ", proved.Record.ID.String(), proved.Record.Policy, "Rejected"} {
		if !strings.Contains(result, want) {
			t.Errorf("the result has no %q:\n%s", want, result)
		}
	}
	tab.check(`document.querySelectorAll("#nod-result li").length == 3 && !document.querySelector("#nod-result .granted")`)
	for _, r := range tab.requests("") {
		if !strings.HasPrefix(r.URL, stage.Consent+"/") || r.Method != "GET" {
			t.Errorf("the page sent %s %s", r.Method, r.URL)
		}
	}

	for _, tests := range []map[string]forgedReceipt{damagedReceipts(downloaded), forgedReceipts(t, downloaded)} {
		for name, test := range tests {
			t.Run(name, func(t *testing.T) {
				tab.chooseFile(test.content)
				if got := eval[string](tab.view, resultText); got != test.want {
					t.Errorf("the result is %q, want %q", got, test.want)
				}
			})
		}
	}
	tab.chooseFile(downloaded)
	tab.check(`document.querySelector("#nod-result .good")`)
}

// resultText is the JavaScript of what the receipt page says about the file.
const resultText = `document.getElementById("nod-result").innerText`

// forgedReceipt is a file and what the receipt page says about it.
type forgedReceipt struct{ content, want string }

// The results of the receipt page.
const (
	resultNoReceipt = "This is not a receipt, or it is damaged."
	resultOther     = "This receipt is from a different service."
	resultUnfit     = "The receipt does not match the log. Do not trust it."
	resultUnsigned  = "This service did not sign the receipt. Do not trust it."
	resultChanged   = "The receipt was altered. Do not trust it."
)

// damagedReceipts makes files that are not receipts.
func damagedReceipts(genuine string) map[string]forgedReceipt {
	return map[string]forgedReceipt{
		"nothing":   {"", resultNoReceipt},
		"a text":    {"Ceci n'est pas un reçu", resultNoReceipt},
		"null":      {"null", resultNoReceipt},
		"an array":  {"[]", resultNoReceipt},
		"truncated": {genuine[:len(genuine)-20], resultNoReceipt},
		"too long":  {genuine + strings.Repeat(" ", 64<<10), resultNoReceipt},
		"deep":      {strings.Repeat("[", 30_000) + strings.Repeat("]", 30_000), resultNoReceipt},
	}
}

// forgedReceipts changes each part of a genuine receipt.
func forgedReceipts(t *testing.T, genuine string) map[string]forgedReceipt {
	t.Helper()
	type object = map[string]any
	change := func(edit func(receipt, record object)) string {
		var r object
		if err := json.Unmarshal([]byte(genuine), &r); err != nil {
			t.Fatal(err)
		}
		edit(r, r["record"].(object))
		text, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	setAnswer := func(purpose string) string {
		return change(func(_, record object) { record["answers"].(object)[purpose] = "granted" })
	}
	set := func(member string, value any) string {
		return change(func(r, _ object) { r[member] = value })
	}
	return map[string]forgedReceipt{
		"one member more":       {set("constructor", 1), resultNoReceipt},
		"one member less":       {change(func(r, _ object) { delete(r, "salt") }), resultNoReceipt},
		"a short salt":          {set("salt", "AAAA"), resultNoReceipt},
		"a leaf after the tree": {change(func(r, _ object) { r["leaf_index"] = r["tree_size"] }), resultNoReceipt},
		"half a leaf":           {set("leaf_index", 0.5), resultNoReceipt},
		"a proof of no hashes":  {set("proof", []any{"x"}), resultNoReceipt},
		"a record of no object": {set("record", []any{}), resultNoReceipt},
		"another site": {change(func(r, record object) {
			r["site"], record["site"] = storageSite, storageSite
		}), resultOther},
		"a record of another site": {change(func(_, record object) { record["site"] = storageSite }), resultOther},
		"another tree size": {change(func(r, _ object) {
			r["tree_size"] = r["tree_size"].(float64) + 1
		}), resultUnfit},
		"no checkpoint":    {set("checkpoint", ""), resultUnfit},
		"another key":      {set("key", foreignVerifier(t)), resultUnsigned},
		"no key":           {set("key", "<img src=x onerror=alert(1)>"), resultUnsigned},
		"a changed answer": {setAnswer("analytics"), resultChanged},
		"one answer more":  {setAnswer("__proto__"), resultChanged},
		"another time": {change(func(_, record object) {
			record["received_at"] = "2020-01-01T00:00:00.000Z"
		}), resultChanged},
		"another salt": {set("salt", strings.Repeat("A", 43)+"="), resultChanged},
		"a longer proof": {change(func(r, _ object) {
			r["proof"] = append(r["proof"].([]any), strings.Repeat("A", 43)+"=")
		}), resultChanged},
	}
}

// foreignVerifier is the verifier of another key with the same name.
func foreignVerifier(t *testing.T) string {
	t.Helper()
	key, err := proof.NewKey("consent.yzj.localhost")
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := proof.SiteVerifier(key.Verifier(), siteID)
	if err != nil {
		t.Fatal(err)
	}
	return verifier
}

func TestAReceiptThatCannotBeVerifiedIsNotCalledGenuine(t *testing.T) {
	tab := open(t, stage.Address(Page{}))
	tab.wait(visible(banner))
	tab.click(acceptButton)
	tab.wait(`nod.receipt()`)
	downloaded := eval[string](tab.view, `JSON.stringify(nod.receipt())`)
	tab = open(t, stage.Consent+"/"+siteID+"/receipt?lang=en")
	tab.wait(`document.getElementById("nod-file")`)
	tab.expectMessages("net::ERR_INTERNET_DISCONNECTED", "Failed to load resource")
	tab.setOffline(true)
	tab.chooseFile(downloaded)
	tab.check(resultText + `.startsWith("This could not be checked.")`)
	tab.setOffline(false)
	tab.chooseFile(downloaded)
	tab.check(`document.querySelector("#nod-result .good")`)
}

// C-37: of a dialog that a platform drew the page says what is known.
func TestTheReceiptPageDescribesADialogThatAPlatformDrew(t *testing.T) {
	now := time.Now().UTC().Format(time.RFC3339)
	body, err := json.Marshal(map[string]any{
		"id": uuid.Must(uuid.NewV7()), "previous": nil, "subject": uuid.New(), "secret": strings.Repeat("A", 43),
		"policy": "2023-11-23", "language": "en", "platform": "harmony", "action": "save", "answers": map[string]any{},
		"decided_at": now, "presentation": "platform", "gpc": false,
		"dialog": map[string]any{"by": "appgallery", "statement": "<b>{state}</b>", "state": "FULL_MODE_AGREED", "time": now},
	})
	if err != nil {
		t.Fatal(err)
	}
	tab := open(t, stage.Consent+"/"+siteID+"/receipt?lang=en")
	tab.wait(`document.getElementById("nod-file")`)
	tab.run(`fetch("/v1/` + siteID + `/decisions", {
		method: "POST", headers: { "Content-Type": "application/json" }, body: ` + quoteScript(string(body)) + `,
	}).then((r) => r.text()).then((text) => (window.receipt = text))`)
	tab.wait(`window.receipt`)
	tab.chooseFile(eval[string](tab.view, `window.receipt`))
	result := eval[string](tab.view, resultText)
	for _, want := range []string{
		"The receipt is genuine.", "A platform drew the question (appgallery)", "Statement: <b>{state}</b>.",
		"State that it reported: FULL_MODE_AGREED, read ",
	} {
		if !strings.Contains(result, want) {
			t.Errorf("the result has no %q:\n%s", want, result)
		}
	}
}
