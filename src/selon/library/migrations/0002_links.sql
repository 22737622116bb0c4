-- What ties articles together, all of it derived from the readings: `selon link --rebuild` makes it again.

-- Which text of an article has been linked; seq is the order in which that was done.
CREATE TABLE linked (
  seq INTEGER PRIMARY KEY,
  article INTEGER NOT NULL UNIQUE REFERENCES articles (n) ON DELETE CASCADE,
  revision INTEGER REFERENCES revisions (n) ON DELETE SET NULL -- NULL where it has to be linked anew
) STRICT;
CREATE INDEX linked_by_revision ON linked (revision);

-- Which linked articles hold which marks, for each of the kinds of links that are looked for.
CREATE TABLE marks (
  kind INTEGER NOT NULL,
  mark INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (kind, mark, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE copies (
  n INTEGER PRIMARY KEY,
  a INTEGER NOT NULL REFERENCES articles (n) ON DELETE CASCADE,
  b INTEGER NOT NULL REFERENCES articles (n) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  words INTEGER NOT NULL,
  share REAL NOT NULL,                    -- of the shorter article's words
  way TEXT NOT NULL,
  origin TEXT,
  self_reuse INTEGER NOT NULL,
  record TEXT NOT NULL,                   -- the whole, as JSON
  UNIQUE (a, b)
) STRICT;
CREATE INDEX copies_by_b ON copies (b);

CREATE TABLE stories (
  id TEXT PRIMARY KEY,                    -- the article that began it
  stale INTEGER NOT NULL,                 -- 1 where its claims are not yet those of its articles
  title TEXT,
  first TEXT,
  last TEXT,
  record TEXT                             -- the whole, as JSON
) STRICT, WITHOUT ROWID;
CREATE INDEX stale_stories ON stories (id) WHERE stale;

CREATE TABLE members (
  article INTEGER PRIMARY KEY REFERENCES articles (n) ON DELETE CASCADE,
  story TEXT NOT NULL REFERENCES stories (id) ON DELETE CASCADE,
  position INTEGER NOT NULL
) STRICT;
CREATE INDEX members_by_story ON members (story, position);

-- What an article states, sentence by sentence and voice by voice.
CREATE TABLE statements (
  article INTEGER NOT NULL REFERENCES articles (n) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  meaning BLOB NOT NULL,                  -- half-precision numbers
  PRIMARY KEY (article, position)
) STRICT, WITHOUT ROWID;

-- Who or what entities of articles are, across articles; id is that of the first mention.
CREATE TABLE known (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  names TEXT NOT NULL,                    -- all spellings, plain, each in a line of its own, a line's end before and after
  mentions INTEGER NOT NULL,              -- in how many articles
  profile TEXT                            -- JSON: what its traces come to; NULL where it has to be made of them
) STRICT, WITHOUT ROWID;
CREATE TABLE traces (
  n INTEGER PRIMARY KEY,
  known TEXT NOT NULL REFERENCES known (id) ON DELETE CASCADE,
  article INTEGER NOT NULL REFERENCES articles (n) ON DELETE CASCADE,
  entity TEXT NOT NULL,
  record TEXT NOT NULL,                   -- JSON
  UNIQUE (article, entity)
) STRICT;
CREATE INDEX traces_by_known ON traces (known);

CREATE TABLE claims (
  n INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  story TEXT NOT NULL REFERENCES stories (id) ON DELETE CASCADE,
  text TEXT NOT NULL,
  words TEXT NOT NULL,                    -- of all occurrences, a line each
  language TEXT NOT NULL,
  independent INTEGER NOT NULL,           -- origins that count
  articles INTEGER NOT NULL,              -- how many
  outlets INTEGER NOT NULL,
  disputed INTEGER NOT NULL,              -- occurrences that deny or doubt it, or give other figures
  certainty TEXT NOT NULL,                -- the firmest
  first TEXT,
  last TEXT,
  record TEXT NOT NULL                    -- the whole, as JSON
) STRICT;
CREATE INDEX claims_by_story ON claims (story);
CREATE INDEX claims_by_support ON claims (articles DESC, independent DESC, outlets DESC);

CREATE TABLE occurrences (
  n INTEGER PRIMARY KEY,
  claim INTEGER NOT NULL REFERENCES claims (n) ON DELETE CASCADE,
  article INTEGER NOT NULL REFERENCES articles (n) ON DELETE CASCADE,
  "start" INTEGER NOT NULL,
  "end" INTEGER NOT NULL,
  words TEXT NOT NULL,
  stance TEXT NOT NULL,
  certainty TEXT NOT NULL,
  attribution TEXT,
  source TEXT NOT NULL,                   -- the innermost voice of the chain
  origin TEXT NOT NULL
) STRICT;
CREATE INDEX occurrences_by_claim ON occurrences (claim);
CREATE INDEX occurrences_by_article ON occurrences (article);

CREATE TABLE origins (
  n INTEGER PRIMARY KEY,
  claim INTEGER NOT NULL REFERENCES claims (n) ON DELETE CASCADE,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  counts INTEGER NOT NULL,                -- 1 where it is one of the independent ones
  why TEXT NOT NULL
) STRICT;
CREATE INDEX origins_by_claim ON origins (claim);

CREATE VIRTUAL TABLE claims_words USING fts5 (
  words, content = "claims", content_rowid = "n", tokenize = 'unicode61 remove_diacritics 2'
);
CREATE TRIGGER claims_added AFTER INSERT ON claims BEGIN
  INSERT INTO claims_words (rowid, words) VALUES (new.n, new.words);
END;
CREATE TRIGGER claims_removed AFTER DELETE ON claims BEGIN
  INSERT INTO claims_words (claims_words, rowid, words) VALUES ('delete', old.n, old.words);
END;

-- Made again as other tools recognise them: with names in double quotes.
DROP TABLE articles_words;
CREATE VIRTUAL TABLE articles_words USING fts5 (
  title, text, content = "articles", content_rowid = "n", tokenize = 'unicode61 remove_diacritics 2'
);
INSERT INTO articles_words (articles_words) VALUES ('rebuild');
DROP TABLE attributions_words;
CREATE VIRTUAL TABLE attributions_words USING fts5 (
  speaker, source, content, content = "attributions", content_rowid = "n", tokenize = 'unicode61 remove_diacritics 2'
);
INSERT INTO attributions_words (attributions_words) VALUES ('rebuild');

-- For other tools to look at: who speaks how often and how firmly, and which kinds of sources each outlet has.
CREATE VIEW voices AS
SELECT coalesce(speaker, nullif(source, '')) AS voice, source_type, count(*) AS attributions,
  count(DISTINCT article) AS articles, count(DISTINCT outlet) AS outlets, sum(act = 'deny') AS denials,
  sum(certainty <> 'certain') AS hedged, min(day) AS first, max(day) AS last
FROM ledger GROUP BY 1, 2 ORDER BY 3 DESC;
CREATE VIEW sources_by_outlet AS
SELECT outlet, count(*) AS attributions, sum(source_type = 'named') AS named, sum(source_type = 'role') AS unnamed,
  sum(source_type = 'org') AS institutions, sum(source_type = 'media') AS media, sum(source_type = 'doc') AS documents,
  sum(source_type = 'group') AS groups, sum(source_type = 'none') AS nobody
FROM ledger GROUP BY outlet ORDER BY 2 DESC;
