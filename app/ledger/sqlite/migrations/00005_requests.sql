-- +goose Up

-- Requests of persons: a case is one letter, with an item for each right that it asks for. The events are leaves of the
-- site's tree of requests. Contact, text, account and subject are erased some time after the answer.
CREATE TABLE cases (
	id          BLOB     PRIMARY KEY,         -- 16 bytes, made by the client
	site        TEXT     NOT NULL,
	reference   TEXT     NOT NULL,            -- for people to read out
	secret_hash BLOB     NOT NULL,            -- SHA-256 of the key of the status page
	body_hash   BLOB     NOT NULL,            -- SHA-256: distinguishes a repetition from a conflict
	policy      TEXT     NOT NULL,
	language    TEXT     NOT NULL,
	platform    TEXT     NOT NULL,
	received_at TEXT     NOT NULL,            -- RFC 3339, UTC, milliseconds
	version     BIGINT   NOT NULL,            -- grows with each change: staff name the one that they read
	identity    TEXT     NOT NULL DEFAULT '', -- how it was shown who asks
	identity_at TEXT     NOT NULL DEFAULT '',
	fee         TEXT     NOT NULL DEFAULT '', -- what staff wrote of a cost, before the answer
	closed_at   TEXT     NOT NULL DEFAULT '', -- when the last item was closed; '' while one is open
	erased      SMALLINT NOT NULL DEFAULT 0,  -- 1: contact and text; 2: letters and the contents of the events too
	contact     TEXT,
	text        TEXT,
	tenant      TEXT,
	account     TEXT,
	subject     BLOB,
	text_salt   BLOB,                         -- of the text's hash in the leaf
	letter_salt BLOB,                         -- of the letters' hashes
	UNIQUE (site, reference),
	CHECK (erased IN (0, 1, 2)),
	CHECK (erased = 0 OR
		contact IS NULL AND text IS NULL AND tenant IS NULL AND account IS NULL AND subject IS NULL AND text_salt IS NULL)
);
CREATE INDEX cases_closed ON cases (site, closed_at);

CREATE TABLE case_items (
	case_id     BLOB     NOT NULL REFERENCES cases (id),
	item        INTEGER  NOT NULL,            -- from 1
	kind        TEXT     NOT NULL,
	state       TEXT     NOT NULL,
	verified_at TEXT     NOT NULL DEFAULT '',
	closed_at   TEXT     NOT NULL DEFAULT '',
	answer_due  TEXT     NOT NULL DEFAULT '', -- last day of the term from the identity check, YYYY-MM-DD
	outer_from  TEXT     NOT NULL DEFAULT '', -- when outer_due began to run
	outer_due   TEXT     NOT NULL DEFAULT '', -- last day of the term from the receipt
	outer_known SMALLINT NOT NULL DEFAULT 1,  -- 0: beyond the known calendar, so outer_due must not be promised
	overdue_at  TEXT     NOT NULL DEFAULT '', -- when it was found to be overdue
	outcome     TEXT,
	ground      TEXT,                         -- of a refusal: its id in the policy
	letter      TEXT,
	PRIMARY KEY (case_id, item),
	CHECK (kind IN ('access', 'copy', 'transfer', 'correct', 'delete', 'restrict', 'explain', 'complain', 'leave',
		'cancel', 'contact')),
	CHECK (state IN ('received', 'verified', 'answered', 'lapsed', 'withdrawn')),
	CHECK (outcome IN ('fulfilled', 'partly', 'refused', 'nothing_held', 'referred')),
	CHECK ((state = 'answered') = (outcome IS NOT NULL)),
	CHECK (outcome IS NULL OR letter IS NOT NULL),
	CHECK (outcome IS NULL OR outcome NOT IN ('refused', 'partly') OR ground IS NOT NULL AND ground <> ''),
	CHECK ((state IN ('received', 'verified')) = (closed_at = '')),
	CHECK (state <> 'verified' OR verified_at <> '')
);

CREATE TABLE case_events (
	case_id BLOB    NOT NULL REFERENCES cases (id),
	number  INTEGER NOT NULL, -- from 1
	event   BLOB    NOT NULL, -- id of the leaf
	type    TEXT    NOT NULL,
	at      TEXT    NOT NULL,
	PRIMARY KEY (case_id, number)
);

-- Assertions that were used, so that each proves an identity once.
CREATE TABLE used_assertions (
	site       TEXT NOT NULL,
	hash       BLOB NOT NULL, -- SHA-256 of issuer and id
	expires_at TEXT NOT NULL,
	PRIMARY KEY (site, hash)
);

-- +goose Down
DROP TABLE used_assertions;
DROP TABLE case_events;
DROP TABLE case_items;
DROP TABLE cases;
