"""Links to words of an article that hold after it is read again, or its text has changed, or say that they do not."""

from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import quote, urlencode

from starlette.datastructures import QueryParams

from selon.anchors import Anchor, How, anchors, find_all, fingerprint
from selon.model import Attribution, Reading, Span, Spans

_PRINT = 12
"""Digits of a text's fingerprint that a link has."""


class Target(NamedTuple):
    """What a link leads to: the words, if they stand, and the attribution that has just these as its content."""

    how: How
    spans: Spans
    attribution: str | None
    quoted: str


def article_link(id: str) -> str:
    return f"/article/{quote(id, safe='')}"


def link(reading: Reading, attribution: Attribution, text_print: str | None = None) -> str:
    """The link to an attribution: positions, words and surroundings of its content, and the words of its cue."""
    text = reading.article.text
    asked: list[tuple[str, str]] = []
    for one in anchors(text, attribution.content.spans):
        asked += [("at", f"{one.start}-{one.end}"), ("quote", one.exact)]
        asked += [("before", one.prefix), ("after", one.suffix)]
    asked += [("cue", span.of(text)) for span in attribution.cue.spans]
    asked.append(("text", (text_print or fingerprint(text))[:_PRINT]))
    return f"{article_link(reading.article.id)}?{urlencode(asked)}"


def resolve(reading: Reading, query: QueryParams) -> Target | None:
    """What a link leads to in this reading; None for an address that is no such link."""
    wanted = _anchors(query)
    if not wanted:
        return None
    text = reading.article.text
    asked = query.get("text") or ""
    same = len(asked) == _PRINT and fingerprint(text).startswith(asked)
    spans, how = find_all(text, wanted, same_text=same)
    quoted = " … ".join(one.exact for one in wanted)
    if spans is None:
        return Target(how, (), None, quoted)
    return Target(how, spans, _with(reading, spans, query.getlist("cue")), quoted)


def _anchors(query: QueryParams) -> tuple[Anchor, ...]:
    """The anchors that a link spells out; none where it is malformed."""
    parts = [query.getlist(name) for name in ("at", "quote", "before", "after")]
    if not parts[0] or len({len(part) for part in parts}) != 1:
        return ()
    found = []
    for at, exact, before, after in zip(*parts, strict=True):
        start, _, end = at.partition("-")
        if not (start.isdecimal() and end.isdecimal() and len(at) < 30 and int(start) < int(end) and exact):
            return ()
        found.append(Anchor(start=int(start), end=int(end), exact=exact, prefix=before, suffix=after))
    return tuple(found)


def _with(reading: Reading, spans: Spans, cue: Sequence[str]) -> str | None:
    """The attribution with this content and the words of this cue; None if there is none, or more than one."""
    text = reading.article.text
    found = [a for a in reading.attributions if a.content.spans == spans]
    same = [a for a in found if [span.of(text) for span in a.cue.spans] == list(cue)]
    chosen = same or found
    return chosen[0].id if len(chosen) == 1 else None


def spans_of(written: str) -> Spans:
    """ "12-40,50-61" as spans. Raises ValueError on anything else."""
    found = []
    for part in filter(None, (p.strip() for p in written.split(","))):
        start, dash, end = part.partition("-")
        if not (dash and start.isdecimal() and end.isdecimal() and len(part) < 30):
            raise ValueError(f"{part!r} is no span; write 12-40")
        found.append(Span(int(start), int(end)))
    return tuple(sorted(found))


def written(spans: Spans) -> str:
    return ",".join(f"{span.start}-{span.end}" for span in spans)
