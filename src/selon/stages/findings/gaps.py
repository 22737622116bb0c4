"""A difference or a growth told anywhere near the two figures that it lies between, however it is worded.

What comes out says so itself: a word for a rise, a fall or a gap near the figure is enough. What does not must be told
of two figures that alone may be meant.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from selon.lang.contract import fold
from selon.model import Finding, Span, Token
from selon.stages.findings.amounts import Amount, fitted
from selon.stages.findings.changes import grown, spaced, way_of
from selon.stages.findings.figuring import Found, Marked, ends, every, starts, subset_words, value_of
from selon.stages.findings.scene import Dates, Scene, Skeleton

_BACK = 6
"""Sentences before a change in which its two figures may stand, if a wording pairs them or it points back."""
_NEAR = 3
"""Sentences before it in which any two may stand."""
_ON = 2
"""Sentences after it."""
_LAST = 2
"""Sentences before it in which the two stand that it is held against where it does not come out."""
_BEFORE, _AFTER = 70, 45
"""Places of the skeleton before and after a figure in which a word may make a change of it."""
_FEW = 5
"""Differences below it are held against no figures that no wording pairs."""
_ALIKE = 6.0
"""How many times larger one of two figures may be that no wording pairs."""
_MOST = 8
"""Figures of one kind around a change past which any two come out somehow."""
_TRIED = 3
"""Pairs of figures that a rate may be the growth between, where no wording pairs them."""
_CHANCES = (0.01, 0.1, 0.3)
"""The most that is left to chance in a difference that comes out of two figures of many: where no word tells one,
where one may, where one does."""
_BESIDE = 200
"""Code points between two figures of one sentence, or nearly."""
_MANY = 10
"""Counts from it on that come out of two others are told of those, whatever their nouns."""
_MISTOLD = 2.5
"""How many times off a difference may be told and still be meant for that of two figures of a sentence before."""
_UNIT = 2
"""Code points after a figure within which its noun begins."""
_STEM = 5
"""Letters by which a word is known again."""
_CLAUSE = re.compile("[.;!?\n\ue000]")
_SURE = 2
_BRACKETS = re.compile(r" ?\([^()]*\)")
_PART = re.compile("[.,;!?\n]")
_SENTENCE = re.compile("[.;!?\n]")
_SCORE = re.compile(r"(?<![\d.,–-])(\d{1,3})\s?[-–]\s?(\d{1,3})(?![\d–-]|[.,]\d)")


class _Told(NamedTuple):
    """A figure that tells a change."""

    skeleton: Skeleton
    at: int
    amount: Amount
    way: int
    """1: a rise, -1: a fall, 0: a gap."""
    said: int
    """2: a wording or a word says so, 1: a word that may say other things, 0: none."""

    @property
    def strict(self) -> bool:
        return self.said == _SURE


class _Pair(NamedTuple):
    """Two figures that a change may lie between."""

    sentence: int
    """The sentence in which the latter of them stands."""
    one: Amount
    other: Amount
    paired: bool
    """Whether a wording sets them beside one another."""
    score: bool = False

    @property
    def spans(self) -> frozenset[Span]:
        return frozenset((self.one.span, self.other.span))


def gaps(scene: Scene, done: set[Span], explained: set[frozenset[Span]]) -> Found:
    """Changes that no check of one sentence or passage has told (`done`), of pairs that none is told of yet."""
    scores = [*_scores(scene)]
    paired = [*_paired(scene), *scores]
    fixed = {span for pair in paired if _near_enough(pair, None) for span in pair.spans}
    open_: list[_Told] = []
    for told in _told(scene, done, fixed, bool(scores)):
        found = _holding(scene, told, paired)
        if found:
            explained |= {frozenset(s for s in found[1].spans if s != told.amount.span)}
            done |= set(found[1].spans)
            yield found
        else:
            open_.append(told)
    for told in sorted(open_, key=lambda told: not told.strict):
        if told.amount.span in done | fixed or not told.said:
            continue
        pair = _meant(scene, told, paired)
        sure = told.strict or (pair and pair.score) or _follows(scene, told)
        if pair and sure and pair.spans not in explained and not _of_another(scene, told, pair):
            for found in _change(scene, pair, told):
                explained.add(pair.spans)
                yield found


def _told(scene: Scene, done: set[Span], fixed: set[Span], scored: bool) -> Iterator[_Told]:
    for skeleton in scene.skeletons:
        for at, amount in _figures(skeleton):
            if amount.span in done or not amount.value:
                continue
            way = way_of(scene, skeleton, at)
            if _subset(scene, amount):
                continue
            if way is not None:
                yield _Told(skeleton, at, amount, way, _SURE)
            elif (worded := _worded(scene, skeleton, at, amount)) and (worded[1] == _SURE or amount.span not in fixed):
                yield _Told(skeleton, at, amount, *worded)
            elif amount.share and amount.bare and _follows(scene, _Told(skeleton, at, amount, 0, 1)):
                yield _Told(skeleton, at, amount, 0, 1)
            elif scored and amount.of and _of_score(scene, amount) and _alone(scene, amount.of):
                yield _Told(skeleton, at, amount, 0, _SURE)
            elif amount.span not in fixed and not amount.share and (amount.of or amount.unit):
                yield _Told(skeleton, at, amount, 0, 0)


def _figures(skeleton: Skeleton) -> list[Marked]:
    """The figures of a sentence; what is only bounded, «pas moins de 500», as about so much."""
    return [(at, _as_told(a)) for at, a in skeleton.all(Amount)]


def _as_told(amount: Amount) -> Amount:
    low, high = amount.low, amount.high
    told = high if low == 0.0 else low
    bounded = amount.value is None and (low == 0.0 or high == float("inf")) and 0.0 < told < float("inf")
    return amount._replace(value=told, low=told, high=told) if bounded else amount


def _worded(scene: Scene, skeleton: Skeleton, at: int, amount: Amount) -> tuple[int, int] | None:
    """Which way words near a figure say that it goes, and how surely."""
    before = _CLAUSE.split(_BRACKETS.sub("", skeleton.words[:at]))[-1][-_BEFORE:]
    after = _CLAUSE.split(skeleton.words[at + 1 :])[0][:_AFTER]

    def said(name: str) -> bool:
        return any(p.search(words) for p in scene.rules.patterns[name] for words in (before, after))

    ways = {way for name, way in (("rise_word", 1), ("fall_word", -1), ("gap_word", 0)) if said(name)}
    if amount.share:
        ways.discard(0)
    if ways:
        return (next(iter(ways)) if len(ways) == 1 else 0), _SURE
    return (0, 1) if not amount.share and said("change_word") else None


def _alone(scene: Scene, noun: Span) -> bool:
    """Whether a noun is what its sentence is of: «Deux petits points qui valent de l'or.»"""
    tokens = scene.tree.tokens[scene.tree.at(noun.start) : scene.tree.at(noun.end - 1) + 1]
    return any(token.head == token.i and token.pos == "NOUN" for token in tokens)


