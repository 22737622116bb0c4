"""HTML → the story's text with typed blocks, and what the page says about itself.

trafilatura says which words are the story; the page's own tree says how each line of it is set, and what
stands around it. Lines that are set like the story's, beside it, belong to it; furniture goes into notes.
"""

import logging
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from selon.agencies import agencies
from selon.model import BlockKind, Note, Page
from selon.stages import _furniture, _metadata
from selon.stages._blocks import Line, assemble, likeness, opened, tidy, unseen_note, words
from selon.stages._dates import published_in_text
from selon.stages._encoding import decode, mend
from selon.stages._lines import PageLine, lines_of
from selon.stages._region import Region, find_story, is_told_caption

__all__ = ["decode", "is_html", "read_html"]

_HTML = re.compile(
    r"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|\?xml[^>]*>\s*<(?:!doctype|html))", re.I | re.S
)
_TAGS = re.compile(r"<(?:p|div|a|span|h[1-6]|article|section|br|li|ul|title|meta|img)\b[^<>]*>", re.I)
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6", "dt"])
_SHORT = 0.6
"""Share of the words that should be found below which another way is tried."""
_MIN_WORDS = 25
"""A page with fewer words of story than this has no article, unless it holds a sentence."""
_MIN_SENTENCE = 5
"""Words from which a line with a full stop is a sentence."""


def is_html(text: str, content_type: str | None) -> bool:
    """Whether `text` is a page with mark-up: by its opening, its content type, or its tags."""
    if _HTML.match(text[:4096]):
        return True
    if content_type and re.match(r"\s*(?:text/html|application/xhtml)", content_type, re.I):
        return "<" in text
    tags = _TAGS.findall(text[:20_000])
    return len(tags) >= 3 and re.search(r"</(?:p|div|a|span|h[1-6]|article|section|li|ul)\s*>", text, re.I) is not None


def read_html(html: str, url: str | None) -> tuple[Page, tuple[Note, ...]]:
    """The story of the page `html`, which came from `url`.

    The text is empty, with a note "no-article", where there is no story to be found. Never raises on bad mark-up.
    """
    html, notes = mend(html)
    root = _tree(html)
    if root is None:
        return Page("", ()), (*notes, _no_article("the page is empty or has no mark-up that can be read"))
    notes += unseen_note("page", str(root.text_content()))
    linked, meta = _metadata.linked_data(root), _metadata.meta_tags(root)
    about, more = _about(root, linked, meta, url)
    notes += more
    story = _story(root, about, linked, meta.get("og:description") or meta.get("description") or "")
    missing = _missing(story)
    if missing:
        return about._replace(text="", blocks=()), (*notes, _no_article(missing))
    headline = [Line("headline", about.title)] if about.title else []
    text, blocks = assemble([*headline, *story.lines])
    dated = (published_in_text(words) for code, words in story.dropped if code == "dates")
    told = [line.text for line in story.lines if line.kind not in ("caption", "credit")]
    page = about._replace(
        text=text,
        blocks=tuple(opened(text, blocks)),
        published=about.published or next(filter(None, dated), None),
        credits=agencies([*told, *story.signatures, about.byline or ""]),
    )
    return page, (*notes, *_furniture.notes("page", story.dropped))


def _no_article(message: str) -> Note:
    return Note(stage="page", code="no-article", message=message)


def _tree(html: str) -> HtmlElement | None:
    """The page's tree, however broken; None for nothing at all."""
    html = html.replace("\0", "")
    parser = HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        root = document_fromstring(html.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError):
        return None
    return root if isinstance(root, HtmlElement) else None


# ---------------------------------------------------------------- what the page says of itself


def _about(
    root: HtmlElement, linked: _metadata.Linked, meta: Mapping[str, str], url: str | None
) -> tuple[Page, tuple[Note, ...]]:
    """All of the page's record but its text."""
    outlet = _metadata.outlet_of(root, linked, meta, url)
    published, notes = _metadata.published_of(root, linked, meta, url)
    page = Page(
        text="",
        blocks=(),
        title=_title(root, linked, meta, (outlet, linked.publisher, _metadata.domain_of(url))),
        byline=_byline(root, linked, meta),
        outlet=outlet,
        url=_metadata.canonical_url(root, meta, url),
        language=_metadata.language_of(root, linked, meta),
        published=published,
    )
    return page, notes


def _title(
    root: HtmlElement, linked: _metadata.Linked, meta: Mapping[str, str], outlets: tuple[str | None, ...]
) -> str | None:
    """The headline: the h1 that the page's own titles agree with, else the best of those titles."""
    tag = next((tidy(t.text_content()) for t in root.iter("title")), "")
    claims = [linked.headline, meta.get("og:title"), meta.get("twitter:title"), meta.get("title"), tag]
    claimed = [t for t in (_metadata.without_outlet(tidy(c or ""), outlets) for c in claims) if t]
    heads = [tidy(h.text_content()) for h in root.iter("h1")]
    best = max(((likeness(h, c), h) for h in heads for c in claimed if h), default=(0.0, ""))
    if best[0] >= 0.5:
        return best[1]
    return claimed[0] if claimed else next((h for h in heads if h), None)


def _byline(root: HtmlElement, linked: _metadata.Linked, meta: Mapping[str, str]) -> str | None:
    named = linked.author or meta.get("author") or meta.get("article:author") or meta.get("dc.creator")
    if named and not named.startswith("http"):
        return named
    for element in root.iter("a", "span", "div", "p", "address"):
        if element.get("rel") == "author" or "author" in (element.get("itemprop") or ""):
            text = tidy(element.text_content())
            if 0 < len(text) <= 80:
                return _furniture.author(text)
    return None


