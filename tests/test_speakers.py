"""Who speaks where the source does not name them: the attributions given, the rest as the program has it."""

from pathlib import Path
from typing import get_args

import pytest

from selon.lang.registry import rules
from selon.model import InputError, SourceType, Span
from selon.models import speakers, weights
from selon.stages.attributions.assemble import with_speakers
from selon.stages.attributions.learned import carried, of_draft
from selon.stages.attributions.learned.drafts import Draft
from selon.stages.attributions.scene import Scene
from selon.stages.attributions.speakers import FEATURES, Case, with_entities
from selon.stages.mentions import find_mentions
from selon.stages.quotes import find_quotes
from selon.stages.sentences import split_sentences
from selon.stages.syntax import parse
from selon.stages.text import read_plain

Told = tuple[str, str, str, SourceType]
"""An attribution's source, cue and content as they stand in the text, "" for none, and the type of its source."""

CASES: dict[str, tuple[str, list[Told], list[str]]] = {
    "by gender": (
        "Irène Vasseur a inauguré le barrage avec Paul Lambert. La crue est passée, a-t-elle dit.",
        [("-elle", "a-t-elle dit", "La crue est passée", "named")],
        ["Irène Vasseur"],
    ),
    "who spoke last goes on": (
        "« Le barrage tiendra », a déclaré Paul Lambert.\n\n« Rien ne presse », a-t-il ajouté.",
        [
            ("Paul Lambert", "a déclaré", "« Le barrage tiendra »", "named"),
            ("-il", "a-t-il ajouté", "« Rien ne presse »", "named"),
        ],
        ["Paul Lambert", "Paul Lambert"],
    ),
    "what a cue hangs on": (
        "Irène Vasseur a dit que la digue tenait, ajoutant que Paul Lambert avait tort.",
        [
            ("Irène Vasseur", "a dit", "la digue tenait", "named"),
            ("", "ajoutant", "Paul Lambert avait tort", "none"),
        ],
        ["Irène Vasseur", "Irène Vasseur"],
    ),
    "by title": (
        "Irène Vasseur, directrice du barrage, et Paul Lambert, maire d'Orsenna, se sont vus lundi. "
        "La directrice a assuré que la digue tenait.",
        [("La directrice", "a assuré", "la digue tenait", "role")],
        ["Irène Vasseur"],
    ),
    "whom the text does not name": (
        "Irène Vasseur a inauguré le barrage. Un ingénieur a averti que la digue était fissurée.",
        [("Un ingénieur", "a averti", "la digue était fissurée", "role")],
        ["un ingénieur"],
    ),
    "I in a quotation": (
        "« Je pense que la digue tiendra », a déclaré Irène Vasseur, qui répondait à Paul Lambert.",
        [
            ("Irène Vasseur", "a déclaré", "« Je pense que la digue tiendra »", "named"),
            ("Je", "pense", "la digue tiendra", "named"),
        ],
        ["Irène Vasseur", "Irène Vasseur"],
    ),
    "a possessive": (
        "Paul Lambert a déclaré que la crue était passée. À ses yeux, la digue est solide.",
        [
            ("Paul Lambert", "a déclaré", "la crue était passée", "named"),
            ("ses", "À ses yeux", "la digue est solide", "named"),
        ],
        ["Paul Lambert", "Paul Lambert"],
    ),
    "a heading cut out of what is said below": (
        "La digue en question\n\n« Le maire d'Orsenna nous a menti »\n\n"
        "Paul Lambert a jugé la digue solide. Les riverains en doutent.\n\n"
        "« Le maire d'Orsenna nous a menti depuis le début », accuse Irène Vasseur.",
        [
            ("", "", "« Le maire d'Orsenna nous a menti »", "none"),
            ("Paul Lambert", "a jugé", "la digue solide", "named"),
            ("Irène Vasseur", "accuse", "« Le maire d'Orsenna nous a menti depuis le début »", "named"),
        ],
        ["Irène Vasseur", "Paul Lambert", "Irène Vasseur"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_who_speaks(case: str) -> None:
    text, told, names = CASES[case]
    chosen = rules("fr")
    page = read_plain(text)
    quotes, _ = find_quotes(page.text)
    tree = parse(page.text, split_sentences(page.text, page.blocks, chosen.lexicon.words["abbreviations"]), chosen)
    entities, mentions, _ = find_mentions(page.text, page.blocks, quotes, tree, chosen)
    scene = Scene(page.text, page.blocks, quotes, tree, mentions, chosen)

    def spans(part: str, after: int) -> tuple[Span, ...]:
        start = page.text.index(part, after)
        return (Span(start, start + len(part)),) if part else ()

    found = []
    for source, cue, content, type_ in told:
        whole = spans(content, 0)
        near = max(0, whole[0].start - 60) if source or cue else 0
        given = spans(source, page.text.index(cue, near) if source and source in cue else near)
        found.append(of_draft(scene, Draft(given, spans(cue, near), whole, "say", "certain", type_, 1.0, ())))
    found.sort(key=lambda f: (f.content[0].start, -f.content[-1].end))
    called = {entity.id: entity.name for entity in entities}
    settled = with_entities(scene, with_speakers(scene, carried(scene, found)), weights().speakers)
    who = [f.source.entity if f.source is not None else f.speaker for f in settled]
    assert [called.get(one or "", "nobody") for one in who] == names


def test_weights_of_a_network_stand_beside_it(tmp_path: Path) -> None:
    network = tmp_path / "fold.selon"
    shipped = speakers(network)
    assert shipped.weights.keys() == set(get_args(Case))
    assert all(set(FEATURES).issuperset(features) for features in shipped.weights.values())
    own = tmp_path / "fold.speakers.json"
    own.write_text('{"version": "1", "weights": {"first": {"last": 1}}}')
    assert speakers(network).weights == {"first": {"last": 1.0}}
    own.write_text("[]")
    with pytest.raises(InputError, match=r"fold\.speakers\.json"):
        speakers(network)
