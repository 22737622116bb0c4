"""The day that an article came out, where nothing says it: the one that fits best what the text tells of its times.

Each clue bounds the day or makes some days likelier than others; the logarithms add up to a chance for every day of two
centuries. How far news stands from what it tells are rough counts over French and English articles.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from selon.lang.contract import Rules
from selon.model import Block, Note, Parse, Published, Quote
from selon.stages.times.clues import Clue, Days, calendar, find_clues, footer_clues
from selon.stages.times.matching import matches
from selon.stages.times.plausible import is_time
from selon.stages.times.tense import Direction

SURE = 0.9
"""Chance from which a day is given, or else a few days."""
COVERED = 0.95
"""Chance that a longer interval holds, where there are none such."""
FEW = 31
WIDEST = 366
"""Days past which an interval says too little to be given."""

Scores = NDArray[np.float64]
"""The logarithm of a chance, for each day or each distance."""
_Apart = Callable[[Days], NDArray[np.int64]]

_NEVER = 1 << 20
_MOST_SHOWN = 4
_TELLING = 0.1
"""Weight, as a share of the greatest, past which words are shown as evidence."""


def _curve(*steps: tuple[int, float]) -> Scores:
    """Log chances by distance: each (until, chance) spreads that chance evenly from the step before."""
    values, start = list[float](), 0
    for until, chance in steps:
        values += [chance / (until - start)] * (until - start)
        start = until
    return np.log(values)


_SAME_DAY = _curve((1, 0.98), (2, 0.01), (8, 1e-6))
_UPDATED = _curve((1, 0.7), (2, 0.15), (8, 0.08), (31, 0.04), (366, 0.02))
"""Days from publication to a change of the page."""
_THIS = _curve((1, 0.8), (2, 0.12), (8, 0.07))
_THIS_AHEAD = _curve((1, 0.4), (8, 0.55))
_WEEKDAY_DATE = _curve((1, 0.5), (2, 0.27), (4, 0.1), (8, 0.06), (31, 0.04), (366, 0.02))
_WHOLE_WEEKDAY_DATE = _curve((1, 0.28), (2, 0.2), (4, 0.1), (8, 0.07), (31, 0.06), (366, 0.1), (3650, 0.17))
_DATE = _curve((1, 0.17), (2, 0.13), (8, 0.15), (31, 0.15), (366, 0.25), (3650, 0.13))
_DATE_YEARS = _curve((366, 0.8), (731, 0.07), (3650, 0.12))
"""Of a day told with its year, beside others without."""
_AHEAD = _curve((1, 0.08), (8, 0.42), (61, 0.3), (366, 0.17), (3650, 0.02))
_WEEKDAY = _curve((1, 0.43), (2, 0.37), (3, 0.09), (5, 0.06), (7, 0.05))
_WEEKDAY_AHEAD = _curve((1, 0.35), (2, 0.27), (4, 0.2), (8, 0.15))
_YEARS = _curve((1, 0.45), (2, 0.22), (3, 0.1), (5, 0.08), (10, 0.08), (60, 0.07))
"""Years from the latest that is told as past."""
_YEARS_BEFORE = _curve((1, 0.04), (2, 0.02), (10, 0.01))
_YEARS_AHEAD = _curve((1, 0.5), (2, 0.25), (4, 0.1), (10, 0.07), (60, 0.05))
_COUNTED = _curve((1, 0.9), (31, 0.04), (366, 0.04))
_LASTING = _curve((1, 0.8), (31, 0.1), (366, 0.1))
_RIGHTS = _curve((1, 0.9), (366, 0.08))
_FOOTER = _curve((1, 0.6), (366, 0.15), (3650, 0.24))
_BEYOND = np.log(1e-4)
"""Of distances past a curve's end, beside its least chance."""

_BROKEN: dict[Direction | None, float] = {"past": 0.003, "future": 0.25, None: 0.1, "present": 1.0}
"""The chance that a day lies on the other side of publication than its tense says."""
_BROKEN_SPAN: dict[Direction | None, float] = {"past": 0.03, "future": 0.6, None: 0.5, "present": 1.0}
_DAYS = ("this", "date", "weekday-date")


class _Factor(NamedTuple):
    """What some clues together make of each day; `bound`: only on which side of them it lies."""

    clues: tuple[Clue, ...]
    scores: Scores
    bound: bool = False


