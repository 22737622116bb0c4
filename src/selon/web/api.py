"""The same for programs: JSON at /api/…, and the OpenAPI document, made of the endpoints' own types."""

import re
from collections.abc import Callable
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Literal, NamedTuple

import msgspec
from starlette.responses import Response
from starlette.routing import Route

from selon import ask as questions
from selon import rule
from selon.adding import Given, Job
from selon.anchors import Anchor
from selon.fetch import is_address
from selon.library import Entry, Library, desk
from selon.library.corrections import Applied, Correction, Verb, statement, version_of
from selon.library.rulings import About, Ruling
from selon.linking.types import Claim, Copy, Known, Story
from selon.model import Act, Certainty, InputError, Reading, Record, SourceType, Spans
from selon.web.adds import Add, State
from selon.web.ask import Ask
from selon.web.links import link

LIMIT = 500
"""Rows that one answer has at most."""


class ErrorBody(Record, frozen=True):
    """`code` is a short slug, `message` names the value, the choices and the remedy; `version` is that which an
    attribution has now, where another one was corrected."""

    code: str
    message: str
    version: str | None = None


class LibraryBody(Record, frozen=True):
    articles: int
    languages: dict[str, int]
    outlets: dict[str, int]


class Selected(Record, frozen=True):
    """An attribution of the corrected reading: where its words stand, as W3C Web Annotation's selectors have it, the
    link to it on this page, and the version to name when it is corrected."""

    id: str
    source: tuple[Anchor, ...]
    cue: tuple[Anchor, ...]
    content: tuple[Anchor, ...]
    type: SourceType
    entity: str | None
    act: Act
    certainty: Certainty
    manner: str
    inside: str | None
    score: float | None
    corrected: Verb | None
    version: str
    link: str


class HitRow(Record, frozen=True):
    """A place where the words sought stand; `attribution` is None for one in an article's text."""

    article: str
    day: str
    dated: bool
    outlet: str | None
    title: str | None
    attribution: str | None
    speaker: str | None
    words: str


class FallenRow(Record, frozen=True):
    n: int
    why: str


class CorrectionsBody(Record, frozen=True):
    """`fallen` no longer stand in the article's current reading, and why."""

    corrections: tuple[Correction, ...]
    fallen: tuple[FallenRow, ...]


class CorrectionSent(Record, frozen=True, forbid_unknown_fields=True):
    """`attribution` and `version` name the one that is confirmed, rejected or changed; the rest says how it should be,
    for "change" and "add". Spans are code points of the article's text, half-open."""

    verb: Verb
    attribution: str | None = None
    version: str | None = None
    source: Spans = ()
    cue: Spans = ()
    content: Spans = ()
    type: SourceType = "none"
    act: Act = "say"
    certainty: Certainty = "certain"
    entity: str | None = None


class Ruled(Record, frozen=True):
    """A ruling that was just made; how many stories are not as it says until they are linked; and the id that its side
    a goes by now, None where it is not there."""

    ruling: Ruling
    left: int
    now: str | None


class RulingRow(Record, frozen=True):
    """`why` it binds nothing any more, None where it does; `lost` of its places are not found any more."""

    ruling: Ruling
    lost: int = 0
    why: str | None = None


class RulingSent(Record, frozen=True, forbid_unknown_fields=True):
    """What is merged: the ids of claims, or two ids or names of people; or what is split off the one that is named:
    what an article states (of a claim, from code point `start` on), who it names, or a spelling. `versions`, one for
    each, are refused unless they are the newest."""

    about: About
    verb: Literal["merge", "split"]
    of: tuple[str, ...]
    versions: tuple[str, ...] = ()
    article: str | None = None
    start: int | None = None
    spelling: str | None = None


class ClaimVersion(Record, frozen=True):
    id: str
    version: str


class PersonRow(Record, frozen=True):
    """Somebody or something across articles, and the version to name when it is merged or split."""

    known: Known
    version: str


class AddSent(Record, frozen=True, forbid_unknown_fields=True):
    """Addresses to fetch, or one article's text or HTML."""

    urls: tuple[str, ...] = ()
    text: str | None = None
    outlet: str | None = None


class OutcomeRow(Record, frozen=True):
    place: str
    status: str
    id: str | None
    message: str


class AddBody(Record, frozen=True):
    n: int
    label: str
    state: State
    counts: dict[str, int]
    outcomes: tuple[OutcomeRow, ...]
    message: str


class FeedRow(Record, frozen=True):
    url: str
    added: str
    looked: str | None
    outcome: str | None


class FeedSent(Record, frozen=True, forbid_unknown_fields=True):
    url: str


