"""What the stage asks of a gazetteer, and the form that names are looked up by."""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple, Protocol

from selon.model import PlaceKind

_APART = re.compile(r"[\s\-/'’ʼ‘`‐‑–]+")
_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "ı": "i", "đ": "d", ".": ""})
_SHORT = {"st": "saint", "ste": "sainte", "mt": "mount"}


class Entry(NamedTuple):
    """A place that a name may mean. `id` is the GeoNames id, negative where there is none; `region` and `county` are
    the ids of the regions of first and second order that it lies in; `weight` its inhabitants, or what stands for
    them; `form` how the name it was asked by is written."""

    id: int
    kind: PlaceKind
    name: str
    country: str | None
    region: int | None
    county: int | None
    lat: float | None
    lon: float | None
    weight: int
    form: str


class Gazetteer(Protocol):
    version: str
    """Changes whenever an entry does."""

    def named(self, key: str, language: str) -> tuple[Entry, ...]:
        """All places with a name of this key (see name_key), the likeliest first; `name` is the language's."""


@lru_cache(20_000)
def name_key(name: str) -> str:
    """The form of a name to look it up by: lower case, no accents, no full stops, words apart by a blank.

    >>> name_key("L'Haÿ-les-Roses"), name_key("St. Louis")
    ('l hay les roses', 'saint louis')
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    words = _APART.split(plain.translate(_LETTERS))
    return " ".join(_SHORT.get(word, word) for word in words if word)


def exact(form: str) -> bool:
    """Whether a form is found only as it is written: short and in capitals, or with full stops ("US", "Ky.")."""
    letters = [c for c in form if c.isalpha()]
    return len(letters) <= 5 and (form.isupper() or form.endswith("."))
