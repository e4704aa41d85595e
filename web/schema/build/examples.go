package main

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/invopop/jsonschema"

	"github.com/nod-consent/nod/app/policy/load"
)

// values are the defaults and the examples of keys, by "Type.key".
type values struct{ defaults, examples map[string]any }

// addedDefaults are those of keys whose zero value means something else.
var addedDefaults = map[string]any{"Site.time_zone": "UTC", "Adapter.variable": "dataLayer"}

// addedExamples are those of keys that no built-in site has.
var addedExamples = map[string]any{
	"Cookie.domain":    "shop.example",
	"Location.country": "CloudFront-Viewer-Country", "Location.subdivision": "CloudFront-Viewer-Country-Region",
	"Region.in":     []string{"EEA", "GB"},
	"Issuer.issuer": "https://accounts.shop.example",
	"IssuerKey.id":  "2026-1", "IssuerKey.algorithm": "EdDSA",
	"Webhook.id": "crm", "Webhook.url": "https://crm.shop.example/nod", "Webhook.events": []string{"request.created"},
	"FirstLaunch.tenants": []string{"tenant-1"},
	"Theme.accent":        "#0a6b4f", "Theme.radius": "4px", "Theme.font": `"Source Sans 3", sans-serif`,
	"Palette.accent":  "#5fd3a8",
	"Adapter.signals": map[string][]string{"analytics_storage": {"statistics"}}, "Adapter.wait_for_update": 500,
	"Adapter.purposes": []string{"statistics"}, "Adapter.variable": "dataLayer",
	"AdapterRegion.in": []string{"US"}, "AdapterRegion.granted": []string{"analytics_storage"},
	"Revision.announced": "2026-08-14",
}

// readValues takes the defaults from the program, and the examples from the built-in sites below a directory.
func readValues(root string) (values, error) {
	v := values{map[string]any{}, map[string]any{}}
	collect(reflect.ValueOf(*load.NewDefaultSite("")), "Site", v.defaults)
	for key, value := range addedDefaults {
		v.defaults[key] = value
	}
	for _, id := range []string{"example", "yunzhijia"} {
		site, err := load.Site(os.DirFS(filepath.Join(root, "assets", "sites")), id)
		if err != nil {
			return v, fmt.Errorf("site %s: %w", id, err)
		}
		collect(reflect.ValueOf(*site), "Site", v.examples)
		for _, p := range site.Policies {
			collect(reflect.ValueOf(*p), "Policy", v.examples)
		}
	}
	for key, value := range addedExamples {
		v.examples[key] = value
	}
	return v, nil
}

// collect adds the values of the keys of a struct, and of those within it, that are not in the map yet. A key that is
// empty, a flag or a text in several languages is left out.
func collect(of reflect.Value, name string, into map[string]any) {
	for i := range of.NumField() {
		field, value := of.Type().Field(i), of.Field(i)
		key, _, _ := strings.Cut(field.Tag.Get("yaml"), ",")
		switch {
		case field.Anonymous:
			collect(value, name, into)
		case key == "" || key == "-" || value.IsZero():
		case value.Kind() == reflect.Struct:
			collect(value, value.Type().Name(), into)
		case value.Kind() == reflect.Slice && value.Type().Elem().Kind() == reflect.Struct:
			for i := range value.Len() {
				collect(value.Index(i), value.Type().Elem().Name(), into)
			}
		default:
			if at := name + "." + key; into[at] == nil {
				if made := makeValue(value); made != nil {
					into[at] = made
				}
			}
		}
	}
}

// makeValue returns a value as JSON has it; nil for kinds that are no example.
func makeValue(v reflect.Value) any {
	switch v.Kind() {
	case reflect.String:
		return v.String()
	case reflect.Int:
		return v.Int()
	case reflect.Slice:
		if first := v.Index(0); first.Kind() == reflect.String {
			return []string{first.String()}
		}
	}
	return nil
}

// annotate gives the keys of a type their defaults and examples.
func (v values) annotate(name string, s *jsonschema.Schema) {
	for pair := s.Properties.Oldest(); pair != nil; pair = pair.Next() {
		key, property := name+"."+pair.Key, pair.Value
		property.Default = v.defaults[key]
		if example := v.examples[key]; example != nil && property.Enum == nil {
			property.Examples = []any{example}
		}
	}
}
