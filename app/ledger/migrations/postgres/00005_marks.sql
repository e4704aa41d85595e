-- +goose Up

-- See the SQLite schema.
CREATE TABLE mark_key (
	key BYTEA NOT NULL
);
INSERT INTO mark_key (key) VALUES (decode(replace(gen_random_uuid()::text, '-', ''), 'hex'));

ALTER TABLE records ADD COLUMN mark BIGINT;
UPDATE records SET mark = ('x' || substr(encode(sha256((SELECT key FROM mark_key) || subject), 'hex'), 1, 12))::bit(48)::bigint >> 1, body = substring(body FROM 1 FOR 16);
ALTER TABLE records
	ADD CHECK ((mark IS NULL) = (subject IS NULL)), -- so that a server of before keeps nothing that is not found again
	DROP CONSTRAINT records_subject_tree_later_key;
CREATE INDEX records_marks ON records (mark, later);

-- +goose Down

DROP INDEX records_marks;
ALTER TABLE records DROP COLUMN mark, ADD UNIQUE (subject, tree, later);
DROP TABLE mark_key;
