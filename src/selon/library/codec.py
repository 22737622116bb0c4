"""The one place that knows the stored form: a Reading ↔ a packed record and rows of the derived tables.

The record is the truth: the reading's JSON, whole, with the words that each of its spans stood for, compressed. The
rows are for queries and other tools; they can be thrown away and made again.
"""

import hashlib
import zlib
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

import msgspec

from selon.library.corrections import Correction, Statement
from selon.model import Reading, Record, Span

TABLES = {
    "entities": ("id", "name", "kind", "roles", "mentions"),
    "attributions": (
        "id", "speaker", "entity", "source_type", "source", "cue", "content", "start", "end", "manner", "act",
        "certainty", "inside", "score", "by",
    ),
    "times": ("start", "end", "words", "type", "value", "anchor", "mod"),
    "places": ("start", "end", "words", "name", "kind", "country", "latitude", "longitude", "geonames"),
    "quantities": ("start", "end", "words", "low", "high", "unit", "mod", "what"),
    "findings": ("kind", "verdict", "words", "working"),
    "notes": ("stage", "code", "message", "words"),
}  # fmt: skip
"""Derived tables and their columns, without `n` and `article`."""

TABLES_VERSION = "1"
"""To be raised with any change of what `rows` gives: the tables are then filled anew."""

T = TypeVar("T")
Row = tuple[str | int | float | None, ...]

_FORM = b"\1"
"""First byte of a record: how the rest is packed."""
_GAP = " … "
_HOLDS = (Span, Record, tuple)
"""What is a span or may hold some."""


class DamagedError(ValueError):
    """A record that is not what was stored."""


class _Stored(msgspec.Struct, array_like=True, frozen=True):
    reading: msgspec.Raw
    words: tuple[str, ...]
    """What each span stood for, in the order of `spans`."""


def pack(reading: Reading) -> bytes:
    """The reading as stored: the same bytes for the same reading. Raises ValueError where it would not come back
    whole: a span outside the text, a number that JSON has no word for."""
    stored = _Stored(msgspec.Raw(reading.to_json()), words(reading))
    record = _FORM + zlib.compress(msgspec.json.encode(stored), 6)
    if unpack(record) != reading:
        raise ValueError(f"article {reading.article.id}: the reading does not come back from JSON as it was")
    return record


def unpack(record: bytes) -> Reading:
    """The reading that was packed, each span checked against its words. Raises DamagedError on anything else."""
    if record[:1] != _FORM:
        raise DamagedError(f"the record is packed in a way that this version does not know ({record[:1]!r})")
    try:
        stored = msgspec.json.decode(zlib.decompress(record[1:]), type=_Stored)
        reading = Reading.from_json(bytes(stored.reading))
    except (zlib.error, msgspec.MsgspecError, ValueError) as error:
        raise DamagedError(f"the record cannot be read back ({error})") from error
    text, found = reading.article.text, list(spans(reading))
    for (path, span), said in zip(found, stored.words, strict=False):
        if span.of(text) != said:
            raise DamagedError(f"{path} [{span.start}, {span.end}) was {said!r} and is {span.of(text)!r}")
    if len(found) != len(stored.words):
        raise DamagedError(f"it has not the {len(stored.words)} spans that were stored")
    return reading


def words(reading: Reading) -> tuple[str, ...]:
    """What each span of `spans` stands for."""
    return tuple(span.of(reading.article.text) for _, span in spans(reading))


def spans(reading: Reading) -> Iterator[tuple[str, Span]]:
    """Every span of the reading with the path to it ("attributions.3.cue.spans.0"), whatever record it is in.

    The article's blocks are left out: they are the whole text over again, which has a hash.
    """
    for name in reading.__struct_fields__:
        one = getattr(reading, name)
        if name != "article" and isinstance(one, _HOLDS):
            yield from _spans(one, name)


def _spans(value: Span | Record | tuple[Any, ...], path: str) -> Iterator[tuple[str, Span]]:
    if isinstance(value, Span):
        yield path, value
    elif isinstance(value, tuple):
        for i, one in enumerate(value):
            if isinstance(one, _HOLDS):
                yield from _spans(one, f"{path}.{i}")
    else:
        fields = value.__struct_fields__
        if "start" in fields and "end" in fields:
            yield path, Span(value.start, value.end)  # type: ignore[attr-defined]
        for name in fields:
            one = getattr(value, name)
            if isinstance(one, _HOLDS):  # most hold none, and a look at each takes most of the time
                yield from _spans(one, f"{path}.{name}")


def text_hash(text: str) -> bytes:
    """16 bytes that tell one text from another."""
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def to_json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def from_json(value: str, type: type[T]) -> T:
    return msgspec.json.decode(value, type=type)


def correction(row: tuple[Any, ...]) -> Correction:
    """A row of `corrections`, its fields in the order of the record's."""
    before, after = (msgspec.json.decode(said, type=Statement) if said else None for said in row[7:9])
    fields = (*row[:7], before, after, *row[9:])
    return Correction(**dict(zip(Correction.__struct_fields__, fields, strict=True)))


def rows(reading: Reading) -> dict[str, list[Row]]:
    """The rows of each derived table."""
    text = reading.article.text
    names = {entity.id: entity.name for entity in reading.entities}

    def said(parts: Sequence[Span]) -> str:
        return _GAP.join(span.of(text) for span in parts)

    return {
        "entities": [(e.id, e.name, e.kind, to_json(e.roles), len(e.mentions)) for e in reading.entities],
        "attributions": [
            (
                a.id, names.get(a.source.entity or ""), a.source.entity, a.source.type, said(a.source.spans),
                said(a.cue.spans), said(a.content.spans), min((s.start for s in a.content.spans), default=None),
                max((s.end for s in a.content.spans), default=None), a.manner, a.act, a.certainty, a.inside, a.score,
                a.by,
            )
            for a in reading.attributions
        ],
        "times": [(t.start, t.end, text[t.start : t.end], t.type, t.value, t.anchor, t.mod) for t in reading.times],
        "places": [
            (p.start, p.end, text[p.start : p.end], p.name, p.kind, p.country, p.lat, p.lon, p.geonames)
            for p in reading.places
        ],
        "quantities": [
            (q.start, q.end, text[q.start : q.end], q.low, q.high, q.unit, q.mod, q.of.of(text) if q.of else None)
            for q in reading.quantities
        ],
        "findings": [(f.kind, f.verdict, said(f.spans), f.working) for f in reading.findings],
        "notes": [(note.stage, note.code, note.message, note.text) for note in reading.notes],
    }  # fmt: skip
