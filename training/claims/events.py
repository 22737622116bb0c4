"""Events worked out by hand, as statements with the claims that they state.

The written ones (training/written/stories) and those of real news (training/annotated, where articles are told by the
ids that the stories gold gives them, and words by their place) are taught from; those of the claims gold are scored.
"""

import hashlib
import json
import pickle
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from msgspec.structs import replace

from selon.linking.statements import Statement, statements
from selon.model import Reading, Span
from selon.read import read

WRITTEN = Path(__file__).parent.parent / "written" / "stories"
ANNOTATED = Path(__file__).parent.parent / "annotated"
_WORD = re.compile(r"\w+")


class Event(NamedTuple):
    """`gold` as in the file; `units` are (article's id, statement, ids of the claims that it states)."""

    name: str
    gold: dict[str, Any]
    readings: dict[str, Reading]
    units: list[tuple[str, Statement, frozenset[str]]]


def written(work: Path) -> list[Event]:
    """All written events, read once and kept in the folder `work`."""
    return [event(path.stem, json.loads(path.read_text("utf-8")), work) for path in sorted(WRITTEN.glob("*.json"))]


def annotated(work: Path, stories: Path) -> list[Event]:
    """All annotated events of real news, whose articles are lines of the file `stories`.

    Raises KeyError for an article that is not in it.
    """
    lines = stories.read_text("utf-8").splitlines()
    articles = {a["id"]: a | {"byline": ", ".join(a["byline"] or ()), "agency": None} for a in map(json.loads, lines)}
    return [event(path.stem, quoted(path, articles), work) for path in sorted(ANNOTATED.glob("*.json"))]


def quoted(path: Path, articles: dict[str, Any]) -> dict[str, Any]:
    """An annotated event in the form of a written one: with its articles' texts and the words of each occurrence."""
    gold: dict[str, Any] = json.loads(path.read_text("utf-8"))
    gold["articles"] = [articles[id] for id in gold["articles"]]
    for claim in gold["claims"]:
        for o in claim["occurrences"]:
            text = articles[o["doc"]]["title"] + "\n\n" + articles[o["doc"]]["text"]
            o["quote"] = text[o["start"] : o["end"]]
    return gold


def event(name: str, gold: dict[str, Any], work: Path) -> Event:
    """`gold`, whose articles have `title`, `text`, `language`, `published`, with its articles read."""
    readings = {}
    for a in gold["articles"]:
        text = a["title"] + "\n\n" + a["text"]
        key = hashlib.sha256(repr((text, a["language"], a["published"])).encode()).hexdigest()[:20]
        kept = work / "readings" / f"{key}.pickle"
        if not kept.exists():
            kept.parent.mkdir(parents=True, exist_ok=True)
            made = read(text, plain=True, language=a["language"], published=a["published"][:10])
            kept.write_bytes(pickle.dumps(made))
        reading = pickle.loads(kept.read_bytes())
        credits = (a["agency"],) if a.get("agency") else ()
        article = replace(
            reading.article, id=a["id"], title=a["title"], outlet=a["outlet"], byline=a.get("byline"), credits=credits
        )
        readings[a["id"]] = replace(reading, article=article)
    return Event(name, gold, readings, list(_units(gold, readings)))


def _units(gold: dict[str, Any], readings: dict[str, Reading]) -> Iterable[tuple[str, Statement, frozenset[str]]]:
    marked = []
    for claim in gold["claims"]:
        for o in claim["occurrences"]:
            text = readings[o["doc"]].article.text
            start = text.index(o["quote"])
            marked.append((claim["id"], o["doc"], words(text, [Span(start, start + len(o["quote"]))])))
    for id, reading in readings.items():
        for statement in statements(reading):
            mine = words(reading.article.text, [statement.span])
            claims = frozenset(c for c, doc, theirs in marked if doc == id and covers(mine, theirs))
            yield id, statement, claims


def words(text: str, spans: Iterable[Span]) -> frozenset[int]:
    """Where the words of some spans begin."""
    return frozenset(m.start() for span in spans for m in _WORD.finditer(text, span.start, span.end))


def covers(one: frozenset[int], other: frozenset[int]) -> bool:
    """Whether they share at least half of the words of the shorter."""
    return bool(one and other) and 2 * len(one & other) >= min(len(one), len(other))
