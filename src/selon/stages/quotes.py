"""Text → quotations: what is quoted, how far, over which paragraphs, and what is inside what.

Every mark gets a role from what stands around it: it opens, it closes, either, or it is no quotation mark at all
(an inch, an apostrophe). Marks of one family pair up within a paragraph, innermost first; a mark that closes a
quotation drops whatever was left open inside it. A quotation left open at its paragraph's end goes on where the next
paragraph opens with the same mark (or, the old way, with the closing one) or where the family's next mark closes it;
otherwise it ends with its paragraph, or, where the family opens again within the paragraph, before that.

Single marks are apostrophes until they pair: one that opens before a word with one that closes after a word.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

from selon.model import Note, Quote, Span

Role = Literal["open", "close", "either"]

_FAMILY = {
    **dict.fromkeys("«»", "«"),
    **dict.fromkeys("‹›", "‹"),
    **dict.fromkeys("“”„", "“"),
    **dict.fromkeys(("''", "``", "‘‘", "’’"), "''"),
    **dict.fromkeys("'‘’", "'"),
    '"': '"',
}
_CLOSERS = {"«": "»", "»": "«", "‹": "›", "›": "‹", "“": "”", "”": "”", "„": "“”", '"': '"', "'": "'", "‘": "’"}
_CLOSERS |= {"''": "''", "``": "''", "‘‘": "’’"}
_SISTER = {'"': "“", "“": '"'}
"""Families whose marks close each other in careless typing: “…"."""
_IN_FAMILY = {
    family: re.compile("|".join(re.escape(sign) for sign, own in _FAMILY.items() if own == family))
    for family in {*_FAMILY.values()} - {"'"}
}
_MARK = re.compile(r"[«»‹›“”„\"]|``|''|‘‘|’’|(?<!\w)['‘’]|['‘’](?!\w)")
_FEET = re.compile(r"\d\s?['’′]\s?\d{1,2}(?:[.,]\d+|½)?\s?(?P<inches>\"|”|''|’’)")
_DECADE = re.compile(r"['’]\d\d?s?\b")
_STOP = re.compile(r"[.!?…][»›”\"’')\]]*\s")
_BLANKS = re.compile(r"\s*")
_BEFORE = "([{«“„‹‘/–—-"
_AFTER = ",.;:!?)]}»”›’…/–—-"
_STOPS = ",.!?…"
_FARTHEST = 6000
"""Code points past which no closing mark is looked for, from the end of the paragraph that left a quotation open."""


class _Mark(NamedTuple):
    """A mark with its role. `ahead` counts the quotations open before it that later marks of its paragraph close."""

    sign: str
    family: str
    start: int
    end: int
    role: Role
    ahead: int = 0


class _Open(NamedTuple):
    """An opened quotation. `firm`: its mark can only have opened one, so that it is one even if never closed."""

    sign: str
    family: str
    start: int
    inner: int
    firm: bool


def find_quotes(text: str) -> tuple[tuple[Quote, ...], tuple[Note, ...]]:
    """All quotations of the text, in order of their start, outer before inner; a note for each one never closed."""
    reader = _Reader(text)
    position = 0
    for line in text.split("\n"):
        first = position + len(line) - len(line.lstrip())
        last = position + len(line.rstrip())
        position += len(line) + 1
        if first < last:
            reader.read(first, last)
    return _nested(reader.found), tuple(reader.notes)


