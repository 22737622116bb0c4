"""Ages, durations and order: dates of the article against one another and against publication."""

import datetime as dt
import itertools
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from selon.lang.contract import fold
from selon.model import Finding, Span
from selon.stages.findings.amounts import Amount
from selon.stages.findings.scene import Dates, Lasting, Scene, Skeleton

_DAYS = {"a": 365.2425, "mo": 30.436875, "wk": 7.0, "d": 1.0}
_OLDEST = 115
_WEEK = 7
_APART = 3
"""Sentences between a birth and an age of one person whom only pronouns stand for."""
_BESIDE = 3
"""Code points between somebody and an age or a birth that is told of them: «X, 42 ans»."""
_BACK = 4
"""Sentences before one in which the event that it counts from may be dated."""
_ASIDE = 28
"""Places of a skeleton between a date and the duration that it is counted with."""
_CLOSE = 75
"""Days from publication within which a date without a year is of the year nearest to it."""
_LATELY = 35
"""Days from publication within which what is told without figures, «la semaine dernière», is no other year's."""
_FEW = 4
"""Dates around a duration of which any two may be the ones that it lies between."""
_MEANT = 3.0
"""How many times a duration over sentences may be off and still be meant for the dates before it."""
_WINDOWS = frozenset({1, 2, 3, 5, 6, 7, 10, 12, 14, 15, 18, 20, 24, 30, 36, 40, 48, 50, 60, 72, 90, 100})
"""Counts that a stretch up to now has by custom, whatever happened when it began: «les douze derniers mois»."""


class _Fit(NamedTuple):
    """Whether a duration fits two dates; None where that is not clear enough to say. `low` and `high` in its unit."""

    holds: bool | None
    low: float
    high: float


def fit(start: Dates, end: Dates, told: Lasting) -> _Fit:
    days, count = _DAYS[told.unit], told.number
    if told.unit == "a" and _whole_year(start) and _whole_year(end):  # people subtract the one year from the other
        low = high = float(end.first.year - start.first.year)
        slack, broken = 0.1, 1.1
    else:
        low, high = (end.first - start.last).days / days, (end.last - start.first).days / days
        slack = {"d": 1.1, "wk": 0.8, "mo": 1.05, "a": 0.75}[told.unit]
        broken = {"d": 1.5, "wk": 0.95, "mo": 1.2, "a": 0.9}[told.unit]
    if told.rough:
        slack = max(slack, 0.15 * count)
    rounded = told.unit == "a" and count >= 10 and count % 5 == 0
    broken = max(broken, slack, (0.25 if told.rough else 0.15 if rounded else 0.06) * count)
    if told.more > 0:
        fits = True if high >= count - 0.1 and low <= 1.6 * count else False if high < count - slack else None
    elif told.more < 0:
        fits = True if low <= count + 0.1 and high >= 0.6 * count else False if low > count + slack else None
    elif low - slack <= count <= high + slack:
        fits = True if high - low <= max(1.05, 0.4 * count) else None
    else:
        fits = None if low - broken <= count <= high + broken else False
    return _Fit(fits, low, high)


def _whole_year(dates: Dates) -> bool:
    return (dates.last - dates.first).days > 40


# ---------------------------------------------------------------- ages


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
    founded = _begun(scene, "founded", len(scene.skeletons))
    for skeleton in scene.skeletons if scene.published else ():
        for pattern in scene.rules.patterns["jubilee"]:
            for m in pattern.finditer(skeleton.words):
                told = m.groupdict().get("n") or ""
                item = skeleton.items.get(m.start(next((g for g in "dq" if g in m.re.groupindex), "n")))
                years = float(told) if told.isdecimal() else float(scene.rules.values["jubilees"].get(fold(told), 0))
                years = _count(item) or years
                at = item.span if isinstance(item, Lasting | Amount) else _span(skeleton, m, "n")
                near = {d.first.year: d for s, d in founded if abs(s.index - skeleton.index) <= _BACK}
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


