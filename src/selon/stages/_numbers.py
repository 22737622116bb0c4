"""Numbers as an article writes them, in figures or words: their values, and how precisely they are given."""

import math
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

from text_to_num import text2num

from selon.lang.contract import QuantityRules, fold

MAX = 1e18
"""Numbers past this have no value here."""

Written = Literal["figures", "words", "tens", "several", "share"]


class Number(NamedTuple):
    """A number's extent, its bounds, and `step`, the half of what its last figure counts: 0.05 of 1.2.

    `low` is NaN where the words say a number that is out of reach."""

    start: int
    end: int
    low: float
    high: float
    step: float
    written: Written
    digits: str
    """The figures as they stand; "" of words."""


def numbers(text: str, start: int, end: int, rules: QuantityRules, code: str) -> Iterator[Number]:
    """The numbers of text[start:end], in order: whole expressions («deux millions et demi»), without a unit."""
    for found in rules.number.finditer(text, start, end):
        number = _number(found.start(), found.end(), found.groupdict(), rules, code)
        if number:
            yield number


def _number(start: int, end: int, named: dict[str, str | None], rules: QuantityRules, code: str) -> Number | None:
    if share := named["share"]:
        value = rules.factors[_plain(share)]
        return Number(start, end, value, value, 0.03 * value, "share", "")
    if several := named["several"]:
        factor = rules.factors[_plain(several)] * math.prod(_factors(named["more"] or "", rules))
        return Number(start, end, 2 * factor, 9.9 * factor, factor, "several", "")
    if tens := named["tens"]:
        value = rules.factors[_plain(tens)] * math.prod(_factors(named["tensof"] or "", rules))
        return Number(start, end, value, value, 0.15 * value, "tens", "")
    times = rules.factors[_plain(named["times"])] if named["times"] else 1.0
    half = 0.5 if named["half"] or named["late"] else 0.0
    if digits := named["figures"]:
        value, step = figures(digits, rules)
        written: Written = "figures"
    else:
        said, step, written = spelled_out(_plain(named["words"] or ""), code), 0.5, "words"
        if said is None:
            return None
        value = said
        if half and value >= 1000 and times == 1:  # «un million et demi»
            times = 10 ** (len(str(int(value))) - 1)
            value /= times
    precise = 1.0 if written == "words" and times < 1000 else times  # "three hundred" is told to the one
    value, step = (value + half) * times, 0.1 * times if half else step * precise
    if not value < MAX:
        value = math.nan
    return Number(start, end, value, value, step, written, digits or "")


def figures(digits: str, rules: QuantityRules) -> tuple[float, float]:
    """The value of figures and the half of what the last one counts. NaN where there are too many."""
    whole = digits
    for mark in rules.groups:
        parts = whole.split(mark)
        if len(parts) > 1 and all(len(p) == 3 for p in (*parts[1:-1], parts[-1].split(rules.decimal)[0])):
            whole = "".join(parts)
    whole = whole.replace(",", ".")
    if len(whole) > 24 or whole.count(".") > 1:
        return math.nan, 0.5
    return float(whole), 0.5 / 10 ** len(whole.partition(".")[2])


@lru_cache(maxsize=1024)
def spelled_out(words: str, code: str) -> float | None:
    """The number that folded words say; None where they say none."""
    try:
        return float(text2num(words, code))
    except ValueError:
        return None


def _factors(words: str, rules: QuantityRules) -> list[float]:
    plain = _plain(words.replace("'", " ").replace("’", " "))
    return [rules.factors[word] for word in plain.split() if word in rules.factors]


def _plain(words: str) -> str:
    return fold(" ".join(words.replace("ʼ", "'").split()))
