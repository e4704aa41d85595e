//go:build !js

package lint

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/load"
)

// deviceIdentifiers matches names of device identifiers, as lists of SDKs have them.
var deviceIdentifiers = regexp.MustCompile(`(?i)\b(IMEI|IMSI|MEID|ICCID|OAID|VAID|AAID|` +
	`IDFA|IDFV|SSID|BSSID|MAC|Android ?ID|IP)\b|` +
	`序列号|已安装应用|应用列表`)

func (l *linter) lintSDKs() {
	var collected strings.Builder
	for _, c := range l.policy.Collected {
		for _, d := range c.Data {
			collected.WriteString(strings.ToLower(l.original(d)) + " ")
		}
	}
	for i, s := range l.policy.SDKs {
		at := fmt.Sprintf("$.sdks[%d]", i)
		name := fmt.Sprintf("SDK %s on %s", s.ID, s.Platform)
		switch {
		case s.Policy == "" && s.Home != "":
			l.note(load.RuleSDK, at, name+" has a home page, but no privacy policy", "Add policy, if there is one")
		case s.Policy == "":
			l.warn(load.RuleSDK, at, name+" has no privacy policy", "Add policy, or home if it has no policy")
		}
		if l.original(s.Collection) == "" {
			l.note(load.RuleSDK, at, name+" does not say how it collects data", "Add collection")
		}
		if s.Purpose == "" {
			l.warn(load.RuleSDKStart, at, name+" belongs to no purpose: it can never start", "Add purpose")
		}
		l.lintQuestion(at, name, s)
		var missing []string
		for _, id := range deviceIdentifiers.FindAllString(l.original(s.Data), -1) {
			if !strings.Contains(collected.String(), strings.ToLower(id)) && !slices.Contains(missing, id) {
				missing = append(missing, id)
			}
		}
		if len(missing) > 0 && len(l.policy.Collected) > 0 {
			l.note(load.RuleCollected, at+".data", fmt.Sprintf("%s collects %s, which the list of collected data does not have",
				name, strings.Join(missing, ", ")), "Add it to collected")
		}
	}
}

func (l *linter) lintPermissions() {
	l.lintClaimedPermissions()
	for i, p := range l.policy.Permissions {
		at := fmt.Sprintf("$.permissions[%d]", i)
		if len(p.Claimed) > 0 {
			l.note(load.RulePermission, at+".said", fmt.Sprintf("the policy says that nothing works without the permission %s, "+
				"but the app works without it", p.ID), "Correct the policy's text")
		}
		if threatening.MatchString(l.original(p.Refusal)) {
			l.warn(load.RulePermission, at+".refusal", fmt.Sprintf("says that nothing works without the permission %s", p.ID),
				"Say what does not work without it. The policy's own words belong in said")
		}
	}
}

func (l *linter) lintRecipients() {
	independent := []policy.RecipientKind{policy.Independent, policy.Public, policy.Affiliate}
	for i, r := range l.policy.Recipients {
		p := l.policy.Purpose(r.Purpose)
		if p == nil || p.Required || p.Separate || !strings.Contains(p.Basis.Law, "PIPL") {
			continue
		}
		if slices.Contains(independent, r.Kind) {
			l.note(load.RuleSeparate, fmt.Sprintf("$.recipients[%d].purpose", i),
				fmt.Sprintf("recipient %s uses data independently, but \"accept all\" includes its purpose %s", r.ID, p.ID),
				"Use a purpose with separate: true")
		}
	}
}
