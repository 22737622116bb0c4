"""What people rule of what is one across articles, and what is two: entities, and claims, as a layer of its own.

A ruling holds both sides as they stood, so that it binds whatever is linked anew: entities by their names in articles,
statements by their words and where they stood. It applies to what can be found again so, and to nothing that merely
looks like it. Rulings are laid over what is linked in the order in which they were made: a later one prevails.
"""

from collections.abc import Iterable
from typing import Any, Literal

from selon.anchors import Anchor, find, fingerprint
from selon.library import codec
from selon.library.store import Library, now
from selon.model import InputError, Record, Span

About = Literal["who", "claim"]
"""Who is who across articles; which statements are one claim."""
Verb = Literal["merge", "split", "undo"]
"""Both sides are one; side b is another than side a; an earlier ruling is taken back."""
Lost = Literal["article", "words", "repeated", "reading"]
"""Why a place is not found any more: its article is not in the library; its words or name are gone, or stand in other
surroundings; they stand there more than once; the present reading does not cut a statement there."""


class Named(Record, frozen=True):
    """An entity of an article, by its name there."""

    article: str
    name: str


class Stated(Record, frozen=True):
    """A statement of an article, whose text had this fingerprint."""

    article: str
    text: str
    anchor: Anchor


class Side(Record, frozen=True):
    """Whom or what a ruling is about, as it stood: `label` is the name, or the words of the claim."""

    label: str
    named: tuple[Named, ...] = ()
    stated: tuple[Stated, ...] = ()


class Ruling(Record, frozen=True):
    """What `who` ruled `at` some time (UTC); `undone` is the ruling that took this one back."""

    n: int
    about: About
    verb: Verb
    who: str
    at: str
    a: Side
    b: Side
    undoes: int | None = None
    undone: int | None = None


def rulings(library: Library) -> tuple[Ruling, ...]:
    """All of them, in the order in which they were made."""
    rows = library.rows(
        "SELECT r.n, r.about, r.verb, r.who, r.at, r.a, r.b, r.undoes, u.n FROM rulings r"
        " LEFT JOIN rulings u ON u.undoes = r.n ORDER BY r.n"
    )
    return tuple(_ruling(row) for row in rows)


def _ruling(row: tuple[Any, ...]) -> Ruling:
    n, about, verb, who, at, a, b, undoes, undone = row
    sides = (codec.from_json(a, Side), codec.from_json(b, Side))
    return Ruling(
        n=n, about=about, verb=verb, who=who, at=at, a=sides[0], b=sides[1], undoes=undoes, undone=undone
    )  # fmt: skip


def standing(every: Iterable[Ruling]) -> tuple[Ruling, ...]:
    """Those that nobody took back."""
    return tuple(r for r in every if r.verb != "undo" and r.undone is None)


def rule(library: Library, about: About, verb: Verb, who: str, a: Side, b: Side, undoes: int | None = None) -> int:
    """Keep a ruling, within `library.writing()`; its number."""
    sql = "INSERT INTO rulings (about, verb, who, at, a, b, undoes) VALUES (?, ?, ?, ?, ?, ?, ?)"
    return library.put(sql, (about, verb, who, now(), codec.to_json(a), codec.to_json(b), undoes))


def undo(library: Library, n: int, who: str) -> int:
    """Take back ruling number `n`, within `library.writing()`. Raises InputError: code "unknown" without such a one,
    "conflict" where it is undone already."""
    one = next((r for r in rulings(library) if r.n == n and r.verb != "undo"), None)
    if one is None:
        raise InputError(
            "unknown",
            f"there is no ruling {n} in {str(library.path)!r}; selon rulings list shows them",
            "no_ruling",
            n=n,
        )
    if one.undone is not None:
        raise InputError("conflict", f"ruling {n} is undone already", "ruling_undone", n=n)
    return rule(library, one.about, "undo", who, one.a, one.b, n)


def last(library: Library) -> int:
    """The number of the newest one, 0 without any."""
    return int(library.row("SELECT coalesce(max(n), 0) FROM rulings")[0])


def entity_of(library: Library, named: Named) -> tuple[str | None, Lost]:
    """The id of the entity of that name in its article, else why there is none."""
    sql = "SELECT e.id FROM entities e JOIN articles a ON a.n = e.article WHERE a.id = ? AND e.name = ? LIMIT 2"
    found = library.rows(sql, (named.article, named.name))
    if len(found) == 1:
        return str(found[0][0]), "words"
    return None, "repeated" if found else "words" if named.article in library else "article"


def place_of(text: str, spans: Iterable[Span], stated: Stated) -> tuple[Span | None, Lost]:
    """Which of an article's statements, at `spans`, it is: the one at the same words, or else the one that has most of
    its letters, of which these are the most; or why there is none."""
    span, how = find(text, stated.anchor, same_text=fingerprint(text) == stated.text)
    if span is None:
        return None, "repeated" if how == "repeated" else "words"
    best = None
    for one in spans:
        if one == span:
            return one, "words"
        common = min(one.end, span.end) - max(one.start, span.start)
        if 2 * common > max(one.end - one.start, span.end - span.start):
            best = one
    return best, "reading"
