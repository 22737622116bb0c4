"""Questions to a linked library: which claims, whose, how a story stands, who has what, which kinds of sources."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal, NamedTuple, get_args

from selon.library import Library
from selon.library.store import query
from selon.linked.store import Links, from_record
from selon.linking._words import plain
from selon.linking.types import Claim, Copy, Known, Occurrence, Story
from selon.model import Act, Article, Certainty, EntityKind, InputError, Reading, Record, SourceType

Order = Literal["support", "dispute"]
_ORDERS: dict[Order, str] = {
    "support": "c.articles DESC, c.independent DESC, c.outlets DESC",
    "dispute": "c.disputed DESC, c.independent DESC, c.articles DESC, c.outlets DESC",
}
_FEW = 2000
"""Claims that are looked up one by one."""


class Said(NamedTuple):
    """One thing that somebody said, or that another (`by`) says they said; `claim` is the id of what it states."""

    article: str
    day: str
    dated: bool
    outlet: str | None
    attribution: str
    words: str
    act: Act
    certainty: Certainty
    by: str | None
    claim: str | None


Part = Literal["said", "said_of", "denied"]
"""What somebody said, what others say they said, what they themselves denied."""


class Person(NamedTuple):
    """Somebody or something across articles, what they said, what others say they said, and of the former what they
    denied; `counts` says how much of each there is, shown or not."""

    known: Known
    said: tuple[Said, ...]
    said_of: tuple[Said, ...]
    denied: tuple[Said, ...]
    counts: dict[Part, int]


class Difference(NamedTuple):
    """A claim that both articles have, told otherwise: the occurrence of each."""

    claim: Claim
    a: Occurrence
    b: Occurrence
    what: tuple[str, ...]


class Comparison(NamedTuple):
    """Two articles: what they copy (`copy`), the claims that only one has, and those that both have, told alike or
    otherwise (`differences`: "words", "firmness", "source", "stance")."""

    a: Article
    b: Article
    copy: Copy | None
    only_a: tuple[Claim, ...]
    only_b: tuple[Claim, ...]
    both: tuple[Claim, ...]
    differences: tuple[Difference, ...]


SourceKind = Literal["named", "role", "official", "org", "media", "group", "doc", "anonymous"]
"""A source as a reader would tell it: somebody named, or by an office that tells who it is; a state and its offices;
another body; a medium; a group, such as witnesses; a document; somebody who cannot be told."""
KINDS: tuple[SourceKind, ...] = get_args(SourceKind)


class Share(Record, frozen=True):
    """Of one kind of source: attributions, and their share of all, in [0, 1]."""

    kind: SourceKind
    count: int
    share: float


class Sources(Record, frozen=True):
    """Who speaks in an article, an outlet or a story: the kinds of sources that there are, in the order of `KINDS`,
    everybody by name with their attributions, the most first, and `own_voice`, the share of an article's text that no
    attribution covers, on average, in [0, 1]."""

    name: str
    articles: int
    attributions: int
    shares: tuple[Share, ...]
    voices: tuple[tuple[str, int], ...]
    own_voice: float


# ---------------------------------------------------------------- claims


def claims(
    library: Library,
    words: str | None = None,
    *,
    story: str | None = None,
    who: str | None = None,
    since: str | None = None,
    order: Order = "support",
    limit: int = 50,
    skip: int = 0,
) -> tuple[Claim, ...]:
    """Claims that hold all of these words, of one story, that somebody states, in articles of a day or later; those
    that most articles have come first, or those that most occurrences stand against. Raises InputError: code
    "unlinked", "unknown", "search"."""
    _linked(library)
    where, values, by_support = ["1"], list[Any](), ""
    if words:
        sought = query(words)
        sql = "SELECT rowid FROM claims_words WHERE claims_words MATCH ? LIMIT ?"
        few = [n for (n,) in library.rows(sql, (sought, _FEW + 1))]
        if len(few) <= _FEW:
            where.append("c.n IN (SELECT value FROM json_each(?))")
            values.append(json.dumps(few))
        else:  # the best supported that hold them are soon found among all
            by_support = " INDEXED BY claims_by_support"
            where.append("c.n IN (SELECT rowid FROM claims_words WHERE claims_words MATCH ?)")
            values.append(sought)
    if story is not None:
        where.append("c.story = ?")
        values.append(_story_id(library, story))
    if who is not None:
        where.append(
            "c.n IN (SELECT o.claim FROM occurrences o"
            " JOIN attributions s ON s.article = o.article AND s.id = o.attribution"
            " JOIN traces t ON t.article = s.article AND t.entity = s.entity WHERE t.known = ?)"
        )
        values.append(_called(library, who))
    if since is not None:
        where.append("c.last >= ?")
        values.append(since)
    rows = library.rows(
        "SELECT c.record FROM claims c WHERE c.n IN"  # so that no more records are read than are given
        f" (SELECT c.n FROM claims c{by_support} WHERE {' AND '.join(where)}"
        f" ORDER BY {_ORDERS[order]}, c.n LIMIT ? OFFSET ?)"
        f" ORDER BY {_ORDERS[order]}, c.n",
        (*values, limit, skip),
    )
    return tuple(from_record(row[0], Claim) for row in rows)


def count_claims(library: Library, story: str) -> int:
    """How many claims a story has. Raises InputError ("unknown")."""
    return int(library.row("SELECT count(*) FROM claims WHERE story = ?", (_story_id(library, story),))[0])


def claim(library: Library, id: str) -> Claim:
    """One claim; enough of its id's first letters to tell it from others will do. Raises InputError ("unknown")."""
    _linked(library)
    found = library.rows("SELECT record FROM claims WHERE id >= ? AND id < ? LIMIT 2", (id, id + "\U0010ffff"))
    if len(found) != 1:
        what = "more than one claim has an id that begins with" if found else "there is no claim"
        raise InputError(
            "unknown", f"{what} {id!r} in {str(library.path)!r}; selon claims lists them", "no_claim", id=id
        )
    return from_record(found[0][0], Claim)


