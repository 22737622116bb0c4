"""The trained network at work: what it is asked, and what it answers, as plain arrays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from selon.model import Span
from selon.stages.attributions.antecedents import AntecedentWeights
from selon.stages.attributions.learned.layout import AFTER, BEFORE, GUIDELINES
from selon.stages.attributions.learned.pieces import BREAK, PAD, START, Pieces, windows

BATCH = 8
"""Windows, and a quarter of the anchors, that the network is given at once: bounds its memory on long texts."""

_MOST = 12
"""Pieces by which a span is known."""

Floats = NDArray[np.float32]
Numbers = NDArray[np.int64]


class Network(Protocol):
    """What a trained network can do. Logits are not yet probabilities."""

    @property
    def version(self) -> str:
        """What tells it from another."""
        ...

    @property
    def tokenizer(self) -> Tokenizer: ...

    @property
    def confidence(self) -> Sequence[float]:
        """Weights of what `drafts` looks at, in its order, in the log odds that an attribution holds."""
        ...

    @property
    def speakers(self) -> Mapping[str, Mapping[str, float]]:
        """Weights by which a speaker is told (see speakers.py)."""
        ...

    @property
    def antecedents(self) -> AntecedentWeights:
        """What tells whether a mention stands for a speaker, by what is read at both (see antecedents.py)."""
        ...

    @property
    def acts(self) -> Mapping[str, Mapping[str, Sequence[float]]]:
        """Weights by which an act is told (see acts.py), in the languages that have some."""
        ...

    def encode(self, ids: Numbers, real: Floats, guideline: int) -> tuple[Floats, Floats]:
        """Vectors (windows, width, n) and anchor logits (windows, width, 2) of numbered pieces (windows, width)."""
        ...

    def link(self, x: Floats, real: Floats) -> tuple[Floats, Floats]:
        """Logits of the roles (anchors, BEFORE + AFTER, 3) and of the attributes (anchors, n) around each anchor."""
        ...


@dataclass(frozen=True)
class Encoded:
    """A text as the network has encoded it: its pieces, the vector of each (pieces, n) and its logits as an anchor of
    both kinds (pieces, 2)."""

    cut: Pieces
    x: Floats
    anchors: Floats

    def vector(self, span: Span) -> Floats:
        """The mean of the vectors of a span's first pieces (n), brought to mean 0 and deviation 1."""
        first = int(np.searchsorted(self.cut.ends, span.start, side="right"))
        last = int(np.searchsorted(self.cut.starts, span.end))
        x = self.x[first : max(first + 1, min(last, first + _MOST))]
        mean = x.mean(0) if len(x) else np.zeros(self.x.shape[1], np.float32)
        return np.asarray((mean - mean.mean()) / (mean.std() + 1e-5), np.float32)


@dataclass(frozen=True)
class Answer:
    """The network's answer for one anchor: piece, kind (0 a cue, 1 a content without one), probability of both,
    logits of the roles of the pieces from `first` on, and of the attributes."""

    anchor: int
    kind: int
    chance: float
    first: int
    roles: Floats
    attributes: Floats


def encode(cut: Pieces, network: Network, guideline: str) -> Encoded:
    """What the network makes of the pieces of a text, window by window."""
    count = len(cut.ids)
    if not count:
        return Encoded(cut, np.zeros((0, 1), np.float32), np.zeros((0, 2), np.float32))
    frame = windows(count)
    ids = np.where(frame.index >= 0, cut.ids[frame.index], PAD)
    ids[:, 0] = START
    ids[np.arange(len(ids)), (frame.index >= 0).sum(1) + 1] = BREAK
    real = (ids != PAD).astype(np.float32)
    number = GUIDELINES.index(guideline)
    parts = [network.encode(ids[at : at + BATCH], real[at : at + BATCH], number) for at in range(0, len(ids), BATCH)]
    x, logits = (np.concatenate([part[k] for part in parts])[frame.window, frame.column] for k in range(2))
    return Encoded(cut, x, logits)


def ask(encoded: Encoded, network: Network, least: float) -> list[Answer]:
    """What the network finds at every anchor of at least the chance `least`, in the order of the text."""
    x, count = encoded.x, len(encoded.cut.ids)
    chance = sigmoid(encoded.anchors)
    anchors = np.flatnonzero(chance.max(1) >= least)
    answers = []
    for at in range(0, len(anchors), 4 * BATCH):
        some = anchors[at : at + 4 * BATCH]
        place = some[:, None] + np.arange(-BEFORE, AFTER)
        inside = ((place >= 0) & (place < count)).astype(np.float32)
        roles, attributes = network.link(x[np.clip(place, 0, count - 1)], inside)
        for k, anchor in enumerate(some.tolist()):
            first, last = max(anchor - BEFORE, 0), min(anchor + AFTER, count)
            column = first - anchor + BEFORE
            kind = int(chance[anchor].argmax())
            answers.append(
                Answer(
                    anchor,
                    kind,
                    float(chance[anchor, kind]),
                    first,
                    roles[k, column : column + last - first],
                    attributes[k],
                )
            )
    return answers


def sigmoid(x: Floats) -> Floats:
    """The probability of a logit."""
    return np.asarray(1 / (1 + np.exp(-x.astype(np.float64))), np.float32)
