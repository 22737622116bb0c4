"""Every export is what its format's own library or schema takes, whatever stands in the articles."""

import asyncio
import base64
import csv
import datetime
import hashlib
import html
import io
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from geojson_pydantic import FeatureCollection
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html
from pyld import jsonld

from marked import reading
from selon.cli import main
from selon.export import FORMATS, Linked, export, linked
from selon.export._common import is_named
from selon.export.records import standoff
from selon.export.tables import Row
from selon.library import Library
from selon.linking.types import Claim, Known, Occurrence, Origin, Voice
from selon.model import Entity, EntityKind, Finding, InputError, Note, Place, Published, Reading, Span, Time, When

HOSTILE = [
    '=HYPERLINK("http://evil.example";"clic")',
    "+33 1 23 45",
    "-1+1|cmd",
    "@SUM(A1)",
    "\t=1+1",
    " =1+1",
    "＝1+1",
    'dit "oui", puis ""non""',
    "ligne un\nligne deux\r\nligne trois\rquatre",
    "avant\u2028après\u2029fin\x85",
    "\u202eاوفي أن\u202c à l'envers",
    "👩\u200d👩\u200d👧 famille 🏴\U000e0067\U000e007f",
    "nul\x00 échap\x1b[2J suppr\x7f\x9b",
    "</script><img src=x onerror=alert(1)>&amp;",
    "50 % de {gain} & $pertes_nettes$ #1 ~x^2\\input{/etc/passwd}",
    "]]> --> %26",
    "a" * 40_000,
]


def nasty(words: str, n: int = 0) -> Reading:
    """A reading with `words` wherever words may stand."""
    inner = words.replace("[", "(").replace("]", ")")
    who = Entity(id="e1", name=words, kind="person", roles=(words,), mentions=(Span(0, 2),))
    made = reading(
        f"Ô [s1 {inner}x] [c1 {inner}y] [q1 {inner}z].",
        entities=(who,),
        article={
            "id": f"nasty-{n}",
            "title": words,
            "outlet": words,
            "byline": words,
            "url": f"https://exemple.example/{words}",
            "credits": (words,),
            "published": Published(value="2025-03-10/2025-03-14", how="inferred", why=words),
        },
        a1={"entity": "e1", "when": When(value="2025-03", how="stated", spans=(Span(0, 1),))},
        findings=(Finding(kind="weekday", verdict="holds", spans=(Span(0, 1),), working=words, by="weekday"),),
        notes=(Note(stage="page", code="share", message=words, text=words),),
    )
    place = Place(start=0, end=1, name=words, kind="city", by="given", country="FR", lat=43.4, lon=3.7, geonames=1)
    return Reading.from_json(Reading(**{**_fields(made), "places": (place,)}).to_json())


def _fields(made: Reading) -> dict[str, Any]:
    return {name: getattr(made, name) for name in made.__struct_fields__}


def barrage() -> Reading:
    text = (
        "[s1 Irène Vasseur] [c1 dit] que [q1 [s2 le préfet] [c2 nie] [q2 toute fuite à Sète]]. "
        "[q3 « La digue], [c3 ajoute]-t-elle, [q3 tiendra »]. [q4 Le site [c4 aurait] fermé]. À Sète, il pleut."
    )
    plain = re.sub(r"\[[scq]\d |\]", "", text)
    at = [m.start() for m in re.finditer("Sète", plain)]
    places = [
        Place(
            start=a, end=a + 4, name="Sète", kind="city", by="gazetteer", country="FR", lat=43.4, lon=3.69, geonames=7
        )
        for a in at
    ]
    nowhere = Place(start=0, end=5, name="Irène", kind="city", by="named")
    return reading(
        text,
        entities=(
            Entity(
                id="e1", name="Irène Vasseur", kind="person", roles=("directrice du barrage",), mentions=(Span(0, 13),)
            ),
            Entity(id="e2", name="le préfet", kind="person", mentions=(Span(22, 31),)),
            Entity(id="e3", name="l’agence Ouest-Dépêches", kind="media", mentions=(Span(0, 5),)),
        ),
        article={
            "id": "barrage",
            "title": "Barrage d’Orsenna : la région inquiète",
            "outlet": "Le Courrier d’Orsenna",
            "byline": "Anne Lamy et Louis Prat",
            "url": "https://courrier.example/2025/barrage?a=1&b=é",
            "credits": ("Ouest-Dépêches",),
            "published": Published(value="2025-03-12", how="metadata", why="meta"),
        },
        places=(*places, nowhere),
        times=(Time(start=0, end=5, type="DATE", value="2025-03-11", anchor="published", by="weekday"),),
        a1={"entity": "e1", "when": When(value="2025-03-11", how="stated", spans=(Span(0, 5),)), "score": 0.9},
        a2={"entity": "e2", "type": "role", "act": "deny", "inside": "a1"},
        a3={"entity": "e1", "manner": "direct", "certainty": "probable"},
        a4={"act": "hearsay", "manner": "hearsay", "certainty": "unknown"},
    )


BARE = reading("Il pleut.", article={"id": "rien", "language": "de"})
ALL = [barrage(), BARE, *(nasty(words, n) for n, words in enumerate(HOSTILE))]
NO_LINKS = Linked()


def exported(format: str, readings: Iterable[Reading], links: Linked = NO_LINKS) -> bytes:
    return b"".join(export(format, readings, links))


