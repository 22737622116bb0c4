"""Clauses told by nobody in particular: by a conditional that does nothing else there, or by an adverb."""

from collections.abc import Iterator, Sequence

from selon.model import Span
from selon.stages.attributions.extent import clause_end, whole
from selon.stages.attributions.modality.clauses import predicate
from selon.stages.attributions.modality.items import Item
from selon.stages.attributions.quoted import skip_connectives
from selon.stages.attributions.scene import Contents, Found, Hit, Scene


def hearsay(scene: Scene, contents: Contents, items: Sequence[Item], hits: dict[int, Hit]) -> Iterator[Found]:
    """Clauses told by nobody in particular: Il aurait reçu trois avertissements."""
    for item in items:
        token = scene.tokens[item.i]
        if item.verdict.use != "hearsay" or not scene.conditional(item.i) or scene.quote_of[item.i] >= 0:
            continue
        if contents.least_over((Span(token.start, token.end),)):
            continue
        verb = predicate(scene, item.i)
        sentence = scene.sentence(token.i)
        first = skip_connectives(scene, sentence.first, token.i)
        if verb.dep not in ("root", "conj", "parataxis"):
            first = max(first, scene.parse.subtree(verb.i)[0])
        for j in range(first, token.i):
            if scene.word(j) in (";", ":"):
                first = j + 1
        end = clause_end(scene, first, None, hits)
        if verb.dep.startswith("acl"):
            end = next((j for j in range(token.i, end) if scene.word(j) == ","), end)
        span = scene.span(first, end)
        if span is None or not span.start <= token.start < span.end or scene.isin(first, "complementisers"):
            continue
        yield Found("hearsay", "hearsay", (whole(scene, span),), (token.i,))


def rumours(scene: Scene, contents: Contents, hits: dict[int, Hit]) -> Iterator[Found]:
    """The ship reportedly ran aground: the adverb hands the clause to nobody in particular."""
    for token in scene.tokens:
        if not scene.isin(token.i, "adverbs_hearsay") or scene.quote_of[token.i] >= 0:
            continue
        if contents.least_over((Span(token.start, token.end),)):
            continue
        verb = scene.tokens[token.head]
        if verb.dep.startswith("acl"):
            first, last = scene.parse.subtree(verb.i)
        else:
            first = skip_connectives(scene, scene.sentence(token.i).first, token.i + 1)
            last = clause_end(scene, first, None, hits)
        span = scene.span(first, last)
        if span is not None and span.start <= token.start < span.end:
            parts = (scene.span(first, token.i), scene.span(token.i + 1, scene.after(span.end)))
            yield Found("hearsay-adverb", "hearsay", tuple(whole(scene, part) for part in parts if part), (token.i,))
