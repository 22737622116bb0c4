"""An annotated article as the program would have it, its attributions taken as found."""

from typing import Any, NamedTuple

from selon.lang.registry import rules
from selon.model import Entity, Span
from selon.stages.attributions.learned import of_draft
from selon.stages.attributions.learned.drafts import Draft
from selon.stages.attributions.scene import Found, Scene
from selon.stages.mentions import find_mentions
from selon.stages.quotes import find_quotes
from selon.stages.sentences import split_sentences
from selon.stages.syntax import parse
from selon.stages.text import read_plain


class Given(NamedTuple):
    """`told` are the annotations that have a content, in the order of the text, `found` what they come to."""

    scene: Scene
    entities: tuple[Entity, ...]
    told: list[dict[str, Any]]
    found: list[Found]


def given(article: dict[str, Any], code: str) -> Given:
    """An article in the language `code`."""
    chosen = rules(code)
    page = read_plain(article["text"])
    quotes, _ = find_quotes(page.text)
    tree = parse(page.text, split_sentences(page.text, page.blocks, chosen.lexicon.words["abbreviations"]), chosen)
    entities, mentions, _ = find_mentions(page.text, page.blocks, quotes, tree, chosen)
    scene = Scene(page.text, page.blocks, quotes, tree, mentions, chosen)
    told = [one for one in article["attributions"] if one.get("content")]
    told.sort(key=lambda one: (one["content"][0][0], -one["content"][-1][1]))
    return Given(scene, entities, told, [of_draft(scene, _draft(one)) for one in told])


def _draft(one: dict[str, Any]) -> Draft:
    source, cue, content = (
        tuple(Span(*span) for span in sorted(one.get(role) or [])) for role in ("source", "cue", "content")
    )
    act, type_ = one.get("act") or "say", one.get("type") or "none"
    return Draft(source[:1], cue, content, act, "certain", type_, 1.0, ())
