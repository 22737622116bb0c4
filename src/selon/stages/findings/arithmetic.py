"""Sums, differences, growth and shares that stand together in one sentence."""

import itertools
import re
from collections.abc import Iterator, Sequence

from selon.model import Finding, Span
from selon.stages.findings.amounts import Amount, comparable, fitted, slack
from selon.stages.findings.scene import Scene, Skeleton

_AROUND = 60
"""Places of the skeleton before and after an amount in which its mark may stand."""
_FAR_OFF = 0.6
"""A sum further than this share from the total is none of its parts' total."""
_UNLIKELY = 3.3
"""How many times a figure may be off before the ones beside it are taken for others than it is computed from."""
_OTHERS = 30
"""How many times larger a figure may be than one of unknown kind to be of its kind."""
_NEARLY = 0.12
"""How far off what has doubled may be from twice as much."""
Marked = tuple[int, Amount]


def arithmetic(scene: Scene) -> Iterator[Finding]:
    for skeleton in scene.skeletons:
        amounts = [(at, item) for at, item in skeleton.items.items() if isinstance(item, Amount)]
        if len(amounts) < 2:
            continue
        taken: set[Span] = set()
        for found in (_shares, _multiples, _changes, _sums, _subsets):
            for finding in found(scene, skeleton, amounts):
                if not (finding.kind == "sum" and any(s in taken for s in finding.spans)):
                    taken |= set(finding.spans)
                    yield finding


# ---------------------------------------------------------------- sums


def _sums(scene: Scene, skeleton: Skeleton, amounts: Sequence[Marked]) -> Iterator[Finding]:
    """A total that its words mark, or that a list of its parts follows; the first that comes out either way."""
    rest = _hundred(scene, skeleton, amounts)
    if rest:
        yield from rest
        return
    for find in (_marked_total, _listed_total):
        for i, (_, total) in enumerate(amounts):
            if total.share or total.value is None:
                continue
            parts, firm = find(scene, skeleton, amounts, i)
            if len(parts) >= 2 and not (total.plain and total.bare and any(p.unit for p in parts)):
                found = list(_summed(scene, total, parts, firm))
                yield from found
                if found:
                    return


def _marked_total(scene: Scene, skeleton: Skeleton, amounts: Sequence[Marked], i: int) -> tuple[list[Amount], bool]:
    """The parts of what is told to be a total, «au total», "in all", «soit»; and whether they must be all."""
    at, total = amounts[i]
    before, after = skeleton.words[:at], skeleton.words[at + 1 :]
    if _ends(scene, "total_before", before) or _starts(scene, "total_after", after):
        parts = _row(scene, skeleton, amounts[:i], total)
        if len(parts) >= 2:
            return [*parts, *_singles(scene, skeleton, parts, amounts, total)], True
        opened = _starts(scene, "opens", after)
        if not opened and not re.match("[^.;:\ue000-\ue003]{0,60}, (?:\\w+ ){0,2}\ue000", after):
            return [], False
        parts = _row(scene, skeleton, amounts[i + 1 :], total)
        parts = [*parts, *_singles(scene, skeleton, parts, amounts, total)]
        return parts, opened or _closed(scene, skeleton, parts, amounts)
    if _ends(scene, "total_soit", before) and i >= 2:
        parts = _row(scene, skeleton, amounts[:i], total)
        named = total.of is not None and parts[:1] != [] and parts[0].of is not None
        own = total.unit != "" or (named and all(p.of is not None or p.plain for p in parts))
        return parts, own and len(parts) == i
    return [], False


