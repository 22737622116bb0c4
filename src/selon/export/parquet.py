"""The table of attributions in Parquet, with types. Needs pyarrow, which `selon[parquet]` brings."""

import datetime
import io
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from selon.export._common import Linked, words
from selon.export.tables import Row, rows
from selon.model import InputError, Reading

_GROUP = 20_000
"""Rows written at a time: what the table takes of memory."""


def to_parquet(readings: Iterable[Reading], linked: Linked) -> Iterator[bytes]:
    """`Row`'s columns; `dated` is a boolean, `published` the day where the day itself is known. The words of source,
    cue and content come also in pieces: `sources`, `cues`, `contents`, lists of {start, end, words}.

    Raises InputError (code "extra") where pyarrow is not installed.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise InputError(
            "extra", "Parquet is written by pyarrow, which is not installed: pip install 'selon[parquet]'"
        ) from None

    schema = _schema(pa)
    out = _Sink()
    found = (record for reading in readings for record in _records(reading, linked))
    with pq.ParquetWriter(out, schema, compression="zstd") as writer:
        while group := list(islice(found, _GROUP)):
            writer.write_table(pa.Table.from_pylist(group, schema=schema))
            yield out.take()
    yield out.take()


def _schema(pa: Any) -> Any:
    types = {"score": pa.float64(), "start": pa.int32(), "end": pa.int32(), "independent": pa.int32()}
    few = dict.fromkeys(("source_type", "act", "certainty", "manner", "said_how", "language"), None)
    pieces = pa.list_(pa.struct([("start", pa.int32()), ("end", pa.int32()), ("words", pa.string())]))
    of = {**types, **dict.fromkeys(few, pa.dictionary(pa.int32(), pa.string())), "dated": pa.bool_()}
    needed = {"dated", "source", "source_type", "act", "certainty", "manner", "content", "cue", "language", "article"}
    fields = [pa.field(name, of.get(name, pa.string()), nullable=name not in needed) for name in Row._fields]
    fields.append(pa.field("published", pa.date32()))
    fields += [pa.field(name, pieces, nullable=False) for name in ("sources", "cues", "contents")]
    return pa.schema(fields, metadata={"selon": "attributions; offsets are code points, half-open"})


def _records(reading: Reading, linked: Linked) -> Iterator[dict[str, Any]]:
    text = reading.article.text
    for row, a in zip(rows(reading, linked), reading.attributions, strict=True):
        parts = {"sources": a.source.spans, "cues": a.cue.spans, "contents": a.content.spans}
        yield {
            **row._asdict(),
            "dated": bool(row.dated),
            "published": _day(row.day),
            **{
                name: [{"start": s.start, "end": s.end, "words": words(text, [s])} for s in spans]
                for name, spans in parts.items()
            },
        }


def _day(value: str | None) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(value) if value and len(value) == len("2025-03-12") else None
    except ValueError:
        return None


class _Sink(io.RawIOBase):
    """A file whose bytes can be taken away while it grows."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._data += data
        self._size += len(data)
        return len(data)

    def tell(self) -> int:
        return self._size

    def take(self) -> bytes:
        data = bytes(self._data)
        self._data.clear()
        return data
