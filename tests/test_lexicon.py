"""The word lists of each language: that they load, are large enough, and do not contradict themselves."""

import re
import tomllib
import unicodedata
from collections import defaultdict
from importlib.resources import files
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from selon.lang.contract import Cue, Lexicon, fold
from selon.lang.registry import languages, rules

LANGUAGES = tuple(languages())

CUES_AT_LEAST = {"fr": 750, "en": 700}
HEADS_AT_LEAST = {
    "fr": {"person": 700, "org": 180, "doc": 140, "group": 120, "media": 25},
    "en": {"person": 520, "org": 180, "doc": 140, "group": 90, "media": 25},
}
NAMES_AT_LEAST = {"state": 197, "media": 250, "org": 350}
WORDS = {
    "honorifics": 60,
    "honorifics_masculine": 10,
    "honorifics_feminine": 8,
    "abbreviations": 120,
    "anonymity": 25,
    "name_particles": 35,
    "given_names_masculine": 380,
    "given_names_feminine": 380,
    "weekdays": 7,
    "months": 12,
}

# (word, frame) that two acts share, and why: in the text, nothing but the meaning tells them apart.
SHARED: dict[str, set[tuple[str, str]]] = {"fr": set(), "en": set()}

# States with no adjective of their own: that of a larger neighbour of the same name is taken.
NO_DEMONYM = {"fr": {"Congo"}, "en": {"Republic of the Congo", "Dominica"}}


def lexicon(code: str) -> Lexicon:
    return rules(code).lexicon


def table(code: str, name: str) -> dict[str, Any]:
    return tomllib.loads(files("selon.lang").joinpath(code, "lexicon", f"{name}.toml").read_text("utf-8"))


def cues(code: str) -> list[Cue]:
    return [*chain.from_iterable(lexicon(code).cues.values())]


def acts(code: str, words: str, frame: str, kind: str = "verb") -> set[str]:
    """The acts that the cue written `words` has with this frame."""
    reflexive = words.startswith(("se ", "s'"))
    lemma, *rest = words.removeprefix("se ").removeprefix("s'").split()
    return {
        cue.act
        for cue in lexicon(code).cues.get(lemma, ())
        if (cue.kind, cue.rest, cue.reflexive) == (kind, tuple(rest), reflexive) and frame in (*cue.frames, "")
    }


# ---------------------------------------------------------------- all languages


@pytest.mark.parametrize("code", LANGUAGES)
def test_cues_are_many_and_each_has_a_frame(code: str) -> None:
    found = cues(code)
    assert len(found) >= CUES_AT_LEAST[code]
    assert [c for c in found if not c.frames and c.kind != "preposition"] == []
    assert {c.act for c in found} == {"say", "deny", "assess", "evidence", "ask", "urge", "promise"}


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_word_and_a_frame_stand_in_one_act(code: str) -> None:
    seen = defaultdict(set)
    for cue in cues(code):
        for frame in cue.frames:
            seen[(cue.kind, cue.lemma, cue.rest, cue.reflexive, frame)].add(cue.act)
    twice = {(" ".join((key[1], *key[2])), key[4]) for key, found in seen.items() if len(found) > 1}
    assert twice == SHARED[code]


@pytest.mark.parametrize("code", LANGUAGES)
def test_frames_fit_the_kind_of_cue(code: str) -> None:
    for cue in cues(code):
        if cue.kind == "noun":
            assert not cue.frames & {"quote", "aside", "inf"}, cue
            assert "np" not in cue.frames or cue.rest, cue
        if cue.kind == "preposition":
            assert not cue.frames, cue
        if code == "en":
            assert "inf" not in cue.frames, cue


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("name", ["cues", "heads", "words", "names", "demonyms"])
def test_keys_are_folded_and_written_once(code: str, name: str) -> None:
    keys: list[str] = []
    for value in table(code, name).values():
        for inner in [value] if isinstance(value, list) else [value, *filter(_nested, value.values())]:
            forms = [k for k in inner if not isinstance(inner, dict) or not _nested(inner[k])]
            assert len(forms) == len(set(forms)), sorted({k for k in forms if forms.count(k) > 1})
            keys += forms
    assert [k for k in keys if k != fold(k) or k != k.strip() or k != unicodedata.normalize("NFC", k)] == []


def _nested(value: object) -> bool:
    return isinstance(value, dict | list)


@pytest.mark.parametrize("code", LANGUAGES)
def test_each_file_states_its_origin_and_format(code: str) -> None:
    for name in ("cues", "heads", "words", "names", "demonyms"):
        text = files("selon.lang").joinpath(code, "lexicon", f"{name}.toml").read_text("utf-8")
        head = text[: re.search(r"^[^#\n]", text, re.M).start()]  # type: ignore[union-attr]
        assert "# Format:" in head
        assert "# Origin:" in head
        assert "Apache-2.0" in head


