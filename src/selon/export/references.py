"""The articles themselves, for lists of references: BibTeX (and biblatex), and CSL-JSON."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from typing import Any

from selon.export._common import Linked, array, clean, web_address
from selon.ledger import printable
from selon.model import Article, Published, Reading

_TEX = {
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}", "$": r"\$", "&": r"\&",
    "#": r"\#", "%": r"\%", "_": r"\_", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", '"': r"\textquotedbl{}",
}  # fmt: skip
"""BibTeX counts braces whether or not they are escaped."""
_LIGATURE = re.compile(r"(?<=[-'`,?!<>])(?=[-'`,<>])")
"""Where TeX makes one character of two."""
_DAY = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-\d\d)?)?")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LANGUAGES = {"fr": "french", "en": "english", "de": "german", "es": "spanish", "it": "italian", "pt": "portuguese"}
"""What babel, and biblatex after it, calls a language."""


def to_bibtex(readings: Iterable[Reading], _: Linked) -> Iterator[bytes]:
    """An entry an article, in UTF-8. What TeX would take for a command is escaped; bylines, titles and outlets are kept
    as they are written, in braces of their own. `date` is for biblatex, `year` and `month` for BibTeX."""
    for reading in readings:
        yield _entry(reading.article).encode()


def _entry(article: Article) -> str:
    fields = {
        "author": _kept(article.byline),
        "title": _kept(article.title),
        "journal": _kept(article.outlet),
        **_dated(article.published),
        "url": web_address(article),
        "langid": _LANGUAGES.get(article.language),
        "note": _tex(", ".join(article.credits)),
    }
    lines = [
        f"  {name} = {value if value in _MONTHS else '{' + value + '}'},\n" for name, value in fields.items() if value
    ]
    return f"@{'article' if article.outlet else 'misc'}{{{_key(article.id)},\n{''.join(lines)}}}\n\n"


def _key(id: str) -> str:
    """The article's id, as one may cite it; where it has to be changed for that, with a hash to tell it from others."""
    safe = re.sub(r"[^A-Za-z0-9:._-]", "-", id)
    return f"selon:{safe}" if safe == id else f"selon:{safe}-{hashlib.sha256(id.encode()).hexdigest()[:8]}"


def _tex(text: str | None) -> str:
    return _LIGATURE.sub("{}", "".join(_TEX.get(c, c) for c in printable(clean(text or ""))))


def _kept(text: str | None) -> str:
    """In braces, so that no case is changed and no name taken apart."""
    escaped = _tex(text)
    return f"{{{escaped}}}" if escaped else ""


def _dates(published: Published | None) -> list[list[int]]:
    """Year, month and day, as far as they are known; of an interval, of its two ends."""
    values = published.value.split("/") if published else []
    return [[int(part) for part in value.split("-")] for value in values if _DAY.fullmatch(value)]


def _dated(published: Published | None) -> dict[str, str]:
    """`date`; `year` and `month` where an interval does not leave them."""
    ends = _dates(published)
    if not published or not ends:
        return {}
    fields = {"date": published.value}
    if len({end[0] for end in ends}) == 1:
        fields["year"] = str(ends[0][0])
        months = {tuple(end[1:2]) for end in ends}
        if len(months) == 1 and (month := months.pop()):
            fields["month"] = _MONTHS[month[0] - 1]
    return fields


def to_csl_json(readings: Iterable[Reading], _: Linked) -> Iterator[bytes]:
    """CSL-JSON, an item an article; bylines are literal names, since nothing tells how to take them apart."""
    yield from array(b"", (_item(reading.article) for reading in readings), b"")


def _item(article: Article) -> dict[str, Any]:
    item = {
        "id": article.id,
        "type": "article-newspaper" if article.outlet else "webpage" if article.url else "document",
        "title": printable(clean(article.title or "")),
        "author": [{"literal": byline}] if (byline := printable(clean(article.byline or ""))) else None,
        "container-title": printable(clean(article.outlet or "")),
        "issued": _issued(article.published),
        "URL": web_address(article),
        "language": article.language,
        "note": printable(clean(", ".join(article.credits))),
    }
    return {name: value for name, value in item.items() if value}


def _issued(published: Published | None) -> dict[str, Any] | None:
    ends = _dates(published)
    return {"date-parts": ends} if ends else None