class Parameter(NamedTuple):
    name: str
    about: str
    type: str = "string"
    default: Any = None
    required: bool = False


class Endpoint(NamedTuple):
    method: str
    path: str
    about: str
    gives: Any
    run: Callable[[Ask], Any]
    parameters: tuple[Parameter, ...] = ()
    takes: Any = None


# ---------------------------------------------------------------- what is asked


def _library(ask: Ask) -> LibraryBody:
    with ask.library() as library:
        articles, languages, outlets = library.counts()
    return LibraryBody(articles=articles, languages=languages, outlets=outlets)


def _articles(ask: Ask) -> tuple[Entry, ...]:
    with ask.library() as library:
        return library.listed(
            outlet=ask.asked("outlet") or None,
            language=ask.asked("language") or None,
            limit=ask.number("limit", 1, LIMIT, 50),
            skip=ask.number("skip", 0, 10**9, 0),
        )


def _applied(ask: Ask) -> Applied:
    with ask.library() as library:
        return library.applied(ask.request.path_params["id"], ask.number("revision", 1, 10**9, 0) or None)


def _article(ask: Ask) -> Reading:
    return _applied(ask).reading


def _attributions(ask: Ask) -> tuple[Selected, ...]:
    applied = _applied(ask)
    return tuple(_selected(applied, id) for id in (a.id for a in applied.reading.attributions))


def _selected(applied: Applied, id: str) -> Selected:
    reading = applied.reading
    a = next(a for a in reading.attributions if a.id == id)
    said, last = statement(reading, a), applied.last.get(id)
    return Selected(
        id=id,
        source=said.source,
        cue=said.cue,
        content=said.content,
        type=said.type,
        entity=said.entity,
        act=said.act,
        certainty=said.certainty,
        manner=said.manner,
        inside=a.inside,
        score=a.score,
        corrected=last.verb if last else None,
        version=version_of(reading, a, last),
        link=link(reading, a),
    )


def _sources(ask: Ask) -> questions.Sources:
    return questions.sources_of(_applied(ask).reading)


def _outlet(ask: Ask) -> questions.Sources:
    with ask.library() as library:
        return questions.sources_of_outlet(library, ask.request.path_params["name"])


def _story_sources(ask: Ask) -> questions.Sources:
    with ask.library() as library:
        return questions.sources_of_story(library, ask.request.path_params["id"])


def _search(ask: Ask) -> tuple[HitRow, ...]:
    with ask.library() as library:
        hits = library.search(ask.asked("q"), limit=ask.number("limit", 1, LIMIT, 20))
    return tuple(
        HitRow(
            article=hit.id,
            day=hit.day,
            dated=hit.dated,
            outlet=hit.outlet,
            title=hit.title,
            attribution=hit.attribution,
            speaker=hit.speaker,
            words="".join(words for words, _ in hit.words),
        )
        for hit in hits
    )


def _corrections(ask: Ask) -> CorrectionsBody:
    id = ask.request.path_params["id"]
    with ask.library() as library:
        fallen = library.applied(id).fallen
        rows = tuple(FallenRow(n=f.correction.n, why=f.why) for f in fallen)
        return CorrectionsBody(corrections=library.corrections(id), fallen=rows)


def _correct(ask: Ask) -> Correction:
    from selon.web.pages import stated

    id, sent = ask.request.path_params["id"], _sent(ask, CorrectionSent)
    if sent.verb == "undo":
        raise InputError("correction", "to undo a correction, post to /api/corrections/{n}/undo")
    with ask.library() as library:
        reading = library.applied(id).reading
        after = None
        if sent.verb in ("change", "add"):
            labels = {"type": sent.type, "act": sent.act, "certainty": sent.certainty}
            after = stated(reading, sent.source, sent.cue, sent.content, **labels)
        return desk.correct(
            library,
            id,
            sent.verb,
            ask.settings.who,
            attribution=sent.attribution,
            version=sent.version,
            after=after,
            entity=sent.entity,
        )


def _undo(ask: Ask) -> Correction:
    with ask.library() as library:
        return desk.undo(library, ask.request.path_params["n"], ask.settings.who)


def _rulings(ask: Ask) -> tuple[RulingRow, ...]:
    with ask.library() as library:
        every, left = rule.told(library)
    of = {one.ruling.n: one for one in left}
    return tuple(
        RulingRow(ruling=r, lost=of[r.n].lost, why=of[r.n].why) if r.n in of else RulingRow(ruling=r) for r in every
    )


