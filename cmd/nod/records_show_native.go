//go:build !js

package main

import (
	"context"
	"fmt"
	"io"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/web/native"
)

// printNativeWords prints the words of a first layer that an app drew, and of its buttons. There is no picture of it.
func printNativeWords(ctx context.Context, w io.Writer, store *ledger.Store, r ledger.Record) error {
	if r.Kind != ledger.Native {
		return nil
	}
	presentation, err := store.Presentation(ctx, r.Site, r.Presentation)
	if err != nil {
		return err
	}
	document, err := native.Parse([]byte(presentation.HTML))
	if err != nil {
		return fmt.Errorf("presentation %s: %w", presentation.Hash, err)
	}
	fmt.Fprintf(w, "drawn by  %s, from these words:\n\n", document.Template)
	for _, text := range document.Texts() {
		fmt.Fprintf(w, "    %s\n", quoteControls(text))
	}
	return nil
}