def lines(format: str, readings: Iterable[Reading], links: Linked = NO_LINKS) -> list[Any]:
    data = exported(format, readings, links)
    assert data == b"" or data.endswith(b"\n")
    return [json.loads(line) for line in data.split(b"\n") if line]


def claims() -> list[Claim]:
    occurrence = Occurrence(
        article="barrage",
        spans=(Span(0, 3),),
        words="la digue tiendra",
        stance="supports",
        act="say",
        certainty="probable",
        chain=(Voice(name="Irène Vasseur", type="named"),),
        origin="o1",
        attribution="a3",
    )
    return [
        Claim(
            id="c1",
            story="barrage",
            text="la digue tiendra",
            language="fr",
            occurrences=(occurrence,),
            origins=(Origin(id="o1", name="Irène Vasseur", kind="person", counts=True),),
            independent=2,
            certainty="probable",
            articles=("barrage",),
            outlets=("Le Courrier d’Orsenna",),
        )
    ]


# ---------------------------------------------------------------- all formats


@pytest.mark.parametrize("format", FORMATS)
def test_nothing_gives_an_empty_file_of_the_format(format: str) -> None:
    exported(format, [])


@pytest.mark.parametrize("format", sorted(FORMATS.keys() - {"parquet"}))
def test_readings_stream(format: str) -> None:
    """What comes of the first is given before the last is taken. Parquet has groups of its own."""
    taken = 0

    def many() -> Iterable[Reading]:
        nonlocal taken
        for _ in range(200):
            taken += 1
            yield barrage()

    pieces = export(format, many())
    for _ in range(6):
        next(pieces)
    assert taken < 200
    assert sum(map(len, pieces)) > 0
    assert taken == 200


@settings(deadline=None, max_examples=60)
@given(st.text(min_size=1, max_size=30).filter(lambda words: words.strip("[]")))
def test_any_words_go_through_every_format(words: str) -> None:
    from pybtex.database import parse_string

    made = [nasty(words)]
    for format in ("jsonl", "standoff", "ftm", "ftm-statements"):
        assert lines(format, made)
    for format in ("annotations", "geojson", "csl-json"):
        assert json.loads(exported(format, made))
    jsonschema.Draft202012Validator(CSL_SCHEMA).validate(json.loads(exported("csl-json", made)))
    collection(made)
    assert len(table(exported("csv", made))) == 1
    assert len(parse_string(exported("bibtex", made).decode(), "bibtex").entries) == 1
    page(made)


def test_an_unknown_format_names_the_choices() -> None:
    with pytest.raises(InputError, match=r"'xlsx'.*csv, csv-excel, csv-excel-fr"):
        export("xlsx", [])


# ---------------------------------------------------------------- tables


def table(data: bytes) -> list[dict[str, str]]:
    rows = list(csv.reader(io.StringIO(data.decode(), newline=""), strict=True))
    assert all(len(row) == len(Row._fields) for row in rows)
    assert tuple(rows[0]) == Row._fields
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def test_csv_has_a_row_an_attribution() -> None:
    rows = table(exported("csv", [barrage(), BARE], linked(claims())))
    assert [row["attribution"] for row in rows] == ["a1", "a2", "a3", "a4"]
    assert rows[1]["speaker"] == "le préfet"
    assert rows[1]["inside"] == "a1"
    assert rows[2]["content"] == "« La digue … tiendra »"
    assert (rows[2]["claim"], rows[2]["independent"], rows[0]["claim"]) == ("c1", "2", "")
    assert (rows[0]["said"], rows[0]["said_how"], rows[0]["score"]) == ("2025-03-11", "stated", "0.9")


def test_csv_is_the_library_s_ledger(tmp_path: Path) -> None:
    import sqlite3

    with Library.open(tmp_path / "a.db", create=True) as library:
        library.add(barrage())
    db = sqlite3.connect(tmp_path / "a.db")
    found = db.execute("SELECT * FROM ledger")
    columns = [column[0] for column in found.description]
    assert list(Row._fields[: len(columns)]) == columns
    shown = [["" if cell is None else str(cell) for cell in row] for row in found.fetchall()]
    db.close()
    assert [[row[column] for column in columns] for row in table(exported("csv", [barrage()]))] == shown


@pytest.mark.parametrize("words", HOSTILE)
def test_csv_keeps_the_words(words: str) -> None:
    (row,) = table(exported("csv", [nasty(words)]))
    kept = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", "", words)
    assert row["title"] == row["outlet"] == row["speaker"] == kept
    assert b"\x00" not in exported("csv", [nasty(words)])


@given(st.text(min_size=1, max_size=40).filter(lambda words: words.strip("[]")))
def test_no_cell_for_excel_is_a_formula(words: str) -> None:
    _harmless(nasty(words))


@pytest.mark.parametrize("words", HOSTILE)
def test_no_hostile_cell_for_excel_is_a_formula(words: str) -> None:
    _harmless(nasty(words))


def _harmless(made: Reading) -> None:
    data = exported("csv-excel", [made])
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\r\n") == len(data.decode().splitlines()) == 2
    for cell in table(data[3:])[0].values():
        assert not cell.lstrip().startswith(tuple("=+-@＝＋－＠"))
        assert len(cell) <= 32_767
        assert not re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029]", cell.replace("\t", ""))


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("12/03", "'12/03"),
        ("3-4", "'3-4"),
        ("0,5 %", "'0,5 %"),
        ("123e45", "'123e45"),
        ("1,5 million", "1,5 million"),
        ("le 12/03", "le 12/03"),
    ],
)
def test_words_for_excel_stay_words(words: str, shown: str) -> None:
    (row,) = table(exported("csv-excel", [nasty(words)])[3:])
    assert row["title"] == shown
    assert row["day"] == "2025-03-10/2025-03-14"


