"""A figure that changes between headline, lead and body."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from selon.lang.contract import fold
from selon.model import Block, Finding, Span, Token
from selon.stages.findings.amounts import Amount, money, slack, thing_of
from selon.stages.findings.scene import Dates, Lasting, Scene, Skeleton

_EARLY = 3
"""Sentences after the headline that tell what it tells."""
_FRONT = 25
"""Places of the skeleton at the head of a sentence, where a date is of all of it."""
_BREAK = re.compile("[,;:()]")
_CLAUSE = 60
"""Places of the skeleton around an amount in which a word may say that it was told before, or is one of many."""
_TOLL = 70
"""Code points before an amount that may say that it is of what the article is about."""
_LASTING = frozenset({"a", "mo", "wk", "d"})
_HUNDREDTH = 0.01
_BEFORE = 24
"""Code points before an amount that may say it is another one's part, or one told before."""
_ALONE = 3.0
"""How many times larger or smaller a measure may be and still be the headline's."""
_SOON = 8
"""Sentences after the headline in which it is told again."""
_STEM = 7
"""Letters by which a counted noun is known again."""
_NEXT = 6
"""Words around a duration that tell what it is of."""
_INF = float("inf")
_SPELL = 6
"""Letters by which such a word is known again."""
_ROUND = 20
"""Counts from which the one figure of a noun is known by the noun alone."""
_NEARBY = 0.1
"""Share of a headline's round figure within which it stands for another."""
_SIZED = 10.0
"""How many times larger or smaller a measure may be that is still looked at beside the headline's."""
_MANY = 100
"""Counts from which the one of a noun is the headline's, whatever else is told with it."""
_MISTAKEN = 2.0
"""How many times larger or smaller a figure may be that is told for another by mistake."""
_ROUGHLY = 1.2
"""How many times larger or smaller a figure is at least than one told roughly, «près de 3 000», to be another one."""
_MONEY = 1e5
"""Counts without a noun from which they are of money, in an article that has one currency."""
_SMALL = 3
"""Counts below this are told of too many things to be the same figure by their noun alone."""


class _Told(NamedTuple):
    amount: Amount
    skeleton: Skeleton
    at: int
    noun: str
    """The first letters of the counted noun; the unit of what is measured."""
    word: str = ""
    """The counted noun."""
    people: bool = False


def figures(scene: Scene) -> Iterator[Finding]:
    head = next((b for b in scene.blocks if b.kind == "headline"), None)
    told = [t for skeleton in scene.skeletons for t in _told(scene, skeleton)]
    these = [*_these(scene, told)]
    yield from (finding for _, finding in these)
    if head is None:
        return
    told = [_priced(_named(t, told), told) for t in told]
    told = [t._replace(noun="*") if _all(scene, t, head) else t for t in told]
    heads = [t for t in told if t.noun and head.start <= t.amount.span.start < head.end]
    rest = [t for t in told if t.amount.span.start >= head.end]
    done = {span for span, _ in these}
    opening = min((t.skeleton.index for t in rest if t.noun), default=0)
    leads = [
        t
        for t in rest
        if t.noun and t.noun not in _LASTING and t.skeleton.index == opening and all(t.noun != h.noun for h in heads)
    ]
    for first in (*heads, *leads):
        kin = [t for t in rest if t.noun == first.noun and t.amount.span > first.amount.span]
        kin = [t for t in kin if not _part(scene, t) and _sized(first, t)]
        same = [t for t in kin if not _before(scene, t)]
        if sum(t.noun == first.noun for t in heads) > 1:
            continue
        if first.noun in _LASTING:
            kin = same = []
        told_first = first in heads
        first = _topped(scene, first)
        others = [t for t in rest if told_first and t not in kin and _loosely(scene, first, t)]
        agreeing = [t for t in same if _agree(first.amount, t.amount)]
        alone = _alone(first, kin)
        again = [t for t in agreeing if (t is alone or _linked(scene, first, t)) and _alike(first.amount, t.amount)]
        again = again or (agreeing if len(same) == 1 and _equal(first, agreeing[:1]) else [])
        known = [t for t in others if _of_victims(scene, t)]
        again += [t for t in others if _equal(first, [t]) or (t in known and t.amount.value == first.amount.value)]
        if again:
            yield _finding(scene, True, first, *again)
        differing = [t for t in same if t not in agreeing and not scene.contested(first.amount.span, t.amount.span)]
        for other in differing:
            if other.amount.span in done:
                continue
            if agreeing:
                wrong = len(differing) == 1 and _definite(scene, other) and len(same) - len(agreeing) == 1
            else:
                early = other.skeleton.index - first.skeleton.index <= _EARLY
                wrong = same[:1] == [other] and len(same) == 1 and _bound(scene, first, other, early)
            pointed = len(same) == 1 and _pointed(scene, first, other)  # «Les 42 postes» of the lead's 48
            meant = other is alone and not agreeing and _meant(first, other)
            sole = not agreeing and other is _sole(scene, first, same)
            if (told_first or pointed) and (wrong or meant or sole):
                done.add(other.amount.span)
                yield _finding(scene, False, first, other)
        if told_first and not differing and (only := _only(scene, first, others, bool(again))):
            yield _finding(scene, False, first, only)
        elif told_first and not again and (told_again := _told_again(scene, first, rest)):
            if _same(first.amount, told_again[0].amount):
                yield _finding(scene, True, first, *told_again)
            elif told_again[0].amount.span not in done:
                yield _finding(scene, False, first, *told_again)


