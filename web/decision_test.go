package web_test

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/google/uuid"
)

// decision is the body of a POST to /v1/{site}/decisions. Unlike consent.Decision it can be wrong.
type decision map[string]any

// decision makes one that refuses everything of site acme, with an id, a subject and a secret of its own, and changes
// it: keys and values, in turn. A value of nil takes the key out.
func (s *server) decision(change ...any) decision {
	id, err := uuid.NewV7()
	if err != nil {
		s.Fatal(err)
	}
	d := decision{
		"id": id.String(), "previous": (*string)(nil), "subject": uuid.NewString(), "secret": newSecret(),
		"policy": acmeVersion, "language": "en", "platform": "web", "action": "reject_all",
		"answers":    map[string]string{"analytics": "denied", "beacons": "denied", "transfer": "denied"},
		"decided_at": "2026-05-04T03:02:01.000Z", "presentation": "custom", "gpc": false,
	}
	for i := 0; i < len(change); i += 2 {
		if name := change[i].(string); change[i+1] == nil {
			delete(d, name)
		} else {
			d[name] = change[i+1]
		}
	}
	for _, name := range []string{"id", "subject", "secret", "previous"} {
		if text, ok := d[name].(string); ok {
			s.private(text)
		}
	}
	return d
}

// after makes a decision of the same subject that knows of this one.
func (s *server) after(d decision, change ...any) decision {
	return s.decision(append([]any{"subject", d["subject"], "secret", nil, "previous", d["id"]}, change...)...)
}

func (d decision) String() string {
	body, err := json.Marshal(map[string]any(d))
	if err != nil {
		panic(err)
	}
	return string(body)
}

func (d decision) bearer() string { return fmt.Sprintf("Authorization: Bearer %s", d["secret"]) }

const jsonType = "Content-Type: application/json"

// decide posts a decision to site acme.
func (s *server) decide(d decision, headers ...string) answer {
	s.Helper()
	return s.send("POST", "/v1/acme/decisions", d.String(), append([]string{jsonType}, headers...)...)
}

func newSecret() string {
	secret := make([]byte, 32)
	rand.Read(secret)
	return base64.RawURLEncoding.EncodeToString(secret)
}

// states reads the state of a subject with its secret.
func (s *server) states(subject, secret string, headers ...string) (all map[string]string) {
	s.Helper()
	var got struct {
		Subject, Decision, Policy string
		DecidedAt                 time.Time `json:"decided_at"`
		Answers, Services         map[string]string
	}
	s.get("/v1/acme/subjects/"+subject, append(headers, "Authorization: Bearer "+secret)...).is(http.StatusOK).json(&got)
	all = got.Answers
	for id, state := range got.Services {
		all[id] = state
	}
	return all
}
