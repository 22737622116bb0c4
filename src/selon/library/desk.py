"""What people do at the page, written down: corrections, and the list of feeds."""

from collections.abc import Iterable
from typing import NamedTuple

from selon.anchors import fingerprint
from selon.library import codec
from selon.library.corrections import Applied, Correction, Statement, Verb, standing, statement, version_of
from selon.library.store import Library, now
from selon.model import Attribution, InputError, Reading


class Feed(NamedTuple):
    """`looked` (UTC) is when it was fetched last, `outcome` what came of it."""

    url: str
    added: str
    looked: str | None
    outcome: str | None


class ConflictError(InputError):
    """Somebody else has corrected it meanwhile; `version` is what it has now, None where it is there no more."""

    def __init__(self, message: str, version: str | None, kind: str = "", **values: object) -> None:
        super().__init__("conflict", message, kind, **values)
        self.version = version


# ---------------------------------------------------------------- corrections


def correct(
    library: Library,
    article: str,
    verb: Verb,
    who: str,
    *,
    attribution: str | None = None,
    version: str | None = None,
    after: Attribution | None = None,
    entity: str | None = None,
) -> Correction:
    """Write down a correction of an article's current text.

    `attribution` and `version` are the id and the version (`version_of`) of the one that is confirmed, rejected or
    changed, as the corrected reading has it; `after` is how it should be, or the one that was missed, and `entity`
    the name of who is behind it. Raises ConflictError where that version is not the newest, and InputError: code
    "unknown" without such an article, "correction" where `after` is missing or does not fit the text.
    """
    with library.writing():
        applied = library.applied(article)
        reading, last, before = applied.reading, None, None
        if verb in ("confirm", "reject", "change"):
            before = _standing_now(applied, attribution, version)
            last = applied.last.get(before.id)
        stated = statement(reading, before) if before else None
        if verb in ("change", "add"):
            if after is None:
                raise InputError("correction", f"to {verb} an attribution, say how it should be")
            stated_after: Statement | None = _fitting(reading, after, entity)
        else:
            stated_after = stated if verb == "confirm" else None
        target = last.target if last else None
        n = _insert(library, reading, verb, who, target, stated, stated_after, None)
        _show(library, article)
    return _written(library, article, n)


def undo(library: Library, n: int, who: str) -> Correction:
    """Take back correction number `n`. Raises InputError: code "unknown" without such a one, "conflict" where it is
    undone, or a later correction of the same attribution stands on it."""
    with library.writing():
        every = library.corrections()
        one = next((c for c in every if c.n == n and c.verb != "undo"), None)
        if one is None:
            raise InputError("unknown", f"there is no correction {n} in {str(library.path)!r}", "no_correction", n=n)
        if one.undone is not None:
            raise ConflictError(f"correction {n} is undone already", None, "correction_undone", n=n)
        later = [c.n for c in standing(every) if c.target == one.target and c.n > n]
        if later:
            raise ConflictError(
                f"correction {later[-1]} stands on correction {n}: undo that one first",
                None,
                "correction_stands",
                n=n,
                later=later[-1],
            )
        reading = library.get(one.article)
        made = _insert(library, reading, "undo", who, one.target, one.after, one.before, n)
        _show(library, one.article)
    return _written(library, one.article, made)


def _standing_now(applied: Applied, id: str | None, version: str | None) -> Attribution:
    found = next((a for a in applied.reading.attributions if a.id == id), None)
    if found is None:
        raise ConflictError(f"there is no attribution {id!r} any more: it was rejected, or the article read anew", None)
    known = version_of(applied.reading, found, applied.last.get(found.id))
    if version != known:
        raise ConflictError("somebody has corrected this attribution meanwhile, or the article was read anew", known)
    return found


def _fitting(reading: Reading, after: Attribution, entity: str | None) -> Statement:
    """What should stand there, checked against the text."""
    n = len(reading.article.text)
    spans = (*after.source.spans, *after.cue.spans, *after.content.spans)
    if not after.content.spans:
        raise InputError("correction", "an attribution has a content: mark its words in the text", "no_content")
    outside = [span for span in spans if span.end > n]
    if outside:
        start, end = outside[0].start, outside[0].end
        raise InputError("correction", f"span [{start}, {end}) leaves the text, which has {n} code points")
    return Statement(
        **{
            f: getattr(statement(reading, after), f) for f in ("source", "cue", "content", "act", "certainty", "manner")
        },
        type=after.source.type,
        entity=entity or None,
    )


def _insert(
    library: Library,
    reading: Reading,
    verb: Verb,
    who: str,
    target: int | None,
    before: Statement | None,
    after: Statement | None,
    undoes: int | None,
) -> int:
    article, db = reading.article, library._db
    number = db.execute("SELECT n FROM articles WHERE id = ?", (article.id,)).fetchone()[0]
    text_hash = bytes.fromhex(fingerprint(article.text))
    said = [codec.to_json(one) if one else None for one in (before, after)]
    made = db.execute(
        "INSERT INTO corrections (article, target, verb, who, at, text_hash, before, after, undoes)"
        " VALUES (?,?,?,?,?,?,?,?,?)",
        (number, target or 0, verb, who, now(), text_hash, *said, undoes),
    ).lastrowid
    assert made is not None
    if target is None:
        db.execute("UPDATE corrections SET target = n WHERE n = ?", (made,))
    return made


def _show(library: Library, article: str) -> None:
    """Make the tables of the article say what the correction says."""
    n, revision = library._db.execute("SELECT n, revision FROM articles WHERE id = ?", (article,)).fetchone()
    library._show(n, revision, library.get(article))


def _written(library: Library, article: str, n: int) -> Correction:
    return next(c for c in library.corrections(article) if c.n == n)


# ---------------------------------------------------------------- feeds


def feeds(library: Library) -> tuple[Feed, ...]:
    rows = library.rows("SELECT url, added, looked, outcome FROM feeds ORDER BY added, url", ())
    return tuple(Feed(*row) for row in rows)


def add_feed(library: Library, url: str) -> None:
    """Put an address on the list, if it is not there."""
    with library.writing():
        library._db.execute("INSERT OR IGNORE INTO feeds (url, added) VALUES (?, ?)", (url, now()))


def remove_feed(library: Library, url: str) -> bool:
    """Whether it was on the list."""
    with library.writing():
        return library._db.execute("DELETE FROM feeds WHERE url = ?", (url,)).rowcount > 0


def note_feeds(library: Library, urls: Iterable[str], outcome: str) -> None:
    """Remember that these were looked at just now, and what came of it."""
    with library.writing():
        rows = [(now(), outcome, url) for url in urls]
        library._db.executemany("UPDATE feeds SET looked = ?, outcome = ? WHERE url = ?", rows)
