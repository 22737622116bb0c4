"""A weekday beside a date, or told of it apart, against the calendar."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from selon.lang.contract import fold
from selon.model import Finding, Span, Time
from selon.stages.findings.scene import Dates, Scene

_REACH = 70
"""Code points before or after a date in which its weekday may stand."""
_CLOSE = 75
"""Days from publication within which a date without a year is of the year nearest to it."""
_DAYS = 15
"""Days from a date told with its year within which one without is of that year."""
_MONTH = 600
"""Code points from a month in which «lundi 7» is a day of that month."""
_APART = 2
"""Sentences between a date and a weekday that is told of it."""
_WEEKEND = frozenset((6, 7))


class _Named(NamedTuple):
    """A weekday or, as several numbers, a weekend."""

    span: Span
    numbers: frozenset[int]
    plural: bool = False
    """Whether it stands for each of the days: «les dimanches 15 et 22 mars»."""


class _Days(NamedTuple):
    """Days of one month: «24 et 25 mai»."""

    span: Span
    numbers: tuple[tuple[Span, int], ...]
    month: int
    year: int | None
    time: Time | None
    """A time that gives one of them a year."""


def weekdays(scene: Scene) -> Iterator[Finding]:
    groups = [*_groups(scene)]
    seen: set[Span] = set()
    for group in groups:
        for pairs in _pairs(scene, group):
            new = [pair for pair in pairs if pair[0].span not in seen]
            seen |= {named.span for named, _, _ in new}
            yield from _checked(scene, group, new)
    yield from _bare(scene, groups, seen)
    yield from _apart(scene, groups, seen)


# ---------------------------------------------------------------- days and weekdays of the text


def _groups(scene: Scene) -> Iterator[_Days]:
    found: list[Span] = []
    for m in (m for p in scene.rules.patterns["days"] for m in p.finditer(scene.text)):
        span = Span(*m.span())
        if any(span.overlaps(other) for other in found):
            continue
        found.append(span)
        at = m.start("days")
        numbers = tuple((Span(at + n.start(), at + n.end()), int(n[0])) for n in re.finditer(r"\d+", m["days"]))
        month = int(scene.rules.values["months"][fold(m["month"])])
        times = [t for t in scene.times if t.start < span.end and span.start < t.end]
        dated = [t for t in times if re.match(rf"(?:\d{{4}}|XXXX)-{month:02}-\d\d", t.value)]
        yield _Days(span, numbers, month, int(m["year"]) if m["year"] else None, dated[-1] if dated else None)


def _named(scene: Scene, start: int, end: int) -> list[_Named]:
    """The weekdays in a stretch of the text."""
    found = (m for p in scene.rules.patterns["weekday"] for m in p.finditer(scene.text, start, end))
    return [
        _Named(Span(*m.span()), frozenset((_number(scene, m["weekday"]),)), m["weekday"].endswith("s")) for m in found
    ]


def _number(scene: Scene, word: str) -> int:
    return int(scene.rules.values["weekdays"][fold(word)])


_Pair = tuple[_Named, Span, int]
"""A weekday and the day, by its place and number, that it is told of."""


def _pairs(scene: Scene, group: _Days) -> Iterator[Sequence[_Pair]]:
    """The weekdays that stand among the days of a month, before them and after them."""
    numbers = group.numbers
    for here, (span, number) in enumerate(numbers):
        end = numbers[here + 1][0].start if here + 1 < len(numbers) else group.span.end
        for named in _named(scene, span.end, end):
            before = scene.text[named.span.start - 1] != "(" and here + 1 < len(numbers)
            yield [(named, *(numbers[here + 1] if before else (span, number)))]
    start = max(0, group.span.start - _REACH)
    for name, low, high in (("before", start, group.span.start), ("after", group.span.end, group.span.end + _REACH)):
        for pattern in scene.rules.patterns[f"weekend_{name}"]:
            if m := (pattern.search if name == "before" else pattern.match)(scene.text, low, high):
                weekend = _Named(Span(*m.span("weekend")), _WEEKEND)
                yield [(weekend, *number) for number in numbers]
        for pattern in scene.rules.patterns[f"weekday_{name}"]:
            if m := (pattern.search if name == "before" else pattern.match)(scene.text, low, high):
                row = _named(scene, *m.span("weekdays"))
                if row:
                    yield _row(row, numbers, name == "before")
                    break


def _row(row: Sequence[_Named], numbers: Sequence[tuple[Span, int]], before: bool) -> Sequence[_Pair]:
    """«samedi et dimanche 14 et 15», «les dimanches 15 et 22», «la nuit de jeudi à vendredi 13»."""
    if len(row) == len(numbers):
        return [(named, *number) for named, number in zip(row, numbers, strict=True)]
    if len(row) == 1 and row[0].plural:
        return [(row[0], *number) for number in numbers]
    if len(numbers) == 1 or len(row) == 1:
        return [(row[-1] if before else row[0], *(numbers[0] if before else numbers[-1]))]
    return []


# ---------------------------------------------------------------- whether they fit


def _checked(scene: Scene, group: _Days, pairs: Sequence[_Pair]) -> Iterator[Finding]:
    """One finding for what is told together: of a day that is wrong, or else of the first."""
    judged: list[tuple[bool, dt.date, _Named, Span]] = []
    for named, at, number in pairs:
        if group.year is None and group.time and group.time.value.startswith("XXXX") and scene.published is None:
            whole = _around((named.span, group.span))
            yield scene.finding("weekday", None, [whole], "weekday", "weekday_open", told=named.span.of(scene.text))
            return
        for day, sure in _dated(scene, group, number, named):
            holds = day.isoweekday() in named.numbers
            if holds or sure:
                judged.append((holds, day, named, at))
            elif len(named.numbers) == 1:
                return
    if judged and len(judged[0][2].numbers) > 1:
        days = {day.isoweekday() for _, day, _, _ in judged}
        if len(days) == 2 and (judged[-1][1] - judged[0][1]).days == 1 and days != _WEEKEND and len(days & _WEEKEND):
            judged = [(day.isoweekday() in _WEEKEND, day, *rest) for _, day, *rest in judged]  # type: ignore[misc]
        elif any(holds for holds, *_ in judged) or len(pairs) == 1:
            judged = [j for j in judged if j[0]]
    for holds, day, named, at in sorted(judged, key=lambda j: j[0])[:1]:
        end = group.span.end if at == group.numbers[-1][0] or at.end > named.span.end else at.end
        spans = (
            [group.span, named.span]
            if len(pairs) > 1
            else [Span(min(named.span.start, at.start), max(named.span.end, end))]
        )
        yield _finding(scene, holds, [_around(spans)], day, named.span)


def _dated(scene: Scene, group: _Days, number: int, named: _Named) -> Iterator[tuple[dt.date, bool]]:
    """The day that is meant, if that can be told, and whether that is beyond doubt."""
    if group.year is not None:
        if day := _on(group.year, group.month, number):
            yield day, True
        return
    base = _day(group.time.value) if group.time else None
    if group.time and base and (day := _on(base.year, group.month, number)):
        if near := _of_year(group.time, day, scene):
            yield near, _in_no_year(near, named.numbers, scene)
        elif meant := _meant(group.time, day, scene):
            yield meant, _sure(group.time, meant, named.numbers, scene)
    elif not group.time and (day := _nearest(scene, group.month, number)):
        yield day, True


def _nearest(scene: Scene, month: int, number: int) -> dt.date | None:
    """The day that is close enough to publication for its year to be plain."""
    today = scene.published
    years = range(today.year - 1, today.year + 2) if today else ()
    days = (day for year in years if (day := _on(year, month, number)))
    return next((day for day in days if today and abs((day - today).days) <= _CLOSE), None)


def _around(spans: Iterable[Span]) -> Span:
    spans = [*spans]
    return Span(min(s.start for s in spans), max(s.end for s in spans))


def _bare(scene: Scene, groups: Sequence[_Days], seen: set[Span]) -> Iterator[Finding]:
    """«Lundi 7 : piscine»: of the month that is told nearest, if it is the only one near."""
    for m in (m for p in scene.rules.patterns["weekday_bare"] for m in p.finditer(scene.text)):
        named = _Named(Span(*m.span("weekday")), frozenset((_number(scene, m["weekday"]),)))
        if named.span in seen or any(g.span.start <= m.start("day") < g.span.end for g in groups):
            continue
        near = [g for g in groups if abs(g.span.start - m.start()) <= _MONTH]
        days = {day: sure for g in near for day, sure in _dated(scene, g, int(m["day"]), named)}
        fits = [day for day in days if day.isoweekday() in named.numbers]
        if fits or (len(days) == 1 and all(days.values())):
            seen.add(named.span)
            yield _finding(scene, bool(fits), [Span(*m.span())], [*fits, *days][0], named.span)


def _apart(scene: Scene, groups: Sequence[_Days], seen: set[Span]) -> Iterator[Finding]:
    """«La fête tombe un samedi. […] rendez-vous le 12 juillet 2025»: the one day told in the sentence or beside it."""
    for skeleton in scene.skeletons:
        sentence = skeleton.sentence
        patterns = scene.rules.patterns["weekday_apart"]
        for m in (m for p in patterns for m in p.finditer(scene.text, sentence.start, sentence.end)):
            named = _Named(Span(*m.span("weekday")), frozenset((_number(scene, m["weekday"]),)))
            if named.span in seen:
                continue
            seen.add(named.span)
            # «en mai 2019, un lundi» is of that month
            own = any(d.first != d.last and 0 <= m.start() - d.span.end <= 1 for _, d in skeleton.all(Dates))
            for other in (skeleton, *(() if own else scene.near(skeleton, _APART, _APART))):
                here = [g for g in groups if other.sentence.start <= g.span.start < other.sentence.end]
                days = {day: (sure, g) for g in here for _, n in g.numbers for day, sure in _dated(scene, g, n, named)}
                fits = [day for day in days if day.isoweekday() in named.numbers]
                near = abs(other.index - skeleton.index) < _APART or "back" in m.re.groupindex
                sure = near and len(days) == 1 and all(sure for sure, _ in days.values())
                for day in fits[:1] or ([*days] if sure else []):
                    yield _finding(scene, bool(fits), [days[day][1].span, named.span], day, named.span)
                if here:
                    break


def _finding(scene: Scene, holds: bool, at: Sequence[Span], day: dt.date, told: Span) -> Finding:
    return scene.finding(
        "weekday",
        holds,
        at,
        "weekday",
        "weekday_holds" if holds else "weekday_breaks",
        date=day.isoformat(),
        actual=scene.rules.values["weekday_names"][str(day.isoweekday())],
        told=told.of(scene.text),
    )


# ---------------------------------------------------------------- the year


def _of_year(time: Time, day: dt.date, scene: Scene) -> dt.date | None:
    """A date without its year in that of the last one told with its year that lies days from it."""
    if re.search(r"\d{4}", scene.text[time.start : time.end]):
        return None
    if scene.published is not None and abs((day - scene.published).days) <= _CLOSE:
        return None
    dates = (d for d in reversed(scene.dates) if d.first == d.last and d.span.start < time.start)
    for told in (d.first for d in dates if str(d.first.year) in d.span.of(scene.text)):
        meant = _on(told.year, day.month, day.day)
        if meant and abs((meant - told).days) <= _DAYS:
            return meant
    return None


def _in_no_year(day: dt.date, numbers: frozenset[int], scene: Scene) -> bool:
    """Whether a weekday is that of the day in no year around it or publication."""
    now = scene.published.year if scene.published else day.year
    days = (_on(year, day.month, day.day) for year in {now, *range(day.year - 1, day.year + 2)})
    return not any(d and d.isoweekday() in numbers for d in days)


def _meant(time: Time, day: dt.date, scene: Scene) -> dt.date | None:
    """The day that a date without its year stands for: the one near publication that the verb's tense allows.

    None where neither tells: the year that the weekday fits would prove the weekday by itself.
    """
    if time.anchor != "published" or scene.published is None or str(day.year) in scene.text[time.start : time.end]:
        return day
    today = scene.published
    years = (today.year + shift for shift in (-1, 0, 1))
    nearest = min(
        (other for year in years if (other := _on(year, day.month, day.day))),
        key=lambda d: abs((d - today).days),
        default=day,
    )
    if nearest == day:
        return day
    ahead = nearest > today
    if abs((nearest - today).days) > _CLOSE or scene.told_past(time.start) is ahead:
        return None
    return nearest


def _day(value: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(value.split("T")[0]) if re.match(r"\d{4}-\d\d-\d\d", value) else None
    except ValueError:
        return None


def _sure(time: Time, day: dt.date, numbers: frozenset[int], scene: Scene) -> bool:
    """Whether the year is beyond doubt, so that a weekday that does not fit is an error."""
    if str(day.year) in scene.text[time.start : time.end]:
        return True
    if time.anchor != "published" or scene.published is None:
        return False
    if abs((day - scene.published).days) <= _CLOSE:
        return True
    others = [_on(day.year + shift, day.month, day.day) for shift in (-1, 1)]
    return not any(other and other.isoweekday() in numbers for other in others)


def _on(year: int, month: int, number: int) -> dt.date | None:
    try:
        return dt.date(year, month, number)
    except ValueError:
        return None
