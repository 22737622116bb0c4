"""Durations, against the dates that they lie between."""

import itertools
from collections.abc import Iterator

from selon.model import Finding
from selon.stages.findings.ages import ages
from selon.stages.findings.calendar import as_told, dated, dated_starts, fit, ordered, settled, spanned, today
from selon.stages.findings.scene import Dates, Lasting, Scene, Skeleton

_ASIDE = 28
"""Places of a skeleton between a date and the duration that it is counted with."""
_BACK = 8
_PARAGRAPHS = 3
"""Sentences and paragraphs before a duration in which its dates may stand."""
_FEW = 4
"""Dates around a duration of which any two may be the ones that it lies between."""
_MEANT = 3.0
"""How many times a duration over sentences may be off and still be meant for the dates before it."""
_WINDOWS = frozenset({1, 2, 3, 5, 6, 7, 10, 12, 14, 15, 18, 20, 24, 30, 36, 40, 48, 50, 60, 72, 90, 100})
"""Counts that a stretch up to now has by custom, whatever happened when it began: «les douze derniers mois»."""


def durations(scene: Scene) -> Iterator[Finding]:
    done = {span for finding in ages(scene) for span in finding.spans}  # «à 24 ans» is no time that passed
    for skeleton in scene.skeletons:
        if not skeleton.all(Lasting):
            continue
        for finding in (*_apart(scene, skeleton), *_told(scene, skeleton)):
            told = next(
                (i.span for _, i in skeleton.all(Lasting) if as_told(scene, i) in finding.spans), finding.spans[-1]
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
                    yield from spanned(scene, a, b, d, firm=_likely(a, b, d))
                else:
                    yield from ordered(scene, a, b, "apart", True, [as_told(scene, d)])
    for pattern in scene.rules.patterns["since_strong"]:
        for m in pattern.finditer(skeleton.words):
            a, d = skeleton.items.get(m.start("t")), skeleton.items.get(m.start("d"))
            if isinstance(a, Dates) and isinstance(d, Lasting) and (now := today(scene)):
                yield from spanned(scene, a, now, d, firm=True)


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
                yield from spanned(scene, start, end, lasting, firm=False)
            continue
        strong = _matches(scene, "strong", skeleton, at)
        here = _fine_dates(skeleton, lasting) or [date for _, date in skeleton.all(Dates)]
        if len(here) == 2 and sum(other.number > 1 for _, other in skeleton.all(Lasting)) <= 1:
            firm = _near(skeleton, at) or not _matches(scene, "counted_from", skeleton, at)
            firm = firm and (strong or not _matches(scene, "since_event", skeleton, at))
            start, end = sorted(here, key=lambda date: date.first)
            if backwards := _backwards(scene, skeleton, at, here):
                yield from ordered(scene, *backwards, "counted", strong, [as_told(scene, lasting)])
            else:
                yield from spanned(scene, start, end, lasting, firm and _likely(start, end, lasting))
        elif len(here) == 1 and strong and (now := _now_told(scene, skeleton, at)):
            yield from spanned(scene, here[0], now, lasting, firm=here[0].sure)
        elif not here and _matches(scene, "onward", skeleton, at):
            yield from _onward(scene, skeleton, lasting)
        elif len(here) <= 1:
            yield from _over(scene, skeleton, at, lasting, strong)
        if _matches(scene, "until_now", skeleton, at):
            yield from _since(scene, skeleton, lasting)


def _backwards(scene: Scene, skeleton: Skeleton, at: int, here: list[Dates]) -> tuple[Dates, Dates] | None:
    """What is told to be first and second of a sentence's two dates, where they are the other way round.

    The date right after a duration is counted from the one before it: «le 12 janvier […], trois semaines plus tard,
    le 2 février».
    """
    places = {item.span: then for then, item in skeleton.all(Dates)}
    other, beside = (d for d in here)
    counted = _matches(scene, "counted_from", skeleton, at) and not _matches(scene, "counted_named", skeleton, at)
    if not counted or not 0 < places[beside.span] - at <= _ASIDE or places[other.span] > at:
        return None
    first, second = (beside, other) if _matches(scene, "counted_back", skeleton, at) else (other, beside)
    return (first, second) if first.first > second.last else None


def _now_told(scene: Scene, skeleton: Skeleton, at: int) -> Dates | None:
    """Publication, where a sentence in the present counts a duration from no other date."""
    counted = _matches(scene, "counted_from", skeleton, at)
    return today(scene) if scene.present(skeleton) and not (counted and _near(skeleton, at)) else None


def _over(scene: Scene, skeleton: Skeleton, at: int, lasting: Lasting, strong: bool) -> Iterator[Finding]:
    """A duration whose dates stand over several sentences: the only two, or the one beside it and the one before."""
    here = [date for _, date in skeleton.all(Dates)]
    counted = _matches(scene, "counted_from", skeleton, at)
    named = _matches(scene, "counted_named", skeleton, at)  # from an event that it names, whenever that was
    if counted and here and _near(skeleton, at) and (event := _counted_from(scene, skeleton, here[0], lasting)):
        first, second = (here[0], event) if _matches(scene, "counted_back", skeleton, at) else (event, here[0])
        if first.first > second.last:
            yield from ordered(scene, first, second, "counted", strong and not named, [as_told(scene, lasting)])
            return
        pairs, strong = [(first, second)], strong and not named
    else:
        wide = scene.passages(skeleton, _PARAGRAPHS, _BACK)
        told = [_fine_dates(passage, lasting) for passage in (wide if strong else scene.passages(skeleton))]
        told += [_fine_dates(other.after(skeleton), lasting) for other in scene.near(skeleton, 0, 1)]
        pairs = [(dates[0], dates[1]) for dates in told if len(dates) == 2][:1]
        strong = strong and not counted
        if not pairs or not _fits(*pairs[0], lasting):
            *_, widest = scene.passages(skeleton)
            dates = _fine_dates(widest, lasting)
            now = today(scene)
            others = [(d, now) for d in dates if d.sure] if now and lasting.unit in ("a", "mo") and not pairs else []
            tried = [*itertools.combinations(dates, 2), *others] if len(dates) <= _FEW else []
            pairs = [pair for pair in tried if _fits(*pair, lasting)] or pairs
    for start, end in pairs[:1]:
        start, end = sorted((start, end), key=lambda d: d.first)
        firm = strong and _likely(start, end, lasting) and settled(scene, start, end, lately=True)
        yield from spanned(scene, start, end, lasting, firm)


def _fine_dates(passage: Skeleton, lasting: Lasting) -> list[Dates]:
    """The dates of a passage that are as precise as a duration, each day once."""
    dates = [d for _, d in passage.all(Dates) if _fine(d, lasting)]
    return [d for i, d in enumerate(dates) if all((d.first, d.last) != (e.first, e.last) for e in dates[:i])]


def _counted_from(scene: Scene, skeleton: Skeleton, told: Dates, lasting: Lasting) -> Dates | None:
    """The date before one that a duration is counted from: the nearest one that is as precise, or one that fits."""
    before = [d for other in scene.near(skeleton, _BACK, 0) for d in reversed(_fine_dates(other, lasting))]
    here = [d for d in _fine_dates(skeleton, lasting) if d.span < told.span]
    found = [*reversed(here), *before]
    return next((d for d in found if _fits(d, told, lasting)), found[0] if found else dated(scene, skeleton, told))


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


def _onward(scene: Scene, skeleton: Skeleton, lasting: Lasting) -> Iterator[Finding]:
    """«L'usine a fermé en juin 2014. Dix ans plus tard, le site est pollué.»: from the date just told up to now."""
    now = today(scene)
    for other in scene.near(skeleton, 1, 0):
        dates = [date for _, date in other.all(Dates)]
        if now and len(dates) == 1 and dates[0].sure:
            told_now = scene.present(skeleton)
            yield from spanned(scene, dates[0], now, lasting, firm=told_now and _same_paragraph(scene, skeleton, other))


def _since(scene: Scene, skeleton: Skeleton, lasting: Lasting) -> Iterator[Finding]:
    """A duration up to now, and the date that it began on, there or in the sentence beside it."""
    now = today(scene)
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
                yield from spanned(scene, starts[0], now, lasting, firm)
            return
    here = [date for _, date in skeleton.all(Dates)]
    for other in (skeleton, *scene.near(skeleton)):
        dates = here if other is skeleton else [date for _, date in other.all(Dates)]
        if len(dates) == 1 and dates[0].last < now.first:
            yield from spanned(scene, dates[0], now, lasting, firm=False)
            return


def _since_event(scene: Scene, skeleton: Skeleton, lasting: Lasting) -> Iterator[Finding]:
    """«en dix-sept mois depuis l'ouverture»: from the date on which something told before began up to now."""
    now = today(scene)
    told = [date for name in ("founded", "started") for _, date in dated_starts(scene, name, skeleton.index + 2)]
    begun = [*{date.span: date for date in told if now and date.last < now.first}.values()]
    fitting = [date for date in begun if now and _fits(date, now, lasting)]
    for date in fitting[:1] or (begun if len(begun) == 1 else ()):
        if now:
            yield from spanned(scene, date, now, lasting, firm=_likely(date, now, lasting))


def _matches(scene: Scene, name: str, skeleton: Skeleton, at: int) -> bool:
    return any(m.start("d") == at for p in scene.rules.patterns[name] for m in p.finditer(skeleton.words))


def _near(skeleton: Skeleton, at: int) -> bool:
    """Whether a date stands right beside a duration: «le 20 mai, soit dix jours plus tard»."""
    return any(abs(then - at) <= _ASIDE for then, _ in skeleton.all(Dates))


def _same_paragraph(scene: Scene, one: Skeleton, other: Skeleton) -> bool:
    start, end = sorted((one.sentence.start, other.sentence.start))
    return "\n" not in scene.text[start:end]
