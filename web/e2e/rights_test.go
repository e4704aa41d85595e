package e2e

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
)

func TestAPersonAsksByKeyboardOnANarrowScreen(t *testing.T) {
	// C-31, C-42, C-44
	tab := openEmptyTab(t)
	axe := readAxe(t)
	check := func() {
		t.Helper()
		eval[bool](tab.view, axe)
		tab.checkAccessibility(allRules)
		if width := eval[int](tab.view, `document.documentElement.scrollWidth`); width > 320 {
			t.Errorf("the page is %d wide", width)
		}
	}
	tab.setSize(320, 640)
	tab.load(stage.Consent + "/yunzhijia/rights?lang=zh-CN")
	check()
	tab.run(`document.querySelector("[value=delete]").focus()`)
	tab.press(" ")
	tab.run(`document.getElementById("nod-contact").focus()`)
	tab.press("a")
	tab.press(kb.Enter)
	tab.wait(`location.search.includes("key=")`)
	check()
	if !eval[bool](tab.view, `/^您的请求 R-/.test(document.querySelector("h1").textContent)`) {
		t.Error("the status is not that of the request")
	}
	// A printed sheet has the address, but not the key: a finder must not open the request.
	tab.run(`dispatchEvent(new Event("beforeprint"))`)
	tab.check(`document.querySelector(".printed .address").textContent ==
		location.origin + location.pathname + "?lang=zh-CN"`)
	tab.expectMessages("422") // the form that is not complete
	tab.load(stage.Consent + "/yunzhijia/rights?lang=en")
	tab.run(`document.getElementById("nod-contact").value = "x"; document.querySelector("form.request").submit()`)
	tab.wait(element("#nod-failure"))
	tab.check(`document.title.startsWith("Your request was not sent. ")`)
	tab.check(`[...document.querySelectorAll("[aria-invalid=true]")].map((e) => e.name).every((name) => name == "kind")`)
	tab.check(`document.querySelector("[name=kind]").getAttribute("aria-describedby").startsWith("nod-failure ")`)
	check()

	tab.load(stage.Consent + "/v1/admin/yunzhijia/requests")
	tab.run(`document.querySelector("[name=token]").value = "` + adminToken + `"`)
	tab.run(`document.querySelector("form").requestSubmit()`)
	tab.wait(element("td a"))
	tab.run(`document.querySelector("td a").click()`)
	tab.wait(element("[name=way]"))
	tab.run(`document.querySelector("[value=verify]").click()`)
	tab.wait(element("[value=preview]"))
	tab.run(`document.querySelector("[name=letter]").value = "We have nothing of you.";
		document.querySelector("[name=outcome]").value = "nothing_held"; document.querySelector("[value=preview]").click()`)
	tab.wait(element("[value=answer]"))
	eval[bool](tab.view, axe)
	tab.checkAccessibility(allRules)
	tab.run(`document.querySelector("[value=answer]").click()`)
	tab.wait(`document.querySelector(".preview").textContent.includes("We have nothing of you.") &&
		!document.querySelector("[value=answer]")`)
}
