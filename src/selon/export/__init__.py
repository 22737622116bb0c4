"""Readings in the forms of other programs: each format is a function from readings to pieces of a file.

`FORMATS` names them. All take readings as they come and give bytes as they go, so that a library of any size passes
through; none of them reads or writes a file.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from selon.export import annotations, ftm, geojson, records, references, report, tables
from selon.export._common import Linked, linked
from selon.export.parquet import to_parquet
from selon.model import InputError, Reading

__all__ = ["FORMATS", "Format", "Linked", "export", "linked"]


class Format(NamedTuple):
    """`suffix` of its files and their `media` type; `binary`: no text to be seen in a terminal."""

    name: str
    says: str
    suffix: str
    media: str
    pieces: Callable[[Iterable[Reading], Linked], Iterator[bytes]]
    binary: bool = False


_ALL = (
    Format("csv", "a row an attribution", ".csv", "text/csv; charset=utf-8; header=present", tables.to_csv),
    Format(
        "csv-excel", "the same for spreadsheets: no cell is a formula", ".csv", "text/csv; charset=utf-8",
        tables.to_csv_excel,
    ),
    Format(
        "csv-excel-fr", "the same for those set to French: semicolons, decimal commas", ".csv",
        "text/csv; charset=utf-8", tables.to_csv_excel_fr,
    ),
    Format("jsonl", "the readings, a line of JSON each", ".jsonl", "application/x-ndjson", records.to_jsonl),
    Format(
        "standoff", "the readings without the articles' text", ".jsonl", "application/x-ndjson", records.to_standoff,
    ),
    Format(
        "parquet", "a row an attribution, typed (needs selon[parquet])", ".parquet", "application/vnd.apache.parquet",
        to_parquet, binary=True,
    ),
    Format("ftm", "FollowTheMoney entities", ".ftm.jsonl", "application/x-ndjson", ftm.to_ftm),
    Format(
        "ftm-statements", "FollowTheMoney statements", ".statements.jsonl", "application/x-ndjson",
        ftm.to_ftm_statements,
    ),
    Format(
        "annotations", "W3C Web Annotations in JSON-LD", ".jsonld",
        'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"', annotations.to_annotations,
    ),
    Format("geojson", "the places and what is said of them", ".geojson", "application/geo+json", geojson.to_geojson),
    Format("bibtex", "references to the articles", ".bib", "application/x-bibtex", references.to_bibtex),
    Format(
        "csl-json", "references to the articles", ".json", "application/vnd.citationstyles.csl+json",
        references.to_csl_json,
    ),
    Format(
        "html", "a report in one file, to be sent and printed", ".html", "text/html; charset=utf-8", report.to_report,
    ),
)  # fmt: skip
NOTHING_LINKED = Linked()
FORMATS = {one.name: one for one in _ALL}


def export(format: str, readings: Iterable[Reading], linked: Linked = NOTHING_LINKED) -> Iterator[bytes]:
    """The pieces of a file in that format. Raises InputError: code "format" for one that there is not, "extra" where
    a library is missing."""
    if format not in FORMATS:
        raise InputError("format", f"{format!r} is no format to export to; the choices are {', '.join(FORMATS)}")
    return FORMATS[format].pieces(readings, linked)
