"""Readings as they are, and without their articles' words.

A stand-off record is a reading from which the article cannot be put together again: it may be passed on where the text
may not. It keeps where everything stands, of what kind it is, the names and roles of those who are named, the values of
times, places and quantities, and the SHA-256 of the whole text, by which whoever has the text can tell that it is the
one. It leaves out the text and the title, the words of sources that are described rather than named, the workings of
findings, notes' messages, and the words that an inferred day of publication rests on. No part of the text has a hash of
its own, since the words of a short one could be guessed.
"""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from selon.export._common import Linked, is_named, json
from selon.model import Article, Place, Reading


def to_jsonl(readings: Iterable[Reading], _: Linked) -> Iterator[bytes]:
    """The readings, a line of JSON each: what `selon read --json` prints."""
    for reading in readings:
        yield reading.to_json() + b"\n"


def to_standoff(readings: Iterable[Reading], _: Linked) -> Iterator[bytes]:
    """Stand-off records, a line of JSON each, with the names that the fields of readings have."""
    for reading in readings:
        yield json(standoff(reading)) + b"\n"


def standoff(reading: Reading) -> dict[str, Any]:
    record: dict[str, Any] = msgspec.to_builtins(reading)
    record["article"] = _article(reading.article, record["article"])
    record["entities"] = [
        made if is_named(entity, reading.article.language) else {**made, "name": None, "roles": []}
        for entity, made in zip(reading.entities, record["entities"], strict=True)
    ]
    record["places"] = [
        made if _on_map(place) else {**made, "name": None}
        for place, made in zip(reading.places, record["places"], strict=True)
    ]
    record["findings"] = [{**made, "working": None} for made in record["findings"]]
    record["notes"] = [{"stage": note.stage, "code": note.code} for note in reading.notes]
    return record


def text_hash(text: str) -> str:
    """SHA-256 of the text in UTF-8, in hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _article(article: Article, made: dict[str, Any]) -> dict[str, Any]:
    published = article.published
    return {
        **{name: value for name, value in made.items() if name not in ("text", "title")},
        "published": {"value": published.value, "how": published.how} if published else None,
        "sha256": text_hash(article.text),
        "characters": len(article.text),
    }


def _on_map(place: Place) -> bool:
    """Whether its name is the gazetteer's rather than the article's."""
    return place.geonames is not None
