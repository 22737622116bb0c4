"""Origins: whom the occurrences of a claim finally rest on, and how many of them are independent.

Every two occurrences are weighed: one person or body, one report, copied words, an article's own words that repeat
whom it cites. What is one on average is one origin. An origin counts if it supports the claim and is somebody: an
outlet that names nobody counts only where it shows reporting of its own.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from selon.linking._because import because
from selon.linking._groups import together
from selon.linking._voices import Told, Who, abroad, acronym, pair, same, standing
from selon.linking.types import Origin, OriginKind, Reason, ReasonCode
from selon.linking.weights import OriginWeights
from selon.model import SourceType

Mention = tuple[str, str]
"""An article's id and the id of an entity in it."""
_KINDS: dict[SourceType, OriginKind] = {
    "named": "person", "role": "person", "org": "body", "media": "report", "doc": "document", "group": "anonymous",
    "none": "anonymous",
}  # fmt: skip
_SURE = {True: 50.0, False: -50.0}
"""Log odds of what people have ruled: more than all else comes to."""
_APART = -3.0
"""Most log odds of two voices that are `apart`."""
_LIKELY, _MAY = 0.4, -0.5
"""Log odds from which on an origin counts, and from which on an outlet's own words do where nobody else's do: set on
claims that the weights were not taught on, of the written and the annotated events, the mean of both."""
_COPIED_RUN = 0.5
"""Share of the shorter sentence's runs of words from which on it is told as copied."""


Ruled = Callable[[Mention, Mention], bool | None]
"""Whether people have ruled that those whom two mentions name are one, or two; None where they have not."""


def nobody_ruled(_: Mention, __: Mention) -> None:
    return None


def origins_of(
    occurrences: Sequence[Told], copied: Callable[[int, int], bool], weights: OriginWeights, ruled: Ruled = nobody_ruled
) -> tuple[list[str], tuple[Origin, ...]]:
    """The origin's id of each occurrence, and the origins, in the order in which they first occur; `copied(i, j)`
    says whether the words of one are copied from the other's article or both from elsewhere."""
    n = len(occurrences)
    score = np.zeros((n, n))
    for i in range(n):
        for j in range(i):
            x, y = occurrences[j], occurrences[i]
            one = _ruled(x, y, ruled)
            weighed = _dot(weights.pair, pair(x, y, occurrences, copied(j, i))) if one is None else _SURE[one]
            if one is None and apart(x, y, copied(j, i)):
                weighed = min(weighed, _APART)
            score[i, j] = score[j, i] = weighed
    groups = together(score)
    members = [[occurrences[i] for i in group] for group in groups]
    supports = [any(m.stance == "supports" for m in some) for some in members]
    counts = counted([standing(some, occurrences) for some in members], supports, weights.standing)
    ids = [""] * n
    found = []
    for number, (group, some) in enumerate(zip(groups, members, strict=True)):
        id = f"o{number + 1}"
        for i in group:
            ids[i] = id
        name, kind = _named(some)
        why = tuple(_why(group, occurrences, copied, ruled))
        if kind == "outlet":
            shows = counts[number] or not supports[number]
            kind = kind if shows else "unsourced"
            why = (*why, because("own_reporting" if shows else "unsourced", name))
        elif supports[number] and not counts[number]:
            why = (*why, because("unsure"))
        found.append(Origin(id, name, kind, counts[number], why))
    return ids, tuple(found)


def apart(x: Told, y: Told, copied: bool) -> bool:
    """Whether two occurrences rest on two voices however alike they are told: the governments of two countries, or
    people that two articles do not name, unless the words are copied or both have them from one agency."""
    if not x.who or not y.who:
        return False
    if abroad(x.who, y.who):
        return True
    if x.number == y.number or copied or _run(x, y) or (x.agency and x.agency == y.agency):
        return False
    return not x.who.proper and not y.who.proper and not same(x.who, y.who, one_article=False)


def _run(x: Told, y: Told) -> bool:
    """Whether most runs of words of the shorter sentence stand in the other."""
    return len(x.runs & y.runs) >= _COPIED_RUN * max(1, min(len(x.runs), len(y.runs)))


