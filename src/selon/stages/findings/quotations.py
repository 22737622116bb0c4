"""A quotation that stands in two places of the article: the same words, or others."""

import itertools
import re
from collections.abc import Iterator, Sequence
from difflib import Match, SequenceMatcher
from typing import NamedTuple

from selon.lang.contract import fold
from selon.model import Finding, Quote, Span, Token
from selon.stages.findings.scene import Scene

_MOST = 200
"""Quotations of an article that are compared, the first ones."""
_LEAST = 4
"""Words that a quotation must have to be known again."""
_FEWEST = 2
"""The same, of one that stands in the headline or in a sentence of the article."""
_WHOLE = 0.6
"""The same, of two that are as long and begin and end alike."""
_EDGED = 0.66
"""The same, of one that begins as the other does and ends with words of it."""
_SHORT = 6
"""Words below which a quotation is known again by words that stand together alone."""
_ALIKE = 0.72
"""The share of words in common from which two quotations are taken for one."""
_WORD = re.compile(r"[^\W_]+(?:['’ʼ-][^\W_]+)*")
_SURELY = 0.85
"""The same, of a quotation that is found again word for word elsewhere."""
_LEFT_OUT = re.compile(r"\[[^\]]*\]|\([^)]*\)|…|\.\.\.")
_STOPS = frozenset(".,!?…;:")
_EDGE = 2
"""Words at an edge that may be others and the quotation still the same."""
_FOLLOWING = 400
"""Code points between two quotations of the body that follow one another."""
_ELIDED = 3
"""Letters of a word with its apostrophe up to which it is a small one: "qu'"."""
_KINDS = (frozenset({"NOUN"}), frozenset({"ADJ", "VERB", "ADV"}))
"""Kinds of words that stand for one another, as far as a parser knows a participle from an adjective."""
_SHOWN = 90


class _Words(NamedTuple):
    quote: Quote
    words: tuple[str, ...]
    spans: tuple[Span, ...]
    gaps: frozenset[int]
    """Words before which something is left out or put in by the article: «[…]»."""
    stops: frozenset[int]
    """Words after which a sentence ends."""


def quotations(scene: Scene) -> Iterator[Finding]:
    """Each quotation beside the first before it that has its words, or else beside those that have nearly all."""
    every = [w for quote in scene.quotes if quote.closed and (w := _words(scene, quote)) and len(w.words) >= _FEWEST]
    every = every[:_MOST]
    head = next((b.end for b in scene.blocks if b.kind == "headline"), 0)
    yield from _fragments(scene, every, head)
    told = [w for w in every if len(w.words) >= _LEAST]
    again: set[int] = set()
    for i, second in enumerate(told):
        before = [w for w in told[:i] if w.quote.end <= second.quote.start]
        first = next((w for w in before if _inside(*_by_length(w, second))), None)
        if first:
            again |= {first.quote.start, second.quote.start}
            shown = min(first, second, key=lambda w: len(w.words)).quote
            words = _cut(scene.text[shown.start + 1 : shown.end - 1].strip())
            yield scene.finding("quotation", True, _spans(first, second), "quotation", "quotation_holds", words=words)
    for i, second in enumerate(told):
        for first in told[:i]:
            if first.quote.end <= second.quote.start and not _inside(*_by_length(first, second)):
                if _apart(scene, first, second):
                    continue
                known = first.quote.start in again or second.quote.start in again
                yield from _compared(scene, first, second, _SURELY if known else _ALIKE)


def _fragments(scene: Scene, told: Sequence[_Words], head: int) -> Iterator[Finding]:
    """A headline's words or a few of a sentence, which a longer quotation has, small ones aside; else all but one."""
    small = scene.rules.words["small"]
    for first in told:
        headed = first.quote.end <= head
        words, shown = _weighty(first.words, small), " ".join(first.words)
        if not words or not (headed or (len(words) > 1 and len(first.words) < _SHORT)):
            continue
        body = [w for w in told if w.quote.start >= head and (headed or len(w.words) > len(first.words) + 1)]
        others = [(w, _weighty(w.words, small)) for w in body]
        found = next((w for w, row in others if _inside(first, w) or (len(words) > 1 and _row(words, row))), None)
        if found and headed and len(first.words) <= _LEAST:  # in the body, a term rather than what somebody said
            yield scene.finding("quotation", True, _spans(first, found), "quotation", "quotation_holds", words=shown)
        if found:
            continue
        near = [
            w
            for w, row in others
            if _nearly(scene, first, w) or (headed and len(words) == len(row) > _EDGE and _but_one(words, row, small))
        ]
        near = [w for w in near if headed or not scene.contested(*_spans(first, w), named=True)]
        for second in near[: headed or len(near) == 1]:
            yield scene.finding(
                "quotation", False, _spans(first, second), "quotation", "quotation_breaks",
                first=shown, second=_cut(" ".join(second.words)),
            )  # fmt: skip


