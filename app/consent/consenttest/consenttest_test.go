package consenttest_test

import (
	"strings"
	"testing"

	"github.com/nod-consent/nod/app/consent/consenttest"
)

func TestAMistakeInAStoryIsReportedWithItsLine(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"policy 1\n", `line 1: "policy 1": no story`},
		{"story x\naccept all\n", `line 2: "accept all": no policy`},
		{"story x\n  analytics\n", `line 2: "  analytics": no policy`},
		{"story x\npolicy 1\n  analytics requird\n", `line 3: "  analytics requird": word "requird": unknown`},
		{"story x\npolicy 1\nexpect asked # nothing\n", `line 3: "expect asked ": expect: nothing follows`},
		{"story x\npolicy 1\nwait some days\n", `line 3: "wait some days": strconv.Atoi`},
	} {
		_, err := consenttest.Parse(strings.NewReader(test.text))
		if err == nil || !strings.HasPrefix(err.Error(), test.want) {
			t.Errorf("%q: error %v; want %s…", test.text, err, test.want)
		}
	}
}
