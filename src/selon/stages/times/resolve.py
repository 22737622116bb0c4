"""What an expression stands for, counted from publication, or from another time of the story."""

import datetime as dt
from typing import Literal, NamedTuple, cast

from selon.model import Anchor, Note, Parse, Quote, Span, Time, TimeType
from selon.stages.times import values
from selon.stages.times.matching import Match, Parts
from selon.stages.times.tense import Words, direction, looks_back
from selon.stages.times.values import Point, Unit

_WRONG_WAY = 280
"""Days past which a yearless date in the direction that the tense tells gives way to one close by in the other."""
_CLOSE = 70
_BESIDE = 5
"""Code points between an hour and the day after it: «à 21h05 ce samedi»."""
_CHAIN = 120
"""Code points between two weekdays of one enumeration."""


_SMALLER: dict[Unit, tuple[Unit, int]] = {"Y": ("M", 12), "M": ("D", 30), "W": ("D", 7), "TH": ("TM", 60)}


class Problem(NamedTuple):
    """Why an expression has no value, or not a whole one: a note's code and the expression."""

    code: Literal["impossible", "unresolved", "no-reference", "out-of-range"]
    words: str
    span: Span


class Resolved(NamedTuple):
    """A value with what it counts from, and its place in the calendar where it has one."""

    type: TimeType
    value: str
    anchor: Anchor
    point: Point | None = None


