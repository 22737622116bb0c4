"""Distances and directions between places, against their coordinates (geodesics on WGS 84)."""

from collections.abc import Iterator, Sequence
from typing import cast

from geographiclib.geodesic import Geodesic

from selon.model import Direction, Finding, Place, Span
from selon.stages.findings.amounts import Amount
from selon.stages.findings.scene import Scene, Skeleton

_TOWARDS: dict[Direction, float] = {"N": 0, "NE": 45, "E": 90, "SE": 135, "S": 180, "SW": 225, "W": 270, "NW": 315}
_BACK = 3
"""Sentences before one in which the town that it describes is likeliest named; else it is the article's."""
_POINTS = ("city", "district", "building")
"""Kinds of places that a distance can be told from: the others have no middle that people count from."""
_EXTENT = 15_000.0
"""Metres that the middle of a city may be off from what is meant."""
_ROAD = 1.5
"""How much longer a road may be than the straight line."""
_CLOSE = 20_000.0
"""Metres within which no direction is judged."""
_FAR = 3_000_000.0
"""Metres past which one of the two is more likely another place of the same name."""


def geography(scene: Scene) -> Iterator[Finding]:
    done: set[tuple[Span, Span]] = set()
    for skeleton in scene.skeletons:
        if not skeleton.all(Place):
            continue
        yield from _from_one(scene, skeleton, done)
        there = [*_from_there(scene, skeleton, done)]
        for name in ("far", "bearing"):
            for pattern in scene.rules.patterns[name]:
                for m in pattern.finditer(skeleton.words):
                    a, b = skeleton.items.get(m.start("a")), skeleton.items.get(m.start("b"))
                    if not isinstance(a, Place) or not isinstance(b, Place) or not (_is_point(a) and _is_point(b)):
                        continue
                    pair = Span(a.start, a.end), Span(b.start, b.end)
                    if pair in done:
                        continue
                    done.add(pair)
                    told = skeleton.items.get(m.start("q")) if name == "far" and "q" in m.re.groupindex else None
                    way = m.groupdict().get("direction")
                    yield from _measured(scene, skeleton, a, b, told, way, m.start("direction") if way else 0, m.end())
        yield from there


def _from_one(scene: Scene, skeleton: Skeleton, done: set[tuple[Span, Span]]) -> Iterator[Finding]:
    """«La ville est à 160 km de Nice»: the town is the one that the sentence, or those before it, told last."""
    for m in (m for p in scene.rules.patterns["far_from"] for m in p.finditer(skeleton.words)):
        told = skeleton.items.get(m.start("q")) if m.groupdict().get("q") else None
        b = skeleton.items.get(m.start("b"))
        if not isinstance(b, Place) or not _is_point(b) or (isinstance(told, Amount) and told.unit != "m"):
            continue
        here = [p for at, p in skeleton.all(Place) if at < m.start() and _is_point(p) and p.name != b.name]
        described = any(p.search(skeleton.words[: m.start()]) for p in scene.rules.patterns["described"])
        if here or not described or any(s.start == b.start for pair in done for s in pair):
            continue
        before = [p for other in scene.near(skeleton, skeleton.index, 0) for _, p in reversed(other.all(Place))]
        towns = {p.name: p for p in reversed(before) if _is_point(p) and p.name != b.name}
        way = m.groupdict().get("direction")
        found = [
            [*_measured(scene, skeleton, a, b, told, way, m.start("direction") if way else 0, m.end())]
            for a in reversed(towns.values())
        ]
        fitting = [f for f in found if f and all(one.verdict == "holds" for one in f)]
        near = [f for f in found if _meant(f, len(found) == 1)]
        if fitting or len(near) == 1:
            done.add((Span(b.start, b.end), Span(b.start, b.end)))
            yield from (fitting or near)[0]


