-- +goose Up

-- Every signing key that was ever used here, so that a server with another one refuses to start.
CREATE TABLE signing_keys (
	verifier TEXT PRIMARY KEY, -- the server's verifier key, name+hash+base64
	added_at TEXT NOT NULL     -- RFC 3339
) WITHOUT ROWID;

-- The head of each site's tree. Whoever appends locks the site's row. The other tables name a tree by its number, which
-- is shorter than the site's name in every row and every index.
CREATE TABLE trees (
	tree INTEGER PRIMARY KEY,
	site TEXT    NOT NULL UNIQUE,
	size BIGINT  NOT NULL -- number of leaves
);

-- Every checkpoint that was given away in a receipt. Only ever inserted.
CREATE TABLE checkpoints (
	tree     INTEGER NOT NULL,
	size     BIGINT  NOT NULL,
	note     TEXT    NOT NULL, -- signed
	verifier TEXT    NOT NULL, -- the site's verifier key that made the signature
	PRIMARY KEY (tree, size)
) WITHOUT ROWID;

-- The records, with their leaves and what the leaves add to the tree. What can be erased for a person's sake may be
-- NULL, and is so all at once; what proofs need is not.
--
-- Subjects are random numbers: an index of them is written all over, a page for nearly every record, which costs more
-- than all the rest. So there is one such index, and no table of subjects beside it: a subject's secret stands with the
-- subject's first record. There are no foreign keys, whose checks would search other tables for every record: the row
-- of trees and that of checkpoints are written by the same transaction, of one batch.
CREATE TABLE records (
	tree       INTEGER NOT NULL,
	leaf_index BIGINT  NOT NULL,
	tree_size  BIGINT  NOT NULL, -- of the checkpoint in the receipt
	id         BLOB    NOT NULL, -- of the decision, 16 bytes
	leaf       BLOB    NOT NULL, -- the salted commitment
	nodes      BLOB    NOT NULL, -- of the tree, that this leaf completes: 32 bytes each, from level 1 up
	later      BIGINT  NOT NULL, -- 0 for its subject's first record, for any other the leaf_index: the order of the log
	subject    BLOB,             -- 16 bytes
	secret     BLOB,             -- of a subject's first record: SHA-256 of the 32 bytes of the subject's secret; NULL for a subject without one
	body       BLOB,             -- SHA-256 of the request's canonical body
	salt       BLOB,
	content    TEXT,             -- the record in canonical JSON
	UNIQUE (tree, leaf_index),
	UNIQUE (tree, id),
	UNIQUE (tree, subject, later)
);

-- What visitors were shown, by content hash.
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
