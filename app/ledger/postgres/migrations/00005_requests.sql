-- +goose Up

-- The same tables as in SQLite, where they are explained.
CREATE TABLE cases (
	id          BYTEA    PRIMARY KEY,
	site        TEXT     NOT NULL,
	reference   TEXT     NOT NULL,
	secret_hash BYTEA    NOT NULL,
	body_hash   BYTEA    NOT NULL,
	policy      TEXT     NOT NULL,
	language    TEXT     NOT NULL,
	platform    TEXT     NOT NULL,
	received_at TEXT     NOT NULL,
	version     BIGINT   NOT NULL,
	identity    TEXT     NOT NULL DEFAULT '',
	identity_at TEXT     NOT NULL DEFAULT '',
	fee         TEXT     NOT NULL DEFAULT '',
	closed_at   TEXT     NOT NULL DEFAULT '',
	erased      SMALLINT NOT NULL DEFAULT 0,
	contact     TEXT,
	text        TEXT,
	tenant      TEXT,
	account     TEXT,
	subject     BYTEA,
	text_salt   BYTEA,
	letter_salt BYTEA,
	UNIQUE (site, reference),
	CHECK (erased IN (0, 1, 2)),
	CHECK (erased = 0 OR
		contact IS NULL AND text IS NULL AND tenant IS NULL AND account IS NULL AND subject IS NULL AND text_salt IS NULL)
);
CREATE INDEX cases_closed ON cases (site, closed_at);

CREATE TABLE case_items (
	case_id     BYTEA    NOT NULL REFERENCES cases (id),
	item        INTEGER  NOT NULL,
	kind        TEXT     NOT NULL,
	state       TEXT     NOT NULL,
	verified_at TEXT     NOT NULL DEFAULT '',
	closed_at   TEXT     NOT NULL DEFAULT '',
	answer_due  TEXT     NOT NULL DEFAULT '',
	outer_from  TEXT     NOT NULL DEFAULT '',
	outer_due   TEXT     NOT NULL DEFAULT '',
	outer_known SMALLINT NOT NULL DEFAULT 1,
	overdue_at  TEXT     NOT NULL DEFAULT '',
	outcome     TEXT,
	ground      TEXT,
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
	case_id BYTEA   NOT NULL REFERENCES cases (id),
	number  INTEGER NOT NULL,
	event   BYTEA   NOT NULL,
	type    TEXT    NOT NULL,
	at      TEXT    NOT NULL,
	PRIMARY KEY (case_id, number)
);

CREATE TABLE used_assertions (
	site       TEXT NOT NULL,
	hash       BYTEA NOT NULL,
	expires_at TEXT NOT NULL,
	PRIMARY KEY (site, hash)
);

-- +goose Down
DROP TABLE used_assertions;
DROP TABLE case_events;
DROP TABLE case_items;
DROP TABLE cases;
