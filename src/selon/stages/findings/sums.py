"""Parts and their whole."""

import itertools
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from selon.model import Finding, Span
from selon.stages.findings.amounts import Amount, fitted, money, slack
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
_PARTS = 8
"""Parts that a total may have, at most."""
_SOME_WORDS = 3
"""Signs of a sum from which a small one that comes out is no accident."""
_FEW_WORDS = 2
"""Signs of a sum from which one of larger figures that comes out is told."""
_SURE = 4
"""Signs of a sum from which one that does not come out is wrong."""


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
    return not scene.rules.words["complements"].union(scene.rules.words["ballots"]).isdisjoint(words)


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


class _Reading(NamedTuple):
    """Parts that may make up a total, and how much of the wording says so."""

    evidence: int
    total: Amount
    parts: tuple[Amount, ...]


def parted(scene: Scene, passage: Skeleton, amounts: Sequence[Marked]) -> Found:
    """Totals and parts wherever they stand near one another.

    What comes out exactly needs few words to say so; what does not come out is told if its words leave no doubt.
    """
    figures = _figures(scene, passage, amounts)
    own = [i for i, (at, _) in enumerate(figures) if at >= passage.own]
    if len(figures) < 3 or not own:
        return
    exact: list[_Reading] = []
    off: list[_Reading] = []
    for i, (_, total) in enumerate(figures):
        for row in {row: None for row in _rows(scene, passage, figures, i) if max(*row, i) >= own[0]}:
            parts = tuple(fitted(figures[j][1], total) for j in row)
            whole = fitted(total, parts[0])
            result = sum(map(value_of, parts))
            apart = abs(result - value_of(whole))
            if apart > _SOME * value_of(whole):
                continue
            evidence, tied, plain = _evidence(scene, passage, figures, i, row)
            reading = _Reading(evidence, whole, parts)
            if apart <= max(whole.step * 1.01, 1e-9 * result):
                if evidence >= (_SOME_WORDS if whole.high < _TELLING else _FEW_WORDS):
                    exact.append(reading)
            elif evidence >= _SURE and plain and (tied or result > value_of(whole)):
                if not _goes_on_with(scene, passage, whole, value_of(whole) - result):
                    off.append(reading)
    for readings in (exact, off):
        readings.sort(key=lambda r: (-r.evidence, -len(r.parts)))
    for reading in exact:
        yield from _summed(scene, reading.total, reading.parts, False)
    known = {a.span for r in exact for a in (r.total, *r.parts)}
    for reading in [r for r in off if r.total.span not in known and not known.intersection(p.span for p in r.parts)][:1]:
        yield from _summed(scene, reading.total, reading.parts, True)


def _figures(scene: Scene, passage: Skeleton, amounts: Sequence[Marked]) -> list[Marked]:
    """The amounts that may be added up: «au moins 31» as 31, points as counts."""
    found: list[Marked] = []
    for at, amount in amounts:
        if amount.unit == "[pp]" and amount.raw.is_integer():
            amount = amount._replace(unit="", plain=True)
        least = amount.span.of(scene.text).casefold().startswith(tuple(scene.rules.words["at_least"]))
        if amount.value is None and amount.low and least:
            amount = amount._replace(value=amount.low, high=amount.low, exact=True)
        if amount.value and not amount.share:
            found.append((at, amount))
    return found


def _rows(scene: Scene, passage: Skeleton, figures: Sequence[Marked], i: int) -> Iterator[tuple[int, ...]]:
    """Figures that may be added to a total, one after another, before or after it."""
    _, total = figures[i]
    smaller = [j for j, (_, a) in enumerate(figures) if fitted(a, total).high < fitted(total, a).high]
    like = [j for j in smaller if _alike_units(figures[j][1], total)]
    close = [j for j in like if _kin(scene, figures[j][1], total)]
    parts = [j for j in close if j - 1 == i or not _is_part(scene, passage, figures, j)]
    once = [j for n, j in enumerate(parts) if not any(_again(figures[j][1], figures[k][1]) for k in parts[:n])]
    for some in (like, close, parts, once):
        after, before = [j for j in some if j > i], [j for j in some if j < i]
        for n in range(2, _PARTS + 1):
            yield from (tuple(after[start : start + n]) for start in range(2) if len(after) >= start + n)
            yield from (tuple(before[end - n : end]) for end in (len(before), len(before) - 1) if end >= n)


