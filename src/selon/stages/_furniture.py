"""What a page puts around a story: told by word lists, one table a language, and a few general signs.

A line counts as furniture on strong evidence only; all that is taken out goes into a note, whole.
"""

import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import NamedTuple

from selon.model import Note, StageName
from selon.stages._dates import is_dated_only
from selon.stages._languages import LANGUAGES, lexicon_of

_KEPT = ("credit", "byline")
_EDGES = " \t\xa0\u202f*·•|>»›→▶►✉✎📷📸🔴👉-–—:.,;!…"
_OPENING_SIGNS = re.compile(r"^[^\w(«“‘„‹\"'©#]+")  # pictograms, bullets
_PROSE_WORDS, _LONG, _WIDE = 8, 25, 60
STOP = re.compile(r"(?:[!?…]|(?<!\b[A-ZÀ-ÖØ-Þ])\.|\.(?=\W*$))[»”\"’)\]]*(?=\s|$)")
"""The end of a sentence, anywhere: no initial's point, unless it is the last."""
_CREDIT_WORDS = "crédits?(?: photos?)?|photos?(?: credits?)?|credits?|images?|pictures?|illustrations?"
_CREDIT_SIGN = re.compile(
    rf"(?i)[(\[]?(?:©|\b(?:{_CREDIT_WORDS})\s*:)|(?<=[.!?…»”\")] )[(\[]?(?:{_CREDIT_WORDS})\s(?:by|de|d['’])\b"
)
"""What opens a credit behind a caption; without a colon only after a sentence."""
CREDITED = re.compile(
    rf"(?i)(?:©|\(?\b(?:{_CREDIT_WORDS})\s*(?::|\bby\b|\bde\b))(?:[^.]|\b\w\.){{2,60}}$"
    r"|(?:/|\bvia)\s?(?:afp|reuters|ap|getty(?: images)?|epa|sipa|belga|keystone|shutterstock|anadolu)\)?\.?$"
)
"""The end of a caption: who made the picture."""
SENTENCE_END = re.compile(r"[.!?…][»”\"’)\]\s]*$")


class Lists(NamedTuple):
    """The patterns of all languages: code of furniture → one expression for all its lines."""

    narrow: dict[str, re.Pattern[str]]
    """For lines that are no prose."""
    wide: dict[str, re.Pattern[str]]
    """For lines of up to 60 words."""
    regions: frozenset[str]
    last: re.Pattern[str]
    """Heads of readers' comments."""
    captcha: re.Pattern[str]
    author: re.Pattern[str]
    """What stands before the name in a byline."""


def is_prose(text: str) -> bool:
    """Whether `text` reads like a paragraph: 8 words or more and a sentence's end, or over 25 words."""
    n = len(text.split())
    return n > _LONG or (n >= _PROSE_WORDS and SENTENCE_END.search(text) is not None)


def told(text: str) -> str:
    """The sentences that the caption `text` opens with, less a credit behind them; "" for a mere label or credit."""
    sign = _CREDIT_SIGN.search(text)
    before = text[: sign.start()].rstrip() if sign else text
    ends = [stop.end() for stop in STOP.finditer(before)]
    sentences = before[: ends[-1]] if ends else ""
    return sentences if len(sentences.split()) >= _PROSE_WORDS else ""


def code_of(text: str) -> str | None:
    """What kind of furniture the line `text` is ("share", "captcha"…); None for a line of the story."""
    if _lists().captcha.match(text):
        return "captcha"
    if is_dated_only(text):
        return "dates"
    if not any(c.isalpha() for c in text):
        return None if re.search(r"\d\D*\d", text) and len(text) > 12 else "navigation"
    if re.fullmatch(r"(?:https?://|www\.)\S+|[\w.+-]+@[\w-]+\.[\w.]+", text):
        return "navigation"
    return _matched(text, lambda code: code not in _KEPT)


def kept_as(text: str) -> str | None:
    """ "credit" or "byline" where the line `text` names the maker of a picture or of the story."""
    return None if is_prose(text) else _matched(text, lambda code: code in _KEPT)


def author(byline: str) -> str:
    """The name in a line like «Par Jeanne Orsel»."""
    return _lists().author.sub("", byline)


def lists_comments(text: str) -> bool:
    """Whether the line `text` heads readers' comments («Commentaires (12)», "3 comments"), not the form for one."""
    return len(text) < _PROSE_WORDS * 10 and _lists().last.fullmatch(_fold(text)) is not None


def opens_region(code: str) -> bool:
    """Whether lines that follow furniture of this kind belong to it."""
    return code in _lists().regions


