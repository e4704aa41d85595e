-- +goose Up

-- When a version of a policy that is not in force yet was first announced to visitors. The first time stays: visitors
-- who decided before it are notified, those who decided after it have seen the notice.
CREATE TABLE announcements (
	site    TEXT NOT NULL,
	version TEXT NOT NULL,
	at      TEXT NOT NULL, -- RFC 3339
	PRIMARY KEY (site, version)
) WITHOUT ROWID;

-- +goose Down
DROP TABLE announcements;
