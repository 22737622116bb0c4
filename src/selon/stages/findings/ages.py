"""Ages and anniversaries, against births, foundings and publication."""

import datetime as dt
import re
from collections.abc import Iterator
from typing import NamedTuple

from selon.lang.contract import fold
from selon.model import Finding, Span
from selon.stages.findings.amounts import Amount
from selon.stages.findings.calendar import BACK, NOWHERE, dated_starts, shown, span_of
from selon.stages.findings.scene import Dates, Lasting, Scene, Skeleton

_OLDEST = 115
_WEEK = 7
_APART = 3
"""Sentences between a birth and an age of one person whom only pronouns stand for."""
_BESIDE = 3
"""Code points between somebody and an age or a birth that is told of them: «X, 42 ans»."""


class _Birth(NamedTuple):
    skeleton: Skeleton
    at: int
    born: Dates


class _Age(NamedTuple):
    skeleton: Skeleton
    at: int
    """Place in the skeleton of the age; `start`: of the wording that tells it."""
    start: int
    span: Span
    years: float
    rough: bool
    when: Dates | None
    """What day the age is told for; None where that is publication."""
    firm: bool
    """Whether it is certain for which moment the age is told."""
    more: float = 0
    """How many years above it are told as well: nine of a sexagenarian's."""


def ages(scene: Scene) -> Iterator[Finding]:
    births = [birth for skeleton in scene.skeletons for birth in _births(scene, skeleton)]
    seen: set[Span] = set()
    lives = [life for skeleton in scene.skeletons for life in _lives(scene, skeleton)]
    told = [age for skeleton in scene.skeletons for age in _ages(scene, skeleton)]
    for skeleton, at, born, death in lives:
        near = [a for a in told if a.skeleton is skeleton and a.at > at]
        for age in near[:1]:
            seen.add(age.span)
            yield from _aged(scene, born, death, age, firm=True)
    for birth in births:
        close = [a for a in told if a.span not in seen and _may_be_one(scene, birth, a)]
        linked = [a for a in close if _linked(scene, birth, a)]
        same = [a for a in linked if a.skeleton is birth.skeleton]
        for age in same or linked[:1]:
            when = age.when or _lately(scene)
            if when:
                seen.add(age.span)
                yield from _aged(scene, birth.born, when, age, firm=len(births) == 1 or age.skeleton is birth.skeleton)


def jubilees(scene: Scene) -> Iterator[Finding]:
    """Anniversaries of what is told to have begun, within some sentences, in one year: the year's, or nearly."""
    founded = dated_starts(scene, "founded", len(scene.skeletons))
    for skeleton in scene.skeletons if scene.published else ():
        for pattern in scene.rules.patterns["jubilee"]:
            for m in pattern.finditer(skeleton.words):
                told = m.groupdict().get("n") or ""
                item = skeleton.items.get(m.start(next((g for g in "dq" if g in m.re.groupindex), "n")))
                years = float(told) if told.isdecimal() else float(scene.rules.values["jubilees"].get(fold(told), 0))
                years = _count(item) or years
                at = item.span if isinstance(item, Lasting | Amount) else span_of(skeleton, m, "n")
                near = {d.first.year: d for s, d in founded if abs(s.index - skeleton.index) <= BACK}
                if years and scene.published and len(near) == 1:
                    yield from _jubilee(scene, next(iter(near.values())), scene.published.year, years, at)


def things(scene: Scene) -> Iterator[Finding]:
    """The age of what was built, planted or founded, told with its year in one sentence."""
    for skeleton in scene.skeletons if scene.published else ():
        for m in (m for p in scene.rules.patterns["thing_age"] for m in p.finditer(skeleton.words)):
            begun, told = skeleton.items.get(m.start("t")), skeleton.items.get(m.start("d"))
            years = _count(told)
            if years and scene.published and isinstance(begun, Dates) and begun.sure and isinstance(told, Lasting):
                yield from _jubilee(scene, begun, scene.published.year, years, told.span)