def _told_again(scene: Scene, first: _Told, rest: Sequence[_Told]) -> list[_Told]:
    """The figures of the body that are the headline's; else the one of its type that stands where it should."""
    typed = [t for t in rest if _typed(scene, first, t) or (_sharp(first.amount) and _equal(first, [t]))]
    value = _figure(first.amount)
    if same := [t for t in typed if _figure(t.amount) == value]:
        early = same[0].skeleton.index - first.skeleton.index <= _EARLY
        return same if early or _sharp(first.amount) or any(_shared(scene, first, t) for t in same) else []
    agreeing = [t for t in rest if t.amount.unit == first.amount.unit and _same(first.amount, t.amount)]
    if sure := [t for t in agreeing if t in typed and t.amount.exact and _sharp(t.amount)]:
        return sure[:1] if sure[0].skeleton.index - first.skeleton.index <= _EARLY else []
    dated = bool(first.skeleton.all(Dates))
    soon = [t for t in typed if t.skeleton.index - first.skeleton.index <= _SOON and not _part(scene, t)]
    soon = [
        t for t in soon if (dated or not _before(scene, t)) and not scene.contested(first.amount.span, t.amount.span)
    ]
    soon = [t for t in soon if 1 / _SIZED < _figure(t.amount) / value < _SIZED]
    close = [t for t in soon if t.noun == first.noun and _near(first, t, _MISTAKEN)]
    soon = [t for t in close if t.amount.exact] or close or soon
    if not soon or soon[0].skeleton.index - first.skeleton.index > _EARLY:
        return []
    one = soon[0]
    if any(t.skeleton.index <= one.skeleton.index or not _bounded(first.amount, one.amount) for t in agreeing):
        return []
    told = [a for skeleton in scene.skeletons[1 : one.skeleton.index + _EARLY] for _, a in skeleton.all(Amount)]
    if any(abs(_figure(a) + _figure(one.amount) - value) < 1e-6 * value for a in told):  # what it is the sum of
        return []
    if first.amount.high == _INF and one.amount.exact and one.amount.high >= first.amount.low:
        return []
    near = _near(first, one, _ALONE) or _transposed(first.amount, one.amount)
    sharp = (first.amount.exact and one.amount.exact) or _bounded(first.amount, one.amount)
    rough = (first.amount.exact or one.amount.exact) and not _near(first, one, _ROUGHLY)
    near = near and (sharp or rough) and not _rounds(first.amount, one.amount)
    again = len(soon) == 1 or _shared(scene, first, one) > max(_shared(scene, first, t) for t in soon[1:])
    whole = value >= _ROUND or first.amount.unit or one.noun == first.noun or _everybody(scene, one)
    whole = whole or (_everybody(scene, first) and _definite(scene, one))
    whole = whole or all(_content(scene, t.skeleton) & scene.rules.words["fatal"] for t in (first, one))
    return [one] if near and again and whole else []


