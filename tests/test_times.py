"""Time expressions: every rule's examples and refusals, tables of cases, and what holds of any text."""

import re
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from selon.lang.registry import languages, rules
from selon.model import Note, Published, Time
from selon.stages.quotes import find_quotes
from selon.stages.sentences import split_sentences
from selon.stages.syntax import parse
from selon.stages.text import read_plain
from selon.stages.times import find_times

CASES = Path(__file__).parent / "cases"
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
