//go:build !js

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/spf13/cobra"
)

// doctorLevel says how bad a finding is.
type doctorLevel string

const (
	levelProblem doctorLevel = "problem" // visitors or evidence suffer
	levelNote    doctorLevel = "note"    // it may be what you want
	levelFine    doctorLevel = "fine"    // it was checked
)

// diagnosis is one finding.
type diagnosis struct {
	Level doctorLevel `json:"level"`
	Check string      `json:"check"`         // what was looked at: tag, origin, csp, …
	Text  string      `json:"text"`          // what is wrong
	Fix   string      `json:"fix,omitempty"` // what to do
}

// examination is what "nod doctor" found, as JSON.
type examination struct {
	Page     string      `json:"page"`             // after redirects
	Site     string      `json:"site,omitempty"`   // of the tag
	Server   string      `json:"server,omitempty"` // address of the server behind the tag, with "/" at its end
	Findings []diagnosis `json:"findings"`
}

func (e *examination) add(level doctorLevel, check, fix, format string, args ...any) {
	e.Findings = append(e.Findings, diagnosis{level, check, fmt.Sprintf(format, args...), fix})
}

func (e *examination) problem(check, fix, format string, args ...any) {
	e.add(levelProblem, check, fix, format, args...)
}

func (e *examination) note(check, fix, format string, args ...any) {
	e.add(levelNote, check, fix, format, args...)
}

func (e *examination) fine(check, format string, args ...any) {
	e.add(levelFine, check, "", format, args...)
}

func (e *examination) count(level doctorLevel) (n int) {
	for _, f := range e.Findings {
		if f.Level == level {
			n++
		}
	}
	return n
}

func newDoctorCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "doctor URL",
		Short: "Look at a page and the server behind it, and say what is wrong",
		Long: `Look at a page as a browser gets it, and at the Nod server that its tag names. Say in plain words what is
wrong and what to do: whether the tag is there, early and alone, whether the page's origin is listed, whether
the Content-Security-Policy allows Nod, mixed content, the cookie's domain, clocks, what loads before consent,
and whether the server is healthy.

The command reads the HTML and runs no script. What scripts load later, it does not see: in the browser's
console, lines with "blob:nod" are requests that Nod stopped. It sends no decision. The exit status is 1 if
there is a problem.`,
		Example: "nod doctor https://www.example.com/",
		Args:    requireOneArg("doctor: the page is missing. Give its address, such as https://www.example.com/"),
		RunE: runE(func(c *cobra.Command, args []string) error {
			u, err := url.Parse(args[0])
			if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
				return newUsageError("doctor %q: is not the address of a page. Give one such as https://www.example.com/", args[0])
			}
			d := doctor{client: &http.Client{Timeout: 20 * time.Second}, now: time.Now, version: readThisBuild().Version}
			e, err := d.examine(c.Context(), u)
			if err != nil {
				return err
			}
			if asJSON {
				err = writeJSON(c.OutOrStdout(), e)
			} else {
				e.print(c.OutOrStdout())
			}
			if n := e.count(levelProblem); n > 0 && err == nil {
				err = fmt.Errorf("doctor: problems: %d", n)
			}
			return err
		}),
	}
	c.Flags().BoolVar(&asJSON, "json", false, jsonUsage)
	return c
}

// print prints the problems first, and what was fine last.
func (e *examination) print(w io.Writer) {
	fmt.Fprintf(w, "page    %s\n", e.Page)
	if e.Site != "" {
		fmt.Fprintf(w, "site    %s\nserver  %s\n", e.Site, e.Server)
	}
	fmt.Fprintln(w)
	for _, level := range []doctorLevel{levelProblem, levelNote, levelFine} {
		for _, f := range e.Findings {
			if f.Level != level {
				continue
			}
			fmt.Fprintf(w, "%s (%s): %s\n", f.Level, f.Check, f.Text)
			if f.Fix != "" {
				fmt.Fprintf(w, "    %s\n", f.Fix)
			}
		}
	}
	if e.count(levelProblem) == 0 {
		fmt.Fprintln(w, "\nNo problem was found.")
	}
}

// doctor examines pages.
type doctor struct {
	client  *http.Client
	now     func() time.Time
	version string // of this program
}

// examine looks at a page and at the server behind it. An error means that the page cannot be read.
func (d doctor) examine(ctx context.Context, address *url.URL) (*examination, error) {
	page, err := d.readPage(ctx, address)
	if err != nil {
		return nil, err
	}
	e := &examination{Page: page.address.String()}
	tag, ok := e.checkTag(page)
	if !ok {
		return e, nil
	}
	e.Site, e.Server = tag.site, tag.server.String()
	e.checkPlace(page, tag)
	e.checkSecurity(page, tag)
	e.checkCSP(page, tag)
	config, ok := d.checkScript(ctx, e, page, tag)
	if !ok {
		return e, nil
	}
	// A bundle is served from elsewhere, and names the server.
	if server, err := url.Parse(config.Server); err == nil && config.Server != "" {
		tag.server, e.Server = server, config.Server
	}
	d.checkOrigin(ctx, e, page, tag)
	e.checkCookieDomain(page, config)
	e.checkNames(page, config)
	e.checkHosts(page, tag, config)
	d.checkServer(ctx, e, tag)
	return e, nil
}

const maxExamined = 8 << 20 // bytes of a page or script that are read

// get reads an address. The body is cut at maxExamined.
func (d doctor) get(ctx context.Context, address string, headers map[string]string) (*http.Response, []byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, nil, err
	}
	request.Header.Set("User-Agent", "Mozilla/5.0 (compatible; nod doctor)")
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	response, err := d.client.Do(request)
	if err != nil {
		var failed *url.Error
		if errors.As(err, &failed) {
			err = failed.Err // without the address, which the caller names
		}
		return nil, nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxExamined))
	return response, body, err
}
