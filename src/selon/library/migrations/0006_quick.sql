-- What lists, counts and cards ask of many articles at once, without a look at the articles' own rows, which are long.

CREATE INDEX articles_by_outlet ON articles (outlet, day, own_voice);
CREATE INDEX articles_by_language ON articles (language, day);
DROP INDEX attributions_by_article;
CREATE INDEX attributions_by_article ON attributions (article, entity, source_type, speaker, inside, act);
DROP INDEX entities_by_article;
CREATE INDEX entities_by_article ON entities (article, id, kind);
CREATE INDEX traces_by_entity ON traces (known, article, entity);
CREATE INDEX occurrences_by_attribution ON occurrences (article, attribution, claim);
DROP INDEX occurrences_by_article;
CREATE INDEX claims_by_dispute ON claims (story, disputed DESC, independent DESC, articles DESC, outlets DESC);
DROP INDEX claims_by_story;
CREATE INDEX stories_by_day ON stories (last DESC, id) WHERE record IS NOT NULL;
