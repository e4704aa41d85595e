//go:build linux

package ledgertest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Postgres is a running cluster.
type Postgres struct {
	programs string // directory
	dir      string
	as       *syscall.SysProcAttr // the user that it runs as
	server   *exec.Cmd
	ended    chan error
	settings []string
	made     atomic.Int64 // databases
}

// startTimeout is how long a cluster may take to start or to stop.
const startTimeout = time.Minute

// StartPostgres creates a cluster and starts it with settings such as "fsync=off". Stop ends it and removes its files.
func StartPostgres(settings ...string) (*Postgres, error) {
	programs, err := findPrograms()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "nod-postgres-")
	if err != nil {
		return nil, err
	}
	p := &Postgres{
		programs: programs, dir: dir, settings: settings, as: &syscall.SysProcAttr{Pdeathsig: syscall.SIGQUIT},
	}
	if os.Geteuid() == 0 { // which initdb and postgres refuse
		if err := p.leaveRoot(); err != nil {
			return nil, errors.Join(err, os.RemoveAll(dir))
		}
	}
	// Short segments of its log, so that LimitFiles has something to choose below the usual 16 MB.
	initdb := p.newCommand("initdb", "--pgdata="+p.data(), "--username=nod", "--auth=trust", "--encoding=UTF8",
		"--locale=C", "--no-sync", "--wal-segsize=1")
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, errors.Join(fmt.Errorf("initdb: %w\n%s", err, out), os.RemoveAll(dir))
	}
	if err := p.Start(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return p, nil
}

// findPrograms finds the newest installed server. Debian does not have its programs in PATH.
func findPrograms() (string, error) {
	if found, err := exec.LookPath("postgres"); err == nil {
		return filepath.Dir(found), nil
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if len(found) == 0 {
		return "", errors.New(`PostgreSQL's server is missing; "make deps" installs it`)
	}
	version := func(path string) int {
		n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path))))
		return n
	}
	slices.SortFunc(found, func(a, b string) int { return version(a) - version(b) })
	return filepath.Dir(found[len(found)-1]), nil
}

// leaveRoot gives the cluster to a user without rights.
func (p *Postgres) leaveRoot() error {
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, _ := strconv.Atoi(u.Uid)
		gid, _ := strconv.Atoi(u.Gid)
		p.as.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		return os.Chown(p.dir, uid, gid)
	}
	return errors.New("PostgreSQL does not run as root, and there is no user postgres or nobody. Create one")
}

func (p *Postgres) data() string { return filepath.Join(p.dir, "data") }

func (p *Postgres) newCommand(program string, args ...string) *exec.Cmd {
	if !filepath.IsAbs(program) {
		program = filepath.Join(p.programs, program)
	}
	c := exec.Command(program, args...)
	c.Dir = p.dir
	c.SysProcAttr = p.as
	return c
}

// Start starts the cluster's server, after Kill too, and waits until it takes connections.
func (p *Postgres) Start() error {
	log, err := os.OpenFile(filepath.Join(p.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	args := []string{"-D", p.data(), "-k", p.dir, "-c", "listen_addresses=", "-c", "max_connections=200"}
	for _, setting := range p.settings {
		args = append(args, "-c", setting)
	}
	p.server = p.newCommand("postgres", args...)
	p.server.Stdout, p.server.Stderr = log, log
	server, ended, started := p.server, make(chan error, 1), make(chan error)
	p.ended = ended
	go func() {
		runtime.LockOSThread() // Pdeathsig depends on the thread that started the server, not on the program
		err := server.Start()
		started <- err
		if err == nil {
			ended <- server.Wait()
		}
	}()
	if err := <-started; err != nil {
		return err
	}
	for deadline := time.Now().Add(startTimeout); ; time.Sleep(20 * time.Millisecond) {
		select {
		case err := <-ended:
			return fmt.Errorf("PostgreSQL ended: %v\n%s", err, p.readLogEnd())
		default:
		}
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		conn, err := pgx.Connect(ctx, p.formatDSN("postgres"))
		if err == nil {
			conn.Close(ctx)
		}
		cancel()
		switch {
		case err == nil:
			return nil
		case time.Now().After(deadline):
			return fmt.Errorf("PostgreSQL does not start: %w\n%s", err, p.readLogEnd())
		}
	}
}

// readLogEnd returns the end of the server's log.
func (p *Postgres) readLogEnd() []byte {
	text, _ := os.ReadFile(filepath.Join(p.dir, "log"))
	return text[max(0, len(text)-2000):]
}

// Kill ends the server and all its processes without warning, as a power failure would.
func (p *Postgres) Kill() error {
	all := p.listProcesses()
	for _, pid := range all { // the server's own first, so that no more come
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
			return err
		}
	}
	<-p.ended
	for deadline := time.Now().Add(startTimeout); slices.ContainsFunc(all, isAlive) && time.Now().Before(deadline); {
		time.Sleep(5 * time.Millisecond) // or the next server finds its memory in use
	}
	return nil
}

func isAlive(pid int) bool { return !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) }

// listProcesses lists the server's process and its children.
func (p *Postgres) listProcesses() []int {
	server := p.server.Process.Pid
	all := []int{server}
	entries, _ := os.ReadDir("/proc")
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		stat, _ := os.ReadFile(filepath.Join("/proc", e.Name(), "stat")) // pid (name) state parent …
		_, after, _ := strings.Cut(string(stat), ") ")
		if fields := strings.Fields(after); len(fields) > 1 && fields[1] == strconv.Itoa(server) {
			all = append(all, pid)
		}
	}
	return all
}

// Stop ends the server and removes the cluster.
func (p *Postgres) Stop() error {
	err := p.server.Process.Signal(syscall.SIGINT) // which breaks connections, and shuts down in order
	select {
	case <-p.ended:
	case <-time.After(startTimeout):
		err = errors.Join(err, p.Kill(), errors.New("PostgreSQL did not stop, and was killed"))
	}
	return errors.Join(err, os.RemoveAll(p.dir))
}

func (p *Postgres) formatDSN(database string) string {
	return "postgres://nod@/" + database + "?host=" + url.QueryEscape(p.dir)
}

// NewDatabase creates an empty database and returns its DSN.
func (p *Postgres) NewDatabase(t testing.TB) string {
	t.Helper()
	name := "test" + strconv.FormatInt(p.made.Add(1), 10)
	conn, err := pgx.Connect(t.Context(), p.formatDSN("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), `CREATE DATABASE `+name); err != nil {
		t.Fatal(err)
	}
	return p.formatDSN(name)
}

// LimitFiles keeps all processes of the server from writing beyond this offset of any file, as on a full disk. The
// returned function lifts the limit. Segments of the log are 1 MB long: a lower limit would end the server.
func (p *Postgres) LimitFiles(t testing.TB, bytes uint64) (lift func()) {
	t.Helper()
	limit := func(bytes string) {
		t.Helper()
		for _, pid := range p.listProcesses() {
			// As the same user: others need a right that root in a container may lack.
			prlimit := p.newCommand("/usr/bin/prlimit", "--pid="+strconv.Itoa(pid), "--fsize="+bytes+":")
			if out, err := prlimit.CombinedOutput(); err != nil && isAlive(pid) {
				t.Fatalf("prlimit: %v\n%s", err, out)
			}
		}
	}
	limit(strconv.FormatUint(bytes, 10))
	return func() { limit("unlimited") }
}
