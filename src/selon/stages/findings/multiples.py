"""A figure told to be so many times another one."""

import re
from collections.abc import Sequence

from selon.lang.contract import fold
from selon.model import Span
from selon.stages._numbers import numbers
from selon.stages.findings.amounts import Amount, fitted
from selon.stages.findings.figuring import AROUND, Found, Marked, breaks, every, likely, span_of, value_of
from selon.stages.findings.scene import Scene, Skeleton

_NEARLY = 0.12
"""How far off what has doubled may be from twice as much."""


def multiples(scene: Scene, skeleton: Skeleton, amounts: Sequence[Marked]) -> Found:
    """«a doublé, de 450 à 900», «divisé par trois, de 900 à 300», «deux fois plus que les 450 de 2020»."""
    where = dict(amounts)
    for m in (m for p in scene.rules.patterns["multiple"] for m in p.finditer(skeleton.words, skeleton.own)):
        said = fold(" ".join(m["times"].replace("’", "'").split()))
        known = scene.rules.values["times"].get(said)
        times = float(known) if known else _count(scene, said)
        if not times:
            continue
        factor = 1 / times if not known and m.groupdict().get("less") else times
        told = span_of(skeleton, m, "times")
        if pair := _old_and_new(scene, skeleton, where, m):
            yield from _multiplied(scene, *pair, factor, told)
            continue
        kin = [a for _, a in amounts if not a.share and a.unit != "[pp]" and a.value and a.span != told]
        if len(kin) == 2 and kin[0].unit == kin[1].unit and scene.comparable(kin[0], kin[1]):
            old, new = sorted(kin, key=value_of, reverse=factor < 1)
            sure = not skeleton.own and old.exact and new.exact and min(kin[0].span, kin[1].span) < told
            yield from (f for f in _multiplied(scene, old, new, factor, told) if f[1].verdict == "holds" or sure)
    for pattern in scene.rules.patterns["times_by"] if not skeleton.own else ():
        for m in every(pattern, skeleton.words):
            by = where.get(m.start("factor"))
            if by and by.value:
                factor = 1 / by.value if m["word"].casefold().startswith("div") else by.value
                yield from _multiplied(scene, where.get(m.start("old")), where.get(m.start("new")), factor, by.span)


def _old_and_new(
    scene: Scene, skeleton: Skeleton, where: dict[int, Amount], beside: re.Match[str]
) -> tuple[Amount, Amount] | None:
    """The figures that a wording in the clause of another makes an old and a new one."""
    for name in ("old_new", "new_old"):
        for pattern in scene.rules.patterns[name]:
            for m in reversed([*every(pattern, skeleton.words)]):
                old, new = m.start("old"), m.start("new")
                near, _ = sorted((old, new), key=lambda at: abs(at - beside.start()))
                gap = skeleton.words[min(near, beside.end()) : max(near, beside.start())]
                if len(gap) <= AROUND and old in where and new in where and not breaks(scene, gap):
                    return where[old], where[new]
    return None


def _count(scene: Scene, said: str) -> float:
    """What a word or figures count; 0 of another word."""
    found = next(numbers(said, 0, len(said), scene.numbering, scene.code), None)
    return found.low if found and found.end == len(said) and 1 < found.low <= 100 else 0.0


def _multiplied(scene: Scene, old: Amount | None, new: Amount | None, factor: float, told: Span) -> Found:
    if not old or not new or not scene.comparable(old, new):
        return
    old, new = fitted(old, new), fitted(new, old)
    if not old.value or not new.value:
        return
    result = new.value / old.value
    off = abs(result / factor - 1)
    if off <= _NEARLY or (off > 2 * _NEARLY and likely(result, factor)):
        yield told, scene.finding(
            "share", off <= _NEARLY, [old.span, new.span, told], "multiple", "times",
            old=scene.put(old, old.value), new=scene.put(new, new.value), result=result, told=scene.quoted_words(told),
        )  # fmt: skip
