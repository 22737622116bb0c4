"""Distances and directions between places, against their coordinates (geodesics on WGS 84).

It is told *from* a place («à 80 km au nord de Lyon»), of two («distantes de 80 km») or within a country. Whose distance
it is, is tried: the place's that the words belong to, else another's of the sentence, else of those before. One that
comes out is believed on loose evidence; one that does not needs its place beside it.
"""

import re
from collections.abc import Iterator, Sequence
from math import atan2, cos, degrees, hypot, radians
from typing import NamedTuple, cast

from geographiclib.geodesic import Geodesic

from selon.lang.contract import fold
from selon.model import Direction, Finding, Place, Span, Token
from selon.stages.findings.amounts import Amount
from selon.stages.findings.scene import Scene, Skeleton

_TOWARDS: dict[Direction, float] = {"N": 0, "NE": 45, "E": 90, "SE": 135, "S": 180, "SW": 225, "W": 270, "NW": 315}
_BACK = 3
"""Sentences before one in which the town that it describes is likeliest named; else it is the article's."""
_POINTS = ("city", "district", "building")
"""Kinds of places that a distance can be told from: the others have no middle that people count from."""
_AREAS = ("country", "region")
_EXTENT = 8_000.0
"""Metres that the middle of a city may be off from what is meant."""
_SHORT, _WINDING, _ROAD = 0.88, 1.35, 1.5
"""How much of the straight line a distance is at least, and how much longer a road is likely to be, and at most."""
_DETOUR = 2.5
"""How many times longer than the straight line a way is at most that somebody took."""
_CLOSE = 20_000.0
"""Metres within which no direction is judged."""
_MIDDLE = 80_000.0, 40_000.0
"""Metres from the middle of a country, or of a region, within which a place lies on no side of it."""
_DEGREE = 111_000.0
_FAR = 3_000_000.0
"""Metres past which one of the two is more likely another place of the same name."""
_NAMESAKE = 12.0
"""How many times larger or smaller than the distance is what is told, where another place of that name is likelier."""
_GAP = 130
"""Places of the skeleton between a place and what is told of it."""
_CLAUSE = 6
"""Words before a verb in which its «qui» stands."""
_ROADSIDE = 30
"""Places of the skeleton around a distance in which it is said to be a road's."""
_NEARLY, _WRONG = 60.0, 80.0
"""Degrees that a direction may be off, and those from which it is another one."""
_WITHIN, _OPPOSITE = 75.0, 110.0
"""The same within a country, whose shape is not known."""


class _Told(NamedTuple):
    """How far from a place something lies, or which way."""

    start: int
    end: int
    b: Place
    amount: Amount | None
    way: str | None
    way_at: int
    alone: bool = False
    """Whether it is of the one other place of its sentence, wherever it stands: «les 80 km qui la séparent de Lyon»."""


def geography(scene: Scene) -> Iterator[Finding]:
    done: set[Span] = set()
    for skeleton in scene.skeletons:
        if not skeleton.all(Place):
            continue
        told = [*_told(scene, skeleton)]
        there = [*_from_there(scene, skeleton, done)]
        yield from _between(scene, skeleton, told, done)
        for one in told:
            yield from _from(scene, skeleton, one, done)
        yield from there
        yield from _within(scene, skeleton)


def _told(scene: Scene, skeleton: Skeleton) -> Iterator[_Told]:
    """What a sentence tells from a place, each amount and each direction once: the first pattern wins."""
    taken: set[int] = set()
    for name in ("far_from", "bearing_from"):
        for pattern in scene.rules.patterns[name]:
            for m in pattern.finditer(skeleton.words):
                groups = m.groupdict()
                amount = skeleton.items.get(m.start("q")) if groups.get("q") else None
                b, way = _from_where(scene, skeleton, m), groups.get("direction")
                here = {*range(m.start("q" if groups.get("q") else "direction"), m.end())}
                if b is None or taken & here or (amount and not (isinstance(amount, Amount) and amount.unit == "m")):
                    continue
                taken |= here
                told = amount if isinstance(amount, Amount) else None
                way_at = m.start("direction") if way else 0
                yield _Told(m.start(), m.end(), b, told, way, way_at, groups.get("sure") is not None)


def _from_where(scene: Scene, skeleton: Skeleton, m: re.Match[str]) -> Place | None:
    """The place that a distance is told from; «la capitale» is the one that the article names."""
    if m.groupdict().get("b"):
        place = skeleton.items.get(m.start("b"))
        return place if isinstance(place, Place) and _is_point(place) else None
    capitals = {p.name: p for p in scene.places if _is_point(p) and fold(p.name) in scene.capitals}
    return next(iter(capitals.values())) if len(capitals) == 1 else None


