"""Durations, against the dates that they lie between.

A duration that is no age, term or price of time is read with every two dates around it, nearest first, and with
publication: where two lie so far apart, that is what is told. Where none do, it is wrong only of dates that are beyond
doubt its own: the two that a wording sets beside it, the only two, or the one begin and the one end.
"""

import itertools
from collections.abc import Iterator
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from selon.model import Finding
from selon.stages.findings.ages import ages
from selon.stages.findings.calendar import NOWHERE, as_told, fit, ordered, settled, spanned, today
from selon.stages.findings.scene import Dates, Few, Lasting, Scene, Skeleton, within

_BACK = 8
_PARAGRAPHS = 3
"""Sentences and paragraphs before a duration in which its dates may stand."""
_NEAR = 3
"""Passages in which the dates of what is told in passing may stand: the sentence with one beside it."""
_BESIDE = 6
"""Passages, from the sentence alone on, in which what reaches up to now has begun."""
_ONWARD = 5
"""Sentences after a duration in which what is told at once, in a headline or a lead, is dated."""
_LEAD = 4
"""Sentences that an article opens with."""
_AFTER = 20
"""The number of the first passage with those sentences: those before it are fewer."""
_FEW = 4
"""Dates around a duration of which any two may be the ones that it lies between."""
_MEANT = 3.0
"""How many times a duration may be off and still be meant for two dates."""
_MEANT_FAR, _MEANT_ALONE, _MEANT_BESIDE = 1.9, 5.0, 8.0
"""The same: years, of dates in other sentences; counted from the one date before; dates that a wording sets beside."""
_NOW = 7
"""Days before publication that are as good as it."""
_WINDOWS = frozenset({1, 2, 3, 5, 6, 7, 10, 12, 14, 15, 18, 20, 24, 30, 36, 40, 48, 50, 60, 72, 90, 100})
"""Counts that a stretch up to now has by custom, whatever happened when it began: «les douze derniers mois»."""

_YEAR = relativedelta(years=1)
_Pair = tuple[Dates, Dates]


class _Told(NamedTuple):
    """A duration where it stands, and what the words around it make of it."""

    skeleton: Skeleton
    at: int
    lasting: Lasting
    roles: frozenset[str]
    """The wordings that it stands in, of those of `_ROLES`."""


_LASTED = frozenset({"lasted", "strong"})
_ROLES = (
    "lasted", "strong", "until_now", "up_to_now", "window", "counted_from", "counted_back", "counted_named",
    "career",
)  # fmt: skip
"""What a duration may be: told to have passed, beyond doubt; up to now, or maybe; that of a customary stretch; counted
to a date, backwards, from what is named; that of a whole career, wherever it was."""


def durations(scene: Scene) -> Iterator[Finding]:
    done = {span for finding in ages(scene) for span in finding.spans}  # «à 24 ans» is no time that passed
    for skeleton in scene.skeletons:
        for at, lasting in (*skeleton.all(Lasting), *((at, few.lasting) for at, few in skeleton.all(Few))):
            if lasting.span in done or lasting.span in scene.told_in("no_stretch"):
                continue
            if not lasting.few or lasting.span in scene.told_in("counted_from"):
                finding = next(_set_beside(scene, skeleton, at, lasting), None)
                finding = finding or next(_read(scene, _told(scene, skeleton, at, lasting)), None)
                if finding:
                    done.add(lasting.span)
                    yield finding


def _told(scene: Scene, skeleton: Skeleton, at: int, lasting: Lasting) -> _Told:
    roles = {name for name in _ROLES if lasting.span in scene.told_in(name)}
    lead = skeleton.index < _LEAD and lasting.unit in ("a", "mo") and "counted_back" not in roles
    counted = "counted_named" in roles or ("counted_from" in roles and not skeleton.index)
    if lead and counted and not any(_past(scene, d) for _, d in skeleton.all(Dates)):
        roles.add("up_to_now")  # «jugé mardi, six ans après les faits»
    return _Told(skeleton, at, lasting, frozenset(roles))