# ---------------------------------------------------------------- two figures


def _paired(scene: Scene) -> Iterator[_Pair]:
    for skeleton in scene.skeletons:
        where = dict(_figures(skeleton))
        for name, first, second in (("old_new", "old", "new"), ("new_old", "old", "new"), ("versus", "a", "b")):
            for m in (m for p in scene.rules.patterns[name] for m in every(p, skeleton.words) if len(where) > 1):
                one, other = where.get(m.start(first)), where.get(m.start(second))
                if one and other and one.value and other.value and scene.comparable(one, other):
                    yield _Pair(skeleton.index, fitted(one, other), fitted(other, one), True)


def _parts(scene: Scene) -> Iterator[frozenset[Span]]:
    """Figures that are told to be a part and its whole: «22 des 140 salariés»."""
    for skeleton in scene.skeletons:
        where = dict(_figures(skeleton))
        for m in (m for p in scene.rules.patterns["parts"] for m in every(p, skeleton.words) if len(where) > 1):
            part, whole = where.get(m.start("part")), where.get(m.start("whole"))
            if part and whole and not part.share and not whole.share:
                yield frozenset((part.span, whole.span))


def _scores(scene: Scene) -> Iterator[_Pair]:
    """«31-24», as the two counts that it gives."""
    for index, sentence in enumerate(scene.tree.sentences):
        for m in _SCORE.finditer(scene.text, sentence.start, sentence.end):
            one, other = (
                Amount(Span(*m.span(i)), n, n, n, 0.0, "", "", None, True, True, True, n)
                for i, n in ((1, float(m[1])), (2, float(m[2])))
            )
            if one.value != other.value:
                yield _Pair(index, one, other, True, True)


