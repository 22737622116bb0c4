"""When each attribution was made: tables of cases, and what holds of any reading."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from marked import reading
from selon import Reading, read
from selon.lang.registry import languages, rules
from selon.model import Attribution, Entity, Published
from selon.stages.quotes import find_quotes
from selon.stages.said import with_when
from selon.stages.sentences import split_sentences
from selon.stages.syntax import parse
from selon.stages.text import read_plain
from selon.stages.times import find_times

CASES = Path(__file__).parent / "cases"
PUBLISHED = Published(value="2024-05-15", how="given", why="a test")
PERSON = Entity(id="e1", name="Irène Vasseur", kind="person")


def _cases(kind: str) -> Iterator[tuple[str, str, str]]:
    for code in languages():
        for marked, wanted in tomllib.loads((CASES / code / "said.toml").read_text("utf-8"))[kind]:
            yield code, marked, wanted


def _dated(marked: Reading, code: str, published: Published | None = PUBLISHED) -> tuple[Attribution, ...]:
    text, chosen = marked.article.text, rules(code)
    blocks = read_plain(text).blocks
    tree = parse(text, split_sentences(text, blocks, chosen.lexicon.words["abbreviations"]), chosen)
    times, _ = find_times(text, find_quotes(text)[0], tree, published, chosen)
    return with_when(text, marked.attributions, times, tree, published, chosen)


def _shown(attributions: tuple[Attribution, ...]) -> str:
    marks = {"stated": "", "carried": "~"}
    return " ".join(marks[a.when.how] + a.when.value if a.when and a.when.how in marks else "-" for a in attributions)


@pytest.mark.parametrize(("code", "marked", "wanted"), list(_cases("cases")))
def test_case(code: str, marked: str, wanted: str) -> None:
    assert _shown(_dated(reading(marked), code)) == wanted


@pytest.mark.parametrize(("code", "marked", "wanted"), list(_cases("same")))
def test_the_same_source_goes_on(code: str, marked: str, wanted: str) -> None:
    of = reading(marked, entities=(PERSON,), a1={"entity": "e1"}, a2={"entity": "e1"})
    assert _shown(_dated(of, code)) == wanted


def test_the_words_are_named_and_publication_bounds_the_rest() -> None:
    of = reading("[s1 Le maire] [c1 a dit] mardi que [q1 tout va bien]. [s2 Le préfet] [c2 dit] [q2 le contraire].")
    first, second = _dated(of, "fr")
    assert first.when is not None
    assert [span.of(of.article.text) for span in first.when.spans] == ["mardi"]
    assert second.when is not None
    assert (second.when.value, second.when.how, second.when.spans) == ("2024-05-15", "published", ())
    assert [a.when for a in _dated(reading("[s1 Il] [c1 dit] que [q1 tout va bien]."), "fr", None)] == [None]


def test_it_is_in_the_record() -> None:
    text = "« La digue tiendra », a déclaré mardi la directrice du barrage."
    of = read(text, plain=True, language="fr", published="2024-05-15", rules_only=True)
    assert [(a.when.value, a.when.how) for a in of.attributions if a.when] == [("2024-05-14", "stated")]
    assert Reading.from_json(of.to_json()) == of