def _set_beside(scene: Scene, skeleton: Skeleton, at: int, lasting: Lasting) -> Iterator[Finding]:
    """A duration whose dates a wording of its sentence sets beside it."""
    now = today(scene)
    for name in ("apart", "since_strong") if skeleton.all(Dates) else ():
        for m in (m for p in scene.rules.patterns[name] for m in p.finditer(skeleton.words) if m.start("d") == at):
            a, b = (skeleton.items.get(m.start(g)) if g in m.re.groupindex else now for g in ("a", "b"))
            if name == "since_strong":
                a, b = skeleton.items.get(m.start("t")), now
            if not (isinstance(a, Dates) and isinstance(b, Dates)):
                continue
            if a.first <= b.last:
                yield from spanned(scene, a, b, lasting, firm=_likely(a, b, lasting, _MEANT_BESIDE))
            else:
                yield from ordered(scene, a, b, "apart", True, [as_told(scene, lasting)])


def _read(scene: Scene, told: _Told) -> Iterator[Finding]:
    """What a duration says of the dates around it: the nearest that come out, or that are clearly its own."""
    if "counted_from" in told.roles:
        yield from _counted(scene, told)
    firm = None
    for away, passage in _passages(scene, told):
        if not (dates := _fine_dates(passage, told.lasting)):
            continue
        pairs = list(_clear(scene, passage, dates, told, away))
        for start, end in (*pairs, *_tried(scene, told, dates, away)):
            if _fits(start, end, told.lasting):
                yield from spanned(scene, *_sorted(start, end), told.lasting, firm=True)
                return
        meant = [p for p in pairs if away < _AFTER or _likely(*_sorted(*p), told.lasting)]
        if firm is None and len(meant) == 1 and _own(scene, told, *meant[0], away):
            firm = meant[0]
        if firm and away < _AFTER:
            break
    if firm:
        yield from spanned(scene, *_sorted(*firm), told.lasting, firm=True)


def _tried(scene: Scene, told: _Told, dates: list[Dates], away: int) -> Iterator[_Pair]:
    """The dates of a passage that a duration may be of."""
    now = today(scene)
    counted = "counted_from" in told.roles and "up_to_now" not in told.roles
    counted = counted and bool(_fine_dates(told.skeleton, told.lasting))
    reaches = bool(told.roles & {"until_now", "up_to_now"})
    if len(dates) <= _FEW and (told.roles & _LASTED or not away):
        yield from itertools.combinations(dates, 2)
    alone = len(dates) == 1 and told.lasting.unit in ("a", "mo")
    if now and (away < _BESIDE or away >= _AFTER) and not counted and (reaches or alone):
        yield from ((d, now) for d in dates[:_FEW] if _past(scene, d) and (d.sure or reaches))


def _past(scene: Scene, date: Dates) -> bool:
    return scene.published is not None and (scene.published - date.last).days > _NOW


def _lately(scene: Scene, date: Dates) -> bool:
    return scene.published is not None and all(abs((scene.published - d).days) <= _NOW for d in (date.first, date.last))


def _passages(scene: Scene, told: _Told) -> Iterator[tuple[int, Skeleton]]:
    """The sentence, it with those before it, one by one, and it with the one after it; then with those that follow."""
    yield 0, told.skeleton
    back = scene.passages(told.skeleton, _PARAGRAPHS, _BACK)
    next(back)
    before = next(back, None)
    nearest = [before] if before else []
    for after in scene.near(told.skeleton, 0, 1):
        nearest += [after.after(told.skeleton), *([after.after(before)] if before else [])]
    yield from enumerate((*nearest, *back), 1)
    if told.skeleton.index < _LEAD and told.roles & {"strong", "up_to_now", "until_now"}:
        onward = told.skeleton
        for away, after in enumerate(scene.near(told.skeleton, 0, _ONWARD), _AFTER):
            onward = after.after(onward)
            yield away, onward


