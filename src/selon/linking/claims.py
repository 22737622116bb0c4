"""Claims: statements of a story that say the same thing, across articles and languages, whoever says it.

Every two statements that may mean the same are weighed (`_pairs`); what is alike on average is one claim. What an
occurrence does to its claim is told by its act, its words of denial and the figures that it gives.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

from selon.lang.registry import linking_words
from selon.linking._groups import Floats, together_of
from selon.linking._pairs import FEATURES, Unit, compared, units_of
from selon.linking._voices import Told, told
from selon.linking._words import plain
from selon.linking.meaning import Meanings
from selon.linking.origin import credited
from selon.linking.origins import origins_of
from selon.linking.statements import statements
from selon.linking.types import Claim, Copy, Occurrence, Reason, Stance, Voice
from selon.linking.weights import ClaimWeights, OriginWeights, Weights
from selon.model import Article, Certainty, Reading, Span

_FIRMNESS: tuple[Certainty, ...] = ("certain", "probable", "possible", "unknown")
_WORD = re.compile(r"\w+")
_SHOWN = 4
"""Words in common that are named."""


def claims_of(
    story: str,
    readings: Sequence[Reading],
    meanings: Sequence[Meanings],
    copies: Sequence[Copy],
    weights: Weights,
    known: Callable[[str, str], str | None],
) -> tuple[Claim, ...]:
    """The claims of a story's articles, given in order of publication, with the meanings of their `statements`.

    `known` says who an entity of an article is across articles. Claims are in the order in which they first occur.
    """
    units = [unit for n, reading in enumerate(readings) for unit in units_of(n, reading, statements(reading))]
    if not units:
        return ()
    vectors = np.concatenate([m for m in meanings if len(m)])
    pairs, features = compared(units, vectors)
    score = weighed(features, weights.claims)
    groups = together_of(len(units), pairs, score, weights.claims.otherwise)
    group_of = {n: g for g, group in enumerate(groups) for n in group}
    inner: list[dict[tuple[int, int], float]] = [{} for _ in groups]
    for (i, j), value in zip(pairs.tolist(), score.tolist(), strict=True):
        if group_of[i] == group_of[j]:
            inner[group_of[i]][i, j] = value
    story_ = _Story(story, readings, [credited(r.article) for r in readings], copied_by(copies), known)
    return tuple(
        _claim(story_, [units[n] for n in group], _matrix(group, scores, weights.claims.otherwise), weights.origins)
        for group, scores in zip(groups, inner, strict=True)
    )


def weighed(features: Floats, weights: ClaimWeights) -> Floats:
    """The log odds that pairs state the same thing, (n,), from their FEATURES."""
    return np.asarray(features @ np.array([weights.features[name] for name in FEATURES]) + weights.bias, np.float64)


class _Story(NamedTuple):
    id: str
    readings: Sequence[Reading]
    agencies: Sequence[Sequence[str]]
    copied: Callable[[Told, Told], bool]
    known: Callable[[str, str], str | None]


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


def _claim(story: _Story, units: Sequence[Unit], score: Floats, weights: OriginWeights) -> Claim:
    # The one most like all others speaks for them; one that begins its sentence reads better alone.
    chief = max(range(len(units)), key=lambda n: (units[n].statement.first, score[n].sum(), -n))
    stances = stances_of(story.readings, units, chief)
    occurrences = [
        told(
            story.readings[u.article], u.article, (u.statement.span,), u.statement.sentence, u.statement.attribution,
            stance, story.agencies[u.article],
        )
        for u, (stance, _) in zip(units, stances, strict=True)
    ]  # fmt: skip
    ids, origins = origins_of(occurrences, lambda i, j: story.copied(occurrences[i], occurrences[j]), weights)
    first = units[0]
    article = story.readings[first.article].article
    made = tuple(
        _occurrence(story, units, n, one, score, chief, stances[n], ids[n]) for n, one in enumerate(occurrences)
    )
    articles = list(dict.fromkeys(u.article for u in units))
    published = [story.readings[n].article.published for n in articles]
    days = sorted(p.value[:10] for p in published if p)
    supports = [o.certainty for o in made if o.stance == "supports"]
    return Claim(
        id=_id(article.id, first.statement.span),
        story=story.id,
        text=units[chief].words,
        language=units[chief].language,
        occurrences=made,
        origins=origins,
        independent=sum(o.counts for o in origins),
        certainty=min(supports or [o.certainty for o in made], key=_FIRMNESS.index),
        articles=tuple(story.readings[n].article.id for n in articles),
        outlets=tuple(dict.fromkeys(_outlet(story.readings[n].article) for n in articles)),
        denied_by=tuple(dict.fromkeys(o.chain[-1].name for o in made if o.stance == "denies")),
        first=days[0] if days else None,
        last=days[-1] if days else None,
    )


def _id(article: str, span: Span) -> str:
    return hashlib.blake2b(f"{article}\0{span.start}\0{span.end}".encode(), digest_size=6).hexdigest()


def _outlet(article: Article) -> str:
    return article.outlet or article.url or article.id


def _occurrence(
    story: _Story,
    units: Sequence[Unit],
    n: int,
    one: Told,
    score: Floats,
    chief: int,
    stance: tuple[Stance, tuple[Reason, ...]],
    origin: str,
) -> Occurrence:
    article, unit = one.reading.article, units[n]
    others = [score[n, k] for k in range(len(units)) if k != n]
    sure = float(1 / (1 + np.exp(-np.mean(others)))) if others else 1.0
    alike = () if n == chief else (_likeness(unit, units[chief], float(score[n, chief])),)
    return Occurrence(
        article=article.id,
        spans=(unit.statement.span,),
        words=unit.words,
        stance=stance[0],
        act=one.chain[0].act if one.chain else None,
        certainty=one.chain[0].certainty if one.chain else _certainty(one.reading, unit),
        chain=_chain(story, one, story.agencies[unit.article]),
        origin=origin,
        attribution=unit.statement.attribution,
        figures=tuple(f"{value:g}" for value in sorted(unit.figures)),
        score=round(sure, 3),
        why=(*alike, *stance[1]),
    )


def _likeness(unit: Unit, chief: Unit, score: float) -> Reason:
    shared = sorted(unit.stems.keys() & chief.stems.keys(), key=lambda s: (-unit.stems[s], s))[:_SHOWN]
    figures = sorted(unit.figures & chief.figures)
    parts = [f"the words {', '.join(shared)}"] * bool(shared)
    parts += [f"the figures {', '.join(f'{value:g}' for value in figures)}"] * bool(figures)
    message = " and ".join(parts) or "the same in other words"
    return Reason(code="meaning", message=message, value=round(float(1 / (1 + np.exp(-score))), 3))


def _certainty(reading: Reading, unit: Unit) -> Certainty:
    """How firmly an outlet puts what it says itself."""
    uses = {
        m.use
        for m in reading.modality
        if m.inside is None and unit.statement.span.start <= m.start < unit.statement.span.end
    }
    return "possible" if "possible" in uses else "probable" if "probable" in uses else "certain"


def _chain(story: _Story, one: Told, agencies: Sequence[str]) -> tuple[Voice, ...]:
    article = one.reading.article
    found = [Voice(_outlet(article), "media"), *(Voice(name, "media") for name in agencies if name != article.outlet)]
    for a in reversed(one.chain):
        entity = one.reading.entity(a.source.entity)
        name = entity.name if entity else " … ".join(span.of(article.text) for span in a.source.spans)
        if name:
            found.append(Voice(name, a.source.type, story.known(article.id, entity.id) if entity else None))
    return tuple(found)


# ---------------------------------------------------------------- what each does to the claim


def stances_of(
    readings: Sequence[Reading], units: Sequence[Unit], chief: int
) -> list[tuple[Stance, tuple[Reason, ...]]]:
    """What each unit does to what most of them say."""
    denials = [_denials(readings[u.article], u) for u in units]
    against = [len(found) % 2 for found in denials]
    turned = 2 * sum(against) > len(units)
    figures = Counter(value for u in units for value in u.figures)
    chief_figures = units[chief].figures or frozenset(value for value, _ in figures.most_common(1))
    found: list[tuple[Stance, tuple[Reason, ...]]] = []
    for u, words, is_against in zip(units, denials, against, strict=True):
        if is_against != turned:
            message = f"denied: {', '.join(words)}" if words else "not denied, as the others are"
            found.append(("denies", (Reason(code="denial", message=message),)))
        elif u.figures and chief_figures and not u.figures & chief_figures:
            message = f"{_list(u.figures)}, the others {_list(chief_figures)}"
            found.append(("differs", (Reason(code="figures", message=message),)))
        elif _doubts(readings[u.article], u):
            found.append(("doubts", (Reason(code="doubt", message="put in doubt"),)))
        else:
            found.append(("supports", ()))
    return found


def _list(figures: frozenset[float]) -> str:
    return ", ".join(f"{value:g}" for value in sorted(figures))


@cache
def _negation() -> frozenset[str]:
    return frozenset(map(plain, linking_words()["negation"]))


def _denials(reading: Reading, unit: Unit) -> list[str]:
    """What turns a statement round: an act of denial around it, words of negation in it (those of one clause, as in
    «ne… pas», count once)."""
    acts = [a for a in reading.attributions if a.id == unit.statement.attribution and a.act == "deny"]
    found = [" ".join(span.of(reading.article.text) for span in a.cue.spans) or "a denial" for a in acts]
    negations = [m[0] for m in _WORD.finditer(unit.words) if plain(m[0]) in _negation()]
    return found + negations[:1]


def _doubts(reading: Reading, unit: Unit) -> bool:
    return any(
        a.certainty == "unknown" and a.act in ("assess", "ask")
        for a in reading.attributions
        if a.id == unit.statement.attribution
    )
