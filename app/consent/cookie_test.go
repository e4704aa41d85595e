package consent

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func FuzzDecodeCookie(f *testing.F) {
	for _, value := range []string{
		"", "undefined", "1..",
		"1.AZJU04AAeqqKqqqqqqqqoQ.PyUE4E-JQdOaDAMF6CwzAQ",
		"1.AZJU04AAeqqKqqqqqqqqoQ.PyUE4E-JQdOaDAMF6CwzAQ.ads:gADSADS.GANALY1ffk.b:dBBBBBBzzz",
		"1.AZJU04AAeqqKqqqqqqqqoQ.PyUE4E-JQdOaDAMF6CwzAQ.ads:dADSADSffj.ads:gADSADS",
		"1.BLb-eoAAeqqKqqqqqqqqoQ.PyUE4E-JQdOaDAMF6CwzAQ.ads:gADSADS",
	} {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		s, err := DecodeCookie(value)
		if err != nil {
			if diff := cmp.Diff(Stored{}, s); diff != "" { // C-40
				t.Fatalf("read from an unreadable cookie (-want +got):\n%s", diff)
			}
			return
		}
		again, err := DecodeCookie(EncodeCookie(s))
		if err != nil {
			t.Fatalf("the stored answers cannot be encoded: %v", err)
		}
		if !slices.ContainsFunc(again.Answers, func(a Answer) bool { return a.ID != "" }) { // there was no room for ids
			for i := range s.Answers {
				s.Answers[i].ID = ""
			}
		}
		if diff := cmp.Diff(s, again); diff != "" {
			t.Fatalf("written and read (-before +after):\n%s", diff)
		}
		seen := map[string]bool{}
		for _, a := range s.Answers {
			if a.State != Granted && a.State != Denied || seen[string(a.Hash)] || a.Day < 0 {
				t.Fatalf("answer %+v", a)
			}
			seen[string(a.Hash)] = true
		}
	})
}
