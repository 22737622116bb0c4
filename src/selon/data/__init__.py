"""The gazetteer: one SQLite file, made by training/gazetteer; SOURCES.md says of what."""

import sqlite3
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import cast

from selon.model import InputError, PlaceKind
from selon.stages.places.gazetteer import Entry, name_key

FILE = "gazetteer.sqlite"
_NAMED = """
select place.id, kind, name, fr, en, country, region, county, lat, lon, weight, form
from name join place on place.id = name.place where name.key = ? order by weight desc, place.id
"""


class Places:
    """The gazetteer of stages/places/gazetteer.py. Nothing of it is kept in memory but what was asked for last."""

    def __init__(self, path: Path) -> None:
        """Raises InputError where there is no such file, or it is damaged."""
        remedy = "install selon anew"
        if not path.is_file():
            raise InputError("gazetteer", f"the gazetteer is missing: there is no file {path}; {remedy}")
        try:
            uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
            self._database = sqlite3.connect(uri, uri=True, check_same_thread=False)
            ((made,),) = self._database.execute("select value from made where key = 'version'")
        except (sqlite3.Error, ValueError) as error:
            raise InputError("gazetteer", f"the gazetteer in {path} is damaged ({error}); {remedy}") from error
        self.version = str(made)
        self.named = lru_cache(10_000)(self._named)

    def _named(self, key: str, language: str) -> tuple[Entry, ...]:
        found = []
        for id, kind, given, fr, en, country, region, county, lat, lon, weight, form in self._database.execute(
            _NAMED, (key,)
        ):
            name = {"fr": fr, "en": en}.get(language) or given
            if not form:
                form = next((n for n in (name, given, fr, en) if n and name_key(n) == key), name)
            found.append(Entry(id, cast(PlaceKind, kind), name, country, region, county, lat, lon, weight, form))
        return tuple(found)


@cache
def gazetteer() -> Places:
    """The gazetteer that comes with the program."""
    return Places(Path(str(files("selon.data").joinpath(FILE))))
