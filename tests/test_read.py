"""The whole flow: what it refuses, what it notes, and what must hold of any reading."""

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from selon import InputError, Reading, read
from selon.read import MAX_CHARACTERS

STORY = """Barrage d'Orsenna : la région inquiète

« Nous avons perdu la moitié du réservoir », a déclaré mardi Irène Vasseur, la directrice du barrage. \
La directrice a nié tout risque de rupture. L'exploitant aurait reçu trois avertissements depuis janvier."""

PIECES = [
    "« ",
    " »",
    "“",
    "”",
    '"',
    "''",
    "‘",
    "’",
    ", a-t-il dit",
    "Selon le maire, ",
    "a déclaré que ",
    "l'eau monte",
    "Irène Vasseur",
    ". ",
    "\n\n",
    " : ",
    "\u00a0",
    "🌊",
    "مرحبا",
    "\u200b",
    "\x07",
    "\ud7ff",
    "-t-elle",
    "(",
    ")",
    "serait",
    "said",
]


def holds(reading: Reading) -> None:
    """What must be true of every reading."""
    reading.check()
    for a in reading.attributions:
        assert a.content.spans
        for spans in (a.source.spans, a.cue.spans, a.content.spans):
            assert all(x.end <= y.start for x, y in pairwise(spans)), (a.id, spans)
        assert (a.source.type == "none") == (not a.source.spans)
        assert a.inside != a.id
    assert Reading.from_json(reading.to_json()) == reading


def _read_if_worded(text: str, language: str) -> Reading | None:
    """The reading of a text; None, once it is refused, for one without a letter or figure."""
    if any(c.isalnum() for c in text):
        return read(text, plain=True, language=language)
    with pytest.raises(InputError, match="no article"):
        read(text, plain=True, language=language)
    return None


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=25).map("".join))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_text_gives_a_sound_reading_or_a_refusal(text: str) -> None:
    reading = _read_if_worded(text, "fr")
    if reading is not None:
        assert reading.article.text == text
        holds(reading)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(
    "text",
    [
        "Oui",
        "«",
        "«" * 10_000 + "mot",
        '"' * 10_001 + " mot",
        "« " * 500 + "mot" + " »" * 500,
        "mot " * 3_000,
        "A\u0301" * 50,
        "שלום עולם «אמר» דוד.",
        "\x00\x01 mot \x7f",
    ],
    ids=lambda text: repr(text[:12]),
)
def test_odd_text_gives_a_sound_reading(text: str, language: str) -> None:
    reading = _read_if_worded(text, language)
    if reading is not None:
        holds(reading)


def test_plain_keeps_the_text_to_the_letter() -> None:
    text = "  Titre\r\n\r\n« A », dit-il.\r\n  "
    assert read(text, plain=True, language="fr").article.text == text


@pytest.mark.parametrize(("opening", "codes"), [("<html><p>", ["markup"]), ("Si a < b, ", [])])
def test_markup_read_to_the_letter_is_noted(opening: str, codes: list[str]) -> None:
    reading = read(f"{opening}Le maire a dit non.", plain=True, language="fr")
    assert [note.code for note in reading.notes] == codes
    assert reading.article.text.startswith(opening)


def test_the_same_input_gives_the_same_bytes() -> None:
    assert read(STORY).to_json() == read(STORY).to_json()


def test_given_values_override() -> None:
    article = read(STORY, language="fr", published="2025-03", url="https://example.org/a").article
    assert (article.url, article.language) == ("https://example.org/a", "fr")
    assert article.published is not None
    assert (article.published.value, article.published.how) == ("2025-03", "given")


def test_language_is_found() -> None:
    assert read(STORY).article.language == "fr"
    assert read("The mayor said on Tuesday that the bridge would stay closed.").article.language == "en"


def test_own_voice_is_what_nothing_covers() -> None:
    assert read("La route est fermée. Il pleut.", language="fr").own_voice() == 1.0
    assert 0 < read(STORY).own_voice() < 0.5


GERMAN = "Der Bürgermeister sagte am Dienstag, dass die Brücke bis auf weiteres für den Verkehr gesperrt bleibt."


@pytest.mark.parametrize(
    ("source", "options", "code", "words"),
    [
        ("", {}, "no-article", ["--plain"]),
        (" \n\t ", {"plain": True}, "no-article", []),
        ("« » … !", {"plain": True}, "no-article", []),
        (STORY, {"language": "xx"}, "language", ["'xx'", "fr", "en"]),
        (GERMAN, {"rules_only": True}, "language", ["'de'", "fr", "en", "--lang", "--rules-only"]),
        ("é" * (MAX_CHARACTERS + 1), {"plain": True}, "too-long", ["500,000"]),
        (b"%PDF-1.7\n\x00\x01", {}, "binary", []),
        (b"\x89PNG\r\n\x1a\n\x00\x00", {}, "binary", []),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_refusal(source: str | bytes, options: dict[str, object], code: str, words: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        read(source, **options)  # type: ignore[arg-type]
    assert caught.value.code == code
    for word in words:
        assert word in caught.value.message


def test_a_language_told_wrong_is_noted() -> None:
    page = f"<html lang='de'><body><article><h1>Titre</h1><p>{STORY}</p></article></body></html>"
    reading = read(page)
    assert reading.article.language == "fr"
    assert "language" in [note.code for note in reading.notes]


def test_an_unclosed_quotation_is_noted() -> None:
    reading = read("Le maire a dit : « Nous partons demain.\n\nLa ville dort.", plain=True, language="fr")
    assert "unclosed-quotation" in [note.code for note in reading.notes]


@pytest.mark.parametrize(("day", "noted"), [("2999-01-01", True), ("2024-02-29", False), (None, False)])
def test_an_article_from_the_future_is_noted(day: str | None, noted: bool) -> None:
    notes = read(STORY, language="fr", published=day, rules_only=True).notes
    assert ("future" in {note.code for note in notes}) is noted
