package ledger

import (
	"slices"
	"strings"

	"github.com/nod-consent/nod/app/policy"
)

// FormatShown returns Presentation.Shown: the platforms, a colon, and the purposes and services. Both lists are sorted,
// so that the same content has one form. It returns "" if there is nothing to grant.
func FormatShown(platforms []policy.Platform, items []string) string {
	if len(items) == 0 {
		return ""
	}
	names := make([]string, len(platforms))
	for i, p := range platforms {
		names[i] = string(p)
	}
	return joinSorted(names) + ":" + joinSorted(items)
}

func joinSorted(names []string) string {
	return strings.Join(slices.Compact(slices.Sorted(slices.Values(names))), " ")
}

// ParseShown returns the purposes and services that Presentation.Shown names, if it was shown on the platform.
func ParseShown(shown string, platform policy.Platform) (items []string) {
	platforms, list, _ := strings.Cut(shown, ":")
	if !slices.Contains(strings.Fields(platforms), string(platform)) {
		return nil
	}
	return strings.Fields(list)
}