def test_excel_in_french() -> None:
    data = exported("csv-excel-fr", [barrage()])[3:].decode()
    rows = list(csv.DictReader(io.StringIO(data, newline=""), delimiter=";", strict=True))
    assert [(row["act"], row["score"]) for row in rows][:2] == [("say", "0,9"), ("deny", "")]


def test_parquet_is_typed() -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    data = exported("parquet", ALL, linked(claims()))
    found = pq.read_table(io.BytesIO(data))
    assert found.column_names[: len(Row._fields)] == list(Row._fields)
    rows = found.to_pylist()
    plain = [row for made in ALL for row in made.attributions]
    assert len(rows) == len(plain)
    assert rows[0]["published"] == datetime.date(2025, 3, 12)
    assert rows[0]["dated"] is True
    assert rows[2]["independent"] == 2
    assert [part["words"] for part in rows[2]["contents"]] == ["« La digue", "tiendra »"]
    assert rows[-1]["published"] is None
    assert rows[-1]["day"] == "2025-03-10/2025-03-14"
    assert rows[4]["title"] == HOSTILE[0]
    types = {field.name: str(field.type) for field in found.schema}
    assert (types["score"], types["start"], types["published"]) == ("double", "int32", "date32[day]")
    assert pq.read_table(io.BytesIO(exported("parquet", []))).num_rows == 0


def test_parquet_in_several_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    monkeypatch.setattr("selon.export.parquet._GROUP", 3)
    file = pq.ParquetFile(io.BytesIO(exported("parquet", [barrage()] * 5)))
    assert (file.num_row_groups, file.read().num_rows) == (7, 20)


def test_without_pyarrow_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(InputError, match=r"selon\[parquet\]"):
        exported("parquet", [])


# ---------------------------------------------------------------- readings


def test_jsonl_comes_back() -> None:
    data = exported("jsonl", ALL)
    assert [Reading.from_json(line) for line in data.splitlines()] == ALL


@pytest.mark.parametrize(
    ("kind", "name", "named"),
    [
        ("person", "Irène Vasseur", True),
        ("person", "Le Goff", True),
        ("person", "le préfet", False),
        ("person", "ministre du Travail", False),
        ("person", "李强", True),
        ("org", "AFP", True),
        ("org", "国防部", True),
        ("org", "l’association Lourse vivante", True),
        ("org", "parquet de Niort", True),
        ("org", "la mairie", False),
        ("org", "une ville du Québec", False),
        ("org", "elle", False),
        ("state", "la Russie", True),
        ("group", "les Marseillais", False),
        ("doc", "Rapport Morel", False),
    ],
)
def test_what_is_a_name(kind: EntityKind, name: str, named: bool) -> None:
    assert is_named(Entity(id="e1", name=name, kind=kind), "fr") == named


def test_standoff_keeps_places_and_names() -> None:
    (record,) = lines("standoff", [barrage()])
    made = barrage()
    assert [a["content"]["spans"] for a in record["attributions"]] == [
        [[s.start, s.end] for s in a.content.spans] for a in made.attributions
    ]
    assert [entity["name"] for entity in record["entities"]] == ["Irène Vasseur", None, "l’agence Ouest-Dépêches"]
    assert record["entities"][0]["roles"] == ["directrice du barrage"]
    assert record["article"]["sha256"] == hashlib.sha256(made.article.text.encode()).hexdigest()
    assert record["article"]["characters"] == len(made.article.text)
    assert [place["name"] for place in record["places"]] == ["Sète", "Sète", None]


@given(st.lists(st.text("bcdfghjkmnpqrstvwxz", min_size=7, max_size=12), min_size=12, max_size=12, unique=True))
def test_no_word_of_the_article_is_in_a_standoff_record(w: list[str]) -> None:
    made = reading(
        f"[s1 le {w[0]} {w[1]}] [c1 {w[2]}] [q1 {w[3]} {w[4]}]. {w[5]} {w[6]}.",
        entities=(
            Entity(id="e1", name=f"le {w[0]} {w[1]}", kind="person", roles=(w[7],), mentions=(Span(0, 4),)),
            Entity(id="e2", name=w[8], kind="doc", mentions=(Span(0, 4),)),
            Entity(id="e3", name=f"des {w[9]}", kind="group", mentions=(Span(0, 4),)),
        ),
        article={
            "title": f"{w[5]} {w[6]}",
            "published": Published(value="2025-03-12", how="inferred", why=f"« {w[10]} »"),
        },
        places=(Place(start=0, end=3, name=w[11], kind="relative", by="relative"),),
        findings=(
            Finding(kind="quotation", verdict="does_not_hold", spans=(Span(0, 1),), working=w[4], by="quotation"),
        ),
        notes=(Note(stage="page", code="share", message=w[5], text=w[6]),),
        a1={"type": "role", "entity": "e1"},
    )
    data = exported("standoff", [made]).decode()
    assert [word for word in w if word in data] == []