def _near(first: _Told, other: _Told, times: float) -> bool:
    """Whether a figure is less than so many times larger or smaller."""
    return 1 / times < _figure(other.amount) / _figure(first.amount) < times


def _same(a: Amount, b: Amount) -> bool:
    """Whether one may stand for the other: the same figure, or one rounded or roughly told, about as large."""
    if _figure(a) == _figure(b) or _rounds(a, b):
        return True
    return _agree(a, b) and _alike(a, b) and not _bounded(a, b)


def _figure(amount: Amount) -> float:
    """The number that is written: 78 of «au moins 78»."""
    return amount.value or amount.low or amount.high


def _bounded(a: Amount, b: Amount) -> bool:
    """Whether both are bounds, on the same side."""
    return a.value is None and b.value is None and (a.low == 0) == (b.low == 0) and (a.high < _INF) == (b.high < _INF)


def _typed(scene: Scene, first: _Told, other: _Told) -> bool:
    """Whether a figure may be the headline's by what it is of: a unit, the same things, people."""
    if first.amount.unit or other.amount.unit:
        return first.amount.unit == other.amount.unit and (
            first.noun not in _LASTING or _same_spell(scene, first, other)
        )
    if first.noun and first.noun == other.noun:
        return True
    if other.amount.raw % 1 and not first.amount.raw % 1:  # a magnitude, a mark
        return False
    if not first.word or not other.word:
        return (first.amount.plain and other.people) or (first.people and other.amount.plain and not other.word)
    return (first.people and other.people) or scene.akin(first.word, other.word)


def _same_spell(scene: Scene, first: _Told, other: _Told) -> bool:
    """Whether a duration is of the headline's thing: both of a jail, or a word by its beginning, «suspendu»."""
    before = [t.skeleton.words[: t.at] for t in (first, other)]
    if any(p.search(words) for p in scene.rules.patterns["aged"] for words in before):
        return False
    said = [
        {fold(x.text) for x in scene.tree.tokens[max(0, i - _NEXT) : i + _NEXT] if x.pos != "PROPN"}
        for i in (scene.tree.at(t.amount.span.start) for t in (first, other))
    ]
    stems = [{word[:_SPELL] for word in words if len(word) >= _SPELL} for words in said]
    return all(words & scene.rules.words["jail"] for words in said) or bool(stems[0] & stems[1])


def _transposed(a: Amount, b: Amount) -> bool:
    """Whether one figure has the digits of another in another order: 9.2 and 2.9."""
    return sorted(f"{a.raw:.10g}".rstrip("0")) == sorted(f"{b.raw:.10g}".rstrip("0"))


def _everybody(scene: Scene, told: _Told) -> bool:
    """Whether a count is of people of no kind: «sept personnes»."""
    return fold(told.word).rstrip("sx") in scene.rules.words["anybody"]


def _sharp(amount: Amount) -> bool:
    """Whether a figure is hardly told twice by chance: it is no round one."""
    return len(f"{amount.raw:.10g}".replace(".", "").strip("0")) > 1 and amount.raw >= _SMALL


def _these(scene: Scene, told: Sequence[_Told]) -> Iterator[tuple[Span, Finding]]:
    """«ces 218 emplois»: the count of the same things that was told before, or the only one of about that size."""
    for i, other in enumerate(told):
        if other.amount.unit or not other.noun or other.amount.high < _ROUND or not _pointing(scene, other):
            continue
        value = other.amount.value or 0.0
        kin = [t for t in told[:i] if t.noun == other.noun and not t.amount.unit and t.amount.value]
        if any(t.amount.value == value and not t.amount.unit for t in told[:i] if t not in kin):
            continue
        if same := [t for t in kin if t.amount.value == value]:
            yield other.amount.span, _finding(scene, True, same[0], other)
            continue
        values = {t.amount.value or 0.0 for t in kin}
        off = value / sum(values) if len(values) == 1 else 0.0
        exact = other.amount.exact and all(t.amount.exact for t in kin)
        between = [t for t in told[:i] if kin and t.amount.span > kin[-1].amount.span and t.amount.plain]
        if (
            exact
            and not any(t.amount.high >= _ROUND for t in between)
            and 1 / _MISTAKEN < off < _MISTAKEN
            and not _rounds(kin[0].amount, other.amount)
        ):
            yield other.amount.span, _finding(scene, False, kin[0], other)