@pytest.mark.parametrize("code", LANGUAGES)
def test_heads_are_many_and_stand_for_one_thing(code: str) -> None:
    counts: dict[str, int] = defaultdict(int)
    kinds = defaultdict(set)
    for kind, types in table(code, "heads").items():
        for noun in chain.from_iterable(types.values()):
            counts[kind] += 1
            kinds[noun].add(kind)
    assert {k: n for k, n in HEADS_AT_LEAST[code].items() if counts[k] < n} == {}
    assert {noun: found for noun, found in kinds.items() if len(found) > 1} == {}


@pytest.mark.parametrize("code", LANGUAGES)
def test_words_are_all_there(code: str) -> None:
    words = lexicon(code).words
    assert {name: len(words.get(name, ())) for name, n in WORDS.items() if len(words.get(name, ())) < n} == {}
    assert words["honorifics_masculine"] | words["honorifics_feminine"] <= words["honorifics"]
    assert not words["honorifics_masculine"] & words["honorifics_feminine"]
    assert [a for a in words["abbreviations"] if not a.endswith(".")] == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_list_of_words_is_read(code: str) -> None:
    source = "".join(path.read_text("utf-8") for path in Path(str(files("selon"))).rglob("*.py"))
    assert [name for name in lexicon(code).words if f'"{name}"' not in source] == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_list_of_words_is_kept_in_two_files(code: str) -> None:
    seen = defaultdict(set)
    for name in ("words", "grammar", "mentions", "modality"):
        for key in table(code, name):
            seen[key].add(name)
    assert {key: found for key, found in seen.items() if len(found) > 1} == {}


@pytest.mark.parametrize("code", LANGUAGES)
def test_names_are_many_and_stand_for_one_thing(code: str) -> None:
    keys = defaultdict(set)
    for kind, names in table(code, "names").items():
        assert len({*names.values()}) >= NAMES_AT_LEAST[kind]
        for key, full in names.items():
            keys[key].add(full)
    assert {key: full for key, full in keys.items() if len(full) > 1} == {}
    words, heads = lexicon(code).words, lexicon(code).heads
    given = words["given_names_masculine"] | words["given_names_feminine"]
    assert {*keys} & given <= {"georgia", "jordan", "riad", "santiago", "sofia"}
    assert {*keys} & {*heads} == set()


@pytest.mark.parametrize("code", LANGUAGES)
def test_demonyms_lead_to_the_states_that_names_lead_to(code: str) -> None:
    states = {*table(code, "names")["state"].values()}
    demonyms = table(code, "demonyms")["state"]
    assert {*demonyms.values()} - states == set()
    assert states - {*demonyms.values()} == NO_DEMONYM[code]


def test_both_languages_know_the_same_number_of_states() -> None:
    assert {len({*table(code, "names")["state"].values()}) for code in LANGUAGES} == {197}


# ---------------------------------------------------------------- spot checks: (language, words, frame, acts)

CASES = [
    ("fr", "dire", "that", {"say"}),
    ("fr", "annoncer", "np", {"say"}),
    ("fr", "accuser", "of_inf", {"say"}),
    ("fr", "nier", "inf", {"deny"}),
    ("fr", "démentir", "np", {"deny"}),
    ("fr", "refuser", "of_inf", {"deny"}),
    ("fr", "promettre", "of_inf", {"promise"}),
    ("fr", "s'engager", "to_inf", {"promise"}),
    ("fr", "menacer", "of_inf", {"promise"}),
    ("fr", "demander", "if", {"ask"}),
    ("fr", "demander", "quote", {"ask"}),
    ("fr", "demander", "of_inf", {"urge"}),
    ("fr", "se demander", "if", {"ask"}),
    ("fr", "appeler", "to_np", {"urge"}),
    ("fr", "exhorter", "to_inf", {"urge"}),
    ("fr", "plaider pour", "np", {"urge"}),
    ("fr", "montrer", "that", {"evidence"}),
    ("fr", "constater", "that", {"evidence"}),
    ("fr", "estimer", "that", {"assess"}),
    ("fr", "souhaiter", "inf", {"assess"}),
    ("fr", "vouloir", "that", {"assess"}),
    ("fr", "vouloir", "inf", set()),
    ("fr", "craindre", "np", {"assess"}),
    ("fr", "se réjouir", "of_np", {"assess"}),
    ("fr", "s'opposer", "to_np", {"assess"}),
    ("fr", "mettre en garde", "on_np", {"say"}),
    ("fr", "faire savoir", "that", {"say"}),
    ("fr", "laisser entendre", "that", {"say"}),
    ("fr", "faire état", "of_np", {"say"}),
    ("fr", "compter", "inf", {"promise"}),
    ("fr", "compter", "np", set()),
    ("fr", "s'exclamer", "quote", {"say"}),
    ("fr", "marteler", "quote", {"say"}),
    ("fr", "lire", "np", set()),
    ("fr", "écrire", "np", set()),
    ("fr", "voir", "np", set()),
    ("fr", "porter", "", set()),
    ("fr", "décider", "", set()),
    ("fr", "aller", "", set()),
    ("fr", "viser", "", set()),
    ("fr", "rencontrer", "", set()),
    ("en", "say", "that", {"say"}),
    ("en", "tell", "that", {"say"}),
    ("en", "tell", "to_inf", {"urge"}),
    ("en", "announce", "np", {"say"}),
    ("en", "accuse", "of_inf", {"say"}),
    ("en", "deny", "np", {"deny"}),
    ("en", "ask", "if", {"ask"}),
    ("en", "ask", "to_inf", {"urge"}),
    ("en", "call for", "to_np", {"urge"}),
    ("en", "promise", "to_inf", {"promise"}),
    ("en", "agree", "to_inf", {"promise"}),
    ("en", "agree", "that", {"say"}),
    ("en", "want", "to_inf", {"assess"}),
    ("en", "plan", "to_inf", {"promise"}),
    ("en", "support", "np", {"assess"}),
    ("en", "find", "that", {"evidence"}),
    ("en", "show", "np", {"evidence"}),
    ("en", "point out", "that", {"say"}),
    ("en", "make clear", "that", {"say"}),
    ("en", "decide", "", set()),
    ("en", "go", "to_inf", set()),
    ("en", "meet", "", set()),
]