def _kin(scene: Scene, told: _Told, back: int, on: int) -> list[tuple[int, Amount]]:
    """The figures around a change that it may be of, in order."""
    here = told.skeleton.index
    near = [(s.index, a) for s in scene.skeletons[max(0, here - back) : here + on + 1] for _, a in _figures(s)]
    return [
        (i, a)
        for i, a in near
        if a.span != told.amount.span and a.value and (_akin(scene, told.amount, a) or _counted(told.amount, a))
    ]


def _counted(told: Amount, other: Amount) -> bool:
    """Whether both are counts so large that one may be of the other, whatever their nouns are."""
    return told.unit == other.unit == "" and min(told.low, other.low) >= _MANY


def _subset(scene: Scene, amount: Amount) -> bool:
    """Whether a figure is told to be a part of another: «dont 22»."""
    before = scene.text[max(0, amount.span.start - _BEFORE) : amount.span.start]
    return re.search(rf"(?i)(?<!\w)(?:{subset_words(scene)})(?: \w+)?\s$", before) is not None


def _akin(scene: Scene, told: Amount, other: Amount) -> bool:
    if told.share:
        return not other.share and other.unit != "[pp]"
    if told.unit == "" and other.unit == "[pp]":
        return told.of is not None and _of_score(scene, told)
    if told.unit == "[pp]":
        return other.share or other.unit == "[pp]" or (other.plain and not other.raw.is_integer())
    return _alike(scene, told, other)


def _points_of(told: Amount, other: Amount) -> bool:
    """Whether points are counted, in a table, rather than parts of a hundred: «27 points, soit trois longueurs»."""
    return told.unit == "" and other.unit == "[pp]" and other.raw.is_integer()


def _alike(scene: Scene, a: Amount, b: Amount) -> bool:
    """Whether two figures may be of one kind, or both count people."""
    return scene.comparable(a, b) or bool(a.of and b.of and scene.akin(a.of.of(scene.text), b.of.of(scene.text)))


def _couples(scene: Scene, told: _Told, back: int, on: int) -> Iterator[_Pair]:
    """Any two figures of one kind around a change, the nearest first."""
    near = _kin(scene, told, back, on)
    if len(near) > _MOST:
        return
    here = told.skeleton.index
    near = [(i, a._replace(unit="", plain=True) if _points_of(told.amount, a) else a) for i, a in near]
    for (i, a), (j, b) in sorted(
        itertools.combinations(near, 2), key=lambda pair: abs(pair[0][0] - here) + abs(pair[1][0] - here)
    ):
        if i != j and any(x.plain and x.bare and y.unit and x.raw < _MANY for x, y in ((a, b), (b, a))):
            continue  # «à 20 kilomètres du but», then «à cinq»
        one, other = fitted(a, b), fitted(b, a)
        if (
            (_alike(scene, a, b) or (told.strict and _counted(a, b)))
            and one.value != other.value
            and 1 / _ALIKE < one.high / (other.high or 1) < _ALIKE
        ):
            yield _Pair(max(i, j), one, other, False)


def _result(scene: Scene, told: _Told, pair: _Pair) -> bool:
    """Whether a figure is told of how a match ended, with the score or after it."""
    words = told.skeleton.words
    around = _PART.split(words[: told.at])[-1][-_BEFORE:] + _PART.split(words[told.at + 1 :])[0][:_AFTER]
    if told.amount.of and _alone(scene, told.amount.of):
        around += scene.skeletons[pair.sentence].words
    said, halfway = (any(p.search(around) for p in scene.rules.patterns[name]) for name in ("result", "halfway"))
    return said and not halfway


def _of_score(scene: Scene, told: Amount) -> bool:
    """Whether a figure counts what a score counts."""
    nouns = {word.rstrip("s") for word in fold(told.of.of(scene.text)).split()} if told.of else set()
    return told.unit == "[pp]" or bool(nouns & scene.rules.words["score_nouns"])