def _pointing(scene: Scene, told: _Told) -> bool:
    start = told.amount.span.start
    before = fold(scene.text[max(told.skeleton.sentence.start, start - 12) : start]).split()
    return told.amount.exact and bool(before) and before[-1] in scene.rules.words["these"]


def _sized(first: _Told, other: _Told) -> bool:
    """Whether a figure is about as large as the headline's."""
    one, two = first.amount.low or first.amount.high, other.amount.low or other.amount.high
    return 1 / _SIZED < two / one < _SIZED


def _priced(told: _Told, others: Sequence[_Told]) -> _Told:
    """A headline's bare millions in the currency of the article: «vendue 6,4 millions»."""
    units = {t.amount.unit for t in others if money(t.amount)}
    if told.noun or not told.amount.plain or told.amount.bare or told.amount.low < _MONEY or len(units) != 1:
        return told
    unit = units.pop()
    return told._replace(noun=unit, amount=told.amount._replace(unit=unit, plain=False))


def _loosely(scene: Scene, first: _Told, other: _Told) -> bool:
    """Whether two counts may be of the same though their nouns are others: of people, or one of a pronoun's."""
    a, b = first.amount, other.amount
    least = _SMALL if _of_victims(scene, other) else _ROUND
    if a.unit or b.unit or not a.exact or not b.exact or a.high < least:
        return False
    if _part(scene, other) or _before(scene, other):
        return False
    if not other.noun:
        return b.plain and any(p.search(other.skeleton.words[: other.at]) for p in scene.rules.patterns["they"])
    return bool(first.word and other.word) and scene.akin(first.word, other.word)


def _of_victims(scene: Scene, told: _Told) -> bool:
    """Whether a count points back to those whom the article is about: "the nine victims"."""
    return fold(told.word).rstrip("sx") in scene.rules.words["victims"] and _definite(scene, told)


def _equal(first: _Told, others: Sequence[_Told]) -> bool:
    """Whether the very same count is told again, which is too large to be another one by chance, or of one noun."""
    value, least = first.amount.value, first.amount.high
    return any(
        t.amount.value == value and least >= (_SMALL if t.noun == first.noun else _ROUND) for t in others if value
    )


def _only(scene: Scene, first: _Told, others: Sequence[_Told], again: bool) -> _Told | None:
    """The one count of people that points back to the headline's and is another."""
    pointing = [t for t in others if not t.noun or _definite(scene, t)]
    near = [t for t in pointing if 1 / _MISTAKEN < (t.amount.value or 0) / (first.amount.value or 1) < _MISTAKEN]
    if len(near) != 1 or near[0].amount.value == first.amount.value or _rounds(first.amount, near[0].amount):
        return None
    after = near[0].skeleton.words[near[0].at + 1 :]
    involved = any(p.match(after) for p in scene.rules.patterns["involved"])
    swapped = _transposed(first.amount, near[0].amount)
    return near[0] if involved or swapped or not again or _of_victims(scene, near[0]) else None


def _sole(scene: Scene, first: _Told, same: Sequence[_Told]) -> _Told | None:
    """The one of several measures of about the headline's size that points back to it: "the £27 million bill"."""
    if not first.amount.exact or (not first.amount.unit and first.amount.high < _ROUND):
        return None
    near = [t for t in same if 1 / _MISTAKEN < (t.amount.value or 0) / (first.amount.value or 1) < _MISTAKEN]
    pointing = [t for t in near if _definite(scene, t)]
    return pointing[0] if len(pointing) == 1 and not _rounds(first.amount, pointing[0].amount) else None