# ---------------------------------------------------------------- the story


_SIGNED = ("byline", "copyright", "dates")
"""Furniture that may name the story's agency; a picture's credit does not."""


class _Story(NamedTuple):
    lines: tuple[Line, ...]
    dropped: tuple[tuple[str, str], ...]
    """(code, words) of what was set aside."""
    signatures: tuple[str, ...]
    """Lines set aside that may name an agency."""
    links: int
    """Words of the links that stand alone between its lines."""


def _missing(story: _Story) -> str | None:
    """Why `story` is none; None where it is one."""
    count = sum(len(words(line.text)) for line in story.lines)
    if count < _MIN_WORDS and not any(_is_sentence(line.text) for line in story.lines):
        return f"no story was found: under {_MIN_WORDS} words in paragraphs, no sentence; give the article's own page"
    if story.links > count:
        return "no story was found: the page lists links to articles; give the address of one of them"
    return None


def _is_sentence(line: str) -> bool:
    if _furniture.code_of(line) or len(words(line)) < _MIN_SENTENCE:
        return False
    return _furniture.STOP.search(line) is not None


def _story(root: HtmlElement, about: Page, linked: _metadata.Linked, summary: str) -> _Story:
    lines = lines_of(root)
    extracted = _extracted(root, about.url)
    if len(words(extracted)) < _SHORT * len(words(linked.body)):
        extracted = linked.body  # the page says that it holds more than was found
    if not extracted.strip():  # then all that reads like prose; the region with most of it is the story
        prose = (line.text for line in lines if line.linked < 0.3 and _furniture.is_prose(line.text))
        extracted = "\n".join(text for text in prose if not _furniture.code_of(text))
    taken = _taken(lines, extracted)
    found = len(words(" ".join(lines[i].text for i in taken)))
    if found < _MIN_WORDS:  # the words are not in the page's own lines: only its JSON-LD has them, say
        kept = [Line("body", tidy(line)) for line in extracted.split("\n") if line.strip()]
        return _Story(tuple(kept), (), (), 0)
    return _sifted(lines, find_story(lines, taken, about.title, summary), about)


def _extracted(root: HtmlElement, url: str | None) -> str:
    """The story's lines as trafilatura finds them; "" where it finds none."""
    from trafilatura import bare_extraction  # 0.4 s to import: plain text should not pay for it

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # what it cannot read is told in a note
    try:
        found = bare_extraction(root, url=url, include_comments=False, with_metadata=False)
    except RecursionError:  # elements thousands deep
        found = None
    return str(getattr(found, "text", "") or "")


def _taken(lines: Sequence[PageLine], extracted: str) -> set[int]:
    """Indices of the `lines` whose words stand in `extracted`, looked for in order.

    A line of fewer than 4 words must be a line of `extracted` or follow the last one found.
    """
    whole = {" ".join(words(line)) for line in extracted.split("\n")}
    text = " " + " ".join(words(extracted)) + " "
    at, taken = 0, set()
    for i, line in enumerate(lines):
        sought = " " + " ".join(words(line.text)) + " "
        if len(sought) <= 2:
            continue
        found = text.find(sought, at)
        if found < 0 and len(line.text) > 60:
            found = text.find(sought)
        short = sought.count(" ") < 5
        if found < 0 or (short and found != at and sought.strip() not in whole):
            continue
        if found > at + 3000 and len(line.text) < 60:
            continue
        taken.add(i)
        at = found + len(sought) - 1
    return taken


def _sifted(lines: Sequence[PageLine], region: Region, about: Page) -> _Story:
    """The region's story as lines with their kinds, its furniture set aside."""
    kept: list[Line] = []
    dropped: list[tuple[str, str]] = []
    seen: set[str] = set()
    for i in sorted(region.story | region.around):
        line = lines[i]
        code = _set_aside(line, about)
        if i in region.around:
            code = code or "furniture"
        elif code is None and line.text in seen and len(line.text) > 40:
            code = "repeat"
        if code:
            dropped.append((code, line.text))
        else:
            seen.add(line.text)
            kept += _typed(line, is_lead=i == region.lead)
    while kept and kept[-1].kind == "heading":
        dropped.append(("furniture", kept.pop().text))
    signatures = tuple(text for code, text in dropped if code in _SIGNED)
    inner = lines[min(region.story) : max(region.story)]
    links = sum(len(words(line.text)) for line in inner if line.linked > 0.9)
    return _Story(tuple(kept), tuple(dropped), signatures, links)


def _set_aside(line: PageLine, about: Page) -> str | None:
    if about.title and likeness(line.text, about.title) > 0.9:
        return "repeat"
    if line.is_caption():
        return None if is_told_caption(line) else "caption"
    code = _furniture.code_of(line.text)
    if code:
        return code
    kept = _furniture.kept_as(line.text)
    if kept:
        return "caption" if kept == "credit" else kept
    if line.linked > 0.9 and not (_furniture.is_prose(line.text) and _furniture.SENTENCE_END.search(line.text)):
        return "related"
    return None


def _typed(line: PageLine, is_lead: bool) -> list[Line]:
    """The line with its kind; a caption's credit is a line of its own."""
    kind: BlockKind = "list" if line.within("li") else "body"
    if line.is_caption():
        told = _furniture.told(line.text)
        return [Line("caption", told), Line("credit", line.text[len(told) :].strip())]
    if line.tag in _HEADINGS:
        kind = "heading"
    return [Line("lead" if is_lead else kind, line.text)]
