"""An article's text as HTML, every span of its reading marked: contents nested, sources, cues, times, findings.

The text is walked once. Where marks begin or end it is cut, and each piece stands in one element for each mark that
covers it, the outer ones first: so marks may be in pieces, nest and cross.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from markupsafe import Markup, escape

from selon import ledger
from selon.labels import Labels
from selon.model import Attribution, Block, BlockKind, Finding, Quantity, Reading, Span, Spans

HUES = 64
"""Colours of sources that static/voices.css has; those after take them up again."""
LEVELS = 4
"""Nested contents whose lines are told apart."""
SIGNS = {"deny": "⊘", "assess": "≈", "evidence": "◎", "ask": "?", "urge": "!", "promise": "→", "hearsay": "∿"}
"""What stands beside a source's letter for each act but saying."""
FLAGS = {"holds": "✓", "does_not_hold": "✗", "cannot_tell": "?"}
_TAGS: dict[BlockKind, str] = {"headline": "h1", "heading": "h2"}
_OWN: tuple[BlockKind, ...] = ("headline", "lead", "body", "heading", "list", "caption")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


class Voice(NamedTuple):
    """A source of the article: `hue` is the class of its colour."""

    number: int
    letter: str
    hue: str
    name: str
    type: str
    roles: tuple[str, ...]
    attributions: int


class Set(NamedTuple):
    """A block set in HTML; `ids` are the attributions whose contents begin in it, `findings` those that end in it."""

    kind: BlockKind
    start: int
    html: Markup
    ids: tuple[str, ...]
    findings: tuple[int, ...]


class _Mark(NamedTuple):
    """`rank` and `size` order the marks on a piece, the outermost first; `after` stands behind its first opening."""

    rank: int
    size: int
    number: int
    span: Span
    opening: str
    after: str = ""


def voices(reading: Reading, labels: Labels) -> tuple[list[Voice], dict[str, Voice]]:
    """The sources in the order of the text, and each attribution's."""
    found, of = [], {}
    for number, group in enumerate(ledger.groups(reading)):
        named = group.name is not None
        voice = Voice(
            number,
            _letter(number) if named else "–",
            f"v{number % HUES}" if named else "vx",
            group.name or labels.nobody,
            group.type,
            group.roles,
            len(group.attributions),
        )
        found.append(voice)
        of.update({a.id: voice for a in group.attributions})
    return found, of


def blocks_of(reading: Reading) -> tuple[Block, ...]:
    """The article's blocks; its paragraphs where it has none."""
    article = reading.article
    if article.blocks:
        return article.blocks
    lines = re.finditer(r"[^\n]*\S[^\n]*", article.text)
    return tuple(Block(kind="body", start=line.start(), end=line.end()) for line in lines)


def typeset(reading: Reading, of: dict[str, Voice], sought: Spans = ()) -> list[Set]:
    """The blocks. `sought` are words that a link points to."""
    text = reading.article.text
    marks = _marks(reading, of, sought)
    said = _Covered(reading)
    flags = _flags(reading.findings)
    starts: dict[int, list[str]] = {}
    for a in ledger.in_order(reading):
        starts.setdefault(min(s.start for s in a.content.spans), []).append(a.id)
    out, seen = list[Set](), set[int]()
    for block in blocks_of(reading):
        html = _set(text, block, marks.of(block), said, flags, seen)
        ids = tuple(id for at in range(block.start, block.end) for id in starts.get(at, ()))
        ended = tuple(i for i, f in enumerate(reading.findings) if block.start < f.spans[-1].end <= block.end)
        out.append(Set(block.kind, block.start, Markup(html), ids, ended))
    return out


def tag(kind: BlockKind) -> str:
    return _TAGS.get(kind, "p")


def shown(text: str) -> str:
    """Escaped; characters that HTML cannot hold are replaced one by one, so that places in the text stay true."""
    return str(escape(_CONTROLS.sub("\N{REPLACEMENT CHARACTER}", text)))


def _set(
    text: str, block: Block, marks: Sequence[_Mark], said: "_Covered", flags: dict[int, str], seen: set[int]
) -> str:
    edges = {block.start, block.end}
    for mark in marks:
        edges.update(edge for edge in (mark.span.start, mark.span.end) if block.start < edge < block.end)
    ordered = sorted(edges)
    waiting = sorted(marks, key=lambda mark: mark.span.start)
    active: list[_Mark] = []
    open_: list[_Mark | None] = []
    html, at = list[str](), 0
    for start, end in pairwise(ordered):
        active = [mark for mark in active if mark.span.end > start]
        while at < len(waiting) and waiting[at].span.start <= start:
            if waiting[at].span.end > start:
                active.append(waiting[at])
            at += 1
        wanted: list[_Mark | None] = [*sorted(active)]
        words = text[start:end]
        if block.kind in _OWN and not said.covers(start) and any(map(str.isalnum, words)):
            wanted.insert(0, None)  # the outlet's own voice
        same = next((i for i, (x, y) in enumerate(zip(open_, wanted, strict=False)) if x is not y), None)
        same = min(len(open_), len(wanted)) if same is None else same
        html.append("</span>" * (len(open_) - same))
        html.append(flags.get(start, "") if start > block.start else "")
        for one in wanted[same:]:
            html.append(one.opening if one else '<span class="o">')
            if one and one.after and one.number not in seen:
                seen.add(one.number)
                html.append(one.after)
        open_ = wanted
        html.append(shown(words))
    html.append("</span>" * len(open_) + flags.get(block.end, ""))
    return "".join(html)


