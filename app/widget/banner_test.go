package widget

import (
	"strings"
	"testing"
)

func TestTheBannersButtonsAreEqual(t *testing.T) { // C-02, C-03
	root := render(t, &Banner{View: testView(t)})
	buttons := elements(root, "button")
	if len(buttons) != 3 {
		t.Fatalf("%d buttons; want accept, reject and preferences", len(buttons))
	}
	areEqual(t, buttons)
	for i, want := range []string{"accept-all", "reject-all", "preferences"} {
		if got := attribute(buttons[i], "data-nod"); got != want {
			t.Errorf("button %d does %s; want %s", i, got, want)
		}
	}
	if inputs := elements(root, "input"); len(inputs) > 0 {
		t.Errorf("the first layer has %d fields, which could be filled in already", len(inputs))
	}
}

func TestTheBannerIsARegionThatTakesNoFocus(t *testing.T) { // C-43
	root := render(t, &Banner{View: testView(t)})
	banner := byID(t, root, "nod-banner")
	if banner.Data != "section" || attribute(banner, "role") != "" || hasAttribute(banner, "aria-modal") {
		t.Errorf("it is a <%s> with %v", banner.Data, banner.Attr)
	}
	title := byID(t, root, attribute(banner, "aria-labelledby"))
	if textOf(title) != "Your choices" {
		t.Errorf("its name is %q", textOf(title))
	}
	for n := range root.Descendants() {
		if hasAttribute(n, "autofocus") {
			t.Errorf("<%s> takes the focus", n.Data)
		}
	}
}

func TestTheFirstLayerNamesWhoAsksWhatForAndHowLong(t *testing.T) { // C-08
	view := testView(t)
	text := textOf(render(t, &Banner{View: view}))
	for _, want := range []string{view.Controller, view.Text, view.Retention, view.Rights, view.Contact, view.Words.PolicyLink} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in %q", want, text)
		}
	}
	if strings.Contains(text, view.Words.SignalNotice) {
		t.Error("it tells of a signal that nobody sent")
	}
}

func TestTextsOfThePolicyStayTextInTheBanner(t *testing.T) {
	view := testView(t)
	view.Controller, view.Title, view.Text, view.Retention, view.Rights, view.Contact = hostile, hostile, hostile, hostile, hostile, hostile
	isInert(t, render(t, &Banner{View: view}))
}
