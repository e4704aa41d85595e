package diff

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/load"
)

var readYunzhijia = sync.OnceValues(func() (*policy.Site, error) {
	return load.Site(os.DirFS("../../../assets/sites"), "yunzhijia")
})

// loadYunzhijia returns the built-in site with its current version alone, for a test to edit.
func loadYunzhijia(t *testing.T) (*policy.Site, *policy.Policy) {
	t.Helper()
	shared, err := readYunzhijia()
	if err != nil {
		t.Fatal(err)
	}
	site, p := *shared, clone(t, shared.CurrentPolicy())
	site.Policies = []*policy.Policy{p}
	return &site, p
}

// editTest is an edit of a policy, and how the comparison with the policy before rates it.
type editTest struct {
	name string
	edit func(*policy.Policy)
	want string // see summarize
}

// summarize writes a result in a line: the class, the kinds of its material differences, the purposes that it asks for
// again, and whether it reduces rights.
func summarize(r Result) string {
	text := string(r.Class())
	for _, kind := range r.Kinds() {
		text += " " + string(kind)
	}
	if asks := r.Asks(); len(asks) > 0 {
		text += "; asks " + strings.Join(asks, " ")
	}
	if r.Reduces() {
		text += "; reduces"
	}
	return text
}

// allOptional are the optional purposes of the built-in site.
const allOptional = "functional analytics beacons kingdee id-card face location camera photos microphone calendar " +
	"phone-state storage background app-list contacts meetings speech share-out casting crash-reports crash-abroad " +
	"browser messaging push email news"

// clone copies a policy. The copy shares nothing with the original.
func clone(t *testing.T, p *policy.Policy) *policy.Policy {
	t.Helper()
	text, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	out := &policy.Policy{}
	if err := json.Unmarshal(text, out); err != nil {
		t.Fatal(err)
	}
	return out
}

func zh(s string) policy.Text { return policy.Text{"zh-CN": s, "en": "English of it"} }

// editEntry returns an edit of the entry of a list that has the id.
func editEntry[T any](
	list func(*policy.Policy) []T, getID func(*T) string, id string, f func(*T),
) func(*policy.Policy) {
	return func(p *policy.Policy) {
		entries := list(p)
		at := slices.IndexFunc(entries, func(e T) bool { return getID(&e) == id })
		if at < 0 {
			panic(fmt.Sprintf("no entry %q", id))
		}
		f(&entries[at])
	}
}

func editPurpose(id string, f func(*policy.Purpose)) func(*policy.Policy) {
	return editEntry(func(p *policy.Policy) []policy.Purpose { return p.Purposes },
		func(p *policy.Purpose) string { return p.ID }, id, f)
}

func editSDK(id string, f func(*policy.SDK)) func(*policy.Policy) {
	return editEntry(func(p *policy.Policy) []policy.SDK { return p.SDKs },
		func(s *policy.SDK) string { return s.ID }, id, f)
}

func editRecipient(id string, f func(*policy.Recipient)) func(*policy.Policy) {
	return editEntry(func(p *policy.Policy) []policy.Recipient { return p.Recipients },
		func(r *policy.Recipient) string { return r.ID }, id, f)
}

func editCollected(id string, f func(*policy.Collected)) func(*policy.Policy) {
	return editEntry(func(p *policy.Policy) []policy.Collected { return p.Collected },
		func(c *policy.Collected) string { return c.ID }, id, f)
}

func editPermission(id string, f func(*policy.Permission)) func(*policy.Policy) {
	return editEntry(func(p *policy.Policy) []policy.Permission { return p.Permissions },
		func(p *policy.Permission) string { return p.ID }, id, f)
}

// C-28, C-29: what becomes of the answers when a policy is edited.
func TestEditsAreRated(t *testing.T) {
	site, original := loadYunzhijia(t)
	edits := slices.Concat(documentEdits, purposeEdits, controllerEdits, registerEdits, rightsEdits)
	for _, test := range edits {
		t.Run(test.name, func(t *testing.T) {
			before, after := clone(t, original), clone(t, original)
			after.Version = "2024-01-01"
			test.edit(after)
			result := compareEdit(t, site, before, after, test.want)
			back := Compare(site, after, before)
			if (len(back.Differences) == 0) != (len(result.Differences) == 0) {
				t.Errorf("%d differences, but %d in the other direction", len(result.Differences), len(back.Differences))
			}
		})
	}
	for _, test := range revisionEdits {
		t.Run(test.name, func(t *testing.T) {
			after := clone(t, original)
			after.Version = "2024-01-01"
			test.edit(after)
			compareEdit(t, site, clone(t, original), after, test.want)
		})
	}
}

