// Package declarations makes what platforms and stores want declared about the privacy of an app, from its policy: the
// dialogs of uni-app and WeChat's Donut, Apple's privacy manifest, the data safety form of Google Play, and the privacy
// guide of a WeChat mini program. It declares what the policy says, and reports what it does not say.
package declarations

import (
	"fmt"
	"slices"

	"github.com/nod-consent/nod/app/policy"
)

// Format is a kind of declaration.
type Format string

// The formats.
const (
	UniApp Format = "uni-app" // androidPrivacy.json
	Donut  Format = "donut"   // miniapp.privacy.json
	Apple  Format = "apple"   // PrivacyInfo.xcprivacy
	Play   Format = "play"    // a CSV file for the data safety form
	WeChat Format = "wechat"  // 用户隐私保护指引 of a mini program
)

// Formats lists all formats.
var Formats = []Format{UniApp, Donut, Apple, Play, WeChat}

// Source is what declarations are made from.
type Source struct {
	Site     *policy.Site
	Language string                      // of the texts
	Dialogs  map[policy.Platform]*Dialog // the first layer of apps
}

// File is a declaration.
type File struct {
	Path    string
	Content []byte
}

// Gap is what a declaration lacks.
type Gap struct {
	File    string `json:"file"`
	About   string `json:"about"` // the place in the policy; "" if it is not about one
	Problem string `json:"problem"`
	Remedy  string `json:"remedy"`

	// IsOpen says that no policy answers it: the app's author has to.
	IsOpen bool `json:"open"`
}

// String returns the gap as a line.
func (g Gap) String() string {
	about := ""
	if g.About != "" {
		about = g.About + ": "
	}
	return fmt.Sprintf("%s: %s%s. %s", g.File, about, g.Problem, g.Remedy)
}

// Make makes the declarations of some formats, and lists what they lack.
func Make(s Source, formats []Format) (files []File, gaps []Gap, err error) {
	for _, f := range Formats {
		if !slices.Contains(formats, f) {
			continue
		}
		made, lacking, err := s.make(f)
		if err != nil {
			return nil, nil, fmt.Errorf("declare for %s: %w", f, err)
		}
		files, gaps = append(files, made...), append(gaps, lacking...)
	}
	return files, gaps, nil
}

func (s Source) make(f Format) ([]File, []Gap, error) {
	switch f {
	case UniApp:
		return s.declareUniApp()
	case Donut:
		return s.declareDonut()
	case Apple:
		return s.declareApple()
	case Play:
		return s.declarePlay()
	case WeChat:
		return s.declareWeChat()
	}
	return nil, nil, fmt.Errorf("%q is no format", f)
}
