"""What happens when in one article or several, and who says so: one event for each time that an article tells."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec
from dateutil.relativedelta import relativedelta

from selon import ledger
from selon.labels import labels
from selon.lang.registry import rules
from selon.model import Act, Attribution, Block, Certainty, Language, Mod, Reading, Record, Span, Spans, Time, TimeType
from selon.stages._dates import is_dated_only
from selon.stages.sentences import split_sentences

Voice = Literal["content", "saying", "own"]
"""What a time belongs to: what a source says, its saying so, or the outlet's own words."""

_ASIDE = ("dateline", "byline", "credit")
_PARTS = {"MO": "06", "AF": "12:30", "EV": "18", "NI": "22"}
_SEASONS = {"SP": 3, "SU": 6, "FA": 9, "WI": 12}
_VALUE = re.compile(
    r"(?P<year>\d{4})(?:-(?:W(?P<week>\d\d)(?P<weekend>-WE)?|Q(?P<quarter>[1-4])|H(?P<half>[12])|(?P<season>SP|SU|FA|WI)"
    r"|(?P<month>\d\d)(?:-(?P<day>\d\d))?))?(?P<within>T.*)?"
)


class Event(Record, frozen=True):
    """A time that an article tells, with what happens then and who says so.

    `value` and `mod` are the time's; `first` and `last` the days that it reaches over, None where it is open. `told`
    are its words, at `start` and `end`. `text` is what happens: the content of `attribution`, at `spans`, or a sentence
    of the outlet's own. `who` is the source's name, None where there is none and in the outlet's own voice. `via` names
    whoever hands the words on, innermost first. `file` is the input as it was given.
    """

    value: str
    type: TimeType
    told: str
    start: int
    end: int
    voice: Voice
    text: str
    spans: Spans
    language: Language
    file: str
    article: str
    mod: Mod | None = None
    first: str | None = None
    last: str | None = None
    who: str | None = None
    attribution: str | None = None
    act: Act | None = None
    certainty: Certainty | None = None
    via: tuple[str, ...] = ()
    outlet: str | None = None

    def to_json(self) -> bytes:
        """One line of UTF-8 JSON."""
        return msgspec.json.encode(self)


def timeline(readings: Iterable[tuple[str, Reading]]) -> list[Event]:
    """The events of all articles, each with its input's name: by time, the wider first, what is open last."""
    found = [event for name, reading in readings for event in events(reading, name)]
    far = dt.date.max.isoformat()

    def place(event: Event) -> tuple[bool, str, int, str]:
        wide = days_of(event.value)
        length = (wide[1] - wide[0]).days if wide else 0
        return event.first is None, event.first or far, -length, _within(event.value)

    return sorted(found, key=place)


def _within(value: str) -> str:
    """The clock of a value, parts of a day by when they begin."""
    _, _, clock = value.partition("T")
    return _PARTS.get(clock, clock)


def events(reading: Reading, file: str) -> Iterator[Event]:
    """One event for each day, month, year or hour that the article tells, in the text's order.

    What lasts, what recurs and what is now are no events, nor is a line that is but a date; of one content or sentence,
    each value counts once.
    """
    text = reading.article.text
    attributions = ledger.in_order(reading)
    sayings = {span: a for a in attributions if a.when and a.when.how == "stated" for span in a.when.spans}
    sentences = _sentences(reading)
    aside = [Span(b.start, b.end) for b in reading.article.blocks if b.kind in _ASIDE]
    lines = {Span(b.start, b.end) for b in _blocks(reading)}
    seen = set[tuple[str, Spans]]()
    for time in reading.times:
        span = Span(time.start, time.end)
        if time.type not in ("DATE", "TIME") or time.value == "PRESENT_REF" or any(b.covers(span) for b in aside):
            continue
        holder = _innermost(attributions, span)
        saying = sayings.get(span)
        within = next((s for s in sentences if s.covers(span)), span)
        bare = _words(within.of(text)) == _words(span.of(text)) or (within in lines and is_dated_only(within.of(text)))
        if saying is not None:
            event = _attributed(reading, time, saying, "saying", file)
        elif holder is not None:
            event = _attributed(reading, time, holder, "content", file)
        elif bare:
            continue
        else:
            event = _event(reading, time, file, "own", ledger.printable(within.of(text)), (within,))
        if (time.value, event.spans) not in seen:
            seen.add((time.value, event.spans))
            yield event


