"""Quotations: the tables of each language, and what holds on any text."""

import re
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selon.model import Quote
from selon.stages.quotes import find_quotes

CASES = Path(__file__).parent / "cases"
_TAG = re.compile(r"\{[!+]?|\}")
_TEXTS = st.text(
    st.sampled_from(
        [*"«»“”„‹›\"'’‘`().,?!…-", " ", "\u00a0", "\u202f", "\n", "\t", "a", "l", "5", "É", "א", "😀", "\x00"]
    )
    | st.characters(exclude_categories=["Cs"])
)


def _table(code: str) -> dict[str, list[str] | list[list[str]]]:
    return tomllib.loads((CASES / code / "quotes.toml").read_text("utf-8"))


def _tagged(text: str) -> str:
    """The text with braces round each part of each quotation, as the tables have it."""
    opening: dict[int, str] = {}
    closing: dict[int, str] = {}
    for quote in find_quotes(text)[0]:
        for k, part in enumerate(quote.parts):
            tag = "{+" if k else "{" if quote.closed else "{!"
            opening[part.start] = opening.get(part.start, "") + tag
            closing[part.end] = closing.get(part.end, "") + "}"
    return "".join(closing.get(i, "") + opening.get(i, "") + text[i : i + 1] for i in range(len(text) + 1))


@pytest.mark.parametrize("tagged", [case for code in ("fr", "en") for case in _table(code)["cases"]])
def test_quotations(tagged: str) -> None:
    assert _tagged(_TAG.sub("", tagged)) == tagged


@pytest.mark.parametrize(("tagged", "right"), [case for code in ("fr", "en") for case in _table(code)["wrong"]])
def test_known_wrong(tagged: str, right: str) -> None:
    assert _tagged(_TAG.sub("", tagged)) == tagged, f"no longer as it was; right is: {right}"


def test_depth_counts_the_quotations_around() -> None:
    quotes, _ = find_quotes("« a “b ‘cd’ e” » “f”")
    assert [q.depth for q in quotes] == [0, 1, 2, 0]


def test_a_quotation_never_closed_is_noted_with_its_words() -> None:
    _, notes = find_quotes("Il dit : « La digue tient.\nLe soir tombe.")
    assert [(n.code, n.text) for n in notes] == [("unclosed-quotation", "« La digue tient.")]


def test_an_apostrophe_never_closed_is_not_noted() -> None:
    assert find_quotes("'Tis the season, l'Etat, 27\" and » astray.") == ((), ())


@given(_TEXTS)
def test_parts_lie_in_the_text_in_order_each_in_its_paragraph(text: str) -> None:
    for quote in find_quotes(text)[0]:
        assert all(0 <= part.start < part.end <= len(text) for part in quote.parts)
        assert all(a.end <= b.start for a, b in pairwise(quote.parts))
        assert all("\n" not in part.of(text) and part.of(text).strip() == part.of(text) for part in quote.parts)


@given(_TEXTS)
def test_quotations_nest(text: str) -> None:
    around: list[Quote] = []
    last = (-1, 0)
    for quote in find_quotes(text)[0]:
        assert last <= (quote.start, -quote.end)
        last = (quote.start, -quote.end)
        while around and around[-1].end <= quote.start:
            around.pop()
        assert not around or quote.end <= around[-1].end
        assert quote.depth == len(around)
        around.append(quote)


@given(_TEXTS)
def test_each_note_is_of_one_quotation_never_closed(text: str) -> None:
    quotes, notes = find_quotes(text)
    assert sorted(n.text or "" for n in notes) == sorted(text[q.start : q.end] for q in quotes if not q.closed)


@pytest.mark.parametrize(
    "piece", ["«", "« a ", '"a" ', "'a ", "“a ", "« a\n", "“ « ", '" ', "«  \n", "a »", "''", "l'«a"]
)
def test_ten_thousand_marks(piece: str) -> None:
    """Whatever they pair up to: the test's time limit is what a quadratic loop would break."""
    text = piece * 10_000 + "»" * 10_000
    assert all(q.end <= len(text) for q in find_quotes(text)[0])
