"""What conditionals, modal verbs and markers do: the tables in cases/, and what holds for any text."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from selon import Reading, read
from selon.lang.registry import languages, rules
from selon.model import Modality

CASES = Path(__file__).parent / "cases"
MARKS = ("«", "»", ",", ".", "?", "…", ":", "\n\n", "-t-il", "serait", "aurait", "would", "que", "if", "Le maire")
TABLES = (("fr", "conditionals"), ("fr", "modals"), ("en", "modals"))


def _cases() -> Iterator[Any]:
    for code, name in TABLES:
        path = CASES / code / f"{name}.toml"
        for use, table in tomllib.loads(path.read_text("utf-8")).items():
            for marked in table["cases"]:
                for text, start, end in _words(marked):
                    yield pytest.param(code, use, text, start, end, id=f"{code}-{use}-{text[:40]}-{start}")
            for marked, why in table.get("wrong", ()):
                for text, start, end in _words(marked):
                    mark = pytest.mark.xfail(reason=why, strict=True)
                    yield pytest.param(code, use, text, start, end, id=f"{code}-{use}-{text[:40]}-{start}", marks=mark)


def _words(marked: str) -> Iterator[tuple[str, int, int]]:
    """The sentence without its braces, with the bounds of each word that stood in them."""
    pieces = re.split(r"[{}]", marked)
    text = "".join(pieces)
    for k in range(1, len(pieces), 2):
        start = len("".join(pieces[:k]))
        yield text, start, start + len(pieces[k])


@cache
def _read(text: str, code: str) -> Reading:
    return read(text, plain=True, language=code, rules_only=True)


def _over(reading: Reading, start: int, end: int) -> Modality | None:
    found = [m for m in reading.modality if m.start < end and start < m.end]
    return max(found, key=lambda m: min(m.end, end) - max(m.start, start), default=None)


@pytest.mark.parametrize(("code", "use", "text", "start", "end"), list(_cases()))
def test_use(code: str, use: str, text: str, start: int, end: int) -> None:
    found = _over(_read(text, code), start, end)
    assert (found.use if found else "none") == use, found


@pytest.mark.parametrize("code", languages())
@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_text_has_spans_inside_it(code: str, data: st.DataObject) -> None:
    words = sorted(_words_of(code))
    pieces = st.one_of(st.sampled_from(words), st.sampled_from(MARKS), st.text(max_size=6))
    text = " ".join(data.draw(st.lists(pieces, min_size=1, max_size=25)))
    if not any(c.isalnum() for c in text):
        return
    reading = read(text, plain=True, language=code, rules_only=True)
    reading.check()
    for item in reading.modality:
        assert item.scope
        assert item.why


def _words_of(code: str) -> set[str]:
    """Every modal word, and words that decide what it does."""
    words = rules(code).lexicon.words
    names = tomllib.loads(files("selon.lang").joinpath(code, "lexicon", "modality.toml").read_text("utf-8"))
    return {form for name in names for form in words[name]} | words["complementisers"] | words["conditions"]


def test_a_modal_word_says_which_words_decided_and_what_it_bears_on() -> None:
    text = "Le maire a dit que la route rouvrirait et que le pont pourrait céder."
    first, second = _read(text, "fr").modality
    assert [span.of(text) for span in first.because] == ["dit"]
    assert [span.of(text) for span in first.scope] == ["la route rouvrirait"]
    assert [span.of(text) for span in second.scope] == ["le pont pourrait céder"]
    assert (first.use, second.use, first.inside, second.inside) == ("future_past", "possible", "a1", "a1")


def test_the_authors_own_modality_is_inside_nothing() -> None:
    (item,) = _read("La digue pourrait céder.", "fr").modality
    assert (item.use, item.inside) == ("possible", None)


@pytest.mark.parametrize(
    ("text", "certainty"),
    [
        ("Le préfet affirme que la digue tiendra.", "certain"),
        ("Le préfet affirme que la digue pourrait céder.", "possible"),
        ("Le préfet affirme que la digue va peut-être céder.", "possible"),
        ("Le préfet affirme que la digue devrait tenir.", "probable"),
        ("Le préfet affirme que la digue a probablement cédé.", "probable"),
        ("Le préfet affirme que la digue, qui pourrait céder un jour, est surveillée.", "certain"),
        ("Le préfet affirme que les habitants peuvent rentrer.", "certain"),
        ("Le préfet n'a pas précisé si la digue tiendrait.", "unknown"),
        ("Le préfet ignore si la digue tiendra.", "unknown"),
        ("Le préfet n'exclut pas que la digue cède.", "possible"),
        ("La mairie n'a pas confirmé que le pont serait fermé.", "unknown"),
        ("Le préfet ne conteste pas la fermeture du pont.", "certain"),
        ("Je ne dis pas que le pont est sûr.", "certain"),
        ("Le préfet dit ne pas se souvenir de cette réunion.", "unknown"),
        ("« Je n'en sais rien », a répondu le préfet.", "unknown"),
        ("« Je ne le savais pas », a répondu le préfet.", "certain"),
        ("« Nous n'avons aucune idée de la cause », a répondu le préfet.", "unknown"),
        ("« Un attentat n'est pas à écarter », a répondu le préfet.", "possible"),
        ("« En juillet, peut-être », a répondu le préfet.", "possible"),
        ("Le préfet a mis en garde contre un risque d'effondrement.", "possible"),
        ("Le préfet a nié tout risque d'effondrement.", "certain"),
        ("Le préfet assure que la digue risque surtout de céder.", "possible"),
        ("Le préfet assure que la digue ne risque pas de céder.", "certain"),
        ("The mayor could not confirm that the bridge was closed.", "unknown"),
        ("The mayor warned of a risk of collapse.", "possible"),
        ("The mayor said that she did not remember the meeting.", "unknown"),
        ("The mayor said that the dam could collapse.", "possible"),
        ("The mayor said that the dam will probably hold.", "probable"),
        ("The mayor said that the dam is safe.", "certain"),
    ],
)
def test_certainty(text: str, certainty: str) -> None:
    code = "en" if text.startswith("The") else "fr"
    assert [a.certainty for a in _read(text, code).attributions] == [certainty]
