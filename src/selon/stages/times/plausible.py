"""Whether words that look like a time are one here, as the syntax tells."""

from selon.model import Parse
from selon.stages.times.matching import Match


def is_time(match: Match, tree: Parse, text: str) -> bool:
    """Not a count that only looks like a year («2019 habitants»), nor what a rule says is no time."""
    if match.rule.means == "nothing":
        return False
    if match.rule.fixed.get("check") == "year":
        i = tree.at(match.span.start)
        if i < len(tree.tokens):
            token = tree.tokens[i]
            head = tree.tokens[token.head]
            counts = token.dep.startswith("nummod") and head.i == i + 1 and head.pos == "NOUN"
            return not counts
    return True
