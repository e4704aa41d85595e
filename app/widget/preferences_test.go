package widget

import (
	"testing"

	"github.com/nod-consent/nod/app/consent"
)

func TestOpeningAnewForgetsWhatWasTickedAndTakesTheNextTickAtOnce(t *testing.T) {
	states := map[string]consent.State{"analytics": consent.Denied, "beacons": consent.Granted}
	p := &Preferences{Status: Status{States: states}}
	p.Render()
	p.change("analytics", true)
	p.change("beacons", false)

	p.show(Status{States: states, Opened: true})
	if p.ticked["analytics"] || !p.ticked["beacons"] {
		t.Errorf("ticked is %v, want what is granted", p.ticked)
	}
	p.change("analytics", true) // before the browser has rendered anything
	if !p.ticked["analytics"] || !p.ticked["beacons"] {
		t.Errorf("ticked is %v, want what is granted and the tick", p.ticked)
	}
}
