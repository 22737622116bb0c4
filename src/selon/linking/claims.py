"""Claims: statements of a story that say the same thing, across articles and languages, whoever says it.

Every two statements that may mean the same are weighed (`_pairs`); what is alike on average is one claim. What an
occurrence does to its claim is told by its act, its words of denial and the figures that it gives. What a user has
ruled to be one claim, or not to be, is so.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np

from selon.lang.registry import linking_words
from selon.linking._because import because
from selon.linking._groups import Floats, together_of
from selon.linking._pairs import FEATURES, Unit, compared, units_of
from selon.linking._voices import Told, told
from selon.linking.meaning import Meanings, joined
from selon.linking.origin import credited
from selon.linking.origins import Ruled as RuledWho
from selon.linking.origins import nobody_ruled, origins_of
from selon.linking.statements import statements
from selon.linking.types import Claim, Copy, Occurrence, Origin, Reason, ReasonCode, Stance, Voice
from selon.linking.weights import ClaimWeights, OriginWeights, Weights
from selon.model import Article, Certainty, Reading, Span

_FIRMNESS: tuple[Certainty, ...] = ("certain", "probable", "possible", "unknown")
_WORD = re.compile(r"\w+")
_TURN = re.compile(r"\w+n['’]t\b|\w+")
_SAME_WORDS, _LIKE_WORDS, _TIMES = 0.4, 0.2, 10
"""Shares of words in common from which on one that is negated denies the other, and one that gives another figure,
fewer than so many times larger, differs."""
_COUNT, _NEAR = 10, 3
"""A figure from which on, in any words, another one fewer than so many times larger is told of the same thing."""
_SURE = 0.75
"""How sure it must be that an occurrence states the claim for the claim to be as certain as it puts it."""
_MARKS, _LEAST_STEMS = 2, 3
"""Code points that may open a sentence before its words, and words that say something in one that can stand alone."""
_ABOUT = 0.85
"""How much of the likeness of the one most like the others another one must have to speak for them."""
_BEFORE = 4
"""Code points before a quotation among which a colon that brings it in may stand."""
_SHOWN = 4
"""Words in common that are named."""


Where = tuple[str, Span]
"""An article's id and where one of its statements stands."""


class Ruled(NamedTuple):
    """What `by` rules of statements that stand in a story: that `a` and `b` are one claim, or that `b` are not the
    claim that any of `a` states. `label` are the words of that claim."""

    kind: Literal["merge", "split"]
    a: frozenset[Where]
    b: frozenset[Where]
    by: str
    label: str = ""


class Obeyed(NamedTuple):
    """Groups of statements, each in order; by statement, the group that evidence alone puts it in, and what was ruled
    of it."""

    groups: list[list[int]]
    by_evidence: list[int]
    ruled: Mapping[int, Reason]


class Group(NamedTuple):
    """Statements that are one claim: how every two of them score, (n, n); the one that speaks for them; what each does
    to the claim; for each, the id of the origin that it rests on; which of them are together by evidence (those with
    the same number), and what a user has ruled of them, by their number here."""

    units: Sequence[Unit]
    score: Floats
    chief: int
    stances: Sequence[tuple[Stance, tuple[Reason, ...]]]
    told: Sequence[Told]
    origin: Sequence[str]
    origins: tuple[Origin, ...]
    by_evidence: Sequence[int] = ()
    ruled: Mapping[int, Reason] = {}


def claims_of(
    story: str,
    readings: Sequence[Reading],
    meanings: Sequence[Meanings],
    copies: Sequence[Copy],
    weights: Weights,
    known: Callable[[str, str], str | None],
    rulings: Sequence[Ruled] = (),
    ruled_who: RuledWho = nobody_ruled,
) -> tuple[Claim, ...]:
    """The claims of a story's articles, given in order of publication, with the meanings of their `statements`.

    `known` says who an entity of an article is across articles. Of `rulings` the later prevail; `ruled_who` has those
    on who is who. Claims are in the order in which they first occur.
    """
    agencies = [credited(reading.article) for reading in readings]
    groups = groups_of(readings, meanings, copies, agencies, weights, rulings, ruled_who)
    return tuple(_claim(story, readings, agencies, known, group) for group in groups)


