-- What people say of who is who across articles, and of what is one claim. Kept apart from all that is derived, and never
-- changed: an undone ruling is one that a later one undoes. Articles are named by their ids, so that a ruling outlives one
-- that is taken out of the library, and holds again when it comes back.

CREATE TABLE ruled (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  about TEXT NOT NULL,                    -- who, claim
  verb TEXT NOT NULL,                     -- merge, split, undo
  who TEXT NOT NULL,
  at TEXT NOT NULL,
  a TEXT NOT NULL,                        -- JSON: the two sides as they stood; entities by their names in articles,
  b TEXT NOT NULL,                        -- statements by their words, by which they are found again in another text
  undoes INTEGER REFERENCES ruled (n)
) STRICT;
INSERT INTO ruled (n, about, verb, who, at, a, b)
SELECT r.n, 'who', r.kind, r.who, r.at,
  json_object('label', r.a_name, 'named', json_array(json_object('article', x.id, 'name', r.a_name))),
  json_object('label', r.b_name, 'named', json_array(json_object('article', y.id, 'name', r.b_name)))
FROM rulings r JOIN articles x ON x.n = r.a JOIN articles y ON y.n = r.b ORDER BY r.n;
DROP TABLE rulings;
ALTER TABLE ruled RENAME TO rulings;
DELETE FROM derived WHERE name = 'rulings';
