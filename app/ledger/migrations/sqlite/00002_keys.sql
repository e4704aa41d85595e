-- +goose Up

-- Keys replace each other: the one with the highest number signs. The statement says which key it replaced, signed with
-- both; the first key has none.
ALTER TABLE signing_keys ADD COLUMN number INTEGER NOT NULL DEFAULT 1;
ALTER TABLE signing_keys ADD COLUMN statement TEXT NOT NULL DEFAULT '';

-- +goose Down

ALTER TABLE signing_keys DROP COLUMN statement;
ALTER TABLE signing_keys DROP COLUMN number;
