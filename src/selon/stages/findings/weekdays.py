"""A weekday beside a date, against the calendar."""

import datetime as dt
import re
from collections.abc import Iterator

from selon.lang.contract import fold
from selon.model import Finding, Span, Time
from selon.stages.findings.scene import Dates, Scene

_BESIDE = 14
"""Code points before a date in which its weekday may stand."""
_CLOSE = 75
"""Days from publication within which a date without a year is of the year nearest to it."""
_DAYS = 15
"""Days from a date told with its year within which one without is of that year."""
_NAMED_DAY = re.compile(r"(\w+) (\d{1,2})(?!\d)")
_WORD = re.compile(r"\w+")
_YEARLESS = re.compile(r"XXXX-\d\d-\d\d")


def weekdays(scene: Scene) -> Iterator[Finding]:
    runs = [*_runs(scene)]
    for whole, broken, (named, actual) in runs:
        yield _finding(scene, not broken, whole, actual, named)
    for time in scene.times:
        if any(whole.start <= time.start < whole.end for whole, _, _ in runs):
            continue
        day = _day(time.value)
        pairs = [*_pairs(time, day, scene)] if day else []
        yearless = _YEARLESS.fullmatch(time.value) is not None
        told = _weekday(time, scene) if (day or yearless) and not pairs else None
        if told and yearless:
            at = Span(min(told[0].start, time.start), max(told[0].end, time.end))
            yield scene.finding("weekday", None, [at], "weekday", "weekday_open", told=told[0].of(scene.text))
        if pairs and day:
            wrong = [p for p in pairs if p[1].isoweekday() != p[2]]
            if wrong and not _sure(time, day, 0, scene):
                continue
            span, other, _ = (wrong or pairs)[0]
            yield _finding(scene, not wrong, Span(time.start, time.end), other, span)
        if not day or not told:
            continue
        span, number = told
        near = _of_year(time, day, scene)
        day = near or _meant(time, day, scene)
        if day is None:
            continue
        holds = day.isoweekday() == number
        if not holds and not (_in_no_year(day, number, scene) if near else _sure(time, day, number, scene)):
            continue
        yield _finding(scene, holds, Span(min(span.start, time.start), max(span.end, time.end)), day, span)
    yield from _apart(scene)


def _runs(scene: Scene) -> Iterator[tuple[Span, bool, tuple[Span, dt.date]]]:
    """«les samedi et dimanche 14 et 15 juin»: as many weekdays as days, of the month that is told with one of them.

    Where it stands, whether a weekday is wrong, and that one, or else the first, with its day.
    """
    for m in (m for p in scene.rules.patterns["weekday_run"] for m in p.finditer(scene.text)):
        at = Span(*m.span())
        first = m.start("days")
        times = (t for t in scene.times if first < t.end and t.start < at.end)
        known = next((d for t in times if (d := _day(t.value))), None)
        named = [w for w in _WORD.finditer(m["weekdays"]) if fold(w[0]) in scene.weekdays]
        numbers = [int(n) for n in re.findall(r"\d+", m["days"])]
        days = [d for n in numbers if known and (d := _on(known, n))]
        if not known or known not in days or len(named) != len(days) != len(numbers) - 1:
            continue
        spans = [Span(at.start + w.start(), at.start + w.end()) for w in named]
        told = [*zip(spans, days, strict=True)]
        wrong = [(s, d) for s, d in told if d.isoweekday() != scene.weekdays[fold(s.of(scene.text))]]
        near = scene.published is not None and abs((known - scene.published).days) <= _CLOSE
        if not wrong or near or re.match(rf"\D{{0,20}}{known.year}", scene.text[at.end :]):
            yield at, bool(wrong), (wrong or told)[0]


def _of_year(time: Time, day: dt.date, scene: Scene) -> dt.date | None:
    """A date without its year in that of the last one told with its year that lies days from it."""
    if re.search(r"\d{4}", scene.text[time.start : time.end]):
        return None
    if scene.published is not None and abs((day - scene.published).days) <= _CLOSE:
        return None
    dates = (d for d in reversed(scene.dates) if d.first == d.last and d.span.start < time.start)
    for told in (d.first for d in dates if str(d.first.year) in d.span.of(scene.text)):
        meant = _in_year(day, told.year)
        if meant and abs((meant - told).days) <= _DAYS:
            return meant
    return None


def _in_no_year(day: dt.date, number: int, scene: Scene) -> bool:
    """Whether a weekday is that of the day in no year around it or publication."""
    now = scene.published.year if scene.published else day.year
    days = (_in_year(day, year) for year in {now, *range(day.year - 1, day.year + 2)})
    return not any(d and d.isoweekday() == number for d in days)