class Story:
    """The times told so far, from which the next one may count. One article's; used in the text's order."""

    def __init__(self, text: str, tree: Parse, quotes: tuple[Quote, ...], published: Point | None, words: Words):
        self.text = text
        self.tree = tree
        self.quotes = quotes
        self.published = published
        self.words = words
        self.told: list[tuple[Span, Resolved]] = []
        self.outside: tuple[tuple[Span, Resolved], ...] = ()
        """Times outside of quotation marks, resolved before those inside."""
        self.enumerating = False
        self.goes_on = False
        """Whether the story goes on from the time told last, and does not only look back to it («depuis 2010»)."""
        self.problems: list[Problem] = []

    # ------------------------------------------------------------ one expression

    def resolve(self, match: Match) -> Time | None:
        """The time that an expression stands for; None where it stands for none."""
        resolved = self._resolved(match)
        if resolved is None:
            return None
        self.told.append((match.span, resolved))
        self.enumerating = "weekday" in match.parts
        self.goes_on = not looks_back(self.tree, match.span, self.words)
        return Time(
            start=match.span.start,
            end=match.span.end,
            type=resolved.type,
            value=resolved.value,
            anchor=resolved.anchor,
            by=match.rule.name,
            mod=match.parts.get("mod"),
        )

    def _resolved(self, match: Match) -> Resolved | None:
        parts = match.parts
        match match.rule.means:
            case "duration":
                return Resolved("DURATION", _duration(parts), "none")
            case "set":
                return Resolved("SET", _duration(parts), "none")
            case "reference":
                return Resolved("DATE", parts["value"], "published")
            case "shift":
                return self._shifted(match)
            case "date":
                return self._dated(match)
        return None

    # ------------------------------------------------------------ so many units from a day

    def _shifted(self, match: Match) -> Resolved | None:
        parts = match.parts
        unit = cast(Unit, parts["unit"])
        count = parts.get("n", 1)
        within = _within(parts)
        kind: TimeType = "TIME" if within or unit[0] == "T" else "DATE"
        if within is None:
            return self._impossible(match)
        if unit == "D" and count == 0 and not within and self._nowadays(match):
            return Resolved("DATE", "PRESENT_REF", "published")
        base, anchor = self._base(match, unit)
        if count is None and unit[0] != "T":
            return Resolved("DATE", "PAST_REF" if parts["sign"] < 0 else "FUTURE_REF", anchor)
        if base is None or not base.fits(unit):
            self._problem("no-reference" if parts.get("base") == "text" else "unresolved", match)
            return Resolved(kind, values.unknown(unit, "TXX:XX" if unit[0] == "T" else within), anchor)
        if unit == "TH" and count and count % 24 == 0 and ":" not in base.within:
            unit, count, kind = "D", count // 24, "DATE"
        if count is not None and not float(count).is_integer():
            unit, count = _finer(unit, count)
        steps = int(count or 0) * parts.get("sign", 0) + self._implied(match, unit, base)
        if unit[0] == "T":
            then = values.moment(base, steps, unit) if count is not None else None
            point = then or Point(base.day, "D", "TXX:XX")
            return Resolved("TIME", point.value, anchor, point)
        shifted = values.shift(base, steps, unit)
        if shifted is None:
            self._problem("out-of-range", match)
            return Resolved("DATE", "PAST_REF" if steps < 0 else "FUTURE_REF", anchor)
        late = self.published is not None and shifted.day >= _end(self.published)
        if parts.get("how") == "or-now" and self.published and late:
            shifted = self.published._replace(unit=unit)
        elif late and anchor == "text" and steps > 0 and direction(self.tree, match.span, self.words) == "past":
            self._problem("no-reference", match)
            return Resolved(kind, values.unknown(unit, within), anchor)
        placed = _placed(shifted, parts, within)
        return Resolved(kind, placed.value, anchor, placed) if placed else self._impossible(match)

    def _base(self, match: Match, unit: Unit) -> tuple[Point | None, Anchor]:
        """What a shift counts from: publication, the day that quoted words were said, or a time told before."""
        if match.parts.get("base") != "text":
            spoken = self._spoken_day(match) if unit == "D" and self.published else None
            return (spoken, "text") if spoken else (self.published, "published")
        told = self._told(unit, self._past_steps(match))
        if told is None and (match.parts.get("how") == "or-now" or unit[0] == "T"):
            told = self.published
        return told, "text"

    def _nowadays(self, match: Match) -> bool:
        """Whether a word for today means these days: beside a present tense, outside of what day it is."""
        if match.parts.get("how") != "or-nowadays":
            return False
        following = self.tree.tokens[self.tree.at(match.span.end - 1) + 1 :][:1]
        if any(t.pos == "ADJ" or t.has("VerbForm=Part") for t in following):
            return True
        return direction(self.tree, match.span, self.words, bare="present") in ("present", None)

    def _implied(self, match: Match, unit: Unit, base: Point) -> int:
        """Steps that the words leave out: on a Sunday, the week to come; in spring, the end of last year."""
        parts = match.parts
        if parts.get("sign", 0) or parts.get("base") == "text" or base.unit != "D":
            return 0
        way = direction(self.tree, match.span, self.words)
        if unit == "W" and base.day.isoweekday() == 7 and (way != "past" or parts.get("mod") == "START"):
            return 1
        if unit == "Y" and parts.get("mod") == "END" and way == "past" and base.day.month < 10:
            return -1
        if unit == "WE" and way == "past" and base.day.isoweekday() < 6:
            return -1
        if unit == "D" and parts.get("part") == "NI" and way != "future":
            return -1
        return 0

    def _past_steps(self, match: Match) -> int:
        """The steps that a tense tells to end before publication, none where it looks ahead."""
        ahead = direction(self.tree, match.span, self.words) == "future"
        return 0 if ahead else match.parts["sign"] * int(match.parts.get("n", 1) or 0)

    def _told(self, unit: Unit, steps: int = 0) -> Point | None:
        """The time told last that is known finely enough to count from, `steps` after which is not yet to come.

        Where all are too late, the one told last.
        """
        fitting = [told.point for _, told in reversed(self.told) if told.point and told.point.fits(unit)]
        if steps and self.published:
            for point in fitting:
                then = values.shift(point, steps, unit)
                if then and then.day <= self.published.day:
                    return point
        return fitting[0] if fitting else None

    def _spoken_day(self, match: Match) -> Point | None:
        """The day on which words in quotation marks were said, where the sentence around them tells another one."""
        quote = next((q for q in self.quotes if any(p.covers(match.span) for p in q.parts) and q.closed), None)
        if quote is None:
            return None
        at = self.tree.at(quote.end)
        if at >= len(self.tree.tokens):
            return None
        sentence = self.tree.sentences[self.tree.tokens[at].sentence]
        for span, told in self.outside:
            outside = not any(p.overlaps(span) for p in quote.parts)
            if outside and sentence.start <= span.start < sentence.end and told.point and told.point.unit == "D":
                published = self.published
                if published and published.unit == "D" and 0 < (published.day - told.point.day).days <= 31:
                    return Point(told.point.day, "D")
        return None

    # ------------------------------------------------------------ calendar parts

    def _dated(self, match: Match) -> Resolved | None:
        parts = match.parts
        within = _within(parts)
        if within is None:
            return self._impossible(match)
        kind: TimeType = "TIME" if within else "DATE"
        if "century" in parts:
            return Resolved("DATE", f"{parts['century'] - 1:02}", "none")
        if "decade" in parts:
            return self._decade(parts["decade"])
        if "year" in parts:
            return self._full(match, parts["year"], within, kind)
        if not {"month", "day", "weekday", "season", "quarter", "half", "easter"} & parts.keys():
            return self._of_the_day(match, within)
        if "weekday" in parts and "month" not in parts and "day" not in parts:
            return self._weekday(match, within, kind)
        return self._yearless(match, within, kind)

    def _decade(self, decade: int) -> Resolved:
        if decade >= 100:
            return Resolved("DATE", f"{decade // 10:03}", "none")
        published = self.published
        century = published.day.year // 100 if published else 20
        if published is None or century * 100 + decade > published.day.year:
            century = max(0, century - 1)
        return Resolved("DATE", f"{century:02}{decade // 10}", "none")

    def _full(self, match: Match, year: int, within: str, kind: TimeType) -> Resolved | None:
        if year < 100:
            year += 2000 if year < 70 else 1900
        point = self._in_year(match.parts, year)
        if point is None:
            return self._impossible(match)
        point = _spread(point, match.parts, within)
        return Resolved(kind, point.value, "none", point)

    def _in_year(self, parts: Parts, year: int) -> Point | None:
        """The calendar parts in that year; None where they name no day of it."""
        unit: Unit = "Y"
        day = values.date(year)
        if "easter" in parts:
            day, unit = values.feast(year, 1, 1, parts["easter"]), "D"
        elif "season" in parts:
            return values.season(year, parts["season"]) if values.date(year) else None
        elif "quarter" in parts:
            day, unit = values.date(year, 3 * parts["quarter"] - 2), "Q"
        elif "half" in parts:
            day, unit = values.date(year, 6 * parts["half"] - 5), "H"
        elif "month" in parts:
            day, unit = values.date(year, parts["month"], parts.get("day", 1)), "D" if "day" in parts else "M"
        return Point(day, unit) if day else None

    def _yearless(self, match: Match, within: str, kind: TimeType) -> Resolved | None:
        """A date without its year: the one that the tense tells, around publication or in a year just told."""
        parts = match.parts
        if "month" in parts and "day" in parts and values.date(2024, parts["month"], parts["day"]) is None:
            return self._impossible(match)
        base: Point | None = self.published
        anchor: Anchor = "published"
        if "month" not in parts and "day" in parts:
            return self._day_of_month(match, within, kind)
        beside, told = self._year_beside(match), self._year_told(match)
        if beside is not None:
            point = self._in_year(parts, beside)
        elif told is not None:
            point = self._in_year(parts, told)
            anchor = "text"
        elif base is None:
            self._problem("unresolved", match)
            return Resolved(kind, _yearless_value(parts) + within, "published")
        else:
            point = self._near(match, base)
        if point is None:
            return self._impossible(match)
        point = _spread(point, parts, within)
        return Resolved(kind, point.value, anchor, point)

    def _near(self, match: Match, base: Point) -> Point | None:
        """The date in the year before, of or after publication that the weekday, or else the tense, tells."""
        parts = match.parts
        around = [p for y in (-1, 0, 1) if (p := self._in_year(parts, base.day.year + y)) is not None]
        if "weekday" in parts:
            fitting = [p for p in around if p.day.isoweekday() == parts["weekday"]]
            around = fitting or around
        if not around:
            return None
        here = base if base.unit != "Y" else Point(base.day.replace(month=7), "D")
        current = [p for p in around if p.day <= here.day < _end(p)]
        side = parts.get("side", 0)
        if current and side != -1:
            return current[0]
        before = [p for p in around if p.day < here.day and p not in current]
        after = [p for p in around if p.day > here.day]
        if side in (-1, 1):
            return before[-1] if side < 0 and before else after[0] if after else around[0]
        way = direction(self.tree, match.span, self.words)
        nearest = min(around, key=lambda p: abs((p.day - here.day).days))
        if base.unit == "Y":
            return next((p for p in around if p.day.year == base.day.year), nearest)
        same_year = next((p for p in around if p.day.year == here.day.year), nearest)
        untold = nearest if abs((nearest.day - here.day).days) < _CLOSE else same_year
        chosen = before[-1] if way == "past" and before else after[0] if way == "future" and after else untold
        far = "day" in parts and abs((chosen.day - here.day).days) > _WRONG_WAY
        return nearest if far and abs((nearest.day - here.day).days) < _CLOSE else chosen

    def _year_beside(self, match: Match) -> int | None:
        """The year of the day that a stretch begins with, «du 3 juin au 19 août»: the days of one follow each other."""
        if not self.told or not {"month", "day"} <= match.parts.keys():
            return None
        span, told = self.told[-1]
        gap = self.text[span.end : match.span.start]
        if (
            told.point is None
            or told.anchor != "published"
            or told.point.unit != "D"
            or not (0 < len(gap) <= _BESIDE and gap.strip(" ,;."))
        ):
            return None
        end = self._in_year(match.parts, told.point.day.year)
        return told.point.day.year if end and end.day > told.point.day and "," not in gap else None

    def _year_told(self, match: Match) -> int | None:
        """The year of a date told just before, where a past tense goes on from it."""
        if not self.told or not self.goes_on or {"side", "weekday"} & match.parts.keys():
            return None
        span, told = self.told[-1]
        between = self.text[span.end : match.span.start]
        if told.point is None or told.anchor == "published" or "\n" in between or self.published is None:
            return None
        year = told.point.day.year
        if told.point.unit in ("DE", "CE") or year >= self.published.day.year:
            return None
        if self._sentences_between(span, match.span) > 1:
            return None
        return year if direction(self.tree, match.span, self.words) == "past" else None

    def _sentences_between(self, one: Span, other: Span) -> int:
        tokens, last = self.tree.tokens, len(self.tree.tokens) - 1
        a, b = (tokens[min(self.tree.at(s.start), last)].sentence for s in (one, other))
        return b - a

    def _day_of_month(self, match: Match, within: str, kind: TimeType) -> Resolved | None:
        """A day whose month is not told: the closest in the direction that the tense tells."""
        base = self.published
        if base is None or base.unit != "D":
            self._problem("unresolved", match)
            return Resolved(kind, f"XXXX-XX-{match.parts['day']:02}{within}", "published")
        months = (values.shift(base, step, "M") for step in (-1, 0, 1))
        days = [values.date(m.day.year, m.day.month, match.parts["day"]) for m in months if m]
        around = [day for day in days if day is not None]
        if "weekday" in match.parts:
            around = [day for day in around if day.isoweekday() == match.parts["weekday"]] or around
        if not around:
            return self._impossible(match)
        way = direction(self.tree, match.span, self.words)
        past = [day for day in around if day <= base.day]
        after = [day for day in around if day >= base.day]
        nearest = min(around, key=lambda day: abs((day - base.day).days))
        chosen = past[-1] if way == "past" and past else after[0] if way == "future" and after else nearest
        point = Point(chosen, "D", within)
        return Resolved(kind, point.value, "published", point)

    # ------------------------------------------------------------ weekdays and hours

    def _weekday(self, match: Match, within: str, kind: TimeType) -> Resolved | None:
        parts = match.parts
        base = self.published
        if base is None or base.unit != "D":
            self._problem("unresolved", match)
            return Resolved(kind, f"XXXX-WXX-{parts['weekday']}{within}", "published")
        side = parts.get("side", 0)
        anchor: Anchor = "published"
        chained = self._chained(match)
        way = direction(self.tree, match.span, self.words)
        day: dt.date | None
        told = self._told("D")
        if parts.get("how") == "that":
            if told is None:
                self._problem("no-reference", match)
                return Resolved(kind, f"XXXX-WXX-{parts['weekday']}{within}", "text")
            day = values.nearest_weekday(values.plus(told.day, -3) or told.day, parts["weekday"], ahead=True)
            anchor = "text"
        elif parts.get("how") == "following":
            day = values.nearest_weekday(_next(told.day if told else base.day), parts["weekday"], ahead=True)
            anchor = "text"
        elif side == -1:
            day = values.nearest_weekday(values.plus(base.day, -1) or base.day, parts["weekday"], ahead=False)
        elif side == 1:
            day = values.nearest_weekday(_next(base.day), parts["weekday"], ahead=True)
        elif chained is not None and way != "past":
            day = values.nearest_weekday(chained, parts["weekday"], ahead=True)
            plain = values.nearest_weekday(base.day, parts["weekday"], ahead=True)
            anchor = "published" if day == plain else "text"
        else:
            day = values.nearest_weekday(base.day, parts["weekday"], ahead=way in ("future", "present"))
        if day is None:
            self._problem("out-of-range", match)
            return None
        point = Point(day, "D", within)
        return Resolved(kind, point.value, anchor, point)

    def _chained(self, match: Match) -> dt.date | None:
        """The day to come that an enumeration has just told, from which the next weekday counts."""
        if not self.told or self.published is None or not self.enumerating:
            return None
        span, told = self.told[-1]
        if told.point is None or told.point.unit != "D" or match.span.start - span.end > _CHAIN:
            return None
        ahead = told.point.day > self.published.day and "\n" not in self.text[span.end : match.span.start]
        return told.point.day if ahead and self._sentences_between(span, match.span) <= 1 else None

    def _of_the_day(self, match: Match, within: str) -> Resolved | None:
        """A clock time or part of a day: on the day that its sentence tells, or the story's, or of publication."""
        told = self._day_told(match, within)
        base = told or (self.published if self.published and self.published.unit == "D" else None)
        anchor: Anchor = "text" if told else "published"
        if base is None:
            self._problem("unresolved", match)
            return Resolved("TIME", f"XXXX-XX-XX{within}", anchor)
        way = direction(self.tree, match.span, self.words)
        if told and way == "future" and self.published and self.published.unit == "D" and told.day < self.published.day:
            base, anchor = self.published, "published"
        day: dt.date | None = base.day
        if within == "TNI" and not told and way == "past":
            day = values.plus(base.day, -1)
        elif told and told.within == "TNI" and within < "T13":
            day = values.plus(base.day, 1)
        point = Point(day or base.day, "D", within)
        return Resolved("TIME", point.value, anchor, point)

    def _day_told(self, match: Match, within: str) -> Point | None:
        """The day told last; of parts of a day in general («dans la soirée»), only one that their sentence tells."""
        for span, told in self.outside:
            beside = 0 <= span.start - match.span.end <= _BESIDE and not self._sentences_between(match.span, span)
            if beside and told.point is not None and told.point.unit == "D" and ":" not in told.point.within:
                return told.point
        for span, told in reversed(self.told):
            if told.point is not None and told.point.unit == "D":
                general = match.parts.get("base") == "published"
                own = within != "TNI" and not self._sentences_between(span, match.span)
                return told.point if own or not general else None
        return None

    # ------------------------------------------------------------ what cannot be read

    def _impossible(self, match: Match) -> Resolved | None:
        self._problem("impossible", match)
        return None

    def _problem(self, code: Literal["impossible", "unresolved", "no-reference", "out-of-range"], match: Match) -> None:
        self.problems.append(Problem(code, match.span.of(self.text), match.span))


