"""A library of any size, filled without reading or linking: the bundled examples' readings under other ids, outlets,
days and titles, with words of their own at their ends, and made-up links between them.

How much there is of what follows real libraries: stories, claims, people and outlets are drawn by Zipf's law, most
stories and claims have one article, each article states some thirty things and a tenth of them copy another.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from selon import read
from selon.library import Library, desk
from selon.library.corrections import version_of
from selon.linked.flow import VERSION
from selon.linked.store import Links, SqlTraces
from selon.linking.entities import Profile, Trace
from selon.linking.types import (
    Claim,
    Copy,
    Link,
    Occurrence,
    Origin,
    OriginKind,
    Passage,
    Reason,
    Stance,
    Story,
    Voice,
    Way,
)
from selon.linking.weights import linking_weights
from selon.model import Block, Certainty, Published, Reading, Span
from synthetic import SYLLABLES, nouns

OUTLETS, PEOPLE, PER_DAY = 400, 30_000, 40
CORRECTED = 50
"""One article in so many has corrections, two each."""
LARGEST = 120
"""Articles of the largest stories."""
STATED = 30
"""Things that an article states."""
SINGLE = 0.85
"""Share of claims that one article alone has."""
_STANCES: tuple[Stance, ...] = ("supports", "denies", "doubts", "differs")
_CERTAINTIES: tuple[Certainty, ...] = ("certain", "probable", "possible", "unknown")
_WAYS: tuple[Way, ...] = ("a_to_b", "common", "unknown")
_ORIGINS: tuple[OriginKind, ...] = ("person", "body", "document", "agency", "outlet", "anonymous", "unsourced")


def zipf(chance: random.Random, count: int, flat: float = 4) -> Callable[[], int]:
    """Draws numbers below `count`, the first ones most often; the more evenly, the larger `flat`."""
    sums = list(accumulate(1 / (n + flat) for n in range(count)))
    numbers = range(count)
    return lambda: chance.choices(numbers, cum_weights=sums)[0]


@cache
def words(language: str) -> tuple[str, ...]:
    """Words in an order of their own: of one after another, the first are the common ones."""
    shuffled = list(nouns(language))
    random.Random(3).shuffle(shuffled)
    return tuple(shuffled)


# ---------------------------------------------------------------- articles


def fill(path: Path, count: int, first: Sequence[Reading] = ()) -> None:
    """Make a library of `first` and of so many articles, all of them linked."""
    folder = files("selon.examples").joinpath("stories")
    pages = sorted((page for page in folder.iterdir() if page.name.endswith(".html")), key=lambda page: page.name)
    readings = [read(page.read_bytes()) for page in pages]
    chance = random.Random(2)
    outlet = zipf(chance, OUTLETS, 1)
    word = zipf(chance, min(map(len, map(words, ("fr", "en")))))
    with Library.open(path, create=True) as library:
        library._db.execute("PRAGMA synchronous = OFF")  # a library to throw away
        for reading in first:
            library.add(reading)
        for n in range(count):
            one = readings[n % len(readings)]
            day = f"{2024 + n // PER_DAY // 336}-{n // PER_DAY // 28 % 12 + 1:02}-{n // PER_DAY % 28 + 1:02}"
            reading = _varied(one, f"n{n}", f"Outlet {outlet()}", day, word)
            library.add(reading)
            if n % CORRECTED == 0:
                for a in reading.attributions[:2]:
                    version = version_of(reading, a, None)
                    desk.correct(library, f"n{n}", "confirm", "made up", attribution=a.id, version=version)
        tie(library)


def _varied(reading: Reading, id: str, outlet: str, day: str, word: Callable[[], int]) -> Reading:
    article = reading.article
    common = words("fr" if article.language == "fr" else "en")
    more = " ".join(common[word()] for _ in range(120)).capitalize() + "."
    text = f"{article.text}\n\n{more}"
    block = Block(kind="body", start=len(text) - len(more), end=len(text))
    published = Published(value=day, how="metadata", why="made up")
    title = " ".join(common[word()] for _ in range(8)).capitalize()
    varied = replace(
        article, id=id, outlet=outlet, url=None, published=published, title=title, text=text,
        blocks=(*article.blocks, block),
    )  # fmt: skip
    return replace(reading, article=varied)


# ---------------------------------------------------------------- links


class Made(NamedTuple):
    """What links are made of: an article, and its attributions (id, start, end, words, who says it)."""

    id: str
    outlet: str
    day: str
    language: str
    title: str
    said: Sequence[tuple[str, int, int, str, Voice]]


def tie(library: Library) -> None:
    """Link all articles, without looking at what they say."""
    chance = random.Random(11)
    links = Links(library)
    with library.writing():
        library.put("INSERT INTO linked (article, revision) SELECT n, revision FROM articles ORDER BY day, n")
        version = f"{VERSION}.{linking_weights().version}"
        library.put("INSERT OR REPLACE INTO derived VALUES ('links', ?), ('rulings', '0')", (version,))
        articles = list(_people(library, chance))
    begun = 0
    while begun < len(articles):
        some = articles[begun : begun + min(LARGEST, int(chance.paretovariate(1.05)))]
        begun += len(some)
        with library.writing():
            for position, article in enumerate(some):
                if position == 0:
                    library.put("INSERT INTO stories (id, stale) VALUES (?, 1)", (article.id,))
                sql = "INSERT INTO members (article, story, position) SELECT n, ?, ? FROM articles WHERE id = ?"
                library.put(sql, (some[0].id, position, article.id))
            links.put_copies(_copies(chance, some))
            story = Story(
                some[0].id, some[0].title, tuple(a.id for a in some), some[0].day, some[-1].day,
                tuple(Link(a.id, some[0].id, 0.8, _why(chance)) for a in some[1:]),
            )  # fmt: skip
            links.put_story(story.id, story, claims(chance, story.id, some))


def _people(library: Library, chance: random.Random) -> Iterator[Made]:
    """Say of each article's entities who they are; the articles."""
    names = [_name(chance) for _ in range(PEOPLE)]
    drawn = zipf(chance, PEOPLE)
    traces: dict[int, list[Trace]] = {}
    kinds: dict[int, str] = {}
    rows = library.rows("SELECT n, id, coalesce(outlet, ''), day, language, title FROM articles ORDER BY day, n")
    for n, id, outlet, day, language, title in rows:
        who: dict[str, str] = {}
        taken = set[int]()
        for entity, kind in library.rows("SELECT id, kind FROM entities WHERE article = ?", (n,)):
            number = drawn()
            while number in taken or kinds.setdefault(number, kind) != kind:
                number = drawn()
            taken.add(number)
            forms = [names[number]]
            if number % 3 == 0 and chance.random() < 0.4:
                forms.append(names[number].split()[-1])
            who[entity] = names[number]
            traces.setdefault(number, []).append(
                Trace(id, entity, names[number], kind, language, tuple(forms), why=_why(chance))
            )
        said = []
        for at, start, end, content, entity in library.rows(
            'SELECT id, "start", "end", content, entity FROM attributions WHERE article = ? AND "start" IS NOT NULL',
            (n,),
        ):
            said.append((at, start, end, content, Voice(who.get(entity, outlet), "named" if entity in who else "none")))
        yield Made(id, outlet, day, language, title, said)
    store = SqlTraces(library)
    for some in traces.values():
        first = some[0]
        profile = Profile(size=len(some), forms=tuple((form, 1) for form in first.forms), kinds=((first.kind, 1),))
        store.put(f"{first.article}/{first.entity}", some, profile)