def _weighty(words: Sequence[str], small: frozenset[str]) -> list[str]:
    return [word for word in words if word not in small]


def _but_one(words: Sequence[str], others: Sequence[str], small: frozenset[str]) -> bool:
    """Whether words are others with one other word for one of them."""
    off = [b for a, b in zip(words, others, strict=True) if a != b]
    return len(off) == 1 and off[0] not in small and not small.issuperset(set(words) & set(others))


def _nearly(scene: Scene, first: _Words, second: _Words) -> bool:
    """Whether the second has the first but for one word, or for two between the same words.

    It opens a sentence there, or is what a verb says. More words must be the same than not; that verb may be one.
    """
    small, n, tokens = scene.rules.words["small"], len(first.words), scene.tree.tokens
    told = _token_before(scene, first.quote.start)
    for i in range(len(second.words) - n + 1):
        row = second.words[i : i + n]
        off = [k for k in range(n) if first.words[k] != row[k]]
        if not 0 < len(off) <= _EDGE or any({first.words[k], row[k]} & small for k in off):
            continue
        if all(k in off or first.words[k] in small for k in range(n)) or (n == _EDGE and off == [1]):
            continue
        pairs = [[tokens[scene.tree.at(s.start)] for s in (first.spans[k], second.spans[i + k])] for k in off]
        others = all(a.lemma != b.lemma and any({a.pos, b.pos} <= kind for kind in _KINDS) for a, b in pairs)
        lead = _token_before(scene, second.spans[i].start)
        led = told is not None and lead is not None and fold(told.lemma) == fold(lead.lemma)
        opens = i == 0 or (i - 1 in second.stops and scene.text[second.spans[i - 1].end] != ",")
        opens = opens or (lead is not None and lead.pos in ("VERB", "AUX"))
        framed = len(off) == 1 or (off[1] == off[0] + 1 and off[0] > 0 and off[1] < n - 1)
        if others and (opens or led) and framed and n - len(off) + led + (n == _EDGE) > len(off):
            return True
    return False


def _token_before(scene: Scene, at: int) -> Token | None:
    i = scene.tree.at(at)
    before = (t for t in reversed(scene.tree.tokens[max(0, i - _SHORT) : i + 1]) if t.end <= at)
    return next((t for t in before if t.text[-1:].isalpha()), None)


def _row(words: Sequence[str], others: Sequence[str]) -> bool:
    return any(words == others[i : i + len(words)] for i in range(len(others) - len(words) + 1))


def _apart(scene: Scene, first: _Words, second: _Words) -> bool:
    """Whether two short quotations follow one another in the body, where nobody quotes the same words again."""
    short = min(len(first.words), len(second.words)) <= _SHORT
    headed = any(b.kind == "headline" and b.start <= first.quote.start < b.end for b in scene.blocks)
    return short and not headed and second.quote.start - first.quote.end < _FOLLOWING


def _by_length(a: _Words, b: _Words) -> tuple[_Words, _Words]:
    return (a, b) if len(a.words) <= len(b.words) else (b, a)


def _spans(*told: _Words) -> list[Span]:
    return [Span(w.quote.start, w.quote.end) for w in told]


def _words(scene: Scene, quote: Quote) -> _Words | None:
    words: list[str] = []
    spans: list[Span] = []
    gaps: set[int] = set()
    stops: set[int] = set()
    for part in quote.parts:
        marks = [m.span() for m in _LEFT_OUT.finditer(scene.text, part.start, part.end)]
        last = part.start
        for m in _WORD.finditer(scene.text, part.start, part.end):
            if any(start <= m.start() < end for start, end in marks):
                continue
            if any(last <= start < m.start() for start, _ in marks):
                gaps.add(len(words))
            for piece in re.split(r"(?<=['’ʼ])", m[0]):
                if piece:
                    words.append(_whole(fold(piece).strip("-")))
                    spans.append(Span(m.start(), m.end()))
            last = m.end()
            if scene.text[last : last + 1] in _STOPS:
                stops.add(len(words) - 1)
    return _Words(quote, tuple(words), tuple(spans), frozenset(gaps), frozenset(stops)) if words else None


def _whole(word: str) -> str:
    """A small word with the vowel that it lost before another one: "n'" as «ne»."""
    return f"{word[:-1]}e" if len(word) <= _ELIDED and word[-1:] in "'’ʼ" else word


def _compared(scene: Scene, first: _Words, second: _Words, alike: float) -> Iterator[Finding]:
    short, long = sorted((first, second), key=lambda w: len(w.words))
    words = set(short.words)
    if len(words & set(long.words)) < 0.6 * len(words):
        return
    changed = _changed(short, long, scene.rules.words["small"], alike)
    if changed:
        a, b = changed if short is first else changed[::-1]
        yield scene.finding(
            "quotation", False, _spans(first, second), "quotation", "quotation_breaks", first=_cut(a), second=_cut(b)
        )


