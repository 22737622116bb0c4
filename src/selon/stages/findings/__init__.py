"""Findings: what the article's own figures, dates, places and quotations say of one another, with the working shown.

Each check has a module; a language's `findings.toml` has the wordings that invite it. High precision first: where the
words leave it open whether two things are to be compared, or how precisely, nothing is said.
"""

from collections.abc import Sequence

from selon.lang.contract import Rules
from selon.model import (
    Attribution,
    Block,
    Finding,
    Mention,
    Note,
    Parse,
    Place,
    Published,
    Quantity,
    Quote,
    Time,
)
from selon.stages.findings.ages import ages
from selon.stages.findings.arithmetic import arithmetic
from selon.stages.findings.clocks import clocks
from selon.stages.findings.durations import durations
from selon.stages.findings.figures import figures
from selon.stages.findings.geography import geography
from selon.stages.findings.jubilees import jubilees
from selon.stages.findings.orders import orders
from selon.stages.findings.quotations import quotations
from selon.stages.findings.scene import Scene
from selon.stages.findings.weekdays import weekdays

_CHECKS = (weekdays, ages, jubilees, durations, clocks, orders, arithmetic, geography, figures, quotations)


def find_findings(
    text: str,
    blocks: Sequence[Block],
    quotes: Sequence[Quote],
    tree: Parse,
    mentions: Sequence[Mention],
    attributions: Sequence[Attribution],
    times: Sequence[Time],
    places: Sequence[Place],
    quantities: Sequence[Quantity],
    published: Published | None,
    rules: Rules,
) -> tuple[tuple[Finding, ...], tuple[Note, ...]]:
    """What can be computed from an article's own words, in text order, and a note on sentences that are too crowded."""
    if rules.findings is None or rules.quantities is None:
        return (), ()
    scene = Scene(
        text,
        blocks,
        quotes,
        tree,
        mentions,
        attributions,
        times,
        places,
        quantities,
        published.value if published else None,
        rules,
        rules.findings,
        rules.quantities,
    )
    found = {(f.kind, f.spans): f for check in reversed(_CHECKS) for f in check(scene)}
    findings = tuple(sorted(found.values(), key=lambda f: (f.spans[0], f.kind)))
    if not scene.crowded:
        return findings, ()
    message = f"{len(scene.crowded)} sentences with more figures than a sentence has are not checked"
    words = text[scene.crowded[0].start : scene.crowded[0].end][:80]
    return findings, (Note(stage="findings", code="crowded", message=message, text=words),)
