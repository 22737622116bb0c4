"""Stories: articles on the same happenings, in any language, clustered as they come.

An article is a vector of its words, each weighted by how much it says; it joins the story whose articles it is most
like on average, if it is like enough, and what it ties together is merged. Articles in different languages share names
and numbers; their sentences' meaning is added.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple, Protocol

import numpy as np

from selon.linking._words import plain, sentences_of
from selon.linking.encoder import Vectors, vectors, weight
from selon.linking.index import Index, MemoryIndex, mark_of
from selon.linking.origin import day_of, days_between, place
from selon.linking.types import Link, Reason, Story
from selon.model import Article

_WORD = re.compile(r"\w\w+")
_READ = 2500
"""Code points of a text that are read: what happened stands at its head."""
_STEM = 7
"""Letters of a word that count, so that its endings do not."""
_TITLE = 6
"""How many times a word of the title counts."""
_LEAST_WEIGHT, _MOST_WEIGHT = 6.0, 20.0
"""Nats: function words say less than the first, and more than the second says nothing more."""
_LEAD = 5
"""Sentences, title included, whose meaning stands for the article's."""
_MEANING, _STRANGERS = 0.3, 0.08
"""What likeness in meaning adds where languages differ, and what it adds for articles that have nothing in common."""
_PER_LOG_DAY, _MOST_DAYS = 0.01, 730.0
"""What a growing number of days between articles takes away, and after how many they tell different stories."""
_LEAST_ALIKE, _PER_DOUBLING, _SMALL = 0.16, 0.02, 4
"""How alike the articles of a story are at least, and how much more for each doubling of more articles than a few: a
large story would else draw in all that its subject touches."""
_MARKS = 25
_LEAST_SHARED = 2
"""Heavy words in common that make an article worth a look."""
_LOOKED_UP, _LEAST_GLANCE = 12, 0.08
"""How many articles are looked at, and how alike one must be in words for its story to be."""
_MOST_MEMBERS = 20
"""The last articles of a story stand for it."""
_SHOWN = 5


class Groups(Protocol):
    """Which articles make up which story; a story goes by the id of the article that began it."""

    def story_of(self, article: str) -> str | None: ...

    def members(self, story: str) -> Sequence[str]:
        """In the order they joined."""
        ...

    def put(self, story: str, members: Sequence[str]) -> None:
        """Make these the story's articles; they are in no other any more."""
        ...

    def drop(self, story: str) -> None: ...

    def stories(self) -> Iterable[str]: ...


class MemoryGroups:
    """Groups in memory."""

    def __init__(self) -> None:
        self._members: dict[str, tuple[str, ...]] = {}
        self._story: dict[str, str] = {}

    def story_of(self, article: str) -> str | None:
        return self._story.get(article)

    def members(self, story: str) -> Sequence[str]:
        return self._members[story]

    def put(self, story: str, members: Sequence[str]) -> None:
        self._members[story] = tuple(members)
        self._story.update((article, story) for article in members)

    def drop(self, story: str) -> None:
        del self._members[story]

    def stories(self) -> Iterable[str]:
        return tuple(self._members)


class _Group(NamedTuple):
    """A story as it is compared: its last articles, the sum of their words' vectors, and the days they came out, in
    order, undated ones left out."""

    articles: tuple[Article, ...]
    words: Mapping[str, float]
    days: tuple[float, ...]


