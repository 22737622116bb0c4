-- What people say of who is who across articles: that two who are named are one, or two. Kept apart from all that is
-- derived; an entity of an article is told by its name there, since its id is another when the article is read anew.

CREATE TABLE rulings (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,                     -- merge, split
  a INTEGER NOT NULL REFERENCES articles (n) ON DELETE CASCADE,
  a_name TEXT NOT NULL,
  b INTEGER NOT NULL REFERENCES articles (n) ON DELETE CASCADE,
  b_name TEXT NOT NULL,
  who TEXT NOT NULL,
  at TEXT NOT NULL,
  UNIQUE (a, a_name, b, b_name)
) STRICT;
CREATE INDEX rulings_by_b ON rulings (b);
