"""A share that is told apart from the two figures that it follows from, sentences before or after it."""

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from selon.lang.contract import fold
from selon.model import Span
from selon.stages.findings.amounts import Amount, fitted, thing_of
from selon.stages.findings.changes import way_of
from selon.stages.findings.figuring import Found, ends, every, likely, starts, value_of
from selon.stages.findings.scene import Scene, Skeleton
from selon.stages.findings.shares import is_portion, shared

_BACK = 6
"""Sentences before a change in which a wording may pair its two figures."""
_NEAR = 2
"""Sentences before a change in which its two figures may stand that no wording pairs."""
_AROUND = 4
"""Sentences around a share in which a wording may tell the part and the whole."""
_RARE = 0.02
"""Shares below it are told of too much: «le 1 % le plus riche»."""
_LEAST = 20
"""Counts below this are no whole that a share is of sentences later: «eight of 10 voters», "a 2 to 1 margin"."""
_ALIKE = 6.0
"""How many times larger one of two figures may be that no wording pairs."""
_HUNDREDTH = 0.006
_NOUNS = 3
"""Words after a share among which is the noun that it is of."""
_MOST = 8
"""Figures of one kind around a change past which any two come out somehow."""


class _Pair(NamedTuple):
    """Two figures that are set beside one another: a part and its whole."""

    at: int
    """The sentence in which the latter of them stands."""
    one: Amount
    other: Amount
    paired: bool
    """Whether a wording pairs them, rather than that they stand near one another."""


def apart(scene: Scene, done: set[Span]) -> Found:
    """What no check of one sentence or passage has told (`done`)."""
    parts = [*_paired(scene, (("parts", "part", "whole"),)), *_of_them(scene)]
    for skeleton in scene.skeletons:
        yield from _share_first(scene, skeleton, done)
        for at, told in skeleton.all(Amount):
            if told.span in done or not told.value:
                continue
            if not told.share or told.low < _RARE or way_of(scene, skeleton, at) is not None:
                continue
            if is_portion(scene, skeleton, at, told):
                yield from _of_whole(scene, skeleton, at, told, parts)


def _paired(scene: Scene, wordings: Sequence[tuple[str, str, str]]) -> list[_Pair]:
    found: list[_Pair] = []
    for skeleton in scene.skeletons:
        where = dict(skeleton.all(Amount))
        for name, first, second in wordings if len(where) > 1 else ():
            for m in (m for p in scene.rules.patterns[name] for m in every(p, skeleton.words)):
                one, other = where.get(m.start(first)), where.get(m.start(second))
                if one and other and one.value and other.value and one.share == other.share:
                    found.append(_Pair(skeleton.index, fitted(one, other), fitted(other, one), True))
    return found


def _of_them(scene: Scene) -> Iterator[_Pair]:
    """«1 250 foyers ont répondu. Parmi eux, 450 …»: a part of the count told last."""
    for skeleton in scene.skeletons:
        for m in (m for p in scene.rules.patterns["part_of_them"] for m in p.finditer(skeleton.words)):
            part = skeleton.items.get(m.start("part"))
            if not isinstance(part, Amount) or not part.value or part.share:
                continue
            first = max(0, skeleton.index - 1)
            near = [a for s in scene.skeletons[first : skeleton.index + 1] for _, a in s.all(Amount)]
            wholes = [a for a in near if a.span < part.span and a.of and a.value and a.unit == ""]
            if wholes and wholes[-1].low > part.high:
                yield _Pair(skeleton.index, part, wholes[-1], True)
        for part, noun in _named_parts(scene, skeleton):
            wholes = [a for a in _counts_before(scene, skeleton, part) if a.of and a.low > part.high]
            own = noun in scene.rules.words["complements"]  # "84 of the women" are of others than 240 patients
            if wholes and not own and scene.akin(noun, _noun(scene, wholes[-1])):
                yield _Pair(skeleton.index, part, wholes[-1], True)


def _named_parts(scene: Scene, skeleton: Skeleton) -> Iterator[tuple[Amount, str]]:
    """Counts that are told to be of some, and their noun: "84 of the volunteers"."""
    for m in (m for p in scene.rules.patterns["part_of_named"] for m in p.finditer(skeleton.words)):
        part = skeleton.items.get(m.start("part"))
        if isinstance(part, Amount) and part.value and not part.share and part.unit == "":
            yield part, fold(m["noun"])


