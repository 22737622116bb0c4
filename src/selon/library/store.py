"""Readings kept in one SQLite file, which several processes may read while one writes."""

import datetime
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, NamedTuple, Self

from selon.library import codec
from selon.library.corrections import Applied, Correction, apply, corrected
from selon.library.files import connect, named_errors, roll_back
from selon.model import Article, EntityKind, InputError, Published, Reading, Record, SourceType, address_of

Status = Literal["added", "revised", "reread", "known"]
"""What adding a reading came to: a new article, a new text of one, the same text read otherwise, nothing new."""

_PAGE = 64
"""Readings fetched at a time: no transaction stays open while somebody looks at one."""
_MARKS = ("\ue000", "\ue001")
"""Private characters that SQLite sets around the words found."""


class Added(NamedTuple):
    id: str
    status: Status


class Stamp(NamedTuple):
    """What a server said of an address: give it back, and it answers only if something changed."""

    url: str
    etag: str | None = None
    last_modified: str | None = None


class Entry(Record, frozen=True):
    """An article as it is listed. `day` orders it: the day or month it was published, if `dated`, else the UTC day
    it was added. `revisions` counts its texts."""

    id: str
    day: str
    dated: bool
    added: str
    language: str
    outlet: str | None
    title: str | None
    url: str | None
    attributions: int
    revisions: int


class Revision(NamedTuple):
    """One text of an article, `n` of the library; `seen` and `last_seen` (UTC) are when it was found there first and
    last."""

    n: int
    seen: str
    last_seen: str
    read: str
    current: bool


class Hit(NamedTuple):
    """A place where the words sought stand: in an article's text, or in attribution `attribution` of it, which
    `speaker` said. `words` are cut around them, in pieces, each with whether it was sought."""

    id: str
    day: str
    dated: bool
    outlet: str | None
    title: str | None
    attribution: str | None
    speaker: str | None
    words: tuple[tuple[str, bool], ...]


class Summary(NamedTuple):
    """Counts; `made_by` has how many readings each set of versions made, most first."""

    path: str
    schema: int
    bytes: int
    articles: int
    revisions: int
    attributions: int
    undated: int
    first: str | None
    last: str | None
    languages: dict[str, int]
    outlets: dict[str, int]
    made_by: tuple[tuple[dict[str, str], int], ...]


