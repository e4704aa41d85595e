package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/nod-consent/nod/web/e2e/chromium"
)

const (
	scriptCount = 5                      // first visits at each speed, each with a visit afterwards
	visitTime   = 600 * time.Millisecond // by then the page is idle, times how much slower the browser is
)

// measureScript measures, from a trace, what the browser needs to compile and run consent.js on a first visit and on
// one after it. Then it counts the exceptions that our scripts throw, caught or not: the first one of a script makes
// the browser parse all of it again.
func measureScript() error {
	mux := http.NewServeMux()
	host, script, done, err := serveEmbedded(mux)
	if err != nil {
		return err
	}
	defer done()
	tags := `<script src="/page.js"></script><script src="` + script + `"></script>`
	addMeasuredPages(mux, []measuredPage{{"/page", tags, `<button type="button">Preferences</button>`}})
	browser, err := chromium.StartPiped()
	if err != nil {
		return err
	}
	defer browser.Stop()
	origin, _, _ := strings.Cut(script, "/yunzhijia/")
	for _, speed := range []struct {
		name   string
		slower float64
	}{{"this machine", 1}, {"CPU ×4", 4}} {
		var firsts, laters []float64
		for range scriptCount {
			v := scriptVisitor{browser: browser, page: host + "/page", script: script, slower: speed.slower}
			first, later, err := v.traceVisits()
			if err != nil {
				return err
			}
			firsts, laters = append(firsts, first), append(laters, later)
		}
		printFigure("consent.js, first visit: compile and run, "+speed.name, median(firsts), "ms CPU time", "")
		printFigure("consent.js, returning visit: compile and run, "+speed.name, median(laters), "ms CPU time", "")
	}
	v := scriptVisitor{browser: browser, page: host + "/page", script: origin, slower: 1}
	first, later, err := v.countExceptions()
	if err != nil {
		return err
	}
	printFigure("exceptions that our scripts throw, first visit", float64(first), "", "0")
	printFigure("exceptions that our scripts throw, returning visit", float64(later), "", "0")
	return nil
}

// scriptVisitor visits a page twice: as a new visitor, and after a refusal.
type scriptVisitor struct {
	browser      *chromium.Piped
	page, script string // script is the beginning of the addresses of scripts that count
	slower       float64

	context, session string
}

// open opens an empty tab of a new visitor.
func (v *scriptVisitor) open() error {
	var visitor struct{ BrowserContextID string }
	if err := v.browser.Call("", "Target.createBrowserContext", object{}, &visitor); err != nil {
		return err
	}
	v.context = visitor.BrowserContextID
	var tab struct{ TargetID string }
	if err := v.browser.Call("", "Target.createTarget", object{"url": "about:blank", "browserContextId": v.context},
		&tab); err != nil {
		return err
	}
	var attached struct{ SessionID string }
	if err := v.browser.Call("", "Target.attachToTarget", object{"targetId": tab.TargetID, "flatten": true},
		&attached); err != nil {
		return err
	}
	v.session = attached.SessionID
	return v.call("Emulation.setCPUThrottlingRate", object{"rate": v.slower})
}

// close closes the tab, and forgets the visitor.
func (v *scriptVisitor) close() {
	v.browser.OnEvent = nil
	_ = v.browser.Call("", "Target.disposeBrowserContext", object{"browserContextId": v.context}, nil)
}

func (v *scriptVisitor) call(method string, params object) error {
	return v.browser.Call(v.session, method, params, nil)
}

// refuse answers the banner.
func (v *scriptVisitor) refuse() error {
	return v.call("Runtime.evaluate", object{"expression": "nod.rejectAll()", "awaitPromise": true})
}

// traceVisits returns the milliseconds of a first visit and of one after a refusal.
func (v *scriptVisitor) traceVisits() (first, later float64, err error) {
	if err := v.open(); err != nil {
		return 0, 0, err
	}
	defer v.close()
	if first, err = v.traceVisit(); err != nil {
		return 0, 0, err
	}
	if err := v.refuse(); err != nil {
		return 0, 0, err
	}
	if err := v.waitUntilIdle(); err != nil {
		return 0, 0, err
	}
	later, err = v.traceVisit()
	return first, later, err
}

// traceEvent is a task that the browser traced. Times are in microseconds.
type traceEvent struct {
	Name string
	TID  int
	TS   float64
	Dur  float64
	TDur float64 // of the processor; 0 if the browser does not tell
	Args struct {
		Data struct{ URL string }
	}
}

func (e traceEvent) milliseconds() float64 {
	if e.TDur > 0 {
		return e.TDur / 1000
	}
	return e.Dur / 1000
}

