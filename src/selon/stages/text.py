"""Pasted or plain text → the story's text with typed blocks. Nothing is marked here: lines speak for themselves."""

import re
from collections.abc import Sequence
from functools import cache
from itertools import islice, pairwise, takewhile
from typing import Any

from selon.agencies import agencies
from selon.model import Block, BlockKind, Note, Page, Published
from selon.stages import _furniture
from selon.stages._blocks import LINE_ENDS, Line, assemble, opened, tidy, unseen_note, words
from selon.stages._dates import published_in_text
from selon.stages._encoding import mend
from selon.stages._languages import LANGUAGES

_PARAGRAPH = re.compile(r"\n[ \t]*\n\s*")
_HARD_WRAP = (50, 100)
"""Widths in characters that hard-wrapped text is broken at."""
_LAST_BYLINE = 6
"""Index of the last line that may be a byline: they stand at the head."""
_CAPTION_LENGTH = 400
_SAID = re.compile(r"[.]\s?[»”\"]$")
"""A sentence in quotation marks."""
_FULL = 0.75
"""Share of that width from which on a line is taken to run on in the next."""
_HEADLINE_LENGTH = 250
_MIN_REPEAT = 4
"""Words from which on a line that comes again is a repeat rather than a refrain."""
_MOST_SECTION_WORDS = 6
"""Words that the name of an outlet or a section has at most."""
_SUFFIX = re.compile(r"\s[-–—|·•:]\s(?=\S+(?:\s\S+){0,4}$)")
_NUMBERED = re.compile(r"\s*\d{1,2}[.)]\s+\S")
_CANDIDATES = (
    "ar", "bg", "ca", "cs", "da", "de", "el", "en", "es", "fa", "fi", "fr", "he", "hi", "hr", "hu", "id", "it",
    "ja", "ko", "nl", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sq", "sr", "sv", "th", "tr", "uk", "vi", "zh",
)  # fmt: skip
"""Languages that news comes in; the identifier's hundred others win too often on a headline alone."""
_AT_HOME = 3.0
"""How much likelier than another a language that can be read is, before a word is seen."""


def language_of(text: str) -> tuple[str, float]:
    """ISO 639-1 code of the language of `text` and how sure that is, in [0, 1]; 0.0 without any letters."""
    sample = text[:5000]
    if not any(c.isalpha() for c in sample):
        return LANGUAGES[0], 0.0
    ranked = _identifier().rank(sample.lower() if sample.isupper() else sample)
    weights = {code: float(p) * (_AT_HOME if code in LANGUAGES else 1.0) for code, p in ranked}
    best = max(weights, key=lambda code: (weights[code], code))
    return best, min(1.0, weights[best] / (sum(weights.values()) or 1.0))


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # 0.2 s to import and load

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(_CANDIDATES))
    return identifier


# ---------------------------------------------------------------- text to the letter


def read_plain(text: str) -> Page:
    """`text` itself, to the letter, with blocks laid over its paragraphs; its title is the headline, if it has one."""
    blocks: list[Block] = []
    for found in re.finditer(r"[^\r\n]+", text):
        start = found.start() + len(found[0]) - len(found[0].lstrip())
        end = start + len(found[0].strip())
        if start < end:
            blocks.append(Block(kind="body", start=start, end=end))
    blocks = _typed(text, _joined_wraps(text, blocks))
    headline = next((b for b in blocks[:1] if b.kind == "headline"), None)
    title = tidy(text[headline.start : headline.end]) if headline else None
    return Page(text, tuple(opened(text, blocks)), title=title or None)


def _joined_wraps(text: str, lines: Sequence[Block]) -> list[Block]:
    """`lines` with those of one hard-wrapped paragraph made one block."""
    if not _is_wrapped(text):
        return list(lines)
    joined: list[Block] = []
    for line in lines:
        if joined and "\n" not in re.sub("\r\n?", "\n", text[joined[-1].end : line.start]).strip(" \t").replace(
            "\n", "", 1
        ):
            joined[-1] = Block(kind="body", start=joined[-1].start, end=line.end)
        else:
            joined.append(line)
    return joined


def _typed(text: str, blocks: list[Block]) -> list[Block]:
    """`blocks` of a clean text with their kinds: headline first, headings and bylines by their looks."""
    kinds: list[BlockKind] = []
    for n, block in enumerate(blocks):
        line = text[block.start : block.end]
        after = text[block.end : blocks[n + 1].start] if n + 1 < len(blocks) else ""
        kinds.append(_kind_of(line, n, len(blocks), after, kinds[-1] if kinds else None))
    return [Block(kind=kind, start=b.start, end=b.end) for kind, b in zip(kinds, blocks, strict=True)]


