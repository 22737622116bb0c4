"""From the network's answers to drafts of attributions: spans of whole words, one draft a cue."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from selon.model import Act, Certainty, SourceType, Span, Spans
from selon.stages.attributions.learned.layout import ACTS, CERTAINTIES, TYPES
from selon.stages.attributions.learned.network import Answer, Encoded, Floats, Network, ask
from selon.stages.attributions.learned.pieces import Pieces

LEAST_ANCHOR = 0.25
"""Chance from which the network looks closer at an anchor."""

LEAST = 0.4
"""Chance from which an attribution is kept: about half the F1, below which more of them would lower it."""

ENTRY = (1.5, 0.5, 2.5)
"""What a new run of words must outweigh, in log odds, to be part of the source, the cue, the content."""

BIAS = (1.0, 0.2, 0.4)
"""Log odds added to each word's: a word more costs less than one too few."""

_STRETCH = 1000
"""Code points in a stretch of text."""
_WORD = re.compile(r"\w+")
_SIGN_AFTER = re.compile(r"(?<=\d)\s?[%‰€$£¥](?!\w)")
_SIGNS_BEFORE = frozenset("€$£¥")


@dataclass(frozen=True)
class Draft:
    """An attribution as the network sees it: the likeliest values of its attributes, the chance that it holds, and
    what that is computed from (see models/CARD.md)."""

    source: Spans
    cue: Spans
    content: Spans
    act: Act
    certainty: Certainty
    type: SourceType
    score: float
    evidence: tuple[float, ...]
    odds: tuple[float, ...] | None = None
    """The logs of the chance of each of ACTS."""


class _Run(NamedTuple):
    """Words `first` to `last`, and the sum of their log odds."""

    first: int
    last: int
    weight: float


class _Words:
    """The words of a text, and which word each piece belongs to (-1 for signs and marks)."""

    def __init__(self, text: str, cut: Pieces) -> None:
        self.text = text
        found = list(_WORD.finditer(text))
        self.starts = np.array([word.start() for word in found], np.int64)
        self.ends = np.array([word.end() for word in found], np.int64)
        at = np.searchsorted(self.ends, cut.starts, side="right")
        inside = at < len(found)
        inside[inside] &= self.starts[at[inside]] < cut.ends[inside]
        self.of = np.where(inside, at, -1)

    def odds(self, first: int, logits: Floats) -> tuple[int, Floats]:
        """The first word among the pieces from `first` on, and from it on each word's mean logit."""
        word = self.of[first : first + len(logits)]
        known = word >= 0
        if not known.any():
            return 0, np.zeros(0, np.float32)
        low = int(word[known].min())
        count = np.bincount(word[known] - low)
        total = np.bincount(word[known] - low, weights=logits[known])
        return low, np.asarray(total / np.maximum(count, 1), np.float32)

    def spans(self, runs: Sequence[_Run]) -> Spans:
        return tuple(self._signed(int(self.starts[run.first]), int(self.ends[run.last])) for run in runs)

    def _signed(self, start: int, end: int) -> Span:
        """The span with the sign of the figure that it begins or ends with: 15 %, £3."""
        after = _SIGN_AFTER.match(self.text, end)
        before = self.text[start].isdigit() and self.text[max(start - 1, 0) : start] in _SIGNS_BEFORE
        return Span(start - before, after.end() if after else end)


def drafts(text: str, encoded: Encoded, network: Network, least: float = LEAST) -> list[Draft]:
    """The attributions that the network finds in a text, of at least this chance, in the order of their contents."""
    words = _Words(text, encoded.cut)
    found = [_draft(words, answer, network.confidence) for answer in ask(encoded, network, LEAST_ANCHOR)]
    return _distinct([one for one in found if one is not None and one.score >= least])


