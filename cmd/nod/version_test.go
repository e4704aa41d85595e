//go:build !js

package main

import (
	"log/slog"
	"runtime/debug"
	"strings"
	"testing"
)

func TestABuildHasVersionCommitAndDate(t *testing.T) {
	const commit = "2f625fa0123456789012345678901234567890ab"
	for _, test := range []struct {
		name string
		info debug.BuildInfo
		want build
	}{
		{
			"from a checkout",
			debug.BuildInfo{Main: debug.Module{Version: "v1.2.3"}, Settings: []debug.BuildSetting{
				{Key: "vcs.revision", Value: commit}, {Key: "vcs.time", Value: "2026-11-28T10:00:00Z"},
				{Key: "vcs.modified", Value: "true"},
			}},
			build{Version: "v1.2.3", Commit: commit, Date: "2026-11-28T10:00:00Z", Modified: true},
		},
		{
			"by go install, of a commit without a tag",
			debug.BuildInfo{Main: debug.Module{Version: "v0.0.0-20261128100000-2f625fa01234"}},
			build{Version: "v0.0.0-20261128100000-2f625fa01234", Commit: "2f625fa01234", Date: "2026-11-28T10:00:00Z"},
		},
		{
			"by go install, of a tag",
			debug.BuildInfo{Main: debug.Module{Version: "v1.2.3"}},
			build{Version: "v1.2.3", Commit: "unknown", Date: "unknown"},
		},
		{"from nothing that is known", debug.BuildInfo{}, build{Version: "(devel)", Commit: "unknown", Date: "unknown"}},
	} {
		if got := readBuild(&test.info); got != test.want {
			t.Errorf("%s: %+v; want %+v", test.name, got, test.want)
		}
	}
	text := build{Version: "v1.2.3", Commit: "2f625fa", Date: "2026-11-28T10:00:00Z"}.String()
	if text != "v1.2.3, commit 2f625fa, 2026-11-28T10:00:00Z, without WebAssembly" {
		t.Error(text)
	}
}

func TestAProgramWithoutWebAssemblyIsWarnedOf(t *testing.T) {
	for _, built := range []bool{true, false} {
		var written strings.Builder
		warnWithoutWebAssembly(slog.New(slog.NewTextHandler(&written, nil)), built)
		warned := strings.Contains(written.String(), "level=WARN") && strings.Contains(written.String(), "make build")
		if warned == built {
			t.Errorf("with WebAssembly %t: the log is %q", built, written.String())
		}
	}
}
