//go:build !js

package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// checkCommandLine checks that the program takes a command line, without running it.
func checkCommandLine(t *testing.T, where string, args []string) {
	t.Helper()
	c, rest, err := newRootCommand().Find(args)
	if err != nil || c.RunE == nil || c.HasSubCommands() {
		t.Errorf("%s: %q is not a command: %v", where, args, err)
		return
	}
	if err := c.ParseFlags(rest); err != nil {
		t.Errorf("%s: %q: %v", where, args, err)
		return
	}
	if err := c.ValidateArgs(c.Flags().Args()); err != nil {
		t.Errorf("%s: %q: %v", where, args, err)
	}
}

func readDeploy(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(repository, "assets/deploy", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestTheImageStartsCommandsThatExist(t *testing.T) {
	text := readDeploy(t, "Dockerfile")
	found := 0
	for _, m := range regexp.MustCompile(`(?m)\bCMD (\[.*\])$`).FindAllStringSubmatch(text, -1) {
		var args []string
		if err := json.Unmarshal([]byte(m[1]), &args); err != nil {
			t.Fatalf("%s: %v", m[1], err)
		}
		if args[0] == "/nod" {
			args = args[1:]
		}
		found++
		checkCommandLine(t, "Dockerfile", args)
	}
	if found != 2 {
		t.Errorf("%d commands; want the server and its health check", found)
	}
	for _, want := range []string{
		"USER 65532:65532", "HEALTHCHECK ", "FROM scratch", "org.opencontainers.image.version=",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the image lacks %q", want)
		}
	}
}

func TestTheContainersStartCommandsThatExist(t *testing.T) {
	var file struct {
		Services map[string]struct {
			Image       string
			Command     []string
			Environment map[string]string
		}
	}
	if err := yaml.Unmarshal([]byte(readDeploy(t, "compose.yaml")), &file); err != nil {
		t.Fatal(err)
	}
	checked := 0
	for name, service := range file.Services {
		if service.Image != "nod" {
			continue
		}
		checked++
		checkCommandLine(t, name, service.Command)
		for variable := range service.Environment {
			flag := strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(variable, "NOD_"), "_", "-"))
			if newServeCommand().Flags().Lookup(flag) == nil {
				t.Errorf("%s: %s is not the variable of a flag", name, variable)
			}
		}
	}
	if checked != 2 {
		t.Errorf("%d services of Nod", checked)
	}
}

func TestTheUnitOfSystemdStartsACommandThatExists(t *testing.T) {
	m := regexp.MustCompile(`(?m)^ExecStart=/usr/local/bin/nod (.*)$`).FindStringSubmatch(readDeploy(t, "nod.service"))
	if m == nil {
		t.Fatal("the unit starts something else")
	}
	checkCommandLine(t, "nod.service", strings.Fields(m[1]))
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Log("systemd-analyze is missing, so the unit's settings are not checked")
		return
	}
	printed, _ := exec.Command(analyze, "verify", filepath.Join(repository, "assets/deploy/nod.service")).CombinedOutput()
	for line := range strings.Lines(string(printed)) {
		if strings.Contains(line, "nod.service") && !strings.Contains(line, "is not executable") {
			t.Error(strings.TrimSpace(line))
		}
	}
}

func TestHealthIsThatOfTheServer(t *testing.T) {
	dir := t.TempDir()
	p := serveShop(t, dir, "https://a.example")
	addr := strings.TrimPrefix(p.address, "http://")
	if err := checkHealth(t.Context(), addr, "/", false); err != nil {
		t.Error(err)
	}
	if err := checkHealth(t.Context(), addr, "/elsewhere", false); err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("at a wrong address: %v", err)
	}
	_, port, _ := strings.Cut(addr, ":")
	if err := checkHealth(t.Context(), "0.0.0.0:"+port, "/", false); err != nil {
		t.Errorf("a server on every address: %v", err)
	}
	p.stop(t, os.Interrupt)
	if err := checkHealth(t.Context(), addr, "/", false); err == nil {
		t.Error("a server that has ended is healthy")
	}
}

func TestHealthAsksAServerThatUsesTLS(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/readyz" {
			http.NotFound(w, r)
		}
	}))
	defer server.Close()
	addr := server.Listener.Addr().String()
	if err := checkHealth(t.Context(), addr, "/", true); err != nil {
		t.Error(err)
	}
	if err := checkHealth(t.Context(), addr, "/", false); err == nil {
		t.Error("a server with TLS is healthy without it")
	}
}