def _jubilee(scene: Scene, begun: Dates, year: int, years: float, at: Span) -> Iterator[Finding]:
    off = abs(year - begun.first.year - years)
    if off == 1 or off > max(12, 0.4 * years):  # celebrated a little early or late, or another thing's
        return
    yield scene.finding(
        "age", off == 0, [begun.span, at], "jubilee", "duration", start=begun.first.year, end=year,
        count=year - begun.first.year, unit=scene.rules.values["unit_names"]["a"], told=f"« {at.of(scene.text)} »",
    )  # fmt: skip


def _aged(scene: Scene, birth: Dates, when: Dates, age: _Age, firm: bool) -> Iterator[Finding]:
    low, high = _years(birth.last, when.first), _years(birth.first, when.last)
    if not -1 <= low <= _OLDEST:
        return
    loose = 0.3 * age.rough * age.years
    fits = low - loose <= age.years + age.more and age.years <= high + loose
    if not fits and not (firm and age.firm):
        return
    one = low == high
    yield scene.finding(
        "age",
        fits,
        [birth.span, age.span, *([when.span] if when.span != NOWHERE else [])],
        "age",
        "age_one" if one else "age",
        birth=shown(birth),
        day=shown(when),
        low=max(0, low),
        high=high,
        told=scene.number(age.years) + (f"–{scene.number(age.years + age.more)}" if age.more else ""),
    )


def _years(start: dt.date, end: dt.date) -> int:
    """Whole years from one day to another."""
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))


def _lately(scene: Scene) -> Dates | None:
    """The week up to publication: an age is told for when the story happens."""
    if scene.published is None or scene.published.toordinal() <= _WEEK:
        return None
    return Dates(NOWHERE, scene.published - dt.timedelta(days=_WEEK), scene.published, True)


def _births(scene: Scene, skeleton: Skeleton) -> Iterator[_Birth]:
    if not skeleton.all(Dates):
        return
    found: set[int] = set()
    for pattern in scene.rules.patterns["born"]:
        for m in pattern.finditer(skeleton.words):
            item = skeleton.items.get(m.start("t"))
            if isinstance(item, Dates) and item.sure and m.start("t") not in found:
                found.add(m.start("t"))
                yield _Birth(skeleton, m.start(), item)


def _lives(scene: Scene, skeleton: Skeleton) -> Iterator[tuple[Skeleton, int, Dates, Dates]]:
    for pattern in scene.rules.patterns["life"]:
        for m in pattern.finditer(skeleton.words):
            if "birth" in m.re.groupindex:
                birth, death = skeleton.items[m.start("birth")], skeleton.items[m.start("death")]
            else:
                birth, death = (_year(int(m[g]), skeleton, *m.span(g)) for g in ("from", "to"))
            if isinstance(birth, Dates) and isinstance(death, Dates) and birth.first < death.first:
                yield skeleton, m.start(), birth, death


def _year(year: int, skeleton: Skeleton, start: int, end: int) -> Dates:
    span = Span(skeleton.offset(start), skeleton.offset(start) + end - start)
    return Dates(span, dt.date(year, 1, 1), dt.date(year, 12, 31), True)


def _ages(scene: Scene, skeleton: Skeleton) -> Iterator[_Age]:
    seen: set[int] = set()
    for pattern in scene.rules.patterns["age_decade"]:
        for m in pattern.finditer(skeleton.words):
            start = skeleton.offset(m.start("decade"))
            decade = float(scene.rules.values["decades"][" ".join(m["decade"].casefold().split())])
            span = Span(start, start + len(m["decade"]))
            yield _Age(skeleton, m.start(), m.start(), span, decade, False, None, True, 9)
    if not skeleton.all(Lasting) and not skeleton.all(Amount):
        return
    for name in ("age_then", "age_death", "age_was", "age_now", "age_at"):
        for pattern in scene.rules.patterns[name]:
            for m in pattern.finditer(skeleton.words):
                at = m.start("d") if "d" in m.re.groupindex else m.start("q")
                item = skeleton.items.get(at)
                years = _count(item)
                if years is None or not isinstance(item, Lasting | Amount) or at in seen or years > _OLDEST:
                    continue
                told, when, firm = _moment(scene, skeleton, name, m)
                if told:
                    seen.add(at)
                    rough = isinstance(item, Lasting) and item.rough
                    yield _Age(skeleton, at, m.start(), item.span, years, rough, when, firm)