def _kind_of(line: str, n: int, count: int, after: str, before: BlockKind | None) -> BlockKind:
    gap = after.count("\n") > 1 or after.count("\r") > 1
    if n == 0 and count > 1 and gap and looks_like_title(line):
        return "headline"
    kept = _furniture.kept_as(line)
    if kept == "byline" and n <= _LAST_BYLINE and _is_byline(line):
        return "byline"
    if kept == "credit" and n > 0:
        return "credit"
    if n > 0 and len(line) < _CAPTION_LENGTH and _furniture.CREDITED.search(line):
        return "caption"
    if _NUMBERED.match(line):
        return "list"
    if n > 1 and n + 1 < count and gap and len(line) < 120 and looks_like_title(line) and before in ("body", "list"):
        return "heading"
    return "body"


def looks_like_title(line: str) -> bool:
    """Whether `line` is short and does not end like a sentence of running text."""
    line = line.strip()
    if not line or len(line) > _HEADLINE_LENGTH or _SAID.search(line):
        return False
    return not line.endswith((*LINE_ENDS, ".)", ";")) or (
        line.endswith(("?", "!", "»", "”", '"', "…")) and len(line) < 150
    )


def _is_byline(line: str) -> bool:
    """Whether `line` is a name behind its opening word: few words, no verb's punctuation, a capital."""
    rest = line.split(None, 1)[-1]
    return (
        _furniture.kept_as(line) == "byline"
        and len(line.split()) <= 12
        and rest[:1].isupper()
        and not line.rstrip().endswith((".", "!", "?", ":"))
    )


def _is_wrapped(text: str) -> bool:
    """Whether lines break at a column rather than at paragraphs."""
    lines = [line.rstrip() for line in text.splitlines()]
    pairs = [(a, b) for a, b in pairwise(lines) if a.strip() and b.strip()]
    if len(pairs) < 3:
        return False
    low, high = _HARD_WRAP
    full = [a for a, _ in pairs if low <= len(a) <= high]
    open_ended = [a for a in full if not a.endswith(LINE_ENDS)]
    return len(full) >= 0.7 * len(pairs) and len(open_ended) >= 0.5 * len(full)


# ---------------------------------------------------------------- pasted text


def read_pasted(text: str) -> tuple[Page, tuple[Note, ...]]:
    """The story in `text`, plain or pasted from a page with its furniture, which goes into notes."""
    text, mended = mend(re.sub(r"\r\n?", "\n", text))
    notes = [
        n if n.stage == "text" else Note(stage="text", code=n.code, message=n.message, text=n.text) for n in mended
    ]
    notes += unseen_note("text", text)
    reader = _Pasted(_lines(text))
    page = reader.page()
    notes += _furniture.notes("text", reader.dropped)
    if not page.text:
        message = "no story was found: there is nothing but furniture of a page; paste the article itself"
        notes.append(Note(stage="text", code="no-article", message=message))
    return page, tuple(notes)


def _lines(text: str) -> list[str]:
    """The lines or, where the text is hard-wrapped, the paragraphs of `text`, tidied, empty ones left out."""
    parts = _unwrapped(text) if _is_wrapped(text) else text.split("\n")
    return [line for line in map(tidy, parts) if line]


def _unwrapped(text: str) -> list[str]:
    """The paragraphs of a hard-wrapped text: a line is joined to the next unless it stops well before the edge."""
    width = max(len(line) for line in text.split("\n") if len(line) <= _HARD_WRAP[1])
    paragraphs: list[str] = []
    runs_on = False
    for line in map(str.strip, text.split("\n")):
        if line and runs_on:
            paragraphs[-1] += ("" if paragraphs[-1].endswith("-") and line[0].islower() else " ") + line
        elif line:
            paragraphs.append(line)
        runs_on = len(line) >= _FULL * width
    return paragraphs


