"""The places of articles on the map (RFC 7946), with what is said of each and who says so."""

from collections.abc import Iterable, Iterator
from typing import Any

from selon import ledger
from selon.export._common import Linked, array, clean, web_address
from selon.export._common import words as words_at
from selon.model import Attribution, Place, Reading, Span


def to_geojson(readings: Iterable[Reading], _: Linked) -> Iterator[bytes]:
    """A FeatureCollection with a point for each place of each article that has coordinates, WGS 84.

    `words` are the article's for it; `said` has each attribution whose content names it: who says what how firmly.
    `own_voice` says whether the outlet names it in its own name too.
    """
    features = (feature for reading in readings for feature in _features(reading))
    yield from array(b'{"type":"FeatureCollection","features":', features, b"}")


def _features(reading: Reading) -> Iterator[dict[str, Any]]:
    found: dict[object, list[Place]] = {}
    for place in reading.places:
        if place.lat is not None and place.lon is not None:
            found.setdefault(place.geonames or (place.name, place.lat, place.lon), []).append(place)
    for number, places in enumerate(found.values(), 1):
        yield _feature(reading, number, places)


def _feature(reading: Reading, number: int, places: list[Place]) -> dict[str, Any]:
    article, first = reading.article, places[0]
    spans = [Span(place.start, place.end) for place in places]
    voices = [_innermost(reading, span) for span in spans]
    inner = list({a.id: a for found in voices for a in found}.values())
    return {
        "type": "Feature",
        "id": f"{article.id}/{first.geonames or number}",
        "geometry": {"type": "Point", "coordinates": [first.lon, first.lat]},
        "properties": {
            "name": first.name,
            "kind": first.kind,
            "country": first.country,
            "geonames": first.geonames,
            "words": list(dict.fromkeys(clean(words_at(article.text, [span])) for span in spans)),
            "article": article.id,
            "title": article.title,
            "outlet": article.outlet,
            "published": article.published.value if article.published else None,
            "url": web_address(article),
            "language": article.language,
            "own_voice": not all(voices),
            "said": [
                {
                    "attribution": a.id,
                    "by": ledger.source_name(reading, a),
                    "source_type": a.source.type,
                    "via": [name for outer in ledger.chain(reading, a) if (name := ledger.source_name(reading, outer))],
                    "act": a.act,
                    "certainty": a.certainty,
                    "words": clean(words_at(article.text, a.content.spans)),
                }
                for a in inner
            ],
        },
    }


def _innermost(reading: Reading, span: Span) -> list[Attribution]:
    """The attributions whose content names it, less those that hold another one that does."""
    found = [a for a in ledger.in_order(reading) if any(piece.covers(span) for piece in a.content.spans)]
    return [a for a in found if not any(other.inside == a.id for other in found)]
