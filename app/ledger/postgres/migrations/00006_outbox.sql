-- +goose Up

-- The same table as in SQLite, where it is explained.
CREATE TABLE outbox (
	id          BYTEA   NOT NULL,
	site        TEXT    NOT NULL,
	target      TEXT    NOT NULL,
	type        TEXT    NOT NULL,
	payload     TEXT    NOT NULL,
	created_at  TEXT    NOT NULL,
	next_at     TEXT    NOT NULL,
	lease_until TEXT    NOT NULL DEFAULT '',
	attempts    INTEGER NOT NULL DEFAULT 0,
	last_status INTEGER NOT NULL DEFAULT 0,
	state       TEXT    NOT NULL DEFAULT 'waiting',
	PRIMARY KEY (id, target),
	CHECK (state IN ('waiting', 'dead'))
);
CREATE INDEX outbox_next ON outbox (state, next_at);

-- +goose Down
DROP TABLE outbox;
