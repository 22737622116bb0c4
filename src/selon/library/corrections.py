"""What people correct in a reading, as a layer of its own: values and the one function that lays it over a reading.

A correction holds an attribution as it stood and as it should stand, with the words of each span. It applies to any
reading of the article in which those words stand as they did: to the attribution that has the same spans, or, where the
reading has none such any more, as an attribution of its own. Otherwise it *no longer stands*, and is listed with why.
"""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

import msgspec
from msgspec.structs import replace

from selon.anchors import Anchors, anchors, find_all, fingerprint
from selon.model import (
    Act,
    Attribution,
    Certainty,
    Entity,
    EntityKind,
    Manner,
    Part,
    Reading,
    Record,
    Source,
    SourceType,
    Span,
    Spans,
)

Verb = Literal["confirm", "reject", "change", "add", "check", "undo"]
"""It holds; it does not; it should be otherwise; one was missed; the whole article has been looked through; an earlier
correction is taken back."""
Why = Literal["words", "repeated", "reading", "text"]
"""Why a correction no longer stands: its words are gone or stand in other surroundings; they stand more than once; what
was rejected is not in the reading any more; the text that was looked through is another one now."""

BY = "correction"
"""`Attribution.by` of what a person put there."""
_KINDS: dict[SourceType, EntityKind] = {"org": "org", "media": "media", "doc": "doc", "group": "group"}


class Statement(Record, frozen=True):
    """An attribution with the words of its spans; `entity` is the name of whoever is behind it."""

    source: Anchors
    cue: Anchors
    content: Anchors
    type: SourceType
    act: Act
    certainty: Certainty
    manner: Manner
    entity: str | None = None


class Correction(Record, frozen=True):
    """One thing that `who` said `at` some time (UTC) of an article's text, which `text` is the fingerprint of.

    `target` is the first correction of the same attribution; `undone` the one that took this one back.
    """

    n: int
    article: str
    target: int
    verb: Verb
    who: str
    at: str
    text: str
    before: Statement | None = None
    after: Statement | None = None
    undoes: int | None = None
    undone: int | None = None


class Fallen(NamedTuple):
    correction: Correction
    why: Why


class Applied(NamedTuple):
    """A reading with its corrections. `last` maps an attribution's id to the newest standing correction of it;
    `rejected` are the attributions that were taken out, with the correction that did it; `checked` is the one by
    which somebody has looked the whole article through."""

    reading: Reading
    last: dict[str, Correction]
    rejected: tuple[tuple[Attribution, Correction], ...]
    fallen: tuple[Fallen, ...]
    checked: Correction | None


def corrected(reading: Reading, corrections: Sequence[Correction]) -> Reading:
    """The reading as people say that it should be; all of `corrections` are of its article."""
    return apply(reading, corrections).reading


def statement(reading: Reading, attribution: Attribution) -> Statement:
    text = reading.article.text
    entity = reading.entity(attribution.source.entity)
    return Statement(
        source=anchors(text, attribution.source.spans),
        cue=anchors(text, attribution.cue.spans),
        content=anchors(text, attribution.content.spans),
        type=attribution.source.type,
        act=attribution.act,
        certainty=attribution.certainty,
        manner=attribution.manner,
        entity=entity.name if entity else None,
    )


def version_of(reading: Reading, attribution: Attribution, last: Correction | None) -> str:
    """Changes with whatever a person may see or correct of the attribution, and with the text."""
    said = (statement(reading, attribution), fingerprint(reading.article.text), last.n if last else 0)
    return hashlib.blake2b(msgspec.json.encode(said), digest_size=8).hexdigest()


def standing(corrections: Sequence[Correction]) -> list[Correction]:
    """Those that nobody took back."""
    return [c for c in corrections if c.verb != "undo" and c.undone is None]


def apply(reading: Reading, corrections: Sequence[Correction]) -> Applied:
    """Lay the corrections over a reading, in the order in which they were made."""
    chains: dict[int, list[Correction]] = {}
    for correction in standing(corrections):
        chains.setdefault(correction.target, []).append(correction)
    if not chains:
        return Applied(reading, {}, (), (), None)
    work = _Work(reading)
    for chain in chains.values():
        work.lay(chain)
    return work.done()