class Library:
    """An open library: `with Library.open("selon.db") as library`. For one thread.

    An article is known by its id. Adding one whose text it has changes nothing; one with another text is a revision,
    kept beside the others: the text seen last is the one that `get`, `readings` and `search` give. Every method
    raises InputError where the file cannot be read or written (code "full", "busy", "damaged"…), and adds all or
    nothing.
    """

    def __init__(self, db: sqlite3.Connection, path: Path) -> None:
        self._db = db
        self.path = path

    @classmethod
    def open(cls, path: str | PathLike[str], *, create: bool = False) -> Self:
        """The library at `path`, an older one brought up to date after a copy was made; `create` makes a missing one.

        Raises InputError: code "missing", "no-library" (another kind of file), "newer", "damaged", "full", "busy",
        "read-only", "unreadable".
        """
        library = cls(connect(Path(path), create=create), Path(path))
        try:
            library._refill()
        except BaseException:
            library.close()
            raise
        return library

    def close(self) -> None:
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    # ------------------------------------------------------------ adding

    def add(
        self,
        reading: Reading,
        *,
        place: str | None = None,
        digest: bytes | None = None,
        seen: str | None = None,
        stamp: Stamp | None = None,
        again: bool = False,
    ) -> Added:
        """Keep a reading, in one transaction with all that is said of it.

        `place` is where it was found and `digest` what tells its input from others: `holds` then knows it. `seen`
        (UTC, ISO 8601 to the second) is when the text stood there, by default now: older ones do not become the
        current text. `again` puts the reading in place of another one of the same text.
        """
        record = codec.pack(reading)
        with self.writing():
            revision, status = self._keep(reading, record, seen, again)
            if place is not None and digest is not None:
                values = (place, digest, revision, now())
                self._db.execute(
                    "INSERT OR REPLACE INTO sources (place, digest, revision, at) VALUES (?,?,?,?)", values
                )
            if stamp:
                self._stamp(stamp)
        return Added(reading.article.id, status)

    def _keep(self, reading: Reading, record: bytes, seen: str | None, again: bool) -> tuple[int, Status]:
        db, article = self._db, reading.article
        at, text_hash = seen or now(), codec.text_hash(article.text)
        found = db.execute("SELECT n FROM articles WHERE id = ?", (article.id,)).fetchone()
        if found is None:
            n = self._insert(article)
            revision = self._insert_revision(n, reading, record, text_hash, at)
            self._show(n, revision, reading)
            return revision, "added"
        n = found[0]
        known = db.execute(
            "SELECT n, last_seen, record FROM revisions WHERE article = ? AND text_hash = ?", (n, text_hash)
        ).fetchone()
        if known is None:
            revision = self._insert_revision(n, reading, record, text_hash, at)
            status: Status = "revised"
        else:
            revision, status = known[0], "known"
            if again and known[2] != record:
                status = "reread"
                made_by = codec.to_json(reading.made_by)
                values = (now(), made_by, record, revision)
                db.execute("UPDATE revisions SET read = ?, made_by = ?, record = ? WHERE n = ?", values)
            if seen and seen > known[1]:
                db.execute("UPDATE revisions SET last_seen = ? WHERE n = ?", (seen, revision))
        if status != "known" or seen:
            self._show_newest(n, also=revision if status == "reread" else None)
        return revision, status

    def _insert(self, article: Article) -> int:
        values = (article.id, now(), "", 0, article.language, "[]", 0.0, "")
        found = self._db.execute(
            "INSERT INTO articles (id, added, day, dated, language, credits, own_voice, text) VALUES (?,?,?,?,?,?,?,?)",
            values,
        )
        assert found.lastrowid is not None
        return found.lastrowid

    def _insert_revision(self, article: int, reading: Reading, record: bytes, text_hash: bytes, at: str) -> int:
        values = (article, text_hash, at, at, now(), codec.to_json(reading.made_by), record)
        found = self._db.execute(
            "INSERT INTO revisions (article, text_hash, seen, last_seen, read, made_by, record) VALUES (?,?,?,?,?,?,?)",
            values,
        )
        assert found.lastrowid is not None
        return found.lastrowid

    def _show_newest(self, article: int, also: int | None = None) -> None:
        """Derive the tables from the text seen last, unless they are; anew if that is revision `also`."""
        newest, record, shown = self._db.execute(
            "SELECT r.n, r.record, a.revision FROM revisions r JOIN articles a ON a.n = r.article"
            " WHERE r.article = ? ORDER BY r.last_seen DESC, r.n DESC LIMIT 1",
            (article,),
        ).fetchone()
        if newest != shown or newest == also:
            self._show(article, newest, codec.unpack(record))

    def _show(self, n: int, revision: int, reading: Reading) -> None:
        """Make all that is derived of article number `n` say what this reading says, as people have corrected it."""
        reading = corrected(reading, self._corrections("c.article = ?", (n,)))
        db, article = self._db, reading.article
        published = article.published
        added = db.execute("SELECT added FROM articles WHERE n = ?", (n,)).fetchone()[0]
        shown: dict[str, str | int | float | None] = {
            "revision": revision,
            "day": published.value if published else added[:10],
            "dated": int(published is not None),
            "published": published.value if published else None,
            "published_how": published.how if published else None,
            "language": article.language,
            "outlet": article.outlet,
            "title": article.title,
            "byline": article.byline,
            "credits": codec.to_json(article.credits),
            "url": article.url,
            "address": address_of(article.url) if article.url else None,
            "own_voice": reading.own_voice(),
            "text": article.text,
        }
        changes = ", ".join(f"{name} = ?" for name in shown)
        db.execute(f"UPDATE articles SET {changes} WHERE n = ?", (*shown.values(), n))
        db.execute("UPDATE linked SET revision = NULL WHERE article = ?", (n,))
        for table, rows in codec.rows(reading).items():
            columns = codec.TABLES[table]
            db.execute(f"DELETE FROM {table} WHERE article = ?", (n,))
            names = ", ".join(f'"{column}"' for column in columns)
            marks = ", ".join("?" * len(columns))
            db.executemany(f"INSERT INTO {table} (article, {names}) VALUES ({n}, {marks})", rows)

    def seen_again(self, digest: bytes, seen: str, stamp: Stamp) -> None:
        """Note that what became an article of an input stood there once more, so that it is the current text."""
        with self.writing():
            self._stamp(stamp)
            sql = "SELECT s.revision, r.article FROM sources s JOIN revisions r ON r.n = s.revision WHERE s.digest = ?"
            for revision, article in self._db.execute(sql, (digest,)).fetchall():
                sql = "UPDATE revisions SET last_seen = max(last_seen, ?) WHERE n = ?"
                self._db.execute(sql, (seen, revision))
                self._show_newest(article)

    def stamp(self, stamp: Stamp) -> None:
        """Remember what a server said of an address, once all that it gave is kept."""
        with self.writing():
            self._stamp(stamp)

    def _stamp(self, stamp: Stamp) -> None:
        values = (stamp.url, stamp.etag, stamp.last_modified, now())
        self._db.execute("INSERT OR REPLACE INTO fetched (url, etag, last_modified, at) VALUES (?, ?, ?, ?)", values)

    # ------------------------------------------------------------ what it knows already

    def holds(self, place: str, digest: bytes) -> str | None:
        """The id of the article that this input became, wherever it was found; None for one not seen yet. The place
        is remembered."""
        found = self.row(
            "SELECT s.revision, a.id, max(s.place = ?) FROM sources s JOIN revisions r ON r.n = s.revision"
            " JOIN articles a ON a.n = r.article WHERE s.digest = ?",
            (place, digest),
        )
        if not found or found[1] is None:
            return None
        if not found[2]:
            with self.writing():
                values = (place, digest, found[0], now())
                self._db.execute("INSERT OR IGNORE INTO sources (place, digest, revision, at) VALUES (?,?,?,?)", values)
        return str(found[1])

    def at_place(self, place: str) -> str | None:
        """The id of the article found last at a place."""
        return self._id(
            "SELECT a.id FROM sources s JOIN revisions r ON r.n = s.revision JOIN articles a ON a.n = r.article"
            " WHERE s.place = ? ORDER BY s.at DESC, s.revision DESC LIMIT 1",
            (place,),
        )

    def at_address(self, url: str) -> str | None:
        """The id of the article added first that has this address, however it is spelt."""
        return self._id("SELECT id FROM articles WHERE address = ? ORDER BY n LIMIT 1", (address_of(url),))

    def with_text(self, text: str, outlet: str | None) -> str | None:
        """The id of the first article of this outlet, or of none, that has or had this text."""
        return self._id(
            "SELECT a.id FROM revisions r JOIN articles a ON a.n = r.article"
            " WHERE r.text_hash = ? AND a.outlet IS ? ORDER BY a.n LIMIT 1",
            (codec.text_hash(text), outlet),
        )

    def fetched(self, url: str) -> tuple[Stamp, str] | None:
        """What its server said of `url` when it was fetched last, and when that was (UTC)."""
        found = self.row("SELECT url, etag, last_modified, at FROM fetched WHERE url = ?", (url,))
        return (Stamp(*found[:3]), found[3]) if found else None

    # ------------------------------------------------------------ reading

    def __len__(self) -> int:
        return int(self.row("SELECT count(*) FROM articles", ())[0])

    def __contains__(self, id: str) -> bool:
        return self._id("SELECT id FROM articles WHERE id = ?", (id,)) is not None

    def get(self, id: str, revision: int | None = None) -> Reading:
        """The reading of an article: of its current text, or of revision number `revision`. Raises InputError: code
        "unknown" where there is none, "damaged" where its spans no longer give their words."""
        wanted = "a.revision" if revision is None else "?"
        found = self.row(
            f"SELECT r.record FROM articles a JOIN revisions r ON r.article = a.n AND r.n = {wanted} WHERE a.id = ?",
            (id,) if revision is None else (revision, id),
        )
        if found is None:
            what = f"article {id!r}" if revision is None else f"revision {revision} of article {id!r}"
            raise self._unknown(what, id)
        return self._unpack(id, found[0])

    def _unknown(self, what: str, id: str) -> InputError:
        return InputError(
            "unknown", f"there is no {what} in {str(self.path)!r}; selon library --list shows all", "no_article", id=id
        )

    def article(self, id: str) -> Article:
        """An article without its reading and blocks, which costs less. Raises InputError as `get` does."""
        found = self.row(f"SELECT {_ARTICLE} FROM articles WHERE id = ?", (id,))
        if found is None:
            raise self._unknown(f"article {id!r}", id)
        return _article(found)

    def applied(self, id: str, revision: int | None = None) -> Applied:
        """As `get`, with what people have corrected."""
        return apply(self.get(id, revision), self.corrections(id))

    def corrections(self, id: str | None = None) -> tuple[Correction, ...]:
        """All that people have corrected, undone or not, in the order in which they did; of one article."""
        return self._corrections("a.id = ?", (id,)) if id is not None else self._corrections("1", ())

    def _corrections(self, where: str, values: tuple[Any, ...]) -> tuple[Correction, ...]:
        rows = self.rows(
            "SELECT c.n, a.id, c.target, c.verb, c.who, c.at, lower(hex(c.text_hash)), c.before, c.after, c.undoes, u.n"
            " FROM corrections c JOIN articles a ON a.n = c.article LEFT JOIN corrections u ON u.undoes = c.n"
            f" WHERE {where} ORDER BY c.n",
            values,
        )
        return tuple(codec.correction(row) for row in rows)

    def readings(self, *, corrected: bool = False) -> Iterator[Reading]:
        """The readings of all articles' current texts, in the order in which the articles were added; `corrected`: as
        people have corrected them."""
        sql = (
            "SELECT a.n, a.id, r.record FROM articles a JOIN revisions r ON r.n = a.revision"
            " WHERE a.n > ? ORDER BY a.n LIMIT ?"
        )
        for n, id, record in self._paged(sql):
            reading = self._unpack(id, record)
            yield apply(reading, self._corrections("c.article = ?", (n,))).reading if corrected else reading

    def entries(self) -> Iterator[Entry]:
        """All articles by their day; those without a date by the day they were added."""
        for row in self.rows(f"SELECT {_ENTRY} FROM articles a ORDER BY a.day, a.n"):
            yield _entry(row)

    def entry(self, id: str) -> Entry:
        """An article as it is listed. Raises InputError ("unknown")."""
        for row in self.rows(f"SELECT {_ENTRY} FROM articles a WHERE a.id = ?", (id,)):
            return _entry(row)
        raise self._unknown(f"article {id!r}", id)

    def listed(
        self, *, outlet: str | None = None, language: str | None = None, limit: int = 50, skip: int = 0
    ) -> tuple[Entry, ...]:
        """A page of the articles, the newest first; those of one outlet, or language."""
        wanted = {name: value for name, value in (("outlet", outlet), ("language", language)) if value is not None}
        where = " AND ".join(f"{name} = ?" for name in wanted) or "1"
        found = self.rows(
            f"SELECT {_ENTRY} FROM articles a WHERE a.n IN"
            f" (SELECT n FROM articles WHERE {where} ORDER BY day DESC, n DESC LIMIT ? OFFSET ?)"
            " ORDER BY a.day DESC, a.n DESC",
            (*wanted.values(), limit, skip),
        )
        return tuple(map(_entry, found))

    def counts(self) -> tuple[int, dict[str, int], dict[str, int]]:
        """How many articles there are, in each language, and of each outlet, the most first."""
        by_language = self.rows("SELECT language, count(*) FROM articles GROUP BY 1 ORDER BY 2 DESC, 1", ())
        by_outlet = self.rows(
            "SELECT outlet, count(*) FROM articles WHERE outlet IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1", ()
        )
        return len(self), dict(by_language), dict(by_outlet)

    def speakers(
        self, *, outlet: str | None = None, articles: Sequence[str] = ()
    ) -> tuple[tuple[SourceType, EntityKind | None, str | None, int], ...]:
        """Who speaks in all articles of an outlet, or in these: types of sources, the kinds and names of the entities
        behind them, if there are any, and how many attributions each of them has."""
        which, values = _which(outlet, articles)
        return tuple(
            self.rows(
                "SELECT t.source_type, e.kind, t.speaker, count(*) FROM articles a"
                " JOIN attributions t ON t.article = a.n LEFT JOIN entities e ON e.article = a.n AND e.id = t.entity"
                f" WHERE {which} GROUP BY 1, 2, 3 ORDER BY 4 DESC, 3, 1, 2",
                values,
            )
        )

    def own_voice(self, *, outlet: str | None = None, articles: Sequence[str] = ()) -> tuple[int, float]:
        """How many articles of an outlet, or of these, there are, and the share of an article's text that is
        attributed to nobody, on average, in [0, 1]."""
        which, values = _which(outlet, articles)
        count, share = self.row(f"SELECT count(*), coalesce(avg(a.own_voice), 1) FROM articles a WHERE {which}", values)
        return count, share

    def places_of(self, articles: Sequence[str]) -> tuple[tuple[str, float, float, int, str], ...]:
        """Places with coordinates in these articles: name, latitude, longitude, how often, an article that has it."""
        marks = ", ".join("?" * len(articles))
        return tuple(
            self.rows(
                "SELECT p.name, p.latitude, p.longitude, count(*), min(a.id) FROM places p"
                f" JOIN articles a ON a.n = p.article WHERE a.id IN ({marks}) AND p.latitude IS NOT NULL"
                " GROUP BY round(p.latitude, 2), round(p.longitude, 2) ORDER BY 4 DESC",
                tuple(articles),
            )
        )

    def revisions(self, id: str) -> tuple[Revision, ...]:
        """The texts that the article has had, the oldest first; empty for an unknown article."""
        found = self.rows(
            "SELECT r.n, r.seen, r.last_seen, r.read, r.n = a.revision FROM revisions r"
            " JOIN articles a ON a.n = r.article WHERE a.id = ? ORDER BY r.seen, r.n",
            (id,),
        )
        return tuple(Revision(n, seen, last, read, bool(current)) for n, seen, last, read, current in found)

    def search(self, words: str, *, limit: int = 20) -> tuple[Hit, ...]:
        """Attributions, then articles, that hold all of these words, the best first, at most `limit` of each.

        Case and accents do not matter; words in quotation marks are sought as they follow one another, and one that
        ends in * stands for all that begin so. Raises InputError (code "search") without a word to look for.
        """
        sought = query(words)
        values = (*_MARKS, sought, sought, limit)
        said = self.rows(
            "SELECT a.id, a.day, a.dated, a.outlet, a.title, t.id, coalesce(t.speaker, nullif(t.source, '')),"
            " snippet(attributions_words, 2, ?, ?, '…', 32) FROM attributions_words w"
            " JOIN attributions t ON t.n = w.rowid JOIN articles a ON a.n = t.article"
            f" WHERE {_best('attributions_words', 'bm25(attributions_words, 2, 1, 1)')}",
            values,
        )
        told = self.rows(
            "SELECT a.id, a.day, a.dated, a.outlet, a.title, NULL, NULL,"
            " snippet(articles_words, 1, ?, ?, '…', 24) FROM articles_words w JOIN articles a ON a.n = w.rowid"
            f" WHERE {_best('articles_words', 'bm25(articles_words, 4, 1)')}",
            values,
        )
        return tuple(Hit(r[0], r[1], bool(r[2]), r[3], r[4], r[5], r[6], _pieces(r[7])) for r in (*said, *told))

    def summary(self) -> Summary:
        def counts(sql: str) -> dict[str, int]:
            return {str(name or "?"): int(count) for name, count in self.rows(sql, ())}

        articles, undated, first, last = self.row(
            "SELECT count(*), count(*) - total(dated), min(day) FILTER (WHERE dated), max(day) FILTER (WHERE dated)"
            " FROM articles",
            (),
        )
        made = self.rows("SELECT made_by, count(*) FROM revisions GROUP BY made_by ORDER BY 2 DESC", ())
        return Summary(
            path=str(self.path),
            schema=int(self.row("PRAGMA user_version", ())[0]),
            bytes=self.path.stat().st_size,
            articles=articles,
            revisions=int(self.row("SELECT count(*) FROM revisions", ())[0]),
            attributions=int(self.row("SELECT count(*) FROM attributions", ())[0]),
            undated=int(undated),
            first=first,
            last=last,
            languages=counts("SELECT language, count(*) FROM articles GROUP BY 1 ORDER BY 2 DESC, 1"),
            outlets=counts("SELECT outlet, count(*) FROM articles GROUP BY 1 ORDER BY 2 DESC, 1"),
            made_by=tuple((codec.from_json(versions, dict[str, str]), count) for versions, count in made),
        )

    # ------------------------------------------------------------ keeping it whole

    def check(self) -> Iterator[str]:
        """Everything that is wrong: in the file, in the readings (each span against its words), in what is derived
        from them. Nothing for a sound library."""
        yield from (f"file: {row[0]}" for row in self.rows("PRAGMA integrity_check", ()) if row[0] != "ok")
        yield from (f"{row[0]}: row {row[1]} points at nothing" for row in self.rows("PRAGMA foreign_key_check", ()))
        for table in ("articles_words", "attributions_words"):
            try:
                with self.writing():
                    self._db.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('integrity-check', 1)")
            except (InputError, sqlite3.DatabaseError) as error:
                yield f"{table}: the words to search by are not those of the articles ({error}); --rebuild mends it"
        for (id,) in self.rows("SELECT id FROM articles WHERE revision IS NULL", ()):
            yield f"article {id}: it has no reading"
        sql = (
            "SELECT r.n, a.id, r.record, r.text_hash, r.n = a.revision, a.n FROM revisions r"
            " JOIN articles a ON a.n = r.article WHERE r.n > ? ORDER BY r.n LIMIT ?"
        )
        for n, id, record, text_hash, current, article in self._paged(sql):
            try:
                reading = codec.unpack(record)
            except codec.DamagedError as error:
                yield f"article {id}, revision {n}: {error}"
                continue
            if reading.article.id != id or codec.text_hash(reading.article.text) != text_hash:
                yield f"article {id}, revision {n}: it holds another article or text than it should"
            elif current:
                yield from (f"article {id}: {fault}" for fault in self._differences(article, reading))

    def _differences(self, n: int, reading: Reading) -> Iterator[str]:
        """Derived tables that do not say what the corrected reading says."""
        reading = corrected(reading, self._corrections("c.article = ?", (n,)))
        if self.row("SELECT text FROM articles WHERE n = ?", (n,))[0] != reading.article.text:
            yield "table articles has another text than its reading; --rebuild mends it"
        for table, rows in codec.rows(reading).items():
            names = ", ".join(f'"{column}"' for column in codec.TABLES[table])
            if self.rows(f"SELECT {names} FROM {table} WHERE article = ? ORDER BY n", (n,)) != rows:
                yield f"table {table} has other rows than its reading; --rebuild mends it"

    def rebuild(self) -> int:
        """Make all derived tables again from the readings, in one transaction; how many articles there are."""
        with self.writing():
            return self._rebuild()

    def _rebuild(self) -> int:
        for table in codec.TABLES:
            self._db.execute(f"DELETE FROM {table}")
        count = 0
        for n, id in self.rows("SELECT n, id FROM articles ORDER BY n", ()):
            found = self.row(
                "SELECT n, record FROM revisions WHERE article = ? ORDER BY last_seen DESC, n DESC LIMIT 1", (n,)
            )
            self._show(n, found[0], self._unpack(id, found[1]))
            count += 1
        for table in ("articles_words", "attributions_words"):
            self._db.execute(f"INSERT INTO {table} ({table}) VALUES ('rebuild')")
        self._db.execute("INSERT OR REPLACE INTO derived VALUES ('tables', ?)", (codec.TABLES_VERSION,))
        return count

    def _refill(self) -> None:
        """Fill the derived tables anew where an older version of the code did."""
        sql = "SELECT version FROM derived WHERE name = 'tables'"
        if self.row(sql, ()) != (codec.TABLES_VERSION,):
            with self.writing():
                if self.row(sql, ()) != (codec.TABLES_VERSION,):  # another process may have been quicker
                    self._rebuild()

    # ------------------------------------------------------------ SQLite

    def put(self, sql: str, values: tuple[Any, ...] = ()) -> int:
        """Change rows, within `writing`; the number of the row put in last."""
        with named_errors(self.path):
            return self._db.execute(sql, values).lastrowid or 0

    def put_all(self, sql: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Change rows, within `writing`, once for each of `rows`."""
        with named_errors(self.path):
            self._db.executemany(sql, rows)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction: all of it or, on any error, nothing."""
        with named_errors(self.path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                roll_back(self._db)
                raise

    def rows(self, sql: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """What a query gives."""
        with named_errors(self.path):
            return self._db.execute(sql, values).fetchall()

    def row(self, sql: str, values: tuple[Any, ...] = ()) -> Any:
        """The first row that a query gives, None if there is none."""
        with named_errors(self.path):
            return self._db.execute(sql, values).fetchone()

    def _id(self, sql: str, values: tuple[Any, ...]) -> str | None:
        found = self.row(sql, values)
        return str(found[0]) if found else None

    def _paged(self, sql: str) -> Iterator[tuple[Any, ...]]:
        """Rows of `sql`, which takes the last number seen and how many rows to give, and gives the number first."""
        last = 0
        while rows := self.rows(sql, (last, _PAGE)):
            last = rows[-1][0]
            yield from rows

    def _unpack(self, id: str, record: bytes) -> Reading:
        try:
            return codec.unpack(record)
        except codec.DamagedError as error:
            raise InputError("damaged", f"article {id!r} in {str(self.path)!r} is damaged: {error}") from error


_ENTRY = (
    "a.id, a.day, a.dated, a.added, a.language, a.outlet, a.title, a.url,"
    " (SELECT count(*) FROM attributions t WHERE t.article = a.n),"
    " (SELECT count(*) FROM revisions r WHERE r.article = a.n)"
)


def _entry(row: tuple[Any, ...]) -> Entry:
    return Entry(row[0], row[1], bool(row[2]), *row[3:])


def _which(outlet: str | None, articles: Sequence[str]) -> tuple[str, tuple[str]]:
    """A condition on `articles a`, and its value."""
    if outlet is not None:
        return "a.outlet = ?", (outlet,)
    return "a.id IN (SELECT value FROM json_each(?))", (codec.to_json(list(articles)),)


_ARTICLE = "id, language, text, title, byline, outlet, url, credits, published, published_how"


def _article(row: tuple[Any, ...]) -> Article:
    published = Published(row[8], row[9], "") if row[8] else None
    id, language, text, title, byline, outlet, url, credits = row[:8]
    return Article(
        id, language, text, title, byline, outlet, url, tuple(codec.from_json(credits, list[str])), published
    )


def now() -> str:
    """UTC, ISO 8601, to the second."""
    return datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def query(words: str) -> str:
    """The words in FTS5's own language, in which nothing that a user types is an operator but quotes and *."""
    terms = []
    for phrase in re.findall(r'["«“]([^"»”]*)["»”]?|([^\s"«»“”]+)', words):
        term = phrase[0] or phrase[1]
        if any(c.isalnum() for c in term):
            terms.append('"' + term.rstrip("*") + '"' + "*" * term.endswith("*"))
    if not terms:
        raise InputError("search", f"there is no word to look for in {words!r}", "no_word", words=words)
    return " ".join(terms)


def _best(table: str, rank: str) -> str:
    """Which rows `w` of a table of words hold what is sought best, and their order; for what is sought, twice, and how
    many. They are chosen first: else the articles of all that hold it would be looked at."""
    return (
        f"{table} MATCH ? AND w.rowid IN"
        f" (SELECT rowid FROM {table} WHERE {table} MATCH ? ORDER BY {rank}, rowid LIMIT ?) ORDER BY {rank}, w.rowid"
    )


def _pieces(snippet: str) -> tuple[tuple[str, bool], ...]:
    """A snippet in pieces, each with whether SQLite marked it."""
    pieces: list[tuple[str, bool]] = []
    for i, part in enumerate(snippet.split(_MARKS[0])):
        sought, _, rest = part.partition(_MARKS[1]) if i else ("", "", part)
        pieces += [(sought, True), (rest, False)]
    return tuple((words, marked) for words, marked in pieces if words)