def test_standoff_has_no_field_more_than_it_says() -> None:
    """A new field of a reading must be looked at: it may hold words of the article."""
    assert set(standoff(barrage())) == {
        "selon", "article", "sentences", "entities", "attributions", "modality", "times", "places", "quantities",
        "findings", "notes", "made_by",
    }  # fmt: skip
    known = {
        "attributions": "id source cue content manner act certainty by inside score when",
        "times": "start end type value anchor by mod",
        "places": "start end name kind by country lat lon geonames relative",
        "entities": "id name kind roles mentions",
    }
    for part, names in known.items():
        assert set(standoff(barrage())[part][0]) == set(names.split()), part


# ---------------------------------------------------------------- FollowTheMoney


_UNSEEN = re.compile("[\u200b-\u200f\u2060\ufeff\u202a-\u202e]")
"""What FollowTheMoney leaves out, and we keep: some scripts need it."""


def test_ftm_entities_are_valid() -> None:
    ftm = pytest.importorskip("followthemoney")
    made = lines("ftm", ALL)
    ids = {one["id"] for one in made}
    for one in made:
        proxy = ftm.model.get_proxy(one, cleaned=True)
        assert ftm.registry.entity.clean(proxy.id) == proxy.id
        assert set(proxy.schema.required) <= set(one["properties"]), one
        proxy.schema.validate({"properties": one["properties"]})
        assert set(proxy.properties) == set(one["properties"])
        for name, values in one["properties"].items():
            type = proxy.schema.get(name).type
            for value in values:
                taken = type.clean(value)
                assert taken is not None
                assert type.name == "url" or _UNSEEN.sub("", taken) == _UNSEEN.sub("", value), name
                assert type.max_length is None or len(value) <= type.max_length, name
                assert type.name != "entity" or value in ids, value


def test_ftm_says_who_says_what() -> None:
    made = lines("ftm", [barrage()])
    (article,) = (one["properties"] for one in made if one["schema"] == "Article")
    assert article["publishedAt"] == ["2025-03-12"]
    assert article["language"] == ["fra"]
    assert article["bodyText"] == [barrage().article.text]
    people = {one["id"]: one["properties"]["name"] for one in made if one["schema"] in ("Person", "Organization")}
    assert list(people.values()) == [["Irène Vasseur"], ["l’agence Ouest-Dépêches"]]
    notes = [one["properties"] for one in made if one["schema"] == "Note"]
    assert [note["description"][0] for note in notes][1] == "toute fuite à Sète"
    assert notes[1]["entity"] == ["selon-barrage"]  # the prefect has no name
    assert notes[0]["entity"] == ["selon-barrage", "selon-barrage-e1"]
    assert notes[1]["keywords"] == ["deny", "certain", "indirect", "source role"]
    assert "via Irène Vasseur" in notes[1]["summary"][0]
    ties = [one["properties"] for one in made if one["schema"] == "Documentation"]
    assert [(tie["entity"], tie["role"]) for tie in ties] == [(["selon-barrage-e1"], ["source"])]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("2025-03-10/2025-03-14", ["2025-03"]),
        ("2025-02-27/2025-03-02", ["2025"]),
        ("2024-12-30/2025-01-02", None),
        ("2025-03", ["2025-03"]),
        ("demain", None),
    ],
)
def test_ftm_dates_claim_no_more_than_is_known(value: str, shown: list[str] | None) -> None:
    published = Published(value=value, how="inferred", why="")
    (article,) = lines("ftm", [reading("Rien.", article={"published": published})])
    assert article["properties"].get("publishedAt") == shown


def test_ftm_statements_make_the_same_entities() -> None:
    pytest.importorskip("followthemoney")
    from followthemoney import Dataset
    from followthemoney.statement import Statement, StatementEntity

    known = [Known(id="k9", name="Irène Vasseur", kind="person", names=(), mentions=(("barrage", "e1"),))]
    links = linked(known=known)
    groups: dict[str, list[Statement]] = {}
    for record in lines("ftm-statements", ALL, links):
        statement = Statement.from_dict(record)
        assert statement.generate_key() == record["id"]
        groups.setdefault(statement.canonical_id, []).append(statement)
    dataset = Dataset.make({"name": "selon", "title": "Selon"})
    entities = {one["id"]: one for one in lines("ftm", ALL, links)}
    assert set(groups) == set(entities)
    for id, statements in groups.items():
        made = StatementEntity.from_statements(dataset, statements)
        assert made.schema.name == entities[id]["schema"]
        found = {name: sorted(values) for name, values in made.properties.items()}
        assert found == {name: sorted(values) for name, values in entities[id]["properties"].items()}
    (irene,) = (s for s in groups["selon-known-entity-k9"] if s.prop == "id")
    assert irene.entity_id == "selon-barrage-e1"


# ---------------------------------------------------------------- Web Annotations

OA = "http://www.w3.org/ns/oa#"
_IRIS = {"body": "hasBody", "target": "hasTarget", "source": "hasSource", "selector": "hasSelector",
         "state": "hasState", "cached": "cachedSource"}  # fmt: skip
_LITERALS = ("start", "end", "exact", "prefix", "suffix")
_CLASSES = ("Annotation", "TextualBody", "SpecificResource", "TextQuoteSelector", "TextPositionSelector", "TimeState",
            "describing")  # fmt: skip
