"""Stories: articles on the same happenings, in any language, clustered as they come.

An article joins the story with whose articles the odds are best that it tells of the same happenings, if they are good
enough; and stories that it ties together are merged.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Protocol

from selon.linking._heads import Heads, MemoryHeads, dot, features, head_of, meaning_of, spelt, title_of, view
from selon.linking.index import Index, MemoryIndex, mark_of
from selon.linking.origin import days_between, place
from selon.linking.types import Link, Reason, Story
from selon.linking.weights import story_weights
from selon.model import Article

_MOST_DAYS = 730.0
"""After how many days articles tell different stories."""
_MOST_ODDS = 9.0
"""Nats that two articles' odds are at most, either way: no pair decides over all others."""
_PER_DOUBLING, _SMALL = 0.4, 4
"""How much better the odds of a story are, in nats, for each doubling of more articles than a few: a large story would
else draw in all that its subject touches."""
_MARKS = 25
_LEAST_SHARED = 2
"""Heavy words in common that make an article worth a look."""
_LOOKED_UP, _LEAST_GLANCE = 12, -4.0
"""How many articles are looked at, and what the odds of one must be for its story to be."""
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


class Stories:
    """Stories among articles that come one at a time; `fetch` gives an article by its id.

    The stories follow from the articles and their order. Added in order of publication (`in_order`) they are those
    that `stories_of` finds in all of them at once, also where the adding was broken off and taken up again with the
    same `index`, `groups` and `heads`. An article that comes later than its date joins the stories that are there by
    then; only finding all stories anew would tell whether the others had been drawn otherwise with it.
    """

    def __init__(
        self,
        fetch: Callable[[str], Article],
        index: Index | None = None,
        groups: Groups | None = None,
        heads: Heads | None = None,
    ) -> None:
        self._fetch = fetch
        self._index = index if index is not None else MemoryIndex(keep="last")
        self._groups = groups if groups is not None else MemoryGroups()
        self._heads = heads if heads is not None else MemoryHeads()
        self._view = lru_cache(maxsize=4096)(lambda id: view(self._heads.head(id)))
        self._meaning = lru_cache(maxsize=4096)(lambda id: meaning_of(self._fetch(id)))
        self._place = lru_cache(maxsize=65536)(lambda id: place(self._fetch(id)))
        self._between = lru_cache(maxsize=65536)(self._odds_of_pair)

    def add(self, article: Article) -> str:
        """Put `article` into a story, begun for it if need be, and give the story's id. Adding one twice does
        nothing the second time."""
        known = self._groups.story_of(article.id)
        if known is not None:
            return known
        self._heads.put(article.id, head_of(article, self._heads))
        words = self._view(article.id).words
        heaviest = sorted(words, key=lambda word: (-words[word], word))[:_MARKS]
        near = defaultdict[str, list[float]](list)
        for word in heaviest:
            for held in self._index.holders([mark_of(word)]):
                for id in held:
                    near[id].append(words[word])
        likely = sorted((-sum(shared), id) for id, shared in near.items() if len(shared) >= _LEAST_SHARED)
        ids = [id for _, id in likely[:_LOOKED_UP] if self._odds((article.id,), (id,)) >= _LEAST_GLANCE]
        candidates = list(dict.fromkeys(story for id in ids if (story := self._groups.story_of(id)) is not None))
        self._index.add(article.id, [mark_of(word) for word in heaviest])

        story = self._nearest((article.id,), candidates) or article.id
        if story == article.id:
            self._groups.put(story, (article.id,))
        else:
            self._join(story, (article.id,))
            candidates.remove(story)
        while other := self._nearest(self._last(story), candidates):
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

    def _last(self, story: str) -> Sequence[str]:
        return self._groups.members(story)[-_MOST_MEMBERS:]

    def _nearest(self, articles: Sequence[str], stories: Sequence[str]) -> str | None:
        """The story whose odds of being that of `articles` are best, if they are even at least."""
        best, most = None, 0.0
        for story in stories:
            others = self._last(story)
            doublings = math.log2(max(_SMALL, len(articles), len(others)) / _SMALL)
            beyond = self._odds(articles, others) - _PER_DOUBLING * doublings
            if beyond >= most:
                best, most = story, beyond
        return best

    def _odds(self, some: Sequence[str], others: Sequence[str]) -> float:
        """The mean log odds over the likelier half of all pairs of articles: what follows up a story is not like all
        of it."""
        pairs = sorted((self._between(min(a, b), max(a, b)) for a in some for b in others), reverse=True)
        half = pairs[: (len(pairs) + 1) // 2]
        return math.fsum(half) / len(half)

    def _odds_of_pair(self, a: str, b: str) -> float:
        """The log odds that two articles tell of the same happenings."""
        one, other = self._fetch(a), self._fetch(b)
        days = days_between(one, other)
        if days > _MOST_DAYS:
            return -_MOST_ODDS
        weights = story_weights()
        told = features(self._view(a), self._view(b), days, lambda: float(self._meaning(a) @ self._meaning(b)))
        odds = weights.bias + math.fsum(weights.features[name] * value for name, value in told.items())
        return max(-_MOST_ODDS, min(_MOST_ODDS, odds))

    def story(self, id: str) -> Story:
        """The story, with a link that explains how each article but the first belongs to it."""
        articles = sorted((self._fetch(member) for member in self._groups.members(id)), key=place)
        days = [article.published.value[:10] for article in articles if article.published]
        total = defaultdict[str, float](float)
        for article in articles:
            for word, value in self._view(article.id).words.items():
                total[word] += value
        closest = max(articles, key=lambda article: dot(self._view(article.id).words, total))
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
        scored = [(self._odds((article.id,), (other.id,)), other) for other in before[-_MOST_MEMBERS:]]
        odds, other = max(scored, key=lambda pair: pair[0])
        words, others = self._view(article.id).words, self._view(other.id).words
        shared = sorted((word for word in words if word in others), key=lambda w: (-words[w] * others[w], w))[:_SHOWN]
        spelling = spelt(article)
        apart = days_between(article, other)
        why = [
            Reason(code="words", message=", ".join(spelling.get(word, word) for word in shared), value=len(shared)),
            Reason(code="days", message=f"{apart:.0f} days apart", value=round(apart, 1)),
        ]
        if article.language != other.language:
            alike = float(self._meaning(article.id) @ self._meaning(other.id))
            why.append(Reason(code="meaning", message="heads alike in meaning", value=round(alike, 2)))
        return Link(a=other.id, b=article.id, score=round(1 / (1 + math.exp(-odds)), 3), why=tuple(why))


def stories_of(articles: Iterable[Article]) -> tuple[Story, ...]:
    """The stories of all these articles, whatever order they are given in."""
    known = {article.id: article for article in articles}
    stories = Stories(known.__getitem__)
    for article in sorted(known.values(), key=place):
        stories.add(article)
    return stories.stories()
