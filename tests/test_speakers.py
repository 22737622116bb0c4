"""Who speaks where the source does not name them: the attributions given, the rest as the program has it."""

from importlib.resources import files
from pathlib import Path
from typing import get_args

import msgspec
import numpy as np
import pytest

from selon.lang.registry import rules
from selon.model import InputError, SourceType, Span
from selon.models import SPEAKERS, speakers, weights
from selon.stages.attributions.antecedents import PLACES, Antecedents, AntecedentWeights, Asked
from selon.stages.attributions.assemble import with_speakers
from selon.stages.attributions.learned import carried, of_draft
from selon.stages.attributions.learned.drafts import Draft
from selon.stages.attributions.learned.network import encode
from selon.stages.attributions.learned.pieces import pieces
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
    network = weights()
    encoded = encode(pieces(page.text, network.tokenizer), network, "selon")
    antecedents = Antecedents(network.antecedents, encoded.vector)
    settled = with_entities(scene, with_speakers(scene, carried(scene, found)), network.speakers, antecedents)
    who = [f.source.entity if f.source is not None else f.speaker for f in settled]
    assert [called.get(one or "", "nobody") for one in who] == names


def test_weights_of_a_network_stand_beside_it(tmp_path: Path) -> None:
    network = tmp_path / "fold.selon"
    shipped = speakers(network)
    assert shipped.weights.keys() == set(get_args(Case))
    assert all(set(FEATURES).issuperset(features) for features in shipped.weights.values())
    own = tmp_path / "fold.speakers.json"
    whole = msgspec.json.decode(Path(str(files("selon.models").joinpath(SPEAKERS))).read_bytes())
    own.write_bytes(msgspec.json.encode(whole | {"weights": {"first": {"last": 1}}}))
    assert speakers(network).weights == {"first": {"last": 1.0}}


@pytest.mark.parametrize(
    ("part", "value", "said"),
    [
        ("weights", [], "Expected `object`"),
        ("antecedents", {}, "missing required field"),
        ("bias", [0.5, 1.0], "by_query"),
        ("bias", ["much"], "could not convert"),
        ("cases", {"first": [0.0]}, r"cases\.first"),
    ],
)
def test_damaged_weights_are_refused(tmp_path: Path, part: str, value: object, said: str) -> None:
    whole = msgspec.json.decode(Path(str(files("selon.models").joinpath(SPEAKERS))).read_bytes())
    held = whole if part in whole else whole["antecedents"]
    held[part] = value
    (tmp_path / "fold.speakers.json").write_bytes(msgspec.json.encode(whole))
    with pytest.raises(InputError, match=rf"fold\.speakers\.json.*{said}"):
        speakers(tmp_path / "fold.selon")


def vectors(seen: dict[Span, list[float]]) -> Antecedents:
    """A net of one hidden unit that takes a mention for the speaker as far as both vectors point one way."""
    one = np.eye(2, dtype=np.float32)
    weights = AntecedentWeights(
        query=np.concatenate([one, 0 * one]),
        cases={"pronoun": np.zeros(2, np.float32)},
        mention=one,
        places=np.zeros((PLACES, 2), np.float32),
        by_query=np.zeros((2, 1), np.float32),
        by_mention=np.zeros((2, 1), np.float32),
        by_both=np.zeros((2, 1), np.float32),
        bias=np.ones(1, np.float32),
        out=np.array([0.5], np.float32),
        product=2.0,
        nobody=np.zeros(2, np.float32),
        nobody_bias=-1.0,
    )
    return Antecedents(weights, lambda span: np.array(seen[span], np.float32))


def test_the_net_weighs_a_source_against_mentions() -> None:
    source, content, near, far = Span(0, 2), Span(3, 9), Span(10, 12), Span(20, 22)
    net = vectors({source: [1, 0], content: [5, 5], near: [1, 1], far: [-1, 0]})
    asked = Asked(source, content)
    candidates = [(near, None, near, None), (far, None, None, None), (near, far, None, None), (None,) * PLACES]
    assert net.scores("pronoun", asked, candidates) == [2.5, -1.5, 0.5, -1.0]