CONTEXT: dict[str, Any] = {
    "id": "@id",
    "type": "@type",
    **{name: {"@id": OA + iri, "@type": "@id"} for name, iri in _IRIS.items()},
    **{name: OA + name for name in (*_LITERALS, *_CLASSES)},
    "motivation": {"@id": OA + "motivatedBy", "@type": "@vocab"},
    "purpose": {"@id": OA + "hasPurpose", "@type": "@vocab"},
    "generator": {"@id": "http://www.w3.org/ns/activitystreams#generator", "@type": "@id"},
    "first": {"@id": "http://www.w3.org/ns/activitystreams#first", "@type": "@id"},
    "partOf": {"@id": "http://www.w3.org/ns/activitystreams#partOf", "@type": "@id"},
    "items": {"@id": "http://www.w3.org/ns/activitystreams#items", "@type": "@id", "@container": "@list"},
    "total": "http://www.w3.org/ns/activitystreams#totalItems",
    "startIndex": "http://www.w3.org/ns/activitystreams#startIndex",
    "AnnotationCollection": "http://www.w3.org/ns/activitystreams#OrderedCollection",
    "AnnotationPage": "http://www.w3.org/ns/activitystreams#OrderedCollectionPage",
    "Software": "http://www.w3.org/ns/activitystreams#Application",
    "name": "http://xmlns.com/foaf/0.1/name",
    "value": "http://www.w3.org/1999/02/22-rdf-syntax-ns#value",
    "label": "http://www.w3.org/2000/01/rdf-schema#label",
    "format": "http://purl.org/dc/elements/1.1/format",
    "language": "http://purl.org/dc/elements/1.1/language",
}
"""The terms of the Web Annotation vocabulary that are used here, with the IRIs that it gives them."""

_IRI = {"type": "string", "pattern": r"^(https?://[^\s<>\"{}|\\^`]+|urn:[a-z0-9][a-z0-9-]+:\S+|ni:///\S+|selon:\S+)$"}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["@context", "id", "type", "total", "first"],
    "properties": {
        "type": {"const": "AnnotationCollection"},
        "id": _IRI,
        "total": {"type": "integer", "minimum": 0},
        "first": {
            "required": ["id", "type", "partOf", "startIndex", "items"],
            "properties": {
                "type": {"const": "AnnotationPage"},
                "startIndex": {"const": 0},
                "items": {"items": {"$ref": "#/$defs/annotation"}},
            },
        },
    },
    "$defs": {
        "annotation": {
            "required": ["id", "type", "target"],
            "properties": {
                "id": _IRI,
                "type": {"const": "Annotation"},
                "motivation": {"enum": ["describing"]},
                "target": {
                    "anyOf": [
                        {"$ref": "#/$defs/resource"},
                        {"type": "array", "minItems": 2, "items": {"$ref": "#/$defs/resource"}},
                    ]
                },
                "body": {"type": "array", "minItems": 1},
            },
        },
        "resource": {
            "type": "object",
            "required": ["type", "source", "selector"],
            "additionalProperties": False,
            "properties": {
                "type": {"const": "SpecificResource"},
                "source": _IRI,
                "state": {
                    "required": ["type", "cached"],
                    "properties": {"type": {"const": "TimeState"}, "cached": _IRI},
                },
                "selector": {
                    "type": "array",
                    "prefixItems": [
                        {
                            "required": ["type", "start", "end"],
                            "additionalProperties": False,
                            "properties": {
                                "type": {"const": "TextPositionSelector"},
                                "start": {"type": "integer", "minimum": 0},
                                "end": {"type": "integer", "minimum": 1},
                            },
                        },
                        {
                            "required": ["type", "exact"],
                            "additionalProperties": False,
                            "properties": {
                                "type": {"const": "TextQuoteSelector"},
                                "exact": {"type": "string", "minLength": 1},
                                "prefix": {"type": "string", "minLength": 1},
                                "suffix": {"type": "string", "minLength": 1},
                            },
                        },
                    ],
                    "minItems": 2,
                    "maxItems": 2,
                },
            },
        },
    },
}
"""What the Web Annotation Data Model (section 3.1, 4.2, 4.3, 5) asks of the shapes that are used here."""


def collection(readings: list[Reading]) -> Any:
    made = json.loads(exported("annotations", readings))
    jsonschema.Draft202012Validator(SCHEMA).validate(made)
    assert made["total"] == len(made["first"]["items"])
    return made


def expanded(made: Any) -> Any:
    def offline(url: str, _: Any) -> Any:
        assert url == "http://www.w3.org/ns/anno.jsonld"
        return {
            "contextUrl": None,
            "documentUrl": url,
            "document": {"@context": CONTEXT},
            "contentType": "application/ld+json",
        }

    return jsonld.expand(made, {"documentLoader": offline})


def test_annotations_are_linked_data_to_the_last_key() -> None:
    made = collection(ALL)
    (root,) = expanded(made)

    def count(value: Any, skip: tuple[str, ...]) -> int:
        if isinstance(value, dict):
            return sum((key not in skip) + count(one, skip) for key, one in value.items())
        return sum(count(one, skip) for one in value) if isinstance(value, list) else 0

    keys = count(made, ("@context",)) - count(made["@context"], ())
    assert count(root, ("@value", "@list")) - _references(root) == keys


def _references(value: Any) -> int:
    """Values that expanding turns into an object of its own with an id alone."""
    if isinstance(value, dict):
        return int(set(value) == {"@id"}) + sum(map(_references, value.values()))
    return sum(map(_references, value)) if isinstance(value, list) else 0


