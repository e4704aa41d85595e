package e2e

import (
	"strings"
	"testing"

	"github.com/google/uuid"
)

// C-36
func TestAPersonDeletesTheOwnRecordsInThePreferences(t *testing.T) {
	runInBothForms(t, func(t *testing.T, mode formMode) {
		tab := open(t, stage.Address(Page{}))
		tab.wait(visible(banner))
		tab.click(acceptButton)
		tab.waitForStates(granted, granted, granted)
		tab.waitForReceipt()
		person := tab.readStorage()
		tab.click(reopenButton)
		f := mode.waitForPreferences(tab)
		f.wait(visible(element("#nod-withdrawal summary")))
		f.check(`![...document.querySelectorAll("[data-erasure]")].some((s) => !s.hidden)`)
		f.click(element("#nod-withdrawal summary"))
		f.check(element("#nod-withdrawal p") + `.textContent.includes("3 years after your consent ended")`)
		f.click(element("#nod-withdrawal button"))
		f.wait(`!` + element("[data-erasure=restricted]") + `.hidden`)
		f.check(`/on: .*20\d\d/.test(` + element("#nod-withdrawal [role=status]") + `.textContent)`)
		f.check(`[...document.querySelectorAll("[data-erasure]")].filter((s) => !s.hidden).length == 1`)
		tab.waitForStates(denied, denied, denied)
		subject := uuid.MustParse(person.Subject)
		if counting, err := stage.Ledger.Records(t.Context(), siteID, subject); err != nil || len(counting) > 0 {
			t.Errorf("%d records still count, error %v", len(counting), err)
		}
		records, _, err := stage.Ledger.RecordsFrom(t.Context(), siteID, subject, 0)
		if err != nil || len(records) != 2 || !strings.HasPrefix(summarize(records[1]), "withdraw: ") {
			t.Errorf("the person reads %d records, error %v", len(records), err)
		}
	})
}

// C-36
func TestAPersonDeletesTheOwnRecordsInTheApp(t *testing.T) {
	tab := openFirstLaunch(t)
	tab.agreeAsAdult()
	tab.click(element("#nod-menu [data-page=preferences]"))
	tab.wait(appPreference("#nod-withdrawal details") + `?.hidden === false`)
	tab.run(appPreference("#nod-withdrawal button") + `.click()`)
	tab.wait(`!` + appPreference("[data-erasure=restricted]") + `.hidden`)
	r := tab.waitForRecords(0)
	if len(r) > 0 {
		t.Errorf("%d records still count", len(r))
	}
	tab.check(`messages.filter((m) => m.type == "nod:decision").at(-1).action == "withdraw"`)
}
