package web

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/consent"
)

// malformedJSON says to whoever wrote a client what is wrong with a decision's JSON: where, and what is wanted there. What
// the JSON package says is about Go.
func malformedJSON(err error) error {
	bad := func(at jsontext.Pointer, want string, args ...any) error {
		place := strings.TrimPrefix(string(at), "/")
		if place != "" {
			place += ": "
		}
		return fmt.Errorf("%w: %s%s", consent.ErrMalformed, place, fmt.Sprintf(want, args...))
	}
	var syntax *jsontext.SyntacticError
	var value *json.SemanticError
	switch {
	case errors.Is(err, jsontext.ErrDuplicateName) && errors.As(err, &syntax):
		return bad(syntax.JSONPointer, "stands there twice; want it once")
	case errors.As(err, &syntax):
		return bad(syntax.JSONPointer, "no JSON in UTF-8 at byte %d; want one object", syntax.ByteOffset)
	case !errors.As(err, &value):
		return fmt.Errorf("%w: %v", consent.ErrMalformed, err)
	case errors.Is(err, json.ErrUnknownName):
		return bad(value.JSONPointer, "a decision has no such member; leave it out")
	}
	return bad(value.JSONPointer, "want %s", wanted(value.GoType))
}

// wanted names what JSON a type is written in.
func wanted(t reflect.Type) string {
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
