package web_test

import (
	"net/http"
	"strings"
	"testing"
)

// C-27
func TestEmailNewsAndPushAreSwitchedOneByOne(t *testing.T) {
	s := start(t, sites(t, "yunzhijia"))
	channels := []string{"push", "email", "news"}
	send := func(d decision) answer { return s.send("POST", "/v1/yunzhijia/decisions", d.String(), jsonType) }
	answers := map[string]string{}
	for _, channel := range channels {
		answers[channel] = "granted"
	}
	agreed := s.decision("policy", "2023-11-23", "platform", "android", "age", "adult", "action", "save",
		"answers", answers)
	send(agreed).is(http.StatusCreated)
	states := func() (on []string) {
		for _, channel := range channels {
			a := s.get("/v1/yunzhijia/status/" + channel + "?subject=" + agreed["subject"].(string)).is(http.StatusOK)
			if strings.Contains(string(a.body), "granted") {
				on = append(on, channel)
			}
		}
		return on
	}
	if got := states(); len(got) != 3 {
		t.Fatalf("on: %v", got)
	}
	last := agreed
	for n, channel := range channels { // one after the other
		last = s.after(last, "policy", "2023-11-23", "platform", "android", "action", "save",
			"answers", map[string]string{channel: "denied"})
		send(last).is(http.StatusCreated)
		if got := states(); strings.Join(got, " ") != strings.Join(channels[n+1:], " ") {
			t.Errorf("without %s: on %v", channel, got)
		}
	}
	refused := s.after(last, "policy", "2023-11-23", "platform", "android", "action", "save",
		"answers", map[string]string{"announcements": "denied"})
	send(refused).is(http.StatusUnprocessableEntity)
	// The list is what the preferences show as the details of a purpose.
	if text := string(s.get("/yunzhijia/lists/purposes?lang=en").body); !strings.Contains(text,
		"which concern the service and are not promotional") {
		t.Error("nothing says why announcements cannot be refused")
	}
}
