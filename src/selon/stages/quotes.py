"""Quotation marks → quotations: what is quoted, how far, over which paragraphs, and what is inside what.

Directional marks («», “”, „“, ‹›) nest; straight ones (", '') open and close by turns within a paragraph; single
ones count where they open before a word and close after one. A quotation left open at its paragraph's end goes
on where the next paragraph opens with the same mark again (the usual convention, in both languages) or closes it
before opening another; otherwise it ends with its paragraph.
"""

import re
from typing import NamedTuple

from selon.model import Note, Quote, Span

_CLOSERS = {"«": "»", "“": "”", "„": "“”", "‹": "›", "»": "«"}
_STRAIGHT = re.compile(r"\"|''|``")
_MARK = re.compile(r"[«»“”„‹›\"]|''|``")
_SINGLE = re.compile(r"(?<!\w)[‘'](?=\w)((?:[^‘'’\n]|(?<=\w)['’](?=\w)){2,400}?)(?<=[\w.,!?…])['’](?!\w)")
_LONGEST = 6000
"""Code points past which an unclosed quotation is not followed."""


class _Open(NamedTuple):
    mark: str
    start: int
    depth: int


def find_quotes(text: str) -> tuple[tuple[Quote, ...], tuple[Note, ...]]:
    """All quotations of the text, in order of their start, outer before inner; a note for each unbalanced one."""
    found: list[Quote] = []
    notes: list[Note] = []
    pending: list[Span] = []  # parts, so far, of an outer quotation that goes on over paragraphs
    pending_mark = ""
    position = 0
    for line in text.split("\n"):
        end = position + len(line)
        first = position + len(line) - len(line.lstrip())
        last = position + len(line.rstrip())
        if first >= last:
            position = end + 1
            continue
        stack: list[_Open] = []
        if pending:
            start = first + len(pending_mark) if text.startswith(pending_mark, first) else first
            closer = _CLOSERS.get(pending_mark, pending_mark)
            if text[first] in closer and text[first] != pending_mark:
                start = first + 1  # the old habit of opening each paragraph with the closing mark
            stack.append(_Open(pending_mark, first, 0))
        else:
            start = first
        for mark in _MARK.finditer(text, start, last):
            _turn(text, mark, stack, found, pending, (position, last))
        if stack and stack[0].depth == 0:
            outer = stack[0]
            part = Span(outer.start, last)
            if _goes_on(text, outer.mark, end + 1, (pending[0].start if pending else outer.start)):
                pending.append(part)
                pending_mark = outer.mark
            else:
                quote = Quote((*pending, part), 0, closed=False)
                found.append(quote)
                notes.append(
                    Note(
                        stage="sentences",
                        code="unclosed-quotation",
                        message=f"a quotation opened with {outer.mark} is never closed; it is taken to end with its paragraph",
                        text=text[quote.start : quote.end],
                    )
                )
                pending = []
        elif pending and not stack:
            pending = []
        position = end + 1
    if pending:
        found.append(Quote(tuple(pending), 0, closed=False))
    found += _singles(text, found)
    found.sort(key=lambda q: (q.start, -q.end))
    return tuple(found), tuple(notes)


def _turn(
    text: str, mark: re.Match[str], stack: list[_Open], found: list[Quote], pending: list[Span], line: tuple[int, int]
) -> None:
    """Let one mark open or close a quotation."""
    sign, at, after = mark[0], mark.start(), mark.end()
    closes = next((k for k in range(len(stack) - 1, -1, -1) if _closed_by(stack[k].mark, sign)), None)
    opens = sign in _CLOSERS and sign != "»" or _STRAIGHT.fullmatch(sign) is not None
    if closes is not None and not (opens and sign in "«“„‹"):
        opened = stack[closes]
        del stack[closes:]
        parts = (Span(opened.start, after),)
        if opened.depth == 0 and pending:
            parts = (*pending, *parts)
            pending.clear()
        found.append(Quote(parts, opened.depth, closed=True))
    elif opens and after < line[1]:
        stack.append(_Open(sign, at, len(stack)))


def _closed_by(opened: str, sign: str) -> bool:
    return sign in _CLOSERS.get(opened, opened) or (opened in "``''" and opened != "" and sign == "''")


def _goes_on(text: str, mark: str, position: int, start: int) -> bool:
    """Whether a quotation left open before `position` goes on in the paragraph that begins there."""
    rest = text[position : start + _LONGEST]
    stripped = rest.lstrip()
    if not stripped:
        return False
    if stripped.startswith(mark):
        return True
    closer = _CLOSERS.get(mark)
    if closer is None:
        return False  # a straight mark says nothing of its direction: another may open as well as close
    for found in _MARK.finditer(rest):
        if found[0] in closer:
            return True
        if found[0] == mark:
            return False
    return False


def _singles(text: str, doubles: list[Quote]) -> list[Quote]:
    out = []
    for m in _SINGLE.finditer(text):
        span = Span(m.start(), m.end())
        around = [q for q in doubles if any(part.covers(span) for part in q.parts)]
        out.append(Quote((span,), max((q.depth + 1 for q in around), default=0), closed=True))
    return out
