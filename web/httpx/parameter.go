package httpx

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/nod-consent/nod/app/calendar"
)

// RejectUnknownParams refuses parameters that the handler does not read: a misspelt one would select everyone.
func RejectUnknownParams(v url.Values, names ...string) error {
	for name := range v {
		if !slices.Contains(names, name) {
			return &Refusal{
				Status: http.StatusBadRequest, Kind: "malformed-parameter",
				Detail: fmt.Sprintf("There is no parameter %q. Allowed: %s.", name, strings.Join(names, ", ")),
			}
		}
	}
	return nil
}

// BadParameter refuses the value of a parameter, and says what to send instead.
func BadParameter(name, value, instead string) error {
	return &Refusal{
		Status: http.StatusBadRequest, Kind: "malformed-parameter",
		Detail: fmt.Sprintf("%s is %q, which is not allowed. Send %s.", name, value, instead),
	}
}

// LeafParameter reads the leaf at which to go on; 0 if the parameter is missing.
func LeafParameter(v url.Values, name string) (int64, error) {
	text := v.Get(name)
	if text == "" {
		return 0, nil
	}
	leaf, err := strconv.ParseInt(text, 10, 64)
	if err != nil || leaf < 1 {
		return 0, BadParameter(name, text, "the leaf that the last page named as next")
	}
	return leaf, nil
}

// TimeParameter reads a time, or the beginning of a day in UTC. A missing parameter is the zero time.
func TimeParameter(v url.Values, name string) (time.Time, error) {
	at, err := calendar.ParseMoment(v.Get(name))
	if err != nil {
		return at, BadParameter(name, v.Get(name), "a day such as 2026-01-31, or a time such as 2026-01-31T08:00:00Z")
	}
	return at, nil
}
