-- What articles' heads are about as stories compare them, and in how many of them a word stands: the words of a head are
-- weighed by those linked before it, and stay so.

CREATE TABLE heads (
  article INTEGER PRIMARY KEY REFERENCES articles (n) ON DELETE CASCADE,
  record TEXT NOT NULL                    -- the whole, as JSON
) STRICT;

CREATE TABLE stems (
  stem TEXT PRIMARY KEY,                  -- '' stands in every head
  heads INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER heads_added AFTER INSERT ON heads BEGIN
  INSERT INTO stems
  SELECT key, 1 FROM json_each(new.record, '$.words') UNION ALL SELECT '', 1
  ON CONFLICT (stem) DO UPDATE SET heads = heads + 1;
END;
CREATE TRIGGER heads_removed AFTER DELETE ON heads BEGIN
  UPDATE stems SET heads = heads - 1
  WHERE stem = '' OR stem IN (SELECT key FROM json_each(old.record, '$.words'));
END;
