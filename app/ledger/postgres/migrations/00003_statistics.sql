-- +goose Up

-- The statistics of each complete segment of a tree, as JSON. They follow from the records and are counted again where
-- a row is missing. Erasing a record deletes the row of its segment.
CREATE TABLE segments (
	tree       INTEGER NOT NULL,
	segment    BIGINT  NOT NULL, -- its first leaf divided by its length
	statistics TEXT    NOT NULL,
	PRIMARY KEY (tree, segment)
);

-- +goose Down
DROP TABLE segments;