def _listed_total(scene: Scene, skeleton: Skeleton, amounts: Sequence[Marked], i: int) -> tuple[list[Amount], bool]:
    """The parts that are listed after their total, and whether the list names all."""
    at, total = amounts[i]
    words = skeleton.words
    before, after = words[:at], words[at + 1 :]
    if i + 2 < len(amounts) and re.match(rf"(?i)[^.;:()]{{0,60}}?,? (?:{_subset(scene)}) $", after.split("\ue000")[0]):
        inside = [a for _, a in amounts[i + 1 :] if a.unit == total.unit or a.plain]
        return [fitted(a, total) for a in inside], False
    opened = _starts(scene, "opens", after) and not before.endswith("(")
    if opened or _ends(scene, "whole", before) or re.match(r"[^,.;:\ue000-\ue003]{0,40}, $", after.split("\ue000")[0]):
        parts = _row(scene, skeleton, amounts[i + 1 :], total)
        if opened and "(" in after.split("\ue000")[0]:
            closing = after.find(")")
            inside = [a for then, a in amounts[i + 1 :] if then < at + 1 + closing]
            if len(inside) > 1 or len(parts) < 2:
                parts = [p for p in parts if any(p.span == a.span for a in inside)]
                return parts, len(parts) >= 2 and len(parts) == len(inside)
        complete = all(_is_complement(scene, p) for p in parts) and not _is_complement(scene, total)
        plain = total.of is not None and all(p.plain for p in parts)  # «50 bourses, 22 aux théâtres, …»
        if not opened and not complete and not plain and not (_ends(scene, "whole", before) and len(parts) >= 3):
            return [], False
        parts = [*parts, *_singles(scene, skeleton, parts, amounts, total)]
        return parts, (opened or complete or len(parts) >= 3) and _closed(scene, skeleton, parts, amounts)
    return _with_rest(scene, skeleton, amounts, i)


def _is_complement(scene: Scene, amount: Amount) -> bool:
    """Whether it counts what with its counterpart makes up all: women and men, children and adults."""
    words = amount.of.of(scene.text).casefold().split() if amount.of else []
    return any(word in scene.rules.words["complements"] for word in words)


def _singles(
    scene: Scene, skeleton: Skeleton, parts: Sequence[Amount], amounts: Sequence[Marked], total: Amount
) -> list[Amount]:
    """The one more that an article counts at the end of a list: "two women and a child"."""
    if not parts or total.unit:
        return []
    last = next((at for at, amount in amounts if amount.span == parts[-1].span), None)
    if last is None:
        return []
    for pattern in scene.rules.patterns["single"]:
        for m in pattern.finditer(skeleton.words, last + 1):
            if "\ue000" in skeleton.words[last + 1 : m.end()]:
                break
            start = skeleton.offset(m.start("noun"))
            noun = Span(start, start + len(m["noun"]))
            token = scene.tree.tokens[min(scene.tree.at(start), len(scene.tree.tokens) - 1)]
            if token.dep != "conj" or token.has("Number=Plur"):
                return []
            return [parts[-1]._replace(span=noun, value=1.0, low=1.0, high=1.0, step=0.0, of=noun)]
    return []


def _hundred(scene: Scene, skeleton: Skeleton, amounts: Sequence[Marked]) -> list[Finding]:
    """Percentages of one whole, the last of which is told to be the rest."""
    for pattern in scene.rules.patterns["remaining"]:
        for m in pattern.finditer(skeleton.words):
            shares = [a for at, a in amounts if a.shown == "%" and at <= m.start("q")]
            last = next((a for at, a in amounts if at == m.start("q")), None)
            if last is None or last.shown != "%" or len(shares) < 2 or any(a.value is None for a in shares):
                continue
            total = last._replace(value=1.0, low=1.0, high=1.0)
            return list(_summed(scene, total, shares, True))
    return []


def _row(scene: Scene, skeleton: Skeleton, amounts: Sequence[Marked], total: Amount) -> list[Amount]:
    """The amounts of a list, without what only says how many of one item are so («dont 3 enfants»)."""
    row: list[Amount] = []
    last = 0
    for at, amount in amounts:
        lead = skeleton.words[max(last, at - 40) : at]
        last = at + 1
        if re.search(rf"(?i)(?:{_subset(scene)})\W*(?:\w+\W+){{0,2}}$", lead):
            continue
        if amount.share or amount.value is None:
            if amount.unit == total.unit:
                return []
            continue
        if comparable(amount, total, scene.text) or (amount.unit == total.unit == ""):
            row.append(fitted(amount, total))
    return row


