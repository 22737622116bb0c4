"""Articles written for training, with their attributions tagged in the text.

    <sN type="…" ref="…">source</sN>  <cN>cue</cN>  <qN act="…" sure="…" by="…">content</qN>

Tags may nest and cross; a part that is interrupted is tagged twice with the same number. `sure` is the certainty.
"""

import re
from pathlib import Path
from typing import Any

ROLES = {"s": "source", "c": "cue", "q": "content"}
_TAG = re.compile(r'<(/?)([scq])(\d+)((?:\s+\w+="[^"]*")*)\s*>')
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')


def article(tagged: str, name: str) -> dict[str, Any]:
    """The text without its tags, and its attributions. Raises ValueError, naming the article, on a tag left open."""
    parts: list[str] = []
    length = at = 0
    open_: dict[tuple[str, str], int] = {}
    found: dict[str, dict[str, Any]] = {}
    for tag in _TAG.finditer(tagged):
        parts.append(tagged[at : tag.start()])
        length += len(parts[-1])
        at = tag.end()
        closing, kind, number, attributes = tag.groups()
        if not closing:
            open_[kind, number] = length
            found.setdefault(number, {}).update(_ATTRIBUTE.findall(attributes))
        elif (kind, number) in open_:
            found[number].setdefault(ROLES[kind], []).append([open_.pop((kind, number)), length])
        else:
            raise ValueError(f"{name}: {tag[0]} closes nothing")
    parts.append(tagged[at:])
    if open_:
        raise ValueError(f"{name}: never closed: {', '.join(kind + number for kind, number in open_)}")
    text = "".join(parts)
    return {"id": name, "text": text, "attributions": [one for one in found.values() if one.get("content")]}


def articles(folder: Path) -> list[dict[str, Any]]:
    """The articles of a folder, by name."""
    return [article(path.read_text("utf-8").rstrip("\n"), path.stem) for path in sorted(folder.glob("*.txt"))]
