"""Selon: reads news and says who says so."""

from selon.library import Library
from selon.model import InputError, Reading
from selon.read import read

__all__ = ["InputError", "Library", "Reading", "read"]


def _html(reading: Reading) -> str:
    from selon.export.html import to_html

    return to_html(reading)


Reading._repr_html_ = _html  # type: ignore[attr-defined]  # notebooks look for it; the model knows no HTML
