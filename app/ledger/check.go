package ledger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/nod-consent/nod/app/ledger/proof"
)

// Checked is what CheckAll found in the database.
type Checked struct {
	Trees  []CheckedTree `json:"trees"`
	Faults []Fault       `json:"faults"` // empty if the database is as it was written
}

// CheckedTree counts what was checked of one site's tree.
type CheckedTree struct {
	Site        string `json:"site"`
	Leaves      int64  `json:"leaves"`
	Records     int64  `json:"records"` // whose contents fit their leaves
	Erased      int64  `json:"erased"`
	Checkpoints int64  `json:"checkpoints"` // whose roots and signatures are right
	Requests    int64  `json:"requests"`    // of persons, whose rows were compared with the events of this tree
}

// Fault is one thing in the database that is not as it was written.
type Fault struct {
	Site    string `json:"site,omitempty"`
	Leaf    int64  `json:"leaf"` // -1: of no single leaf
	Problem string `json:"problem"`
}

// CheckAll reads the whole database. It computes the leaf of every record again, the tree from the leaves, and the root
// of every checkpoint. It checks every signature, and that each presentation has the content of its hash. Servers can
// use the database meanwhile: it leaves out what they append. The error says why the database could not be read.
//
// Some changes give no fault, because no leaf commits to them: the hash of a secret, whether a record is restricted,
// and why a record was erased. The requests of persons are compared with their events by request.CheckAll.
func (s *Store) CheckAll(ctx context.Context, opts CheckOptions) (Checked, error) {
	c := checker{store: s, CheckOptions: opts, out: Checked{Trees: []CheckedTree{}, Faults: []Fault{}}}
	keys, err := s.Keys(ctx)
	if err != nil {
		return Checked{}, err
	}
	c.checkKeys(keys)
	sizes, err := s.Sizes(ctx)
	if err != nil {
		return Checked{}, err
	}
	if err := c.checkOrphans(ctx); err != nil {
		return Checked{}, err
	}
	if err := c.checkPresentations(ctx); err != nil { // after the sizes: no record of them came before its presentation
		return Checked{}, err
	}
	for _, site := range slices.Sorted(maps.Keys(sizes)) {
		t := treeCheck{checker: &c, tree: CheckedTree{Site: site}}
		if err := t.run(ctx); err != nil {
			return Checked{}, fmt.Errorf("check the tree of site %s: %w", site, err)
		}
		c.out.Trees = append(c.out.Trees, t.tree)
	}
	return c.out, nil
}

// CheckOptions are what the caller of CheckAll does in between, after each page. Both may be nil.
type CheckOptions struct {
	Progress func(site string, leaves, size int64)

	// Rest lets others use processor and disk. It gets the time that the page took. Its error ends the check.
	Rest func(ctx context.Context, worked time.Duration) error
}

// checker collects faults.
type checker struct {
	store *Store
	CheckOptions
	keys  []string           // the server's verifier keys that signed or sign
	shown map[[2]string]bool // the presentations that are there, by site and hash
	out   Checked
}

func (c *checker) addFault(site string, leaf int64, format string, args ...any) {
	c.out.Faults = append(c.out.Faults, Fault{site, leaf, fmt.Sprintf(format, args...)})
}

// checkKeys checks that each key was replaced by the next one, as both signed.
func (c *checker) checkKeys(keys []KnownKey) {
	for i, k := range keys {
		c.keys = append(c.keys, k.Verifier)
		if i == 0 {
			continue
		}
		r, err := proof.ParseRotation([]byte(k.Statement))
		if err == nil && (r.Old != keys[i-1].Verifier || r.New != k.Verifier) {
			err = errors.New("it is of different keys")
		}
		if err != nil {
			c.addFault("", -1, "key %s: the statement of its rotation: %v", k.Verifier, err)
		}
	}
}

// treeCheck is one walk through a tree, in the order of the log.
type treeCheck struct {
	*checker
	number   int64
	size     int64
	tree     CheckedTree
	state    proof.TreeState // of the leaves so far
	isBroken bool            // the nodes differ from some leaf on; only the first is reported
}

func (t *treeCheck) fault(leaf int64, format string, args ...any) {
	t.addFault(t.tree.Site, leaf, format, args...)
}

func (t *treeCheck) run(ctx context.Context) (err error) {
	if t.number, t.size, err = t.store.findTree(ctx, t.tree.Site); err != nil {
		return err
	}
	for from := int64(0); from < t.size; {
		began := time.Now()
		rows, err := t.readRows(ctx, from, min(from+exportRows, t.size))
		if err != nil {
			return err
		}
		checkpoints, err := t.readCheckpoints(ctx, from, min(from+exportRows, t.size))
		if err != nil {
			return err
		}
		from = min(from+exportRows, t.size)
		if isComplete, err := t.checkRows(rows, checkpoints, from); err != nil || !isComplete {
			return err
		}
		if err := t.finishPage(ctx, from, time.Since(began)); err != nil {
			return err
		}
	}
	return t.checkEnd(ctx)
}

func (t *treeCheck) finishPage(ctx context.Context, until int64, worked time.Duration) error {
	if t.Progress != nil {
		t.Progress(t.tree.Site, until, t.size)
	}
	if t.Rest == nil || until == t.size {
		return nil
	}
	return t.Rest(ctx, worked)
}

