-- +goose Up

-- The same tables as in SQLite, where they are explained. There are no sequences: they leave gaps where a transaction
-- fails, and a tree has none.
CREATE TABLE signing_keys (
	verifier  TEXT    PRIMARY KEY,
	added_at  TEXT    NOT NULL,
	number    INTEGER NOT NULL DEFAULT 1,
	statement TEXT    NOT NULL DEFAULT ''
);

CREATE TABLE trees (
	tree INTEGER PRIMARY KEY,
	site TEXT    NOT NULL UNIQUE,
	size BIGINT  NOT NULL
);

CREATE TABLE checkpoints (
	tree     INTEGER NOT NULL,
	size     BIGINT  NOT NULL,
	note     TEXT    NOT NULL,
	verifier TEXT    NOT NULL,
	PRIMARY KEY (tree, size)
);

CREATE TABLE records (
	tree        INTEGER  NOT NULL,
	leaf_index  BIGINT   NOT NULL,
	tree_size   BIGINT   NOT NULL,
	id          BYTEA    NOT NULL,
	leaf        BYTEA    NOT NULL,
	nodes       BYTEA    NOT NULL,
	ordinal     BIGINT   NOT NULL,
	restricted  SMALLINT NOT NULL DEFAULT 0,
	subject     BYTEA,
	secret_hash BYTEA,
	body_hash   BYTEA,
	salt        BYTEA,
	content     TEXT,
	PRIMARY KEY (tree, leaf_index),
	UNIQUE (id, tree), -- the more selective column first: the planner knows little of a young table, see newFindIDs
	CHECK (restricted IN (0, 1))
);
CREATE INDEX records_subjects ON records (subject, ordinal);

CREATE TABLE presentations (
	site       TEXT NOT NULL,
	hash       TEXT NOT NULL,
	kind       TEXT NOT NULL,
	language   TEXT NOT NULL,
	policy     TEXT NOT NULL,
	html       TEXT NOT NULL,
	texts_hash TEXT NOT NULL,
	PRIMARY KEY (site, hash)
);

CREATE TABLE texts (
	hash TEXT PRIMARY KEY,
	text TEXT NOT NULL
);

CREATE TABLE admin_actions (
	at      TEXT   NOT NULL,
	action  TEXT   NOT NULL,
	site    TEXT   NOT NULL,
	records BIGINT NOT NULL
);

-- +goose Down

DROP TABLE admin_actions;
DROP TABLE texts;
DROP TABLE presentations;
DROP TABLE records;
DROP TABLE checkpoints;
DROP TABLE trees;
DROP TABLE signing_keys;
