// Package prerender writes a go-app component as HTML, so that a page shows, before any WebAssembly, the very
// component that WebAssembly will run.
//
// A server cannot use go-app's own printer (app.HTMLString). It quotes attributes as Go does, so that a quotation mark
// in a text ends the attribute. It ticks a box for checked="false". It writes an empty attribute and one that is "true"
// in the same way, so that nothing can repair its output. And the order of attributes changes with each print.
//
// So go-app only builds the tree here. This package reads the tree by reflection, without writing to it; the fields are
// those of go-app v9.8.0, the last version of its line. It writes what the browser would build from the tree: the same
// elements, attributes and strings, no white space between them, always in the same order. Everything that it does not
// know is an error. So is what go-app's client cannot show correctly: the page would change when WebAssembly takes
// over.
package prerender

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"
)

// HTML returns the HTML of an element or component, in UTF-8. Different trees can be written at the same time. One
// tree cannot, because go-app keeps in a component what it has rendered; for the same reason a component that has
// been written or mounted shows its state of then.
func HTML(ui app.UI) (string, error) {
	// Printing is what makes go-app call Render down the tree.
	app.PrintHTML(io.Discard, ui)

	var p printer
	if err := p.write(reflect.ValueOf(ui), false); err != nil {
		return "", fmt.Errorf("prerender: %w", err)
	}
	return p.String(), nil
}

// The types and fields of go-app that make a tree.
var (
	textType      = reflect.TypeOf(app.Text("")).Elem()
	componentType = reflect.TypeFor[app.Compo]()
	elementType   = embedded(reflect.ValueOf(app.Div()).Elem(), "htmlElement").Type()
)

// embedded returns the embedded struct of the given name, or the zero value.
func embedded(node reflect.Value, name string) reflect.Value {
	if node.Kind() != reflect.Struct {
		return reflect.Value{}
	}
	return node.FieldByName(name)
}

type printer struct{ strings.Builder }

func (p *printer) write(node reflect.Value, inSVG bool) error {
	for node.Kind() == reflect.Interface || node.Kind() == reflect.Pointer {
		node = node.Elem()
	}
	if node.Type() == textType {
		p.WriteString(escape(node.FieldByName("value").String()))
		return nil
	}
	if c := embedded(node, "Compo"); c.IsValid() && c.Type() == componentType {
		return p.write(c.FieldByName("root"), inSVG)
	}
	if e := embedded(node, "htmlElement"); e.IsValid() && e.Type() == elementType {
		if err := p.element(e, inSVG); err != nil {
			return fmt.Errorf("<%s> %w", e.FieldByName("tag"), err)
		}
		return nil
	}
	return fmt.Errorf("%s is neither text nor element nor component", node.Type())
}

func (p *printer) element(e reflect.Value, inSVG bool) error {
	tag, children := e.FieldByName("tag").String(), e.FieldByName("children")
	if err := checkElement(e, inSVG); err != nil {
		return err
	}
	kind := elements[tag]
	attributes := make(map[string]string)
	for a := e.FieldByName("attributes").MapRange(); a.Next(); {
		attributes[a.Key().String()] = a.Value().String()
	}
	// go-app sets a textarea's text as the value property, which in HTML is its contents.
	typed := ""
	if tag == "textarea" {
		typed = attributes["value"]
		delete(attributes, "value")
		if children.Len() > 0 {
			return errors.New("takes Text, not Body, which the browser would show as markup")
		}
	}

	p.WriteString("<" + tag)
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		if err := p.attribute(kind, name, attributes[name]); err != nil {
			return fmt.Errorf("attribute %q: %w", name, err)
		}
	}
	p.WriteString(">")
	if kind == void {
		return nil
	}

	if kind == preformatted {
		p.WriteString("\n") // which the parser drops, and otherwise the first one of the text
	}
	p.WriteString(escape(typed))
	for i := range children.Len() {
		if err := p.write(children.Index(i), kind == graphic); err != nil {
			return err
		}
	}
	p.WriteString("</" + tag + ">")
	return nil
}

// checkElement checks that an element may be written where it is.
func checkElement(e reflect.Value, inSVG bool) error {
	tag := e.FieldByName("tag").String()
	kind, isKnown := elements[tag]
	switch {
	case !isKnown:
		return errors.New("is not an element that may be written")
	case kind == graphic && e.FieldByName("xmlns").String() != svgNamespace:
		return errors.New("needs the namespace " + svgNamespace + ", or the browser shows nothing")
	case kind == graphic && tag != "svg" && !inSVG, kind != graphic && inSVG:
		return errors.New("is at the wrong side of <svg>")
	case kind == void && e.FieldByName("children").Len() > 0:
		return errors.New("cannot have contents")
	}
	return nil
}

func (p *printer) attribute(of elementKind, name, value string) error {
	rule, known := attributeRules[name]
	switch {
	case strings.HasPrefix(name, "on"):
		return errors.New("event handlers are set with On, not written")
	case name == "style":
		return errors.New("the page's content security policy blocks inline styles, use a class")
	case strings.HasPrefix(name, "aria-") || strings.HasPrefix(name, "data-"):
		rule, known = text, !strings.ContainsFunc(name, notInName)
	}
	switch {
	case !known:
		return errors.New("is not an attribute that may be written")
	case of == graphic && (name == "class" || rule == boolean):
		return errors.New("go-app's client sets a property that graphics do not have; set it on an element around them")
	}

	switch rule {
	case text:
		if value == "" && (name == "id" || name == "class") {
			return nil
		}
	case boolean:
		on, err := strconv.ParseBool(value)
		if err != nil {
			return fmt.Errorf("%q is neither true nor false", value)
		}
		if on {
			p.WriteString(" " + name)
		}
		return nil
	case presence:
		if value != "true" {
			return fmt.Errorf("%q turns it on as well, leave it out", value)
		}
		p.WriteString(" " + name)
		return nil
	case address, link:
		if err := checkURL(value, rule == link); err != nil {
			return err
		}
	case drawing:
		if strings.ContainsFunc(value, notInDrawing) || strings.Contains(strings.ToLower(value), "url") {
			return fmt.Errorf("%q is more than a shape or a colour", value)
		}
	}
	p.WriteString(" " + name + `="` + escape(value) + `"`)
	return nil
}

// checkURL lets relative addresses and those of the web through, and for links also mail and telephone. Control
// characters are refused, because browsers drop them from a scheme before they compare it.
func checkURL(url string, isLink bool) error {
	if strings.ContainsFunc(url, func(c rune) bool { return c < ' ' || c == 0x7f }) {
		return fmt.Errorf("%q has control characters", url)
	}
	scheme, _, found := strings.Cut(url, ":")
	if !found || strings.ContainsAny(scheme, "/?#") {
		return nil
	}
	switch strings.ToLower(scheme) {
	case "http", "https":
		return nil
	case "mailto", "tel":
		if isLink {
			return nil
		}
	}
	return fmt.Errorf("%q has a scheme that is not allowed here", url)
}

// escape makes a string literal in text and in quoted attributes. NUL, and what is not UTF-8, has no form in HTML and
// becomes U+FFFD, as the parser would make it; a carriage return would become a line feed, so it is written by number.
func escape(s string) string {
	return escaper.Replace(strings.ToValidUTF8(s, "\uFFFD"))
}

var escaper = strings.NewReplacer(
	"&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "\r", "&#13;", "\x00", "\uFFFD",
)
