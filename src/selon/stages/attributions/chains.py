"""Rules over those who pass on what another says: «Les agences ont cité X, qui dit que…», «a dit X, cité par Y»."""

from collections.abc import Iterator, Sequence

from selon.model import Mention, Span, Token
from selon.stages.attributions.cues import verb_group, verb_subject
from selon.stages.attributions.scene import Found, Scene

_NEAR = 3
"""Tokens between a source and the participle that says who cites it."""


def chains(scene: Scene, found: Sequence[Found]) -> list[Found]:
    """An attribution around each that somebody is said to cite."""
    said: dict[int, list[Found]] = {}
    for f in found:
        if f.source is not None and f.cue:
            said.setdefault(scene.tokens[f.cue[0]].sentence, []).append(f)
    return [
        outer
        for token in scene.tokens
        if (token.lemma in scene.words["citing"] and token.pos == "VERB") or _cited(scene, token)
        for outer in _around(scene, token, said.get(token.sentence, ()))
    ]


def _around(scene: Scene, token: Token, said: Sequence[Found]) -> Iterator[Found]:
    for f in said:
        if f.source is None or token.i in f.cue:
            continue
        if _cited(scene, token):
            source, start, end = _citer(scene, token, f.source), f.content[0].start, f.source.span.end
            cue: tuple[int, ...] = (token.i,)
        else:
            source, cue = verb_subject(scene, token.i), verb_group(scene, token.i)
            start, end = scene.tokens[min(cue[-1] + 1, len(scene.tokens) - 1)].start, f.content[-1].end
            if not start <= f.source.span.start < scene.tokens[f.cue[0]].start:
                continue
        if source is not None and start < end and scene.somebody(source):
            yield Found("citing", "say", (Span(start, end),), cue, None, source)
            return


def _citer(scene: Scene, token: Token, cited: Mention) -> Mention | None:
    """Who cites: «X, cité par l'agence», «cité dans un communiqué»."""
    before = token.i - scene.parse.at(cited.span.end - 1)
    if not 0 < before <= _NEAR:
        return None
    last = scene.sentence(token.i).last
    nouns = (j for j in range(token.i + 2, last) if scene.tokens[j].pos in ("NOUN", "PROPN"))
    return scene.mention(next(nouns, token.i))


def _cited(scene: Scene, token: Token) -> bool:
    """Whether it is a participle with who cites behind it, whatever the parser takes it for («cité» is a town too)."""
    return scene.isin(token.i, "citing_forms") and scene.isin(token.i + 1, "citing_marks")
