"""Time expressions: every rule's examples and refusals, tables of cases, and what holds of any text."""

import re
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selon import Reading, read
from selon.lang.registry import languages, rules
from selon.model import Note, Published, Time
from selon.stages.quotes import find_quotes
from selon.stages.sentences import split_sentences
from selon.stages.syntax import parse
from selon.stages.text import read_plain
from selon.stages.times import find_times

CASES = Path(__file__).parent / "cases"
PUBLISHED = "2024-05-15"
VALUE = re.compile(
    r"(PAST|PRESENT|FUTURE)_REF"
    r"|P(T?)(\d+(\.\d+)?|X)(S|M|H|D|WE|W|Q|H|Y)((\d+)[MSDWYH])?"
    r"|[\dX]{2,4}"
    r"|[\dX]{4}-([\dX]{2}|W[\dX]{2}(-WE|-\d)?|Q[\dX]|H[\dX]|SP|SU|FA|WI)(T(MO|AF|EV|NI|\d\d:\d\d))?"
    r"|[\dX]{4}-[\dX]{2}-[\dX]{2}(T(MO|AF|EV|NI|(\d\d|XX):(\d\d|XX)Z?))?"
    r"|XXXX-WXX-\d(T.+)?"
)
MARK = re.compile(r"\[([^\[\]|]+)\|([^\[\]|]+)\]")


def _rules(kind: str) -> Iterator[tuple[str, str, str, str]]:
    for code in languages():
        table = tomllib.loads(files("selon.lang").joinpath(code, "times.toml").read_text("utf-8"))
        for rule in table["rule"]:
            for case in rule[kind]:
                yield code, rule["name"], case, table["published"]


def _cases() -> Iterator[tuple[str, str, str | None]]:
    for code in languages():
        for group in _table(code)["group"]:
            for case in group["cases"]:
                yield code, case, group.get("published")


def _table(code: str) -> dict[str, Any]:
    return tomllib.loads((CASES / code / "times.toml").read_text("utf-8"))


def times_of(text: str, code: str, published: str | None) -> tuple[tuple[Time, ...], tuple[Note, ...]]:
    chosen = rules(code)
    blocks = read_plain(text).blocks
    tree = parse(text, split_sentences(text, blocks, chosen.lexicon.words["abbreviations"]), chosen)
    quotes, _ = find_quotes(text)
    day = Published(value=published, how="given", why="a test") if published is not None else None
    return find_times(text, quotes, tree, day, chosen)


def _unmarked(marked: str) -> tuple[str, list[str]]:
    return MARK.sub(r"\1", marked), [f"{m[1]}|{m[2]}" for m in MARK.finditer(marked)]


def _shown(text: str, times: tuple[Time, ...]) -> list[str]:
    return [f"{text[t.start : t.end]}|{t.type} {t.value} {t.anchor}{f' {t.mod}' if t.mod else ''}" for t in times]


@pytest.mark.parametrize(("code", "rule", "marked", "published"), list(_rules("examples")))
def test_example(code: str, rule: str, marked: str, published: str) -> None:
    text, wanted = _unmarked(marked)
    times, notes = times_of(text, code, published)
    assert [shown for shown in _shown(text, times) if shown in wanted] == wanted, _shown(text, times)
    assert any(t.by == rule for t in times) or notes, [
        (t.by, shown) for t, shown in zip(times, _shown(text, times), strict=True)
    ]


@pytest.mark.parametrize(("code", "rule", "text", "published"), list(_rules("refusals")))
def test_refusal(code: str, rule: str, text: str, published: str) -> None:
    times, _ = times_of(text, code, published)
    assert not [t for t in times if t.by == rule], _shown(text, times)


@pytest.mark.parametrize(("code", "marked", "published"), list(_cases()))
def test_case(code: str, marked: str, published: str | None) -> None:
    text, wanted = _unmarked(marked)
    times, _ = times_of(text, code, published)
    assert _shown(text, times) == wanted


@pytest.mark.parametrize(("code", "marked"), [(c, w["case"]) for c in languages() for w in _table(c)["wrong"]])
def test_known_wrong(code: str, marked: str) -> None:
    text, found = _unmarked(marked)
    assert _shown(text, times_of(text, code, PUBLISHED)[0]) == found


