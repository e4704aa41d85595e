package client

import (
	"reflect"
	"syscall/js"

	"github.com/nod-consent/nod/app/consent"
)

// read copies a value that the browser parsed into a Go value: structs by the names of their fields, slices, strings
// and booleans. It ignores all others, such as maps (see readStates). It replaces encoding/json, which would make the
// program a tenth larger.
func read(from js.Value, into any) { readValue(from, reflect.ValueOf(into).Elem()) }

func readValue(from js.Value, into reflect.Value) {
	if !from.Truthy() {
		return
	}
	switch into.Kind() {
	case reflect.Struct:
		for i := range into.NumField() {
			readValue(from.Get(into.Type().Field(i).Name), into.Field(i))
		}
	case reflect.Slice:
		list := reflect.MakeSlice(into.Type(), from.Length(), from.Length())
		for i := range from.Length() {
			readValue(from.Index(i), list.Index(i))
		}
		into.Set(list)
	case reflect.String:
		into.SetString(from.String())
	case reflect.Bool:
		into.SetBool(from.Bool())
	}
}

// readStates reads the states of purposes and services, by their ids. A state that it does not know is no answer.
func readStates(from js.Value) map[string]consent.State {
	states := map[string]consent.State{}
	if !from.Truthy() {
		return states
	}
	entries := js.Global().Get("Object").Call("entries", from)
	for i := range entries.Length() {
		var one consent.State
		if one.UnmarshalText([]byte(entries.Index(i).Index(1).String())) != nil {
			one = consent.Unasked
		}
		states[entries.Index(i).Index(0).String()] = one
	}
	return states
}