func (v *scriptVisitor) traceVisit() (milliseconds float64, err error) {
	var events []traceEvent
	isComplete := false
	v.browser.OnEvent = func(method string, params json.RawMessage) {
		var batch struct{ Value []traceEvent }
		switch method {
		case "Tracing.dataCollected":
			if e := json.Unmarshal(params, &batch); e == nil {
				events = append(events, batch.Value...)
			}
		case "Tracing.tracingComplete":
			isComplete = true
		}
	}
	if err := v.browser.Call("", "Tracing.start", object{"traceConfig": object{
		"includedCategories": []string{"devtools.timeline", "v8", "disabled-by-default-v8.compile"},
	}}, nil); err != nil {
		return 0, err
	}
	if err := v.visit(); err != nil {
		return 0, err
	}
	if err := v.browser.Call("", "Tracing.end", object{}, nil); err != nil {
		return 0, err
	}
	for !isComplete {
		if err := v.readEvents(); err != nil {
			return 0, err
		}
	}
	if milliseconds = sumScript(events, v.script); milliseconds == 0 {
		return 0, fmt.Errorf("the trace of %s does not have %s", v.page, v.script)
	}
	return milliseconds, nil
}

// readEvents has the browser answer, and so reads the events until then.
func (v *scriptVisitor) readEvents() error {
	time.Sleep(10 * time.Millisecond)
	return v.browser.Call("", "Browser.getVersion", object{}, nil)
}

// sumScript adds up the runs of a script, and the compilations that are not part of a run.
func sumScript(events []traceEvent, script string) (sum float64) {
	var runs []traceEvent
	for _, e := range events {
		if e.Name == "EvaluateScript" && strings.HasPrefix(e.Args.Data.URL, script) {
			runs = append(runs, e)
			sum += e.milliseconds()
		}
	}
	for _, e := range events {
		if e.Name != "v8.compile" || !strings.HasPrefix(e.Args.Data.URL, script) {
			continue
		}
		isInRun := false
		for _, r := range runs {
			isInRun = isInRun || e.TID == r.TID && e.TS >= r.TS && e.TS < r.TS+r.Dur
		}
		if !isInRun {
			sum += e.milliseconds()
		}
	}
	return sum
}

// countExceptions counts the exceptions of a first visit and of one after a refusal.
func (v *scriptVisitor) countExceptions() (first, later int, err error) {
	if err := v.open(); err != nil {
		return 0, 0, err
	}
	defer v.close()
	for _, do := range []struct {
		method string
		params object
	}{{"Debugger.enable", object{}}, {"Debugger.setPauseOnExceptions", object{"state": "all"}}} {
		if err := v.call(do.method, do.params); err != nil {
			return 0, 0, err
		}
	}
	counter := exceptionCounter{visitor: v, ours: map[string]bool{}}
	v.browser.OnEvent = counter.onEvent
	if err := v.visit(); err != nil {
		return 0, 0, err
	}
	first = counter.count
	if err := v.refuse(); err != nil {
		return 0, 0, err
	}
	if err := v.waitUntilIdle(); err != nil {
		return 0, 0, err
	}
	counter.count = 0
	err = v.visit()
	return first, counter.count, errors.Join(err, counter.err)
}

// exceptionCounter counts the exceptions of our scripts, and lets the page go on after each.
type exceptionCounter struct {
	visitor *scriptVisitor
	ours    map[string]bool // scripts by the debugger's id: a place in a script has no address
	count   int
	err     error
}

func (c *exceptionCounter) onEvent(method string, params json.RawMessage) {
	switch method {
	case "Debugger.scriptParsed":
		var script struct{ ScriptID, URL string }
		if json.Unmarshal(params, &script) == nil && strings.HasPrefix(script.URL, c.visitor.script) {
			c.ours[script.ScriptID] = true
		}
	case "Debugger.paused":
		var p struct {
			CallFrames []struct{ Location struct{ ScriptID string } }
		}
		c.err = errors.Join(c.err, json.Unmarshal(params, &p))
		if len(p.CallFrames) > 0 && c.ours[p.CallFrames[0].Location.ScriptID] {
			c.count++
		}
		c.err = errors.Join(c.err, c.visitor.browser.Send(c.visitor.session, "Debugger.resume", object{}))
	}
}

// visit opens the page, and reads events until it is idle.
func (v *scriptVisitor) visit() error {
	if err := v.call("Page.navigate", object{"url": v.page}); err != nil {
		return err
	}
	return v.waitUntilIdle()
}

func (v *scriptVisitor) waitUntilIdle() error {
	idle := time.Duration(float64(visitTime) * v.slower)
	for began := time.Now(); time.Since(began) < idle; {
		if err := v.readEvents(); err != nil {
			return err
		}
	}
	return nil
}
