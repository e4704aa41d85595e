package widget

import (
	"testing"

	"github.com/nod-consent/nod/app/consent"
)

func TestReopeningDropsUnsavedTicksAndAcceptsNewOnesAtOnce(t *testing.T) {
	states := map[string]consent.State{"analytics": consent.Denied, "beacons": consent.Granted}
	p := &Preferences{Status: Status{States: states}}
	p.Render()
	p.applySwitch("analytics", true)
	p.applySwitch("beacons", false)

	p.update(Status{States: states, IsReopened: true})
	if p.ticked["analytics"] || !p.ticked["beacons"] {
		t.Errorf("ticked: %v; want what is granted", p.ticked)
	}
	p.applySwitch("analytics", true) // before the browser has rendered anything
	if !p.ticked["analytics"] || !p.ticked["beacons"] {
		t.Errorf("ticked: %v; want what is granted, and the tick", p.ticked)
	}
}
