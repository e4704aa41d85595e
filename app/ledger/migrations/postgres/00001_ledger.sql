-- +goose Up

-- The same tables as in SQLite, where they are explained. There are no sequences: they leave gaps where a transaction
-- fails, and a tree has none.
CREATE TABLE signing_keys (
	verifier TEXT PRIMARY KEY,
	added_at TEXT NOT NULL
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
	tree       INTEGER NOT NULL,
	leaf_index BIGINT  NOT NULL,
	tree_size  BIGINT  NOT NULL,
	id         BYTEA   NOT NULL,
	leaf       BYTEA   NOT NULL,
	nodes      BYTEA   NOT NULL,
	later      BIGINT  NOT NULL,
	subject    BYTEA,
	secret     BYTEA,
	body       BYTEA,
	salt       BYTEA,
	content    TEXT,
	PRIMARY KEY (tree, leaf_index),
	UNIQUE (id, tree),            -- what tells more stands first, for the planner knows little of a young table:
	UNIQUE (subject, tree, later) -- see findIDs
);

CREATE TABLE layouts (
	site     TEXT NOT NULL,
	hash     TEXT NOT NULL,
	kind     TEXT NOT NULL,
	language TEXT NOT NULL,
	policy   TEXT NOT NULL,
	html     TEXT NOT NULL,
	texts    TEXT NOT NULL,
	PRIMARY KEY (site, hash)
);

-- +goose Down

DROP TABLE layouts;
DROP TABLE records;
DROP TABLE checkpoints;
DROP TABLE trees;
DROP TABLE signing_keys;
