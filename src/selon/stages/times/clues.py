"""What each expression of a text tells about the day that it came out: the days it may name, and where they lie."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from selon.lang.contract import TimeRules, fold
from selon.model import Block, Parse, Quote, Span
from selon.stages._dates import is_dated_only
from selon.stages.times.matching import Match, Parts
from selon.stages.times.tense import Direction, direction, looks_back

FIRST, LAST = 1900, 2099
"""Years among which a publication day is looked for."""

Kind = Literal[
    "stated", "updated", "dateline", "this", "weekday-date", "date", "weekday", "span",
    "counted", "lasting", "rights", "footer",
]  # fmt: skip
"""How an expression bears on the publication day.

stated        a line of its own with a whole date          Publié le 12 mars 2024 à 18h03
updated       such a line, of a later change               Mis à jour le 13 mars 2024
dateline      before the story's first words               Moscou, 3 mai (AFP) –
this          named as the day of writing                  ce mardi 12 mars
weekday-date  a day of the month with its weekday          mardi 12 mars
date          a day of the month without one               le 12 mars, le 12 mars 2019
weekday       a bare weekday                               mardi
span          a month or a year                            en 2022, en juin 2018
counted       a count from the day of writing to a date    hier, mardi 12 mars; né le 3 mai 1980 … 43 ans
lasting       how long something that began has lasted     en février 2022 … depuis 17 mois
rights        a claim of copyright in the text             © 2023
footer        one among the page's furniture
"""
Days = NDArray[np.bool_]
"""One truth value for each day from FIRST to LAST."""
Words = Mapping[str, frozenset[str]]

_FIRST_BLOCKS = 6
_OPENING = 90
"""Code points of a paragraph within which a dateline gives its day."""
_DATELINE_BEFORE = re.compile(r"(?:[^\W\d_a-zà-ÿ][\w'’.-]*[ ,/()–—-]*|\b(?:le|the) )*")
_DATELINE_AFTER = re.compile(r"(?:,? (?:[^\W\d_a-zà-ÿ][\w'’.]*[ ,/-]{0,2}){1,4}|\s*\([^()\n]{1,30}\))?\.?\s*[-–—:|]\s")
_RIGHTS = re.compile(r"(?:©|\(c\)|[Cc]opyright)[^\n.]{0,40}?\b((?:19|20)\d\d)\b(?:\s?[-–]\s?((?:19|20)\d\d)\b)?")
_BESIDE = re.compile(r",? \(?|,? (?:le|on|en|in) |\s?[–—-]\s")
_SIGNED = re.compile(r"\(@\w+\)\s*$")
"""What stands before the day of a message that a page shows."""
_YEAR = 365.2425
_UNITS = {"D": 1.0, "W": 7.0, "M": _YEAR / 12, "Y": _YEAR}
"""Days of each unit."""


class Clue(NamedTuple):
    """An expression, the days that it may name, and where its tense puts them; `year` where it names one itself."""

    kind: Kind
    words: str
    days: Days
    told: Direction | None = None
    year: int | None = None


class Calendar(NamedTuple):
    """All days from FIRST to LAST."""

    first: np.datetime64
    year: NDArray[np.int64]
    month: NDArray[np.int64]
    day: NDArray[np.int64]
    weekday: NDArray[np.int64]


@lru_cache(1)
def calendar() -> Calendar:
    days = np.arange(np.datetime64(f"{FIRST}-01-01"), np.datetime64(f"{LAST + 1}-01-01"))
    years, months = days.astype("datetime64[Y]"), days.astype("datetime64[M]")
    return Calendar(
        first=days[0],
        year=years.astype(np.int64) + 1970,
        month=months.astype(np.int64) % 12 + 1,
        day=(days - months).astype(np.int64) + 1,
        weekday=(days.astype(np.int64) + 3) % 7 + 1,
    )


def find_clues(
    text: str, blocks: Sequence[Block], quotes: Sequence[Quote], tree: Parse, rules: TimeRules, found: Sequence[Match]
) -> Iterator[Clue]:
    """What the expressions `found` tell, and the text's claims of copyright. What quoted words call today is the day
    that they were said on."""
    lines = _lines(text, blocks)
    stated = set[Span]()
    for match in (m for m in found if m.rule.means == "date"):
        days, year = _days(match.parts)
        if days is None or not days.any() or ("side" in match.parts and "month" not in match.parts):
            continue
        number, line = next(((n, line) for n, line in enumerate(lines) if line.covers(match.span)), (0, match.span))
        kind = _kind(match, text, line, number, rules.words)
        if kind in ("stated", "updated"):
            if line in stated:
                continue
            stated.add(line)
        elif kind != "dateline" and not _weekday_fits(match.parts, days):
            continue
        if any(part.overlaps(match.span) for quote in quotes for part in quote.parts):
            if kind == "weekday" or "month" not in match.parts:
                continue
            kind = "weekday-date" if kind == "this" else kind
        signed = _SIGNED.search(text, max(0, match.span.start - _OPENING), match.span.start)
        told = "past" if signed else direction(tree, match.span, rules.words)
        yield Clue(kind, _told(text, match.span), days, told, year)
    yield from _counted(text, tree, found, rules.words)
    yield from _rights("rights", text)


def footer_clues(furniture: Iterable[str]) -> Iterator[Clue]:
    """What the claims of copyright among the page's furniture tell."""
    for line in furniture:
        yield from _rights("footer", line)


def _rights(kind: Kind, text: str) -> Iterator[Clue]:
    for rights in _RIGHTS.finditer(text):
        year = int(rights[2] or rights[1])
        yield Clue(kind, _told(text, Span(*rights.span())), calendar().year == year, None, year)


