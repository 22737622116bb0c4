"""Parts and their whole."""

import itertools
import re
from collections.abc import Iterator, Sequence

from selon.model import Finding, Span
from selon.stages.findings.amounts import Amount, fitted, slack
from selon.stages.findings.figuring import Found, Marked, ends, starts, subset_words, value_of
from selon.stages.findings.scene import Dates, Scene, Skeleton

_FAR_OFF = 0.6
"""A sum further than this share from the total is none of its parts' total."""
_SOME = 0.5
"""A sum over sentences further than this share from the total is not meant for it."""
_TELLING = 10
"""Counts from which a sum that comes out is no accident."""
_ALL = 3
"""Shares that make up all, at least, where the last is told to be the rest."""
_LEFT = 2
"""Parts that a total is told with, beside what is left of it, at least, to be judged."""
_PARTS = 6
"""Counts that a total over paragraphs may have as its parts, at most."""


def spread(scene: Scene, skeleton: Skeleton, done: set[Span]) -> Iterator[Finding]:
    """A count that comes out of those of the same things over several paragraphs: «Les trois cents élèves»."""
    for at, total in skeleton.all(Amount):
        if total.unit or total.of is None or not total.exact or total.high < _TELLING or total.span in done:
            continue
        before = [a for other in scene.skeletons[: skeleton.index] for _, a in other.all(Amount)]
        before += [a for then, a in skeleton.all(Amount) if then < at]
        kin = [a for a in before if a.exact and not a.unit and a.value and scene.comparable(a, total)]
        for row in (kin[-n:] for n in range(3, _PARTS + 1)):
            if all(a.high < total.high for a in row) and sum(map(value_of, row)) == total.value:
                yield from (finding for _, finding in _summed(scene, total, row, False))
                return


def sums(scene: Scene, skeleton: Skeleton, amounts: Sequence[Marked]) -> Found:
    """A total that its words mark, or that a list of its parts follows; the first that comes out either way."""
    rest = _hundred(scene, skeleton, amounts)
    if rest:
        yield from rest
        return
    if skeleton.own:
        yield from _left_over(scene, skeleton, amounts)
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
    yield from _left_over(scene, skeleton, amounts)
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
    if ends(scene, "total_before", before) or starts(scene, "total_after", after):
        parts = _row(scene, skeleton, amounts[:i], total)
        if len(parts) >= 2:
            return [*parts, *_singles(scene, skeleton, parts, amounts, total)], True
        opened = starts(scene, "opens", after)
        if not opened and not re.match("[^.;:\ue000-\ue003]{0,60}, (?:\\w+ ){0,2}\ue000", after):
            return [], False
        parts = _row(scene, skeleton, amounts[i + 1 :], total)
        parts = [*parts, *_singles(scene, skeleton, parts, amounts, total)]
        return parts, opened or _closed(scene, skeleton, parts, amounts)
    if ends(scene, "total_soit", before) and i >= 2:
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
    opening = rf"(?i)[^.;:()]{{0,60}}?,? (?:{subset_words(scene)}) $"
    if i + 2 < len(amounts) and re.match(opening, after.split("\ue000")[0]):
        inside = [a for _, a in amounts[i + 1 :] if a.unit == total.unit or a.plain]
        return [fitted(a, total) for a in inside], False
    opened = starts(scene, "opens", after) and not before.endswith("(")
    if opened or ends(scene, "whole", before) or re.match(r"[^,.;:\ue000-\ue003]{0,40}, $", after.split("\ue000")[0]):
        parts = _row(scene, skeleton, amounts[i + 1 :], total)
        if opened and "(" in after.split("\ue000")[0]:
            closing = after.find(")")
            inside = [a for then, a in amounts[i + 1 :] if then < at + 1 + closing]
            if len(inside) > 1 or len(parts) < 2:
                parts = [p for p in parts if any(p.span == a.span for a in inside)]
                return parts, len(parts) >= 2 and len(parts) == len(inside)
        complete = all(_is_complement(scene, p) for p in parts) and not _is_complement(scene, total)
        plain = total.of is not None and all(p.plain for p in parts)  # «50 bourses, 22 aux théâtres, …»
        if not opened and not complete and not plain and not (ends(scene, "whole", before) and len(parts) >= 3):
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
        again = marked or (not total.plain and ends(scene, "total_again", passage.words[:at]))
        if at >= passage.own and again and i > 1:
            listed, closed = _run(scene, passage, amounts[:i])
            kin = [fitted(a, total) for _, a in amounts[:i] if a.value and scene.comparable(a, total)]
            rows = [kin[-n:] for n in range(2, len(kin) + 1)]
            if not total.unit and ends(scene, "total_before", passage.words[:at]):  # «650 spectateurs, 500, … places»
                same = [a for _, a in amounts[:i] if a.value and scene.comparable(amounts[i - 1][1], a)]
                rows.append([a for a in same if a.unit == "" and not a.share])
            if all(a.unit == total.unit for a in listed):
                rows.append([*listed, *_singles(scene, passage, listed, amounts, total)])
            firm = marked and (total.unit != "" or closed)
            before = [(n, p) for n, (p, a) in enumerate(amounts[:i]) if p < passage.own and scene.comparable(a, total)]
            told = [fitted(amounts[n][1], total) for n, p in before if not _is_part(scene, passage, amounts, n)]
            told = [a for a in told if a.value and not a.share]
            if len(told) > 1 and any(p >= passage.own and a.value == len(told) for p, a in amounts[:i]):
                rows, firm = [told], marked  # «À elles deux»: as many as are told
        elif passage.own and at < passage.own:
            listed, closed = _run(scene, passage, [m for m in amounts if m[0] >= passage.own])
            plain = total.of is not None and all(a.plain for a in listed)
            every = plain and closed and len(listed) > 2 and ends(scene, "total_all", passage.words[:at])
            if any(a.unit != total.unit for a in listed) or not (plain or (closed and (len(listed) > 2 or total.unit))):
                continue
            rows, firm = [[*listed, *_singles(scene, passage, listed, amounts, total)]], marked or every
            firm = firm and not _goes_on(scene, passage)
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
            ((abs(sum(map(value_of, row)) - total.value), row) for row in rows[-2:] if len(row) > 1),
            key=lambda tried: tried[0],
            default=(0.0, []),
        )
        if widest and off <= _SOME * total.value:
            yield from _summed(scene, total, widest, firm)


