package ledger

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
)

func newEvent() DeskEvent {
	return DeskEvent{
		ID: uuid.Must(uuid.NewV7()), Type: "request.received", Case: uuid.Must(uuid.NewV7()), At: time.Now(), Policy: "1",
		Items: []DeskItem{{Item: 1, Kind: "access", State: "received"}},
	}
}

func mustAddEvents(t *testing.T, s *Store, events ...DeskEvent) {
	t.Helper()
	err := s.WriteDesk(t.Context(), testSite, func(_ context.Context, tx *DeskTx) error {
		for _, e := range events {
			if err := tx.AddEvent(e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestRequestsHaveATreeBesideTheDecisions(t *testing.T) {
	// C-35
	scenario(t, func(t *testing.T, e testEngine) {
		key := testKey(t)
		s := openTest(t, e, Options{Key: key})
		mustAppend(t, s, newGrant())
		events := []DeskEvent{newEvent(), newEvent(), newEvent()}
		mustAddEvents(t, s, events[:2]...)
		mustAppend(t, s, newGrant())
		mustAddEvents(t, s, events[2])
		for n, event := range events {
			receipt, err := s.Receipt(t.Context(), DeskTree(testSite), event.ID)
			if err != nil {
				t.Fatal(err)
			}
			v, err := Verify(encode(t, receipt), pin(t, key, DeskTree(testSite)))
			if err != nil || !v.Pinned || v.LeafIndex != int64(n) || v.Event.Case != event.Case {
				t.Errorf("%+v, error %v", v, err)
			}
			if _, err := Verify(encode(t, receipt), pin(t, key, testSite)); err == nil {
				t.Error("the key of the tree of decisions is taken for that of requests")
			}
		}
		checkTree(t, s, testSite, 2)
		checked, err := s.CheckAll(t.Context(), CheckOptions{})
		if err != nil || len(checked.Faults) > 0 || len(checked.Trees) != 2 || checked.Trees[1].Records != 3 {
			t.Errorf("%+v, error %v", checked, err)
		}
		for _, column := range []string{"content = replace(content, 'access', 'delete')", "leaf = salt"} {
			if _, err := s.write.db.Exec(`UPDATE records SET `+column+` WHERE id = $1`, events[1].ID[:]); err != nil {
				t.Fatal(err)
			}
			checked, err := s.CheckAll(t.Context(), CheckOptions{})
			if err != nil || len(checked.Faults) == 0 {
				t.Errorf("%s is not found: error %v", column, err)
			}
		}
	})
}

func TestAFailedStepOfARequestLeavesNothing(t *testing.T) {
	// C-35
	scenario(t, func(t *testing.T, e testEngine) {
		s := openTest(t, e, Options{})
		failure := errors.New("changed my mind")
		err := s.WriteDesk(t.Context(), testSite, func(_ context.Context, tx *DeskTx) error {
			if err := tx.AddEvent(newEvent()); err != nil {
				return err
			}
			return failure
		})
		wantError(t, err, failure)
		sizes, err := s.Sizes(t.Context())
		if err != nil || sizes[DeskTree(testSite)] != 0 {
			t.Errorf("sizes %v, error %v", sizes, err)
		}
		mustAddEvents(t, s, newEvent())
	})
}

func TestAnErasedEventLeavesItsLeaf(t *testing.T) {
	// C-36
	scenario(t, func(t *testing.T, e testEngine) {
		s := openTest(t, e, Options{})
		event, later := newEvent(), newEvent()
		mustAddEvents(t, s, event, later)
		receipt, err := s.Receipt(t.Context(), DeskTree(testSite), later.ID)
		if err != nil {
			t.Fatal(err)
		}
		err = s.WriteDesk(t.Context(), testSite, func(ctx context.Context, tx *DeskTx) error {
			return tx.EraseEvents(ctx, event.ID[:])
		})
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.Receipt(t.Context(), DeskTree(testSite), event.ID)
		wantError(t, err, ErrErased)
		if _, err := Verify(encode(t, receipt)); err != nil {
			t.Errorf("the other receipt does not hold: %v", err)
		}
		checked, err := s.CheckAll(t.Context(), CheckOptions{})
		if err != nil || len(checked.Faults) > 0 || checked.Trees[0].Erased != 1 {
			t.Errorf("%+v, error %v", checked, err)
		}
	})
}

func TestAReceiptOfAnUnknownTreeIsRefused(t *testing.T) {
	s := openTest(t, sqliteEngine, Options{})
	event := newEvent()
	mustAddEvents(t, s, event)
	receipt, err := s.Receipt(t.Context(), DeskTree(testSite), event.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, tree := range []string{"portal", "portal/other", "/desk", "desk", "shop/desk"} {
		changed := strings.Replace(string(encode(t, receipt)), `"site":"portal/desk"`, `"site":"`+tree+`"`, 1)
		if _, err := Verify([]byte(changed)); err == nil {
			t.Errorf("a receipt of %q is valid", tree)
		}
	}
}

func TestTheNewestRecordIsADecision(t *testing.T) {
	now := time.Date(2026, 9, 18, 10, 0, 0, 0, time.UTC)
	s := openTest(t, sqliteEngine, Options{Now: func() time.Time { return now }})
	check := func(want time.Time) {
		t.Helper()
		if got, err := s.NewestRecord(t.Context(), testSite); err != nil || !got.Equal(want) {
			t.Errorf("%s, error %v, want %s", got, err, want)
		}
	}
	check(time.Time{})
	mustAppend(t, s, newGrant())
	check(now)
	event := newEvent()
	event.At = now.Add(time.Hour)
	mustAddEvents(t, s, event)
	check(now)
}
