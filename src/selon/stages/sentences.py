"""Text → sentences, so that guillemets, incises, abbreviations and names do not cut them in two.

A sentence ends at . ! ? … and what closes with it, before a capital, a figure or an opening mark. It does not end
before a lower-case word («Vraiment ?» demande-t-il), before the comma of an incise, after a list's number, nor without
a word in it; a line's end ends it.

After an abbreviation it goes on, unless what follows can only begin another: a capitalised word that the same text
also writes small, followed by a small word («à 10 h. Le maire parle», but «à 10 h. Le Pen parle»). Titles before a
name («M. Le Pen») and initials never end one.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from selon.lang.contract import fold
from selon.model import Block, Span

_STOP = re.compile(r"[.!?…]+")
_CLOSER = re.compile(r"\s?[»›]|\s?”(?!\w)|[\u00a0\u202f]?’|[”)\]]|''|'(?!\w)")
_LEAD = re.compile(r"(?:\s|[«“„‹\"‘'`(\[–—•·*-])*")
_WORD = re.compile(r"[^\W_]")
_SMALL = re.compile(r"(?<![\w.])[^\W\d_]+\.?(?!\w)")
_LAST = re.compile(r"(?:(?P<before>[\w’'.&-]+),?\s+)?(?P<last>\S+)$")
_DOTTED = re.compile(r"(?:[^\W\d_]{1,2}\.-?)+[^\W\d_]{1,3}")
_DOUBLE = re.compile(r"\w+-[A-ZÀ-Þ]")
_LABEL = re.compile(r"\d{1,3}|[A-Za-z]|[IVX]{2,5}")
_RESTART = re.compile(r"(?P<first>[^\W\d_]+)(?:['’]|,?\s+)(?P<second>\w)")
_NUMBER = re.compile(r"\d|[IVXLC]{2,6}\b")
_GLUED_LEFT = re.compile(r"(?:^|[\s«“(\[\"'’-])[^\W\d_]{2,}$")
_GLUED_RIGHT = re.compile(r"[^\W\d_]+(?=['’\s,])")
_SHORT = 4
"""Letters of a word that begins a sentence after capital initials: most longer ones are part of a name."""
_REACH = 60
"""Code points that are looked at on either side of a stop."""


class _Context(NamedTuple):
    text: str
    abbreviations: frozenset[str]
    small: frozenset[str]
    """Words that the text writes without a capital, with the point after them where there is one."""


def split_sentences(text: str, blocks: Sequence[Block], abbreviations: frozenset[str]) -> tuple[Span, ...]:
    """Sentence spans, in order, none crossing a block or a line; blanks at their ends are left out.

    `abbreviations` are folded forms with their final point ("m.", "p. ex.").
    """
    small = frozenset(word for word in _SMALL.findall(text) if word.islower())
    context = _Context(text, abbreviations, small)
    return tuple(s for block in blocks for s in _lines(context, block.start, block.end))


def _lines(context: _Context, start: int, end: int) -> Iterator[Span]:
    position = start
    for line in context.text[start:end].split("\n"):
        yield from _sentences(context, position, position + len(line))
        position += len(line) + 1


def _sentences(context: _Context, start: int, end: int) -> Iterator[Span]:
    """The sentences of one line."""
    text = context.text
    begin = start
    word = _WORD.search(text, begin, end)
    counted, straight = start, False  # where straight marks are counted up to, and whether one is open there
    for stop in _STOP.finditer(text, start, end):
        if word is None:
            break
        if stop.start() < max(begin, word.start()):
            continue
        straight ^= text.count('"', counted, stop.start()) % 2 == 1
        counted = stop.start()
        after = _after_closers(text, stop.end(), end, straight)
        if _ends(context, stop, after, begin, end):
            yield from _trimmed(text, begin, after)
            begin = after
            word = _WORD.search(text, begin, end)
    yield from _trimmed(text, begin, end)


def _after_closers(text: str, position: int, end: int, straight: bool) -> int:
    """Past the marks that close with a stop. `straight`: whether a straight mark is open there."""
    while position < end:
        closer = _CLOSER.match(text, position, end)
        blank = text[position].isspace()
        mark = position + blank
        if closer:
            position = closer.end()
        elif mark < end and text[mark] == '"' and (straight or not blank) and _closes(text, mark, end, blank, straight):
            position, straight = mark + 1, False
        else:
            break
    return position


def _closes(text: str, mark: int, end: int, blank: bool, straight: bool) -> bool:
    """Whether the straight mark after a stop closes: " it does before a blank, or glued where one is open."""
    spaced = mark + 1 == end or not text[mark + 1].isalnum()
    return spaced or (straight and not blank)