class _Pasted:
    """One pasted text on its way to a page."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.dropped: list[tuple[str, str]] = []
        self.published: Published | None = None
        self.byline: str | None = None
        self.outlet: str | None = None
        self._prose = [_furniture.is_prose(line) for line in lines]
        self._script = _furniture.script("\n".join(lines))
        self._lines = self._headed(self._sifted(lines))

    def page(self) -> Page:
        lines = self._typed()
        text, blocks = assemble(lines)
        headline = next((line.text for line in lines[:1] if line.kind == "headline"), None)
        signatures = [words for code, words in self.dropped if code in ("copyright", "dates")]
        told = [line.text for line in lines if line.kind not in ("caption", "credit")]
        return Page(
            text,
            tuple(opened(text, blocks)),
            title=headline,
            byline=self.byline,
            outlet=self.outlet,
            published=self.published,
            credits=agencies([*told, *signatures]),
        )

    def _sifted(self, lines: Sequence[str]) -> list[str]:
        """`lines` without furniture and repeats."""
        kept: list[str] = []
        skipped = 0
        for n, line in enumerate(lines):
            line = self._bared(line, kept)
            code = self._code(line, kept) or ("furniture" if n < skipped else None)
            if code is None:
                kept.append(line)
                continue
            self._set_aside(code, line)
            if _furniture.opens_region(code) and (n >= skipped or _furniture.lists_comments(line)):
                skipped = max(skipped, n + 1 + self._region(code, lines, n, kept))
        return kept

    def _region(self, code: str, lines: Sequence[str], opener: int, kept: list[str]) -> int:
        """How many lines belong to the furniture that line number `opener` opens."""
        most_is_told = 2 * sum(self._prose[opener + 1 :]) < sum(self._prose[:opener])
        if code == "comments" and most_is_told and _furniture.lists_comments(lines[opener]):
            return len(lines) - opener - 1
        run = list(takewhile(lambda line: not _closes_region(line), islice(lines, opener + 1, None)))
        # the last title before a paragraph may be the story's own heading
        is_headed = len(run) == 2 and opener + 3 < len(lines) and self._code(run[1], kept) is None
        return len(run) - 1 if is_headed else len(run)

    def _set_aside(self, code: str, line: str) -> None:
        if code == "dates" and self.published is None:
            self.published = published_in_text(line)
        self.dropped.append((code, line))

    def _headed(self, lines: list[str]) -> list[str]:
        """`lines` from the headline on; what stands before it (an outlet's name, a section's) is set aside."""
        start = next((n for n, line in enumerate(lines) if _furniture.is_prose(line) and not looks_like_title(line)), 0)
        repeated = [words(text) for code, text in self.dropped if code == "repeat"]
        titles = [n for n, line in enumerate(lines[:start]) if looks_like_title(line) and not _is_byline(line)]
        again = [n for n in titles if any(words(lines[n]) == r[: len(words(lines[n]))] for r in repeated)]
        long = [n for n in titles if len(words(lines[n])) >= _MIN_REPEAT]
        head = min(again[:1] or long[:1], default=0)
        if any(len(words(line)) > _MOST_SECTION_WORDS for line in lines[:head]):
            return lines
        for line in lines[:head]:
            if any(r[-len(words(line)) :] == words(line) for r in repeated):
                self.outlet = line
            self.dropped.append(("navigation", line))
        return lines[head:]

    def _bared(self, line: str, kept: list[str]) -> str:
        """`line`; or, where it is a headline that was kept with its outlet behind it, that one, and `line` kept."""
        for n, other in enumerate(kept[:4]):
            if len(words(line)) >= _MIN_REPEAT and _is_suffixed(other, line):
                kept[n] = line
                return other
        return line

    def _code(self, line: str, kept: list[str]) -> str | None:
        """The kind of furniture that `line` is; None for a line of the story."""
        if _furniture.script(line) not in ("", self._script):
            return "script"
        if _is_repeat(line, kept):
            return "repeat"
        return _furniture.code_of(line)

    def _typed(self) -> list[Line]:
        lines: list[Line] = []
        for n, line in enumerate(self._lines):
            kind = _kind_of(line, n, len(self._lines), "\n\n", lines[-1].kind if lines else None)
            if kind == "byline" and self.byline is None:
                self.byline = _furniture.author(line)
                if [x.kind for x in lines] == ["headline", "body"]:
                    lines[1] = Line("lead", lines[1].text)  # what stands between headline and author
            if kind == "caption" and (told := _furniture.told(line)):
                lines += [Line("caption", told), Line("credit", line[len(told) :].strip())]
            else:
                lines.append(Line(kind, line))
        return lines


def _closes_region(line: str) -> bool:
    """Whether `line` is a sentence of the story rather than one more link or field of a form."""
    return _furniture.is_prose(line) or (
        len(line.split()) >= 3 and (line.endswith(".") or _SAID.search(line) is not None)
    )


def _is_repeat(line: str, kept: Sequence[str]) -> bool:
    """Whether `line` says again, case and edges aside, one of the story's first lines or one just before it.

    Further down a story may repeat itself, as a live report does.
    """
    said = words(line)
    return len(said) >= _MIN_REPEAT and any(
        said == words(other) or _is_suffixed(line, other) for other in (*kept[:3], *kept[-2:])
    )


def _is_suffixed(longer: str, line: str) -> bool:
    """Whether `longer` is `line` with a few words behind a dash or a bar, as "Headline - Outlet"."""
    cut = list(_SUFFIX.finditer(longer)) if len(longer) <= _HEADLINE_LENGTH else []
    return bool(cut) and words(longer[: cut[-1].start()]) == words(line)
