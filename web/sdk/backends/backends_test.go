// Package backends_test runs the readers of the cookie that are not written in Go.
package backends_test

import (
	"os"
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

// orgJSON reads the vectors; the reader itself needs nothing.
const orgJSON = "/usr/share/java/json-android.jar"

func TestTheReaderForJavaPassesTheVectors(t *testing.T) {
	if _, err := os.Stat(orgJSON); err != nil {
		t.Fatalf("a test needs org.json: run make deps first: %v", err)
	}
	classes := t.TempDir()
	run := func(name string, args ...string) []byte {
		out, err := exec.Command(name, args...).CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, out)
		}
		return out
	}
	run("javac", "--release", "17", "-Xlint:all", "-Werror", "-d", classes, "-cp", orgJSON,
		"java/NodConsent.java", "java/NodConsentTest.java")
	out := run("java", "-cp", classes+":"+orgJSON, "nodconsent.NodConsentTest", "../../../app/consent/testdata")
	passed := regexp.MustCompile(`(?m)^passed (\d+) failed 0$`).FindSubmatch(out)
	if passed == nil {
		t.Fatalf("Java reports no passed tests:\n%s", out)
	}
	if n, _ := strconv.Atoi(string(passed[1])); n < 200 {
		t.Errorf("%d checks passed; there are at least 200", n)
	}
}
