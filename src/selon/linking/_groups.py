"""Groups of what is alike on average (UPGMA: Sokal and Michener 1958), as long as that speaks for it."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Pairs = NDArray[np.int64]

_MOST = 1500
"""Items that are grouped at once: more are first cut where what ties them is weakest."""


def together(score: Floats) -> list[list[int]]:
    """Groups of items, each in order, from the score of every pair, (n, n): the two groups whose pairs score most on
    average are joined as long as that is above 0."""
    link = score.astype(np.float64)
    np.fill_diagonal(link, -np.inf)
    size = np.ones(len(link))
    groups: list[list[int]] = [[i] for i in range(len(link))]
    for _ in range(len(link) - 1):
        i, j = sorted(divmod(int(np.argmax(link)), len(link)))
        if not link[i, j] > 0:
            break
        merged = (size[i] * link[i] + size[j] * link[j]) / (size[i] + size[j])
        link[i], link[:, i] = merged, merged
        link[i, i] = -np.inf
        link[j], link[:, j] = -np.inf, -np.inf
        size[i] += size[j]
        groups[i] += groups[j]
        groups[j] = []
    return [sorted(group) for group in groups if group]


def together_of(count: int, pairs: Pairs, score: Floats, otherwise: float) -> list[list[int]]:
    """The same for `count` items of which only some `pairs`, (n, 2), have a score; the others score `otherwise`."""
    found = []
    for items in _tied(count, pairs, score, 0.0):
        if len(items) == 1:
            found.append(items)
            continue
        at = {item: n for n, item in enumerate(items)}
        dense = np.full((len(items), len(items)), otherwise)
        inside = np.isin(pairs, items).all(axis=1)
        for (i, j), value in zip(pairs[inside].tolist(), score[inside].tolist(), strict=True):
            dense[at[i], at[j]] = dense[at[j], at[i]] = value
        for group in together(dense):
            found += [[items[n] for n in part] for part in _like(group, dense)]
    return sorted(found)


def _like(group: list[int], score: Floats) -> list[list[int]]:
    """The group without what is not like the rest of it on average, each of which is alone."""
    alone = []
    while len(group) > 2:
        inner = score[np.ix_(group, group)]
        mean = (inner.sum(axis=1) - inner.diagonal()) / (len(group) - 1)
        worst = int(mean.argmin())
        if mean[worst] > 0:
            break
        alone.append([group[worst]])
        group = group[:worst] + group[worst + 1 :]
    return [group, *alone]


def _tied(count: int, pairs: Pairs, score: Floats, least: float) -> Iterator[list[int]]:
    """Items that are tied by pairs that score more than `least`, directly or through others."""
    above = list(range(count))

    def root(i: int) -> int:
        while above[i] != i:
            above[i] = above[above[i]]
            i = above[i]
        return i

    for i, j in pairs[score > least].tolist():
        a, b = sorted((root(i), root(j)))
        above[b] = a
    sets: dict[int, list[int]] = {}
    for i in range(count):
        sets.setdefault(root(i), []).append(i)
    for items in sets.values():
        if len(items) <= _MOST:
            yield items
        else:
            inside = np.isin(pairs, items).all(axis=1)
            at = np.array(items)
            for part in _tied(len(items), np.searchsorted(at, pairs[inside]), score[inside], least + 1):
                yield [items[n] for n in part]
