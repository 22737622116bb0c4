"""Mentions, and whom they stand for: tables of cases, and promises kept on any text."""

import re
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from selon.lang.registry import languages, rules
from selon.model import Block, Entity, Mention, Parse
from selon.stages.mentions import Mentions, find_mentions
from selon.stages.mentions.names import plain, same
from selon.stages.quotes import find_quotes
from selon.stages.sentences import split_sentences
from selon.stages.syntax import parse

CASES = Path(__file__).parent / "cases"
_MARK = re.compile(r"\[([^\[\]→]+?) → ([^\[\]]+?)\]")


class Found(NamedTuple):
    text: str
    entities: tuple[Entity, ...]
    mentions: Mentions
    tree: Parse

    def name(self, mention: Mention | None) -> str:
        """Name of the entity that a mention stands for; "—" where there is none."""
        return next((e.name for e in self.entities if mention and e.id == mention.entity), "—")


def find(text: str, language: str) -> Found:
    chosen = rules(language)
    quotes, _ = find_quotes(text)
    blocks = [Block(kind="body", start=0, end=len(text))] if text else []
    tree = parse(text, split_sentences(text, blocks, chosen.lexicon.words["abbreviations"]), chosen)
    entities, mentions, _ = find_mentions(text, blocks, quotes, tree, chosen)
    return Found(text, entities, mentions, tree)


def cases(table: str) -> list[Any]:
    out = []
    for language in languages():
        tables = tomllib.loads((CASES / language / "mentions.toml").read_text("utf-8"))
        out += [pytest.param(language, case, id=f"{language}-{case['text'][:50]}") for case in tables[table]]
    return out


@pytest.mark.parametrize(("language", "case"), cases("case"))
def test_mentions(language: str, case: dict[str, Any]) -> None:
    """Each mark's words are a mention's span, and it stands for the entity, and is of the type, that the mark says."""
    text, wanted = _unmark(case["text"])
    found = find(text, language)
    got = {}
    for start, end, _ in wanted:
        mention = next((m for m in found.mentions.all if (m.span.start, m.span.end) == (start, end)), None)
        type_ = f", {mention.type}" if mention else ", no such mention"
        got[start, end] = f"{found.name(mention)}{type_}"
    assert [f"[{text[s:e]} → {got[s, e]}]" for s, e, _ in wanted] == [f"[{text[s:e]} → {w}]" for s, e, w in wanted]
    by_name = {e.name: e for e in found.entities}
    for name, roles in case.get("roles", {}).items():
        assert list(by_name[name].roles) == roles
    for name, kind in case.get("kinds", {}).items():
        assert by_name[name].kind == kind
    for name in case.get("absent", []):
        assert name not in by_name


@pytest.mark.parametrize(("language", "case"), cases("wrong"))
def test_known_wrong(language: str, case: dict[str, Any]) -> None:
    """What is known to come out wrong, so that mending it shows; each case says why it is hard."""
    text, wanted = _unmark(case["text"])
    found = find(text, language)
    for start, end, what in wanted:
        mention = next((m for m in found.mentions.all if (m.span.start, m.span.end) == (start, end)), None)
        got = f"{found.name(mention)}, {mention.type}" if mention else "no such mention"
        assert got != what, f"mended: move this case to [[case]] ({case['why']})"


def _unmark(marked: str) -> tuple[str, list[tuple[int, int, str]]]:
    text, at = "", 0
    wanted = []
    for mark in _MARK.finditer(marked):
        text += marked[at : mark.start()]
        wanted.append((len(text), len(text) + len(mark[1]), mark[2]))
        text += mark[1]
        at = mark.end()
    return text + marked[at:], wanted


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("anne durand", "durand", True),
        ("park min un", "park", True),
        ("juan velez ortuno", "velez", True),
        ("b durand", "bruno durand", True),
        ("bruno durand", "anne durand", False),
        ("bruno durand", "bruno petit", False),
        ("anne bertrandeau", "anne bertrandau", True),  # a slip of the pen
        ("", "durand", False),
    ],
)
def test_same_name(one: str, other: str, agree: bool) -> None:
    assert (same(one.split(), other.split()) > 0) is agree
    assert same(one.split(), other.split()) == same(other.split(), one.split())


def test_plain() -> None:
    assert plain("ÉLYSÉE") == plain("Elysée") == "elysee"


def test_name_is_found_by_any_of_its_words() -> None:
    found = find("La maire d'Orsenna, Anne Durand, a démenti.", "fr")
    said = {t.text: found.mentions.at(t.i) for t in found.tree.tokens}
    assert said["maire"] == said["Anne"] == said["Durand"]
    assert said["Anne"] is not None
    assert said["Anne"].span.of(found.text) == "La maire d'Orsenna, Anne Durand"


def test_unlisted_noun_is_mentioned_on_the_spot() -> None:
    found = find("Le brouillard a surpris la ville.", "fr")
    mention = found.mentions.at(1)
    assert mention is not None
    assert (mention.span.of(found.text), mention.entity) == ("Le brouillard", None)
    assert found.mentions.span_of(1) == mention.span


def test_empty_text() -> None:
    found = find("", "fr")
    assert (found.entities, found.mentions.all) == ((), ())


_PIECES = st.lists(
    st.sampled_from(
        [
            *("Anne", "Durand", "Mme", "M.", "le maire", "La ministre", "de l'Eau", "a dit", "-t-elle", "dit-il"),
            *("«", "»", '"', ",", ".", "\n", "(ODE)", "al-Tamiri", "von der", "et", "ce dernier", "qui", "selon"),
            *("Moscou", "he", "said", "the", "'s", "l'", "…", "–", "53 ans", "É", "🙂", "nous"),
        ]
    ),
    max_size=14,
)


@given(_PIECES, st.sampled_from(list(languages())))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_spans_stay_in_the_text(pieces: list[str], language: str) -> None:
    found = find(" ".join(pieces), language)
    ids = [e.id for e in found.entities]
    assert ids == [f"e{n}" for n in range(1, len(ids) + 1)]
    every = [*found.mentions.all, *filter(None, map(found.mentions.at, range(len(found.tree.tokens))))]
    for mention in every:
        assert mention.span.end <= len(found.text)
        assert mention.span.of(found.text).strip() == mention.span.of(found.text)
        assert mention.entity is None or mention.entity in ids
    for entity in found.entities:
        assert entity.name
        assert list(entity.mentions) == sorted(set(entity.mentions))