class _Reader:
    """Reads a text paragraph by paragraph; `found` has the quotations, with their depths still to be told."""

    def __init__(self, text: str) -> None:
        self.found: list[Quote] = []
        self.notes: list[Note] = []
        self._text = text
        self._stack: list[_Open] = []
        self._opened = dict.fromkeys(_FAMILY.values(), 0)
        self._parts: list[Span] = []  # of a quotation that goes on over paragraphs, so far

    def read(self, first: int, last: int) -> None:
        """Read the paragraph [first, last), which neither begins nor ends with a blank."""
        before = len(self.found)
        start = self._resume(first) if self._stack else first
        for mark in _marks(self._text, start, first, last):
            self._turn(mark, first, last)
        left = next((k for k, o in enumerate(self._stack) if o.firm and (o.family != "'" or o.start == first)), None)
        if left is None:
            return self._drop(0)
        opened = self._stack[left]
        self._drop(0)
        if self._goes_on(opened, last):
            self._parts.append(Span(opened.start, last))
            self._push(opened)
            return None
        if opened.family != "'":
            self._end_open(opened, last, self.found[before:])
        self._parts = []
        return None

    def _resume(self, first: int) -> int:
        """Go on with the quotation left open; where the paragraph's own marks begin."""
        (opened,) = self._stack
        text = self._text
        start = first
        if text.startswith(opened.sign, first):
            start = first + len(opened.sign)
        elif text[first] in _CLOSERS[opened.sign] and self._closes_ahead(opened, first + 1):
            start = first + 1  # the old way: each paragraph opens with the closing mark
        self._stack[0] = opened._replace(start=first, inner=start)
        return start

    def _turn(self, mark: _Mark, first: int, last: int) -> None:
        """Let one mark open or close a quotation."""
        closed = self._closed_by(mark)
        if closed is not None:
            self._close(closed, mark)
        elif mark.role == "close" and mark.sign not in "»›”":
            return
        elif mark.role == "close":
            if _may_open(self._text, mark, first, last):  # »so« and ”so”
                self._push(_Open(mark.sign, mark.family, mark.start, mark.end, firm=False))
        elif mark.end < last:
            if mark.family == "'" and self._stack and self._stack[-1].family == "'":
                self._drop(len(self._stack) - 1)
            firm = mark.role == "open" and (mark.sign != "'" or mark.start == first)
            self._push(_Open(mark.sign, mark.family, mark.start, mark.end, firm))

    def _closed_by(self, mark: _Mark) -> int | None:
        """Which quotation, of those open, a mark closes."""
        if not self._stack:
            return None
        top = len(self._stack) - 1
        if mark.family == "'":
            return top if mark.role == "close" and self._stack[top].family == "'" else None
        if not self._opened[mark.family]:
            sister = _SISTER.get(mark.family)
            while top >= 0 and self._stack[top].family == "'":
                top -= 1
            return top if mark.role == "close" and top >= 0 and self._stack[top].family == sister else None
        while self._stack[top].family != mark.family:
            top -= 1
        opened = self._stack[top]
        if opened.sign in "»›":
            return top if mark.sign in _CLOSERS[opened.sign] else None
        if opened.sign == "„" and mark.sign == "“":
            return top if mark.role != "open" or self._text[mark.start - 1].isalnum() else None
        if mark.role == "open" and mark.sign in ('"', "''") and mark.ahead == 0:
            return top  # nothing later closes a quotation inside this one
        return top if mark.role != "open" else None

    def _close(self, k: int, mark: _Mark) -> None:
        opened = self._stack[k]
        parts = (*self._parts, Span(opened.start, mark.end)) if k == 0 else (Span(opened.start, mark.end),)
        holds = _past_blanks(self._text, opened.inner) < mark.start - (opened.family == "'")
        if len(parts) > 1 or (holds and not (opened.sign == "'" and _possessive(self._text, opened.inner, mark))):
            self.found.append(Quote(parts, 0, closed=True))
        if k == 0:
            self._parts = []
        self._drop(k)

    def _push(self, opened: _Open) -> None:
        self._stack.append(opened)
        self._opened[opened.family] += 1

    def _drop(self, k: int) -> None:
        """Forget the quotations open from the k-th on."""
        while len(self._stack) > k:
            self._opened[self._stack.pop().family] -= 1

    def _goes_on(self, opened: _Open, last: int) -> bool:
        """Whether a quotation left open at the end of a paragraph goes on in the next."""
        after = _past_blanks(self._text, last)
        if after == len(self._text):
            return False
        return self._text.startswith(opened.sign, after) or self._closes_ahead(opened, after)

    def _closes_ahead(self, opened: _Open, position: int) -> bool:
        """Whether the next mark of an open quotation's family closes it."""
        if opened.family == "'":
            return False
        text = self._text
        found = _IN_FAMILY[opened.family].search(text, position, position + _FARTHEST)
        if not found or found[0] not in _CLOSERS[opened.sign]:
            return False
        if opened.family not in ('"', "''"):
            return True
        before = text[max(found.start() - 2, position) : found.start()].rpartition("\n")[2]
        after = text[found.end() : found.end() + 2].partition("\n")[0]
        return not before[-1:].isdigit() and _straight(before, after, found[0]) == "close"

    def _end_open(self, opened: _Open, last: int, inside: Sequence[Quote]) -> None:
        """Close a quotation that nothing closes: with the paragraph, or by what the family's later marks show."""
        text = self._text
        sign = _IN_FAMILY[opened.family]
        again = [q for q in inside if q.start > opened.start and sign.match(text, q.start)]
        end, closed = last, False
        if again:  # « … « … », …: the inner mark closes both, unless a sentence ended in between
            end, closed = again[0].end, True
            stops = list(_STOP.finditer(text, opened.inner, again[0].start))
            if stops:
                end, closed = stops[-1].end(), False
            for before, quote in pairwise(again):
                if stops or _STOP.search(text, before.end, quote.start):
                    break
                end = quote.end
            for quote in sorted(inside, key=lambda q: q.start):
                if opened.start <= quote.start < end:
                    end = max(end, quote.end)
        while text[end - 1].isspace():
            end -= 1
        quote = Quote((*self._parts, Span(opened.start, end)), 0, closed)
        self.found.append(quote)
        if not closed:
            self.notes.append(
                Note(
                    stage="sentences",
                    code="unclosed-quotation",
                    message=f"a quotation opened with {opened.sign} is never closed; "
                    f"it is taken to end with its {'paragraph' if end == last else 'sentence'}",
                    text=text[quote.start : quote.end],
                )
            )


# ---------------------------------------------------------------- what each mark does


