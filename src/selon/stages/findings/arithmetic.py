"""Sums, differences, growth and shares that stand together in one sentence."""

import itertools
import re
from collections.abc import Iterator, Sequence

from selon.lang.contract import fold
from selon.model import Finding, Span
from selon.stages._numbers import numbers
from selon.stages.findings.amounts import Amount, alike, fitted, slack
from selon.stages.findings.scene import Lasting, Scene, Skeleton

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
_TOO_MANY = 14
"""Amounts of a passage past which it is not plain what is computed from which."""
_SOME = 0.5
"""A sum over sentences further than this share from the total is not meant for it."""
_TELLING = 10
"""Counts from which a sum that comes out is no accident."""
_LEAD = 40
"""Places of a sentence before a share that it begins with: «Cela représente un peu plus de 30 %»."""
_PARTS = 6
"""Counts that a total over paragraphs may have as its parts, at most."""
_TWICE = 2.0
"""How many times a share over sentences may be off and still be meant for the figures before it."""
Marked = tuple[int, Amount]
Found = Iterator[tuple[Span, Finding]]
"""Each finding with the figure that it checks."""


def arithmetic(scene: Scene) -> Iterator[Finding]:
    for skeleton in scene.skeletons:
        if not skeleton.all(Amount):
            continue
        done: set[Span] = set()
        broken: dict[Span, Finding] = {}
        for passage in scene.passages(skeleton):
            amounts = passage.all(Amount)
            if len(amounts) > _TOO_MANY:
                break
            taken: set[Span] = set()
            for check in (_products, _rates, _shares, _multiples, _changes, _moves, _sums, _subsets):
                for told, finding in check(scene, passage, amounts):
                    if told in done or (finding.kind == "sum" and taken.intersection(finding.spans)):
                        continue
                    taken |= set(finding.spans)
                    if not passage.own or finding.verdict == "holds":
                        done.add(told)
                        broken.pop(told, None)
                        yield finding
                    elif finding.kind == "sum" or told not in broken:  # what is added up may lie far back
                        broken[told] = finding
        yield from broken.values()
        yield from _spread(scene, skeleton, done)


def _spread(scene: Scene, skeleton: Skeleton, done: set[Span]) -> Iterator[Finding]:
    """A count that comes out of those of the same things over several paragraphs: «Les trois cents élèves»."""
    for at, total in skeleton.all(Amount):
        if total.unit or total.of is None or not total.exact or total.high < _TELLING or total.span in done:
            continue
        before = [a for other in scene.skeletons[: skeleton.index] for _, a in other.all(Amount)]
        before += [a for then, a in skeleton.all(Amount) if then < at]
        kin = [a for a in before if a.exact and not a.unit and a.value and scene.comparable(a, total)]
        for row in (kin[-n:] for n in range(3, _PARTS + 1)):
            if all(a.high < total.high for a in row) and sum(map(_amount, row)) == total.value:
                yield from (finding for _, finding in _summed(scene, total, row, False))
                return


# ---------------------------------------------------------------- sums


def _sums(scene: Scene, skeleton: Skeleton, amounts: Sequence[Marked]) -> Found:
    """A total that its words mark, or that a list of its parts follows; the first that comes out either way."""
    rest = _hundred(scene, skeleton, amounts)
    if rest:
        yield from rest
        return
    if skeleton.own:
        yield from _sums_over(scene, skeleton, amounts)
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
    yield from _sums_over(scene, skeleton, amounts)
    for i, (_, total) in enumerate(amounts):  # no word says that it is a total, but the figures do
        before = [a for _, a in amounts[:i]]
        rows = (
            (before[-n:] for n in range(2, i + 1)) if total.value and not total.share and total.high >= _TELLING else ()
        )
        for row in rows:
            if all(a.value and a.unit == total.unit and (a.unit or _kindred(scene, a, total)) for a in row):
                yield from _summed(scene, total, row, False)


def _kindred(scene: Scene, part: Amount, total: Amount) -> bool:
    return part.plain or total.plain or scene.comparable(part, total)


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
    rest = _with_rest(scene, skeleton, amounts, i)
    if rest[0]:
        return rest
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
    return [], False


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


