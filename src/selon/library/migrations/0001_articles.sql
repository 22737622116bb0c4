-- Articles, their revisions, and tables derived from the newest reading of each. Times are UTC, ISO 8601, to the second;
-- offsets are code points into articles.text.

CREATE TABLE articles (
  n INTEGER PRIMARY KEY,                  -- the order in which they were added
  id TEXT NOT NULL UNIQUE,
  added TEXT NOT NULL,
  revision INTEGER REFERENCES revisions (n) DEFERRABLE INITIALLY DEFERRED, -- the one that the rest is derived from
  day TEXT NOT NULL,                      -- what articles are ordered by: published, else the day it was added
  dated INTEGER NOT NULL,                 -- 0 where it is not known when it was published
  published TEXT,
  published_how TEXT,
  language TEXT NOT NULL,
  outlet TEXT,
  title TEXT,
  byline TEXT,
  credits TEXT NOT NULL,                  -- a JSON array
  url TEXT,
  address TEXT,                           -- the url as address_of spells it
  own_voice REAL NOT NULL,                -- share of the text that no attribution covers
  text TEXT NOT NULL
) STRICT;
CREATE INDEX articles_by_address ON articles (address);
CREATE INDEX articles_by_day ON articles (day, n);

CREATE TABLE revisions (
  n INTEGER PRIMARY KEY,
  article INTEGER NOT NULL REFERENCES articles (n) ON DELETE CASCADE,
  text_hash BLOB NOT NULL,
  seen TEXT NOT NULL,                     -- when this text was first seen, and last
  last_seen TEXT NOT NULL,
  read TEXT NOT NULL,
  made_by TEXT NOT NULL,                  -- a JSON object: part -> version
  record BLOB NOT NULL,                   -- the whole reading, as codec.py packs it
  UNIQUE (article, text_hash)
) STRICT;
CREATE INDEX revisions_by_text ON revisions (text_hash);

-- What was added from where: what is found there again, byte for byte, need not be read again.
CREATE TABLE sources (
  place TEXT NOT NULL,
  digest BLOB NOT NULL,
  revision INTEGER NOT NULL REFERENCES revisions (n) ON DELETE CASCADE,
  at TEXT NOT NULL,
  PRIMARY KEY (place, digest)
) STRICT, WITHOUT ROWID;
CREATE INDEX sources_by_digest ON sources (digest);
CREATE INDEX sources_by_revision ON sources (revision);

