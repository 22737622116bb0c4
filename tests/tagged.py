"""The tag notation of the rules' examples: <s1>source</s1> <c1>cue</c1> <q1 act="…" sure="…">content</q1>."""

import re
from typing import NamedTuple

_TAG = re.compile(r'<(?P<close>/?)(?P<kind>[scq])(?P<number>\d+)(?P<attributes>(?:\s+\w+="[^"]*")*)\s*>')
_KIND = {"s": "source", "c": "cue", "q": "content"}


class Tagged(NamedTuple):
    """One attribution of an example: spans as (start, end) code points into the text without its tags."""

    source: tuple[tuple[int, int], ...]
    cue: tuple[tuple[int, int], ...]
    content: tuple[tuple[int, int], ...]
    act: str
    certainty: str


def untag(marked: str) -> tuple[str, dict[int, Tagged]]:
    """The text without its tags, and its attributions by number. Raises ValueError on a tag left open."""
    pieces: list[str] = []
    spans: dict[int, dict[str, list[tuple[int, int]]]] = {}
    attributes: dict[int, dict[str, str]] = {}
    opened: dict[tuple[str, str], int] = {}
    position = last = 0
    for tag in _TAG.finditer(marked):
        pieces.append(marked[last : tag.start()])
        position += tag.start() - last
        last = tag.end()
        key = (tag["kind"], tag["number"])
        number = int(tag["number"])
        if tag["close"]:
            kinds = spans.setdefault(number, {"source": [], "cue": [], "content": []})
            kinds[_KIND[tag["kind"]]].append((opened.pop(key), position))
        else:
            opened[key] = position
            attributes.setdefault(number, {}).update(re.findall(r'(\w+)="([^"]*)"', tag["attributes"]))
    pieces.append(marked[last:])
    if opened:
        raise ValueError(f"tags left open: {sorted(opened)}")
    return "".join(pieces), {
        number: Tagged(
            source=tuple(kinds["source"]),
            cue=tuple(kinds["cue"]),
            content=tuple(kinds["content"]),
            act=attributes[number].get("act", "say"),
            certainty=attributes[number].get("sure", "certain"),
        )
        for number, kinds in spans.items()
    }