def _inside(short: _Words, long: _Words) -> bool:
    """Whether one quotation has all words of another in a row, but where either leaves some out."""
    cuts = [0, *sorted(short.gaps), len(short.words)]
    at = 0
    for start, end in itertools.pairwise(cuts):
        part = short.words[start:end]
        found = (i for i in range(at, len(long.words) - len(part) + 1) if long.words[i : i + len(part)] == part)
        i = next(found, None)
        if i is None:
            return False
        at = i + len(part)
    return True


def _changed(short: _Words, long: _Words, small: frozenset[str], alike: float) -> tuple[str, str] | None:
    """The words around the change, where two quotations differ inside by words put for others, taken out or put in.

    None where they are not the same quotation, or where only its edges are cut or the article marks what it left out.
    """
    matcher = SequenceMatcher(None, short.words, long.words, autojunk=False)
    blocks = [b for b in matcher.get_matching_blocks() if b.size]
    # One small word at an edge in common says nothing: «ne» of «il ne faut pas» and of «ne pas».
    while len(blocks) > 1 and blocks[0].size == 1 and short.words[blocks[0].a] in small:
        blocks = blocks[1:]
    while len(blocks) > 1 and blocks[-1].size == 1 and short.words[blocks[-1].a] in small:
        blocks = blocks[:-1]
    if not blocks:
        return None
    same = sum(b.size for b in blocks)
    first, last = blocks[0], blocks[-1]
    reach = max(last.a + last.size - first.a, last.b + last.size - first.b - _left_out(short, blocks))
    tails = len(short.words) - last.a - last.size, len(long.words) - last.b - last.size
    others = sum(a != b for a, b in zip(short.words, long.words, strict=False))
    whole = first.a == first.b <= _EDGE and tails[0] == tails[1] <= _EDGE and len(long.words) - len(short.words) <= 1
    if whole and (len(short.words) >= _SHORT or others == 1):
        alike = min(alike, _WHOLE)
    if len(short.words) >= _SHORT and first.a == first.b == 0 and tails[0] == 0:
        alike = min(alike, _EDGED)  # it begins and ends as a part of the other does
    if same < _LEAST - 1 or same < alike * len(short.words) or same < alike * reach:
        return None
    weight = [w for b in blocks for w in short.words[b.a : b.a + b.size] if w not in small]
    if not weight or (
        len(short.words) < _SHORT and max(b.size for b in blocks) < _LEAST - 1 and not (others == 1 and same == _LEAST)
    ):
        return None
    within = [
        (short.words[left.a + left.size : right.a], long.words[left.b + left.size : right.b])
        for left, right in itertools.pairwise(blocks)
        if not (_marked(short, left.a + left.size, right.a) or _marked(long, left.b + left.size, right.b))
    ]
    within += _edges(short, long, first.a, first.b, last.a + last.size, last.b + last.size)
    if not any(_differ(a, b, small) for a, b in within):
        return None
    return " ".join(short.words), " ".join(long.words[max(0, first.b - 2) : last.b + last.size + 2])


def _left_out(short: _Words, blocks: list[Match]) -> int:
    """Words of the longer quotation that stand where the shorter one says that it left some out."""
    return sum(
        right.b - left.b - left.size
        for left, right in itertools.pairwise(blocks)
        if left.a + left.size == right.a and _marked(short, right.a, right.a)
    )


def _marked(told: _Words, start: int, end: int) -> bool:
    """Whether the article says that it left words out or put some in there."""
    return any(start <= gap <= end for gap in told.gaps)


def _differ(a: tuple[str, ...], b: tuple[str, ...], small: frozenset[str]) -> bool:
    """Whether words were put for others, or a word of weight was taken out."""
    return bool(a and b) or any(word not in small for word in (*a, *b))


def _edges(
    short: _Words, long: _Words, a: int, b: int, a_end: int, b_end: int
) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """The words before and after what two quotations share, where both begin or end with as many others."""
    if 0 < a == b <= _EDGE and not _marked(short, 0, a) and not _marked(long, 0, b):
        yield short.words[:a], long.words[:b]
    tails = short.words[a_end:], long.words[b_end:]
    begins = b == 0 or b - 1 in long.stops  # as a clause of the other does
    whole = (
        a == 0 and begins and not _marked(short, a_end, len(short.words)) and not _marked(long, b_end, len(long.words))
    )
    if whole and 0 < len(tails[0]) <= min(_EDGE, len(tails[1])):
        last = b_end + len(tails[0])
        if len(tails[0]) == len(tails[1]) or last - 1 in long.stops:
            yield tails[0], long.words[b_end:last]


def _cut(words: str) -> str:
    return words if len(words) <= _SHOWN else words[: _SHOWN - 1].rsplit(" ", 1)[0] + "…"