def _all(scene: Scene, told: _Told, head: Block) -> bool:
    """Whether a figure without a noun is a headline's, "Five rescued", or told of all: "all five of those on board"."""
    if told.noun or not told.amount.plain or told.amount.raw < _SMALL or not told.amount.exact:
        return False
    before = fold(told.skeleton.words[max(0, told.at - _BEFORE) : told.at]).split()
    headed = head.start <= told.amount.span.start < head.end
    after = told.skeleton.words[told.at + 1 :]
    every = any(word in scene.rules.words["all"] for word in before[-2:])
    return headed or (every and any(p.match(after) for p in scene.rules.patterns["all_of"]))


def _topped(scene: Scene, told: _Told) -> _Told:
    """A headline's figure with the bound that its verb gives: "tops £4m"."""
    before = fold(told.skeleton.words[max(0, told.at - _BEFORE) : told.at]).split()
    if not told.amount.exact or not set(before[-2:]) & scene.rules.words["tops"]:
        return told
    return told._replace(amount=told.amount._replace(value=None, high=float("inf"), exact=False, step=0.0))


def _alone(first: _Told, same: Sequence[_Told]) -> _Told | None:
    """The one measure of the body that is about as large as the headline's, which must be told again there."""
    if not first.amount.unit or not first.amount.low:
        return None
    near = [t for t in same if 1 / _ALONE < (t.amount.low or t.amount.high) / first.amount.low < _ALONE]
    return near[0] if len(near) == 1 and near[0].skeleton.index - first.skeleton.index <= _SOON else None


def _meant(first: _Told, other: _Told) -> bool:
    """Whether the one measure that may be the headline's is another one than that."""
    if _rounds(first.amount, other.amount) or (first.amount.high == float("inf") and not other.amount.exact):
        return False
    one, two = first.amount.low or first.amount.high, other.amount.low or other.amount.high
    sharp = other.amount.exact and (first.amount.exact or first.amount.high == float("inf"))
    return sharp or not 1 / _ROUGHLY <= one / two <= _ROUGHLY


def _told(scene: Scene, skeleton: Skeleton) -> Iterator[_Told]:
    for at, item in skeleton.items.items():
        if isinstance(item, Lasting) and item.number > 1:
            yield _Told(_as_amount(item), skeleton, at, item.unit)
        if not isinstance(item, Amount) or item.unit == "s":
            continue
        if item.share and item.high > _HUNDREDTH:
            yield _Told(item, skeleton, at, "%")
        elif item.raw > 1 and not item.share:
            noun, word = (item.unit, "") if item.unit else _noun(scene, item)
            yield _Told(item, skeleton, at, noun, word, not item.unit and _of_people(scene, item))


def _as_amount(told: Lasting) -> Amount:
    number, exact = told.number, not (told.rough or told.more)
    return Amount(
        told.span, number, number, number, 0.0, told.unit, told.unit, None, exact, False, False, number
    )  # fmt: skip


def _named(told: _Told, others: Sequence[_Told]) -> _Told:
    """A bare figure with the noun of the first figure after it that is the same: "48 aboard … carrying 48 people"."""
    if told.noun or not told.amount.plain or told.amount.high < _SMALL:
        return told
    same = (
        t
        for t in others
        if t.amount.value == told.amount.value and t.noun and 0 < t.skeleton.index - told.skeleton.index <= _EARLY
    )
    first = next(same, None)
    return told._replace(noun=first.noun, word=first.word) if first else told


def _noun(scene: Scene, amount: Amount) -> tuple[str, str]:
    """What a count is known by, and its noun; "" where an adjective says that it is others' count."""
    if amount.of is None:
        return "", ""
    of = _head(scene, amount) if scene.text[amount.of.end : amount.of.end + 1] == "-" else None
    tokens = [of] if of else [t for t in _tokens(scene, amount.of) if t.pos in ("NOUN", "PROPN", "ADJ", "VERB")]
    if any(fold(t.text) in scene.rules.words["other"] for t in tokens):
        return "", ""
    nouns = [t for t in tokens if t.pos in ("NOUN", "PROPN")] or tokens[:1]
    noun = fold(nouns[-1 if scene.numbering.noun_last else 0].text) if nouns else ""
    return thing_of(noun, scene.things) or noun.rstrip("sx")[:_STEM], noun


