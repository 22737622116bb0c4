"""A reading as a ledger: who says what, source by source, in words fit to print."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from selon.labels import labels
from selon.model import (
    Attribution,
    Block,
    EntityKind,
    Finding,
    Place,
    Reading,
    SourceType,
    Span,
    Spans,
    Verdict,
    merged,
)

GAP = " … "
"""Stands for what is left out between two spans."""
_PAIRS = {"«": "»", "“": "”", "„": "”"}
_OPENER = {"»": "«", "”": "“"}
_BLANKS = " \t\n\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"
_TYPES: dict[EntityKind, SourceType] = {
    "person": "named",
    "org": "org",
    "state": "org",
    "place": "org",
    "media": "media",
    "group": "group",
    "doc": "doc",
}
_INVERTED = re.compile(r"^-(?:t-)?")
"""What ties an inverted pronoun to its verb: «dit-on», «a-t-elle»."""
_NESTED = re.compile(r"""[^"]*(?:(?<!\w)"(?=\w)[^"]*"(?!\w)[^"]*)*""")
"""Words whose straight marks open before they close, so that a pair around them is theirs."""
VERDICTS: dict[Verdict, str] = {"does_not_hold": "✗", "holds": "✓", "cannot_tell": "?"}
"""A mark for each verdict, in the order in which findings are shown."""
_UNSAFE = {"Cc", "Cs", "Co"}
_OVERRIDES = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


class Group(NamedTuple):
    """One source and all that is attributed to it, in text order. `name` is None where there is no source."""

    name: str | None
    type: SourceType
    roles: tuple[str, ...]
    attributions: tuple[Attribution, ...]


def printable(text: str) -> str:
    """`text` on one line, without characters that could command a terminal or turn the line around."""
    return "".join(
        " " if c in "\n\r\t\u2028\u2029" else "" if unicodedata.category(c) in _UNSAFE or c in _OVERRIDES else c
        for c in text
    ).strip()


def groups(reading: Reading) -> list[Group]:
    """The sources in the order of their first attribution; what has no source comes last."""
    found: dict[str, list[Attribution]] = {}
    for attribution in in_order(reading):
        found.setdefault(_key(reading, attribution), []).append(attribution)
    nobody = found.pop("", None)
    made = [_group(reading, attributions) for attributions in found.values()]
    return made if nobody is None else [*made, Group(None, "none", (), tuple(nobody))]


def in_order(reading: Reading) -> list[Attribution]:
    """Attributions by where their content begins, the longer first: a subject may serve several cues."""

    def place(a: Attribution) -> tuple[int, int, int]:
        spans = a.content.spans
        cue = min((s.start for s in a.cue.spans), default=0)
        return min(s.start for s in spans), -max(s.end for s in spans), cue

    return sorted((a for a in reading.attributions if a.content.spans), key=place)


def source_name(reading: Reading, attribution: Attribution) -> str | None:
    """The name of who stands behind the content, else the words for it; None where those are a mere pronoun."""
    entity = reading.entity(attribution.source.entity)
    words = entity.name if entity else words_of(reading.article.text, attribution.source.spans)
    name = _INVERTED.sub("", printable(words))
    return None if not name or labels(reading.article.language).is_pronoun(name) else name


def said(reading: Reading, attribution: Attribution, marks: tuple[str, str]) -> tuple[str, tuple[str, str]]:
    """The content's words, and the marks to put around them: `marks` for a direct quotation, else none."""
    text, spans = reading.article.text, attribution.content.spans
    if attribution.manner != "direct":
        return balanced(words_of(text, spans)), ("", "")
    pieces = [_unmarked(printable(span.of(text))) for span in sorted(spans)]
    return join(text, sorted(spans), pieces).rstrip(", "), marks


def signal(reading: Reading, attribution: Attribution) -> str:
    """The cue as in the text, with the words for the source where they are few and not its name."""
    text = reading.article.text
    source, cue = attribution.source, attribution.cue.spans
    words = words_of(text, source.spans)
    name = source_name(reading, attribution) or ""
    told = words == name or (source.type == "named" and name != "" and name.casefold() in words.casefold())
    spans = merged(cue if told or not cue or len(words) > 30 else [*source.spans, *cue])
    signal = words_of(text, spans)
    return signal[:1].lower() + signal[1:] if spans and spans[0] in cue else signal


def chain(reading: Reading, attribution: Attribution) -> list[Attribution]:
    """The attributions that hold this one, innermost first."""
    by_id = {a.id: a for a in reading.attributions}
    found, inside = list[Attribution](), attribution.inside
    while inside in by_id and by_id[inside] not in found:
        found.append(by_id[inside])
        inside = by_id[inside].inside
    return found


def when(reading: Reading) -> list[tuple[str, str]]:
    """The days, months, years and hours told, in time order, each with the words first used for it."""
    found: dict[str, str] = {}
    for time in reading.times:
        if time.type in ("DATE", "TIME") and time.value[:1].isdigit():
            found.setdefault(time.value, printable(reading.article.text[time.start : time.end]))
    return sorted((value, words) for value, words in found.items())


def where(reading: Reading) -> list[tuple[Place, int]]:
    """The places, in text order, each with how often; two names of one place count as one."""
    counts = Counter(map(_identity, reading.places))
    first = {_identity(place): place for place in reversed(reading.places)}
    return [(place, counts[_identity(place)]) for place in sorted(first.values(), key=lambda place: place.start)]


def _identity(place: Place) -> object:
    return place.geonames or (place.name, place.country, place.lat, place.lon)


def findings(reading: Reading) -> list[Finding]:
    """What does not hold first, then what holds, then what cannot be told; each in text order."""
    order = list(VERDICTS)
    return sorted(reading.findings, key=lambda finding: (order.index(finding.verdict), finding.spans))


def own_passages(reading: Reading) -> list[str]:
    """Stretches of the story itself that no attribution covers, from the start of a sentence, five words or more."""
    text = reading.article.text
    covered = merged(span for a in reading.attributions for span in (*a.source.spans, *a.cue.spans, *a.content.spans))
    blocks = reading.article.blocks or ((Block(kind="body", start=0, end=len(text)),) if text else ())
    passages = []
    for block in blocks:
        if block.kind in ("lead", "body", "list"):
            for start, end in _gaps(covered, block.start, block.end):
                for line in re.finditer(r"[^\n]+", text[start:end]):
                    first = start + line.start()
                    passage = _passage(text, first, start + line.end(), opens=first == block.start)
                    if len(re.findall(r"\w+", passage)) >= 5:
                        passages.append(passage)
    return passages


def _passage(text: str, start: int, end: int, *, opens: bool) -> str:
    """text[start:end] from its first word, unless that stands in the middle of a sentence; `opens`: of a block."""
    first = re.compile(r"\w").search(text, start, end)
    if first is None:
        return ""
    before = text[max(0, start - 3) : first.start()]
    opens = opens or re.search(r"[.!?…:\n]", before) is not None
    return printable(text[first.start() : end]).rstrip(" ,;:.–—-«“\"'\N{NO-BREAK SPACE}") if opens else ""


def words_of(text: str, spans: Iterable[Span]) -> str:
    """The words of the spans, with an ellipsis for other words between them."""
    spans = sorted(spans)
    return join(text, spans, [printable(span.of(text)) for span in spans])


def join(text: str, spans: list[Span], pieces: list[str]) -> str:
    """One piece for each span, put together as the text has them."""
    if not pieces:
        return ""
    joined = pieces[0]
    for (before, after), piece in zip(pairwise(spans), pieces[1:], strict=True):
        between = text[before.end : after.start]
        joined += GAP if re.search(r"\w", between) else printable(between) + " " * any(c in _BLANKS for c in between)
        joined += piece
    return joined


def balanced(words: str) -> str:
    """`words` with the directed quotation marks that were cut off at its ends."""
    missing, still_open = [], []
    for c in words:
        if c in _PAIRS:
            still_open.append(_PAIRS[c])
        elif c in _OPENER:
            if still_open:
                still_open.pop()
            else:
                missing.append(_OPENER[c])
    blank = "\N{NO-BREAK SPACE}"
    before = "".join(c + blank * (c == "«") for c in reversed(missing))
    after = "".join(blank * (c == "»") + c for c in reversed(still_open))
    return before + words + after


def _key(reading: Reading, attribution: Attribution) -> str:
    name = source_name(reading, attribution)
    if name and reading.entity(attribution.source.entity):
        return f"entity {attribution.source.entity}"
    return (name or "").casefold()


def _group(reading: Reading, attributions: list[Attribution]) -> Group:
    first = attributions[0]
    entity = reading.entity(first.source.entity)
    types = [a.source.type for a in attributions if a.source.type != "none"]
    if "named" in types:
        type_: SourceType = "named"
    elif types:
        type_ = types[0]
    else:
        type_ = _TYPES[entity.kind] if entity else "none"
    name = source_name(reading, first)
    if type_ == "named" and name and not types and labels(reading.article.language).is_description(name):
        type_ = "role"
    roles = tuple(printable(role) for role in entity.roles) if entity else ()
    return Group(name, type_, roles, tuple(attributions))


def _unmarked(piece: str) -> str:
    """A piece of a quotation without the marks that open or close the whole."""
    inner = piece[1:-1]
    marks = piece[:1] + piece[-1:]
    whole = marks in ("«»", "“”", "„”", "„“") or (marks == "‘’" and "‘" not in inner)
    whole = whole or (marks == '""' and _NESTED.fullmatch(inner) is not None)
    if whole and balanced(inner) == inner:
        return inner.strip(_BLANKS)
    if piece.count('"') % 2 and (piece.startswith('"') or piece.endswith('"')):
        return (piece[1:] if piece.startswith('"') else piece[:-1]).strip(_BLANKS)
    for mark, rest in ((piece[:1], piece[1:]), (piece[-1:], piece[:-1])):
        if mark and mark in "«“„»”" and balanced(piece) != piece and balanced(rest) == rest:
            return rest.strip(_BLANKS)
    return piece


def _gaps(covered: Spans, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The parts of [start, end) that `covered` leaves out."""
    for span in covered:
        if span.end > start and span.start < end:
            if span.start > start:
                yield start, span.start
            start = span.end
    if start < end:
        yield start, end
