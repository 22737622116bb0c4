"""What is told to be before or after, against its dates."""

from collections.abc import Iterator

from selon.lang.contract import fold
from selon.model import Finding, Span
from selon.stages.findings.calendar import as_told, dated, ordered, span_of, spanned
from selon.stages.findings.scene import Dates, Lasting, Scene, Skeleton


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
        if len(here) == 1 and said:
            event = dated(scene, skeleton, here[0])
            if event and (here[0].span, event.span) not in done:
                first, second = (here[0], event) if name == "precedes" else (event, here[0])
                yield from ordered(scene, first, second, name, True, [span_of(skeleton, said, "said")])


def _around_event(scene: Scene, skeleton: Skeleton, done: set[tuple[Span, Span]]) -> Iterator[Finding]:
    """«avant l'accident, en juin 2019», where the sentence before dates the accident."""
    for name in ("before_event", "after_event"):
        for pattern in scene.rules.patterns[name]:
            for m in pattern.finditer(skeleton.words):
                told = skeleton.items.get(m.start("a"))
                if not isinstance(told, Dates):
                    continue
                lasting = skeleton.items.get(m.start("d")) if "d" in m.re.groupindex else None
                days = {"days": 0} if isinstance(lasting, Lasting) and lasting.unit == "d" else {}
                event = dated(scene, skeleton, told, fold(m.groupdict().get("event") or ""), **days)
                if event is None or (told.span, event.span) in done:
                    continue
                done.add((told.span, event.span))
                first, second = (told, event) if name == "before_event" else (event, told)
                if first.first <= second.last and isinstance(lasting, Lasting):
                    yield from spanned(scene, first, second, lasting, firm=True)
                else:
                    said = [span_of(skeleton, m, "said")] if m.groupdict().get("said") else []
                    said += [as_told(scene, lasting)] if isinstance(lasting, Lasting) else []
                    yield from ordered(scene, first, second, name, True, said)
