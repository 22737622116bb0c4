"""Which way a copy went, and whom both have it from: credits, names, outlets and times, each a reason."""

import re
from datetime import UTC, datetime
from functools import lru_cache

from selon.agencies import agencies
from selon.linking._because import because
from selon.linking.types import Reason, Way
from selon.model import Article

_LAST_OF_TWO = {"co", "com", "org", "net", "ac", "gov", "gouv", "asso", "or", "ne"}
"""What stands before a country's ending in a site's name: bbc.co.uk."""
_WIRE = re.compile(r"/wires?/(\w+)/")
_SIGNS = "AP AFP UPI EFE DPA ANSA PA"
_COPYRIGHT = re.compile(r"(?:©|\bCopyright\b)\D{0,20}(?:\d{4})?\s+([^.\d]{2,60}?)\.")
_WORD = re.compile(r"\w+")
_LONGEST_NAME = 5
_SHORT = 120
"""Code points of a last line that may be a signature."""
_HEAD = 400
"""Code points at a text's head in which a dateline credits an agency."""


def in_order(one: Article, other: Article) -> bool:
    """Whether `one` comes first: by day and time of publication as far as both tell them, then by id."""
    return place(one) <= place(other)


def place(article: Article) -> tuple[str, str]:
    """Where the article stands in order of publication."""
    return (article.published.value if article.published else "9999", article.id)


def days_between(one: Article, other: Article) -> float:
    """Days between two publications, 0.0 where either is unknown."""
    left, right = day_of(one), day_of(other)
    return 0.0 if left is None or right is None else abs(left - right)


def day_of(article: Article) -> float | None:
    """When the article came out, in days since year 1, parts included; a month's is its middle."""
    value = article.published.value if article.published else ""
    try:
        moment = datetime.fromisoformat(f"{value}-15" if len(value) == len("2031-05") else value)
    except ValueError:
        return None
    moment = moment.astimezone(UTC) if moment.tzinfo else moment
    return moment.toordinal() + (moment.hour * 60 + moment.minute) / 1440


@lru_cache(maxsize=4096)
def site(name: str) -> str:
    """An outlet's name or host without what tells its editions apart: "www.rt.com", "RT.com" → "rt"."""
    name = re.sub(r"^\w+://", "", name.strip().casefold()).split("/")[0]
    parts = name.split(".")
    if len(parts) < 2 or " " in name:
        return re.sub(r"^(?:the|le|la|les|l['’]) ?|[\W_]+", "", name)
    parts = parts[:-1]
    if len(parts) > 1 and parts[-1] in _LAST_OF_TWO:
        parts = parts[:-1]
    return re.sub(r"[\W_]+", "", parts[-1])


def outlet(article: Article) -> str:
    """The outlet as one word, or "" where the article names none."""
    return site(article.outlet) if article.outlet else site(article.url) if article.url else ""


def same_outlet(a: Article, b: Article) -> bool:
    return bool(outlet(a)) and outlet(a) == outlet(b)


def credited(article: Article) -> tuple[str, ...]:
    """The agencies that the article owes its text to, by its credits, byline, outlet, address and dateline."""
    lines = [*article.credits, *(re.split(r"[,;/]", article.byline) if article.byline else ()), article.outlet or ""]
    wire = _WIRE.search(article.url) if article.url else None
    if wire:
        lines.append(wire[1].upper() if wire[1].upper() in _SIGNS.split() else wire[1].capitalize())
    text = article.text.strip().splitlines() or [""]
    head = next((line for line in text[1:] if line.strip()), "")[:_HEAD]
    dateline = re.match(r".{2,60}?\(([^)]{2,40})\)\s*[-–—:]", head)
    lines += [f"({dateline[1]})"] if dateline else []
    lines += [line for line in text[-3:] if len(line) < _SHORT]
    lines += [owner[1] for line in text[-3:] if (owner := _COPYRIGHT.search(line))]
    return agencies(line.strip() for line in lines if line)


def _names(article: Article, other: str) -> bool:
    """Whether the text names the outlet `other`, in one capital word or several: "The Harbour Post"."""
    words = _WORD.findall(article.text)
    return any(
        "".join(words[n : n + size]).casefold() == other
        for n, word in enumerate(words)
        if word[0].isupper() and other.startswith(word.casefold())
        for size in range(1, _LONGEST_NAME + 1)
    )


def direction(a: Article, b: Article) -> tuple[Way, str | None, tuple[Reason, ...]]:
    """The way of what `a`, the earlier, and `b` share; its origin; the reasons, the weightiest first."""
    why: list[Reason] = []
    way: Way = "unknown"
    origin = None
    ours, theirs = credited(a), credited(b)
    both = [name for name in ours if name in theirs]
    mine, yours = outlet(a), outlet(b)
    wires = [agencies([article.outlet or ""]) for article in (a, b)]
    if any(wires) and not all(wires):
        (origin, *_), source, way = (wires[0], a, "a_to_b") if wires[0] else (wires[1], b, "b_to_a")
        why.append(because("agency", origin, article=source.id))
    elif both:
        way, origin = "common", both[0]
        why.append(because("both_credit", both[0]))
    elif ours or theirs:
        one, names = (a, ours) if ours else (b, theirs)
        way, origin = "common", names[0]
        why.append(because("one_credits", names[0], article=one.id))
        if ours and theirs:
            why.append(because("one_credits", theirs[0], article=b.id))
    elif mine and mine != yours and _names(b, mine):
        way, origin = "a_to_b", a.outlet
        why.append(because("credits_other", mine, article=b.id))
    elif yours and mine != yours and _names(a, yours):
        way, origin = "b_to_a", b.outlet
        why.append(because("credits_other", yours, article=a.id))
    if same_outlet(a, b):
        why.append(because("same_outlet", a.outlet or b.outlet or ""))
    known, first = _earlier(a, b)
    why.append(known)
    if way == "unknown" and first:
        way = "a_to_b"
        origin = a.outlet if not same_outlet(a, b) else None
    return way, origin, tuple(why)


def _earlier(a: Article, b: Article) -> tuple[Reason, bool]:
    """What the times of publication say, and whether a is the earlier by them."""
    if not a.published or not b.published:
        return because("no_time"), False
    left, right = (value.removesuffix("T00:00:00") for value in (a.published.value, b.published.value))
    size = min(len(left), len(right))
    if left[:size] == right[:size]:
        return because("same_time", left[:size]), False
    return because("earlier", left, right, article=a.id), True
