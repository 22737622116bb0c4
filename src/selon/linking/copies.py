"""Copies: passages that one article takes from another, or both from an agency, word for word or lightly edited.

An index of fingerprints (winnowed runs of words: Schleimer, Wilkerson and Aiken 2003) names the few articles that may
share something with a new one; only these are compared, word by word.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np

from selon.linking._align import Shared, shared
from selon.linking._because import because
from selon.linking._words import Words, sentences_of, words_of
from selon.linking.index import Index, MemoryIndex
from selon.linking.origin import day_of, direction, in_order, outlet, same_outlet
from selon.linking.types import Copy, Passage
from selon.model import Article

_RUN = 5
"""Words of a fingerprint."""
_WINDOW = 4
"""Of so many fingerprints in a row one at least is kept: any 8 shared words share a mark."""
_LEAST_MARKS = 3
"""Shared marks that make a pair worth comparing."""
_MOST_COMPARED = 40
"""How many articles a new one is compared with, those that share most first."""
_HOUSE, _HOUSE_DAYS = 5, 3.0
_LEAST_PASSAGE = 8
_MOST_EDITED = 0.5
_LEAST_WORDS = 40
_LEAST_MEAN, _LEAST_ORDER = 12, 0.75
"""Words of a passage, on average over a pair, below which what is shared may be phrases that everybody uses, unless
most passages stand in the same order in both."""
_LEAST_CREDITED = 30
"""Words that are enough where both articles credit one agency."""
_LEAST_SENTENCES = 2
_SENTENCE_WORDS = 10
_SENTENCE_SHARE = 0.8
_VERBATIM = 0.02
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


def marks_of(words: Words) -> dict[int, int]:
    """The text's fingerprints, 64-bit signed, each with the first word it stands at: of every `_WINDOW` runs of
    `_RUN` words the one that hashes smallest."""
    if len(words.keys) < _RUN:
        return {}
    keys = np.array(words.keys, dtype=np.uint64)
    runs = np.zeros(len(keys) - _RUN + 1, dtype=np.uint64)
    for n in range(_RUN):
        runs = (runs ^ keys[n : n + len(runs)]) * _MULTIPLIER
        runs ^= runs >> np.uint64(29)
    window = min(_WINDOW, len(runs))
    least = np.lib.stride_tricks.sliding_window_view(runs, window).argmin(axis=1) + np.arange(len(runs) - window + 1)
    kept, first = np.unique(runs[least].view(np.int64), return_index=True)
    return dict(zip(kept.tolist(), least[first].tolist(), strict=True))


class Copies:
    """Copies in one language among articles that come one at a time; `fetch` gives an article by its id.

    The copies of a set of articles are the same in whatever order they come, with two exceptions. Where a passage
    stands in very many articles, a later one is compared with `_MOST_COMPARED` of the first only. And what an outlet
    has printed `_HOUSE` times over more than `_HOUSE_DAYS` is taken for its own furniture from then on. Where the
    order matters, order of publication (`in_order`) is the one to add them in.
    """

    def __init__(self, fetch: Callable[[str], Article], index: Index | None = None) -> None:
        self._index = index if index is not None else MemoryIndex()
        self._fetch = fetch
        self._words = lru_cache(maxsize=512)(lambda id: words_of(self._fetch(id).text))
        self._origin = lru_cache(maxsize=65536)(lambda id: (outlet(self._fetch(id)), day_of(self._fetch(id))))

    def add(self, article: Article) -> tuple[Copy, ...]:
        """The copies that tie `article` to those added before it. Adding one twice does nothing the second time."""
        words = words_of(article.text)
        marks = marks_of(words)
        counts: Counter[str] = Counter()
        own, house = 0, outlet(article)
        furniture = bytearray(words.boilerplate)
        for mark, at in marks.items():
            held = next(iter(self._index.holders([mark])), ())
            own += article.id in held
            if len(held) >= _HOUSE and self._is_furniture(house, held):
                furniture[at : at + _RUN] = b"\1" * _RUN
            else:
                counts.update(held)
        if marks and own == len(marks):
            return ()
        counts.pop(article.id, None)
        words = words._replace(boilerplate=bytes(furniture))
        likely = sorted((-n, id) for id, n in counts.items() if n >= min(_LEAST_MARKS, len(marks)))
        found = [
            copy
            for _, id in likely[:_MOST_COMPARED]
            for other in [self._fetch(id)]
            if other.language == article.language
            for copy in [copied(other, article, self._words(id), words)]
            if copy
        ]
        self._index.add(article.id, marks)
        return tuple(sorted(found, key=lambda copy: (copy.a, copy.b)))

    def _is_furniture(self, house: str, held: Sequence[str]) -> bool:
        """Whether an outlet has printed what `held` share so often, over so long, that it is no news."""
        days = [day for id in held for name, day in [self._origin(id)] if name == house and day is not None]
        return bool(house) and len(days) >= _HOUSE and max(days) - min(days) >= _HOUSE_DAYS


def copied(one: Article, other: Article, ones: Words | None = None, others: Words | None = None) -> Copy | None:
    """What two articles in one language share: 40 words or two sentences, or 30 words if both credit one agency.

    Words in quotations do not count: two that quote the same speaker copy nothing from each other, however long the
    quotation. They are in the passages all the same. `ones` and `others` are the articles' words where known.
    """
    ones, others = ones or words_of(one.text), others or words_of(other.text)
    a, b, left, right = (one, other, ones, others) if in_order(one, other) else (other, one, others, ones)
    passages = [
        (made, passage)
        for passage in shared(left.keys, right.keys, _LEAST_PASSAGE, _MOST_EDITED)
        for made in [_passage(passage, left, right)]
        if made.words or made.quoted
    ]
    passages.sort(key=lambda p: p[0].a)
    counted = [m for m, _ in passages if m.words >= _LEAST_PASSAGE]
    way, origin, why = direction(a, b)
    credited = any(reason.code == "both_credit" for reason in why)
    if not _enough(counted, credited) and _whole_sentences([p for _, p in passages], a, left, right) < _LEAST_SENTENCES:
        return None
    made = tuple(m for m, _ in passages)
    words = sum(m.words for m in made)
    edited = sum(m.edited * (m.words + m.quoted) for m in made) / sum(m.words + m.quoted for m in made)
    return Copy(
        a=a.id,
        b=b.id,
        kind="verbatim" if edited <= _VERBATIM else "edited",
        passages=made,
        words=words,
        share=round(min(1.0, sum(m.words + m.quoted for m in made) / max(1, min(len(left.keys), len(right.keys)))), 4),
        way=way,
        origin=origin,
        self_reuse=same_outlet(a, b),
        why=(
            because("passages", str(len(made)), str(words), value=words),
            *why,
        ),
    )


def _enough(passages: Sequence[Passage], credited: bool) -> bool:
    """Whether the passages are too many words to be chance; `credited`: both articles credit one agency."""
    words = sum(p.words for p in passages)
    starts = [p.b.start for p in passages]
    pairs = [x < y for n, x in enumerate(starts) for y in starts[n + 1 :]]
    least = _LEAST_PASSAGE if pairs and sum(pairs) >= _LEAST_ORDER * len(pairs) else _LEAST_MEAN
    return words >= (_LEAST_CREDITED if credited else max(_LEAST_WORDS, least * len(passages)))


def _passage(passage: Shared, left: Words, right: Words) -> Passage:
    free = quoted = 0
    for i, j in passage.pairs:
        if left.boilerplate[i] or right.boilerplate[j]:
            continue
        if left.quoted[i] or right.quoted[j]:
            quoted += 1
        else:
            free += 1
    return Passage(
        a=left.span(passage.a_first, passage.a_last),
        b=right.span(passage.b_first, passage.b_last),
        words=free,
        quoted=quoted,
        edited=round(passage.edited, 4),
    )


def _whole_sentences(passages: Sequence[Shared], a: Article, left: Words, right: Words) -> int:
    """Sentences of `a`, long enough and its own, that stand in the other nearly whole."""
    evidence = bytearray(len(left.keys))
    for passage in passages:
        for i, j in passage.pairs:
            if not (left.quoted[i] or right.quoted[j] or left.boilerplate[i] or right.boilerplate[j]):
                evidence[i] = 1
    whole = 0
    at = 0
    for sentence in sentences_of(a.text):
        first = at
        while at < len(left.starts) and left.starts[at] < sentence.end:
            at += 1
        size = at - first
        whole += size >= _SENTENCE_WORDS and sum(evidence[first:at]) >= _SENTENCE_SHARE * size
    return whole
