"""How well the places where somebody is mentioned go with a source that does not name them, by what was read at both.

The network that finds attributions leaves a vector at every piece of the text. A small net taught on annotated articles
(training/attributions/speakers.py) weighs the vectors of a source and of what it says against those of a mention: what
a list of features cannot say, that «l'hebdomadaire» goes with the name of a weekly. It adds to what the features say.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from selon.model import Record, Span

Floats = NDArray[np.float32]

PLACES = 4
"""Mentions of a candidate that are looked at: the last before the source, the last of these by name, the first of all,
the next after it."""


class Asked(NamedTuple):
    """The words whose speaker is asked for: the source, or the head of the cue; and the first of the content."""

    source: Span
    content: Span


class AntecedentWeights(Record, frozen=True):
    """The net's weights, for vectors of n numbers, seen in d, with h hidden units.

    Raises ValueError where their shapes do not fit.
    """

    query: Floats
    """(2n, d): source and content."""
    cases: Mapping[str, Floats]
    """(d) for each case of speakers.py."""
    mention: Floats
    """(n, d)."""
    places: Floats
    """(PLACES, d)."""
    by_query: Floats
    """(d, h), as the next two: what the hidden units take from the query, the mention, the product of both."""
    by_mention: Floats
    by_both: Floats
    bias: Floats
    """(h)."""
    out: Floats
    """(h)."""
    product: float
    """What the inner product of query and mention counts for."""
    nobody: Floats
    """(d): what speaks for nobody."""
    nobody_bias: float

    def __post_init__(self) -> None:
        n, d, h = len(self.mention), self.places.shape[-1], len(self.bias)
        shapes = {
            "query": (2 * n, d), "mention": (n, d), "places": (PLACES, d), "by_query": (d, h), "by_mention": (d, h),
            "by_both": (d, h), "bias": (h,), "out": (h,), "nobody": (d,),
        }  # fmt: skip
        wrong = [name for name, shape in shapes.items() if getattr(self, name).shape != shape]
        wrong += [f"cases.{case}" for case, row in self.cases.items() if row.shape != (d,)]
        if wrong:
            raise ValueError(f"the shapes of {', '.join(wrong)} do not fit the others")


class Antecedents:
    """The net at work on one text, whose vectors `vector` gives, (n) for a span."""

    def __init__(self, weights: AntecedentWeights, vector: Callable[[Span], Floats]) -> None:
        self._weights = weights
        self._vector = vector
        self._seen: dict[Span, Floats] = {}

    def scores(self, case: str, asked: Asked, candidates: Sequence[Sequence[Span | None]]) -> list[float]:
        """What speaks for each candidate (its PLACES mentions, where there are such), in log odds; nobody, with none of
        them, too."""
        w = self._weights
        query = np.concatenate([self._vector(asked.source), self._vector(asked.content)]) @ w.query + w.cases[case]
        nobody = float(np.tanh(query) @ w.nobody) + w.nobody_bias
        told = [
            (k, self._mention(span) + w.places[at])
            for k, places in enumerate(candidates)
            for at, span in enumerate(places)
            if span is not None
        ]
        if not told:
            return [nobody] * len(candidates)
        whose = np.array([k for k, _ in told])
        mentions = np.stack([row for _, row in told])
        hidden = np.maximum(query @ w.by_query + w.bias + mentions @ w.by_mention + (mentions * query) @ w.by_both, 0)
        score = hidden @ w.out + w.product * (mentions @ query)
        count, total = (np.bincount(whose, by, len(candidates)) for by in (None, score))
        return [float(t / n) if n else nobody for t, n in zip(total, count, strict=True)]

    def _mention(self, span: Span) -> Floats:
        if span not in self._seen:
            self._seen[span] = self._vector(span) @ self._weights.mention
        return self._seen[span]
