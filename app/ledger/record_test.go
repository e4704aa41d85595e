package ledger

import (
	"bytes"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/policy"
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

func TestACanonicalRecordHasAllMembersButTheSecret(t *testing.T) {
	for _, text := range []string{"x", "档案 <7>&", "\u2028\u0001\"\\/\n", "\uFF5E", "\U0001F600"} {
		var r Record
		fill(reflect.ValueOf(&r).Elem(), text)
		canonical, err := r.Canonical()
		if err != nil {
			t.Fatal(err)
		}
		got, err := parseRecord(canonical)
		if err != nil {
			t.Fatal(err)
		}
		r.Secret = ""
		r.ReceivedAt = r.ReceivedAt.UTC().Truncate(time.Millisecond)
		if diff := cmp.Diff(r, got); diff != "" {
			t.Errorf("the record changed (-before +after):\n%s", diff)
		}
		again, err := canonicalize(canonical)
		if err != nil || !bytes.Equal(again, canonical) {
			t.Errorf("not in canonical form, error %v:\n%s", err, canonical)
		}
	}
}

// Receipts hold these bytes for ever: a change of them makes nothing verify that was stored before.
func TestACanonicalRecordNeverChangesItsBytes(t *testing.T) {
	previous := uuid.MustParse("01890a5d-ac96-774b-bcce-b302099a8056")
	r := Record{
		Site: testSite, ReceivedAt: time.Date(2026, 3, 1, 0, 0, 1, 23_999_999, time.FixedZone("", 8*3600)),
		Recorded: consent.Recorded{
			Decision: consent.Decision{
				ID: uuid.MustParse("01890a5d-ac96-774b-bcce-b302099a8057"), Previous: &previous,
				Subject: uuid.MustParse("6ba7b810-9dad-41d1-80b4-00c04fd430c8"), Secret: newSecret(), Policy: "2024-01",
				Language: "zh-CN", Platform: policy.Web, Action: consent.Save, Presentation: consent.CustomPresentation,
				Answers:   map[string]consent.State{"b": consent.Granted, "a": consent.Denied},
				DecidedAt: time.Date(2026, 3, 1, 8, 0, 0, 120_000_000, time.FixedZone("", 8*3600)),
				Tenant:    "档案 <1>&\u2028",
			},
			Covered: []consent.Covered{{ID: "b", Hash: "AAAAAA"}, {ID: "chat", Hash: "BBBBBB", Purpose: "a"}},
		},
	}
	const full = `{"action":"save","answers":{"a":"denied","b":"granted"},` +
		`"covered":[{"hash":"AAAAAA","id":"b"},{"hash":"BBBBBB","id":"chat","purpose":"a"}],` +
		`"decided_at":"2026-03-01T08:00:00.12+08:00","gpc":false,"id":"01890a5d-ac96-774b-bcce-b302099a8057",` +
		`"language":"zh-CN","platform":"web","policy":"2024-01","presentation":"custom",` +
		`"previous":"01890a5d-ac96-774b-bcce-b302099a8056","received_at":"2026-02-28T16:00:01.023Z","site":"portal",` +
		`"subject":"6ba7b810-9dad-41d1-80b4-00c04fd430c8","tenant":"档案 <1>&` + "\u2028" + `"}`
	const empty = `{"action":"","answers":{},"covered":[],"decided_at":"0001-01-01T00:00:00Z","gpc":false,` +
		`"id":"00000000-0000-0000-0000-000000000000","language":"","platform":"","policy":"","presentation":"",` +
		`"previous":null,"received_at":"0001-01-01T00:00:00.000Z","site":"",` +
		`"subject":"00000000-0000-0000-0000-000000000000"}`
	for want, r := range map[string]Record{full: r, empty: {}} {
		if got, err := r.Canonical(); err != nil || string(got) != want {
			t.Errorf("canonical record, error %v:\n%s\nwant\n%s", err, got, want)
		}
	}
}