def notes_of(problems: list[Problem], published: str | None) -> tuple[Note, ...]:
    """One note for each kind of problem, with the expressions."""
    day = f"the publication day, {published!r}, is not a whole one" if published else "the publication day is unknown"
    told = {
        "impossible": "no day or hour of the calendar is called so: no time is noted",
        "unresolved": f"{day} (--date says it): what counts from it keeps unknown parts",
        "no-reference": "the text tells no time that these count from: they keep unknown parts",
        "out-of-range": "these lie past the calendar's ends",
    }
    notes = []
    for code, message in told.items():
        words = list(dict.fromkeys(p.words for p in problems if p.code == code))
        if words:
            notes.append(Note(stage="times", code=code, message=message, text=", ".join(words)))
    return tuple(notes)


def _within(parts: Parts) -> str | None:
    """What is finer than a day: "", "TMO", "T18:00"; None where no clock shows it."""
    if "hour" in parts:
        hour, minute = parts["hour"], parts.get("minute", 0)
        if "meridiem" in parts:
            if not 1 <= hour <= 12:
                return None
            hour = hour % 12 + 12 * parts["meridiem"]
        elif parts.get("part") in ("AF", "EV") and hour < 12:
            hour += 12
        if hour > 24 or minute > 59 or (hour == 24 and minute):
            return None
        return f"T{hour:02}:{minute:02}{parts.get('zone', '')}"
    if parts.get("part") == "MI":
        return "T12:00"
    return f"T{parts['part']}" if "part" in parts else ""


