"""FollowTheMoney entities (https://followthemoney.tech), as OpenAleph and other tools of investigators load them.

What is said is a `Note` on the article and on who says it, with the words as its description: a note is what somebody
remarks, whereas an event, a sanction or a directorship would state as a fact what an article merely reports.

- the article: `Article` with its text;
- who is named: `Person`, `PublicBody` for a state, `Organization` for other bodies and media; a `Mention` ties each to
  the article, and, if it is a source there, a `Documentation` whose role says so;
- each attribution: a `Note`; its keywords are the act, certainty, manner and type of source. Sources that are described
  and not named («un proche du dossier»), groups and documents are told in the note only: as entities with names they
  would be matched with people and companies.

An entity is one article's, unless linking knows who it is: then it has one id in all articles. A publication interval
is given as the month or year that it lies in, or not at all.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from selon import ledger
from selon.export._common import Linked, clean, is_named, json, told_when, web_address, words
from selon.labels import labels
from selon.model import Article, Attribution, Entity, EntityKind, Reading

DATASET = "selon"
_SCHEMATA: dict[EntityKind, str] = {
    "person": "Person", "org": "Organization", "media": "Organization", "state": "PublicBody"
}  # fmt: skip
_LANGUAGES = {
    "ar": "ara", "bg": "bul", "ca": "cat", "cs": "ces", "da": "dan", "de": "deu", "el": "ell", "en": "eng", "es": "spa",
    "fa": "fas", "fi": "fin", "fr": "fra", "he": "heb", "hi": "hin", "hu": "hun", "id": "ind", "it": "ita", "ja": "jpn",
    "ko": "kor", "nl": "nld", "no": "nor", "pl": "pol", "pt": "por", "ro": "ron", "ru": "rus", "sk": "slk", "sl": "slv",
    "sv": "swe", "tr": "tur", "uk": "ukr", "vi": "vie", "zh": "zho",
}  # fmt: skip
"""ISO 639-3, which FollowTheMoney has languages in."""
_BREAKS = re.compile("\r\n?|[\u2028\u2029]")
_SAFE = re.compile(r"[0-9a-zA-Z]([0-9a-zA-Z.-]*[0-9a-zA-Z])?")
_TEXT, _STRING, _NAME = 65_000, 1024, 384
"""Characters that a text, another string and a name may have."""


class Made(NamedTuple):
    """An entity: `entity` is its id in this article, `id` who it is as far as is known. No value is empty, and none
    comes twice."""

    id: str
    entity: str
    schema: str
    properties: dict[str, list[str]]


def to_ftm(readings: Iterable[Reading], linked: Linked) -> Iterator[bytes]:
    """Entities, a line of JSON each. One that several articles have comes again for each of them, to be merged by its
    id, as `ftm aggregate` does."""
    for reading in readings:
        for made in entities(reading, linked):
            shown = {"id": made.id, "schema": made.schema, "properties": made.properties, "datasets": [DATASET]}
            yield json(shown) + b"\n"


def to_ftm_statements(readings: Iterable[Reading], linked: Linked) -> Iterator[bytes]:
    """Statements, a line of JSON each: one value of one property of one entity, with the article's entity beside who it
    is across articles, and the version of Selon that says so."""
    for reading in readings:
        origin = f"selon {reading.selon}"
        for made in entities(reading, linked):
            yield _statement(made, "id", made.entity, origin)
            for name, values in made.properties.items():
                for value in values:
                    yield _statement(made, name, value, origin)


def _statement(made: Made, name: str, value: str, origin: str) -> bytes:
    key = f"{DATASET}.{made.entity}.{name}.{value}"
    shown = {
        "canonical_id": made.id,
        "entity_id": made.entity,
        "prop": name,
        "schema": made.schema,
        "value": value,
        "dataset": DATASET,
        "lang": None,
        "original_value": None,
        "first_seen": None,
        "last_seen": None,
        "external": False,
        "origin": origin,
        "id": hashlib.sha1(key.encode()).hexdigest(),
    }
    return json(shown) + b"\n"


def entities(reading: Reading, linked: Linked) -> Iterator[Made]:
    """The article, who is named in it, and what is said there."""
    article = reading.article
    document = _id(article.id)
    yield _made(document, None, "Article", _article(reading))
    speaking = {a.source.entity for a in reading.attributions}
    named: dict[str, Made] = {}
    for entity in reading.entities:
        schema = _SCHEMATA.get(entity.kind)
        if schema and is_named(entity, article.language) and _name(entity.name):
            made = _made(_id(article.id, entity.id), linked.known.get((article.id, entity.id)), schema, _named(entity))
            named[entity.id] = made
            yield made
            yield from _ties(article, document, entity, made, entity.id in speaking)
    for a in reading.attributions:
        speaker = named.get(a.source.entity or "")
        yield _made(_id(article.id, a.id), None, "Note", _note(reading, a, document, speaker))


def _ties(article: Article, document: str, entity: Entity, made: Made, speaks: bool) -> Iterator[Made]:
    mention = {
        "document": [document],
        "name": [_name(entity.name)],
        "resolved": [made.id],
        "detectedSchema": [made.schema],
    }
    yield _made(_id(article.id, entity.id, "mention"), None, "Mention", mention)
    if speaks:
        source = {"document": [document], "entity": [made.id], "role": ["source"], "date": [_date(article)]}
        yield _made(_id(article.id, entity.id, "source"), None, "Documentation", source)


def _article(reading: Reading) -> dict[str, list[str]]:
    article = reading.article
    text = _BREAKS.sub("\n", clean(article.text))
    return {
        "title": [_line(article.title, _STRING)],
        "author": [_line(article.byline, _STRING)],
        "publisher": [_line(article.outlet, _STRING)],
        "sourceUrl": [_url(article)],
        "publishedAt": [_date(article)],
        "language": [_LANGUAGES.get(article.language, "")],
        "mimeType": ["text/plain"],
        "contentHash": [hashlib.sha1(article.text.encode("utf-8", "surrogatepass")).hexdigest()],
        "bodyText": [text[at : at + _TEXT].strip() for at in range(0, len(text), _TEXT)],
        "processingAgent": [f"selon {reading.selon}"],
    }


def _named(entity: Entity) -> dict[str, list[str]]:
    roles = [_line(role, _STRING) for role in entity.roles]
    return {"name": [_name(entity.name)], "position" if entity.kind == "person" else "description": roles}


def _note(reading: Reading, a: Attribution, document: str, speaker: Made | None) -> dict[str, list[str]]:
    article, said = reading.article, labels(reading.article.language)
    who = ledger.source_name(reading, a) or said.nobody
    facts = [f"{who}{said.colon}{said.acts[a.act]}", "" if a.certainty == "certain" else said.certainties[a.certainty]]
    facts += [
        f"({ledger.signal(reading, a)})" if a.cue.spans else "",
        told_when(a) or "",
    ]
    outer = [name for one in ledger.chain(reading, a) if (name := ledger.source_name(reading, one))]
    facts += [f"{said.inside} {name}" for name in outer]
    return {
        "name": [_name(f"{who}{said.colon}{said.acts[a.act]} ({a.id})")],
        "summary": [_line(" · ".join(fact for fact in facts if fact), _TEXT)],
        "description": [_line(words(article.text, a.content.spans), _TEXT)],
        "keywords": [a.act, a.certainty, a.manner, f"source {a.source.type}"],
        "entity": [document, *([speaker.id] if speaker else [])],
        "proof": [document],
        "publisher": [_line(article.outlet, _STRING)],
        "sourceUrl": [_url(article)],
    }


def _made(entity: str, known: str | None, schema: str, properties: dict[str, list[str]]) -> Made:
    kept = {name: list(dict.fromkeys(filter(None, values))) for name, values in properties.items()}
    id = _id("known", "entity", known) if known else entity
    return Made(id, entity, schema, {name: values for name, values in kept.items() if values})


def _id(*parts: str) -> str:
    """An id that FollowTheMoney takes, the same for the same parts."""
    id = "-".join((DATASET, *parts))
    plain = all(_SAFE.fullmatch(part) and "-" not in part for part in parts) and len(id) < 200
    return id if plain else f"{DATASET}-{hashlib.sha1(json(parts)).hexdigest()}"


def _line(text: str | None, most: int) -> str:
    return " ".join(ledger.printable(clean(text or "")).split())[:most].strip()


def _name(name: str) -> str:
    """In the form that names have: on one line, without the quotation marks around it."""
    return _line(name, _NAME).strip("\"'«»“”‘’ ")


def _url(article: Article) -> str:
    url = web_address(article) or ""
    return url if len(url) <= 4096 else ""


def _date(article: Article) -> str:
    """The day, month or year; of an interval, the month or year that holds both of its ends."""
    first, _, last = (article.published.value if article.published else "").partition("/")
    while first and last and first != last:
        first, last = first.rpartition("-")[0], last.rpartition("-")[0]
    return first if re.fullmatch(r"\d{4}(-\d\d){0,2}", first) else ""