def _span(skeleton: Skeleton, m: re.Match[str], name: str) -> Span:
    start = skeleton.offset(m.start(name))
    return Span(start, start + len(m[name]))


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
        [birth.span, age.span, *([when.span] if when.span != _NOWHERE else [])],
        "age",
        "age_one" if one else "age",
        birth=_shown(birth),
        day=_shown(when),
        low=max(0, low),
        high=high,
        told=scene.number(age.years) + (f"–{scene.number(age.years + age.more)}" if age.more else ""),
    )


_NOWHERE = Span(0, 1)
"""The span of publication's day, which no word of the text gives."""


def _shown(dates: Dates) -> str:
    if dates.first == dates.last:
        return dates.first.isoformat()
    return str(dates.first.year) if _whole_year(dates) else dates.first.isoformat()[:7]


def _years(start: dt.date, end: dt.date) -> int:
    """Whole years from one day to another."""
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))


def _lately(scene: Scene) -> Dates | None:
    """The week up to publication: an age is told for when the story happens."""
    if scene.published is None or scene.published.toordinal() <= _WEEK:
        return None
    return Dates(_NOWHERE, scene.published - dt.timedelta(days=_WEEK), scene.published, True)


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


# ---------------------------------------------------------------- durations


def durations(scene: Scene) -> Iterator[Finding]:
    done: set[Span] = set()
    for skeleton in scene.skeletons:
        if not skeleton.all(Lasting):
            continue
        for finding in (*_apart(scene, skeleton), *_told(scene, skeleton)):
            told = next(
                (i.span for _, i in skeleton.all(Lasting) if _whole(scene, i) in finding.spans), finding.spans[-1]
            )
            if told not in done:
                done.add(told)
                yield finding


def _apart(scene: Scene, skeleton: Skeleton) -> Iterator[Finding]:
    """A duration whose start and end stand in a wording that sets them side by side."""
    for pattern in scene.rules.patterns["apart"]:
        for m in pattern.finditer(skeleton.words):
            a, b, d = (skeleton.items.get(m.start(g)) for g in "abd")
            if isinstance(a, Dates) and isinstance(b, Dates) and isinstance(d, Lasting):
                if a.first <= b.last:
                    yield from _lasting(scene, a, b, d, firm=_likely(a, b, d))
                else:
                    yield from _ordered(scene, a, b, "apart", True, [_whole(scene, d)])
    for pattern in scene.rules.patterns["since_strong"]:
        for m in pattern.finditer(skeleton.words):
            a, d = skeleton.items.get(m.start("t")), skeleton.items.get(m.start("d"))
            if isinstance(a, Dates) and isinstance(d, Lasting) and (now := _today(scene)):
                yield from _lasting(scene, a, now, d, firm=True)


def _told(scene: Scene, skeleton: Skeleton) -> Iterator[Finding]:
    """A duration whose dates stand in the same sentence or beside it."""
    for at, lasting in skeleton.all(Lasting):
        if _matches(scene, "since_event", skeleton, at):
            yield from _since_event(scene, skeleton, lasting)
        if not _matches(scene, "lasted", skeleton, at):
            if _matches(scene, "until_now", skeleton, at):
                yield from _since(scene, skeleton, lasting)
            elif len(dates := [d for _, d in skeleton.all(Dates)]) == 2 and _fits(dates[0], dates[1], lasting):
                start, end = sorted(dates, key=lambda d: d.first)
                yield from _lasting(scene, start, end, lasting, firm=False)
            continue
        strong = _matches(scene, "strong", skeleton, at)
        here = [date for _, date in skeleton.all(Dates)]
        if len(here) == 2 and sum(other.number > 1 for _, other in skeleton.all(Lasting)) <= 1:
            firm = _near(skeleton, at) or not _matches(scene, "counted_from", skeleton, at)
            start, end = sorted(here, key=lambda date: date.first)
            yield from _lasting(scene, start, end, lasting, firm and _likely(start, end, lasting))
        elif len(here) == 1 and strong and (now := _now_told(scene, skeleton, at)):
            yield from _lasting(scene, here[0], now, lasting, firm=here[0].sure)
        elif not here and _matches(scene, "onward", skeleton, at):
            yield from _onward(scene, skeleton, lasting)
        elif len(here) <= 1:
            yield from _over(scene, skeleton, at, lasting, strong)
        if _matches(scene, "until_now", skeleton, at):
            yield from _since(scene, skeleton, lasting)


