package e2e

import (
	"slices"
	"strings"
	"testing"
)

func TestTheAdminPageNeedsTheTokenAndLogsActions(t *testing.T) {
	tab := open(t, stage.Address(Page{}))
	tab.wait(visible(banner))
	tab.click(rejectButton)
	tab.wait(`nod.receipt()`)
	subject := eval[string](tab.view, `nod.receipt().record.subject`)

	tab = openAdminPage(t)
	searchForSubject(tab, subject)
	tab.wait(`document.getElementById("statistics").innerText.includes("reject_all")`)
	purposes := eval[[]string](tab.view, `(() => {
		const tables = [...document.querySelectorAll("#statistics table")];
		const table = tables.find((t) => t.caption.textContent.startsWith("Purposes"));
		return [...table.tBodies[0].rows].map((r) => r.cells[0].textContent);
	})()`)
	if len(purposes) < 2 || !slices.IsSorted(purposes) {
		t.Errorf("the purposes are not sorted by name: %v", purposes)
	}
	tab.wait(`document.querySelector("#actions tbody").innerText.includes("search")`)
	tab.check(`!document.querySelector("#actions").innerText.includes("` + subject + `")`)
	tab.check(`!document.cookie && !localStorage.length && !sessionStorage.length`)

	// Only the last search counts, even if the one before is not answered yet. What it contains is never markup.
	tab.run(`document.querySelector("#query button").click();
		document.querySelector("[name=subject]").value = "<img src=x onerror=alert(1)>";
		document.querySelector("#query button").click()`)
	tab.expectMessages("400", "Failed to load resource")
	tab.wait(`document.getElementById("status").className == "failed"`)
	tab.check(`document.getElementById("status").textContent.includes("Send a subject's id")`)
	tab.check(`!document.querySelector("main img")`)
}

// openAdminPage opens the admin page, first with a wrong token and then with the right one.
func openAdminPage(t *testing.T) *Tab {
	t.Helper()
	tab := open(t, stage.Consent+"/v1/admin/")
	tab.wait(`document.getElementById("token")`)
	enter := func(token string) {
		t.Helper()
		tab.run(`document.getElementById("token").value = "` + token + `"; document.querySelector("#entry button").click()`)
	}
	tab.expectMessages("401", "Failed to load resource")
	enter("a-guess-that-is-as-long-as-a-token")
	tab.wait(`document.getElementById("status").className == "failed"`)
	tab.check(`document.getElementById("status").textContent.startsWith("This is not the admin token.") &&
		document.getElementById("reading").hidden`)

	enter(adminToken)
	tab.wait(`!document.getElementById("reading").hidden && document.querySelector("#actions tbody").rows.length`)
	tab.check(`document.activeElement.name == "site" && document.getElementById("token").value == ""`)
	return tab
}

// searchForSubject finds the one record of a subject, who rejected all.
func searchForSubject(tab *Tab, subject string) {
	tab.Helper()
	tab.run(`document.querySelector("[name=site]").value = "` + siteID +
		`"; document.querySelector("[name=site]").dispatchEvent(new Event("change"))`)
	tab.wait(`document.getElementById("status").textContent == ""`)
	tab.run(`document.querySelector("[name=subject]").value = "` + subject +
		`"; document.querySelector("#query button").click()`)
	tab.wait(`document.querySelector("#records tbody").rows.length == 1`)
	row := eval[string](tab.view, `document.querySelector("#records tbody").innerText`)
	for _, want := range []string{subject, "reject_all", "analytics denied", "web"} {
		if !strings.Contains(row, want) {
			tab.Errorf("the record has no %q: %s", want, row)
		}
	}
}
