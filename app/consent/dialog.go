package consent

import (
	"fmt"
	"slices"
	"time"
)

// PlatformPresentation is the presentation of a dialog that a platform drew. Nobody here knows its words:
// Decision.Dialog says what is known.
const PlatformPresentation = "platform"

// Drawer is a platform that draws a dialog by itself.
type Drawer string

// The platforms that draw dialogs.
const (
	AppGallery Drawer = "appgallery" // the privacy statement that AppGallery hosts, on HarmonyOS
	WeChat     Drawer = "wechat"
	Douyin     Drawer = "douyin"
	UniApp     Drawer = "uni-app"
	Donut      Drawer = "donut"
)

// Drawers lists all of them.
var Drawers = []Drawer{AppGallery, WeChat, Douyin, UniApp, Donut}

// Dialog is what is known of a dialog that a platform drew: who drew it, which statement it was about, and what the
// platform reported of it. It shows no words, so a decision with it grants nothing that a visitor can refuse.
type Dialog struct {
	By        Drawer    `json:"by"`
	Statement string    `json:"statement"` // name or version, as the platform has it
	State     string    `json:"state"`     // as the platform reported it
	Time      time.Time `json:"time"`      // when the app read the state
}

func (d *Dialog) isValid() bool {
	return slices.Contains(Drawers, d.By) && d.Statement != "" && isFreeText(d.Statement, maxShort) &&
		d.State != "" && isFreeText(d.State, maxShort) && isTime(d.Time)
}

// HasStoredPresentation reports whether the decision names a presentation of the ledger by its hash.
func (d *Decision) HasStoredPresentation() bool {
	return d.Presentation != CustomPresentation && d.Presentation != PlatformPresentation
}

// CheckDialog refuses grants after a dialog that a platform drew. A platform's yes is about its own rules, or about the
// policy as a whole. The error wraps ErrRefused.
func (d *Decision) CheckDialog(form Form) error {
	if d.Presentation == PlatformPresentation && d.Grants(form) {
		return fmt.Errorf("%w: presentation: a dialog that a platform drew grants nothing optional. "+
			"Ask for it yourself, and send a decision of its own", ErrRefused)
	}
	return nil
}
