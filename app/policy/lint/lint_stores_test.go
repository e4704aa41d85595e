package lint

import (
	"testing"

	"github.com/nod-consent/nod/app/policy/load"
)

func TestLintFindsWhatStoresWouldLearnWrongly(t *testing.T) {
	for _, test := range []mistake{
		{
			"data of which stores learn that nobody else uses them", versionFile, "name: {en: Logs, zh-CN: 日志}",
			"name: {en: Logs, zh-CN: 日志}\n    purpose: analytics\n" +
				"    stores: {types: [device-id], uses: [analytics], linked: false, shared: false}",
			"stores: {types", load.Note, "C-22", "nobody else uses the data of logs",
		},
		{
			"tracking that nobody can refuse", versionFile, "    required: true\n", "    required: true\n    tracking: true\n",
			"tracking: true", load.Warning, "C-53", "necessary tracks, but nobody can refuse it",
		},
		{
			"tracking without hosts", versionFile, "    kind: sharing\n", "    kind: sharing\n    tracking: true\n",
			"tracking: true", load.Note, "C-52", "sharing tracks, but has no hosts",
		},
	} {
		t.Run(test.name, test.check)
	}
}