def test_selectors_give_the_words() -> None:
    for made in ALL:
        text = made.article.text
        for item in collection([made])["first"]["items"]:
            targets = item["target"] if isinstance(item["target"], list) else [item["target"]]
            for resource in (*targets, *item["body"][1].get("sourceWords", ()), *item["body"][1].get("cueWords", ())):
                position, quote = resource["selector"]
                start, end = position["start"], position["end"]
                assert text[start:end] == quote["exact"]
                assert text[:start].endswith(quote.get("prefix", ""))
                assert text[end:].startswith(quote.get("suffix", ""))
                digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")
                assert resource.get("state", {}).get("cached", resource["source"]) == f"ni:///sha-256;{digest}"


def iris(*readings: Reading) -> list[str]:
    return [item["id"] for item in collection(list(readings))["first"]["items"]]


def test_an_annotation_s_iri_is_its_place_in_the_text() -> None:
    assert iris(barrage()) == iris(barrage(), BARE)
    turned = Reading(**{**_fields(barrage()), "attributions": barrage().attributions[::-1]})
    assert set(iris(barrage())) == set(iris(turned))
    assert not set(iris(barrage())) & set(iris(nasty("autre")))
    assert len(set(iris(barrage()))) == 4


def test_the_body_says_who_how_and_how_firmly() -> None:
    items = collection([barrage()])["first"]["items"]
    shown, body = items[1]["body"]
    assert shown["value"] == "le préfet\N{NO-BREAK SPACE}: nie"
    assert (body["act"], body["certainty"], body["sourceType"]) == (
        "selon:act-deny",
        "selon:certainty-certain",
        "selon:source-role",
    )
    assert body["inside"] == items[0]["id"]
    acts = [item["http://www.w3.org/ns/oa#hasBody"][1]["urn:x-selon:act"][0]["@id"] for item in _items(barrage())]
    assert acts == ["urn:x-selon:act-say", "urn:x-selon:act-deny", "urn:x-selon:act-say", "urn:x-selon:act-hearsay"]
    assert isinstance(items[2]["target"], list)


def _items(made: Reading) -> Any:
    stream = "http://www.w3.org/ns/activitystreams#"
    (root,) = expanded(collection([made]))
    return root[stream + "first"][0][stream + "items"][0]["@list"]


# ---------------------------------------------------------------- GeoJSON


def test_geojson_is_valid() -> None:
    made = json.loads(exported("geojson", ALL))
    checked: Any = FeatureCollection.model_validate(made)
    assert len(checked.features) == 1 + len(HOSTILE)
    assert FeatureCollection.model_validate_json(exported("geojson", [])).features == []


def test_a_place_has_what_is_said_of_it() -> None:
    (feature,) = json.loads(exported("geojson", [barrage()]))["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [3.69, 43.4]}
    properties = feature["properties"]
    assert (properties["name"], properties["words"], properties["own_voice"]) == ("Sète", ["Sète"], True)
    (said,) = properties["said"]
    assert (said["by"], said["via"], said["act"]) == ("le préfet", ["Irène Vasseur"], "deny")
    assert said["words"] == "toute fuite à Sète"


# ---------------------------------------------------------------- references


def test_bibtex_parses() -> None:
    from pybtex.database import parse_string

    found = parse_string(exported("bibtex", ALL).decode(), "bibtex")
    assert len(found.entries) == len(ALL)
    entry = found.entries["selon:barrage"]
    assert entry.type == "article"
    assert entry.fields["journal"] == "{Le Courrier d’Orsenna}"
    assert (entry.fields["year"], entry.fields["month"], entry.fields["date"]) == ("2025", "March", "2025-03-12")
    assert [str(person) for person in entry.persons["author"]] == ["{Anne Lamy et Louis Prat}"]
    assert dict(found.entries["selon:rien"].fields) == {"langid": "german"}


@pytest.mark.parametrize("words", [words for words in HOSTILE if len(words) < 1000])
def test_tex_gets_the_words_and_no_command(words: str) -> None:
    from pybtex.database import parse_string
    from pylatexenc.latex2text import LatexNodes2Text

    (entry,) = parse_string(exported("bibtex", [nasty(words)]).decode(), "bibtex").entries.values()
    title = entry.fields["title"]
    assert set(re.findall(r"\\([a-zA-Z]+)", title)) <= {
        "textbackslash", "textasciitilde", "textasciicircum", "textquotedbl", "textbraceleft",
        "textbraceright",
    }  # fmt: skip
    kept = " ".join(re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e]", "", words).split())
    for command, c in ((r"\textquotedbl{}", '"'), (r"\textbraceleft{}", r"\{"), (r"\textbraceright{}", r"\}")):
        title = title.replace(command, c)  # which pylatexenc does not know
    shown = LatexNodes2Text().latex_to_text(title).replace("ˆ", "^")
    assert " ".join(shown.split()) == kept
    url = entry.fields["url"]
    assert url.isprintable()
    assert not set(url) & set(' {}\\<>^"')


def test_keys_differ_where_ids_do() -> None:
    ids = ["a b", "a-b", "a,b", "{a}", "a_b"]
    keys = re.findall(r"@misc\{(\S+),\n", exported("bibtex", [reading("x", article={"id": id}) for id in ids]).decode())
    assert len(set(keys)) == 5
    assert keys[1] == "selon:a-b"


CSL_SCHEMA: dict[str, Any] = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["id", "type"],
        "additionalProperties": False,
        "properties": {
            "id": {"type": "string"},
            "type": {"enum": ["article-newspaper", "webpage", "document"]},
            "author": {
                "type": "array",
                "items": {"additionalProperties": False, "properties": {"literal": {"type": "string", "minLength": 1}}},
            },
            "issued": {
                "additionalProperties": False,
                "properties": {
                    "date-parts": {
                        "type": "array",
                        "minItems": 1,
                        "maxItems": 2,
                        "items": {"type": "array", "minItems": 1, "maxItems": 3, "items": {"type": "integer"}},
                    }
                },
            },
            **{
                name: {"type": "string", "minLength": 1}
                for name in ("title", "container-title", "URL", "language", "note")
            },
        },
    },
}
"""What CSL-JSON 1.0 has for the fields that are used here."""