def _closed(scene: Scene, skeleton: Skeleton, parts: Sequence[Amount], amounts: Sequence[Marked]) -> bool:
    """Whether a list ends with «et»: then it names all."""
    if len(parts) < 2:
        return False
    last = next((at for at, amount in amounts if amount.span == parts[-1].span), None)
    if last is not None and not _ends(scene, "last_of_list", skeleton.words[:last]):
        return False
    nouns = [p.of.of(scene.text) for p in parts if p.of]
    return parts[0].unit != "" or len(nouns) in (0, 1) or all(p.of for p in parts)


def _with_rest(scene: Scene, skeleton: Skeleton, amounts: Sequence[Marked], i: int) -> tuple[list[Amount], bool]:
    """The parts after a total, the last of which is told to be the rest: «les 5 autres»."""
    for pattern in scene.rules.patterns["remaining"]:
        for m in pattern.finditer(skeleton.words):
            end = m.start("q")
            if i == 0 and amounts[0][0] < end and len(amounts) >= 3:
                upto = [(at, a) for at, a in amounts[1:] if at <= end]
                return _row(scene, skeleton, upto, amounts[0][1]), True
    return [], False


def _summed(scene: Scene, total: Amount, parts: Sequence[Amount], firm: bool) -> Iterator[Finding]:
    values = [_amount(p) for p in parts]
    result, whole = sum(values), _amount(total)
    loose = max(sum(p.step for p in parts) + total.step, sum(map(slack, parts)) + slack(total))
    off = abs(result - whole)
    if off <= max(total.step * 1.01, 1e-9 * abs(result)):
        holds = True
    elif off > loose * 1.01 and firm and off <= _FAR_OFF * whole and all(p.exact for p in parts) and total.exact:
        holds = False
    else:
        return
    if len(set(values)) == 1 and whole == values[0]:
        return
    yield scene.finding(
        "sum",
        holds,
        [p.span for p in parts] + [total.span],
        "sum",
        "sum",
        parts=" + ".join(scene.put(p, v) for p, v in zip(parts, values, strict=True)),
        sum=scene.put(total, result),
        total=scene.quoted_words(total.span),
    )


def _subsets(scene: Scene, skeleton: Skeleton, amounts: Sequence[Marked]) -> Iterator[Finding]:
    """A part that is larger than its whole: «12 blessés, dont 15 enfants»."""
    for (at, whole), (then, part) in itertools.pairwise(amounts):
        between = skeleton.words[at + 1 : then]
        if not re.fullmatch(rf"(?i)[^,.;:()]{{0,60}},? \(?(?:{_subset(scene)})\W*", between):
            continue
        if whole.unit or part.unit or whole.value is None or part.value is None or not (whole.of and part.exact):
            continue
        if part.value > whole.value and whole.exact:
            yield scene.finding(
                "sum", False, [whole.span, part.span], "subset", "subset",
                part=scene.quoted_words(part.span), whole=scene.quoted_words(whole.span),
            )  # fmt: skip


# ---------------------------------------------------------------- differences and growth


def _changes(scene: Scene, skeleton: Skeleton, amounts: Sequence[Marked]) -> Iterator[Finding]:
    """A change told beside the two figures that it lies between."""
    marks = [(at, amount, way) for at, amount in amounts if (way := _way(scene, skeleton, at)) is not None]
    for at, told, way in marks:
        if told.unit == "[pp]" and re.search(r"\(\s?[+−–-]?\s?$", skeleton.words[:at]):
            continue  # a change of the figure before it alone: «31 % (+ 5 points)»
        others = [(p, a) for p, a in amounts if p != at and not any(p == m[0] for m in marks)]
        pair = _pair(scene, skeleton, others, told, way, len(marks) == 1)
        if pair is None:
            continue
        old, new, ordered = pair
        if told.value is None or old.value is None or new.value is None:
            continue
        wrong = _wrong_way(scene, told, old, new, way) if ordered else None
        if wrong:
            yield wrong
        elif told.share:
            yield from _grown(scene, told, old, new, way, ordered)
        else:
            yield from _apart(scene, told, old, new, ordered)


