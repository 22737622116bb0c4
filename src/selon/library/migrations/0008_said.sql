-- What somebody said and how articles name them, in the order in which it is asked for: of who is in thousands of articles
-- a page is then found without a look at each of these. Triggers keep both tables, whoever changes what they are made of.

CREATE TABLE said (
  n INTEGER PRIMARY KEY REFERENCES attributions (n) ON DELETE CASCADE,
  known TEXT NOT NULL,                    -- who the attribution's source is across articles
  reported INTEGER NOT NULL,              -- 1 where another says that they said it
  day TEXT NOT NULL,                      -- the article's, whose attributions are put anew whenever it is another
  article INTEGER NOT NULL,
  denied INTEGER NOT NULL                 -- 1 where it is a denial
) STRICT;
CREATE INDEX said_by_day ON said (known, reported, day, article, n, denied);

CREATE TABLE named (
  n INTEGER PRIMARY KEY REFERENCES entities (n) ON DELETE CASCADE,
  known TEXT NOT NULL,                    -- who the entity is across articles
  article INTEGER NOT NULL,
  entity TEXT NOT NULL,
  name TEXT NOT NULL                      -- that it has there
) STRICT;
CREATE INDEX named_by_known ON named (known, article, n, entity, name);

INSERT INTO said
SELECT s.n, t.known, s.inside IS NOT NULL, a.day, a.n, s.act = 'deny' FROM traces t
JOIN attributions s ON s.article = t.article AND s.entity = t.entity JOIN articles a ON a.n = t.article;
INSERT INTO named
SELECT e.n, t.known, t.article, t.entity, e.name FROM traces t
JOIN entities e ON e.article = t.article AND e.id = t.entity;

CREATE TRIGGER traces_added AFTER INSERT ON traces BEGIN
  INSERT INTO said
  SELECT s.n, new.known, s.inside IS NOT NULL, a.day, a.n, s.act = 'deny' FROM attributions s
  JOIN articles a ON a.n = s.article WHERE s.article = new.article AND s.entity = new.entity;
  INSERT INTO named
  SELECT n, new.known, article, id, name FROM entities WHERE article = new.article AND id = new.entity;
END;
CREATE TRIGGER traces_removed AFTER DELETE ON traces BEGIN
  DELETE FROM said WHERE n IN (SELECT n FROM attributions WHERE article = old.article AND entity = old.entity);
  DELETE FROM named WHERE n IN (SELECT n FROM entities WHERE article = old.article AND id = old.entity);
END;
CREATE TRIGGER attributions_said AFTER INSERT ON attributions WHEN new.entity IS NOT NULL BEGIN
  INSERT INTO said
  SELECT new.n, t.known, new.inside IS NOT NULL, a.day, a.n, new.act = 'deny' FROM traces t
  JOIN articles a ON a.n = t.article WHERE t.article = new.article AND t.entity = new.entity;
END;
CREATE TRIGGER entities_named AFTER INSERT ON entities BEGIN
  INSERT INTO named
  SELECT new.n, known, new.article, new.id, new.name FROM traces WHERE article = new.article AND entity = new.id;
END;

-- What is asked of an article beside its text, for many at once; and by which names somebody is looked for.
CREATE INDEX articles_in_short ON articles (n, id, day, dated, outlet);
CREATE INDEX known_by_names ON known (names, mentions);
