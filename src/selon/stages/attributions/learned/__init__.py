"""Attributions as a trained network finds them, in the terms of the rules: tokens, mentions, quotations.

layout → the numbers that network and program share; pieces → a text as the network reads it; network → what it is
asked; drafts → its answers as spans; weights are read elsewhere and handed in.
"""

from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from selon.model import Guideline, Mention, SourceType, Span
from selon.stages.attributions.learned.drafts import Draft, drafts
from selon.stages.attributions.learned.network import Encoded, Network, encode
from selon.stages.attributions.learned.pieces import pieces
from selon.stages.attributions.scene import MODEL, Found, Scene


class Drafted(NamedTuple):
    """What a network makes of a text and finds in it by a guideline, needing nothing but the text."""

    encoded: Encoded
    drafts: Sequence[Draft]
    network: Network
    guideline: Guideline


def drafted(text: str, network: Network, guideline: Guideline) -> Drafted:
    """Ask the network: the slow part, which may be done while the text is parsed."""
    encoded = encode(pieces(text, network.tokenizer), network, guideline)
    return Drafted(encoded, drafts(text, encoded, network), network, guideline)


def learned(scene: Scene, asked: Drafted) -> list[Found]:
    """All that the network found, in the order of the text."""
    found = [of_draft(scene, draft) for draft in asked.drafts]
    return carried(scene, sorted(found, key=lambda f: (f.content[0].start, -f.content[-1].end, f.cue)))


def of_draft(scene: Scene, draft: Draft) -> Found:
    """A draft in words and mentions."""
    cue = tuple(i for span in draft.cue for i in _tokens(scene, span))
    content = tuple(_whole(scene, span) for span in draft.content)
    source = _source(scene, draft.source[0], draft.type) if draft.source else None
    return Found(MODEL, draft.act, content, cue, None, source, None, draft.certainty, draft.score, draft.odds)


def _tokens(scene: Scene, span: Span) -> range:
    return range(scene.parse.at(span.start), scene.parse.at(span.end - 1) + 1)


def _whole(scene: Scene, span: Span) -> Span:
    """The span with the marks of the quotations that it holds all words of."""
    tokens = _tokens(scene, span)
    first, last = tokens.start, tokens.stop
    while (quote := scene.quote_opening_at(first - 1)) is not None and scene.after(quote.end) <= last + 1:
        first, last = first - 1, max(last, scene.after(quote.end))
    while (quote := scene.quote_closing_at(last)) is not None and quote.start >= scene.tokens[first].start:
        last += 1
    return scene.span(first, last) or span


def _source(scene: Scene, span: Span, type_: SourceType) -> Mention:
    """Who the words of a source stand for: the mention at their syntactic head, else at any of them."""
    tokens = _tokens(scene, span)
    heads = [i for i in tokens if scene.tokens[i].head not in tokens or scene.tokens[i].head == i]
    for i in (*heads, *tokens):
        mention = scene.mention(i)
        if mention is not None and mention.span.overlaps(span):
            return mention._replace(span=span, type=type_)
    return Mention(span, heads[0] if heads else tokens.start, "person", "description", type_, None)


def carried(scene: Scene, found: Sequence[Found]) -> list[Found]:
    """A content without a cue carries on the words of whoever spoke last before it outside quotations."""
    voices = sorted(
        (f.content[0].start, f.source.entity)
        for f in found
        if f.source is not None and f.source.entity is not None and f.cue and scene.quote_of[f.cue[0]] < 0
    )
    starts = [start for start, _ in voices]
    out = []
    for f in found:
        before = bisect_left(starts, f.content[0].start)
        if f.source is None and not f.cue and f.act != "hearsay" and before:
            f = f._replace(speaker=voices[before - 1][1])
        out.append(f)
    return out