def _counts_before(scene: Scene, skeleton: Skeleton, part: Amount) -> list[Amount]:
    """The counts of a sentence and the two before it that are told before one of them."""
    first = max(0, skeleton.index - _NEAR)
    near = [a for s in scene.skeletons[first : skeleton.index + 1] for _, a in s.all(Amount)]
    return [a for a in near if a.span < part.span and a.value and a.unit == "" and not a.share]


def _noun(scene: Scene, amount: Amount) -> str:
    return amount.of.of(scene.text) if amount.of else ""


def _couples(scene: Scene, skeleton: Skeleton, told: Amount, back: int) -> Iterator[_Pair]:
    """Any two figures of one kind in a sentence and some before it, the nearest first."""
    first = max(0, skeleton.index - back)
    near = [(s.index, a) for s in scene.skeletons[first : skeleton.index + 1] for _, a in s.all(Amount)]
    near = [(i, a) for i, a in near if a.span != told.span and a.value and not a.share and a.unit != "[pp]"]
    if back > _NEAR:
        near = [(i, a) for i, a in near if a.unit and scene.comparable(a, told)]
    if len(near) > _MOST:
        return
    for (i, a), (j, b) in sorted(itertools.combinations(near, 2), key=lambda pair: -pair[0][0] - pair[1][0]):
        one, other = fitted(a, b), fitted(b, a)
        if scene.comparable(a, b) and one.value != other.value and 1 / _ALIKE < one.high / (other.high or 1) < _ALIKE:
            yield _Pair(max(i, j), one, other, False)


def _spans(pair: _Pair) -> set[Span]:
    return {pair.one.span, pair.other.span}


# ---------------------------------------------------------------- shares


def _of_whole(scene: Scene, skeleton: Skeleton, at: int, told: Amount, paired: Sequence[_Pair]) -> Found:
    after = (p.match(skeleton.words[at + 1 :]) for p in scene.rules.patterns["share_of"])
    headed = any(b.kind == "headline" and b.start <= told.span.start < b.end for b in scene.blocks)
    nouns = [m["noun"] for m in after if m][:1]
    if (headed and nouns) or told.span.of(scene.text).endswith(" of"):  # "half of lake cottages"
        nouns += re.split(r"[^\w\s]", skeleton.words[at + 1 :])[0].split()[:_NOUNS]
    nouns = nouns or [w for w in told.span.of(scene.text).split() if w.isalpha()][1:-1]
    near = [p for p in paired if abs(skeleton.index - p.at) <= _AROUND and told.span not in _spans(p)]
    near = [p for p in near if p.other.low >= _LEAST and p.other.value != p.one.value]
    near.sort(key=lambda p: (abs(skeleton.index - p.at), p.at))
    near = [p for p in near if not nouns or any(_named(scene, noun, p) for noun in nouns)]
    for pair in near:
        found = [f for f in shared(scene, pair.one, pair.other, told) if f[1].verdict == "holds"]
        if found:
            yield from found
            return
    if told.exact and (over := _over(scene, skeleton, at)):
        parts = [a for a in _before(scene, skeleton, told, over) if a.unit == over.unit != ""]
        yield from (f for part in parts[:1] for f in shared(scene, part, over, told))
        return
    beside = [a for p, a in skeleton.all(Amount) if p < at and a.value and not a.share][-1:]
    if nouns and beside and not near and ends(scene, "share_before", skeleton.words[:at]):
        yield from _beside(scene, skeleton, told, nouns[0], beside[0])
        return
    follows = starts(scene, "so_after", skeleton.words[at + 1 :])
    so = follows or ends(scene, "so", skeleton.words[:at])
    if so:
        couples = [_sorted(pair) for pair in _couples(scene, skeleton, told, _NEAR if nouns else 1)]
        couples = [p for p in couples if max(_spans(p)) < told.span]
        if nouns and not follows:
            couples = []
        elif nouns:  # of what has a name, the part is one of a pronoun's: «Six cents n'étaient pas déclarés»
            named = {part.span for s in scene.skeletons for part, _ in _named_parts(scene, s)}
            couples = [p for p in couples if p.other.low >= _LEAST and p.one.of is None and not p.other.unit]
            couples = [p for p in couples if p.one.span not in named]
        wide = [_sorted(p) for p in _couples(scene, skeleton, told, _AROUND)] if nouns and not near else []
        wide = [p for p in wide if p.one.low >= _LEAST and max(_spans(p)) < told.span and _just(p, told)]
        near = near or couples
        for pair in (*near, *wide):
            found = [f for f in shared(scene, pair.one, pair.other, told) if f[1].verdict == "holds"]
            if found:
                yield from found
                return
    pairs = {frozenset(_spans(p)): p for p in near}
    if (so or nouns) and len(pairs) == 1:
        pair = next(iter(pairs.values()))
        rest = 1 - value_of(pair.one) / value_of(pair.other)
        if abs(rest - value_of(told)) <= max(told.step, _HUNDREDTH):
            return  # «Six cents ont voté. Un quart s'est donc abstenu»
        if likely(value_of(pair.one) / value_of(pair.other), value_of(told)):
            yield from shared(scene, pair.one, pair.other, told)


