"""Attributions as Web Annotations (W3C Recommendations of 23 February 2017), in JSON-LD.

Each is an annotation of the words of its content, found by their position and by quoting them with what stands around
them. Positions are code points into the article's text, which is not the page's: where the article has an address, that
is the annotation's source, and a state says that the selectors are of the text, which is named by its hash (RFC 6920).
So whoever has only the page anchors by the quotation.

The first body is for people. The second is the attribution: its act, certainty, manner and source, as IRIs of an
experimental URN namespace, which lead nowhere and do not change; with the words of source and cue, selected likewise.
An annotation's own IRI follows from the text and from where the attribution stands in it, so that reading the same text
again gives the same IRIs.
"""

import base64
import hashlib
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from selon import ledger
from selon.export._common import Linked, array, json, told_when, web_address
from selon.labels import labels, language_name
from selon.model import Article, Attribution, Reading, Span

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
VOCABULARY = "urn:x-selon:"
_TERMS = {
    "selon": VOCABULARY,
    **{name: {"@id": f"selon:{name}", "@type": "@id"} for name in ("act", "certainty", "manner", "sourceType", "kind")},
    **{name: {"@id": f"selon:{name}", "@type": "@id"} for name in ("saidBy", "inside", "sourceWords", "cueWords")},
    **{name: f"selon:{name}" for name in ("attribution", "entity", "role", "said", "foundBy", "score")},
}
_AROUND = 32
"""Code points of prefix and suffix."""
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, VOCABULARY)


def to_annotations(readings: Iterable[Reading], _: Linked) -> Iterator[bytes]:
    """One AnnotationCollection with one page, which holds all annotations."""
    count = 0
    ids = hashlib.sha256()

    def counted() -> Iterator[dict[str, Any]]:
        nonlocal count
        for reading in readings:
            for one in annotations(reading):
                count += 1
                ids.update(one["id"].encode())
                yield one

    context = json([CONTEXT, _TERMS])
    before = (
        b'{"@context":' + context + b',"type":"AnnotationCollection","label":"Selon","first":{"type":"AnnotationPage",'
    )
    yield from _open_array(before + b'"startIndex":0,"items":', counted())
    collection = uuid.uuid5(_NAMESPACE, ids.hexdigest())
    yield f',"id":"urn:uuid:{uuid.uuid5(collection, "1")}","partOf":"urn:uuid:{collection}"}}'.encode()
    yield f',"id":"urn:uuid:{collection}","total":{count}}}\n'.encode()


def _open_array(before: bytes, items: Iterable[Any]) -> Iterator[bytes]:
    for piece in array(before, items, b""):
        yield piece.removesuffix(b"\n")


def annotations(reading: Reading) -> Iterator[dict[str, Any]]:
    """The annotations of one article, without a context."""
    of_text = text_iri(reading.article.text)
    ids = _ids(reading.attributions, of_text)
    for a in reading.attributions:
        if a.content.spans:
            yield _annotation(reading, a, of_text, ids)


def text_iri(text: str) -> str:
    """The name of a text by its SHA-256 (RFC 6920)."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    return "ni:///sha-256;" + base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _ids(attributions: Iterable[Attribution], of_text: str) -> dict[str, str]:
    """The IRI of each attribution, by its id."""
    found: dict[str, str] = {}
    seen: Counter[str] = Counter()
    for a in attributions:
        where = " ".join(f"{s.start}-{s.end}" for s in (*a.content.spans, *a.cue.spans, *a.source.spans))
        seen[where] += 1
        found[a.id] = f"urn:uuid:{uuid.uuid5(_NAMESPACE, f'{of_text} {where} {seen[where]}')}"
    return found


def _annotation(reading: Reading, a: Attribution, of_text: str, ids: dict[str, str]) -> dict[str, Any]:
    article, said = reading.article, labels(reading.article.language)
    targets = [_resource(article, of_text, span) for span in a.content.spans]
    firm = "" if a.certainty == "certain" else f" ({said.certainties[a.certainty]})"
    shown = f"{ledger.source_name(reading, a) or said.nobody}{said.colon}{said.acts[a.act]}{firm}"
    comment = {
        "type": "TextualBody",
        "purpose": "describing",
        "format": "text/plain",
        "language": article.language if said.language == language_name(article.language) else "en",
        "value": shown,
    }
    return {
        "id": ids[a.id],
        "type": "Annotation",
        "motivation": "describing",
        "generator": {"id": f"selon:version-{reading.selon}", "type": "Software", "name": f"Selon {reading.selon}"},
        "body": [comment, _body(reading, a, of_text, ids)],
        "target": targets if len(targets) > 1 else targets[0],
    }


def _body(reading: Reading, a: Attribution, of_text: str, ids: dict[str, str]) -> dict[str, Any]:
    article = reading.article
    body = {
        "type": "selon:Attribution",
        "attribution": a.id,
        "act": f"selon:act-{a.act}",
        "certainty": f"selon:certainty-{a.certainty}",
        "manner": f"selon:manner-{a.manner}",
        "sourceType": f"selon:source-{a.source.type}",
        "saidBy": _who(reading, a),
        "sourceWords": [_resource(article, of_text, span) for span in a.source.spans],
        "cueWords": [_resource(article, of_text, span) for span in a.cue.spans],
        "inside": ids[a.inside] if a.inside else None,
        "said": told_when(a),
        "foundBy": a.by,
        "score": a.score,
    }
    return {name: value for name, value in body.items() if value not in (None, [])}


def _who(reading: Reading, a: Attribution) -> dict[str, Any] | None:
    entity = reading.entity(a.source.entity)
    if entity is None:
        return None
    who = {"type": "selon:Entity", "entity": entity.id, "name": entity.name, "kind": f"selon:kind-{entity.kind}"}
    return {**who, "role": list(entity.roles)} if entity.roles else who


def _resource(article: Article, of_text: str, span: Span) -> dict[str, Any]:
    """The words at `span`, of the page if it has an address, in the state in which it is this text."""
    text, url = article.text, web_address(article)
    quote = {"type": "TextQuoteSelector", "exact": span.of(text)}
    if before := text[max(0, span.start - _AROUND) : span.start]:
        quote["prefix"] = before
    if after := text[span.end : span.end + _AROUND]:
        quote["suffix"] = after
    selectors = [{"type": "TextPositionSelector", "start": span.start, "end": span.end}, quote]
    made: dict[str, Any] = {"type": "SpecificResource", "source": url or of_text}
    if url:
        made["state"] = {"type": "TimeState", "cached": of_text}
    return {**made, "selector": selectors}