def _from(scene: Scene, skeleton: Skeleton, told: _Told, done: set[Span]) -> Iterator[Finding]:
    """Whose distance it is: the place's that the words belong to, or another's of which it comes out."""
    if Span(told.b.start, told.b.end) in done:
        return
    places = [(at, p) for at, p in skeleton.all(Place) if p.name != told.b.name and p.kind not in _AREAS]
    before = [(at, p) for at, p in places if at < told.start]
    holder = _holder(scene, skeleton, told.start, told.end, before)
    holder = holder if holder and holder.name != told.b.name else None
    others = [p for _, p in (*reversed(before), *places) if _is_point(p) and p is not holder]
    if holder is None and told.alone and len({p.name for p in others}) == 1:
        holder = others[0]
    if holder is None and not any(_is_point(p) for _, p in before):
        yield from _described(scene, skeleton, told, done)
        return
    if holder is None and _elsewhere(scene, skeleton.words[before[-1][0] + 1 : told.start]):
        return
    tries = [_measured(scene, skeleton, a, told) for a in ([holder] if holder else []) + others]
    fitting = next((found for found in tries if found and all(f.verdict == "holds" for f in found)), None)
    if fitting or holder:
        yield from fitting or tries[0]


def _holder(
    scene: Scene, skeleton: Skeleton, start: int, end: int, before: Sequence[tuple[int, Place]]
) -> Place | None:
    """The place that the words right before or after it tell of: «Dax, petite ville à 130 km de Bordeaux»."""
    if before and _is_point(before[-1][1]) and _describes(scene, skeleton, before[-1][0] + 1, start):
        return before[-1][1]
    for pattern in scene.rules.patterns["holder_after"]:
        m = pattern.match(skeleton.words, end)
        a = skeleton.items.get(m.start("a")) if m else None
        if isinstance(a, Place) and _is_point(a):
            return a
    return None


def _elsewhere(scene: Scene, gap: str) -> bool:
    """Whether words lead to a place that has no name: «dans un village»."""
    return any(p.search(gap) for p in scene.rules.patterns["elsewhere"])


def _describes(scene: Scene, skeleton: Skeleton, at: int, to: int) -> bool:
    """Whether the words after a place only say what it is: no verb but of lying somewhere, no other name."""
    gap = skeleton.words[at:to]
    if len(gap) > _GAP or _elsewhere(scene, gap) or any(mark in gap for mark in ";:"):
        return False
    tokens, start, end = scene.tree.tokens, skeleton.offset(at), skeleton.offset(to)
    i = scene.tree.at(start)
    while i < len(tokens) and tokens[i].start < end:
        token, i = tokens[i], i + 1
        if token.start < start:
            continue
        if token.pos == "VERB" and not _lies(scene, token):
            return False
        if token.pos in ("VERB", "AUX") and tokens[token.i - 1].pos == "CCONJ":  # another clause, of something else
            return False
        if token.pos == "PROPN" and not any(p.start <= token.start < p.end for p in scene.places):
            return scene.text[token.start - 1 : token.start] == "("
    return True


def _lies(scene: Scene, token: Token) -> bool:
    """Whether a verb leaves what follows to the place: it tells where, or what was done to it, or of a «qui»."""
    if fold(token.lemma) in scene.rules.words["lying"] or fold(token.text) in scene.rules.words["lying"]:
        return True
    ahead = scene.tree.tokens[max(0, token.i - _CLAUSE) : token.i]
    if any(fold(t.text) in scene.rules.words["relative"] for t in ahead):
        return True
    helped = any(t.dep.split(":")[0] == "aux" for t in scene.tree.children(token.i))
    return token.has("VerbForm=Part") and not helped


def _described(scene: Scene, skeleton: Skeleton, told: _Told, done: set[Span]) -> Iterator[Finding]:
    """«La ville est à 160 km de Nice»: the town is the one that the sentences before told last."""
    words = skeleton.words[: told.start], skeleton.words[told.end :]
    if not any(p.search(words[0]) or p.match(words[1]) for p in scene.rules.patterns["described"]):
        return
    before = [p for other in scene.near(skeleton, skeleton.index, 0) for _, p in reversed(other.all(Place))]
    towns = {p.name: p for p in reversed(before) if _is_point(p) and p.name != told.b.name}
    found = [_measured(scene, skeleton, a, told) for a in reversed(towns.values())]
    fitting = [f for f in found if f and all(one.verdict == "holds" for one in f)]
    near = [f for f in found if _meant(f, len(found) == 1)]
    if fitting or len(near) == 1:
        done.add(Span(told.b.start, told.b.end))
        yield from (fitting or near)[0]