def test_one_note_where_the_day_is_unknown() -> None:
    times, notes = times_of("Il est parti hier, lundi et la semaine dernière. Il reviendra mardi.", "fr", None)
    assert len(times) == 4
    assert [(n.stage, n.code) for n in notes] == [("times", "unresolved")]
    assert notes[0].text == "hier, lundi, la semaine dernière, mardi"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Le bail court jusqu'au 31 février 2023.", "impossible"),
        ("Il est né le 45 mars.", "impossible"),
        ("Rendez-vous à 25h30.", "impossible"),
        ("Il est né le 29 février 2023.", "impossible"),
        ("La faille s'est ouverte il y a 66000 ans.", "out-of-range"),
        ("La veille, il pleuvait.", "no-reference"),
    ],
)
def test_note(text: str, code: str) -> None:
    times, notes = times_of(text, "fr", PUBLISHED)
    assert [n.code for n in notes] == [code]
    assert not any(t.value[0].isdigit() for t in times)


@pytest.mark.parametrize("count", ["9" * 5000, "1" + "0" * 12, "999999999", "0", "1.000.000.000.000"])
@pytest.mark.parametrize(
    "form", ["il y a {} ans", "dans {} jours", "pendant {} siècles", "en {}", "le {} mai", "{} h {}"]
)
def test_large_numbers(count: str, form: str) -> None:
    text = f"Il viendra {form.format(count, count)}."
    times, _ = times_of(text, "fr", PUBLISHED)
    _check(text, times)


@pytest.mark.parametrize(
    "published", ["", "0000-00-00", "9999-12-31", "0001-01-01", "2024-13-45", "mardi", "2024-05-15T10:00"]
)
def test_odd_publication_days(published: str) -> None:
    text = "Il est parti hier, lundi, l'an dernier et à Pâques. Il reviendra demain, dans deux ans ou l'hiver prochain."
    times, _ = times_of(text, "fr", published)
    assert len(times) >= 6
    _check(text, times)


def test_a_reading_holds_its_times() -> None:
    text = "Le conseil se réunira demain, a annoncé la mairie."
    reading = read(text, plain=True, language="fr", published=PUBLISHED, rules_only=True)
    assert [(t.value, t.anchor, t.by) for t in reading.times] == [("2024-05-16", "published", "tomorrow")]
    assert Reading.from_json(reading.to_json()) == reading
    assert "times" in reading.made_by["stages"].split()


def test_a_time_stays_inside_the_text() -> None:
    reading = read("Il viendra demain.", plain=True, language="fr", published=PUBLISHED, rules_only=True)
    damaged = reading.to_json().replace(b'"start":11,"end":17', b'"start":11,"end":99')
    assert damaged != reading.to_json()
    with pytest.raises(ValueError, match="leaves the text"):
        Reading.from_json(damaged)


def _check(text: str, times: tuple[Time, ...]) -> None:
    at = 0
    for time in times:
        assert at <= time.start < time.end <= len(text)
        assert VALUE.fullmatch(time.value), time
        at = time.end


def _words() -> list[str]:
    """Words of all lists, and what joins them."""
    joins = [
        "le",
        "la",
        "de",
        "à",
        "du",
        "au",
        "et",
        "en",
        "il y a",
        "dans",
        ",",
        "plus tard",
        "the",
        "of",
        "ago",
        "in",
    ]
    lists = [form for code in languages() for forms in _lists(code).values() for form in forms]
    return [*joins, *lists, "0", "1", "12", "31", "45", "99", "2024", "1e9", "25h61", "18h30", "9999", "«", "»"]


def _lists(code: str) -> dict[str, list[str]]:
    known = rules(code).times
    assert known is not None
    return {name: list(forms) for name, forms in known.lists.items()}


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(st.text(max_size=80), st.lists(st.sampled_from(_words()), max_size=12).map(" ".join)),
    st.sampled_from(sorted(languages())),
    st.one_of(st.none(), st.dates().map(str), st.from_regex(r"\d{4}(-\d\d)?", fullmatch=True), st.text(max_size=5)),
)
def test_any_text_has_well_formed_times(text: str, code: str, published: str | None) -> None:
    times, notes = times_of(text, code, published)
    _check(text, times)
    assert all(note.stage == "times" for note in notes)
    assert len({note.code for note in notes}) == len(notes)