def claim_at(library: Library, article: str, start: int) -> Claim | None:
    """The claim that the statement which begins at this code point of an article is taken for."""
    sql = (
        "SELECT c.record FROM claims c JOIN occurrences o ON o.claim = c.n JOIN articles a ON a.n = o.article"
        ' WHERE a.id = ? AND o."start" = ? ORDER BY o.n LIMIT 1'
    )
    found = library.row(sql, (article, start))
    return from_record(found[0], Claim) if found else None


# ---------------------------------------------------------------- stories


def stories(
    library: Library, words: str | None = None, *, since: str | None = None, limit: int = 50, skip: int = 0
) -> tuple[Story, ...]:
    """Stories, the latest first; those of which an article holds all of `words`."""
    _linked(library)
    which, values = _stories(words, since)
    rows = library.rows(
        f"SELECT s.record FROM stories s WHERE {which} ORDER BY s.last DESC, s.id LIMIT ? OFFSET ?",
        (*values, limit, skip),
    )
    return tuple(from_record(row[0], Story) for row in rows)


def count_stories(library: Library, words: str | None = None, *, since: str | None = None) -> int:
    """How many stories there are; how many of which an article holds all of `words`."""
    which, values = _stories(words, since)
    return int(library.row(f"SELECT count(*) FROM stories s WHERE {which}", values)[0])


def _stories(words: str | None, since: str | None) -> tuple[str, tuple[str, ...]]:
    """A condition on `stories s`, and its values. Raises InputError ("search")."""
    where, values = ["s.record IS NOT NULL"], list[str]()
    if words:
        where.append(
            "s.id IN (SELECT m.story FROM articles_words w JOIN members m ON m.article = w.rowid"
            " WHERE articles_words MATCH ?)"
        )
        values.append(query(words))
    if since is not None:
        where.append("s.last >= ?")
        values.append(since)
    return " AND ".join(where), tuple(values)


def story(library: Library, id: str) -> Story:
    """The story that goes by this id, or that this article is in. Raises InputError ("unknown")."""
    _linked(library)
    key = _story_id(library, id)
    return from_record(library.row("SELECT record FROM stories WHERE id = ?", (key,))[0], Story)


def is_story(library: Library, id: str) -> bool:
    """Whether `story` knows one by this id."""
    return _story_row(library, id) is not None


def _story_id(library: Library, id: str) -> str:
    found = _story_row(library, id)
    if not found:
        raise InputError(
            "unknown", f"there is no story {id!r} in {str(library.path)!r}; selon story lists them", "no_story", id=id
        )
    return str(found[0])


