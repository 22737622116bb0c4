"""Lines of a story with their kinds, made into the one canonical text that all offsets count in."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from selon.agencies import DATELINE
from selon.model import Block, BlockKind, Note, StageName
from selon.stages._dates import TIME

SEPARATOR = "\n\n"
# What a reader never sees: controls, zero-width characters, soft hyphens, marks of writing direction.
# U+200C and U+200D stay: some scripts and emoji are written with them.
UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\ufeff]"
)
# Blanks that may be collapsed: no-break spaces are typography, and stay.
_BLANKS = re.compile(r"[ \t\n\r\f\v\x85\u2028\u2029]+")
_BULLET = re.compile(r"[-•*·▪►]\s+(?=\S)")
LINE_ENDS = (".", "!", "?", "…", ":", "»", "”", '"')
"""What a line that does not run on ends with."""


class Line(NamedTuple):
    """One block to be: its kind and its words, without line breaks or outer blanks."""

    kind: BlockKind
    text: str


def unseen_note(stage: StageName, text: str) -> tuple[Note, ...]:
    """A note on the characters of `text` that nobody sees and `tidy` removes; none without such."""
    found = UNSEEN.findall(text)
    if not found:
        return ()
    codes = ", ".join(sorted({f"U+{ord(c):04X}" for c in found}))
    return (
        Note(stage=stage, code="unseen", message=f"{len(found)} characters that are not shown are removed ({codes})"),
    )


def tidy(text: str) -> str:
    """`text` on one line: unseen characters gone, blanks collapsed, none at the edges."""
    return _BLANKS.sub(" ", UNSEEN.sub("", text)).strip(" \xa0\u202f")


def assemble(lines: Iterable[Line]) -> tuple[str, tuple[Block, ...]]:
    """The canonical text of `lines`, a blank line between two, and its blocks (offsets in code points)."""
    parts, blocks, offset = [], [], 0
    for line in lines:
        if line.text:
            parts.append(line.text)
            blocks.append(Block(kind=line.kind, start=offset, end=offset + len(line.text)))
            offset += len(line.text) + len(SEPARATOR)
    return SEPARATOR.join(parts), tuple(blocks)


def words(text: str) -> list[str]:
    """The words of `text`, case folded: what two lines are compared by."""
    return re.findall(r"\w+", text.casefold())


def likeness(a: str, b: str) -> float:
    """Share of words two strings have in common (Dice), in [0, 1]."""
    first, second = Counter(words(a)), Counter(words(b))
    total = first.total() + second.total()
    return 2 * (first & second).total() / total if total else 0.0


def opened(text: str, blocks: Iterable[Block]) -> Iterator[Block]:
    """`blocks` with what opens a paragraph set apart: a dateline or a time in its own block, a bullet in none."""
    first = True
    for block in blocks:
        if block.kind not in ("lead", "body", "list"):
            yield block
            continue
        bullet = _BULLET.match(text, block.start, block.end)
        kind: BlockKind = "list" if bullet else block.kind
        start = bullet.end() if bullet else block.start
        found = TIME.match(text, start, block.end) or DATELINE.match(text, start, block.end)
        if found and (first or found.re is TIME or found["agency"]):
            head = found[0].rstrip()
            yield Block(kind="dateline", start=start, end=start + len(head))
            start = found.end()
        if start < block.end:
            yield Block(kind=kind, start=start, end=block.end)
        first = first and block.kind != "body"
