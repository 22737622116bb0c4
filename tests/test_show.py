"""What people see, and the ledger behind it."""

import io
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from marked import reading
from selon import ledger
from selon.labels import labels
from selon.model import Article, Block, Entity, Finding, Note, Place, Published, Reading, Span, Time
from selon.show import print_reading, shorten
from selon.stages import _furniture


def shown(of: Reading, width: int = 80, **console: Any) -> str:
    out = io.StringIO()
    print_reading(of, Console(file=out, width=width, **console))
    return out.getvalue()


def person(id: str, name: str, *roles: str) -> Entity:
    return Entity(id=id, name=name, kind="person", roles=roles)


STORY = reading(
    "Le phare [s1 L’agence Cap] [c1 rapporte] que [q1 [s2 Una Moss] [c2 a dit] que [q2 le phare pourrait fermer]]. "
    "[q3 « Rien n’est décidé], [c3 a assuré] [s3 Joss Ber], [q3 le maire. »] [s4 Il] [c4 nie] [q4 tout retard]. "
    "[q5 Le gardien [c5 aurait] reçu une lettre]. Le phare a été bâti sur cette pointe en 1860.",
    entities=(person("e1", "Una Moss", "gardienne"), person("e2", "Joss Ber")),
    article={
        "title": "Le phare",
        "outlet": "La Vigie",
        "byline": "Ada Rey",
        "published": Published(value="2025-03-13", how="url", why="/2025/03/13/"),
    },
    notes=(
        Note(stage="page", code="share", message="share bar", text="Partager"),
        Note(stage="page", code="share", message="share bar", text="Envoyer"),
        Note(stage="text", code="marks", message="a mark is never closed"),
    ),
    a1={"type": "media"},
    a2={"entity": "e1", "inside": "a1", "certainty": "possible"},
    a3={"entity": "e2", "manner": "direct"},
    a4={"entity": "e2", "act": "deny"},
    a5={"act": "hearsay", "manner": "hearsay"},
)

PAGE = """\
Le phare
La Vigie · par Ada Rey · 2025-03-13 (d’après l’adresse) · français · 44 mots

L’agence Cap  média · 1 attribution
  a1 dit      Una Moss a dit que le phare pourrait fermer — rapporte

Una Moss  personne nommée · gardienne · 1 attribution
  a2 dit      le phare pourrait fermer — a dit, via L’agence Cap (a1)
     possible

Joss Ber  personne nommée · 2 attributions
  a3 dit      « Rien n’est décidé … le maire. » — a assuré
  a4 nie      tout retard — Il nie

Sans source nommée  1 attribution
  a5 on-dit   Le gardien aurait reçu une lettre — aurait

Le journal, en son nom  26 % du texte n’est attribué à personne
  Le phare a été bâti sur cette pointe en 1860

Écarté
  boutons de partage (2) : Partager | Envoyer

Remarques
  a mark is never closed
"""


def test_a_page_reads_so() -> None:
    assert shown(STORY).replace("\N{NO-BREAK SPACE}", " ") == PAGE


@pytest.mark.parametrize("width", [30, 40, 60, 80, 120])
def test_no_line_is_too_long_or_ends_in_blanks(width: int) -> None:
    for line in shown(STORY, width).split("\n"):
        assert cell_len(line) <= width
        assert line == line.rstrip()


def test_colour_changes_no_word() -> None:
    coloured = shown(STORY, force_terminal=True, color_system="truecolor")
    assert "\x1b[" in coloured
    assert "\x1b" not in shown(STORY)
    plain = io.StringIO()
    console = Console(file=plain, width=80)
    from rich.text import Text

    console.print(Text.from_ansi(coloured), end="")
    assert [line.rstrip() for line in plain.getvalue().split("\n")] == shown(STORY).split("\n")


def test_an_english_article_has_english_labels() -> None:
    got = shown(reading("[s1 Ann] [c1 denied] [q1 all of it].", article={"language": "en"}, a1={"act": "deny"}))
    assert "denies   all of it — denied" in got
    assert "named person · 1 attribution" in got


def test_another_language_has_english_labels() -> None:
    got = shown(reading("[s1 Ann] [c1 sagt] [q1 ja].", article={"language": "de"}))
    assert "says" in got
    assert got.startswith("de · 3 words")


