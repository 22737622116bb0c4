"""What every check looks at: the sentences with their quantities, times and places in place of their words."""

import datetime as dt
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple, TypeVar

from dateutil.relativedelta import relativedelta

from selon.lang.contract import FindingRules, QuantityRules, Rules, fold
from selon.model import (
    Attribution,
    Block,
    Finding,
    FindingKind,
    Mention,
    Parse,
    Place,
    Quantity,
    Quote,
    Sentence,
    Source,
    Span,
    Time,
    Verdict,
)
from selon.stages._numbers import numbers
from selon.stages._units import in_base
from selon.stages.findings.amounts import Amount, alike, amount_of, comparable, compounds, taken, times_told

_TIME_UNITS = ("a", "mo", "wk", "d")
SIGNS = {"q": "\ue000", "t": "\ue001", "d": "\ue002", "p": "\ue003"}
"""What stands in a sentence's skeleton for a quantity, a date, a duration, a place: private characters."""
_MOST = 40
"""Items past which a sentence is a table rather than a sentence."""
_YEAR_REACH = 300
"""Code points within which a date without a year is of the year told before it."""
_OF = 6
"""Code points between a date and the year that it is said to be of, or the date that a stretch ends on."""
_SAME_YEAR = 12
"""Code points between two dates, the second of which gives the year of both."""
_PASSAGE = 4
"""Sentences before one that what it counts may stand in."""
_THIRDS = ("START", "MID", "END")
_PARTS = {"-SP": (3, 4), "-SU": (6, 4), "-FA": (9, 4), "-WI": (12, 4)} | {f"-Q{n}": (3 * n - 2, 3) for n in range(1, 5)}
"""Parts of a year: the month in which each begins, and its length in months; seasons begin and end within one."""
_PUBLISHED = re.compile(r"\d{4}-\d\d-\d\d")


class Dates(NamedTuple):
    """A date as the text gives it: the first and the last day that it may be, and whether its year is in the text."""

    span: Span
    first: dt.date
    last: dt.date
    sure: bool


class Lasting(NamedTuple):
    """A duration as the text gives it: so many of a unit (UCUM: a, mo, wk, d)."""

    span: Span
    number: float
    unit: str
    rough: bool
    """Whether it is told as about so much: «près de dix ans»."""
    more: int
    """1: more than that, -1: less."""
    few: bool = False
    """Whether it is any small number of the unit: «quelques semaines»."""


class Few(NamedTuple):
    """«quelques semaines», which only a check that asks for it takes for a duration."""

    span: Span
    lasting: Lasting


_T = TypeVar("_T", bound=Amount | Dates | Lasting | Few | Place)
Item = Amount | Dates | Lasting | Few | Place


class Skeleton:
    """A sentence whose items are single characters, and the way back."""

    def __init__(self, text: str, sentence: Sentence, items: Sequence[tuple[Span, str, Item]], index: int) -> None:
        self.sentence = sentence
        self.index = index
        self.own = 0
        """Where in it the last of its sentences begins: 0, but in a passage of several."""
        self.items: dict[int, Item] = {}
        """Where in the skeleton each item stands."""
        self._starts: list[int] = []
        self._offsets: list[int] = []
        parts: list[str] = []
        length, at = 0, sentence.start
        for span, sign, item in items:
            if span.start < at:
                continue
            length = self._add(parts, text[at : span.start], at, length)
            self.items[length] = item
            length = self._add(parts, sign, span.start, length)
            at = span.end
        self._add(parts, text[at : sentence.end], at, length)
        self.words = "".join(parts)

    def _add(self, parts: list[str], piece: str, at: int, length: int) -> int:
        if piece:
            parts.append(piece)
            self._starts.append(length)
            self._offsets.append(at)
        return length + len(piece)

    def offset(self, at: int) -> int:
        """The place in the text of a place in the skeleton."""
        if not self._starts:
            return self.sentence.start
        i = max(0, bisect_right(self._starts, at) - 1)
        return self._offsets[i] + at - self._starts[i]

    def all(self, kind: type[_T]) -> list[tuple[int, _T]]:
        return [(at, item) for at, item in self.items.items() if isinstance(item, kind)]

    def after(self, before: "Skeleton") -> "Skeleton":
        """The passage that `before` and this one make, which is known by its last sentence."""
        joined = Skeleton("", self.sentence, (), self.index)
        shift = len(before.words)
        joined.words = before.words + self.words
        joined.own = shift + self.own
        joined.items = before.items | {at + shift: item for at, item in self.items.items()}
        joined._starts = before._starts + [start + shift for start in self._starts]
        joined._offsets = before._offsets + self._offsets
        return joined


