"""Syntax: the tables of each language, and what holds on any text."""

import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

from selon.lang.registry import rules
from selon.model import Block, InputError, Parse
from selon.stages.sentences import split_sentences
from selon.stages.syntax import load, parse

CASES = Path(__file__).parent / "cases"
CODES = ("fr", "en")
_TEXTS = st.text(
    st.sampled_from("«»“”„‹›\"'’‘`().,?!…- \u00a0\u202f\n\taIélÉLUN5א😀\x00\x1f\u200b")
    | st.characters(exclude_categories=["Cs"]),
    max_size=60,
)


def _table(code: str) -> dict[str, Any]:
    return tomllib.loads((CASES / code / "syntax.toml").read_text("utf-8"))


def _parse(text: str, code: str) -> Parse:
    chosen = rules(code)
    blocks = [Block(kind="body", start=0, end=len(text))]
    return parse(text, split_sentences(text, blocks, chosen.lexicon.words["abbreviations"]), chosen)


def _barred(text: str, starts: set[int]) -> str:
    return "".join("|" * (i in starts and i > 0) + c for i, c in enumerate(text))


@pytest.mark.parametrize(("code", "case"), [(code, case) for code in CODES for case in _table(code)["case"]])
def test_syntax(code: str, case: dict[str, Any]) -> None:
    tree = _parse(case["text"], code)
    if "words" in case:
        assert " ".join(t.text for t in tree.tokens) == case["words"]
    parts = [f"{t.text} {t.dep} {tree.tokens[t.head].text}" for t in tree.tokens]
    assert {*case.get("parts", [])} <= {*parts}, "no longer wrong: " + case["wrong"] if "wrong" in case else parts
    if "verbs" in case:
        finite = [t for t in tree.tokens if t.pos in ("VERB", "AUX") and (t.has("VerbForm=Fin") or t.has("Mood="))]
        assert [f"{t.text} {t.lemma}" for t in finite] == case["verbs"], case.get("wrong", "")
    for name in case.get("names", []):
        start = case["text"].index(name)
        guesses = {t.entity for t in tree.tokens if start <= t.start < start + len(name)}
        assert len(guesses) == 1, (name, guesses)
        assert guesses != {""}


def test_french_is_cut_into_words_as_by_its_own_parser() -> None:
    package, texts = rules("fr").parser, [case["text"] for case in _table("fr")["case"]]
    quick, whole = load(package), spacy.load(package)
    assert quick.pipe_names == whole.pipe_names
    for text in [
        *texts,
        "Aujourd'hui, l'avant-projet franco-allemand n'a-t-il pas été pré-signé, c'est-à-dire ré-élu ?",
    ]:
        assert [t.text for t in quick.make_doc(text)] == [t.text for t in whole.make_doc(text)]


@pytest.mark.parametrize(("code", "text", "alone"), [(c, *cut) for c in CODES for cut in _table(c)["cut"].items()])
def test_the_parser_alone_cuts_what_is_whole_here(code: str, text: str, alone: str) -> None:
    """Where its own sentences become right, what these stages do about it may be taken out."""
    by_itself = load(rules(code).parser)(text)
    assert _barred(text, {sentence.start_char for sentence in by_itself.sents}) == alone
    ours = {s.start for s in _parse(text, code).sentences}
    assert len(ours) < len(list(by_itself.sents))


@pytest.mark.parametrize("code", CODES)
@settings(max_examples=40, deadline=None)
@given(text=_TEXTS)
def test_tokens_tile_the_words_of_their_sentences(code: str, text: str) -> None:
    tree = _parse(text, code)
    assert [t.i for t in tree.tokens] == list(range(len(tree.tokens)))
    assert all(a.end <= b.start for a, b in pairwise(tree.tokens))
    for token in tree.tokens:
        assert token.text == text[token.start : token.end]
        assert token.text.strip()
    covered = {i for t in tree.tokens for i in range(t.start, t.end)}
    for k, sentence in enumerate(tree.sentences):
        own = tree.tokens[sentence.first : sentence.last]
        assert own
        assert {t.sentence for t in own} == {k}
        assert sentence.start <= own[0].start
        assert own[-1].end <= sentence.end
        assert all(text[i].isspace() for i in range(sentence.start, sentence.end) if i not in covered)
    assert sum(s.last - s.first for s in tree.sentences) == len(tree.tokens)


@pytest.mark.parametrize("code", CODES)
@settings(max_examples=40, deadline=None)
@given(text=_TEXTS)
def test_every_sentence_is_one_tree(code: str, text: str) -> None:
    tree = _parse(text, code)
    for sentence in tree.sentences:
        for token in tree.tokens[sentence.first : sentence.last]:
            assert sentence.first <= token.head < sentence.last
            last = [token, *tree.ancestors(token.i)][-1]
            assert last.head == last.i


def test_long_texts_are_read_in_parts_and_whole() -> None:
    text = "Le maire a parlé. " * 400 + "Et la digue tient " + "et la digue tient " * 800
    tree = _parse(text, "fr")
    assert len(tree.sentences) == 401
    assert "".join(t.text for t in tree.tokens) == text.replace(" ", "")


def test_a_parser_that_is_missing_says_how_to_bring_it() -> None:
    with pytest.raises(InputError, match="pip install"):
        load("xx_no_such_parser")
