"""Quantities: each language's examples and refusals, a table of cases, and what holds of any text."""

import re
import tomllib
from collections.abc import Iterator
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selon import Reading, read
from selon.lang.registry import languages, rules
from selon.model import Note, Quantity
from selon.stages.quantities import find_quantities
from selon.stages.quotes import find_quotes
from selon.stages.sentences import split_sentences
from selon.stages.syntax import parse
from selon.stages.text import read_plain
from selon.stages.times import find_times

MARK = re.compile(r"\[([^|\]]+)\|((?:\[pp\]|\[mi_us\]|[^\]])*)\]")


def _written(kind: str) -> Iterator[tuple[str, str]]:
    for code in languages():
        table = tomllib.loads(files("selon.lang").joinpath(code, "quantities.toml").read_text("utf-8"))
        for case in table[kind]:
            yield code, case["text"]


def quantities_of(text: str, code: str) -> tuple[tuple[Quantity, ...], tuple[Note, ...]]:
    chosen = rules(code)
    blocks = read_plain(text).blocks
    tree = parse(text, split_sentences(text, blocks, chosen.lexicon.words["abbreviations"]), chosen)
    times, _ = find_times(text, find_quotes(text)[0], tree, None, chosen)
    return find_quantities(text, tree, times, chosen)


def _bound(value: float | None) -> str:
    return "-" if value is None else f"{value:.10g}"


def _shown(text: str, quantity: Quantity) -> str:
    low, high = _bound(quantity.low), _bound(quantity.high)
    bounds = low if low == high else f"{low} {high}"
    of = f" of {quantity.of.of(text)}" if quantity.of else ""
    told = " ".join(part for part in (bounds, quantity.unit, quantity.mod) if part)
    return f"{text[quantity.start : quantity.end]}|{told}{of}"


@pytest.mark.parametrize(("code", "marked"), list(_written("example")))
def test_example(code: str, marked: str) -> None:
    text = MARK.sub(r"\1", marked)
    found, notes = quantities_of(text, code)
    assert [_shown(text, q) for q in found] == [f"{words}|{shown}" for words, shown in MARK.findall(marked)]
    assert not notes


@pytest.mark.parametrize(("code", "text"), list(_written("refusal")))
def test_refusal(code: str, text: str) -> None:
    found, _ = quantities_of(text, code)
    assert not found, [_shown(text, q) for q in found]


@pytest.mark.parametrize(
    "figures",
    ["9" * 40, "1." + "000." * 30 + "000", "9" * 5000, "9999999999999999999 millions", "1 000 000 000 000 000 000 000"],
)
def test_numbers_out_of_reach_are_noted(figures: str) -> None:
    found, notes = quantities_of(f"Le pays compte {figures} habitants.", "fr")
    assert not found
    assert [note.code for note in notes] == ["too-large"]


def test_blanks_of_all_kinds_part_thousands() -> None:
    for blank in " \u00a0\u202f\u2009.":
        found, _ = quantities_of(f"La ville compte 12{blank}500 habitants.", "fr")
        assert [(q.low, q.high) for q in found] == [(12500, 12500)]


def test_a_reading_holds_its_quantities() -> None:
    reading = read("Le pont mesure 140 mètres.", plain=True, language="fr", rules_only=True)
    assert [(q.low, q.unit) for q in reading.quantities] == [(140, "m")]
    assert Reading.from_json(reading.to_json()) == reading
    assert "quantities" in reading.made_by["stages"].split()


_WORDS = [
    "entre", "et", "de", "à", "d'", "près de", "plus de", "des dizaines", "millions", "un", "une centaine", "trois",
    "12 000", "3-5", "1,2", "%", "€", "$", "km", "ans", "sur", "soit", "la moitié", "quatre-vingt-dix", "habitants",
    "G7", "2019", "00", "-", "1e9", "from", "to", "between", "dozens of", "$1.2bn", "half a million", "people", "n°",
]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(st.text(max_size=80), st.lists(st.sampled_from(_WORDS), max_size=12).map(" ".join)),
    st.sampled_from(sorted(languages())),
)
def test_any_text_has_well_formed_quantities(text: str, code: str) -> None:
    found, notes = quantities_of(text, code)
    at = 0
    for quantity in found:
        assert at <= quantity.start < quantity.end <= len(text)
        assert quantity.low is not None or quantity.high is not None
        assert quantity.low is None or quantity.high is None or quantity.low <= quantity.high
        assert quantity.of is None or quantity.of.end <= len(text)
        at = quantity.end
    assert {note.code for note in notes} <= {"too-large"}
