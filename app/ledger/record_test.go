package ledger

import (
	"reflect"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"
	"github.com/nod-consent/nod/app/consent"
)

// fill gives every field below v a value, so that the test notices a forgotten member.
func fill(v reflect.Value, text string) {
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(time.Date(2026, 3, 4, 5, 6, 7, 890_123_456, time.FixedZone("", 8*3600))))
		return
	case uuid.UUID:
		v.Set(reflect.ValueOf(uuid.Must(uuid.NewV7())))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), text)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0), text) // the second one stays empty
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for _, key := range []string{"b", "a", "\U0001F600", "\uFF5E", "é", "a b", "B", text} {
			v.SetMapIndex(reflect.ValueOf(key), reflect.ValueOf(consent.Granted))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), text)
		}
	default:
		panic("a field of type " + v.Type().String())
	}
}

func TestACanonicalRecordIsTheRecordInTheFormOfRFC8785(t *testing.T) {
	records := []Record{{}, {Recorded: consent.Recorded{Decision: consent.Decision{Guardian: &consent.Guardian{}}}}}
	for _, text := range []string{"x", "档案 <7>&", "\u2028\u0001\"\\/\n", "\uFF5E", "\U0001F600"} {
		var r Record
		fill(reflect.ValueOf(&r).Elem(), text)
		records = append(records, r)
		r.Services = nil
		r.Answers = map[string]consent.State{"b": consent.Granted, "a": consent.Denied, "c": consent.Denied}
		records = append(records, r)
	}
	for _, r := range records {
		got, err := r.Canonical()
		if err != nil {
			t.Fatal(err)
		}
		r.Secret = ""
		r.ReceivedAt = r.ReceivedAt.UTC().Truncate(time.Millisecond)
		encoded, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		want := jsontext.Value(encoded)
		if err := want.Canonicalize(); err != nil {
			t.Fatal(err)
		}
		if string(got) != string(want) {
			t.Errorf("canonical record:\n%s\nwant\n%s", got, want)
		}
	}
}
