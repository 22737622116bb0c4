"""The publication date told by the text alone: tables of cases, and what holds of any text."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selon import read
from selon.lang.registry import languages, rules
from selon.model import Note, Published
from selon.stages.quotes import find_quotes
from selon.stages.sentences import split_sentences
from selon.stages.syntax import parse
from selon.stages.text import read_plain
from selon.stages.times import find_published, find_times

CASES = Path(__file__).parent / "cases"
DAY = r"\d{4}-\d\d-\d\d"
VALUE = re.compile(rf"\d{{4}}(-\d\d(-\d\d)?)?|{DAY}/{DAY}")
STORY = (
    "Le maire d'Orsenna a démissionné ce mardi 12 mars. Il sera jugé en 2025. Il avait été élu en 2023. "
    "Il partira demain."
)


def _cases() -> Iterator[tuple[str, dict[str, Any]]]:
    for code in languages():
        yield from ((code, c) for c in tomllib.loads((CASES / code / "published.toml").read_text("utf-8"))["case"])


def published_of(text: str, code: str, furniture: tuple[str, ...] = ()) -> tuple[Published | None, tuple[Note, ...]]:
    chosen = rules(code)
    blocks = read_plain(text).blocks
    tree = parse(text, split_sentences(text, blocks, chosen.lexicon.words["abbreviations"]), chosen)
    quotes, _ = find_quotes(text)
    return find_published(text, blocks, quotes, tree, chosen, furniture)


@pytest.mark.parametrize(("code", "case"), list(_cases()))
def test_case(code: str, case: dict[str, Any]) -> None:
    published, notes = published_of(case["text"].strip(), code)
    assert (published.value if published else "") == case["value"], (published, notes)
    assert [note.text for note in notes if note.code == "dates-disagree"] == ([case["odd"]] if "odd" in case else [])


def test_the_evidence_is_told() -> None:
    published, notes = published_of(STORY, "fr")
    assert published is not None
    assert (published.value, published.how) == ("2024-03-12", "inferred")
    assert "«ce mardi 12 mars»" in published.why
    assert [note.code for note in notes] == ["inferred-date"]


def test_a_claim_of_copyright_in_the_foot_of_the_page_gives_the_year() -> None:
    text = "Le maire d'Orsenna a démissionné ce mardi 12 mars, a annoncé la préfecture."
    assert published_of(text, "fr")[0] is None
    published, _ = published_of(text, "fr", ("© 2024 Ouest-Dépêches, tous droits réservés",))
    assert published is not None
    assert published.value == "2024-03-12"


def test_times_are_counted_from_it() -> None:
    reading = read(STORY, plain=True, language="fr", rules_only=True)
    assert [t.value for t in reading.times] == ["2024-03-12", "2025", "2023", "2024-03-13"]
    assert reading.article.published is not None
    assert reading.article.published.how == "inferred"


def test_a_given_day_is_kept() -> None:
    reading = read(STORY, plain=True, language="fr", published="2013-03-12", rules_only=True)
    assert reading.article.published is not None
    assert (reading.article.published.value, reading.article.published.how) == ("2013-03-12", "given")


@pytest.mark.parametrize(
    ("published", "values"),
    [
        ("2024-03-12/2024-03-13", ["2024-03-11", "XXXX-XX-XX", "2024-03", "2022", "2024-03-08"]),
        ("2024-03-12/2024-03-19", ["XXXX-WXX-1", "XXXX-XX-XX", "2024-03", "2022", "XXXX-WXX-5"]),
        ("2024-03-30/2024-04-02", ["XXXX-WXX-1", "XXXX-XX-XX", "XXXX-XX", "2022", "2024-03-29"]),
        ("2023-12-31/2024-01-01", ["XXXX-WXX-1", "XXXX-XX-XX", "XXXX-XX", "XXXX", "2023-12-29"]),
        ("2024-03-13/2024-03-12", ["XXXX-WXX-1", "XXXX-XX-XX", "XXXX-XX", "XXXX", "XXXX-WXX-5"]),
        ("2024-03", ["XXXX-WXX-1", "XXXX-XX-XX", "2024-03", "2022", "XXXX-WXX-5"]),
        ("2024-03-12/..", ["XXXX-WXX-1", "XXXX-XX-XX", "XXXX-XX", "XXXX", "XXXX-WXX-5"]),
    ],
)
def test_times_counted_from_an_interval_stay_open_where_its_ends_differ(published: str, values: list[str]) -> None:
    text = (
        "Le maire est parti lundi. Son adjoint est parti hier. Le conseil votera ce mois-ci. "
        "La préfète est arrivée il y a deux ans. Elle a démissionné vendredi."
    )
    chosen = rules("fr")
    blocks = read_plain(text).blocks
    tree = parse(text, split_sentences(text, blocks, chosen.lexicon.words["abbreviations"]), chosen)
    day = Published(value=published, how="inferred", why="a test")
    times, notes = find_times(text, (), tree, day, chosen)
    assert [t.value for t in times] == values
    assert [n.code for n in notes] == ["unresolved"]


_PIECES = st.sampled_from(
    ["le 3 mai 2023", "ce mardi 12 mars", "en 2022", "le 31 février 2024", "hier,", "il y a deux ans,", "en 9999", "né",
     "43 ans", "© 2023", "Publié le 1er janvier 1900", "le 31 décembre 2099", "depuis 900 ans", "depuis 17 mois",
     "jeudi", "a dit", "aura lieu", "«", "»", ".", "\n\n", "— X (@x)", "12/03/2024", "1er mars 2024 –", "dans 400 ans,"]
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(_PIECES, max_size=14).map(" ".join), st.sampled_from(["fr", "en"]))
def test_any_text_has_a_well_formed_date_or_none(text: str, code: str) -> None:
    published, notes = published_of(text, code)
    if published:
        assert VALUE.fullmatch(published.value), published
        first, _, last = published.value.partition("/")
        assert not last or first < last
    assert published_of(text, code) == (published, notes)