def _left_over(scene: Scene, passage: Skeleton, amounts: Sequence[Marked]) -> Found:
    """«2 050 tonnes. La ferraille en fait 1 320, les gravats 540. Restent 190 tonnes»: the last of a total's parts."""
    for j, (at, last) in enumerate(amounts):
        if at < passage.own or last.share or not last.value or not ends(scene, "left_over", passage.words[:at]):
            continue
        alike = [(i, a) for i, (_, a) in enumerate(amounts[:j]) if a.value and not a.share]
        alike = [(i, a) for i, a in alike if scene.comparable(a, last) and not _is_part(scene, passage, amounts, i)]
        rows = [(a, [b for _, b in alike[n + 1 :]] + [last]) for n, (_, a) in enumerate(alike)]
        rows = [(total, [fitted(p, total) for p in parts]) for total, parts in rows if total.of or total.unit]
        rows = [(total, parts) for total, parts in rows if len(parts) > 1 and all(p.high < total.high for p in parts)]
        holding = [f for total, parts in rows for f in _summed(scene, total, parts, False)]
        yield from holding[:1]
        if (
            not holding
            and not passage.all(Dates)
            and rows
            and rows[0][0].span == alike[0][1].span
            and len(rows[0][1]) > _LEFT
        ):
            total, parts = rows[0]
            if abs(sum(map(value_of, parts)) - value_of(total)) <= _SOME * value_of(total):
                yield from ((last.span, f) for _, f in _summed(scene, total, parts, True))


def _goes_on(scene: Scene, passage: Skeleton) -> bool:
    """Whether the next sentence tells what is left: «Restent 190 tonnes»."""
    following = [*scene.near(passage, 0, 1)]
    return any(ends(scene, "left_over", s.words[:at]) for s in following for at, _ in s.all(Amount))


def _is_part(scene: Scene, passage: Skeleton, amounts: Sequence[Marked], i: int) -> bool:
    """Whether an amount is only told to be a part of the one before it: «dont 12»."""
    before = amounts[i - 1][0] if i else -1
    return re.search(rf"(?i)(?:{subset_words(scene)})\W*$", passage.words[before + 1 : amounts[i][0]]) is not None


def _is_total(scene: Scene, skeleton: Skeleton, at: int) -> bool:
    key = "total", skeleton.offset(at)
    if key not in scene.known:
        scene.known[key] = int(_told_total(scene, skeleton, at))
    return bool(scene.known[key])


def _told_total(scene: Scene, skeleton: Skeleton, at: int) -> bool:
    before, after = skeleton.words[:at], skeleton.words[at + 1 :]
    names = ("total_before", "total_said")
    return any(ends(scene, name, before) for name in names) or starts(scene, "total_after", after)


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
        closed = ends(scene, "last_of_list", skeleton.words[:at]) if not run else closed
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
            return list(_summed(scene, total, shares, len(shares) >= _ALL))
    return []


def _row(scene: Scene, skeleton: Skeleton, amounts: Sequence[Marked], total: Amount) -> list[Amount]:
    """The amounts of a list, without what only says how many of one item are so («dont 3 enfants»)."""
    row: list[Amount] = []
    last = 0
    for at, amount in amounts:
        lead = skeleton.words[max(last, at - 40) : at]
        last = at + 1
        if re.search(rf"(?i)(?:{subset_words(scene)})\W*(?:\w+\W+){{0,2}}$", lead):
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
    if last is not None and not ends(scene, "last_of_list", skeleton.words[:last]):
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
    values = [value_of(p) for p in parts]
    result, whole = sum(values), value_of(total)
    loose = max(sum(p.step for p in parts) + total.step, sum(map(slack, parts)) + slack(total))
    off = abs(result - whole)
    if off <= max(total.step * 1.01, 1e-9 * abs(result)):
        holds = True
    elif off > loose * 1.01 and firm and off <= _FAR_OFF * whole and all(p.exact for p in parts) and total.exact:
        holds = False
    else:
        return
    if (len(set(values)) == 1 and whole == values[0]) or min(values) < total.step:
        return  # a part that is smaller than the rounding of the total makes no difference
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


def subsets(scene: Scene, skeleton: Skeleton, amounts: Sequence[Marked]) -> Found:
    """A part that is larger than its whole: «12 blessés, dont 15 enfants»."""
    for (at, whole), (then, part) in itertools.pairwise(amounts):
        between = skeleton.words[at + 1 : then]
        if at < skeleton.own or not re.fullmatch(rf"(?i)[^,.;:()]{{0,60}},? \(?(?:{subset_words(scene)})\W*", between):
            continue
        if whole.unit or part.unit or whole.value is None or part.value is None or not (whole.of and part.exact):
            continue
        if part.value > whole.value and whole.exact:
            yield part.span, scene.finding(
                "sum", False, [whole.span, part.span], "subset", "subset",
                part=scene.quoted_words(part.span), whole=scene.quoted_words(whole.span),
            )  # fmt: skip
