"""What several formats share: the words of spans, what linking adds, text that is fit for any file, JSON in pieces."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote

import msgspec

from selon.labels import labels
from selon.ledger import GAP
from selon.linking.types import Claim, Known
from selon.model import Article, Attribution, Entity, Span

Key = tuple[str, str]
"""An article's id, and in it an attribution's or an entity's."""
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_WEB = re.compile(r"https?://[^\s/?#]+", re.IGNORECASE)


class Linked(NamedTuple):
    """What linking says of attributions and entities: the claim that each states, and who each is across articles."""

    claims: Mapping[Key, Claim] = {}
    known: Mapping[Key, str] = {}


def linked(claims: Iterable[Claim] = (), known: Iterable[Known] = ()) -> Linked:
    """Claims by the attributions that state them, and the ids of `known` by their mentions."""
    return Linked(
        {(o.article, o.attribution): claim for claim in claims for o in claim.occurrences if o.attribution},
        {mention: one.id for one in known for mention in one.mentions},
    )


def words(text: str, spans: Iterable[Span]) -> str:
    """The words of the spans to the letter, with an ellipsis between two."""
    return GAP.join(span.of(text) for span in spans)


def is_named(entity: Entity, language: str) -> bool:
    """Whether its name is one, rather than words that describe it.

    A person's begins with a capital, in scripts that have them. A body's may have it further on, after a definite
    article or none: «l’association Lourse vivante», «parquet de Niort», but not «une ville du Québec».
    """
    said, name = labels(language), entity.name
    if entity.kind in ("group", "doc") or said.is_pronoun(name):
        return False
    if entity.kind == "person":
        return not name[:1].islower() and not said.is_description(name)
    bare = said.definite.sub("", name, count=1)
    return not said.is_description(bare) and any(word and not word[0].islower() for word in re.split(r"[\s’'-]+", bare))


def told_when(attribution: Attribution) -> str | None:
    """When it was said, if the article tells the day; the day of publication is only the last that it can have been."""
    when = attribution.when
    return when.value if when and when.how != "published" and "X" not in when.value else None


def clean(text: str) -> str:
    """`text` without the control characters that files of other programs cannot hold; tabs and line ends stay."""
    return _CONTROLS.sub("", text)


def web_address(article: Article) -> str | None:
    """The article's address, if it is one of the web's, with what no address may hold written in percents."""
    url = clean(article.url or "").strip()
    return "".join(map(_in_url, url)) if _WEB.match(url) else None


def _in_url(c: str) -> str:
    return c if c.isprintable() and c not in ' "<>\\^`{|}' else quote(c)


def json(value: Any) -> bytes:
    return msgspec.json.encode(value)


def array(before: bytes, items: Iterable[Any], after: bytes) -> Iterator[bytes]:
    """A JSON array between `before` and `after`, an item a line."""
    yield before + b"["
    for i, item in enumerate(items):
        yield b",\n" * (i > 0) + json(item)
    yield b"]" + after + b"\n"