def _ends(context: _Context, stop: re.Match[str], after: int, begin: int, end: int) -> bool:
    """Whether a sentence ends at this stop; `after` is past what closes with it."""
    text = context.text
    if after == end:
        return True
    before = text[max(begin, stop.start() - _REACH) : stop.start()]
    lead = _LEAD.match(text, after, min(end, after + _REACH))
    following = lead.end() if lead else after
    if following == end:
        return False
    if following == after:  # 3.5, U.S.-led, selon.fr; but «parti.Le maire»
        return _glued(context, before, after, end)
    first = text[following]
    if not first.isalnum():
        return unicodedata.category(first) in ("Sc", "So") or first in "#@"
    if first.islower():
        return False
    if stop[0] != "." or text[stop.end() : after].strip(" )]'"):
        return True
    return _stops(context, before, following)


def _glued(context: _Context, before: str, after: int, end: int) -> bool:
    """Whether a sentence begins without a blank after the stop."""
    word = _GLUED_RIGHT.match(context.text, after, min(end, after + _REACH))
    left = _GLUED_LEFT.search(before.rstrip(" »”"))
    return bool(word and left and word[0].istitle() and _listed(context, before) is None and left[0][-1].islower())


def _stops(context: _Context, before: str, following: int) -> bool:
    """Whether the point between `before` and the word at `following` ends a sentence, rather than an abbreviation."""
    text = context.text
    found = _LAST.search(before)
    if not found:
        return True
    last = found["last"].lstrip("«“„‹\"‘'([–—-")
    previous = found["before"] or ""
    if not before[: found.start("last")].strip() and _LABEL.fullmatch(last):
        return False  # 1. The dam holds.
    number = _NUMBER.match(text, following, following + _REACH)
    restart = _RESTART.match(text, following, following + _REACH)
    restarts = bool(restart and _small(context, restart["first"]) and restart["second"].islower())
    word = _unelided(last)
    if _DOUBLE.fullmatch(word):  # Jean-P. Morel
        word = word[-1]
    if len(word) == 1 and word.isalpha():
        free = fold(word) + "." not in context.abbreviations
        return not number and (restarts and (free and previous.islower()) if word.isupper() else restarts or free)
    if _DOTTED.fullmatch(word):  # «the U.S. They» but «the U.S. Court of Appeals»
        short = restart is not None and len(restart["first"]) <= _SHORT
        return restarts and not number and (short or word.islower())
    abbreviation = _listed(context, before)
    if abbreviation is None:
        return True
    if number:
        return False
    known = fold(word) in context.small
    if word.islower():
        return restarts or (known and " " not in abbreviation and not previous.isdigit())
    name = previous == "&" or (previous.istitle() and fold(previous) not in context.small)
    return restarts and (known or name)


def _listed(context: _Context, before: str) -> str | None:
    """The abbreviation that the words before a point end with, with its point."""
    words = before.split()[-2:]
    if not words:
        return None
    last = words[-1].lstrip("«“„‹\"‘'([–—-")
    forms = (" ".join((*words[:-1], last)), last, _unelided(last))
    return next((form for f in forms if (form := fold(f) + ".") in context.abbreviations), None)


def _small(context: _Context, word: str) -> bool:
    return not context.small.isdisjoint((fold(word), fold(word) + "."))


def _unelided(word: str) -> str:
    """A word without the elided one before it: l'al → al."""
    return re.sub(r"^[^\W\d_]{1,2}['’]", "", word)


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield Span(start, end)
