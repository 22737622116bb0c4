"""How firmly a source puts its content: by what it says of its own knowledge, else by its main proposition."""

from collections.abc import Iterator, Sequence

from selon.model import Act, Certainty, Span, Spans, Token
from selon.stages.attributions.modality.clauses import clause_verb, predicate
from selon.stages.attributions.modality.items import Item
from selon.stages.attributions.scene import Contents, Found, Scene

_WEAK: tuple[Certainty, ...] = ("possible", "probable")


class Items:
    """The modal words of a text, by sentence, each with the innermost content that holds it."""

    def __init__(self, scene: Scene, items: Sequence[Item], contents: Contents) -> None:
        self._scene = scene
        self._contents = contents
        self._in: dict[int, list[Item]] = {}
        for item in items:
            self._in.setdefault(scene.tokens[item.i].sentence, []).append(item)

    def of(self, f: Found) -> Iterator[Item]:
        """Those in a content and in no other content within it."""
        scene = self._scene
        for span in f.content:
            first, last = scene.parse.at(span.start), scene.parse.at(span.end - 1)
            for sentence in range(scene.tokens[first].sentence, scene.tokens[min(last, len(scene.tokens) - 1)].sentence + 1):
                for item in self._in.get(sentence, ()):
                    token = scene.tokens[item.i]
                    if span.start <= token.start and token.end <= span.end:
                        inner = self._contents.least_over((Span(token.start, token.end),))
                        if inner is None or inner.content == f.content:
                            yield item


def certainty(scene: Scene, f: Found, act: Act, items: Items) -> Certainty:
    """The network's where it gives one; `unknown` by the cue; else what the main proposition's modal words say."""
    if f.certainty is not None:
        return f.certainty
    cue = _by_cue(scene, f, act)
    if cue is not None:
        return cue
    main = main_verb(scene, f.content)
    verbs = {main.i, predicate(scene, main.i).i} if main is not None else _heads(scene, f.content)
    uses = {
        item.verdict.use
        for item in items.of(f)
        if item.i in verbs or clause_verb(scene, item.i) in verbs or predicate(scene, item.i).i in verbs
    }
    for use in _WEAK:
        if use in uses:
            return use
    return "certain"


def _by_cue(scene: Scene, f: Found, act: Act) -> Certainty | None:
    if f.hit is None:
        return None
    verb = scene.tokens[f.hit.i]
    if act == "deny" or f.hit.cues and f.hit.cues[0].act == "deny":
        return "possible" if f.hit.negated else None
    if act in ("say", "ask", "evidence", "assess"):
        if f.rule == "verb-if" and act != "ask" and (f.hit.negated or verb.lemma in scene.words["unknowing"]):
            return "unknown"
        if f.hit.negated and act == "say":
            return "unknown"
    return None


def main_verb(scene: Scene, content: Spans) -> Token | None:
    """The finite verb of a content that hangs on the fewest others; None in a noun phrase or infinitive."""
    best: tuple[int, int] | None = None
    for span in content:
        i = scene.parse.at(span.start)
        while i < len(scene.tokens) and scene.tokens[i].start < span.end:
            if scene.finite(i):
                depth = sum(1 for _ in scene.ancestors(i))
                if best is None or depth < best[0]:
                    best = (depth, i)
            i += 1
    return scene.tokens[best[1]] if best else None


def _heads(scene: Scene, content: Spans) -> set[int]:
    """The words of a content without a finite verb that hang on none of its others."""
    inside = {
        i
        for span in content
        for i in range(scene.parse.at(span.start), scene.parse.at(span.end - 1) + 1)
        if i < len(scene.tokens)
    }
    return {i for i in inside if scene.tokens[i].head not in inside or scene.tokens[i].head == i}


