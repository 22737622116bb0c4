"""Amounts: quantities ready for arithmetic, in the base of their unit, with the precision that their words give."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from selon.lang.contract import QuantityRules, fold
from selon.model import Quantity, Span
from selon.stages._numbers import figures, numbers
from selon.stages._units import in_base

_ROUND = 2
"""Figures that a round number is taken to give: 20,000 may stand for what rounds to it in thousands."""


class Amount(NamedTuple):
    """A quantity in its base unit: `value` is None for a range or what is only bounded."""

    span: Span
    value: float | None
    low: float
    high: float
    step: float
    """Half of what the last figure that is given counts; 0 of whole numbers, which are taken to be counted."""
    unit: str
    """The base unit; "" of counts."""
    shown: str
    """The unit as it was written in the record."""
    of: Span | None
    exact: bool
    """Whether it is told without about, nearly, more than."""
    plain: bool
    """Without a unit or a noun."""
    bare: bool
    """Figures that nothing multiplies."""
    raw: float

    @property
    def share(self) -> bool:
        return self.unit == "1"


def amount_of(
    quantity: Quantity, text: str, rules: QuantityRules, code: str, averages: frozenset[str] = frozenset()
) -> Amount:
    base, factor = in_base(quantity.unit)
    low, high = (bound if bound is not None else 0.0 for bound in (quantity.low, quantity.high))
    low, high = low if quantity.low is not None else high, high if quantity.high is not None else low
    found = next(numbers(text, quantity.start, quantity.end, rules, code), None)
    step = found.step if found else 0.0
    if quantity.unit.isalpha() and low and found and found.low and found.digits:
        step *= low / found.low if low > found.low else 1.0  # «3 M€»
    if quantity.by == "share":
        step = 0.05 * low
    if step == 0.5 and factor == 1:
        step = 0.0  # counted to the one
    single = low == high and quantity.mod in (None, "APPROX")
    mean = any(word in fold(text[quantity.start : quantity.end]) for word in averages)
    return Amount(
        span=Span(quantity.start, quantity.end),
        value=low * factor if single else None,
        low=0.0 if quantity.low is None else low * factor,
        high=float("inf") if quantity.high is None else high * factor,
        step=step * factor,
        unit=base,
        shown=quantity.unit,
        of=quantity.of,
        exact=single and (quantity.mod is None or mean),
        plain=quantity.unit == "" and quantity.of is None,
        bare=found is not None and found.written == "figures" and found.low == figures(found.digits, rules)[0],
        raw=low,
    )


_COLONS = re.compile(r"(?<![\d:])(\d{1,2}):([0-5]\d):([0-5]\d)(?![\d:])")
_COUNTED = 60
"""Code points before a unit, or «fois», in which its number stands."""
_HUNDREDTHS = re.compile(r"\s?(\d{2})(?!\w|[.,:]\d|\s?[%€$]|\s[^\W\d]*[^\W\d]s\b)")
_TAKEN = re.compile(r"\s*(?:,|et|and)?\s*")
_CLOCK = {"h": 3600.0, "min": 60.0, "s": 1.0, "ds": 0.1, "cs": 0.01, "ms": 0.001}


def taken(text: str, rules: QuantityRules, code: str, clock: Mapping[str, str]) -> Iterator[Amount]:
    """Times that something took, in seconds: «2 h 41 min 12 s», "a minute and 53 seconds", 2:41:12; no hour of the day.

    `clock`: words for hours, minutes and seconds, and what each is of h, min and s.
    """
    unit = re.compile(rf"[\s-]?(?P<unit>{'|'.join(map(re.escape, sorted(clock, key=len, reverse=True)))})(?![^\W\d])")
    found = [(m.start(), m.end(), float(m[0].replace(",", "."))) for m in re.finditer(r"\d+(?:[.,]\d+)?", text)]
    for start in (m.start() for m in unit.finditer(text) if text[m.start()] in " -\u00a0\n"):
        before = numbers(text, max(0, start - _COUNTED), start, rules, code)
        found += [(n.start, n.end, n.low) for n in before if n.written == "words" and n.end == start]
    told: list[tuple[int, int, float, str]] = []
    for start, end, number in sorted(found):
        if not (m := unit.match(text, end)):
            continue
        of = clock[fold(m["unit"])]
        last = told[-1] if told else None
        if of == "s" and (m2 := _HUNDREDTHS.match(text, m.end())):  # «2 min 09 s 80»
            number += float(f"0.{m2[1]}")
            m = m2
        if last and _TAKEN.fullmatch(text, last[1], start) and _CLOCK[of] < _CLOCK[last[3]]:
            told[-1] = last[0], m.end(), last[2] + number * _CLOCK[of], of
        else:
            told.append((start, m.end(), number * _CLOCK[of], of))
    for m in _COLONS.finditer(text):
        told.append((*m.span(), int(m[1]) * 3600.0 + int(m[2]) * 60 + int(m[3]), "s"))
    for start, end, seconds, of in sorted(told):
        if of != "h":
            step = 30.0 * (of == "min" and seconds >= 3600)
            exact = not any(p.search(text, max(0, start - _COUNTED), start) for p in rules.mods.values())
            yield Amount(
                Span(start, end), seconds, seconds, seconds, step, "s", "s", None, exact, False, False, seconds
            )  # fmt: skip


def compounds(text: str, rules: QuantityRules, code: str, nouns: Iterable[str]) -> Iterator[Amount]:
    """Counts that stand before a noun as an adjective: "a 21-point win"."""
    for m in re.finditer(rf"-(?P<noun>{'|'.join(map(re.escape, nouns)) or '(?!)'})(?!\w)", text):
        found = numbers(text, max(0, m.start() - _COUNTED), m.start(), rules, code)
        number = next((n for n in found if n.end == m.start()), None)
        if number and number.low == number.high and number.written in ("figures", "words"):
            at, low = Span(number.start, number.end), number.low
            yield Amount(at, low, low, low, 0.0, "", "", Span(*m.span("noun")), True, False, True, low)


def times_told(text: str, rules: QuantityRules, code: str, times: Iterable[str]) -> Iterator[Amount]:
    """How many times something was done, «marqué neuf fois», as counts without a noun; no «neuf fois plus»."""
    said = re.compile(rf"\s(?:{'|'.join(map(re.escape, times))})(?=\s?[,.;)]|\s(?:et|and)\s)")
    for m in said.finditer(text):
        found = numbers(text, max(0, m.start() - _COUNTED), m.start(), rules, code)
        number = next((n for n in found if n.end == m.start()), None)
        if number and number.low == number.high and number.low > 1:
            at = Span(number.start, number.end)
            low, bare = number.low, number.written == "figures"
            yield Amount(at, low, low, low, 0.0, "", "", None, number.written in ("figures", "words"), True, bare, low)


def slack(amount: Amount) -> float:
    """How far the true value may lie from the one given: round numbers may be rounded ones."""
    value = abs(amount.value if amount.value is not None else amount.low or amount.high)
    if not amount.exact:
        return max(amount.step, 0.15 * value) if amount.value is not None else 0.0
    if value < 100 or amount.step:
        return amount.step
    whole, size = round(value), 1
    while whole % (size * 10) == 0 and value / (size * 10) >= 10 ** (_ROUND - 1):
        size *= 10
    return size / 2 if size > 1 else 0.0


Things = Mapping[str, str]
"""Nouns by what they count, for those that news takes for one another: «écolier», «élève»."""


def comparable(a: Amount, b: Amount, text: str, things: Things) -> bool:
    """Whether two amounts are of one unit; one without unit or noun takes that of the other."""
    if a.unit == b.unit and a.unit:
        return True
    if a.unit or b.unit:
        if {a.unit, b.unit} & {"ct"} and (money(a) or money(b)):
            return True
        return (a.plain and not b.share and b.unit != "[pp]") or (b.plain and not a.share and a.unit != "[pp]")
    return a.of is None or b.of is None or alike(a.of.of(text), b.of.of(text), things)


def money(a: Amount) -> bool:
    """Whether it is in a currency."""
    return len(a.unit) == 3 and a.unit.isupper()


def alike(a: str, b: str, things: Things) -> bool:
    """Whether two counted nouns may be one: by their first five letters, or as names of one thing."""
    one, other = (fold(noun).split()[:3] for noun in (a, b))
    if any(x[:5] == y[:5] or x.rstrip("sx") == y.rstrip("sx") for x in one for y in other):
        return True
    return bool({thing for x in one if (thing := thing_of(x, things))} & {thing_of(y, things) for y in other})


def thing_of(noun: str, things: Things) -> str:
    """What a folded noun, in the singular or the plural, counts; "" of one that no list has."""
    return things.get(noun) or things.get(noun.rstrip("sx")) or ""


def fitted(a: Amount, b: Amount) -> Amount:
    """`a` with the unit of `b` and, where it has none of its own, what multiplies it: «de 120 à 150 millions»."""
    if a.unit == b.unit or not a.plain:
        if a.unit == "ct" and money(b):
            return a._replace(
                value=a.value and a.value / 100, low=a.low / 100, high=a.high / 100, step=a.step / 100, unit=b.unit
            )
        if a.unit == b.unit == "" and a.plain and a.bare and not b.bare and b.step and a.high < b.high / 1000:
            return _times(a, 2 * b.step if b.step >= 500 else 1.0, b.unit)
        return a
    if b.unit == "s" and a.plain:  # «55 minutes», then «40»
        return _times(a, 60.0 if b.high >= 60 and b.high % 60 == 0 else 1.0, b.unit)
    scaled = _times(a, in_base(b.shown)[1] or 1.0, b.unit)._replace(shown=b.shown)
    return _times(scaled, _multiple(scaled, b), b.unit)


def _multiple(a: Amount, b: Amount) -> float:
    for times in (1.0, 1e3, 1e6, 1e9, 1e12) if a.bare else (1.0,):
        if a.high and 0.05 <= b.high / (a.high * times) <= 20:
            return times
    return 1.0


def _times(a: Amount, times: float, unit: str) -> Amount:
    return a._replace(
        value=a.value * times if a.value is not None else None,
        low=a.low * times,
        high=a.high * times,
        step=a.step * times,
        unit=unit,
        plain=False,
    )
