"""The trained network at work: what it is asked, and what it answers, as plain arrays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from selon.stages.attributions.learned.layout import AFTER, BEFORE, GUIDELINES
from selon.stages.attributions.learned.pieces import BREAK, PAD, START, Pieces, windows

BATCH = 8
"""Windows, and a quarter of the anchors, that the network is given at once: bounds its memory on long texts."""

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
class Answer:
    """The network's answer for one anchor: piece, kind (0 a cue, 1 a content without one), probability of both,
    logits of the roles of the pieces from `first` on, and of the attributes."""

    anchor: int
    kind: int
    chance: float
    first: int
    roles: Floats
    attributes: Floats


def ask(cut: Pieces, network: Network, guideline: str, least: float) -> list[Answer]:
    """What the network finds at every anchor of at least the chance `least`, in the order of the text."""
    count = len(cut.ids)
    if not count:
        return []
    frame = windows(count)
    ids = np.where(frame.index >= 0, cut.ids[frame.index], PAD)
    ids[:, 0] = START
    ids[np.arange(len(ids)), (frame.index >= 0).sum(1) + 1] = BREAK
    real = (ids != PAD).astype(np.float32)
    number = GUIDELINES.index(guideline)
    parts = [network.encode(ids[at : at + BATCH], real[at : at + BATCH], number) for at in range(0, len(ids), BATCH)]
    x = np.concatenate([part[0] for part in parts])[frame.window, frame.column]
    logits = np.concatenate([part[1] for part in parts])[frame.window, frame.column]
    chance = sigmoid(logits)
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
