"""Parts and their whole."""

import itertools
import math
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from selon.lang.contract import fold
from selon.model import Finding, Span
from selon.stages.findings.amounts import Amount, fitted, money, slack, thing_of
from selon.stages.findings.figuring import Found, Marked, ends, starts, subset_words, value_of
from selon.stages.findings.scene import Scene, Skeleton

_FAR_OFF = 0.6
"""A sum further than this share from the total is none of its parts' total."""
_SOME = 0.5
"""A sum over sentences further than this share from the total is not meant for it."""
_SOME_OF_TWO = 0.35
"""The same of two parts."""
_QUARTER = 0.25
"""The same of two parts that only stand one after another: «Onze ont comparu. Huit pour vol, quatre pour recel»."""
_TELLING = 100
"""Counts from which a sum that comes out is no accident."""
_ALL = 3
"""Shares that make up all, at least, where the last is told to be the rest."""
_LEAD = 60
"""Places before the first part, and half of it after the last, where a wording may set one beside another."""
_PARTS = 8
"""Parts that a total may have, at most."""
_ROUNDED = 1.5
"""How many times as far as rounding would take it, one figure against another, a sum must be off."""
_FEW_WORDS = 3
"""Signs of a sum from which one that comes out is no accident: one more where it is small, or of unlike things."""
_SURE = 5
"""Signs of a sum from which one that does not come out is wrong."""


_BRIEF = re.compile(r"[^.,;:!?()]{0,40}")


class _Reading(NamedTuple):
    """Parts that may make up a total, and how much of the wording says so."""

    evidence: int
    total: Amount
    parts: tuple[Amount, ...]


def sums(scene: Scene, passage: Skeleton, amounts: Sequence[Marked]) -> Found:
    """Totals and parts wherever they stand near one another.

    What comes out exactly needs few words to say so; what does not come out is told if its words leave no doubt.
    """
    yield from _hundred(scene, passage, amounts)
    figures = _figures(scene, passage, amounts)
    own = [i for i, (at, _) in enumerate(figures) if at >= passage.own]
    if len(figures) < 3 or not own:
        return
    exact: list[_Reading] = []
    off: list[_Reading] = []
    for i, (at, total) in enumerate(figures):
        if _rest(scene, passage, at):
            continue  # «les 12 autres» are no whole
        for row in {row: None for row in _rows(scene, passage, figures, i) if max(*row, i) >= own[0]}:
            parts = tuple(fitted(figures[j][1], total) for j in row)
            whole = fitted(total, parts[0])
            result = sum(map(value_of, parts))
            apart = abs(result - value_of(whole))
            if apart > _SOME * value_of(whole) or min(map(value_of, parts)) < whole.step:
                continue
            evidence, tied, plain, kin = _evidence(scene, passage, figures, i, row)
            reading = _Reading(evidence, whole, parts)
            if apart <= max(whole.step * 1.01, 1e-9 * result):
                if evidence >= _FEW_WORDS + (not tied) * ((whole.high < _TELLING) + (whole.high < _TELLING / 5)) + (
                    not kin
                ):
                    exact.append(reading)
            elif evidence >= _SURE and plain and not _goes_on_with(scene, passage, whole, value_of(whole) - result):
                off.append(reading)
    for readings in (exact, off):
        readings.sort(key=lambda r: (-r.evidence, -len(r.parts)))
    for reading in exact:
        yield from _summed(scene, reading.total, reading.parts, False)
    known = {a.span for r in exact for a in (r.total, *r.parts)}
    for reading in [r for r in off if r.total.span not in known and not known.intersection(p.span for p in r.parts)][
        :1
    ]:
        yield from _summed(scene, reading.total, reading.parts, True)


def _hundred(scene: Scene, skeleton: Skeleton, amounts: Sequence[Marked]) -> list[tuple[Span, Finding]]:
    """Percentages of one whole, the last of which is told to be the rest."""
    if sum(a.shown == "%" for _, a in amounts) < 2:
        return []
    for pattern in (*scene.rules.patterns["remaining"], *scene.rules.patterns["undecided"]):
        for m in pattern.finditer(skeleton.words):
            shares = [a for at, a in amounts if a.shown == "%" and at <= m.start("q")]
            last = next((a for at, a in amounts if at == m.start("q")), None)
            if last is None or last.shown != "%" or len(shares) < 2 or any(a.value is None for a in shares):
                continue
            total = last._replace(value=1.0, low=1.0, high=1.0)
            return list(_summed(scene, total, shares, len(shares) >= _ALL))
    return []


