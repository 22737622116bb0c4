"""Learned weights, read from their files when first asked for; CARD.md beside them says what they are.

The files are zip archives of ONNX graphs with eight-bit weights and `card.json` (see training/attributions/export.py
and training/claims); that of the attributions holds a tokenizer and word embeddings in blocks of four-bit numbers, too.
What speakers and acts are told by are small files of their own, which can be fitted anew without the network.
"""

import hashlib
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from selon.model import InputError, Record
from selon.stages.attributions.antecedents import AntecedentWeights
from selon.stages.attributions.learned.network import Floats, Numbers

FILE = "attributions.selon"
MEANING = "meaning.selon"
SPEAKERS, ACTS = "speakers.json", "acts.json"
_BLOCK = 32
_T = TypeVar("_T")


class Speakers(Record, frozen=True):
    """What a speaker is told by: the weights of case and feature (see stages/attributions/speakers.py), and the net
    beside them (antecedents.py)."""

    version: str
    weights: dict[str, dict[str, float]]
    antecedents: AntecedentWeights


class Acts(Record, frozen=True):
    """Weights by which an act is told (see stages/attributions/acts.py): language, feature, one for each act."""

    version: str
    weights: dict[str, dict[str, tuple[float, ...]]]


def speakers(network: Path) -> Speakers:
    """Those fitted for a network, in NAME.speakers.json beside NAME.selon, or those that come with the program.

    Raises InputError where they are damaged.
    """
    return _fitted(network, SPEAKERS, Speakers)


def acts(network: Path) -> Acts:
    """The same of NAME.acts.json."""
    return _fitted(network, ACTS, Acts)


def _fitted(network: Path, file: str, type_: type[_T]) -> _T:
    own = network.with_suffix(f".{file}")
    path = own if own.exists() else Path(str(files("selon.models").joinpath(file)))
    try:
        return msgspec.json.decode(path.read_bytes(), type=type_, dec_hook=_array)
    except (OSError, msgspec.MsgspecError) as error:
        raise InputError("weights", f"the weights in {path} are damaged ({error}); install selon anew") from error


def _array(_type: type, numbers: object) -> Floats:
    """The array that a list of numbers stands for. Raises ValueError if it is none."""
    return np.asarray(numbers, np.float32)


class Weights:
    """The network of stages/attributions/learned/network.py, run by onnxruntime.

    `threads` is how many cores it may use (0: all); `version` tells one set of weights from another.
    """

    def __init__(self, path: Path, threads: int = 0) -> None:
        """Raises InputError where there is no such file, or it is damaged."""
        with _archive(path, "install selon anew, or read with --rules-only") as parts:
            self.card: dict[str, Any] = msgspec.json.decode(parts["card.json"])
            told, done = speakers(path), acts(path)
            self.version = f"{self.card['version']}+{told.version}+{done.version}"
            self.speakers, self.antecedents, self.acts = told.weights, told.antecedents, done.weights
            self.confidence = tuple(map(float, self.card["confidence"]))
            self.tokenizer = Tokenizer.from_str(parts["tokenizer.json"].decode())
            self.words_version = hashlib.blake2b(parts["tokenizer.json"] + parts["words.q4"], digest_size=8).hexdigest()
            self._word = np.frombuffer(parts["words.q4"], np.uint8).reshape(self.tokenizer.get_vocab_size(), -1, 18)
            self._encoder, self._linker = (_session(parts[name], threads) for name in ("encoder.onnx", "linker.onnx"))

    def encode(self, ids: Numbers, real: Floats, guideline: int) -> tuple[Floats, Floats]:
        """Vectors (windows, width, n) and anchor logits (windows, width, 2) of numbered pieces (windows, width)."""
        which = np.full(len(ids), guideline, np.int64)
        x, anchors = self._encoder.run(None, {"word": self.embed(ids), "real": real, "guideline": which})
        return x, anchors

    def link(self, x: Floats, real: Floats) -> tuple[Floats, Floats]:
        """Logits of the roles (anchors, length, 3) and of the attributes (anchors, n)."""
        roles, attributes = self._linker.run(None, {"x": x, "real": real})
        return roles, attributes

    def embed(self, ids: Numbers) -> Floats:
        """Word embeddings (windows, width, n) of numbered pieces (windows, width)."""
        blocks = self._word[ids]
        scale = np.ascontiguousarray(blocks[..., :2]).view(np.float16).astype(np.float32)
        packed = blocks[..., 2:]
        numbers = np.concatenate([packed & 15, packed >> 4], axis=-1).astype(np.float32) - 8
        return np.asarray((numbers * scale).reshape(*ids.shape, -1), np.float32)


class Meaning:
    """The encoder of linking/meaning.py, run by onnxruntime; it shares the tokenizer and word embeddings of `words`."""

    def __init__(self, path: Path, words: Weights, threads: int = 0) -> None:
        """Raises InputError where there is no such file, it is damaged, or it was made for other words."""
        with _archive(path, "install selon anew") as parts:
            self.card: dict[str, Any] = msgspec.json.decode(parts["card.json"])
            self.version = str(self.card["version"])
            self.tokenizer = words.tokenizer
            self._words = words
            self._encoder = _session(parts["meaning.onnx"], threads)
        if self.card["words"] != words.words_version:
            raise InputError("weights", f"the weights in {path} go with other weights than {words.version}")

    def encode(self, ids: Numbers, real: Floats) -> Floats:
        """Vectors (sentences, width, n) of numbered pieces (sentences, width)."""
        (x,) = self._encoder.run(None, {"word": self._words.embed(ids), "real": real})
        return np.asarray(x, np.float32)


@cache
def meaning() -> Meaning:
    """The encoder of statements that comes with the program, read once. Raises InputError as `weights` does."""
    return Meaning(Path(str(files("selon.models").joinpath(MEANING))), weights(), _threads())


@cache
def weights() -> Weights:
    """The weights that come with the program, or those of the file that SELON_WEIGHTS names; read once.

    SELON_THREADS is how many cores they may use, all of them by default. Raises InputError where they are missing or
    damaged.
    """
    given = os.environ.get("SELON_WEIGHTS")
    path = Path(given) if given else Path(str(files("selon.models").joinpath(FILE)))
    return Weights(path, _threads())


def _threads() -> int:
    threads = os.environ.get("SELON_THREADS", "")
    return int(threads) if threads.isdigit() else 0


@contextmanager
def _archive(path: Path, remedy: str) -> Iterator[dict[str, bytes]]:
    """The members of the file at `path`; whatever goes wrong in the block with them is an InputError."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        yield parts
    except FileNotFoundError as error:
        raise InputError("weights", f"the weights are missing: there is no file {path}; {remedy}") from error
    except Exception as error:  # whatever a damaged archive, graph or vocabulary makes their readers raise
        raise InputError("weights", f"the weights in {path} are damaged ({error}); {remedy}") from error


def _session(graph: bytes, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
