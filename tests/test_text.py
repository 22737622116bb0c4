"""Pasted and plain text: cases in tables, and what holds for any text."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selon.lang.registry import languages
from selon.model import Block, Page
from selon.stages import _furniture
from selon.stages._languages import LANGUAGES
from selon.stages.page import read_html
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
        *("12 mars 2024", "VALMONT (AFP) – ", "한국", "* a", "- ", "17h55 - ", "10:32 am –", "- 9:05 : "),
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


UNMENDED = [case for case in PASTED if not {"encoding", "lost-letters"} & set(case["aside"])]
"""Cases whose letters stay as they were pasted."""


@pytest.mark.parametrize("case", UNMENDED, ids=[case["name"] for case in UNMENDED])
def test_pasted_words_are_in_text_or_notes(case: dict[str, Any]) -> None:
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


OPENINGS = [
    ("KYIV, Ukraine (AP) — The military said so.", ["dateline: KYIV, Ukraine (AP) —", "body: The military said so."]),
    ("PARIS (AFP) – Le port est fermé.", ["dateline: PARIS (AFP) –", "body: Le port est fermé."]),
    ("17h55 - Une réplique a eu lieu.", ["dateline: 17h55 -", "body: Une réplique a eu lieu."]),
    ("10:32 am – The port is shut.", ["dateline: 10:32 am –", "body: The port is shut."]),
    ("[9 h 05] Le port est fermé.", ["dateline: [9 h 05]", "body: Le port est fermé."]),
    ("8h : « Nous partons », dit-il.", ["dateline: 8h :", "body: « Nous partons », dit-il."]),
    ("- La digue est close.", ["list: La digue est close."]),
    ("• 17h55 - Une réplique a eu lieu.", ["dateline: 17h55 -", "list: Une réplique a eu lieu."]),
    # what only looks like one
    ("17h55 - 19h30 : la digue est close.", ["body: 17h55 - 19h30 : la digue est close."]),
    ("Ada Rey – la maire – a dit non.", ["body: Ada Rey – la maire – a dit non."]),
    ("17 habitants sont partis.", ["body: 17 habitants sont partis."]),
    ("– Non, dit-elle hier soir.", ["body: – Non, dit-elle hier soir."]),
    ("-5 degrés sont attendus.", ["body: -5 degrés sont attendus."]),
]


@pytest.mark.parametrize(("text", "blocks"), OPENINGS, ids=[text for text, _ in OPENINGS])
def test_openings(text: str, blocks: list[str]) -> None:
    html = f"<html><body><article><p>{text}</p>" + "<p>La mer est calme, dit la capitainerie du port.</p>" * 3
    for page in (read_plain(text), read_pasted(text)[0], read_html(html, None)[0]):
        assert [f"{b.kind}: {page.text[b.start : b.end]}" for b in page.blocks][: len(blocks)] == blocks
        assert text in page.text


def test_a_dateline_below_the_first_paragraph_needs_its_agency() -> None:
    text = "La mer est calme, ce matin.\n\nPARIS (AFP) – Le port est fermé.\n\nPARIS – Le port est fermé."
    assert [block.kind for block in read_plain(text).blocks] == ["body", "dateline", "body", "body"]


@pytest.mark.parametrize(
    ("caption", "told"),
    [
        (
            "Le directeur, Baptiste Roux, promet « une saison ». © J. Roux / Gazette",
            "Le directeur, Baptiste Roux, promet « une saison ».",
        ),
        (
            "La digue de Valmont a cédé lundi dans la nuit. J. Roux / Gazette",
            "La digue de Valmont a cédé lundi dans la nuit.",
        ),
        (
            "La digue de Valmont a cédé lundi dans la nuit. Photo : J. Roux. Tous droits.",
            "La digue de Valmont a cédé lundi dans la nuit.",
        ),
        (
            "Une élue tient une photo de la digue de Valmont. (Photo by J. Roux)",
            "Une élue tient une photo de la digue de Valmont.",
        ),
        ("La digue. Crédit : J. Roux", ""),
        ("© J. Roux, qui a suivi pour nous la crue de la Varance.", ""),
    ],
)
def test_told_of_a_caption(caption: str, told: str) -> None:
    assert _furniture.told(caption) == told


@pytest.mark.parametrize(
    ("line", "name"),
    [("Par Jeanne Orsel", "Jeanne Orsel"), ("written by Ann Lee", "Ann Lee"), ("de Gaulle", "de Gaulle")],
)
def test_the_name_in_a_byline(line: str, name: str) -> None:
    assert _furniture.author(line) == name


def test_lists_are_those_of_the_languages_there_are() -> None:
    assert set(LANGUAGES) == set(languages())


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
    ],
)
def test_language(text: str, language: str) -> None:
    found, sureness = language_of(text)
    assert found == language
    assert 0.0 <= sureness <= 1.0


def assert_sound(page: Page) -> None:
    """Blocks are in order, apart, within the text, not empty, and leave out nothing but blanks and a list's bullets."""
    at = 0
    for block in page.blocks:
        assert isinstance(block, Block)
        assert at <= block.start < block.end <= len(page.text)
        assert page.text[at : block.start].strip() in ("", *"-•*·▪►")
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