def groups_of(
    readings: Sequence[Reading],
    meanings: Sequence[Meanings],
    copies: Sequence[Copy],
    agencies: Sequence[Sequence[str]],
    weights: Weights,
    rulings: Sequence[Ruled] = (),
    ruled_who: RuledWho = nobody_ruled,
) -> list[Group]:
    """The same before it is told as claims; `agencies` are those that each article credits."""
    units = [unit for n, reading in enumerate(readings) for unit in units_of(n, reading, statements(reading))]
    if not units:
        return []
    pairs, features = compared(units, joined(meanings))
    score = weighed(features, weights.claims)
    alike = together_of(len(units), pairs, score, weights.claims.otherwise)
    groups, by_evidence, ruled = obeying(
        alike, [(readings[u.article].article.id, u.statement.span) for u in units], rulings
    )
    group_of = {n: g for g, group in enumerate(groups) for n in group}
    inner: list[dict[tuple[int, int], float]] = [{} for _ in groups]
    for (i, j), value in zip(pairs.tolist(), score.tolist(), strict=True):
        if group_of[i] == group_of[j]:
            inner[group_of[i]][i, j] = value
    copied = copied_by(copies)
    return [
        _group(
            readings, [units[n] for n in group], _matrix(group, scores, weights.claims.otherwise), agencies, copied,
            weights.origins, [by_evidence[n] for n in group], {k: ruled[n] for k, n in enumerate(group) if n in ruled},
            ruled_who,
        )
        for group, scores in zip(groups, inner, strict=True)
    ]  # fmt: skip


def _group(
    readings: Sequence[Reading],
    units: Sequence[Unit],
    score: Floats,
    agencies: Sequence[Sequence[str]],
    copied: Callable[[Told, Told], bool],
    weights: OriginWeights,
    by_evidence: Sequence[int],
    ruled: Mapping[int, Reason],
    ruled_who: RuledWho,
) -> Group:
    # The one most like all others speaks for them, those apart that are there by a ruling or say the contrary; one that
    # is about as like them and begins its sentence, or else what its voice says there, reads better alone.
    denials = [_denials(readings[u.article], u) for u in units]
    turned = 2 * sum(bool(denied) for denied in denials) > len(units)
    (most, _), *_ = Counter(by_evidence).most_common(1)
    own = [n for n, group in enumerate(by_evidence) if group == most]
    alike = [n for n in own if bool(denials[n]) == turned] or own
    like = {n: score[n, own].sum() for n in alike}
    about = _ABOUT * max(like.values())
    chief = max(
        alike,
        key=lambda n: (
            like[n] >= about,
            not any(act for _, act in denials[n]),
            _begins(units[n]),
            units[n].statement.first,
            like[n],
            -n,
        ),
    )
    stances = stances_of(readings, units, chief, denials)
    occurrences = [
        told(
            readings[u.article],
            u.article,
            (u.statement.span,),
            u.statement.sentence,
            u.statement.attribution,
            stances[n][0],
            agencies[u.article],
            _sure(score, n, by_evidence),
            n == chief or (n in ruled and ruled[n].code == "ruled_one"),
        )
        for n, u in enumerate(units)
    ]
    ids, origins = origins_of(occurrences, lambda i, j: copied(occurrences[i], occurrences[j]), weights, ruled_who)
    return Group(units, score, chief, stances, occurrences, ids, origins, by_evidence, ruled)


