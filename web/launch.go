package web

import (
	"bytes"
	"context"
	"html/template"
	"net/http"
	"net/url"
	"reflect"
	"strings"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/widget"
	"github.com/nod-consent/nod/web/prerender"
)

// launchConfig is what launch.js reads from its page; web/loader/src/launch/page.ts is the other side.
type launchConfig struct {
	Site          string            `json:"site"`
	Policy        string            `json:"policy"`
	Language      string            `json:"language"`
	Platform      policy.Platform   `json:"platform"`
	Form          scriptForm        `json:"form"`
	Presentation  string            `json:"presentation"`  // content hash of the first layer
	Presentations map[string]string `json:"presentations"` // of the questions, by purpose
	Server        string            `json:"server"`        // its address, with "/" at its end; "": the page's own
	Origins       []string          `json:"origins"`       // of pages that may hold this one, and whose decisions the server takes
	Days          int               `json:"days"`          // that the cookie lasts
	Domain        string            `json:"domain,omitempty"`
	Ages          bool              `json:"ages"`

	Questions   string            `json:"questions"`   // address of what is asked by itself, as HTML
	Permissions map[string]string `json:"permissions"` // the purposes that are asked for them
	SDKs        map[string]string `json:"sdks"`        // whose grants let them start
	Pages       map[string]string `json:"pages"`       // addresses, by what links have in data-page
	Words       launchTexts       `json:"words"`
}

// launchTexts are the words that the script puts in itself.
type launchTexts struct {
	States  map[string]string `json:"states"` // of the system's permissions
	Granted string            `json:"granted"`
	Denied  string            `json:"denied"`
	Unasked string            `json:"unasked"`

	Required string `json:"required"`
	Locked   string `json:"locked"`
	Managed  string `json:"managed"`
	Failed   string `json:"failed"`
}

// launchPage is what pages/launch.html takes.
type launchPage struct {
	pageHead
	Script  string
	Back    string
	Screens template.HTML
	Page    template.JS
}

// launch is the first launch in one language on one platform.
type launch struct {
	presentation string
	page         *resource
}

// asked is a question as it was drawn in a language, which is the same on every platform.
type asked struct {
	question           widget.Question
	html, presentation string
}

// makeLaunch makes the page of a platform, and records what each of its questions shows. Those that another platform drew are in drawn.
func (s *Server) makeLaunch(ctx context.Context, made *site, view widget.View, say widget.LaunchWords, drawn map[string]asked) (launch, error) {
	v := widget.LaunchOf(made.Site, made.CurrentPolicy(), view, say)
	config := launchConfig{
		Site: made.ID, Policy: made.Current, Language: view.Language, Platform: view.Platform,
		Form:          makeScriptForm(made.forms[made.Current].OnPlatform(view.Platform), made.CurrentPolicy(), false),
		Presentations: map[string]string{}, Server: made.server, Origins: made.origins, Days: made.Cookie.Days, Domain: made.Cookie.Domain, Ages: v.Ages.Child > 0,
		Permissions: map[string]string{}, SDKs: map[string]string{}, Pages: map[string]string{},
		Words: launchTexts{say.States, say.Granted, say.Denied, say.Unasked, view.Words.Required, say.LockedBy, say.DecidedBy, view.Words.LoadFailed},
	}
	p := made.CurrentPolicy()
	for _, e := range p.Permissions {
		if view.Platform.In(e.Platforms) {
			config.Permissions[e.ID] = e.Purpose
		}
	}
	for _, e := range p.SDKs {
		if e.Platform == view.Platform {
			config.SDKs[e.ID] = e.Purpose
		}
	}
	query := "?lang=" + url.QueryEscape(view.Language) + "&platform=" + string(view.Platform)
	places := []string{"lists/purposes"} // where the preferences lead to
	for _, place := range v.MenuLinks {
		places = append(places, place.ID)
	}
	for _, id := range places {
		config.Pages[id] = s.base + "/" + made.ID + "/" + id + query
	}
	ask, err := prerender.HTML(&widget.LaunchScreen{View: v})
	if err != nil {
		return launch{}, err
	}
	if config.Presentation, err = s.record(ctx, made, made.Current, ledger.FirstLaunch, view.Language, ask); err != nil {
		return launch{}, err
	}
	screens := strings.Replace(ask, " hidden", "", 1) // of all, the first is seen
	rest, err := prerender.HTML(&widget.OtherScreens{View: v})
	if err != nil {
		return launch{}, err
	}
	screens += rest
	var questions strings.Builder
	for _, q := range v.Questions {
		one := drawn[q.ID]
		if !reflect.DeepEqual(one.question, q) {
			one.question = q
			if one.html, err = prerender.HTML(&widget.QuestionScreen{View: v, Question: q}); err != nil {
				return launch{}, err
			}
			if one.presentation, err = s.record(ctx, made, made.Current, ledger.Question, view.Language, one.html); err != nil {
				return launch{}, err
			}
			drawn[q.ID] = one
		}
		config.Presentations[q.ID] = one.presentation
		questions.WriteString(one.html)
	}
	// They are most of what an app may ask, and nothing of it is asked at first.
	if config.Questions, err = s.static.add("questions.html", "text/html; charset=utf-8", []byte(questions.String())); err != nil {
		return launch{}, err
	}
	data, err := compactJSON(config)
	if err != nil {
		return launch{}, err
	}
	head := s.head(made, view, v.Title)
	head.CSS = made.launchCSS
	var b bytes.Buffer
	err = pageTemplates.ExecuteTemplate(&b, "launch.html", launchPage{
		pageHead: head, Script: s.static.address["launch.js"], Back: say.Back,
		Screens: template.HTML(screens), // rendered by web/prerender, which escapes
		Page:    template.JS(escapeScript(data)),
	})
	return launch{config.Presentation, s.resources.resource("text/html; charset=utf-8", b.Bytes())}, err
}

// escapeScript keeps JSON within a script element: nothing in it ends one.
func escapeScript(data []byte) []byte { return bytes.ReplaceAll(data, []byte("<"), []byte(`\u003c`)) }

// launchPage serves the first launch: the same for everybody, for nothing is known of a visitor before a choice, and afterwards the
// script reads what was chosen.
func (s *Server) launchPage(w http.ResponseWriter, r *http.Request, site *site) {
	loc := site.languages[site.language(r)]
	platform := platformOf(r)
	made, ok := loc.launches[platform]
	if !ok {
		problem(w, http.StatusBadRequest, "unknown-platform", "platform is web, android, ios or harmony.")
		return
	}
	s.readingHeaders(w, site, loc)
	s.frameHeaders(w, site, "frame-src 'self'; ")
	made.page.serve(w, r)
}

// formPresentation is the content hash of what a form without a script was sent from: the first launch, where it says so, or the preferences.
func (l *localized) formPresentation(page string, platform policy.Platform) string {
	if made, ok := l.launches[platform]; ok && page == "first-launch" {
		return made.presentation
	}
	return l.centres[platform].presentation
}
