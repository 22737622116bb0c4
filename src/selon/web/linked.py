"""Pages over linked articles: stories, claims, people, two articles side by side."""

import shlex
from collections.abc import Iterable
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from selon import ask as questions
from selon.library import Library
from selon.linking.types import Claim, Copy, Occurrence
from selon.model import Article, InputError
from selon.web import rulings, stories
from selon.web.ask import Ask, Pager, see
from selon.web.atlas import Point, world_map
from selon.web.links import article_link
from selon.web.pages import _bar
from selon.web.pictures import Edge, Node, graph

SHOWN = 60
"""Stories, claims, or things that somebody said, of each part, on a page."""
_LISTED = 20
"""Articles of a story whose outlets are named in the list."""


def all_stories(ask: Ask) -> Response:
    words, skip = ask.asked("words"), ask.number("skip", 0, 10**9, 0)
    with ask.library() as library:
        try:
            found = questions.stories(library, words or None, limit=SHOWN, skip=skip)
            total = questions.count_stories(library, words or None)
        except InputError as error:
            if error.code != "search":
                raise
            found, total = (), 0
        outlets = {s.id: _outlets(library, s.articles[:_LISTED]) for s in found}
        waiting = questions.unlinked(library)
    told = sorted(found, key=lambda s: (len(s.articles) > 1, s.last or ""), reverse=True)
    pager = Pager("/stories", {"words": words}, skip, SHOWN, total)
    return ask.html("stories.html", stories=told, outlets=outlets, words=words, pager=pager, waiting=waiting)


def unlinked(ask: Ask) -> Response:
    """Nothing is linked yet."""
    return ask.html("unlinked.html", place=shlex.quote(str(ask.settings.library)))


def story(ask: Ask) -> Response:
    order: questions.Order = "support" if ask.asked("order") == "support" else "dispute"
    skip = ask.number("skip", 0, 10**9, 0)
    with ask.library() as library:
        found = questions.story(library, ask.request.path_params["id"])
        claims = questions.claims(library, story=found.id, order=order, limit=SHOWN, skip=skip)
        total = questions.count_claims(library, found.id)
        articles = {id: library.article(id) for id in found.articles}
        copies = questions.copies_among(library, found.articles)
        places = library.places_of(found.articles)
        card = questions.sources_of_story(library, found.id)
    table = stories.matrix(claims, _find(articles))
    here = f"/story/{_quoted(found.id)}"
    events = stories.timeline(claims, _find(articles))
    points = [Point(name, lat, lon, n, article_link(id)) for name, lat, lon, n, id in places]
    return ask.html(
        "story.html",
        story=found,
        articles=articles,
        matrix=table,
        order=order,
        at=lambda order: f"{here}?" + urlencode({"order": order}),
        pager=Pager(here, {"order": order}, skip, SHOWN, total),
        timeline=events,
        copies=copies,
        pairs={c: f"/compare?{urlencode({'a': c.a, 'b': c.b})}" for c in copies},
        places=[(point.name, point.mentions) for point in points],
        map=world_map(points, ask.words("map_label")) if points else None,
        signs_of=stories.SIGNS,
        card=card,
        bar=_bar(ask, card),
        where=_where,
        named=rulings.named,
    )


def claim(ask: Ask) -> Response:
    with ask.library() as library:
        found = questions.claim(library, ask.request.path_params["id"])
        articles = {id: library.article(id) for id in found.articles}
        copies = questions.copies_among(library, found.articles)
        others = rulings.other_claims(library, found, ask.asked("with"))
    by_origin: dict[str, list[Any]] = {}
    for occurrence in found.occurrences:
        by_origin.setdefault(occurrence.origin, []).append(occurrence)
    nodes, edges = chains(found, articles, copies)
    return ask.html(
        "claim.html",
        claim=found,
        articles=articles,
        by_origin=by_origin,
        picture=graph(nodes, edges, ask.words("graph_label")),
        signs_of=stories.SIGNS,
        speaker=stories.speaker,
        where=_where,
        origin_kinds=sorted({o.kind for o in found.origins}),
        others=others,
        named=rulings.named,
        **_ruled(ask),
    )


