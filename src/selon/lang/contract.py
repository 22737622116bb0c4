"""What a language must bring: words as data, no code. Stages read it and know no language by name.

A language is one folder, `lang/<code>/`, holding `lexicon/*.toml` and the same files as every other.
"""

import re
from typing import Literal, NamedTuple

from selon.model import Act, EntityKind, PlaceKind, Relation, SourceType, Vague

Number = Literal["singular", "plural"]
Scheme = Literal["ud", "clear"]
"""How a parser labels dependencies: Universal Dependencies, or the ClearNLP labels of spaCy's English parsers."""
CueKind = Literal["verb", "noun", "adjective", "preposition"]
Frame = Literal["quote", "that", "if", "inf", "to_inf", "of_inf", "np", "of_np", "to_np", "on_np", "pred", "aside"]
"""How a cue takes its content.

quote   beside words in quotation marks       «…», dit-elle; she said: "…"
that    finite clause with complementiser     dire que; say (that)
if      indirect question                     demander si; ask whether/who/when
inf     bare infinitive                       affirmer être; French only
to_inf  à + infinitive, to-infinitive         demander à être reçu; promise to leave
of_inf  de + infinitive, of/from + gerund     promettre de partir; accuse of stealing
np      direct object                         annoncer la fermeture; announce the closure
of_np   de + noun, of/for + noun              se féliciter de; accuse of
to_np   à + noun, for + noun                  appeler à la grève; call for a strike
on_np   sur, contre + noun; about, against    alerter sur; warn about
pred    a predicate, of the subject or object  se dire prêt, juger la mesure insuffisante; deem it unfair
aside   an incise beside words without marks  …, a indiqué la police; …, police said
"""


Means = Literal["date", "shift", "duration", "set", "reference", "nothing"]
"""What the words of a time rule amount to.

date       calendar parts, some of them left out    5 mai, mardi soir, 18h30; May 5, Q3 2008
shift      so many units from a day                 hier, il y a deux ans, la veille; last week
duration   so many units                            trois ans; a 12-year deal
set        every so many units                      chaque lundi; annual
reference  a past, present or future left vague     récemment; currently
nothing    no time, though it looks like one        âgé de 12 ans; a 12-year-old
"""


class Cue(NamedTuple):
    """One entry of a cue lexicon.

    `lemma` is the head word, `rest` the fixed words that must stand with it ("garde" and "en" of
    «mettre en garde»). `reflexive`: only with se. `subject`: the source types it asks for; empty is any.
    """

    lemma: str
    rest: tuple[str, ...]
    kind: CueKind
    act: Act
    frames: frozenset[Frame]
    reflexive: bool = False
    subject: frozenset[SourceType] = frozenset()


class Lexicon(NamedTuple):
    """All word lists of one language, ready for look-up. Keys are lower-case lemmas unless said otherwise."""

    cues: dict[str, tuple[Cue, ...]]
    """Head lemma → its entries, those with most fixed words first."""
    heads: dict[str, tuple[EntityKind, SourceType]]
    """Head noun of a description → what it stands for: "ministre" → person, role; "rapport" → doc, doc."""
    words: dict[str, frozenset[str]]
    """Named closed sets of word forms: pronouns, complementisers, abbreviations, titles…"""
    names: dict[str, tuple[EntityKind, str]]
    """Well-known proper names, folded → kind and the entity's full name: "moscou" → state, Russie."""
    verbs: dict[str, tuple[str, Number]]
    """Third person of the present of irregular verbs → infinitive and number: "dément" → démentir, singular."""

    def present(self, form: str) -> Number | None:
        """The number that a form has as the third person of a verbal cue's present, where it may be that."""
        word = fold(form)
        if word in self.verbs:
            return self.verbs[word][1]
        if self._regular(word, self.words.get("present_plural", frozenset())):
            return "plural"
        return "singular" if self._regular(word, self.words.get("present_singular", frozenset())) else None

    def infinitives(self, form: str) -> tuple[str, ...]:
        """Verbal cues that a conjugated form may be of, by itself alone: "tempère" → tempérer, "dit" → dire.

        For verbs that a parser often takes for nouns and adjectives. Of irregular verbs, the present only.
        """
        word = fold(form)
        if word in self.verbs:
            return (self.verbs[word][0],)
        return self._regular(word, self.words.get("verb_endings", frozenset()))

    def _regular(self, word: str, endings: frozenset[str]) -> tuple[str, ...]:
        """The infinitives of verbal cues that a form with one of these endings may be of."""
        stems = [word.removesuffix(e) for e in endings if word.endswith(e) and len(word) > len(e) + 2]
        found = []
        for stem in sorted(stems, key=len):
            doubled = stem[:-1] if stem[-1:] == stem[-2:-1] else stem
            accented = "é".join(stem.rsplit("è", 1))
            mute = "e".join(stem.rsplit("è", 1))
            yod = stem[:-1] + "y" if stem.endswith("i") else stem
            for base in dict.fromkeys((stem, doubled, accented, mute, yod)):
                for ending in sorted(self.words["infinitive_endings"]):
                    if any(cue.kind == "verb" for cue in self.cues.get(base + ending, ())):
                        found.append(base + ending)
        return tuple(dict.fromkeys(found))


