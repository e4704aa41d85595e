-- +goose Up

-- Subjects are found by their mark: 47 bits that the key below and the subject give. The index of them, which is written
-- all over, is half as long as one of the subjects themselves would be, and its gaps tell nobody who was erased.
CREATE TABLE mark_key (
	key BLOB NOT NULL -- 16 bytes; without it, whoever chooses subjects might choose a thousand of one mark
);
INSERT INTO mark_key (key) VALUES (randomblob(16));

-- SQLite does not drop a constraint from a table: the records move to a new one.
CREATE TABLE marked_records (
	tree       INTEGER NOT NULL,
	leaf_index BIGINT  NOT NULL,
	tree_size  BIGINT  NOT NULL,
	id         BLOB    NOT NULL,
	leaf       BLOB    NOT NULL,
	nodes      BLOB    NOT NULL,
	later      BIGINT  NOT NULL,
	mark       BIGINT, -- of the subject
	subject    BLOB,
	secret     BLOB,
	body       BLOB, -- the first half of the SHA-256, so that two records of the usual length share a page
	salt       BLOB,
	content    TEXT,
	UNIQUE (tree, leaf_index),
	UNIQUE (tree, id),
	CHECK ((mark IS NULL) = (subject IS NULL))
);
INSERT INTO marked_records
	SELECT tree, leaf_index, tree_size, id, leaf, nodes, later, nod_mark(key, subject), subject, secret, substr(body, 1, 16), salt, content
	FROM records, mark_key ORDER BY tree, leaf_index;
DROP TABLE records;
ALTER TABLE marked_records RENAME TO records;
CREATE INDEX records_marks ON records (mark, later);

-- +goose Down

CREATE TABLE unmarked_records (
	tree       INTEGER NOT NULL,
	leaf_index BIGINT  NOT NULL,
	tree_size  BIGINT  NOT NULL,
	id         BLOB    NOT NULL,
	leaf       BLOB    NOT NULL,
	nodes      BLOB    NOT NULL,
	later      BIGINT  NOT NULL,
	subject    BLOB,
	secret     BLOB,
	body       BLOB,
	salt       BLOB,
	content    TEXT,
	UNIQUE (tree, leaf_index),
	UNIQUE (tree, id),
	UNIQUE (tree, subject, later)
);
INSERT INTO unmarked_records
	SELECT tree, leaf_index, tree_size, id, leaf, nodes, later, subject, secret, body, salt, content
	FROM records ORDER BY tree, leaf_index;
DROP TABLE records;
ALTER TABLE unmarked_records RENAME TO records;
DROP TABLE mark_key;
