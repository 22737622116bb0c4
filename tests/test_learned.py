"""The network's part: pieces and windows of any text, spans from any answer, weights that are missing or damaged."""

import zipfile
from importlib.resources import as_file, files
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selon import InputError, Reading, read
from selon.cli import main
from selon.models import FILE, Weights, weights
from selon.stages.attributions.learned.drafts import drafts
from selon.stages.attributions.learned.layout import ACTS, AFTER, BEFORE, CERTAINTIES, ROLES, TYPES, WIDTH
from selon.stages.attributions.learned.network import Floats, Numbers, encode
from selon.stages.attributions.learned.pieces import pieces, windows

PARTS = (
    "« ", " »", "“", "”", '"', "a déclaré", "Irène Vasseur", "que l'eau monte", ". ", "\n\n", "\u00a0", "🌊", "👩‍🚒",
    "15 %", "$12", "3\u00a0€", "مرحبا بالعالم", "שלום", "\u200b", "\x07", "é\u0301", "\u2028", "ﬁ", "…", "第三", "A",
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=80), st.lists(st.sampled_from(PARTS), max_size=60).map("".join))


class Oracle:
    """A network that answers at random, always the same for the same question."""

    def __init__(self, seed: int) -> None:
        self.version = f"oracle {seed}"
        self.tokenizer = weights().tokenizer
        self.confidence = weights().confidence
        self.speakers, self.antecedents, self.acts = weights().speakers, weights().antecedents, weights().acts
        self._seed = seed

    def encode(self, ids: Numbers, real: Floats, guideline: int) -> tuple[Floats, Floats]:
        rng = np.random.default_rng([self._seed, guideline, len(ids)])
        return np.zeros((*real.shape, 4), np.float32), rng.normal(-1, 3, (*ids.shape, 2)).astype(np.float32)

    def link(self, x: Floats, real: Floats) -> tuple[Floats, Floats]:
        rng = np.random.default_rng([self._seed, len(x)])
        roles = rng.normal(0, 3, (len(x), BEFORE + AFTER, len(ROLES)))
        attributes = rng.normal(2, 2, (len(x), 1 + len(ACTS) + len(CERTAINTIES) + len(TYPES)))
        return roles.astype(np.float32), (attributes * real[:, :1]).astype(np.float32)


@given(TEXTS)
@settings(deadline=None)  # the first reads the weights
def test_pieces_stand_in_the_text_in_order(text: str) -> None:
    cut = pieces(text, weights().tokenizer)
    assert len(cut.ids) == len(cut.starts) == len(cut.ends)
    assert (cut.starts <= cut.ends).all()
    assert (cut.starts >= 0).all()
    assert (cut.ends <= len(text)).all()
    assert (np.diff(cut.starts) >= 0).all()
    assert (np.diff(cut.ends) >= 0).all()


@given(st.integers(0, 5 * WIDTH))
def test_every_piece_is_seen_and_has_one_best_window(count: int) -> None:
    frame = windows(count)
    assert frame.index.shape[1] <= WIDTH
    assert frame.index.max(initial=-1) == count - 1
    assert (frame.index[frame.window, frame.column] == np.arange(count)).all()
    if count > WIDTH:  # away from the ends of the text, nothing is best seen at a window's edge
        inner = np.arange(WIDTH, count - WIDTH)
        assert (frame.column[inner] > 30).all()
        assert (frame.column[inner] < WIDTH - 30).all()


@given(TEXTS, st.integers(0, 1000))
@settings(deadline=None)
def test_any_answer_gives_spans_of_the_text_in_order(text: str, seed: int) -> None:
    oracle = Oracle(seed)
    encoded = encode(pieces(text, oracle.tokenizer), oracle, "selon")
    for draft in drafts(text, encoded, oracle):
        assert draft.content
        assert 0 <= draft.score <= 1
        for spans in (draft.source, draft.cue, draft.content):
            assert all(0 <= span.start < span.end <= len(text) for span in spans)
            assert all(one.end < other.start for one, other in pairwise(spans))


@given(TEXTS.filter(lambda text: any(c.isalnum() for c in text)), st.sampled_from(["fr", "en", "de", "ar"]))
@settings(max_examples=40, deadline=None)
def test_any_text_gives_a_reading_whose_spans_fit(text: str, language: str) -> None:
    reading = read(text, plain=True, language=language)
    reading.check()
    assert Reading.from_json(reading.to_json()) == reading


