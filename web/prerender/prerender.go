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
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

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
	elementType   = embeddedType(reflect.TypeOf(app.Div()).Elem(), "htmlElement")

	textValue         = findField(textType, "value")
	componentRoot     = findField(componentType, "root")
	elementTag        = findField(elementType, "tag")
	elementNamespace  = findField(elementType, "xmlns")
	elementAttributes = findField(elementType, "attributes")
	elementChildren   = findField(elementType, "children")
)

// findField returns the place of a field. It panics if the type has no such field: then go-app is not v9.8.0.
func findField(in reflect.Type, name string) []int {
	field, ok := in.FieldByName(name)
	if !ok {
		panic(fmt.Sprintf("%v has no field %s", in, name))
	}
	return field.Index
}

// embeddedType returns the type of the embedded struct of the given name, or nil.
func embeddedType(node reflect.Type, name string) reflect.Type {
	if node.Kind() != reflect.Struct {
		return nil
	}
	if field, ok := node.FieldByName(name); ok {
		return field.Type
	}
	return nil
}

// nodeType is what the nodes of a type are: components, elements, or neither.
type nodeType struct {
	component, element []int // the place of the embedded struct; nil: it has none
}

// nodeTypes are the types that were met, by reflect.Type. A tree has thousands of nodes of a few types, and to look a
// field up by its name took a third of the time of writing a tree.
var nodeTypes sync.Map

func nodeTypeOf(node reflect.Type) (found nodeType) {
	if known, ok := nodeTypes.Load(node); ok {
		return known.(nodeType)
	}
	if embeddedType(node, "Compo") == componentType {
		found.component = findField(node, "Compo")
	}
	if embeddedType(node, "htmlElement") == elementType {
		found.element = findField(node, "htmlElement")
	}
	nodeTypes.Store(node, found)
	return found
}

type printer struct{ strings.Builder }

func (p *printer) write(node reflect.Value, inSVG bool) error {
	for node.Kind() == reflect.Interface || node.Kind() == reflect.Pointer {
		node = node.Elem()
	}
	if node.Type() == textType {
		p.WriteString(escape(node.FieldByIndex(textValue).String()))
		return nil
	}
	of := nodeTypeOf(node.Type())
	if of.component != nil {
		return p.write(node.FieldByIndex(of.component).FieldByIndex(componentRoot), inSVG)
	}
	if of.element != nil {
		e := node.FieldByIndex(of.element)
		if err := p.element(e, inSVG); err != nil {
			return fmt.Errorf("<%s> %w", e.FieldByIndex(elementTag), err)
		}
		return nil
	}
	return fmt.Errorf("%s is neither text nor element nor component", node.Type())
}

func (p *printer) element(e reflect.Value, inSVG bool) error {
	tag, children := e.FieldByIndex(elementTag).String(), e.FieldByIndex(elementChildren)
	if err := checkElement(e, inSVG); err != nil {
		return err
	}
	kind := elements[tag]
	attributes := readAttributes(e)
	// go-app sets a textarea's text as the value property, which in HTML is its contents.
	typed := ""
	if tag == "textarea" {
		attributes = slices.DeleteFunc(attributes, func(a attribute) bool {
			if a.name == "value" {
				typed = a.value
			}
			return a.name == "value"
		})
		if children.Len() > 0 {
			return errors.New("takes Text, not Body, which the browser would show as markup")
		}
	}

	p.WriteString("<" + tag)
	for _, a := range attributes {
		if err := p.attribute(kind, a.name, a.value); err != nil {
			return fmt.Errorf("attribute %q: %w", a.name, err)
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

type attribute struct{ name, value string }

// readAttributes returns an element's attributes, sorted by name.
func readAttributes(e reflect.Value) []attribute {
	stored := e.FieldByIndex(elementAttributes)
	list := make([]attribute, 0, stored.Len())
	for a := stored.MapRange(); a.Next(); {
		list = append(list, attribute{a.Key().String(), a.Value().String()})
	}
	slices.SortFunc(list, func(a, b attribute) int { return strings.Compare(a.name, b.name) })
	return list
}

// checkElement checks that an element may be written where it is.
func checkElement(e reflect.Value, inSVG bool) error {
	tag := e.FieldByIndex(elementTag).String()
	kind, isKnown := elements[tag]
	switch {
	case !isKnown:
		return errors.New("is not an element that may be written")
	case kind == graphic && e.FieldByIndex(elementNamespace).String() != svgNamespace:
		return errors.New("needs the namespace " + svgNamespace + ", or the browser shows nothing")
	case kind == graphic && tag != "svg" && !inSVG, kind != graphic && inSVG:
		return errors.New("is at the wrong side of <svg>")
	case kind == void && e.FieldByIndex(elementChildren).Len() > 0:
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