def notes(stage: StageName, dropped: Iterable[tuple[str, str]]) -> tuple[Note, ...]:
    """One note for each kind among the `dropped` (code, words) pairs, with all its words, a line each."""
    found: dict[str, list[str]] = {}
    for code, words in dropped:
        found.setdefault(code, []).append(words)
    return tuple(
        Note(stage=stage, code=code, message=MESSAGES.get(code, MESSAGES["furniture"]), text="\n".join(lines))
        for code, lines in found.items()
    )


MESSAGES = {
    "furniture": "words of the page that are no part of the story are set aside",
    "share": "share buttons are set aside",
    "related": "links to other articles are set aside",
    "newsletter": "a newsletter box is set aside",
    "comments": "the comment form or comments are set aside",
    "captcha": "a captcha is set aside",
    "cookies": "a cookie or terms notice is set aside",
    "subscription": "a subscription offer is set aside",
    "advert": "advertising is set aside",
    "navigation": "menus and buttons are set aside",
    "reading-time": "the reading time is set aside",
    "tags": "tags are set aside",
    "dates": "the lines that date the page are set aside; the date is in the record",
    "copyright": "the copyright line is set aside",
    "caption": "captions and credits of pictures are set aside",
    "byline": "the line that names the author is set aside; the author is in the record",
    "repeat": "words that stand more than once are kept once",
    "script": "a line in another script is set aside",
}


def script(text: str) -> str:
    """The script that most letters of `text` are in: "LATIN", "HANGUL", "CYRILLIC"…; "" without letters."""
    counts: dict[str, int] = {}
    for c in text:
        if c.isalpha():
            name = "LATIN" if c < "\u0250" else unicodedata.name(c, "?").split()[0]
            counts[name] = counts.get(name, 0) + 1
    return max(counts, key=lambda name: counts[name]) if counts else ""


def _matched(text: str, wanted: Callable[[str], bool]) -> str | None:
    lists, folded = _lists(), _fold(text)
    if len(folded) > 500:
        return None
    tables = [lists.wide] if is_prose(text) else [lists.narrow, lists.wide]
    for table in tables:
        for code, pattern in table.items():
            if wanted(code) and pattern.fullmatch(folded):
                return code
    return None


def _fold(text: str) -> str:
    """Lower case, straight apostrophes, plain blanks, no punctuation at the edges."""
    text = _OPENING_SIGNS.sub("", re.sub(r"\s+", " ", text.replace("’", "'")))
    return text.strip(_EDGES).casefold()


@cache
def _lists() -> Lists:
    tables = [_table(code) for code in LANGUAGES]
    narrow: dict[str, list[str]] = {}
    wide: dict[str, list[str]] = {}
    numbers: list[str] = []
    for table in tables:
        numbers += table["numbers"]["words"]
        for code, entry in table.items():
            for line in entry.get("lines", ()):
                (wide if "**" in line else narrow).setdefault(code, []).append(_expression(line))
    number = "(?:[0-9]+|" + "|".join(sorted(map(re.escape, numbers), key=len, reverse=True)) + ")"
    return Lists(
        {code: re.compile("|".join(lines)) for code, lines in narrow.items()},
        {code: re.compile("|".join(lines)) for code, lines in wide.items()},
        frozenset(code for table in tables for code in table["regions"]["opened_by"]),
        re.compile("|".join(_expression(line) for table in tables for line in table["regions"]["last"])),
        re.compile(rf"(?i)\W*(?:{number}|_+|\?)\s*[+−–x×*/÷-]\s*(?:{number}|_+|\?)\s*=\s*(?:{number}|[?_. ]*)\W*$"),
        re.compile(rf"(?i)^(?:{'|'.join(re.escape(words) for t in tables for words in t['byline']['opens'])})\s+"),
    )


def _table(code: str) -> dict[str, dict[str, Sequence[str]]]:
    return tomllib.loads(lexicon_of(code, "furniture.toml"))


def _expression(line: str) -> str:
    """The expression for one pattern of the lists: # a number, * or ** any words."""
    out = ""
    for part in re.split(r"(\*+|#)", _fold_pattern(line)):
        if part == "#":
            out += r"[0-9][0-9.,\u00a0\u202f ]*"
        elif part.startswith("*"):
            out += r"(?:(?<!\w)|(?!\w)).*" if out and not out.endswith(" ") else ".*"
        else:
            out += re.escape(part)
    return out


def _fold_pattern(line: str) -> str:
    line = line.casefold()
    # a pattern's own edges are folded as a line's are, its signs kept
    return line if line[-1:] in "*#" else line.rstrip(_EDGES.replace("*", ""))
