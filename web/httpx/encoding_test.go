package httpx

import (
	"net/http/httptest"
	"testing"
)

func TestTheEncodingIsTheOneThatTheClientPrefers(t *testing.T) {
	for _, test := range []struct {
		name   string
		accept []string
		want   string
	}{
		{"no header", nil, ""},
		{"an empty one", []string{""}, ""},
		{"brotli before gzip of the same weight", []string{"gzip, br"}, Brotli},
		{"the higher weight", []string{"br;q=0.5, gzip;q=0.8"}, Gzip},
		{"the higher weight, the other way round", []string{"gzip;q=0.5, br;q=0.8"}, Brotli},
		{"thousandths", []string{"br;q=0.998, gzip;q=0.999"}, Gzip},
		{"anything", []string{"*"}, Brotli},
		{"anything but brotli", []string{"br;q=0, *"}, Gzip},
		{"anything, brotli least of all", []string{"*, br;q=0.1"}, Gzip},
		{"nothing but gzip", []string{"*;q=0, gzip"}, Gzip},
		{"nothing", []string{"*;q=0"}, ""},
		{"no compression rather than compression", []string{"identity, br;q=0.5"}, ""},
		{"compression rather than none", []string{"identity;q=0.5, gzip"}, Gzip},
		{"no compression, which is impossible", []string{"identity;q=0"}, ""},
		{"the old name of gzip", []string{"x-gzip"}, Gzip},
		{"two headers", []string{"deflate", "gzip"}, Gzip},
		{"spaces and capitals", []string{" GZIP ; Q = 0.5 "}, Gzip},
		{"a weight above one", []string{"br;q=2, gzip"}, Gzip},
		{"a weight of four decimals", []string{"br;q=0.1234, gzip"}, Gzip},
		{"a negative weight", []string{"br;q=-1"}, ""},
		{"a weight without a number", []string{"br;q="}, ""},
		{"another parameter", []string{"br;level=1"}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "/", nil)
			r.Header["Accept-Encoding"] = test.accept
			if got := ChooseEncoding(r); got != test.want {
				t.Errorf("%q; want %q", got, test.want)
			}
		})
	}
}
