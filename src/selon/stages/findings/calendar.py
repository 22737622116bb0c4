"""What the checks of dates share: how long lies between two of them, and which comes first."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from selon.lang.contract import fold
from selon.model import Finding, Span
from selon.stages.findings.scene import Dates, Lasting, Scene, Skeleton

_DAYS = {"a": 365.2425, "mo": 30.436875, "wk": 7.0, "d": 1.0}
BACK = 4
"""Sentences before one in which the event that it counts from may be dated."""
_CLOSE = 75
"""Days from publication within which a date without a year is of the year nearest to it."""
_LATELY = 35
"""Days from publication within which what is told without figures, «la semaine dernière», is no other year's."""
_SEASON = 120
"""Days between two dates without years that are of one year up to which no other year is meant for one of them."""
_YEARLESS = 300
"""Days between two dates without years up to which they are of one year or of two that follow one another."""
_FEW = 16
"""Days, weeks, months or years that are still «quelques»."""
_AGES = 400_000
"""Days that no stretch lasts."""
NOWHERE = Span(0, 1)
"""The span of publication's day, which no word of the text gives."""


class _Fit(NamedTuple):
    """Whether a duration fits two dates; None where that is not clear enough to say. `low` and `high` in its unit."""

    holds: bool | None
    low: float
    high: float


def fit(start: Dates, end: Dates, told: Lasting) -> _Fit:
    days, count = _DAYS[told.unit], told.number
    if told.few:
        low, high = (end.first - start.last).days / days, (end.last - start.first).days / days
        return _Fit((high >= 1 and low <= _FEW) or (None if low <= 1.4 * _FEW and high > 0 else False), low, high)
    if told.unit == "a" and _whole_year(start) and _whole_year(end):  # people subtract the one year from the other
        low = high = float(end.first.year - start.first.year)
        slack, broken = 0.1, 1.1
    else:
        low, high = (end.first - start.last).days / days, (end.last - start.first).days / days
        slack = {"d": 1.1, "wk": 0.8, "mo": 1.05, "a": 0.75}[told.unit]
        broken = {"d": 1.5, "wk": 0.95, "mo": 1.2, "a": 0.9}[told.unit]
    if told.unit == "mo" and all(28 <= (d.last - d.first).days + 1 <= 31 for d in (start, end)):
        months = 12 * (end.first.year - start.first.year) + end.first.month - start.first.month
        low, high, slack, broken = months - 0.5, months + 1.0, 0.1, 1.0
    if told.unit == "d":
        slack = min(slack, 0.4 * count)  # from Monday to Tuesday is no «deux jours»
    if told.rough:
        slack = max(slack, 0.15 * count)
    exact = told.unit == "mo" and not told.rough and start.first == start.last and end.first == end.last
    if exact:  # «deux mois» are less than three
        slack, broken = 0.9, 0.95
    rounded = told.unit == "a" and count >= 10 and count % 5 == 0
    broken = max(broken, slack, (0.25 if told.rough else 0.15 if rounded else 0.06) * count)
    if told.more > 0:
        fits = True if high >= count - 0.1 and low <= 1.6 * count else False if high < count - slack else None
    elif told.more < 0:
        fits = True if low <= count + 0.1 and high >= 0.6 * count else False if low > count + 0.5 * slack else None
    elif low - slack <= count <= high + slack:
        fits = True if high - low <= max(1.05, 0.4 * count) else None
    else:
        fits = None if low - broken <= count <= high + broken else False
    return _Fit(fits, low, high)


def _whole_year(dates: Dates) -> bool:
    return (dates.last - dates.first).days > 2 * _SEASON


def span_of(skeleton: Skeleton, m: re.Match[str], name: str) -> Span:
    start = skeleton.offset(m.start(name))
    return Span(start, start + len(m[name]))


def shown(dates: Dates) -> str:
    if dates.first == dates.last:
        return dates.first.isoformat()
    return str(dates.first.year) if _whole_year(dates) else dates.first.isoformat()[:7]


