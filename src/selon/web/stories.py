"""Stories, claims and comparisons as the page shows them: made of linking's records, adding no judgement."""

import difflib
import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from selon.linking.types import Claim, Copy, Occurrence, Stance
from selon.model import Article, Certainty, Span

SIGNS: dict[Stance, str] = {"supports": "●", "denies": "⊘", "doubts": "?", "differs": "≠"}
_FIRMNESS: tuple[Certainty, ...] = ("certain", "probable", "possible", "unknown")
_AGAINST: tuple[Stance, ...] = ("denies", "doubts", "differs")
_CLOSING = re.compile(r"[.,;:!?…»”’)\]\"\u00a0\u202f]+")
_AROUND = re.compile(r"(\s*)(.*?)(\s*)", re.DOTALL)
Find = Callable[[str], Article]
"""An article by its id."""


class Cell(NamedTuple):
    """What one outlet has of a claim: a stance, the firmest certainty with which it is told, and where."""

    stance: Stance
    certainty: Certainty
    occurrences: tuple[Occurrence, ...]


class Row(NamedTuple):
    """A claim and its cells, one list an outlet, in the order of the columns."""

    claim: Claim
    cells: tuple[tuple[Cell, ...], ...]


class Matrix(NamedTuple):
    outlets: tuple[str, ...]
    rows: tuple[Row, ...]


class Event(NamedTuple):
    """On a day of publication: a claim told for the first time, or denied or doubted for the first time by somebody."""

    day: str | None
    claim: Claim
    occurrence: Occurrence
    article: Article
    who: str


class Piece(NamedTuple):
    """Words of one side, and whether the other side has them otherwise."""

    words: str
    changed: bool


class Line(NamedTuple):
    """What stands side by side: a copied passage (numbered from 1), or, as number 0, what stands between two."""

    number: int
    a: tuple[Piece, ...]
    b: tuple[Piece, ...]


def outlet_of(article: Article) -> str:
    return article.outlet or article.title or article.id


# ---------------------------------------------------------------- a story


def matrix(claims: Sequence[Claim], find: Find) -> Matrix:
    """Claims by outlets, these by their first day."""
    articles = {id: find(id) for claim in claims for id in claim.articles}
    first: dict[str, str] = {}
    for article in articles.values():
        day = article.published.value if article.published else "9999"
        name = outlet_of(article)
        first[name] = min(first.get(name, day), day)
    outlets = tuple(sorted(first, key=lambda name: (first[name], name)))
    rows = []
    for claim in claims:
        by_outlet: dict[str, list[Occurrence]] = {}
        for occurrence in claim.occurrences:
            by_outlet.setdefault(outlet_of(articles[occurrence.article]), []).append(occurrence)
        rows.append(Row(claim, tuple(_cells(by_outlet.get(outlet, ())) for outlet in outlets)))
    return Matrix(outlets, tuple(rows))


def _cells(occurrences: Iterable[Occurrence]) -> tuple[Cell, ...]:
    by_stance: dict[Stance, list[Occurrence]] = {}
    for occurrence in occurrences:
        by_stance.setdefault(occurrence.stance, []).append(occurrence)
    return tuple(
        Cell(stance, min((o.certainty for o in some), key=_FIRMNESS.index), tuple(some))
        for stance, some in sorted(by_stance.items(), key=lambda pair: list(SIGNS).index(pair[0]))
    )


def timeline(claims: Sequence[Claim], find: Find) -> list[tuple[str | None, list[Event]]]:
    """By day of publication: who told each claim first, and who stood against it first; what has no day comes last."""
    events = []
    for claim in claims:
        dated = [(find(o.article), o) for o in claim.occurrences]
        dated.sort(key=lambda pair: pair[0].published.value if pair[0].published else "9999")
        seen: set[str] = set()
        for article, occurrence in dated:
            key = "told" if occurrence.stance not in _AGAINST else f"{occurrence.stance} {speaker(occurrence)}"
            if key not in seen:
                seen.add(key)
                day = article.published.value if article.published else None
                events.append(Event(day, claim, occurrence, article, speaker(occurrence)))
    by_day: dict[str | None, list[Event]] = {}
    for event in sorted(events, key=lambda event: (event.day is None, event.day or "")):
        by_day.setdefault(event.day, []).append(event)
    return list(by_day.items())


def speaker(occurrence: Occurrence) -> str:
    """The innermost voice."""
    return occurrence.chain[-1].name if occurrence.chain else "?"


# ---------------------------------------------------------------- side by side


def side_by_side(a: str, b: str, copy: Copy | None) -> list[Line]:
    """Two texts in lines: passages that they share beside one another, and what is each one's own in between.

    Passages follow a's order; where b has them in another order, b's own words come where its passages allow.
    """
    passages = sorted(copy.passages, key=lambda passage: passage.a) if copy else []
    lines, at_a, at_b = list[Line](), 0, 0
    for number, passage in enumerate(passages, 1):
        own_a, own_b = _between(a, at_a, passage.a.start), _between(b, at_b, passage.b.start)
        shared_a, shared_b = _closed(a, passage.a), _closed(b, passage.b)
        if own_a or own_b:
            lines.append(Line(0, own_a, own_b))
        whole = copy is not None and copy.kind == "translated"
        left, right = shared_a.of(a), shared_b.of(b)
        pieces = ((Piece(left, False),), (Piece(right, False),)) if whole else changed(left, right)
        lines.append(Line(number, *pieces))
        at_a, at_b = max(at_a, shared_a.end), max(at_b, shared_b.end)
    if _between(a, at_a, len(a)) or _between(b, at_b, len(b)):
        lines.append(Line(0, _between(a, at_a, len(a)), _between(b, at_b, len(b))))
    return lines


def _closed(text: str, span: Span) -> Span:
    """The span with the marks that close it."""
    found = _CLOSING.match(text, span.end)
    return Span(span.start, found.end()) if found else span


def _between(text: str, start: int, end: int) -> tuple[Piece, ...]:
    words = Span(start, end).of(text).strip() if start < end else ""
    return (Piece(words, False),) if words else ()


def changed(a: str, b: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Both sides in pieces, by words: those that the other has not are `changed`."""
    words = [re.findall(r"\s+|\w+|[^\w\s]", side) for side in (a, b)]
    keys = [[word.casefold().replace("’", "'") if not word.isspace() else " " for word in side] for side in words]
    out: tuple[list[Piece], list[Piece]] = ([], [])
    for tag, a0, a1, b0, b1 in difflib.SequenceMatcher(a=keys[0], b=keys[1], autojunk=False).get_opcodes():
        for side, start, end in ((0, a0, a1), (1, b0, b1)):
            if start < end:
                piece = "".join(words[side][start:end])
                if tag == "equal" or not any(map(str.isalnum, piece)):
                    out[side].append(Piece(piece, False))
                else:
                    before, inner, after = _AROUND.fullmatch(piece).groups()  # type: ignore[union-attr]  # matches all
                    out[side].extend(Piece(p, p is inner) for p in (before, inner, after) if p)
    return tuple(out[0]), tuple(out[1])