def _ruled(x: Told, y: Told, ruled: Ruled) -> bool | None:
    """What people have ruled of the voices that two occurrences name."""
    one, other = (m.chain[0].source.entity if m.chain else None for m in (x, y))
    return ruled((x.reading.article.id, one), (y.reading.article.id, other)) if one and other else None


def counted(
    told_of: Sequence[Mapping[str, float]], supports: Sequence[bool], weights: Mapping[str, float]
) -> list[bool]:
    """Which origins count, of those that support the claim: any that likely does, or else the likeliest that is
    somebody, or else the likeliest outlet that may have reported it itself."""
    odds = [_dot(weights, one) if s else -np.inf for one, s in zip(told_of, supports, strict=True)]
    if any(value >= _LIKELY for value in odds):
        return [value >= _LIKELY for value in odds]
    somebody = [n for n, (one, s) in enumerate(zip(told_of, supports, strict=True)) if s and not one["own"]]
    outlets = [n for n, value in enumerate(odds) if value >= _MAY]
    best = max(somebody or outlets, key=lambda n: odds[n], default=None)
    return [n == best for n in range(len(odds))]


def _dot(weights: Mapping[str, float], features: Mapping[str, float]) -> float:
    return sum(weights.get(name, 0.0) * value for name, value in features.items())


def _named(members: Sequence[Told]) -> tuple[str, OriginKind]:
    """Whom the members rest on: the voice that says most of who it is, else the agency, else the outlet."""
    voices = [m.who for m in members if m.who]
    if voices:
        best = max(voices, key=lambda w: (bool(w.surname), bool(w.proper), len(w.words), w.name))
        kind = _KINDS[best.type]
        return best.name, "anonymous" if kind in ("person", "body") and not best.proper else kind
    for member in members:
        if member.agency:
            return member.agency, "agency"
    article = members[0].reading.article
    return article.outlet or article.url or article.id, "outlet"


_SAME: dict[str, ReasonCode] = {
    "person": "same_person",
    "government": "same_government",
    "speaks_for": "speak_for_one",
    "role": "same_role",
    "name": "share_name",
    "words": "same_words",
    "body": "same_body",
}


def _why(group: Sequence[int], all_: Sequence[Told], copied: Callable[[int, int], bool], ruled: Ruled) -> list[Reason]:
    """Why each further member of a group is one with those before it."""
    found = dict[str, Reason]()
    for at, i in enumerate(group):
        if at:
            reason = next((r for j in group[:at] if (r := _tie(all_[j], all_[i], copied(j, i), ruled))), None)
            reason = reason or because("told_alike")
            found.setdefault(reason.message, reason)
    return list(found.values())


def _tie(x: Told, y: Told, copied: bool, ruled: Ruled) -> Reason | None:
    one = x.number == y.number
    here, there = (t.reading.article.outlet or t.reading.article.id for t in (x, y))
    article = y.reading.article.id
    if x.who and y.who:
        if one and x.chain[0].id == y.chain[0].id:
            return because("one_attribution", x.who.name, article=article)
        if x.who.name != y.who.name and _ruled(x, y, ruled):
            return because("ruled_who", x.who.name, y.who.name, article=article)
        like = same(x.who, y.who, one)
        if like:
            if x.who.name == y.who.name:
                return because("both_name", x.who.name, article=article)
            return because(_SAME[like], x.who.name, y.who.name, article=article)
        if acronym(x.who, y.who):
            return because("initials", x.who.name, y.who.name, article=article)
    if x.agency and x.agency == y.agency and not one:
        return because("share_credit", here, there, x.agency, article=article)
    if copied or (not one and _run(x, y)):
        return because("copied", here, there, article=article)
    if one and (x.who is None) != (y.who is None):
        said: Who | None = x.who or y.who
        assert said
        return because("repeats", here, said.name, article=article)
    if (x.who is None) != (y.who is None):
        said = x.who or y.who
        assert said
        return because("says_what", there if x.who else here, said.name, article=article)
    if one:
        return because("says_twice", here, article=article)
    return None