class Stories:
    """Stories among articles that come one at a time; `fetch` gives an article by its id.

    The stories follow from the articles and their order. Added in order of publication (`in_order`) they are those
    that `stories_of` finds in all of them at once, also where the adding was broken off and taken up again with the
    same `index` and `groups`. An article that comes later than its date joins the stories that are there by then;
    only finding all stories anew would tell whether the others had been drawn otherwise with it.
    """

    def __init__(
        self, fetch: Callable[[str], Article], index: Index | None = None, groups: Groups | None = None
    ) -> None:
        self._fetch = fetch
        self._index = index if index is not None else MemoryIndex(keep="last")
        self._groups = groups if groups is not None else MemoryGroups()
        self._words = lru_cache(maxsize=8192)(lambda id: words_of(self._fetch(id)))
        self._meaning = lru_cache(maxsize=4096)(lambda id: meaning_of(self._fetch(id)))
        self._place = lru_cache(maxsize=65536)(lambda id: place(self._fetch(id)))
        self._loaded = lru_cache(maxsize=256)(self._load)

    def add(self, article: Article) -> str:
        """Put `article` into a story, begun for it if need be, and give the story's id. Adding one twice does
        nothing the second time."""
        known = self._groups.story_of(article.id)
        if known is not None:
            return known
        words = self._words(article.id)
        heaviest = sorted(words, key=lambda word: (-words[word], word))[:_MARKS]
        near = defaultdict[str, list[float]](list)
        for word in heaviest:
            for held in self._index.holders([mark_of(word)]):
                for id in held:
                    near[id].append(words[word])
        likely = sorted((-sum(shared), id) for id, shared in near.items() if len(shared) >= _LEAST_SHARED)
        ids = [id for _, id in likely[:_LOOKED_UP] if _dot(words, self._words(id)) >= _LEAST_GLANCE]
        candidates = list(dict.fromkeys(story for id in ids if (story := self._groups.story_of(id)) is not None))
        self._index.add(article.id, [mark_of(word) for word in heaviest])

        alone = self._load((article.id,))
        story = self._nearest(alone, candidates) or article.id
        if story == article.id:
            self._groups.put(story, (article.id,))
        else:
            self._join(story, (article.id,))
            candidates.remove(story)
        while other := self._nearest(self._group(story), candidates):
            members = tuple(self._groups.members(other))
            self._groups.drop(other)
            self._join(story, members)
            candidates.remove(other)
        return story

    def _join(self, story: str, members: Sequence[str]) -> None:
        """Put `members` among the story's, in order of publication; most come after all of them."""
        together = list(self._groups.members(story))
        for id in members:
            at = len(together)
            while at and self._place(id) < self._place(together[at - 1]):
                at -= 1
            together.insert(at, id)
        self._groups.put(story, together)

    def _group(self, story: str) -> _Group:
        return self._loaded(tuple(self._groups.members(story)[-_MOST_MEMBERS:]))

    def _load(self, members: tuple[str, ...]) -> _Group:
        total: dict[str, float] = {}
        for id in members:
            for word, value in self._words(id).items():
                total[word] = total.get(word, 0.0) + value
        articles = tuple(self._fetch(id) for id in members)
        days = sorted(day for article in articles if (day := day_of(article)) is not None)
        return _Group(articles, total, tuple(days))

    def _nearest(self, group: _Group, stories: Sequence[str]) -> str | None:
        """The story that is most like the group, if any is like enough."""
        best, most = None, 0.0
        for story in stories:
            other = self._group(story)
            doublings = math.log2(max(_SMALL, len(group.articles), len(other.articles)) / _SMALL)
            beyond = self._alike(group, other) - _LEAST_ALIKE - _PER_DOUBLING * doublings
            if beyond >= most:
                best, most = story, beyond
        return best

    def _alike(self, one: _Group, other: _Group) -> float:
        """How alike the articles of two stories are, on average over all pairs, less the time between them."""
        pairs = len(one.articles) * len(other.articles)
        alike = _dot(one.words, other.words) / pairs
        foreign = 0.0
        for language in {article.language for article in one.articles}:
            ours = [self._meaning(a.id) for a in one.articles if a.language == language]
            theirs = [self._meaning(b.id) for b in other.articles if b.language != language]
            if theirs:
                foreign += _MEANING * float(np.sum(ours, axis=0) @ np.sum(theirs, axis=0))
                foreign -= _STRANGERS * len(ours) * len(theirs)
        apart = _apart(one.days, other.days)
        return alike + foreign / pairs - _PER_LOG_DAY * math.log1p(apart) if apart <= _MOST_DAYS else 0.0

    def story(self, id: str) -> Story:
        """The story, with a link that explains how each article but the first belongs to it."""
        articles = sorted((self._fetch(member) for member in self._groups.members(id)), key=place)
        days = [article.published.value[:10] for article in articles if article.published]
        total: dict[str, float] = {}
        for article in articles:
            for word, value in self._words(article.id).items():
                total[word] = total.get(word, 0.0) + value
        closest = max(articles, key=lambda article: _dot(self._words(article.id), total))
        return Story(
            id=articles[0].id,
            title=title_of(closest),
            articles=tuple(article.id for article in articles),
            first=min(days, default=None),
            last=max(days, default=None),
            links=tuple(self._link(article, articles[:n]) for n, article in enumerate(articles) if n),
        )

    def stories(self) -> tuple[Story, ...]:
        """All stories, those that began first first."""
        found = [self.story(id) for id in self._groups.stories()]
        return tuple(sorted(found, key=lambda story: (story.first or "9999", story.id)))

    def _link(self, article: Article, before: Sequence[Article]) -> Link:
        """What ties an article to the one before it that it is most like."""
        alone = self._load((article.id,))
        scored = [(self._alike(alone, self._load((other.id,))), other) for other in before[-_MOST_MEMBERS:]]
        score, other = max(scored, key=lambda pair: pair[0])
        words, others = self._words(article.id), self._words(other.id)
        shared = sorted((word for word in words if word in others), key=lambda w: (-words[w] * others[w], w))[:_SHOWN]
        spelt = {_stem(m[0]): m[0] for m in reversed([*_WORD.finditer(article.text[:_READ])])}
        apart = days_between(article, other)
        why = [
            Reason(code="words", message=", ".join(spelt.get(word, word) for word in shared), value=len(shared)),
            Reason(code="days", message=f"{apart:.0f} days apart", value=round(apart, 1)),
        ]
        if article.language != other.language:
            alike = float(self._meaning(article.id) @ self._meaning(other.id))
            why.append(Reason(code="meaning", message="heads alike in meaning", value=round(alike, 2)))
        return Link(a=other.id, b=article.id, score=round(min(1.0, max(0.0, score)), 3), why=tuple(why))