def _of_people(scene: Scene, amount: Amount) -> bool:
    tokens = [*_tokens(scene, amount.of)] if amount.of else []
    words = {word for t in tokens for word in (fold(t.text), fold(t.text).rstrip("sx"))}
    words |= {thing_of(word, scene.things) for word in words}
    return bool(words & scene.rules.words["people"]) or any(fold(t.lemma) in scene.persons for t in tokens)


def _head(scene: Scene, amount: Amount) -> Token | None:
    """The noun that a figure counts by the parse: "22 battery-powered aircraft"."""
    token = scene.tree.tokens[scene.tree.at(amount.span.start)]
    head = scene.tree.tokens[token.head]
    return head if token.dep == "nummod" and head.pos in ("NOUN", "PROPN") else None


def _tokens(scene: Scene, span: Span) -> Iterator[Token]:
    i = scene.tree.at(span.start)
    while i < len(scene.tree.tokens) and scene.tree.tokens[i].start < span.end:
        yield scene.tree.tokens[i]
        i += 1


def _agree(a: Amount, b: Amount) -> bool:
    """Whether two amounts may be the same: one vague or rounded, and the other within it."""
    if a.high == float("inf") and b.exact:
        return b.high >= a.low
    loose = max(a.step, b.step, _rounded(a), _rounded(b))
    return a.low - loose <= b.high and b.low - loose <= a.high


def _alike(a: Amount, b: Amount) -> bool:
    """Whether they agree by being about as large, and not by one of them having no bound."""
    one, other = a.low or a.high, b.low or b.high
    return max(one, other) <= 1.5 * min(one, other)


def _rounded(amount: Amount) -> float:
    return slack(amount) if not amount.exact or amount.high >= 1000 else 0.0


def _part(scene: Scene, told: _Told) -> bool:
    """Whether it is plainly another figure: a part, an addition, a goal."""
    start = told.amount.span.start
    before = fold(scene.text[max(told.skeleton.sentence.start, start - _BEFORE) : start])
    words = before.replace("(", " ").replace("'", " ").split()
    if set(words[-3:]) & scene.rules.words["subset"] or set(words[-2:]) & scene.rules.words["other"]:
        return True
    return any(p.search(told.skeleton.words[: told.at]) for p in scene.rules.patterns["of_which"])


def _before(scene: Scene, told: _Told) -> bool:
    """Whether it is plainly one of another year, or told before."""
    words, at = told.skeleton.words, told.at
    beside = words[max(0, at - _CLAUSE) : at + 1] + re.split("[,;:]", words[at + 1 : at + _CLAUSE])[0]
    if any(p.search(beside) for p in scene.rules.patterns["earlier"]):
        return True
    year = scene.published.year if scene.published else max((d.last.year for d in scene.dates), default=0)
    return any(
        (date.sure or (date.last.year < year and abs(then - at) <= _CLAUSE))
        and date.last.year != year
        and not _spans(scene, told.skeleton, then)
        and not any(abs(then - x) < abs(then - at) and a.unit == told.amount.unit for x, a in told.skeleton.all(Amount))
        and (then < _FRONT or not _BREAK.search(words[min(then, at) : max(then, at)]))
        for then, date in told.skeleton.all(Dates)
    )


def _spans(scene: Scene, skeleton: Skeleton, at: int) -> bool:
    """Whether a date is only the edge of a stretch: «depuis 2021»."""
    return any(word in scene.rules.words["span"] for word in fold(skeleton.words[max(0, at - 12) : at]).split()[-2:])


def _content(scene: Scene, skeleton: Skeleton) -> frozenset[str]:
    sentence = skeleton.sentence
    return frozenset(
        fold(t.lemma)
        for t in scene.tree.tokens[sentence.first : sentence.last]
        if t.pos in ("NOUN", "PROPN", "VERB", "ADJ")
        and len(t.text) > 2
        and fold(t.text) not in scene.rules.words["stop"]
    )


