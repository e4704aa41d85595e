package web_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/load"
)

// keys are the names that a policy's file has for the fields of a type.
func keys(of reflect.Type) []string {
	var names []string
	for i := range of.NumField() {
		name, _, _ := strings.Cut(of.Field(i).Tag.Get("yaml"), ",")
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// texts are in one language what the policy has in several.
func texts(list []policy.Text, language string) []any {
	all := []any{}
	for _, t := range list {
		all = append(all, t[language])
	}
	return all
}

func TestThePolicyForProgramsHasItsRules(t *testing.T) {
	site, err := load.Site(os.DirFS("../assets/sites"), "yunzhijia")
	if err != nil {
		t.Fatal(err)
	}
	p := site.CurrentPolicy()
	for _, path := range []string{"/v1/yunzhijia/policy", "/v1/yunzhijia/policy/" + p.Version} {
		for _, language := range []string{"zh-CN", "en"} {
			var got map[string]any
			a := shared(t).get(path + "?lang=" + language).is(http.StatusOK)
			if err := json.Unmarshal(a.body, &got); err != nil {
				t.Fatal(err)
			}
			for name, of := range map[string]reflect.Type{
				"definitions": reflect.TypeFor[policy.Definition](), "keeping": reflect.TypeFor[policy.Keeping](),
				"rights": reflect.TypeFor[policy.Right](), "requests": reflect.TypeFor[policy.Requests](),
				"changes": reflect.TypeFor[policy.Change](), "minors": reflect.TypeFor[policy.Minors](),
			} {
				one := got[name]
				if list, ok := one.([]any); ok && len(list) > 0 {
					one = list[0]
				}
				object, _ := one.(map[string]any)
				if diff := cmp.Diff(keys(of), slices.Sorted(maps.Keys(object))); diff != "" {
					t.Errorf("%s of %s (-policy +answer):\n%s", name, path, diff)
				}
			}
			rights := got["rights"].([]any)
			if len(rights) != len(p.Rights) || rights[0].(map[string]any)["how"] != p.Rights[0].How[language] {
				t.Errorf("rights %v", rights)
			}
			requests := got["requests"].(map[string]any)
			channels := requests["channels"].([]any)
			if requests["answer_days"] != float64(p.Requests.AnswerDays) || len(channels) != len(p.Requests.Channels) {
				t.Errorf("requests %v", requests)
			}
			if diff := cmp.Diff(texts(p.Exceptions, language), got["exceptions"]); diff != "" {
				t.Errorf("exceptions (-policy +answer):\n%s", diff)
			}
			for i, one := range got["purposes"].([]any) {
				purpose, want := one.(map[string]any), p.Purposes[i]
				if diff := cmp.Diff(
					[]any{want.Retention[language], texts(want.Data, language), texts(want.Recipients, language)},
					[]any{purpose["retention"], purpose["data"], purpose["recipients"]},
				); diff != "" {
					t.Errorf("purpose %s (-policy +answer):\n%s", want.ID, diff)
				}
			}
		}
	}
}

func TestThePolicyAsData(t *testing.T) {
	s := shared(t)
	type data struct {
		Site, Version, Updated, Effective, Language, Title, Controller, Contact string
		Purposes                                                                []struct {
			ID, Hash, Kind, Name, Summary, Refusal, Basis string
			Required, Separate, GPC                       bool
			Services                                      []struct{ ID, Hash, Name, Summary string }
		}
		Presentations map[string]string
	}
	read := func(path string) (d data) {
		t.Helper()
		a := s.get(path).is(http.StatusOK).has("Content-Type", "application/json")
		vary := []string{"Origin", "Accept-Language"}
		if strings.Contains(path, "lang=") {
			vary = vary[:1]
		}
		a.has("Vary", vary...)
		decoder := json.NewDecoder(bytes.NewReader(a.body))
		if err := decoder.Decode(&d); err != nil {
			t.Fatal(err)
		}
		return d
	}
	now, before := read("/v1/acme/policy?lang=ar"), read("/v1/acme/policy/"+acmeBefore)
	if now.Site != "acme" || now.Version != acmeVersion || now.Language != "ar" || now.Title != "title ar" ||
		len(now.Purposes) != 4 {
		t.Errorf("policy %+v", now)
	}
	if before.Version != acmeBefore || len(before.Purposes) != 5 || before.Presentations != nil {
		t.Errorf("policy %+v", before)
	}
	if p := now.Purposes[0]; !p.Required || p.Separate || p.GPC || len(p.Services) != 1 ||
		p.Services[0].Name != "login name ar" {
		t.Errorf("purpose %+v", p)
	}
	if p := now.Purposes[3]; p.ID != "transfer" || !p.Separate || p.Kind != "sharing" || p.Name != "transfer name ar" {
		t.Errorf("purpose %+v", p)
	}
	for kind, hash := range now.Presentations {
		if _, err := s.store.Presentation(t.Context(), "acme", hash); err != nil {
			t.Errorf("presentation of the %s: %v", kind, err)
		}
	}
	if len(now.Presentations) != 2 {
		t.Errorf("presentations %v", now.Presentations)
	}
	if whole := read("/v1/acme/policy/" + acmeVersion); whole.Version != now.Version {
		t.Errorf("version %q", whole.Version)
	}
}
