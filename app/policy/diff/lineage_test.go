package diff

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/nod-consent/nod/app/policy"
)

type edit = func(*policy.Policy)

// siteWithVersions returns the built-in site with more versions, each an edit of the one before.
func siteWithVersions(t *testing.T, edits ...edit) *policy.Site {
	t.Helper()
	site, _ := loadYunzhijia(t)
	for i, apply := range edits {
		next := clone(t, site.Policies[i])
		next.Version = string(rune('b' + i))
		apply(next)
		site.Policies = append(site.Policies, next)
	}
	return site
}

// countsFor reports whether an answer with the hash counts for the purpose or service.
func (l Lineage) countsFor(hash policy.Hash, id string) bool {
	return hash == l.Hashes[id] || l.Equivalents[hash] == l.Hashes[id]
}

// The edits of a purpose that the tests combine.
var (
	addData    = editPurpose("analytics", func(p *policy.Purpose) { p.Data = append(p.Data, zh("位置")) })
	removeData = editPurpose("analytics", func(p *policy.Purpose) { p.Data = p.Data[:1] })
	fixTypo    = editPurpose("analytics", func(p *policy.Purpose) { p.Summary["zh-CN"] += "。" })
	require    = editPurpose("analytics", func(p *policy.Purpose) { p.Required, p.GPC = true, false })
	allow      = editPurpose("analytics", func(p *policy.Purpose) { p.Required = false })
	editOther  = editPurpose("beacons", func(p *policy.Purpose) { p.Retention = zh("十年") })
)

func addSDK(p *policy.Policy) {
	id := string(rune('a' + len(p.SDKs)%26))
	p.SDKs = append(p.SDKs, policy.SDK{ID: id, Platform: policy.Harmony, Name: zh("x"), Purpose: "analytics"})
}

func removeSDK(p *policy.Policy) { p.SDKs = p.SDKs[:len(p.SDKs)-1] }

// C-29
func TestAnswerCountsWhileItsPurposeOnlyShrinks(t *testing.T) {
	_, first := loadYunzhijia(t)
	removePurpose := func(p *policy.Policy) { p.Purposes = p.Purposes[:1] }
	restorePurpose := func(p *policy.Policy) { p.Purposes = first.Purposes }
	for _, test := range []struct {
		name   string
		edits  []edit
		counts []bool // for each version: whether an answer under it counts under the last one
	}{
		{"nothing happens", nil, []bool{true}},
		{"a different purpose changes", []edit{editOther, editOther}, []bool{true, true, true}},
		{"data are removed", []edit{removeData}, []bool{true, true}},
		{"punctuation changes", []edit{fixTypo, fixTypo}, []bool{true, true, true}},
		{"data are added", []edit{addData}, []bool{false, true}},
		{"data are added, then removed", []edit{addData, removeData}, []bool{false, true, true}},
		{"data are removed, then added", []edit{removeData, addData}, []bool{false, false, true}},
		{"data are removed twice", []edit{removeData, fixTypo, removeData}, []bool{true, true, true, true}},
		{"an SDK is added", []edit{addSDK}, []bool{false, true}},
		{"an SDK is added, then removed", []edit{addSDK, removeSDK}, []bool{false, true, true}},
		{"two SDKs are added", []edit{addSDK, addSDK}, []bool{false, false, true}},
		{"the purpose is removed, then restored", []edit{removePurpose, restorePurpose}, []bool{false, false, true}},
	} {
		t.Run(test.name, func(t *testing.T) {
			site := siteWithVersions(t, test.edits...)
			now := LineageOf(site, site.Policies[len(site.Policies)-1])
			for i, p := range site.Policies {
				then := LineageOf(site, p).Hashes
				for _, id := range []string{"analytics", "usage-stats", "performance"} { // the purpose and its services
					hash, isAsked := then[id]
					if counts := isAsked && now.countsFor(hash, id); counts != test.counts[i] {
						t.Errorf("an answer to %s under version %s counts: %v", id, p.Version, counts)
					}
				}
			}
		})
	}
}

