"""What statements mean, as vectors: those that state the same thing lie close together, in whatever language.

A trained encoder reads the sentence that a statement stands in; its vector is that of the sentence and that of the
statement's own words, both of one length, together.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from selon.linking.statements import Statement

Meanings = NDArray[np.float32]
"""(statements, n), each of length 1; the dot product of two says how alike they are, in [-1, 1]."""
Floats = NDArray[np.float32]
Numbers = NDArray[np.int64]

PREFIX = "query: "
"""What the pretrained encoder was taught to read before any text (Wang et al. 2024)."""
LONGEST = 120
"""Pieces of a sentence that are read."""
START, PAD, BREAK = 0, 1, 2
_BATCH = 16


class Encoder(Protocol):
    @property
    def tokenizer(self) -> Tokenizer: ...

    def encode(self, ids: Numbers, real: Floats) -> Floats:
        """Vectors (sentences, width, n) of numbered pieces (sentences, width), `real` 0 where there is none."""
        ...


def meanings(text: str, statements: Sequence[Statement], encoder: Encoder) -> Meanings:
    """The statements' vectors. The same article gives the same bytes: what is read together is its own sentences."""
    if not statements:
        return np.zeros((0, 0), np.float32)
    sentences = list(dict.fromkeys(s.sentence for s in statements))
    ids, places = numbered([sentence.of(text) for sentence in sentences], encoder.tokenizer)
    found = np.zeros((len(statements), 0), np.float32)
    by_length = sorted(range(len(sentences)), key=lambda n: int((ids[n] != PAD).sum()))
    for at in range(0, len(by_length), _BATCH):
        some = by_length[at : at + _BATCH]
        width = int((ids[some] != PAD).sum(1).max())
        vectors = encoder.encode(ids[some, :width], (ids[some, :width] != PAD).astype(np.float32))
        for row, n in zip(vectors, some, strict=True):
            for k, statement in enumerate(statements):
                if statement.sentence == sentences[n]:
                    own = weights(statement, sentences[n].start, places[n], width)
                    if not found.size:
                        found = np.zeros((len(statements), row.shape[1]), np.float32)
                    found[k] = _unit(_unit(whole(ids[n, :width]) @ row) + _unit(own @ row))
    return found


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
