"""What conditionals, modal verbs and markers do: the tables in cases/, and what holds for any text."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from selon import Reading, read
from selon.model import Modality

CASES = Path(__file__).parent / "cases"
TABLES = (("fr", "conditionals"),)


def _cases() -> Iterator[Any]:
    for code, name in TABLES:
        path = CASES / code / f"{name}.toml"
        for use, table in tomllib.loads(path.read_text("utf-8")).items():
            for marked in table["cases"]:
                for text, start, end in _words(marked):
                    yield pytest.param(code, use, text, start, end, id=f"{code}-{use}-{text[:40]}-{start}")
            for marked, why in table.get("wrong", ()):
                for text, start, end in _words(marked):
                    mark = pytest.mark.xfail(reason=why, strict=True)
                    yield pytest.param(code, use, text, start, end, id=f"{code}-{use}-{text[:40]}-{start}", marks=mark)


def _words(marked: str) -> Iterator[tuple[str, int, int]]:
    """The sentence without its braces, with the bounds of each word that stood in them."""
    pieces = re.split(r"[{}]", marked)
    text = "".join(pieces)
    for k in range(1, len(pieces), 2):
        start = len("".join(pieces[:k]))
        yield text, start, start + len(pieces[k])


@cache
def _read(text: str, code: str) -> Reading:
    return read(text, plain=True, language=code, rules_only=True)


def _over(reading: Reading, start: int, end: int) -> Modality | None:
    found = [m for m in reading.modality if m.start < end and start < m.end]
    return max(found, key=lambda m: min(m.end, end) - max(m.start, start), default=None)


@pytest.mark.parametrize(("code", "use", "text", "start", "end"), list(_cases()))
def test_use(code: str, use: str, text: str, start: int, end: int) -> None:
    found = _over(_read(text, code), start, end)
    assert (found.use if found else "none") == use, found
