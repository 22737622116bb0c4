"""Sentences: the tables of each language, and what holds on any text."""

import tomllib
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selon.lang.registry import rules
from selon.model import Block, Span
from selon.stages.sentences import split_sentences

CASES = Path(__file__).parent / "cases"
_TEXTS = st.text(
    st.sampled_from("....!?…«»“”\"'’()[]-– \u00a0\u202f\n\taAmMépPeExX5Éא😀\x00")
    | st.characters(exclude_categories=["Cs"])
)


def _table(code: str) -> dict[str, list[str]]:
    return tomllib.loads((CASES / code / "sentences.toml").read_text("utf-8"))


def _split(text: str, code: str, *edges: int) -> tuple[Span, ...]:
    """Sentences of a text cut into blocks at `edges`."""
    cuts = sorted({0, len(text), *edges})
    blocks = [Block(kind="body", start=a, end=b) for a, b in pairwise(cuts)]
    return split_sentences(text, blocks, rules(code).lexicon.words["abbreviations"])


def _barred(text: str, code: str) -> str:
    starts = {s.start for s in _split(text, code)}
    return "".join("|" * (i in starts and i > 0 and text[i - 1] != "\n") + c for i, c in enumerate(text))


@pytest.mark.parametrize(("code", "barred"), [(code, case) for code in ("fr", "en") for case in _table(code)["cases"]])
def test_sentences(code: str, barred: str) -> None:
    assert _barred(barred.replace("|", ""), code) == barred


@pytest.mark.parametrize(
    ("code", "barred", "reason"), [(code, *case) for code in ("fr", "en") for case in _table(code)["wrong"]]
)
def test_known_wrong(code: str, barred: str, reason: str) -> None:
    assert _barred(barred.replace("|", ""), code) == barred, f"no longer as it was, which was wrong: {reason}"


@given(_TEXTS, st.lists(st.integers(0, 40), max_size=3))
def test_sentences_lie_in_their_blocks_and_lines_in_order_without_blanks_around(text: str, edges: list[int]) -> None:
    edges = [e for e in edges if e <= len(text)]
    sentences = _split(text, "fr", *edges)
    assert all(a.end <= b.start for a, b in pairwise(sentences))
    for sentence in sentences:
        words = sentence.of(text)
        assert 0 <= sentence.start < sentence.end <= len(text)
        assert words.strip() == words
        assert "\n" not in words
        assert not any(sentence.start < edge < sentence.end for edge in edges)


@given(_TEXTS)
def test_sentences_leave_out_nothing_but_blanks(text: str) -> None:
    covered = {i for s in _split(text, "en") for i in range(s.start, s.end)}
    assert all(c.isspace() for i, c in enumerate(text) if i not in covered)


@given(_TEXTS)
def test_what_has_no_word_is_no_sentence_before_others(text: str) -> None:
    for sentence in _split(text, "fr"):
        if not any(c.isalnum() for c in sentence.of(text)):
            assert not text[sentence.end :].split("\n")[0].strip()


@pytest.mark.parametrize(
    "piece", [".", ". ", "A. ", "a.", "a.b.c.", "!", ".)", "a. « ", "Le maire a parlé. ", 'a." ', "\n"]
)
def test_long_texts(piece: str) -> None:
    """Whatever they split into: the test's time limit is what a quadratic loop would break."""
    text = piece * (200_000 // len(piece)) + "A"
    assert _split(text, "fr")[-1].end == len(text)
