package widget

import (
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func TestBannerButtonsAreEqual(t *testing.T) { // C-02, C-03
	root := render(t, &Banner{View: testView(t)})
	buttons := elements(root, "button")
	if len(buttons) != 3 {
		t.Fatalf("%d buttons; want accept, reject and preferences", len(buttons))
	}
	checkEqual(t, buttons)
	for i, want := range []string{"reject-all", "accept-all", "preferences"} {
		if got := attribute(buttons[i], "data-nod"); got != want {
			t.Errorf("button %d does %s; want %s", i, got, want)
		}
	}
	if inputs := elements(root, "input"); len(inputs) > 0 {
		t.Errorf("the first layer has %d fields, which could be ticked in advance", len(inputs))
	}
}

func TestBannerIsARegionAndLeavesTheFocus(t *testing.T) { // C-43
	root := render(t, &Banner{View: testView(t)})
	banner := findByID(t, root, "nod-banner")
	if banner.Data != "section" || attribute(banner, "role") != "" || hasAttribute(banner, "aria-modal") {
		t.Errorf("it is a <%s> with %v", banner.Data, banner.Attr)
	}
	title := findByID(t, root, attribute(banner, "aria-labelledby"))
	if textOf(title) != "Your choices" {
		t.Errorf("its name is %q", textOf(title))
	}
	for n := range root.Descendants() {
		if hasAttribute(n, "autofocus") {
			t.Errorf("<%s> takes the focus", n.Data)
		}
	}
}

func TestBannerNamesControllerDataRetentionAndRights(t *testing.T) { // C-08
	view := testView(t)
	text := textOf(render(t, &Banner{View: view}))
	for _, want := range []string{
		view.Controller, view.Text, view.Retention, view.Rights, view.Contact, view.Words.PolicyLink,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in %q", want, text)
		}
	}
	if strings.Contains(text, view.Words.SignalNotice) {
		t.Error("it shows the notice of a signal that was not sent")
	}
}

func TestBannerNamesTheControllerOnceIfItsTextDoes(t *testing.T) { // C-08
	view := testView(t)
	for _, about := range []string{"We count visits.", view.Controller + " counts visits."} {
		view.Text = about
		text := textOf(render(t, &Banner{View: view}))
		if got := strings.Count(text, view.Controller); got != 1 {
			t.Errorf("with the text %q, the banner names the controller %d times; want once", about, got)
		}
	}
}

func TestBannerKeepsTheOrderOfTextsOfTheOtherDirection(t *testing.T) { // C-62
	view := testView(t)
	view.Language, view.Direction, view.Original = "ar", "rtl", Original{Language: "en", Direction: "ltr"}
	view.Phone = "+44 1632 960123"
	root := render(t, &Banner{View: view})
	sentences := findByText(t, root, view.Retention+" "+view.Rights)
	if attribute(sentences, "dir") != "ltr" || attribute(sentences, "lang") != "en" {
		t.Errorf("sentences in a row have %v; want dir ltr and lang en", sentences.Attr)
	}
	if phone := findByText(t, root, view.Phone); attribute(phone, "dir") != "ltr" {
		t.Errorf("the telephone number has %v; want dir ltr", phone.Attr)
	}
	view.Direction, view.Original = "ltr", Original{}
	if phone := findByText(t, render(t, &Banner{View: view}), view.Phone); hasAttribute(phone, "dir") {
		t.Error("the telephone number has a direction where all texts have the same")
	}
}

// findByText finds the first element that holds just this text, which must exist.
func findByText(t *testing.T, below *html.Node, text string) *html.Node {
	t.Helper()
	for n := range below.Descendants() {
		if n.Type == html.TextNode && n.Data == text {
			return n.Parent
		}
	}
	t.Fatalf("no element holds %q", text)
	return nil
}

func TestBannerEscapesTexts(t *testing.T) {
	view := testView(t)
	view.Controller, view.Title, view.Text = hostile, hostile, hostile
	view.Retention, view.Rights, view.Contact = hostile, hostile, hostile
	checkInert(t, render(t, &Banner{View: view}))
}
