package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/invopop/jsonschema"
)

// reference writes the reference of a file's keys, as Markdown.
type reference struct {
	strings.Builder
	schema *jsonschema.Schema
	places []place // in the order in which they are met
}

// place is where the keys of a type stand in the file.
type place struct {
	name  string   // of the type
	paths []string // "purposes", "purposes.services"
}

// writeReference returns the page. It takes descriptions, defaults and examples from the schema.
func writeReference(title, introduction string, schema *jsonschema.Schema) string {
	r := &reference{schema: schema}
	r.findPlaces("", schema)
	fmt.Fprintf(r, "# %s\n\n%s\n\n", title, introduction)
	r.WriteString("This page is written from the JSON Schema, which a server has at `/schema/`. `*` marks a key that\n" +
		"has to be there. A text is given in every language of the site: `{zh-CN: …, en: …}`.\n\n")
	r.writeKeys(schema)
	for _, p := range r.places {
		definition := schema.Definitions[p.name]
		fmt.Fprintf(r, "\n## `%s`\n\n%s\n\n", p.paths[0], describeType(p.name, definition))
		if len(p.paths) > 1 {
			fmt.Fprintf(r, "The same keys: `%s`.\n\n", strings.Join(p.paths[1:], "`, `"))
		}
		r.writeKeys(definition)
	}
	return r.String()
}

// findPlaces finds the types that the keys of a type lead to, level by level.
func (r *reference) findPlaces(path string, s *jsonschema.Schema) {
	type next struct{ path, name string }
	var all []next
	for pair := s.Properties.Oldest(); pair != nil; pair = pair.Next() {
		name := referredType(pair.Value)
		if name == "" {
			continue
		}
		at := strings.TrimPrefix(path+"."+pair.Key, ".")
		i := slices.IndexFunc(r.places, func(p place) bool { return p.name == name })
		if i >= 0 {
			r.places[i].paths = append(r.places[i].paths, at)
			continue
		}
		r.places = append(r.places, place{name, []string{at}})
		all = append(all, next{at, name})
	}
	for _, n := range all {
		r.findPlaces(n.path, r.schema.Definitions[n.name])
	}
}

// referredType returns the type of a key's value, or of the items of its list; "" for a simple value.
func referredType(s *jsonschema.Schema) string {
	if s.Items != nil {
		s = s.Items
	}
	return strings.TrimPrefix(s.Ref, "#/$defs/")
}

// describeType returns what a type is, without its name in the program.
func describeType(name string, s *jsonschema.Schema) string {
	text := strings.TrimPrefix(joinLines(s.Description), name+" ")
	for _, verb := range []string{"is ", "are "} {
		text = strings.TrimPrefix(text, verb)
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

func (r *reference) writeKeys(s *jsonschema.Schema) {
	r.WriteString("| key | type | default | what it is | example |\n|---|---|---|---|---|\n")
	for pair := s.Properties.Oldest(); pair != nil; pair = pair.Next() {
		key, property := "`"+pair.Key+"`", pair.Value
		if slices.Contains(s.Required, pair.Key) {
			key += " *"
		}
		example := ""
		if len(property.Examples) > 0 {
			example = writeValue(property.Examples[0])
		}
		fmt.Fprintf(r, "| %s | %s | %s | %s | %s |\n",
			key, r.describeValue(property), writeValue(property.Default), escapeCell(joinLines(property.Description)), example)
	}
}

// describeValue says what a key takes.
func (r *reference) describeValue(s *jsonschema.Schema) string {
	if name := referredType(s); name != "" {
		i := slices.IndexFunc(r.places, func(p place) bool { return p.name == name })
		link := "[keys](#" + strings.ReplaceAll(r.places[i].paths[0], ".", "") + ")"
		if s.Items != nil {
			return "list of " + link
		}
		return link
	}
	switch {
	case s.Items != nil && s.Items.Enum != nil:
		return "list of " + listChoices(s.Items.Enum)
	case s.Items != nil && s.Items.AdditionalProperties != nil:
		return "list of texts"
	case s.Items != nil:
		return "list of strings"
	case s.Enum != nil:
		return listChoices(s.Enum)
	case s.AdditionalProperties != nil && s.AdditionalProperties.Items != nil:
		return "lists by name"
	case s.AdditionalProperties != nil:
		return "text"
	}
	return map[string]string{"integer": "whole number", "boolean": "true or false", "string": "string"}[s.Type]
}

func listChoices(choices []any) string {
	var texts []string
	for _, c := range choices {
		texts = append(texts, fmt.Sprintf("`%v`", c))
	}
	last := len(texts) - 1
	return strings.Join(texts[:last], ", ") + " or " + texts[last]
}

// writeValue writes a default or an example as YAML in one line has it, which JSON is.
func writeValue(v any) string {
	if v == nil {
		return ""
	}
	if text, ok := v.(string); ok {
		return "`" + escapeCell(text) + "`"
	}
	encoded, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return "`" + escapeCell(string(encoded)) + "`"
}

func joinLines(text string) string { return strings.ReplaceAll(text, "\n", " ") }

// escapeCell keeps a text within its cell.
func escapeCell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }
