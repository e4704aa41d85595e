//go:build !js

// Package consenttest reads stories: a small language to test the rules of package consent with, in Go and in
// TypeScript. A story is what happens to one visitor, a line each:
//
//	story a changed purpose is asked again, and no other
//	policy 1                        a version comes into force, with the purposes below it
//	  necessary required
//	  analytics services=stats      more words: separate, gpc, permission; data=…, text=… say what it is
//	accept all                      also: reject all, withdraw, withdraw ads, save analytics=granted stats=denied
//	open left                       a tab named left opens the preferences
//	save ads=granted in left        and saves them later
//	wait 3 days
//	gpc on
//	lose secret                     the browser loses the subject's secret
//	expect asked analytics          "nothing" for an empty list; also: granted, denied, unasked, signal
//	expect sent ads=granted         the answers of the last decision
//	expect subject new              whose the last decision is: new or same
//	expect server denied ads        the state by the decisions that the server has; Go only
package consenttest

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/policy"
)

// Story is one story of a file.
type Story struct {
	Name  string `json:"name"`
	Steps []Step `json:"steps"`
}

// Step is one line of a story that does something or expects something, and how things are then.
type Step struct {
	Line   string       `json:"line"`
	Words  []string     `json:"words"`
	Form   consent.Form `json:"form"`
	Policy string       `json:"policy"`
	Now    time.Time    `json:"now"`
	GPC    bool         `json:"gpc"`
}

// parser holds the stories so far, and the site of the last one.
type parser struct {
	stories []Story
	site    *policy.Site
	now     time.Time
	gpc     bool
}

// Parse reads the stories of a file.
func Parse(r io.Reader) ([]Story, error) {
	var p parser
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		line, _, _ := strings.Cut(lines.Text(), "#")
		if words := strings.Fields(line); len(words) > 0 {
			if err := p.line(line, words); err != nil {
				return nil, fmt.Errorf("line %d: %q: %w", n, line, err)
			}
		}
	}
	return p.stories, lines.Err()
}

func (p *parser) line(line string, words []string) error {
	if words[0] == "story" {
		p.begin(strings.Join(words[1:], " "))
		return nil
	}
	switch {
	case len(p.stories) == 0:
		return fmt.Errorf("no story: begin with story NAME")
	case strings.HasPrefix(line, " "):
		return p.purpose(words)
	case words[0] == "policy" && len(words) == 2:
		p.publish(words[1])
	case words[0] == "wait" && len(words) == 3:
		days, err := strconv.Atoi(words[1])
		if err != nil {
			return err
		}
		p.now = p.now.AddDate(0, 0, days)
	case words[0] == "gpc" && len(words) == 2:
		p.gpc = words[1] == "on"
	default:
		return p.step(line, words)
	}
	return nil
}

func (p *parser) begin(name string) {
	ask := policy.Ask{GrantedDays: 365, DeniedDays: 184, PermissionHours: 48}
	*p = parser{
		stories: append(p.stories, Story{Name: name}),
		site:    &policy.Site{ID: "shop", Languages: []string{"en"}, Ask: ask},
		now:     time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC),
	}
}

func (p *parser) publish(version string) {
	p.site.Policies = append(p.site.Policies, &policy.Policy{
		Version: version, Effective: p.now.Format(time.DateOnly), Controller: policy.Controller{Name: text("Shop")},
	})
}

// step adds a step a minute after the last.
func (p *parser) step(line string, words []string) error {
	if len(p.site.Policies) == 0 {
		return fmt.Errorf("no policy: begin with policy VERSION")
	}
	if words[0] == "expect" && len(words) < 3 {
		return fmt.Errorf("expect: nothing follows. Name what is expected, or write nothing")
	}
	p.now = p.now.Add(time.Minute)
	current := p.site.Policies[len(p.site.Policies)-1]
	story := &p.stories[len(p.stories)-1]
	story.Steps = append(story.Steps, Step{
		Line: line, Words: words, Form: consent.FormOf(p.site, current), Policy: current.Version, Now: p.now, GPC: p.gpc,
	})
	return nil
}

func text(s string) policy.Text { return policy.Text{"en": s} }

func texts(list string) (out []policy.Text) {
	for _, s := range strings.Split(list, ",") {
		out = append(out, text(s))
	}
	return out
}

// purpose adds a purpose to the last version.
func (p *parser) purpose(words []string) error {
	if len(p.site.Policies) == 0 {
		return fmt.Errorf("no policy: begin with policy VERSION")
	}
	purpose := policy.Purpose{
		ID: words[0], Kind: policy.KindCookie, Name: text(words[0]), Summary: text(words[0]),
		Refusal: text("-"), Retention: text("a year"),
		Data: texts("pages"),
	}
	for _, word := range words[1:] {
		if err := addAttribute(&purpose, word); err != nil {
			return err
		}
	}
	current := p.site.Policies[len(p.site.Policies)-1]
	current.Purposes = append(current.Purposes, purpose)
	return nil
}

func addAttribute(p *policy.Purpose, word string) error {
	word, value, _ := strings.Cut(word, "=")
	switch word {
	case "required":
		p.Required = true
	case "separate":
		p.Separate = true
	case "gpc":
		p.GPC = true
	case "permission":
		p.Kind, p.Separate = policy.KindPermission, true
	case "data":
		p.Data = texts(value)
	case "text":
		p.Summary = text(value)
	case "services":
		for _, id := range strings.Split(value, ",") {
			p.Services = append(p.Services, policy.Service{ID: id, Name: text(id), Provider: text(id), Summary: text(id)})
		}
	default:
		return fmt.Errorf("word %q: unknown. Use required, separate, gpc, permission, data=, text= or services=", word)
	}
	return nil
}
