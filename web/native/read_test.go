package native

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func text(s string) []Run { return []Run{{Text: s}} }

func TestHTMLIsReadAsTheBlocksThatAnAppDraws(t *testing.T) {
	for _, test := range []struct {
		name, html string
		want       []Block
	}{
		{"titles and paragraphs", "<h1>A</h1>\n<p>B\n  c</p><h3>D</h3>", []Block{
			{Type: Title, Text: text("A")}, {Type: Paragraph, Text: text("B c")}, {Type: Heading, Level: 3, Text: text("D")},
		}},
		{"emphasis and other languages", `<p lang="zh-CN"><strong>我们</strong>: <span lang="en">x</span></p>`, []Block{
			{Type: Paragraph, Text: []Run{
				{Text: "我们", IsStrong: true, Language: "zh-CN"}, {Text: ": ", Language: "zh-CN"}, {Text: "x", Language: "en"},
			}},
		}},
		{"lists in lists", "<ul><li>a<ol start=3><li><p>b</p><p>c</p></li><li>d</li></ol></li></ul>", []Block{
			{Type: Item, Mark: "•", Level: 1, Text: text("a")}, {Type: Item, Mark: "3.", Level: 2, Text: text("b")},
			{Type: Paragraph, Text: text("c")}, {Type: Item, Mark: "4.", Level: 2, Text: text("d")},
		}},
		{"folded texts", "<details><summary><span>A</span> b</summary><p>c</p>d</details><p>e</p>", []Block{
			{Type: More, Text: text("A b"), Blocks: []Block{
				{Type: Paragraph, Text: text("c")}, {Type: Paragraph, Text: text("d")},
			}},
			{Type: Paragraph, Text: text("e")},
		}},
		{"folded without a line", "<details><p>c</p></details>", []Block{
			{Type: More, Text: nil, Blocks: []Block{{Type: Paragraph, Text: text("c")}}},
		}},
		{"links to pages, and other links", `<p>see <a data-page="policy" href="x">the policy</a>, or <a href="/">us</a></p>`,
			[]Block{
				{Type: Paragraph, Text: text("see")}, {Type: Link, Page: "policy", Text: text("the policy")},
				{Type: Paragraph, Text: text(", or us")},
			}},
		{"labels and values", "<dl><div><dt>Data</dt><dd>e-mail</dd></div></dl>", []Block{
			{Type: Paragraph, Text: []Run{{Text: "Data", IsStrong: true}}}, {Type: Paragraph, Text: text("e-mail")},
		}},
		{"boxes of their own", `<p><span class="tag">Android</span><span class="tag">iOS</span></p>`, []Block{
			{Type: Paragraph, Text: text("Android iOS")},
		}},
		{"what nobody sees", `<p hidden>a</p><svg><text>b</text></svg><p aria-hidden="true">c</p>` +
			`<form role="search">d</form>` +
			`<p role="status">e</p><select><option>f</option></select><script>g</script><ul><li hidden>h</li></ul><p> </p>`,
			[]Block{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := ReadPage(test.html, "")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got.Blocks); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAScreenIsReadByItsIDWithItsButtons(t *testing.T) {
	got, err := ReadScreen(`<section id="a"><p>x</p></section><section id="b" hidden><h1>T</h1><footer>`+
		`<button data-do="disagree">No <b>thanks</b></button><button data-do="agree">Yes</button></footer></section>`, "b")
	if err != nil {
		t.Fatal(err)
	}
	want := Screen{
		Blocks:  []Block{{Type: Title, Text: text("T")}},
		Buttons: []Button{{"disagree", "No thanks"}, {"agree", "Yes"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if _, err := ReadScreen(`<p id="a">`, "b"); err == nil {
		t.Error("a screen that is missing was read")
	}
}

func TestOnlyDocumentsOfThisVersionAreRead(t *testing.T) {
	for _, text := range []string{`{`, `{}`, `{"kind":"native-first-launch","v":2}`, `{"kind":"banner","v":1}`} {
		if _, err := Parse([]byte(text)); err == nil {
			t.Errorf("%s was read", text)
		}
	}
}