def find_published(
    text: str,
    blocks: Sequence[Block],
    quotes: Sequence[Quote],
    tree: Parse,
    rules: Rules,
    furniture: Sequence[str] = (),
) -> tuple[Published | None, tuple[Note, ...]]:
    """The day, month, year or interval in which a text came out, as far as it tells; None where it tells too little.

    `furniture`: lines of the page that are no part of the text. Notes say which words told, and which do not fit.
    """
    if rules.times is None:
        return None, ()
    found = [m for m in matches(text, tree.sentences, rules.times, rules.code) if is_time(m, text, tree, rules)]
    clues = [*find_clues(text, blocks, quotes, tree, rules.times, found), *footer_clues(furniture)]
    if not any(clue.year is not None for clue in clues):
        return None, ()
    factors = list(_factors(clues))
    scores = sum((f.scores for f in factors), _prior())
    chances = np.exp(scores - scores.max())
    first, last = _window(chances / chances.sum())
    if last - first >= WIDEST:
        return None, ()
    value = _written(first, last)
    words = _evidence(factors, first, last)
    message = f"the publication date is inferred from the text: {value}"
    notes = [Note(stage="times", code="inferred-date", message=message, text=f"{value}, {words}")]
    odd = [c for f in factors if f.bound and f.scores[first : last + 1].max() < 0 for c in f.clues if _is_plain(c)]
    odd += [c for c in clues if c.kind in ("stated", "dateline") and not c.days[first : last + 1].any()]
    if odd:
        message = f"these do not fit a publication on {value}, which other words of the text tell"
        told = ", ".join(dict.fromkeys(clue.words for clue in odd))
        notes.append(Note(stage="times", code="dates-disagree", message=message, text=told))
    return Published(value=value, how="inferred", why=f"the text says {words}"), tuple(notes)


def _is_plain(clue: Clue) -> bool:
    """Whether it is a day told as past: nothing else is surely so."""
    return clue.kind in ("date", "weekday-date") and clue.told == "past"


# ---------------------------------------------------------------- chances


def _prior() -> Scores:
    """Old news is seldom read."""
    year = calendar().year
    return np.log(np.where(year < 1950, 0.02, np.where(year < 1990, 0.1, 1.0)))


def _factors(clues: Sequence[Clue]) -> Iterator[_Factor]:
    for clue in clues:
        match clue.kind:
            case "stated" | "dateline":
                yield _Factor((clue,), _around(_SAME_DAY, clue.days))
            case "counted":
                yield _Factor((clue,), _around(_COUNTED, clue.days))
            case "rights":
                yield _Factor((clue,), _around(_RIGHTS, clue.days))
            case "lasting":
                yield _Factor((clue,), np.maximum(_around(_LASTING, clue.days), np.log(0.1)))
            case "updated":
                yield _Factor((clue,), _at(_UPDATED, _until(clue.days)))
            case "footer":
                yield _Factor((clue,), _at(_FOOTER, _until(clue.days)))
            case "this":
                ahead = _THIS_AHEAD if clue.told == "future" else _THIS
                yield _Factor((clue,), np.maximum(_at(_THIS, _since(clue.days)), _at(ahead, _until(clue.days))))
    twice = list(_told_twice(clues))
    again = {id(bare): full.days for full, bare in twice}
    clues = [clue._replace(days=again.get(id(clue), clue.days)) for clue in clues]
    for full, bare in twice:
        near = (_since(full.days) <= WIDEST) | (_until(full.days) <= WIDEST)
        yield _Factor((full, bare), np.where(near, 0.0, np.log(0.02)))
    yield from _bounds([c for c in clues if c.kind in _DAYS], _BROKEN)
    yield from _bounds([c for c in clues if c.kind == "span"], _BROKEN_SPAN)
    yield from _latest([c for c in clues if c.told != "future"])
    yield from _ahead([c for c in clues if c.told == "future"])
    yield from _weekdays([c for c in clues if c.kind == "weekday"])


def _told_twice(clues: Sequence[Clue]) -> Iterator[tuple[Clue, Clue]]:
    """Days told once with their year and once without, which then goes without saying, as lately or soon."""
    dated = [c for c in clues if c.kind in _DAYS]
    for full in (c for c in dated if c.year is not None):
        yield from ((full, bare) for bare in dated if bare.year is None and bool((full.days & bare.days).any()))


def _bounds(clues: Sequence[Clue], broken: dict[Direction | None, float]) -> Iterator[_Factor]:
    """What is told as past is no later than publication, what is told as to come no earlier."""
    for clue in (c for c in clues if c.year is not None):
        apart = _until(clue.days) if clue.told == "future" else _since(clue.days)
        yield _Factor((clue,), np.where(apart < _NEVER, 0.0, np.log(broken[clue.told])), bound=True)


def _latest(clues: Sequence[Clue]) -> Iterator[_Factor]:
    """News is written soon after the last of what it tells.

    A day told with its year counts only where no later year is told; a year, only beside days told without theirs. A
    weekday told once with its date and again without is of these days.
    """
    dated = [c for c in clues if c.kind in _DAYS]
    years = [c for c in clues if c.year is not None and c.kind in (*_DAYS, "span")]
    latest = max((c.year or 0 for c in years), default=0)
    last = [c for c in dated if c.year and c.year == latest]
    yearless = [c for c in dated if c.year is None]
    near = [c for c in yearless if c.kind != "date"]
    if near:
        yield _nearest(near, _since, _WEEKDAY_DATE)
    elif last or yearless:
        named = [c for c in last if c.kind != "date"]
        again = any(bool((c.days & bare.days).any()) for bare in clues if bare.kind == "weekday" for c in named)
        curve = _WEEKDAY_DATE if again else _WHOLE_WEEKDAY_DATE if named else _DATE
        yield _nearest([*last, *yearless], _since, curve)
    if latest and (near or not last):
        apart = calendar().year - latest
        scores = np.where(apart >= 0, _at(_YEARS, np.abs(apart)), _at(_YEARS_BEFORE, np.abs(apart + 1)))
        yield _Factor(tuple(c for c in years if c.year == latest), scores)
    elif last and yearless:
        yield _nearest(last, _since, _DATE_YEARS)