def _moment(scene: Scene, skeleton: Skeleton, name: str, m: re.Match[str]) -> tuple[bool, Dates | None, bool]:
    """Whether it is clear when an age is told for, the date of that (None: publication), and if it is certain."""
    death = _death(scene, skeleton)
    if name == "age_death":
        return True, death, True
    if name == "age_was":
        before = (_death(scene, other) for other in scene.near(skeleton, 1, 0))
        when = death or next((date for date in before if date), None) or _then(scene, skeleton)
        return when is not None, when, True
    if name == "age_then":
        then = skeleton.items.get(m.start("t"))
        if not isinstance(then, Dates) or any(birth.born is then for birth in _births(scene, skeleton)):
            return False, None, False
        return True, then, True
    if name == "age_at":
        return scene.present(skeleton), None, True
    past = any(p.search(skeleton.words) for p in scene.rules.patterns["age_not_now"])
    return not past or death is not None, None, not past


def _then(scene: Scene, skeleton: Skeleton) -> Dates | None:
    """The one date of a sentence or of that before it, births left out: «embauchée en 1978. Elle avait 17 ans.»"""
    for other in (skeleton, *scene.near(skeleton, 1, 0)):
        births = [birth.born for birth in _births(scene, other)]
        dates = [date for _, date in other.all(Dates) if date not in births]
        if dates:
            return dates[0] if len(dates) == 1 and dates[0].sure else None
    return None


def _count(item: object) -> float | None:
    if isinstance(item, Lasting):
        return item.number if item.unit == "a" and not item.more else None
    if isinstance(item, Amount) and item.unit == "" and item.value is not None and item.value.is_integer():
        return item.value
    return None


def _death(scene: Scene, skeleton: Skeleton) -> Dates | None:
    births = [birth.born for birth in _births(scene, skeleton)]
    for pattern in scene.rules.patterns["died"]:
        for m in pattern.finditer(skeleton.words):
            item = skeleton.items.get(m.start("t"))
            if isinstance(item, Dates) and item not in births:
                return item
    return None


def _linked(scene: Scene, birth: _Birth, age: _Age) -> bool:
    """Whether the birth and the age are told of one person, as far as can be seen."""
    born, aged = _beside(scene, birth.skeleton, birth.at), _beside(scene, age.skeleton, age.start)
    if born and aged:
        return born == aged
    if birth.skeleton is age.skeleton:
        return True
    other = aged or born
    if other:  # the one is told of somebody named there, the other of a pronoun
        pronoun = _subject(scene, (birth if aged else age).skeleton)
        return pronoun in (None, other)
    return abs(birth.skeleton.index - age.skeleton.index) <= _APART


def _may_be_one(scene: Scene, birth: _Birth, age: _Age) -> bool:
    """Whether a birth and an age are near one another, or told of somebody who is named beside both."""
    named = _beside(scene, birth.skeleton, birth.at)
    near = abs(age.skeleton.index - birth.skeleton.index) <= _APART
    return near or (named is not None and named == _beside(scene, age.skeleton, age.start))


def _beside(scene: Scene, skeleton: Skeleton, at: int) -> str | None:
    """The entity named or described right before a place of a sentence: «X, 42 ans», «la victime, née en 1990»."""
    offset = skeleton.offset(at)
    return next(
        (
            m.entity
            for m in reversed(scene.mentions)
            if m.kind == "person" and m.form != "pronoun" and -1 <= offset - m.span.end <= _BESIDE
        ),
        None,
    )


def _subject(scene: Scene, skeleton: Skeleton) -> str | None:
    """The entity named as a sentence's subject."""
    sentence = skeleton.sentence
    return next(
        (
            m.entity
            for m in scene.mentions
            if sentence.start <= m.span.start < sentence.end
            and m.kind == "person"
            and m.form == "name"
            and scene.tree.tokens[m.head].dep.startswith("nsubj")
        ),
        None,
    )
