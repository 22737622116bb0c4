"""What linking gives: frozen records, with the reasons for each as data."""

from typing import Literal

from selon.model import Record, Span

Kind = Literal["verbatim", "edited", "translated"]
"""Word for word; with words changed, added or left out; in another language."""
Way = Literal["a_to_b", "b_to_a", "common", "unknown"]
"""b took it from a; a from b; both from elsewhere; the articles do not show."""
ReasonCode = Literal[
    "passages",
    "meaning",
    "names",
    "agency",
    "both_credit",
    "one_credits",
    "credits_other",
    "same_outlet",
    "earlier",
    "same_time",
    "no_time",
    "words",
    "days",
]
"""What speaks for it: words in common; sentences that mean the same; names and numbers in both; an agency's own
article, its credit in both, in one; the other outlet named; one outlet; times of publication; a story's words; the
days between two articles."""


class Reason(Record, frozen=True):
    """One thing that speaks for a conclusion: `message` says it, `article` is where it stands, if in one, and
    `value` is its measure, in the unit that the message names."""

    code: ReasonCode
    message: str
    article: str | None = None
    value: float | None = None


class Passage(Record, frozen=True):
    """Words of a that stand in b. `words` counts those that both have outside quotations, `quoted` those inside one;
    `edited` is the share of the longer side's words that the other lacks, in [0, 1]. Of a translation the words are
    counted on the side that has fewer, and `edited` is one less how alike the two sides are in meaning."""

    a: Span
    b: Span
    words: int
    quoted: int = 0
    edited: float = 0.0


class Copy(Record, frozen=True):
    """Two articles that share passages; `a` is the earlier one, by publication and then by id.

    `words` is what counts as copied, of the passages together; `share` the part of the shorter article's words that
    it is, in [0, 1]. `origin` names the agency that both have it from, or the outlet that one has it from.
    """

    a: str
    b: str
    kind: Kind
    passages: tuple[Passage, ...]
    words: int
    share: float
    way: Way
    origin: str | None = None
    self_reuse: bool = False
    why: tuple[Reason, ...] = ()


class Link(Record, frozen=True):
    """Two articles that are taken to tell of the same happenings, how surely, in [0, 1], and why."""

    a: str
    b: str
    score: float
    why: tuple[Reason, ...] = ()


class Story(Record, frozen=True):
    """Articles on the same happenings, in order of publication. `id` is the first one's, `title` that of the article
    most like all the others; `first` and `last` are ISO 8601 days, None where no article is dated."""

    id: str
    title: str
    articles: tuple[str, ...]
    first: str | None
    last: str | None
    links: tuple[Link, ...] = ()
