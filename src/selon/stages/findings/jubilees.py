"""How old a house, a club or a tree is told to be, against the year that it dates from."""

from collections.abc import Iterator
from typing import NamedTuple

from selon.lang.contract import fold
from selon.model import Finding, Span
from selon.stages.findings.ages import OLDEST, ages, count_of, no_age, of_person
from selon.stages.findings.amounts import Amount
from selon.stages.findings.calendar import BACK, dated_starts, span_of
from selon.stages.findings.scene import Dates, Lasting, Scene, Skeleton

_ASIDE = 30
"""Places of a skeleton between an anniversary and the date that it is kept at."""
_OLD = 10
"""Years from which an age that comes out is no accident."""
_LONG = 5
"""Years since a date from which it may be what an anniversary is counted from, where no beginning is told."""
_AT_MOST = 1.4
"""How many times as old as its name says may be what is «centenaire»."""
_NEAR = 12
_PART = 0.5
"""Years, and a share of them, that an age may be off and still be of what is told to have begun."""


class _Told(NamedTuple):
    """So many years, of something that is older than that."""

    span: Span
    low: float
    high: float
    year: int
    """The year in which it is so old."""
    named: bool = True
    """Whether an anniversary is told, and no mere age."""
    loose: bool = False
    """Whether it may as well be somebody's time there: «après trente ans de service»."""


def jubilees(scene: Scene) -> Iterator[Finding]:
    """Ages and anniversaries of what is told, within some sentences, to have begun in one year."""
    founded = dated_starts(scene, "founded", len(scene.skeletons))
    now = scene.published.year if scene.published else 0
    old = {d.first.year: d for d in scene.dates if d.sure and now - d.first.year >= _LONG}
    for skeleton in scene.skeletons if now and (founded or old) else ():
        near = {d.first.year: d for s, d in founded if abs(s.index - skeleton.index) <= BACK}
        near = near or {d.first.year: d for _, d in founded}
        here = [d for s, d in founded if s is skeleton]
        seen = {span for finding in ages(scene) for span in finding.spans}
        after = {m.start("d") for p in scene.rules.patterns["jubilee_after"] for m in p.finditer(skeleton.words)}
        for told in _told(scene, skeleton):
            begins = near or (old if told.named else {})
            if begins and told.span not in seen:
                seen.add(told.span)
                begun = min(begins.values(), key=lambda d, t=told: _off(d, t))  # type: ignore[misc]
                firm = len(begins) == 1 and not told.loose and (told.low >= _OLD or told.named or begun in here)
                yield from _jubilee(scene, begun, told, firm)
        for at, lasting in skeleton.all(Lasting):
            if len(here) == 1 and lasting.unit == "a" and lasting.number >= _OLD and lasting.span not in seen:
                yield from _jubilee(
                    scene, here[0], _as_told(scene, skeleton, at, lasting), at in after and scene.present(skeleton)
                )


def _told(scene: Scene, skeleton: Skeleton) -> Iterator[_Told]:
    olds = scene.rules.values["jubilee_names"]
    names = olds | scene.rules.values["jubilees"]
    for name in ("jubilee", "thing_age", "jubilee_loose"):
        for m in (m for p in scene.rules.patterns[name] for m in p.finditer(skeleton.words)):
            at = m.start(next((g for g in "dq" if g in m.re.groupindex), "n"))
            item = skeleton.items.get(at)
            person = (count_of(item) or 0) <= OLDEST and of_person(scene, skeleton, at)
            if name != "jubilee" and (person or no_age(scene, skeleton, at, after=False)):
                continue
            if isinstance(item, Lasting) and item.unit == "a":
                yield _as_told(scene, skeleton, at, item)._replace(
                    named=name == "jubilee", loose=name == "jubilee_loose"
                )
            elif isinstance(item, Amount) and item.unit == "" and item.value is not None and item.exact:
                yield _Told(item.span, item.value, item.value, _year(scene, skeleton, at))
            elif item is None:
                said = fold(" ".join(m["n"].split()))
                years = float(said) if said.isdecimal() else float(names.get(said, 0))
                high = years * (_AT_MOST if m.start() == m.start("n") and said in olds else 1)
                yield _Told(span_of(skeleton, m, "n"), years, high, _year(scene, skeleton, at))


def _as_told(scene: Scene, skeleton: Skeleton, at: int, lasting: Lasting) -> _Told:
    loose = 0.1 * lasting.number
    low = lasting.number - loose * (lasting.rough or lasting.more < 0)
    high = lasting.number + loose * (lasting.rough or lasting.more > 0)
    return _Told(lasting.span, low, high, _year(scene, skeleton, at))


def _year(scene: Scene, skeleton: Skeleton, at: int) -> int:
    """The year of publication, or of the one date beside an age that is no beginning."""
    begun = {d.span for _, d in dated_starts(scene, "founded", skeleton.index)}
    beside = [d for then, d in skeleton.all(Dates) if abs(then - at) <= _ASIDE and d.span not in begun]
    now = scene.published.year if scene.published else 0
    return beside[0].first.year if len(beside) == 1 and beside[0].first.year == beside[0].last.year else now


def _off(begun: Dates, told: _Told) -> float:
    """Years by which an age is not that of what began then."""
    actual = told.year - begun.first.year
    return max(told.low - actual, actual - told.high, 0)


def _jubilee(scene: Scene, begun: Dates, told: _Told, firm: bool) -> Iterator[Finding]:
    off = _off(begun, told)
    if not told.low or 0 < off < 2 or off > max(_NEAR, _PART * told.low):  # a little early or late, or another thing's
        return
    if off and not (firm and begun.sure):
        return
    yield scene.finding(
        "age", off == 0, [begun.span, told.span], "jubilee", "duration", start=begun.first.year, end=told.year,
        count=told.year - begun.first.year, unit=scene.rules.values["unit_names"]["a"],
        told=scene.quoted_words(told.span),
    )  # fmt: skip