def test_an_article_without_attributions_says_so() -> None:
    assert "Aucune attribution trouvée." in shown(reading("Il pleut depuis trois jours sur la côte."))


@pytest.mark.parametrize(
    "text",
    [
        "[s1 اللجنة] [c1 قالت] [q1 إن الجسر آمن منذ الصباح].",
        "[s1 市長] [c1 說] [q1 「這座橋" + "很安全" * 80 + "」]。",
        "[s1 Ann] [c1 says] [q1 " + "x" * 900 + "].",
        "[s1 A\x1b[31mnn\x07] [c1 says] [q1 \u202eyes\x9b2J\r\n\tno].",
        "[s1 🦀👩‍👩‍👧] [c1 says] [q1 e\u0301\u0301 " + "👩‍👩‍👧" * 90 + "].",
    ],
)
def test_odd_letters_break_nothing(text: str) -> None:
    got = shown(reading(text))
    assert not set(got) & {"\x1b", "\x07", "\x9b", "\r", "\u202e"}
    assert all(cell_len(line) <= 80 for line in got.split("\n"))


# ---------------------------------------------------------------- the ledger


@pytest.mark.parametrize(
    ("marked", "manner", "expected"),
    [
        ("[q1 « Oui, demain »]", "direct", "« Oui, demain »"),
        ("« [q1 Oui, demain] »", "direct", "« Oui, demain »"),
        ("[q1 “Yes,] [c1 dit] [q1 tomorrow.”]", "direct", "« Yes, … tomorrow. »"),
        ("[q1 « Oui »], [c1 dit-elle], [q1 « demain »]", "direct", "« Oui … demain »"),
        ("[q1 « a » et « b »]", "direct", "« « a » et « b » »"),
        ("[q1 « il a dit “non” »]", "direct", "« il a dit “non” »"),
        ('[q1 "Oui"]', "direct", "« Oui »"),
        ("[q1 “Oui,”]", "direct", "« Oui »"),
        ("[q1 „Ja“]", "direct", "« Ja »"),
        ('[q1 « Il a dit "non", hier »]', "direct", '« Il a dit "non", hier »'),
        ('[q1 "Il a dit "non" hier"]', "direct", '« Il a dit "non" hier »'),
        ('[q1 "a" et "b"]', "direct", '« "a" et "b" »'),
        ('[q1 "Oui,] [c1 dit] [q1 demain"]', "direct", "« Oui, … demain »"),
        ("[q1 il viendra « demain »]", "mixed", "il viendra « demain »"),
        ("« [q1 il viendra » demain]", "mixed", "« il viendra » demain"),
        ("[q1 il viendra « demain] »", "mixed", "il viendra « demain »"),
        ("[q1 il viendra\n\ndemain]", "indirect", "il viendra  demain"),
        ("[q1 il viendra], [q1 ou pas]", "indirect", "il viendra, ou pas"),
    ],
)
def test_words_of_a_content(marked: str, manner: str, expected: str) -> None:
    made = reading(marked, a1={"manner": manner})
    words, (opening, closing) = ledger.said(made, made.attributions[0], labels("fr").marks)
    assert (opening + words + closing).replace("\N{NO-BREAK SPACE}", " ") == expected


@pytest.mark.parametrize(
    ("marked", "of", "expected"),
    [
        ("[s1 Una Moss] [c1 a dit] [q1 oui]", {}, "a dit"),
        ("[s1 La gardienne] [c1 a dit] [q1 oui]", {"entity": "e1", "type": "role"}, "La gardienne a dit"),
        ("[c1 Selon] [s1 elle], [q1 oui]", {"entity": "e1"}, "selon elle"),
        ("[q1 Oui], [c1 a-t-[s1 elle] dit]", {"entity": "e1"}, "a-t-elle dit"),
        ("[s1 Mme Una Moss, gardienne] [c1 dit] [q1 oui]", {"entity": "e1"}, "dit"),
        ("[s1 La gardienne du phare de la pointe aux Oies] [c1 dit] [q1 oui]", {"entity": "e1", "type": "role"}, "dit"),
        ("[s1 La gardienne] : [q1 oui]", {"entity": "e1", "type": "role"}, ""),
    ],
)
def test_signal(marked: str, of: dict[str, Any], expected: str) -> None:
    made = reading(marked, entities=(person("e1", "Una Moss"),), a1=dict(of))
    assert ledger.signal(made, made.attributions[0]) == expected


