-- +goose Up

-- The texts that can be opened from layouts, each once. A layout from before has its text in its own row, and no name of one here.
CREATE TABLE texts (
	hash TEXT PRIMARY KEY, -- SHA-256 of the text, as hexadecimal digits
	text TEXT NOT NULL
);
ALTER TABLE layouts ADD COLUMN text TEXT NOT NULL DEFAULT '';

-- +goose Down

UPDATE layouts SET texts = (SELECT t.text FROM texts t WHERE t.hash = layouts.text) WHERE text <> '';
ALTER TABLE layouts DROP COLUMN text;
DROP TABLE texts;