def _story_row(library: Library, id: str) -> Any:
    sql = (
        "SELECT id FROM stories WHERE id = ? UNION ALL"
        " SELECT m.story FROM members m JOIN articles a ON a.n = m.article WHERE a.id = ? OR a.address = ? LIMIT 1"
    )
    return library.row(sql, (id, id, id))


# ---------------------------------------------------------------- people and bodies


def who(library: Library, name: str, *, limit: int = -1, skip: int = 0, why: bool = True) -> Person:
    """What somebody said, and what others say they said, by day: all, or so many of each; `name` is any of their names,
    or their id; without `why` less is asked of the library (`Links.who`). Raises InputError ("unknown")."""
    _linked(library)
    links, id = Links(library), _called(library, name)
    counts = links.count_said_by(id)
    parts: dict[Part, tuple[Said, ...]] = {
        part: tuple(Said(*row) for row in links.said_by(id, part, limit, skip)) if count else ()
        for part, count in counts.items()
    }
    return Person(links.who(id, why=why), **parts, counts=counts)


def people(library: Library, words: str, limit: int = 20, *, besides: str | None = None) -> tuple[Known, ...]:
    """Of those who have a name with all of these words the first so many, what most articles name first, less the one
    whose id is `besides`."""
    _linked(library)
    links = Links(library)
    return tuple(links.who(id, why=False) for id in links.all_called(words, limit) if id != besides)


def _called(library: Library, name: str) -> str:
    links = Links(library)
    found = name if links.is_known(name) else links.called(name)
    if found is None:
        raise InputError("unknown", f"nobody called {name!r} is in {str(library.path)!r}", "nobody", name=name)
    return found


# ---------------------------------------------------------------- two articles


def copies_among(library: Library, articles: Sequence[str]) -> tuple[Copy, ...]:
    """What these articles have in common with one another, word for word or translated."""
    return tuple(c for c in Links(library).copies(articles) if c.a in articles and c.b in articles)


def copies(library: Library, article: str) -> tuple[Copy, ...]:
    """What an article has in common with others, word for word or translated."""
    _linked(library)
    library.article(article)
    return Links(library).copies([article])


def compare(library: Library, a: str, b: str) -> Comparison:
    """What each of two articles has that the other lacks, and what both tell otherwise."""
    _linked(library)
    one, other = library.article(a), library.article(b)
    mine, yours = (_claims_in(library, article.id) for article in (one, other))
    shared = {c.id for c in mine} & {c.id for c in yours}
    between = [c for c in Links(library).copies([one.id]) if other.id in (c.a, c.b)]
    both = tuple(c for c in mine if c.id in shared)
    return Comparison(
        one,
        other,
        between[0] if between else None,
        tuple(c for c in mine if c.id not in shared),
        tuple(c for c in yours if c.id not in shared),
        both,
        tuple(_differences(both, one.id, other.id)),
    )


def _claims_in(library: Library, article: str) -> list[Claim]:
    rows = library.rows(
        "SELECT record FROM claims WHERE n IN (SELECT o.claim FROM occurrences o JOIN articles a ON a.n = o.article"
        " WHERE a.id = ?) ORDER BY n",
        (article,),
    )
    return [from_record(row[0], Claim) for row in rows]


def _differences(both: Iterable[Claim], a: str, b: str) -> Iterator[Difference]:
    for claim in both:
        x, y = (next(o for o in claim.occurrences if o.article == id) for id in (a, b))
        pairs = {
            "words": plain(x.words) == plain(y.words),
            "stance": x.stance == y.stance,
            "firmness": x.certainty == y.certainty,
            "source": x.origin == y.origin,
        }
        what = tuple(name for name, alike in pairs.items() if not alike)
        if what:
            yield Difference(claim, x, y, what)


# ---------------------------------------------------------------- kinds of sources


def kind_of(type: SourceType, entity: EntityKind | None, name: str | None) -> SourceKind:
    """The kind of source that an attribution of this type has, whose entity, if any, is of this kind and name."""
    if type == "none":
        return "anonymous"
    if entity == "state" and type not in ("media", "doc"):
        return "official"
    if type == "role" and not any(word[:1].isupper() for word in (name or "").split()):
        return "anonymous"  # «un proche du dossier», while «le maire de Sète» can be told
    return type


