package policy

import "testing"

func TestColoursAreDerivedFromTheAccent(t *testing.T) {
	for _, test := range []struct {
		name  string
		theme Theme
		want  Theme
	}{
		{"nothing from nothing", Theme{}, Theme{}},
		{"a dark accent", Theme{Palette: Palette{Accent: "#0a6b4f"}}, Theme{
			Palette: Palette{Accent: "#0a6b4f", Button: "#e2edea", OnAccent: "#fff"},
			Dark:    Palette{Accent: "#84b5a7", Button: "#2a373a", OnAccent: "#12151b"},
		}},
		{"a light accent", Theme{Palette: Palette{Accent: "#fa0"}}, Theme{
			Palette: Palette{Accent: "#fa0", Button: "#fff5e0", OnAccent: "#12151b"},
			Dark:    Palette{Accent: "#ffaa00", Button: "#40351c", OnAccent: "#12151b"},
		}},
		{"what is set stays",
			Theme{Palette: Palette{Accent: "#00f", Button: "#eee", OnAccent: "#ff0"}, Dark: Palette{Accent: "#fff"}},
			Theme{
				Palette: Palette{Accent: "#00f", Button: "#eee", OnAccent: "#ff0"},
				Dark:    Palette{Accent: "#fff", Button: "#40444a", OnAccent: "#12151b"},
			}},
		{"no hexadecimal colour",
			Theme{Palette: Palette{Accent: "rebeccapurple"}}, Theme{Palette: Palette{Accent: "rebeccapurple"}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := test.theme.Derive(); got != test.want {
				t.Errorf("%+v; want %+v", got, test.want)
			}
		})
	}
}

func TestADerivedDarkAccentCanBeRead(t *testing.T) {
	for _, accent := range []string{"#000", "#0b57d0", "#0a6b4f", "#a3261b", "#7a4a00", "#fff"} {
		dark := Theme{Palette: Palette{Accent: accent}}.Derive().Dark
		if ratio, ok := Contrast(dark.Accent, DarkPalette.Background); !ok || ratio < 7 {
			t.Errorf("%s becomes %s, with a contrast of %.1f", accent, dark.Accent, ratio)
		}
	}
}
