"""One row an attribution, with the columns of the library's view `ledger` and what tells more of each."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from selon.export._common import Linked, clean, words
from selon.model import Reading

Cell = str | int | float | None
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
_BREAKS = re.compile("\r\n|[\n\r\x0b\x0c\u2028\u2029\x85]")
_NUMBER = re.compile(r"[\d\s.,/:%€$£-]*\d[\d\s.,/:%€$£-]*|\d+[eE]\d+")
"""What a spreadsheet takes for a number, a date or an hour."""
_DAYS = ("day", "said")
_MARK = "\ufeff".encode()
_CELL = 32_767
"""Characters that a cell of Excel holds."""


class Row(NamedTuple):
    """An attribution. The first columns are those of the view `ledger`, in its order.

    `day` is the day, month, year or interval of publication, None where it is not known (`dated` is then 0). Spans in
    pieces have " … " between them; `start` and `end`, in code points, run over all pieces of the content. `said` is
    when it was said, `claim` the claim that it states, and `independent` how many origins that rests on.
    """

    day: str | None
    dated: int
    outlet: str | None
    title: str | None
    speaker: str | None
    source: str
    source_type: str
    act: str
    certainty: str
    manner: str
    content: str
    cue: str
    score: float | None
    language: str
    url: str | None
    article: str
    attribution: str
    inside: str | None
    said: str | None
    said_how: str | None
    start: int | None
    end: int | None
    by: str
    claim: str | None
    independent: int | None


def rows(reading: Reading, linked: Linked) -> Iterator[Row]:
    article = reading.article
    published = article.published.value if article.published else None
    names = {entity.id: entity.name for entity in reading.entities}
    for a in reading.attributions:
        claim = linked.claims.get((article.id, a.id))
        yield Row(
            day=published,
            dated=int(published is not None),
            outlet=article.outlet,
            title=article.title,
            speaker=names.get(a.source.entity or ""),
            source=words(article.text, a.source.spans),
            source_type=a.source.type,
            act=a.act,
            certainty=a.certainty,
            manner=a.manner,
            content=words(article.text, a.content.spans),
            cue=words(article.text, a.cue.spans),
            score=a.score,
            language=article.language,
            url=article.url,
            article=article.id,
            attribution=a.id,
            inside=a.inside,
            said=a.when.value if a.when else None,
            said_how=a.when.how if a.when else None,
            start=min((s.start for s in a.content.spans), default=None),
            end=max((s.end for s in a.content.spans), default=None),
            by=a.by,
            claim=claim.id if claim else None,
            independent=claim.independent if claim else None,
        )


def to_csv(readings: Iterable[Reading], linked: Linked) -> Iterator[bytes]:
    """RFC 4180 in UTF-8; cells are the article's words, less control characters."""
    yield from _lines(readings, linked, lambda _, cell: clean(cell) if isinstance(cell, str) else cell)


def to_csv_excel(readings: Iterable[Reading], linked: Linked) -> Iterator[bytes]:
    """The same for spreadsheets: told to be UTF-8, each cell on one line, none of them a formula, and no words or ids
    that would be shown as another number or as a date."""
    yield _MARK
    yield from _lines(readings, linked, _harmless)


def to_csv_excel_fr(readings: Iterable[Reading], linked: Linked) -> Iterator[bytes]:
    """The same for those set to French, which want semicolons, and commas in numbers."""
    yield _MARK
    yield from _lines(readings, linked, _harmless_fr, delimiter=";")


def _harmless(column: str, cell: Cell) -> Cell:
    if not isinstance(cell, str):
        return cell
    shown = clean(_BREAKS.sub(" ", cell))
    formula = cell.startswith(_FORMULA) or shown.lstrip().startswith(_FORMULA)
    if formula or (column not in _DAYS and _NUMBER.fullmatch(shown)):
        shown = "'" + shown
    return shown if len(shown) <= _CELL else shown[: _CELL - 1] + "…"


def _harmless_fr(column: str, cell: Cell) -> Cell:
    return str(cell).replace(".", ",") if isinstance(cell, float) else _harmless(column, cell)


def _lines(
    readings: Iterable[Reading], linked: Linked, shown: Callable[[str, Cell], Cell], delimiter: str = ","
) -> Iterator[bytes]:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(Row._fields)
    for reading in readings:
        for row in rows(reading, linked):
            writer.writerow([shown(column, cell) for column, cell in zip(Row._fields, row, strict=True)])
        yield _taken(out)
    yield _taken(out)


def _taken(out: io.StringIO) -> bytes:
    """What was written since, which is forgotten."""
    data = out.getvalue().encode()
    out.seek(0)
    out.truncate()
    return data