def stories_of(articles: Iterable[Article]) -> tuple[Story, ...]:
    """The stories of all these articles, whatever order they are given in."""
    known = {article.id: article for article in articles}
    stories = Stories(known.__getitem__)
    for article in sorted(known.values(), key=place):
        stories.add(article)
    return stories.stories()


def words_of(article: Article) -> dict[str, float]:
    """What the article's head is about: its words' weights, of length 1 together."""
    counts: Counter[str] = Counter()
    says: dict[str, float] = {}
    for text, times in ((article.text[:_READ], 1), (title_of(article), _TITLE)):
        for m in _WORD.finditer(text):
            stem = _stem(m[0])
            counts[stem] += times
            # A word that starts a sentence is weighed as the common word that it may be.
            says[stem] = min(says.get(stem, _MOST_WEIGHT), weight(m[0]), weight(m[0].lower()))
    weights = {
        word: (1 + math.log(n)) * math.sqrt(says[word] - _LEAST_WEIGHT)
        for word, n in counts.items()
        if says[word] > _LEAST_WEIGHT
    }
    length = math.sqrt(sum(value * value for value in weights.values())) or 1.0
    return {word: value / length for word, value in weights.items()}


def meaning_of(article: Article) -> Vectors:
    """The meaning of the article's head, (512,), of length 1 unless it has no words."""
    head = vectors([span.of(article.text) for span in sentences_of(article.text[:_READ])[:_LEAD]])
    total: Vectors = head.sum(axis=0)
    return total / max(float(np.linalg.norm(total)), 1e-9)


def title_of(article: Article) -> str:
    return article.title or next((line.strip() for line in article.text.splitlines() if line.strip()), "")


def _stem(word: str) -> str:
    return plain(word)[:_STEM]


def _apart(one: Sequence[float], other: Sequence[float]) -> float:
    """The least number of days between one of each, both in order; 0.0 where either is empty."""
    least, i, j = math.inf, 0, 0
    while i < len(one) and j < len(other):
        least = min(least, abs(one[i] - other[j]))
        if one[i] < other[j]:
            i += 1
        else:
            j += 1
    return least if one and other else 0.0


def _dot(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    small, large = (one, other) if len(one) <= len(other) else (other, one)
    return math.fsum(value * large[word] for word, value in small.items() if word in large)