def _name(chance: random.Random) -> str:
    parts = SYLLABLES.split()
    return " ".join("".join(chance.choices(parts, k=k)).capitalize() for k in (2, 3))


def _why(chance: random.Random) -> tuple[Reason, ...]:
    message = " ".join(chance.choices(words("en"), k=7))
    return (Reason("words", message, value=round(chance.random(), 3)),) if chance.random() < 0.7 else ()


def _copies(chance: random.Random, articles: Sequence[Made]) -> Iterator[Copy]:
    for n, one in enumerate(articles[1:], 1):
        if chance.random() < 0.1:
            other = articles[chance.randrange(n)]
            passages = tuple(Passage(Span(at, at + 200), Span(at, at + 200), 30) for at in range(0, 900, 300))
            way = chance.choice(_WAYS)
            yield Copy(other.id, one.id, "edited", passages, 90, 0.4, way, "Agency", False, _why(chance))


def claims(chance: random.Random, story: str, articles: Sequence[Made]) -> Iterator[Claim]:
    """What a story's articles state."""
    left, n = STATED * len(articles), 0
    while left > 0:
        size = 1 if chance.random() < SINGLE else min(1 + int(chance.paretovariate(0.8)), -(-2 * len(articles) // 3))
        one = claim(chance, f"{chance.getrandbits(40):010x}{n:x}", story, chance.sample(articles, size))
        yield one
        left, n = left - len(one.occurrences), n + 1


def claim(chance: random.Random, id: str, story: str, articles: Sequence[Made]) -> Claim:
    """A claim that these articles have, in words drawn by Zipf's law; one in twenty occurrences is against it."""
    language = articles[0].language
    word = _drawn(chance, len(words(language)))
    occurrences, origins = list[Occurrence](), dict[str, Origin]()
    for n, article in enumerate(articles):
        attribution, start, end, _, voice = chance.choice(article.said) if article.said else (None, 0, 80, "", None)
        if chance.random() < 0.5 or voice is None:
            attribution, voice = None, Voice(article.outlet, "media")
        name = voice.name
        origin = origins.setdefault(
            name, Origin(f"o{len(origins) + 1}", name, chance.choice(_ORIGINS), n == 0 or chance.random() < 0.5,
                         _why(chance)),
        )  # fmt: skip
        outlet = Voice(article.outlet, "media")
        occurrences.append(
            Occurrence(
                article.id,
                (Span(start, end),),
                " ".join(words(language)[word()] for _ in range(14)),
                "supports" if n == 0 or chance.random() < 0.95 else chance.choice(_STANCES),
                "say" if attribution else None,
                chance.choices(_CERTAINTIES, (8, 1, 1, 1))[0],
                (outlet,) if voice == outlet else (outlet, voice),
                origin.id,
                attribution,
                why=_why(chance),
            )
        )
    days = sorted(article.day for article in articles)
    return Claim(
        id=id,
        story=story,
        text=occurrences[0].words,
        language=language,
        occurrences=tuple(occurrences),
        origins=tuple(origins.values()),
        independent=sum(origin.counts for origin in origins.values()),
        certainty=min((o.certainty for o in occurrences), key=_CERTAINTIES.index),
        articles=tuple(article.id for article in articles),
        outlets=tuple(dict.fromkeys(article.outlet for article in articles)),
        denied_by=tuple(dict.fromkeys(o.chain[-1].name for o in occurrences if o.stance == "denies")),
        first=days[0],
        last=days[-1],
    )


@cache
def _drawn(chance: random.Random, count: int) -> Callable[[], int]:
    return zipf(chance, count)
