package client

import (
	"reflect"
	"syscall/js"
)

// read copies a value that the browser parsed into a Go value: structs by the names of their fields, slices, strings
// and booleans. It ignores all others. It replaces encoding/json, which would make the program a tenth larger.
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
