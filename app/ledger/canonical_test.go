package ledger

import (
	"math"
	"strconv"
	"testing"
)

// The examples of RFC 8785: section 3.2.2 (serialization) and section 3.2.3 (the order of members, by UTF-16).
func TestCanonicalJSONIsAsRFC8785SaysInItsExamples(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"3.2.2": {
			`{
				"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
				"string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
				"literals": [null, true, false]
			}`,
			`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],` +
				`"string":"€$\u000f\nA'B\"\\\\\"/"}`,
		},
		"3.2.3": {
			`{
				"\u20ac": "Euro Sign",
				"\r": "Carriage Return",
				"\ufb33": "Hebrew Letter Dalet With Dagesh",
				"1": "One",
				"\ud83d\ude00": "Emoji: Grinning Face",
				"\u0080": "Control",
				"\u00f6": "Latin Small Letter O With Diaeresis"
			}`,
			"{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\"," +
				"\"\u00f6\":\"Latin Small Letter O With Diaeresis\",\"\u20ac\":\"Euro Sign\"," +
				"\"\U0001F600\":\"Emoji: Grinning Face\",\"\ufb33\":\"Hebrew Letter Dalet With Dagesh\"}",
		},
		"3.2.2.2, short escapes":   {`"\u0008\u0009\u000a\u000c\u000d\u0022\u005c"`, `"\b\t\n\f\r\"\\"`},
		"3.2.2.2, other controls":  {`"\u0000\u000B\u001F\u007f"`, `"\u0000\u000b\u001f` + "\u007f\""},
		"3.2.2.2, not escaped":     {`"\u2028\u003c\u002F\u00e9\u6863"`, "\"\u2028</\u00e9\u6863\""},
		"3.1, not normalized":      {`"A\u030a\u00c5"`, "\"A\u030a\u00c5\""},
		"3.2.3, nested members":    {`{"b":{"d":1,"c":2},"a":[{"f":1,"e":2}]}`, `{"a":[{"e":2,"f":1}],"b":{"c":2,"d":1}}`},
		"3.2.3, a prefix is first": {`{"aa":1,"":2,"a":3}`, `{"":2,"a":3,"aa":1}`},
		"3.2.3, arrays keep order": {`[3, 1, 2]`, `[3,1,2]`},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := canonicalize([]byte(test.text))
			if err != nil || string(got) != test.want {
				t.Errorf("%q, error %v; want %q", got, err, test.want)
			}
			again, err := canonicalize(got)
			if err != nil || string(again) != test.want {
				t.Errorf("again: %q, error %v", again, err)
			}
		})
	}
}

// RFC 8785, appendix B.
func TestCanonicalNumbersAreAsRFC8785SaysInAppendixB(t *testing.T) {
	for bits, want := range map[uint64]string{
		0x0000000000000000: "0",
		0x8000000000000000: "0",
		0x0000000000000001: "5e-324",
		0x8000000000000001: "-5e-324",
		0x7fefffffffffffff: "1.7976931348623157e+308",
		0xffefffffffffffff: "-1.7976931348623157e+308",
		0x4340000000000000: "9007199254740992",
		0xc340000000000000: "-9007199254740992",
		0x4430000000000000: "295147905179352830000",
		0x44b52d02c7e14af5: "9.999999999999997e+22",
		0x44b52d02c7e14af6: "1e+23",
		0x44b52d02c7e14af7: "1.0000000000000001e+23",
		0x444b1ae4d6e2ef4e: "999999999999999700000",
		0x444b1ae4d6e2ef4f: "999999999999999900000",
		0x444b1ae4d6e2ef50: "1e+21",
		0x3eb0c6f7a0b5ed8c: "9.999999999999997e-7",
		0x3eb0c6f7a0b5ed8d: "0.000001",
		0x41b3de4355555553: "333333333.3333332",
		0x41b3de4355555554: "333333333.33333325",
		0x41b3de4355555555: "333333333.3333333",
		0x41b3de4355555556: "333333333.3333334",
		0x41b3de4355555557: "333333333.33333343",
		0xbecbf647612f3696: "-0.0000033333333333333333",
		0x43143ff3c1cb0959: "1424953923781206.2",
	} {
		number := math.Float64frombits(bits)
		for _, format := range []byte{'e', 'g'} {
			text := strconv.FormatFloat(number, format, 17, 64) // another notation of the same number
			got, err := canonicalize([]byte(text))
			if err != nil || string(got) != want {
				t.Errorf("%x, written %s: %s, error %v; want %s", bits, text, got, err, want)
			}
		}
	}
}

// RFC 8785 rules out these texts (3.1 and appendix B). Without a canonical form, nothing is ever signed for them.
func TestWhatIsNotIJSONHasNoCanonicalForm(t *testing.T) {
	for name, text := range map[string]string{
		"NaN":                     `NaN`,
		"Infinity":                `[Infinity]`,
		"the same member twice":   `{"a":1,"a":2}`,
		"twice, once with escape": `{"a":1,"\u0061":2}`,
		"half of a surrogate":     `"\ud800"`,
		"invalid UTF-8":           "\"\xff\"",
		"nothing":                 ``,
		"two texts":               `{} {}`,
		"an open object":          `{"a":1`,
		"a comment":               `{} // no`,
	} {
		if got, err := canonicalize([]byte(text)); err == nil {
			t.Errorf("%s: %q gives %q and no error", name, text, got)
		}
	}
}
