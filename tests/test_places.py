"""Places: every rule's examples and refusals, tables of cases, and what holds of any text."""

import re
import sqlite3
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from geographiclib.geodesic import Geodesic
from hypothesis import given, settings
from hypothesis import strategies as st

from selon import Reading, read
from selon.data import Places, gazetteer
from selon.lang.registry import languages, rules
from selon.model import InputError, Note, Place
from selon.stages.mentions import find_mentions
from selon.stages.places import find_places
from selon.stages.places.gazetteer import exact, name_key
from selon.stages.quotes import find_quotes
from selon.stages.sentences import split_sentences
from selon.stages.syntax import parse
from selon.stages.text import read_plain

CASES = Path(__file__).parent / "cases"
MARK = re.compile(r"\[([^\[\]|]+)\|([^\[\]|]+)\]")


def places_of(text: str, code: str, url: str | None = None) -> tuple[tuple[Place, ...], tuple[Note, ...]]:
    chosen = rules(code)
    blocks = read_plain(text).blocks
    tree = parse(text, split_sentences(text, blocks, chosen.lexicon.words["abbreviations"]), chosen)
    quotes, _ = find_quotes(text)
    _, mentions, _ = find_mentions(text, blocks, quotes, tree, chosen)
    return find_places(text, tree, mentions.all, chosen, gazetteer(), url)


def _rules(kind: str) -> Iterator[tuple[str, str, str]]:
    for code in languages():
        table = tomllib.loads(files("selon.lang").joinpath(code, "places.toml").read_text("utf-8"))
        for rule in table["rule"]:
            for case in rule[kind]:
                yield code, rule["name"], case


def _table(code: str) -> dict[str, Any]:
    return tomllib.loads((CASES / code / "places.toml").read_text("utf-8"))


def _unmarked(marked: str) -> tuple[str, list[str]]:
    return MARK.sub(r"\1", marked), [f"{m[1]}|{m[2]}" for m in MARK.finditer(marked)]


def _named(text: str, places: tuple[Place, ...]) -> list[str]:
    return [
        f"{text[p.start : p.end]}|{' '.join([p.kind, *filter(None, [p.country]), *(['?'] if p.lat is None else [])])}"
        for p in places
        if p.relative is None
    ]


def _told(text: str, places: tuple[Place, ...]) -> list[str]:
    return [f"{text[p.start : p.end]}|{_relation(p)}" for p in places if p.relative is not None]


def _relation(place: Place) -> str:
    told = place.relative
    assert told is not None
    metres = ["-" if m is None else f"{m:.0f}" for m in (told.low, told.high)]
    return " ".join([told.relation, *filter(None, [told.direction]), *(metres if told.relation == "distance" else [])])


@pytest.mark.parametrize(("code", "rule", "marked"), list(_rules("examples")))
def test_example(code: str, rule: str, marked: str) -> None:
    text, wanted = _unmarked(marked)
    places, _ = places_of(text, code)
    assert _told(text, places) == wanted
    assert [p.by for p in places if p.relative] == [rule] * len(wanted)


@pytest.mark.parametrize(("code", "rule", "text"), list(_rules("refusals")))
def test_refusal(code: str, rule: str, text: str) -> None:
    places, _ = places_of(text, code)
    assert not [p for p in places if p.by == rule], _told(text, places)


@pytest.mark.parametrize(("code", "marked"), [(c, case) for c in languages() for case in _table(c)["cases"]])
def test_case(code: str, marked: str) -> None:
    text, wanted = _unmarked(marked)
    assert _named(text, places_of(text, code)[0]) == wanted


@pytest.mark.parametrize(("code", "marked"), [(c, w["case"]) for c in languages() for w in _table(c)["wrong"]])
def test_known_wrong(code: str, marked: str) -> None:
    text, found = _unmarked(marked)
    assert _named(text, places_of(text, code)[0]) == found


