"""Which way a time lies from the day of writing, as the verb that governs it tells."""

from collections.abc import Mapping
from typing import Literal

from selon.lang.contract import fold
from selon.model import Parse, Span, Token

Direction = Literal["past", "present", "future"]
"""Where what is told lies; "present": a present tense, which news uses for today and for what is to come."""

Words = Mapping[str, frozenset[str]]

_STRAY = 8
"""Tokens before a participle among which its auxiliary is looked for."""
_FAR = 25
"""Tokens past which a verb of the sentence tells nothing about a time."""


def direction(tree: Parse, span: Span, words: Words, bare: Direction = "past") -> Direction | None:
    """The direction of the time at `span`; None where nothing tells it. `bare` is what a participle alone tells."""
    first, last = tree.at(span.start), tree.at(span.end - 1)
    if first >= len(tree.tokens) or tree.tokens[first].start >= span.end:
        return None
    before = _before(tree, first)
    if _ends(before, words["backward"]):
        return "past"
    top = next((t for t in tree.tokens[first : last + 1] if not first <= t.head <= last), tree.tokens[first])
    governors = [t for t in (top, *tree.ancestors(top.i)) if _verbal(t, tree) and not first <= t.i <= last]
    ahead = _ends(before, words["forward"])
    for verb in governors:
        told = _of_verb(tree, verb, words, "present" if ahead else bare)
        if told:
            return "future" if told == "present" and ahead else told
    sentence = tree.sentences[tree.tokens[first].sentence]
    verbs = [t for t in tree.tokens[sentence.first : sentence.last] if _verbal(t, tree) and abs(t.i - first) <= _FAR]
    for verb in sorted(verbs, key=lambda t: abs(t.i - first)):
        told = _of_verb(tree, verb, words, bare)
        if told:
            return told
    return "future" if ahead else None


def looks_back(tree: Parse, span: Span, words: Words) -> bool:
    """Whether the time at `span` is only where something began: «depuis 2010»."""
    return _ends(_before(tree, tree.at(span.start)), words["backward"])


def _before(tree: Parse, first: int) -> list[str]:
    return [fold(t.text) for t in tree.tokens[max(0, first - 3) : first]]


def _ends(before: list[str], phrases: frozenset[str]) -> bool:
    joined = " ".join(before)
    return any(joined == p or joined.endswith(f" {p}") for p in phrases)


def _verbal(token: Token, tree: Parse) -> bool:
    """Verbs, and what a copula makes a predicate of."""
    return token.pos in ("VERB", "AUX") or token.has("VerbForm=Part") or tree.child(token.i, "cop") is not None


def _of_verb(tree: Parse, verb: Token, words: Words, bare: Direction) -> Direction | None:
    """The direction that a verb with its auxiliaries tells."""
    helpers = [t for t in tree.children(verb.i) if t.dep.startswith(("aux", "cop"))] or _strayed(tree, verb)
    perfect = any(fold(t.lemma) in words["perfect"] for t in helpers) and not any("pass" in t.dep for t in helpers)
    if fold(verb.lemma) in words["planned"] and not _finite(verb) and not perfect:
        return "future"
    if any(_future(t, words) for t in (verb, *helpers)):
        return "future"
    if verb.has("VerbForm=Inf") or any(t.has("VerbForm=Inf") for t in helpers):
        return _of_infinitive(tree, verb, helpers, words, bare)
    if _finite(verb):
        return _of_finite(tree, verb, words)
    helper = next((t for t in helpers if _finite(t)), None)
    if helper is not None:
        if verb.has("Tense=Pres") or not verb.has("VerbForm=Part"):
            return "past" if helper.has("Tense=Past") or helper.has("Tense=Imp") else "present"
        return "past"
    return bare if verb.has("Tense=Past") and verb.has("VerbForm=Part") else None


def _strayed(tree: Parse, verb: Token) -> list[Token]:
    """The auxiliary of a participle that the parser hung elsewhere: the closest before it, no verb between."""
    if not verb.has("VerbForm=Part"):
        return []
    for token in reversed(tree.tokens[max(tree.sentences[verb.sentence].first, verb.i - _STRAY) : verb.i]):
        if token.pos == "AUX" and _finite(token):
            return [token] if tree.tokens[token.head].pos not in ("VERB", "ADJ") else []
        if token.pos == "VERB":
            return []
    return []


def _of_finite(tree: Parse, verb: Token, words: Words) -> Direction:
    if verb.has("Mood=Cnd") or verb.text.endswith(tuple(words["conditional_endings"])):
        return "future"
    both = not verb.has("Tense=Imp") and verb.text.endswith(tuple(words["present_endings"]))
    if (verb.has("Tense=Past") or verb.has("Tense=Imp")) and not both:
        return "past"
    nearly = fold(verb.lemma) in words["near_future"]
    if nearly and any(t.has("VerbForm=Inf") for t in tree.children(verb.i)):
        return "future"
    return "present"


def _of_infinitive(tree: Parse, verb: Token, helpers: list[Token], words: Words, bare: Direction) -> Direction | None:
    """A perfect infinitive looks back; others look ahead, unless the verb above them is past and holds them."""
    if any(fold(t.lemma) in words["perfect"] and not t.has("Tense=Fut") for t in helpers):
        return "past"
    for above in tree.ancestors(verb.i):
        if not _verbal(above, tree):
            continue
        if fold(above.lemma) in words["recent_past"]:
            return "past"
        if fold(above.lemma) in words["holding"] or verb.dep == "advcl":
            return _of_verb(tree, above, words, bare) if not above.has("Tense=Imp") else "future"
        break
    return "future"


def _finite(token: Token) -> bool:
    return token.has("VerbForm=Fin") or token.has("Mood=Ind") or token.has("Mood=Cnd") or token.has("Mood=Sub")


def _future(token: Token, words: Words) -> bool:
    """Also by the ending alone, since a parser may take a form of the future for another."""
    if token.pos in ("VERB", "AUX") and token.text.endswith(tuple(words["future_endings"])):
        return True
    return token.has("Tense=Fut") or fold(token.lemma) in words["future"] or fold(token.text) in words["future"]
