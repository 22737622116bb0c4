"""Sums, differences, growth and shares, in a sentence and in the passages that end with it."""

import itertools
from collections.abc import Iterator, Sequence

from selon.model import Finding, Span
from selon.stages.findings.amounts import Amount
from selon.stages.findings.apart import apart
from selon.stages.findings.changes import changes, moves
from selon.stages.findings.figuring import Found
from selon.stages.findings.gaps import gaps
from selon.stages.findings.multiples import multiples
from selon.stages.findings.rates import products, rates
from selon.stages.findings.scene import Scene
from selon.stages.findings.shares import portions, shares
from selon.stages.findings.sums import spread, subsets, sums

_TOO_MANY = 14
"""Amounts of a passage past which it is not plain what is computed from which."""
_FIGURES = 3
"""Figures of a sum or a difference of two."""


def arithmetic(scene: Scene) -> Iterator[Finding]:
    told: set[Span] = set()
    broken: set[Span] = set()
    explained: set[frozenset[Span]] = set()
    found = list(_near(scene))
    for _, finding in found:
        told |= set(finding.spans[-1:]) if finding.kind == "sum" else set(finding.spans)
        if finding.by != "way":
            explained |= {frozenset(pair) for pair in itertools.combinations(finding.spans, 2)}
        if finding.verdict != "holds":
            broken |= set(finding.spans)
    for at, finding in gaps(scene, told | broken, explained):
        told |= set(finding.spans)
        found.append((at, finding))
    found += apart(scene, told)
    yield from (finding for at, finding in found if not _by_chance(at, finding, found))


def _by_chance(told: Span, finding: Finding, found: Sequence[tuple[Span, Finding]]) -> bool:
    """Whether a sum or a difference of two figures comes out of those of a longer sum, and other figures account for
    what it is told to come to."""
    if finding.kind not in ("sum", "difference") or finding.verdict != "holds" or len(finding.spans) > _FIGURES:
        return False
    others = [f for _, f in found if f is not finding and f.verdict == "holds"]
    return any(told in f.spans for f in others) and any(
        f.kind == "sum" and len(f.spans) > _FIGURES and len({*f.spans} & {*finding.spans}) > 1 for f in others
    )


def _near(scene: Scene) -> Found:
    """What is told in one sentence, or over a passage of some."""
    settled: set[Span] = set()
    for skeleton in scene.skeletons:
        if not skeleton.all(Amount):
            continue
        done: set[Span] = set()
        broken: dict[Span, Finding] = {}
        for passage in scene.passages(skeleton):
            amounts = passage.all(Amount)
            if len(amounts) > _TOO_MANY:
                break
            taken: set[Span] = set()
            for check in (products, rates, shares, multiples, changes, moves, portions, sums, subsets):
                for told, finding in check(scene, passage, amounts):
                    if told in done | settled or (finding.kind == "sum" and taken.intersection(finding.spans)):
                        continue
                    taken |= set(finding.spans)
                    if finding.verdict == "holds" or not (passage.own or finding.kind == "sum"):
                        done.add(told)
                        settled |= {told} if finding.kind == "share" else set()
                        broken = {at: f for at, f in broken.items() if at != told and not _denied(f, finding)}
                        yield told, finding
                    elif finding.kind == "sum" or told not in broken:  # what is added up may lie far back
                        broken[told] = finding
        yield from broken.items()
        yield from spread(scene, skeleton, done)


def _denied(broken: Finding, found: Finding) -> bool:
    """Whether what a sum was taken for is part of another one, which comes out."""
    return broken.kind == found.kind == "sum" and len({*broken.spans} & {*found.spans}) > 1
