package e2e

import (
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/nod-consent/nod/web/docstest"
)

// The quick start, as its reader does it: the commands, the page, and the clicks. The vendor is the collector, because
// tests reach no other host.
func TestTheQuickStartBlocksAVendorAndReleasesIt(t *testing.T) {
	dir := t.TempDir()
	program := filepath.Join(dir, "nod")
	if printed, err := exec.Command("go", "build", "-o", program, "../../cmd/nod").CombinedOutput(); err != nil {
		t.Fatalf("build the program: %v\n%s", err, printed)
	}
	pages := []string{"assets/docs/quick-start.md", "assets/docs/zh-CN/quick-start.md"}
	if !isFullRun {
		pages = pages[1:] // the page that its readers need most; the other has the same steps
	}
	for _, page := range pages {
		t.Run(page, func(t *testing.T) { followQuickStart(t, program, page) })
	}
}

func followQuickStart(t *testing.T, program, page string) {
	r := newQuickStart(t, program, page)
	r.runCommands("init")
	r.serve()
	r.writePage(r.block("file", "page/index.html"))
	tab := openEmptyTab(t)
	sent := func() int { return len(stage.collector.requests("quick-start")) }
	stage.collector.clearRequests()
	tab.load(r.pageOrigin)
	tab.wait(visible(banner) + ` && ` + visible(acceptButton) + ` && ` + visible(rejectButton))
	waitFor(t, "the frame that is not tagged", func() bool { return sent() == 1 })

	frame := regexp.MustCompile(`(?s)<iframe.*?</iframe>\n`)
	text, err := os.ReadFile(r.pageFile())
	if err != nil {
		t.Fatal(err)
	}
	r.writePage(frame.ReplaceAllString(string(text), r.block("replaces", "iframe")))
	tab.load(r.pageOrigin)
	tab.wait(visible(banner) + ` && ` + visible(placeholder("p")))
	tab.check(placeholder("p") + `.textContent.includes("stats.collector.localhost")`)
	if sent() != 1 {
		t.Error("the vendor got a request before the answer")
	}

	tab.click(acceptButton)
	waitFor(t, "the frame, after the answer", func() bool { return sent() == 2 })
	tab.wait("!" + visible(banner))
	tab.load(r.pageOrigin)
	waitFor(t, "the frame, on the next visit", func() bool { return sent() == 3 })
	tab.wait(visible(reopenButton) + " && !" + visible(banner))

	tab.click(reopenButton)
	tab.waitForPreferences().click(element("[value=reject_all]"))
	tab.wait(visible(placeholder("p")) + ` && !document.querySelector("iframe").hasAttribute("src")`)
	waitFor(t, "both records", func() bool {
		printed := r.runCommands("records")
		return strings.Contains(printed, "accept_all") && strings.Contains(printed, "reject_all")
	})
}

// quickStart is the reader's computer.
type quickStart struct {
	testing.TB
	dir, program string
	blocks       []docstest.Block
	listen       string // of the Nod server, instead of 127.0.0.1:8080
	pageOrigin   string // instead of http://localhost:3000
}

func newQuickStart(t *testing.T, program, page string) *quickStart {
	t.Helper()
	blocks, err := docstest.Read("../..", page)
	if err != nil {
		t.Fatal(err)
	}
	r := &quickStart{TB: t, dir: t.TempDir(), program: program, blocks: blocks}
	pages := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		http.ServeFile(w, q, r.pageFile())
	}))
	t.Cleanup(pages.Close)
	r.pageOrigin = strings.Replace(pages.URL, "127.0.0.1", "localhost", 1)
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r.listen = free.Addr().String()
	free.Close()
	return r
}

func (r *quickStart) pageFile() string { return filepath.Join(r.dir, "page.html") }

// block returns the text of the block with an option, with the addresses of this test.
func (r *quickStart) block(option, value string) string {
	r.Helper()
	for _, b := range r.blocks {
		if b.Options[option] == value {
			vendor := regexp.MustCompile(`https://(www\.youtube-nocookie|player\.bilibili)\.com/[^"]*`)
			text := vendor.ReplaceAllString(b.Text, stage.Collector+"/quick-start")
			return strings.ReplaceAll(text, "localhost:8080", "localhost:"+r.listen[strings.LastIndex(r.listen, ":")+1:])
		}
	}
	r.Fatalf("no block has %s=%s", option, value)
	return ""
}

func (r *quickStart) writePage(text string) {
	r.Helper()
	if err := os.WriteFile(r.pageFile(), []byte(text), 0o600); err != nil {
		r.Fatal(err)
	}
}

// command makes a command of the page. Variables stand for the addresses of this test.
func (r *quickStart) command(line string) *exec.Cmd {
	c := exec.Command(r.program, strings.Fields(line)[1:]...)
	c.Dir = r.dir
	c.Env = append(os.Environ(), "NOD_ADDR="+r.listen, "NOD_ORIGIN="+r.pageOrigin)
	return c
}

// runCommands runs the commands of the page that begin with nod and this word, and returns what they print.
func (r *quickStart) runCommands(word string) (printed string) {
	r.Helper()
	for _, b := range r.blocks {
		if b.Language != "sh" || !strings.HasPrefix(b.Text, "nod "+word) {
			continue
		}
		output, err := r.command(b.Text).CombinedOutput()
		if err != nil {
			r.Fatalf("%s: %v\n%s", b.Text, err, output)
		}
		printed += string(output)
	}
	if printed == "" {
		r.Fatalf("the page has no command nod %s", word)
	}
	return printed
}

// serve starts the server, and waits until it answers.
func (r *quickStart) serve() {
	r.Helper()
	for _, b := range r.blocks {
		if b.Language != "sh" || !strings.HasPrefix(b.Text, "nod serve") {
			continue
		}
		c := r.command(b.Text)
		if err := c.Start(); err != nil {
			r.Fatal(err)
		}
		r.Cleanup(func() { c.Process.Kill(); c.Wait() })
	}
	waitFor(r, "the server", func() bool {
		answer, err := http.Get("http://" + r.listen + "/healthz")
		return err == nil && answer.Body.Close() == nil
	})
}
