-- +goose Up

-- Every signing key that was ever used here, so that a server with a different one refuses to start. The key with the
-- highest number signs. The statement says which key it replaced, and both keys signed it. The first key has none.
CREATE TABLE signing_keys (
	verifier  TEXT    PRIMARY KEY, -- the server's verifier key, name+hash+base64
	added_at  TEXT    NOT NULL,    -- RFC 3339
	number    INTEGER NOT NULL DEFAULT 1,
	statement TEXT    NOT NULL DEFAULT ''
) WITHOUT ROWID;

-- The size of each site's tree. A writer locks the row of the site. The other tables name a tree by its number, which
-- is shorter than the site's name in every row and every index.
CREATE TABLE trees (
	tree INTEGER PRIMARY KEY,
	site TEXT    NOT NULL UNIQUE,
	size BIGINT  NOT NULL -- number of leaves
);

-- Every checkpoint that a receipt contains. Only ever inserted.
CREATE TABLE checkpoints (
	tree     INTEGER NOT NULL,
	size     BIGINT  NOT NULL,
	note     TEXT    NOT NULL, -- signed
	verifier TEXT    NOT NULL, -- the site's verifier key that made the signature
	PRIMARY KEY (tree, size)
) WITHOUT ROWID;

-- The records, with their leaves and the nodes that each leaf adds to the tree. Erasing a record sets all columns that
-- can be NULL to NULL at once. Proofs need only the others.
--
-- There is no table of subjects: the hash of a subject's secret is in the subject's first record. Subjects are random,
-- so an index of them changes a page for nearly every record, which costs more than the rest of the write. One index is
-- enough. There are no foreign keys: their checks would search other tables for every record, and the same transaction
-- writes the rows of trees and checkpoints.
CREATE TABLE records (
	tree        INTEGER  NOT NULL,
	leaf_index  BIGINT   NOT NULL,
	tree_size   BIGINT   NOT NULL, -- of the checkpoint in the receipt
	id          BLOB     NOT NULL, -- of the decision, 16 bytes
	leaf        BLOB     NOT NULL, -- the salted commitment
	nodes       BLOB     NOT NULL, -- of the tree, that this leaf completes: 32 bytes each, from level 1 up
	ordinal     BIGINT   NOT NULL, -- 0 for the first record of its subject, else the leaf_index: the order of the log
	restricted  SMALLINT NOT NULL DEFAULT 0, -- 1: stored as evidence only, and counts for nothing
	subject     BLOB,              -- 16 bytes
	secret_hash BLOB,              -- SHA-256 of the subject's secret, in its first record; NULL without a secret
	body_hash   BLOB,              -- first half of the SHA-256 of the canonical body: two records fit a page
	salt        BLOB,
	content     TEXT,              -- the record in canonical JSON
	UNIQUE (tree, leaf_index),
	UNIQUE (tree, id),
	CHECK (restricted IN (0, 1))
);
CREATE INDEX records_subjects ON records (subject, ordinal);

-- What visitors were shown, by content hash.
CREATE TABLE presentations (
	site       TEXT NOT NULL,
	hash       TEXT NOT NULL,
	kind       TEXT NOT NULL,
	language   TEXT NOT NULL,
	policy     TEXT NOT NULL,
	html       TEXT NOT NULL,
	texts_hash TEXT NOT NULL, -- of texts, or '' if nothing could be opened
	PRIMARY KEY (site, hash)
);

-- The texts that can be opened from presentations, each stored once.
CREATE TABLE texts (
	hash TEXT PRIMARY KEY, -- SHA-256 of the text, as hexadecimal digits
	text TEXT NOT NULL
);

-- What an administrator did with people's records, without saying whose they were.
CREATE TABLE admin_actions (
	at      TEXT   NOT NULL, -- RFC 3339
	action  TEXT   NOT NULL,
	site    TEXT   NOT NULL,
	records BIGINT NOT NULL  -- how many records the action concerned
);

-- +goose Down

DROP TABLE admin_actions;
DROP TABLE texts;
DROP TABLE presentations;
DROP TABLE records;
DROP TABLE checkpoints;
DROP TABLE trees;
DROP TABLE signing_keys;
