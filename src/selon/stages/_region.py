"""Which lines of a page are its story, from those that an extractor took: what stands with them, and what strays."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import islice, takewhile
from typing import NamedTuple

from lxml.html import HtmlElement

from selon.stages._blocks import likeness, words
from selon.stages._furniture import code_of, is_prose, told
from selon.stages._lines import PageLine

_FADE = 0.5
"""What is left of a paragraph's weight one element further out."""
_LEVELS = 6
_NEAR = 3
"""Elements around the story's own that still count as near."""
_APART = ("aside", "nav", "footer", "figure", "figcaption", "form", "table")
_LEAD = re.compile(
    r"(?i)(?:^|[-_ ])(?:chap[oô]|stand-?first|intro(?:duction)?|lead|lede|dek|deck|excerpt|sub-?title|sub-?head|"
    r"summary|description|accroche)(?:$|[-_ ])"
)
_ENOUGH = 40
"""Words of prose that an article element must hold to be the story's."""


class Region(NamedTuple):
    """Indices of the page's lines that make the story, and of those around it."""

    story: frozenset[int]
    around: frozenset[int]
    """Lines between the headline and the story's end, or close after it, that are no part of it."""
    lead: int | None
    """The line of the story that is its standfirst."""


def find_story(lines: Sequence[PageLine], taken: set[int], title: str | None, summary: str) -> Region:
    """The story among `lines`: those `taken` that stand where most of them do, and those set like them there.

    `summary` is the page's own description of the story, by which its standfirst is known.
    """
    head = _headline(lines, title)
    taken = _in_article(lines, taken, head)
    prose = {i for i in taken if is_prose(lines[i].text)} or taken
    home = _home(lines, prose)
    rooms = _rooms(lines, home)
    inside = {i for i in taken if _stands_in(lines[i], rooms)}
    inside |= _alike(lines, inside, rooms)
    near = {home, *islice(home.iterancestors(), _NEAR)} - {lines[0].path[0]}
    inside |= _onwards(lines, taken, inside, near)
    first, last = min(inside), max(inside)
    begin = head if head is not None and head < first else first
    story = inside | {i for i in taken if begin <= i < last}
    story |= {i for i in range(begin, last) if is_told_caption(lines[i])}
    story = story - _galleries(lines, begin, last) or story
    lead = _lead(lines, begin, min((i for i in story if i != head), default=last), summary)
    if lead is not None:
        story.add(lead)
    after = takewhile(lambda i: any(e in near for e in lines[i].path), range(last + 1, len(lines)))
    around = {*range(begin, last + 1), *after} - story
    return Region(frozenset(story), frozenset(around), lead)


def is_told_caption(line: PageLine) -> bool:
    """Whether the line is a caption that says something, rather than a label or a credit."""
    return line.within("figcaption") and bool(told(line.text)) and not line.within("aside", "nav", "footer")


def _galleries(lines: Sequence[PageLine], begin: int, last: int) -> set[int]:
    """Captions that follow one another: pictures to click through, not set into the story."""
    captions = [lines[i].is_caption() for i in range(begin, last + 1)]
    return {
        begin + n
        for n, is_caption in enumerate(captions)
        if is_caption and any(is_told_caption(lines[begin + m]) for m in (n - 1, n + 1) if 0 <= m < len(captions))
    }


def _lead(lines: Sequence[PageLine], begin: int, first: int, summary: str) -> int | None:
    """The standfirst: prose at the story's head that is set as one, or that the page describes the story by."""
    for i in range(begin, min(first + 2, len(lines))):
        line = lines[i]
        if not is_prose(line.text) or line.linked > 0.5 or line.is_caption() or code_of(line.text):
            continue
        named = any(_LEAD.search(f"{e.get('class') or ''} {e.get('itemprop') or ''}") for e in line.path[-2:])
        if (named and i <= first) or (summary and likeness(line.text, summary) > 0.85):
            return i
    return None


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


def _home(lines: Sequence[PageLine], prose: set[int]) -> HtmlElement:
    """The element that the prose weighs most in: a paragraph counts in full where it stands, half one further out."""
    weights: dict[HtmlElement, float] = defaultdict(float)
    for i in prose:
        weight = float(len(words(lines[i].text)))
        for element in reversed(_containers(lines[i])[-_LEVELS:]):
            weights[element] += weight
            weight *= _FADE
    return max(weights, key=lambda e: weights[e])


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
        and not _apart(line, rooms)
    }


def _apart(line: PageLine, rooms: set[HtmlElement]) -> bool:
    """Whether the line is in a box, a table or a form inside its room."""
    inner = line.path[max(n for n, e in enumerate(line.path) if e in rooms) + 1 :]
    return any(e.tag in _APART for e in inner)


def _onwards(lines: Sequence[PageLine], taken: set[int], inside: set[int], near: set[HtmlElement]) -> set[int]:
    """Taken prose before and after the story's rooms, up to the first furniture or a far part of the page."""
    found = set()
    for way in (range(max(inside) + 1, len(lines)), range(min(inside) - 1, -1, -1)):
        for i in way:
            line = lines[i]
            if line.linked > 0.5 or code_of(line.text) or not any(e in near for e in line.path):
                break
            if i in taken and is_prose(line.text):
                found.add(i)
    return found
