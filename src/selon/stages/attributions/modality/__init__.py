"""What every conditional, modal verb and marker of the text does to its proposition, and which words decide it."""

from collections.abc import Callable, Iterator

from selon.model import Span
from selon.stages.attributions.modality.clauses import is_conditional
from selon.stages.attributions.modality.conditionals import conditional
from selon.stages.attributions.modality.items import Item, Place, Verdict
from selon.stages.attributions.modality.markers import marker, markers, phrased
from selon.stages.attributions.modality.modals import can, have, know, may, must, need, negated, risk, seem, should
from selon.stages.attributions.scene import Contents, Scene

__all__ = ["Item", "find_items"]

_Rule = Callable[[Scene, Place], Verdict]
_MODALS: tuple[tuple[str, _Rule], ...] = (
    ("can", can),
    ("must", must),
    ("need", need),
    ("seem", seem),
    ("risk", risk),
    ("know", know),
    ("have", have),
    ("may", may),
    ("should", should),
)
_PASSAGE = 3
"""Sentences over which a conditional bears on the next."""


def find_items(scene: Scene, contents: Contents) -> list[Item]:
    """Every word with a use, in order; those with none («le pouvoir», «devoir de l'argent») are left out."""
    return [item for item in _items(scene, contents) if item.verdict.use is not None]


def _items(scene: Scene, contents: Contents) -> Iterator[Item]:
    before: Item | None = None
    done = -1
    words = markers(scene) | frozenset(word for name, _ in _MODALS for word in scene.words[name])
    for token in scene.tokens:
        i = token.i
        if i <= done or not (scene.word(i) in words or is_conditional(scene, i)):
            continue
        over = contents.least_over((Span(token.start, token.end),))
        if before is not None and not _same_passage(scene, before.i, i):
            before = None
        place = Place(i, over, before)
        item = phrased(scene, i) or _modal(scene, place)
        if item is None and is_conditional(scene, i):
            ahead = _modal_of(scene, i)
            if ahead is not None:
                item = _modal(scene, place._replace(i=ahead), first=i)
            else:
                item = Item(i, i, i, conditional(scene, place))
                before = item if item.verdict.use is not None else before
        if item is None:
            item = marker(scene, i)
        if item is not None:
            done = item.last
            yield item


def _modal(scene: Scene, place: Place, *, first: int | None = None) -> Item | None:
    """The modal verb at token i; with its conditional auxiliary, at token `first`: aurait pu."""
    i = place.i
    for name, rule in _MODALS:
        if scene.isin(i, name):
            verdict = rule(scene, place)
            if verdict.use is None and verdict.why in ("has", "knows") and is_conditional(scene, i):
                continue
            return Item(i, i if first is None else first, i, verdict, negated(scene, i))
    return None


def _modal_of(scene: Scene, i: int) -> int | None:
    """The modal participle of a conditional auxiliary: aurait donc dû."""
    for j in range(i + 1, min(i + 4, scene.sentence(i).last)):
        if scene.isin(j, "modal_participles"):
            return j
        if scene.tokens[j].pos not in ("ADV", "PRON", "PUNCT") and not scene.isin(
            j, "negations", "inverted", "clitics"
        ):
            break
    return None


def _same_passage(scene: Scene, i: int, j: int) -> bool:
    """Whether two tokens stand in the same paragraph, near, and both in or out of quotation marks."""
    a, b = scene.tokens[i], scene.tokens[j]
    return (
        b.sentence - a.sentence < _PASSAGE
        and "\n" not in scene.text[a.end : b.start]
        and (scene.quote_of[i] >= 0) == (scene.quote_of[j] >= 0)
    )