def _sums_over(scene: Scene, passage: Skeleton, amounts: Sequence[Marked]) -> Found:
    """A total of parts that stand in the sentences before it, or one whose parts the last sentence lists."""
    for i, (at, total) in enumerate(amounts):
        if total.share or total.value is None:
            continue
        rest, firm = _with_rest(scene, passage, amounts, i) if at < passage.own else ([], False)
        firm = firm and amounts[1][0] >= passage.own  # all parts stand in the last sentence
        if len(rest) > 1 and (found := list(_summed(scene, total, rest, firm))):
            yield from found
            return
        marked = _is_total(scene, passage, at)
        again = marked or (not total.plain and _ends(scene, "total_again", passage.words[:at]))
        if at >= passage.own and again and i > 1:
            listed, closed = _run(scene, passage, amounts[:i])
            kin = [fitted(a, total) for _, a in amounts[:i] if a.value and scene.comparable(a, total)]
            rows = [kin[-n:] for n in range(2, len(kin) + 1)]
            if not total.unit and _ends(scene, "total_before", passage.words[:at]):  # «650 spectateurs, 500, … places»
                same = [a for _, a in amounts[:i] if a.value and scene.comparable(amounts[i - 1][1], a)]
                rows.append([a for a in same if a.unit == "" and not a.share])
            if all(a.unit == total.unit for a in listed):
                rows.append([*listed, *_singles(scene, passage, listed, amounts, total)])
            firm = marked and (total.unit != "" or closed)
        elif passage.own and at < passage.own:
            listed, closed = _run(scene, passage, [m for m in amounts if m[0] >= passage.own])
            plain = total.of is not None and all(a.plain for a in listed)
            every = plain and closed and len(listed) > 2 and _ends(scene, "total_all", passage.words[:at])
            if any(a.unit != total.unit for a in listed) or not (plain or (closed and (len(listed) > 2 or total.unit))):
                continue
            rows, firm = [[*listed, *_singles(scene, passage, listed, amounts, total)]], marked or every
        else:
            continue
        counts = (
            [a for _, a in amounts[:i] if a.value and a.unit == "" and not a.share] if again and not total.unit else []
        )
        for row in [*rows, *(counts[-n:] for n in range(2, len(counts) + 1))]:
            found = list(_summed(scene, total, row, False)) if len(row) > 1 else []
            yield from found
            if found:
                return
        off, widest = min(
            ((abs(sum(map(_amount, row)) - total.value), row) for row in rows[-2:] if len(row) > 1),
            key=lambda tried: tried[0],
            default=(0.0, []),
        )
        if widest and off <= _SOME * total.value:
            yield from _summed(scene, total, widest, firm)


def _is_total(scene: Scene, skeleton: Skeleton, at: int) -> bool:
    key = "total", skeleton.offset(at)
    if key not in scene.known:
        scene.known[key] = int(_told_total(scene, skeleton, at))
    return bool(scene.known[key])


def _told_total(scene: Scene, skeleton: Skeleton, at: int) -> bool:
    before, after = skeleton.words[:at], skeleton.words[at + 1 :]
    names = ("total_before", "total_said")
    return any(_ends(scene, name, before) for name in names) or _starts(scene, "total_after", after)


def _run(scene: Scene, skeleton: Skeleton, amounts: Sequence[Marked]) -> tuple[list[Amount], bool]:
    """The last list of amounts, told one right after another; and whether an «et» closes it."""
    run: list[Amount] = []
    last, closed = len(skeleton.words), False
    for at, amount in reversed(amounts):
        gap = skeleton.words[at + 1 : last]
        if run and not any(p.fullmatch(gap) for p in scene.rules.patterns["listed"]):
            if len(run) > 1:
                break
            run = []
        if amount.share or not amount.value:
            break
        closed = _ends(scene, "last_of_list", skeleton.words[:at]) if not run else closed
        run, last = [amount, *run], at
    return (run, closed) if len(run) > 1 else ([], False)


def _hundred(scene: Scene, skeleton: Skeleton, amounts: Sequence[Marked]) -> list[tuple[Span, Finding]]:
    """Percentages of one whole, the last of which is told to be the rest."""
    for pattern in (*scene.rules.patterns["remaining"], *scene.rules.patterns["undecided"]):
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
        if scene.comparable(amount, total) or (amount.unit == total.unit == ""):
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
            if amounts[i][0] < end and len(amounts) >= i + 3:
                upto = [(at, a) for at, a in amounts[i + 1 :] if at <= end]
                return _row(scene, skeleton, upto, amounts[i][1]), i == 0
    return [], False


def _summed(scene: Scene, total: Amount, parts: Sequence[Amount], firm: bool) -> Found:
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
    yield (
        total.span,
        scene.finding(
            "sum",
            holds,
            [p.span for p in parts] + [total.span],
            "sum",
            "sum",
            parts=" + ".join(scene.put(p, v) for p, v in zip(parts, values, strict=True)),
            sum=scene.put(total, result),
            total=scene.quoted_words(total.span),
        ),
    )