@pytest.mark.parametrize(
    "text",
    ["Non", "«" * 10_000 + "oui", '"' * 10_001 + "oui", "a" * 20_000, "oui " * 3_000, "١٢٣ مرحبا", "\u202eoui\u202c"],
    ids=["one-word", "opening", "straight", "one-long-word", "one-long-paragraph", "right-to-left", "override"],
)
def test_odd_texts_are_read(text: str) -> None:
    read(text, plain=True, language="fr").check()


GERMAN = """Brücke bleibt gesperrt

Die Brücke bleibt bis zum Sommer gesperrt, sagte Bürgermeisterin Karla Wendt am Dienstag. Laut Polizei kam es zu \
langen Staus. „Die Sicherheit geht vor“, erklärte Wendt."""


@pytest.mark.parametrize(
    ("text", "language", "content"),
    [
        ("La facture augmentera de 15 %, a annoncé Solène Aubrac.", "fr", "La facture augmentera de 15 %"),
        ("Selon Solène Aubrac, la facture dépassera 300\u00a0€.", "fr", "la facture dépassera 300\u00a0€"),
        ("£3m was lost, Ann Teller said.", "en", "£3m was lost"),
    ],
)
def test_figures_keep_their_signs(text: str, language: str, content: str) -> None:
    (a,) = read(text, plain=True, language=language).attributions
    assert [span.of(text) for span in a.content.spans] == [content]


@pytest.mark.parametrize("options", [{"language": "de"}, {}], ids=["told", "detected"])
def test_another_language_is_read_by_the_network_alone(options: dict[str, str]) -> None:
    reading = read(GERMAN, **options)  # type: ignore[arg-type]
    assert reading.article.language == "de"
    assert "transfer" in [note.code for note in reading.notes]
    assert len(reading.attributions) >= 2
    assert {a.by for a in reading.attributions} == {"model"}


def test_readings_are_the_same_to_the_byte() -> None:
    text = GERMAN * 20
    assert read(text, language="de").to_json() == read(text, language="de").to_json()


@pytest.mark.parametrize(
    ("content", "promised"),
    [
        ("Nous avons diffusé l'alerte dès 22 heures", False),
        ("Nous avons déjà réparé deux des cinq sirènes", False),
        ("Nous réparerons deux des cinq sirènes avant l'été", True),
        ("Nous allons réparer les sirènes", True),
    ],
)
def test_nobody_promises_what_is_done(content: str, promised: bool) -> None:
    reading = read(f"« {content} », a promis lundi la maire, Jeanne Calvet.", plain=True, language="fr")
    [one] = reading.attributions
    assert (one.act == "promise") == promised


def test_the_guideline_says_what_counts() -> None:
    text = "Le porte-parole a indiqué que « le ministre a promis que la digue sera réparée ». Le maire est favorable."
    ours, theirs = (read(text, language="fr", guideline=one) for one in ("selon", "polnear"))
    assert (ours.made_by["guideline"], theirs.made_by["guideline"]) == ("selon", "polnear")
    assert any(a.inside for a in ours.attributions)


def _damaged(path: Path, how: str) -> None:
    with as_file(files("selon.models").joinpath(FILE)) as whole:
        data = whole.read_bytes()
    if how == "cut short":
        path.write_bytes(data[: len(data) // 2])
    elif how == "no archive":
        path.write_bytes(b"weights")
    elif how == "a bit turned":
        path.write_bytes(data[:5_000_000] + bytes([data[5_000_000] ^ 1]) + data[5_000_001:])
    elif how == "a part missing":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("card.json", b"{}")


@pytest.mark.parametrize("how", ["missing", "cut short", "no archive", "a bit turned", "a part missing"])
def test_weights_that_cannot_be_used(
    how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "own.selon"
    _damaged(path, how)
    with pytest.raises(InputError, match=r"own\.selon.*--rules-only") as caught:
        Weights(path)
    assert caught.value.code == "weights"
    monkeypatch.setenv("SELON_WEIGHTS", str(path))
    weights.cache_clear()
    try:
        assert main(["read", "--example", "fr", "--json"]) == 1
        assert "own.selon" in capsys.readouterr().err
        assert main(["read", "--example", "fr", "--json", "--rules-only"]) == 0
        reading = Reading.from_json(capsys.readouterr().out.encode())
        assert reading.attributions
        assert "weights" not in reading.made_by
    finally:
        weights.cache_clear()


def test_rules_alone_read_no_other_language() -> None:
    with pytest.raises(InputError, match="--rules-only"):
        read(GERMAN, language="de", rules_only=True)
