"""An article's words, quotations and sentences as linking needs them: no parser, any language that spaces its words."""

import re
import tomllib
import unicodedata
import zlib
from bisect import bisect_left
from collections.abc import Iterator
from importlib.resources import files
from typing import NamedTuple

from selon.model import Span

_WORD = re.compile(r"\d+(?:[.,\u00a0\u202f ]\d{3})+(?!\d)|\w+")
_OPENING = re.compile(r"[«“„]|(?<!\w)[\"‘'](?=\w)")
_CLOSING = {
    "«": re.compile("»"),
    "“": re.compile("[”“]"),
    "„": re.compile("[“”]"),
    '"': re.compile('"'),
    # An apostrophe closes nothing: it must follow a sentence's or clause's end.
    "‘": re.compile(r"(?<=[.,!?…])[’']"),
    "'": re.compile(r"(?<=[.,!?…])[’']"),
}
_LONGEST = 1500
"""Code points past which a quotation mark is taken to have lost its partner."""
_POSTED = re.compile(r"(?<![\w.])[@#]\w{3,}|\bpic\.twitter\.com|\bt\.co/")
_END = re.compile(
    r"(?<=[.!?…])(?:[\u00a0\u202f ]?»|[\"”’')\]])*[ \u00a0]+(?=[\"“«‘'(\[–—-]*[ \u00a0\u202f]?[A-ZÀ-ÖØ-Þ0-9])|\n+"
)
_ABBREVIATED = re.compile(
    r"(?:\b(?:[A-Z]|M|MM|Mr|Mrs|Ms|Dr|St|Gen|Col|Sen|Rep|Gov|Lt|Sgt|Jan|Feb|Sept?|Oct|Nov|Dec|No|vs|art|av)|\.[a-zA-Z])\.$"
)
_BOILERPLATE = re.compile(
    "|".join(
        f"(?:{rule['pattern']})"
        for rule in tomllib.loads((files("selon.linking") / "boilerplate.toml").read_text("utf-8"))["line"]
    ),
    re.IGNORECASE,
)


class Words(NamedTuple):
    """The words of a text: a number for each, where it stands, and whether it can be evidence of copying at all, which
    quoted words and a publisher's boilerplate cannot."""

    keys: tuple[int, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    quoted: bytes
    boilerplate: bytes

    def span(self, first: int, last: int) -> Span:
        """Code points of words [first, last)."""
        return Span(self.starts[first], self.ends[last - 1])


def plain(word: str) -> str:
    """The word without case and accents, which copies often change."""
    if word.isascii():
        return word.lower()
    folded = unicodedata.normalize("NFKD", word.casefold()).replace("œ", "oe").replace("æ", "ae")
    return "".join(c for c in folded if not unicodedata.combining(c))


def words_of(text: str) -> Words:
    found = list(_WORD.finditer(text))
    starts = tuple(m.start() for m in found)

    def marked(spans: Iterator[Span]) -> bytes:
        marks = bytearray(len(found))
        for span in spans:
            first, last = bisect_left(starts, span.start), bisect_left(starts, span.end)
            marks[first:last] = b"\1" * (last - first)
        return bytes(marks)

    return Words(
        # 32 bits that stand for the word in any run of the program.
        tuple(zlib.crc32(plain(m[0]).encode("utf-8", "surrogatepass")) for m in found),
        starts,
        tuple(m.end() for m in found),
        marked(quotations(text)),
        marked(line for line in _lines(text) if is_boilerplate(line.of(text))),
    )


def quotations(text: str) -> Iterator[Span]:
    """What stands between marks, marks included, and lines that are somebody's post. A quotation that is left open
    ends with its line."""
    at = 0
    while mark := _OPENING.search(text, at):
        line = text.find("\n", mark.end())
        end = line if line >= 0 else len(text)
        closing = _CLOSING[mark[0]].search(text, mark.end(), min(end, mark.end() + _LONGEST))
        at = closing.end() if closing else end
        if closing or mark[0] not in "'‘":
            yield Span(mark.start(), max(at, mark.end()))
        else:
            at = mark.end()
    yield from (posted for posted in _lines(text) if _POSTED.search(text, posted.start, posted.end))


def is_boilerplate(line: str) -> bool:
    return bool(_BOILERPLATE.search(line))


def sentences_of(text: str) -> tuple[Span, ...]:
    """Sentences by their punctuation, none over a line's end; what has no letter is left out."""
    found, start = [], 0
    for end in [*_END.finditer(text), None]:
        stop = end.start() if end else len(text)
        if end and "\n" not in end[0] and _ABBREVIATED.search(text, max(0, stop - 8), stop):
            continue
        piece = text[start:stop]
        if any(c.isalpha() for c in piece):
            found.append(Span(start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())))
        start = end.end() if end else stop
    return tuple(found)


def _lines(text: str) -> Iterator[Span]:
    at = 0
    for line in text.splitlines(keepends=True):
        if line.strip():
            yield Span(at, at + len(line.rstrip()))
        at += len(line)
