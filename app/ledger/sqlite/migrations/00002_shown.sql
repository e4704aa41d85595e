-- +goose Up

-- What a visitor could grant with a presentation, and on which platforms: see FormatShown. '' where nothing could be
-- granted, and for presentations that were stored before this column existed.
ALTER TABLE presentations ADD COLUMN shown TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE presentations DROP COLUMN shown;