def _placed(point: Point, parts: Parts, within: str) -> Point | None:
    """The day, month, season or part of a day that an expression names inside the unit shifted to."""
    if parts.get("exact"):
        point = point._replace(unit="D")
    if "weekday" in parts:
        monday = values.nearest_weekday(point.day, 1, ahead=False)
        day = values.plus(monday, parts["weekday"] - 1) if monday else None
        point = Point(day or point.day, "D")
    if "month" in parts:
        day = values.date(point.day.year, parts["month"], parts.get("day", 1))
        if day is None:
            return None
        point = Point(day, "D" if "day" in parts else "M")
    return Point(point.day, "D", within) if within else point


def _next(day: dt.date) -> dt.date:
    return values.plus(day, 1) or day


def _spread(point: Point, parts: Parts, within: str) -> Point:
    """The day with what is finer, or the week or week-end that is named by it."""
    if "unit" in parts and point.unit == "D":
        return point._replace(unit=cast(Unit, parts["unit"]))
    return Point(point.day, "D", within) if within else point


def _duration(parts: Parts) -> str:
    first = values.period(parts.get("n", 1), cast(Unit, parts["unit"]))
    if "unit_b" not in parts or parts.get("n") is None:
        return first
    second = values.period(parts.get("n_b", 1), cast(Unit, parts["unit_b"]))
    timed = "T" in first
    return first + second.removeprefix("PT" if timed else "P")


def _finer(unit: Unit, count: float) -> tuple[Unit, int]:
    """A broken count in whole smaller units: a year and a half is 18 months."""
    if unit not in _SMALLER:
        return unit, round(count)
    smaller, times = _SMALLER[unit]
    return smaller, round(count * times)


def _end(point: Point) -> dt.date:
    """The first day after a stretch."""
    following = values.shift(point, 1, point.unit)
    return following.day if following else dt.date.max


def _yearless_value(parts: Parts) -> str:
    if "season" in parts:
        return f"XXXX-{parts['season']}"
    if "quarter" in parts:
        return f"XXXX-Q{parts['quarter']}"
    if "half" in parts:
        return f"XXXX-H{parts['half']}"
    if "month" not in parts:
        return "XXXX-XX-XX"
    return f"XXXX-{parts['month']:02}" + (f"-{parts['day']:02}" if "day" in parts else "")
