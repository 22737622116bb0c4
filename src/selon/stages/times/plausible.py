"""Whether words that look like a time are one here, as the words around them tell."""

from selon.lang.contract import Rules, fold
from selon.model import Parse
from selon.stages.times.matching import Match

_REACH = 5
"""Words before a count of years among which somebody may stand whose age it is: «un homme d'une trentaine d'années»."""


def is_time(match: Match, text: str, tree: Parse, rules: Rules) -> bool:
    """Not a count that only looks like a year («2019 habitants»), nor somebody's age, nor what a rule refuses."""
    if match.rule.means == "nothing" or match.span.of(text) in _other_names(rules):
        return False
    if match.rule.fixed.get("check") == "year":
        return not _counts(match, tree)
    return not (match.rule.means == "duration" and match.parts.get("unit") in ("Y", "M") and _age(match, tree, rules))


def _other_names(rules: Rules) -> frozenset[str]:
    """Names that are spelled like a time, with capitals."""
    folded = rules.times.words["other_names"] if rules.times else frozenset()
    return frozenset(name.title() for name in folded)


def _counts(match: Match, tree: Parse) -> bool:
    """Whether the figures count the noun after them, which is then a plural."""
    i = tree.at(match.span.start)
    if i + 1 >= len(tree.tokens):
        return False
    token = tree.tokens[i]
    following = tree.tokens[i + 1]
    return following.pos == "NOUN" and following.has("Number=Plur") and token.head == i + 1


def _age(match: Match, tree: Parse, rules: Rules) -> bool:
    """Whether it stands beside somebody, linked by a preposition alone: «un homme de 35 ans»."""
    i = tree.at(match.span.start)
    if not 1 < i < len(tree.tokens) or rules.times is None:
        return False
    before = [t for t in tree.tokens[max(0, i - _REACH) : i] if t.sentence == tree.tokens[i].sentence]
    if not before or fold(before[-1].text) not in rules.times.words["of"]:
        return False
    nouns = [t for t in before[:-1] if t.pos in ("NOUN", "PROPN", "ADJ")]
    return any(
        fold(word) in rules.times.words["persons"] or rules.lexicon.heads.get(fold(word), ("",))[0] == "person"
        for t in nouns[-2:]
        for word in (t.lemma, t.text)
    )