def test_csl_json_is_valid_and_can_be_cited() -> None:
    from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
    from citeproc.source.json import CiteProcJSON

    items = json.loads(exported("csl-json", ALL))
    jsonschema.Draft202012Validator(CSL_SCHEMA).validate(items)
    assert items[0]["issued"] == {"date-parts": [[2025, 3, 12]]}
    assert items[2]["issued"] == {"date-parts": [[2025, 3, 10], [2025, 3, 14]]}
    assert items[1] == {"id": "rien", "type": "document", "language": "de"}
    style = CitationStylesStyle("harvard-cite-them-right", validate=False)
    bibliography = CitationStylesBibliography(style, CiteProcJSON(items[:1]), formatter.plain)
    bibliography.register(Citation([CitationItem("barrage")]))
    shown = html.unescape(str(bibliography.bibliography()[0]))
    assert "Anne Lamy et Louis Prat" in shown
    assert "Le Courrier d’Orsenna" in shown


# ---------------------------------------------------------------- the report


TAGS = {
    *("html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "h4", "p", "div", "span", "ul", "ol", "li"),
    *("bdi", "b", "br", "small", "a", "article", "nav", "footer", "table", "thead", "tbody", "tr", "th", "td"),
}


def page(readings: list[Reading], links: Linked = NO_LINKS) -> Any:
    data = exported("html", readings, links)
    tree: Any = lxml_html.document_fromstring(data)
    tags = {node.tag for node in tree.iter() if isinstance(node.tag, str)}
    assert tags <= TAGS
    assert not tree.xpath("//@src | //@onerror | //@onclick | //script | //link | //img")
    assert all(href.startswith(("#", "https://")) for href in tree.xpath("//@href"))
    assert not re.search(r"url\(|@import", " ".join(tree.xpath("//style/text()")))
    assert "default-src 'none'" in tree.xpath("//meta[@http-equiv]/@content")[0]
    return tree


def test_a_report_needs_nothing_else() -> None:
    tree = page(ALL)
    assert len(tree.xpath("//article")) == len(ALL)
    assert len(tree.xpath("//nav//a")) == len(ALL)
    assert set(tree.xpath("//nav//@href")) == {f"#{id}" for id in tree.xpath("//article/@id")}
    page([])


def test_a_report_has_voices_card_and_ledger() -> None:
    tree = page([barrage()], linked(claims()))
    assert tree.get("lang") == "fr"
    assert "".join(tree.xpath("//title")[0].itertext()) == "Qui dit quoi – Barrage d’Orsenna : la région inquiète"
    rows = [
        " ".join("".join(cell.itertext()) for cell in row) for row in tree.xpath("//table[@class='ledger']/tbody/tr")
    ]
    assert len(rows) == 4
    assert rows[0].startswith("Irène Vasseur")
    assert "nie toute fuite à Sète" in rows[2]
    assert "via Irène Vasseur (a1)" in rows[2]
    assert "repose sur 2 origines indépendantes" in rows[1]
    card = ["".join(row.itertext()) for row in tree.xpath("//table[@class='card']//tr")]
    assert card == ["personne nommée (1)2", "personne non nommée (1)1", "Sans source nommée1"]
    assert not tree.xpath("//nav")


def test_a_report_of_an_article_without_anything() -> None:
    tree = page([BARE])
    assert "".join(tree.xpath("//title")[0].itertext()) == "Who says what – rien"


# ---------------------------------------------------------------- the command


@pytest.fixture
def library(tmp_path: Path) -> Path:
    path = tmp_path / "presse.db"
    with Library.open(path, create=True) as opened:
        opened.add(barrage())
        opened.add(BARE)
        opened.add(
            reading(
                "[s1 Ann] [c1 dit] [q1 oui].",
                article={
                    "id": "vieux",
                    "outlet": "La Dépêche d’Aurne",
                    "published": Published(value="2024-11", how="text", why=""),
                },
            )
        )
    return path


def run(*arguments: str, library: Path | None = None) -> int:
    return main(["export", *arguments, *(["--library", str(library)] if library else [])])


def ids(path: Path) -> list[str]:
    return [json.loads(line)["article"]["id"] for line in path.read_bytes().splitlines()]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((), {"vieux", "barrage", "rien"}),
        (("rien", "barrage", "rien"), {"rien", "barrage"}),
        (("https://courrier.example/2025/barrage?a=1&b=é&utm_source=x",), {"barrage"}),
        (("--outlet", "le courrier d’orsenna"), {"barrage"}),
        (("--since", "2024-11-15"), {"vieux", "barrage", "rien"}),
        (("--since", "2025-01-01"), {"barrage", "rien"}),
        (("vieux", "--since", "2025-01-01"), set()),
    ],
)
def test_which_articles(library: Path, tmp_path: Path, arguments: tuple[str, ...], expected: set[str]) -> None:
    out = tmp_path / "out.jsonl"
    assert run("jsonl", *arguments, "-o", str(out), library=library) == 0
    assert set(ids(out)) == expected
    assert len(ids(out)) == len(expected)


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (("xlsx",), 2, "'xlsx' is no format to export to; the choices are csv, csv-excel, csv-excel-fr"),
        (("csv", "nobody"), 1, "there is no article 'nobody'"),
        (("csv", "--outlet", "Le Monde"), 1, "the outlets are La Dépêche d’Aurne, Le Courrier d’Orsenna"),
        (("csv", "--since", "mars"), 2, "--since mars is no day"),
        (("csv", "--from", "x.jsonl", "barrage"), 2, "leave out ids"),
        (("csv", "--lang", "fr"), 2, "--lang and --rules-only are for articles that --from reads"),
        (("csv", "--force"), 2, "name it with -o"),
        (("csv", "--story", "s1"), 1, "no story"),
    ],
)
def test_what_is_wrong_is_told(
    library: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], status: int, told: str
) -> None:
    assert run(*arguments, library=None if "--from" in arguments else library) == status
    out, err = capsys.readouterr()
    assert told in err
    assert out == ""


