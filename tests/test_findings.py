"""Findings: each language's examples and refusals, what stays open, and what holds of any text."""

import tomllib
from collections.abc import Iterator, Sequence
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selon import Reading, read
from selon.lang.registry import languages, rules
from selon.model import Finding, Parse, Place, PlaceKind, Published
from selon.stages.findings import find_findings
from selon.stages.quantities import find_quantities
from selon.stages.quotes import find_quotes
from selon.stages.sentences import split_sentences
from selon.stages.syntax import parse
from selon.stages.text import read_plain
from selon.stages.times import find_times

PUBLISHED = "2024-05-15"
HAMLETS = {"Aubrel": (45.0, 5.0), "Brévans": (46.0, 5.0), "Corlay": (45.0, 6.3)}
"""Invented places: Brévans is 111 km north of Aubrel, Corlay 102 km east."""


KINDS: dict[str, PlaceKind] = {}
"""What the invented places are where it is no city."""


def _written(kind: str) -> Iterator[tuple[str, dict[str, str]]]:
    for code in languages():
        table = tomllib.loads(files("selon.lang").joinpath(code, "findings.toml").read_text("utf-8"))
        for case in table[kind]:
            yield code, case


def findings_of(text: str, code: str, published: str | None = PUBLISHED) -> tuple[Finding, ...]:
    return read(text, plain=True, language=code, published=published, rules_only=True).findings


def _kinds(found: Sequence[Finding], verdict: str) -> set[str]:
    return {f.kind for f in found if f.verdict == verdict}


@pytest.mark.parametrize(("code", "case"), list(_written("example")))
def test_example(code: str, case: dict[str, str]) -> None:
    found = findings_of(case["text"], code)
    assert case["kind"] in _kinds(found, case["verdict"]), found
    if case["verdict"] == "holds":
        assert not _kinds(found, "does_not_hold"), found


@pytest.mark.parametrize(("code", "case"), list(_written("refusal")))
def test_refusal(code: str, case: dict[str, str]) -> None:
    assert not findings_of(case["text"], code)


def _located(text: str) -> tuple[Finding, ...]:
    """Findings of a French text about the invented places."""
    chosen = rules("fr")
    blocks = read_plain(text).blocks
    tree = parse(text, split_sentences(text, blocks, chosen.lexicon.words["abbreviations"]), chosen)
    quotes, _ = find_quotes(text)
    day = Published(value=PUBLISHED, how="given", why="a test")
    times, _ = find_times(text, quotes, tree, day, chosen)
    quantities, _ = find_quantities(text, tree, times, chosen)
    places = [
        Place(
            start=text.index(name),
            end=text.index(name) + len(name),
            name=name,
            kind=KINDS.get(name, "city"),
            by="test",
            lat=a,
            lon=b,
        )
        for name, (a, b) in HAMLETS.items()
        if name in text
    ]
    places.sort(key=lambda place: place.start)
    return find_findings(text, blocks, quotes, tree, (), (), times, places, quantities, day, chosen)[0]


@pytest.mark.parametrize(
    ("text", "kind", "verdict"),
    [
        ("Un car a brûlé à Brévans, à 110 kilomètres d'Aubrel.", "distance", "holds"),
        ("Un car a brûlé à Brévans, à 140 kilomètres d'Aubrel.", "distance", "holds"),  # by road
        ("Un car a brûlé à Brévans, à 165 kilomètres d'Aubrel.", "distance", None),  # by a winding one, perhaps
        ("Un car a brûlé à Brévans, à 410 kilomètres d'Aubrel.", "distance", "does_not_hold"),
        ("Un car a brûlé à Brévans, à 30 kilomètres d'Aubrel.", "distance", "does_not_hold"),
        ("Un car a brûlé à Brévans, à plus de 100 kilomètres d'Aubrel.", "distance", "holds"),
        ("Un car a brûlé à Brévans, à 110 km au nord d'Aubrel.", "direction", "holds"),
        ("Un car a brûlé à Brévans, à 110 km au sud d'Aubrel.", "direction", "does_not_hold"),
        ("Un car a brûlé à Corlay (100 km à l'ouest d'Aubrel).", "direction", "does_not_hold"),
        ("Un car relie Aubrel et Corlay, distantes de 100 kilomètres.", "distance", "holds"),
        ("Un ballon a quitté Aubrel. Il est retombé à Brévans, à 110 kilomètres de là.", "distance", "holds"),
        ("Un ballon a quitté Aubrel. Il est retombé à Brévans, à 310 kilomètres de là.", "distance", "does_not_hold"),
        ("Un ballon a quitté Aubrel. À Brévans, à 400 mètres de là, on l'attend.", "distance", None),
    ],
)
def test_places_by_their_coordinates(text: str, kind: str, verdict: str | None) -> None:
    assert [f.verdict for f in _located(text) if f.kind == kind] == ([verdict] if verdict else [])


def test_no_distance_from_what_has_no_middle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(KINDS, "Aubrel", "region")
    assert not _located("Un car a brûlé à Brévans, à 410 kilomètres d'Aubrel.")


