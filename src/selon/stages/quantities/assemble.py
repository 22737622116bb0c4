"""From the numbers of a sentence to its quantities: units and nouns, ranges, vague words, and what is none."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from selon.lang.contract import QuantityRules, fold
from selon.model import Parse, Quantity, Sentence, Span, Vague
from selon.stages._numbers import Number, figures

_REACH = 30
"""Code points looked at before a number for what makes it vague, opens a range or a name."""
_CHANGE_REACH = 60
_ROW = 60
"""Code points between two counts of a row."""
_SHARED = 3
"""Words between the numbers of a share: «un habitant sur cinq»."""
_TIME_UNITS = ("a", "mo", "wk", "d", "h", "min", "s")
_ANNUAL = range(1000, 2101)
"""Four bare figures in this range are a year."""
_LETTERS = re.compile(r"[\w°]")
_PHONE = re.compile(r"(?:\d\d[ .\u00a0\u202f]){3,}\d\d|\d{3}-\d{3,4}(?:-\d{4})?")
_SCORE = re.compile(r"\d+\s?[-–:/]\s?\d+")


class _Measured(NamedTuple):
    """A number with its unit or noun; `end` is where its words end."""

    number: Number
    start: int
    end: int
    unit: str
    of: Span | None


class Assembly:
    """The quantities of one sentence."""

    def __init__(
        self,
        text: str,
        tree: Parse,
        numbers: Sequence[Number],
        taken: bytearray,
        sentence: Sentence,
        rules: QuantityRules,
    ) -> None:
        self.text = text
        self.tree = tree
        self.numbers = numbers
        self.taken = taken
        """1 where a time stands."""
        self.sentence = sentence
        self.rules = rules
        self.floor = sentence.start
        """Where the quantity before ends: what stands further left belongs to it."""
        self.phones = [m.span() for m in _PHONE.finditer(text, sentence.start, sentence.end)]

    def quantities(self) -> Iterator[Quantity]:
        i = 0
        last: Quantity | None = None
        while i < len(self.numbers):
            first = self.numbers[i]
            second = self.numbers[i + 1] if i + 1 < len(self.numbers) else None
            made = self._pair(first, second) if second else None
            i += 2 if made else 1
            made = made or self._single(first, last, second)
            if made:
                last = made
                self.floor = made.end
                yield made

    # ------------------------------------------------------------ two numbers

    def _pair(self, first: Number, second: Number) -> Quantity | None:
        """A range or a share that two numbers make."""
        if second.written in ("share", "several") or first.written in ("share", "several"):
            return None
        near = self._measured(first)
        between = self.text[first.end : second.start]
        if share := self._share(first, second, between):
            return share
        gap = self.text[near.end : second.start] if near.end <= second.start else between
        kind = self._range_kind(first, gap if near.unit else between)
        far = self._measured(second)
        if kind is None or (near.unit and near.unit != far.unit):
            return None
        if kind == "bare" and not (far.unit or far.of):
            return None
        low, high = self._scaled(first, second), second.high
        if not low < high or far.unit in _TIME_UNITS:
            return None
        start = first.start
        if kind in ("range", "from"):
            opened = self.rules.opens[kind].search(self.text, max(self.floor, start - _REACH), start)
            start = opened.start() if opened else start
        start, unit = self._currency(first, start, far.unit)
        return Quantity(start=start, end=far.end, low=low, high=high, unit=unit, by="range", of=far.of)

    def _range_kind(self, first: Number, between: str) -> str | None:
        for kind in ("range", "from", "bare"):
            if not self.rules.joins[kind].fullmatch(between):
                continue
            if kind == "bare":
                return None if self._changes(first.start) else kind
            if self._opens(kind, first.start) and not (kind == "from" and self._changes(first.start)):
                return kind
        return None

    def _opens(self, kind: str, at: int) -> bool:
        return self.rules.opens[kind].search(self.text, max(self.sentence.start, at - _REACH), at) is not None

    def _changes(self, at: int) -> bool:
        start = max(self.sentence.start, at - _CHANGE_REACH)
        return self.rules.opens["change"].search(self.text, start, at) is not None

    def _scaled(self, first: Number, second: Number) -> float:
        """The lower bound, which may share what multiplies the upper one: «de 120 à 150 millions»."""
        if first.written == second.written == "figures" and second.digits != "":
            times = second.high / max(1e-9, figures(second.digits, self.rules)[0])
            if times > 1 and first.low < second.high / times + 1e-9 and first.low < 1000:
                return first.low * round(times)
        return first.low

    def _share(self, first: Number, second: Number, between: str) -> Quantity | None:
        """«trois sur quatre», "one in five"."""
        joined = self.rules.joins["share"].search(between)
        if not joined or joined.end() != len(between) or len(between[: joined.start()].split()) > _SHARED:
            return None
        if fold(self.text[second.start : second.end]) in self.rules.one:
            return None
        small = second.high <= 10 or (second.written == "words" and second.high <= 100)
        if not (small and 0 < first.high <= second.high and second.high.is_integer()):
            return None
        round_one = second.high in (10, 100)  # "9 in 10 voters", but «3 sur 12 communes»
        if self._measured(second).unit or (second.written == "figures" and self._noun(second) and not round_one):
            return None
        value = first.high / second.high
        return Quantity(start=first.start, end=second.end, low=value, high=value, unit="1", by="share")

    # ------------------------------------------------------------ one number

    def _single(self, number: Number, last: Quantity | None, second: Number | None) -> Quantity | None:
        measured = self._measured(number)
        start, unit = self._currency(number, number.start, measured.unit)
        if not self._is_quantity(number, measured, unit, last, second):
            return None
        low: float | None = number.low
        high: float | None = number.high
        end, mod = measured.end, None
        if unit != measured.unit and (short := self.rules.short.match(self.text, number.end)):
            low = high = number.high * self.rules.shorts[short[1]]
            end = max(end, short.end())
        elif unit == "" and (short := self.rules.short.match(self.text, number.end)):
            sign = self.rules.unit.match(self.text, short.end())
            if sign and (code := self._code(sign["unit"])):
                low = high = number.high * self.rules.shorts[short[1]]
                end, unit = sign.end(), code
        if measured.unit and (half := self.rules.half.match(self.text, end)):
            low, high, end = number.low + 0.5, number.high + 0.5, half.end()
        if unit == "Cel" and self.text[max(self.floor, start - 1) : start] in ("-", "−", "–"):
            start, low, high = start - 1, -number.high, -number.high
        elif unit == "Cel" and (
            minus := re.search(r"(?i)\b(?:moins|minus) $", self.text[max(self.floor, start - 6) : start])
        ):
            start, low, high = start - len(minus[0]), -number.high, -number.high
        start, end, mod = self._vague(start, end, measured)
        if number.written in ("tens",) and mod is None:
            mod = "APPROX"
        if mod in ("MORE_THAN", "EQUAL_OR_MORE"):
            high = None
        elif mod in ("LESS_THAN", "EQUAL_OR_LESS"):
            low = None
        by = "money" if unit.isalpha() and unit.isupper() and len(unit) == 3 else number.written
        return Quantity(start=start, end=end, low=low, high=high, unit=unit, by=by, mod=mod, of=measured.of)

    def _vague(self, start: int, end: int, measured: _Measured) -> tuple[int, int, Vague | None]:
        for mod, pattern in self.rules.mods.items():
            if found := pattern.search(self.text, max(self.floor, start - _REACH), start):
                return found.start(), end, mod
        for mod, pattern in self.rules.mods_after.items():
            if found := pattern.match(self.text, end):
                return start, found.end() if not measured.of else end, mod
        return start, end, None

    def _currency(self, number: Number, start: int, unit: str) -> tuple[int, str]:
        """The start and unit where the sign of a currency stands before a number."""
        found = self.rules.currency.search(self.text, max(self.floor, number.start - 5), number.start)
        if not found or unit not in ("", "m", "t"):
            return start, unit
        return min(start, found.start()), self.rules.currencies[found[0].strip()]

    def _code(self, form: str) -> str | None:
        plain = " ".join(form.replace("’", "'").split())
        return self.rules.units.get(plain) or self.rules.units.get(fold(plain))

    def _measured(self, number: Number) -> _Measured:
        """The number with the unit after it, or else with the noun that it counts."""
        found = self.rules.unit.match(self.text, number.end)
        code = self._code(found["unit"]) if found else None
        if number.written == "share" and (code in (None, "%") or code in _TIME_UNITS):
            return _Measured(number, number.start, number.end, "1", None)
        if found and code:
            return _Measured(number, number.start, found.end(), code, None)
        return _Measured(number, number.start, number.end, "", self._noun(number))

    def _noun(self, number: Number) -> Span | None:
        """The noun that a number counts, with the adjectives beside it."""
        tokens = self.tree.tokens
        i = self.tree.at(number.end)
        if self.rules.of.match(self.text, number.end):
            i += 1
        first = last = only = None
        for token in tokens[i : i + 5]:
            if self.taken[token.start]:
                break
            gap = self.text[tokens[token.i - 1].end : token.start] if token.i else ""
            if token.sentence != tokens[i].sentence or (token.i > i and gap not in ("", " ", "\u00a0")):
                break
            if token.pos not in ("NOUN", "ADJ", "PROPN") and not (token.pos == "VERB" and "Tense=Past" in token.morph):
                break
            if token.pos == "PROPN" and (last is None or not self.rules.noun_last):
                first = first if last is not None else None
                if last is None and token.text[:1].isupper() and self.rules.noun_last is False:
                    first, last = token.start, token.end  # «neuf Français»
                break
            first = token.start if first is None else first
            if token.pos in ("NOUN", "PROPN"):
                if last is not None and not self.rules.noun_last:
                    break
                last = token.end
            elif last is not None:
                if self.rules.noun_last:
                    break
                last = token.end
            else:
                only = token  # «11 civils»: an adjective that stands for a noun
        if last is None and only is not None and only.has("Number=Plur"):
            return Span(only.start, only.end)
        if first is None or last is None:
            return None
        return Span(first, last)

    def _is_quantity(
        self, number: Number, measured: _Measured, unit: str, last: Quantity | None, second: Number | None
    ) -> bool:
        text = self.text
        before = text[max(0, number.start - 2) : number.start]
        after = text[measured.end : measured.end + 1]
        if number.written == "share" and self.rules.not_share.match(text, number.end):
            return False
        if unit == "1":
            return True
        if unit in _TIME_UNITS:
            return False  # durations and ages
        if not unit and second and self._and_time(number, second):
            return False  # «âgés de 34 et 32 ans»
        if _LETTERS.match(after) and not self.rules.short.match(text, number.end):
            return False
        if any(start <= number.start < end for start, end in self.phones):
            return False
        if not unit and text[number.end : number.end + 1] == "-" and text[number.end + 1 : number.end + 2].isalpha():
            return False  # «les Deux-Sèvres», "a two-bedroom flat"
        if self.rules.dated.match(text, number.end) and not unit:
            return False
        one = fold(text[number.start : number.end]) in self.rules.one
        if unit:
            return not (one and unit == "[pp]")
        if one:
            return measured.of is not None and self._listed(number, last)
        if number.written != "figures":
            token = self.tree.tokens[min(self.tree.at(number.start), len(self.tree.tokens) - 1)]
            return measured.of is not None or token.pos != "ADJ" or self._is_subject(number)
        if after == "/" or (after == ":" and text[measured.end + 1 : measured.end + 2].isdigit()):
            return False
        if before[-1:] in ("-", "–", "−", "'", "’") and before[:1] != " ":
            return False
        if measured.of is None:
            if number.digits.isdigit() and len(number.digits) == 4 and int(number.digits) in _ANNUAL:
                return False
            score = _SCORE.match(text, number.start)
            if score and not self.rules.unit.match(text, score.end()):  # but "360 – 45 per cent –"
                return False
            if re.search(r"\d(?:\s?[-–/]\s?|:)$", text[max(0, number.start - 4) : number.start]):
                return False
            if text[number.end : number.end + 1] == "." and not text[self.sentence.start : number.start].strip():
                return False
            if number.digits.startswith("0") and len(number.digits) > 1 and number.digits.isdigit():
                return False
        bare = number.low == figures(number.digits, self.rules)[0]
        return not (bare and self._named(number, measured))

    def _is_subject(self, number: Number) -> bool:
        """Whether a word that may be an adjective stands alone before a verb: «neuf ont été admis»."""
        i = self.tree.at(number.start)
        after = self.tree.tokens[i + 1 : i + 2]
        alone = i == 0 or self.tree.tokens[i - 1].pos in ("PUNCT", "CCONJ", "ADV")
        return alone and bool(after) and after[0].pos in ("AUX", "VERB") and not after[0].has("Number=Sing")

    def _and_time(self, number: Number, second: Number) -> bool:
        joined = self.rules.joins["range"].fullmatch(self.text[number.end : second.start])
        return joined is not None and self._measured(second).unit in _TIME_UNITS

    def _listed(self, number: Number, last: Quantity | None) -> bool:
        """Whether «un» counts: in a row of counts."""
        if last is None or last.unit or not 0 <= number.start - last.end < _ROW:
            return False
        found = self.rules.row.search(self.text, last.end, number.start)
        if found is None or found[0].strip() != ",":
            return found is not None
        i = self.tree.at(number.start)
        return self.tree.tokens[self.tree.tokens[i].head].dep == "conj"

    def _named(self, number: Number, measured: _Measured) -> bool:
        """Whether the word before makes it a name: «article 5», «Boeing 737»."""
        if self.taken[number.start - 1] if number.start else False:
            return True
        start = max(self.sentence.start, number.start - _REACH)
        found = self.rules.name.search(self.text, start, number.start)
        if found and measured.of is None:
            return True
        i = self.tree.at(number.start) - 1
        if measured.of is not None or i < 0:
            return False
        token = self.tree.tokens[i]
        return (
            token.text[:1].isupper()
            and token.start > self.sentence.start
            and not self.text[token.end : number.start].strip()
        )