class Scene:
    """One article, ready for checks."""

    def __init__(
        self,
        text: str,
        blocks: Sequence[Block],
        quotes: Sequence[Quote],
        tree: Parse,
        mentions: Sequence[Mention],
        attributions: Sequence[Attribution],
        times: Sequence[Time],
        places: Sequence[Place],
        quantities: Sequence[Quantity],
        published: str | None,
        rules: Rules,
        wording: FindingRules,
        numbering: QuantityRules,
    ) -> None:
        self.text = text
        self.blocks = blocks
        self.quotes = quotes
        self.tree = tree
        self.mentions = mentions
        self.attributions = attributions
        self.named = {m.entity for m in mentions if m.form == "name" and m.entity}
        self.times = times
        self.places = places
        self.rules = wording
        self.numbering = numbering
        self.code = rules.code
        self._lexicon = rules.lexicon
        self.things = wording.values["things"]
        self.weekdays = {word: int(day) for word, day in (rules.times.lists["weekday"] if rules.times else {}).items()}
        averages = wording.words["averages"]
        amounts = (amount_of(q, text, numbering, rules.code, averages) for q in quantities)
        amounts = (a for a in amounts if not (a.plain and a.bare and self._is_name(a.span.start)))
        self.amounts = tuple(a if self._is_noun(a.of) else a._replace(of=None, plain=a.unit == "") for a in amounts)
        self.amounts += tuple(taken(text, numbering, rules.code, wording.values["clock"]))
        self.amounts += tuple(times_told(text, numbering, rules.code, wording.words["fold"]))
        self.amounts += tuple(compounds(text, numbering, rules.code, wording.words["compounds"]))
        found = _PUBLISHED.match(published) if published else None
        self.published = _day(found[0]) if found else None
        self.dates = tuple(self._dates())
        self.known: dict[tuple[str, int], int | None] = {}
        """What a check found of an amount, by its kind and where the amount stands, since passages overlap."""
        self._told_in: dict[str, frozenset[Span]] = {}
        self.ages: tuple[Finding, ...] | None = None
        """What the check of ages found, for those of durations too: an age is none."""
        self.crowded: list[Sentence] = []
        """Sentences with so many items that nothing can be said of how they belong together."""
        self.skeletons = tuple(self._skeletons())
        self.starts = [s.sentence.start for s in self.skeletons]

    # ------------------------------------------------------------ items

    @cached_property
    def capitals(self) -> frozenset[str]:
        """Names of states and of their capitals, folded."""
        return frozenset(name for name, (kind, _) in self._lexicon.names.items() if kind == "state")

    @cached_property
    def persons(self) -> frozenset[str]:
        """Nouns of people, as lemmas."""
        return frozenset(lemma for lemma, (kind, _) in self._lexicon.heads.items() if kind == "person")

    def _is_noun(self, of: Span | None) -> bool:
        """Whether what a number is taken to count is no adjective: «50 000 nécessaires»."""
        word = fold(of.of(self.text)) if of else ""
        return of is None or (any(map(str.isalpha, word)) and word not in self.rules.words["no_nouns"])

    def _is_name(self, at: int) -> bool:
        """Whether a figure without a noun is what something is called: «la 5», «ligne 6»."""
        before = self.text[max(0, at - 12) : at].split(" ")
        return len(before) > 1 and fold(before[-2]) in self.rules.words["numbered"] and not before[-1]

    def _dates(self) -> list[Dates]:
        known: Dates | None = None
        found: list[Dates] = []
        for time in self.times:
            if time.type in ("DATE", "TIME") and time.mod in (None, *_THIRDS) and not time.value.startswith("P"):
                value = time.value
                same = known and (
                    any(p.match(self.text, time.end) for p in self.rules.patterns["same_year"])
                    or any(
                        p.search(self.text, max(0, time.start - 40), time.start)
                        for p in self.rules.patterns["that_year"]
                    )
                )
                if known and same and re.fullmatch(r"\d{4}-\d\d(-\d\d)?", value):
                    value = f"{known.first.year:04}{value[4:]}"  # «le 21 juin de la même année»
                if value.startswith("XXXX-"):
                    value = self._with_year(time, known)
                stretch = stretch_of(value)
                if stretch:
                    stretch = _third(*stretch, time.mod) if time.mod else stretch
                    words = self.text[time.start : time.end]
                    named = any(words.count(str(day.year)) for day in stretch)
                    last = found[-1] if found else None
                    gap = self.text[last.span.end : time.start] if last else ","
                    beside = 0 < len(gap) <= _OF and "," not in gap
                    if (
                        last and beside and not named and stretch[1] < last.first
                    ):  # «du 3 juin au 19 août» is one year's
                        stretch = stretch[0] + relativedelta(years=1), stretch[1] + relativedelta(years=1)
                    if last and beside and within(last, *stretch):
                        found[-1] = last._replace(sure=True)  # «le 14 mai de la même année»
                        continue
                    date = Dates(Span(time.start, time.end), *stretch, named or bool(same))
                    known = date if named else known
                    found.append(date)
        return found

    def _with_year(self, time: Time, known: Dates | None) -> str:
        """A value without its year in that of the date after it, «du 3 avril au 20 mai 1992», or before."""
        for other in self.times:
            year = other.value[:4]
            near = 0 < other.start - time.end < _SAME_YEAR
            if near and year.isdecimal() and year in self.text[other.start : other.end]:
                return year + time.value[4:]
        if known and time.start - known.span.end < _YEAR_REACH:
            return f"{known.first.year:04}{time.value[4:]}"
        return time.value

    def _steps(self, sentence: Sentence) -> Iterator[tuple[Lasting | Few, str]]:
        """The durations that one word tells, and what it says with them: «le lendemain» is a day «plus tard»."""
        for pattern in self.rules.patterns["step"]:
            for m in pattern.finditer(self.text, sentence.start, sentence.end):
                said = fold(" ".join(m["step"].replace("’", "'").split()))
                number, unit, *words = self.rules.values["steps"][said].split(" ")
                few, span = number == "few", Span(*m.span("step"))
                lasting = Lasting(span, 4 if few else float(number.strip("~")), unit, few or number[0] == "~", 0, few)
                yield Few(span, lasting) if few else lasting, "".join(f" {word}" for word in words)

    def _lastings(self, sentence: Sentence) -> list[Lasting]:
        """The durations of a sentence; «cinq ans et huit mois» is one, in months."""
        found: list[Lasting] = []
        for number in numbers(self.text, sentence.start, sentence.end, self.numbering, self.code):
            if number.written in ("several", "share") or not number.low < 1e6:
                continue
            after = self.rules.lasting.match(self.text, number.end)
            unit = self.numbering.units.get(fold(after["unit"])) if after else None
            if not after or unit not in _TIME_UNITS:
                continue
            start, rough, more = number.start, number.written == "tens", 0
            for mod, pattern in self.numbering.mods.items():
                if said := pattern.search(self.text, max(sentence.start, start - 30), start):
                    start = said.start()
                    rough = rough or mod == "APPROX"
                    more = {"MORE_THAN": 1, "EQUAL_OR_MORE": 1, "LESS_THAN": -1, "EQUAL_OR_LESS": -1}.get(mod, 0)
                    break
            half = next((m for p in self.rules.patterns["half"] if (m := p.match(self.text, after.end()))), None)
            end, count = (half.end(), number.low + 0.5) if half else (after.end(), number.low)
            lasting = Lasting(Span(start, end), count, unit, rough, more)
            last = found[-1] if found else None
            if last and last.unit == "a" and unit == "mo" and self._joined(last.span.end, start):
                months = 12 * last.number + lasting.number
                found[-1] = Lasting(Span(last.span.start, lasting.span.end), months, "mo", last.rough, last.more)
            else:
                found.append(lasting)
        return found

    def _joined(self, end: int, start: int) -> bool:
        return self.numbering.joins["range"].fullmatch(self.text[end:start]) is not None and start - end <= 5

    def _skeletons(self) -> Iterator[Skeleton]:
        ready: list[tuple[Span, str, Item]] = [(d.span, SIGNS["t"], d) for d in self.dates]
        ready += [(a.span, SIGNS["q"], a) for a in self.amounts]
        ready += [(Span(p.start, p.end), SIGNS["p"], p) for p in self.places if p.relative is None]
        for index, sentence in enumerate(self.tree.sentences):
            here = [item for item in ready if sentence.start <= item[0].start < sentence.end]
            lastings: list[tuple[Span, str, Item]] = [(x.span, SIGNS["d"], x) for x in self._lastings(sentence)]
            lastings += [(x.span, SIGNS["d"] + words, x) for x, words in self._steps(sentence)]
            # A date counted from another («onze jours plus tard») is the duration and its words.
            here = [item for item in here if not any(item[0].overlaps(lasting[0]) for lasting in lastings)]
            items = sorted([*here, *lastings], key=lambda item: (item[0].start, -item[0].end))
            if len(items) > _MOST:
                self.crowded.append(sentence)
                items = []
            yield Skeleton(self.text, sentence, items, index)

    def comparable(self, a: Amount, b: Amount) -> bool:
        return comparable(a, b, self.text, self.things)

    def akin(self, a: str, b: str) -> bool:
        """Whether two nouns may count the same: as one thing, or as people."""
        if alike(a, b, self.things):
            return True
        one, other = (
            {word.rstrip("sx") for word in fold(noun).split()} & self.rules.words["people"] for noun in (a, b)
        )
        return bool(one and other)

    def told_in(self, name: str) -> frozenset[Span]:
        """The dates and durations that stand as {t} or {d} in wordings of this name, in any sentence."""
        if name not in self._told_in:
            patterns = self.rules.patterns[name]
            item = "d" if "d" in patterns[0].groupindex else "t"
            found = (
                skeleton.items.get(m.start(item))
                for skeleton in self.skeletons
                if SIGNS[item] in skeleton.words
                for p in patterns
                for m in p.finditer(skeleton.words)
            )
            spans = (x.span for x in found if isinstance(x, Dates | Lasting | Few))
            self._told_in[name] = frozenset(spans)
        return self._told_in[name]

    # ------------------------------------------------------------ the text

    def near(self, skeleton: Skeleton, before: int = 1, after: int = 1) -> Iterator[Skeleton]:
        """The sentences around one, itself left out, nearest first."""
        for distance in range(1, max(before, after) + 1):
            if distance <= before and skeleton.index - distance >= 0:
                yield self.skeletons[skeleton.index - distance]
            if distance <= after and skeleton.index + distance < len(self.skeletons):
                yield self.skeletons[skeleton.index + distance]

    def passages(self, skeleton: Skeleton, paragraphs: int = 1, most: int = _PASSAGE) -> Iterator[Skeleton]:
        """A sentence, then it with one more of those before it each time, `most` and no further than so many
        paragraphs before."""
        yield skeleton
        breaks, passage = 0, skeleton
        for other in reversed(self.skeletons[max(0, skeleton.index - most) : skeleton.index]):
            breaks += "\n" in self.text[other.sentence.start : passage.offset(0)]
            if breaks > paragraphs:
                return
            passage = passage.after(other)
            yield passage

    def told_past(self, at: int) -> bool | None:
        """Whether the verb that governs the words at a place of the text is in a past tense; None without a verb."""
        i = self.tree.at(at)
        if i >= len(self.tree.tokens):
            return None
        for token in (self.tree.tokens[i], *self.tree.ancestors(i)):
            if token.pos in ("VERB", "AUX"):
                aux = [t for t in self.tree.children(token.i) if t.pos == "AUX"]
                if any(t.has("Tense=Fut") or t.has("VerbType=Mod") for t in (token, *aux)):
                    return False
                return any(t.has("Tense=Past") or t.has("Tense=Imp") for t in (token, *aux))
        return None

    def present(self, skeleton: Skeleton) -> bool:
        """Whether the sentence's chief verb is in the present."""
        sentence = skeleton.sentence
        for token in self.tree.tokens[sentence.first : sentence.last]:
            if token.head == token.i:
                verbs = [token, *(t for t in self.tree.children(token.i) if t.dep.split(":")[0] in ("aux", "cop"))]
                return any(t.has("Tense=Pres") for t in verbs) and not any(t.has("Tense=Past") for t in verbs)
        return False

    def contested(self, a: Span, b: Span, *, named: bool = False) -> bool:
        """Whether two different sources stand behind two spans; with `named`, two that the article names."""
        one, two = self._source(a), self._source(b)
        if one is None or two is None or (named and not {one.entity, two.entity} <= self.named):
            return False
        said = ["".join(s.of(self.text) for s in source.spans) for source in (one, two)]
        return (one.entity or said[0]) != (two.entity or said[1])

    def _source(self, span: Span) -> Source | None:
        held = [a for a in self.attributions if any(s.covers(span) for s in a.content.spans)]
        held.sort(key=lambda a: sum(s.end - s.start for s in a.content.spans))
        return held[0].source if held and (held[0].source.entity or held[0].source.spans) else None

    def finding(
        self, kind: FindingKind, holds: bool | None, spans: Sequence[Span], by: str, template: str, **values: object
    ) -> Finding:
        """A finding whose working is the language's template, filled."""
        verdict: Verdict = "cannot_tell" if holds is None else "holds" if holds else "does_not_hold"
        working = self.rules.workings[template].format(**{k: self._filled(v) for k, v in values.items()})
        return Finding(kind=kind, verdict=verdict, spans=tuple(sorted(set(spans))), working=working, by=by)

    def _filled(self, value: object) -> str:
        return self.number(value) if isinstance(value, float) else str(value)

    def number(self, value: float) -> str:
        """A number as the language writes it."""
        digits = f"{value:,.2f}" if abs(value) < 1000 and not float(value).is_integer() else f"{value:,.0f}"
        if "." in digits:
            digits = digits.rstrip("0").rstrip(".")
        group, mark = ("\u202f", ",") if self.numbering.decimal == "," else (",", ".")
        return digits.replace(",", "\0").replace(".", mark).replace("\0", group)

    def put(self, amount: Amount, value: float) -> str:
        """A value in the base unit of an amount, as it was given: 0.25 of a percentage is 25."""
        _, factor = in_base(amount.shown)
        if amount.unit == "s":
            return str(dt.timedelta(seconds=round(value, 2)))
        return self.number(round(value / factor, 6)) if factor else self.number(value)

    def quoted_words(self, span: Span) -> str:
        return (
            f"«\u00a0{' '.join(span.of(self.text).split())}\u00a0»"
            if self.numbering.decimal == ","
            else (f"“{' '.join(span.of(self.text).split())}”")
        )