def _rule(ask: Ask) -> Ruled:
    sent, by = _sent(ask, RulingSent), ask.settings.who
    versions = (*sent.versions, None, None)[: max(2, len(sent.of))]
    with ask.library() as library:
        if sent.verb == "merge" and sent.about == "claim":
            made = rule.merge_claims(library, sent.of, by, versions=sent.versions)
        elif sent.verb == "merge" and len(sent.of) == 2:
            made = rule.merge(library, sent.of[0], sent.of[1], by, version=versions[0], other_version=versions[1])
        elif sent.verb == "split" and len(sent.of) == 1 and sent.about == "claim" and sent.article:
            made = rule.split_claim(library, sent.of[0], sent.article, by, start=sent.start, version=versions[0])
        elif sent.verb == "split" and len(sent.of) == 1 and sent.about == "who":
            made = rule.split(
                library, sent.of[0], by, article=sent.article, spelling=sent.spelling, version=versions[0]
            )  # fmt: skip
        else:
            raise InputError(
                "rulings",
                "to merge, name two; to split, one, and the article or spelling to split off",
                "no_such_ruling",
            )
    return Ruled(ruling=made.ruling, left=made.left, now=made.now)


def _undo_ruling(ask: Ask) -> Ruled:
    with ask.library() as library:
        made = rule.undo(library, ask.request.path_params["n"], ask.settings.who)
    return Ruled(ruling=made.ruling, left=made.left, now=made.now)


def _claim_version(ask: Ask) -> ClaimVersion:
    found = _claim(ask)
    return ClaimVersion(id=found.id, version=rule.version_of_claim(found))


def _people(ask: Ask) -> tuple[PersonRow, ...]:
    with ask.library() as library:
        found = questions.people(library, ask.asked("words"), ask.number("limit", 1, LIMIT, 20))
    return tuple(PersonRow(known=known, version=rule.version_of_known(known)) for known in found)


def _add(ask: Ask) -> AddBody:
    sent = _sent(ask, AddSent)
    wrong = [url for url in sent.urls if not is_address(url)]
    if wrong:
        raise InputError("input", f"{wrong[0]!r} is no http or https address")
    given = Given(outlet=sent.outlet)
    what: list[Any] = list(sent.urls)
    if sent.text and sent.text.strip():
        what.append(Job("pasted", sent.text, given))
    if not what:
        raise InputError("input", "there is nothing to add: give urls, or a text")
    return _told(ask.adds.start(sent.urls[0] if sent.urls else "pasted", what, given))


def _adds(ask: Ask) -> tuple[AddBody, ...]:
    return tuple(map(_told, ask.adds.all()))


def _one_add(ask: Ask) -> AddBody:
    return _told(ask.adds.get(ask.request.path_params["n"]))


def _told(one: Add) -> AddBody:
    rows = (OutcomeRow(place=o.place, status=o.status, id=o.id, message=o.message) for o in list(one.outcomes))
    return AddBody(
        n=one.n, label=one.label, state=one.state, counts=one.counts, outcomes=tuple(rows), message=one.message
    )


def _feeds(ask: Ask) -> tuple[FeedRow, ...]:
    with ask.library() as library:
        return tuple(FeedRow(**feed._asdict()) for feed in desk.feeds(library))


def _add_feed(ask: Ask) -> tuple[FeedRow, ...]:
    sent = _sent(ask, FeedSent)
    if not is_address(sent.url):
        raise InputError("input", f"{sent.url!r} is no http or https address of a feed")
    with Library.open(ask.settings.library, create=True) as library:
        desk.add_feed(library, sent.url)
    return _feeds(ask)


def _remove_feed(ask: Ask) -> tuple[FeedRow, ...]:
    sent = _sent(ask, FeedSent)
    with ask.library() as library:
        desk.remove_feed(library, sent.url)
    return _feeds(ask)


def _stories(ask: Ask) -> tuple[Story, ...]:
    with ask.library() as library:
        found = questions.stories(library, ask.asked("words") or None, limit=ask.number("limit", 1, LIMIT, 50))
    return tuple(found)


def _claims(ask: Ask) -> tuple[Claim, ...]:
    with ask.library() as library:
        story = questions.story(library, ask.request.path_params["id"])
        found = questions.claims(library, story=story.id, limit=ask.number("limit", 1, LIMIT, 50))
    return tuple(found)


def _copies(ask: Ask) -> tuple[Copy, ...]:
    with ask.library() as library:
        story = questions.story(library, ask.request.path_params["id"])
        return tuple(questions.copies_among(library, story.articles))


def _claim(ask: Ask) -> Claim:
    with ask.library() as library:
        found: Claim = questions.claim(library, ask.request.path_params["id"])
    return found


