//go:build !js

package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/ledger/proof"
	"github.com/nod-consent/nod/app/ledger/sqlite"
	"github.com/nod-consent/nod/app/policy"
)

// The test binary is also the program, under the name nod.
func TestMain(m *testing.M) { testscript.Main(m, map[string]func(){"nod": main}) }

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		Setup:               func(e *testscript.Env) error { return makeFixtures(e.WorkDir, e.Setenv) },
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":   exits,
			"private": private,
			"serves":  serves,
			"tampers": tampers,
		},
	})
}

// exits runs a program and checks its exit status: exits 2 nod frobnicate.
func exits(s *testscript.TestScript, not bool, args []string) {
	if not || len(args) < 2 {
		s.Fatalf("usage: exits STATUS PROGRAM ARGUMENT…")
	}
	want, err := strconv.Atoi(args[0])
	s.Check(err)
	got := 0
	var failed *exec.ExitError
	if err := s.Exec(args[1], args[2:]...); errors.As(err, &failed) {
		got = failed.ExitCode()
	} else {
		s.Check(err)
	}
	if got != want {
		s.Fatalf("%v exits with %d; expected %d", args[1:], got, want)
	}
}

// private checks that only its owner can read a file.
func private(s *testscript.TestScript, not bool, args []string) {
	if not || len(args) != 1 {
		s.Fatalf("usage: private FILE")
	}
	info, err := os.Stat(s.MkAbs(args[0]))
	s.Check(err)
	if mode := info.Mode().Perm(); mode != 0o600 {
		s.Fatalf("%s has mode %o; expected 600", args[0], mode)
	}
}

// serves starts nod serve with some flags on a free port, and stops it once it listens. What it logged is in serve.log.
func serves(s *testscript.TestScript, not bool, args []string) {
	if not {
		s.Fatalf("usage: serves FLAG…")
	}
	p, err := startProgram(s.MkAbs("."), args...)
	s.Check(err)
	s.Defer(func() { p.Process.Kill() })
	s.Check(p.end(os.Interrupt))
	s.Check(os.WriteFile(s.MkAbs("serve.log"), p.log.Bytes(), 0o600))
}

// tampers changes every denial in a database into a grant: tampers store/nod.db.
func tampers(s *testscript.TestScript, not bool, args []string) {
	if not || len(args) != 1 {
		s.Fatalf("usage: tampers FILE")
	}
	e, err := sqlite.Open(context.Background(), sqlite.Options{Path: s.MkAbs(args[0]), Existing: true})
	s.Check(err)
	_, err = e.Writer().Exec(`UPDATE records SET content = replace(content, '"denied"', '"granted"')`)
	s.Check(errors.Join(err, e.Close()))
}

// makeFixtures makes the files of the scripts: a database with three records in store/nod.db, its key in store/nod.key,
// the second record's receipt in receipt.json, and files with that receipt, each changed in one way. RECORD and SUBJECT
// are its ids.
func makeFixtures(dir string, setenv func(name, value string)) error {
	key, err := proof.NewKey("consent.example")
	if err != nil {
		return err
	}
	storeDir := filepath.Join(dir, "store")
	if err := os.Mkdir(storeDir, 0o700); err != nil {
		return err
	}
	if err := proof.WriteKey(filepath.Join(storeDir, "nod.key"), key); err != nil {
		return err
	}
	receipt, err := makeStore("sqlite:"+filepath.Join(storeDir, "nod.db"), key, setenv)
	if err != nil {
		return err
	}
	site, err := proof.SiteVerifier(key.Verifier(), "yunzhijia")
	if err != nil {
		return err
	}
	files := changeReceipt(receipt)
	for name, text := range files {
		if text == receipt {
			return errors.New(name + " has the receipt unchanged")
		}
	}
	files["receipt.json"], files["server.key"], files["site.key"] = receipt, key.Verifier()+"\n", site
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// makeStore makes the database, and returns the second record's receipt.
func makeStore(dsn string, key *proof.Key, setenv func(name, value string)) (second string, err error) {
	ctx := context.Background()
	store, err := ledger.Open(ctx, ledger.Options{DSN: dsn, Key: key})
	if err != nil {
		return "", err
	}
	defer store.Close()
	for i := range 3 {
		e := entry(byte(i))
		receipt, _, err := store.Append(ctx, e)
		if err != nil {
			return "", err
		}
		if i != 1 {
			continue
		}
		setenv("RECORD", e.Decision.ID.String())
		setenv("SUBJECT", e.Decision.Subject.String())
		encoded, err := receipt.Encode()
		if err != nil {
			return "", err
		}
		second = string(encoded)
	}
	return second, nil
}

// changeReceipt returns files with the receipt, each changed in one way.
func changeReceipt(receipt string) map[string]string {
	replace := func(from, to string) string { return strings.Replace(receipt, from, to, 1) }
	signature := receipt[strings.LastIndex(receipt, "\u2014 "):strings.LastIndex(receipt, `\n"`)]
	last := signature[len(signature)-8:]
	return map[string]string{
		"form.json":       receipt[:len(receipt)-1],
		"record.json":     replace(`"site":"yunzhijia"`, `"site":"elsewhere"`),
		"checkpoint.json": replace(`"tree_size":2`, `"tree_size":3`),
		"size.json":       replace("consent.example/yunzhijia\\n2\\n", "consent.example/yunzhijia\\n02\\n"),
		"inclusion.json":  replace(`"analytics":"denied"`, `"analytics":"granted"`),
		"signature.json":  replace(last, "AAAA"+last[4:]), // still of the right form
	}
}

func entry(body byte) ledger.Entry {
	secret := make([]byte, consent.SecretLen)
	rand.Read(secret)
	return ledger.Entry{
		Site: "yunzhijia",
		Decision: consent.Decision{
			ID: uuid.Must(uuid.NewV7()), Subject: uuid.New(), Policy: "2023-11-23", Language: "zh-CN", Platform: policy.Web,
			Action: consent.Save, Answers: map[string]consent.State{"analytics": consent.Denied, "beacons": consent.Granted},
			DecidedAt: time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC), Presentation: consent.CustomPresentation,
		},
		Body: [32]byte{body}, Secret: base64.RawURLEncoding.EncodeToString(secret),
	}
}
