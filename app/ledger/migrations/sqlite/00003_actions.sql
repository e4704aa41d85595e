-- +goose Up

-- What an administrator did with people's records, without saying whose they were.
CREATE TABLE admin_actions (
	at      TEXT   NOT NULL, -- RFC 3339
	action  TEXT   NOT NULL,
	site    TEXT   NOT NULL,
	records BIGINT NOT NULL  -- how many it was about
);

-- +goose Down

DROP TABLE admin_actions;
