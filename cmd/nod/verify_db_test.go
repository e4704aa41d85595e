//go:build !js

package main

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestACheckRestsTwiceAsLongAsItWorks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		if err := restAfterWork(t.Context(), 3*time.Second); err != nil {
			t.Error(err)
		}
		if rested := time.Since(began); rested != 6*time.Second {
			t.Errorf("it rested %v", rested)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := restAfterWork(ctx, time.Hour); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("it was told to end: error %v", err)
		}
	})
}
