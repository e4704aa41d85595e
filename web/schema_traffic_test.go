package web_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// schema compiles a schema as the server serves it. part is a definition in it, or "" for the whole.
func (s *server) schema(name, part string) *jsonschema.Schema {
	s.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(s.get("/schema/" + name + ".json").is(http.StatusOK).body))
	if err != nil {
		s.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource(name+".json", document); err != nil {
		s.Fatal(err)
	}
	compiled, err := c.Compile(name + ".json" + part)
	if err != nil {
		s.Fatal(err)
	}
	return compiled
}

func checkJSON(schema *jsonschema.Schema, text []byte) error {
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return err
	}
	return schema.Validate(value)
}

// without returns a copy of an object without a member, as deep as the path leads.
func without(t *testing.T, object map[string]any, path ...string) map[string]any {
	t.Helper()
	text, err := json.Marshal(object)
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	inner := out
	for _, name := range path[:len(path)-1] {
		inner = inner[name].(map[string]any)
	}
	delete(inner, path[len(path)-1])
	return out
}

// The schemas accept what the server takes and what it writes.
func TestTheSchemasAcceptRealTraffic(t *testing.T) {
	s := shared(t)
	decisions, receipts := s.schema("decision", ""), s.schema("receipt", "")
	records := s.schema("receipt", "#/$defs/Record")
	first := s.decision()
	guardian := map[string]string{
		"method": "paper", "time": "2026-05-04T03:02:01Z", "reference": "0190163d-8694-739b-aea5-966c26f8ad91",
	}
	for _, d := range []decision{
		first,
		s.after(first, "action", "save", "answers", map[string]string{"analytics": "denied"}),
		s.decision("action", "save", "answers", map[string]string{"analytics": "granted"},
			"services", map[string]string{"heatmap": "denied"}, "guardian", guardian),
		s.decision("previous", nil, "gpc", nil, "permission", "camera", "tenant", "kingdee"),
	} {
		if err := checkJSON(decisions, []byte(d.String())); err != nil {
			t.Errorf("the decision %s: %v", d, err)
		}
		receipt := s.decide(d).is(http.StatusCreated).body
		if err := checkJSON(receipts, receipt); err != nil {
			t.Errorf("the receipt %s: %v", receipt, err)
		}
		var got struct{ Record json.RawMessage }
		if err := json.Unmarshal(receipt, &got); err != nil {
			t.Fatal(err)
		}
		if err := checkJSON(records, got.Record); err != nil {
			t.Errorf("the record %s: %v", got.Record, err)
		}
	}
	var stored struct {
		Site, Subject string
		Records       []json.RawMessage
	}
	s.get("/v1/acme/subjects/"+first["subject"].(string)+"/records", first.bearer()).is(http.StatusOK).json(&stored)
	if len(stored.Records) != 2 {
		t.Fatalf("%d records", len(stored.Records))
	}
	for _, r := range stored.Records {
		if err := checkJSON(records, r); err != nil {
			t.Errorf("the stored record %s: %v", r, err)
		}
	}
}

// A member that the server needs is one that the schema needs, and the other way round.
func TestTheSchemaOfADecisionNeedsWhatTheServerNeeds(t *testing.T) {
	s := shared(t)
	schema := s.schema("decision", "")
	full := func() decision {
		return s.decision("guardian", map[string]string{
			"method": "paper", "time": "2026-05-04T03:02:01Z", "reference": "0190163d-8694-739b-aea5-966c26f8ad91",
		}, "services", map[string]string{"heatmap": "denied"}, "permission", "camera", "tenant", "kingdee")
	}
	paths := [][]string{{"guardian", "method"}, {"guardian", "time"}, {"guardian", "reference"}}
	for name := range full() {
		paths = append(paths, []string{name})
	}
	slices.SortFunc(paths, slices.Compare)
	for _, path := range paths {
		body, err := json.Marshal(without(t, full(), path...))
		if err != nil {
			t.Fatal(err)
		}
		status := s.send("POST", "/v1/acme/decisions", string(body), jsonType).StatusCode
		isTaken, isValid := status != http.StatusBadRequest, checkJSON(schema, body) == nil
		if isTaken != isValid {
			t.Errorf("without %v: the server answers %d, and the schema accepts it: %v", path, status, isValid)
		}
	}
}
