"""A map of points: Natural Earth's outlines (world.json, a TopoJSON file), as SVG, in the plate carrée projection."""

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import NamedTuple

from markupsafe import Markup, escape

WIDTH, HEIGHT = 420, 280
_LEAST = 8.0
"""Degrees of latitude that a map shows at least: outlines at 1:110m tell nothing below."""
_LABELLED = 12
"""Points that are named on the map, the most mentioned ones."""

Ring = tuple[tuple[float, float], ...]
"""Longitude and latitude of points, in degrees."""


class Point(NamedTuple):
    """A place: `mentions` says how often it is named; `link` leads to where."""

    name: str
    lat: float
    lon: float
    mentions: int
    link: str = ""


def world_map(points: Sequence[Point], label: str) -> Markup:
    """The points, the larger the more they are mentioned, on as much of the world as they need."""
    west, south, east, north = _window(points)
    scale = WIDTH / (east - west)
    height = (north - south) * scale

    def x(lon: float) -> float:
        return (lon - west) * scale

    def y(lat: float) -> float:
        return (north - lat) * scale

    drawn = []
    for ring in _rings():
        lons, lats = [p[0] for p in ring], [p[1] for p in ring]
        if max(lons) < west or min(lons) > east or max(lats) < south or min(lats) > north:
            continue
        path = "L".join(f"{x(lon):.1f} {y(lat):.1f}" for lon, lat in ring)
        drawn.append(f'<path class="land" d="M{path}Z"/>')
    placed: list[tuple[float, float, float, float]] = []
    for i, point in enumerate(sorted(points, key=lambda p: -p.mentions)):
        px, py = x(point.lon), y(point.lat)
        radius = min(4 + 2 * point.mentions**0.5, 16)
        dot = f'<circle class="point" cx="{px:.1f}" cy="{py:.1f}" r="{radius:.1f}">'
        dot += f"<title>{escape(f'{point.name} ({point.mentions})')}</title></circle>"
        if i < _LABELLED:
            dot += _name(point.name, px, py, radius, placed)
        said = escape(f"{point.name} ({point.mentions})")
        drawn.append(f'<a href="{escape(point.link)}" aria-label="{said}">{dot}</a>' if point.link else dot)
    return Markup(
        f'<svg class="map" role="group" aria-label="{escape(label)}" viewBox="0 0 {WIDTH} {height:.0f}">'
        f"{''.join(drawn)}</svg>"
    )


def _name(name: str, x: float, y: float, radius: float, placed: list[tuple[float, float, float, float]]) -> str:
    """The name beside its point, on the side where there is room; none where there is not."""
    wide = 7.4 * len(name) + 4
    for left, anchor in ((x + radius + 3, "start"), (x - radius - 3 - wide, "end")):
        box = (left, y - 8, left + wide, y + 8)
        inside = left >= 0 and left + wide <= WIDTH
        if inside and not any(box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3] for b in placed):
            placed.append(box)
            at = left if anchor == "start" else left + wide
            return f'<text class="name" x="{at:.1f}" y="{y + 4:.1f}" text-anchor="{anchor}">{escape(name)}</text>'
    return ""


def _window(points: Sequence[Point]) -> tuple[float, float, float, float]:
    """West, south, east and north of what is shown: all points with room around them, in the picture's proportions."""
    if not points:
        return -180.0, -60.0, 180.0, 80.0
    lons, lats = [p.lon for p in points], [p.lat for p in points]
    high = max((max(lats) - min(lats)) * 1.5, _LEAST)
    wide = max((max(lons) - min(lons)) * 1.5, _LEAST * WIDTH / HEIGHT)
    high = min(max(high, wide * HEIGHT / WIDTH), 180.0)
    wide = min(max(wide, high * WIDTH / HEIGHT), 360.0)
    lon, lat = (max(lons) + min(lons)) / 2, (max(lats) + min(lats)) / 2
    west = min(max(lon - wide / 2, -180.0), 180.0 - wide)
    south = min(max(lat - high / 2, -90.0), 90.0 - high)
    return west, south, west + wide, south + high


@cache
def _rings() -> tuple[Ring, ...]:
    """The outlines of all countries."""
    topology = json.loads(files("selon.web").joinpath("world.json").read_text("utf-8"))
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        at_x = at_y = 0
        points = []
        for dx, dy in arc:
            at_x, at_y = at_x + dx, at_y + dy
            points.append((at_x * sx + tx, at_y * sy + ty))
        arcs.append(points)

    def ring(numbers: list[int]) -> Ring:
        out: list[tuple[float, float]] = []
        for n in numbers:
            points = arcs[n] if n >= 0 else arcs[~n][::-1]
            out += points[1:] if out else points
        return tuple(out)

    found = []
    for country in topology["objects"]["countries"]["geometries"]:
        polygons = country["arcs"] if country["type"] == "MultiPolygon" else [country["arcs"]]
        found += [ring(outline) for polygon in polygons for outline in polygon]
    return tuple(one for outline in found for one in _unrolled(outline))


def _unrolled(ring: Ring) -> tuple[Ring, ...]:
    """An outline that crosses the date line, drawn through on both sides of the map; any other as it is."""
    out, turn = [ring[0]], 0.0
    for (before, _), (lon, lat) in pairwise(ring):
        turn += -360.0 if lon - before > 180 else 360.0 if lon - before < -180 else 0.0
        out.append((lon + turn, lat))
    if abs(out[-1][0] - out[0][0]) > 1:  # around the pole: along the map's lower edge
        at = next(i for i, (p, q) in enumerate(pairwise(ring)) if abs(p[0] - q[0]) > 180) + 1
        edge = ((ring[at - 1][0], -90.0), (ring[at][0], -90.0))
        return ((*ring[:at], *edge, *ring[at:]),)
    lons = [lon for lon, _ in out]
    sides = [0.0, *([-360.0] if max(lons) > 180 else []), *([360.0] if min(lons) < -180 else [])]
    return tuple(tuple((lon + side, lat) for lon, lat in out) for side in sides)