def _subsets(scene: Scene, skeleton: Skeleton, amounts: Sequence[Marked]) -> Found:
    """A part that is larger than its whole: «12 blessés, dont 15 enfants»."""
    for (at, whole), (then, part) in itertools.pairwise(amounts):
        between = skeleton.words[at + 1 : then]
        if at < skeleton.own or not re.fullmatch(rf"(?i)[^,.;:()]{{0,60}},? \(?(?:{_subset(scene)})\W*", between):
            continue
        if whole.unit or part.unit or whole.value is None or part.value is None or not (whole.of and part.exact):
            continue
        if part.value > whole.value and whole.exact:
            yield part.span, scene.finding(
                "sum", False, [whole.span, part.span], "subset", "subset",
                part=scene.quoted_words(part.span), whole=scene.quoted_words(whole.span),
            )  # fmt: skip


# ---------------------------------------------------------------- differences and growth


def _changes(scene: Scene, skeleton: Skeleton, amounts: Sequence[Marked]) -> Found:
    """A change told beside the two figures that it lies between."""
    marks = [(at, amount, way) for at, amount in amounts if (way := _way(scene, skeleton, at)) is not None]
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
            found = _grown(scene, told, old, new, way, ordered and not over)
        else:
            found = _apart(scene, told, old, new, ordered and not over)
        again = not over or _ends(scene, "again", skeleton.words[:at]) or _aside_of(scene, skeleton, at)
        yield from (f for f in found if again or f[1].verdict == "holds")


def _alike_precise(a: Amount, b: Amount) -> Amount:
    """`a` with the precision of `b`, if that is told finer: «de 1,6 à 2 millions»."""
    return a._replace(step=b.step) if 0 < b.step < a.step and a.exact and b.exact else a


def _moves(scene: Scene, skeleton: Skeleton, amounts: Sequence[Marked]) -> Found:
    """«a reculé de 4,10 mètres à 3,65»: whether the verb says which way the figure goes."""
    where = dict(amounts)
    for name, way in (("rises", 1), ("falls", -1)):
        for pattern in scene.rules.patterns[name] if not skeleton.own else ():
            for m in _all(pattern, skeleton.words):
                old, new = where.get(m.start("old")), where.get(m.start("new"))
                if not old or not new or not old.value or not new.value or not scene.comparable(old, new):
                    continue
                if old.plain and not new.plain and m.groupdict().get("loose"):
                    continue  # «a reculé de 10 à 15 %» may be by 10 to 15
                old, new = fitted(old, new), fitted(new, old)
                rise = _amount(new) - _amount(old)
                if abs(rise) > slack(old) + slack(new):
                    yield new.span, scene.finding(
                        "difference", rise * way > 0, [old.span, new.span, _part(skeleton, m, "verb")], "way",
                        "way_holds" if rise * way > 0 else "growth_way", old=scene.quoted_words(old.span),
                        new=scene.quoted_words(new.span), way=scene.rules.workings["rises" if rise > 0 else "falls"],
                    )  # fmt: skip


def _part(skeleton: Skeleton, m: re.Match[str], name: str) -> Span:
    """Where in the text a group of a match stands."""
    start = skeleton.offset(m.start(name))
    return Span(start, start + len(m[name]))


def _way(scene: Scene, skeleton: Skeleton, at: int) -> int | None:
    """1: an amount tells a rise, -1 a fall, 0 a gap, None none of them."""
    key = "way", skeleton.offset(at)
    if key not in scene.known:
        scene.known[key] = _told_way(scene, skeleton, at)
    return scene.known[key]


