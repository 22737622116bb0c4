"""A change told beside the figures that it lies between: differences and growth."""

import re
from collections.abc import Sequence

from selon.model import Finding
from selon.stages.findings.amounts import Amount, fitted, slack
from selon.stages.findings.figuring import (
    AROUND,
    Found,
    Marked,
    ends,
    every,
    likely,
    percent,
    span_of,
    starts,
    value_of,
    verdict,
)
from selon.stages.findings.scene import Scene, Skeleton

_BESIDE = 16
"""Places after a share in which a word may make a change of it."""
_OTHERS = 30
"""How many times larger a figure may be than one of unknown kind to be of its kind."""


def changes(scene: Scene, skeleton: Skeleton, amounts: Sequence[Marked]) -> Found:
    """A change told beside the two figures that it lies between."""
    marks = [(at, amount, way) for at, amount in amounts if (way := way_of(scene, skeleton, at)) is not None]
    over = skeleton.own > 0
    for at, told, way in marks:
        if at < skeleton.own:
            continue
        if told.unit == "[pp]" and re.search(r"\(\s?[+−–-]?\s?$", skeleton.words[:at]):
            continue  # a change of the figure before it alone: «31 % (+ 5 points)»
        others = [(p, a) for p, a in amounts if p != at and not any(p == m[0] for m in marks)]
        pair = _pair(scene, skeleton, others, (at, told), way, len(marks) == 1)
        if pair is None:
            continue
        old, new, ordered = pair
        old, new = _alike_precise(old, new), _alike_precise(new, old)
        if told.value is None or old.value is None or new.value is None:
            continue
        wrong = _wrong_way(scene, told, old, new, way) if ordered and not over else None
        if wrong:
            yield told.span, wrong
            continue
        if told.share:
            found = grown(scene, told, old, new, way, ordered and not over)
        else:
            found = spaced(scene, told, old, new, ordered and not over)
        again = not over or ends(scene, "again", skeleton.words[:at]) or _aside_of(scene, skeleton, at)
        yield from (f for f in found if again or f[1].verdict == "holds")


def _alike_precise(a: Amount, b: Amount) -> Amount:
    """`a` with the precision of `b`, if that is told finer: «de 1,6 à 2 millions»."""
    return a._replace(step=b.step) if 0 < b.step < a.step and a.exact and b.exact else a


def moves(scene: Scene, skeleton: Skeleton, amounts: Sequence[Marked]) -> Found:
    """«a reculé de 4,10 mètres à 3,65»: whether the verb says which way the figure goes."""
    where = dict(amounts)
    for name, way in (("rises", 1), ("falls", -1)):
        for pattern in scene.rules.patterns[name] if not skeleton.own else ():
            for m in every(pattern, skeleton.words):
                old, new = where.get(m.start("old")), where.get(m.start("new"))
                if not old or not new or not old.value or not new.value or not scene.comparable(old, new):
                    continue
                if old.plain and not new.plain and m.groupdict().get("loose"):
                    continue  # «a reculé de 10 à 15 %» may be by 10 to 15
                old, new = fitted(old, new), fitted(new, old)
                rise = value_of(new) - value_of(old)
                if abs(rise) > slack(old) + slack(new):
                    yield new.span, scene.finding(
                        "difference", rise * way > 0, [old.span, new.span, span_of(skeleton, m, "verb")], "way",
                        "way_holds" if rise * way > 0 else "growth_way", old=scene.quoted_words(old.span),
                        new=scene.quoted_words(new.span), way=scene.rules.workings["rises" if rise > 0 else "falls"],
                    )  # fmt: skip


def way_of(scene: Scene, skeleton: Skeleton, at: int) -> int | None:
    """1: an amount tells a rise, -1 a fall, 0 a gap, None none of them."""
    key = "way", skeleton.offset(at)
    if key not in scene.known:
        scene.known[key] = _told_way(scene, skeleton, at)
    return scene.known[key]


def _told_way(scene: Scene, skeleton: Skeleton, at: int) -> int | None:
    before, after = skeleton.words[:at], skeleton.words[at + 1 :]
    item = skeleton.items.get(at)
    if isinstance(item, Amount) and item.share:
        after = after[:_BESIDE]  # «24 % de plus», not "24 percent said they were more likely"
    for name, way in (("up", 1), ("down", -1), ("apart_before", 0)):
        if ends(scene, name, before):
            return way
    for name, way in (("up_after", 1), ("down_after", -1), ("apart_after", 0)):
        if starts(scene, name, after):
            return way
    first = max(0, at - AROUND)
    around = skeleton.words[first : at + _BESIDE]
    for name, way in (("higher_told", 1), ("lower_told", -1)):
        if any(m.start("q") == at - first for p in scene.rules.patterns[name] for m in p.finditer(around)):
            return way
    return None


