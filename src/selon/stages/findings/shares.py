"""A share, and the part and the whole that it is of."""

import itertools
import re
from collections.abc import Sequence

from selon.lang.contract import fold
from selon.stages.findings.amounts import Amount, fitted, slack
from selon.stages.findings.changes import way_of
from selon.stages.findings.figuring import (
    AROUND,
    Found,
    Marked,
    ends,
    every,
    likely,
    percent,
    starts,
    value_of,
    verdict,
)
from selon.stages.findings.scene import Scene, Skeleton

_LEAD = 40
"""Places of a sentence before a share that it begins with: «Cela représente un peu plus de 30 %»."""
_FEW = 1000
"""A plain figure below it is no part of so many euros."""
_RARE = 0.02
"""Shares below it are told of too much: «le 1 % le plus riche»."""
_LEAST = 20
"""Counts below this are no whole that a share is of without a wording."""
_MANY = 4
"""Shares of a passage past which it is not plain which one is of what."""
_FEW_SIGNS = 4
"""Signs of a share from which one that comes out is no accident."""
_SURE = 5
"""Signs of a share from which one that does not come out is wrong."""
_TWICE = 2.0
"""How many times a share over sentences may be off and still be meant for the figures before it."""


def shares(scene: Scene, skeleton: Skeleton, amounts: Sequence[Marked]) -> Found:
    where = dict(amounts)
    for pattern in scene.rules.patterns["share"] if not skeleton.own else ():
        for m in every(pattern, skeleton.words):
            part, whole, share = (where.get(m.start(g)) for g in ("part", "whole", "share"))
            if part and whole and share and not _is_adverb(scene, share):
                found = list(shared(scene, part, whole, share))
                yield from found
                if found:
                    return
    for at, share in amounts:
        if at >= skeleton.own and share.share and is_portion(scene, skeleton, at, share):
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
        and (_likely(part, nearest[0], share) if marked else len(wholes) == 1 and _near_enough(part, nearest[0], share))
        and not (nearest[0].plain and part.unit)
    ):
        yield from shared(scene, part, nearest[0], share)


def is_portion(scene: Scene, skeleton: Skeleton, at: int, share: Amount) -> bool:
    """Whether a share is one of something: no change, no premium, no threshold, no «à moitié»."""
    told = way_of(scene, skeleton, at) is None and not ends(scene, "no_share", skeleton.words[:at])
    return told and not _is_adverb(scene, share)


def _is_adverb(scene: Scene, share: Amount) -> bool:
    return fold(share.span.of(scene.text)) in scene.rules.words["no_shares"]


def portions(scene: Scene, passage: Skeleton, amounts: Sequence[Marked]) -> Found:
    """A share and the part and the whole that it is of, wherever the three stand near one another.

    As with sums, what comes out needs few words to say so; what does not is told if its words leave no doubt.
    """
    counts = [(at, a) for at, a in amounts if a.value and not a.share and a.unit != "[pp]"]
    told = [(at, a) for at, a in amounts if a.share and a.high >= _RARE and is_portion(scene, passage, at, a)]
    if len(counts) < 2 or not told or len(told) > _MANY:
        return
    tied = _tied(scene, passage)
    counts += _together(scene, passage, counts)
    for at, share in told:
        tried = []
        for (p, part), (w, whole) in itertools.permutations(counts, 2):
            likes = scene.comparable(part, whole) or ((p, w) in tied and part.unit == whole.unit)
            if max(at, p, w) < passage.own or part.high >= fitted(whole, part).high or not likes:
                continue
            for span, finding in shared(scene, part, whole, share):
                signs, plain = _signs(
                    scene, passage, (at, share), (p, part), (w, whole), tied, len({a.value for _, a in told}), counts
                )
                tried.append((finding.verdict == "holds", signs, plain, span, finding))
        tried.sort(key=lambda t: (-t[0], -t[1]))
        for holds, signs, plain, span, finding in tried[:1]:
            if signs >= _FEW_SIGNS if holds else (signs >= _SURE and plain):
                yield span, finding


def _tied(scene: Scene, passage: Skeleton) -> set[tuple[int, int]]:
    """Where a wording tells a part and its whole: «sur les 300, 45»."""
    found = (m for p in scene.rules.patterns["parts"] for m in every(p, passage.words))
    return {(m.start("part"), m.start("whole")) for m in found}


