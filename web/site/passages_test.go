package site

import "testing"

func TestWhatIsLookedForIsFoundWhereItReadsSo(t *testing.T) {
	for _, test := range []struct {
		name, html, find, want string
		count                  int
	}{
		{"twice in a row", "<p>aaaa</p>", "aa", "<p><mark>aa</mark><mark>aa</mark></p>", 2},
		{
			"across a bold passage", "<p>we <strong>use cookies</strong> here</p>", "we use",
			"<p><mark>we </mark><strong><mark>use</mark> cookies</strong> here</p>", 1,
		},
		{"not across paragraphs", "<p>we</p><p>use</p>", "weuse", "<p>we</p><p>use</p>", 0},
		{"not across a line's end", "<p>we<br>use</p>", "weuse", "<p>we<br>use</p>", 0},
		{"not in attributes", `<p><a href="/we">us</a></p>`, "we", `<p><a href="/we">us</a></p>`, 0},
		{"not in references", "<p>a &amp; b</p>", "amp", "<p>a &amp; b</p>", 0},
		{"across references", "<p>a &amp; b</p>", "A & B", "<p><mark>a &amp; b</mark></p>", 1},
		{"in any quotation marks", "<p>“我们”</p>", `"我们"`, "<p><mark>“我们”</mark></p>", 1},
		{"not in comments", "<p><!-- we -->us</p>", "we", "<p><!-- we -->us</p>", 0},
		{"after an attribute with a bracket", `<p><a title="a > b">us</a> we</p>`, "we",
			`<p><a title="a > b">us</a> <mark>we</mark></p>`, 1},
		{"in any width", "<p>ＳＤＫ（Amap）</p>", "sdk(amap)", "<p><mark>ＳＤＫ（Amap）</mark></p>", 1},
		{"letters that grow in lower case", "<p>İx beacon</p>", "beacon", "<p>İx <mark>beacon</mark></p>", 1},
		{
			"on both sides of a picture", `<p>we <img src="/x.png" alt="we">use</p>`, "we use",
			`<p><mark>we </mark><img src="/x.png" alt="we"><mark>use</mark></p>`, 1,
		},
		{"letters of several bytes before it", "<p>ＳＤＫ云之家 sdk</p>", "家 SDK", "<p>ＳＤＫ云之<mark>家 sdk</mark></p>", 1},
		{"nothing", "<p>a</p>", "", "<p>a</p>", 0},
		{"a tag", "<p>&lt;b&gt;</p>", "<b>", "<p><mark>&lt;b&gt;</mark></p>", 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, count := MarkPassages(test.html, "mark", test.find)
			if got != test.want || count != test.count {
				t.Errorf("%d in %s\nwant %d in %s", count, got, test.count, test.want)
			}
		})
	}
}
