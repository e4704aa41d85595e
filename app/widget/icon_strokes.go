package widget

import "github.com/nod-consent/nod/app/policy"

// strokes are the icons: lines of 1.75 in a square of 24, with round ends. The style sheets set width and colour. Only
// the server has them: the WebAssembly program reads those of a page from the page.
var strokes = map[policy.Icon]string{
	"bell": "M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15zM10 21h4",
	"book": "M12 6.5c-2-1.6-5-2-8.5-1.2v13c3.5-.8 6.5-.4 8.5 1.2" +
		" 2-1.6 5-2 8.5-1.2v-13c-3.5-.8-6.5-.4-8.5 1.2zM12 6.5v13",
	"box":      "M12 3.5 4.5 7.7v8.6l7.5 4.2 7.5-4.2V7.7zM4.5 7.7l7.5 4.2 7.5-4.2M12 11.9v8.6",
	"calendar": "M4.5 6h15v13.5h-15zM4.5 10h15M8.5 3.5V7M15.5 3.5V7",
	"camera":   "M4 7.5h3.5L9 5h6l1.5 2.5H20v11H4zM12 10a3 3 0 1 0 0 6 3 3 0 0 0 0-6z",
	"chart":    "M4 20h16M7.5 16.5v-4M12 16.5v-10M16.5 16.5V9",
	"eye": "M2.5 12S6 5.8 12 5.8 21.5 12 21.5 12 18 18.2 12 18.2 2.5 12 2.5 12z" +
		"M12 9.4a2.6 2.6 0 1 0 0 5.2 2.6 2.6 0 0 0 0-5.2z",
	"face":   "M4 8.5V4h4.5M15.5 4H20v4.5M20 15.5V20h-4.5M8.5 20H4v-4.5M9 9.5v1M15 9.5v1M8.8 14.5c1.8 1.8 4.6 1.8 6.4 0",
	"folder": "M3.5 6h6l2 2.5h9v10h-17z",
	"globe": "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17z" +
		"M3.5 12h17M12 3.5c4.5 4.7 4.5 12.3 0 17-4.5-4.7-4.5-12.3 0-17z",
	"id": "M3.5 5.5h17v13h-17z" +
		"M8.5 9a1.8 1.8 0 1 0 0 3.6A1.8 1.8 0 0 0 8.5 9zM5.8 15.8c1.2-1.7 4.2-1.7 5.4 0M14 10h3.5M14 14h3.5",
	"list": "M9.5 6.5h11M9.5 12h11M9.5 17.5h11M4.5 6.5h.1M4.5 12h.1M4.5 17.5h.1",
	"lock": "M6 10.5h12v9H6zM8.5 10.5V8a3.5 3.5 0 0 1 7 0v2.5M12 14v2.5",
	"mail": "M3.5 5.5h17v13h-17zM4 6.5l8 6.5 8-6.5",
	"mic":  "M12 3.5a2.5 2.5 0 0 0-2.5 2.5v5a2.5 2.5 0 0 0 5 0V6A2.5 2.5 0 0 0 12 3.5zM6 11a6 6 0 0 0 12 0M12 17v3.5",
	"page": "M6 3.5h8l4 4v13H6zM14 3.5v4h4M9 12.5h6M9 16h6",
	"pen":  "M4.5 19.5l1-4.2L16 4.8l3.2 3.2L8.7 18.5zM13.5 7.3l3.2 3.2",
	"people": "M9 5a3.2 3.2 0 1 0 0 6.4A3.2 3.2 0 0 0 9 5z" +
		"M3 19c.6-5 11.4-5 12 0M15.5 5.4a3 3 0 0 1 0 5.8M17.5 14.6c2 .6 3.2 2.1 3.5 4.4",
	"phone": "M8 2.8h8v18.4H8zM11 18h2",
	"photo": "M3.5 5h17v14h-17zM4 16.5l5-5 4.5 4.5 2.5-2.5 4 4M15.5 8.5v.1",
	"pin": "M12 21s-6.5-6-6.5-11a6.5 6.5 0 0 1 13 0c0 5-6.5 11-6.5 11z" +
		"M12 7.7a2.3 2.3 0 1 0 0 4.6 2.3 2.3 0 0 0 0-4.6z",
	"share":   "M12 15V4M8 7.5 12 3.7l4 3.8M5 12v7.5h14V12",
	"shield":  "M12 3 4.5 5.7v5.5c0 4.6 3 8 7.5 9.8 4.5-1.8 7.5-5.2 7.5-9.8V5.7z",
	"sliders": "M4 7.5h9M18 7.5h2M4 16.5h2M11 16.5h9M15.5 5v5M8.5 14v5",
	"user":    "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4.5 20.3c1-7 14-7 15 0",
}

// IconStrokes returns the strokes of an icon: the "d" of an SVG path.
func IconStrokes(name policy.Icon) string { return strokes[name] }

// kindIcons are the icons of purposes that name none.
var kindIcons = map[policy.Kind]policy.Icon{
	policy.KindCookie:     "sliders",
	policy.KindBeacon:     "eye",
	policy.KindPermission: "phone",
	policy.KindSharing:    "share",
	policy.KindSensitive:  "id",
	policy.KindMessaging:  "mail",
}

// findStrokes returns the strokes of a purpose's icon.
func findStrokes(p *policy.Purpose) string {
	switch {
	case p.Icon != "":
		return strokes[p.Icon]
	case p.Required:
		return strokes["lock"]
	}
	return strokes[kindIcons[p.Kind]]
}
