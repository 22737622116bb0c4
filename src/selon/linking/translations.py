"""Translated copies: passages of an article that another renders in a second language, closely or loosely.

A translation keeps the order of sentences, names, numbers and quotations. Sentences that mean the same, by their
vectors and by the names and numbers in both, are chained in order; a chain of enough words is a passage.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from selon.linking._because import because
from selon.linking._words import is_boilerplate, plain, quotations, sentences_of
from selon.linking.encoder import Vectors, vectors, weight
from selon.linking.index import Index, MemoryIndex, mark_of
from selon.linking.origin import days_between, direction, in_order, same_outlet
from selon.linking.types import Copy, Passage
from selon.model import Article, Span

_WORD = re.compile(r"\w+")
_NAME = re.compile(r"(?<=[\w,;:’'«“\"(] )[A-ZÀ-ÖØ-Þ][\w’-]{2,}|(?<=[’'])[A-ZÀ-ÖØ-Þ]\w{2,}")
_NUMBER = re.compile(r"\d+(?:[.,\u00a0\u202f ]\d{3})*(?:[.,]\d+)?")
_SEPARATOR = re.compile(r"[.,\u00a0\u202f ](?=\d{3}(?!\d))")

_LEAST_ALIKE = 0.55
"""Least likeness of two sentences, anchors included, for one to render the other."""
_ANCHOR, _MOST_ANCHORS = 0.05, 3
_GAP = 3
"""Most sentences left out between two of a passage, on either side."""
_LEAST_PAIRS = 4
_LEAST_WORDS = 50
_LEAST_MEAN, _LEAST_MEANING = 0.66, 0.61
"""How alike sentences are on average, with anchors and without: names alone make no translation."""
_MOST_SENTENCES = 120
_LEAST_ANCHORS = 3
"""Names and numbers in common that make a pair worth comparing."""
_MOST_COMPARED = 10
_RARE = 8.0
"""Nats above which a name or number tells articles apart."""
_DAYS = 30.0


class Sentence(NamedTuple):
    """A sentence, the names and numbers in it, and how many of its words stand outside quotations."""

    span: Span
    anchors: frozenset[str]
    words: int
    own: int


class Sentences(NamedTuple):
    items: tuple[Sentence, ...]
    vectors: Vectors


def anchors_of(text: str) -> frozenset[str]:
    """Names, without case and accents, and numbers, without separators, as every language writes them."""
    names = (plain(m[0]) for m in _NAME.finditer(text))
    numbers = (_SEPARATOR.sub("", m[0]).replace(",", ".") for m in _NUMBER.finditer(text))
    return frozenset([*names, *(n for n in numbers if len(n) > 1)])


def sentences(article: Article) -> Sentences:
    text = article.text
    quoted = list(quotations(text))
    items = []
    for span in sentences_of(text)[:_MOST_SENTENCES]:
        if is_boilerplate(span.of(text)):
            continue
        places = [m.start() + span.start for m in _WORD.finditer(span.of(text))]
        own = sum(not any(q.start <= p < q.end for q in quoted) for p in places)
        items.append(Sentence(span, anchors_of(span.of(text)), len(places), own))
    return Sentences(tuple(items), vectors([item.span.of(text) for item in items]))


class Pair(NamedTuple):
    """Sentence i of a renders sentence j of b: how alike they are in meaning, and with anchors."""

    i: int
    j: int
    meaning: float
    alike: float


def aligned(a: Sentences, b: Sentences) -> list[list[Pair]]:
    """Chains of sentences that render each other in order, the heaviest first."""
    if not a.items or not b.items:
        return []
    meaning = a.vectors @ b.vectors.T
    alike = meaning.copy()
    for i, j in np.argwhere(alike >= _LEAST_ALIKE - _ANCHOR * _MOST_ANCHORS).tolist():
        alike[i, j] += _ANCHOR * min(_MOST_ANCHORS, len(a.items[i].anchors & b.items[j].anchors))
    rows, columns = alike.argmax(axis=1), alike.argmax(axis=0)
    pairs = [
        Pair(i, j, float(meaning[i, j]), min(1.0, float(alike[i, j])))
        for i, j in np.argwhere(alike >= _LEAST_ALIKE).tolist()
        if rows[i] == j or columns[j] == i
    ]
    return _chains(pairs)


def _chains(pairs: Sequence[Pair]) -> list[list[Pair]]:
    weights: list[float] = []
    before: list[int] = []
    for n, pair in enumerate(pairs):
        best, last = 0.0, -1
        for m in range(n):
            step = pair.i - pairs[m].i, pair.j - pairs[m].j
            if min(step) >= 0 and max(step) <= _GAP + 1 and weights[m] > best:
                best, last = weights[m], m
        weights.append(best + pair.alike)
        before.append(last)
    used = bytearray(len(pairs))
    found = []
    for n in sorted(range(len(pairs)), key=lambda n: -weights[n]):
        chain = []
        while n >= 0 and not used[n]:
            used[n] = 1
            chain.append(pairs[n])
            n = before[n]
        if chain:
            found.append(chain[::-1])
    return found


class Translations:
    """Translated copies among articles that come one at a time; `fetch` gives an article by its id.

    An article is compared with those in other languages that share rare names and numbers with it and came out within
    `_DAYS`. Of a name that is in very many articles only the last that the index gives are looked at: there, and only
    there, what is found may depend on the order in which articles come. `languages` are those that `index` holds.
    """

    def __init__(
        self, fetch: Callable[[str], Article], index: Index | None = None, languages: Iterable[str] = ()
    ) -> None:
        self._index = index if index is not None else MemoryIndex(keep="last")
        self._fetch = fetch
        self._languages = set(languages)
        self._sentences = lru_cache(maxsize=1024)(lambda id: sentences(self._fetch(id)))

    def add(self, article: Article) -> tuple[Copy, ...]:
        """The translated copies that tie `article` to those added before it."""
        rare = sorted(a for a in anchors_of(article.text) if weight(a) >= _RARE)
        counts: Counter[str] = Counter()
        for language in sorted(self._languages - {article.language}):
            counts.update(
                holder
                for held in self._index.holders(mark_of(language, anchor) for anchor in rare)
                for holder in held
                if holder != article.id
            )
        likely = sorted((-n, id) for id, n in counts.items() if n >= _LEAST_ANCHORS)[:_MOST_COMPARED]
        found = [
            copy
            for _, id in likely
            for other in [self._fetch(id)]
            if days_between(article, other) <= _DAYS
            for copy in [translated(other, article, self._sentences(id), self._sentences(article.id))]
            if copy
        ]
        self._index.add(article.id, [mark_of(article.language, anchor) for anchor in rare])
        self._languages.add(article.language)
        return tuple(sorted(found, key=lambda copy: (copy.a, copy.b)))


def translated(
    one: Article, other: Article, ones: Sentences | None = None, others: Sentences | None = None
) -> Copy | None:
    """What one of two articles in different languages renders of the other: four sentences and 50 words outside
    quotations, else None. `ones` and `others` are their sentences where known."""
    if one.language == other.language:
        return None
    ones, others = ones or sentences(one), others or sentences(other)
    a, b, left, right = (one, other, ones, others) if in_order(one, other) else (other, one, others, ones)
    chains = [chain for chain in aligned(left, right) if len(chain) > 1]
    pairs = [pair for chain in chains for pair in chain]
    count = min(len({pair.i for pair in pairs}), len({pair.j for pair in pairs}))
    passages = tuple(sorted((_passage(chain, left, right) for chain in chains), key=lambda p: (p.a, p.b)))
    words = sum(p.words for p in passages)
    mean = sum(pair.alike for pair in pairs) / max(1, len(pairs))
    meaning = sum(pair.meaning for pair in pairs) / max(1, len(pairs))
    if count < _LEAST_PAIRS or words < _LEAST_WORDS or mean < _LEAST_MEAN or meaning < _LEAST_MEANING:
        return None
    way, origin, why = direction(a, b)
    anchors = {n for p in pairs for n in left.items[p.i].anchors & right.items[p.j].anchors}
    size = min(sum(s.words for s in left.items), sum(s.words for s in right.items))
    return Copy(
        a=a.id,
        b=b.id,
        kind="translated",
        passages=passages,
        words=words,
        share=round(min(1.0, sum(p.words + p.quoted for p in passages) / max(1, size)), 4),
        way=way,
        origin=origin,
        self_reuse=same_outlet(a, b),
        why=(
            because("sentences", str(count), value=round(meaning, 2)),
            because("names", str(len(anchors)), value=len(anchors)),
            *why,
        ),
    )


def _passage(chain: Sequence[Pair], left: Sentences, right: Sentences) -> Passage:
    ours = [left.items[i] for i in sorted({p.i for p in chain})]
    theirs = [right.items[j] for j in sorted({p.j for p in chain})]
    words = min(sum(s.words for s in side) for side in (ours, theirs))
    own = min(sum(s.own for s in side) for side in (ours, theirs))
    return Passage(
        a=Span(ours[0].span.start, ours[-1].span.end),
        b=Span(theirs[0].span.start, theirs[-1].span.end),
        words=own,
        quoted=max(0, words - own),
        edited=round(1 - sum(p.alike for p in chain) / len(chain), 2),
    )