def _fits(scene: Scene, pair: _Pair, told: Amount) -> bool:
    """Whether a figure may tell the change between two others."""
    one, other = pair.one, pair.other
    if pair.score:
        return _of_score(scene, told) or told.plain
    told = fitted(told, one)
    if told.unit == "[pp]":
        if not told.raw.is_integer() and one.raw.is_integer() and other.raw.is_integer():
            return False
        return one.unit == other.unit == "" or one.share or one.unit == "[pp]"
    if told.share:
        return not one.share
    if told.unit != one.unit:
        return scene.comparable(told, one) and bool(told.unit and one.unit)
    if told.unit or pair.paired or _counted(told, one):
        return True
    return _alike(scene, told, one) or _alike(scene, told, other)


# ---------------------------------------------------------------- verdicts


def _holding(scene: Scene, told: _Told, paired: Sequence[_Pair]) -> tuple[Span, Finding] | None:
    here, amount = told.skeleton.index, told.amount
    far = _BACK if amount.unit and not amount.share and _points(scene, told) else _NEAR
    near = [p for p in reversed(paired) if -_ON <= here - p.sentence <= _BACK]
    pairs = [p for p in (*near, *_couples(scene, told, far, _ON)) if _fits(scene, p, amount)]
    tried = 0
    for pair in pairs:
        if amount.span in pair.spans:
            continue
        tried += not pair.paired
        if (pair.score and not told.strict) or (told.said == 0 and not _same(scene, amount, pair.one, pair.other)):
            continue
        if (pair.paired and told.said) or _telling(pair, amount, here, tried, _CHANCES[told.said]):
            for found in _change(scene, pair, told):
                if found[1].verdict == "holds":
                    return found
    return None


def _telling(pair: _Pair, told: Amount, here: int, tried: int, chance: float) -> bool:
    """Whether two figures that no wording pairs give a change to its last digit, and hardly by chance."""
    told, one, other = fitted(told, pair.one), pair.one, pair.other
    if any((not a.exact and not a.bare) or (a.share and a.shown != "%") for a in (one, other)):
        return False
    if told.unit == "" and told.high < _FEW and pair.sentence != here:
        return False
    if told.share:
        low, high = sorted((value_of(one), value_of(other)))
        off = min(abs((high - low) / base - value_of(told)) for base in (low, high))
        return told.bare and off <= 1.25 * told.step + 1e-9 and tried <= _TRIED
    scale = 0.01 if told.unit == "[pp]" and one.share else 1.0
    gap, step = abs(value_of(one) - value_of(other)), told.step * scale
    if abs(gap - value_of(told) * scale) > max(1.01 * step, 0.1 * gap * (not told.exact), 1e-9 * gap):
        return False
    whole = str(round(gap))
    last = 2 * step or (10.0 ** (len(whole) - len(whole.rstrip("0"))) if gap >= 1 else 2 * max(one.step, other.step))
    return tried * last / max(one.high, other.high) < chance


def _points(scene: Scene, told: _Told) -> bool:
    before, after = told.skeleton.words[: told.at], told.skeleton.words[told.at + 1 :]
    return any(ends(scene, name, before) for name in ("again", "so")) or starts(scene, "so_after", after)


def _follows(scene: Scene, told: _Told) -> bool:
    """Whether a figure is told to follow from those before."""
    before = _SENTENCE.split(told.skeleton.words[: told.at])[-1][-_BEFORE:]
    after = _SENTENCE.split(told.skeleton.words[told.at + 1 :])[0][:_BEFORE]
    return any(p.search(words) for p in scene.rules.patterns["hence_word"] for words in (before, after))


def _of_another(scene: Scene, told: _Told, pair: _Pair) -> bool:
    """Whether a change is told of another thing, or of another time, than the two figures before it."""
    if pair.sentence >= told.skeleton.index or _back_to(scene, told) or _follows(scene, told):
        return False
    if any(isinstance(i, Dates) for i in told.skeleton.items.values()) and told.amount.share:
        return True
    if not told.amount.share and pair.sentence == told.skeleton.index - 1 and _one_sentence(scene, pair):
        return False
    subject = _subject(scene, told)
    if subject is None or subject.pos == "PRON" or _tells(scene, subject.text):
        return False
    if told.amount.of and any(a.of and scene.comparable(a, told.amount) for a in (pair.one, pair.other)):
        return False
    return fold(subject.text)[:_STEM] not in fold(scene.skeletons[pair.sentence].words)