def _share_first(scene: Scene, skeleton: Skeleton, done: set[Span]) -> Found:
    """«1 250 ont répondu. Parmi eux, 80 %, soit un millier, …»: the whole stands in a sentence before."""
    for m in (m for p in scene.rules.patterns["share_first"] for m in p.finditer(skeleton.words)):
        share, part = (skeleton.items.get(m.start(g)) for g in ("share", "part"))
        if not isinstance(share, Amount) or not isinstance(part, Amount) or share.span in done or not part.value:
            continue
        wholes = [a for a in _counts_before(scene, skeleton, share) if a.low > part.high >= _LEAST]
        found = [f for a in wholes for f in shared(scene, part, a, share)]
        holding = [f for f in found if f[1].verdict == "holds"]
        if holding or len(wholes) == 1:
            done.add(share.span)
            yield from (holding or found)[:1]


def _just(pair: _Pair, told: Amount) -> bool:
    """Whether a share comes out to the percent."""
    return abs(value_of(pair.one) / value_of(pair.other) - value_of(told)) < _HUNDREDTH


def _sorted(pair: _Pair) -> _Pair:
    one, other = sorted((pair.one, pair.other), key=value_of)
    return pair._replace(one=one, other=other)


def _named(scene: Scene, noun: str, pair: _Pair) -> bool:
    """Whether what a share is told to be of may be the whole: a word for all, its noun, or people that it counts."""
    noun = fold(noun)
    if noun in scene.rules.words["wholes"] and not thing_of(noun, scene.things):
        return True
    spans = [a.of for a in (pair.other, pair.one) if a.of]
    if not spans:
        return noun.rstrip("s") in scene.rules.words["people"]
    return any(scene.akin(noun, span.of(scene.text)) for span in spans)


def _over(scene: Scene, skeleton: Skeleton, at: int) -> Amount | None:
    """The whole that a share names itself: «44 % des 2,5 millions», «30 % d'un budget de 300 000 euros»."""
    after = skeleton.words[at + 1 :]
    found = (p.match(after) for name in ("share_after", "share_over") for p in scene.rules.patterns[name])
    item = next((skeleton.items.get(at + 1 + m.start("whole")) for m in found if m), None)
    return item if isinstance(item, Amount) and item.value and not item.share else None


def _before(scene: Scene, skeleton: Skeleton, told: Amount, whole: Amount) -> list[Amount]:
    """The smaller figures before a share, the nearest first."""
    first = max(0, skeleton.index - _NEAR)
    near = [a for s in scene.skeletons[first : skeleton.index + 1] for _, a in s.all(Amount)]
    return [a for a in reversed(near) if a.span < told.span and a.value and a.high < whole.low]


def _beside(scene: Scene, skeleton: Skeleton, told: Amount, noun: str, part: Amount) -> Found:
    """«310 enfants, c'est-à-dire un quart des personnes aidées»: the whole is the count of those told before."""
    first = max(0, skeleton.index - _BACK)
    near = [a for s in scene.skeletons[first : skeleton.index + 1] for _, a in s.all(Amount)]
    near = [a for a in near if a.value and a.of and not a.unit and a.low > part.high and a.span < told.span]
    wholes = [a for a in near if a.of and scene.akin(noun, a.of.of(scene.text))]
    holding = [f for a in wholes for f in shared(scene, part, a, told) if f[1].verdict == "holds"]
    yield from holding[:1] or (f for a in wholes if len(wholes) == 1 for f in shared(scene, part, a, told))