def _clear(scene: Scene, passage: Skeleton, dates: list[Dates], told: _Told, away: int) -> Iterator[_Pair]:
    """The dates that a duration in a passage is beyond doubt of."""
    now = today(scene)
    starts, ends, since = ([d for d in dates if d.span in scene.told_in(x)] for x in ("started", "ended", "since"))
    begun = [d for d in dates if _past(scene, d)]
    onward = away >= _AFTER
    if len(begun) > 1 or not (onward or away <= ("strong" in told.roles)):
        begun = [d for d in begun if d in starts or (d in since and (onward or d.span < told.lasting.span))]
    ends = [d for d in ends if not (onward and d in begun)]
    pairs = [(a, b) for a, b in _from_to(scene, passage) if a in dates and b in dates]
    if pairs and "until_now" not in told.roles:
        yield from pairs
    elif now and len(begun) == 1 and _open(scene, told, dates, ends, away):
        yield begun[0], now
    elif "until_now" not in told.roles:
        pairs = [(a, b) for a in starts for b in ends if a.first < b.first]
        beside = "lasted" in told.roles and away < _NEAR
        yield from pairs or ([(dates[0], dates[1])] if len(dates) == 2 and ("strong" in told.roles or beside) else [])


def _open(scene: Scene, told: _Told, dates: list[Dates], ends: list[Dates], away: int) -> bool:
    """Whether nothing but publication ends what a duration may reach up to."""
    if "until_now" in told.roles and (away < _BESIDE or away >= _AFTER):
        return True
    return (
        "up_to_now" in told.roles
        and not ends
        and (len(dates) != 2 or away > 1)
        and ("counted_from" not in told.roles or sum(_past(scene, d) for d in dates) == 1)
    )


def _own(scene: Scene, told: _Told, start: Dates, end: Dates, away: int) -> bool:
    """Whether a duration that does not fit two dates is told of them, so wrongly."""
    start, end = _sorted(start, end)
    if away and ("career" in told.roles or ("counted_from" in told.roles and start.first != start.last)):
        return False  # what happened is dated to the day, what came of it by its year
    near = _MEANT_FAR if away and told.lasting.unit == "a" else _MEANT
    if not _likely(start, end, told.lasting, near) or not (
        (start.sure and end.sure)
        or settled(scene, start, end, away > 0)
        or _whatever_year(scene, start, end, told, away)
    ):
        return False
    counted = "counted_from" in told.roles and "up_to_now" not in told.roles
    if (counted and (away or len(_fine_dates(told.skeleton, told.lasting)) != 2)) or told.lasting.number <= 1:
        return False
    quoted = away >= _NEAR and any(q.start <= told.lasting.span.start < q.end for q in scene.quotes)
    if end.span == NOWHERE or ("up_to_now" in told.roles and _lately(scene, end)):
        window = "window" in told.roles and not {"strong", "until_now"} <= told.roles
        return not (quoted and away >= _AFTER) and not (window and told.lasting.number in _WINDOWS)
    return not quoted and ("strong" in told.roles or ("lasted" in told.roles and away < _NEAR))


def _whatever_year(scene: Scene, start: Dates, end: Dates, told: _Told, away: int) -> bool:
    """Whether a duration fits no two dates, whichever year about that of publication those without one are of."""

    def years(date: Dates) -> list[Dates]:
        if date.sure or _lately(scene, date):
            return [date]
        moved = [date._replace(first=date.first + n * _YEAR, last=date.last + n * _YEAR) for n in (-1, 0, 1)]
        return [d for d in moved if now and -732 < (d.last - now).days < 366]

    now = scene.published
    named = start.span in scene.told_in("started") or away >= _AFTER
    tried = [fit(a, b, told.lasting) for a in years(start) for b in years(end) if a.first < b.last]
    return named and bool(tried) and all(f.holds is False for f in tried)