def who(ask: Ask) -> Response:
    name, skip = ask.asked("name"), ask.number("skip", 0, 10**9, 0) if ask.asked("part") else 0
    if not name:
        return see("/stories")
    with ask.library() as library:
        try:
            person = questions.who(library, name, limit=SHOWN, skip=skip, why=False)
        except InputError as error:
            if error.code != "unknown":
                raise
            return see(f"/search?{urlencode({'q': name})}")  # nobody that is known by name: what stands there of them
        others = rulings.others_called(library, person.known, ask.asked("with"))
        names, mentions = rulings.spellings(library, person.known)
    parts = {
        part: (getattr(person, part), total, Pager("/who", {"name": name, "part": part}, skip, SHOWN, total))
        for part, total in person.counts.items()
        if total and ask.asked("part") in ("", part)
    }
    return ask.html(
        "who.html",
        person=person,
        parts=parts,
        name=name,
        others=others,
        names=names,
        mentions=mentions,
        named=rulings.named_who,
        **_ruled(ask),
    )


def _ruled(ask: Ask) -> dict[str, Any]:
    """What was ruled just now, and what is sought to be merged."""
    left = ask.number("left", 0, 10**9, 0)
    return {"done": ask.asked("done"), "undo": ask.asked("undo"), "left": left, "sought": ask.asked("with")}


def compare(ask: Ask) -> Response:
    with ask.library() as library:
        found = questions.compare(library, ask.asked("a"), ask.asked("b"))
    lines = stories.side_by_side(found.a.text, found.b.text, found.copy)
    return ask.html("compare.html", found=found, lines=lines, copy=found.copy)


def link(ask: Ask) -> Response:
    """Link what is not linked yet."""
    return see(f"/adds/{ask.adds.start(ask.words('linking'), [], link=True).n}")


def chains(claim: Claim, articles: dict[str, Article], copies: Iterable[Copy]) -> tuple[list[Node], list[Edge]]:
    """Who rests on whom in a claim: from each outlet along its chain to the origin; and who copied whom."""
    nodes: dict[str, Node] = {}
    edges: dict[tuple[str, str], Edge] = {}
    origins = {origin.id: origin for origin in claim.origins}
    for occurrence in claim.occurrences:
        names = [stories.outlet_of(articles[occurrence.article])]
        nodes.setdefault(names[0], Node(names[0], "outlet"))
        for voice in occurrence.chain:
            if voice.name != names[-1]:
                names.append(voice.name)
                nodes.setdefault(voice.name, Node(voice.name, voice.type))
        origin = origins.get(occurrence.origin)
        if origin and origin.name not in names:
            names.append(origin.name)
            nodes.setdefault(origin.name, Node(origin.name, origin.kind))
        for one, other in pairwise(names):
            edges.setdefault((one, other), Edge(one, other, "cites"))
    for copy in copies:
        a, b = (stories.outlet_of(articles[id]) for id in (copy.a, copy.b))
        if a != b and copy.way in ("a_to_b", "b_to_a"):
            taken, given = (b, a) if copy.way == "a_to_b" else (a, b)
            kind = "translated" if copy.kind == "translated" else "copied"
            edges.setdefault((taken, given), Edge(taken, given, kind))
    return list(nodes.values()), list(edges.values())


def _find(articles: dict[str, Article]) -> stories.Find:
    return articles.__getitem__


def _outlets(library: Library, ids: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(stories.outlet_of(library.article(id)) for id in ids))


def _where(claim: Claim, occurrence: Occurrence) -> str:
    """The link to the words of an occurrence, and to its attribution, where it is one."""
    asked: dict[str, str | int] = {"claim": claim.id, "start": occurrence.spans[0].start}
    if occurrence.attribution:
        asked["a"] = occurrence.attribution
    return f"{article_link(occurrence.article)}?{urlencode(asked)}"


def _quoted(id: str) -> str:
    return article_link(id).removeprefix("/article/")