def _sent(ask: Ask, type_: Any) -> Any:
    """What was sent, of this type. Raises InputError."""
    if not ask.request.headers.get("content-type", "").startswith("application/json"):
        raise InputError("input", "send JSON, as content-type application/json")
    try:
        return msgspec.json.decode(ask.body, type=type_)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError("input", str(error)) from None


# ---------------------------------------------------------------- the endpoints

_ID = Parameter("id", "an article's id", required=True)
_REVISION = Parameter("revision", "a number of /article's revisions; by default the current text's", "integer")
_LIMIT = Parameter("limit", f"how many at most, up to {LIMIT}", "integer", 50)

ENDPOINTS = (
    Endpoint("GET", "/api/library", "What is in the library.", LibraryBody, _library),
    Endpoint(
        "GET",
        "/api/articles",
        "Articles, the newest first.",
        tuple[Entry, ...],
        _articles,
        (
            Parameter("outlet", "of this outlet only"),
            Parameter("language", "in this language only"),
            _LIMIT,
            Parameter("skip", "how many to leave out before", "integer", 0),
        ),
    ),
    Endpoint(
        "GET",
        "/api/articles/{id}/attributions",
        "An article's attributions, as corrected, with selectors, links and versions.",
        tuple[Selected, ...],
        _attributions,
        (_ID, _REVISION),
    ),
    Endpoint(
        "GET", "/api/articles/{id}/sources", "Who speaks in an article.", questions.Sources, _sources, (_ID, _REVISION)
    ),
    Endpoint(
        "GET",
        "/api/articles/{id}/corrections",
        "What people have corrected in an article.",
        CorrectionsBody,
        _corrections,
        (_ID,),
    ),
    Endpoint(
        "POST",
        "/api/articles/{id}/corrections",
        "Correct an attribution; 409 if somebody else has meanwhile.",
        Correction,
        _correct,
        (_ID,),
        CorrectionSent,
    ),
    Endpoint("GET", "/api/articles/{id}", "The whole reading, as corrected.", Reading, _article, (_ID, _REVISION)),
    Endpoint(
        "POST",
        "/api/corrections/{n}/undo",
        "Take a correction back; 409 if a later one stands on it.",
        Correction,
        _undo,
        (Parameter("n", "a correction's number", "integer", required=True),),
    ),
    Endpoint(
        "GET",
        "/api/outlets/{name}/sources",
        "Who speaks in all articles of an outlet.",
        questions.Sources,
        _outlet,
        (Parameter("name", "the outlet", required=True),),
    ),
    Endpoint(
        "GET",
        "/api/search",
        "Attributions, then articles, that hold all of the words.",
        tuple[HitRow, ...],
        _search,
        (Parameter("q", "words; “in quotation marks” as they follow one another, * for any ending", required=True),
         _LIMIT._replace(default=20)),
    ),
    Endpoint(
        "GET",
        "/api/stories",
        "Articles on the same happenings, the latest first.",
        tuple[Story, ...],
        _stories,
        (Parameter("words", "those of which an article holds all of these words"), _LIMIT),
    ),
    Endpoint(
        "GET",
        "/api/stories/{id}/claims",
        "What a story's articles state, whoever says it.",
        tuple[Claim, ...],
        _claims,
        (_ID._replace(about="a story's id, or that of one of its articles"), _LIMIT),
    ),
    Endpoint(
        "GET",
        "/api/stories/{id}/copies",
        "What a story's articles have from one another.",
        tuple[Copy, ...],
        _copies,
        (_ID._replace(about="a story's id, or that of one of its articles"),),
    ),
    Endpoint(
        "GET",
        "/api/claims/{id}/version",
        "What to name when a claim is merged or split.",
        ClaimVersion,
        _claim_version,
        (_ID._replace(about="a claim's id"),),
    ),
    Endpoint(
        "GET",
        "/api/stories/{id}/sources",
        "Who speaks in a story's articles.",
        questions.Sources,
        _story_sources,
        (_ID._replace(about="a story's id, or that of one of its articles"),),
    ),
    Endpoint(
        "GET",
        "/api/claims/{id}",
        "A claim, its occurrences and its origins.",
        Claim,
        _claim,
        (_ID._replace(about="a claim's id"),),
    ),
    Endpoint(
        "GET",
        "/api/people",
        "People and bodies across articles who have a name with all of these words.",
        tuple[PersonRow, ...],
        _people,
        (Parameter("words", "words of a name", required=True), _LIMIT._replace(default=20)),
    ),
    Endpoint("GET", "/api/rulings", "What people have merged and split.", tuple[RulingRow, ...], _rulings),
    Endpoint(
        "POST",
        "/api/rulings",
        "Merge or split claims, or people; 409 if somebody else has meanwhile.",
        Ruled,
        _rule,
        (),
        RulingSent,
    ),
    Endpoint(
        "POST",
        "/api/rulings/{n}/undo",
        "Take a ruling back.",
        Ruled,
        _undo_ruling,
        (Parameter("n", "a ruling's number", "integer", required=True),),
    ),
    Endpoint("GET", "/api/adds", "What is being added, the newest first.", tuple[AddBody, ...], _adds),
    Endpoint("POST", "/api/adds", "Add articles by address or text.", AddBody, _add, (), AddSent),
    Endpoint(
        "GET",
        "/api/adds/{n}",
        "How far an add is.",
        AddBody,
        _one_add,
        (Parameter("n", "an add's number", "integer", required=True),),
    ),
    Endpoint("GET", "/api/feeds", "The list of feeds.", tuple[FeedRow, ...], _feeds),
    Endpoint("POST", "/api/feeds", "Put a feed on the list.", tuple[FeedRow, ...], _add_feed, (), FeedSent),
    Endpoint("DELETE", "/api/feeds", "Take a feed off the list.", tuple[FeedRow, ...], _remove_feed, (), FeedSent),
)  # fmt: skip


