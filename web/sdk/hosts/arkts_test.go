package hosts

import (
	"os/exec"
	"strings"
	"testing"
)

// parseArkTS prints what a parser for ArkTS finds wrong with the source on standard input.
const parseArkTS = `import { format } from '@ohos-rs/oxk'; import { readFileSync } from 'node:fs';
console.log((await format('a.ets', readFileSync(0, 'utf8'))).errors.join());`

// The tests parse the ArkTS, and run the TypeScript that it uses (web/loader/test/native_host.test.ts). What the
// system does with it nobody tests here.
func TestTheArkTSHostIsWellFormed(t *testing.T) {
	source, err := Files.ReadFile("NativeFirstLayer.ets")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, source string
		isRight      bool
	}{
		{"as it is", string(source), true},
		{"with a brace too many", strings.Replace(string(source), "Scroll() {", "Scroll() {{", 1), false},
	} {
		run := exec.Command("node", "--input-type=module", "-e", parseArkTS)
		run.Dir, run.Stdin = "../..", strings.NewReader(test.source)
		out, err := run.CombinedOutput()
		if err != nil {
			t.Fatalf("the parser is missing; run make deps first: %v\n%s", err, out)
		}
		if isRight := strings.TrimSpace(string(out)) == ""; isRight != test.isRight {
			t.Errorf("%s: the parser says %q", test.name, out)
		}
	}
}
