//go:build !js

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestTypesKnowTheIdsOfTheSite(t *testing.T) {
	compiler, err := filepath.Abs("../../web/node_modules/typescript/bin/tsc")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(compiler); err != nil {
		t.Fatalf("TypeScript is missing: run make deps first: %v", err)
	}
	dist, err := filepath.Abs("../../web/sdk/js/dist/index.d.ts")
	if err != nil {
		t.Fatal(err)
	}
	var types strings.Builder
	command := newTypesCommand()
	command.SetArgs([]string{"--site", "yunzhijia"})
	command.SetOut(&types)
	if err := command.Execute(); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	files := map[string]string{
		"site.d.ts": types.String(),
		"tsconfig.json": `{"compilerOptions": {"strict": true, "noEmit": true, "module": "esnext", "lib": ["es2022", "dom"],
			"moduleResolution": "bundler", "paths": {"@nod-consent/client": ["` + dist + `"]}, "types": []}}`,
	}
	tests := []struct{ file, code, problem string }{
		{"right.ts", `has("analytics"); has("help-chat"); save({ beacons: false });`, ""},
		{"unknown_id.ts", `has("marketing");`, `"marketing"`},
		{"unknown_id_in_a_choice.ts", `save({ analytic: true });`, "analytic"},
	}
	for _, test := range tests {
		files[test.file] = `import { has, save } from "@nod-consent/client"; ` + test.code
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out, _ := exec.Command("node", compiler, "-p", dir).CombinedOutput() // it fails: some files are wrong
	for _, test := range tests {
		problem := ""
		for line := range strings.Lines(string(out)) {
			if strings.Contains(line, "/"+test.file+"(") {
				problem += line
			}
		}
		if (problem != "") != (test.problem != "") || !strings.Contains(problem, test.problem) {
			t.Errorf("%s: the compiler says %q; want a problem with %q\n%s", test.file, problem, test.problem, out)
		}
	}
}