@pytest.mark.parametrize(
    ("code", "text", "words", "near"),
    [
        ("fr", "Il vit à Tripoli, au Liban.", "Tripoli", (34.4, 35.8)),
        ("fr", "Il vit à Tripoli, en Libye.", "Tripoli", (32.9, 13.2)),
        ("fr", "Elle est née à Laval, en Mayenne.", "Laval", (48.1, -0.8)),
        ("fr", "Elle est née à Laval, au Québec.", "Laval", (45.6, -73.7)),
        ("fr", "Une usine brûle à Valence, dans la Drôme.", "Valence", (44.9, 4.9)),
        (
            "fr",
            "Une usine brûle à Valence. L'Espagne et la Catalogne ont envoyé des renforts.",
            "Valence",
            (39.5, -0.4),
        ),
        ("fr", "Il travaille au Havre.", "Havre", (49.5, 0.1)),
        ("fr", "Il travaille à Québec.", "Québec", (46.8, -71.2)),
        ("fr", "Le Québec a voté.", "Québec", (52, -72)),
        ("en", "She flew to Paris, Texas.", "Paris", (33.7, -95.6)),
        ("en", "She flew to Paris from Lyon.", "Paris", (48.9, 2.3)),
        ("en", "A barn burned near Springfield, Missouri.", "Springfield", (37.2, -93.3)),
        ("en", "Police in London, Ont., and in Windsor are looking for him.", "London", (43, -81.2)),
    ],
)
def test_homonym(code: str, text: str, words: str, near: tuple[float, float]) -> None:
    place = next(p for p in places_of(text, code)[0] if text[p.start : p.end] == words)
    assert place.lat is not None
    assert place.lon is not None
    assert Geodesic.WGS84.Inverse(*near, place.lat, place.lon)["s12"] < 25_000, place


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Elle vit à Londres.", "Londres"),
        ("Elle vit au Mans.", "Le Mans"),
        ("MARSEILLE (AFP) – Le port est fermé.", "Marseille"),
        ("Les Etats-Unis attendent.", "États-Unis"),
        ("Elle a traversé la Bavière.", "Bavière"),
    ],
)
def test_name_in_the_language(text: str, name: str) -> None:
    assert [p.name for p in places_of(text, "fr")[0]] == [name]


@pytest.mark.parametrize(
    "text",
    [
        "Moscou a démenti ces accusations.",
        "Londres et Berlin ont condamné l'attaque.",
        "Le ministre a négocié avec Téhéran.",
        "La peine des Français, des Parisiens et des troupes russes est grande.",
        "M. Lille a salué Mme Paris.",
        "Le New York Times l'a écrit.",
        "Mars fut froid, avril pluvieux.",
        "Au XIVe siècle, tout changea.",
        "La Croix-Rouge est sur place.",
    ],
)
def test_no_place(text: str) -> None:
    assert places_of(text, "fr")[0] == ()


def test_a_place_that_no_gazetteer_has() -> None:
    text = "Le village de Xanadour-les-Eaux est inondé. À Xanadour-les-Eaux, l'école a fermé."
    places, notes = places_of(text, "fr")
    assert [(p.name, p.kind, p.lat, p.lon, p.geonames, p.country) for p in places] == [
        ("Xanadour-les-Eaux", "city", None, None, None, None),
        ("Xanadour-les-Eaux", "area", None, None, None, None),
    ]
    assert [(n.stage, n.code, n.text) for n in notes] == [("places", "not-in-gazetteer", "Xanadour-les-Eaux")]


def test_a_distance_from_a_place_gives_coordinates() -> None:
    text = "Le camp est à 40 km au nord de Gao, à plus de 200 km au sud de Kidal."
    places, _ = places_of(text, "fr")
    gao = next(p for p in places if p.name == "Gao")
    first, second = (p for p in places if p.kind == "relative")
    assert gao.lat is not None
    assert first.lat == pytest.approx(gao.lat + 40 / 110.6, abs=0.01)
    assert first.lon == pytest.approx(gao.lon, abs=0.01)
    assert (second.lat, second.lon) == (None, None)


def test_the_address_tells_where_readers_live() -> None:
    text = "Un incendie a détruit une école à Saint-Denis."
    (france,), _ = places_of(text, "fr", "https://example.fr/a")
    (reunion,), _ = places_of(text, "fr", "https://example.re/a")
    assert (france.country, reunion.country) == ("FR", "RE")


def test_a_language_without_rules_has_no_places() -> None:
    chosen = rules("fr")
    tree = parse("Er wohnt in Berlin.", split_sentences("Er wohnt in Berlin.", (), frozenset()), chosen)
    assert find_places("Er wohnt in Berlin.", tree, (), rules("de"), gazetteer()) == ((), ())


