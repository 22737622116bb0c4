"""Readings from text with marks in it, for tests.

`[s1 The mayor] [c1 said] [q1 the bridge is safe]`: source, cue and content of attribution a1. Marks nest, and a
part that is marked twice has two spans.
"""

import re
from typing import Any

from selon.model import Article, Attribution, Entity, Part, Reading, Source, Span, Spans

_MARK = re.compile(r"\[([scq])(\d+) |\]")


def reading(
    marked: str, *, entities: tuple[Entity, ...] = (), article: dict[str, Any] | None = None, **of: Any
) -> Reading:
    """The reading that the marks spell out; `of` gives further fields of attributions: a1={"act": "deny"}.

    `type` and `entity` among them go to the source.
    """
    text, spans = _parse(marked)
    numbers = sorted({number for _, number in spans})
    attributions = tuple(_attribution(spans, number, of.pop(f"a{number}", {})) for number in numbers)
    fields = {"id": "x", "language": "fr", "text": text, **(article or {})}
    return Reading(selon="0", article=Article(**fields), entities=entities, attributions=attributions, **of)


def _parse(marked: str) -> tuple[str, dict[tuple[str, int], Spans]]:
    text, at = "", 0
    open_: list[tuple[str, int, int]] = []
    spans: dict[tuple[str, int], Spans] = {}
    for mark in _MARK.finditer(marked):
        text += marked[at : mark.start()]
        at = mark.end()
        if mark[1]:
            open_.append((mark[1], int(mark[2]), len(text)))
        else:
            part, number, start = open_.pop()
            spans[part, number] = (*spans.get((part, number), ()), Span(start, len(text)))
    return text + marked[at:], spans


def _attribution(spans: dict[tuple[str, int], Spans], number: int, of: dict[str, Any]) -> Attribution:
    source = spans.get(("s", number), ())
    type_ = of.pop("type", "named" if source else "none")
    fields = {"manner": "indirect", "act": "say", "certainty": "certain", "by": "hand", **of}
    entity = fields.pop("entity", None)
    return Attribution(
        id=f"a{number}",
        source=Source(spans=source, type=type_, entity=entity),
        cue=Part(spans=spans.get(("c", number), ())),
        content=Part(spans=spans.get(("q", number), ())),
        **fields,
    )