def _ahead(clues: Sequence[Clue]) -> Iterator[_Factor]:
    """And not long before what it tells as to come, so far as the tense may be trusted."""
    dated = [c for c in clues if c.kind in _DAYS]
    if dated:
        yield _nearest(dated, _until, _AHEAD)
    years = [c for c in clues if c.year is not None and c.kind in (*_DAYS, "span")]
    if years:
        first = min(c.year or 0 for c in years)
        apart = first - calendar().year
        scores = _at(_YEARS_AHEAD, np.abs(apart)) + np.where(apart >= 0, 0.0, np.log(_BROKEN_SPAN["future"]))
        yield _Factor(tuple(c for c in years if c.year == first), scores)


def _weekdays(clues: Sequence[Clue]) -> Iterator[_Factor]:
    """Bare weekdays, each counted once; they depend on one another, so several weigh little more than one."""
    told = {(int(clue.days.argmax()), clue.told): clue for clue in clues if clue.told is not None}
    for clue in told.values():
        before, ahead = _at(_WEEKDAY, _since(clue.days)), _at(_WEEKDAY_AHEAD, _until(clue.days))
        scores = before if clue.told == "past" else ahead if clue.told == "future" else np.maximum(before, ahead)
        yield _Factor((clue,), scores / len(told) ** 0.5)


def _nearest(clues: Sequence[Clue], apart: _Apart, curve: Scores) -> _Factor:
    """By the distance of each day from the closest of the clues; on their other side it tells nothing."""
    distance = np.minimum.reduce([apart(clue.days) for clue in clues])
    return _Factor(tuple(clues), np.where(distance < _NEVER, _at(curve, distance), curve.min()))


def _around(curve: Scores, days: Days) -> Scores:
    """By the distance on either side; the days before are the less likely."""
    return np.maximum(_at(curve, _since(days)), _at(curve, _until(days)) - (~days))


def _since(days: Days) -> NDArray[np.int64]:
    """Days from the last of `days`, 0 on it; _NEVER before the first."""
    number = np.arange(len(days))
    last = np.maximum.accumulate(np.where(days, number, -_NEVER))
    return np.minimum(number - last, _NEVER)


def _until(days: Days) -> NDArray[np.int64]:
    return _since(days[::-1])[::-1]


def _at(curve: Scores, distance: NDArray[np.int64]) -> Scores:
    """The curve at each distance."""
    return np.where(distance < len(curve), curve[np.minimum(distance, len(curve) - 1)], _BEYOND + curve.min())


# ---------------------------------------------------------------- the answer


def _window(chances: Scores) -> tuple[int, int]:
    """First and last of the days that the text came out on: the likeliest one, with as many around it as it takes."""
    first = last = int(chances.argmax())
    held = float(chances[first])
    while held < (SURE if last - first < FEW else COVERED) and last - first < WIDEST:
        before = chances[first - 1] if first else -1.0
        after = chances[last + 1] if last + 1 < len(chances) else -1.0
        if before > after:
            first, held = first - 1, held + float(before)
        else:
            last, held = min(last + 1, len(chances) - 1), held + max(0.0, float(after))
    return first, last


def _written(first: int, last: int) -> str:
    """A day, month, year or interval in ISO 8601."""
    start, end = str(calendar().first + first), str(calendar().first + last)
    if start == end:
        return start
    if start[:7] == end[:7] and last - first > 20:
        return start[:7]
    if start[:4] == end[:4] and last - first > 180:
        return start[:4]
    return f"{start}/{end}"


def _evidence(factors: Sequence[_Factor], first: int, last: int) -> str:
    """The words that speak most for the days from `first` to `last`, those that name days before those of years."""
    weights, coarse = dict[str, float](), set[str]()
    for factor in factors:
        gain = float(factor.scores[first : last + 1].max() - factor.scores.mean())
        for clue in factor.clues:
            if clue.kind in ("span", "rights", "footer"):
                coarse.add(clue.words)
            apart = min(int(_since(clue.days)[last]), int(_until(clue.days)[first]))
            weights[clue.words] = max(weights.get(clue.words, 0.0), gain / (1 + apart / WIDEST))
    most = max(weights.values(), default=0.0)
    best = sorted((w for w in weights if weights[w] > most * _TELLING), key=lambda w: -weights[w])[:_MOST_SHOWN]
    return ", ".join(f"«{words}»" for words in sorted(best, key=lambda w: w in coarse))
