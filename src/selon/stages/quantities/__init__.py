"""Quantities: numbers with what they count or measure, ranges and vagueness included.

The language's `quantities.toml` says how numbers, units and vague words are written; times and names are left out.
"""

import math
from collections.abc import Sequence

from selon.lang.contract import QuantityRules, Rules
from selon.model import Note, Parse, Quantity, Time
from selon.stages._numbers import Number, numbers
from selon.stages.quantities.assemble import Assembly

_ASIDE = frozenset(",;:().–—")


def find_quantities(
    text: str, tree: Parse, times: Sequence[Time], rules: Rules
) -> tuple[tuple[Quantity, ...], tuple[Note, ...]]:
    """The quantities of a text, in order, and a note of the numbers that are out of reach."""
    if rules.quantities is None:
        return (), ()
    taken = bytearray(len(text))
    for time in times:
        taken[time.start : time.end] = b"\1" * (time.end - time.start)
    found: list[Quantity] = []
    far: list[str] = []
    for sentence in tree.sentences:
        free = []
        for number in numbers(text, sentence.start, sentence.end, rules.quantities, rules.code):
            if math.isnan(number.low):
                far.append(text[number.start : number.end][:80])
            elif not any(taken[number.start : number.end]) or _shares(number, text, rules.quantities):
                free.append(number)
        found += Assembly(text, tree, free, taken, sentence, rules.quantities).quantities()
    if not far:
        return tuple(found), ()
    message = f"{len(far)} numbers have more figures than can be counted with, and are left out"
    return tuple(found), (Note(stage="quantities", code="too-large", message=message, text=", ".join(far)),)


def _shares(number: Number, text: str, rules: QuantityRules) -> bool:
    """Whether it is a part of something, though it may be a time elsewhere: "a quarter of the trees"."""
    if number.written != "share":
        return False
    before, after = text[max(0, number.start - 2) : number.start].rstrip(), text[number.end : number.end + 2].lstrip()
    aside = before[-1:] in _ASIDE and after[:1] in _ASIDE
    by = rules.by.search(text, max(0, number.start - 8), number.start)
    return aside or by is not None or rules.of.match(text, number.end) is not None