def _told_way(scene: Scene, skeleton: Skeleton, at: int) -> int | None:
    before, after = skeleton.words[:at], skeleton.words[at + 1 :]
    for name, way in (("up", 1), ("down", -1), ("apart_before", 0)):
        if _ends(scene, name, before):
            return way
    for name, way in (("up_after", 1), ("down_after", -1), ("apart_after", 0)):
        if _starts(scene, name, after):
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
            for m in reversed([*_all(pattern, skeleton.words)]):  # the nearest two
                old, new = where.get(m.start("old")), where.get(m.start("new"))
                if old and new and _of_one_kind(scene, old, new, told, paired=True):
                    return fitted(old, new), fitted(new, old), True
    kin = [(at, a) for at, a in others if _kin(told, a, scene)]
    last = [(p, a) for p, a in kin if p < skeleton.own and not told.share]
    if skeleton.own and len(last) == 2 == len(kin) and _points_back(scene, skeleton, at):
        a, b = last[0][1], last[1][1]
        return (fitted(a, b), fitted(b, a), False) if _of_one_kind(scene, a, b, told, paired=True) else None
    if skeleton.own and (told.share or not told.unit):
        beside = next((a for p, a in reversed(kin) if p < at and _aside(scene, skeleton.words[p + 1 : at])), None)
        before = [a for p, a in kin if p < skeleton.own and beside and _counts_alike(scene, a, beside)]
        return (fitted(before[-1], beside), fitted(beside, before[-1]), True) if beside and before else None
    if told.plain and any(p > at and a.of for p, a in kin):
        return None
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


def _points_back(scene: Scene, skeleton: Skeleton, at: int) -> bool:
    """Whether a change is told as that of the figures before: «cet écart de 14», "Her lead of 14"."""
    return any(p.search(skeleton.words[skeleton.own : at]) for p in scene.rules.patterns["again"])


def _aside(scene: Scene, gap: str) -> bool:
    """Whether what follows a gap says more of the figure before it: «52, quinze de plus», «52 (+ 15)»."""
    return any(p.fullmatch(gap) for p in scene.rules.patterns["aside"])


def _aside_of(scene: Scene, skeleton: Skeleton, at: int) -> bool:
    before = max((p for p, _ in skeleton.all(Amount) if p < at), default=-1)
    return before >= 0 and _aside(scene, skeleton.words[before + 1 : at])


def _counts_alike(scene: Scene, a: Amount, b: Amount) -> bool:
    return scene.comparable(a, b) and (b.plain or not a.plain or b.unit != "")


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
    rise = _amount(new) - _amount(old)
    if rise * way >= 0 or abs(rise) <= slack(old) + slack(new):
        return None
    return scene.finding(
        "difference", False, [old.span, new.span, told.span], "growth-way", "growth_way",
        old=scene.quoted_words(old.span), new=scene.quoted_words(new.span),
        way=scene.rules.workings["rises" if rise > 0 else "falls"],
    )  # fmt: skip


def _grown(scene: Scene, told: Amount, old: Amount, new: Amount, way: int, ordered: bool) -> Found:
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
    yield told.span, scene.finding(
        "share", holds, [old.span, new.span, told.span], "growth", "growth",
        old=scene.put(old, before), new=scene.put(new, after), result=_percent(scene, growth),
        told=scene.quoted_words(told.span),
    )  # fmt: skip


def _apart(scene: Scene, told: Amount, old: Amount, new: Amount, ordered: bool) -> Found:
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
    yield told.span, scene.finding(
        "difference", holds, [old.span, new.span, told.span], "difference", "difference",
        a=scene.put(high, _amount(high)), b=scene.put(low, _amount(low)), result=scene.put(high, gap),
        told=scene.quoted_words(told.span),
    )  # fmt: skip


def _likely(result: float, told: float) -> bool:
    """Whether a figure that does not come out is near enough to be meant for the one computed."""
    return bool(told) and 1 / _UNLIKELY <= result / told <= _UNLIKELY


def _amount(amount: Amount) -> float:
    return amount.value or 0.0


def _multiples(scene: Scene, skeleton: Skeleton, amounts: Sequence[Marked]) -> Found:
    """«a doublé, de 450 à 900», «divisé par trois, de 900 à 300», «deux fois plus que les 450 de 2020»."""
    where = dict(amounts)
    for m in (m for p in scene.rules.patterns["multiple"] for m in p.finditer(skeleton.words, skeleton.own)):
        said = fold(" ".join(m["times"].replace("’", "'").split()))
        known = scene.rules.values["times"].get(said)
        times = float(known) if known else _count(scene, said)
        if not times:
            continue
        factor = 1 / times if not known and m.groupdict().get("less") else times
        told = _part(skeleton, m, "times")
        if pair := _old_and_new(scene, skeleton, where, m):
            yield from _multiplied(scene, *pair, factor, told)
            continue
        kin = [a for _, a in amounts if not a.share and a.unit != "[pp]" and a.value and a.span != told]
        if len(kin) == 2 and scene.comparable(kin[0], kin[1]):
            old, new = sorted(kin, key=_amount, reverse=factor < 1)
            yield from (f for f in _multiplied(scene, old, new, factor, told) if f[1].verdict == "holds")
    for pattern in scene.rules.patterns["times_by"] if not skeleton.own else ():
        for m in _all(pattern, skeleton.words):
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
            for m in reversed([*_all(pattern, skeleton.words)]):
                old, new = m.start("old"), m.start("new")
                near, _ = sorted((old, new), key=lambda at: abs(at - beside.start()))
                gap = skeleton.words[min(near, beside.end()) : max(near, beside.start())]
                if len(gap) <= _AROUND and old in where and new in where and not _breaks(scene, gap):
                    return where[old], where[new]
    return None