def settled(scene: Scene, one: Dates, other: Dates, lately: bool = False) -> bool:
    """Whether the years of two dates are beyond doubt: told, or those of the days around publication.

    `lately`: one of them may be told without figures, «la semaine dernière».
    """

    def near(date: Dates, days: int = _CLOSE) -> bool:
        return scene.published is not None and abs((date.last - scene.published).days) <= days

    if one.sure and other.sure:
        return True
    if lately and not (one.sure or other.sure) and all(re.search(r"\d", d.span.of(scene.text)) for d in (one, other)):
        return abs((one.first - other.first).days) < _YEARLESS  # whatever the year is, they lie as far apart
    if not all(d.sure or re.search(r"\d", d.span.of(scene.text)) for d in (one, other)):
        far = abs((one.first - other.first).days) > _LATELY
        return lately and far and all(d.sure or near(d, _LATELY) for d in (one, other))
    if not (one.sure or other.sure):
        days = all(d.first == d.last for d in (one, other))
        if days and one.first.year == other.first.year and abs((one.first - other.first).days) <= _SEASON:
            return True
    if one.sure or other.sure:
        return one.first.year == other.first.year or (lately and all(d.sure or near(d) for d in (one, other)))
    return near(one) and near(other)


def dated_starts(scene: Scene, name: str, upto: int) -> list[tuple[Skeleton, Dates]]:
    """The dates, with their years, of what a wording tells up to a sentence to have begun."""
    found: dict[Span, tuple[Skeleton, Dates]] = {}
    for skeleton in scene.skeletons[: upto + 1]:
        for pattern in scene.rules.patterns[name] if skeleton.all(Dates) else ():
            for m in pattern.finditer(skeleton.words):
                item = skeleton.items.get(m.start("t"))
                if isinstance(item, Dates) and item.sure:
                    found[item.span] = skeleton, item
    return [*found.values()]


def today(scene: Scene) -> Dates | None:
    return Dates(NOWHERE, scene.published, scene.published, True) if scene.published else None


def as_told(scene: Scene, told: Lasting) -> Span:
    """A duration with what says which way it is counted: «deux ans après»."""
    for pattern in scene.rules.patterns["counted_word"]:
        if m := pattern.match(scene.text, told.span.end):
            return Span(told.span.start, m.end())
    return told.span


def spanned(scene: Scene, start: Dates, end: Dates, told: Lasting, firm: bool) -> Iterator[Finding]:
    holds, low, high = fit(start, end, told)
    if holds is None or (not firm and (not holds or told.number <= 1)) or high <= 0:
        return
    count = f"{low:.0f}" if round(low) == round(high) else f"{max(0, low):.0f}–{high:.0f}"
    yield scene.finding(
        "duration",
        holds,
        [d.span for d in (start, end) if d.span != NOWHERE] + [as_told(scene, told)],
        "duration",
        "duration",
        start=shown(start),
        end=shown(end),
        count=count,
        unit=scene.rules.values["unit_names"][told.unit],
        told=f"« {told.span.of(scene.text)} »",
    )


def dated(
    scene: Scene, skeleton: Skeleton, told: Dates, event: str = "", days: int = _AGES, here: bool = True
) -> Dates | None:
    """The one date of the sentence that names an event, or else of the sentence, or of those before.

    `days`: how long a stretch it may be: what is told to be so many days off has a day.
    """
    for other in scene.near(skeleton, BACK, BACK) if event else ():
        dates = [date for _, date in other.all(Dates) if (date.last - date.first).days <= days]
        if len(dates) == 1 and event in fold(other.words) and dates[0].span != told.span:
            return dates[0]
    for other in (*(skeleton,) * here, *scene.near(skeleton, BACK, 0)):
        dates = [d for _, d in other.all(Dates) if d[1:3] != told[1:3] and (d.last - d.first).days <= days]
        if dates:
            return dates[0] if len(dates) == 1 else None
    return None


def _in_one_year(first: Dates, second: Dates) -> bool:
    """Whether a date comes before another one, if both are of one year."""
    return (first.first.month, first.first.day) <= (second.last.month, second.last.day)


def ordered(
    scene: Scene, first: Dates, second: Dates, by: str, firm: bool, said: Sequence[Span] = ()
) -> Iterator[Finding]:
    if first.first == second.first and first.last == second.last:
        return
    holds = first.first <= second.last
    if (
        not (first.sure or second.sure)
        and first.first.year != second.first.year
        and _in_one_year(first, second) != holds
    ):
        return  # neither year is told, and it depends on them
    if holds and (by == "from_to" or first.last > second.first):
        return
    if not holds and not (firm and settled(scene, first, second)):
        return
    yield scene.finding(
        "order",
        holds,
        [first.span, second.span, *said],
        by,
        "order_holds" if holds else "order_breaks",
        first=shown(first),
        second=shown(second),
    )
