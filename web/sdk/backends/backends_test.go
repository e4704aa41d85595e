// Package backends_test runs the readers of the cookie that are not written in Go.
package backends_test

import (
	"os/exec"
	"regexp"
	"strconv"
	"testing"
)

func TestTheReaderForNodePassesTheVectors(t *testing.T) {
	out, err := exec.Command("node", "--test", "--test-reporter=tap", "node/nod-consent.test.mjs").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	passed := regexp.MustCompile(`(?m)^# pass (\d+)$`).FindSubmatch(out)
	if passed == nil {
		t.Fatalf("Node reports no passed tests:\n%s", out)
	}
	if n, _ := strconv.Atoi(string(passed[1])); n < 130 {
		t.Errorf("%d tests passed; there are at least 130", n)
	}
}
