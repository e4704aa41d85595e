package widget

import "slices"

// joinPlatforms joins the entries of the same thing on several platforms, which the policy lists one by one. Facts that
// differ stay side by side, each with its platform.
func joinPlatforms(entries []Entry) (joined []Entry) {
	for _, e := range entries {
		i := slices.IndexFunc(joined, func(other Entry) bool { return other.Key != "" && other.Key == e.Key })
		if i < 0 {
			e.Facts = slices.Clone(e.Facts)
			joined = append(joined, e)
			continue
		}
		joined[i].join(e)
	}
	return joined
}

// join adds the same thing on another platform.
func (e *Entry) join(twin Entry) {
	before := len(e.Editions)
	e.Editions = append(e.Editions, Option{twin.ID, twin.Qualifier})
	first := e.Qualifier
	e.Qualifier = ""
	for _, f := range twin.Facts {
		if slices.ContainsFunc(e.Facts, f.isSame) || f.Chips && e.addChips(f) {
			continue
		}
		end := len(e.Facts)
		for i := range e.Facts {
			if e.Facts[i].Label != f.Label || e.Facts[i].Aside != f.Aside {
				continue
			}
			if before == 0 {
				e.Facts[i].Of = first
			}
			end = i + 1
		}
		f.Of = twin.Qualifier
		e.Facts = slices.Insert(e.Facts, end, f)
	}
	e.Tags = addMissing(e.Tags, twin.Tags)
	e.Missing = addMissing(e.Missing, twin.Missing)
	e.Platforms = addMissing(e.Platforms, twin.Platforms)
	e.Kinds = addMissing(e.Kinds, twin.Kinds)
	e.Marks = addMissing(e.Marks, twin.Marks)
}

// addChips adds the few words of a fact to those of the same label, and reports whether there are any.
func (e *Entry) addChips(f Fact) bool {
	i := slices.IndexFunc(e.Facts, func(other Fact) bool { return other.Chips && other.Label == f.Label })
	if i >= 0 {
		e.Facts[i].Values = addMissing(e.Facts[i].Values, f.Values)
	}
	return i >= 0
}

// isSame reports whether two facts state the same.
func (f Fact) isSame(other Fact) bool {
	return f.Label == other.Label && f.Aside == other.Aside && f.Address == other.Address &&
		slices.Equal(f.Values, other.Values)
}

// size is the number of the policy's entries that are joined in this one.
func (e Entry) size() int { return 1 + len(e.Editions) }

func addMissing(list, more []string) []string {
	for _, s := range more {
		if !slices.Contains(list, s) {
			list = append(slices.Clip(list), s)
		}
	}
	return list
}

// groupEntries gives each entry its place in the orders of the list: first by group, the largest group first, and then
// as in the policy. Without groups the first order is the policy's.
func groupEntries(entries []Entry) {
	size, first := map[string]int{}, map[string]int{}
	for i, e := range entries {
		if _, ok := first[e.Group]; !ok {
			first[e.Group] = i
		}
		size[e.Group]++
	}
	order := make([]int, len(entries))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		x, y := entries[a].Group, entries[b].Group
		if size[x] != size[y] {
			return size[y] - size[x]
		}
		return first[x] - first[y]
	})
	for rank, i := range order {
		entries[i].Ranks = map[string]int{"": rank, SortPolicy: i}
	}
}
