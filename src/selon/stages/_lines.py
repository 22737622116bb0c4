"""An HTML tree as the lines a reader sees, each with what it is set as and where it stands."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lxml import etree
from lxml.html import HtmlElement

from selon.stages._blocks import LINE_ENDS, tidy

_UNREAD = re.compile(
    "script|style|noscript|template|svg|math|iframe|object|embed|audio|video|canvas|button|select|option|textarea|input|"
    "head|meta|link|title|map|dialog"
)
_INLINE = re.compile(
    "a|abbr|acronym|b|bdi|bdo|big|cite|code|data|del|dfn|em|font|i|img|ins|kbd|label|mark|nobr|picture|q|rp|rt|ruby|s|"
    "samp|small|source|span|strike|strong|sub|sup|time|tt|u|var|wbr"
)
_CAPTION = re.compile(r"caption|legende|légende|credit|copyright|photo-?desc|image-?(?:desc|info|source|meta)", re.I)
_SHOWN_NOT = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)


class PageLine(NamedTuple):
    """One line of the page."""

    text: str
    tag: str
    """The block element that sets it: "p", "h2", "li", "figcaption", "td", "div"…"""
    path: tuple[HtmlElement, ...]
    """Its block elements, outermost first, the last one setting it."""
    linked: float
    """Share of its letters that are link text, in [0, 1]."""

    @property
    def setting(self) -> str:
        """How the line is set: tag and class of its element and of the one around it."""
        return "/".join(f"{e.tag}.{e.get('class') or ''}" for e in self.path[-2:])

    def within(self, *tags: str) -> bool:
        """Whether an element of these tags is around the line."""
        return any(e.tag in tags for e in self.path)

    def is_caption(self) -> bool:
        """Whether the line is set as a picture's caption or credit."""
        return self.within("figure", "figcaption") or any(
            _CAPTION.search(e.get("class") or "") for e in self.path[-3:] if len(self.text) < 500
        )


def lines_of(root: HtmlElement) -> list[PageLine]:
    """The lines of the page in document order, hidden elements left out."""
    return list(_Walk().lines(root))


class _Piece(NamedTuple):
    """Text between two line breaks: its words, letters, and letters that are link text."""

    text: str
    letters: int
    linked: int


class _Walk:
    """One pass over the tree; text gathers until a block element begins or ends."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._letters = self._linked = 0
        self._pieces: list[_Piece] = []

    def lines(self, root: HtmlElement) -> Iterator[PageLine]:
        path: tuple[HtmlElement, ...] = ()
        links = 0
        walker = etree.iterwalk(root, events=("start", "end"))  # broken pages nest too deep for recursion
        for event, element in walker:
            tag = element.tag
            start, is_block = (
                event == "start",
                element is root or not (_UNREAD.fullmatch(tag) or _INLINE.fullmatch(tag)),
            )
            if element is not root and (_UNREAD.fullmatch(tag) or _hidden(element)):
                if start:
                    walker.skip_subtree()
                    continue
            elif tag == "br":
                if start:
                    self._break()
            elif is_block:
                yield from self._flush(path)
                path = (*path, element) if start else path[:-1]
            else:
                links += (tag == "a") * (1 if start else -1)
            if start:
                self._add(element.text, links > 0)
            elif element is not root:
                self._add(element.tail, links > 0)

    def _add(self, text: str | None, linked: bool) -> None:
        if text:
            self._texts.append(text)
            letters = sum(map(str.isalnum, text))
            self._letters += letters
            self._linked += letters if linked else 0

    def _break(self) -> None:
        self._pieces.append(_Piece(tidy("".join(self._texts)), self._letters, self._linked))
        self._texts, self._letters, self._linked = [], 0, 0

    def _flush(self, path: tuple[HtmlElement, ...]) -> Iterator[PageLine]:
        if not path or not (self._texts or self._pieces):
            return
        self._break()
        for piece in _joined(self._pieces):
            yield PageLine(piece.text, path[-1].tag, path, piece.linked / piece.letters if piece.letters else 0.0)
        self._pieces = []


def _joined(pieces: Sequence[_Piece]) -> Iterator[_Piece]:
    """The lines that <br> makes: none inside a sentence that runs on in lower case."""
    held = _Piece("", 0, 0)
    for piece in pieces:
        if held.text and piece.text[:1].islower() and not held.text.endswith(LINE_ENDS):
            text = f"{held.text} {piece.text}"
            held = _Piece(text, held.letters + piece.letters, held.linked + piece.linked)
        else:
            if held.text:
                yield held
            held = piece
    if held.text:
        yield held


def _hidden(element: HtmlElement) -> bool:
    return element.get("hidden") is not None or bool(_SHOWN_NOT.search(element.get("style") or ""))