def _way(scene: Scene, skeleton: Skeleton, at: int) -> int | None:
    """1: an amount tells a rise, -1 a fall, 0 a gap, None none of them."""
    before, after = skeleton.words[:at], skeleton.words[at + 1 :]
    for name, way in (("up", 1), ("down", -1), ("apart_before", 0)):
        if _ends(scene, name, before):
            return way
    for name, way in (("up_after", 1), ("down_after", -1), ("apart_after", 0)):
        if _starts(scene, name, after):
            return way
    return None


def _pair(
    scene: Scene, skeleton: Skeleton, others: Sequence[Marked], told: Amount, way: int, alone: bool
) -> tuple[Amount, Amount, bool] | None:
    """The old and the new figure of a sentence, and whether the words tell which is which.

    Where no wording pairs them, they are the only two that they may be, and the change told is `alone`.
    """
    where = dict(others)
    for name in ("old_new", "new_old"):
        for pattern in scene.rules.patterns[name]:
            for m in reversed([*_all(pattern, skeleton.words)]):  # the nearest two
                old, new = where.get(m.start("old")), where.get(m.start("new"))
                if old and new and _of_one_kind(scene, old, new, told, paired=True):
                    return fitted(old, new), fitted(new, old), True
    kin = [(at, a) for at, a in others if _kin(told, a, scene)]
    if len(kin) != 2 or not alone or not _of_one_kind(scene, kin[0][1], kin[1][1], told):
        return None
    if way and any(
        m.start("a") in where and m.start("b") in where
        for p in (*scene.rules.patterns["rival"], *scene.rules.patterns["versus"])
        for m in _all(p, skeleton.words)
    ):
        return None
    a, b = kin[0][1], kin[1][1]
    return fitted(a, b), fitted(b, a), False


def _kin(told: Amount, other: Amount, scene: Scene) -> bool:
    """Whether `other` may be one of the two figures that `told` is the change of."""
    if told.share:
        return not other.share and other.unit != "[pp]"
    if told.unit == "[pp]":
        return other.share or (other.plain and not told.share)
    return comparable(told, other, scene.text) or (told.unit == other.unit == "" and told.plain)


def _of_one_kind(scene: Scene, old: Amount, new: Amount, told: Amount, paired: bool = False) -> bool:
    """Whether two figures and their change are of one kind; where a wording pairs them, whatever their nouns are."""
    counts = paired and old.unit == new.unit == ""
    if not counts and not comparable(old, new, scene.text):
        return False
    old, new = fitted(old, new), fitted(new, old)
    if old.plain != new.plain and not 1 / _OTHERS < max(old.high, 1e-9) / max(new.high, 1e-9) < _OTHERS:
        return False
    if told.share:
        return not old.share
    if told.unit == "[pp]":
        return old.share == new.share
    if counts and told.plain:
        return True
    return comparable(told, new, scene.text) or comparable(told, old, scene.text)


def _wrong_way(scene: Scene, told: Amount, old: Amount, new: Amount, way: int) -> Finding | None:
    """A rise that is told as a fall, or the other way."""
    rise = _amount(new) - _amount(old)
    if rise * way >= 0 or abs(rise) <= slack(old) + slack(new):
        return None
    return scene.finding(
        "difference", False, [old.span, new.span, told.span], "growth-way", "growth_way",
        old=scene.quoted_words(old.span), new=scene.quoted_words(new.span),
        way=scene.rules.workings["rises" if rise > 0 else "falls"],
    )  # fmt: skip


