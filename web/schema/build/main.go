// Command build writes the JSON Schemas of a site's files, of decisions and of receipts into assets/schema: from the
// types that the program reads them into, with the comments of their fields, the program's defaults, and examples from
// the built-in sites. From the schemas of a site's files it writes their reference into assets/docs/reference.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"strings"
	"time"
	"unicode"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"
	"github.com/invopop/jsonschema"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/ledger/proof"
	"github.com/nod-consent/nod/app/policy"
)

func main() {
	if err := run("..", "../assets"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

const module = "github.com/nod-consent/nod"

// document is one schema.
type document struct {
	name, title string
	of          any
	key         string // of the struct tags that name the keys

	reference introduction // its page of the reference; the zero value for none
}

// introduction is what a page of the reference begins with.
type introduction struct{ title, text string }

var documents = []document{
	{"site", "A site's site.yaml", policy.Site{}, "yaml", introduction{
		"The keys of site.yaml", "What a site is and how it asks. [Writing a site](../site.md) explains it with examples.",
	}},
	{"policy", "A version of a site's policy, policy/<version>.yaml", policy.Policy{}, "yaml", introduction{
		"The keys of a policy",
		"What one version of a policy says. [Writing a site](../site.md) explains it with examples.",
	}},
	{"decision", "A decision, as POST /v1/{site}/decisions takes it", consent.Decision{}, "json", introduction{}},
	{"receipt", "A receipt, as a decision is answered with", ledger.Receipt{}, "json", introduction{}},
}

// required are the keys that have to be there, by type.
var required = map[string][]string{
	"Site": {"name", "languages", "evidence"}, "Evidence": {"erasure"},
	"Policy":     {"version", "updated", "effective", "title", "controller", "notice", "purposes"},
	"Controller": {"name"}, "Notice": {"title", "text", "retention", "rights"}, "Section": {"id", "title", "summary"},
	"Purpose": {"id", "kind", "name", "summary", "refusal", "basis", "data", "retention"}, "Basis": {"law", "text"},
	"Service": {"id", "name", "provider", "summary"}, "StoredItem": {"name"}, "Definition": {"term", "text"},
	"DataKind":  {"id", "name", "words"},
	"Stores":    {"types", "uses", "linked", "shared"},
	"Collected": {"id", "name"}, "Permission": {"id", "name", "use", "refusal"}, "SDK": {"id", "platform", "name"},
	"Recipient": {"id", "name", "kind"}, "Right": {"id", "name", "how"}, "Channel": {"id", "name", "to"},
	"Ground": {"id", "text"}, "Desk": {"calendar"}, "IssuerKey": {"id", "algorithm", "key"},
	"Webhook": {"id", "url"},
	"Method":  {"id", "name"}, "Change": {"kind", "text"}, "Adapter": {"name"},
	"Decision": {"id", "subject", "policy", "language", "platform", "action", "answers", "decided_at", "presentation"},
	"Guardian": {"method", "time", "reference"},
	"Dialog":   {"by", "statement", "state", "time"},
	"Receipt":  {"type", "site", "record", "salt", "leaf_index", "tree_size", "proof", "checkpoint", "key"},
	"Record": {"site", "id", "subject", "policy", "language", "platform", "action", "answers", "decided_at",
		"presentation", "covered", "received_at"},
	"Covered": {"id", "hash"},
}

func run(root, out string) error {
	dir, err := os.Getwd()
	if err != nil {
		return err
	}
	if err := os.Chdir(root); err != nil { // comments are looked for by the paths of packages
		return err
	}
	comments := jsonschema.Reflector{}
	for _, p := range []string{"app/policy", "app/consent", "app/ledger"} {
		if err := comments.AddGoComments(module, p); err != nil {
			return err
		}
	}
	for at, comment := range comments.CommentMap {
		comments.CommentMap[at] = trimFieldName(at, comment)
	}
	if err := os.Chdir(dir); err != nil {
		return err
	}
	found, err := readValues(root)
	if err != nil {
		return err
	}
	for _, d := range documents {
		if err := d.write(out, d.schema(comments.CommentMap, found)); err != nil {
			return fmt.Errorf("%s: %w", d.name, err)
		}
	}
	return nil
}

// write writes a schema, and the page of the reference that is made from it.
func (d document) write(out string, s *jsonschema.Schema) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(s); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(out, "schema", d.name+".json"), b.Bytes(), 0o644); err != nil {
		return err
	}
	if d.reference.title == "" {
		return nil
	}
	page := writeReference(d.reference.title, d.reference.text, s)
	return os.WriteFile(filepath.Join(out, "docs/reference", d.name+"-yaml.md"), []byte(page), 0o644)
}

// trimFieldName returns a field's comment without the field's name at its beginning, because the key has another name.
func trimFieldName(at, comment string) string {
	of, name := path.Split(strings.ReplaceAll(at, ".", "/"))
	if !unicode.IsUpper(rune(path.Base(of)[0])) { // a type
		return comment
	}
	rest, named := strings.CutPrefix(comment, name+" ")
	if !named {
		return comment
	}
	for _, verb := range []string{"is ", "are "} {
		rest = strings.TrimPrefix(rest, verb)
	}
	return rest
}

