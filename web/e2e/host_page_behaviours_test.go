package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// hostPageBehaviours are things that consent tools break on the pages that embed them, with the tests that show that
// Nod does not. Add a line for each kind of trouble that is found.
var hostPageBehaviours = []struct{ behaviour, tests string }{
	{"document.write of a tagged script keeps the page", "TestDocumentWriteKeepsThePage"},
	{"a script that never answers, or was taken out, holds up nobody",
		"TestAScriptThatNeverAnswersHoldsUpNobody TestAScriptThatIsTakenOutAtOnceStartsAndHoldsUpNobody"},
	{"data blocks get their type", "TestDataBlocksGetTheirType"},
	{"the page's listeners hear load and error of its own element", "TestThePageHearsOfTheLoadOfItsOwnElement"},
	{"listeners for the end of loading that come late are called once", "TestListenersOfLateScriptsAreCalledOnce"},
	{"deferred scripts, modules and inline scripts run in the browser's order",
		"TestTaggedScriptsRunAsWithoutNod TestTaggedScriptsRunInOrderInOtherBrowsers"},
	{"elements start once the starter can be had", "TestScriptsStartOnceTheStarterCanBeHad"},
	{"a frame that is hidden at first gets its placeholder, in its own box",
		"TestAPlaceholderIsDrawnAsSoonAsItsFrameCanBeSeen TestAPlaceholderReplacesABlockedFrame"},
	{"decisions leave the session history alone", "TestDecisionsLeaveTheSessionHistoryAlone"},
	{"markup that is only read or edited stays as it is, and a blocked element reads as it was written",
		"TestThePageReadsWhatItWroteWhereSomethingIsBlocked TestThePageReadsWhatItWroteInOtherBrowsers " +
			"TestTheGateBreaksNothingOfThePages"},
	{"a later grant finds what the page wrote", "TestALaterGrantFindsWhatThePageWrote"},
	{"neither the banner nor the reopen button is printed", "TestTheBannerAndTheReopenButtonAreNotPrinted"},
	{"the banner waits for a modal dialog, and can be answered over popovers and full screens",
		"TestTheBannerWaitsForAModalDialogOfThePage TestTheBannerCanBeAnsweredOverPopovers " +
			"TestTheBannerCanBeAnsweredOverAFullScreen"},
	{"Escape closes the page's own dialogs and popovers", "TestEscapeClosesThePagesOwnDialogs"},
	{"a focus trap of the page leaves the banner alone", "TestAFocusTrapOfThePageLeavesTheBannerAlone"},
	{"elements in shadow roots follow their purpose", "TestElementsInShadowRootsFollowTheirPurpose"},
	{"a lazy loader of the page starts nothing twice", "TestALazyLoaderOfThePageStartsNothingTwice"},
	{"a page whose document element is replaced keeps the banner and its elements",
		"TestAPageSurvivesThatReactHydrates TestElementsInAReplacedDocumentElementFollowTheirPurpose " +
			"TestTurboPageSwapsStartEachScriptOnce"},
	{"the focus is visible whatever scrolls, and the page keeps its scroll position and styles",
		"TestTheFocusIsVisibleWhateverScrolls TestTheFocusIsVisibleInAShadowRoot TestThePageKeepsItsOwnPadding"},
	{"a page that hides our parts stays usable", "TestAPageThatHidesOurPartsStaysUsable"},
	{"the banner's buttons are in reach in small windows and large text", "TestTheBannersButtonsAreInReach"},
	{"a changed address or purpose is followed", "TestAChangedAddressOrPurposeIsFollowed"},
	{"a decision holds without the second file", "TestADecisionHoldsWithoutTheSecondHalf"},
	{"the reload notice can be pressed in the preferences", "TestTheReloadNoticeCanBePressedInThePreferences"},
}

// TestEachBehaviourOnHostPagesHasItsTests prints the list, and checks that its tests are there.
func TestEachBehaviourOnHostPagesHasItsTests(t *testing.T) {
	files, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(source)
	}
	for _, b := range hostPageBehaviours {
		t.Logf("%s: %s", b.behaviour, strings.ReplaceAll(b.tests, " ", ", "))
		for _, name := range strings.Fields(b.tests) {
			if !strings.Contains(all.String(), "\nfunc "+name+"(") {
				t.Errorf("%s: there is no %s", b.behaviour, name)
			}
		}
	}
}
