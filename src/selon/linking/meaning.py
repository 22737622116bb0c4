"""What statements mean, as vectors: those that state the same thing lie close together, in whatever language.

A trained encoder reads the sentence that a statement stands in; its vector is that of the sentence and that of the
statement's own words, both of one length, together. The words that say something are kept one by one too, on the axes
along which words differ most, so that two statements can be laid side by side word by word (Zhang et al. 2020).
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from selon.linking.encoder import weight
from selon.linking.statements import Statement

Floats = NDArray[np.float32]
Words = NDArray[np.int8]
Numbers = NDArray[np.int64]

PREFIX = "query: "
"""What the pretrained encoder was taught to read before any text (Wang et al. 2024)."""
LONGEST = 120
"""Pieces of a sentence that are read."""
START, PAD, BREAK = 0, 1, 2
_BATCH = 16
AXES = 64
"""Axes of words that are kept."""
_WORD = re.compile(r"\w+")
_LEAST_SAYS, _MOST_SAYS = 4.0, 20.0
"""Nats of a word that says nothing, and of the most that one can say."""
_SCALE, _SAYS = 127.0, 6.0
"""What numbers of words are kept in: 127ths of a length, sixths of a nat."""


class Meanings(NamedTuple):
    """What statements mean: `vectors`, (statements, n), each of length 1, of which the dot product says how alike two
    are, in [-1, 1]; and the `words` of each, (words, 1 + AXES) of eight bits: what it says, in sixths of a nat, and its
    direction."""

    vectors: Floats
    words: tuple[Words, ...]


class Encoder(Protocol):
    @property
    def tokenizer(self) -> Tokenizer: ...

    def encode(self, ids: Numbers, real: Floats) -> Floats:
        """Vectors (sentences, width, n) of numbered pieces (sentences, width), `real` 0 where there is none."""
        ...


def meanings(text: str, statements: Sequence[Statement], encoder: Encoder, axes: Floats) -> Meanings:
    """What the statements mean; `axes`, (1 + axes, n), are the mean of words and what they are told apart by.

    The same article gives the same bytes: what is read together is its own sentences.
    """
    vectors: list[Floats] = []
    words: list[Words] = []
    for vector, said, each in read(text, statements, encoder):
        vectors.append(vector)
        turned = (each - axes[0]) @ axes[1:].T
        turned /= np.maximum(np.linalg.norm(turned, axis=1, keepdims=True), 1e-9)
        words.append(np.rint(np.column_stack([said * _SAYS, turned * _SCALE])).astype(np.int8))
    return Meanings(np.stack(vectors) if vectors else np.zeros((0, 0), np.float32), tuple(words))


def joined(some: Sequence[Meanings]) -> Meanings:
    """The meanings of several articles as those of one."""
    filled = [m for m in some if len(m.vectors)]
    return Meanings(np.concatenate([m.vectors for m in filled]), tuple(words for m in filled for words in m.words))


def read(text: str, statements: Sequence[Statement], encoder: Encoder) -> list[tuple[Floats, Floats, Floats]]:
    """Of each statement its vector, (n,), what its words say, (words,) in nats, and their vectors, (words, n)."""
    if not statements:
        return []
    found: dict[int, tuple[Floats, Floats, Floats]] = {}
    sentences = list(dict.fromkeys(s.sentence for s in statements))
    ids, places = numbered([sentence.of(text) for sentence in sentences], encoder.tokenizer)
    by_length = sorted(range(len(sentences)), key=lambda n: int((ids[n] != PAD).sum()))
    for at in range(0, len(by_length), _BATCH):
        some = by_length[at : at + _BATCH]
        width = int((ids[some] != PAD).sum(1).max())
        vectors = encoder.encode(ids[some, :width], (ids[some, :width] != PAD).astype(np.float32))
        for row, n in zip(vectors, some, strict=True):
            said = list(_said(sentences[n].of(text), row, places[n]))
            for k, statement in enumerate(statements):
                if statement.sentence == sentences[n]:
                    start = sentences[n].start
                    own = weights(statement, start, places[n], width)
                    vector = _unit(_unit(whole(ids[n, :width]) @ row) + _unit(own @ row))
                    mine = [w for w in said if statement.span.start <= start + w[0] < statement.span.end]
                    each = np.array([w[2] for w in mine], np.float32).reshape(len(mine), row.shape[1])
                    found[k] = vector, np.array([w[1] for w in mine], np.float32), each
    return [found[k] for k in range(len(statements))]


def _said(sentence: str, row: Floats, places: Sequence[tuple[int, int]]) -> Iterator[tuple[int, float, Floats]]:
    """The words of a sentence that say something: where each begins, what it says in nats, and its vector, (n,)."""
    for m in _WORD.finditer(sentence):
        says = min(weight(m[0].lower()), _MOST_SAYS) - _LEAST_SAYS
        pieces = [n for n, (first, last) in enumerate(places) if max(first, m.start()) < min(last, m.end())]
        if says > 0 and pieces:
            yield m.start(), says, row[pieces].mean(axis=0)


class Table:
    """The words of statements, ready to be laid side by side: the likeness of two is how alike each word is to the
    nearest of the other statement, on average, by what it says."""

    def __init__(self, words: Sequence[Words]) -> None:
        most = max((len(some) for some in words), default=0)
        axes = max((some.shape[1] - 1 for some in words if len(some)), default=0)
        self._says = np.zeros((len(words), most), np.float32)
        self._words = np.zeros((len(words), most, axes), np.float32)
        for n, some in enumerate(words):
            self._says[n, : len(some)] = some[:, 0]
            self._words[n, : len(some)] = some[:, 1:]
        self._real = self._says > 0
        if self._real.any():
            self._words -= self._words[self._real].mean(axis=0)  # what all the story's words share tells nothing apart
        self._words /= np.maximum(np.linalg.norm(self._words, axis=2, keepdims=True), 1e-9)

    def alike(self, i: Numbers, j: Numbers) -> Floats:
        """The likeness of statements `i` and `j`, (pairs,); 0 where one has no words."""
        between = self._words[i] @ self._words[j].transpose(0, 2, 1)
        between[~(self._real[i][:, :, None] & self._real[j][:, None, :])] = -1
        sides = ((between.max(2, initial=-1), self._says[i]), (between.max(1, initial=-1), self._says[j]))
        means = [(best * says).sum(1) / np.maximum(says.sum(1), 1e-9) for best, says in sides]
        both = self._real[i].any(1) & self._real[j].any(1)
        return np.asarray(np.where(both, (means[0] + means[1]) / 2, 0), np.float32)


def numbered(sentences: Sequence[str], tokenizer: Tokenizer) -> tuple[Numbers, list[list[tuple[int, int]]]]:
    """Pieces of each sentence, (sentences, width), and the code points of the sentence that each stands for."""
    prefix = tokenizer.encode(PREFIX, add_special_tokens=False).ids
    coded = tokenizer.encode_batch(list(sentences), add_special_tokens=False)
    rows = [[START, *prefix, *one.ids[:LONGEST], BREAK] for one in coded]
    ids = np.full((len(rows), max(map(len, rows))), PAD, np.int64)
    for n, row in enumerate(rows):
        ids[n, : len(row)] = row
    before = [(0, 0)] * (1 + len(prefix))
    return ids, [[*before, *one.offsets[:LONGEST], (0, 0)] for one in coded]


def weights(statement: Statement, start: int, places: Sequence[tuple[int, int]], width: int) -> Floats:
    """The share of each piece in the vector of the statement's own words, (width,); the sentence begins at `start`.
    All pieces alike where none of them is its own."""
    share = np.zeros(width, np.float32)
    for n, (first, last) in enumerate(places):
        share[n] = first < last and statement.span.start < start + last and start + first < statement.span.end
    if not share.any():
        share[: len(places)] = 1
    return np.asarray(share / share.sum(), np.float32)


def whole(ids: Numbers) -> Floats:
    """The share of each piece in the sentence's vector, (width,)."""
    real = (ids != PAD).astype(np.float32)
    return np.asarray(real / real.sum(), np.float32)


def _unit(vector: Floats) -> Floats:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-9), np.float32)
