package ledger

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/consent"
)

// changeDatabase runs a statement that changes one row behind the store's back.
func changeDatabase(t *testing.T, s *Store, statement string, args ...any) {
	t.Helper()
	result, err := s.write.db.Exec(statement, args...)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		t.Fatalf("the statement changed %d rows, error %v", n, err)
	}
}

// grantInDatabase changes a stored denial into a grant.
func grantInDatabase(t *testing.T, s *Store, id uuid.UUID) {
	t.Helper()
	changeDatabase(t, s, `UPDATE records SET content = replace(content, '"denied"', '"granted"') WHERE id = $1`, id[:])
}

// A denial that somebody turned into a grant in the database is refused by everything that reads it.
func TestAChangedRecordIsNeverServed(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		s := openTest(t, e, Options{})
		refusal, other := newRefusal("analytics", "ads"), newGrant()
		mustAppend(t, s, refusal)
		mustAppend(t, s, other)
		head, err := s.Head(t.Context(), testSite)
		if err != nil {
			t.Fatal(err)
		}
		d := refusal.Decision
		reads := map[string]func() error{
			"Record":  func() error { _, err := s.Record(t.Context(), testSite, d.ID); return err },
			"Receipt": func() error { _, err := s.Receipt(t.Context(), testSite, d.ID); return err },
			"Records": func() error { _, err := s.Records(t.Context(), testSite, d.Subject); return err },
			"RecordsFrom": func() error {
				_, _, err := s.RecordsFrom(t.Context(), testSite, d.Subject, 0)
				return err
			},
			"Export": func() error {
				each := func(Evidence) error { return nil }
				return s.Export(t.Context(), Selection{Site: testSite}, head, true, each, func(int64) {})
			},
			"Search": func() error {
				_, err := s.Search(t.Context(), Query{Selection: Selection{Site: testSite}}, 0, 10)
				return err
			},
			"a repetition": func() error { _, _, err := s.Append(t.Context(), refusal); return err },
		}
		for name, read := range reads {
			if err := read(); err != nil {
				t.Fatalf("before the change, %s: %v", name, err)
			}
		}
		grantInDatabase(t, s, d.ID)
		for name, read := range reads {
			if err := read(); !errors.Is(err, ErrChanged) {
				t.Errorf("%s: error %v; want %v", name, err, ErrChanged)
			}
		}
		if _, err := s.Records(t.Context(), testSite, other.Decision.Subject); err != nil {
			t.Errorf("another subject: %v", err)
		}
	})
}

// A whole row that is moved to another subject fits its leaf, and is refused all the same.
func TestAGrantThatIsMovedToAnotherSubjectIsNotServed(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		s := openTest(t, e, Options{})
		grant, victim := newGrant(), uuid.New()
		mustAppend(t, s, grant)
		changeDatabase(t, s, `UPDATE records SET subject = $1 WHERE id = $2`, victim[:], grant.Decision.ID[:])
		_, err := s.Records(t.Context(), testSite, victim)
		wantError(t, err, ErrChanged)
	})
}

// Expiry leaves a changed record as evidence, with all of its subject, and goes on with the others.
func TestExpiryLeavesChangedRecords(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		now := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
		s := openTest(t, e, Options{Now: func() time.Time { return now }})
		first := newGrant()
		changed := newLater(first, consent.Denied)
		for _, entry := range []Entry{first, changed, newGrant()} {
			mustAppend(t, s, entry)
		}
		grantInDatabase(t, s, changed.Decision.ID)
		now = now.Add(5 * year)
		mustAppend(t, s, newGrant())
		n, err := s.Expire(t.Context(), testSite, Term{Granted: year, Keep: 3 * year})
		wantError(t, err, ErrChanged)
		if n != 1 {
			t.Errorf("%d records erased: want the other subject's", n)
		}
		if _, err := s.Record(t.Context(), testSite, first.Decision.ID); err != nil {
			t.Errorf("the first record of the subject: %v", err)
		}
	})
}

// A record that was moved to another subject stays, too. To the subject that had it, its other records are all.
func TestExpiryLeavesMovedRecords(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		now := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
		s := openTest(t, e, Options{Now: func() time.Time { return now }})
		moved := newGrant()
		mustAppend(t, s, moved)
		mustAppend(t, s, newGrant())
		moveInDatabase(t, s, moved.Decision.ID)
		now = now.Add(5 * year)
		mustAppend(t, s, newGrant())
		n, err := s.Expire(t.Context(), testSite, Term{Granted: year, Keep: 3 * year})
		wantError(t, err, ErrChanged)
		if n != 1 {
			t.Errorf("%d records erased: want the one that nobody moved", n)
		}
	})
}

// moveInDatabase moves a record to a subject that does not exist.
func moveInDatabase(t *testing.T, s *Store, id uuid.UUID) {
	t.Helper()
	other := uuid.New()
	changeDatabase(t, s, `UPDATE records SET subject = $1 WHERE id = $2`, other[:], id[:])
}