def obeying(alike: Sequence[Sequence[int]], where: Sequence[Where], rulings: Iterable[Ruled]) -> Obeyed:
    """Groups of what is alike, changed so that they obey the rulings, one after the other; `where` each item stands.

    What a merge is about comes together with all that is in the two groups that hold most of either side; what a split
    takes off is a group of its own. A ruling of which either side is not there changes nothing.
    """
    at: dict[Where, list[int]] = {}
    for n, place in enumerate(where):
        at.setdefault(place, []).append(n)
    group_of = {n: g for g, group in enumerate(alike) for n in group}
    by_evidence, ruled, new = dict(group_of), dict[int, Reason](), len(alike)
    for one in rulings:
        a, b = (sorted(n for place in side for n in at.get(place, ())) for side in (one.a, one.b))
        if not a or not b:
            continue
        if one.kind == "merge":
            home, other = _most(a, group_of), _most(b, group_of)
            moved = [n for n, g in group_of.items() if g != home and (g == other or n in a or n in b)]
            for n in moved:
                group_of[n] = home
                ruled[n] = because("ruled_one", one.by)
        else:
            theirs = {group_of[n] for n in a}
            for n in b:
                if group_of[n] in theirs:
                    group_of[n] = by_evidence[n] = new
                    ruled[n] = because("ruled_apart", one.by, one.label)
            new += 1
    made: dict[int, list[int]] = {}
    for n in range(len(where)):
        made.setdefault(group_of[n], []).append(n)
    return Obeyed(sorted(made.values()), [by_evidence[n] for n in range(len(where))], ruled)


def _most(items: Sequence[int], group_of: Mapping[int, int]) -> int:
    """The group that holds most of these, the one of the first of them among equals."""
    return Counter(group_of[n] for n in items).most_common(1)[0][0]


def weighed(features: Floats, weights: ClaimWeights) -> Floats:
    """The log odds that pairs state the same thing, (n,), from their FEATURES."""
    return np.asarray(features @ np.array([weights.features[name] for name in FEATURES]) + weights.bias, np.float64)


def _matrix(group: Sequence[int], scores: dict[tuple[int, int], float], otherwise: float) -> Floats:
    made = np.full((len(group), len(group)), otherwise)
    at = {n: k for k, n in enumerate(group)}
    for (i, j), value in scores.items():
        made[at[i], at[j]] = made[at[j], at[i]] = value
    np.fill_diagonal(made, 0.0)
    return made


def copied_by(copies: Sequence[Copy]) -> Callable[[Told, Told], bool]:
    """Whether the words of two occurrences are part of a passage that their articles share."""
    between = {frozenset((c.a, c.b)): c for c in copies}

    def copied(x: Told, y: Told) -> bool:
        one, other = x.reading.article.id, y.reading.article.id
        copy = between.get(frozenset((one, other)))
        if not copy or one == other:
            return False
        sides = [(p.a, p.b) if copy.a == one else (p.b, p.a) for p in copy.passages]
        return any(any(a.overlaps(s) for s in x.spans) and any(b.overlaps(s) for s in y.spans) for a, b in sides)

    return copied


# ---------------------------------------------------------------- one claim


def _claim(
    story: str,
    readings: Sequence[Reading],
    agencies: Sequence[Sequence[str]],
    known: Callable[[str, str], str | None],
    group: Group,
) -> Claim:
    units = group.units
    made = tuple(
        _occurrence(group, n, _chain(one, agencies[units[n].article], known)) for n, one in enumerate(group.told)
    )
    articles = [readings[n].article for n in dict.fromkeys(u.article for u in units)]
    days = sorted(article.published.value[:10] for article in articles if article.published)
    return Claim(
        id=_id(articles[0].id, units[0].statement.span),
        story=story,
        text=_joined().sub("", units[group.chief].words),
        language=units[group.chief].language,
        occurrences=made,
        origins=group.origins,
        independent=sum(o.counts for o in group.origins),
        certainty=_firmest(made),
        articles=tuple(article.id for article in articles),
        outlets=tuple(dict.fromkeys(map(_outlet, articles))),
        denied_by=tuple(dict.fromkeys(o.chain[-1].name for o in made if o.stance == "denies")),
        first=days[0] if days else None,
        last=days[-1] if days else None,
    )


def _begins(unit: Unit) -> bool:
    """Whether a statement begins its sentence, quotation marks aside."""
    sentence, span = unit.statement.sentence, unit.statement.span
    return span.start - sentence.start <= _MARKS and len(unit.stems) >= _LEAST_STEMS


@cache
def _joined() -> re.Pattern[str]:
    """The word that joins a statement to what stands before it, where it begins with one: no capital «That design»."""
    return re.compile(rf"^(?:{'|'.join(sorted(linking_words()['joining']))})(?:\s+|['’])(?=\S)")


