//go:build !js

package scan

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// netLogEvent is what is needed of an event of a log that Chromium writes with --log-net-log
// (chromium.googlesource.com, net/log/net_log_entry.h).
type netLogEvent struct {
	Type   int    `json:"type"`
	Time   string `json:"time"` // in ms of the browser's clock
	Params struct {
		URL         string `json:"url"`
		Initiator   string `json:"initiator"`    // origin of the page; noOrigin for what nobody's page began
		RequestType string `json:"request_type"` // main frame, subframe or other
		Preconnect  bool   `json:"is_preconnect"`
	} `json:"params"`
}

// The events of a request, also one that the cache answers, and of a connection that a page has made in advance.
const (
	requestStart    = "URL_REQUEST_START_JOB"
	connectionStart = "HTTP_STREAM_JOB_CONTROLLER"
	noOrigin        = "not an origin"
)

// netLogTypes are the numbers of the events in a log, and how many ms the browser's clock is behind Unix time.
type netLogTypes struct{ request, connection, offset int }

// netLogRequest is the first request to a host.
type netLogRequest struct {
	host string
	at   time.Time
}

// host returns the host that a page reaches with the event; "" for other events, also for what the browser itself asks
// for, such as its updates.
func (t netLogTypes) host(e netLogEvent) string {
	p := e.Params
	isOfBrowser := p.Initiator == noOrigin && p.RequestType == "other"
	if t.request != 0 && (e.Type == t.request && !isOfBrowser || e.Type == t.connection && p.Preconnect) {
		return requestedHost(p.URL)
	}
	return ""
}

// readNetLog lists the first request to each host that pages reached. It reads an event at a time: the log of a heavy
// page has hundreds of megabytes.
func readNetLog(r io.Reader) ([]netLogRequest, error) {
	d := json.NewDecoder(r)
	wrap := func(err error) error { return fmt.Errorf("the browser's log of its network: %w", err) }
	if err := expectToken(d, json.Delim('{')); err != nil {
		return nil, wrap(err)
	}
	var types netLogTypes
	var requests []netLogRequest
	isSeen := map[string]bool{}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, wrap(err)
		}
		switch name {
		case "constants":
			if types, err = readTypes(d); err != nil {
				return nil, wrap(err)
			}
		case "events":
			err := readEvents(d, func(e netLogEvent) {
				if host := types.host(e); host != "" && !isSeen[host] {
					isSeen[host] = true
					ms, _ := strconv.Atoi(e.Time) // without a time it counts as before a choice
					requests = append(requests, netLogRequest{host, time.UnixMilli(int64(ms + types.offset))})
				}
			})
			if err != nil {
				return nil, wrap(err)
			}
		default:
			var other json.RawMessage
			if err := d.Decode(&other); err != nil {
				return nil, wrap(err)
			}
		}
	}
	if types.request == 0 {
		return nil, wrap(errors.New("it has no constants"))
	}
	if err := expectToken(d, json.Delim('}')); err != nil {
		return nil, wrap(err)
	}
	return requests, nil
}

func readTypes(d *json.Decoder) (netLogTypes, error) {
	var constants struct {
		Types  map[string]int `json:"logEventTypes"`
		Offset float64        `json:"timeTickOffset"`
	}
	if err := d.Decode(&constants); err != nil {
		return netLogTypes{}, err
	}
	types := netLogTypes{constants.Types[requestStart], constants.Types[connectionStart], int(constants.Offset)}
	if types.request == 0 || types.connection == 0 {
		return netLogTypes{}, fmt.Errorf("it has no %s or no %s. Use another version of the browser",
			requestStart, connectionStart)
	}
	return types, nil
}

func readEvents(d *json.Decoder, handle func(netLogEvent)) error {
	if err := expectToken(d, json.Delim('[')); err != nil {
		return err
	}
	for d.More() {
		var e netLogEvent
		if err := d.Decode(&e); err != nil {
			return err
		}
		handle(e)
	}
	_, err := d.Token()
	return err
}

func expectToken(d *json.Decoder, want json.Token) error {
	got, err := d.Token()
	if err == nil && got != want {
		err = fmt.Errorf("%v in place of %v", got, want)
	}
	return err
}

// requestedHost returns the host that an address is asked from; "" for addresses that go nowhere, such as data:.
func requestedHost(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	switch u.Scheme {
	case "http", "https", "ws", "wss":
		return strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	}
	return ""
}