// checkRows checks the rows up to a leaf, and the checkpoints of the trees that end with them. isComplete is false if a
// leaf is missing: then nothing after it can be checked.
func (t *treeCheck) checkRows(rows []checkedRow, checkpoints []checkedCheckpoint, until int64) (
	isComplete bool, err error,
) {
	tree := proof.TreeAppend{Before: t.state}
	for _, row := range rows {
		if row.leafIndex != tree.Size() {
			break
		}
		t.checkContent(row)
		if len(row.leaf) != tlog.HashSize {
			t.fault(row.leafIndex, "the leaf has %d bytes instead of %d", len(row.leaf), tlog.HashSize)
			return false, nil
		}
		nodes, err := tree.AddLeaf(proof.HashLeaf(proof.Hash(row.leaf)))
		if err != nil {
			return false, err
		}
		var want []byte
		for _, n := range nodes {
			want = append(want, n[:]...)
		}
		if !t.isBroken && !bytes.Equal(want, row.nodes) {
			t.isBroken = true
			t.fault(row.leafIndex, "the tree's nodes do not follow from the leaves from here on")
		}
		for len(checkpoints) > 0 && checkpoints[0].size == tree.Size() {
			if err := t.checkCheckpoint(checkpoints[0], &tree); err != nil {
				return false, err
			}
			checkpoints = checkpoints[1:]
		}
	}
	if tree.Size() != until {
		t.fault(tree.Size(), "the leaf is missing; nothing after it was checked")
		return false, nil
	}
	t.tree.Leaves = until
	t.state, err = tree.After()
	return err == nil, err
}

// checkContent checks that a row is of its record, or erased as a whole.
func (t *treeCheck) checkContent(row checkedRow) {
	if row.ordinal != 0 && row.ordinal != row.leafIndex {
		t.fault(row.leafIndex, "its place among the subject's records was changed")
	}
	if row.content == nil {
		if row.subject != nil || row.secretHash != nil || row.bodyHash != nil || row.salt != nil {
			t.fault(row.leafIndex, "the record is gone, but it was not erased: its other columns are still there")
		}
		t.tree.Erased++
		return
	}
	if isDeskTree(t.tree.Site) {
		t.checkEvent(row)
		return
	}
	record, err := row.parse()
	switch {
	case errors.Is(err, ErrChanged):
		t.fault(row.leafIndex, "the record is not the one that was stored: its leaf commits to a different content")
		return
	case err != nil:
		t.fault(row.leafIndex, "%v", err)
		return
	case record.Site != t.tree.Site, !bytes.Equal(record.ID[:], row.id), !bytes.Equal(record.Subject[:], row.subject):
		t.fault(row.leafIndex, "the row is of a different site, decision or subject than record %s", record.ID)
		return
	case record.HasStoredPresentation() && !t.shown[[2]string{record.Site, record.Presentation}]:
		t.fault(row.leafIndex, "presentation %s, which the person was shown, is missing", record.Presentation)
	}
	t.tree.Records++
}

// checkCheckpoint checks a stored checkpoint of the tree as it is now.
func (t *treeCheck) checkCheckpoint(c checkedCheckpoint, tree *proof.TreeAppend) error {
	last := c.size - 1
	root, err := tlog.TreeHash(c.size, tree)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(t.keys, func(key string) bool {
		verifier, err := proof.SiteVerifier(key, t.tree.Site)
		return err == nil && verifier == c.verifier
	}) {
		t.fault(last, "the checkpoint of size %d is signed with the unknown key %s", c.size, c.verifier)
		return nil
	}
	claim := proof.Claim{Site: t.tree.Site, TreeSize: c.size, Checkpoint: c.note, Key: c.verifier}
	switch signed, err := claim.OpenCheckpoint(); {
	case err != nil:
		t.fault(last, "the checkpoint of size %d: %v", c.size, err)
	case signed.Root != proof.Hash(root):
		t.fault(last, "the leaves do not give the root that was signed for size %d", c.size)
	default:
		t.tree.Checkpoints++
	}
	return nil
}

// checkEnd checks that nothing is stored beyond the tree, and that its size has a checkpoint.
func (t *treeCheck) checkEnd(ctx context.Context) error {
	if err := t.checkSizes(ctx); err != nil {
		return err
	}
	var beyond, signed int64
	err := t.store.read.queryRow(ctx, `SELECT
		(SELECT count(*) FROM records r WHERE r.tree = t.tree AND (r.leaf_index >= t.size OR r.leaf_index < 0)) +
		(SELECT count(*) FROM checkpoints c WHERE c.tree = t.tree AND c.size > t.size),
		(SELECT count(*) FROM checkpoints c WHERE c.tree = t.tree AND c.size = t.size)
		FROM trees t WHERE t.tree = $1`, []any{t.number}, &beyond, &signed)
	if err != nil {
		return wrapUnavailable("read a tree", err)
	}
	if beyond > 0 {
		t.fault(-1, "%d records or checkpoints are beyond the end of the tree: its size was changed", beyond)
	}
	if signed == 0 && t.size > 0 {
		t.fault(-1, "the tree's size has no signed checkpoint: the end was cut off")
	}
	return nil
}