func (d document) schema(comments map[string]string, found values) *jsonschema.Schema {
	r := jsonschema.Reflector{
		Anonymous: true, RequiredFromJSONSchemaTags: true, ExpandedStruct: true, FieldNameTag: d.key, CommentMap: comments,
	}
	r.Mapper = func(t reflect.Type) *jsonschema.Schema {
		if t == reflect.TypeFor[jsontext.Value]() {
			return &jsonschema.Schema{Ref: "#/$defs/Record"}
		}
		return special(t)
	}
	s := r.Reflect(d.of)
	if d.name == "receipt" {
		record := r.Reflect(ledger.Record{})
		for name, def := range record.Definitions {
			s.Definitions[name] = def
		}
		record.Definitions, record.Version = nil, ""
		record.Properties.Delete("secret") // which is never stored
		s.Definitions["Record"] = record
	}
	s.Title = d.title
	complete := func(name string, s *jsonschema.Schema) {
		require(name, s)
		if d.reference.title != "" {
			found.annotate(name, s)
		}
	}
	complete(reflect.TypeOf(d.of).Name(), s)
	for name, def := range s.Definitions {
		complete(name, def)
	}
	return s
}

func require(name string, s *jsonschema.Schema) {
	if previous, ok := s.Properties.Get("previous"); ok { // a pointer: the reflector loses that
		previous.Type, previous.Format = "", ""
		previous.OneOf = []*jsonschema.Schema{{Type: "string", Format: "uuid"}, {Type: "null"}}
	}
	s.Required = required[name]
	for _, key := range s.Required {
		if _, ok := s.Properties.Get(key); !ok {
			panic(name + " has no key " + key)
		}
	}
}

// special are the types that JSON writes otherwise than Go.
func special(t reflect.Type) *jsonschema.Schema {
	text := func(format, pattern string) *jsonschema.Schema {
		return &jsonschema.Schema{Type: "string", Format: format, Pattern: pattern}
	}
	switch t {
	case reflect.TypeFor[policy.Text]():
		return &jsonschema.Schema{Type: "object", AdditionalProperties: &jsonschema.Schema{Type: "string"},
			Description: "one text by BCP 47 tag, in each language of the site"}
	case reflect.TypeFor[uuid.UUID]():
		return text("uuid", "")
	case reflect.TypeFor[time.Time]():
		return text("date-time", "")
	case reflect.TypeFor[proof.Hash]():
		return text("", "^[A-Za-z0-9+/]{43}=$")
	case reflect.TypeFor[policy.Hash]():
		return text("", fmt.Sprintf("^[A-Za-z0-9_-]{%d}$", policy.HashLen))
	}
	return findEnum(t)
}

// findEnum finds the values of a type that has only a few.
func findEnum(t reflect.Type) *jsonschema.Schema {
	switch t {
	case reflect.TypeFor[policy.Layout]():
		return oneOf(policy.Layouts)
	case reflect.TypeFor[policy.Platform]():
		return oneOf(policy.Platforms)
	case reflect.TypeFor[policy.Class]():
		return oneOf(policy.Classes)
	case reflect.TypeFor[policy.Kind]():
		return oneOf([]policy.Kind{policy.KindCookie, policy.KindBeacon, policy.KindPermission, policy.KindSharing,
			policy.KindSensitive, policy.KindMessaging})
	case reflect.TypeFor[policy.Icon]():
		return oneOf(policy.Icons)
	case reflect.TypeFor[policy.AdapterName]():
		return oneOf(policy.AdapterNames)
	case reflect.TypeFor[policy.DataType]():
		return oneOf(policy.DataTypes)
	case reflect.TypeFor[policy.DataUse]():
		return oneOf(policy.DataUses)
	case reflect.TypeFor[policy.Area]():
		return oneOf([]policy.Area{policy.AreaCookie, policy.AreaLocal, policy.AreaSession, policy.AreaIndexedDB,
			policy.AreaCache})
	case reflect.TypeFor[policy.Erasure]():
		return oneOf([]policy.Erasure{policy.ErasureErase, policy.ErasureRestrict})
	case reflect.TypeFor[policy.RecipientKind]():
		return oneOf([]policy.RecipientKind{policy.Affiliate, policy.Processor, policy.Independent, policy.Enterprise,
			policy.Successor, policy.Authority, policy.Public})
	case reflect.TypeFor[policy.ChangeKind]():
		return oneOf([]policy.ChangeKind{policy.ChangeProcessing, policy.ChangeOwnership, policy.ChangeRecipients,
			policy.ChangeRights, policy.ChangeContact, policy.ChangeRisk})
	case reflect.TypeFor[consent.Action]():
		return oneOf(consent.Actions)
	case reflect.TypeFor[consent.Drawer]():
		return oneOf(consent.Drawers)
	case reflect.TypeFor[consent.State]():
		return oneOf([]string{consent.Granted.String(), consent.Denied.String()})
	}
	return nil
}

func oneOf[T ~string](values []T) *jsonschema.Schema {
	s := &jsonschema.Schema{Type: "string"}
	for _, v := range values {
		s.Enum = append(s.Enum, string(v))
	}
	return s
}
