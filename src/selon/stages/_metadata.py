"""What a page says about itself: JSON-LD, Open Graph, meta tags, the address, then the words."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from selon.model import Note, Published
from selon.stages._blocks import likeness, tidy, words

_ARTICLE_TYPES = re.compile(r"Article|BlogPosting|Report|LiveBlog", re.I)
_ISO_DAY = re.compile(r"\s*((?:19|20)\d\d)-(\d\d)-(\d\d)(?:$|[T\s])")
_COMPACT_DAY = re.compile(r"\s*((?:19|20)\d\d)(\d\d)(\d\d)(?:$|[T\s]?\d{4,6})")
_URL_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)[/-]?([01]\d)[/-]?([0-3]\d)(?!\d)")
_META_DATES = (
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "parsely-pub-date",
    "sailthru.date",
    "date.issued",
    "dc.date.issued",
    "dcterms.created",
    "dc.date",
    "dc.date.created",
    "datepublished",
    "publishdate",
    "pubdate",
    "publish-date",
    "publish_date",
    "article.published",
    "cxenseparse:recs:publishtime",
    "date",
    "dateposted",
    "originalpublicationdate",
)
_OUTLET_EDGES = re.compile(r"\s+(?:[-–—|·•»:<]|::)\s+")
_MOST_OUTLET_WORDS = 6
_LOCALE = re.compile(r"[A-Za-z]{2,3}(?![A-Za-z])")


class Linked(NamedTuple):
    """What the page's JSON-LD says of its article."""

    headline: str | None = None
    author: str | None = None
    published: str | None = None
    publisher: str | None = None
    language: str | None = None
    body: str = ""


def linked_data(root: HtmlElement) -> Linked:
    """The first article in the page's JSON-LD; broken JSON is passed over."""
    nodes = [node for script in root.iter("script") for node in _nodes(script)]
    articles = [n for n in nodes if _ARTICLE_TYPES.search(str(n.get("@type", "")))]
    merged: dict[str, Any] = {}
    for node in articles[:1] or [n for n in nodes if "articleBody" in n][:1]:
        merged.update(node)
    by_id = {n["@id"]: n for n in nodes if isinstance(n.get("@id"), str) and "name" in n}
    return Linked(
        headline=_text(merged.get("headline")) or _text(merged.get("name")),
        author=_names(merged.get("author"), by_id),
        published=_text(merged.get("datePublished")) or _text(merged.get("dateCreated")),
        publisher=_names(merged.get("publisher"), by_id),
        language=_text(merged.get("inLanguage")),
        body=_plain(merged.get("articleBody")),
    )


def meta_tags(root: HtmlElement) -> dict[str, str]:
    """Lower-case name, property or itemprop → content of the page's meta tags; the first one counts."""
    found: dict[str, str] = {}
    for tag in root.iter("meta"):
        name = tag.get("property") or tag.get("name") or tag.get("itemprop") or ""
        content = tidy(tag.get("content") or "")
        if name and content:
            found.setdefault(name.strip().lower(), content)
    return found


def canonical_url(root: HtmlElement, meta: Mapping[str, str], url: str | None) -> str | None:
    """The address the page gives itself, else the one it came from."""
    links = [link.get("href") for link in root.iter("link") if (link.get("rel") or "").lower() == "canonical"]
    for found in (*links, meta.get("og:url"), url):
        full = _joined(url, found)
        if full and urlsplit(full).path.strip("/"):  # a bare domain is a site's careless template
            return full
    return url


def outlet_of(root: HtmlElement, linked: Linked, meta: Mapping[str, str], url: str | None) -> str | None:
    """The outlet's name as the page gives it, else what its title puts behind the headline, else its domain."""
    named = meta.get("og:site_name") or linked.publisher or meta.get("application-name") or meta.get("dc.publisher")
    if named and not re.match(r"https?://|@", named):
        return re.sub(r"^(?:www\.)", "", named)
    return _outlet_in_title(root) or domain_of(url)


def _outlet_in_title(root: HtmlElement) -> str | None:
    """ "La Gazette" where the title is "Headline - La Gazette" and a heading of the page is the headline."""
    title = next((tidy(t.text_content()) for t in root.iter("title")), "")
    heads = [tidy(h.text_content()) for h in root.iter("h1", "h2")]
    for cut in _OUTLET_EDGES.finditer(title):
        name = title[cut.end() :]
        if len(name.split()) <= _MOST_OUTLET_WORDS and any(
            h and likeness(h, title[: cut.start()]) > 0.9 for h in heads
        ):
            return name
    return None


def domain_of(url: str | None) -> str | None:
    """The host of `url` without "www."."""
    try:
        host = urlsplit(url or "").hostname
    except ValueError:
        return None
    return host.removeprefix("www.") if host else None


def language_of(root: HtmlElement, linked: Linked, meta: Mapping[str, str]) -> str | None:
    """ISO 639-1 code that the page claims for itself."""
    html_lang = root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang")
    for claim in (
        html_lang,
        linked.language,
        meta.get("og:locale"),
        meta.get("language"),
        meta.get("content-language"),
    ):
        code = _LOCALE.match((claim or "").strip())
        if code and len(code[0]) == 2:
            return code[0].lower()
    return None