@pytest.mark.parametrize("format", FORMATS)
def test_an_empty_library_gives_an_empty_file(format: str, tmp_path: Path) -> None:
    Library.open(tmp_path / "a.db", create=True).close()
    out = tmp_path / "out"
    assert run(format, "-o", str(out), library=tmp_path / "a.db") == 0
    assert out.read_bytes() == exported(format, [])


def test_a_file_is_not_written_over(library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.csv"
    out.write_text("mine")
    out.chmod(0o640)
    assert run("csv", "-o", str(out), library=library) == 1
    assert "--force" in capsys.readouterr().err
    assert out.read_text() == "mine"
    assert run("csv", "-o", str(out), "--force", library=library) == 0
    assert len(table(out.read_bytes())) == 5
    assert out.stat().st_mode & 0o777 == 0o640
    assert run("csv", "-o", str(tmp_path), library=library) == 2


def test_a_link_stays_one(library: Path, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link.csv").symlink_to(tmp_path / "real" / "a.csv")
    assert run("csv", "-o", str(tmp_path / "link.csv"), library=library) == 0
    assert (tmp_path / "link.csv").is_symlink()
    assert len(table((tmp_path / "real" / "a.csv").read_bytes())) == 5


def test_a_file_that_came_meanwhile_is_kept(library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out.jsonl"
    real = Library.get

    def get(self: Library, id: str, revision: int | None = None) -> Reading:
        out.write_text("mine")
        return real(self, id, revision)

    monkeypatch.setattr(Library, "get", get)
    assert run("jsonl", "-o", str(out), library=library) == 1
    assert out.read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".part"] == []


def test_nothing_half_written_is_left(library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Library.get

    def get(self: Library, id: str, revision: int | None = None) -> Reading:
        if id == "barrage":
            raise InputError("damaged", "it is damaged")
        return real(self, id, revision)

    monkeypatch.setattr(Library, "get", get)
    folder = tmp_path / "out"
    folder.mkdir()
    assert run("jsonl", "-o", str(folder / "a.jsonl"), library=library) == 1
    assert list(folder.iterdir()) == []
    (folder / "a.jsonl").write_text("mine")
    assert run("jsonl", "-o", str(folder / "a.jsonl"), "--force", library=library) == 1
    assert [path.read_text() for path in folder.iterdir()] == ["mine"]


def test_a_folder_that_is_not_there_is_told(library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("csv", "-o", str(tmp_path / "no" / "out.csv"), library=library) == 1
    assert "cannot be written" in capsys.readouterr().err


def test_out_of_files(tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    records, article = tmp_path / "a.jsonl", tmp_path / "b.txt"
    records.write_bytes(b"\xef\xbb\xbf" + barrage().to_json() + b"\n\n" + BARE.to_json())
    article.write_text("Selon le préfet, la digue pourrait céder. La mairie a nié tout retard.", "utf-8")
    arguments = ("--from", str(records), "--from", str(article), "--rules-only", "--lang", "fr")
    assert run("csv", *arguments) == 0
    found = table(capsysbinary.readouterr().out)
    assert [row["article"] for row in found[:4]] == ["barrage"] * 4
    assert [row["act"] for row in found[4:]] == ["say", "deny"]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b'{"selon": 1}\n', "line 1: it is no reading"),
        (b'{"a":', "line 1: it is no reading"),
        (b"", "there is nothing in it"),
    ],
)
def test_damaged_records_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str], data: bytes, told: str) -> None:
    (tmp_path / "a.jsonl").write_bytes(data)
    assert run("csv", "--from", str(tmp_path / "a.jsonl"), "-o", str(tmp_path / "out")) == 1
    assert told in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


# ---------------------------------------------------------------- the library's file in Datasette


def test_datasette_shows_the_ledger(library: Path) -> None:
    datasette = pytest.importorskip("datasette.app")

    async def asked() -> Any:
        server = datasette.Datasette([str(library)])
        await server.invoke_startup()
        page = await server.client.get("/presse/ledger")
        rows = await server.client.get("/presse/ledger.json?_shape=array")
        return page, rows

    page, rows = asyncio.run(asked())
    assert page.status_code == 200
    assert "Irène Vasseur" in page.text
    assert [(row["speaker"], row["act"]) for row in rows.json()][1:3] == [
        ("Irène Vasseur", "say"),
        ("le préfet", "deny"),
    ]
