"""So much a day, or each: a total shared out."""

from collections.abc import Iterator, Sequence

from selon.lang.contract import fold
from selon.model import Finding, Span
from selon.stages.findings.amounts import Amount, alike, slack
from selon.stages.findings.figuring import Found, Marked, ends, likely, value_of
from selon.stages.findings.scene import Lasting, Scene, Skeleton


def products(scene: Scene, skeleton: Skeleton, amounts: Sequence[Marked]) -> Found:
    """«douze mensualités de 50 euros, soit 600 euros»."""
    where = dict(amounts)
    for m in (m for p in scene.rules.patterns["product"] for m in p.finditer(skeleton.words, skeleton.own)):
        number, each, total = (where.get(m.start(g)) for g in ("count", "each", "total"))
        if not (number and each and total and number.value and each.value and total.value):
            continue
        verdict = _rated(total, number.value, each) if number.unit == "" and each.unit == total.unit != "" else None
        if verdict is not None:
            yield total.span, _rate(scene, verdict, total, number.span, number.value, each)


def rates(scene: Scene, skeleton: Skeleton, amounts: Sequence[Marked]) -> Found:
    """So much a day, or each: a total shared out over days or counts that are told with it."""
    for at, each in amounts:
        if at < skeleton.own or not each.value or each.share:
            continue
        per = next((m["per"] for p in scene.rules.patterns["per"] if (m := p.match(skeleton.words[at + 1 :]))), None)
        if per is None and ends(scene, "average_before", skeleton.words[:at]):
            per = ""
        if per is None:
            continue
        totals = [a for p, a in amounts if p != at and a.value and a.unit == each.unit and _same_noun(scene, a, each)]
        totals = [a for a in totals if a.high > each.high]
        tried = [
            (total, span, count, _rated(total, count, each))
            for total in totals
            for span, count in _counts(scene, skeleton, per)
            if count > 1 and span not in (total.span, each.span)
        ]
        tied = (
            len(tried) == 1
            and not (each.plain and each.of is None)
            and (not per or ends(scene, "rate_before", skeleton.words[:at]))
        )
        for total, span, count, verdict in [t for t in tried if t[3]][:1] or (tried if tied else ()):
            if verdict is not None:
                yield each.span, _rate(scene, verdict, total, span, count, each)


def _rate(scene: Scene, holds: bool, total: Amount, at: Span, count: float, each: Amount) -> Finding:
    return scene.finding(
        "share", holds, [total.span, at, each.span], "rate", "rate", total=scene.put(total, value_of(total)),
        count=count, result=scene.put(total, value_of(total) / count), told=scene.quoted_words(each.span),
    )  # fmt: skip


def _same_noun(scene: Scene, total: Amount, each: Amount) -> bool:
    return total.unit != "" or (
        total.of is not None and (each.plain or each.of is not None) and scene.comparable(total, each)
    )


def _counts(scene: Scene, skeleton: Skeleton, per: str) -> Iterator[tuple[Span, float]]:
    """What a total is shared out over: days where it is so much a day, else what is counted with that noun."""
    if (unit := scene.numbering.units.get(fold(per))) in ("a", "mo", "wk", "d"):
        yield from ((x.span, x.number) for _, x in skeleton.all(Lasting) if x.unit == unit and not (x.rough or x.more))
        return
    for _, amount in skeleton.all(Amount):
        noun = amount.of.of(scene.text) if amount.of else ""
        if (
            amount.unit == ""
            and amount.value
            and noun
            and (not per or per in scene.rules.words["each"] or alike(noun, per, scene.things))
        ):
            yield amount.span, amount.value


def _rated(total: Amount, count: float, each: Amount) -> bool | None:
    """Whether a total shared out gives each what is told; None where it is near or far from that."""
    result, told = value_of(total) / count, value_of(each)
    off = abs(result - told)
    if off <= max(each.step, 0.02 * told if each.exact else 0.1 * told):
        return True
    return False if off > 0.1 * told + slack(each) + slack(total) / count and likely(result, told) else None
