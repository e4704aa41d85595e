package load

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/nod-consent/nod/app/policy"
)

// source is the original text, without white space.
func source(t *testing.T) string {
	t.Helper()
	_, p := yunzhijia(t)
	text, _ := fullText(t, p)
	return strings.Join(strings.Fields(text), "")
}

// checkQuoted checks that the original has a text of the entry, word for word.
func checkQuoted(t *testing.T, original, entry, text string) {
	t.Helper()
	if !strings.Contains(original, strings.Join(strings.Fields(text), "")) {
		t.Errorf("%s: the text does not say %q", entry, text)
	}
}

// C-20
func TestSDKsAreThoseOfTheTextWithTheirGaps(t *testing.T) {
	_, p := yunzhijia(t)
	original := source(t)
	count := map[policy.Platform]int{}
	gaps := map[string]string{}
	for _, e := range p.SDKs {
		count[e.Platform]++
		for label, text := range map[string]string{
			"SDK名称：": e.Name["zh-CN"], "个人信息种类：": e.Data["zh-CN"], "使用目的：": e.Use["zh-CN"], "使用场景：": e.Scene["zh-CN"],
			"SDK主体：": e.Provider["zh-CN"], "收集方式：": e.Collection["zh-CN"], "SDK隐私政策：": e.Policy, "SDK官网：": e.Home,
		} {
			if text == "" {
				gaps[string(e.Platform)+" "+e.ID] += label
			} else {
				checkQuoted(t, original, string(e.Platform)+" "+e.ID, label+text)
			}
		}
		// C-21: what takes data needs a purpose that can be refused.
		if purpose := p.Purpose(e.Purpose); e.NoData != (e.Data["zh-CN"] == "无") ||
			!e.NoData && (purpose == nil || purpose.Required || !purpose.Separate) {
			t.Errorf("%s on %s takes %s for purpose %q", e.ID, e.Platform, e.Data["zh-CN"], e.Purpose)
		}
	}
	if diff := cmp.Diff(map[policy.Platform]int{policy.Android: 19, policy.IOS: 11}, count); diff != "" {
		t.Errorf("SDKs (-want +got):\n%s", diff)
	}
	want := map[string]string{
		"android mars": "SDK隐私政策：", "ios mars": "SDK隐私政策：", "android shortcut-badger": "SDK隐私政策：",
		"android bangcle": "收集方式：",
	}
	for of, missing := range gaps {
		if missing == "SDK官网：" { // most have a policy instead
			delete(gaps, of)
		}
	}
	if diff := cmp.Diff(want, gaps); diff != "" {
		t.Errorf("gaps (-want +got):\n%s", diff)
	}
}

// C-18, C-19
func TestPermissionsHaveAUseAndACostOfRefusing(t *testing.T) {
	_, p := yunzhijia(t)
	original := source(t)
	var ids, more []string
	for _, e := range p.Permissions {
		ids = append(ids, e.ID)
		checkQuoted(t, original, e.ID, e.Use["zh-CN"])
		if len(e.Claimed) > 0 {
			more = append(more, e.ID)
			checkQuoted(t, original, e.ID, e.Claimed["zh-CN"])
		}
		if u := p.Purpose(e.Purpose); u == nil || u.Required {
			t.Errorf("%s can't be refused: purpose %+v", e.ID, u)
		}
	}
	want := []string{
		"camera", "photos", "microphone", "calendar", "location", "phone-state", "storage", "background", "app-list",
		"contacts", // beside the nine that have a letter
	}
	if diff := cmp.Diff(want, ids); diff != "" {
		t.Errorf("permissions (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"photos", "phone-state"}, more); diff != "" {
		t.Errorf("permissions of which the text claims more than holds (-want +got):\n%s", diff)
	}
}

// C-28, C-31, C-32
func TestRulesOfTheTextAreInThePolicy(t *testing.T) {
	_, p := yunzhijia(t)
	original := source(t)
	var changes, rights []string
	for _, e := range p.Changes {
		changes = append(changes, string(e.Kind))
		checkQuoted(t, original, string(e.Kind), e.Text["zh-CN"])
	}
	wantChanges := []string{"processing", "ownership", "recipients", "rights", "contact", "risk"}
	if diff := cmp.Diff(wantChanges, changes); diff != "" {
		t.Errorf("material changes (-want +got):\n%s", diff)
	}
	for _, e := range p.Rights {
		rights = append(rights, e.ID)
	}
	for _, id := range []string{
		"access", "copy", "transfer", "correct", "delete", "restrict", "explain", "leave", "cancel", "withdraw",
	} {
		if !slices.Contains(rights, id) {
			t.Errorf("no right %s among %v", id, rights)
		}
	}
	for _, e := range p.Exceptions {
		checkQuoted(t, original, "exceptions", e["zh-CN"])
	}
	got := []int{
		len(p.Definitions), len(p.Exceptions), len(p.Requests.Unanswerable), p.Requests.AnswerDays, p.Requests.ContactDays,
		p.Keeping.IncidentDays, p.Keeping.ClosureDays, p.Minors.Child, p.Minors.Adult,
	}
	if diff := cmp.Diff([]int{5, 11, 5, 15, 15, 30, 60, 14, 18}, got); diff != "" {
		t.Errorf(
			"definitions, exceptions, refusals, days to answer, working days, days after an incident and before closure, "+
				"ages (-want +got):\n%s",
			diff,
		)
	}
}
