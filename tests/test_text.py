"""Pasted and plain text: cases in tables, and what holds for any text."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selon.model import Block, Page
from selon.stages import _furniture
from selon.stages.text import language_of, read_pasted, read_plain

CASES = Path(__file__).parent / "cases"


def table(name: str) -> list[tuple[str, dict[str, Any]]]:
    files = sorted(CASES.glob(f"*/{name}.toml"))
    return [(file.parent.name, tomllib.loads(file.read_text("utf-8"))) for file in files]


LINES = [line for _, content in table("furniture") for line in content["lines"]]
PASTED = [case for _, content in table("pasted") for case in content["case"]]
BITS = st.sampled_from(
    [
        *(
            "Lire aussi : la digue",
            "Nom *",
            "3 + douze =",
            "\n\n",
            "\n",
            "\r\n",
            "Par Jean Orsel",
            "Tags",
            "©",
            "\ufffd",
            "\u200b",
        ),
        "Le préfet a dit « non », mardi, devant la presse réunie à Valmont.",
        *("12 mars 2024", "VALMONT (AFP) – ", "한국", "* a"),
    ]
)
TEXTS = st.one_of(st.text(), st.lists(st.one_of(BITS, st.text(max_size=20))).map("".join))


@pytest.mark.parametrize(("line", "kind"), LINES, ids=[line for line, _ in LINES])
def test_line(line: str, kind: str) -> None:
    assert (_furniture.code_of(line) or _furniture.kept_as(line) or "story") == kind


@pytest.mark.parametrize("case", PASTED, ids=[case["name"] for case in PASTED])
def test_pasted(case: dict[str, Any]) -> None:
    page, notes = read_pasted(case["text"])
    assert [f"{b.kind}: {page.text[b.start : b.end]}" for b in page.blocks] == case["blocks"]
    assert [note.code for note in notes] == case["aside"]
    assert page.byline == case.get("byline")
    assert page.outlet == case.get("outlet")
    assert (page.published.value if page.published else None) == case.get("published")
    assert page.credits == tuple(case.get("credits", ()))


@pytest.mark.parametrize("case", PASTED, ids=[case["name"] for case in PASTED])
def test_pasted_words_are_in_text_or_notes(case: dict[str, Any]) -> None:
    if any(code in ("encoding", "lost-letters") for code in case["aside"]):
        pytest.skip("its letters are mended")
    page, notes = read_pasted(case["text"])
    kept = " ".join([page.text, *(note.text or "" for note in notes)])
    assert sorted(kept.split()) == sorted(case["text"].split())


def test_lines_of_one_paragraph_each_are_not_joined() -> None:
    lines = [f"La préfète de la Varance a signé l'arrêté numéro {n} hier soir à Valmont" for n in range(4)]
    page, _ = read_pasted("Un titre court\n" + ".\n".join(lines))
    assert len(page.blocks) == 5


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Le port fermé\n\nLa préfecture l'a dit.\n", ["headline", "body"]),
        ("Le port fermé.\n\nLa préfecture l'a dit.", ["body", "body"]),
        ("La préfecture l'a dit", ["body"]),
        ("  Le port fermé \r\n\r\nPar Jeanne Orsel\r\n\r\nLa préfecture l'a dit.", ["headline", "byline", "body"]),
        ("", []),
        (" \n\t\n", []),
    ],
)
def test_plain_kinds(text: str, kinds: list[str]) -> None:
    page = read_plain(text)
    assert page.text == text
    assert [block.kind for block in page.blocks] == kinds


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Le port fermé", "fr"),
        ("LE PORT DE VALMONT FERMÉ", "fr"),
        ("Séisme au Maroc", "fr"),
        ("Grève SNCF", "fr"),
        ("Kim arrives in Russia", "en"),
        ("Der Präsident ist zurückgetreten", "de"),
        ("El presidente ha dicho que no", "es"),
        ("", "fr"),
    ],
)
def test_language(text: str, language: str) -> None:
    found, sureness = language_of(text)
    assert found == language
    assert 0.0 <= sureness <= 1.0


def assert_sound(page: Page) -> None:
    """Blocks are in order, apart, within the text, not empty, and leave out nothing but blanks."""
    at = 0
    for block in page.blocks:
        assert isinstance(block, Block)
        assert at <= block.start < block.end <= len(page.text)
        assert not page.text[at : block.start].strip()
        assert page.text[block.start : block.end].strip()
        at = block.end
    assert not page.text[at:].strip()


@given(TEXTS)
@settings(max_examples=150, deadline=None)
def test_plain_is_to_the_letter(text: str) -> None:
    page = read_plain(text)
    assert page.text == text
    assert_sound(page)


@given(TEXTS)
@settings(max_examples=150, deadline=None)
def test_pasted_is_sound(text: str) -> None:
    page, notes = read_pasted(text)
    assert_sound(page)
    assert page.text == page.text.strip()
    assert "\n\n\n" not in page.text
    assert all(note.stage == "text" for note in notes)


@given(TEXTS)
@settings(max_examples=50, deadline=None)
def test_language_is_a_code(text: str) -> None:
    code, sureness = language_of(text)
    assert len(code) == 2
    assert 0.0 <= sureness <= 1.0
