package policy

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// versions puts versions of a policy into a site, each made from the one before.
func versions(t *testing.T, edits ...func(*Policy)) *Site {
	t.Helper()
	site, p := yunzhijia(t)
	site.Policies = []*Policy{p}
	for i, edit := range edits {
		next := copied(t, site.Policies[i])
		next.Version = string(rune('b' + i))
		edit(next)
		site.Policies = append(site.Policies, next)
	}
	return site
}

// C-29
func TestAnAnswerStandsWhereItsPurposeOnlyBecameLess(t *testing.T) {
	more := func(p *Policy) { p.Purpose("analytics").Data = append(p.Purpose("analytics").Data, zh("位置")) }
	less := func(p *Policy) { p.Purpose("analytics").Data = p.Purpose("analytics").Data[:1] }
	other := func(p *Policy) { p.Purpose("beacons").Retention = zh("十年") }
	typo := func(p *Policy) { p.Purpose("analytics").Summary["zh-CN"] += "。" }
	moreSDKs := func(p *Policy) {
		p.SDKs = append(p.SDKs, SDK{ID: string(rune(97 + len(p.SDKs)%26)), Platform: Harmony, Name: zh("x"), Purpose: "analytics"})
	}
	back := func(p *Policy) { p.SDKs = p.SDKs[:len(p.SDKs)-1] }
	gone := func(p *Policy) { p.Purposes = p.Purposes[:1] }
	var first *Policy
	again := func(p *Policy) { p.Purposes = first.Purposes }
	for _, test := range []struct {
		name   string
		edits  []func(*Policy)
		stands []bool // of an answer under each version, under the last one
	}{
		{"nothing happens", nil, []bool{true}},
		{"another purpose changes", []func(*Policy){other, other}, []bool{true, true, true}},
		{"it becomes less", []func(*Policy){less}, []bool{true, true}},
		{"it is written otherwise", []func(*Policy){typo, typo}, []bool{true, true, true}},
		{"it becomes more", []func(*Policy){more}, []bool{false, true}},
		{"it becomes more, then less", []func(*Policy){more, less}, []bool{false, true, true}},
		{"it becomes less, then more", []func(*Policy){less, more}, []bool{false, false, true}},
		{"it becomes less twice", []func(*Policy){less, typo, less}, []bool{true, true, true, true}},
		{"a list has more for it", []func(*Policy){moreSDKs}, []bool{false, true}},
		{"a list has more for it, and then has not", []func(*Policy){moreSDKs, back}, []bool{false, true, true}},
		{"a list has more for it twice", []func(*Policy){moreSDKs, moreSDKs}, []bool{false, false, true}},
		{"it goes and comes back", []func(*Policy){gone, again}, []bool{false, false, true}},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, first = yunzhijia(t)
			site := versions(t, test.edits...)
			now := site.Lineage(site.Policies[len(site.Policies)-1])
			for i, p := range site.Policies {
				then, had := site.Lineage(p).Hashes["analytics"]
				stands := had && (then == now.Hashes["analytics"] || now.Equivalents[then] == now.Hashes["analytics"])
				if stands != test.stands[i] {
					t.Errorf("an answer under version %s stands: %v", p.Version, stands)
				}
				for _, service := range []string{"usage-stats", "performance"} {
					then := site.Lineage(p).Hashes[service]
					if had && (then == now.Hashes[service] || now.Equivalents[then] == now.Hashes[service]) != test.stands[i] {
						t.Errorf("an answer to its service %s under version %s stands otherwise", service, p.Version)
					}
				}
			}
		})
	}
}

