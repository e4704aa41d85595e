package httpx

import (
	"net/http"
	"strconv"
	"strings"
)

// The names of the encodings that responses are compressed in.
const (
	Brotli = "br"
	Gzip   = "gzip"
)

// ChooseEncoding returns Brotli, Gzip, or "" for no compression: the one that the request's Accept-Encoding gives the
// highest weight (RFC 9110, 12.5.3). Between equal weights it prefers Brotli, then Gzip.
func ChooseEncoding(r *http.Request) string {
	weights := parseAcceptEncoding(r.Header.Values("Accept-Encoding"))
	best, bestWeight := "", weights["identity"] // 0 where the client does not say: then any compression is better
	for _, name := range []string{Gzip, Brotli} {
		weight, isListed := weights[name]
		if !isListed {
			weight = weights["*"]
		}
		if weight > 0 && weight >= bestWeight {
			best, bestWeight = name, weight
		}
	}
	return best
}

// parseAcceptEncoding returns the weights in thousandths. An encoding whose weight is not a weight is left out.
func parseAcceptEncoding(values []string) map[string]int {
	weights := map[string]int{}
	for part := range strings.SplitSeq(strings.Join(values, ","), ",") {
		name, parameter, hasParameter := strings.Cut(part, ";")
		name = strings.ToLower(strings.TrimSpace(name))
		weight, isWeight := 1000, true
		if hasParameter {
			weight, isWeight = parseWeight(parameter)
		}
		if name == "x-gzip" { // the same, by RFC 9110, 8.4.1.3
			name = Gzip
		}
		if isWeight {
			weights[name] = weight
		}
	}
	return weights
}

// parseWeight reads "q=" and a number from 0 to 1 with at most three decimals (RFC 9110, 12.4.2), in thousandths.
func parseWeight(parameter string) (weight int, ok bool) {
	name, text, _ := strings.Cut(parameter, "=")
	text = strings.TrimSpace(text)
	whole, decimals, _ := strings.Cut(text, ".")
	if !strings.EqualFold(strings.TrimSpace(name), "q") || len(whole) != 1 || len(decimals) > 3 {
		return 0, false
	}
	weight, err := strconv.Atoi(whole + decimals + "000"[len(decimals):])
	return weight, err == nil && weight >= 0 && weight <= 1000
}