def _from_there(scene: Scene, skeleton: Skeleton, done: set[tuple[Span, Span]]) -> Iterator[Finding]:
    """«à Rennes. […] retrouvé à Angers, à 110 kilomètres de là»: from the one town told in the sentences before."""
    patterns = scene.rules.patterns["far_there"] if skeleton.all(Amount) else ()
    for m in (m for p in patterns for m in p.finditer(skeleton.words)):
        told, b = skeleton.items.get(m.start("q")), skeleton.items.get(m.start("b"))
        if not isinstance(b, Place) or not _is_point(b) or not isinstance(told, Amount) or told.unit != "m":
            continue
        here = [p for at, p in skeleton.all(Place) if at < m.start("b") and _is_point(p) and p.name != b.name]
        before = (p for other in scene.near(skeleton, _BACK, 0) for _, p in other.all(Place))
        towns = {p.name: p for p in before if _is_point(p) and p.name != b.name}
        pair = Span(b.start, b.end), Span(b.start, b.end)
        if here or not towns or any(s.start == b.start for known in done for s in known):
            continue
        found = [[*_measured(scene, skeleton, a, b, told, None, 0, m.end())] for a in towns.values()]
        fitting = [f for f in found if f and all(one.verdict == "holds" for one in f)]
        if fitting or (len(found) == 1 and told.low >= _CLOSE):
            done.add(pair)
            yield from (fitting or found)[0]


def _meant(found: Sequence[Finding], alone: bool) -> bool:
    """Whether a distance or a direction that does not hold is told with another that does, or alone.

    A direction that does not hold may be another town's, unless the article names but one (`alone`).
    """
    wrong = [f for f in found if f.verdict != "holds"]
    return len(wrong) == 1 and (len(found) == 1 or wrong[0].kind == "distance" or alone)


def _is_point(place: Place) -> bool:
    return place.kind in _POINTS and place.lat is not None and place.lon is not None


def _measured(
    scene: Scene, skeleton: Skeleton, a: Place, b: Place, told: object, way: str | None, way_at: int, end: int
) -> Iterator[Finding]:
    line = Geodesic.WGS84.Inverse(b.lat, b.lon, a.lat, a.lon)
    metres, towards = float(line["s12"]), float(line["azi1"]) % 360
    if metres > _FAR or metres < 1:
        return
    spans = [Span(a.start, a.end), Span(b.start, b.end)]
    if isinstance(told, Amount) and told.unit == "m":
        ends = (end, _place_of(skeleton, told) + 1)
        road = any(p.match(skeleton.words, at) for p in scene.rules.patterns["by_road"] for at in ends)
        holds = _distance(metres, told, road)
        if holds is not None:
            yield scene.finding(
                "distance", holds, [*spans, told.span], "distance", "distance", a=a.name, b=b.name,
                km=float(round(metres / 1000)), told=scene.quoted_words(told.span),
            )  # fmt: skip
    if way is None or metres < _CLOSE:
        return
    direction = cast(Direction, scene.rules.values["directions"][" ".join(way.casefold().split())])
    off = abs((towards - _TOWARDS[direction] + 180) % 360 - 180)
    if 60 < off < 80:
        return
    actual = min(_TOWARDS, key=lambda d: abs((towards - _TOWARDS[d] + 180) % 360 - 180))
    at = skeleton.offset(way_at)
    yield scene.finding(
        "direction", off <= 60, [*spans, Span(at, at + len(way))], "direction", "direction", a=a.name, b=b.name,
        actual=scene.rules.values["direction_names"][actual.casefold()], degrees=float(round(towards)),
        told=f"« {way} »",
    )  # fmt: skip


def _place_of(skeleton: Skeleton, amount: Amount) -> int:
    return next(at for at, item in skeleton.items.items() if item is amount)


def _distance(metres: float, told: Amount, road: bool) -> bool | None:
    """Whether a distance is the straight line's; it may be a road's, longer than that but not by much."""
    low = told.low if told.value is None else told.value
    high = told.high if told.value is None else told.value
    if high == float("inf"):
        high = max(1.5 * low, metres if metres <= 1.5 * low else 0)
    slack = max(_EXTENT, 0.12 * metres)
    if low - slack <= metres <= high + slack:
        return True
    if high < metres:
        return False if high < 0.7 * metres - _EXTENT else None
    return False if low > _ROAD * metres + _EXTENT else (True if road and low <= 1.4 * metres else None)
