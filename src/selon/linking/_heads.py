"""What an article's head is about, and the odds that two articles tell of the same happenings.

A word weighs by how rare it is: by its number in the sentence encoder's vocabulary, and, as a library grows, by how
many of its articles hold it, so that those on one subject are told apart by what they do not all speak of.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple, Protocol

from selon.linking._words import plain, sentences_of
from selon.linking.encoder import Vectors, vectors, weight
from selon.model import Article, Record

FEATURES = ("words", "names", "shared", "shared_names", "days", "foreign", "meaning")
"""What the odds are made of; see `features`."""
_WORD = re.compile(r"\w\w+")
_READ = 2500
"""Code points of a text that are read: what happened stands at its head."""
_STEM = 7
"""Letters of a word that count, so that its endings do not."""
_TITLE = 5
"""How many times more a word counts that is in the title."""
_EXPECTED, _LONG = 30_000, 3.2
"""How many articles what is known of words beforehand is worth, and by how many nats more likely a word is in an
article's head than at one place of it."""
_LEAST_WEIGHT, _MOST_WEIGHT = 6.0, _LONG + math.log(_EXPECTED)
"""Nats: function words say less than the first; the second is a word's that none of the expected articles holds."""
_UNSAID = 200.0
"""What a head's words weigh more, squared, that it might have held too: two notes of a few lines are not alike for the
one word that both have in their titles."""
_LEAD = 5
"""Sentences, title included, whose meaning stands for the article's."""


class Head(Record, frozen=True):
    """An article's head: each stem's weight, in nats beyond those of function words, and how often it counts; which
    stems are names."""

    language: str
    words: dict[str, tuple[float, int]]
    names: tuple[str, ...]


class Heads(Protocol):
    """The heads of articles, by id, and how many of them hold a stem."""

    def head(self, article: str) -> Head: ...

    def put(self, article: str, head: Head) -> None: ...

    def count(self) -> int: ...

    def holding(self, stems: Iterable[str]) -> Mapping[str, int]:
        """How many heads hold each of the stems; those that none holds may be left out."""
        ...


class MemoryHeads:
    """Heads in memory."""

    def __init__(self) -> None:
        self._heads: dict[str, Head] = {}
        self._holding: Counter[str] = Counter()

    def head(self, article: str) -> Head:
        return self._heads[article]

    def put(self, article: str, head: Head) -> None:
        self._heads[article] = head
        self._holding.update(head.words.keys())

    def count(self) -> int:
        return len(self._heads)

    def holding(self, stems: Iterable[str]) -> Mapping[str, int]:
        return {stem: self._holding[stem] for stem in stems}


class View(NamedTuple):
    """A head as it is compared: its words' weights, of length 1 together at most; its names' nats, and their length."""

    language: str
    words: Mapping[str, float]
    names: Mapping[str, float]
    name_length: float


def head_of(article: Article, before: Heads) -> Head:
    """The article's head, its words weighed by the heads `before` it."""
    counts: Counter[str] = Counter()
    capital: Counter[str] = Counter()
    says: dict[str, float] = {}
    titled = title_of(article)
    for m in (*_WORD.finditer(article.text[:_READ]), *_WORD.finditer(titled)):
        stem = stem_of(m[0])
        counts[stem] += 1
        capital[stem] += 1 if m[0][0].isupper() else -1
        # A word that starts a sentence is weighed as the common word that it may be.
        says[stem] = min(says.get(stem, _MOST_WEIGHT), weight(m[0]), weight(m[0].lower()))
    for stem in {stem_of(m[0]) for m in _WORD.finditer(titled)}:
        counts[stem] += _TITLE
    seen, holding = before.count(), before.holding(says)
    words = {}
    for stem, nats in says.items():
        held = holding.get(stem, 0) + _EXPECTED * math.exp(_LONG - nats)
        beyond = min(nats, _LONG + math.log((seen + _EXPECTED) / held)) - _LEAST_WEIGHT
        if stem and beyond > 0:
            words[stem] = (round(beyond, 2), counts[stem])
    return Head(article.language, words, tuple(sorted(stem for stem in words if capital[stem] > 0)))


def view(head: Head) -> View:
    heavy = {stem: (1 + math.log(n)) * math.sqrt(nats) for stem, (nats, n) in head.words.items()}
    length = math.sqrt(math.fsum(value * value for value in heavy.values()) + _UNSAID)
    names = {stem: head.words[stem][0] for stem in head.names}
    return View(
        head.language,
        {stem: value / length for stem, value in heavy.items()},
        names,
        _length(names.values()) or 1.0,
    )


def features(a: View, b: View, days: float, meaning: Callable[[], float]) -> dict[str, float]:
    """What speaks for and against two articles, `days` apart, telling of the same happenings; `meaning`, how alike
    their heads are in it, is asked for where languages differ."""
    shared = [stem for stem in a.names if stem in b.names]
    foreign = a.language != b.language
    return {
        "words": dot(a.words, b.words),
        "names": math.fsum(a.names[s] * b.names[s] for s in shared) / (a.name_length * b.name_length),
        "shared": math.log1p(math.fsum(min(a.names[s], b.names[s]) for s in shared)),
        "shared_names": math.log1p(len(shared)),
        "days": math.log1p(days),
        "foreign": float(foreign),
        "meaning": meaning() if foreign else 0.0,
    }


def meaning_of(article: Article) -> Vectors:
    """The meaning of the article's head, (512,), of length 1 unless it has no words."""
    head = vectors([span.of(article.text) for span in sentences_of(article.text[:_READ])[:_LEAD]])
    total: Vectors = head.sum(axis=0)
    length = _length(total.tolist())
    return total / max(length, 1e-9)


def title_of(article: Article) -> str:
    return article.title or next((line.strip() for line in article.text.splitlines() if line.strip()), "")


def stem_of(word: str) -> str:
    return plain(word)[:_STEM]


def spelt(article: Article) -> dict[str, str]:
    """Each stem of the article's head as it is first spelt there."""
    return {stem_of(m[0]): m[0] for m in reversed([*_WORD.finditer(article.text[:_READ])])}


def dot(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    small, large = (one, other) if len(one) <= len(other) else (other, one)
    return math.fsum(value * large[word] for word, value in small.items() if word in large)


def _length(values: Iterable[float]) -> float:
    return math.sqrt(math.fsum(value * value for value in values))