def _now_told(scene: Scene, skeleton: Skeleton, at: int) -> Dates | None:
    """Publication, where a sentence in the present counts a duration from no other date."""
    counted = _matches(scene, "counted_from", skeleton, at)
    return _today(scene) if scene.present(skeleton) and not (counted and _near(skeleton, at)) else None


def _over(scene: Scene, skeleton: Skeleton, at: int, lasting: Lasting, strong: bool) -> Iterator[Finding]:
    """A duration whose dates stand over several sentences: the only two, or the one beside it and the one before."""
    here = [date for _, date in skeleton.all(Dates)]
    counted = _matches(scene, "counted_from", skeleton, at)
    if counted and here and _near(skeleton, at) and (event := _event(scene, skeleton, here[0])):
        first, second = (here[0], event) if _matches(scene, "counted_back", skeleton, at) else (event, here[0])
        if first.first > second.last:
            yield from _ordered(scene, first, second, "counted", strong, [_whole(scene, lasting)])
            return
        pairs = [(first, second)]
    else:
        around = [*scene.passages(skeleton, 1 + strong)][1:]
        around += [other.after(skeleton) for other in scene.near(skeleton, 0, 1)]
        told = [[d for _, d in passage.all(Dates)] for passage in around]
        pairs = [(dates[0], dates[1]) for dates in told if len(dates) == 2]
        strong = strong and not counted
        if not pairs or not _fits(*pairs[0], lasting):
            *_, widest = scene.passages(skeleton)
            dates = [d for _, d in widest.all(Dates)]
            now = _today(scene)
            others = [(d, now) for d in dates if d.sure] if now and lasting.unit in ("a", "mo") else []
            tried = [*itertools.combinations(dates, 2), *others] if len(dates) <= _FEW else []
            pairs = [pair for pair in tried if _fits(*pair, lasting)] or pairs
    for start, end in pairs[:1]:
        start, end = sorted((start, end), key=lambda d: d.first)
        firm = strong and _likely(start, end, lasting) and _settled(scene, start, end, lately=True)
        yield from _lasting(scene, start, end, lasting, firm)


def _fits(one: Dates, other: Dates, told: Lasting) -> bool:
    start, end = sorted((one, other), key=lambda d: d.first)
    return bool(fit(start, end, told).holds) and _fine(start, told) and _fine(end, told)


def _likely(start: Dates, end: Dates, told: Lasting) -> bool:
    """Whether a duration is meant for two dates: they are as precise, and it is not many times off."""
    _, low, high = fit(start, end, told)
    return _fine(start, told) and _fine(end, told) and low <= _MEANT * told.number and told.number <= _MEANT * high


def _fine(date: Dates, lasting: Lasting) -> bool:
    """Whether a date is as precise as a duration counted from it."""
    return (date.last - date.first).days <= {"d": 0, "wk": 0, "mo": 31, "a": 366}[lasting.unit]


def _settled(scene: Scene, one: Dates, other: Dates, lately: bool = False) -> bool:
    """Whether the years of two dates are beyond doubt: told, or those of the days around publication.

    `lately`: one of them may be told without figures, «la semaine dernière».
    """

    def near(date: Dates, days: int = _CLOSE) -> bool:
        return scene.published is not None and abs((date.last - scene.published).days) <= days

    if one.sure and other.sure:
        return True
    if not all(d.sure or re.search(r"\d", d.span.of(scene.text)) for d in (one, other)):
        far = abs((one.first - other.first).days) > _LATELY
        return lately and far and all(d.sure or near(d, _LATELY) for d in (one, other))
    if one.sure or other.sure:
        return one.first.year == other.first.year or (lately and all(d.sure or near(d) for d in (one, other)))
    return near(one) and near(other)


def _onward(scene: Scene, skeleton: Skeleton, lasting: Lasting) -> Iterator[Finding]:
    """«L'usine a fermé en juin 2014. Dix ans plus tard, le site est pollué.»: from the date just told up to now."""
    now = _today(scene)
    for other in scene.near(skeleton, 1, 0):
        dates = [date for _, date in other.all(Dates)]
        if now and len(dates) == 1 and dates[0].sure:
            told_now = scene.present(skeleton)
            yield from _lasting(
                scene, dates[0], now, lasting, firm=told_now and _same_paragraph(scene, skeleton, other)
            )


