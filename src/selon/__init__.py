"""Selon: reads news and says who says so."""

from selon.model import InputError, Reading
from selon.read import read

__all__ = ["InputError", "Reading", "read"]