def _marks(text: str, start: int, first: int, last: int) -> Sequence[_Mark]:
    """The quotation marks of a paragraph, from `start` on, that are neither apostrophes nor inches."""
    inches = {found.start("inches") for found in _FEET.finditer(text, start, last)}
    marks = [
        _Mark(found[0], _FAMILY[found[0]], found.start(), found.end(), role)
        for found in _MARK.finditer(text, start, last)
        if found.start() not in inches and (role := _role(text, found[0], found.start(), first, last))
    ]
    return [*_looking_ahead(text, marks)][::-1]


def _looking_ahead(text: str, marks: Sequence[_Mark]) -> Iterator[_Mark]:
    """The marks, last first, each with the count of what later ones close, and without those that these rule out."""
    balance = {'"': 0, "''": 0}
    following: Role | None = None  # the role of the next straight mark
    firm_single = False  # whether a single mark after a stop closes before another opens
    for mark in reversed(marks):
        if mark.family in balance:
            inch = mark.role == "close" and following == "close" and text[mark.start - 1].isdigit()
            if inch:
                continue
            yield mark._replace(ahead=-balance[mark.family])
            step = {"open": 1, "close": -1, "either": 0}[mark.role]
            balance[mark.family] = min(0, balance[mark.family] + step)
            following = mark.role
        elif mark.family == "'":
            if mark.role == "open":
                firm_single = False
            elif text[mark.start - 1] in _STOPS:
                firm_single = True
            elif firm_single and text[mark.end : mark.end + 2].strip().isalpha():
                continue  # ‘the councillors’ plan is bad,’ he said
            yield mark
        else:
            firm_single = firm_single and mark.role != "close"
            yield mark


def _role(text: str, sign: str, start: int, first: int, last: int) -> Role | None:
    """What a mark does in the paragraph [first, last); None for what is not a quotation mark."""
    family = _FAMILY[sign]
    end = start + len(sign)
    before = text[start - 1] if start > first else " "
    after = text[end] if end < last else " "
    if family == "'":
        return _single(text, sign, start, before, after)
    if family in ('"', "''"):
        if sign in ("``", "‘‘"):
            return "open"
        if sign == "’’":
            return "close"
        if before.isalpha() and not (after.isspace() or after in _AFTER) and not text[max(start - 2, first)].isalnum():
            return None  # d"'mot': a slip for an apostrophe
        if start == first and before.isalpha():
            return None
        return _straight(text[max(start - 2, first) : start], text[end : min(end + 2, last)], sign)
    if sign in "»›”":
        return "close"
    closing = not before.isspace() and before not in _BEFORE and not _elides(text, start) and _ends(after)
    return "either" if closing else "open"


def _straight(before: str, after: str, sign: str) -> Role:
    """What a mark without direction does, from the two characters on either side, fewer at a paragraph's ends."""
    if not after:
        return "close"
    if not before:
        return "open"
    if before[-1].isspace():
        if after[0] == "…" or after[:2] == "..":
            return "open"
        return "either" if after[0].isspace() else "close" if after[0] in _AFTER else "open"
    elided = before[-1] in "'’" and before[0].isalpha() and not _ends(after[0])
    if elided or before[-1] in _BEFORE:
        return "open"
    return "close" if _ends(after[0]) or len(sign) > 1 else "either"


def _single(text: str, sign: str, start: int, before: str, after: str) -> Role | None:
    if sign != "’" and not (before.isalnum() or _ends(after)) and not _DECADE.match(text, start):
        return "open"
    if sign == "‘" and after in "\u00a0\u202f":
        return "open"
    blank = before.isspace() and before not in "\u00a0\u202f"
    return None if blank or after.isalnum() or after in "«“„‹‘" else "close"


def _possessive(text: str, inner: int, mark: _Mark) -> bool:
    """Whether a single mark within a sentence is an apostrophe, since a sentence ended before it: the bosses' plan."""
    within = text[mark.start - 1].isalpha() and text[mark.end : mark.end + 2].strip().isalpha()
    return within and _STOP.search(text, inner, mark.start) is not None


def _past_blanks(text: str, position: int) -> int:
    found = _BLANKS.match(text, position)
    return found.end() if found else position


def _ends(after: str) -> bool:
    return after.isspace() or after in _AFTER


def _elides(text: str, start: int) -> bool:
    """Whether the mark at `start` stands after an elision: l’“Etat”."""
    return start > 1 and text[start - 1] in "'’" and text[start - 2].isalpha()


def _may_open(text: str, mark: _Mark, first: int, last: int) -> bool:
    """Whether a mark that usually closes opens here: »so« and ”so”."""
    before = text[mark.start - 1] if mark.start > first else " "
    return mark.end < last and (before.isspace() or before in _BEFORE) and text[mark.end].isalnum()


# ---------------------------------------------------------------- what is inside what


def _nested(quotes: Sequence[Quote]) -> tuple[Quote, ...]:
    """The quotations in order, outer before inner, with their depths."""
    out: list[Quote] = []
    around: list[int] = []  # ends of the quotations that the next one may be inside
    for quote in sorted(quotes, key=lambda q: (q.start, -q.end)):
        while around and around[-1] <= quote.start:
            around.pop()
        out.append(quote._replace(depth=len(around)))
        around.append(quote.end)
    return tuple(out)
