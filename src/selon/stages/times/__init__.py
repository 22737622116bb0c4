"""Time expressions: the language's rules find them, the arithmetic gives them values (TIMEX3).

After HeidelTime: rules as data find an expression and name its parts; its value is counted from publication or from
the story's own times, in the direction that the tense tells. Where the page does not say when it was published, the
expressions tell it (`published.py`).
"""

from collections.abc import Sequence

from selon.lang.contract import Rules
from selon.model import Note, Parse, Published, Quote, Time
from selon.stages.times.matching import Match, matches
from selon.stages.times.plausible import is_time
from selon.stages.times.published import find_published
from selon.stages.times.resolve import Problem, Story, notes_of
from selon.stages.times.values import Point, published_points

__all__ = ["find_published", "find_times"]


def find_times(
    text: str, quotes: Sequence[Quote], tree: Parse, published: Published | None, rules: Rules
) -> tuple[tuple[Time, ...], tuple[Note, ...]]:
    """The time expressions of a text, in order, and a note for each kind of trouble with them."""
    if rules.times is None:
        return (), ()
    found = [m for m in matches(text, tree.sentences, rules.times, rules.code) if is_time(m, text, tree, rules)]
    day, *ends = published_points(published.value if published else None)
    words = rules.times.words
    times, problems = _resolved(found, text, quotes, tree, day, words)
    if ends:  # what is the same counted from the first day and from the last is known
        (early, _), (late, _) = (_resolved(found, text, quotes, tree, end, words) for end in ends)
        times = [a if a == b else open_ for a, b, open_ in zip(early, late, times, strict=True)]
        left = {time.start for time, sure in zip(times, early, strict=True) if time and time != sure}
        problems = [p for p in problems if p.span.start in left or p.code != "unresolved"]
    return tuple(time for time in times if time), notes_of(problems, published.value if published else None)


def _resolved(
    found: Sequence[Match],
    text: str,
    quotes: Sequence[Quote],
    tree: Parse,
    day: Point | None,
    words: dict[str, frozenset[str]],
) -> tuple[list[Time | None], list[Problem]]:
    """The time of each expression, as published on `day`; None where it is none."""
    outside = Story(text, tree, (), day, words)
    for match in found:
        if not any(part.overlaps(match.span) for quote in quotes for part in quote.parts):
            outside.resolve(match)
    story = Story(text, tree, tuple(quotes), day, words)
    story.outside = tuple(outside.told)
    return [story.resolve(match) for match in found], story.problems
