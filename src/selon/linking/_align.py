"""Which runs of words two texts share, in which places: exact runs, chained over small edits."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

_SEED = 3
"""Words of the shortest run."""
_COMMON = 8
"""Places past which a run of one text is too common in the other to be followed."""
_GAP = 7
"""Most words between two runs of one passage, on either side."""
_BACK = 60
"""How many runs before one are tried as its forerunner."""


class Run(NamedTuple):
    """`length` words that stand alike at word i of a and word j of b."""

    i: int
    j: int
    length: int


class Shared(NamedTuple):
    """Words [a_first, a_last) of a and [b_first, b_last) of b, with the pairs of words that are alike."""

    a_first: int
    a_last: int
    b_first: int
    b_last: int
    pairs: tuple[tuple[int, int], ...]

    @property
    def edited(self) -> float:
        """Share of the longer side's words that the other side lacks."""
        return 1 - len(self.pairs) / max(self.a_last - self.a_first, self.b_last - self.b_first)


def shared(a: Sequence[int], b: Sequence[int], least: int, most_edited: float) -> list[Shared]:
    """Passages of at least `least` words in common and edited no more than told, the longest first; no word is in
    two of them."""
    taken_a, taken_b = bytearray(len(a)), bytearray(len(b))
    found = []
    for chain in _chains(_runs(a, b)):
        pairs = []
        i_last = j_last = -1
        for run in chain:
            for i, j in zip(range(run.i, run.i + run.length), range(run.j, run.j + run.length), strict=True):
                if i > i_last and j > j_last and not taken_a[i] and not taken_b[j]:
                    pairs.append((i, j))
                    i_last, j_last = i, j
        if len(pairs) < least:
            continue
        passage = Shared(pairs[0][0], pairs[-1][0] + 1, pairs[0][1], pairs[-1][1] + 1, tuple(pairs))
        if passage.edited <= most_edited:
            found.append(passage)
            for i, j in pairs:
                taken_a[i] = taken_b[j] = 1
    return found


def _runs(a: Sequence[int], b: Sequence[int]) -> list[Run]:
    """All longest runs of words that stand in both."""
    places = defaultdict(list)
    for j in range(len(b) - _SEED + 1):
        places[b[j : j + _SEED]].append(j)
    found, growing = [], dict[int, tuple[int, int]]()
    for i in range(len(a) - _SEED + 2):
        here = places.get(a[i : i + _SEED], ()) if i <= len(a) - _SEED else ()
        grown = {j: growing.pop(j - 1, (i, j)) for j in here} if len(here) <= _COMMON else {}
        found += [Run(i0, j0, i - 1 + _SEED - i0) for i0, j0 in growing.values()]
        growing = grown
    return sorted(found)


def _chains(runs: Sequence[Run]) -> list[list[Run]]:
    """Runs that follow one another in both texts within a small gap, the heaviest chain first."""
    weights: list[float] = []
    before: list[int] = []
    for n, run in enumerate(runs):
        weight, best = float(run.length), -1
        for m in range(max(0, n - _BACK), n):
            last = runs[m]
            gaps = run.i - last.i - last.length, run.j - last.j - last.length
            overlap = max(0, -gaps[0], -gaps[1])
            if run.i <= last.i or run.j <= last.j or max(gaps) > _GAP or run.length - overlap < 2:
                continue
            together = weights[m] + run.length - overlap - max(0, *gaps) / 2
            if together > weight:
                weight, best = together, m
        weights.append(weight)
        before.append(best)
    used = bytearray(len(runs))
    found = []
    for n in sorted(range(len(runs)), key=lambda n: -weights[n]):
        chain = []
        while n >= 0 and not used[n]:
            used[n] = 1
            chain.append(runs[n])
            n = before[n]
        if chain:
            found.append(chain[::-1])
    return found