@pytest.mark.parametrize(("code", "words", "frame", "expected"), CASES)
def test_cue(code: str, words: str, frame: str, expected: set[str]) -> None:
    assert acts(code, words, frame) == expected


@pytest.mark.parametrize(
    ("code", "kind", "words", "frame", "expected"),
    [
        ("fr", "preposition", "selon", "", {"say"}),
        ("fr", "preposition", "d'après", "", {"say"}),
        ("fr", "preposition", "aux yeux", "", {"assess"}),
        ("fr", "preposition", "pour", "", {"assess"}),
        ("fr", "preposition", "avec", "", set()),
        ("fr", "noun", "promesse", "of_inf", {"promise"}),
        ("fr", "noun", "appel", "to_np", {"urge"}),
        ("fr", "adjective", "convaincu", "that", {"assess"}),
        ("fr", "adjective", "favorable", "to_np", {"assess"}),
        ("fr", "adjective", "déterminé", "to_inf", {"promise"}),
        ("en", "preposition", "according to", "", {"say"}),
        ("en", "noun", "claim", "that", {"say"}),
        ("en", "noun", "threat", "to_inf", {"promise"}),
        ("en", "adjective", "confident", "that", {"assess"}),
    ],
)
def test_other_cue(code: str, kind: str, words: str, frame: str, expected: set[str]) -> None:
    assert acts(code, words, frame, kind) == expected


@pytest.mark.parametrize(
    ("code", "name", "kind", "full"),
    [
        ("fr", "moscou", "state", "Russie"),
        ("fr", "états-unis", "state", "États-Unis"),
        ("fr", "etats-unis", "state", "États-Unis"),
        ("fr", "rpdc", "state", "Corée du Nord"),
        ("fr", "maison blanche", "state", "États-Unis"),
        ("fr", "élysée", "org", "Élysée"),
        ("fr", "bruxelles", "org", "Union européenne"),
        ("fr", "agence france-presse", "media", "AFP"),
        ("fr", "le monde", "media", "Le Monde"),
        ("en", "moscow", "state", "Russia"),
        ("en", "us", "state", "United States"),
        ("en", "kremlin", "state", "Russia"),
        ("en", "brussels", "org", "European Union"),
        ("en", "associated press", "media", "AP"),
    ],
)
def test_name(code: str, name: str, kind: str, full: str) -> None:
    assert lexicon(code).names[name] == (kind, full)


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("name", ["victoria", "maurice", "monde", "liberté", "eau"])
def test_not_a_name(code: str, name: str) -> None:
    assert name not in lexicon(code).names


@pytest.mark.parametrize(
    ("code", "noun", "expected"),
    [
        ("fr", "ministre", ("person", "role")),
        ("fr", "porte-parole", ("person", "role")),
        ("fr", "sénatrice", ("person", "role")),
        ("fr", "habitant", ("group", "group")),
        ("fr", "ministère", ("org", "org")),
        ("fr", "journal", ("media", "media")),
        ("fr", "rapport", ("doc", "doc")),
        ("fr", "pays", ("state", "org")),
        ("fr", "table", None),
        ("en", "spokeswoman", ("person", "role")),
        ("en", "ministry", ("org", "org")),
        ("en", "report", ("doc", "doc")),
        ("en", "chair", ("person", "role")),
        ("en", "tree", None),
    ],
)
def test_head(code: str, noun: str, expected: tuple[str, str] | None) -> None:
    assert lexicon(code).heads.get(noun) == expected
