"""A share, and the part and the whole that it is of."""

from collections.abc import Sequence

from selon.stages.findings.amounts import Amount, fitted, slack
from selon.stages.findings.changes import way_of
from selon.stages.findings.figuring import AROUND, Found, Marked, ends, every, percent, value_of, verdict
from selon.stages.findings.scene import Scene, Skeleton

_LEAD = 40
"""Places of a sentence before a share that it begins with: «Cela représente un peu plus de 30 %»."""
_FEW = 1000
"""A plain figure below it is no part of so many euros."""
_TWICE = 2.0
"""How many times a share over sentences may be off and still be meant for the figures before it."""


def shares(scene: Scene, skeleton: Skeleton, amounts: Sequence[Marked]) -> Found:
    where = dict(amounts)
    for pattern in scene.rules.patterns["share"] if not skeleton.own else ():
        for m in every(pattern, skeleton.words):
            part, whole, share = (where.get(m.start(g)) for g in ("part", "whole", "share"))
            if part and whole and share:
                found = list(shared(scene, part, whole, share))
                yield from found
                if found:
                    return
    for at, share in amounts:
        if at >= skeleton.own and share.share and way_of(scene, skeleton, at) is None:
            yield from _share_beside(scene, skeleton, amounts, at, share)


def _share_beside(scene: Scene, skeleton: Skeleton, amounts: Sequence[Marked], at: int, share: Amount) -> Found:
    """A share told beside a part, «soit 12 %», or of a whole, «12 % des 300 élèves», and the counts that it is of."""
    words = skeleton.words
    counts = [(p, a) for p, a in amounts if not a.share and a.unit != "[pp]" and a.value]
    over = next(
        (at + 1 + m.start("whole") for p in scene.rules.patterns["share_after"] if (m := p.match(words[at + 1 :]))), -1
    )
    before = [(p, a) for p, a in counts if p < at]
    if over in dict(counts):
        whole = dict(counts)[over]
        others = [(p, a) for p, a in counts if p != over and (p > over or at - p <= AROUND)]
        parts = [a for p, a in others if scene.comparable(a, whole) and not _of_another(scene, skeleton, p, over)]
        if len(parts) == 1 and (others[0][0] > over or not ends(scene, "share_before", words[: others[0][0]])):
            yield from shared(scene, parts[0], whole, share)
        return
    lead = words[skeleton.own : at]
    if not before or not ends(scene, "share_before", words[:at]):
        return
    opening = any(m.start() <= 1 for p in scene.rules.patterns["share_before"] for m in p.finditer(lead.strip()))
    if before[-1][0] < skeleton.own and not (len(lead) <= _LEAD and opening):
        return
    beside, part = before[-1]
    wholes = [(p, a) for p, a in counts if p != beside and scene.comparable(part, a) and a.high > part.high and p < at]
    marked = [a for p, a in wholes if ends(scene, "part_of", words[:p])]
    if not marked and ends(scene, "part_of", words[:beside]):  # «12 % des 300» told the other way: "48 of 300, or 16%"
        wholes, marked = [(beside, part)], [part]
        parts = [a for p, a in before[:-1] if scene.comparable(a, part) and a.high < part.high]
        if len(parts) == 1:
            yield from shared(scene, parts[0], part, share)
        return
    for _, whole in reversed(wholes):
        found = [f for f in shared(scene, part, whole, share) if f[1].verdict == "holds"]
        yield from found
        if found:
            return
    nearest = marked or [a for _, a in wholes]
    if (
        len(nearest) == 1
        and (_named(part) or _named(nearest[0]))
        and (marked or (len(wholes) == 1 and _near_enough(part, nearest[0], share)))
    ):
        yield from shared(scene, part, nearest[0], share)


def _of_another(scene: Scene, skeleton: Skeleton, part: int, whole: int) -> bool:
    """Whether a figure is told to be a part of another whole: "four of the six delegates"."""
    found = (m for p in scene.rules.patterns["parts"] for m in every(p, skeleton.words))
    return any(m.start("part") == part and m.start("whole") != whole for m in found)


def _near_enough(part: Amount, whole: Amount, share: Amount) -> bool:
    """Whether a share that does not come out may still be meant for two counts that no wording ties together."""
    result, told = value_of(part) / value_of(whole), value_of(share)
    return bool(told) and 1 / _TWICE <= result / told <= _TWICE and share.exact


def _named(amount: Amount) -> bool:
    return amount.unit != "" or amount.of is not None


def shared(scene: Scene, part: Amount, whole: Amount, share: Amount) -> Found:
    if not share.share or part.share or whole.share:
        return
    if part.unit != whole.unit and not ((part.plain and whole.unit == "") or whole.plain):
        return  # a plain figure is no part of so many euros
    part, whole = fitted(part, whole), fitted(whole, part)
    if not part.value or not whole.value or part.value > whole.value:
        return
    result = part.value / whole.value
    low = (part.value - slack(part)) / (whole.value + slack(whole))
    high = (part.value + slack(part)) / max(1e-9, whole.value - slack(whole))
    exact = share.value is not None
    holds = verdict(result, low, high, value_of(share), share) if exact else _bounded(low, high, share)
    if holds is not None:
        yield share.span, scene.finding(
            "share", holds, [part.span, whole.span, share.span], "share", "share",
            part=scene.put(part, part.value), whole=scene.put(whole, whole.value),
            result=percent(scene, result), told=scene.quoted_words(share.span),
        )  # fmt: skip


def _bounded(low: float, high: float, share: Amount) -> bool | None:
    """Whether a share lies beyond the bound that is told: «plus de la moitié»."""
    if share.low and share.high == float("inf"):
        return False if high < share.low else True if low >= share.low and low <= 1.5 * share.low else None
    if share.low == 0:
        return False if low > share.high else True if high <= share.high and high >= 0.6 * share.high else None
    return None