def _counted(scene: Scene, told: _Told) -> Iterator[Finding]:
    """«Le 3 mai […]. Trois semaines plus tard, le 24 mai»: from a date told before to the one beside it."""
    leads, sure = _beside(scene, told)
    if leads is None:
        return
    named, onward = "counted_named" in told.roles, "counted_back" not in told.roles
    here = [d for d in _fine_dates(told.skeleton, told.lasting) if d[1:3] != leads[1:3]]
    around = (*scene.near(told.skeleton, _BACK, 0), *scene.near(told.skeleton, 0, 1))
    others = [*reversed(here), *(d for o in around for d in reversed(_fine_dates(o, told.lasting)))]
    others = [d for d in others if d[1:3] != leads[1:3]]
    others = ([d for d in others if d.sure] if leads.sure else others)[:_FEW] or others[:_FEW]
    for other in others:
        first, second = (other, leads) if onward else (leads, other)
        if _fits(other, leads, told.lasting):
            if first.first <= second.last or not sure:
                yield from spanned(scene, *_sorted(other, leads), told.lasting, firm=True)
            else:
                yield from ordered(scene, first, second, "counted", True, [as_told(scene, told.lasting)])
            return
    if not others:
        return
    first, second = (others[0], leads) if onward else (leads, others[0])
    both = sure and others[0] in here
    times = _MEANT_BESIDE if both else _MEANT_ALONE if sure and len(others) == 1 else _MEANT
    later = second._replace(first=second.first + _YEAR, last=second.last + _YEAR)
    if first.first > second.last and not (first.sure or second.sure) and _likely(first, later, told.lasting):
        second = later  # «le 3 février […] quatre mois plus tard, le 3 juin», read as of the June before
    meant = _likely(*_sorted(first, second), told.lasting, times)
    brief = fit(*_sorted(first, second), told.lasting).low <= times * told.lasting.number
    if first.first > second.last and sure and (meant or not named or (brief and len(others) == 1)):
        yield from ordered(scene, first, second, "counted", True, [as_told(scene, told.lasting)])
    elif ((len(others) == 1 and not named) or meant) and settled(scene, first, second, lately=True):
        yield from spanned(scene, *_sorted(first, second), told.lasting, firm=not named or both or len(others) == 1)


def _beside(scene: Scene, told: _Told) -> tuple[Dates | None, bool]:
    """The date that a duration is counted to, «deux ans plus tard, en 2019», and whether that is sure: «deux ans après
    la chute, en 2019» may date the chute, if the sentence has another date."""
    for m in (m for p in scene.rules.patterns["counted_to"] for m in p.finditer(told.skeleton.words)):
        date = told.skeleton.items.get(m.start("t"))
        if m.start("d") == told.at and isinstance(date, Dates) and _fine(date, told.lasting):
            only = len(_fine_dates(told.skeleton, told.lasting)) == 1
            return date, only or m.start("t") < told.at or "counted_named" not in told.roles
    return None, False


def _from_to(scene: Scene, passage: Skeleton) -> Iterator[_Pair]:
    for m in (m for p in scene.rules.patterns["from_to"] for m in p.finditer(passage.words)):
        a, b = passage.items.get(m.start("a")), passage.items.get(m.start("b"))
        if isinstance(a, Dates) and isinstance(b, Dates):
            yield a, b


def _fine_dates(passage: Skeleton, lasting: Lasting) -> list[Dates]:
    """The dates of a passage that are as precise as a duration, each day once."""
    dates = [d for _, d in passage.all(Dates) if _fine(d, lasting)]
    finer = {e[1:3]: e for e in dates}
    dates = [d for d in dates if not any(within(e, d.first, d.last) for e in finer.values() if e.span != d.span)]
    return [d for i, d in enumerate(dates) if all(d[1:3] != e[1:3] for e in dates[:i])]


def _sorted(one: Dates, other: Dates) -> _Pair:
    return (one, other) if one.first <= other.first else (other, one)


def _fits(one: Dates, other: Dates, told: Lasting) -> bool:
    return bool(fit(*_sorted(one, other), told).holds) and _fine(one, told) and _fine(other, told)


def _likely(start: Dates, end: Dates, told: Lasting, times: float = _MEANT) -> bool:
    """Whether a duration is meant for two dates: they are as precise, and it is not many times off."""
    _, low, high = fit(start, end, told)
    meant = told.few or (low <= times * told.number and told.number <= times * high)
    return _fine(start, told) and _fine(end, told) and meant


def _fine(date: Dates, lasting: Lasting) -> bool:
    """Whether a date is as precise as a duration counted from it."""
    days = {"d": 0, "wk": 0, "mo": 31, "a": 366}[lasting.unit]
    return (date.last - date.first).days <= (31 if lasting.few and days < 31 else days)
