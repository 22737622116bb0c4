"""Every rule's examples and refusals, as they stand beside the language's lexicon."""

import tomllib
from collections.abc import Iterator
from importlib.resources import files

import pytest

from selon import Reading, read
from selon.lang.registry import languages
from selon.model import Attribution, Spans
from tagged import Tagged, untag


def _rules(kind: str) -> Iterator[tuple[str, str, str]]:
    for code in languages():
        table = tomllib.loads(files("selon.lang").joinpath(code, "rules.toml").read_text("utf-8"))
        for rule, cases in table.items():
            for case in cases[kind]:
                yield code, rule, case


def _read(text: str, code: str) -> Reading:
    return read(text, plain=True, language=code, rules_only=True)


def _letters(text: str, spans: tuple[tuple[int, int], ...]) -> list[int]:
    """Positions of the letters and figures that the spans cover: quotation marks at the edges do not matter."""
    return [i for start, end in spans for i in range(start, end) if text[i].isalnum()]


def _pairs(spans: Spans) -> tuple[tuple[int, int], ...]:
    return tuple((span.start, span.end) for span in spans)


def _same(text: str, found: Attribution, want: Tagged) -> bool:
    return (
        _letters(text, _pairs(found.source.spans)) == _letters(text, want.source)
        and _letters(text, _pairs(found.cue.spans)) == _letters(text, want.cue)
        and _letters(text, _pairs(found.content.spans)) == _letters(text, want.content)
        and (found.act, found.certainty) == (want.act, want.certainty)
    )


def _shown(reading: Reading) -> list[str]:
    text = reading.article.text
    return [
        f"[{_words(text, a.source.spans)}] <{_words(text, a.cue.spans)}> {_words(text, a.content.spans)}"
        f" ({a.act}, {a.certainty}, {a.by})"
        for a in reading.attributions
    ]


def _words(text: str, spans: Spans) -> str:
    return " + ".join(span.of(text) for span in spans)


@pytest.mark.parametrize(("code", "rule", "marked"), list(_rules("examples")))
def test_example(code: str, rule: str, marked: str) -> None:
    text, wanted = untag(marked)
    reading = _read(text, code)
    for want in wanted.values():
        assert any(_same(text, a, want) for a in reading.attributions), _shown(reading)
    if rule != "participle":
        assert any(a.by == rule for a in reading.attributions), _shown(reading)


@pytest.mark.parametrize(("code", "rule", "text"), list(_rules("refusals")))
def test_refusal(code: str, rule: str, text: str) -> None:
    reading = _read(text, code)
    assert not [a for a in reading.attributions if a.by == rule], _shown(reading)
