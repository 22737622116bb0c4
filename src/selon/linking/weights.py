"""What linking has learned of how to weigh: a few numbers, made by training/claims."""

from functools import cache
from importlib.resources import files

import msgspec

from selon.model import Record

FILE = "linking.json"


class ClaimWeights(Record, frozen=True):
    """The weight of each of `_pairs.FEATURES`, in the log odds that two statements state the same thing; `bias` is
    added, and `otherwise` is the score of pairs that are not worth comparing."""

    features: dict[str, float]
    bias: float
    otherwise: float


class OriginWeights(Record, frozen=True):
    """Weights of what `_voices.pair` and `_voices.standing` tell, in the log odds that two occurrences rest on one
    origin and that an origin counts."""

    pair: dict[str, float]
    standing: dict[str, float]


class Weights(Record, frozen=True):
    version: str
    claims: ClaimWeights
    origins: OriginWeights


@cache
def linking_weights() -> Weights:
    """The weights that come with the program."""
    return msgspec.json.decode(files("selon.models").joinpath(FILE).read_bytes(), type=Weights)