@pytest.mark.parametrize(
    ("text", "code", "working"),
    [
        ("Le pont a rouvert jeudi 14 mai.", "fr", "Sans l'année, on ne peut pas dire si ce jour est un jeudi."),
        ("The bridge reopened on Thursday, May 14.", "en", "Without the year, nobody can tell whether that day is a"),
        ("Le pont a rouvert jeudi.", "fr", None),
        ("Le pont a rouvert le 14 mai.", "fr", None),
    ],
)
def test_a_weekday_without_a_year_needs_a_publication_day(text: str, code: str, working: str | None) -> None:
    found = findings_of(text, code, None)
    assert [f.verdict for f in found] == (["cannot_tell"] if working else [])
    assert all(f.working.startswith(working or "") for f in found)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Le pont a rouvert jeudi 14 mai.", ["2024-05-14", "mardi", "jeudi"]),
        ("Né en 1958, il est mort en 2023, à 75 ans.", ["1958", "2023", "64 à 65", "75"]),
        ("La ville verse 3,1 millions et l'État 1,2 million, soit 5,3 millions au total.", ["4,3", "5,3"]),
        ("Les ventes passent de 120 à 150 millions d'euros, en hausse de 35 %.", ["25 %", "35 %"]),
    ],
)  # fmt: skip
def test_the_working_shows_the_figures(text: str, told: list[str]) -> None:
    found = [f for f in findings_of(text, "fr") if f.verdict == "does_not_hold"]
    assert len(found) == 1
    plain = found[0].working.replace("\u202f", " ").replace("\xa0", " ")
    missing = [words for words in told if words not in plain and words not in plain.replace(" 000 000", "")]
    assert not [m for m in missing if not _in_units(m, plain)], plain


def _in_units(words: str, plain: str) -> bool:
    """Whether millions stand there in full."""
    value = words.replace(",", ".")
    return value.replace(".", "").isdigit() and f"{float(value) * 1e6:,.0f}".replace(",", " ") in plain


def test_a_reading_holds_its_findings() -> None:
    text = "Le pont a rouvert jeudi 14 mai."
    reading = read(text, plain=True, language="fr", published=PUBLISHED, rules_only=True)
    assert [(f.kind, f.verdict, [s.of(text) for s in f.spans]) for f in reading.findings] == [
        ("weekday", "does_not_hold", ["jeudi 14 mai"])
    ]
    assert Reading.from_json(reading.to_json()) == reading
    assert "findings" in reading.made_by["stages"].split()


def test_a_language_without_rules_has_none() -> None:
    chosen = rules("de")
    assert chosen.quantities is None
    assert chosen.findings is None
    tree = Parse((), ())
    assert find_quantities("Am 14. Mai.", tree, (), chosen) == ((), ())
    assert find_findings("Am 14. Mai.", (), (), tree, (), (), (), (), (), None, chosen) == ((), ())


def test_a_crowded_sentence_is_left_alone_with_a_note() -> None:
    text = "On compte " + "12 lits contre 13 en 2019, soit 14 % de plus, et " * 60 + "rien."
    reading = read(text, plain=True, language="fr", published=PUBLISHED, rules_only=True)
    assert not reading.findings
    assert [note.code for note in reading.notes if note.stage == "findings"] == ["crowded"]


def test_each_quotation_is_found_again_once() -> None:
    text = "« Nous ne lâcherons jamais la forêt », dit-il. " * 12
    assert len(findings_of(text, "fr")) == 11


_WORDS = [
    "né en 1958", "mort en 1943", "à 65 ans", "soit", "12", "30 %", "au total", ":", ",", "et", "dont", "contre",
    "un an plus tôt", "de 120 à 150 millions", "en hausse de", "mardi 14 mai", "2019", "puis", "avant", "«", "»",
    "nous ne céderons pas", "nous ne céderons jamais", "Paris", "à 300 km au sud de", "Lille", "\n\n", ".", "doublé",
    "born on 2 May 1990", "aged 34", "up 12%", "from $3m to $4m", "a total of", "0", "99999999999999999999",
    "(1941-2020)",
]  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(
    st.one_of(st.text(max_size=80), st.lists(st.sampled_from(_WORDS), max_size=16).map(" ".join)),
    st.sampled_from(sorted(languages())),
    st.sampled_from([None, PUBLISHED, "2024", "0001-01-01", "9999-12-31", "mardi"]),
)
def test_any_text_has_well_formed_findings(text: str, code: str, published: str | None) -> None:
    if not any(c.isalnum() for c in text):
        return
    for finding in findings_of(text, code, published):
        assert finding.spans
        assert list(finding.spans) == sorted(finding.spans)
        assert all(span.end <= len(text) for span in finding.spans)
        assert finding.working
        assert "{" not in finding.working.replace(text, "") or "{" in text


def test_figures_of_a_longer_sum_are_not_set_against_one_another_by_chance() -> None:
    text = (
        "Le chantier aura coûté 1,8 million d'euros, contre 1,2 million prévus, soit une hausse de 50 %. L'État a versé"
        " 600 000 euros, la région 450 000 et la ville le reste, soit 750 000 euros."
    )
    found = [
        f for f in read(text, plain=True, language="fr", rules_only=True).findings if f.kind in ("sum", "difference")
    ]
    assert [len(f.spans) for f in found if f.kind == "sum"] == [4]
    assert not [f.working for f in found if len(f.spans) == 3 and "750 000" in f.working]