class _Work:
    """A reading's attributions while corrections are laid over them."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._text = reading.article.text
        self._print = fingerprint(self._text)
        self._kept = {a.id: a for a in reading.attributions}
        self._entities = list(reading.entities)
        self._last: dict[str, Correction] = {}
        self._rejected: list[tuple[Attribution, Correction]] = []
        self._fallen: list[Fallen] = []
        self._checked: Correction | None = None
        self._parents: dict[str, str | None] = {}
        self._reshaped = False

    def lay(self, chain: list[Correction]) -> None:
        """All corrections of one attribution."""
        last = chain[-1]
        if last.verb == "check":
            if last.text == self._print:
                self._checked = last
            else:
                self._fallen.append(Fallen(last, "text"))
            return
        here = self._matching(chain)
        if last.verb == "reject":
            if here is None:
                self._fallen.append(Fallen(last, "reading"))
            else:
                self._take_out(here)
                self._rejected.append((here, last))
            return
        assert last.after is not None
        spans, why = self._spans(last, last.after)
        if spans is None:
            self._fallen.append(Fallen(last, why))
            return
        id = here.id if here else f"c{last.target}"
        if last.verb == "confirm" and here:
            now = replace(here, score=1.0)
        else:
            self._reshaped = True
            now = self._made(id, last, last.after, spans, here)
            if here is None:
                for other in list(self._kept.values()):
                    if other.id not in self._last and _same_cue(other, now):
                        self._take_out(other)
        self._kept[id] = now
        self._last[id] = last

    def done(self) -> Applied:
        kept = tuple(self._kept.values())
        if self._reshaped:
            kept = _nested(sorted(kept, key=_place))
        modality = tuple(replace(m, inside=self._holder(m.inside)) for m in self._reading.modality)
        reading = replace(self._reading, attributions=kept, entities=tuple(self._entities), modality=modality)
        return Applied(reading, self._last, tuple(self._rejected), tuple(self._fallen), self._checked)

    def _matching(self, chain: list[Correction]) -> Attribution | None:
        """The reading's attribution that has the very spans of one of these, before or after."""
        wanted = []
        for correction in chain:
            for said in (correction.before, correction.after):
                spans = self._spans(correction, said)[0] if said else None
                if spans:
                    wanted.append(spans)
        for a in self._kept.values():
            if a.id not in self._last and (a.source.spans, a.cue.spans, a.content.spans) in wanted:
                return a
        return None

    def _spans(self, correction: Correction, said: Statement) -> tuple[tuple[Spans, Spans, Spans] | None, Why]:
        found = []
        for part in (said.source, said.cue, said.content):
            spans, how = find_all(self._text, part, same_text=correction.text == self._print)
            if spans is None:
                return None, "repeated" if how == "repeated" else "words"
            found.append(spans)
        return (found[0], found[1], found[2]), "words"

    def _made(
        self, id: str, last: Correction, said: Statement, spans: tuple[Spans, Spans, Spans], here: Attribution | None
    ) -> Attribution:
        return Attribution(
            id=id,
            source=Source(spans=spans[0], type=said.type, entity=self._entity(last, said, spans[0], here)),
            cue=Part(spans=spans[1]),
            content=Part(spans=spans[2]),
            manner=said.manner,
            act=said.act,
            certainty=said.certainty,
            by=BY,
            score=1.0,
            when=here.when if here else None,
        )

    def _entity(self, last: Correction, said: Statement, spans: Spans, here: Attribution | None) -> str | None:
        """The entity of that name: the one it had, another of the article, or a new one."""
        if said.entity is None:
            return None
        named = [e.id for e in self._entities if e.name == said.entity]
        if here and here.source.entity in named:
            return here.source.entity
        if not named:
            kind = _KINDS.get(said.type, "person")
            named = [f"c{last.target}"]
            self._entities.append(Entity(id=named[0], name=said.entity, kind=kind, mentions=spans))
        return named[0]

    def _take_out(self, attribution: Attribution) -> None:
        self._reshaped = True
        del self._kept[attribution.id]
        self._parents[attribution.id] = attribution.inside

    def _holder(self, inside: str | None) -> str | None:
        """The nearest attribution around that is still there."""
        while inside is not None and inside not in self._kept:
            inside = self._parents.get(inside)
        return inside


def _place(a: Attribution) -> tuple[int, int, Spans]:
    spans = a.content.spans or a.cue.spans or a.source.spans or (Span(0, 1),)
    return spans[0].start, -spans[-1].end, a.cue.spans


def _same_cue(a: Attribution, b: Attribution) -> bool:
    """Whether two attributions say of one cue what it says."""
    return _overlap(a.content.spans, b.content.spans) and _overlap(a.cue.spans, b.cue.spans)


def _overlap(some: Iterable[Span], others: Sequence[Span]) -> bool:
    return any(one.overlaps(other) for one in some for other in others)


def _nested(attributions: Sequence[Attribution]) -> tuple[Attribution, ...]:
    """Each inside the shortest longer content that holds its own and its cue, as the flow nests them."""
    by_length = sorted(attributions, key=_length)
    return tuple(replace(a, inside=_holder_of(a, by_length)) for a in attributions)


def _holder_of(a: Attribution, by_length: Sequence[Attribution]) -> str | None:
    own, needed = _length(a), (*a.content.spans, *a.cue.spans)
    for other in by_length:
        if _length(other) > own and all(any(s.covers(n) for s in other.content.spans) for n in needed):
            return other.id
    return None


def _length(a: Attribution) -> int:
    return sum(span.end - span.start for span in a.content.spans)
