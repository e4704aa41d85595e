//go:build js

// Command check is the WebAssembly program that checks a receipt: the arithmetic that "nod verify" does, in the
// browser.
package main

import (
	"errors"
	"strconv"
	"strings"
	"syscall/js"

	"golang.org/x/mod/sumdb/note"

	"github.com/nod-consent/nod/app/ledger/proof"
)

// main offers check as the property nodCheck of the page's global object, and stays for it.
func main() {
	js.Global().Set("nodCheck", js.FuncOf(func(_ js.Value, args []js.Value) any {
		texts := make([]string, len(args))
		for i, a := range args {
			texts[i] = a.String()
		}
		return check(texts)
	}))
	select {}
}

// check takes the receipt's site, record (canonical JSON), salt, leaf_index, tree_size, proof (one hash per line),
// checkpoint and key, then the server's verifier keys to trust, one per line. It returns "" for a receipt that proves
// its record, else the step that failed.
func check(texts []string) (failed string) {
	const want = 9
	if len(texts) != want {
		return string(proof.StepForm)
	}
	claim, err := read(texts)
	if err != nil {
		return string(proof.StepForm)
	}
	var pinned []note.Verifier
	for _, line := range lines(texts[8]) {
		key, err := proof.SiteVerifier(line, claim.Site)
		if err != nil {
			return string(proof.StepSignature)
		}
		verifier, err := note.NewVerifier(key)
		if err != nil {
			return string(proof.StepSignature)
		}
		pinned = append(pinned, verifier)
	}
	if len(pinned) == 0 { // the receipt's own key would be taken, which proves nothing of the server's
		return string(proof.StepSignature)
	}
	var v *proof.VerifyError
	if _, err := claim.Verify(pinned...); errors.As(err, &v) {
		return string(v.Step)
	}
	return ""
}

func read(texts []string) (c proof.Claim, err error) {
	c = proof.Claim{Site: texts[0], Record: []byte(texts[1]), Checkpoint: texts[6], Key: texts[7]}
	if err = c.Salt.UnmarshalText([]byte(texts[2])); err != nil {
		return c, err
	}
	if c.LeafIndex, err = strconv.ParseInt(texts[3], 10, 64); err != nil {
		return c, err
	}
	if c.TreeSize, err = strconv.ParseInt(texts[4], 10, 64); err != nil {
		return c, err
	}
	for _, line := range lines(texts[5]) {
		var h proof.Hash
		if err = h.UnmarshalText([]byte(line)); err != nil {
			return c, err
		}
		c.Proof = append(c.Proof, h)
	}
	return c, nil
}

func lines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}
