package e2e

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// hostPageBehaviours are things that consent tools break on the pages that embed them, with the tests that show that
// Nod does not. Add a line for each kind of trouble that is found.
var hostPageBehaviours = []struct{ behaviour, tests string }{
	{"document.write of a tagged script keeps the page", "TestDocumentWriteKeepsThePage"},
	{"document.write keeps the page in scripts that were written, in templates and with a source",
		"TestScriptsThatWriteScriptsThatWriteKeepThePage TestScriptsOfThePageWriteAsBefore " +
			"TestATemplateTakesOutWhatItsScriptsWrote"},
	{"our parts come back to a page that replaces or removes them", "TestOurPartsComeBackWhenThePageReplacesItsRoot " +
		"TestAPageThatIsWrittenAgainFollowsDecisions TestAPageThatKeepsRemovingOurPartsStaysUsable"},
	{"images with categories of the page's own are left alone", "TestImagesWithCategoriesOfThePagesOwnAreLeftAlone"},
	{"scripts that come late or in another way start", "TestScriptsOfAnotherDocumentStart TestAScriptInSVGStarts " +
		"TestAScriptThatGetsItsTextLaterStartsThen TestMarkupThatWasSavedAfterAScriptRanStartsItAgain"},
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
	{"decisions leave the session history alone",
		"TestDecisionsLeaveTheSessionHistoryAlone TestDecisionsLeaveTheHistoryAloneInOtherBrowsers"},
	{"markup that is only read or edited stays as it is, and a blocked element reads as it was written",
		"TestThePageReadsWhatItWroteWhereSomethingIsBlocked TestThePageReadsWhatItWroteInOtherBrowsers " +
			"TestTheGateBreaksNothingOfThePages"},
	{"a later grant finds what the page wrote", "TestALaterGrantFindsWhatThePageWrote"},
	{"neither the banner nor the reopen button is printed", "TestTheBannerAndTheReopenButtonAreNotPrinted"},
	{"the banner waits for a modal dialog also in shadow roots, and can be answered over popovers and full screens",
		"TestTheBannerWaitsForAModalDialogOfThePage TestTheBannerWaitsForAModalDialogInAShadowRoot " +
			"TestTheBannerCanBeAnsweredOverPopovers " +
			"TestTheBannerCanBeAnsweredOverAFullScreen"},
	{"Escape closes the page's own dialogs and popovers",
		"TestEscapeClosesThePagesOwnDialogs TestEscapeClosesThePagesOwnDialogsInOtherBrowsers"},
	{"a focus trap of the page leaves the banner alone", "TestAFocusTrapOfThePageLeavesTheBannerAlone"},
	{"elements in shadow roots follow their purpose", "TestElementsInShadowRootsFollowTheirPurpose"},
	{"a lazy loader of the page starts nothing twice", "TestALazyLoaderOfThePageStartsNothingTwice"},
	{"a page whose document element is replaced keeps the banner and its elements",
		"TestAPageSurvivesThatReactHydrates TestElementsInAReplacedDocumentElementFollowTheirPurpose " +
			"TestTurboPageSwapsStartEachScriptOnce"},
	{"the focus is visible whatever scrolls, and the page keeps its scroll position and styles",
		"TestTheFocusIsVisibleWhateverScrolls TestTheFocusIsVisibleInAShadowRoot TestThePageKeepsItsOwnPadding"},
	{"grids around body keep their layout, and rules for div do not move the banner",
		"TestThePagesLayoutIsTheSameWithOurParts"},
	{"names that the page declares, its shortcuts and a morph leave our parts alone",
		"TestAPageMayDeclareTheNamesOfTheBrowser TestKeysOnOurPartsAreNotThePages " +
			"TestAPlaceholderThatThePageRemovesComesBack"},
	{"errors that pass through Nod can be read, functions print like the browser's, and text stays as it is",
		"TestErrorsThatPassThroughNodCanBeReadByThePage TestHookedFunctionsPrintLikeTheBrowsers " +
			"TestTextThatIsNoMarkupStaysAsItIs"},
	{"what is long stays where it is when it gets the focus",
		"TestWhatIsTallerThanTheRoomAboveTheBannerStaysWhereItIs"},
	{"what leaves the page is forgotten, and a page finds its own elements",
		"TestWhatLeavesThePageIsForgotten TestThePageFindsItsOwnElements"},
	{"a page that hides our parts stays usable", "TestAPageThatHidesOurPartsStaysUsable"},
	{"the banner's buttons are in reach in small windows and large text", "TestTheBannersButtonsAreInReach"},
	{"a changed address or purpose is followed", "TestAChangedAddressOrPurposeIsFollowed"},
	{"a decision holds without the second file", "TestADecisionHoldsWithoutTheSecondHalf"},
	{"the reload notice can be pressed in the preferences", "TestTheReloadNoticeCanBePressedInThePreferences"},

	// Cookies
	{"no cookie, id or hash looks like an attack to a web application firewall",
		"FuzzTheCookieLooksLikeNoAttack TestTheCookieLeavesOutIDsWithTwoHyphens TestIDsThatFirewallsRefuseAreMistakes"},
	{"partitioned cookies are removed on withdrawal",
		"TestWithdrawalRemovesPartitionedCookies TestPartitionedCookiesAreRemovedInFirefox"},
	{"a cookie that is written again after a withdrawal is gone before the next page uses it",
		"TestCookiesWrittenAgainAreGoneBeforeTheNextPageUsesThem TestTheNextPageClearsWhatCouldNotBeCleared " +
			"TestDecisionsArriveInOtherBrowsers"},
	{"a cookie whose domain does not cover the page is for the host, and the console and lint name the page",
		"TestACookieThatItsDomainDoesNotCoverIsForTheHost TestLintNamesEachOriginThatTheCookiesDomainMisses " +
			"TestDecisionsArriveInOtherBrowsers"},
	{"a frame of another site keeps its answers",
		"TestAFrameOfAnotherSiteKeepsItsAnswers TestAFrameOfAnotherSiteKeepsItsAnswersInOtherBrowsers"},
	{"a cookie that was planted grants nothing that was refused",
		"TestAPlantedCookieGrantsNothingThatWasRefusedHere TestHostileCookiesGrantNothing " +
			"TestDecisionsArriveInOtherBrowsers"},
	{"two cookies of one name do not bring the banner back", "TestTwoCookiesOfOneNameDoNotReopenTheBanner"},
	{"lint asks for the cookies that an adapter's tool leaves", "TestLintAsksForTheCookiesOfAnAdaptersTool"},

	// Tabs
	{"what other tabs decide is followed, also where load never comes and on a page from the history",
		"TestWhatOtherTabsDecideIsFollowedWhereLoadNeverComes TestAPageFromTheHistoryFollowsWhatOtherPagesDecided " +
			"TestAPageFromTheBackForwardCacheStartsNothingAgain"},
	{"a frame has its placeholder where load never comes", "TestWhatOtherTabsDecideIsFollowedWhereLoadNeverComes"},

	// The server
	{"a waiting decision is sent where load never comes", "TestAWaitingDecisionIsSentWhereLoadNeverComes"},
	{"a stored decision survives a toJSON on prototypes",
		"TestAQueueIsStoredPastToJSON TestDecisionsArriveInOtherBrowsers"},
	{"a withdrawal is sent and cleared without the second file, and the preferences open as a page",
		"TestDecisionsAreSentAndAppliedWithoutTheSecondHalf"},
	{"a script that an optimiser runs asks no wrong server, and warns once",
		"TestAScriptRunByAnOptimiserAsksNoWrongServer"},
	{"tags find the consent updated when the event comes", "TestTagsFindTheConsentUpdatedWhenTheEventComes"},
	{"the oldest browsers ask and send, and in older ones the page's own calls are harmless",
		"TestTheOldestBrowsersUnderstandTheScripts TestTheOldestBrowsersAskSendAndFollow " +
			"TestInOlderBrowsersThePagesOwnCallsAreHarmless"},
}

// readTests returns the source of all tests in Go.
func readTests(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	for _, folder := range []string{"../../app", "../../cmd", ".."} {
		err := filepath.WalkDir(folder, func(file string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case entry.Name() == "node_modules":
				return fs.SkipDir
			case !strings.HasSuffix(file, "_test.go"):
				return nil
			}
			source, err := os.ReadFile(file)
			all.Write(source)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all.String()
}

// TestEachBehaviourOnHostPagesHasItsTests prints the list, and checks that its tests are there.
func TestEachBehaviourOnHostPagesHasItsTests(t *testing.T) {
	all := readTests(t)
	for _, b := range hostPageBehaviours {
		t.Logf("%s: %s", b.behaviour, strings.ReplaceAll(b.tests, " ", ", "))
		for _, name := range strings.Fields(b.tests) {
			if !strings.Contains(all, "\nfunc "+name+"(") {
				t.Errorf("%s: there is no %s", b.behaviour, name)
			}
		}
	}
}
