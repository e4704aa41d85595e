package api

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/consent"
)

// explainJSON tells the author of a client what is wrong with a decision's JSON, and where. What the JSON package
// reports is about Go.
func explainJSON(err error) error {
	malformed := func(at jsontext.Pointer, problem string, args ...any) error {
		member := strings.TrimPrefix(string(at), "/")
		if member != "" {
			member += ": "
		}
		return fmt.Errorf("%w: %s%s", consent.ErrMalformed, member, fmt.Sprintf(problem, args...))
	}
	var syntax *jsontext.SyntacticError
	var value *json.SemanticError
	switch {
	case errors.Is(err, jsontext.ErrDuplicateName) && errors.As(err, &syntax):
		return malformed(syntax.JSONPointer, "occurs twice. Send it once")
	case errors.As(err, &syntax):
		return malformed(syntax.JSONPointer, "invalid JSON in UTF-8 at byte %d. Send one object", syntax.ByteOffset)
	case !errors.As(err, &value):
		return fmt.Errorf("%w: %v", consent.ErrMalformed, err)
	case errors.Is(err, json.ErrUnknownName):
		return malformed(value.JSONPointer, "a decision has no such member; leave it out")
	}
	return malformed(value.JSONPointer, "has a wrong value. Send %s", describeType(value.GoType))
}

// describeType says what JSON a type is written in.
func describeType(t reflect.Type) string {
	switch {
	case t == reflect.TypeFor[uuid.UUID]():
		return "a UUID of 36 characters"
	case t == reflect.TypeFor[time.Time]():
		return "a time as RFC 3339"
	case t == reflect.TypeFor[consent.State]():
		return `"granted" or "denied"`
	case t != nil && t.Kind() == reflect.Bool:
		return "true or false"
	case t != nil && (t.Kind() == reflect.Map || t.Kind() == reflect.Struct):
		return "an object"
	}
	return "a text"
}

// required are the members that every decision has, as its schema does.
var required = []string{
	"id", "subject", "policy", "language", "platform", "action", "answers", "decided_at", "presentation",
}

// checkMembers looks at what the decision no longer shows: whether a member is there, and whether each id is in its
// only form. uuid.Parse takes braces, "urn:uuid:" and upper case too, which would be other bodies with the same id.
func checkMembers(body []byte, d *consent.Decision) error {
	var members map[string]any
	if err := json.Unmarshal(body, &members); err != nil {
		return err
	}
	for _, name := range required {
		if _, ok := members[name]; !ok {
			return fmt.Errorf("%s: is missing. Send %s", name, strings.Join(required, ", "))
		}
	}
	ids := map[string]string{"id": d.ID.String(), "subject": d.Subject.String()}
	if d.Previous != nil {
		ids["previous"] = d.Previous.String()
	}
	for _, name := range slices.Sorted(maps.Keys(ids)) {
		if members[name] != ids[name] {
			return fmt.Errorf("%s: is not a UUID of 36 characters in lower case. Write it as %s", name, ids[name])
		}
	}
	return nil
}
