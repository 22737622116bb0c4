"""Lines of a story with their kinds, made into the one canonical text that all offsets count in."""

import re
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from selon.model import Block, BlockKind, Note, StageName

SEPARATOR = "\n\n"
# What a reader never sees: controls, zero-width characters, soft hyphens, marks of writing direction.
# U+200C and U+200D stay: some scripts and emoji are written with them.
UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\ufeff]"
)
# Blanks that may be collapsed: no-break spaces are typography, and stay.
_BLANKS = re.compile(r"[ \t\n\r\f\v\x85\u2028\u2029]+")


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


def split_dateline(lines: Iterable[Line], dateline: re.Pattern[str]) -> tuple[str, tuple[Block, ...]]:
    """As `assemble`; where the first paragraph opens with a dateline, that is a block of its own."""
    text, blocks = assemble(lines)
    for n, block in enumerate(blocks):
        if block.kind not in ("lead", "body"):
            continue
        found = dateline.match(text, block.start, block.end)
        if found and found.end() < block.end:
            head = Block(kind="dateline", start=block.start, end=block.start + len(found[0].rstrip()))
            rest = Block(kind=block.kind, start=found.end(), end=block.end)
            return text, (*blocks[:n], head, rest, *blocks[n + 1 :])
        if block.kind == "body":
            break
    return text, blocks
