"""A figure that changes between headline, lead and body."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from selon.lang.contract import fold
from selon.model import Block, Finding, Span, Token
from selon.stages.findings.amounts import Amount, slack, thing_of
from selon.stages.findings.scene import Dates, Scene, Skeleton

_EARLY = 3
"""Sentences after the headline that tell what it tells."""
_BEFORE = 24
"""Code points before an amount that may say it is another one's part, or one told before."""
_ALONE = 3.0
"""How many times larger or smaller a measure may be and still be the headline's."""
_SOON = 8
"""Sentences after the headline in which it is told again."""
_STEM = 7
"""Letters by which a counted noun is known again."""
_ROUND = 20
"""Counts from which the one figure of a noun is known by the noun alone."""
_NEARBY = 0.06
"""Share of a headline's round figure within which it stands for another."""
_SMALL = 3
"""Counts below this are told of too many things to be the same figure by their noun alone."""


class _Told(NamedTuple):
    amount: Amount
    skeleton: Skeleton
    at: int
    noun: str
    """The first letters of the counted noun; the unit of what is measured."""


def figures(scene: Scene) -> Iterator[Finding]:
    head = next((b for b in scene.blocks if b.kind == "headline"), None)
    told = [t for skeleton in scene.skeletons for t in _told(scene, skeleton)]
    if head is None:
        return
    told = [_named(scene, t, told) for t in told]
    told = [t._replace(noun="*") if _all(scene, t, head) else t for t in told]
    heads = [t for t in told if t.noun and head.start <= t.amount.span.start < head.end]
    rest = [t for t in told if t.noun and t.amount.span.start >= head.end]
    done: set[Span] = set()
    opening = min((t.skeleton.index for t in rest), default=0)
    leads = [t for t in rest if t.skeleton.index == opening and all(t.noun != h.noun for h in heads)]
    for first in (*heads, *leads):
        kin = [t for t in rest if t.amount.span > first.amount.span and t.noun == first.noun and not _part(scene, t)]
        same = [t for t in kin if not _before(scene, t)]
        if not kin or sum(t.noun == first.noun for t in heads) > 1:
            continue
        told_first = first in heads
        first = _topped(scene, first)
        agreeing = [t for t in same if _agree(first.amount, t.amount)]
        alone = _alone(first, kin)
        if alone and _agree(first.amount, alone.amount) and alone not in agreeing:
            agreeing.append(alone)
        linked = [t for t in agreeing if (t is alone or _linked(scene, first, t)) and _alike(first.amount, t.amount)]
        if linked:
            yield _finding(scene, True, first, *linked)
        differing = [
            t for t in kin if (t in same or t is alone) and t not in agreeing and not _contested(scene, first, t)
        ]
        for other in differing:
            if other.amount.span in done:
                continue
            if agreeing:
                wrong = len(differing) == 1 and _definite(scene, other) and len(same) - len(agreeing) == 1
            else:
                early = other.skeleton.index - first.skeleton.index <= _EARLY
                wrong = same[:1] == [other] and len(same) == 1 and _bound(scene, first, other, early)
            again = len(same) == 1 and _pointed(scene, first, other)  # «Les 42 postes» of the lead's 48
            meant = other is alone and not agreeing and _meant(first, other)
            if (told_first or again) and (wrong or meant):
                done.add(other.amount.span)
                yield _finding(scene, False, first, other)


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
    if _rounds(first.amount, other.amount):
        return False
    return other.amount.exact and (first.amount.exact or first.amount.high == float("inf"))


def _told(scene: Scene, skeleton: Skeleton) -> Iterator[_Told]:
    for at, item in skeleton.items.items():
        if not isinstance(item, Amount) or (item.share and item.shown != "%"):
            continue
        noun = item.shown if item.unit else _noun(scene, item)
        if item.raw > 1:
            yield _Told(item, skeleton, at, noun)


