package e2e

import (
	"encoding/json"
	"strings"
	"testing"
)

// C-36, C-58
func TestTheBrowserVerifiesAReceiptOfARequest(t *testing.T) {
	tab := openEmptyTab(t)
	tab.load(stage.Consent + "/yunzhijia/rights?lang=en")
	tab.leavePage(`document.querySelector("[value=access]").checked = true;
		document.getElementById("nod-contact").value = "person@mail.example";
		document.querySelector("form.request").requestSubmit()`)
	tab.wait(element(`a[href*="/receipts/"]`))
	receipt := eval[string](tab.view, `fetch(document.querySelector('a[href*="/receipts/"]').href).then((r) => r.text())`)
	tab.click(element(`a[href*="/yunzhijia/receipt"]`))
	tab.wait(element("#nod-file"))
	tab.chooseFile(receipt)
	tab.check(`document.querySelector("#nod-result .good").textContent == "The receipt is genuine."`)
	result := eval[string](tab.view, resultText)
	for _, want := range []string{
		"Step of a request: received", "in the log of requests", "Access", "Waiting for your proof",
	} {
		if !strings.Contains(result, want) {
			t.Errorf("the result has no %q:\n%s", want, result)
		}
	}
	change := func(edit func(receipt, record map[string]any)) string {
		var r map[string]any
		if err := json.Unmarshal([]byte(receipt), &r); err != nil {
			t.Fatal(err)
		}
		edit(r, r["record"].(map[string]any))
		text, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	for name, test := range map[string]forgedReceipt{
		"another right": {change(func(_, record map[string]any) {
			record["items"].([]any)[0].(map[string]any)["kind"] = "cancel"
		}), resultChanged},
		"another site": {change(func(r, record map[string]any) {
			r["site"], record["site"] = storageSite+"/desk", storageSite+"/desk"
		}), resultOther},
		"as if it were a decision": {change(func(r, record map[string]any) {
			r["site"], record["site"] = siteID, siteID
		}), resultOther},
		"without its case": {change(func(_, record map[string]any) { delete(record, "case") }), resultOther},
		"another key":      {change(func(r, _ map[string]any) { r["key"] = foreignVerifier(t) }), resultUnsigned},
	} {
		t.Run(name, func(t *testing.T) {
			tab.chooseFile(test.content)
			if got := eval[string](tab.view, resultText); got != test.want {
				t.Errorf("the result is %q, want %q", got, test.want)
			}
		})
	}
}
