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
from selon.linking.meaning import Meanings, Table
from selon.linking.statements import Statement
from selon.model import Reading, Span

Floats = NDArray[np.float64]

_WORD = re.compile(r"\d+(?:[.,\u00a0\u202f ]\d{3})+(?!\d)|\w+")
_STEM = 7
_LEAST_WEIGHT, _MOST_WEIGHT = 6.0, 20.0
_LIKELY = 0.1
"""Likeness in meaning, less what all of the story shares, from which on two statements are compared."""
_FEW, _WORDED = 40, 0.6
"""Of fewer statements what all share is often the claim itself: those that have so much of their words in common are
compared there, too."""
_ROWS = 512
_NEAR, _FAR = 1.15, 3.0
"""How many times as great one of two figures is, at most, where it may be the other rounded or brought up to date, and
at least where they are hardly of the same thing."""
_PAIRS = 2048
"""Pairs whose words are laid side by side at once."""


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
    "words", "least", "shared", "same_article", "same_speaker", "other_language", "heads", "own",
    "same_sentence", "near_figures", "far_figures", "one_figured",
)  # fmt: skip
"""What `compared` tells of a pair, in its order."""


def compared(units: Sequence[Unit], meanings: Meanings) -> tuple[NDArray[np.int64], Floats]:
    """Pairs (n, 2) of units that may state the same thing, the lower number first, and their FEATURES (n, f)."""
    vectors, table = meanings.vectors, Table(meanings.words)
    centred = vectors - vectors.mean(axis=0)
    centred /= np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-9)
    own, whole = _Bags([u.stems for u in units]), _Bags([u.whole for u in units])
    pairs, features = [], []
    for at in range(0, len(units), _ROWS):
        likely = centred[at : at + _ROWS] @ centred.T
        in_common = own.shared(at, _ROWS)
        worth = likely >= _LIKELY
        if len(units) < _FEW:
            worth |= 2 * in_common >= _WORDED * (own.mass[at : at + _ROWS, None] + own.mass)
        rows, columns = np.nonzero(worth)
        keep = rows + at < columns
        rows, columns = rows[keep], columns[keep]
        i, j = rows + at, columns
        mine, theirs = own.mass[i], own.mass[j]
        all_mine, all_theirs = whole.mass[i], whole.mass[j]
        shared = in_common[rows, columns]
        all_shared = whole.shared(at, _ROWS)[rows, columns]
        least = np.minimum(mine, theirs)
        numbers = [
            likely[rows, columns],
            np.einsum("nf,nf->n", vectors[i], vectors[j]),
            2 * shared / (mine + theirs + 1e-6),
            shared / (least + 1e-6),
            2 * all_shared / (all_mine + all_theirs + 1e-6),
            all_shared / (np.minimum(all_mine, all_theirs) + 1e-6),
        ]
        rest = [_told(units[a], units[b]) for a, b in zip(i.tolist(), j.tolist(), strict=True)]
        told = np.array(rest, np.float64).reshape(len(i), 12)
        parts = range(0, len(i), _PAIRS)
        words = [table.alike(i[part : part + _PAIRS], j[part : part + _PAIRS]) for part in parts]
        alike = np.concatenate([*words, np.zeros(0)])
        numbers += [*told[:, :3].T, alike, np.log1p(least), np.log1p(shared), *told[:, 3:].T]
        pairs.append(np.stack([i, j], axis=1))
        features.append(np.column_stack(numbers))
    if not pairs:
        return np.zeros((0, 2), np.int64), np.zeros((0, len(FEATURES)))
    return np.concatenate(pairs), np.concatenate(features)


class _Bags:
    """Stems of each unit with their weights, greater where fewer of the story's units have them; `mass` is the sum of
    each unit's, (n,)."""

    def __init__(self, bags: Sequence[dict[str, float]]) -> None:
        counts = Counter(stem for bag in bags for stem in bag)
        says: dict[str, float] = {}
        for bag in bags:
            for stem, value in bag.items():
                says[stem] = max(value, says.get(stem, 0.0))
        weights = {stem: value * math.log((len(bags) + 1) / counts[stem]) / 5 for stem, value in says.items()}
        self.mass = np.array([sum(weights[stem] for stem in bag) for bag in bags])
        column = {stem: n for n, stem in enumerate(sorted(stem for stem, n in counts.items() if n > 1))}
        self._has = np.zeros((len(bags), len(column)), np.float32)
        for n, bag in enumerate(bags):
            self._has[n, [column[stem] for stem in bag if stem in column]] = 1
        self._weights = np.array([weights[stem] for stem in column], np.float32)

    def shared(self, first: int, rows: int) -> Floats:
        """The weight of what units from `first` on have in common with each unit, (rows, n)."""
        return np.asarray((self._has[first : first + rows] * self._weights) @ self._has.T, np.float64)


def _told(a: Unit, b: Unit) -> tuple[float, ...]:
    apart = _times(a.figures, b.figures)
    return (
        float(bool(a.figures & b.figures)),
        float(apart is not None),
        float(min(3, len(a.names & b.names))),
        float(a.article == b.article),
        float(bool(a.speaker) and a.speaker == b.speaker),
        float(a.language != b.language),
        float(a.head + b.head),
        float((a.statement.attribution is None) + (b.statement.attribution is None)),
        float(a.article == b.article and a.statement.sentence == b.statement.sentence),
        float(apart is not None and apart < _NEAR),
        float(apart is not None and apart >= _FAR),
        float(bool(a.figures) != bool(b.figures)),
    )


def _times(some: frozenset[float], others: frozenset[float]) -> float | None:
    """How many times as great one figure is as the other, for the two that are closest; None where they share one or
    either has none; figures of which one is no more than 0 count as far apart."""
    if not some or not others or some & others:
        return None
    return min((max(x, y) / min(x, y) for x in some for y in others if x > 0 and y > 0), default=_FAR)