def _named(scene: Scene, told: _Told, others: Sequence[_Told]) -> _Told:
    """A bare figure with the noun of the first figure after it that is the same: "48 aboard … carrying 48 people"."""
    if told.noun or not told.amount.plain or told.amount.high < _SMALL:
        return told
    same = (
        t
        for t in others
        if t.amount.value == told.amount.value and t.noun and 0 < t.skeleton.index - told.skeleton.index <= _EARLY
    )
    first = next(same, None) or next((t for t in others if _done_alike(scene, told, t)), None)
    return told._replace(noun=first.noun) if first else told


def _done_alike(scene: Scene, told: _Told, other: _Told) -> bool:
    """Whether one verb stands before both figures: "kills 41", "killed 41 people"."""
    verbs = [scene.tree.tokens[max(0, scene.tree.at(t.amount.span.start) - 1)] for t in (told, other)]
    near = 0 < other.skeleton.index - told.skeleton.index <= _EARLY
    return near and bool(other.noun) and verbs[0].lemma == verbs[1].lemma and {v.pos for v in verbs} == {"VERB"}


def _noun(scene: Scene, amount: Amount) -> str:
    """The counted noun, its number left aside; "" where an adjective says that it is others' count."""
    if amount.of is None:
        return ""
    tokens = [t for t in _tokens(scene, amount.of) if t.pos in ("NOUN", "PROPN", "ADJ", "VERB")]
    if any(fold(t.text) in scene.rules.words["other"] for t in tokens):
        return ""
    nouns = [t for t in tokens if t.pos in ("NOUN", "PROPN")] or tokens[:1]
    noun = fold(nouns[-1 if scene.numbering.noun_last else 0].text) if nouns else ""
    return thing_of(noun, scene.things) or noun.rstrip("sx")[:_STEM]


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
    if any(p.search(told.skeleton.words) for p in scene.rules.patterns["earlier"]):
        return True
    year = scene.published.year if scene.published else max((d.last.year for d in scene.dates), default=0)
    return any(
        date.sure and date.last.year != year and not _spans(scene, told.skeleton, at)
        for at, date in told.skeleton.all(Dates)
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
    if rough and not max(first.amount.value, other.amount.value) / min(first.amount.value, other.amount.value) > 1.4:
        return False
    if rough and _pointed(scene, first, other) and first.amount.high >= _SMALL:
        return True
    shared = _shared(scene, first, other)
    if first.amount.unit == "":
        if first.amount.high < _SMALL:
            return False
        return shared >= 1 or _is_toll(scene, other) if early else shared >= 2 and _definite(scene, other)
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
    before = scene.text[max(0, told.amount.span.start - _BEFORE) : told.amount.span.start]
    return any(word in scene.rules.words["toll"] for word in fold(before).split()[-3:])


def _contested(scene: Scene, first: _Told, other: _Told) -> bool:
    """Whether two different sources stand behind the two figures."""
    a, b = _source(scene, first.amount.span), _source(scene, other.amount.span)
    return a is not None and b is not None and a != b


def _source(scene: Scene, span: Span) -> str | None:
    held = [a for a in scene.attributions if any(s.covers(span) for s in a.content.spans)]
    held.sort(key=lambda a: sum(s.end - s.start for s in a.content.spans))
    if not held:
        return None
    return held[0].source.entity or "".join(s.of(scene.text) for s in held[0].source.spans) or None


def _finding(scene: Scene, holds: bool, first: _Told, *others: _Told) -> Finding:
    words = [_words(scene, t.amount) for t in (first, others[0])]
    template = "figure_holds" if holds else "figure_breaks"
    spans = [t.amount.span for t in (first, *others)]
    return scene.finding("figure", holds, spans, "figure", template, first=words[0], second=words[1])


def _words(scene: Scene, amount: Amount) -> str:
    end = max(amount.span.end, amount.of.end if amount.of else 0)
    return " ".join(scene.text[amount.span.start : end].split())
