-- +goose Up

-- Webhooks that wait to be delivered, each for one target. A delivered one is deleted; a dead one stays for a replay.
CREATE TABLE outbox (
	id          BLOB    NOT NULL,            -- of the event: the header webhook-id
	site        TEXT    NOT NULL,
	target      TEXT    NOT NULL,            -- id of the webhook in site.yaml
	type        TEXT    NOT NULL,
	payload     TEXT    NOT NULL,            -- JSON: ids only
	created_at  TEXT    NOT NULL,            -- RFC 3339, UTC, milliseconds
	next_at     TEXT    NOT NULL,            -- when it is tried next
	lease_until TEXT    NOT NULL DEFAULT '', -- until then one server tries it
	attempts    INTEGER NOT NULL DEFAULT 0,
	last_status INTEGER NOT NULL DEFAULT 0,  -- of HTTP; 0 without an answer
	state       TEXT    NOT NULL DEFAULT 'waiting',
	PRIMARY KEY (id, target),
	CHECK (state IN ('waiting', 'dead'))
);
CREATE INDEX outbox_next ON outbox (state, next_at);

-- +goose Down
DROP TABLE outbox;