// Whatever becomes of a policy: an answer stands if and only if no version since has its purpose asked again; and it is never the answer
// to another purpose.
func TestAnAnswerStandsAsLongAsNoVersionAsksAgain(t *testing.T) {
	edits := []func(p *Policy, r *rand.Rand){
		func(p *Policy, r *rand.Rand) {
			q := &p.Purposes[r.IntN(len(p.Purposes))]
			q.Data = append(q.Data, zh(string(rune('一'+r.IntN(5)))))
		},
		func(p *Policy, r *rand.Rand) {
			if q := &p.Purposes[r.IntN(len(p.Purposes))]; len(q.Data) > 1 {
				q.Data = q.Data[1:]
			}
		},
		func(p *Policy, r *rand.Rand) { p.Purposes[r.IntN(len(p.Purposes))].Summary["zh-CN"] += "。" },
		func(p *Policy, r *rand.Rand) {
			p.Purposes[r.IntN(len(p.Purposes))].Retention = zh([]string{"一年", "两年"}[r.IntN(2)])
		},
		func(p *Policy, r *rand.Rand) {
			q := &p.Purposes[r.IntN(len(p.Purposes))]
			q.Required = !q.Required && !q.Separate && !q.GPC
		},
		func(p *Policy, r *rand.Rand) { q := &p.Purposes[r.IntN(len(p.Purposes))]; q.Services = nil },
		func(p *Policy, r *rand.Rand) {
			q := &p.Purposes[r.IntN(len(p.Purposes))]
			q.Services = append(q.Services, Service{ID: q.ID + "-s", Name: zh("x"), Provider: zh("y"), Summary: zh("z")})
		},
		func(p *Policy, r *rand.Rand) {
			p.SDKs = append(p.SDKs, SDK{ID: string(rune('a' + r.IntN(20))), Platform: Android, Name: zh("x"), Purpose: p.Purposes[r.IntN(len(p.Purposes))].ID})
		},
		func(p *Policy, r *rand.Rand) { p.SDKs = p.SDKs[1:] },
		func(p *Policy, r *rand.Rand) { p.Controller.Name = zh([]string{"甲", "乙"}[r.IntN(2)]) },
		func(p *Policy, r *rand.Rand) { p.Rights = nil },
		func(p *Policy, r *rand.Rand) {
			if i := r.IntN(len(p.Purposes)); len(p.Purposes) > 3 {
				p.Purposes = append(p.Purposes[:i:i], p.Purposes[i+1:]...)
			}
		},
	}
	stood, fell := 0, 0
	for seed := range uint64(8) {
		r := rand.New(rand.NewPCG(seed, 6))
		var made []func(*Policy)
		for range 5 {
			made = append(made, func(p *Policy) {
				for range 1 + r.IntN(3) {
					edits[r.IntN(len(edits))](p, r)
				}
			})
		}
		site := versions(t, made...)
		last := len(site.Policies) - 1
		now := site.Lineage(site.Policies[last])
		var asks [][]string // by each version but the first
		for j := range last {
			asks = append(asks, Compare(site, site.Policies[j], site.Policies[j+1]).Asks())
		}
		of := map[Hash]string{}
		for id, h := range now.Hashes {
			of[h] = id
		}
		for i, p := range site.Policies {
			then := site.Lineage(p).Hashes
			asked, gone := map[string]bool{}, map[string]bool{}
			for j := i; j < last; j++ {
				for _, id := range asks[j] {
					asked[id] = true
				}
				for _, q := range p.Purposes {
					gone[q.ID] = gone[q.ID] || site.Policies[j+1].Purpose(q.ID) == nil
				}
			}
			for _, q := range p.Purposes {
				h := then[q.ID]
				if same, ok := now.Equivalents[h]; ok {
					h = same
				}
				to, stands := of[h]
				if stands && to != q.ID {
					t.Fatalf("seed %d: an answer to %s under %s counts for %s", seed, q.ID, p.Version, to)
				}
				if end := site.Policies[last].Purpose(q.ID); end == nil || end.Required {
					continue
				}
				if want := !asked[q.ID] && !gone[q.ID]; stands != want {
					t.Fatalf("seed %d: an answer to %s under %s stands: %v; want %v", seed, q.ID, p.Version, stands, want)
				}
				if stands {
					stood++
				} else {
					fell++
				}
			}
		}
	}
	if stood < 200 || fell < 80 {
		t.Errorf("%d answers stood and %d fell: too few to tell", stood, fell)
	}
}

// C-26
func TestARefusalOfWhatIsRequiredSinceStandsHoweverItWasAsked(t *testing.T) {
	more := func(p *Policy) { p.Purpose("analytics").Data = append(p.Purpose("analytics").Data, zh("位置")) }
	typo := func(p *Policy) { p.Purpose("analytics").Summary["zh-CN"] += "。" }
	must := func(p *Policy) { p.Purpose("analytics").Required, p.Purpose("analytics").GPC = true, false }
	can := func(p *Policy) { p.Purpose("analytics").Required = false }
	typoElsewhere := func(p *Policy) { p.Purpose("beacons").Summary["zh-CN"] += "。" }
	var first *Policy
	gone := func(p *Policy) { p.Purposes = slices.Delete(slices.Clone(p.Purposes), 2, 3) }
	back := func(p *Policy) {
		p.Purposes = append(p.Purposes, first.Purposes[2])
		p.Purposes[len(p.Purposes)-1].Required, p.Purposes[len(p.Purposes)-1].GPC = true, false
	}
	for _, test := range []struct {
		name   string
		edits  []func(*Policy)
		counts []bool // whether an answer under each version counts under the last one
		asked  bool
	}{
		{"it is required", []func(*Policy){must}, []bool{true, true}, true},
		{"it is asked again, then required", []func(*Policy){more, must}, []bool{true, true, true}, true},
		{"it is asked again twice, then required, then written otherwise", []func(*Policy){more, more, must, typo}, []bool{true, true, true, true, true}, true},
		{"it is gone, and comes back required", []func(*Policy){gone, typoElsewhere, back}, []bool{true, false, false, true}, true},
		{"it is required, and then is not", []func(*Policy){must, can}, []bool{false, false, true}, false},
		{"it is required, is not, and is again", []func(*Policy){must, can, must}, []bool{true, true, true, true}, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, first = yunzhijia(t)
			site := versions(t, test.edits...)
			last := site.Policies[len(site.Policies)-1]
			now := site.Lineage(last)
			if now.WasRefusable["analytics"] != test.asked || now.WasRefusable["usage-stats"] != test.asked || now.WasRefusable["necessary"] {
				t.Errorf("what could be refused: %v", now.WasRefusable)
			}
			for i, p := range site.Policies {
				hash := site.Lineage(p).Hashes["analytics"]
				if got := hash == now.Hashes["analytics"] || now.Equivalents[hash] == now.Hashes["analytics"]; got != test.counts[i] {
					t.Errorf("an answer under version %s counts: %v", p.Version, got)
				}
			}
		})
	}
	always := versions(t, func(p *Policy) { p.Purpose("necessary").Summary["zh-CN"] += "等。" })
	if l := always.Lineage(always.Policies[1]); len(l.WasRefusable) > 0 {
		t.Errorf("what was always required could be refused: %v", l.WasRefusable)
	}
}
