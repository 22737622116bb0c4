"""Whose voice an occurrence is, and how two voices compare: the numbers by which it is told whether they are one."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from selon.agencies import agencies as named_agencies
from selon.lang.registry import linking_words
from selon.linking._names import country
from selon.linking._words import plain
from selon.linking.origin import outlet
from selon.linking.types import Stance
from selon.model import Attribution, Reading, SourceType, Span

_WORD = re.compile(r"\w[\w-]*")
_STEM = 7
_RUN = 5


class Who(NamedTuple):
    """Somebody behind words. `words` are those of the name, the description and the roles that say who it is,
    `proper` the capitalised ones, `surname` that of a person known by name."""

    type: SourceType
    name: str
    words: frozenset[str]
    proper: frozenset[str]
    surname: str | None
    government: bool
    country: str | None
    """ISO code of the one country that the name, the description and the roles tell."""


class Told(NamedTuple):
    """One occurrence of a claim as origins see it. `who` is None where the outlet says it itself; `chain` are the
    attributions around it, the innermost first."""

    reading: Reading
    number: int
    spans: tuple[Span, ...]
    sentence: str
    stance: Stance
    chain: tuple[Attribution, ...]
    who: Who | None
    agency: str | None
    outlet: str
    day: str
    head: bool
    words: frozenset[str]
    stems: Counter[str]
    runs: frozenset[tuple[str, ...]]
    place: float
    """How far down its article it stands, in [0, 1]."""
    sure: float
    """How sure it is that it states the claim, in [0, 1]."""
    chief: bool
    """Whether its words are those that the claim is told by, or a user has ruled that they state it."""


@cache
def _list(name: str) -> frozenset[str]:
    return frozenset(map(plain, linking_words()[name]))


def content(words: str) -> list[str]:
    """The words that say something, without case and accents."""
    return [w for m in _WORD.finditer(words) if (w := plain(m[0])) not in _list("small") and len(w) > 1]


def _proper(words: str) -> frozenset[str]:
    found = set()
    for n, m in enumerate(_WORD.finditer(words)):
        word = plain(m[0])
        common = word in _list("small") or (not n and word in _list("government") | _list("mouthpiece"))
        if m[0][0].isupper() and not common:
            found.add(word)
    return frozenset(found)


def who(reading: Reading, a: Attribution | None) -> Who | None:
    """Who says what `a` attributes; None where nobody is named."""
    if a is None or (a.source.type == "none" and a.source.entity is None):
        return None
    text = reading.article.text
    entity = reading.entity(a.source.entity)
    source = " ".join(span.of(text) for span in a.source.spans)
    name = entity.name if entity else source
    roles = " ".join(entity.roles) if entity else ""
    type_ = a.source.type
    if type_ == "none":
        type_ = "named" if entity and entity.kind == "person" and _proper(name) else "org"
    surname = None
    if entity and entity.kind == "person" and type_ == "named":
        capitals = [m[0] for m in _WORD.finditer(name) if m[0][0].isupper()]
        surname = plain(capitals[-1]) if capitals else None
    words = frozenset(content(f"{name} {source if content(source) or not entity else ''} {roles}"))
    proper = _proper(name) | _proper(source) | _proper(roles)
    land, _ = country(f"{name} {source} {roles}")
    return Who(type_, name, words, proper, surname, bool(words & _list("government")), land)


def told(
    reading: Reading,
    number: int,
    spans: Sequence[Span],
    sentence: Span,
    attribution: str | None,
    stance: Stance,
    agencies: Sequence[str],
    sure: float = 1.0,
    chief: bool = False,
) -> Told:
    """An occurrence of article `number` of a story, which credits `agencies`."""
    article = reading.article
    by_id = {a.id: a for a in reading.attributions}
    chain = []
    while attribution is not None:
        chain.append(by_id[attribution])
        attribution = by_id[attribution].inside
    said = who(reading, chain[0] if chain else None)
    words = " ".join(span.of(article.text) for span in spans)
    whole = sentence.of(article.text)
    plain_words = [plain(m[0]) for m in _WORD.finditer(whole)]
    return Told(
        reading,
        number,
        tuple(spans),
        whole,
        stance,
        tuple(chain),
        said,
        agencies[0] if agencies else None,
        outlet(article),
        article.published.value[:10] if article.published else "",
        0 <= spans[0].start < article.text.find("\n"),
        frozenset(content(whole)),
        Counter(plain(m[0])[:_STEM] for m in _WORD.finditer(words) if len(m[0]) > 2),
        frozenset(tuple(plain_words[n : n + _RUN]) for n in range(len(plain_words) - _RUN + 1)),
        spans[0].start / max(1, len(article.text)),
        sure,
        chief,
    )


def abroad(x: Who, y: Who) -> bool:
    """Whether two who speak for governments speak for those of two countries."""
    return x.government and y.government and bool(x.country and y.country) and x.country != y.country


def same(x: Who, y: Who, one_article: bool) -> str | None:
    """By what kind of likeness two voices may be one, None if by none."""
    governments = x.government and y.government and not abroad(x, y)
    if x.surname and y.surname:
        if x.surname == y.surname or x.surname in y.words or y.surname in x.words:
            return "person"
        return "government" if governments else None
    if x.surname or y.surname:
        person, other = (x, y) if x.surname else (y, x)
        if person.surname in other.words:
            return "person"
        if governments:
            return "government"
        if (person.proper - {person.surname}) & other.proper:
            return "speaks_for"
        return "role" if other.words and other.words <= person.words else None
    if governments:
        return "government"
    if x.proper and y.proper:
        return "name" if x.proper & y.proper else None
    mouth = _list("mouthpiece")
    if one_article:
        return "words" if (x.words - mouth) & (y.words - mouth) or x.words == y.words else None
    if {x.type, y.type} <= {"role", "group"}:
        return None
    core = (x.words & y.words) - mouth
    return "body" if core and core in (x.words - mouth, y.words - mouth) else None


def acronym(x: Who, y: Who) -> bool:
    """Whether one is named by the initials of the other."""
    for short, long in ((x.name, y.name), (y.name, x.name)):
        initials = "".join(m[0][0] for m in _WORD.finditer(long) if m[0][0].isupper())
        if len(initials) > 1 and any(m[0] == initials for m in _WORD.finditer(short)):
            return True
    return False


def pair(x: Told, y: Told, all_: Sequence[Told], copied: bool) -> dict[str, float]:
    """What speaks for and against two occurrences resting on one origin, by name."""
    own = (x.who is None) + (y.who is None)
    one = x.number == y.number
    kind = ("said", "own1", "own2")[own]
    f: dict[str, float] = {"bias": 1, kind: 1, f"{kind}.one": one, "copied": copied, f"{kind}.copied": copied}
    if x.who and y.who:
        a, b = x.who, y.who
        union = a.words | b.words
        alike = len(a.words & b.words) / len(union) if union else 0.0
        named = bool(a.surname and b.surname) and a.surname != b.surname
        anonymous = not a.proper and not b.proper
        f |= {
            f"same.{same(a, b, one)}": 1,
            "acronym": acronym(a, b),
            "government2": a.government and b.government and not abroad(a, b),
            "abroad": abroad(a, b),
            "government1": a.government != b.government,
            "proper": min(2, len(a.proper & b.proper)),
            "names": named,
            "names.one": named and one,
            "words": alike,
            "words.one": alike * one,
            "anonymous": anonymous,
            "anonymous.apart": anonymous and not one,
            "attribution": one and x.chain[0].id == y.chain[0].id,
            "documents": (a.type == "doc") + (b.type == "doc"),
            "media": (a.type == "media") + (b.type == "media"),
            "kinds": a.type == b.type,
            "person1": bool(a.surname) != bool(b.surname),
            "person1.one": bool(a.surname) != bool(b.surname) and one,
        }
    against = (x.stance in ("denies", "doubts")) != (y.stance in ("denies", "doubts"))
    differs = (x.stance == "differs") != (y.stance == "differs")
    dice = _dice(x.stems, y.stems)
    run = len(x.runs & y.runs) / max(1, min(len(x.runs), len(y.runs))) if not one else 0.0
    agency = bool(x.agency) and x.agency == y.agency and not one
    f |= {
        "against": against,
        f"{kind}.against": against,
        "differs": differs,
        "differs.one": differs and one,
        "agency": agency,
        f"{kind}.agency": agency,
        "agency1": bool(x.agency) != bool(y.agency),
        "dice": dice,
        f"{kind}.dice": 0.0 if one else dice,
        "run": run,
        f"{kind}.run": run,
        "languages": x.reading.article.language != y.reading.article.language,
        "head": x.head != y.head,
        "head.one": x.head != y.head and one,
        f"{kind}.head.one": x.head != y.head and one,
        "outlet": bool(x.outlet) and x.outlet == y.outlet and not one,
        "day": x.day == y.day and not one,
    }
    if own == 1:
        said, silent = (x, y) if x.who else (y, x)
        assert said.who
        others = {z.who.name for z in all_ if z.number == silent.number and z.who}
        f |= {
            "mentions": any(word in silent.words for word in said.who.proper),
            "only": one and len(others) == 1,
            "cites": not one and bool(others),
        }
    elif own == 2:
        f["nobody"] = not any(z.who for z in all_)
    f["articles"] = math.log(len({z.number for z in all_}))
    return {name: float(value) for name, value in f.items()}


def standing(members: Sequence[Told], all_: Sequence[Told]) -> dict[str, float]:
    """What speaks for and against an origin counting as one, by name: an outlet that names nobody must have been
    there itself."""
    own = all(m.who is None for m in members)
    f: dict[str, float] = {
        "bias": 1,
        "own": own,
        "sure": max(m.sure for m in members),
        "chief": any(m.chief for m in members),
        "many": math.log(len(all_)),
        "supports": sum(m.stance == "supports" for m in members) / len(members),
    }
    if not own:
        voices = [m.who for m in members if m.who]
        f["anonymous"] = not any(w.proper for w in voices)
        f |= {f"type.{w.type}": 1 for w in voices}
        return {name: float(value) for name, value in f.items()}
    words = frozenset(w for m in members for w in _all_words(m.sentence))
    articles = {m.number for m in members}
    text = members[0].reading.article.text
    others = [z for z in all_ if z.who]
    f |= {
        "agency": any(m.agency for m in members),
        "several": len(articles) > 1,
        "first": bool(words & _list("own_reporting")),
        "head": all(m.head for m in members),
        "early": min(m.place for m in members) < 0.25,
        "elsewhere": bool(others),
        "cited": any(z.number in articles for z in others),
        "first.article": bool(_all_words(text) & _list("own_reporting") - {"i", "je", "my"}),
        "quotations": sum(text.count(mark) for mark in '«“"') > 6,
        "year": bool(re.search(r"\b(19|20)\d\d\b", " ".join(m.sentence for m in members))),
        "wire": bool(named_agencies([members[0].reading.article.outlet or ""])),
    }
    return {name: float(value) for name, value in f.items()}


@lru_cache(maxsize=2048)
def _all_words(text: str) -> frozenset[str]:
    return frozenset(plain(m[0]) for m in re.finditer(r"\w+", text))


def _dice(a: Counter[str], b: Counter[str]) -> float:
    shared = sum((a & b).values())
    return 2 * shared / max(1, sum(a.values()) + sum(b.values()))