def _words(text: str) -> int:
    return len(re.findall(r"[^\W\d_]{2,}", text))


def days_of(value: str) -> tuple[dt.date, dt.date] | None:
    """The first and the last day of a TIMEX3 value; None where it is open or past the calendar's ends."""
    try:
        if re.fullmatch(r"\d\d|\d{3}", value):
            span = 10 ** (4 - len(value))
            first = dt.date(max(1, int(value) * span), 1, 1)
            return first, dt.date(int(value) * span + span - 1, 12, 31)
        found = _VALUE.fullmatch(value)
        return _stretch(found) if found else None
    except (ValueError, OverflowError):
        return None


def _stretch(found: re.Match[str]) -> tuple[dt.date, dt.date]:
    year = int(found["year"])
    if found["week"]:
        monday = dt.date.fromisocalendar(year, int(found["week"]), 1)
        return monday + dt.timedelta(days=5 if found["weekend"] else 0), monday + dt.timedelta(days=6)
    if found["day"]:
        day = dt.date(year, int(found["month"]), int(found["day"]))
        return day, day
    month, months = 1, 12
    if found["month"]:
        month, months = int(found["month"]), 1
    elif found["quarter"]:
        month, months = 3 * int(found["quarter"]) - 2, 3
    elif found["half"]:
        month, months = 6 * int(found["half"]) - 5, 6
    elif found["season"]:
        month, months = _SEASONS[found["season"]], 3
    first = dt.date(year, month, 1)
    return first, first + relativedelta(months=months, days=-1)


def _sentences(reading: Reading) -> list[Span]:
    article = reading.article
    abbreviations = rules(article.language).lexicon.words.get("abbreviations", frozenset())
    return list(split_sentences(article.text, _blocks(reading), abbreviations))


def _blocks(reading: Reading) -> tuple[Block, ...]:
    whole = Block(kind="body", start=0, end=len(reading.article.text))
    return reading.article.blocks or ((whole,) if reading.article.text else ())


def _innermost(attributions: Iterable[Attribution], span: Span) -> Attribution | None:
    """The attribution with the shortest content that holds the span."""
    holding = [a for a in attributions if any(part.covers(span) for part in a.content.spans)]
    return min(holding, key=lambda a: sum(s.end - s.start for s in a.content.spans), default=None)


def _attributed(reading: Reading, time: Time, a: Attribution, voice: Voice, file: str) -> Event:
    said, (opening, closing) = ledger.said(reading, a, labels(reading.article.language).marks)
    names = (ledger.source_name(reading, outer) for outer in ledger.chain(reading, a))
    return msgspec.structs.replace(
        _event(reading, time, file, voice, f"{opening}{said}{closing}", tuple(sorted(a.content.spans))),
        who=ledger.source_name(reading, a),
        attribution=a.id,
        act=a.act,
        certainty=a.certainty,
        via=tuple(name for name in names if name),
    )


def _event(reading: Reading, time: Time, file: str, voice: Voice, text: str, spans: Spans) -> Event:
    article = reading.article
    days = days_of(time.value)
    return Event(
        value=time.value,
        type=time.type,
        mod=time.mod,
        told=ledger.printable(article.text[time.start : time.end]),
        start=time.start,
        end=time.end,
        first=days[0].isoformat() if days else None,
        last=days[1].isoformat() if days else None,
        voice=voice,
        text=text,
        spans=spans,
        language=article.language,
        file=file,
        article=article.id,
        outlet=article.outlet,
    )