def _count(scene: Scene, said: str) -> float:
    """What a word or figures count; 0 of another word."""
    found = next(numbers(said, 0, len(said), scene.numbering, scene.code), None)
    return found.low if found and found.end == len(said) and 1 < found.low <= 100 else 0.0


def _breaks(scene: Scene, words: str) -> bool:
    """Whether another clause begins in some words."""
    return any(p.search(words) for p in scene.rules.patterns["clause"])


def _multiplied(scene: Scene, old: Amount | None, new: Amount | None, factor: float, told: Span) -> Found:
    if not old or not new or not scene.comparable(old, new):
        return
    old, new = fitted(old, new), fitted(new, old)
    if not old.value or not new.value:
        return
    result = new.value / old.value
    off = abs(result / factor - 1)
    if off <= _NEARLY or (off > 2 * _NEARLY and _likely(result, factor)):
        yield told, scene.finding(
            "share", off <= _NEARLY, [old.span, new.span, told], "multiple", "times",
            old=scene.put(old, old.value), new=scene.put(new, new.value), result=result, told=scene.quoted_words(told),
        )  # fmt: skip


# ---------------------------------------------------------------- shares


def _shares(scene: Scene, skeleton: Skeleton, amounts: Sequence[Marked]) -> Found:
    where = dict(amounts)
    for pattern in scene.rules.patterns["share"] if not skeleton.own else ():
        for m in _all(pattern, skeleton.words):
            part, whole, share = (where.get(m.start(g)) for g in ("part", "whole", "share"))
            if part and whole and share:
                found = list(_shared(scene, part, whole, share))
                yield from found
                if found:
                    return
    for at, share in amounts:
        if at >= skeleton.own and share.share and _way(scene, skeleton, at) is None:
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
        others = [(p, a) for p, a in counts if p != over and (p > over or at - p <= _AROUND)]
        parts = [a for _, a in others if scene.comparable(a, whole)]
        if len(parts) == 1 and (others[0][0] > over or not _ends(scene, "share_before", words[: others[0][0]])):
            yield from _shared(scene, parts[0], whole, share)
        return
    lead = words[skeleton.own : at]
    if not before or not _ends(scene, "share_before", words[:at]):
        return
    opening = any(m.start() <= 1 for p in scene.rules.patterns["share_before"] for m in p.finditer(lead.strip()))
    if before[-1][0] < skeleton.own and not (len(lead) <= _LEAD and opening):
        return
    beside, part = before[-1]
    wholes = [(p, a) for p, a in counts if p != beside and scene.comparable(part, a) and a.high > part.high and p < at]
    marked = [a for p, a in wholes if _ends(scene, "part_of", words[:p])]
    if not marked and _ends(scene, "part_of", words[:beside]):  # «12 % des 300» told the other way: "48 of 300, or 16%"
        wholes, marked = [(beside, part)], [part]
        parts = [a for p, a in before[:-1] if scene.comparable(a, part) and a.high < part.high]
        if len(parts) == 1:
            yield from _shared(scene, parts[0], part, share)
        return
    for _, whole in reversed(wholes):
        found = [f for f in _shared(scene, part, whole, share) if f[1].verdict == "holds"]
        yield from found
        if found:
            return
    nearest = marked or [a for _, a in wholes]
    if (
        len(nearest) == 1
        and (_named(part) or _named(nearest[0]))
        and (marked or (len(wholes) == 1 and _near_enough(part, nearest[0], share)))
    ):
        yield from _shared(scene, part, nearest[0], share)


def _near_enough(part: Amount, whole: Amount, share: Amount) -> bool:
    """Whether a share that does not come out may still be meant for two counts that no wording ties together."""
    result, told = _amount(part) / _amount(whole), _amount(share)
    return bool(told) and 1 / _TWICE <= result / told <= _TWICE and share.exact


def _named(amount: Amount) -> bool:
    return amount.unit != "" or amount.of is not None