def _since(scene: Scene, skeleton: Skeleton, lasting: Lasting) -> Iterator[Finding]:
    """A duration up to now, and the date that it began on, there or in the sentence beside it."""
    now = _today(scene)
    if now is None:
        return
    for other in (skeleton, *scene.near(skeleton)):
        starts = [
            item
            for pattern in scene.rules.patterns["since"]
            for m in pattern.finditer(other.words)
            if isinstance(item := other.items.get(m.start("t")), Dates)
        ]
        if starts and len(other.all(Dates)) == 1 and starts[0].last <= now.first:
            if other is skeleton or _same_paragraph(scene, skeleton, other) or skeleton.index - other.index == 1:
                _, low, high = fit(starts[0], now, lasting)
                near = 0.55 * lasting.number <= high and low <= 1.8 * lasting.number
                firm = near and lasting.number not in _WINDOWS
                yield from _lasting(scene, starts[0], now, lasting, firm)
            return
    here = [date for _, date in skeleton.all(Dates)]
    for other in (skeleton, *scene.near(skeleton)):
        dates = here if other is skeleton else [date for _, date in other.all(Dates)]
        if len(dates) == 1 and dates[0].last < now.first:
            yield from _lasting(scene, dates[0], now, lasting, firm=False)
            return


def _since_event(scene: Scene, skeleton: Skeleton, lasting: Lasting) -> Iterator[Finding]:
    """«en dix-sept mois depuis l'ouverture»: from the date on which something told before began up to now."""
    now = _today(scene)
    told = [date for name in ("founded", "started") for _, date in _begun(scene, name, skeleton.index)]
    begun = [*{date.span: date for date in told if now and date.last < now.first}.values()]
    fitting = [date for date in begun if now and _fits(date, now, lasting)]
    for date in fitting[:1] or (begun if len(begun) == 1 else ()):
        if now:
            yield from _lasting(scene, date, now, lasting, firm=_likely(date, now, lasting))


def _begun(scene: Scene, name: str, upto: int) -> list[tuple[Skeleton, Dates]]:
    """The dates, with their years, of what a wording tells up to a sentence to have begun."""
    found: dict[Span, tuple[Skeleton, Dates]] = {}
    for skeleton in scene.skeletons[: upto + 1]:
        for pattern in scene.rules.patterns[name] if skeleton.all(Dates) else ():
            for m in pattern.finditer(skeleton.words):
                item = skeleton.items.get(m.start("t"))
                if isinstance(item, Dates) and item.sure:
                    found[item.span] = skeleton, item
    return [*found.values()]


def _today(scene: Scene) -> Dates | None:
    return Dates(_NOWHERE, scene.published, scene.published, True) if scene.published else None


def _matches(scene: Scene, name: str, skeleton: Skeleton, at: int) -> bool:
    return any(m.start("d") == at for p in scene.rules.patterns[name] for m in p.finditer(skeleton.words))


def _near(skeleton: Skeleton, at: int) -> bool:
    """Whether a date stands right beside a duration: «le 20 mai, soit dix jours plus tard»."""
    return any(abs(then - at) <= _ASIDE for then, _ in skeleton.all(Dates))


def _same_paragraph(scene: Scene, one: Skeleton, other: Skeleton) -> bool:
    start, end = sorted((one.sentence.start, other.sentence.start))
    return "\n" not in scene.text[start:end]


def _whole(scene: Scene, told: Lasting) -> Span:
    """A duration with what says which way it is counted: «deux ans après»."""
    for pattern in scene.rules.patterns["counted_word"]:
        if m := pattern.match(scene.text, told.span.end):
            return Span(told.span.start, m.end())
    return told.span