def _firmest(occurrences: Sequence[Occurrence]) -> Certainty:
    """How firmly a claim is put by whoever supports it, the doubtful members aside."""
    some = [o for o in occurrences if o.stance == "supports"] or occurrences
    sure = min(_SURE, max(o.score for o in some))
    return min((o.certainty for o in some if o.score >= sure), key=_FIRMNESS.index)


def _id(article: str, span: Span) -> str:
    return hashlib.blake2b(f"{article}\0{span.start}\0{span.end}".encode(), digest_size=6).hexdigest()


def _outlet(article: Article) -> str:
    return article.outlet or article.url or article.id


def _occurrence(group: Group, n: int, chain: tuple[Voice, ...]) -> Occurrence:
    unit, one, (stance, why) = group.units[n], group.told[n], group.stances[n]
    ruled = group.ruled.get(n)
    alike = []
    if group.by_evidence[n] != group.by_evidence[group.chief]:
        alike.append(ruled or group.ruled[group.chief])  # together by a ruling on either
    else:
        if n != group.chief:
            alike.append(_likeness(unit, group.units[group.chief], float(group.score[n, group.chief])))
        if ruled and ruled.code == "ruled_apart":
            alike.append(ruled)
    return Occurrence(
        article=one.reading.article.id,
        spans=(unit.statement.span,),
        words=unit.words,
        stance=stance,
        act=one.chain[0].act if one.chain else None,
        certainty=one.chain[0].certainty if one.chain else _certainty(one.reading, unit),
        chain=chain,
        origin=group.origin[n],
        attribution=unit.statement.attribution,
        figures=tuple(f"{value:g}" for value in sorted(unit.figures)),
        score=round(one.sure, 3),
        why=(*alike, *why),
    )


def _sure(score: Floats, n: int, by_evidence: Sequence[int]) -> float:
    """How sure it is that unit `n` states what the others of its claim do, but those that a ruling put there."""
    others = [score[n, k] for k, group in enumerate(by_evidence) if k != n and group == by_evidence[n]]
    return float(1 / (1 + np.exp(-np.mean(others)))) if others else 1.0


def _likeness(unit: Unit, chief: Unit, score: float) -> Reason:
    shared = sorted(unit.stems.keys() & chief.stems.keys(), key=lambda s: (-unit.stems[s], s))[:_SHOWN]
    figures = sorted(unit.figures & chief.figures)
    parts = [", ".join(shared), ", ".join(f"{value:g}" for value in figures)]
    code: ReasonCode = (
        "alike_both" if all(parts) else "alike_words" if shared else "alike_figures" if figures else "alike"
    )
    return because(code, *filter(None, parts), value=round(float(1 / (1 + np.exp(-score))), 3))


def _certainty(reading: Reading, unit: Unit) -> Certainty:
    """How firmly an outlet puts what it says itself."""
    uses = {
        m.use
        for m in reading.modality
        if m.inside is None and unit.statement.span.start <= m.start < unit.statement.span.end
    }
    return "possible" if "possible" in uses else "probable" if "probable" in uses else "certain"


def _chain(one: Told, agencies: Sequence[str], known: Callable[[str, str], str | None]) -> tuple[Voice, ...]:
    article = one.reading.article
    found = [Voice(_outlet(article), "media"), *(Voice(name, "media") for name in agencies if name != article.outlet)]
    for a in reversed(one.chain):
        entity = one.reading.entity(a.source.entity)
        name = entity.name if entity else " … ".join(span.of(article.text) for span in a.source.spans)
        if name:
            found.append(Voice(name, a.source.type, known(article.id, entity.id) if entity else None))
    return tuple(found)


# ---------------------------------------------------------------- what each does to the claim


