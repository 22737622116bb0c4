"""Which lines of a page are its story, from those that an extractor took: what stands with them, and what strays."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from lxml.html import HtmlElement  # type: ignore[import-untyped]

from selon.stages._blocks import words
from selon.stages._furniture import is_prose
from selon.stages._lines import PageLine

_FADE = 0.5
"""What is left of a paragraph's weight one element further out."""
_LEVELS = 6
_APART = ("aside", "nav", "footer", "figure", "figcaption", "form", "table")
_ENOUGH = 40
"""Words of prose that an article element must hold to be the story's."""


def likeness(a: str, b: str) -> float:
    """Share of words two strings have in common (Dice), in [0, 1]."""
    first, second = Counter(words(a)), Counter(words(b))
    total = first.total() + second.total()
    return 2 * (first & second).total() / total if total else 0.0


def story_lines(lines: Sequence[PageLine], taken: set[int], title: str | None) -> set[int]:
    """Indices of the story's lines: those `taken` that stand where most of them do, and those set like them there."""
    head = _headline(lines, title)
    taken = _in_article(lines, taken, head)
    prose = {i for i in taken if is_prose(lines[i].text)} or taken
    home = _home(lines, prose)
    if home is None:
        return taken
    rooms = _rooms(lines, home)
    inside = {i for i in taken if _stands_in(lines[i], rooms)}
    inside |= _alike(lines, inside, rooms)
    if not inside:
        return taken
    first, last = min(inside), max(inside)
    begin = head if head is not None and head < first else first
    return inside | {i for i in taken if begin <= i < last}


def _headline(lines: Sequence[PageLine], title: str | None) -> int | None:
    """The line that is the headline: a first-level heading if one fits, else the first line that does."""
    fits = [i for i, line in enumerate(lines) if title and likeness(line.text, title) > 0.8]
    return next((i for i in fits if lines[i].tag == "h1"), fits[0] if fits else None)


def _in_article(lines: Sequence[PageLine], taken: set[int], head: int | None) -> set[int]:
    """The `taken` lines of the article element around the headline, where the page has several with prose."""
    around = next((e for e in reversed(lines[head].path) if e.tag == "article"), None) if head is not None else None
    if around is None:
        return taken
    within = {i for i in taken if around in lines[i].path}
    count = sum(len(words(lines[i].text)) for i in within if is_prose(lines[i].text))
    elsewhere = any(lines[i].within("article") for i in taken - within)
    return within if count >= _ENOUGH and elsewhere else taken


def _home(lines: Sequence[PageLine], prose: set[int]) -> HtmlElement | None:
    """The element that the prose weighs most in: a paragraph counts in full where it stands, half one further out."""
    weights: dict[HtmlElement, float] = defaultdict(float)
    for i in prose:
        weight = float(len(words(lines[i].text)))
        for element in reversed(_containers(lines[i])[-_LEVELS:]):
            weights[element] += weight
            weight *= _FADE
    return max(weights, key=lambda e: weights[e]) if weights else None


def _containers(line: PageLine) -> tuple[HtmlElement, ...]:
    """The elements around the one that sets the line; that one itself where lines stand in it bare."""
    return line.path[:-1] if line.tag in ("p", "li", "h1", "h2", "h3", "h4", "h5", "h6") else line.path


def _rooms(lines: Sequence[PageLine], home: HtmlElement) -> set[HtmlElement]:
    """`home` and the elements of the same make beside it, as where an advertisement cuts a story in two."""
    rooms = {home}
    name = home.get("class")
    outer = home.getparent()
    outermost = outer.getparent() if outer is not None else None
    if name:
        for line in lines:
            for element in line.path:
                if element.tag == home.tag and element.get("class") == name:
                    parent = element.getparent()
                    if parent is outer or (outermost is not None and parent.getparent() is outermost):
                        rooms.add(element)
    return rooms


def _stands_in(line: PageLine, rooms: set[HtmlElement]) -> bool:
    return any(e in rooms for e in line.path)


def _alike(lines: Sequence[PageLine], inside: set[int], rooms: set[HtmlElement]) -> set[int]:
    """Prose in the story's rooms, set like its paragraphs, that was not taken."""
    settings = Counter(lines[i].setting for i in inside if is_prose(lines[i].text))
    return {
        i
        for i, line in enumerate(lines)
        if settings[line.setting] >= 2
        and is_prose(line.text)
        and line.linked < 0.5
        and _stands_in(line, rooms)
        and not line.within(*_APART)
    }
