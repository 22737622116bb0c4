"""Time expressions: the language's rules find them, the arithmetic gives them values (TIMEX3).

After HeidelTime: rules as data find an expression and name its parts; its value is counted from publication or from
the story's own times, in the direction that the tense tells.
"""

from collections.abc import Sequence

from selon.lang.contract import Rules
from selon.model import Note, Parse, Published, Quote, Time
from selon.stages.times.matching import matches
from selon.stages.times.plausible import is_time
from selon.stages.times.resolve import Story, notes_of
from selon.stages.times.values import published_point


def find_times(
    text: str, quotes: Sequence[Quote], tree: Parse, published: Published | None, rules: Rules
) -> tuple[tuple[Time, ...], tuple[Note, ...]]:
    """The time expressions of a text, in order, and a note for each kind of trouble with them."""
    if rules.times is None:
        return (), ()
    found = [m for m in matches(text, tree.sentences, rules.times, rules.code) if is_time(m, text, tree, rules)]
    day = published_point(published.value if published else None)
    outside = Story(text, tree, (), day, rules.times.words)
    for match in found:
        if not any(part.overlaps(match.span) for quote in quotes for part in quote.parts):
            outside.resolve(match)
    story = Story(text, tree, tuple(quotes), day, rules.times.words)
    story.outside = tuple(outside.told)
    times = tuple(time for match in found if (time := story.resolve(match)) is not None)
    return times, notes_of(story.problems, published.value if published else None)
