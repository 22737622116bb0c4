"""Words, quotations and mentions → attributions: who stands behind which words, by rules.

Each rule is a function from the scene to what it finds, and names itself in `Attribution.by`; its examples and
refusals are in `lang/<code>/rules.toml`, run as tests. For each cue the first rule that gives a content wins.
"""

from collections.abc import Sequence

from selon.lang.contract import Rules
from selon.model import Attribution, Block, Modality, Parse, Quote
from selon.stages.attributions.assemble import assemble, modality, with_speakers
from selon.stages.attributions.chains import chains
from selon.stages.attributions.clauses import aside, complements, noun
from selon.stages.attributions.conditionals import hearsay, rumours, uses
from selon.stages.attributions.cues import find_cues
from selon.stages.attributions.prepositions import according, source_tails
from selon.stages.attributions.quoted import (
    announced,
    carried,
    headlines,
    incise,
    incise_within,
    introduction,
    open_incise,
)
from selon.stages.attributions.scene import Contents, Found, Mentions, Scene

_CUE_RULES = (incise, incise_within, introduction, aside, complements)


def find_attributions(
    text: str,
    blocks: Sequence[Block],
    quotes: Sequence[Quote],
    parse: Parse,
    mentions: Mentions,
    rules: Rules,
) -> tuple[tuple[Attribution, ...], tuple[Modality, ...]]:
    """All attributions of the text, in order, and what each conditional does."""
    scene = Scene(text, blocks, quotes, parse, mentions, rules)
    tails = source_tails(scene)
    hits = {hit.i: hit for hit in find_cues(scene) if hit.i not in tails}
    found: list[Found] = []
    for hit in hits.values():
        for rule in (noun,) if hit.cues[0].kind == "noun" else _CUE_RULES:
            new = list(rule(scene, hit, hits))
            if new:
                found += new
                break
    found += according(scene, hits)
    found += headlines(scene, found)
    found += announced(scene, found)
    found += open_incise(scene, found, hits)
    found += carried(scene, found)
    found = with_speakers(scene, found)
    found += chains(scene, found)
    contents = Contents(scene, found)
    conditionals = uses(scene, contents)
    found += [*hearsay(scene, contents, conditionals, hits), *rumours(scene, contents, hits)]
    attributions = assemble(scene, found)
    return attributions, modality(scene, attributions, conditionals)
