-- The words that statements are made of, beside their meaning. What is linked already is linked anew.

ALTER TABLE statements ADD COLUMN words BLOB NOT NULL DEFAULT x'';  -- of each word, eight-bit numbers: what it says, its direction