def _together(scene: Scene, passage: Skeleton, counts: Sequence[Marked]) -> list[Marked]:
    """All that two rivals have: «3 900 voix contre 2 100», as a whole that stands with the latter."""
    where, found = dict(counts), []
    for m in (m for p in scene.rules.patterns["rival"] for m in p.finditer(passage.words)):
        a, b = where.get(m.start("a")), where.get(m.start("b"))
        if a and b and a.unit == b.unit == "" and m.end() - m.start() <= _LEAD:
            total = value_of(a) + value_of(b)
            found.append((m.start("b"), b._replace(value=total, low=total, high=total, plain=True, of=None)))
    return found


def _signs(
    scene: Scene,
    passage: Skeleton,
    share: Marked,
    part: Marked,
    whole: Marked,
    tied: set[tuple[int, int]],
    shares: int,
    counts: Sequence[Marked],
) -> tuple[int, bool]:
    """How many signs there are that a share is of a part and its whole, and whether no others can be meant."""
    words = passage.words
    at, near = share[0], sorted(p for p, a in passage.all(Amount) if not a.share)
    before = words[:at]
    last = [p for p in near if p < at][-1:]
    lo, hi = min(at, part[0], whole[0]), max(at, part[0], whole[0])
    spread = len(re.findall(r"[.!?\n]", words[lo:hi]))
    pair = (part[0], whole[0]) in tied
    linked = (
        ends(scene, "share_before", before)
        and (last == [part[0]] or (pair and last == [whole[0]]))
        and not re.search(r"[.!?]", words[part[0] : at])
    )
    opened = re.split(r"[.!?\n]", before)[-1]
    back = len(opened) <= _LEAD and max(part[0], whole[0]) < at
    linked = linked or (
        back and ends(scene, "share_before", before) and {*[p for p in near if p < at][-2:]} == {part[0], whole[0]}
    )
    points = linked or (back and ends(scene, "points_back", before))
    follows = starts(scene, "part_after", words[at + 1 :]) and min((p for p in near if p > at), default=-1) == part[0]
    over = any(
        m.start("whole") + at + 1 == whole[0]
        for p in scene.rules.patterns["share_after"]
        if (m := p.match(words[at + 1 :]))
    )
    noun = next((m["noun"] for p in scene.rules.patterns["share_of"] if (m := p.match(words[at + 1 :]))), "")
    named = bool(noun) and (fold(noun) in scene.rules.words["wholes"] or _akin(scene, noun, whole[1]))
    others = [a for p, a in counts if lo < p < hi and p not in (part[0], whole[0]) and scene.comparable(a, whole[1])]
    heads = pair and whole[0] < part[0] and ends(scene, "part_of", words[: whole[0]])
    said = 2 * (linked or follows) + 2 * over + 2 * pair + points + named + heads
    sure = (
        share[1].exact
        and _near_enough(part[1], whole[1], share[1])
        and (whole[1].high >= _LEAST or (pair and not spread))
    )
    sure = sure and (_named(whole[1]) or _named(part[1]) or pair)
    sure = sure and part[1].unit == fitted(whole[1], part[1]).unit and not (whole[1].plain and part[1].unit)
    plain = sure and not others and said >= 3 and (shares == 1 or linked or follows or over) and spread <= 2
    if noun and not named and not over and whole[1].of is not None and not points:
        plain = False
    if whole[1].high < _LEAST and not (pair or over or linked):
        return 0, False
    return said + (not others) + (spread < 2) + (shares == 1), plain


def _akin(scene: Scene, noun: str, whole: Amount) -> bool:
    return whole.of is not None and scene.akin(noun, whole.of.of(scene.text))


def _of_another(scene: Scene, skeleton: Skeleton, part: int, whole: int) -> bool:
    """Whether a figure is told to be a part of another whole: "four of the six delegates"."""
    found = (m for p in scene.rules.patterns["parts"] for m in every(p, skeleton.words))
    return any(m.start("part") == part and m.start("whole") != whole for m in found)


def _near_enough(part: Amount, whole: Amount, share: Amount) -> bool:
    """Whether a share that does not come out may still be meant for two counts that no wording ties together."""
    result, told = value_of(fitted(part, whole)) / value_of(fitted(whole, part)), value_of(share)
    return bool(told) and 1 / _TWICE <= result / told <= _TWICE and share.exact


def _likely(part: Amount, whole: Amount, share: Amount) -> bool:
    return not value_of(share) or likely(value_of(fitted(part, whole)) / value_of(fitted(whole, part)), value_of(share))


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
