"""Words, quotations and mentions → attributions: who stands behind which words.

A trained network finds them (learned/); without it, rules do. Each rule is a function from the scene to what it finds,
and names itself in `Attribution.by`; its examples and refusals are in `lang/<code>/rules.toml`, run as tests. For each
cue the first rule that gives a content wins.
"""

from collections.abc import Sequence

from selon.lang.contract import Rules
from selon.model import Attribution, Block, Guideline, Modality, Parse, Quote
from selon.stages.attributions.acts import with_acts
from selon.stages.attributions.antecedents import Antecedents
from selon.stages.attributions.assemble import assemble, modality, with_speakers
from selon.stages.attributions.chains import chains
from selon.stages.attributions.clauses import aside, complements, noun
from selon.stages.attributions.cues import find_cues
from selon.stages.attributions.hearsay import hearsay, rumours
from selon.stages.attributions.learned import Drafted, learned
from selon.stages.attributions.modality import Item, find_items
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
from selon.stages.attributions.scene import Contents, Found, Hit, Mentions, Scene
from selon.stages.attributions.speakers import with_entities

_CUE_RULES = (incise, incise_within, introduction, aside, complements)


def find_attributions(
    text: str,
    blocks: Sequence[Block],
    quotes: Sequence[Quote],
    parse: Parse,
    mentions: Mentions,
    rules: Rules,
    asked: Drafted | None = None,
) -> tuple[tuple[Attribution, ...], tuple[Modality, ...]]:
    """All attributions of the text, in order, and what each modal word does.

    Those that a network found, with what rules tell better; if none was asked, those of the rules.
    """
    scene = Scene(text, blocks, quotes, parse, mentions, rules)
    if asked is None:
        found, items = by_rules(scene, find_cues(scene))
    else:
        found = learned(scene, asked)
        if rules.parser:
            cues = find_cues(scene)
            ruled = by_rules(scene, cues)[0]
            found = with_rules(scene, found, ruled, asked.guideline)
            weights = asked.network.acts.get(rules.code)
            if weights and asked.guideline == "selon":
                found = with_acts(scene, found, ruled, cues, weights)
            found = [f._replace(act="say") if f.act == "promise" and _done(scene, f) else f for f in found]
        found = with_speakers(scene, found)
        antecedents = Antecedents(asked.network.antecedents, asked.encoded.vector)
        found = with_entities(scene, found, asked.network.speakers, antecedents)
        items = find_items(scene, Contents(scene, found))
    attributions = assemble(scene, found, items)
    return attributions, modality(scene, attributions, items)


def with_rules(scene: Scene, found: Sequence[Found], ruled: Sequence[Found], guideline: Guideline) -> list[Found]:
    """What the network found, with what rules tell better.

    Its certainty by the words of its content; by our guideline, the source that it did not find of a rule at the same
    cue, and hearsay that it did not find, a conditional without a source, of which it has seen too little; by another,
    of which acts are not taught, the act of that rule.
    """
    ours = guideline == "selon"
    at = {i: f for f in reversed(ruled) for i in f.cue}
    out = []
    for one in found:
        f = one._replace(certainty=None)
        rule = next((at[i] for i in f.cue if i in at), None)
        if rule is not None:
            f = f._replace(rule=rule.rule, hit=rule.hit)
            f = f._replace(source=f.source or rule.source) if ours else f._replace(act=rule.act)
        out.append(_apart(scene, f))
    if ours:
        contents = Contents(scene, found)
        hearsay = [f for f in ruled if f.act == "hearsay"]
        out += [f for f in hearsay if not any(_touch(f, other) for other in contents.near(f.content[0]))]
    return sorted(out, key=lambda f: (f.content[0].start, -f.content[-1].end, f.cue))


def _apart(scene: Scene, f: Found) -> Found:
    """Its content without the words that it begins or ends with and shares with the source that a rule gave."""
    own = f.source.span if f.source is not None else None
    if own is None or not any(own.overlaps(span) for span in f.content):
        return f
    parts = []
    for span in f.content:
        start = own.end if own.start < span.start < own.end else span.start
        end = own.start if own.start < span.end < own.end else span.end
        if start < end:
            parts.append(scene.span(scene.parse.at(start), scene.parse.at(end - 1) + 1) or span)
    return f._replace(content=tuple(parts)) if parts else f


def _done(scene: Scene, f: Found) -> bool:
    """Whether the content's main verb is in the perfect, so that nobody promises it: «nous avons donné l'alerte»."""
    within = range(scene.parse.at(f.content[0].start), scene.parse.at(f.content[-1].end - 1) + 1)
    heads = (i for i in within if scene.tokens[i].head not in within or scene.tokens[i].head == i)
    main = next((i for i in heads if scene.tokens[i].pos == "VERB"), None)
    tense = scene.parse.child(main, "aux:tense") if main is not None else None
    return tense is not None and tense.has("Tense=Pres")


def _touch(one: Found, other: Found) -> bool:
    return any(a.overlaps(b) for a in one.content for b in other.content)


def by_rules(scene: Scene, cues: Sequence[Hit]) -> tuple[list[Found], list[Item]]:
    """What the rules find at these cues, and what each modal word does."""
    tails = source_tails(scene)
    hits = {hit.i: hit for hit in cues if hit.i not in tails}
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
    items = find_items(scene, contents)
    found += [*hearsay(scene, contents, items, hits), *rumours(scene, contents, hits)]
    return found, items