class TimeRule(NamedTuple):
    """One way to put a time. Named groups of `pattern` are its parts, `time` its extent; `fixed` are parts that the
    words do not spell out."""

    name: str
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None
    """What must not end the words before the extent."""
    needs: tuple[frozenset[str], ...]
    """Sets of folded words; a text that the pattern is in has one of each, see `words_in`."""
    means: Means
    fixed: dict[str, str | int]


class TimeRules(NamedTuple):
    """What a language's `times.toml` holds, ready to run."""

    rules: tuple[TimeRule, ...]
    lists: dict[str, dict[str, str | int]]
    """Closed lists: a folded word → what it stands for."""
    words: dict[str, frozenset[str]]
    """Words and lemmas that tell whether a time lies ahead, folded."""


class PlaceRule(NamedTuple):
    """One way to tell a place by others. The groups of `pattern` are `place`, its extent, and its parts; a place that
    is named matches HERE, once for each of its code points."""

    name: str
    pattern: re.Pattern[str]
    relation: Relation
    needs_place: bool
    """Whether nothing but a named place will do."""


class PlaceRules(NamedTuple):
    """What a language's `places.toml` holds, see placerules."""

    words: dict[str, frozenset[str]]
    heads: dict[str, PlaceKind]
    """Folded noun before a name → the kind of place that it tells."""
    lists: dict[str, dict[str, str]]
    """Closed lists: a folded word → what it stands for."""
    rules: tuple[PlaceRule, ...]
    shape: re.Pattern[str]
    """What only a place's name is made like: «-sur-», «Saint-»."""


HERE = "\ue000"
"""Stands for each code point of a named place while rules run."""


class QuantityRules(NamedTuple):
    """What a language's `quantities.toml` holds, ready to run. Patterns that look back end where a number begins."""

    number: re.Pattern[str]
    """A number with what multiplies it; its group names say how it is written, see stages/_numbers."""
    factors: dict[str, float]
    """Folded multiplier, round number or part of a whole → its value."""
    short: re.Pattern[str]
    """A letter that multiplies beside a currency: «3 M€», "$3m"."""
    shorts: dict[str, float]
    one: frozenset[str]
    """Numerals that are articles or pronouns too."""
    decimal: str
    groups: str
    mods: dict[Vague, re.Pattern[str]]
    mods_after: dict[Vague, re.Pattern[str]]
    opens: dict[str, re.Pattern[str]]
    """What stands before the first number of a "range", of a "from", and anywhere before a "change"."""
    joins: dict[str, re.Pattern[str]]
    """What stands between the two numbers of a "range", a "from", a "bare" range, a "share"."""
    unit: re.Pattern[str]
    units: dict[str, str]
    """Folded spelling → code."""
    currency: re.Pattern[str]
    currencies: dict[str, str]
    of: re.Pattern[str]
    """What may stand between a round number and its noun."""
    name: re.Pattern[str]
    """What stands before a number that names something: «article 5»."""
    dated: re.Pattern[str]
    """What stands after a number that is none of ours: «18 h», "4th"."""
    half: re.Pattern[str]
    """What makes half of a unit more after it: «un kilomètre et demi»."""
    not_share: re.Pattern[str]
    by: re.Pattern[str]
    """What stands before a part of a whole that a figure changed by: "fell by a quarter"."""
    row: re.Pattern[str]
    """What stands before «un» where it counts: «deux morts et un blessé»."""
    noun_last: bool
    """Whether the counted noun ends its phrase."""


class FindingRules(NamedTuple):
    """What a language's `findings.toml` holds, ready to run."""

    patterns: dict[str, tuple[re.Pattern[str], ...]]
    """Name → patterns over a sentence's skeleton, see lang/findingrules."""
    lasting: re.Pattern[str]
    """A unit of time right after a number, group `unit`."""
    words: dict[str, frozenset[str]]
    """Named closed sets of folded words."""
    values: dict[str, dict[str, str]]
    """Named tables: folded spelling → what it stands for."""
    workings: dict[str, str]
    """What to say of a finding, as str.format templates."""


class Rules(NamedTuple):
    """A language: its code, its own name, the parser package it needs and how that labels dependencies, its lexicon
    and that lexicon's version. One that the network reads alone has no parser ("") and no words."""

    code: str
    name: str
    parser: str
    scheme: Scheme
    lexicon: Lexicon
    version: str
    """Changes whenever a word of the lexicon, a time rule or a place rule does."""
    times: TimeRules | None = None
    places: PlaceRules | None = None
    quantities: QuantityRules | None = None
    findings: FindingRules | None = None


def fold(word: str) -> str:
    """A form to look words up by: lower case, straight apostrophes."""
    return word.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").casefold()


FIGURES = "0"
"""Stands for any word with figures in it."""

_WORD = re.compile(r"\w+")


def words_in(text: str) -> list[str]:
    """The words of a text, folded; FIGURES for one with figures."""
    return [FIGURES if any(c.isdigit() for c in word) else word for word in _WORD.findall(fold(text))]