def _from_there(scene: Scene, skeleton: Skeleton, done: set[Span]) -> Iterator[Finding]:
    """«à Rennes. […] retrouvé à Angers, à 110 kilomètres de là»: from the one town told in the sentences before."""
    patterns = scene.rules.patterns["far_there"] if skeleton.all(Amount) else ()
    for m in (m for p in patterns for m in p.finditer(skeleton.words)):
        amount, b = skeleton.items.get(m.start("q")), skeleton.items.get(m.start("b"))
        if not isinstance(b, Place) or not _is_point(b) or not isinstance(amount, Amount) or amount.unit != "m":
            continue
        here = [p for at, p in skeleton.all(Place) if at < m.start("b") and _is_point(p) and p.name != b.name]
        before = (p for other in scene.near(skeleton, _BACK, 0) for _, p in other.all(Place))
        towns = {p.name: p for p in before if _is_point(p) and p.name != b.name}
        if here or not towns or Span(b.start, b.end) in done:
            continue
        told = _Told(m.start(), m.end(), b, amount, None, 0)
        found = [_measured(scene, skeleton, a, told) for a in towns.values()]
        fitting = [f for f in found if f and all(one.verdict == "holds" for one in f)]
        if fitting or (len(found) == 1 and amount.low >= _CLOSE):
            done.add(Span(b.start, b.end))
            yield from (fitting or found)[0]


def _meant(found: Sequence[Finding], alone: bool) -> bool:
    """Whether a distance or a direction that does not hold is told with another that does, or alone.

    A direction that does not hold may be another town's, unless the article names but one (`alone`).
    """
    wrong = [f for f in found if f.verdict != "holds"]
    return len(wrong) == 1 and (len(found) == 1 or wrong[0].kind == "distance" or alone)


def _between(scene: Scene, skeleton: Skeleton, told: Sequence[_Told], done: set[Span]) -> Iterator[Finding]:
    """How far two places are from one another: as a pattern has them, or a pair and a length with a word of it."""
    taken = {t.amount.span for t in told if t.amount}
    for name in ("far", "bearing") if len(skeleton.all(Place)) > 1 else ():
        for m in (m for p in scene.rules.patterns[name] for m in p.finditer(skeleton.words)):
            a, b = skeleton.items.get(m.start("a")), skeleton.items.get(m.start("b"))
            amount = skeleton.items.get(m.start("q")) if m.groupdict().get("q") else None
            way = m.groupdict().get("direction")
            if not (isinstance(a, Place) and isinstance(b, Place) and _is_point(a) and _is_point(b)):
                continue
            if amount is not None and not (
                isinstance(amount, Amount) and amount.unit == "m" and amount.span not in taken
            ):
                continue
            taken |= {amount.span} if amount else set()
            one = _Told(m.start(), m.end(), b, amount, way, m.start("direction") if way else 0)
            done |= {Span(b.start, b.end)}
            yield from _measured(scene, skeleton, a, one)
    lengths = [(at, x) for at, x in skeleton.all(Amount) if x.unit == "m" and x.span not in taken]
    apart, travelled = (
        [m for p in scene.rules.patterns[name] for m in p.finditer(skeleton.words)] if lengths else []
        for name in ("distant", "travelled")
    )
    pairs = [m for p in scene.rules.patterns["pair"] for m in p.finditer(skeleton.words)]
    pairs = pairs if apart or travelled else []
    for pair in pairs:
        a, b = skeleton.items[pair.start("a")], skeleton.items[pair.start("b")]
        if not (isinstance(a, Place) and isinstance(b, Place) and _is_point(a) and _is_point(b)):
            continue
        for at, amount in sorted(lengths, key=lambda x: min(abs(x[0] - m.start()) for m in apart or travelled))[:1]:
            one = _Told(min(at, pair.start()), max(at, pair.end()), b, amount, None, 0)
            found = _measured(scene, skeleton, a, one)
            sure = len(pairs) == 1 and (apart or (len(lengths) == 1 and _wildly(a, b, amount)))
            if sure or all(f.verdict == "holds" for f in found):
                yield from found


def _wildly(a: Place, b: Place, told: Amount) -> bool:
    """Whether no way between two places is as long or as short as is told."""
    metres = float(Geodesic.WGS84.Inverse(a.lat, a.lon, b.lat, b.lon)["s12"])
    return not metres / _DETOUR < told.low < _DETOUR * metres and metres > _CLOSE


