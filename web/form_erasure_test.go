package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/web"
)

// restricting makes the site restrict records instead of erasing them.
func restricting(o *web.Options) {
	site := *o.Sites[0]
	site.Evidence.Erasure = policy.ErasureRestrict
	o.Sites = []*policy.Site{&site}
}

// erasureIn reads how the preferences offer to delete the records: whether they do, what the text says, and the notes
// that are shown.
func erasureIn(t *testing.T, doc *html.Node) (isOffered bool, text, notes string) {
	t.Helper()
	for _, form := range all(doc, "form") {
		if attribute(form, "id") != "nod-withdrawal" {
			continue
		}
		_, isHidden := findAttribute(first(form, "details"), "hidden")
		for _, span := range all(form, "span", "time") {
			if _, isHidden := findAttribute(span, "hidden"); !isHidden {
				notes += textOf(span)
			}
		}
		return !isHidden, textOf(first(form, "details")), notes
	}
	t.Fatal("the preferences have no form to delete the records")
	return false, "", ""
}

// C-36
func TestThePreferencesAnnounceWhatDeletingDoes(t *testing.T) {
	for name, change := range map[string]func(*web.Options){"erase": func(*web.Options) {}, "restrict": restricting} {
		t.Run(name, func(t *testing.T) {
			s := start(t, sites(t, "yunzhijia"), func(o *web.Options) {
				site := *o.Sites[0]
				site.Interface = append(site.Interface, "ar")
				site.Evidence.Erasure = policy.ErasureErase
				o.Sites = []*policy.Site{&site}
				change(o)
			})
			for language, words := range map[string]map[string]string{
				"en":    {"erase": "Delete now", "restrict": "3 years after your consent ended"},
				"zh-CN": {"erase": "立即删除", "restrict": "同意结束满3年后删除"},
				"zh-TW": {"erase": "立即刪除", "restrict": "同意結束滿3年後刪除"},
				"ar":    {"erase": "احذف الآن", "restrict": "3 سنوات"},
			} {
				page := s.get("/yunzhijia/preferences?lang=" + language)
				isOffered, text, notes := erasureIn(t, parse(t, string(page.body)))
				if isOffered || notes != "" {
					t.Errorf("%s: a visitor without records can delete some (%v), and reads %q", language, isOffered, notes)
				}
				for other, part := range words {
					if strings.Contains(text, part) != (other == name) {
						t.Errorf("%s: %q is wrong in %q", language, part, text)
					}
				}
			}
		})
	}
}

// C-36
func TestAPersonDeletesTheOwnRecordsWithoutAScript(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*web.Options)
		note   string
	}{
		{"erased", func(*web.Options) {}, "Your records were deleted."},
		{"restricted", restricting, time.Now().UTC().AddDate(3, 0, 367).Format(time.DateOnly)},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := start(t, test.change)
			const page = "/acme/preferences?lang=en"
			granted := s.post(page, "action=accept_all").is(http.StatusSeeOther)
			subject := granted.stored().Subject
			_, cookies := granted.cookies()
			if isOffered, _, _ := erasureIn(t, parse(t, string(s.get(page, cookies).body))); !isOffered {
				t.Error("the page does not offer to delete the records")
			}
			isRestricted := test.name == "restricted"
			for range map[bool]int{false: 1, true: 2}[isRestricted] { // who is restricted can ask again
				done := s.post(page, "action=erase", cookies).is(http.StatusSeeOther).
					has("Location", "/acme/preferences?erased=1&lang=en")
				_, cookies = done.cookies()
				doc := parse(t, string(s.get(page+"&erased=1", cookies).is(http.StatusOK).body))
				if _, _, notes := erasureIn(t, doc); !strings.Contains(notes, test.note) {
					t.Errorf("the page says %q: want %q", notes, test.note)
				}
				q := consent.Evaluate(acmeForm(t), done.stored(), consent.Signals{}, time.Now())
				if q.IsGranted("analytics") || done.stored().Subject != subject {
					t.Errorf("states %v of subject %s", q.States, done.stored().Subject)
				}
			}
			records, _, err := s.store.RecordsFrom(t.Context(), "acme", subject, 0)
			if err != nil || (len(records) > 0) != isRestricted {
				t.Errorf("the person reads %d records, error %v", len(records), err)
			}
			if counting, err := s.store.Records(t.Context(), "acme", subject); err != nil || len(counting) > 0 {
				t.Errorf("%d records still count, error %v", len(counting), err)
			}
			s.status("analytics", subject.String(), "denied")
		})
	}
}

func TestTheFormDeletesOnlyWithTheSecretAndFromItsOwnPage(t *testing.T) {
	s := start(t)
	granted := s.post("/acme/preferences", "action=accept_all").is(http.StatusSeeOther)
	set, cookies := granted.cookies()
	other, _ := s.post("/acme/preferences", "action=reject_all").is(http.StatusSeeOther).cookies()
	answers := "Cookie: nod=" + set["nod"].Value
	for _, headers := range [][]string{
		nil, {answers}, {answers + "; nod-secret=" + other["nod-secret"].Value}, {answers + "; nod-secret=x"},
	} {
		s.post("/acme/preferences", "action=erase", headers...).problem(http.StatusForbidden, "wrong-secret")
	}
	s.post("/acme/preferences", "action=erase", cookies, "Origin: https://elsewhere.example").
		problem(http.StatusForbidden, "foreign-origin")
	records, err := s.store.Records(t.Context(), "acme", granted.stored().Subject)
	if err != nil || len(records) != 1 {
		t.Errorf("%d records, error %v: want the one", len(records), err)
	}
}