def stances_of(
    readings: Sequence[Reading], units: Sequence[Unit], chief: int, denials: Sequence[Sequence[tuple[str, bool]]]
) -> list[tuple[Stance, tuple[Reason, ...]]]:
    """What each unit does to what the `chief` says; `denials` are what turns each round."""
    speaks = units[chief]
    own = _upheld(readings[speaks.article], speaks)
    turning = _negations(speaks) if own else denials[chief]
    found: list[tuple[Stance, tuple[Reason, ...]]] = []
    for u, denied in zip(units, denials, strict=True):
        likeness, upheld = _overlap(u, speaks), _upheld(readings[u.article], u)
        if upheld and (own or likeness >= _SAME_WORDS):
            # Who answers an accusation so states what the claim does, and denies what it is an answer to.
            denied = _negations(u)
        by_act = any(act for _, act in denied)
        # A denial of what is itself negated, as the claim is.
        twice = by_act and not upheld and likeness >= _SAME_WORDS and _negations(u) == turning != []
        if twice or (bool(denied) != bool(turning) and (by_act or likeness >= _SAME_WORDS)):
            words = ", ".join(word for word, _ in denied)
            found.append(("denies", (because("denial", words) if denied else because("not_denied"),)))
        elif figures := _other_figures(u, speaks, likeness):
            found.append(("differs", (because("figures", _list(figures[0]), _list(figures[1])),)))
        elif _doubts(readings[u.article], u):
            found.append(("doubts", (because("doubt"),)))
        else:
            found.append(("supports", ()))
    return found


def _other_figures(u: Unit, speaks: Unit, likeness: float) -> tuple[frozenset[float], frozenset[float]] | None:
    """The figures of a unit and of the one that speaks for all, where they give others for the same thing: for the same
    noun or unit, or each a single one, not ten times larger, in like words, or a larger one near to it in any."""
    if u.figures & speaks.figures:
        return None
    for thing, mine in u.amounts.items():
        if thing in speaks.amounts:
            return mine, speaks.amounts[thing]
    if len(u.figures) == len(speaks.figures) == 1:
        less, more = sorted(u.figures | speaks.figures)
        if less > 0 and more / less < (_TIMES if likeness >= _LIKE_WORDS else _NEAR if less >= _COUNT else 0):
            return u.figures, speaks.figures
    return None


def _overlap(a: Unit, b: Unit) -> float:
    """The share of the words of the one that says less that the other has, by how much they say."""
    shared = sum(says for stem, says in a.stems.items() if stem in b.stems)
    return shared / max(1e-6, min(sum(a.stems.values()), sum(b.stems.values())))


def _list(figures: frozenset[float]) -> str:
    return ", ".join(f"{value:g}" for value in sorted(figures))


def _denials(reading: Reading, unit: Unit) -> list[tuple[str, bool]]:
    """What turns a statement round: an act of denial around it (True), or else its first word of negation."""
    lists = linking_words()
    for a in reading.attributions:
        if a.id == unit.statement.attribution and a.act == "deny":
            cue = " ".join(span.of(reading.article.text) for span in a.cue.spans)
            if not lists["silence"] & {word.lower() for word in _WORD.findall(cue)}:
                return [(cue or "a denial", True)]
    return _negations(unit)


def _negations(unit: Unit) -> list[tuple[str, bool]]:
    """The statement's first word of negation."""
    lists = linking_words()
    words = [m[0] for m in _TURN.finditer(unit.words)]
    for word, after in pairwise([*words, ""]):
        if _straight(word) in lists["negation"] and _straight(after) not in lists["negation_softened"]:
            return [(word, False)]
    return []


def _upheld(reading: Reading, unit: Unit) -> bool:
    """Whether a denial gives what it upholds: quoted in whole, or after a colon («Il dément : …»)."""
    a = next((a for a in reading.attributions if a.id == unit.statement.attribution and a.act == "deny"), None)
    if a is None or not a.content.spans:
        return False
    start = a.content.spans[0].start
    before = reading.article.text[max(0, start - _BEFORE) : start]
    return a.manner == "direct" or before.rstrip(' \u00a0\u202f«“"').endswith(":")


def _straight(word: str) -> str:
    return word.lower().replace("’", "'")


def _doubts(reading: Reading, unit: Unit) -> bool:
    return any(
        a.certainty == "unknown" and a.act in ("assess", "ask")
        for a in reading.attributions
        if a.id == unit.statement.attribution
    )