def _grown(scene: Scene, told: Amount, old: Amount, new: Amount, way: int, ordered: bool) -> Iterator[Finding]:
    if not ordered and (_amount(new) - _amount(old)) * way < 0:
        old, new = new, old
    before, after = _amount(old), _amount(new)
    if not before or not after:
        return
    rate, growth = _amount(told) * (way or 1), (after - before) / before
    low = (after - slack(new)) / (before + slack(old)) - 1
    high = (after + slack(new)) / max(1e-9, before - slack(old)) - 1
    holds = _verdict(growth, low, high, rate, told)
    if holds is None or (holds is False and not ordered and not _likely(growth, rate)):
        return
    yield scene.finding(
        "share", holds, [old.span, new.span, told.span], "growth", "growth",
        old=scene.put(old, before), new=scene.put(new, after), result=_percent(scene, growth),
        told=scene.quoted_words(told.span),
    )  # fmt: skip


def _apart(scene: Scene, told: Amount, old: Amount, new: Amount, ordered: bool) -> Iterator[Finding]:
    told = fitted(told, new)
    if told.unit == "[pp]" and new.share:
        told = told._replace(value=_amount(told) / 100, step=told.step / 100)
    high, low = max(old, new, key=_amount), min(old, new, key=_amount)
    gap, off = _amount(high) - _amount(low), abs(_amount(high) - _amount(low) - _amount(told))
    tight = max(1.01 * (told.step + old.step + new.step), 1e-9 * gap)
    loose = max(tight, 1.01 * (slack(told) + slack(old) + slack(new)))
    if tight < off <= loose:
        return
    holds = off <= tight
    if not holds and not (told.exact and old.exact and new.exact and (ordered or _likely(gap, _amount(told)))):
        return
    yield scene.finding(
        "difference", holds, [old.span, new.span, told.span], "difference", "difference",
        a=scene.put(high, _amount(high)), b=scene.put(low, _amount(low)), result=scene.put(high, gap),
        told=scene.quoted_words(told.span),
    )  # fmt: skip


def _likely(result: float, told: float) -> bool:
    """Whether a figure that does not come out is near enough to be meant for the one computed."""
    return bool(told) and 1 / _UNLIKELY <= result / told <= _UNLIKELY


def _amount(amount: Amount) -> float:
    return amount.value or 0.0


def _multiples(scene: Scene, skeleton: Skeleton, amounts: Sequence[Marked]) -> Iterator[Finding]:
    """«a doublé, de 450 à 900», «divisé par trois, de 900 à 300»."""
    where = dict(amounts)
    for pattern in scene.rules.patterns["times"]:
        for m in _all(pattern, skeleton.words):
            factor = float(scene.rules.values["times"][" ".join(m["times"].casefold().replace("’", "'").split())])
            at = skeleton.offset(m.start("times"))
            told = Span(at, at + len(m["times"]))
            yield from _multiplied(scene, where.get(m.start("old")), where.get(m.start("new")), factor, told)
    for pattern in scene.rules.patterns["times_by"]:
        for m in _all(pattern, skeleton.words):
            by = where.get(m.start("factor"))
            if by and by.value:
                factor = 1 / by.value if m["word"].casefold().startswith("div") else by.value
                yield from _multiplied(scene, where.get(m.start("old")), where.get(m.start("new")), factor, by.span)


def _multiplied(scene: Scene, old: Amount | None, new: Amount | None, factor: float, told: Span) -> Iterator[Finding]:
    if not old or not new or not comparable(old, new, scene.text):
        return
    old, new = fitted(old, new), fitted(new, old)
    if not old.value or not new.value:
        return
    result = new.value / old.value
    off = abs(result / factor - 1)
    if off <= _NEARLY or off > 2 * _NEARLY:
        yield scene.finding(
            "share", off <= _NEARLY, [old.span, new.span, told], "multiple", "times",
            old=scene.put(old, old.value), new=scene.put(new, new.value), result=result, told=scene.quoted_words(told),
        )  # fmt: skip


# ---------------------------------------------------------------- shares