// randomEdits change a policy in ways that r chooses.
var randomEdits = []func(p *policy.Policy, r *rand.Rand){
	func(p *policy.Policy, r *rand.Rand) {
		q := choosePurpose(p, r)
		q.Data = append(q.Data, zh(string(rune('一'+r.IntN(5)))))
	},
	func(p *policy.Policy, r *rand.Rand) {
		if q := choosePurpose(p, r); len(q.Data) > 1 {
			q.Data = q.Data[1:]
		}
	},
	func(p *policy.Policy, r *rand.Rand) { choosePurpose(p, r).Summary["zh-CN"] += "。" },
	func(p *policy.Policy, r *rand.Rand) {
		choosePurpose(p, r).Retention = zh([]string{"一年", "两年"}[r.IntN(2)])
	},
	func(p *policy.Policy, r *rand.Rand) {
		q := choosePurpose(p, r)
		q.Required = !q.Required && !q.Separate && !q.GPC
	},
	func(p *policy.Policy, r *rand.Rand) { choosePurpose(p, r).Services = nil },
	func(p *policy.Policy, r *rand.Rand) {
		q := choosePurpose(p, r)
		q.Services = append(q.Services, policy.Service{ID: q.ID + "-s", Name: zh("x"), Provider: zh("y"), Summary: zh("z")})
	},
	func(p *policy.Policy, r *rand.Rand) {
		p.SDKs = append(p.SDKs, policy.SDK{
			ID: string(rune('a' + r.IntN(20))), Platform: policy.Android, Name: zh("x"), Purpose: choosePurpose(p, r).ID,
		})
	},
	func(p *policy.Policy, _ *rand.Rand) { p.SDKs = p.SDKs[1:] },
	func(p *policy.Policy, r *rand.Rand) { p.Controller.Name = zh([]string{"甲", "乙"}[r.IntN(2)]) },
	func(p *policy.Policy, _ *rand.Rand) { p.Rights = nil },
	func(p *policy.Policy, r *rand.Rand) {
		if i := r.IntN(len(p.Purposes)); len(p.Purposes) > 3 {
			p.Purposes = append(p.Purposes[:i:i], p.Purposes[i+1:]...)
		}
	},
}

func choosePurpose(p *policy.Policy, r *rand.Rand) *policy.Purpose {
	return &p.Purposes[r.IntN(len(p.Purposes))]
}

// Whatever happens to a policy, an answer counts if and only if no later version asks for its purpose again. It never
// counts for a different purpose.
func TestAnswerCountsUntilAVersionAsksAgain(t *testing.T) {
	counted, expired := 0, 0
	for seed := range uint64(8) {
		r := rand.New(rand.NewPCG(seed, 6))
		var edits []edit
		for range 5 {
			edits = append(edits, func(p *policy.Policy) {
				for range 1 + r.IntN(3) {
					randomEdits[r.IntN(len(randomEdits))](p, r)
				}
			})
		}
		history := newAskHistory(siteWithVersions(t, edits...))
		for i := range history.site.Policies {
			c, e := history.check(t, seed, i)
			counted, expired = counted+c, expired+e
		}
	}
	if counted < 200 || expired < 80 {
		t.Errorf("%d answers count and %d do not: too few to prove anything", counted, expired)
	}
}

// askHistory holds which purposes each version of a site asks again.
type askHistory struct {
	site *policy.Site
	last int        // index of the last version
	asks [][]string // of each version but the first
	now  Lineage    // of the last version
}

func newAskHistory(site *policy.Site) askHistory {
	h := askHistory{site: site, last: len(site.Policies) - 1}
	for i := range h.last {
		h.asks = append(h.asks, Compare(site, site.Policies[i], site.Policies[i+1]).Asks())
	}
	h.now = LineageOf(site, site.Policies[h.last])
	return h
}

