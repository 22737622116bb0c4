"""Proper names as values, and which of them can be the same."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from functools import cache
from typing import NamedTuple

from selon.model import Token

_ALIKE = 0.8
"""Likeness of two spellings of one surname, when the given names are the same."""


class Name(NamedTuple):
    """A proper name on tokens [first, last), an honorific before it included; `bare` is where it starts without one.

    `words` are its words folded: lower case, no accents, no particles, hyphens opened.
    """

    first: int
    last: int
    bare: int
    words: tuple[str, ...]
    honorific: str
    acronym: bool


@cache
def plain(word: str) -> str:
    """Lower case without accents or typographic apostrophes: «ÉLYSÉE» and «Elysée» are one."""
    decomposed = unicodedata.normalize("NFD", word.replace("’", "'").casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def articles(words: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """The articles in contracted prepositions: «le» in «au»."""
    pairs = (pair.partition(" ") for pair in words.get("contracted_articles", ()))
    return {a: b for a, _, b in pairs}


def is_article(t: Token) -> bool:
    """Whether an article may be a part of the name after it; an elided one is not always taken for one."""
    return t.pos == "DET" or t.text[1:] in ("'", "’")


def same(a: Sequence[str], b: Sequence[str]) -> float:
    """How well two folded names agree, from 0 (two people) to 3 (word for word)."""
    short, long = (a, b) if len(a) <= len(b) else (b, a)
    if not short or not long:
        return 0
    if short == long:
        return 3
    if len(short) == 1:
        if short[0] == long[-1]:
            return 2
        return 1.5 if short[0] in long[1:] else float(short[0] == long[0])
    if _within(short, long):
        return 2.5
    if short[0] == long[0] and SequenceMatcher(None, " ".join(short[1:]), " ".join(long[1:])).ratio() >= _ALIKE:
        return 2
    return 0


def _within(short: Sequence[str], long: Sequence[str]) -> bool:
    """Whether the words of one come, in order, among the other's; an initial stands for a word."""
    rest = iter(long)
    return all(any(w == s or (1 in (len(s), len(w)) and w[0] == s[0]) for w in rest) for s in short)


def initials(words: Iterable[str]) -> str:
    return "".join(w[0] for w in words if w)
