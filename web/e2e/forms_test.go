package e2e

import "testing"

// formMode is what runs the preferences in their frame.
type formMode string

const (
	plainForm   formMode = "the form" // WebAssembly has not arrived
	webAssembly formMode = "WebAssembly"
)

var bothForms = []formMode{plainForm, webAssembly}

// runInBothForms runs the test with the plain form and with WebAssembly.
func runInBothForms(t *testing.T, test func(t *testing.T, mode formMode)) {
	for _, mode := range bothForms {
		t.Run(string(mode), func(t *testing.T) {
			if mode == plainForm {
				holdResponses(t, ".wasm")
			}
			test(t, mode)
		})
	}
}

// waitForPreferences waits until the preferences are open and what runs them is ready.
func (m formMode) waitForPreferences(tab *Tab) view {
	tab.Helper()
	f := tab.waitForPreferences()
	if m == webAssembly {
		f.waitForWebAssembly()
	}
	return f
}