def _within(scene: Scene, skeleton: Skeleton) -> Iterator[Finding]:
    """«Kano, dans le nord du Nigeria»: on which side of the middle of its country or region a place lies."""
    taken: set[int] = set()
    for m in (m for p in scene.rules.patterns["within"] for m in p.finditer(skeleton.words)):
        places = [(at, p) for at, p in skeleton.all(Place) if at < m.start("direction") and p.kind not in _AREAS]
        a = None if m.start("direction") in taken else _holder(scene, skeleton, m.start(), m.end(), places)
        if a is None and any(p.search(skeleton.words[: m.end()]) for p in scene.rules.patterns["described"]):
            towns = (p for other in scene.near(skeleton, _BACK, 0) for _, p in reversed(other.all(Place)))
            a = next((p for p in towns if _is_point(p)), None)
        if a is None or m.start("direction") in taken:
            continue
        named = skeleton.items.get(m.start("b")) if m.groupdict().get("b") else None
        of = named or next((p for p in scene.places if p.kind == "country" and p.country == a.country), None)
        if not isinstance(of, Place) or of.kind not in _AREAS or of.country != a.country or of.lat is None:
            continue
        taken.add(m.start("direction"))
        up = cast(float, a.lat) - of.lat
        along = (cast(float, a.lon) - cast(float, of.lon) + 180) % 360 - 180
        across = along * cos(radians((cast(float, a.lat) + of.lat) / 2))
        towards, away = degrees(atan2(across, up)) % 360, _DEGREE * hypot(up, across)
        way, at = m["direction"], skeleton.offset(m.start("direction"))
        off = _off(scene, way, towards)
        middle = _MIDDLE[of.kind == "region"]
        if (off <= _WITHIN and away >= middle) or (
            off >= _OPPOSITE and away >= 2 * middle and not _beside(scene, a, way)
        ):
            spans = [Span(a.start, a.end), Span(at, at + len(way))]
            yield _direction(scene, "side", spans, off <= _WITHIN, a, of, way, towards)


def _beside(scene: Scene, a: Place, way: str) -> bool:
    """Whether a place lies that way from another one of its country, which may be what is meant."""
    others = [p for p in scene.places if _is_point(p) and p.country == a.country and p.name != a.name]
    lines = [Geodesic.WGS84.Inverse(p.lat, p.lon, a.lat, a.lon) for p in others]
    return any(line["s12"] > _CLOSE and _off(scene, way, line["azi1"] % 360) <= _NEARLY for line in lines)


def _is_point(place: Place) -> bool:
    return place.kind in _POINTS and place.lat is not None and place.lon is not None


def _measured(scene: Scene, skeleton: Skeleton, a: Place, told: _Told) -> list[Finding]:
    """What the distance and the direction of one place from another say of those told."""
    b, found = told.b, list[Finding]()
    line = Geodesic.WGS84.Inverse(b.lat, b.lon, a.lat, a.lon)
    metres, towards = float(line["s12"]), float(line["azi1"]) % 360
    if metres > _FAR or metres < 1:
        return found
    spans = [Span(a.start, a.end), Span(b.start, b.end)]
    if told.amount:
        near = skeleton.words[max(0, told.start - _ROADSIDE) : told.end + _ROADSIDE]
        holds = _distance(metres, told.amount, any(p.search(near) for p in scene.rules.patterns["by_road"]))
        if holds is not None:
            found.append(scene.finding(
                "distance", holds, [*spans, told.amount.span], "distance", "distance", a=a.name, b=b.name,
                km=float(round(metres / 1000)), told=scene.quoted_words(told.amount.span),
            ))  # fmt: skip
    if told.way and metres >= _CLOSE:
        off, at = _off(scene, told.way, towards), skeleton.offset(told.way_at)
        if off <= _NEARLY or off >= _WRONG:
            spans.append(Span(at, at + len(told.way)))
            found.append(_direction(scene, "direction", spans, off <= _NEARLY, a, b, told.way, towards))
    return found


def _off(scene: Scene, way: str, towards: float) -> float:
    direction = cast(Direction, scene.rules.values["directions"][" ".join(fold(way).split())])
    return abs((towards - _TOWARDS[direction] + 180) % 360 - 180)


def _direction(
    scene: Scene, template: str, spans: Sequence[Span], holds: bool, a: Place, b: Place, way: str, towards: float
) -> Finding:
    actual = min(_TOWARDS, key=lambda d: abs((towards - _TOWARDS[d] + 180) % 360 - 180))
    return scene.finding(
        "direction", holds, spans, "direction", template, a=a.name, b=b.name,
        actual=scene.rules.values["direction_names"][actual.casefold()], degrees=float(round(towards)),
        told=f"« {way} »",
    )  # fmt: skip


def _distance(metres: float, told: Amount, road: bool) -> bool | None:
    """Whether a distance is the straight line's, or a road's, longer than that but not by much; None: who knows."""
    low = told.low if told.value is None else told.value
    high = told.high if told.value is None else told.value
    if high == float("inf"):
        high = max(1.5 * low, metres if metres <= 1.5 * low else 0)
    if high < metres:
        return True if high >= _SHORT * metres - _EXTENT else (False if high < 0.75 * metres - _EXTENT else None)
    if low <= (_ROAD if road else _WINDING) * metres + _EXTENT:
        return True
    return False if _ROAD * metres + 1.5 * _EXTENT < low < _NAMESAKE * metres else None
