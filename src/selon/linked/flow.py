"""Tying a library's articles together: copies, stories, and the claims and origins of each story.

    article → copies, translations → story → meanings of its statements
    story   → claims → origins

One transaction ties one article, one more makes the claims of one story; so linking that is broken off goes on from
there. What comes out follows from the articles and the order in which they are linked. Each run links what is new in
order of day and id: adding in order of publication gives what adding all at once gives. An article that comes later
than its day joins the stories that are there by then; with `rebuild` all is made anew, as if all had come at once.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from selon.library import Library
from selon.library.rulings import last
from selon.linked import rulings
from selon.linked.store import (
    COPIES,
    ENTITIES,
    STORIES,
    TRANSLATIONS,
    Links,
    MentionIndex,
    SqlGroups,
    SqlHeads,
    SqlIndex,
    SqlTraces,
)  # fmt: skip
from selon.linking.claims import claims_of
from selon.linking.copies import Copies
from selon.linking.entities import LOOKED_UP, Entities
from selon.linking.meaning import Meanings, meanings
from selon.linking.statements import Statement, statements
from selon.linking.stories import Stories
from selon.linking.translations import Translations
from selon.linking.weights import linking_weights, story_weights
from selon.models import meaning

VERSION = "6"
"""To be raised with any change of what linking gives: all is then made anew."""


class Progress(NamedTuple):
    """How far linking is: `done` of `total` articles, then of the stories that these changed."""

    what: str
    done: int
    total: int


def read_meanings(text: str, found: Sequence[Statement]) -> Meanings:
    """What the encoder that comes with the program says."""
    return meanings(text, found, meaning(), linking_weights().axes)


def link(
    library: Library,
    *,
    rebuild: bool = False,
    meanings_of: Callable[[str, Sequence[Statement]], Meanings] = read_meanings,
) -> Iterator[Progress]:
    """Bring all links up to date, telling how far it is; nothing is done unless it is iterated over. Raises
    InputError where the library cannot be written to, or the weights are damaged."""
    links = Links(library)
    version = f"{VERSION}.{linking_weights().version}.{story_weights().version}"
    if rebuild or library.row("SELECT version FROM derived WHERE name = 'links'") != (version,):
        with library.writing():
            links.clear()
            library.put("INSERT OR REPLACE INTO derived VALUES ('links', ?)", (version,))

    stories = _stories(library, links)
    unlinked = links.unlinked()
    obey(library)
    if unlinked:
        languages = [row[0] for row in library.rows("SELECT DISTINCT language FROM articles ORDER BY 1")]
        copies = Copies(library.article, SqlIndex(links, COPIES))
        translations = Translations(library.article, SqlIndex(links, TRANSLATIONS, keep="last"), languages)
        index = MentionIndex(links, ENTITIES, LOOKED_UP)
        entities = Entities(SqlTraces(library), rulings.of_entities(library), index)
        for done, id in enumerate(unlinked):
            yield Progress("articles", done, len(unlinked))
            reading = library.applied(id).reading
            found = meanings_of(reading.article.text, statements(reading))
            article = library.article(id)
            with library.writing():
                links.begin(id)
                links.put_copies((*copies.add(article), *translations.add(article)))
                stories.add(article)
                entities.add(reading)
                links.put_meanings(id, found)
    stale = links.stale()
    for done, key in enumerate(stale):
        yield Progress("stories", done, len(stale))
        renew(library, key)
    yield Progress("stories", len(stale), len(stale))


def _stories(library: Library, links: Links) -> Stories:
    return Stories(library.article, SqlIndex(links, STORIES, keep="last"), SqlGroups(library), SqlHeads(library))


def obey(library: Library) -> list[str]:
    """Have entities across articles be as people rule, and mark the stories whose claims this changes as stale; these
    stories. Whom articles name that are to be linked anew is forgotten first, since ids are others' by now."""
    links, known = Links(library), library.row("SELECT version FROM derived WHERE name = 'rulings'")
    obeyed = int(known[0]) if known else 0
    if obeyed == last(library) and not links.has_stale_traces():
        return []
    with library.writing():
        renamed = links.forget_stale_traces()
        index = MentionIndex(links, ENTITIES, LOOKED_UP)
        entities = Entities(SqlTraces(library), rulings.of_entities(library), index)  # puts anew what does not obey
        undone, touched = rulings.changed(library, obeyed)
        entities.anew((*undone, *renamed))
        stories = links.stories_of({*touched, *entities.moved})
        links.touch({*touched, *entities.moved})
        library.put("INSERT OR REPLACE INTO derived VALUES ('rulings', ?)", (str(last(library)),))
    return stories


def renew(library: Library, key: str) -> bool:
    """Make the claims of a story anew; False where it, or what is ruled, has changed by the time that they are made."""
    links, ruled = Links(library), last(library)
    stories = _stories(library, links)
    story = replace(stories.story(key), id=key)
    readings = [library.applied(id).reading for id in story.articles]
    vectors = [links.meanings(id) for id in story.articles]
    made = claims_of(
        key, readings, vectors, links.copies(story.articles), linking_weights(), links.known,
        rulings.of_claims(library, readings), rulings.of_voices(library, links.known),
    )  # fmt: skip
    with library.writing():
        same = ruled == last(library) and tuple(SqlGroups(library).members(key)) == story.articles
        if same:
            links.put_story(key, story, made)
    return same


def settle(library: Library, most: int) -> int:
    """Obey what people rule, and make the claims of the stories anew that this changes, of so many articles at most and
    of none with an article that is not linked as it is now; how many stories are left to be linked."""
    links, groups, left = Links(library), SqlGroups(library), 0
    for key in obey(library):
        size = len(groups.members(key))
        if size <= most and links.is_whole(key) and renew(library, key):
            most -= size
        else:
            left += 1
    return left
