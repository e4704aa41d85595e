package declarations

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"strings"

	"github.com/nod-consent/nod/app/policy"
)

// Dialog is a first layer that a platform draws, with the words of ours.
type Dialog struct {
	Version  string // of the policy since which nothing material changed: another one is asked about again
	Title    string
	Parts    []Part // below the title, each in lines of its own
	Agree    string
	Disagree string
}

// Part is a paragraph, or a link.
type Part struct {
	Text    string
	Address string // "" if it is no link
}

// uniAppDialog is androidPrivacy.json: https://uniapp.dcloud.net.cn/tutorial/app-privacy-android.html
type uniAppDialog struct {
	Version  string `json:"version"`
	Prompt   string `json:"prompt"`
	Title    string `json:"title"`
	Message  string `json:"message"` // HTML
	Agree    string `json:"buttonAccept"`
	Disagree string `json:"buttonRefuse"`

	// HrefLoader opens links in a browser: a WebView of the app would be one before the yes.
	HrefLoader string `json:"hrefLoader"`

	AfterNo struct {
		Support      bool `json:"support"`           // the app goes on, in its basic mode
		LoadsPlugins bool `json:"loadNativePlugins"` // which no one agreed to
		VisitorEntry bool `json:"visitorEntry"`      // a third button
		ShowAlways   bool `json:"showAlways"`        // asks again at each start
	} `json:"disagreeMode"`
}

func (s Source) declareUniApp() ([]File, []Gap, error) {
	const path = "android/androidPrivacy.json"
	dialog := s.Dialogs[policy.Android]
	if dialog == nil {
		return nil, nil, fmt.Errorf("%s: there is no first layer for android", path)
	}
	out := uniAppDialog{
		Version: dialog.Version, Prompt: "template", Title: dialog.Title, Message: dialog.formatHTML(),
		Agree: dialog.Agree, Disagree: dialog.Disagree, HrefLoader: "system",
	}
	out.AfterNo.Support = true
	content, err := encodeJSON(out)
	return []File{{path, content}}, nil, err
}

// formatHTML writes the parts as the HTML that uni-app knows: br and a.
func (d *Dialog) formatHTML() string {
	var lines []string
	for _, part := range d.Parts {
		text := html.EscapeString(part.Text)
		if part.Address != "" {
			text = `<a href="` + html.EscapeString(part.Address) + `">` + text + `</a>`
		}
		lines = append(lines, text)
	}
	return strings.Join(lines, "<br/>")
}

// donutDialog is miniapp.privacy.json:
// https://developers.weixin.qq.com/miniprogram/dev/platform-capabilities/miniapp/handbook/devtools/privacy.html
type donutDialog struct {
	Title    string               `json:"title"`
	Agree    string               `json:"confirm"`
	Disagree string               `json:"cancel"`
	Message  string               `json:"message"`
	Links    map[string]donutLink `json:"messageLinks"` // by their placeholder in the message
}

type donutLink struct {
	Text       string `json:"text"`
	Address    string `json:"url"`
	IsExternal bool   `json:"showExternal"` // opens a browser, and no WebView of the app
}

func (s Source) declareDonut() (files []File, gaps []Gap, err error) {
	for _, platform := range []policy.Platform{policy.Android, policy.IOS} {
		path := string(platform) + "/miniapp.privacy.json"
		dialog := s.Dialogs[platform]
		if dialog == nil {
			return nil, nil, fmt.Errorf("%s: there is no first layer for %s", path, platform)
		}
		content, err := encodeJSON(dialog.forDonut())
		if err != nil {
			return nil, nil, err
		}
		files = append(files, File{path, content})
		gaps = append(gaps, Gap{
			File: path, Problem: `Donut closes the app after "` + dialog.Disagree + `"`,
			Remedy: "Turn on its browsing mode (浏览模式), so that the basic mode is there without consent", IsOpen: true,
		})
	}
	return files, gaps, nil
}

func (d *Dialog) forDonut() donutDialog {
	out := donutDialog{Title: d.Title, Agree: d.Agree, Disagree: d.Disagree, Links: map[string]donutLink{}}
	var lines []string
	for _, part := range d.Parts {
		if part.Address == "" {
			lines = append(lines, part.Text)
			continue
		}
		placeholder := d.findPlaceholder(len(out.Links))
		out.Links[placeholder] = donutLink{part.Text, part.Address, true}
		lines = append(lines, placeholder)
	}
	out.Message = strings.Join(lines, "\n")
	return out
}

// findPlaceholder returns a placeholder that no text has: a text must not turn into a link.
func (d *Dialog) findPlaceholder(number int) string {
	for mark := "__"; ; mark += "_" {
		placeholder := fmt.Sprintf("%slink%d%s", mark, number+1, mark)
		isTaken := false
		for _, part := range d.Parts {
			isTaken = isTaken || strings.Contains(part.Text, placeholder)
		}
		if !isTaken {
			return placeholder
		}
	}
}

// encodeJSON writes a value for people to read, with HTML as it is.
func encodeJSON(v any) ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(v)
	return out.Bytes(), err
}
