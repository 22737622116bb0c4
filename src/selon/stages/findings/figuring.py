"""What the checks of figures share: which wordings stand around one, and whether a rate comes out as told."""

import re
from collections.abc import Iterator

from selon.model import Finding, Span
from selon.stages.findings.amounts import Amount
from selon.stages.findings.scene import Scene, Skeleton

AROUND = 60
"""Places of the skeleton before and after an amount in which its mark may stand."""
_LAST = 4
"""Words before an amount that are looked through for adverbs."""
_UNLIKELY = 3.3
"""How many times a figure may be off before the ones beside it are taken for others than it is computed from."""
Marked = tuple[int, Amount]
Found = Iterator[tuple[Span, Finding]]
"""Each finding with the figure that it checks."""


def span_of(skeleton: Skeleton, m: re.Match[str], name: str) -> Span:
    """Where in the text a group of a match stands."""
    start = skeleton.offset(m.start(name))
    return Span(start, start + len(m[name]))


def likely(result: float, told: float) -> bool:
    """Whether a figure that does not come out is near enough to be meant for the one computed."""
    return bool(told) and 1 / _UNLIKELY <= result / told <= _UNLIKELY


def value_of(amount: Amount) -> float:
    return amount.value or 0.0


def breaks(scene: Scene, words: str) -> bool:
    """Whether another clause begins in some words."""
    return any(p.search(words) for p in scene.rules.patterns["clause"])


def verdict(result: float, low: float, high: float, told: float, amount: Amount) -> bool | None:
    """Whether a rate comes out as told: yes within the rounding of its words, no outside that of all figures."""
    step = amount.step
    if amount.value is None:
        return None
    if not amount.exact:
        step = max(step, 0.05 * abs(told))
        bounded = amount.value is None and amount.low <= abs(result) <= amount.high
        if bounded or abs(result - told) <= 1.5 * step:
            return True
        return False if abs(result - told) > 0.2 * abs(told) and amount.value is not None else None
    if abs(result - told) <= step * 1.25 + 1e-9:
        return True
    if low - 2 * step <= told <= high + 2 * step:
        return None if abs(result - told) > 3 * step else True
    return False


def every(pattern: re.Pattern[str], words: str) -> Iterator[re.Match[str]]:
    """All matches, those that overlap included."""
    found = pattern.search(words)
    while found:
        yield found
        found = pattern.search(words, found.start() + 1)


def percent(scene: Scene, value: float) -> str:
    return scene.number(round(100 * value, 1))


def subset_words(scene: Scene) -> str:
    return "|".join(map(re.escape, sorted(scene.rules.words["subset"])))


def ends(scene: Scene, name: str, words: str) -> bool:
    tail = words[-AROUND:].rstrip("\n")
    tails = {tail, tail.rstrip(), plain(scene, tail)}
    return any(p.search(tail) for p in scene.rules.patterns[name] for tail in tails)


def plain(scene: Scene, words: str) -> str:
    """Words without those that only say that something follows: «l'améliore donc de»."""
    said = words.rsplit(" ", _LAST)
    if scene.rules.words["adverbs"].isdisjoint(said[-_LAST:]):
        return words
    return " ".join(w for i, w in enumerate(said) if i < len(said) - _LAST or w not in scene.rules.words["adverbs"])


def starts(scene: Scene, name: str, words: str) -> bool:
    return any(p.match(words[: 2 * AROUND]) for p in scene.rules.patterns[name])