def published_of(
    root: HtmlElement, linked: Linked, meta: Mapping[str, str], url: str | None
) -> tuple[Published | None, tuple[Note, ...]]:
    """The day the page says it was published: JSON-LD, meta tags, time elements, then its address; and a note where
    these differ by more than the day that time zones make. Time elements may date anything else, and are not asked."""
    told = [
        Published(value=day, how="metadata", why=f"{why} {value.strip()[:40]}")
        for why, value in _dates(root, linked, meta)
        if (day := iso_day(value))
    ]
    addressed = published_in_url(url)
    if addressed:
        told.append(addressed)
    if not told:
        return None, ()
    first = date.fromisoformat(told[0].value)
    others = [
        one.why
        for one in told[1:]
        if not one.why.startswith("time element") and abs(date.fromisoformat(one.value) - first) > timedelta(days=1)
    ]
    if not others:
        return told[0], ()
    message = (
        f"the page gives several days of publication, of which the first is taken: {told[0].why}; {'; '.join(others)}"
    )
    return told[0], (Note(stage="page", code="dates-differ", message=message),)


def published_in_url(url: str | None) -> Published | None:
    """The day written in the address, as in /2023/09/12/ or -20230912."""
    for found in _URL_DAY.finditer(urlsplit(url).path if url else ""):
        day = _valid(*found.groups())
        if day:
            return Published(value=day, how="url", why=f"the address has {found[0]}")
    return None


def iso_day(value: str) -> str | None:
    """The calendar day of an ISO 8601 date or time, as printed, whatever its zone; None for other strings."""
    found = _ISO_DAY.match(value) or _COMPACT_DAY.match(value)
    return _valid(*found.groups()) if found else None


def without_outlet(title: str, outlet_names: tuple[str | None, ...]) -> str:
    """`title` less the outlet's name at either end, set off by a dash or a bar."""
    names = [set(words(name)) for name in outlet_names if name]
    squeezed = ["".join(words(name)) for name in outlet_names if name]
    cuts = list(_OUTLET_EDGES.finditer(title))
    for cut in cuts[::-1]:
        tail = title[cut.end() :]
        if _names_outlet(tail, names, squeezed):
            return without_outlet(title[: cut.start()], outlet_names)
    for cut in cuts:
        if _names_outlet(title[: cut.start()], names, squeezed):
            return title[cut.end() :]
    return title


def _names_outlet(part: str, names: list[set[str]], squeezed: list[str]) -> bool:
    folded = words(part)
    joined = "".join(folded)
    return (
        bool(folded)
        and len(folded) <= 8
        and (
            any(name and len(name & set(folded)) >= 0.6 * max(len(name), 1) for name in names)
            or any(len(joined) >= 3 and (joined in name or name in joined) for name in squeezed if len(name) >= 3)
        )
    )


def _dates(root: HtmlElement, linked: Linked, meta: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if linked.published:
        yield "JSON-LD datePublished", linked.published
    for name in _META_DATES:
        if name in meta:
            yield f"meta {name}", meta[name]
    for element in root.iter("time", "abbr", "span", "div", "p"):
        prop = (element.get("itemprop") or "").lower()
        marked = "datepublished" in prop or element.get("pubdate") is not None
        stamp = element.get("datetime") or element.get("content") or (element.text if marked else None)
        if stamp and (marked or element.tag == "time"):
            yield f"{element.tag} element", stamp


def _nodes(script: HtmlElement) -> Iterator[dict[str, Any]]:
    if "ld+json" not in (script.get("type") or "").lower() or not script.text:
        return
    text = re.sub(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|(?://\s*)?\]\]>)\s*;?\s*$", "", script.text)
    try:
        stack = [json.loads(text, strict=False)]
    except (ValueError, RecursionError):
        return
    while stack:
        node = stack.pop(0)
        if isinstance(node, list):
            stack[:0] = node
        elif isinstance(node, dict):
            yield node
            stack += [
                v for k, v in node.items() if isinstance(v, list | dict) and k not in ("comment", "itemListElement")
            ]


def _text(value: object) -> str | None:
    if isinstance(value, list) and value:
        value = value[0]
    return tidy(_plain(value)) or None if isinstance(value, str) else None


def _names(value: object, by_id: Mapping[str, dict[str, Any]]) -> str | None:
    found = []
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            item = item.get("name") or by_id.get(str(item.get("@id")), {}).get("name")
        name = _text(item)
        if name and name not in found and not name.startswith("http"):
            found.append(name)
    return ", ".join(found) or None


def _plain(value: object) -> str:
    """A JSON-LD string as text: entities and tags, which many sites leave in it, resolved."""
    if not isinstance(value, str):
        return ""
    from html import unescape

    text = unescape(unescape(value))
    return re.sub(r"</?[a-zA-Z][^<>]*>", "\n", text)


def _joined(base: str | None, link: str | None) -> str | None:
    try:
        full = urljoin(base or "", (link or "").strip())
        return full if urlsplit(full).scheme in ("http", "https") else None
    except ValueError:
        return None


def _valid(year: str, month: str, day: str) -> str | None:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None
