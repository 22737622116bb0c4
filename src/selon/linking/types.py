"""What linking gives: frozen records, with the reasons for each as data."""

from typing import Literal

from selon.model import Act, Certainty, EntityKind, Record, SourceType, Span, Spans

Kind = Literal["verbatim", "edited", "translated"]
"""Word for word; with words changed, added or left out; in another language."""
Way = Literal["a_to_b", "b_to_a", "common", "unknown"]
"""b took it from a; a from b; both from elsewhere; the articles do not show."""
ReasonCode = Literal[
    "passages",
    "sentences",
    "meaning",
    "alike",
    "alike_words",
    "alike_figures",
    "alike_both",
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
    "figures",
    "denial",
    "not_denied",
    "doubt",
    "told_alike",
    "one_attribution",
    "both_name",
    "same_person",
    "same_government",
    "speak_for_one",
    "same_role",
    "share_name",
    "same_body",
    "initials",
    "same_words",
    "share_credit",
    "copied",
    "repeats",
    "says_what",
    "says_twice",
    "own_reporting",
    "unsourced",
    "unsure",
    "same_name",
    "spelling",
    "given_name",
    "surname",
    "acronym",
    "well_known",
    "state",
    "place",
    "office",
    "role",
    "company",
    "country",
    "ruled",
    "ruled_one",
    "ruled_who",
    "ruled_apart",
]
"""What speaks for it: words in common; sentences that mean the same; names and numbers in both; an agency's own
article, its credit in both, in one; the other outlet named; one outlet; times of publication; a story's words; the
days between two articles. Of claims and origins: figures alike or not; words of denial, of doubt; one person, one body,
one description behind both; copied words; an article's own words that repeat whom it cites; what shows that
an outlet was there, that nobody is named at all, or that it is not sure enough that this is another origin. Of one
entity: its name word for word, spelt otherwise, with another form or the initial of the given name, the surname alone,
an acronym; a well-known body, a state, a place of the gazetteer, a body by its function and country; roles in common,
others named beside it, the country; what a user ruled. `_because.WORDINGS` has those of claims, origins and copies."""
Stance = Literal["supports", "denies", "doubts", "differs"]
"""What an occurrence does to its claim; one that differs gives another figure for the same thing."""
OriginKind = Literal["person", "body", "document", "agency", "report", "outlet", "anonymous", "unsourced"]
"""Whom a claim rests on; "report" is another outlet's, "outlet" one that shows reporting of its own, "unsourced" an
outlet that says it and names nobody: it counts for nothing."""


class Reason(Record, frozen=True):
    """One thing that speaks for a conclusion: `message` says it, `article` is where it stands, if in one, and
    `value` is its measure, in the unit that the message names. `parts` are the names, words and figures in the message,
    in the order in which the code's wording takes them."""

    code: ReasonCode
    message: str
    article: str | None = None
    value: float | None = None
    parts: tuple[str, ...] = ()


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


class Voice(Record, frozen=True):
    """One link of a chain: an outlet, an agency, or a source; `entity` is who that is across articles."""

    name: str
    type: SourceType
    entity: str | None = None


class Occurrence(Record, frozen=True):
    """One place of one article that states the claim, or takes a stand on it.

    `chain` leads from the article's outlet to the innermost source that it names; `origin` is the id of the claim's
    `Origin` that it comes down to; `attribution` is None where the outlet says it itself. `figures` are the values
    that it gives, `score` how sure it is that it states this claim, in [0, 1].
    """

    article: str
    spans: Spans
    words: str
    stance: Stance
    act: Act | None
    certainty: Certainty
    chain: tuple[Voice, ...]
    origin: str
    attribution: str | None = None
    figures: tuple[str, ...] = ()
    score: float = 1.0
    why: tuple[Reason, ...] = ()


class Origin(Record, frozen=True):
    """Whom occurrences of a claim finally rest on, and why they are one. `counts` where it is one of the claim's
    independent origins: it supports the claim and is not unsourced."""

    id: str
    name: str
    kind: OriginKind
    counts: bool
    why: tuple[Reason, ...] = ()


class Claim(Record, frozen=True):
    """What several occurrences state, whoever says it; `text` are the words of the one most like all others.

    `independent` counts the origins that it rests on; `certainty` is the firmest with which any that surely states it
    supports it; `first` and `last` are the days of publication of the articles that have it, None where none is dated.
    """

    id: str
    story: str
    text: str
    language: str
    occurrences: tuple[Occurrence, ...]
    origins: tuple[Origin, ...]
    independent: int
    certainty: Certainty
    articles: tuple[str, ...]
    outlets: tuple[str, ...]
    denied_by: tuple[str, ...] = ()
    first: str | None = None
    last: str | None = None


class Known(Record, frozen=True):
    """Somebody or something across articles: `names` are all spellings, the commonest first, and `mentions` pairs of
    an article's id and the entity's id in it."""

    id: str
    name: str
    kind: EntityKind
    names: tuple[str, ...]
    mentions: tuple[tuple[str, str], ...]
    why: tuple[Reason, ...] = ()
