package consent

import (
	"fmt"
	"slices"
)

// Granted lists the purposes and services that the decision grants, sorted.
func (d *Decision) Granted() (ids []string) {
	for _, answers := range []map[string]State{d.Answers, d.Services} {
		for id, state := range answers {
			if state == Granted {
				ids = append(ids, id)
			}
		}
	}
	slices.Sort(ids)
	return ids
}

// CheckPlatform refuses grants of what the policy does not ask on the decision's platform. form has the purposes of all
// platforms. The error wraps ErrRefused.
func (d *Decision) CheckPlatform(form Form) error {
	asked := form.OnPlatform(d.Platform)
	for _, id := range d.Granted() {
		_, isPurpose := asked.Purpose(id)
		_, _, isService := asked.Service(id)
		if !isPurpose && !isService {
			return fmt.Errorf("%w: policy %s does not ask for %q on %s. Leave it out",
				ErrRefused, d.Policy, id, d.Platform)
		}
	}
	return nil
}

// CheckShown refuses grants of anything but the purposes and services that the presentation showed. The error wraps
// ErrRefused.
func (d *Decision) CheckShown(shown []string) error {
	for _, id := range d.Granted() {
		if !slices.Contains(shown, id) {
			return fmt.Errorf("%w: presentation %s did not show %q on %s. Grant what it showed, or name the one that did",
				ErrRefused, d.Presentation, id, d.Platform)
		}
	}
	return nil
}

// CheckReasons refuses grants of purposes and services whose reasons the presentation did not print: why they are
// needed, and how they can affect the person. The error wraps ErrRefused.
func (d *Decision) CheckReasons(missing []string) error {
	for _, id := range d.Granted() {
		if slices.Contains(missing, id) {
			return fmt.Errorf("%w: presentation %s does not print why %q is needed and how it can affect the person. "+
				"Load the page again, and grant what it shows", ErrRefused, d.Presentation, id)
		}
	}
	return nil
}

// Denials returns what is stored of a decision that is refused: its denials of optional purposes and services that the
// form knows. It returns false if it finds no such denial. Denials need no evidence, so what was only sent with a grant
// is dropped. "Accept all" cannot deny: what it denies is saved.
func (d *Decision) Denials(form Form) (Decision, bool) {
	kept := *d
	kept.Answers, kept.Services, kept.Guardian = map[string]State{}, nil, nil
	for _, p := range form.Purposes {
		if p.Required {
			continue
		}
		if d.Answers[p.ID] == Denied {
			kept.Answers[p.ID] = Denied
		}
		for _, s := range p.Services {
			if d.Services[s.ID] == Denied {
				if kept.Services == nil {
					kept.Services = map[string]State{}
				}
				kept.Services[s.ID] = Denied
			}
		}
	}
	if kept.Action == AcceptAll {
		kept.Action = Save
	}
	return kept, len(kept.Answers)+len(kept.Services) > 0
}