def _shared(scene: Scene, a: _Told, b: _Told) -> int:
    return len((_content(scene, a.skeleton) & _content(scene, b.skeleton)) - {a.noun, b.noun})


def _linked(scene: Scene, first: _Told, other: _Told) -> bool:
    """Whether the same figure is told again, rather than the same number of something else."""
    if (other.amount.value == first.amount.value and _definite(scene, other)) or _pointed(scene, first, other):
        return True
    needed = 1 if first.amount.unit == "" and first.amount.high >= _SMALL else 2
    return _shared(scene, first, other) >= needed or (first.amount.unit == "" and first.amount.high >= 20)


def _bound(scene: Scene, first: _Told, other: _Told, early: bool) -> bool:
    """Whether two figures that differ are told of one thing."""
    if first.amount.high == float("inf") and first.amount.low >= _ROUND:  # «plus de 1 500»: a bound to its one count
        early = other.skeleton.index - first.skeleton.index <= _SOON
        return early and other.amount.exact and other.amount.high < first.amount.low < _ALONE * other.amount.high
    if first.amount.value is None or other.amount.value is None:
        return False
    if _rounds(first.amount, other.amount):
        return False
    if _definite(scene, other) and first.amount.exact and first.amount.high >= _SMALL:
        return True
    rough = not (first.amount.exact and other.amount.exact)
    off = max(first.amount.value, other.amount.value) / min(first.amount.value, other.amount.value)
    if rough and off <= _ROUGHLY:
        return False
    if rough and _pointed(scene, first, other) and first.amount.high >= _SMALL:
        return True
    shared = _shared(scene, first, other)
    if first.amount.unit == "":
        if first.amount.high < _SMALL:
            return False
        if _is_toll(scene, other):
            return True
        close = 1 / _MISTAKEN < other.amount.value / first.amount.value < _MISTAKEN
        if early and close and first.amount.high >= _MANY:
            return True
        return shared >= 1 if early else shared >= 2 and _definite(scene, other)
    return shared >= (2 if early else 3)


def _definite(scene: Scene, told: _Told) -> bool:
    """Whether it points back to a figure told before: «les 23 blessés», "the $45 million"."""
    start = told.amount.span.start
    before = fold(scene.text[max(told.skeleton.sentence.start, start - 12) : start]).split()
    return told.amount.exact and bool(before) and before[-1] in scene.rules.words["definite"]


def _rounds(headline: Amount, told: Amount) -> bool:
    """Whether a headline's round figure may stand for the one told: «400 000» for 412 000, one figure and zeros."""
    round_one = headline.raw >= _ROUND and float(f"{headline.raw:.0e}") == headline.raw
    return round_one and abs((told.value or 0) - (headline.value or 0)) <= _NEARBY * (headline.value or 0)


def _pointed(scene: Scene, first: _Told, other: _Told) -> bool:
    """Whether a count points back to one that is near enough to be it."""
    one, two = first.amount.low or first.amount.high, other.amount.low
    near = bool(one and two) and 1 / _ALONE < two / one < _ALONE
    return near and other.amount.unit == first.amount.unit == "" and _definite(scene, other)


def _is_toll(scene: Scene, told: _Told) -> bool:
    """«le bilan de 12 morts»: the count of what the article is about."""
    before = scene.text[max(told.skeleton.sentence.start, told.amount.span.start - _TOLL) : told.amount.span.start]
    return any(word in scene.rules.words["toll"] for word in fold(before).split())


def _finding(scene: Scene, holds: bool, first: _Told, *others: _Told) -> Finding:
    words = [_words(scene, t.amount) for t in (first, others[0])]
    template = "figure_holds" if holds else "figure_breaks"
    spans = [t.amount.span for t in (first, *others)]
    return scene.finding("figure", holds, spans, "figure", template, first=words[0], second=words[1])


def _words(scene: Scene, amount: Amount) -> str:
    end = max(amount.span.end, amount.of.end if amount.of else 0)
    return " ".join(scene.text[amount.span.start : end].split())