def _apart(scene: Scene) -> Iterator[Finding]:
    """«La fête tombe un samedi. […] rendez-vous le 12 juillet 2025»: the one day told in the sentence or beside it."""
    for skeleton in scene.skeletons:
        sentence = skeleton.sentence
        patterns = scene.rules.patterns["weekday_apart"]
        for m in (m for p in patterns for m in p.finditer(scene.text, sentence.start, sentence.end)):
            for other in (skeleton, *scene.near(skeleton, 2, 2)):
                days = [d for _, d in other.all(Dates) if d.sure and d.first == d.last]
                if len(days) == 1:
                    told = Span(*m.span("weekday"))
                    holds = days[0].first.isoweekday() == scene.weekdays[fold(m["weekday"])]
                    yield _finding(scene, holds, days[0].span, days[0].first, told)
                if days:
                    break


def _finding(scene: Scene, holds: bool, at: Span, day: dt.date, told: Span) -> Finding:
    return scene.finding(
        "weekday",
        holds,
        [at, *([] if at.covers(told) else [told])],
        "weekday",
        "weekday_holds" if holds else "weekday_breaks",
        date=day.isoformat(),
        actual=scene.rules.values["weekday_names"][str(day.isoweekday())],
        told=told.of(scene.text),
    )


def _pairs(time: Time, day: dt.date, scene: Scene) -> Iterator[tuple[Span, dt.date, int]]:
    """The weekdays of a time that names two days: «la nuit de vendredi 7 à samedi 8 février»."""
    found = [m for m in _NAMED_DAY.finditer(scene.text, time.start, time.end) if fold(m[1]) in scene.weekdays]
    if len(found) < 2:
        return
    for m in found:
        other = day + dt.timedelta(days=int(m[2]) - day.day)
        if abs(int(m[2]) - day.day) <= 3 and other.month == day.month:
            yield Span(*m.span(1)), other, scene.weekdays[fold(m[1])]


def _meant(time: Time, day: dt.date, scene: Scene) -> dt.date | None:
    """The day that a date without its year stands for: the one near publication that the verb's tense allows.

    None where neither tells: the year that the weekday fits would prove the weekday by itself.
    """
    if time.anchor != "published" or scene.published is None or str(day.year) in scene.text[time.start : time.end]:
        return day
    today = scene.published
    years = (today.year + shift for shift in (-1, 0, 1))
    nearest = min(
        (other for year in years if (other := _in_year(day, year))),
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


def _weekday(time: Time, scene: Scene) -> tuple[Span, int] | None:
    """The weekday told with a date that has its day in figures, in it or right beside it."""
    words = scene.text[time.start : time.end]
    if not any(c.isdigit() for c in words):
        return None
    named = [
        (Span(time.start + m.start(), time.start + m.end()), scene.weekdays[fold(m[0])])
        for m in _WORD.finditer(words)
        if fold(m[0]) in scene.weekdays
    ]
    if named:
        return named[0] if len(named) == 1 and _has_day(words) else None
    if not _has_day(words):
        return None
    after = (p.match(scene.text, time.end) for p in scene.rules.patterns["weekday_after"])
    start = max(0, time.start - _BESIDE)
    before = (p.search(scene.text, start, time.start) for p in scene.rules.patterns["weekday_before"])
    for found in (*after, *before):
        if found and fold(found["weekday"]) in scene.weekdays:
            return Span(*found.span("weekday")), scene.weekdays[fold(found["weekday"])]
    return None


def _has_day(words: str) -> bool:
    """Whether a day of the month stands there, and no clock time alone."""
    return (
        re.search(r"(?<![\d:h.])\b(?:[12]?\d|3[01])(?:er|st|nd|rd|th)?\b(?!\s?(?:h|:|am|pm|heures))", words) is not None
    )


def _sure(time: Time, day: dt.date, number: int, scene: Scene) -> bool:
    """Whether the year is beyond doubt, so that a weekday that does not fit is an error."""
    if str(day.year) in scene.text[time.start : time.end]:
        return True
    if time.anchor != "published" or scene.published is None:
        return False
    if abs((day - scene.published).days) <= _CLOSE:
        return True
    others = [_in_year(day, day.year + shift) for shift in (-1, 1)]
    return not any(other and other.isoweekday() == number for other in others)


def _on(day: dt.date, number: int) -> dt.date | None:
    """The day of so high a number in the month of another."""
    try:
        return day.replace(day=number)
    except ValueError:
        return None


def _in_year(day: dt.date, year: int) -> dt.date | None:
    try:
        return day.replace(year=year)
    except ValueError:
        return None