def _told(text: str, span: Span) -> str:
    return " ".join(span.of(text).split())


def _lines(text: str, blocks: Sequence[Block]) -> list[Span]:
    """The paragraphs, each with its dateline."""
    lines: list[Span] = []
    for block in blocks or ((Block(kind="body", start=0, end=len(text)),) if text else ()):
        joined = lines and "\n" not in text[lines[-1].end : block.start]
        lines.append(Span(lines.pop().start if joined else block.start, block.end))
    return lines


def _days(parts: Parts) -> tuple[Days | None, int | None]:
    """The days that calendar parts may name, and the year that they say; None for what is too vague or too long."""
    cal = calendar()
    year = parts.get("year")
    if year is not None and year < 100:
        year += 2000 if year < 70 else 1900
    if {"season", "quarter", "half", "easter", "century", "decade"} & parts.keys():
        return (cal.year == year, year) if year is not None and "season" not in parts else (None, None)
    wanted = {"year": year, "month": parts.get("month"), "day": parts.get("day")}
    if year is None:
        bare = "month" not in parts and "day" not in parts
        if (bare and parts.get("base") == "text") or ("month" in parts and "day" not in parts):
            return None, None
        wanted["weekday"] = parts.get("weekday")
        if wanted["weekday"] is None and "month" not in parts:
            return None, None
    days = np.ones(len(cal.year), dtype=np.bool_)
    for name, value in wanted.items():
        if value is not None:
            days &= getattr(cal, name) == value
    return days, year


def _weekday_fits(parts: Parts, days: Days) -> bool:
    """Whether the weekday, where one is named, is that of a whole date."""
    return "weekday" not in parts or bool((calendar().weekday[days] == parts["weekday"]).any())


def _kind(match: Match, text: str, line: Span, number: int, words: Words) -> Kind:
    parts, span = match.parts, match.span
    this = fold(span.of(text)).split()[0] in words["this"]
    if "day" not in parts:
        return "span" if "year" in parts else "this" if this else "weekday"
    if "month" in parts:
        told = line.of(text)
        if "year" in parts and is_dated_only(told):
            return "updated" if any(fold(told).startswith(word) for word in words["updated"]) else "stated"
        before = text[line.start : span.start]
        opens = number < _FIRST_BLOCKS and len(before) <= _OPENING and _DATELINE_BEFORE.fullmatch(before)
        if opens and _DATELINE_AFTER.match(text, span.end, line.end):
            return "dateline"
    return "this" if this else "weekday-date" if "weekday" in parts else "date"


def _counted(text: str, tree: Parse, found: Sequence[Match], words: Words) -> Iterator[Clue]:
    """Dates beside a count from the day of writing: «hier, mardi 3 mai», «il y a deux ans, en 2021», a birth and an
    age."""
    for one, other in pairwise(found):
        beside = _BESIDE.fullmatch(text[one.span.end : other.span.start]) is not None
        apart = _sentences_between(tree, one, other)
        for count, dated in ((one, other), (other, one)):
            number, unit = count.parts.get("n", 1), count.parts.get("unit", "Y")
            if dated.rule.means != "date" or number is None or not float(number).is_integer():
                continue
            days, year = _days(dated.parts)
            if days is None or not days.any() or (year is None and "day" not in dated.parts):
                continue
            told = _told(text, Span(one.span.start, other.span.end))
            if count.rule.means == "shift":
                steps = -int(number) * count.parts.get("sign", 0)
                exact = "mod" not in count.parts and count.parts.get("base") != "text"
                if beside and exact and unit == "D" and "day" in dated.parts:
                    yield Clue("counted", told, _moved(days, steps), None, year)
                elif beside and exact and unit == "Y" and year is not None:
                    yield Clue("counted", told, calendar().year == year + steps, None, year)
            elif year is not None and apart == 0 and unit == "Y" and _tells_birth(tree, count, words):
                yield Clue("counted", told, _after(days, round(_YEAR * number), round(_YEAR)), None, year)
            elif year is not None and apart <= 1 and count is other and _tells_length(tree, count, words):
                first = round(_UNITS[unit] * (number - 0.5))
                yield Clue("lasting", told, _after(days, first, round(1.5 * _UNITS[unit])), None, year)


def _tells_birth(tree: Parse, count: Match, words: Words) -> bool:
    """Whether a count of years is an age beside a birth."""
    if count.rule.means not in ("nothing", "duration") or "n" not in count.parts or not tree.tokens:
        return False
    sentence = tree.sentences[tree.tokens[min(tree.at(count.span.start), len(tree.tokens) - 1)].sentence]
    return any(fold(t.text) in words["born"] for t in tree.tokens[sentence.first : sentence.last])


def _tells_length(tree: Parse, count: Match, words: Words) -> bool:
    """Whether a count is how long something has lasted by now: «depuis 17 mois»."""
    return count.rule.means == "duration" and count.parts["unit"] in _UNITS and looks_back(tree, count.span, words)


def _after(days: Days, count: int, more: int) -> Days:
    """From `count` days after the first of `days` to `more` days after the last of the same."""
    named = np.flatnonzero(days)
    after = np.zeros_like(days)
    after[named[0] + count : named[-1] + count + more] = True
    return after


def _sentences_between(tree: Parse, one: Match, other: Match) -> int:
    last = len(tree.tokens) - 1
    a, b = (tree.tokens[min(tree.at(m.span.start), last)].sentence for m in (one, other))
    return b - a


def _moved(days: Days, count: int) -> Days:
    """The days `count` days after each of `days`."""
    moved = np.zeros_like(days)
    at = np.flatnonzero(days) + count
    moved[at[(at >= 0) & (at < len(days))]] = True
    return moved