def _shares(scene: Scene, skeleton: Skeleton, amounts: Sequence[Marked]) -> Iterator[Finding]:
    where = dict(amounts)
    for pattern in scene.rules.patterns["share"]:
        for m in _all(pattern, skeleton.words):
            part, whole, share = (where.get(m.start(g)) for g in ("part", "whole", "share"))
            if part and whole and share:
                found = list(_shared(scene, part, whole, share))
                yield from found
                if found:
                    return
    yield from _one_share(scene, skeleton, amounts)


def _one_share(scene: Scene, skeleton: Skeleton, amounts: Sequence[Marked]) -> Iterator[Finding]:
    """The one share of a sentence beside its only two counts, one of which is told to be the whole."""
    shares = [(at, a) for at, a in amounts if a.share and _way(scene, skeleton, at) is None]
    counts = [(at, a) for at, a in amounts if not a.share and a.unit != "[pp]"]
    if len(shares) != 1 or len(counts) != 2 or not comparable(counts[0][1], counts[1][1], scene.text):
        return
    at, share = shares[0]
    (one_at, one), (other_at, other) = counts
    whole_at, whole, part_at, part = (
        (one_at, one, other_at, other) if one.high >= other.high else (other_at, other, one_at, one)
    )
    beside = _ends(scene, "share_before", skeleton.words[:at])
    over = any(
        m.start("whole") + at + 1 == whole_at
        for p in scene.rules.patterns["share_after"]
        if (m := p.match(skeleton.words[at + 1 :]))
    )
    if over and not _ends(scene, "share_before", skeleton.words[:part_at]):
        return
    if over or (beside and _ends(scene, "part_of", skeleton.words[:whole_at])):
        yield from _shared(scene, part, whole, share)


def _shared(scene: Scene, part: Amount, whole: Amount, share: Amount) -> Iterator[Finding]:
    if not share.share or share.value is None or part.share or whole.share:
        return
    if part.unit != whole.unit and not (part.plain or whole.plain):
        return
    part, whole = fitted(part, whole), fitted(whole, part)
    if not part.value or not whole.value or part.value > whole.value:
        return
    result = part.value / whole.value
    low = (part.value - slack(part)) / (whole.value + slack(whole))
    high = (part.value + slack(part)) / max(1e-9, whole.value - slack(whole))
    holds = _verdict(result, low, high, share.value, share)
    if holds is not None:
        yield scene.finding(
            "share", holds, [part.span, whole.span, share.span], "share", "share",
            part=scene.put(part, part.value), whole=scene.put(whole, whole.value),
            result=_percent(scene, result), told=scene.quoted_words(share.span),
        )  # fmt: skip


def _verdict(result: float, low: float, high: float, told: float, amount: Amount) -> bool | None:
    """Whether a rate comes out as told: yes within the rounding of its words, no outside that of all figures."""
    step = amount.step
    if amount.value is None:
        return None
    if not amount.exact:
        step = max(step, 0.05 * abs(told))
        bounded = amount.value is None and amount.low <= abs(result) <= amount.high
        if bounded or abs(result - told) <= 1.5 * step:
            return True
        return False if abs(result - told) > 0.2 * abs(told) and amount.value is not None else None
    if abs(result - told) <= step * 1.25 + 1e-9:
        return True
    if low - 2 * step <= told <= high + 2 * step:
        return None if abs(result - told) > 3 * step else True
    return False


def _all(pattern: re.Pattern[str], words: str) -> Iterator[re.Match[str]]:
    """All matches, those that overlap included."""
    found = pattern.search(words)
    while found:
        yield found
        found = pattern.search(words, found.start() + 1)


def _percent(scene: Scene, value: float) -> str:
    return scene.number(round(100 * value, 1))


def _subset(scene: Scene) -> str:
    return "|".join(map(re.escape, sorted(scene.rules.words["subset"])))


def _ends(scene: Scene, name: str, words: str) -> bool:
    tail = words[-_AROUND:].rstrip("\n")
    return any(p.search(tail) or p.search(tail.rstrip()) for p in scene.rules.patterns[name])


def _starts(scene: Scene, name: str, words: str) -> bool:
    return any(p.match(words[: 2 * _AROUND]) for p in scene.rules.patterns[name])
