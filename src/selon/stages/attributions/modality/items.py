"""What the rules of modality say of a word: its use, and which words decided it."""

from typing import NamedTuple

from selon.model import Use
from selon.stages.attributions.scene import Found


class Verdict(NamedTuple):
    """A use, or None where the word does nothing of the kind; the rule that says so and the words it goes by.

    `firm` is False where the rule is a default, which a neighbour of the same construction may overrule.
    """

    use: Use | None
    why: str
    words: tuple[int, ...] = ()
    firm: bool = True


class Item(NamedTuple):
    """A modal word, tokens [first, last], by whose token `i` its clause is known; `negated` if it is denied itself."""

    i: int
    first: int
    last: int
    verdict: Verdict
    negated: bool = False


class Place(NamedTuple):
    """Where a modal word stands: its token, what was found with the least content around it, and the conditional
    before it in the passage."""

    i: int
    over: Found | None
    before: Item | None
