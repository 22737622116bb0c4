"""The pages: what each address shows, and what each form does."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple, get_args
from urllib.parse import quote, urlencode

from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse, Response

from selon import ask as questions
from selon import ledger, rule, score
from selon.adding import Found, Given, Job
from selon.anchors import fingerprint
from selon.fetch import is_address
from selon.library import Library, Revision, desk
from selon.library.corrections import Applied, Correction, Verb, version_of
from selon.linking.types import Claim
from selon.model import (
    Act,
    Attribution,
    Certainty,
    Finding,
    InputError,
    Manner,
    Note,
    Part,
    Reading,
    Source,
    SourceType,
    Spans,
)
from selon.web import adds as adding_
from selon.web import pictures
from selon.web.adds import Upload
from selon.web.api import document
from selon.web.ask import Ask, Pager, see
from selon.web.links import article_link, link, resolve, spans_of, written
from selon.web.typeset import FLAGS, Voice, typeset, voices
from selon.web.words import COOKIE, LANGUAGES

PAGE = 40
"""Articles on a page of the list."""
FOUND = 30
"""Attributions, and articles, that a search shows."""
_CLAIMS = 10
_SHOWN_OUTLETS = 60
_LOOKED = 20
"""Earlier texts in which the words of a link are looked for."""
_SET_ASIDE = "page"


# ---------------------------------------------------------------- the library


def home(ask: Ask) -> Response:
    skip = ask.number("skip", 0, 10**9, 0)
    outlet, language = ask.asked("outlet") or None, ask.asked("language") or None
    with ask.library() as library:
        total, languages, outlets = library.counts()
        waiting = questions.unlinked(library)
        entries = library.listed(outlet=outlet, language=language, limit=PAGE + 1, skip=skip)
    days: list[tuple[str, bool, list[Any]]] = []
    for entry in entries[:PAGE]:
        if not days or days[-1][:2] != (entry.day, entry.dated):
            days.append((entry.day, entry.dated, []))
        days[-1][2].append(entry)
    kept = {name: value for name, value in (("outlet", outlet), ("language", language)) if value}

    def at(**changed: Any) -> str:
        return "/?" + urlencode({k: v for k, v in {**kept, **changed}.items() if v})

    return ask.html(
        "home.html",
        total=total,
        waiting=waiting,
        days=days,
        languages_of=languages,
        outlets=dict(list(outlets.items())[:_SHOWN_OUTLETS]),
        more_outlets=max(0, len(outlets) - _SHOWN_OUTLETS),
        outlet=outlet,
        language=language,
        at=at,
        older=at(skip=skip + PAGE) if len(entries) > PAGE else None,
        newer=at(skip=max(0, skip - PAGE)) if skip else None,
    )


def search(ask: Ask) -> Response:
    words = ask.asked("q")
    if not words:
        return see("/")
    with ask.library() as library:
        try:
            hits = library.search(words, limit=FOUND)
        except InputError as error:
            if error.code != "search":
                raise
            hits = ()
        claims = _claims(library, words) if hits else ()
    said = [hit for hit in hits if hit.attribution]
    told = [hit for hit in hits if not hit.attribution]
    return ask.html("search.html", said=said, told=told, claims=claims)


def _claims(library: Library, words: str) -> Sequence[Claim]:
    """Claims that hold the words, where articles are linked."""
    try:
        found: Sequence[Claim] = questions.claims(library, words, limit=_CLAIMS)
    except InputError as error:
        if error.code not in ("unlinked", "search"):
            raise
        found = ()
    return found


def outlet(ask: Ask) -> Response:
    name = ask.request.path_params["name"]
    with ask.library() as library:
        entries = library.listed(outlet=name, limit=PAGE)
        if not entries:
            raise InputError("unknown", f"there is no article of {name!r} in the library", "no_outlet", name=name)
        made = questions.sources_of_outlet(library, name)
    return ask.html("outlet.html", name=name, card=made, bar=_bar(ask, made), entries=entries)


def welcome(ask: Ask) -> Response:
    """There is no library yet."""
    running = next((one for one in ask.adds.all() if not one.over), None)
    if running:
        return see(f"/adds/{running.n}")
    failed = next((one for one in ask.adds.all() if one.state == "failed"), None)
    return ask.html("welcome.html", place=str(ask.settings.library), failed=failed)


def trouble(ask: Ask, status: int, code: str, message: str, error: Exception | None = None) -> Response:
    known = ("unknown", "unlinked", "busy", "newer", "damaged", "full", "read-only", "conflict", "no-library")
    key = code if code in known else "unknown" if status == 404 else "other"
    kind, values = getattr(error, "kind", ""), getattr(error, "values", {})
    said = ask.words.error(code, message, kind, values)
    return ask.html("trouble.html", status, key=key.replace("-", "_"), said=said, message=message)


# ---------------------------------------------------------------- an article


class Shown(NamedTuple):
    """An attribution as the margin and the panel show it."""

    id: str
    attribution: Attribution
    voice: Voice
    link: str
    inside: Voice | None
    verb: Verb | None
    words: str


def article(ask: Ask) -> Response:
    id = ask.request.path_params["id"]
    revision = ask.number("revision", 1, 10**9, 0) or None
    with ask.library() as library:
        applied = library.applied(id, revision)
        revisions = library.revisions(id)
        target = resolve(applied.reading, ask.request.query_params)
        stood = _stood(ask, library, id, revisions) if target and not target.spans and revision is None else None
        claim = _claim(library, ask.asked("claim"))
    reading = applied.reading
    stated = _spans_of(claim, ask.number("start", 0, 10**9, -1), reading) if claim else ()
    found, of = voices(reading, ask.words.labels)
    notes = _notes(applied, of)
    chosen = target.attribution if target else None
    if ask.asked("a") in notes:
        chosen = ask.asked("a")
    made = questions.sources_of(reading)
    blocks = typeset(reading, of, target.spans if target and not chosen else stated)
    current = next((one.n for one in revisions if one.current), None)
    return ask.html(
        "article.html",
        reading=reading,
        article=reading.article,
        blocks=blocks,
        titled=any(block.kind == "headline" for block in blocks),
        voices=found,
        notes=notes,
        card=made,
        bar=_bar(ask, made),
        acts=_present(a.act for a in reading.attributions),
        certainties=_present(a.certainty for a in reading.attributions),
        types=_present(a.source.type for a in reading.attributions),
        flags=FLAGS,
        findings=[_finding(reading, f) for f in reading.findings],
        furniture=[n for n in reading.notes if n.stage == _SET_ASIDE],
        remarks=[n for n in reading.notes if n.stage != _SET_ASIDE],
        noted=lambda note: _noted(ask, note),
        applied=applied,
        fallen=applied.fallen,
        claim=claim,
        stated=stated,
        target=target if target and target.how not in ("same",) else None,
        stood=stood,
        unread=target is not None and target.spans != () and target.attribution is None,
        panel=_panel_values(ask, applied, chosen, of) if chosen else None,
        entities=_names(reading),
        revisions=revisions,
        revision=revision,
        current=current,
        is_current=revision is None or revision == current,
        done=ask.asked("done"),
        undo=ask.asked("undo"),
    )


def _claim(library: Library, id: str) -> Claim | None:
    """The claim that a link leads from; None for a link from elsewhere, or where there is none by this id any more."""
    try:
        return questions.claim(library, id) if id else None
    except InputError as error:
        if error.code not in ("unknown", "unlinked"):
            raise
        return None


def _spans_of(claim: Claim, start: int, reading: Reading) -> Spans:
    """The words by which the article states the claim from `start` on, if they stand there still."""
    text = reading.article.text
    return tuple(
        span
        for o in claim.occurrences
        if o.article == reading.article.id and start in (-1, o.spans[0].start)
        if o.words.startswith(o.spans[0].of(text)) and o.spans[-1].end <= len(text)
        for span in o.spans
    )


def _stood(ask: Ask, library: Library, id: str, revisions: Sequence[Revision]) -> str | None:
    """The link to the newest earlier text in which the words of a link that no longer stands did."""
    for one in reversed(revisions[-_LOOKED:]):
        if not one.current:
            found = resolve(library.get(id, one.n), ask.request.query_params)
            if found and found.spans:
                return f"{article_link(id)}?{ask.request.url.query}&revision={one.n}"
    return None


def panel(ask: Ask) -> Response:
    """The part of the page that says all of one attribution."""
    revision = ask.number("revision", 1, 10**9, 0) or None
    with ask.library() as library:
        applied = library.applied(ask.asked("article"), revision)
    _, of = voices(applied.reading, ask.words.labels)
    if ask.asked("attribution") not in of:
        raise InputError(
            "unknown",
            f"there is no attribution {ask.asked('attribution')!r} in this article any more",
            "no_attribution",
        )
    shown = _panel_values(ask, applied, ask.asked("attribution"), of)
    return ask.html("panel.html", panel=shown, is_current=revision is None)


def _notes(applied: Applied, of: dict[str, Voice]) -> dict[str, Shown]:
    reading = applied.reading
    text_print = fingerprint(reading.article.text)
    out = {}
    for a in reading.attributions:
        if a.id in of:
            last = applied.last.get(a.id)
            words = ledger.words_of(reading.article.text, a.content.spans)
            inside = of.get(a.inside) if a.inside else None
            verb = last.verb if last else None
            out[a.id] = Shown(a.id, a, of[a.id], link(reading, a, text_print), inside, verb, words)
    return out


def _panel_values(ask: Ask, applied: Applied, id: str, of: dict[str, Voice]) -> dict[str, Any]:
    reading = applied.reading
    a = next(a for a in reading.attributions if a.id == id)
    text, last = reading.article.text, applied.last.get(id)
    entity = reading.entity(a.source.entity)
    marks = ask.words.labels.marks
    words, around = ledger.said(reading, a, marks)
    return {
        "id": id,
        "article": reading.article.id,
        "language": reading.article.language,
        "a": a,
        "voice": of[id],
        "entity": entity.name if entity else "",
        "entities": _names(reading),
        "said": around[0] + words + around[1],
        "source_words": ledger.words_of(text, a.source.spans),
        "cue_words": ledger.words_of(text, a.cue.spans),
        "around": [(of[x.id], x) for x in ledger.chain(reading, a) if x.id in of],
        "last": last,
        "version": version_of(reading, a, last),
        "link": link(reading, a),
        "spans": {"source": written(a.source.spans), "cue": written(a.cue.spans), "content": written(a.content.spans)},
    }


def _names(reading: Reading) -> list[str]:
    return sorted({entity.name for entity in reading.entities})


def _present(values: Any) -> list[str]:
    return list(dict.fromkeys(values))


def _bar(ask: Ask, made: questions.Sources) -> Any:
    return pictures.bar([(one.kind, ask.words(f"kind_{one.kind}"), one.share) for one in made.shares])


def _finding(reading: Reading, finding: Finding) -> tuple[Finding, str]:
    return finding, ledger.words_of(reading.article.text, finding.spans)


def _noted(ask: Ask, note: Note) -> str:
    return ask.words.labels.noted.get(note.code, note.message)


# ---------------------------------------------------------------- adding


def adding(ask: Ask) -> Response:
    try:
        with ask.library() as library:
            known: Sequence[desk.Feed] = desk.feeds(library)
    except InputError as error:
        if error.code != "missing":
            raise
        known = ()
    return ask.html("add.html", feeds=known, adds=ask.adds.all()[:10], message=None)


def add(ask: Ask) -> Response:
    """Start an add of addresses, files or pasted text, whichever was sent."""
    outlet, day = ask.sent("outlet") or None, ask.sent("date") or None
    given = Given(outlet=outlet, published=_day(day))
    urls, text = ask.sent("urls").split(), ask.sent("text")
    for url in urls:
        if not is_address(url):
            raise InputError("input", f"{url!r} is no http or https address", "no_address", value=url)
    what: list[str | Found | Upload] = list(urls)
    names = list(urls)
    if text:
        first = text.splitlines()[0]
        what.append(Job("pasted", text, given._replace(url=_url(ask.sent("url")))))
        names.append(ledger.printable(first)[:80])
    assert ask.form is not None
    for file in ask.form.getlist("files"):
        if isinstance(file, UploadFile) and file.filename:
            upload = _kept(file, ask.adds.folder)
            what.append(upload)
            names.append(upload.name)
    if not what:
        raise InputError("input", "there is nothing to add: give an address, a file or a text", "nothing_to_add")
    label = names[0] if len(names) == 1 else f"{names[0]} + {len(names) - 1}"
    return see(f"/adds/{ask.adds.start(label, what, given).n}")


def _kept(file: UploadFile, folder: Path) -> Upload:
    """The file beside, under a name of our own with the ending of its own, which says what it is."""
    assert file.filename
    name = Path(file.filename.replace("\\", "/")).name
    ending = "".join(Path(name).suffixes[-2:])[-20:]
    ending = "".join(c for c in ending if c.isalnum() or c == ".")
    with tempfile.NamedTemporaryFile(dir=folder, suffix=ending, delete=False) as kept:
        while chunk := file.file.read(1 << 20):
            kept.write(chunk)
    return Upload(name or "file", Path(kept.name))


def _day(value: str | None) -> str | None:
    import datetime

    try:
        return datetime.date.fromisoformat(value).isoformat() if value else None
    except ValueError:
        raise InputError("input", f"{value!r} is no day; write it as 2025-03-12", "no_day", value=value) from None


def _url(value: str) -> str | None:
    if value and not is_address(value):
        raise InputError("input", f"{value!r} is no http or https address", "no_address", value=value)
    return value or None


def examples(ask: Ask) -> Response:
    return see(f"/adds/{ask.adds.start(ask.words('examples'), list(adding_.examples())).n}")


def feeds(ask: Ask) -> Response:
    """Put a feed on the list, take it off, or fetch what the feeds list."""
    action, url = ask.sent("action"), ask.sent("url")
    with Library.open(ask.settings.library, create=True) as library:
        if action == "add":
            if not is_address(url):
                raise InputError("input", f"{url!r} is no http or https address of a feed", "no_address", value=url)
            desk.add_feed(library, url)
        elif action == "remove":
            desk.remove_feed(library, url)
        elif action == "fetch":
            wanted = [url] if url else [feed.url for feed in desk.feeds(library)]
            if not wanted or not all(map(is_address, wanted)):
                raise InputError("input", "there is no feed on the list to fetch", "no_feed")
            label = wanted[0] if len(wanted) == 1 else f"{wanted[0]} + {len(wanted) - 1}"
            return see(f"/adds/{ask.adds.start(label, wanted, feeds=wanted).n}")
        else:
            raise InputError("input", f"{action!r} is nothing that can be done with feeds: add, remove or fetch")
    return see("/add#feeds")


def progress(ask: Ask) -> Response:
    one = ask.adds.get(ask.request.path_params["n"])
    template = "progress_part.html" if ask.asked("part") else "progress.html"
    return ask.html(template, add=one)


# ---------------------------------------------------------------- corrections


def corrections(ask: Ask) -> Response:
    skip = ask.number("skip", 0, 10**9, 0)
    with ask.library() as library:
        every = [c for c in reversed(library.corrections()) if c.verb != "undo"]
        shown = every[skip : skip + PAGE]
        touched = dict.fromkeys(c.article for c in shown)
        fallen = {f.correction.n: f.why for id in touched for f in library.applied(id).fallen}
        rulings, left = rule.told(library)
    return ask.html(
        "corrections.html",
        every=shown,
        fallen=fallen,
        pager=Pager("/corrections", {}, skip, PAGE, len(every)),
        rulings=[r for r in reversed(rulings) if r.verb != "undo"],
        standing={one.ruling.n: one for one in left},
    )


def correct(ask: Ask) -> Response:
    """Write down what the form says, and go back to the article."""
    id, verb = ask.sent("article"), ask.sent("verb")
    if verb not in ("confirm", "reject", "change", "add", "check"):
        raise InputError("correction", f"{verb!r} is no correction; confirm, reject, change, add or check")
    with ask.library() as library:
        reading = library.applied(id).reading
        after = _after(ask, reading) if verb in ("change", "add") else None
        try:
            made = desk.correct(
                library,
                id,
                verb,  # type: ignore[arg-type]  # one of the five
                ask.settings.who,
                attribution=ask.sent("attribution") or None,
                version=ask.sent("version") or None,
                after=after,
                entity=ask.sent("entity") or None,
            )
        except desk.ConflictError as error:
            return _conflict(ask, library, id, error)
        applied = library.applied(id)
    return see(_after_correction(applied, made))


def _after(ask: Ask, reading: Reading) -> Attribution:
    """The attribution that the form spells out."""
    try:
        parts = {name: spans_of(ask.sent(name)) for name in ("source", "cue", "content")}
    except ValueError as error:
        raise InputError("correction", str(error)) from None
    return stated(
        reading,
        parts["source"],
        parts["cue"],
        parts["content"],
        type=ask.sent("type") or ("none" if not parts["source"] else "named"),
        act=ask.sent("act") or "say",
        certainty=ask.sent("certainty") or "certain",
    )


def stated(
    reading: Reading, source: Spans, cue: Spans, content: Spans, *, type: str, act: str, certainty: str
) -> Attribution:
    """An attribution of these words. Raises InputError (code "correction") for values that there are not."""
    for name, value, choices in (
        ("type", type, get_args(SourceType)),
        ("act", act, get_args(Act)),
        ("certainty", certainty, get_args(Certainty)),
    ):
        if value not in choices:
            raise InputError(
                "correction",
                f"{name} {value!r} is none of {', '.join(choices)}",
                "no_choice",
                value=value,
                choices=", ".join(choices),
            )
    text = reading.article.text
    kind: Manner = "indirect"
    if content and all(span.end <= len(text) for span in content):
        kind = score.kind_of(score.quoted(text), score.word_characters(text, content))
    return Attribution(
        id="new",
        source=Source(spans=source, type=type),  # type: ignore[arg-type]  # checked above
        cue=Part(spans=cue),
        content=Part(spans=content),
        manner="hearsay" if act == "hearsay" else kind,
        act=act,  # type: ignore[arg-type]
        certainty=certainty,  # type: ignore[arg-type]
        by="correction",
    )


def _after_correction(applied: Applied, made: Correction) -> str:
    """Where to look after a correction: at the attribution, if it is still there."""
    here = next((a for a in applied.reading.attributions if applied.last.get(a.id) == made), None)
    asked = {"done": made.verb, "undo": made.n, **({"a": here.id} if here else {})}
    return f"{article_link(made.article)}?{urlencode(asked)}"


def _conflict(ask: Ask, library: Library, id: str, error: desk.ConflictError) -> Response:
    """Somebody was quicker: show how it stands now, what was meant, and let it be done anew."""
    applied = library.applied(id)
    _, of = voices(applied.reading, ask.words.labels)
    attribution = ask.sent("attribution")
    now = _panel_values(ask, applied, attribution, of) if attribution in of else None
    assert ask.form is not None
    meant = {name: value for name, value in ask.form.items() if isinstance(value, str)}
    return ask.html(
        "conflict.html", 409, article=applied.reading.article, message=error.message, panel=now, meant=meant
    )


def undo(ask: Ask) -> Response:
    n = ask.sent("n")
    if not n.isdecimal() or len(n) > 15:
        raise InputError("correction", f"{n!r} is no correction's number", "no_correction", n=n)
    with ask.library() as library:
        made = desk.undo(library, int(n), ask.settings.who)
    back = ask.sent("back")
    return see("/corrections" if back == "corrections" else f"{article_link(made.article)}?done=undo")


# ---------------------------------------------------------------- the page itself


def language(ask: Ask) -> Response:
    """Remember the language, and go back to a page of this one."""
    code, back = ask.request.path_params["code"], ask.asked("back")
    if code not in LANGUAGES:
        raise InputError("unknown", f"the page is not in {code!r}; it is in {', '.join(LANGUAGES)}")
    local = back.startswith("/") and not back.startswith(("//", "/\\")) and back.isprintable()
    response = RedirectResponse(quote(back, safe="/?&=%:,+~.-_") if local else "/", 303)
    response.set_cookie(COOKIE, code, max_age=365 * 24 * 3600, samesite="lax", httponly=True)
    return response


def api(ask: Ask) -> Response:
    return ask.html("api.html", document=document())
