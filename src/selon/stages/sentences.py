"""Text → sentences, so that guillemets, incises, abbreviations and names do not cut them in two.

A sentence ends at . ! ? … and what closes with it, before a capital, a figure or an opening mark. It does not end
after an abbreviation or an initial, before a lower-case word («Vraiment ?» demande-t-il), or before the comma of an
incise; nor at a blank line's end without stopping at its paragraph.
"""

import re
from collections.abc import Iterator, Sequence

from selon.model import Block, Span

_END = re.compile(r"(?:[.!?…]+|(?<=\s)\?|(?<=\s)!)(?:[\s]?[»›]|[”\"’)\]])*")
_NEXT = re.compile(r"\s*(?:[«“„‹\"‘(\[–—-]\s*)*(?P<word>\w)")
_INITIAL = re.compile(r"(?:^|[\s(«“\"’'.-])[A-ZÀ-ÖØ-Þ]$")
_WORD_BEFORE = re.compile(r"[\w.'’-]+$")


def split_sentences(text: str, blocks: Sequence[Block], abbreviations: frozenset[str]) -> tuple[Span, ...]:
    """Sentence spans, in order, none crossing a block or a line; blanks at their ends are left out.

    `abbreviations` are folded forms with their final point ("m.", "p. ex.").
    """
    return tuple(s for block in blocks for s in _lines(text, block.start, block.end, abbreviations))


def _lines(text: str, start: int, end: int, abbreviations: frozenset[str]) -> Iterator[Span]:
    position = start
    for line in text[start:end].split("\n"):
        yield from _sentences(text, position, position + len(line), abbreviations)
        position += len(line) + 1


def _sentences(text: str, start: int, end: int, abbreviations: frozenset[str]) -> Iterator[Span]:
    begin = start
    for mark in _END.finditer(text, start, end):
        if mark.end() > begin and _ends(text, mark, begin, end, abbreviations):
            yield from _trimmed(text, begin, mark.end())
            begin = mark.end()
    yield from _trimmed(text, begin, end)


def _ends(text: str, mark: re.Match[str], begin: int, end: int, abbreviations: frozenset[str]) -> bool:
    after = text[mark.end() : min(end, mark.end() + 12)]
    if not after.strip():
        return True
    if not after[0].isspace() and after[0] not in "«“„":
        return False  # 3.5, U.S.-led, selon.fr
    following = _NEXT.match(after)
    if following is None or following["word"].islower():
        return False
    if mark[0].startswith(".") and not mark[0].startswith(".."):
        before = text[begin : mark.start()]
        word = _WORD_BEFORE.search(before)
        if _INITIAL.search(before):
            return False
        if word and (word[0] + ".").replace("’", "'").casefold() in abbreviations:
            return False
        tail = " ".join(before.split()[-2:]).casefold() + "."
        if tail in abbreviations:
            return False
    return True


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield Span(start, end)