def _draft(words: _Words, answer: Answer, confidence: Sequence[float]) -> Draft | None:
    runs = []
    for role, (entry, bias) in enumerate(zip(ENTRY, BIAS, strict=True)):
        low, odds = words.odds(answer.first, answer.roles[:, role])
        runs.append(_runs(low, odds, bias, entry))
    source, cue, content = runs
    source = sorted(source, key=lambda run: -run.weight)[:1]  # a source is one phrase
    if not content or (answer.kind == 0 and not cue):
        return None
    act, certainty, type_ = np.split(answer.attributes[1:], np.cumsum([len(ACTS), len(CERTAINTIES)]))
    evidence = (
        1.0,
        _odds(answer.chance),
        float(answer.attributes[0]),
        _mean(content),
        _mean(source) if source else -float(answer.roles[:, 0].max()),
        float(len(content) > 1),
        float(answer.kind),
    )
    return Draft(
        words.spans(source),
        words.spans(cue) if answer.kind == 0 else (),
        words.spans(content),
        ACTS[int(act.argmax())],
        CERTAINTIES[int(certainty.argmax())],
        TYPES[int(type_.argmax())] if source else "none",
        round(float(1 / (1 + np.exp(-np.dot(evidence, confidence)))), 3),
        evidence,
        tuple((act - act.max() - np.log(np.exp(act - act.max()).sum())).tolist()),
    )


def _odds(chance: float) -> float:
    """The logit of a chance, kept within what the network can be sure of."""
    bounded = min(max(chance, 1e-3), 1 - 1e-3)
    return float(np.log(bounded / (1 - bounded)))


def _mean(runs: Sequence[_Run]) -> float:
    return sum(run.weight for run in runs) / sum(run.last - run.first + 1 for run in runs)


def _runs(low: int, odds: Floats, bias: float, entry: float) -> list[_Run]:
    """The runs of words, numbered from `low`, whose log odds weigh most in all, each run less `entry`.

    The best path through two states, in and out (Viterbi 1967).
    """
    inside, outside = -np.inf, 0.0
    before: list[tuple[bool, bool]] = []  # whether the best path was in before this word, being out or in at it
    for value in (odds + bias).tolist():
        before.append((inside > outside, inside > outside - entry))
        inside, outside = max(inside, outside - entry) + value, max(inside, outside)
    runs: list[_Run] = []
    within = inside > outside
    for at in range(len(odds) - 1, -1, -1):
        if within and runs and runs[-1].first == low + at + 1:
            runs[-1] = _Run(low + at, runs[-1].last, runs[-1].weight + float(odds[at]))
        elif within:
            runs.append(_Run(low + at, low + at, float(odds[at])))
        within = before[at][within]
    return runs[::-1]


def _distinct(found: Sequence[Draft]) -> list[Draft]:
    """Of drafts with the same cue and much the same content, the likeliest."""
    kept: list[Draft] = []
    near: dict[int, list[Draft]] = {}  # by stretches of the text, so that a long one costs the same a word
    for one in sorted(found, key=lambda draft: -draft.score):
        places = {place for span in one.content for place in range(span.start // _STRETCH, span.end // _STRETCH + 1)}
        if not any(_same(one, other) for place in places for other in near.get(place, ())):
            kept.append(one)
            for place in places:
                near.setdefault(place, []).append(one)
    return sorted(kept, key=lambda draft: (draft.content[0].start, -draft.content[-1].end, draft.cue))


def _same(one: Draft, other: Draft) -> bool:
    shared = _shared(one.content, other.content)
    if shared * 2 < min(_length(one.content), _length(other.content)):
        return False
    if one.cue and other.cue:
        return _shared(one.cue, other.cue) > 0
    return shared * 3 > 2 * max(_length(one.content), _length(other.content))


def _shared(one: Spans, other: Spans) -> int:
    return sum(max(min(a.end, b.end) - max(a.start, b.start), 0) for a in one for b in other)


def _length(spans: Spans) -> int:
    return sum(span.end - span.start for span in spans)
