package site

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/widget"
	"github.com/nod-consent/nod/web/prerender"
)

// FirstLaunch is what an app shows when it is first started, in one language on one platform.
type FirstLaunch struct {
	View                  widget.LaunchView
	Screens               string            // HTML, of which the first layer is seen
	Presentation          string            // content hash of the first layer
	Questions             string            // file of Assets with the questions, as HTML
	QuestionPresentations map[string]string // content hashes, by purpose
	Changes               *LaunchChanges    // nil if nothing can be new
	Native                []byte            // native.json, from which an app or a mini program draws the first layer
}

// LaunchChanges is what is new for those who decided under one version, by the index of that version.
type LaunchChanges struct {
	Versions []ScriptVersion
	Decided  []LaunchChange
}

// LaunchChange is what an app shows of a change.
type LaunchChange struct {
	Ask, Inform LaunchChangeScreen
	Decline     string // presentation of Inform where a visitor stays with the earlier version; "" if there is no choice
}

// LaunchChangeScreen is a screen that is fetched when it is needed.
type LaunchChangeScreen struct {
	File         string // of Assets, as HTML
	Presentation string
}

// questionCache holds the questions of a language by purpose: most are the same on every platform.
type questionCache map[string]renderedQuestion

type renderedQuestion struct {
	question           widget.Question
	html, presentation string
}

// makeFirstLaunch renders the first launch, and records what its first layer and each of its questions show.
func (b *Builder) makeFirstLaunch(made *Site, v widget.LaunchView, cache questionCache) (*FirstLaunch, error) {
	launch := &FirstLaunch{View: v, QuestionPresentations: map[string]string{}}
	hidden, err := prerender.HTML(&widget.LaunchScreen{View: v})
	if err != nil {
		return nil, err
	}
	launch.Presentation = made.record(ledger.Presentation{
		Kind: ledger.FirstLaunch, Language: v.Language, HTML: hidden, Shown: made.listFirstLayer(v.Platform),
	})
	ask, err := prerender.HTML(&widget.LaunchScreen{View: v, IsShown: true})
	if err != nil {
		return nil, err
	}
	rest, err := prerender.HTML(&widget.OtherScreens{View: v})
	if err != nil {
		return nil, err
	}
	launch.Screens = ask + rest
	if launch.Native, err = b.makeNative(made, v, launch.Screens); err != nil {
		return nil, fmt.Errorf("describe the native first layer: %w", err)
	}
	var questions strings.Builder
	for _, q := range v.Questions {
		rendered := cache[q.ID]
		if !reflect.DeepEqual(rendered.question, q) {
			if rendered, err = b.makeQuestion(made, v, q); err != nil {
				return nil, err
			}
			cache[q.ID] = rendered
		}
		launch.QuestionPresentations[q.ID] = rendered.presentation
		questions.WriteString(rendered.html)
	}
	if launch.Changes, err = b.makeLaunchChanges(made, v); err != nil {
		return nil, err
	}
	// A file of its own: questions are most of what an app can ask, and none is asked at first.
	launch.Questions = b.Assets.Add("questions.html", "text/html; charset=utf-8", []byte(questions.String()))
	return launch, nil
}

func (b *Builder) makeQuestion(made *Site, v widget.LaunchView, q widget.Question) (
	rendered renderedQuestion, err error,
) {
	rendered.question = q
	if rendered.html, err = prerender.HTML(&widget.QuestionScreen{View: v, Question: q}); err != nil {
		return rendered, fmt.Errorf("draw the question of %q: %w", q.ID, err)
	}
	rendered.presentation = made.record(ledger.Presentation{
		Kind: ledger.Question, Language: v.Language, HTML: rendered.html, Shown: made.listQuestion(q.ID),
	})
	return rendered, nil
}

// makeLaunchChanges draws and records what an app shows of new versions: the same as the banner does on a page.
func (b *Builder) makeLaunchChanges(made *Site, v widget.LaunchView) (*LaunchChanges, error) {
	list := listChanges(made, v.View)
	if len(list.decided) == 0 {
		return nil, nil
	}
	out := &LaunchChanges{Versions: list.versions}
	for _, change := range list.decided {
		var one LaunchChange
		var err error
		if one.Ask, _, err = b.makeChangeScreen(made, v, change.banner(v.View, true)); err != nil {
			return nil, err
		}
		var html string
		if one.Inform, html, err = b.makeChangeScreen(made, v, change.banner(v.View, false)); err != nil {
			return nil, err
		}
		if change.reduces {
			one.Decline = made.record(ledger.Presentation{
				Kind: ledger.FirstLaunch, Policy: change.version, Language: v.Language, HTML: html,
			})
		}
		out.Decided = append(out.Decided, one)
	}
	return out, nil
}

func (b *Builder) makeChangeScreen(made *Site, v widget.LaunchView, change widget.ChangeBanner) (
	screen LaunchChangeScreen, html string, err error,
) {
	if html, err = prerender.HTML(&widget.ChangesScreen{View: v, Change: change}); err != nil {
		return screen, "", err
	}
	screen.Presentation = made.record(ledger.Presentation{
		Kind: ledger.FirstLaunch, Language: v.Language, HTML: html, Shown: made.listFirstLayer(v.Platform),
	})
	screen.File = b.Assets.Add("changes.html", "text/html; charset=utf-8", []byte(html))
	return screen, html, nil
}
