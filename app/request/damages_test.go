package request

// ofCase ends a statement on the rows of a case, ofFirst one on its answered item, and ofSecond one on its open item.
const (
	ofCase   = ` WHERE case_id = $1`
	ofFirst  = ofCase + ` AND item = 1`
	ofSecond = ofCase + ` AND item = 2`
)

// damages are changes of a case that answerFirst made, and what CheckAll says of each.
var damages = []struct {
	name       string
	statements []string
	fault      string
}{
	{"a letter", []string{`UPDATE case_items SET letter = 'We gave you everything.'` + ofFirst}, "the letter was changed"},
	{"a letter that is gone", []string{`UPDATE case_items SET letter = ''` + ofFirst}, "the letter was changed"},
	{"the letters' salt", []string{`UPDATE cases SET letter_salt = text_salt WHERE id = $1`},
		"the letter was changed"},
	{"an outcome", []string{`UPDATE case_items SET outcome = 'partly'` + ofFirst}, "the outcome was changed"},
	{"a ground", []string{`UPDATE case_items SET ground = 'repeated'` + ofFirst}, "the ground was changed"},
	{"a kind", []string{`UPDATE case_items SET kind = 'copy'` + ofFirst}, "the kind was changed"},
	{"the closing time of an item", []string{`UPDATE case_items SET closed_at = '2026-09-18T02:00:00.000Z'` + ofFirst},
		"item 1 (access): the closing time was changed"},
	{"the closing time of an open case",
		[]string{`UPDATE cases SET closed_at = '2026-09-18T02:00:00.000Z' WHERE id = $1`},
		"): the closing time was changed"},
	{"a closing time that is no time", []string{`UPDATE cases SET closed_at = 'x' WHERE id = $1`},
		"): the closing time was changed"},
	{"a due date", []string{`UPDATE case_items SET answer_due = '2026-11-30', outer_due = '2026-11-30'` + ofSecond},
		"item 2 (delete): the due date was changed"},
	{"a state", []string{`UPDATE case_items SET state = 'withdrawn', closed_at = '2026-09-18T03:00:00.000Z'` + ofSecond},
		"item 2 (delete): the state was changed"},
	{"whether it was overdue", []string{`UPDATE case_items SET overdue_at = '2026-09-18T03:00:00.000Z'` + ofSecond},
		"the time at which it was overdue was changed"},
	{"the person's text", []string{`UPDATE cases SET text = 'Never mind.' WHERE id = $1`},
		"the person's text was changed"},
	{"the time of receipt", []string{`UPDATE cases SET received_at = '2026-09-19T02:00:00.000Z' WHERE id = $1`},
		"the time of receipt was changed"},
	{"the version of the policy", []string{`UPDATE cases SET policy = '2' WHERE id = $1`},
		"the version of the policy"},
	{"the proof of identity", []string{`UPDATE cases SET identity = 'account' WHERE id = $1`},
		"the way in which the identity"},
	{"a contact that was erased early", []string{`UPDATE cases SET erased = 1, contact = NULL, text = NULL, tenant = NULL,
		text_salt = NULL WHERE id = $1`}, "whether contact and text are erased was changed"},
	{"letters that were erased early", []string{`UPDATE cases SET erased = 2, contact = NULL, text = NULL, tenant = NULL,
		text_salt = NULL, letter_salt = NULL WHERE id = $1`}, "is erased and the request is not, or the other way round"},
	{"an event that was erased early", []string{`UPDATE records SET content = NULL, salt = NULL
		WHERE id = (SELECT event FROM case_events` + ofCase + ` AND number = 2)`}, "is erased and the request is not"},
	{"the content of an event", []string{`UPDATE records SET content = replace(content, 'refused', 'partly')
		WHERE id = (SELECT event FROM case_events` + ofCase + ` AND number = 3)`}, "is not the one that was stored"},
	{"a deleted item", []string{`DELETE FROM case_items` + ofSecond}, "item 2 (delete) is missing: it was deleted"},
	{"an added item", []string{
		`INSERT INTO case_items (case_id, item, kind, state) VALUES ($1, 3, 'explain', 'received')`},
		"item 3 is in no event: it was added"},
	{"a deleted event", []string{`DELETE FROM case_events` + ofCase + ` AND number = 3`},
		"(request.answered) has no row: the row or the whole request was deleted"},
	{"all events deleted", []string{`DELETE FROM case_events` + ofCase}, "no event in the tree is of it"},
	{"a deleted case", []string{`DELETE FROM case_events` + ofCase, `DELETE FROM case_items` + ofCase,
		`DELETE FROM cases WHERE id = $1`}, "(request.received) has no row: the row or the whole request was deleted"},
	{"swapped events", []string{`UPDATE case_events SET number = 9` + ofCase + ` AND number = 2`,
		`UPDATE case_events SET number = 2` + ofCase + ` AND number = 3`,
		`UPDATE case_events SET number = 3` + ofCase + ` AND number = 9`}, "comes earlier in the tree"},
	{"the type of an event", []string{`UPDATE case_events SET type = 'request.lapsed'` + ofCase + ` AND number = 3`},
		"is of a different request, type or time than its row"},
	{"the time of an event", []string{
		`UPDATE case_events SET at = '2026-09-18T02:00:00.000Z'` + ofCase + ` AND number = 3`},
		"is of a different request, type or time than its row"},
	{"an event of another case", []string{`UPDATE case_events SET event = (SELECT e.event FROM case_events e
		WHERE e.case_id <> $1 AND e.type = 'request.received' LIMIT 1)` + ofCase + ` AND number = 1`},
		"is of a different request, type or time than its row"},
	{"an invented event", []string{`INSERT INTO case_events (case_id, number, event, type, at)
		VALUES ($1, 4, $1, 'request.withdrawn', '2026-09-18T03:00:00.000Z')`}, "is not in the tree"},
	{"its site", []string{`UPDATE cases SET site = 'shop' WHERE id = $1`}, "(request.received) has no row"},
}