def _figures(scene: Scene, passage: Skeleton, amounts: Sequence[Marked]) -> list[Marked]:
    """The amounts that may be added up: «au moins 31» as 31, points as counts."""
    found: list[Marked] = []
    for at, amount in sorted((*amounts, *_singles(scene, passage, amounts)), key=lambda marked: marked[0]):
        if amount.unit == "[pp]" and amount.raw.is_integer():
            amount = amount._replace(unit="", plain=True)
        least = amount.span.of(scene.text).casefold().startswith(tuple(scene.rules.words["at_least"]))
        if amount.value is None and amount.low and least:
            amount = amount._replace(value=amount.low, high=amount.low, exact=True)
        if amount.value and not amount.share:
            found.append((at, amount))
    return found


def _singles(scene: Scene, passage: Skeleton, amounts: Sequence[Marked]) -> Iterator[Marked]:
    """The one more that an article counts at the end of a list: "two women and a child"."""
    ends_at = [at for at, _ in amounts[1:]] + [len(passage.words)]
    for (at, amount), then in zip(amounts, ends_at, strict=True):
        if amount.of is None or amount.share or not amount.value or amount.high >= _TELLING:
            continue
        for m in (m for p in scene.rules.patterns["single"] for m in p.finditer(passage.words, at + 1, then)):
            if not _BRIEF.fullmatch(passage.words, at + 1, m.start()):
                break
            start = passage.offset(m.start("noun"))
            noun = Span(start, start + len(m["noun"]))
            token = scene.tree.tokens[min(scene.tree.at(start), len(scene.tree.tokens) - 1)]
            if token.dep == "conj" and not token.has("Number=Plur"):
                yield (
                    m.start("noun"),
                    amount._replace(span=noun, value=1.0, low=1.0, high=1.0, step=0.0, of=noun, plain=False),
                )
                break


def _rows(scene: Scene, passage: Skeleton, figures: Sequence[Marked], i: int) -> Iterator[tuple[int, ...]]:
    """Figures that may be added to a total, one after another, before or after it."""
    _, total = figures[i]
    smaller = [j for j, (_, a) in enumerate(figures) if fitted(a, total).high < fitted(total, a).high]
    like = [j for j in smaller if _alike_units(figures[j][1], total)]
    close = [j for j in like if _kin(scene, figures[j][1], total)]
    parts = [j for j in close if j - 1 == i or not _is_part(scene, passage, figures, j)]
    once = [j for n, j in enumerate(parts) if not any(_again(figures[j][1], figures[k][1]) for k in parts[:n])]
    if i and i - 1 in like and ends(scene, "part_of", passage.words[: figures[i][0]]):  # «7 sièges sur 15. … 5, … 3»
        after = [j for j in like if j > i]
        yield from ((i - 1, *after[:n]) for n in range(1, _PARTS) if len(after) >= n)
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
    if part.span > total.span and _is_sort(scene, part):
        return True
    return bool(part.of and total.of) and scene.akin(_noun(scene, part), _noun(scene, total))


def _is_sort(scene: Scene, part: Amount) -> bool:
    """Whether a figure only says of which sort so many are: «sept blessés, deux graves et cinq légers»."""
    if part.of is None:
        return False
    noun = fold(_noun(scene, part))
    if thing_of(noun, scene.things) or noun.rstrip("s") in scene.rules.words["people"]:
        return False
    tokens = scene.tree.tokens
    told = tokens[scene.tree.at(part.of.start) : scene.tree.at(part.of.end - 1) + 1]
    heads = [tokens[t.head] if t.dep == "conj" else t for t in told]
    return all(t.pos in ("ADJ", "ADV") or t.has("VerbForm=Part") for t in heads)


def _noun(scene: Scene, amount: Amount) -> str:
    return amount.of.of(scene.text) if amount.of else ""


def _again(a: Amount, b: Amount) -> bool:
    """Whether a figure is told twice."""
    return a.value == b.value and a.unit == b.unit


