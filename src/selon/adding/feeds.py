"""RSS and Atom feeds and (news) sitemaps → the addresses that they list."""

import datetime
import io
import re
from typing import Any, NamedTuple
from urllib.parse import urljoin

from selon.model import InputError

_XML = re.compile(rb"\s*(?:<\?xml[^>]*>|<!--.*?-->|<!DOCTYPE[^>\[]*>|<\?xml-stylesheet[^>]*>|\s)*<(\w+:)?(\w+)", re.S)
_FEEDS = {b"rss", b"feed", b"RDF", b"rdf"}
_SITEMAPS = {b"urlset", b"sitemapindex"}
_ADVERTISED = re.compile(r"<link\b[^>]*\btype=[\"']application/(?:rss|atom)\+xml[\"'][^>]*>", re.I)
_HREF = re.compile(r"\bhref=[\"']([^\"']+)", re.I)


class Listed(NamedTuple):
    """An address that a feed or sitemap lists; `day` (ISO 8601) is when it says it was published. `nested`: it is
    another sitemap. `changed` is the feed's own mark of the entry's last change, whatever it looks like."""

    url: str
    day: str | None = None
    nested: bool = False
    changed: str | None = None


def kind_of(data: bytes) -> str | None:
    """ "feed" or "sitemap" by the outermost tag; None for anything else."""
    found = _XML.match(data.removeprefix(b"\xef\xbb\xbf")[:4096])
    if not found:
        return None
    return "feed" if found[2] in _FEEDS else "sitemap" if found[2] in _SITEMAPS else None


def listed(data: bytes, url: str | None) -> tuple[Listed, ...]:
    """What a feed or sitemap that came from `url` lists, in its order, each address once.

    Raises InputError (code "feed") on anything else, naming the feeds that a page advertises.
    """
    kind = kind_of(data)
    if kind == "sitemap":
        found = _sitemap(data, url)
    elif kind == "feed":
        found = _feed(data, url)
    else:
        raise InputError("feed", f"it is no feed (RSS, Atom) and no sitemap{_advertised(data, url)}")
    first: dict[str, Listed] = {}
    for one in found:
        first.setdefault(one.url, one)
    return tuple(first.values())


def _feed(data: bytes, url: str | None) -> list[Listed]:
    import feedparser  # 0.1 s to import

    parsed: Any = feedparser.parse(io.BytesIO(data), response_headers={"content-location": url} if url else {})
    found = []
    for entry in parsed.entries:
        link = entry.get("link") or next((x.get("href") for x in entry.get("links", ()) if x.get("href")), None)
        if link and urljoin(url or "", link).startswith(("http://", "https://")):
            changed = dict.get(entry, "updated") or dict.get(entry, "published")  # its own get warns
            found.append(Listed(urljoin(url or "", link), _day(entry.get("published_parsed")), changed=changed))
    if not found and (parsed.bozo or not parsed.version):
        raise InputError("feed", f"the feed is broken ({parsed.get('bozo_exception') or 'no entry can be read'})")
    return found


def _day(parsed: Any) -> str | None:
    """The UTC day of a struct_time."""
    try:
        return datetime.date(*parsed[:3]).isoformat() if parsed else None
    except ValueError:
        return None


def _sitemap(data: bytes, url: str | None) -> list[Listed]:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, remove_comments=True)
    root = etree.fromstring(data, parser)
    found = []
    for item in () if root is None else root:
        if not isinstance(item.tag, str):
            continue
        fields = {etree.QName(x).localname: (x.text or "").strip() for x in item.iter() if isinstance(x.tag, str)}
        where = urljoin(url or "", fields.get("loc", ""))
        if where.startswith(("http://", "https://")):
            day = re.match(r"\d{4}-\d\d-\d\d", fields.get("publication_date", ""))
            nested = etree.QName(item).localname == "sitemap"
            found.append(Listed(where, day[0] if day else None, nested, fields.get("lastmod") or None))
    if not found and parser.error_log:
        raise InputError("feed", f"the sitemap is broken ({parser.error_log[0].message}): no address can be read")
    return found


def _advertised(data: bytes, url: str | None) -> str:
    """The feeds that a page says it has, as the end of a message."""
    links = [_HREF.search(tag) for tag in _ADVERTISED.findall(data.decode("utf-8", "replace"))]
    found = list(dict.fromkeys(urljoin(url or "", link[1]) for link in links if link))[:4]
    return f"; the page names these: {', '.join(found)}" if found else "; selon add takes pages and files"
