"""What an article states, clause by clause and voice by voice: the pieces that claims are made of."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from selon.lang.registry import linking_words
from selon.model import Attribution, Reading, Span, Spans, merged

_WORD = re.compile(r"\w+")
_APART = " \t\n\u00a0\u202f,;:—–"
_LEAST = 3
"""Words of a statement: fewer state nothing."""
_CLAUSE = 4
"""Words of a clause that may stand alone."""


class Statement(NamedTuple):
    """A clause that one voice says: of the content of `attribution` without what is attributed further inside it, or,
    where that is None, of what the outlet says itself. `sentence` is the whole it stands in; `first` tells that it
    begins what the voice says there."""

    span: Span
    sentence: Span
    attribution: str | None
    first: bool

    def of(self, text: str) -> str:
        return self.span.of(text)


def statements(reading: Reading) -> tuple[Statement, ...]:
    """The article's statements, in the order of its sentences; in one sentence the outlet's own comes first."""
    return tuple(_statements(reading))


def _statements(reading: Reading) -> Iterator[Statement]:
    text = reading.article.text
    inside: dict[str | None, list[Attribution]] = {}
    for a in reading.attributions:
        inside.setdefault(a.inside, []).append(a)
    taken = {
        voice: merged(s for a in inner for s in (*a.source.spans, *a.cue.spans, *a.content.spans))
        for voice, inner in inside.items()
    }
    for sentence in reading.sentences:
        voices: list[tuple[str | None, Iterable[Span]]] = [(None, (sentence,))]
        voices += [(a.id, _within(a.content.spans, sentence)) for a in reading.attributions]
        for voice, spans in voices:
            left = [piece for span in spans for piece in _without(span, taken.get(voice, ()))]
            clauses = [_trimmed(text, clause) for piece in left for clause in _clauses(text, piece)]
            found = [clause for clause in clauses if _count(text, clause.start, clause.end) >= _LEAST]
            yield from (Statement(clause, sentence, voice, not n) for n, clause in enumerate(found))


def _trimmed(text: str, span: Span) -> Span:
    """The span without what sets it off from its neighbours."""
    words = span.of(text)
    start = span.start + len(words) - len(words.lstrip(_APART))
    return Span(start, max(start + 1, span.start + len(words.rstrip(_APART))))


def _clauses(text: str, span: Span) -> Iterator[Span]:
    """The span cut at its commas and before words that open a clause, where both sides can stand alone."""
    start = span.start
    for m in _border().finditer(text, span.start, span.end):
        if _count(text, start, m.start()) >= _CLAUSE and _count(text, m.end(), span.end) >= _CLAUSE:
            yield Span(start, m.start())
            start = m.end()
    yield Span(start, span.end)


@cache
def _border() -> re.Pattern[str]:
    openers = "|".join(sorted(linking_words()["clause_openers"]))
    return re.compile(rf"[,;:—–]\s+|\s(?=(?:{openers})\s)")


def _count(text: str, start: int, end: int) -> int:
    return len(_WORD.findall(text, start, end))


def _within(spans: Spans, outer: Span) -> Iterator[Span]:
    for span in spans:
        start, end = max(span.start, outer.start), min(span.end, outer.end)
        if start < end:
            yield Span(start, end)


def _without(span: Span, holes: Spans) -> Iterator[Span]:
    start = span.start
    for hole in holes:
        if hole.end > start and hole.start < span.end:
            if hole.start > start:
                yield Span(start, hole.start)
            start = max(start, hole.end)
    if start < span.end:
        yield Span(start, span.end)