def _day(value: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        return None


def within(date: Dates, first: dt.date, last: dt.date) -> bool:
    """Whether a date is a part of a longer stretch."""
    return first <= date.first and date.last <= last and (first, last) != (date.first, date.last)


def _third(first: dt.date, last: dt.date, mod: str) -> tuple[dt.date, dt.date]:
    """The beginning, middle or end of a stretch: a third of it."""
    third = (last - first) / 3
    return first + _THIRDS.index(mod) * third, last - (2 - _THIRDS.index(mod)) * third


def stretch_of(value: str) -> tuple[dt.date, dt.date] | None:
    """The first and the last day of an ISO 8601 year, month, week or day, or a TIMEX3 season, quarter or
    week-end; else None."""
    plain = value.split("T")[0]
    if "X" in plain:
        return None
    try:
        if re.fullmatch(r"\d{4}", plain):
            return dt.date(int(plain), 1, 1), dt.date(int(plain), 12, 31)
        if plain[4:] in _PARTS:
            month, months = _PARTS[plain[4:]]
            first = dt.date(int(plain[:4]), month, 1)
            return first, first + relativedelta(months=months, days=-1)
        if re.fullmatch(r"\d{4}-W\d\d(-WE)?", plain):
            monday, weekend = dt.date.fromisocalendar(int(plain[:4]), int(plain[6:8]), 1), plain.endswith("-WE")
            return monday + dt.timedelta(days=5 * weekend), monday + dt.timedelta(days=6)
        if re.fullmatch(r"\d{4}-\d\d", plain):
            first = dt.date(int(plain[:4]), int(plain[5:]), 1)
            return first, first + relativedelta(months=1, days=-1)
        if re.fullmatch(r"\d{4}-\d\d-\d\d", plain):
            day = dt.date.fromisoformat(plain)
            return day, day
    except (ValueError, OverflowError):
        return None
    return None