// compareEdit compares two versions, and checks the rating.
func compareEdit(t *testing.T, site *policy.Site, before, after *policy.Policy, want string) Result {
	t.Helper()
	result := Compare(site, before, after)
	if got := summarize(result); got != want {
		t.Errorf("%s; want %s\n%+v", got, want, result.Differences)
	}
	for _, d := range result.Differences {
		if d.Reason == "" || d.Path() == "" || (d.Class == policy.Material) != (d.Kind != "") {
			t.Errorf("%+v: a field is missing", d)
		}
	}
	return result
}

func TestPointWithinANumberIsCompared(t *testing.T) {
	site, before := loadYunzhijia(t)
	after := clone(t, before)
	before.Purpose("analytics").Retention["zh-CN"] = "1.5年"
	after.Purpose("analytics").Retention["zh-CN"] = "15年"
	compareEdit(t, site, before, after, "material processing; asks analytics")
}

// fieldWalk sets each field of a policy to a different value, one at a time, and reports those that no comparison
// finds.
type fieldWalk struct {
	t           *testing.T
	findsChange func() bool
}

func (w fieldWalk) check(path string, v reflect.Value, set func()) {
	old := reflect.New(v.Type()).Elem()
	old.Set(v)
	set()
	if !w.findsChange() {
		w.t.Errorf("%s is not compared", path)
	}
	v.Set(old)
}

func (w fieldWalk) walk(path string, v reflect.Value) {
	ignored := []string{
		"Version", "Effective", "Revision", "DataKinds", "Emphasis", "Hold", "OutOfReach", "Section", "FullText",
		"Example", "Accepted", "Stores", // for the author alone
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); !slices.Contains(ignored, f.Name) {
				w.walk(path+"."+f.Name, v.Field(i))
			}
		}
	case reflect.Slice:
		if v.Len() > 0 {
			w.check(path+" without its first entry", v, func() { v.Set(v.Slice(1, v.Len())) })
			w.walk(path+"[0]", v.Index(0))
		}
	case reflect.Map:
		w.check(path, v, func() { v.Set(reflect.ValueOf(zh("完全不同的文字"))) })
	case reflect.String:
		w.check(path, v, func() { v.SetString("other") })
	case reflect.Int:
		w.check(path, v, func() { v.SetInt(v.Int() + 1) })
	case reflect.Bool:
		w.check(path, v, func() { v.SetBool(!v.Bool()) })
	default:
		w.t.Errorf("%s is a %s", path, v.Kind())
	}
}

// A field that no comparison reads would hide a change.
func TestEveryFieldOfAPolicyIsCompared(t *testing.T) {
	site, original := loadYunzhijia(t)
	before, after := clone(t, original), clone(t, original)
	for _, p := range []*policy.Policy{before, after} { // set what the first entries leave out
		p.Purposes[0] = *p.Purpose("analytics")
		p.Purposes[0].ID = "first"
		p.Purposes[0].Storage = []policy.StoredItem{{Name: "a", Area: policy.AreaLocal}}
		p.SDKs[0].Home = "https://a.example/"
	}
	if r := Compare(site, before, after); len(r.Differences) > 0 {
		t.Fatalf("before any change: %+v", r.Differences)
	}
	findsChange := func() bool { return len(Compare(site, before, after).Differences) > 0 }
	fieldWalk{t, findsChange}.walk("policy", reflect.ValueOf(after).Elem())
	if changed := cmp.Diff(before, after); changed != "" {
		t.Fatalf("the walk did not restore a field (-before +after):\n%s", changed)
	}
}

func TestDifferenceOfASwitchHasNoTexts(t *testing.T) {
	before := &policy.Policy{Version: "1", Purposes: []policy.Purpose{{ID: "sharing", Separate: true}}}
	site := &policy.Site{Languages: []string{"en"}, Policies: []*policy.Policy{before}, Current: "1"}
	for _, want := range []Flag{FlagOn, FlagOff} {
		after := *before
		after.Purposes = slices.Clone(before.Purposes)
		p := after.Purpose("sharing")
		p.Separate, p.GPC = false, true
		old, next := before, &after
		if want == FlagOff {
			old, next = next, old
		}
		found := 0
		for _, d := range Compare(site, old, next).Differences {
			if d.Field == "gpc" {
				found++
				if d.Flag != want || d.Before != nil || d.After != nil {
					t.Errorf("flag %q, before %v, after %v; want flag %q alone", d.Flag, d.Before, d.After, want)
				}
			}
		}
		if found != 1 {
			t.Errorf("%d differences; want 1", found)
		}
	}
}