def test_sources_come_in_order_and_nobody_last() -> None:
    made = reading(
        "[q1 Il [c1 aurait] su]. [s2 Ann] [c2 dit] [q2 a]. [s3 Bo] [c3 dit] [q3 b]. [s4 ann] [c4 dit] [q4 c]."
    )
    got = [(group.name, [a.id for a in group.attributions]) for group in ledger.groups(made)]
    assert got == [("Ann", ["a2", "a4"]), ("Bo", ["a3"]), (None, ["a1"])]


def test_rows_come_in_the_order_of_their_contents() -> None:
    made = reading(
        "[s1 [s2 Ann]] [c1 dit] que [q1 tout va] et, à Bo, [c2 demande] [q2 de partir]. [s3 Bo] [c3 dit] [q3 oui]."
    )
    assert [a.id for a in ledger.in_order(made)] == ["a1", "a2", "a3"]
    shared = reading("[s1 [s2 Ann]] [c2 refuse] [q2 de partir] et [c1 dit] [q1 que tout va].")
    assert [a.id for a in ledger.in_order(shared)] == ["a2", "a1"]


@pytest.mark.parametrize("word", ["Je", "J’", "Nous", "on", "-t-on", "Elle"])
def test_a_pronoun_alone_names_nobody(word: str) -> None:
    made = reading(f"[s1 {word}] [c1 pense] que [q1 [s2 Bo] [c2 nie] [q2 tout]].", a2={"inside": "a1"})
    assert [group.name for group in ledger.groups(made)] == ["Bo", None]
    assert "via" not in shown(made)
    assert f"{word} pense" in shown(made) or word.startswith("-")


@pytest.mark.parametrize(
    ("language", "name", "type_", "expected"),
    [
        ("fr", "les industriels", "role", "personnes non nommées"),
        ("fr", "des sources proches du dossier", "role", "personnes non nommées"),
        ("fr", "deux rapports", "doc", "documents"),
        ("fr", "le directeur des achats", "role", "personne non nommée"),
        ("fr", "Irène Vasseur", "named", "personne nommée"),
        ("en", "officials briefed on the matter", "role", "unnamed persons"),
        ("en", "three people", "role", "unnamed persons"),
        ("en", "the prime minister's aides", "role", "unnamed persons"),
        ("en", "a witness", "role", "unnamed person"),
        ("en", "a teacher of languages", "role", "unnamed person"),
        ("en", "the boss", "role", "unnamed person"),
        ("en", "Officials", "role", "unnamed persons"),
        ("en", "James", "named", "named person"),
    ],
)
def test_several_have_the_plural(language: str, name: str, type_: Any, expected: str) -> None:
    assert labels(language).type_of(type_, name) == expected


@pytest.mark.parametrize(
    ("name", "type_"),
    [("le directeur technique", "role"), ("l’élue", "role"), ("Una Moss", "named"), ("Le Pen", "named")],
)
def test_who_is_told_by_a_role_is_not_named(name: str, type_: str) -> None:
    made = reading("[q1 « Oui. »]", entities=(person("e1", name),), a1={"entity": "e1"})
    assert ledger.groups(made)[0].type == type_


@pytest.mark.parametrize(("language", "n", "expected"), [("fr", 1, "et 1 autre passage"), ("en", 2, "and 2 more")])
def test_passages_left_out_are_counted(language: str, n: int, expected: str) -> None:
    made = reading("Il pleut encore sur toute la côte.\n" * (3 + n), article={"language": language})
    assert expected in shown(made)
    assert ("100 % du" if language == "fr" else "100% of") in shown(made)


def test_one_word_is_one() -> None:
    assert "1 mot\n" in shown(reading("Rien."))


def _codes() -> set[str]:
    """The codes of all notes, as the sources have them."""
    sources = [path.read_text("utf-8") for path in Path(ledger.__file__).parent.rglob("*.py")]
    return {code for source in sources for code in re.findall(r'\bstage="\w+",\s*code="([a-z-]+)"', source)}


