"""Hours and minutes that something lasted, against the clock times that it lies between."""

import datetime as dt
import re
from collections.abc import Iterator
from typing import NamedTuple

from selon.model import Finding, Sentence, Span, Time
from selon.stages.findings.scene import Scene

_CLOCK = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d):(\d\d)")
_LASTING = re.compile(r"PT(?:(\d+(?:\.\d+)?)H)?(?:(\d+)M)?")
_DAY = 24 * 60
_CLOSE = 0.04
"""Share of a duration that it may be off and still be the one told."""
_BACK = 8
"""Sentences before a duration in which its two times may stand."""
_FEW = 5
"""Minutes that it may be off."""
_LONG = 15
"""Minutes below which a duration is of anything at all, but in the sentence of its times."""
_OFF = 15
"""Minutes, and no fewer, by which it is another."""
_MEANT = 3.0
"""How many times it may be off and still be meant for the two times."""


class _At(NamedTuple):
    span: Span
    minute: int
    """Minutes since the first day of the calendar."""


def clocks(scene: Scene) -> Iterator[Finding]:
    """«ouverte à 18 h 30, levée à 23 h, soit quatre heures et demie»: in one sentence, or it and the one before."""
    at = [found for time in scene.times if (found := _clock(time))]
    for i, sentence in enumerate(scene.tree.sentences):
        for told, minutes in _lastings(scene, sentence):
            for first in reversed(scene.tree.sentences[max(0, i - _BACK) : i + 1]):
                between = [a for a in at if first.start <= a.span.start < sentence.end]
                if len(between) == 2 and (first is sentence or minutes >= _LONG):
                    yield from _between(scene, between[0], between[1], told, minutes)
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
    return _At(Span(time.start, time.end), (day * 24 + int(m[2])) * 60 + int(m[3]))


def _lastings(scene: Scene, sentence: Sentence) -> Iterator[tuple[Time, float]]:
    """The hours and minutes that a sentence tells something to have lasted."""
    for time in scene.times:
        m = _LASTING.fullmatch(time.value)
        if m and (m[1] or m[2]) and sentence.start <= time.start < sentence.end and time.mod in (None, "APPROX"):
            before, after = scene.text[sentence.start : time.start], scene.text[time.end : sentence.end]
            tied = any(p.search(before) for p in scene.rules.patterns["clocked_before"])
            if tied or any(p.match(after) for p in scene.rules.patterns["clocked_after"]):
                yield time, 60 * float(m[1] or 0) + float(m[2] or 0)


def _between(scene: Scene, start: _At, end: _At, told: Time, minutes: float) -> Iterator[Finding]:
    actual = (end.minute - start.minute) % _DAY
    off = abs(actual - minutes)
    holds = off <= max(_FEW, _CLOSE * minutes, (told.mod is not None) * _OFF)
    if not holds and (off < max(_OFF, 0.1 * minutes) or not 1 / _MEANT <= minutes / max(actual, 1) <= _MEANT):
        return
    at = Span(told.start, told.end)
    names = scene.rules.values["unit_names"]
    yield scene.finding(
        "duration", holds, [start.span, end.span, at], "clock", "duration",
        start=start.span.of(scene.text), end=end.span.of(scene.text),
        count=f"{actual // 60} {names['h']} {actual % 60:02}", unit=names["min"], told=scene.quoted_words(at),
    )  # fmt: skip