def _alike_units(a: Amount, b: Amount) -> bool:
    return a.unit == b.unit or (a.plain or b.plain) or (money(b) and a.unit == "ct")


def _kin(scene: Scene, part: Amount, total: Amount) -> bool:
    """Whether a figure counts what another does."""
    if part.unit or total.unit or scene.comparable(part, total) or _is_complement(scene, part):
        return True
    return bool(part.of and total.of) and scene.akin(_noun(scene, part), _noun(scene, total))


def _noun(scene: Scene, amount: Amount) -> str:
    return amount.of.of(scene.text) if amount.of else ""


def _again(a: Amount, b: Amount) -> bool:
    """Whether a figure is told twice."""
    return a.value == b.value and a.unit == b.unit


def _evidence(
    scene: Scene, passage: Skeleton, figures: Sequence[Marked], i: int, row: Sequence[int]
) -> tuple[int, bool, bool]:
    """How many signs there are that figures add up to a total, whether a word says so, and whether these alone can be
    meant."""
    words = passage.words
    (at, total), first, last = figures[i], figures[row[0]][0], figures[row[-1]][0]
    parts = [figures[j][1] for j in row]
    after, rest, said = last < at, 0, 0
    complete = [p for p in parts if _is_complement(scene, p)]
    said += bool(complete) and all(p.plain or p in complete for p in parts) and not _is_complement(scene, total)
    if after:
        said += 2 * _is_total(scene, passage, at)
        said += any(ends(scene, name, words[:at]) for name in ("total_again", "total_all"))
    else:
        rest = _rest(scene, passage, last)
        said += starts(scene, "opens", words[at + 1 :]) or ends(scene, "whole", words[:at])
        listing = re.split(r"[.!?\n]", words[at + 1 : last], maxsplit=1)[-1]
        said += any(p.search(listing) for p in scene.rules.patterns["shared_out"])
    subset = re.search(rf"(?i)(?<!\w)(?:{subset_words(scene)})(?!\w)", words[at + 1 : first]) is not None and not after
    told = [figures[j][1] for j in (*row, i)]
    others = [j for j in range(min(i, row[0]), max(i, row[-1])) if j not in (*row, i)]
    others = [j for j in others if not any(_again(figures[j][1], a) for a in told)]
    kin = all(_kin(scene, p, total) for p in parts)
    near = len({_sentence(scene, a) for a in told})
    signs = said + rest + subset + (not others) + ends(scene, "last_of_list", words[:last]) + (len(row) > 2) + kin
    places = {_sentence(scene, a) for a in parts}
    here = [
        j for j, (_, a) in enumerate(figures)
        if _sentence(scene, a) in places and j not in (*row, i) and not any(_again(a, b) for b in told)
        and _alike_units(a, total) and _kin(scene, a, total)
    ]  # fmt: skip
    gap = words[at + 1 : first]
    row_of_all = not (said or subset or rest > 1) and any(p.fullmatch(gap) for p in scene.rules.patterns["listed"])
    plain = kin and not row_of_all and not here and not others and (len(places) == 1 or rest > 1) and near <= 2 + (rest > 1)
    return signs, bool(said) or rest > 1, plain


def _sentence(scene: Scene, amount: Amount) -> int:
    return bisect_right(scene.starts, amount.span.start)


def _goes_on_with(scene: Scene, passage: Skeleton, total: Amount, rest: float) -> bool:
    """Whether what a total lacks is told in the sentences after it."""
    following = scene.skeletons[passage.index + 1 : passage.index + 3]
    return _goes_on(scene, passage) or any(
        abs(value_of(fitted(a, total)) - rest) <= total.step for s in following for _, a in s.all(Amount)
    )


def _rest(scene: Scene, passage: Skeleton, at: int) -> int:
    """How plainly a figure is told to be what is left: 2 of «les 12 autres», «reste 12», 1 of «12 autres»."""
    before, after = passage.words[:at], passage.words[at + 1 :]
    remaining = (m for p in scene.rules.patterns["remaining"] for m in p.finditer(passage.words))
    if ends(scene, "left_over", before) or any(m.start("q") == at for m in remaining):
        return 2
    return int(starts(scene, "others", after))