def _one_sentence(scene: Scene, pair: _Pair) -> bool:
    sentence = scene.skeletons[pair.sentence].sentence
    return all(sentence.start <= span.start for span in pair.spans)


def _subject(scene: Scene, told: _Told) -> Token | None:
    """The subject of the clause that a figure stands in, if it is no part of it."""
    tree, at = scene.tree, scene.tree.at(told.amount.span.start)
    for token in (tree.tokens[at], *tree.ancestors(at)):
        subject = tree.child(token.i, "nsubj")
        if subject is not None:
            first, last = tree.subtree(subject.i)
            return None if first <= at < last else subject
    return None


def _tells(scene: Scene, word: str) -> bool:
    names = ("rise_word", "fall_word", "gap_word", "change_word")
    return any(p.match(word) for name in names for p in scene.rules.patterns[name])


def _back_to(scene: Scene, told: _Told) -> bool:
    """Whether a change is told as one that is known: «la baisse de 40», «ces 40 de plus», "its lead of 14"."""
    tree, at = scene.tree, scene.tree.at(told.amount.span.start)
    for token in (tree.tokens[at], *tree.ancestors(at)):
        own = told.amount.span.start <= token.start < told.amount.span.end + _UNIT
        if token.pos in ("VERB", "AUX"):
            subject = _subject(scene, told)
            return bool(subject and _tells(scene, subject.text) and _known(scene, subject))
        known = _known(scene, token) or (token.head == token.i and not own)  # «Une hausse de 20 %.»
        if (own or _tells(scene, token.text)) and known:
            return True
    return False


def _known(scene: Scene, noun: Token) -> bool:
    """Whether a noun has a definite article, a demonstrative or a possessive."""
    marks = ("Definite=Def", "PronType=Dem", "Poss=Yes")
    return any(child.has(mark) for child in scene.tree.children(noun.i) for mark in marks if child.i < noun.i)


def _meant(scene: Scene, told: _Told, paired: Sequence[_Pair]) -> _Pair | None:
    """The only two figures that a change can be told of."""
    here, amount = told.skeleton.index, told.amount
    back_to = _back_to(scene, told)
    rate = amount.share or amount.unit == "[pp]"
    if not amount.exact or (rate and not told.strict) or (amount.share and not amount.bare):
        return None
    far = _BACK if back_to else _LAST
    few = amount.unit == "" and amount.high < _FEW

    def plausible(pair: _Pair) -> bool:
        one, other = pair.one, pair.other
        fits = _fits(scene, pair, amount) and amount.span not in pair.spans
        if pair.score:
            return fits and _of_score(scene, amount) and _result(scene, told, pair)
        return fits and _same(scene, amount, one, other) and _near_enough(pair, amount)

    near = [p for p in paired if 0 <= here - p.sentence <= far and plausible(p)]
    if near and near[-1].score:
        return near[-1]
    near = [p for p in near if p.sentence == near[-1].sentence]
    if (
        rate
        and not (near and near[0].score)
        and not (back_to or _follows(scene, told) or (near and near[0].sentence == here))
    ):
        near = [p for p in paired if p.sentence == here + 1 and plausible(p) and _goes_on(scene, told, p)]
        return _only(near) if amount.share else None
    if near or few:
        return _only(near)
    later = [p for p in paired if 0 < p.sentence - here <= _ON and not p.score and plausible(p)]
    later = [p for p in later if _alike(scene, p.one, amount) and _alike(scene, p.other, amount)]
    if later and told.strict and (amount.of or amount.unit) and not rate:
        return _only(later)
    kin = _kin(scene, told, far if amount.unit else _LAST, 0)
    before = [(i, a) for i, a in kin if a.span < amount.span]
    if len(before) > 1:
        kin = before
    elif not amount.share:
        kin = before + _compared(scene, told)
    kin = [(i, a) for i, a in kin if a.value != amount.value]
    taken = set().union(*(p.spans for p in paired if not p.score), *(_parts(scene) if amount.share else ()))
    for back in range(far + 1):
        couples = itertools.combinations([(i, a) for i, a in kin if here - i <= back], 2)
        close = [_Pair(max(i, j), fitted(a, b), fitted(b, a), False) for (i, a), (j, b) in couples]
        close = [p for p in close if plausible(p) and not p.spans & taken]
        if close:
            pair = _only(close)
            gap = abs(value_of(pair.one) - value_of(pair.other)) if pair else 0.0
            off = pair and gap / value_of(fitted(amount, pair.one))
            meant = pair and (rate or pair.sentence == here or 1 / _MISTOLD < (off or 0.0) < _MISTOLD)
            return pair if meant else None
    return None


