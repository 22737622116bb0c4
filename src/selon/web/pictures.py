"""Small pictures, drawn here as SVG; whatever they show is said in words beside them."""

import textwrap
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from markupsafe import Markup, escape

_WIDE, _GAP, _LINE, _PAD = 190, 70, 15, 8
"""Of a graph, in pixels: a node's width, the room between columns, a line of text, the margin in a node."""
_LETTERS = 24
"""Letters on a line of a node."""


class Node(NamedTuple):
    """`kind` is its class: outlet, agency, person…"""

    name: str
    kind: str


class Edge(NamedTuple):
    """From one node to another, by name; `kind` is "cites", or "copied" or "translated" between two outlets."""

    start: str
    end: str
    kind: str


def bar(parts: Sequence[tuple[str, str, float]], *, width: int = 320, height: int = 14) -> Markup:
    """A bar of parts (class, name, share in [0, 1])."""
    drawn, x = [], 0.0
    for name, label, share in parts:
        wide = share * width
        title = f"{label}: {round(100 * share)} %"
        drawn.append(
            f'<rect class="part {escape(name)}" x="{x:.1f}" y="0" width="{max(wide - 1, 0.5):.1f}" height="{height}">'
            f"<title>{escape(title)}</title></rect>"
        )
        x += wide
    return Markup(
        f'<svg class="bar" viewBox="0 0 {width} {height}" preserveAspectRatio="none" aria-hidden="true" '
        f'focusable="false">{"".join(drawn)}</svg>'
    )


def graph(nodes: Sequence[Node], edges: Sequence[Edge], label: str) -> Markup:
    """Whoever rests on whom, from left to right: a node stands right of all that cite it.

    A line that passes over columns has a lane of its own in each, so that it never seems to go through a node.
    """
    depth = _depths(nodes, edges)
    edges = [edge for edge in edges if edge.start in depth and edge.end in depth]
    columns: dict[int, list[str]] = {}
    for node in nodes:
        columns.setdefault(depth[node.name], []).append(node.name)
    links, lanes = list[tuple[str, str]](), dict[Edge, list[str]]()
    for n, edge in enumerate(edges):
        between = range(depth[edge.start] + 1, depth[edge.end]) if edge.kind == "cites" else range(0)
        lanes[edge] = [f"\0{n} {column}" for column in between]
        for column, lane in zip(between, lanes[edge], strict=True):
            columns[column].append(lane)
        links += pairwise([edge.start, *lanes[edge], edge.end])
    lines = {node.name: textwrap.wrap(node.name, _LETTERS)[:3] or ["?"] for node in nodes}
    high = {name: len(some) * _LINE + 2 * _PAD for name, some in lines.items()}
    place: dict[str, tuple[float, float]] = {}
    """Left and middle of nodes and lanes."""
    height = 0.0
    for column in sorted(columns):
        _order(columns[column], links, place)
        y = float(_PAD)
        for name in columns[column]:
            tall = high.get(name, 0)
            place[name] = (column * (_WIDE + _GAP) + 30, y + tall / 2)
            y += tall + 14
        height = max(height, y)
    width = (max(columns, default=0) + 1) * (_WIDE + _GAP) - _GAP + 40
    drawn = [_edge(edge, [edge.start, *lanes[edge], edge.end], place) for edge in edges]
    for node in nodes:
        x, middle = place[node.name]
        y = middle - high[node.name] / 2
        text = "".join(
            f'<tspan x="{x + _PAD}" dy="{_LINE if i else 0}">{escape(line)}</tspan>'
            for i, line in enumerate(lines[node.name])
        )
        drawn.append(
            f'<g class="node k-{escape(node.kind)}"><title>{escape(node.name)}</title>'
            f'<rect x="{x}" y="{y:.1f}" width="{_WIDE}" height="{high[node.name]}" rx="3"/>'
            f'<text x="{x + _PAD}" y="{y + _PAD + 11:.1f}">{text}</text></g>'
        )
    head = (
        '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0L8 4L0 8z"/></marker></defs>'
    )
    return Markup(
        f'<svg class="graph" role="img" aria-label="{escape(label)}" viewBox="0 0 {width} {height:.0f}" '
        f'width="{width}" height="{height:.0f}">{head}{"".join(drawn)}</svg>'
    )


def _depths(nodes: Sequence[Node], edges: Sequence[Edge]) -> dict[str, int]:
    """The longest way to each node by citing; circles are cut."""
    depth = dict.fromkeys((node.name for node in nodes), 0)
    cites = [edge for edge in edges if edge.kind == "cites" and edge.start in depth and edge.end in depth]
    for _ in range(min(len(nodes), 8)):
        before = dict(depth)
        for edge in cites:
            depth[edge.end] = max(depth[edge.end], min(depth[edge.start] + 1, 7))
        if depth == before:
            break
    return depth


def _order(column: list[str], links: Sequence[tuple[str, str]], place: Mapping[str, tuple[float, float]]) -> None:
    """Beside what cites them, so that lines cross little."""

    def middle(name: str) -> float:
        heights = [place[start][1] for start, end in links if end == name and start in place]
        return sum(heights) / len(heights) if heights else 0.0

    column.sort(key=middle)


def _edge(edge: Edge, way: Sequence[str], place: Mapping[str, tuple[float, float]]) -> str:
    (x, y), (x1, y1) = place[edge.start], place[edge.end]
    if edge.kind != "cites" and x == x1:  # between two of one column: around, on the left
        path = f"M{x} {y:.1f}C{x - 34} {y:.1f} {x - 34} {y1:.1f} {x} {y1:.1f}"
    elif x1 > x:
        path = f"M{x + _WIDE} {y:.1f}"
        for (x0, y0), (x, y) in pairwise(place[name] for name in way):
            bend = x - _GAP / 2
            path += f"L{x0 + _WIDE} {y0:.1f}C{bend} {y0:.1f} {bend} {y:.1f} {x} {y:.1f}"
    else:
        path = f"M{x} {y:.1f}L{x1 + _WIDE} {y1:.1f}"
    return f'<path class="edge {escape(edge.kind)}" d="{path}" marker-end="url(#arrow)"/>'