def _pair(
    scene: Scene, skeleton: Skeleton, others: Sequence[Marked], told_at: Marked, way: int, alone: bool
) -> tuple[Amount, Amount, bool] | None:
    """The old and the new figure of a sentence, and whether the words tell which is which.

    Where no wording pairs them, they are the only two that they may be, and the change told is `alone`.
    """
    where = dict(others)
    at, told = told_at
    for name in ("old_new", "new_old"):
        for pattern in scene.rules.patterns[name]:
            for m in reversed([*every(pattern, skeleton.words)]):  # the nearest two
                old, new = where.get(m.start("old")), where.get(m.start("new"))
                if old and new and _of_one_kind(scene, old, new, told, paired=True):
                    return fitted(old, new), fitted(new, old), True
    kin = [(at, a) for at, a in others if _kin(told, a, scene)]
    if skeleton.own and (told.share or not told.unit):
        return None
    if told.plain and any(p > at and a.of for p, a in kin):
        return None
    if len(kin) != 2 or not alone or not _of_one_kind(scene, kin[0][1], kin[1][1], told):
        return None
    if way and any(
        m.start("a") in where and m.start("b") in where
        for p in (*scene.rules.patterns["rival"], *scene.rules.patterns["versus"])
        for m in every(p, skeleton.words)
    ):
        return None
    if told.share and any(
        m.start("part") in where and m.start("whole") in where
        for p in scene.rules.patterns["parts"]
        for m in every(p, skeleton.words)
    ):
        return None  # "sales fell by a third and 22 of the 140 staff were laid off"
    a, b = kin[0][1], kin[1][1]
    return fitted(a, b), fitted(b, a), False


def _aside(scene: Scene, gap: str) -> bool:
    """Whether what follows a gap says more of the figure before it: «52, quinze de plus», «52 (+ 15)»."""
    return any(p.fullmatch(gap) for p in scene.rules.patterns["aside"])


def _aside_of(scene: Scene, skeleton: Skeleton, at: int) -> bool:
    before = max((p for p, _ in skeleton.all(Amount) if p < at), default=-1)
    return before >= 0 and _aside(scene, skeleton.words[before + 1 : at])


def _kin(told: Amount, other: Amount, scene: Scene) -> bool:
    """Whether `other` may be one of the two figures that `told` is the change of."""
    if told.share:
        return not other.share and other.unit != "[pp]"
    if told.unit == "[pp]":
        return other.share or other.unit == "[pp]" or (other.plain and not told.share)
    return scene.comparable(told, other) or (told.unit == other.unit == "" and told.plain)


def _of_one_kind(scene: Scene, old: Amount, new: Amount, told: Amount, paired: bool = False) -> bool:
    """Whether two figures and their change are of one kind; where a wording pairs them, whatever their nouns are."""
    counts, alike = paired and old.unit == new.unit == "", scene.comparable(old, new)
    if not counts and not alike:
        return False
    old, new = fitted(old, new), fitted(new, old)
    if (old.plain != new.plain or not alike) and not 1 / _OTHERS < max(old.high, 1e-9) / max(new.high, 1e-9) < _OTHERS:
        return False
    if told.share:
        return not old.share
    if told.unit == "[pp]":
        return old.share == new.share
    if counts and told.plain:
        return True
    return scene.comparable(told, new) or scene.comparable(told, old)


def _wrong_way(scene: Scene, told: Amount, old: Amount, new: Amount, way: int) -> Finding | None:
    """A rise that is told as a fall, or the other way."""
    rise = value_of(new) - value_of(old)
    if rise * way >= 0 or abs(rise) <= slack(old) + slack(new):
        return None
    return scene.finding(
        "difference", False, [old.span, new.span, told.span], "growth-way", "growth_way",
        old=scene.quoted_words(old.span), new=scene.quoted_words(new.span),
        way=scene.rules.workings["rises" if rise > 0 else "falls"],
    )  # fmt: skip


def grown(scene: Scene, told: Amount, old: Amount, new: Amount, way: int, ordered: bool) -> Found:
    if not ordered and (value_of(new) - value_of(old)) * way < 0:
        old, new = new, old
    before, after = value_of(old), value_of(new)
    if not before or not after:
        return
    rate, growth = value_of(told) * (way or 1), (after - before) / before
    low = (after - slack(new)) / (before + slack(old)) - 1
    high = (after + slack(new)) / max(1e-9, before - slack(old)) - 1
    holds = verdict(growth, low, high, rate, told)
    if holds is None or (holds is False and not ordered and not likely(growth, rate)):
        return
    yield told.span, scene.finding(
        "share", holds, [old.span, new.span, told.span], "growth", "growth",
        old=scene.put(old, before), new=scene.put(new, after), result=percent(scene, growth),
        told=scene.quoted_words(told.span),
    )  # fmt: skip


def spaced(scene: Scene, told: Amount, old: Amount, new: Amount, ordered: bool) -> Found:
    told = fitted(told, new)
    if told.unit == "[pp]" and new.share:
        told = told._replace(value=value_of(told) / 100, step=told.step / 100)
    high, low = max(old, new, key=value_of), min(old, new, key=value_of)
    gap, off = value_of(high) - value_of(low), abs(value_of(high) - value_of(low) - value_of(told))
    tight = max(1.01 * (told.step + old.step + new.step), 1e-9 * gap)
    loose = max(tight, 1.01 * (slack(told) + slack(old) + slack(new)))
    if tight < off <= loose:
        return
    holds = off <= tight
    if not holds and not (told.exact and old.exact and new.exact and (ordered or likely(gap, value_of(told)))):
        return
    yield told.span, scene.finding(
        "difference", holds, [old.span, new.span, told.span], "difference", "difference",
        a=scene.put(high, value_of(high)), b=scene.put(low, value_of(low)), result=scene.put(high, gap),
        told=scene.quoted_words(told.span),
    )  # fmt: skip