def _compared(scene: Scene, told: _Told) -> list[tuple[int, Amount]]:
    """The figure after a change that it is told against: «230 de plus qu'en mai (9 640)», «Ils étaient alors 9 640.»"""
    here = told.skeleton.index
    after = [(i, a) for i, a in _kin(scene, told, 0, 1) if a.span > told.amount.span and not _subset(scene, a)][:1]
    for i, a in after:
        words = scene.text[told.amount.span.end : a.span.start]
        if i > here:
            sentence = scene.skeletons[i].sentence
            return after if scene.tree.tokens[sentence.first].pos == "PRON" else []
        return after if any(p.search(words) for p in scene.rules.patterns["compared"]) else []
    return []


def _only(pairs: Sequence[_Pair]) -> _Pair | None:
    """The one pair of figures of some, if they are all of the same values."""
    return pairs[0] if len({frozenset((p.one.value, p.other.value)) for p in pairs}) == 1 else None


def _goes_on(scene: Scene, told: _Told, pair: _Pair) -> bool:
    """Whether two figures are told of what the only rate of the sentence before is of, or of what a pronoun stands
    for: «La baisse atteint 12 %. Elle se vendait 1,10 euro»."""
    tree, sentence, before = scene.tree, scene.skeletons[pair.sentence].sentence, told.skeleton
    if tree.tokens[sentence.first].pos == "PRON":
        return True
    if sum(a.share or a.unit == "[pp]" for _, a in before.all(Amount)) > 1:
        return False
    spans = [a.of for a in (pair.one, pair.other) if a.of]
    subjects = [t.text for t in tree.tokens[sentence.first : sentence.last] if t.dep == "nsubj"][:1]
    nouns = (t.text for t in tree.tokens[before.sentence.first : before.sentence.last] if t.pos == "NOUN")
    same = [*subjects, *(span.of(scene.text) for span in spans)]
    return any(scene.akin(a, b) for a in nouns for b in same)


def _near_enough(pair: _Pair, told: Amount | None) -> bool:
    """Whether the larger of two figures is no multiple of the other, and more than what may lie between them."""
    low, high = sorted((pair.one.high, pair.other.high))
    if high >= _ALIKE * low or told is None:
        return high < _ALIKE * low
    told = fitted(told, pair.one)
    return told.share or told.unit == "[pp]" or told.high < high


def _same(scene: Scene, told: Amount, one: Amount, other: Amount) -> bool:
    """Whether two figures are plainly of one kind, and of that of their change."""
    if not _alike(scene, one, other) or not (one.exact and other.exact):
        return False
    if told.unit == "[pp]" and not one.share:
        return one.unit == other.unit == ""  # a match's points
    if told.share:
        return bool(one.unit) or min(one.low, other.low) >= _MANY
    beside = told.of and told.unit == "" and told.low >= _MANY and abs(one.span.start - other.span.start) < _BESIDE
    named = [a for a in (one, other) if a.unit or a.of]
    if not beside:  # «214 enfants, contre 181: 33 inscriptions de plus»
        named += [told] * bool(told.of or told.unit not in ("", "[pp]"))
    return bool(named or beside) and all(_alike(scene, a, b) for a, b in itertools.combinations(named, 2))


def _change(scene: Scene, pair: _Pair, told: _Told) -> Found:
    if told.amount.share:
        way = told.way or (1 if value_of(pair.other) > value_of(pair.one) else -1)
        yield from grown(scene, told.amount, pair.one, pair.other, way, False)
    else:
        amount = told.amount
        if pair.one.unit == "" and amount.unit == "[pp]":
            amount = amount._replace(value=amount.raw, low=amount.raw, high=amount.raw, unit="")
        yield from spaced(scene, amount, pair.one, pair.other, False)
