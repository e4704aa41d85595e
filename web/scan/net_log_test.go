package scan

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// exampleConstants begin a log; its events follow.
const exampleConstants = `{"constants":{"logEventTypes":{"REQUEST_ALIVE":1,"URL_REQUEST_START_JOB":7,` +
	`"HTTP_STREAM_JOB_CONTROLLER":8},"timeTickOffset":1700000000000},"events":`

const exampleLog = exampleConstants + `[
{"type":1,"params":{"url":"https://other.example/"}},
{"type":7,"params":{"url":"https://updates.example/","initiator":"not an origin","request_type":"other"}},
{"type":7,"time":"500","params":{"url":"https://WWW.shop.example.:8443/?b",
	"initiator":"not an origin","request_type":"main frame"}},
{"type":8,"params":{"url":"https://advance.example/","is_preconnect":true}},
{"type":8,"params":{"url":"https://updates.example/"}},
{"type":7,"params":{"url":"wss://live.example/"}},
{"type":7,"params":{"url":"https://www.shop.example/again"}},
{"type":7,"params":{"url":"data:text/plain,x"}},{"type":7,"params":{"url":"::"}},{"type":7}
],"polledData":{}}`

func TestTheNetLogNamesEachHostThatIsAskedOnce(t *testing.T) {
	requests, err := readNetLog(strings.NewReader(exampleLog))
	var hosts []string
	for _, r := range requests {
		hosts = append(hosts, r.host)
	}
	if want := []string{"www.shop.example", "advance.example", "live.example"}; err != nil || !slices.Equal(hosts, want) {
		t.Errorf("%v, %v; want %v", hosts, err, want)
	}
	if want := time.UnixMilli(1700000000500); err == nil && !requests[0].at.Equal(want) {
		t.Errorf("the first request is of %s; want %s", requests[0].at, want)
	}
}

func TestALogThatIsNotCompleteIsAnError(t *testing.T) {
	for name, log := range map[string]string{
		"nothing":             "",
		"cut":                 exampleLog[:len(exampleLog)/2],
		"cut after an event":  exampleLog[:strings.Index(exampleLog, "},\n{\"type\":7,\"params\":{\"url\":\"wss")+1],
		"without its end":     strings.TrimSuffix(exampleLog, "}"),
		"without the name":    strings.Replace(exampleLog, "URL_REQUEST_START_JOB", "URL_REQUEST", 1),
		"without constants":   `{"events":[]}`,
		"events of a string":  exampleConstants + `"x"}`,
		"a list at the start": "[]",
	} {
		if hosts, err := readNetLog(strings.NewReader(log)); err == nil {
			t.Errorf("%s: no error, and the hosts %v", name, hosts)
		}
	}
}

func FuzzReadNetLog(f *testing.F) {
	f.Add(exampleLog)
	f.Add(exampleConstants + `[{"type":7,"params":{"url":"http://[::1]"}}]}`)
	f.Fuzz(func(t *testing.T, log string) {
		requests, err := readNetLog(strings.NewReader(log))
		isSeen := map[string]bool{}
		for _, r := range requests {
			if r.host == "" || r.host != strings.ToLower(r.host) || isSeen[r.host] {
				t.Errorf("the requests %v of %q, %v", requests, log, err)
			}
			isSeen[r.host] = true
		}
	})
}