def sources(library: Library, name: str) -> Sources:
    """The kinds of sources of an article (by id or address) or of an outlet. Raises InputError ("unknown")."""
    id = name if name in library else library.at_address(name)
    if id is not None:
        return _sources(name, library.speakers(articles=[id]), *library.own_voice(articles=[id]))
    return sources_of_outlet(library, name)


def sources_of_outlet(library: Library, name: str) -> Sources:
    """As `sources`, of an outlet."""
    made = _sources(name, library.speakers(outlet=name), *library.own_voice(outlet=name))
    if not made.articles:
        raise InputError("unknown", f"there is no article or outlet {name!r} in {str(library.path)!r}")
    return made


def sources_of_story(library: Library, id: str) -> Sources:
    """As `sources`, of all of a story's articles."""
    found = story(library, id)
    return _sources(found.title, library.speakers(articles=found.articles), *library.own_voice(articles=found.articles))


def sources_of(reading: Reading) -> Sources:
    """As `sources`, of an article that need not be in a library."""
    said: Counter[tuple[SourceType, EntityKind | None, str | None]] = Counter()
    for a in reading.attributions:
        entity = reading.entity(a.source.entity)
        said[(a.source.type, entity.kind if entity else None, entity.name if entity else None)] += 1
    speakers = [(*who, count) for who, count in said.most_common()]
    return _sources(reading.article.id, speakers, 1, reading.own_voice())


def _sources(
    name: str,
    speakers: Iterable[tuple[SourceType, EntityKind | None, str | None, int]],
    articles: int,
    own_voice: float,
) -> Sources:
    kinds: Counter[SourceKind] = Counter()
    voices: Counter[str] = Counter()
    for type, entity, who, count in speakers:
        kinds[kind_of(type, entity, who)] += count
        if who:
            voices[who] += count
    total = kinds.total()
    shares = tuple(Share(kind, kinds[kind], kinds[kind] / total) for kind in KINDS if kinds[kind])
    return Sources(name, articles, total, shares, tuple(voices.most_common()), round(own_voice, 4))


def stated(
    library: Library, articles: Sequence[str] | None = None
) -> tuple[dict[tuple[str, str], Claim], dict[tuple[str, str], str]]:
    """The claim that each attribution of these articles, or of all, states, and who each entity is across articles, by
    the article's id and theirs. Both are empty where nothing is linked."""
    which, values = "1", tuple[str, ...]()
    if articles is not None:
        which, values = "a.id IN (SELECT value FROM json_each(?))", (json.dumps(list(articles)),)
    claims = library.rows(
        "SELECT record FROM claims WHERE n IN (SELECT o.claim FROM occurrences o"
        f" JOIN articles a ON a.n = o.article WHERE {which} AND o.attribution IS NOT NULL) ORDER BY n",
        values,
    )
    by = {
        (o.article, o.attribution): claim
        for claim in (from_record(row[0], Claim) for row in claims)
        for o in claim.occurrences
        if o.attribution
    }
    known = library.rows(
        "SELECT a.id, k.entity, k.known FROM articles a JOIN entities e ON e.article = a.n JOIN named k ON k.n = e.n"
        f" WHERE {which}",
        values,
    )
    return by, {(article, entity): id for article, entity, id in known}


def unlinked(library: Library) -> int:
    """How many articles are not linked yet."""
    changed = "SELECT (SELECT count(*) FROM articles) - (SELECT count(revision) FROM linked)"
    return int(library.row(changed)[0])


def counts(library: Library) -> dict[str, int]:
    """How many articles are linked, and what came of it."""
    tables = {
        "articles": "linked",
        "copies": "copies",
        "stories": "stories",
        "people and bodies": "known",
        "claims": "claims",
        "occurrences": "occurrences",
    }
    return {what: int(library.row(f"SELECT count(*) FROM {table}")[0]) for what, table in tables.items()}


def _linked(library: Library) -> None:
    """Raise InputError ("unlinked") where nothing has been linked yet."""
    if library.row("SELECT 1 FROM linked LIMIT 1") is None and len(library):
        raise InputError("unlinked", f"the articles of {str(library.path)!r} are not linked yet: run selon link")
