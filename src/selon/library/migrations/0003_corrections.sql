-- What people say of the readings, kept apart from them and never changed: an undone correction is one that a later one
-- undoes. And the feeds that are looked at from the page.

CREATE TABLE corrections (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  article INTEGER NOT NULL REFERENCES articles (n) ON DELETE CASCADE,
  target INTEGER NOT NULL,                -- the first correction of the same attribution: of a first one, itself
  verb TEXT NOT NULL,                     -- confirm, reject, change, add, check, undo
  who TEXT NOT NULL,
  at TEXT NOT NULL,
  text_hash BLOB NOT NULL,                -- of the text that it was made on
  before TEXT,                            -- JSON: the attribution as it stood, and as it should; with the words of
  after TEXT,                             -- each of its spans, by which it is found again in another text
  undoes INTEGER REFERENCES corrections (n)
) STRICT;
CREATE INDEX corrections_by_article ON corrections (article);

CREATE TABLE feeds (
  url TEXT PRIMARY KEY,
  added TEXT NOT NULL,
  looked TEXT,                            -- when it was fetched last, and what came of it
  outcome TEXT
) STRICT, WITHOUT ROWID;
