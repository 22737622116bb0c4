"""What is told to be before or after, against its dates."""

import re
from collections.abc import Iterator

from selon.lang.contract import fold
from selon.model import Finding, Span
from selon.stages.findings.calendar import BACK, dated, ordered, span_of
from selon.stages.findings.scene import SIGNS, Dates, Scene, Skeleton

_STEM = 5
"""Letters that a word for an event begins with, however it goes on: «l'effondrement», «s'est effondré»."""
_APPOSED = 12
"""Places of a skeleton between the comma after what is named and its date: «avant le vote, dès le 3 mai»."""
_CLAUSE = 100
"""Places of a skeleton between a date and the word that says what it comes before."""


def orders(scene: Scene) -> Iterator[Finding]:
    done: set[tuple[Span, Span]] = set()
    for skeleton in scene.skeletons:
        if not skeleton.all(Dates):
            continue
        for name in ("begun", "then", "before", "from_to") if len(skeleton.all(Dates)) > 1 else ():
            for pattern in scene.rules.patterns[name]:
                for m in pattern.finditer(skeleton.words):
                    a, b = skeleton.items.get(m.start("a")), skeleton.items.get(m.start("b"))
                    if isinstance(a, Dates) and isinstance(b, Dates) and (a.span, b.span) not in done:
                        done.add((a.span, b.span))
                        said = [span_of(skeleton, m, "said")] if m.groupdict().get("said") else []
                        yield from ordered(scene, a, b, name, name != "begun" or (a.sure and b.sure), said)
        yield from _around_event(scene, skeleton, done)
        yield from _told_order(scene, skeleton, done)


def _told_order(scene: Scene, skeleton: Skeleton, done: set[tuple[Span, Span]]) -> Iterator[Finding]:
    """«L'enquête s'est ouverte le 2 juin 2021. L'autorisation, signée le 14 mai, lui est antérieure.»"""
    here = [date for _, date in skeleton.all(Dates)]
    for name in ("precedes", "follows"):
        said = next((m for p in scene.rules.patterns[name] if (m := p.search(skeleton.words))), None)
        if said and (len(here) == 1 or (len(here) == 2 and _one_stretch(scene, skeleton))):
            event = dated(scene, skeleton, here[0], here=len(here) == 1)
            if event and (here[0].span, event.span) not in done:
                first, second = (here[0], event) if name == "precedes" else (event, here[0])
                yield from ordered(scene, first, second, name, True, [span_of(skeleton, said, "said")])


def _one_stretch(scene: Scene, skeleton: Skeleton) -> bool:
    """Whether a sentence's two dates are those of one stretch: «de 2017 à 2021»."""
    return any(p.search(skeleton.words) for p in scene.rules.patterns["from_to"])


def _around_event(scene: Scene, skeleton: Skeleton, done: set[tuple[Span, Span]]) -> Iterator[Finding]:
    """«avant l'accident, en juin 2019», where another sentence dates the accident."""
    here = skeleton.all(Dates)
    for name in ("before_event", "after_event") if len(here) == 1 else ():
        for m in (m for p in scene.rules.patterns[name] for m in p.finditer(skeleton.words)):
            (at, told), noun = here[0], fold(m["event"] or "") if "event" in m.re.groupindex else ""
            event = _event(scene, skeleton, told, noun, bool(m["this"]))
            if (
                event is None
                or (told.span, event.span) in done
                or not _linked(skeleton, at, *m.span("said"), bool(m["this"]))
            ):
                continue
            done.add((told.span, event.span))
            first, second = (told, event) if name == "before_event" else (event, told)
            yield from ordered(scene, first, second, name, True, [span_of(skeleton, m, "said")])


def _event(scene: Scene, skeleton: Skeleton, told: Dates, noun: str, this: bool) -> Dates | None:
    """The one date of the sentence that names an event; or of the one before, where it must have told it."""
    stem = noun[:_STEM]
    for other in scene.near(skeleton, BACK, BACK) if len(stem) == _STEM else ():
        dates = [date for _, date in other.all(Dates)]
        if len(dates) == 1 and re.search(rf"(?<!\w){re.escape(stem)}", fold(other.words)):
            return dates[0]
    return dated(scene, skeleton, told) if this or noun in scene.rules.words["event"] else None


def _linked(skeleton: Skeleton, at: int, start: int, end: int, this: bool) -> bool:
    """Whether a date is of the clause that says what it comes before or after: «le 3 mai, avant le vote», «avant le
    vote, le 3 mai», and no «deux jours avant le vote», which is for durations."""
    words = skeleton.words
    between = words[at + 1 : start] if at < start else words[end:at]
    if words[:start].rstrip().endswith(SIGNS["d"]) or len(between) > _CLAUSE or re.search(r"[.;!?\n]", between):
        return False
    return at < start or ("," in between and (this or len(between.partition(",")[2]) <= _APPOSED))
