package e2e

import (
	"slices"
	"strings"
	"testing"
)

func TestAnAdministratorReadsWithTheTokenAndLeavesATrail(t *testing.T) {
	tab := open(t, stage.Address(Page{}))
	tab.until(visible(banner))
	tab.click(refuse)
	tab.until(`nod.receipt()`)
	subject := eval[string](tab.view, `nod.receipt().record.subject`)

	tab = open(t, stage.Consent+"/v1/admin/")
	tab.until(`document.getElementById("token")`)
	enter := func(token string) {
		t.Helper()
		tab.run(`document.getElementById("token").value = "` + token + `"; document.querySelector("#entry button").click()`)
	}
	tab.expects("401", "Failed to load resource")
	enter("a-guess-that-is-as-long-as-a-token")
	tab.until(`document.getElementById("status").className == "failed"`)
	tab.is(`document.getElementById("status").textContent == "Send the admin token as a bearer token." &&
		document.getElementById("reading").hidden`)

	enter(adminToken)
	tab.until(`!document.getElementById("reading").hidden && document.querySelector("#actions tbody").rows.length`)
	tab.is(`document.activeElement.name == "site" && document.getElementById("token").value == ""`)
	tab.run(`document.querySelector("[name=site]").value = "` + siteID +
		`"; document.querySelector("[name=site]").dispatchEvent(new Event("change"))`)
	tab.until(`document.getElementById("status").textContent == ""`)
	tab.run(`document.querySelector("[name=subject]").value = "` + subject +
		`"; document.querySelector("#query button").click()`)
	tab.until(`document.querySelector("#records tbody").rows.length == 1`)
	row := eval[string](tab.view, `document.querySelector("#records tbody").innerText`)
	for _, want := range []string{subject, "reject_all", "analytics denied", "web"} {
		if !strings.Contains(row, want) {
			t.Errorf("the record does not say %q: %s", want, row)
		}
	}
	tab.until(`document.getElementById("statistics").innerText.includes("reject_all")`)
	purposes := eval[[]string](tab.view, `(() => {
		const tables = [...document.querySelectorAll("#statistics table")];
		const table = tables.find((t) => t.caption.textContent.startsWith("Purposes"));
		return [...table.tBodies[0].rows].map((r) => r.cells[0].textContent);
	})()`)
	if len(purposes) < 2 || !slices.IsSorted(purposes) {
		t.Errorf("the purposes are not in the order of their names: %v", purposes)
	}
	tab.until(`document.querySelector("#actions tbody").innerText.includes("search")`)
	tab.is(`!document.querySelector("#actions").innerText.includes("` + subject + `")`)
	tab.is(`!document.cookie && !localStorage.length && !sessionStorage.length`)

	// What stands in the fields is only looked for; what was asked for last is what is shown, whatever is still under way.
	tab.run(`document.querySelector("#query button").click();
		document.querySelector("[name=subject]").value = "<img src=x onerror=alert(1)>";
		document.querySelector("#query button").click()`)
	tab.expects("400", "Failed to load resource")
	tab.until(`document.getElementById("status").className == "failed"`)
	tab.is(`document.getElementById("status").textContent.includes("Send a subject's id")`)
	tab.is(`!document.querySelector("main img")`)
}
