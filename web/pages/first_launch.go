package pages

import (
	"bytes"
	"cmp"
	"html/template"
	"net/http"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/widget"
	"github.com/nod-consent/nod/web/site"
)

// launchConfig is what launch.js reads from its page. The other side is launch/page.ts of web/loader.
type launchConfig struct {
	Site          string            `json:"site"`
	Policy        string            `json:"policy"`
	Language      string            `json:"language"`
	Platform      policy.Platform   `json:"platform"`
	Form          site.ScriptForm   `json:"form"`
	Presentation  string            `json:"presentation"`  // content hash of the first layer
	Presentations map[string]string `json:"presentations"` // of the questions, by purpose
	Server        string            `json:"server"`        // its address, with "/" at its end; "": the page's own
	Origins       []string          `json:"origins"`       // of pages that may frame this one, and that may decide
	Days          int               `json:"days"`          // that the cookie lasts
	Domain        string            `json:"domain,omitempty"`
	AsksAge       bool              `json:"ages"`

	Questions   string            `json:"questions"`   // address of the questions, as HTML
	Permissions map[string]string `json:"permissions"` // the purposes that are asked for them
	SDKs        map[string]string `json:"sdks"`        // the purposes whose grants let them start
	Pages       map[string]string `json:"pages"`       // addresses, by what links have in data-page
	Words       launchTexts       `json:"words"`
	Changes     *launchChanges    `json:"news,omitempty"`
}

// launchChanges is what is new for those who decided under an earlier version.
type launchChanges struct {
	Versions []site.ScriptVersion `json:"versions"`
	Decided  []launchChange       `json:"decided"` // by the index of the version of the decision
}

type launchChange struct {
	Ask     changeScreen `json:"ask"`
	Inform  changeScreen `json:"notice"`
	Decline string       `json:"keep,omitempty"` // presentation of keeping the earlier version, if that is offered
}

type changeScreen struct {
	File         string `json:"html"` // address
	Presentation string `json:"presentation"`
}

// launchTexts are the words that the script puts in itself.
type launchTexts struct {
	States  map[string]string `json:"states"` // of the system's permissions
	System  string            `json:"system"` // before them
	Granted string            `json:"granted"`
	Denied  string            `json:"denied"`
	Unasked string            `json:"unasked"`

	Required string `json:"required"`
	Locked   string `json:"locked"`
	Managed  string `json:"managed"`
	Failed   string `json:"failed"`
}

// launchPage is what launch.html takes.
type launchPage struct {
	site.PageHead
	Platform    policy.Platform
	Light, Dark string // colours of the system's status bar
	Script      string
	Back        string
	Screens     template.HTML // rendered by web/prerender, which escapes
	Page        template.JS
}

// FirstLaunch renders the first launch on a platform.
func (r Renderer) FirstLaunch(s *site.Site, loc *site.Localized, platform policy.Platform) ([]byte, error) {
	launch := loc.FirstLaunches[platform]
	data, err := site.MarshalCompact(r.launchConfig(s, launch))
	if err != nil {
		return nil, err
	}
	head := r.head(s, launch.View.View, launch.View.Title)
	head.CSS = r.Asset(s.LaunchCSS)
	return execute("launch.html", launchPage{
		PageHead: head, Platform: platform,
		Light:  cmp.Or(s.Theme.Background, policy.LightPalette.Background),
		Dark:   cmp.Or(s.Theme.Dark.Background, policy.DarkPalette.Background),
		Script: r.File("launch.js"), Back: launch.View.Labels.Back,
		Screens: template.HTML(launch.Screens),
		Page:    template.JS(escapeScript(data)),
	})
}

func (r Renderer) launchConfig(s *site.Site, launch *site.FirstLaunch) launchConfig {
	v, p := launch.View, s.CurrentPolicy()
	config := launchConfig{
		Site: s.ID, Policy: s.Current, Language: v.Language, Platform: v.Platform,
		Form:         site.NewScriptForm(s.Forms[s.Current].OnPlatform(v.Platform), p, false),
		Presentation: launch.Presentation, Presentations: launch.QuestionPresentations,
		Server: s.Server(), Origins: s.APIOrigins, Days: s.Cookie.Days, Domain: s.Cookie.Domain,
		AsksAge: v.Ages.Child > 0, Questions: r.Asset(launch.Questions),
		Permissions: map[string]string{}, SDKs: map[string]string{}, Pages: map[string]string{},
		Words: launchWords(v), Changes: r.launchChanges(launch.Changes),
	}
	for _, e := range p.Permissions {
		if v.Platform.In(e.Platforms) {
			config.Permissions[e.ID] = e.Purpose
		}
	}
	for _, e := range p.SDKs {
		if e.Platform == v.Platform && (e.Purpose != "" || e.NoData) {
			config.SDKs[e.ID] = e.Purpose
		}
	}
	paths := []string{"lists/purposes"} // the preferences link to it
	for _, place := range v.MenuLinks {
		paths = append(paths, place.ID)
	}
	for _, path := range paths {
		link := pageLink(s, v.View, path)
		link.Platform = v.Platform
		config.Pages[path] = r.Page(link)
	}
	return config
}

func (r Renderer) launchChanges(made *site.LaunchChanges) *launchChanges {
	if made == nil {
		return nil
	}
	screen := func(s site.LaunchChangeScreen) changeScreen { return changeScreen{r.Asset(s.File), s.Presentation} }
	out := &launchChanges{Versions: made.Versions}
	for _, c := range made.Decided {
		out.Decided = append(out.Decided, launchChange{screen(c.Ask), screen(c.Inform), c.Decline})
	}
	return out
}

func launchWords(v widget.LaunchView) launchTexts {
	return launchTexts{
		States: v.Labels.States, System: v.Labels.SystemPermission + v.Words.Colon,
		Granted: v.Labels.Granted, Denied: v.Labels.Denied, Unasked: v.Labels.Unasked,
		Required: v.Words.Required, Locked: v.Labels.LockedBy, Managed: v.Labels.DecidedBy, Failed: v.Words.LoadFailed,
	}
}

// escapeScript makes JSON safe within a script element: nothing in it ends the element.
func escapeScript(data []byte) []byte { return bytes.ReplaceAll(data, []byte("<"), []byte(`\u003c`)) }

// serveFirstLaunch serves the first launch. It is the same for everyone: nothing is known of a visitor before a choice,
// and afterwards the script reads what was chosen.
func (h *Handler) serveFirstLaunch(w http.ResponseWriter, r *http.Request, s *site.Site) {
	pages, loc := h.pagesFor(r, s)
	page, ok := pages.firstLaunches[platformOf(r)]
	if !ok {
		writeUnknownPlatform(w)
		return
	}
	setSharedHeaders(w, r, s, loc, "frame-src 'self'; ")
	page.ServeHTTP(w, r)
}

// formPresentation returns the content hash of what a form without a script was sent from: the first launch, if the
// form says so, or the preferences.
func formPresentation(loc *site.Localized, page string, platform policy.Platform) string {
	if launch, ok := loc.FirstLaunches[platform]; ok && page == "first-launch" {
		return launch.Presentation
	}
	return loc.Preferences[platform]
}
