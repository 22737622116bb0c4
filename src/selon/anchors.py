"""Places in a text that can be found again: W3C Web Annotation's text position and text quote selectors together.

An anchor stands in another text only where the same words stand in the same surroundings, and there only once:
it is never moved to words that merely look like it.
"""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from selon.model import Record, Span, Spans

CONTEXT = 32
"""Code points kept before and after the words; fewer stand there only at the text's own start or end."""

How = Literal["same", "moved", "gone", "elsewhere", "repeated"]
"""Where it was; once, at another place; no such words; such words, but in other surroundings; more than once."""


class Anchor(Record, frozen=True):
    """Code points [start, end) of a text, the words there, and what stands before and after them."""

    start: int
    end: int
    exact: str
    prefix: str = ""
    suffix: str = ""

    def selectors(self) -> tuple[dict[str, str | int], dict[str, str | int]]:
        """As W3C Web Annotation has them; to choose by both, one refines the other."""
        return (
            {"type": "TextPositionSelector", "start": self.start, "end": self.end},
            {"type": "TextQuoteSelector", "exact": self.exact, "prefix": self.prefix, "suffix": self.suffix},
        )


Anchors = tuple[Anchor, ...]


class Place(NamedTuple):
    """Where an anchor stands in a text; `span` is None unless it does."""

    span: Span | None
    how: How


def fingerprint(text: str) -> str:
    """32 hexadecimal digits that tell one text from another."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def anchor(text: str, span: Span) -> Anchor:
    before, after = text[max(0, span.start - CONTEXT) : span.start], text[span.end : span.end + CONTEXT]
    return Anchor(start=span.start, end=span.end, exact=span.of(text), prefix=before, suffix=after)


def anchors(text: str, spans: Iterable[Span]) -> Anchors:
    return tuple(anchor(text, span) for span in spans)


def find(text: str, anchor: Anchor, *, same_text: bool) -> Place:
    """Where the anchor stands in `text`, which is the one that it was made of if `same_text`."""
    if same_text:
        span = Span(anchor.start, anchor.end)
        return Place(span, "same") if span.of(text) == anchor.exact else Place(None, "gone")
    found = list(_occurrences(text, anchor))
    if len(found) == 1:
        start = found[0] + len(anchor.prefix)
        return Place(Span(start, start + len(anchor.exact)), "same" if start == anchor.start else "moved")
    if found:
        return Place(None, "repeated")
    return Place(None, "elsewhere" if anchor.exact in text else "gone")


def find_all(text: str, anchors: Anchors, *, same_text: bool) -> tuple[Spans | None, How]:
    """Where all of them stand, and the worst that became of any; None unless each stands, in the order it had."""
    places = [find(text, anchor, same_text=same_text) for anchor in anchors]
    lost = [place.how for place in places if place.span is None]
    if lost:
        return None, lost[0]
    spans = tuple(place.span for place in places if place.span)
    if list(spans) != sorted(spans):
        return None, "elsewhere"
    return spans, "moved" if any(place.how == "moved" for place in places) else "same"


def _occurrences(text: str, anchor: Anchor) -> Iterator[int]:
    """Where words and surroundings begin, in a text of which a cut context must be the start or the end."""
    sought = anchor.prefix + anchor.exact + anchor.suffix
    at = text.find(sought) if anchor.exact else -1
    while at >= 0:
        begins = len(anchor.prefix) >= CONTEXT or at == 0
        ends = len(anchor.suffix) >= CONTEXT or at + len(sought) == len(text)
        if begins and ends:
            yield at
        at = text.find(sought, at + 1)
