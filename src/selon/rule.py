"""Ruling who is who and what is one claim: merging, splitting, taking back. Rulings are kept (library/rulings.py),
whatever is linked anew, and what they change is linked at once, as far as that takes seconds.

Where a `version` (`version_of_claim`, `version_of_known`) is given, the ruling is refused unless what it is about is
still what it was: ConflictError (code "conflict"). Other errors are InputErrors: code "unknown" for what is not there,
"rulings" for what is so already, or cannot be kept.
"""

import hashlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from selon import ask
from selon.anchors import anchor, find, fingerprint
from selon.library import Library
from selon.library import rulings as layer
from selon.library.desk import ConflictError
from selon.library.rulings import Named, Ruling, Side, Stated
from selon.linked import settle
from selon.linked.rulings import Standing, state
from selon.linked.store import Links
from selon.linking.types import Claim, Known, Occurrence
from selon.model import InputError

AT_ONCE = 60
"""Articles whose stories are linked anew at once, which takes seconds; larger stories wait until all is linked next."""
_NAMED = 200
"""Mentions of an entity that a ruling holds; of one that has more, the rest goes where evidence puts it."""


class Ruled(NamedTuple):
    """A ruling that was just made; how many stories are not yet as it says, but will be when they are linked next; and
    the id that its side a goes by now, None where it is not there."""

    ruling: Ruling
    left: int
    now: str | None


def version_of_claim(claim: Claim) -> str:
    """Changes with the statements that the claim holds."""
    return _digest(sorted((o.article, o.spans) for o in claim.occurrences))


def version_of_known(known: Known) -> str:
    """Changes with the mentions that are taken for one."""
    return _digest(sorted(known.mentions))


def told(library: Library) -> tuple[tuple[Ruling, ...], tuple[Standing, ...]]:
    """All rulings, and what is left of those that nobody took back."""
    return layer.rulings(library), state(library)


def undo(library: Library, n: int, by: str) -> Ruled:
    """Take ruling number `n` back. What it held together or apart is then as evidence, and other rulings, have it."""
    with library.writing():
        made = layer.undo(library, n, by)
    return _settled(library, made)


# ---------------------------------------------------------------- people and bodies


def merge(
    library: Library,
    name: str,
    other: str,
    by: str,
    *,
    version: str | None = None,
    other_version: str | None = None,
) -> Ruled:
    """Rule, as `by`, that two are one person or body; they go by any of their names, or by their ids."""
    with library.writing():
        known, theirs = _known(library, name, version), _known(library, other, other_version)
        if known.id == theirs.id:
            raise InputError(
                "rulings",
                f"{known.name!r} and {other!r} are one already",
                "one_already",
                name=known.name,
                other=theirs.name,
            )
        a, b = (_side(library, one.name, one.mentions) for one in (known, theirs))
        made = layer.rule(library, "who", "merge", by, a, b)
    return _settled(library, made)


def split(
    library: Library,
    name: str,
    by: str,
    *,
    article: str | None = None,
    spelling: str | None = None,
    version: str | None = None,
) -> Ruled:
    """Rule, as `by`, that who has this name in one article, or in this spelling, is another than elsewhere."""
    with library.writing():
        known = _known(library, name, version)
        names = names_in(library, known)
        there = [m for m in known.mentions if m[0] == article or (spelling is not None and names.get(m) == spelling)]
        rest = [m for m in known.mentions if m not in there]
        if not there or not rest:
            if article is None:
                found = ", ".join(repr(one) for one in dict.fromkeys(names.values()))
                raise InputError(
                    "unknown",
                    f"{known.name!r} is spelt {found}; name one of several, not {spelling!r}",
                    "no_spelling",
                    name=known.name,
                    spelling=spelling,
                )
            found = ", ".join(dict.fromkeys(article for article, _ in known.mentions))
            raise InputError(
                "unknown",
                f"{known.name!r} is in {found}; name one of several articles, not {article!r}",
                "no_mention",
                name=known.name,
                article=article,
            )
        a, b = _side(library, known.name, rest), _side(library, names.get(there[0], known.name), there)
        made = layer.rule(library, "who", "split", by, a, b)
    return _settled(library, made)


def names_in(library: Library, known: Known) -> dict[tuple[str, str], str]:
    """The name that each mention has in its article, where it has one still."""
    return Links(library).names_of(known.id)


def _known(library: Library, name: str, version: str | None) -> Known:
    try:
        found = ask.who(library, name, limit=0, why=False).known
    except InputError as error:
        if version is None or error.code != "unknown":
            raise
        raise ConflictError(
            f"{name!r} is not there any more: somebody has merged or split it meanwhile", None, "who_gone", name=name
        ) from None
    _same(version, version_of_known(found), f"{found.name!r}")
    return found


