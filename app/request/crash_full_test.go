//go:build full

package request

import "testing"

func TestRequestsSurviveAHundredDeathsOfTheProgram(t *testing.T) {
	// C-35
	killAndCheck(t, 100)
}