def _evidence(
    scene: Scene, passage: Skeleton, figures: Sequence[Marked], i: int, row: Sequence[int]
) -> tuple[int, bool, bool, bool]:
    """How many signs there are that figures add up to a total, whether a word says so, whether these alone can be
    meant, and whether they are of one kind."""
    words = passage.words
    (at, total), first, last = figures[i], figures[row[0]][0], figures[row[-1]][0]
    parts = [figures[j][1] for j in row]
    across = first < at < last
    after, rest, subset, opened = last < at, 0, False, False
    complete = [p for p in parts if _is_complement(scene, p)]
    whole = bool(complete) and all(p.plain or p in complete for p in parts) and not _is_complement(scene, total)
    lead = words[max(at, first - _LEAD) : last + _LEAD // 2]
    whole = whole or (not after and any(p.search(lead) for p in scene.rules.patterns["each_of"]))
    said = int(whole) + across
    said += ends(scene, "total_all", words[:at]) or (after and ends(scene, "total_again", words[:at]))
    if after:
        said += 2 * bool(_is_total(scene, passage, at) or (ends(scene, "total_soit", words[:at]) and row[-1] == i - 1))
    else:
        rest = _rest(scene, passage, last)
        opened = starts(scene, "opens", words[at + 1 :]) and not words[:at].endswith("(")
        said += opened or ends(scene, "whole", words[:at])
        listing = re.split(r"[.!?\n]", words[at + 1 : last], maxsplit=1)[-1]
        said += any(p.search(listing) for p in scene.rules.patterns["shared_out"])
        subset = row[0] == i + 1 and _is_part(scene, passage, figures, row[0])
    told = [*parts, total]
    result = sum(value_of(fitted(p, total)) for p in parts)
    sorts = any(_is_sort(scene, p) for p in parts)
    others = [j for j in range(min(i, row[0]), max(i, row[-1])) if j not in (*row, i)]
    others = [
        j for j in others
        if not any(_again(figures[j][1], a) for a in told) and figures[j][1].value != len(row)
        and (
            across or after or sorts or figures[j][1].low < 2 * result
            or _is_gap(scene, words[figures[j][0] + 1 : figures[j + 1][0]])
        )
        and not _is_part(scene, passage, figures, j)
    ]  # fmt: skip
    kin = all(_kin(scene, p, total) for p in (parts[:-1] if rest > 1 else parts))
    kin = kin and not (others and sorts)  # they are sorts of what stands before them
    places = {_sentence(scene, a) for a in parts}
    here = [
        a for j, (_, a) in enumerate(figures)
        if j not in (*row, i) and a.high < total.high and a.value != len(row)
        and not _is_part(scene, passage, figures, j) and _alike_units(a, total) and _kin(scene, a, total)
        and (_sentence(scene, a) == _sentence(scene, total)
             or (_sentence(scene, a) in places and not any(_again(a, b) for b in told)))
    ]  # fmt: skip
    gaps = [words[figures[j][0] + 1 : figures[k][0]] for j, k in itertools.pairwise(row[across:])]
    run = all(_is_gap(scene, gap) for gap in gaps)
    bare = [p.plain or _is_sort(scene, p) for p in parts]
    near = len(places | {_sentence(scene, total)}) <= 2
    closed = ends(scene, "last_of_list", words[:last])
    short = (total.of is not None or total.unit != "") and all(bare[1:]) and (bare[0] or (bool(total.of) and kin))
    apposed = not after and run and row[0] == i + 1 and all(bare) and len(gaps) == len(row) - 1
    apposed = apposed and any(p.fullmatch(words[at + 1 : first]) for p in scene.rules.patterns["apposed"])
    said += apposed
    sole = not after and run and near and kin and not here and not others and (total.of is not None or total.unit != "")
    listed = sole and closed and len(row) > 2  # «58 morts. 41 ont péri ici, 12 là et 5 plus loin»
    both = sole and short and len(places) == 1 and 1 < result / value_of(total) <= 1 + _QUARTER
    both = both and not any(p.search(words[first : last + _LEAD]) for p in scene.rules.patterns["only_some"])
    said += listed or (both and len(row) == 2)
    firm = rest > 1 or (after and said > 1)
    here = [] if run and firm else here
    signs = said + rest + subset + (not others) + closed + (len(row) > 2) + kin + (not here) + short * (1 + near)
    alone = said > 0 or subset or rest > 1 or after or not _is_gap(scene, words[at + 1 : first])
    enough: bool = (
        firm or len(row) > 2 or whole or opened or apposed or subset or both or (rest > 0 and result > value_of(total))
    )
    plain = (kin or (run and (said > 0 or subset))) and alone and enough and not here and not others
    plain = plain and (len(places) == 1 or firm or across) and len(places | {_sentence(scene, total)}) <= 2 + firm
    plain = plain and (firm or len(row) > 2 or abs(result / value_of(total) - 1) <= _SOME_OF_TWO)
    plain = plain and (
        parts[0].of is None or parts[0].value != len(row) - 1
    )  # «deux filiales, l'une de 2 100 salariés»
    plain = plain and (not across or (run and len(row) > 2 and all(p.plain for p in parts[1:])))
    plain = plain and not any(_is_part(scene, passage, figures, j) for j in row if j != i + 1)
    leads = (re.split(r"[.!?\n] ?", words[: figures[j][0]])[-1] for j in row)
    plain = plain and not any(ends(scene, "whole", lead) for lead in leads)  # «Sur 26 enfants, 22 …»
    tied = said > 0 or rest > 1
    over = result > value_of(total) and (subset or rest > 0)
    return signs + over, tied or subset, plain and (tied or over), kin


def _is_gap(scene: Scene, gap: str) -> bool:
    return any(p.fullmatch(gap) for p in scene.rules.patterns["listed"])


def _rest(scene: Scene, passage: Skeleton, at: int) -> int:
    """How plainly a figure is told to be what is left: 2 of «les 12 autres», «reste 12», 1 of «12 autres»."""
    before, after = passage.words[:at], passage.words[at + 1 :]
    remaining = (m for p in scene.rules.patterns["remaining"] for m in p.finditer(passage.words))
    if ends(scene, "left_over", before) or any(m.start("q") == at for m in remaining):
        return 2
    definite = before.split()[-1:] and fold(before.split()[-1]) in scene.rules.words["definite"]
    return starts(scene, "others", after) * (2 if definite else 1)


def _is_part(scene: Scene, passage: Skeleton, amounts: Sequence[Marked], i: int) -> bool:
    """Whether an amount is only told to be a part of the one before it: «dont 12»."""
    before = amounts[i - 1][0] if i else -1
    return re.search(rf"(?i)(?:{subset_words(scene)})\W*$", passage.words[before + 1 : amounts[i][0]]) is not None


def _is_complement(scene: Scene, amount: Amount) -> bool:
    """Whether it counts what with its counterpart makes up all: women and men, children and adults."""
    words = amount.of.of(scene.text).casefold().split() if amount.of else []
    return not scene.rules.words["complements"].union(scene.rules.words["ballots"]).isdisjoint(words)


def _is_total(scene: Scene, skeleton: Skeleton, at: int) -> bool:
    key = "total", skeleton.offset(at)
    if key not in scene.known:
        scene.known[key] = int(_told_total(scene, skeleton, at))
    return bool(scene.known[key])


def _told_total(scene: Scene, skeleton: Skeleton, at: int) -> bool:
    before, after = skeleton.words[:at], skeleton.words[at + 1 :]
    names = ("total_before", "total_said")
    return any(ends(scene, name, before) for name in names) or starts(scene, "total_after", after)


def _sentence(scene: Scene, amount: Amount) -> int:
    return bisect_right(scene.starts, amount.span.start)


def _goes_on_with(scene: Scene, passage: Skeleton, total: Amount, rest: float) -> bool:
    """Whether what a total lacks is told in the sentences after it."""
    if rest < 0:
        return False
    following = scene.skeletons[passage.index + 1 : passage.index + 3]
    return any(_rest(scene, s, at) > 1 for s in following for at, _ in s.all(Amount)) or any(
        abs(value_of(fitted(a, total)) - rest) <= total.step
        for s in following
        for _, a in s.all(Amount)
        if a.value and _kin(scene, a, total)
    )


def _summed(scene: Scene, total: Amount, parts: Sequence[Amount], firm: bool) -> Found:
    values = [value_of(p) for p in parts]
    result, whole = sum(values), value_of(total)
    loose = _ROUNDED * math.hypot(*(max(a.step, slack(a)) for a in (*parts, total)))
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


def spread(scene: Scene, skeleton: Skeleton, done: set[Span]) -> Found:
    """A count that comes out of those of the same things over several paragraphs: «Les trois cents élèves»."""
    for at, total in skeleton.all(Amount):
        if total.unit or total.of is None or not total.exact or total.high < 10 or total.span in done:
            continue
        before = [a for other in scene.skeletons[: skeleton.index] for _, a in other.all(Amount)]
        before += [a for then, a in skeleton.all(Amount) if then < at]
        kin = [a for a in before if a.exact and not a.unit and a.value and scene.comparable(a, total)]
        for row in (kin[-n:] for n in range(3, _PARTS + 1)):
            if all(a.high < total.high for a in row) and sum(map(value_of, row)) == total.value:
                yield from _summed(scene, total, row, False)
                return


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
