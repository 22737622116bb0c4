"""Learned weights, read from one file when first asked for; CARD.md beside it says what they are.

The file is a zip archive (see training/attributions/export.py): two ONNX graphs with eight-bit weights, word
embeddings in blocks of four-bit numbers, a tokenizer and `card.json`.
"""

import os
import zipfile
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from selon.model import InputError
from selon.stages.attributions.learned.network import Floats, Numbers

FILE = "attributions.selon"
_BLOCK = 32


class Weights:
    """The network of stages/attributions/learned/network.py, run by onnxruntime.

    `threads` is how many cores it may use (0: all); `version` tells one set of weights from another.
    """

    def __init__(self, path: Path, threads: int = 0) -> None:
        """Raises InputError where there is no such file, or it is damaged."""
        remedy = "install selon anew, or read with --rules-only"
        try:
            with zipfile.ZipFile(path) as archive:
                parts = {name: archive.read(name) for name in archive.namelist()}
            self.card: dict[str, Any] = msgspec.json.decode(parts["card.json"])
            self.version = str(self.card["version"])
            self.confidence = tuple(map(float, self.card["confidence"]))
            self.speakers = msgspec.convert(self.card["speakers"], dict[str, dict[str, float]])
            self.tokenizer = Tokenizer.from_str(parts["tokenizer.json"].decode())
            self._word = np.frombuffer(parts["words.q4"], np.uint8).reshape(self.tokenizer.get_vocab_size(), -1, 18)
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = threads
            options.log_severity_level = 3
            self._encoder, self._linker = (
                onnxruntime.InferenceSession(parts[name], options, providers=["CPUExecutionProvider"])
                for name in ("encoder.onnx", "linker.onnx")
            )
        except FileNotFoundError as error:
            raise InputError("weights", f"the weights are missing: there is no file {path}; {remedy}") from error
        except Exception as error:  # whatever a damaged archive, graph or vocabulary makes their readers raise
            raise InputError("weights", f"the weights in {path} are damaged ({error}); {remedy}") from error

    def encode(self, ids: Numbers, real: Floats, guideline: int) -> tuple[Floats, Floats]:
        """Vectors (windows, width, n) and anchor logits (windows, width, 2) of numbered pieces (windows, width)."""
        which = np.full(len(ids), guideline, np.int64)
        x, anchors = self._encoder.run(None, {"word": self._embed(ids), "real": real, "guideline": which})
        return x, anchors

    def link(self, x: Floats, real: Floats) -> tuple[Floats, Floats]:
        """Logits of the roles (anchors, length, 3) and of the attributes (anchors, n)."""
        roles, attributes = self._linker.run(None, {"x": x, "real": real})
        return roles, attributes

    def _embed(self, ids: Numbers) -> Floats:
        blocks = self._word[ids]
        scale = np.ascontiguousarray(blocks[..., :2]).view(np.float16).astype(np.float32)
        packed = blocks[..., 2:]
        numbers = np.concatenate([packed & 15, packed >> 4], axis=-1).astype(np.float32) - 8
        return np.asarray((numbers * scale).reshape(*ids.shape, -1), np.float32)


@cache
def weights() -> Weights:
    """The weights that come with the program, or those of the file that SELON_WEIGHTS names; read once.

    SELON_THREADS is how many cores they may use, all of them by default. Raises InputError where they are missing or
    damaged.
    """
    given = os.environ.get("SELON_WEIGHTS")
    threads = os.environ.get("SELON_THREADS", "")
    path = Path(given) if given else Path(str(files("selon.models").joinpath(FILE)))
    return Weights(path, int(threads) if threads.isdigit() else 0)
