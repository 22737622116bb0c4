"""How two statements of one story compare: the numbers by which it is told whether they state the same thing."""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from selon.linking._words import plain
from selon.linking.encoder import weight
from selon.linking.meaning import Meanings
from selon.linking.statements import Statement
from selon.model import Reading, Span

Floats = NDArray[np.float64]

_WORD = re.compile(r"\d+(?:[.,\u00a0\u202f ]\d{3})+(?!\d)|\w+")
_STEM = 7
_LEAST_WEIGHT, _MOST_WEIGHT = 6.0, 20.0
_LIKELY = 0.1
"""Likeness in meaning, less what all of the story shares, from which on two statements are compared."""
_ROWS = 512


class Unit(NamedTuple):
    """A statement of a story, by the number of its article there, with what is compared of it."""

    article: int
    statement: Statement
    words: str
    stems: dict[str, float]
    whole: dict[str, float]
    """Stems of the whole sentence."""
    names: frozenset[str]
    figures: frozenset[float]
    amounts: Mapping[str, frozenset[float]]
    """The figures by what they count or measure."""
    speaker: str
    language: str
    head: bool


def units_of(number: int, reading: Reading, statements: Sequence[Statement]) -> list[Unit]:
    text = reading.article.text
    names = {e.id: e.name for e in reading.entities}
    speakers = {a.id: plain(names.get(a.source.entity or "", "")) for a in reading.attributions}
    head = text.find("\n")
    found = []
    for one in statements:
        words, sentence = one.of(text), one.sentence.of(text)
        capitals = [m[0] for m in _WORD.finditer(sentence)][1:]
        found.append(
            Unit(
                number,
                one,
                words,
                _stems(words),
                _stems(sentence),
                frozenset(plain(w)[:_STEM] for w in capitals if w[0].isupper()),
                figures_of(reading, one.span),
                amounts_of(reading, one.span),
                speakers.get(one.attribution or "", ""),
                reading.article.language,
                0 <= one.sentence.start < head,
            )
        )
    return found


def figures_of(reading: Reading, span: Span) -> frozenset[float]:
    """The exact numbers that the statement gives of something."""
    return frozenset(
        q.low
        for q in reading.quantities
        if q.low is not None and q.low == q.high and span.start <= q.start and q.end <= span.end
    )


def amounts_of(reading: Reading, span: Span) -> dict[str, frozenset[float]]:
    """The exact numbers of a statement by their unit, or by the stem of the noun that they count."""
    found: dict[str, frozenset[float]] = {}
    for q in reading.quantities:
        thing = q.unit or (plain(q.of.of(reading.article.text).split()[0])[:_STEM] if q.of else "")
        if thing and q.low is not None and q.low == q.high and span.start <= q.start and q.end <= span.end:
            found[thing] = found.get(thing, frozenset()) | {q.low}
    return found


def _stems(words: str) -> dict[str, float]:
    """Stems of what says something, with how much, in nats."""
    found: dict[str, float] = {}
    for m in _WORD.finditer(words):
        says = min(weight(m[0].lower()), _MOST_WEIGHT) - _LEAST_WEIGHT
        if says > 0:
            stem = plain(m[0])[:_STEM]
            found[stem] = max(says, found.get(stem, 0.0))
    return found


FEATURES = (
    "meaning", "likeness", "dice", "part", "dice_whole", "part_whole", "figures", "other_figures", "names",
    "least", "shared", "same_article", "same_speaker", "other_language", "heads", "own",
)  # fmt: skip
"""What `compared` tells of a pair, in its order."""


def compared(units: Sequence[Unit], meanings: Meanings) -> tuple[NDArray[np.int64], Floats]:
    """Pairs (n, 2) of units that may state the same thing, the lower number first, and their FEATURES (n, f)."""
    centred = meanings - meanings.mean(axis=0)
    centred /= np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-9)
    found = []
    for at in range(0, len(units), _ROWS):
        likely = centred[at : at + _ROWS] @ centred.T
        rows, columns = np.nonzero(likely >= _LIKELY)
        keep = rows + at < columns
        found.append(np.stack([rows[keep] + at, columns[keep]], axis=1))
    pairs = np.concatenate(found) if found else np.zeros((0, 2), np.int64)
    i, j = pairs[:, 0], pairs[:, 1]
    meaning = np.einsum("nf,nf->n", centred[i], centred[j]) if len(pairs) else np.zeros(0)
    likeness = np.einsum("nf,nf->n", meanings[i], meanings[j]) if len(pairs) else np.zeros(0)
    own = _weighed([u.stems for u in units])
    whole = _weighed([u.whole for u in units])
    rest = [_words(units[a], units[b], own[a], own[b], whole[a], whole[b]) for a, b in pairs.tolist()]
    words = np.array(rest, np.float64).reshape(len(pairs), len(FEATURES) - 2)
    return pairs, np.column_stack([meaning, likeness, words])


class _Bag(NamedTuple):
    words: dict[str, float]
    mass: float


def _weighed(bags: Sequence[dict[str, float]]) -> list[_Bag]:
    """Each stem's weight, greater where fewer of the story's statements have it."""
    counts = Counter(stem for bag in bags for stem in bag)
    made = []
    for bag in bags:
        words = {stem: says * math.log((len(bags) + 1) / counts[stem]) / 5 for stem, says in bag.items()}
        made.append(_Bag(words, sum(words.values())))
    return made


def _words(a: Unit, b: Unit, x: _Bag, y: _Bag, xs: _Bag, ys: _Bag) -> tuple[float, ...]:
    shared, shared_whole = _shared(x, y), _shared(xs, ys)
    least, least_whole = min(x.mass, y.mass), min(xs.mass, ys.mass)
    return (
        2 * shared / (x.mass + y.mass + 1e-6),
        shared / (least + 1e-6),
        2 * shared_whole / (xs.mass + ys.mass + 1e-6),
        shared_whole / (least_whole + 1e-6),
        float(bool(a.figures & b.figures)),
        float(bool(a.figures) and bool(b.figures) and not a.figures & b.figures),
        float(min(3, len(a.names & b.names))),
        math.log1p(least),
        math.log1p(shared),
        float(a.article == b.article),
        float(bool(a.speaker) and a.speaker == b.speaker),
        float(a.language != b.language),
        float(a.head + b.head),
        float((a.statement.attribution is None) + (b.statement.attribution is None)),
    )


def _shared(x: _Bag, y: _Bag) -> float:
    small, large = (x, y) if len(x.words) <= len(y.words) else (y, x)
    return sum(value for stem, value in small.words.items() if stem in large.words)