def _lasting(scene: Scene, start: Dates, end: Dates, told: Lasting, firm: bool) -> Iterator[Finding]:
    holds, low, high = fit(start, end, told)
    if holds is None or (not firm and (not holds or told.number <= 1)) or high <= 0:
        return
    count = f"{low:.0f}" if round(low) == round(high) else f"{max(0, low):.0f}–{high:.0f}"
    yield scene.finding(
        "duration",
        holds,
        [d.span for d in (start, end) if d.span != _NOWHERE] + [_whole(scene, told)],
        "duration",
        "duration",
        start=_shown(start),
        end=_shown(end),
        count=count,
        unit=scene.rules.values["unit_names"][told.unit],
        told=f"« {told.span.of(scene.text)} »",
    )


# ---------------------------------------------------------------- order


def orders(scene: Scene) -> Iterator[Finding]:
    done: set[tuple[Span, Span]] = set()
    for skeleton in scene.skeletons:
        if not skeleton.all(Dates):
            continue
        for name in ("begun", "then", "before", "from_to") if len(skeleton.all(Dates)) > 1 else ():
            for pattern in scene.rules.patterns[name]:
                for m in pattern.finditer(skeleton.words):
                    a, b = skeleton.items.get(m.start("a")), skeleton.items.get(m.start("b"))
                    if isinstance(a, Dates) and isinstance(b, Dates) and (a.span, b.span) not in done:
                        done.add((a.span, b.span))
                        said = [_span(skeleton, m, "said")] if m.groupdict().get("said") else []
                        yield from _ordered(scene, a, b, name, name != "begun" or (a.sure and b.sure), said)
        yield from _around_event(scene, skeleton, done)
        yield from _told_order(scene, skeleton, done)


def _told_order(scene: Scene, skeleton: Skeleton, done: set[tuple[Span, Span]]) -> Iterator[Finding]:
    """«L'enquête s'est ouverte le 2 juin 2021. L'autorisation, signée le 14 mai, lui est antérieure.»"""
    here = [date for _, date in skeleton.all(Dates)]
    for name in ("precedes", "follows"):
        said = next((m for p in scene.rules.patterns[name] if (m := p.search(skeleton.words))), None)
        if len(here) == 1 and said:
            event = _event(scene, skeleton, here[0])
            if event and (here[0].span, event.span) not in done:
                first, second = (here[0], event) if name == "precedes" else (event, here[0])
                yield from _ordered(scene, first, second, name, True, [_span(skeleton, said, "said")])


def _around_event(scene: Scene, skeleton: Skeleton, done: set[tuple[Span, Span]]) -> Iterator[Finding]:
    """«avant l'accident, en juin 2019», where the sentence before dates the accident."""
    for name in ("before_event", "after_event"):
        for pattern in scene.rules.patterns[name]:
            for m in pattern.finditer(skeleton.words):
                told = skeleton.items.get(m.start("a"))
                if not isinstance(told, Dates):
                    continue
                event = _event(scene, skeleton, told)
                if event is None or (told.span, event.span) in done:
                    continue
                done.add((told.span, event.span))
                first, second = (told, event) if name == "before_event" else (event, told)
                lasting = skeleton.items.get(m.start("d")) if "d" in m.re.groupindex else None
                if first.first <= second.last and isinstance(lasting, Lasting):
                    yield from _lasting(scene, first, second, lasting, firm=True)
                else:
                    said = [_whole(scene, lasting)] if isinstance(lasting, Lasting) else []
                    yield from _ordered(scene, first, second, name, True, said)


def _event(scene: Scene, skeleton: Skeleton, told: Dates) -> Dates | None:
    """The one date of the sentence, or else of the sentence before."""
    for other in (skeleton, *scene.near(skeleton, _BACK, 0)):
        dates = [date for _, date in other.all(Dates) if date.span != told.span]
        if dates:
            return dates[0] if len(dates) == 1 else None
    return None


def _ordered(
    scene: Scene, first: Dates, second: Dates, by: str, firm: bool, said: Sequence[Span] = ()
) -> Iterator[Finding]:
    if first.first == second.first and first.last == second.last:
        return
    holds = first.first <= second.last
    if holds and (by == "from_to" or first.last > second.first):
        return
    if not holds and not (firm and _settled(scene, first, second)):
        return
    yield scene.finding(
        "order",
        holds,
        [first.span, second.span, *said],
        by,
        "order_holds" if holds else "order_breaks",
        first=_shown(first),
        second=_shown(second),
    )