def _side(library: Library, label: str, mentions: Iterable[tuple[str, str]]) -> Side:
    """Mentions by the names that they have in their articles: those that no other one there bears."""
    found = []
    for article, entity in mentions:
        sql = "SELECT e.name FROM entities e JOIN articles a ON a.n = e.article WHERE a.id = ? AND e.id = ?"
        row = library.row(sql, (article, entity))
        named = Named(article=article, name=row[0]) if row else None
        if named and layer.entity_of(library, named)[0] == entity:
            found.append(named)
        if len(found) == _NAMED:
            break
    if not found:
        raise InputError(
            "rulings",
            f"every article that names {label!r} names another one alike: it cannot be told apart",
            "alike",
            name=label,
        )
    return Side(label=label, named=tuple(found))


# ---------------------------------------------------------------- claims


def merge_claims(library: Library, ids: Sequence[str], by: str, *, versions: Sequence[str | None] = ()) -> Ruled:
    """Rule, as `by`, that two claims of a story or more are one."""
    with library.writing():
        wanted = [*versions, *[None] * len(ids)][: len(ids)]
        claims = [_claim(library, id, version) for id, version in zip(ids, wanted, strict=True)]
        claims = list({claim.id: claim for claim in claims}.values())
        if len(claims) < 2:
            raise InputError("rulings", "to merge claims, name two of them", "two_claims")
        if len({claim.story for claim in claims}) > 1:
            raise InputError(
                "rulings", "claims of two stories cannot be one: what is told there is not linked", "two_stories"
            )
        first, *others = claims
        for other in others:
            a, b = (_stated(library, claim.text, claim.occurrences) for claim in (first, other))
            made = layer.rule(library, "claim", "merge", by, a, b)
    return _settled(library, made)


def split_claim(
    library: Library, id: str, article: str, by: str, *, start: int | None = None, version: str | None = None
) -> Ruled:
    """Rule, as `by`, that what an article states is not this claim: all of it that is taken for it, or what begins at
    `start`, a code point of its text."""
    with library.writing():
        claim = _claim(library, id, version)
        off = [o for o in claim.occurrences if o.article == article and start in (None, o.spans[0].start)]
        rest = [o for o in claim.occurrences if o not in off]
        if not off:
            where = ", ".join(f"{o.article}:{o.spans[0].start}" for o in claim.occurrences)
            asked = article if start is None else f"{article}:{start}"
            raise InputError(
                "unknown", f"claim {claim.id!r} is stated in {where}; there is none at {asked!r}", "no_occurrence"
            )
        if not rest:
            raise InputError(
                "rulings", f"nothing else states claim {claim.id!r}: there is nothing to split it from", "nothing_else"
            )
        a, b = _stated(library, claim.text, rest), _stated(library, off[0].words, off)
        made = layer.rule(library, "claim", "split", by, a, b)
    return _settled(library, made)


def _claim(library: Library, id: str, version: str | None) -> Claim:
    try:
        found = ask.claim(library, id)
    except InputError as error:
        if version is None or error.code != "unknown":
            raise
        raise ConflictError(
            "this claim is not there any more: it was merged, split or linked anew", None, "claim_gone"
        ) from None
    _same(version, version_of_claim(found), "this claim")
    return found


def _stated(library: Library, label: str, occurrences: Iterable[Occurrence]) -> Side:
    found = []
    for o in occurrences:
        text = library.article(o.article).text
        for span in o.spans:
            if span.of(text) != o.words and len(o.spans) == 1:
                raise ConflictError(
                    f"article {o.article!r} has another text by now: link first", None, "new_text", article=o.article
                )
            found.append(Stated(article=o.article, text=fingerprint(text), anchor=anchor(text, span)))
    return Side(label=label, stated=tuple(found))


# ---------------------------------------------------------------- both


def _same(wanted: str | None, is_now: str, what: str) -> None:
    if wanted is not None and wanted != is_now:
        raise ConflictError(
            f"{what} has changed meanwhile: somebody has merged or split it, or it was linked", is_now, "changed"
        )


def _settled(library: Library, n: int) -> Ruled:
    made = next(r for r in layer.rulings(library) if r.n == n)
    left = settle(library, AT_ONCE)
    return Ruled(made, left, _id_of(library, made.a))


def _id_of(library: Library, side: Side) -> str | None:
    for named in side.named:
        entity, _ = layer.entity_of(library, named)
        known = Links(library).known(named.article, entity) if entity else None
        if known:
            return known
    for stated in side.stated:
        text = library.article(stated.article).text if stated.article in library else ""
        span = find(text, stated.anchor, same_text=fingerprint(text) == stated.text).span
        claim = ask.claim_at(library, stated.article, span.start) if span else None
        if claim:
            return claim.id
    return None


def _digest(value: object) -> str:
    return hashlib.blake2b(msgspec.json.encode(value), digest_size=8).hexdigest()