// isInterrupted reports whether a version after version i asks for the purpose again or does not have it.
func (h askHistory) isInterrupted(id string, i int) bool {
	for j := i; j < h.last; j++ {
		if slices.Contains(h.asks[j], id) || h.site.Policies[j+1].Purpose(id) == nil {
			return true
		}
	}
	return false
}

// check checks the answers under version i, and returns how many count for the last version and how many do not.
func (h askHistory) check(t *testing.T, seed uint64, i int) (counted, expired int) {
	t.Helper()
	ids := map[policy.Hash]string{}
	for id, hash := range h.now.Hashes {
		ids[hash] = id
	}
	p := h.site.Policies[i]
	then := LineageOf(h.site, p).Hashes
	for _, q := range p.Purposes {
		hash := then[q.ID]
		if equivalent, ok := h.now.Equivalents[hash]; ok {
			hash = equivalent
		}
		id, counts := ids[hash]
		if counts && id != q.ID {
			t.Fatalf("seed %d: an answer to %s under version %s counts for %s", seed, q.ID, p.Version, id)
		}
		if end := h.site.Policies[h.last].Purpose(q.ID); end == nil || end.Required {
			continue
		}
		if want := !h.isInterrupted(q.ID, i); counts != want {
			t.Fatalf("seed %d: an answer to %s under version %s counts: %v; want %v", seed, q.ID, p.Version, counts, want)
		}
		if counts {
			counted++
		} else {
			expired++
		}
	}
	return counted, expired
}

// C-26
func TestRefusalOfAPurposeThatIsRequiredNowCounts(t *testing.T) {
	_, first := loadYunzhijia(t)
	editTypoElsewhere := editPurpose("beacons", func(p *policy.Purpose) { p.Summary["zh-CN"] += "。" })
	remove := func(p *policy.Policy) { p.Purposes = slices.Delete(slices.Clone(p.Purposes), 2, 3) }
	restoreRequired := func(p *policy.Policy) {
		p.Purposes = append(p.Purposes, first.Purposes[2])
		p.Purposes[len(p.Purposes)-1].Required, p.Purposes[len(p.Purposes)-1].GPC = true, false
	}
	for _, test := range []struct {
		name         string
		edits        []edit
		counts       []bool // for each version: whether an answer under it counts under the last one
		wasRefusable bool
	}{
		{"required", []edit{require}, []bool{true, true}, true},
		{"asked again, then required", []edit{addData, require}, []bool{true, true, true}, true},
		{"asked again twice, required, then reworded", []edit{addData, addData, require, fixTypo},
			[]bool{true, true, true, true, true}, true},
		{"removed, then restored as required", []edit{remove, editTypoElsewhere, restoreRequired},
			[]bool{true, false, false, true}, true},
		{"required, then optional", []edit{require, allow}, []bool{false, false, true}, false},
		{"required, optional, then required", []edit{require, allow, require}, []bool{true, true, true, true}, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			site := siteWithVersions(t, test.edits...)
			now := LineageOf(site, site.Policies[len(site.Policies)-1])
			for id, want := range map[string]bool{
				"analytics": test.wasRefusable, "usage-stats": test.wasRefusable, "necessary": false,
			} {
				if now.WasRefusable[id] != want {
					t.Errorf("%s was refusable: %v", id, now.WasRefusable[id])
				}
			}
			for i, p := range site.Policies {
				hash := LineageOf(site, p).Hashes["analytics"]
				if counts := now.countsFor(hash, "analytics"); counts != test.counts[i] {
					t.Errorf("an answer under version %s counts: %v", p.Version, counts)
				}
			}
		})
	}
}

func TestPurposeThatWasAlwaysRequiredWasNotRefusable(t *testing.T) {
	site := siteWithVersions(t, editPurpose("necessary", func(p *policy.Purpose) { p.Summary["zh-CN"] += "等。" }))
	if l := LineageOf(site, site.Policies[1]); len(l.WasRefusable) > 0 {
		t.Errorf("refusable: %v", l.WasRefusable)
	}
}
