"""What people rule (library/rulings.py), as linking takes it; and which of it is about what is not there any more."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Literal, NamedTuple

from selon.library import Library
from selon.library.rulings import Lost, Ruling, Side, entity_of, place_of, rulings, standing
from selon.linking import entities, origins
from selon.linking.claims import Ruled, Where
from selon.linking.entities import Mention, prevailing
from selon.linking.statements import statements
from selon.model import Reading, Span

Why = Literal["article", "words", "repeated", "reading", "stories"]
"""Why a ruling binds nothing: as Lost; or its two sides are in different stories by now."""


class Standing(NamedTuple):
    """A ruling that nobody took back, and what is left of it: `lost` of the `places` that it names are not found any
    more; `why` it binds nothing at all, None where it binds."""

    ruling: Ruling
    places: int
    lost: int
    why: Why | None


class _Cut(NamedTuple):
    text: str
    spans: Sequence[Span]


def of_entities(library: Library) -> list[entities.Ruling]:
    """Rulings on who is who, by mentions; one of somebody whom no article names any more is left out until one does."""
    found = ((r, _mentions(library, r.a), _mentions(library, r.b)) for r in _standing(library, "who"))
    return prevailing(
        ("merge" if r.verb == "merge" else "split", a, b) for r, a, b in found if a and b and not set(a) & set(b)
    )


def of_claims(library: Library, readings: Sequence[Reading]) -> list[Ruled]:
    """Rulings on claims that these articles state, which are those of one story."""
    cut = {r.article.id: _cut(r) for r in readings}
    found = []
    for r in _standing(library, "claim"):
        a, b = (frozenset(_placed(cut, side)[0]) for side in (r.a, r.b))
        if a and b:
            found.append(Ruled("merge" if r.verb == "merge" else "split", a, b, r.who, r.a.label))
    return found


def of_voices(library: Library, known: Callable[[str, str], str | None]) -> origins.Ruled:
    """What rulings on who is who say of any two mentions; `known` says who a mention is across articles."""
    pairs, known = of_entities(library), cache(known)
    merged = {known(*r.a) for r in pairs if r.kind == "merge"} - {None}
    apart = {frozenset((known(*r.a), known(*r.b))) for r in pairs if r.kind == "split"}

    def ruled(a: Mention, b: Mention) -> bool | None:
        one, other = known(*a), known(*b)
        if one == other:
            return True if one in merged else None
        return False if frozenset((one, other)) in apart else None

    return ruled if pairs else origins.nobody_ruled


def changed(library: Library, since: int) -> tuple[list[Mention], set[str]]:
    """What rulings after number `since` have changed: who was ruled upon by those that they undo, and the articles of
    the claims that they are about."""
    fresh = [r for r in rulings(library) if r.n > since]
    mentions = [m for r in fresh if r.verb == "undo" for side in (r.a, r.b) for m in _mentions(library, side)]
    return mentions, {s.article for r in fresh for side in (r.a, r.b) for s in side.stated}


def state(library: Library) -> tuple[Standing, ...]:
    """What is left of each ruling that nobody took back."""
    every, cut = standing(rulings(library)), dict[str, _Cut]()
    for article in {s.article for r in every for side in (r.a, r.b) for s in side.stated}:
        if article in library:
            cut[article] = _cut(library.applied(article).reading)
    return tuple(_state(library, r, cut) for r in every)


def _state(library: Library, r: Ruling, cut: Mapping[str, _Cut]) -> Standing:
    sides = []
    for side in (r.a, r.b):
        found, lost = _placed(cut, side)
        for named in side.named:
            id, how = entity_of(library, named)
            if id is None:
                lost.append(how)
            else:
                found.append((named.article, Span(0, 1)))
        sides.append((found, lost))
    (a, lost_a), (b, lost_b) = sides
    why: Why | None = None if a and b else (lost_a if not a else lost_b)[0]
    if why is None and r.about == "claim" and not _stories(library, a) & _stories(library, b):
        why = "stories"
    return Standing(r, len(a) + len(b) + len(lost_a) + len(lost_b), len(lost_a) + len(lost_b), why)


def _standing(library: Library, about: str) -> list[Ruling]:
    return [r for r in standing(rulings(library)) if r.about == about]


def _mentions(library: Library, side: Side) -> list[Mention]:
    found = ((named.article, entity_of(library, named)[0]) for named in side.named)
    return [(article, id) for article, id in found if id is not None]


def _cut(reading: Reading) -> _Cut:
    return _Cut(reading.article.text, [s.span for s in statements(reading)])


def _placed(cut: Mapping[str, _Cut], side: Side) -> tuple[list[Where], list[Lost]]:
    """Where the statements of a side stand in these articles, and why others do not."""
    found, lost = list[Where](), list[Lost]()
    for stated in side.stated:
        here = cut.get(stated.article)
        span, why = place_of(here.text, here.spans, stated) if here else (None, "article")
        if span:
            found.append((stated.article, span))
        else:
            lost.append(why)
    return found, lost


def _stories(library: Library, places: Iterable[Where]) -> set[str]:
    sql = "SELECT m.story FROM members m JOIN articles a ON a.n = m.article WHERE a.id = ?"
    return {row[0] for article in {place[0] for place in places} for row in library.rows(sql, (article,))}