class _Marks:
    """Marks by where they begin, to be asked for block by block."""

    def __init__(self, marks: list[_Mark]) -> None:
        self._marks = sorted(marks, key=lambda mark: mark.span.start)
        self._next = 0
        self._open: list[_Mark] = []

    def of(self, block: Block) -> list[_Mark]:
        """Those on the block, which comes after all that were asked for."""
        while self._next < len(self._marks) and self._marks[self._next].span.start < block.end:
            self._open.append(self._marks[self._next])
            self._next += 1
        self._open = [mark for mark in self._open if mark.span.end > block.start]
        return list(self._open)


class _Covered:
    """What attributions take in: all else is the outlet's own voice."""

    def __init__(self, reading: Reading) -> None:
        self._covered = bytearray(len(reading.article.text) + 1)
        for a in reading.attributions:
            for span in (*a.source.spans, *a.cue.spans, *a.content.spans):
                self._covered[span.start : span.end] = b"\1" * (span.end - span.start)

    def covers(self, at: int) -> bool:
        return bool(self._covered[at])


def _marks(reading: Reading, of: dict[str, Voice], sought: Spans) -> _Marks:
    marks: list[_Mark] = []
    heights = _heights(reading.attributions)
    for a in ledger.in_order(reading):
        voice = of[a.id]
        size = -sum(s.end - s.start for s in a.content.spans)
        level = min(heights[a.id], LEVELS)
        opening = f'<span class="c {voice.hue} l{level} x-{a.certainty} a-{a.act}" data-a="{shown(a.id)}">'
        sign = SIGNS.get(a.act, "")
        after = f'<sup class="k {voice.hue}" aria-hidden="true" data-a="{shown(a.id)}">{voice.letter}{sign}</sup>'
        number = len(marks)
        first = min(s.start for s in a.content.spans)
        marks += [_Mark(0, size, number, s, opening, after if s.start == first else "") for s in a.content.spans]
    for rank, name in ((1, "s"), (2, "q")):
        shared: dict[Span, list[str]] = {}
        for a in reading.attributions:
            for span in a.source.spans if name == "s" else a.cue.spans:
                shared.setdefault(span, []).append(a.id)
        for span, ids in shared.items():
            hue = of[ids[0]].hue if ids[0] in of else "vx"
            joined = shown(" ".join(ids))
            opening = f'<span class="{name} {hue}" data-a="{joined}">'
            marks.append(_Mark(rank, span.start - span.end, len(marks), span, opening))
    for kind, span, value in _facts(reading):
        told = shown("" if value == span.of(reading.article.text) else value)
        opening = f'<span class="fact {kind}" data-v="{told}">'
        marks.append(_Mark(3, span.start - span.end, len(marks), span, opening))
    for i, finding in enumerate(reading.findings):
        for span in finding.spans:
            opening = f'<span class="f f-{finding.verdict}" data-f="{i}">'
            marks.append(_Mark(4, span.start - span.end, len(marks), span, opening))
    for span in sought:
        marks.append(_Mark(5, 0, len(marks), span, '<span class="sought">'))
    return _Marks(marks)


def _heights(attributions: Sequence[Attribution]) -> dict[str, int]:
    """How many contents deep each holds others, so that an outer line runs below the inner ones."""
    inside = {a.id: a.inside for a in attributions}
    heights = dict.fromkeys(inside, 1)
    for id in inside:
        height, at, steps = 1, inside[id], 0
        while at in heights and steps < 50:
            height += 1
            heights[at] = max(heights[at], height)
            at, steps = inside[at], steps + 1
    return heights


def _facts(reading: Reading) -> Iterable[tuple[str, Span, str]]:
    for time in reading.times:
        yield "t", Span(time.start, time.end), time.value
    for place in reading.places:
        where = f"{place.lat:.2f}, {place.lon:.2f}" if place.lat is not None and place.lon is not None else "?"
        yield "p", Span(place.start, place.end), f"{place.country or ''} {where}".strip()
    for quantity in reading.quantities:
        yield "n", Span(quantity.start, quantity.end), measured(quantity)


def measured(quantity: Quantity) -> str:
    """A quantity's bounds and unit: "240", "2e7–9.9e7 USD", "≥ 40"."""
    low, high = (None if x is None else f"{x:,.10g}" for x in (quantity.low, quantity.high))
    value = f"≥ {low}" if high is None else f"≤ {high}" if low is None else low if low == high else f"{low}–{high}"
    return f"{value} {quantity.unit}".strip()


def _flags(findings: Sequence[Finding]) -> dict[int, str]:
    out: dict[int, str] = {}
    for i, finding in enumerate(findings):
        sign = f'<a class="flag {finding.verdict}" href="#f{i}" data-flag="{i}">{FLAGS[finding.verdict]}</a>'
        end = finding.spans[-1].end
        out[end] = out.get(end, "") + sign
    return out


def _letter(i: int) -> str:
    """A to Z, then AA, AB…"""
    letters = ""
    i += 1
    while i:
        i, place = divmod(i - 1, 26)
        letters = chr(ord("A") + place) + letters
    return letters