def test_a_reading_holds_its_places() -> None:
    reading = read("Un séisme a secoué Agadir, au Maroc.", plain=True, language="fr", rules_only=True)
    assert [(p.name, p.kind, p.country) for p in reading.places] == [
        ("Agadir", "city", "MA"),
        ("Maroc", "country", "MA"),
    ]
    assert Reading.from_json(reading.to_json()) == reading
    assert "places" in reading.made_by["stages"].split()
    assert reading.made_by["gazetteer"] == gazetteer().version


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("L'Haÿ-les-Roses", "l hay les roses"),
        ("St. Louis", "saint louis"),
        ("SAINT-ÉTIENNE", "saint etienne"),
        ("Bandar ‘Abbās", "bandar abbas"),
        ("Łódź", "lodz"),
        ("", ""),
        ("...", ""),
    ],
)
def test_name_key(name: str, key: str) -> None:
    assert name_key(name) == key
    assert name_key(key) == key


@pytest.mark.parametrize(
    ("form", "is_exact"), [("US", True), ("Ky.", True), ("B.C.", True), ("Lyon", False), ("LONDRES", False)]
)
def test_exact(form: str, is_exact: bool) -> None:
    assert exact(form) == is_exact


def test_a_missing_or_damaged_gazetteer(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"missing.*install selon anew"):
        Places(tmp_path / "none.sqlite")
    damaged = tmp_path / "damaged.sqlite"
    damaged.write_bytes(b"no database" * 99)
    with pytest.raises(InputError, match=r"damaged.*install selon anew"):
        Places(damaged)
    empty = tmp_path / "empty.sqlite"
    sqlite3.connect(empty).close()
    empty.touch()
    with pytest.raises(InputError, match="damaged"):
        Places(empty)


def test_the_gazetteer_covers_the_world() -> None:
    with sqlite3.connect(str(files("selon.data").joinpath("gazetteer.sqlite"))) as database:
        count = dict(database.execute("select kind, count(*) from place group by kind"))
        (bad,) = database.execute("select count(*) from place where lat not between -90 and 90").fetchone()
        (off,) = database.execute("select count(*) from place where lon not between -180 and 180").fetchone()
        (lost,) = database.execute("select count(*) from name where place not in (select id from place)").fetchone()
    assert (bad, off, lost) == (0, 0, 0)
    assert count["country"] > 240
    assert count["region"] > 15_000
    assert count["city"] > 140_000
    assert min(count[k] for k in ("water", "mountain", "island", "area", "building")) > 60


def _states() -> Iterator[tuple[str, str]]:
    for code in languages():
        for kind, name in set(rules(code).lexicon.names.values()):
            if kind == "state":
                yield code, name


@pytest.mark.parametrize("code", list(languages()))
def test_every_state_is_a_country(code: str) -> None:
    missing = [
        name
        for language, name in _states()
        if language == code and not any(e.kind == "country" for e in gazetteer().named(name_key(name), code))
    ]
    assert missing == []


WORDS = [
    "à", "de", "du", "la", "le", "l'", "Paris", "Lyon", "Saint-Denis", "mer", "Noire", "U.S.", "Ky.", "km", "40",
    "nord", "au", "frontière", "entre", "et", ",", ".", "-", "(", ")", "«", "»", "\n\n", "Londres", "Québec", "GAO",
    "x", "’", "in", "near", "Georgia", "northern", "miles", "of", "border", "Turkish", "\u00a0", "é",
    "10" * 30, "\ue000",
]  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=25), st.sampled_from(["fr", "en"]), st.booleans())
def test_any_words(words: list[str], code: str, apart: bool) -> None:
    text = (" " if apart else "").join(words)
    if not text.strip():
        return
    places, notes = places_of(text, code)
    at = 0
    for place in places:
        assert 0 <= place.start < place.end <= len(text)
        assert (place.lat is None) == (place.lon is None)
        assert place.lat is None or (-90 <= place.lat <= 90 and -180 <= (place.lon or 0) <= 180)
        assert (place.kind == "relative") == (place.relative is not None)
        if place.relative:
            assert all(place.start <= s.start < s.end <= place.end for s in place.relative.of)
        else:
            assert place.start >= at
            at = place.end
    assert len(notes) <= 1
