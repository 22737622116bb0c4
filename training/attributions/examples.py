"""From annotated articles to what the network is taught: pieces, anchors, and what belongs to each."""

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from selon.stages.attributions.learned.layout import ACTS, CERTAINTIES, GUIDELINES, ROLES, TYPES
from selon.stages.attributions.learned.pieces import BREAK, pieces

LONGEST = 1500
"""Pieces in one training text; longer articles are cut between paragraphs."""

WORD = re.compile(r"\w+")
STYLES = (("« ", " »"), ("«", "»"), ("“", "”"), ('"', '"'), ("„", "“"), ("«\u00a0", "\u00a0»"))
QUOTATION = re.compile(
    r"«[\s\u00a0\u202f]?([^«»\n]{2,1500}?)[\s\u00a0\u202f]?»|“([^“”\n]{2,1500}?)”|\"([^\"\n]{2,1500}?)\""
)

Spans: TypeAlias = list[list[int]]


@dataclass(frozen=True)
class Example:
    """One attribution: its anchor (a piece, and whether it is a cue), its parts as pieces, its attributes.

    ``labels`` numbers act, certainty and type, -1 where the annotation has none.
    """

    anchor: int
    kind: int
    roles: tuple[NDArray[np.int64], ...]
    labels: tuple[int, int, int]


@dataclass
class Lesson:
    """A text, or a part of a long one, with what is to be found in it."""

    ids: NDArray[np.int64]
    guideline: int
    examples: list[Example] = field(default_factory=list)


def articles(path: Path) -> list[dict[str, Any]]:
    """The annotated articles of a JSON-lines file, one object each."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def anchor(text: str, cue: Spans, content: Spans) -> int:
    """The code point at which the anchor of an attribution begins: its cue's longest word, or its content's first."""
    words = [word for start, end in cue for word in WORD.finditer(text, start, end)]
    if words:
        return max(words, key=lambda word: (word.end() - word.start(), word.start())).start()
    start, end = (cue or content)[0]
    word = WORD.search(text, start, end)
    return word.start() if word else start


def requoted(article: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """The article with its quotation marks in another outlet's style, its spans moved along."""
    opening, closing = rng.choice(STYLES)
    text, made, moved = article["text"], [], np.zeros(len(article["text"]) + 1, np.int64)
    at = length = 0

    def put(part: str, start: int, end: int) -> None:
        nonlocal length
        moved[start:end] = length + np.minimum(np.arange(end - start), max(len(part) - 1, 0))
        made.append(part)
        length += len(part)

    for found in QUOTATION.finditer(text):
        group = found.lastindex or 1
        put(text[at : found.start()], at, found.start())
        put(opening, found.start(), found.start(group))
        put(text[found.start(group) : found.end(group)], found.start(group), found.end(group))
        put(closing, found.end(group), found.end())
        at = found.end()
    put(text[at:], at, len(text))
    moved[len(text)] = length

    def move(spans: Spans) -> Spans:
        return [[int(moved[start]), int(moved[end - 1]) + 1] for start, end in spans]

    return article | {
        "text": "".join(made),
        "attributions": [
            one | {part: move(one.get(part) or []) for part in ("source", "cue", "content")}
            for one in article["attributions"]
        ],
    }


def lessons(article: dict[str, Any], guideline: str, tokenizer: Tokenizer) -> Iterator[Lesson]:
    """The article as one lesson or, if it is long, several."""
    text = article["text"]
    cut = pieces(text, tokenizer)
    ours = guideline == "selon"
    found: list[Example] = []

    def covered(spans: Spans) -> NDArray[np.int64]:
        inside = np.zeros(len(cut.ids), bool)
        for start, end in spans:
            inside |= (cut.starts < end) & (cut.ends > start)
        return np.flatnonzero(inside)

    def number(labels: tuple[str, ...], value: str | None) -> int:
        return labels.index(value) if ours and value in labels else -1

    for one in article["attributions"]:
        spans = {role: one.get(role) or [] for role in ROLES}
        if not spans["cue"] and not spans["content"]:
            continue
        at = anchor(text, spans["cue"], spans["content"])
        piece = int(np.searchsorted(cut.ends, at, side="right"))
        found.append(
            Example(
                piece,
                0 if spans["cue"] else 1,
                tuple(covered(spans[role]) for role in ROLES),
                (
                    number(ACTS, one.get("act") or "say"),
                    number(CERTAINTIES, one.get("sure") or "certain"),
                    number(TYPES, one.get("type")) if spans["source"] else -1,
                ),
            )
        )
    breaks = np.flatnonzero(cut.ids == BREAK) + 1
    begin = 0
    while begin < len(cut.ids):
        within = breaks[(breaks > begin) & (breaks <= begin + LONGEST)]
        end = int(within[-1]) if len(within) else min(begin + LONGEST, len(cut.ids))
        lesson = Lesson(cut.ids[begin:end], GUIDELINES.index(guideline))
        for one in found:
            if begin <= one.anchor < end:
                roles = tuple(role[(role >= begin) & (role < end)] - begin for role in one.roles)
                lesson.examples.append(Example(one.anchor - begin, one.kind, roles, one.labels))
        yield lesson
        begin = end
