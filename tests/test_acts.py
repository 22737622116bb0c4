"""What is done with a content, by the network and the words of cue, content and source."""

from pathlib import Path

import pytest

from selon.model import Act, InputError
from selon.models import acts, weights
from selon.read import read
from selon.stages.attributions.acts import likeliest
from selon.stages.attributions.learned.layout import ACTS

CASES: list[tuple[str, Act]] = [
    ("« Nous n'avons pas le choix », a déclaré la préfète Mathilde Corvin devant les élus.", "say"),
    ("« On nous met devant le fait accompli », a regretté le maire, Josselin Mahé.", "assess"),
    ("Le maire, Josselin Mahé, a rappelé que la digue datait de 1962.", "say"),
    ("Josselin Mahé espère que les travaux finiront avant l'été.", "assess"),
    ("Le syndicat des mareyeurs exige que l'État paie les loyers.", "urge"),
    ("Yann Kermorvan a promis de bloquer l'entrée du port dès jeudi.", "promise"),
    ("La société Hydrolis a démenti toute fuite.", "deny"),
    ("Un rapport du bureau Hydrolis révèle que la digue bouge de trois centimètres par an.", "evidence"),
    ("« Qui viendra ? », a demandé Solène Arrighi.", "ask"),
]


@pytest.mark.parametrize(("text", "act"), CASES)
def test_acts(text: str, act: Act) -> None:
    assert [a.act for a in read(text, plain=True, language="fr").attributions] == [act]


def test_the_network_and_the_words_are_weighed_together() -> None:
    urge, deny = ACTS.index("urge"), ACTS.index("deny")
    table = {"cue exiger": [4.0 if at == urge else 0.0 for at in range(len(ACTS))]}
    sure = [0.0 if at == deny else -6.0 for at in range(len(ACTS))]
    assert likeliest(["cue exiger", "cue inconnu"], table, None) == "urge"
    assert likeliest(["cue exiger"], table, sure) == "deny"
    assert likeliest(["cue exiger", "cue exiger"], table, sure) == "urge"
    assert likeliest([], table, None) == "say"


def test_weights_of_acts(tmp_path: Path) -> None:
    assert {len(row) for row in weights().acts["fr"].values()} == {len(ACTS)}
    own = tmp_path / "fold.acts.json"
    own.write_text('{"version": "1", "weights": {"fr": {"cue dire": 1}}}')
    with pytest.raises(InputError, match=r"fold\.acts\.json"):
        acts(tmp_path / "fold.selon")
