"""Merging and splitting from the page: what can be chosen, what the forms do, and what is shown afterwards."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode

from starlette.responses import Response

from selon import ask as questions
from selon import rule
from selon.library import Entry, Library, desk
from selon.linking.types import Claim, Known
from selon.model import InputError
from selon.web.ask import Ask, see

OFFERED = 6
"""Claims, or people, that are offered to be merged where no words were given."""
FOUND = 20
"""Those that are where words were."""
_LISTED = 60
"""Mentions that are listed to be split off."""
_COMPARED = 200
_LIKE = 1.5
"""Nats by which the words that two claims share are rarer in the story than any from which on one is offered."""
_WORD = re.compile(r"\w+")


class Mention(NamedTuple):
    """An article that names somebody, and the name that they have there."""

    article: Entry
    name: str


def named(claim: Claim) -> str:
    """The claim as forms name it: its id, and what it holds at the moment."""
    return f"{claim.id}:{rule.version_of_claim(claim)}"


def named_who(known: Known) -> str:
    return f"{known.id}:{rule.version_of_known(known)}"


def other_claims(library: Library, claim: Claim, words: str) -> list[Claim]:
    """Claims of its story that it may be one with: those that hold the words, or else those most like it in theirs."""
    if words:
        try:
            found: Sequence[Claim] = questions.claims(library, words, story=claim.story, limit=FOUND)
        except InputError as error:
            if error.code != "search":
                raise
            found = ()
        return [other for other in found if other.id != claim.id]
    every = {other.id: other for other in questions.claims(library, story=claim.story, limit=_COMPARED)}
    words_of = {id: _stems(other) for id, other in {**every, claim.id: claim}.items()}
    held = Counter(stem for stems in words_of.values() for stem in stems)
    mine = words_of.pop(claim.id)
    alike = {id: sum(math.log(len(every) / held[s]) for s in mine & stems) for id, stems in words_of.items()}
    return [every[id] for id in sorted(alike, key=lambda id: -alike[id])[:OFFERED] if alike[id] > _LIKE]


def _stems(claim: Claim) -> set[str]:
    """Its words, by how they begin."""
    return {word[:6].casefold() for o in claim.occurrences for word in _WORD.findall(o.words) if len(word) > 3}


def others_called(library: Library, known: Known, words: str) -> list[Known]:
    """Who else has a name with these words, or else has the same name."""
    return list(questions.people(library, words or known.name, FOUND if words else OFFERED, besides=known.id))


def spellings(library: Library, known: Known) -> tuple[dict[str, int], list[Mention]]:
    """The names that somebody has, and in how many articles; and articles that name them, at most so many."""
    names = rule.names_in(library, known)
    counts: dict[str, int] = {}
    for name in names.values():
        counts[name] = counts.get(name, 0) + 1
    listed = list(names.items())[:_LISTED]
    return counts, [Mention(library.entry(article), name) for (article, _), name in listed]


# ---------------------------------------------------------------- what the forms do


def rule_(ask: Ask) -> Response:
    """Rule as the form says, and go to what it is about."""
    with ask.library() as library:
        try:
            made = _made(ask, library)
        except desk.ConflictError as error:
            return _conflict(ask, library, error)
    if ask.sent("back") == "corrections" or made.now is None:
        return see("/corrections")
    done = {"done": made.ruling.verb, **({"left": made.left} if made.left else {})}
    if made.ruling.verb != "undo":
        done["undo"] = made.ruling.n
    if made.ruling.about == "who":
        return see(f"/who?{urlencode({'name': made.now, **done})}")
    return see(f"/claim/{made.now}?{urlencode(done)}")


def _made(ask: Ask, library: Library) -> rule.Ruled:
    about, verb, by = ask.sent("about"), ask.sent("verb"), ask.settings.who
    chosen = [_named(value) for value in _all(ask, "chosen")]
    if verb == "undo":
        return rule.undo(library, _number(ask.sent("n")), by)
    if verb == "merge" and about == "claim":
        return rule.merge_claims(library, [id for id, _ in chosen], by, versions=[version for _, version in chosen])
    if verb == "merge" and about == "who" and len(chosen) == 2:
        (one, version), (other, theirs) = chosen
        return rule.merge(library, one, other, by, version=version, other_version=theirs)
    if verb == "split" and len(chosen) == 1:
        (id, version), article = chosen[0], ask.sent("article")
        if about == "claim":
            start = _number(ask.sent("start"))
            return rule.split_claim(library, id, article, by, start=start, version=version)
        if about == "who":
            spelling = ask.sent("spelling") or None
            return rule.split(library, id, by, article=article or None, spelling=spelling, version=version)
    raise InputError(
        "rulings", f"{verb!r} of {about!r} is nothing that can be ruled of {len(chosen)}", "no_such_ruling"
    )


def _all(ask: Ask, name: str) -> list[str]:
    assert ask.form is not None
    return [value for value in ask.form.getlist(name) if isinstance(value, str)]


def _named(value: str) -> tuple[str, str | None]:
    id, _, version = value.rpartition(":")
    return (id, version) if id else (value, None)


def _number(value: str) -> int:
    if not value.isdecimal() or len(value) > 15:
        raise InputError("rulings", f"{value!r} is no number", "no_such_ruling")
    return int(value)


def _conflict(ask: Ask, library: Library, error: desk.ConflictError) -> Response:
    """Somebody was quicker: show how things stand now, and let it be done anew where they are there still."""
    assert ask.form is not None
    about = ask.sent("about")
    standing = [_standing(library, about, _named(value)[0]) for value in _all(ask, "chosen")]
    meant = {name: value for name, value in ask.form.items() if isinstance(value, str) and name != "chosen"}
    whole = bool(standing) and all(standing)
    return ask.html(
        "ruling_conflict.html", 409, error=error, standing=[s for s in standing if s], meant=meant, whole=whole
    )


def _standing(library: Library, about: str, id: str) -> dict[str, Any] | None:
    try:
        if about == "claim":
            claim = questions.claim(library, id)
            return {"label": claim.text, "at": f"/claim/{claim.id}", "named": named(claim), "n": len(claim.occurrences)}
        known = questions.who(library, id, limit=0, why=False).known
    except InputError:
        return None
    address = f"/who?{urlencode({'name': known.id})}"
    return {"label": known.name, "at": address, "named": named_who(known), "n": len(known.mentions)}
