-- +goose Up

-- When it was noted that an item of a request is due soon; '' before.
ALTER TABLE case_items ADD COLUMN soon_at TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE case_items DROP COLUMN soon_at;
