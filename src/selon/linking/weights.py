"""What linking has learned of how to weigh: a few numbers, made by training/claims."""

from functools import cache
from importlib.resources import files

import msgspec
import numpy as np
from numpy.typing import NDArray

from selon.model import Record

FILE, STORIES = "linking.json", "stories.json"


class ClaimWeights(Record, frozen=True):
    """The weight of each of `_pairs.FEATURES`, in the log odds that two statements state the same thing; `bias` is
    added, and `otherwise` is the score of pairs that are not worth comparing."""

    features: dict[str, float]
    bias: float
    otherwise: float


class StoryWeights(Record, frozen=True):
    """The weight of each of `_heads.FEATURES`, in the log odds that two articles tell of the same happenings, of which
    `bias` is a part. Made by training/stories.py."""

    version: str
    features: dict[str, float]
    bias: float


class OriginWeights(Record, frozen=True):
    """Weights of what `_voices.pair` and `_voices.standing` tell, in the log odds that two occurrences rest on one
    origin and that an origin counts."""

    pair: dict[str, float]
    standing: dict[str, float]


class Weights(Record, frozen=True):
    """`words`, of half precision, are the axes of `meaning.meanings`, each as long as the encoder's vectors."""

    version: str
    claims: ClaimWeights
    origins: OriginWeights
    width: int
    words: bytes

    @property
    def axes(self) -> NDArray[np.float32]:
        return np.frombuffer(self.words, np.float16).reshape(-1, self.width).astype(np.float32)


@cache
def linking_weights() -> Weights:
    """The weights that come with the program."""
    return msgspec.json.decode(files("selon.models").joinpath(FILE).read_bytes(), type=Weights)


@cache
def story_weights() -> StoryWeights:
    """Those for stories."""
    return msgspec.json.decode(files("selon.models").joinpath(STORIES).read_bytes(), type=StoryWeights)