func checkAll(t *testing.T, s *Store) Checked {
	t.Helper()
	checked, err := s.CheckAll(t.Context(), CheckOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return checked
}

func TestCheckAllAcceptsWhatWasWritten(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		dsn, key, now := e.dsn(t), testKey(t), time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
		s := openTest(t, e, Options{DSN: dsn, Key: key, Now: func() time.Time { return now }})
		appendMany(t, s, exportRows+20)
		erased, restricted, kept := newGrant(), newGrant(), newGrant()
		for _, entry := range []Entry{erased, restricted, kept, newLater(kept, consent.Denied)} {
			mustAppend(t, s, entry)
		}
		if _, err := s.Erase(t.Context(), testSite, erased.Decision.Subject); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Restrict(t.Context(), testSite, restricted.Decision.Subject); err != nil {
			t.Fatal(err)
		}
		next := testKey(t)
		if err := Rotate(t.Context(), Options{DSN: dsn}, key, next); err != nil {
			t.Fatal(err)
		}
		s = openTest(t, e, Options{DSN: dsn, Key: next, Now: func() time.Time { return now.Add(5 * year) }})
		other := newGrant()
		other.Site = "shop"
		mustAppend(t, s, newGrant())
		mustAppend(t, s, other)
		checked := checkAll(t, s)
		if len(checked.Faults) > 0 || len(checked.Trees) != 2 {
			t.Fatalf("checked %+v", checked)
		}
		tree := checked.Trees[0]
		if tree.Leaves != exportRows+25 || tree.Records != tree.Leaves-1 || tree.Erased != 1 || tree.Checkpoints == 0 {
			t.Errorf("checked %+v", tree)
		}
	})
}

// damages are changes of a database with six records of one subject each, and what CheckAll says of each.
var damages = []struct{ name, statement, fault string }{
	{"a content", `UPDATE records SET content = replace(content, '"denied"', '"granted"') WHERE leaf_index = 2`,
		"its leaf commits to a different content"},
	{"a salt", `UPDATE records SET salt = leaf WHERE leaf_index = 2`, "its leaf commits to a different content"},
	{"a leaf", `UPDATE records SET leaf = salt WHERE leaf_index = 2`, "the tree's nodes do not follow"},
	{"an erased leaf", `UPDATE records SET leaf = salt, salt = NULL, content = NULL, subject = NULL, secret_hash = NULL,
		body_hash = NULL WHERE leaf_index = 3`, "the leaves do not give the root"},
	{"nodes", `UPDATE records SET nodes = salt WHERE leaf_index = 1`, "the tree's nodes do not follow"},
	{"half of an erasure", `UPDATE records SET content = NULL WHERE leaf_index = 2`, "it was not erased"},
	{"a missing row", `DELETE FROM records WHERE leaf_index = 2`, "the leaf is missing"},
	{"the subject", `UPDATE records SET subject = (SELECT o.subject FROM records o WHERE o.leaf_index = 3)
		WHERE leaf_index = 2`, "different site, decision or subject"},
	{"the place", `UPDATE records SET ordinal = 7 WHERE leaf_index = 2`, "place among the subject's records"},
	{"a smaller tree", `UPDATE trees SET size = 5`, "beyond the end of the tree"},
	{"the end", `DELETE FROM checkpoints WHERE size = 6`, "no signed checkpoint"},
	{"the older checkpoints", `DELETE FROM checkpoints WHERE size < 6`, "5 records have no checkpoint of the size"},
	{"the size of a receipt", `UPDATE records SET tree_size = 1 WHERE leaf_index = 4`, "1 records have no checkpoint"},
	{"the tree", `DELETE FROM trees`, "6 records are of no site"},
	{"what a person was shown", `UPDATE presentations SET html = html || 'x'`, "it was altered"},
	{"the words that a person was shown", `UPDATE texts SET text = text || 'x'`, "it was altered"},
	{"that a person was shown anything", `DELETE FROM presentations`, "is missing"},
	{"a checkpoint", `UPDATE checkpoints SET note = (SELECT o.note FROM checkpoints o WHERE o.size = 4) WHERE size = 3`,
		"the checkpoint of size 3"},
	{"a checkpoint's key", `UPDATE checkpoints SET verifier = verifier || 'x' WHERE size = 3`, "unknown key"},
}

func TestCheckAllFindsEachDamage(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		for _, damage := range damages {
			t.Run(damage.name, func(t *testing.T) {
				s := openTest(t, e, Options{})
				shown := Presentation{Site: testSite, Kind: Banner, Language: "zh-CN", Policy: "2024-01", HTML: "<p>", Texts: "{}"}
				shown.Hash = PresentationHash(shown)
				if err := s.PutPresentations(t.Context(), shown); err != nil {
					t.Fatal(err)
				}
				for range 6 {
					entry := newGrant()
					entry.Decision.Presentation = shown.Hash
					mustAppend(t, s, entry)
				}
				if checked := checkAll(t, s); len(checked.Faults) > 0 {
					t.Fatalf("before the change: %+v", checked.Faults)
				}
				changeDatabase(t, s, damage.statement)
				found, err := json.Marshal(checkAll(t, s).Faults)
				if err != nil || !strings.Contains(string(found), damage.fault) {
					t.Errorf("faults %s, error %v: want %q", found, err, damage.fault)
				}
			})
		}
	})
}