def routes(endpoint: Callable[[Callable[[Ask], Response]], Any]) -> list[Route]:
    """The endpoints' routes; `endpoint` makes of a page what Starlette wants."""

    def answered(run: Callable[[Ask], Any]) -> Callable[[Ask], Response]:
        return lambda ask: answer(run(ask))

    made = [Route("/api/openapi.json", endpoint(lambda _: answer(document())), methods=["GET"])]
    by_path: dict[str, list[Endpoint]] = {}
    for one in ENDPOINTS:
        by_path.setdefault(one.path, []).append(one)
    for path, some in by_path.items():
        runs = {one.method: answered(one.run) for one in some}
        pattern = re.sub(r"\{(id|name)\}", r"{\1:path}", path).replace("{n}", "{n:int}")
        made.append(
            Route(pattern, endpoint(lambda ask, runs=runs: _by_method(ask, runs)), methods=list(runs))  # type: ignore[misc]
        )
    return made


def _by_method(ask: Ask, runs: dict[str, Callable[[Ask], Response]]) -> Response:
    method = ask.request.method
    return runs["GET" if method == "HEAD" else method](ask)


def answer(value: Any, status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), status, media_type="application/json")


def error(status: int, code: str, message: str, error: Exception) -> Response:
    return answer(ErrorBody(code=code, message=message, version=getattr(error, "version", None)), status)


@cache
def document() -> dict[str, Any]:
    """The OpenAPI 3.1 document of the endpoints."""
    types = [t for one in ENDPOINTS for t in (one.gives, one.takes) if t is not None] + [ErrorBody]
    schemas, components = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    schema_of = dict(zip(map(repr, types), schemas, strict=True))
    wrong = {"description": "What went wrong", "content": _json(schema_of[repr(ErrorBody)])}
    paths: dict[str, Any] = {}
    for one in ENDPOINTS:
        operation: dict[str, Any] = {
            "summary": one.about,
            "operationId": one.run.__name__.strip("_"),
            "parameters": [_parameter(one, parameter) for parameter in one.parameters],
            "responses": {
                "200": {"description": "Done", "content": _json(schema_of[repr(one.gives)])},
                "default": wrong,
            },
        }
        if one.takes is not None:
            operation["requestBody"] = {"required": True, "content": _json(schema_of[repr(one.takes)])}
        paths.setdefault(one.path, {})[one.method.lower()] = operation
    about = "Offsets are code points of the article’s text, half-open. Nothing here is needed to read the pages."
    return {
        "openapi": "3.1.0",
        "info": {"title": "Selon", "version": _version(), "description": about},
        "paths": paths,
        "components": {"schemas": components},
    }


def _json(schema: Any) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _parameter(one: Endpoint, parameter: Parameter) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": parameter.type}
    if parameter.type == "integer":
        schema["minimum"] = 0 if parameter.name == "skip" else 1
    if parameter.name == "limit":
        schema["maximum"] = LIMIT
    if parameter.default is not None:
        schema["default"] = parameter.default
    place = "path" if f"{{{parameter.name}}}" in one.path else "query"
    required = parameter.required or place == "path"
    return {
        "name": parameter.name, "in": place, "required": required, "description": parameter.about, "schema": schema,
    }  # fmt: skip


def _version() -> str:
    try:
        return version("selon")
    except PackageNotFoundError:
        return "unknown"