-- What a server said of a page or feed, for asking only whether it has changed.
CREATE TABLE fetched (
  url TEXT PRIMARY KEY,
  etag TEXT,
  last_modified TEXT,
  at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Which version of the code filled a set of derived tables.
CREATE TABLE derived (name TEXT PRIMARY KEY, version TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE entities (
  n INTEGER PRIMARY KEY,
  article INTEGER NOT NULL REFERENCES articles (n) ON DELETE CASCADE,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  roles TEXT NOT NULL,                    -- a JSON array
  mentions INTEGER NOT NULL               -- how many
) STRICT;
CREATE INDEX entities_by_article ON entities (article);
CREATE INDEX entities_by_name ON entities (name);

CREATE TABLE attributions (
  n INTEGER PRIMARY KEY,
  article INTEGER NOT NULL REFERENCES articles (n) ON DELETE CASCADE,
  id TEXT NOT NULL,
  speaker TEXT,                           -- the entity's name
  entity TEXT,
  source_type TEXT NOT NULL,
  source TEXT NOT NULL,                   -- the words; pieces are joined by " … "
  cue TEXT NOT NULL,
  content TEXT NOT NULL,
  "start" INTEGER,                        -- of the content, over all of its pieces
  "end" INTEGER,
  manner TEXT NOT NULL,
  act TEXT NOT NULL,
  certainty TEXT NOT NULL,
  inside TEXT,
  score REAL,
  by TEXT NOT NULL
) STRICT;
CREATE INDEX attributions_by_article ON attributions (article);
CREATE INDEX attributions_by_speaker ON attributions (speaker);

CREATE TABLE times (
  n INTEGER PRIMARY KEY,
  article INTEGER NOT NULL REFERENCES articles (n) ON DELETE CASCADE,
  "start" INTEGER NOT NULL,
  "end" INTEGER NOT NULL,
  words TEXT NOT NULL,
  type TEXT NOT NULL,
  value TEXT NOT NULL,
  anchor TEXT NOT NULL,
  mod TEXT
) STRICT;
CREATE INDEX times_by_article ON times (article);

CREATE TABLE places (
  n INTEGER PRIMARY KEY,
  article INTEGER NOT NULL REFERENCES articles (n) ON DELETE CASCADE,
  "start" INTEGER NOT NULL,
  "end" INTEGER NOT NULL,
  words TEXT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  country TEXT,
  latitude REAL,                          -- the names that maps in other tools look for
  longitude REAL,
  geonames INTEGER
) STRICT;
CREATE INDEX places_by_article ON places (article);

CREATE TABLE quantities (
  n INTEGER PRIMARY KEY,
  article INTEGER NOT NULL REFERENCES articles (n) ON DELETE CASCADE,
  "start" INTEGER NOT NULL,
  "end" INTEGER NOT NULL,
  words TEXT NOT NULL,
  low REAL,
  high REAL,
  unit TEXT NOT NULL,
  mod TEXT,
  what TEXT                               -- the words for what is counted
) STRICT;
CREATE INDEX quantities_by_article ON quantities (article);

CREATE TABLE findings (
  n INTEGER PRIMARY KEY,
  article INTEGER NOT NULL REFERENCES articles (n) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  verdict TEXT NOT NULL,
  words TEXT NOT NULL,
  working TEXT NOT NULL
) STRICT;
CREATE INDEX findings_by_article ON findings (article);

CREATE TABLE notes (
  n INTEGER PRIMARY KEY,
  article INTEGER NOT NULL REFERENCES articles (n) ON DELETE CASCADE,
  stage TEXT NOT NULL,
  code TEXT NOT NULL,
  message TEXT NOT NULL,
  words TEXT
) STRICT;
CREATE INDEX notes_by_article ON notes (article);

-- One row for each attribution with what one wants to know of its article.
CREATE VIEW ledger AS
SELECT a.day, a.dated, a.outlet, a.title, t.speaker, t.source, t.source_type, t.act, t.certainty, t.manner, t.content,
  t.cue, t.score, a.language, a.url, a.id AS article, t.id AS attribution
FROM attributions t JOIN articles a ON a.n = t.article
ORDER BY a.day, a.n, t.n;

CREATE VIRTUAL TABLE articles_words USING fts5 (
  title, text, content = 'articles', content_rowid = 'n', tokenize = 'unicode61 remove_diacritics 2'
);
CREATE TRIGGER articles_added AFTER INSERT ON articles BEGIN
  INSERT INTO articles_words (rowid, title, text) VALUES (new.n, new.title, new.text);
END;
CREATE TRIGGER articles_changed AFTER UPDATE OF title, text ON articles BEGIN
  INSERT INTO articles_words (articles_words, rowid, title, text) VALUES ('delete', old.n, old.title, old.text);
  INSERT INTO articles_words (rowid, title, text) VALUES (new.n, new.title, new.text);
END;
CREATE TRIGGER articles_removed AFTER DELETE ON articles BEGIN
  INSERT INTO articles_words (articles_words, rowid, title, text) VALUES ('delete', old.n, old.title, old.text);
END;

CREATE VIRTUAL TABLE attributions_words USING fts5 (
  speaker, source, content, content = 'attributions', content_rowid = 'n', tokenize = 'unicode61 remove_diacritics 2'
);
CREATE TRIGGER attributions_added AFTER INSERT ON attributions BEGIN
  INSERT INTO attributions_words (rowid, speaker, source, content) VALUES (new.n, new.speaker, new.source, new.content);
END;
CREATE TRIGGER attributions_removed AFTER DELETE ON attributions BEGIN
  INSERT INTO attributions_words (attributions_words, rowid, speaker, source, content)
  VALUES ('delete', old.n, old.speaker, old.source, old.content);
END;