def _shared(scene: Scene, part: Amount, whole: Amount, share: Amount) -> Found:
    if not share.share or part.share or whole.share:
        return
    if part.unit != whole.unit and not (part.plain or whole.plain):
        return
    part, whole = fitted(part, whole), fitted(whole, part)
    if not part.value or not whole.value or part.value > whole.value:
        return
    result = part.value / whole.value
    low = (part.value - slack(part)) / (whole.value + slack(whole))
    high = (part.value + slack(part)) / max(1e-9, whole.value - slack(whole))
    exact = share.value is not None
    holds = _verdict(result, low, high, _amount(share), share) if exact else _bounded(low, high, share)
    if holds is not None:
        yield share.span, scene.finding(
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


def _bounded(low: float, high: float, share: Amount) -> bool | None:
    """Whether a share lies beyond the bound that is told: «plus de la moitié»."""
    if share.low and share.high == float("inf"):
        return False if high < share.low else True if low >= share.low and low <= 1.5 * share.low else None
    if share.low == 0:
        return False if low > share.high else True if high <= share.high and high >= 0.6 * share.high else None
    return None


# ---------------------------------------------------------------- rates


def _products(scene: Scene, skeleton: Skeleton, amounts: Sequence[Marked]) -> Found:
    """«douze mensualités de 50 euros, soit 600 euros»."""
    where = dict(amounts)
    for m in (m for p in scene.rules.patterns["product"] for m in p.finditer(skeleton.words, skeleton.own)):
        number, each, total = (where.get(m.start(g)) for g in ("count", "each", "total"))
        if not (number and each and total and number.value and each.value and total.value):
            continue
        verdict = _rated(total, number.value, each) if number.unit == "" and each.unit == total.unit != "" else None
        if verdict is not None:
            yield total.span, _rate(scene, verdict, total, number.span, number.value, each)


def _rates(scene: Scene, skeleton: Skeleton, amounts: Sequence[Marked]) -> Found:
    """So much a day, or each: a total shared out over days or counts that are told with it."""
    for at, each in amounts:
        if at < skeleton.own or not each.value or each.share:
            continue
        per = next((m["per"] for p in scene.rules.patterns["per"] if (m := p.match(skeleton.words[at + 1 :]))), None)
        if per is None:
            continue
        totals = [a for p, a in amounts if p != at and a.value and a.unit == each.unit and _same_noun(scene, a, each)]
        tried = [
            (total, span, count, _rated(total, count, each))
            for total in totals
            for span, count in _counts(scene, skeleton, per)
            if count > 1 and span not in (total.span, each.span)
        ]
        tied = len(tried) == 1 and _ends(scene, "rate_before", skeleton.words[:at])
        for total, span, count, verdict in [t for t in tried if t[3]][:1] or (tried if tied else ()):
            if verdict is not None:
                yield each.span, _rate(scene, verdict, total, span, count, each)


def _rate(scene: Scene, holds: bool, total: Amount, at: Span, count: float, each: Amount) -> Finding:
    return scene.finding(
        "share", holds, [total.span, at, each.span], "rate", "rate", total=scene.put(total, _amount(total)),
        count=count, result=scene.put(total, _amount(total) / count), told=scene.quoted_words(each.span),
    )  # fmt: skip


def _same_noun(scene: Scene, total: Amount, each: Amount) -> bool:
    return total.unit != "" or (total.of is not None and each.of is not None and scene.comparable(total, each))


def _counts(scene: Scene, skeleton: Skeleton, per: str) -> Iterator[tuple[Span, float]]:
    """What a total is shared out over: days where it is so much a day, else what is counted with that noun."""
    if (unit := scene.numbering.units.get(fold(per))) in ("a", "mo", "wk", "d"):
        yield from ((x.span, x.number) for _, x in skeleton.all(Lasting) if x.unit == unit and not (x.rough or x.more))
        return
    for _, amount in skeleton.all(Amount):
        noun = amount.of.of(scene.text) if amount.of else ""
        if (
            amount.unit == ""
            and amount.value
            and noun
            and (per in scene.rules.words["each"] or alike(noun, per, scene.things))
        ):
            yield amount.span, amount.value


def _rated(total: Amount, count: float, each: Amount) -> bool | None:
    """Whether a total shared out gives each what is told; None where it is near or far from that."""
    result, told = _amount(total) / count, _amount(each)
    off = abs(result - told)
    if off <= max(each.step, 0.02 * told if each.exact else 0.1 * told):
        return True
    return False if off > 0.1 * told + slack(each) + slack(total) / count and _likely(result, told) else None


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
