"""Hours and minutes that something lasted, against the clock times that it lies between."""

import datetime as dt
import re
from collections.abc import Iterator
from typing import NamedTuple

from selon.model import Finding, Sentence, Span, Time
from selon.stages._numbers import numbers
from selon.stages.findings.scene import Scene

_CLOCK = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d):(\d\d)")
_LASTING = re.compile(r"PT(?:(\d+(?:\.\d+)?)H)?(?:(\d+)M)?")
_DAY = 24 * 60
_CLOSE = 0.04
"""Share of a duration that it may be off and still be the one told."""
_BACK = 8
"""Sentences before a duration in which its two times may stand."""
_ONWARD = 4
"""Sentences after it in which they may stand."""
_FEW = 5
"""Minutes that it may be off."""
_LONG = 8
"""Minutes below which a duration is of anything at all, but in the sentence of its times."""
_OFF = 15
"""Minutes, and no fewer, by which it is another."""
_ROUND = 0.3
"""Share of a duration by which something may be more, or less, than it."""
_MEANT = 3.0
"""How many times it may be off and still be meant for the two times."""


class _At(NamedTuple):
    span: Span
    minute: int
    """Minutes since the first day of the calendar."""
    day: int


class _Told(NamedTuple):
    """So many minutes, and whether that is beyond doubt no hour of the day."""

    span: Span
    minutes: float
    mod: str | None
    sure: bool


def clocks(scene: Scene) -> Iterator[Finding]:
    """«ouverte à 18 h 30, levée à 23 h, soit quatre heures et demie»: in one sentence, or it and those before; or else
    in those that follow."""
    clock = (found for time in scene.times if (found := _clock(time)))
    at = [a for a in clock if scene.text[a.span.end : a.span.end + 1] != ":"]  # «en 2:33:50» is no hour of the day
    sentences = scene.tree.sentences
    for i, sentence in enumerate(sentences):
        for told in (*_lastings(scene, sentence), *_written(scene, sentence)) if len(at) > 1 else ():
            back = [(first, sentence) for first in reversed(sentences[max(0, i - _BACK) : i + 1])]
            for first, last in (*back, *((sentence, last) for last in sentences[i + 1 : i + 1 + _ONWARD])):
                between = [a for a in at if first.start <= a.span.start < last.end and not a.span.overlaps(told.span)]
                before = [a for a in between if a.span.start < told.span.start][-2:]
                if (len(between) == 2 and told.minutes >= _LONG) or (len(before) == 2 and first is sentence):
                    pair = between if len(between) == 2 else before
                    far = told.mod is not None and first.end < sentences[max(0, i - 1)].start
                    far = far or (last is not sentence and not all(scene.told_past(a.span.start) for a in pair))
                    yield from _between(scene, pair[0], pair[-1], told._replace(sure=told.sure and not far))
                if len(between) > 1:
                    break


def _clock(time: Time) -> _At | None:
    m = _CLOCK.fullmatch(time.value) if time.type == "TIME" else None
    if m is None or int(m[2]) > 24 or int(m[3]) > 59:
        return None
    try:
        day = dt.date.fromisoformat(m[1]).toordinal()
    except ValueError:
        return None
    return _At(Span(time.start, time.end), (day * 24 + int(m[2])) * 60 + int(m[3]), day)


def _lastings(scene: Scene, sentence: Sentence) -> Iterator[_Told]:
    """The hours and minutes that a sentence tells something to have lasted."""
    for time in scene.times:
        m = _LASTING.fullmatch(time.value)
        if m and (m[1] or m[2]) and sentence.start <= time.start < sentence.end:
            before, after = scene.text[sentence.start : time.start], scene.text[time.end : sentence.end]
            tied = any(p.search(before) for p in scene.rules.patterns["clocked_before"])
            if tied or any(p.match(after) for p in scene.rules.patterns["clocked_after"]):
                minutes = 60 * float(m[1] or 0) + float(m[2] or 0)
                more = next(numbers(scene.text, time.end, sentence.end, scene.numbering, scene.code), None)
                if more and more.start == time.end + 1 and more.low < 60 and not m[2]:  # «trois heures quarante-cinq»
                    yield _Told(Span(time.start, more.end), minutes + more.low, time.mod, True)
                else:
                    yield _Told(Span(time.start, time.end), minutes, time.mod, True)


def _written(scene: Scene, sentence: Sentence) -> Iterator[_Told]:
    """«après 3 h 32 d'effort», which may be taken for an hour of the day."""
    for m in (m for p in scene.rules.patterns["clocked"] for m in p.finditer(scene.text, sentence.start, sentence.end)):
        yield _Told(Span(*m.span("told")), 60.0 * int(m["h"]) + int(m["m"] or 0), None, bool(m["sure"]))


def _between(scene: Scene, start: _At, end: _At, told: _Told) -> Iterator[Finding]:
    actual = end.minute - start.minute if end.day > start.day else (end.minute - start.minute) % _DAY
    least, most = (told.mod or "").count("MORE") * _ROUND, (told.mod or "").count("LESS") * _ROUND
    off = max(actual - (1 + least) * told.minutes, (1 - most) * told.minutes - actual, 0)
    holds = off <= max(_FEW, _CLOSE * told.minutes, (told.mod == "APPROX") * _OFF)
    other = max(_FEW + 1, min(_OFF, 0.2 * told.minutes), 0.1 * told.minutes)
    if not holds and (off < other or not 1 / _MEANT <= told.minutes / max(actual, 1) <= _MEANT):
        return
    if not holds and not told.sure:
        return
    names = scene.rules.values["unit_names"]
    yield scene.finding(
        "duration", holds, [start.span, end.span, told.span], "clock", "duration",
        start=start.span.of(scene.text), end=end.span.of(scene.text),
        count=f"{actual // 60} {names['h']} {actual % 60:02}", unit=names["min"], told=scene.quoted_words(told.span),
    )  # fmt: skip
