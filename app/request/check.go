package request

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/nod-consent/nod/app/ledger"
)

// noLeaf is the leaf of what no single leaf shows.
const noLeaf = -1

// difference is one thing in which the rows of a case are not as its events left them.
type difference struct {
	leaf    int64 // that shows it, or noLeaf
	problem string
}

// check compares a case with its events. The error is ledger.ErrChanged if somebody changed it in the database: then
// nothing of it is shown, and no step is added to it.
func (c *Case) check(ctx context.Context, q ledger.Queries) error {
	found, err := c.compare(ctx, q)
	if err == nil && len(found) > 0 {
		err = fmt.Errorf("request %s: %s: %w", c.ID, found[0].problem, ledger.ErrChanged)
	}
	return err
}

// compare compares the rows of a case with the leaves of its events. The caller reads both in one transaction.
func (c *Case) compare(ctx context.Context, q ledger.Queries) ([]difference, error) {
	events, found, err := c.readLeaves(ctx, q)
	switch {
	case err != nil || len(found) > 0: // then the events do not show what the case has to be
		return found, err
	case c.Erased == 2:
		return c.compareErased(), nil
	}
	proven := replayEvents(events)
	return append(proven.compareCase(c), proven.compareItems(c)...), nil
}

// provenEvent is an event as its leaf has it.
type provenEvent struct {
	ledger.DeskEvent
	leaf int64
}

// readLeaves reads the leaves of a case's events, and compares them with the rows. A case whose letters are erased has
// leaves without contents.
func (c *Case) readLeaves(ctx context.Context, q ledger.Queries) (events []provenEvent, found []difference, err error) {
	if len(c.Events) == 0 {
		return nil, []difference{{noLeaf, "no event in the tree is of it: its events were deleted, or it was added"}}, nil
	}
	last := int64(noLeaf)
	for _, row := range c.Events {
		event, leaf, err := q.Event(ctx, c.Site, row.ID)
		problem := ""
		switch isErased := errors.Is(err, ledger.ErrErased); {
		case errors.Is(err, ledger.ErrNotFound):
			leaf, problem = noLeaf, "is not in the tree"
		case errors.Is(err, ledger.ErrChanged):
			problem = "is not the one that was stored"
		case err != nil && !isErased:
			return nil, nil, err
		case isErased != (c.Erased == 2):
			problem = "is erased and the request is not, or the other way round"
		case !isErased && (event.Case != c.ID || event.Type != row.Type || !event.At.Equal(row.At)):
			problem = "is of a different request, type or time than its row"
		case leaf <= last:
			problem = "comes earlier in the tree than the one before it"
		}
		if problem != "" {
			found = append(found, difference{leaf, fmt.Sprintf("the event %s (%s) %s", row.ID, row.Type, problem)})
		}
		last = max(last, leaf)
		events = append(events, provenEvent{event, leaf})
	}
	return events, found, nil
}

// compareErased checks that nothing is left of what goes with the letters.
func (c *Case) compareErased() (found []difference) {
	for _, i := range c.Items {
		if i.Letter != "" {
			problem := fmt.Sprintf("item %d has a letter although its letters are erased", i.Item)
			found = append(found, difference{noLeaf, problem})
		}
	}
	return found
}

// provenCase is what the events of a case say of it.
type provenCase struct {
	first, last provenEvent
	items       map[int]provenItem
	closedAt    time.Time
	isErased    bool // contact and text
}

// provenItem is what the events say of an item.
type provenItem struct {
	ledger.DeskItem
	closedAt, overdueAt time.Time
	leaf                int64 // of the last event about it
}

func (i provenItem) isOpen() bool { return Item{State: State(i.State)}.IsOpen() }

// replayEvents goes through the events in their order.
func replayEvents(events []provenEvent) provenCase {
	p := provenCase{first: events[0], items: map[int]provenItem{}}
	for _, e := range events {
		p.last = e
		p.isErased = p.isErased || e.Type == EventErased
		isOpen := false
		for _, after := range e.Items {
			p.items[after.Item] = p.items[after.Item].follow(e, after)
		}
		for _, i := range p.items {
			isOpen = isOpen || i.isOpen()
		}
		switch {
		case isOpen:
			p.closedAt = time.Time{}
		case p.closedAt.IsZero():
			p.closedAt = e.At
		}
	}
	return p
}

// follow returns the item after an event.
func (i provenItem) follow(e provenEvent, after ledger.DeskItem) provenItem {
	next := provenItem{DeskItem: after, leaf: e.leaf, overdueAt: i.overdueAt}
	switch {
	case e.Type == EventOverdue:
		next.overdueAt = e.At
	case i.State == string(Lapsed) && next.isOpen(): // revived, with new terms
		next.overdueAt = time.Time{}
	}
	if !next.isOpen() {
		next.closedAt = e.At
	}
	return next
}

func (p provenCase) compareCase(c *Case) (found []difference) {
	text := ""
	if c.Text != "" {
		text = hashText(c.textSalt, c.Text)
	}
	for _, field := range []struct {
		leaf   int64
		name   string
		isSame bool
	}{
		{p.first.leaf, "the time of receipt", c.ReceivedAt.Equal(p.first.At)},
		{p.first.leaf, "the person's text", p.isErased || text == p.first.Text},
		{p.last.leaf, "the version of the policy", c.Policy == p.last.Policy},
		{p.last.leaf, "the way in which the identity was shown", string(c.Identity) == p.last.Identity},
		{p.last.leaf, "the closing time", c.ClosedAt.Equal(p.closedAt)},
		{p.last.leaf, "whether contact and text are erased", p.isErased == (c.Erased > 0)},
	} {
		if !field.isSame {
			found = append(found, difference{field.leaf, field.name + " was changed"})
		}
	}
	return found
}

func (p provenCase) compareItems(c *Case) (found []difference) {
	for _, i := range c.Items {
		proven, ok := p.items[i.Item]
		if !ok {
			found = append(found, difference{noLeaf, fmt.Sprintf("item %d is in no event: it was added", i.Item)})
			continue
		}
		delete(p.items, i.Item)
		for _, name := range proven.compare(c, i) {
			found = append(found, difference{proven.leaf, fmt.Sprintf("item %d (%s): %s was changed", i.Item, i.Kind, name)})
		}
	}
	for _, number := range slices.Sorted(maps.Keys(p.items)) {
		i := p.items[number]
		found = append(found, difference{i.leaf, fmt.Sprintf("item %d (%s) is missing: it was deleted", number, i.Kind)})
	}
	return found
}

// compare names what differs in the row of an item.
func (i provenItem) compare(c *Case, row Item) (changed []string) {
	letter := ""
	if row.Letter != "" {
		letter = hashText(c.letterSalt, row.Letter)
	}
	for _, field := range []struct {
		name   string
		isSame bool
	}{
		{"the kind", i.Kind == string(row.Kind)},
		{"the state", i.State == string(row.State)},
		{"the due date", i.Due == string(row.Due())},
		{"the outcome", i.Outcome == string(row.Outcome)},
		{"the ground", i.Ground == row.Ground},
		{"the letter", i.Letter == letter},
		{"the closing time", i.closedAt.Equal(row.ClosedAt)},
		{"the time at which it was overdue", i.overdueAt.Equal(row.OverdueAt)},
	} {
		if !field.isSame {
			changed = append(changed, field.name)
		}
	}
	return changed
}