def test_every_note_has_its_words() -> None:
    assert _codes() | set(_furniture.MESSAGES) <= set(labels("fr").noted)
    assert set(_furniture.MESSAGES) <= set(labels("en").noted)


def test_an_unknown_note_is_told_by_its_message() -> None:
    assert "a mark is never closed" in shown(STORY)


def test_a_chain_that_bites_its_tail_ends() -> None:
    made = reading("[s1 A] [c1 dit] [q1 b]. [s2 C] [c2 dit] [q2 d].", a1={"inside": "a2"}, a2={"inside": "a1"})
    assert len(ledger.chain(made, made.attributions[0])) <= 2


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("Il pleut depuis hier sur la ville. [s1 Ann] [c1 dit] [q1 oui].", ["Il pleut depuis hier sur la ville"]),
        ("[q1 « Oui. »] Il pleut depuis hier sur Orval.", ["Il pleut depuis hier sur Orval"]),
        ("[c1 dit] [s1 Ann], qui vivait encore sur le port. [q1 Oui].", []),
        ("Trop peu de mots. [s1 Ann] [c1 dit] [q1 oui].", []),
        (
            "[q1 Oui]. Un deux trois quatre cinq.\nSix sept huit neuf dix !",
            ["Un deux trois quatre cinq", "Six sept huit neuf dix !"],
        ),
        ("", []),
    ],
)
def test_passages_in_the_own_voice(marked: str, expected: list[str]) -> None:
    assert ledger.own_passages(reading(marked)) == expected


def test_a_passage_behind_a_dateline_opens_there() -> None:
    text = "17h55 - La mer est calme ce matin"
    blocks = (Block(kind="dateline", start=0, end=7), Block(kind="body", start=8, end=len(text)))
    assert ledger.own_passages(reading(text, article={"blocks": blocks})) == ["La mer est calme ce matin"]


@given(st.text(max_size=60), st.integers(4, 30))
def test_shortened_words_fit(text: str, width: int) -> None:
    got = shorten(text, width)
    assert cell_len(got) <= width
    assert got == text or got.endswith("…")


@given(st.text(alphabet="a «»“” ", max_size=30))
def test_balanced_marks_stay_so(words: str) -> None:
    once = ledger.balanced(words)
    assert words in once
    assert ledger.balanced(once) == once


def test_when_where_and_what_was_found() -> None:
    text = "Mardi 12 mars, puis mardi 12 mars 2025, à Sète et à Sète, trois ans à Xyl."

    def time(words: str, value: str, **more: Any) -> Time:
        start = text.rindex(words)
        return Time(start=start, end=start + len(words), type="DATE", value=value, anchor="none", by="day", **more)

    def place(start: int, name: str, **more: Any) -> Place:
        return Place(start=start, end=start + len(name), name=name, kind="city", by="gazetteer", **more)

    sète = {"country": "FR", "lat": 43.4028, "lon": 3.6928, "geonames": 2974733}
    made = Reading(
        selon="0",
        article=Article(id="x", language="fr", text=text),
        times=(time("mardi 12 mars 2025", "2025-03-12"), time("12 mars", "XXXX-03-12"), time("Mardi", "2025-03-11")),
        places=(
            place(text.index("Sète"), "Sète", **sète),
            place(text.rindex("Sète"), "Sète", **sète),
            place(70, "Xyl"),
        ),
        findings=(
            Finding(
                kind="weekday", verdict="holds", spans=(Span(0, 13),), working="le 12 mars 2024 est un mardi", by="w"
            ),
            Finding(
                kind="weekday",
                verdict="does_not_hold",
                spans=(Span(20, 38),),
                working="le 12 mars 2025 est un mercredi",
                by="w",
            ),
        ),
    )
    assert shown(made).split("\n\n")[-3:] == [
        "Quand\n  Mardi 2025-03-11 · mardi 12 mars 2025 2025-03-12",
        "Où\n  Sète ×2 FR 43.40 3.69 · Xyl",
        "Constats\n  ✗ le 12 mars 2025 est un mercredi\n  ✓ le 12 mars 2024 est un mardi\n",
    ]
