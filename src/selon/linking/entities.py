"""Entities across articles: one person, body, state, medium, document or place under all its names.

What an article says of an entity is kept as a `Trace`. A new one is compared with those whose name sounds or reads
alike, and joins one for the reasons that its `Known` then tells. Precision comes first: a name that two bear, a surname
without its context, a description that any country's body answers to stay apart. What a user rules is respected.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple, Protocol, TypeVar

import msgspec

from selon.linking import _names as names
from selon.linking.encoder import weight
from selon.linking.index import Index, MemoryIndex, mark_of
from selon.linking.origin import day_of
from selon.linking.origin import place as in_turn
from selon.linking.types import Known, Reason, ReasonCode
from selon.model import Entity, EntityKind, InputError, Place, Reading, Record, Span

_T = TypeVar("_T")
Mention = tuple[str, str]
"""An article's id and the id of an entity in it."""

_COMPANY = 24
"""How many of those that an article names most stand for the company that its entities keep."""
_KEPT = {"forms": 24, "keys": 24, "ideas": 24, "countries": 8, "company": 96}
"""How much of each a profile keeps: the commonest forms, the latest of the rest."""
LOOKED_UP = 30
"""Most entities that a new one is compared with."""
_DAYS = 45.0
"""Days within which somebody may be told by the surname alone."""
_RARE = 11.0
"""Nats that a name of one word has at least: those with fewer are words of the language too."""
_MAIN, _HOME, _LEAST_HOME = 0.25, 0.75, 2
"""Share of an article's places that a country has if it is one of those that it is about, and if it is the only one;
and how many that takes."""
_TITLE = 14
"""Words of a mention, its name among them, that may hold somebody's title."""
_FORMS = 4


class Ruling(NamedTuple):
    """What a user says of two mentions: they are one, or two, and then b is the odd one."""

    kind: Literal["merge", "split"]
    a: Mention
    b: Mention


class Trace(Record, frozen=True):
    """What is kept of one entity of one article.

    `forms` are its names there, the fullest first; `keys` what tells it by itself («state KP»); `gender` is "m", "f" or
    ""; `day` the article's, in days since year 1; `countries` those that it has to do with; `company` the marks of
    others named in the article; `namesake` tells that another one there bears the surname; `why` it joined the others.
    """

    article: str
    entity: str
    name: str
    kind: EntityKind
    language: str = ""
    forms: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    ideas: tuple[str, ...] = ()
    gender: str = ""
    day: float | None = None
    countries: tuple[str, ...] = ()
    company: tuple[int, ...] = ()
    namesake: bool = False
    why: tuple[Reason, ...] = ()

    @property
    def mention(self) -> Mention:
        return (self.article, self.entity)


class Profile(Record, frozen=True):
    """What the traces of one entity come to, bounded however many they are."""

    size: int = 0
    forms: tuple[tuple[str, int], ...] = ()
    kinds: tuple[tuple[EntityKind, int], ...] = ()
    keys: tuple[str, ...] = ()
    ideas: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    company: tuple[int, ...] = ()
    gender: str = ""
    first: float | None = None
    last: float | None = None

    def joined(self, trace: Trace) -> "Profile":
        """The profile with one more trace."""
        forms, kinds = Counter(dict(self.forms)), Counter(dict(self.kinds))
        forms.update(trace.forms or (trace.name,))
        kinds[trace.kind] += 1
        days = [day for day in (self.first, self.last, trace.day) if day is not None]
        return Profile(
            size=self.size + 1,
            forms=tuple(forms.most_common(_KEPT["forms"])),
            kinds=tuple(kinds.most_common()),
            keys=_latest(self.keys, trace.keys, "keys"),
            ideas=_latest(self.ideas, trace.ideas, "ideas"),
            languages=tuple(sorted({*self.languages, trace.language})),
            countries=_latest(self.countries, trace.countries, "countries"),
            company=_latest(self.company, trace.company, "company"),
            gender=self.gender or trace.gender,
            first=min(days, default=None),
            last=max(days, default=None),
        )

    @property
    def kind(self) -> EntityKind:
        return self.kinds[0][0]


def _latest(old: Sequence[_T], new: Sequence[_T], what: str) -> tuple[_T, ...]:
    return tuple(dict.fromkeys((*new, *old)))[: _KEPT[what]]


class Store(Protocol):
    """What linking asks of whoever keeps traces. An entity across articles goes by the mention that it began with, as
    "article/entity"; an article's entities are put together or not at all."""

    def known_of(self, mention: Mention) -> str | None: ...

    def of_article(self, article: str) -> dict[str, str]:
        """Entity's id in the article → id across articles; empty where the article was not added."""
        ...

    def profile(self, known: str) -> Profile | None:
        """What was put last; None where nothing was, as for what has one trace only."""
        ...

    def traces(self, known: str, last: int | None = None) -> Sequence[Trace]:
        """All or the last so many, in the order they were put; empty for an unknown id."""
        ...

    def put(self, known: str, traces: Sequence[Trace], profile: Profile | None) -> None:
        """Add traces, which are in no other, to an entity, new or not, whose profile is now this one."""
        ...

    def drop(self, known: str) -> None:
        """Forget an entity and its traces."""
        ...

    def knowns(self) -> Iterable[str]: ...


class MemoryStore:
    """A Store in memory."""

    def __init__(self) -> None:
        self._traces: dict[str, list[Trace]] = {}
        self._profiles: dict[str, Profile] = {}
        self._known: dict[str, dict[str, str]] = {}

    def known_of(self, mention: Mention) -> str | None:
        return self._known.get(mention[0], {}).get(mention[1])

    def of_article(self, article: str) -> dict[str, str]:
        return dict(self._known.get(article, {}))

    def profile(self, known: str) -> Profile | None:
        return self._profiles.get(known)

    def traces(self, known: str, last: int | None = None) -> Sequence[Trace]:
        found = self._traces.get(known, [])
        return tuple(found if last is None else found[-last:])

    def put(self, known: str, traces: Sequence[Trace], profile: Profile | None) -> None:
        if profile:
            self._profiles[known] = profile
        self._traces.setdefault(known, []).extend(traces)
        for trace in traces:
            self._known.setdefault(trace.article, {})[trace.entity] = known

    def drop(self, known: str) -> None:
        for trace in self._traces.pop(known, ()):
            self._known[trace.article].pop(trace.entity)
        self._profiles.pop(known, None)

    def knowns(self) -> Iterable[str]:
        return tuple(self._traces)


class _Match(NamedTuple):
    """An entity that a trace may belong to, how surely, whether by more than its context, and why."""

    known: str
    score: float
    firm: bool
    why: tuple[Reason, ...]


def known_as(id: str, profile: Profile, mentions: tuple[Mention, ...], why: tuple[Reason, ...] = ()) -> Known:
    """Somebody or something as it is told, by what stands for all of its traces."""
    forms = [form for form, _ in profile.forms]
    full = [form for form in forms if len(names.words(form)) > 1]
    name = (full or forms)[0] if profile.kind == "person" else forms[0]
    return Known(id=id, name=name, kind=profile.kind, names=tuple(forms), mentions=mentions, why=why)


class Entities:
    """Entities among readings that come one at a time.

    They follow from the readings, their order and the rulings: added in order of publication one by one they are the
    same as all at once, also where the adding was broken off and taken up again with the same `store` and `index` (one
    that keeps the last holders of a mark). `rulings` bind mentions that are there and those that are yet to come; where
    what is there does not obey one, what it is about is put anew; `moved` are the articles of which somebody is another
    one by that. Raises InputError where rulings contradict one another (`prevailing` gives such as do not).
    """

    def __init__(self, store: Store | None = None, rulings: Iterable[Ruling] = (), index: Index | None = None) -> None:
        self._store = store if store is not None else MemoryStore()
        self._index = index if index is not None else MemoryIndex(most=LOOKED_UP, keep="last")
        self._ruled = _Ruled(tuple(rulings))
        self.moved: set[str] = set()
        self._obey()

    def add(self, reading: Reading) -> dict[str, str]:
        """The reading's entity id → id of the entity across articles. Adding an article twice does nothing the second
        time, whatever its reading is by then."""
        id = reading.article.id
        if not self._store.of_article(id):
            for trace in traces_of(reading):
                self._place(trace)
        return self._store.of_article(id)

    def known(self, id: str) -> Known:
        """Raises InputError where there is no entity of that id."""
        traces = self._store.traces(id)
        if not traces:
            raise InputError("unknown", f"no entity has the id {id!r}; `add` gives those that there are")
        why = tuple(reason for trace in traces for reason in trace.why)
        return known_as(id, self._profile(id), tuple(trace.mention for trace in traces), why)

    def knowns(self) -> Iterable[str]:
        """The ids of all entities."""
        return self._store.knowns()

    def anew(self, mentions: Iterable[Mention]) -> None:
        """Put anew whoever these mentions are, in order of publication, as rulings and evidence have it by now."""
        about = {other for one in mentions for other in (one, *self._ruled.group(one), *self._ruled.apart(one))}
        knowns = dict.fromkeys(k for m in sorted(about) if (k := self._store.known_of(m)) is not None)
        traces = [(trace, known) for known in knowns for trace in self._store.traces(known)]
        for known in knowns:
            self._store.drop(known)
        for trace, _ in sorted(traces, key=lambda pair: _order(pair[0])):
            self._place(_with(trace, ()))
        self.moved.update(t.article for t, known in traces if self._store.known_of(t.mention) != known)

    # ------------------------------------------------------------ putting

    def _profile(self, known: str) -> Profile:
        return self._store.profile(known) or _profile_of(self._store.traces(known))

    def _place(self, trace: Trace, evidence: bool = True) -> None:
        """Put a trace where rulings or evidence say, and merge what it ties together."""
        marks = marks_of(trace)
        held = {mark: self._held(mark) for mark in marks.asked}
        near = Counter(known for holders in held.values() for known in holders) if evidence else Counter[str]()
        matches, rivals = [], 0
        here = set(self._store.of_article(trace.article).values())
        for known, _ in near.most_common(LOOKED_UP):
            profile = self._profile(known)
            if not self._may(trace.mention, known) or (known in here and not _same_forms(trace, profile)):
                continue  # what an article tells apart
            weighed = _weigh(trace, profile)
            if weighed:
                matches.append(_Match(known, *weighed))
            elif _rivals(trace, profile):
                rivals += 1
        matches = self._not_set_off(sorted(matches, key=lambda match: (-match.score, match.known)))
        home, why = self._bound(trace)
        if home is None:
            home, why = self._choose(trace, matches, rivals)
        there = self._store.traces(home, 1)
        joined = self._profile(home).joined(trace) if there else None
        self._store.put(home, (_with(trace, why),), joined)
        for match in matches:
            home = self._tie(trace, home, match)
        new = [mark for mark in marks.kept if home not in (held[mark] if mark in held else self._held(mark))]
        if new:
            self._index.add(_id(trace.mention), new)

    def _not_set_off(self, matches: list[_Match]) -> list[_Match]:
        """Without what a ruling has set off from another that matches as well: who has the name is rather the other."""
        if len(matches) < 2 or not self._ruled.odd:
            return matches
        score = {match.known: match.score for match in matches}
        less = set()
        for odd, others in self._ruled.odd.items():
            known = self._store.known_of(odd)
            if known in score and any(
                score.get(self._store.known_of(other) or "", -1.0) >= score[known] for other in others
            ):
                less.add(known)
        return [match for match in matches if match.known not in less]

    def _choose(self, trace: Trace, matches: Sequence[_Match], rivals: int) -> tuple[str, tuple[Reason, ...]]:
        """Where evidence puts a trace, by itself if nowhere, and why."""
        if rivals and matches and not matches[0].firm:
            return _id(trace.mention), ()  # another bears the surname
        if not matches or (len(matches) > 1 and not matches[0].firm and matches[0].score - matches[1].score < 1):
            return _id(trace.mention), ()  # none, or two could be meant
        if len(matches) > 1 and matches[0].score == matches[1].score and not trace.keys:
            return _id(trace.mention), ()  # two of one name that the article does not tell apart
        return matches[0].known, matches[0].why

    def _tie(self, trace: Trace, home: str, match: _Match) -> str:
        """Merge with another entity that the trace belongs to as firmly, or that was told by the surname alone until
        now, unless the two speak against each other."""
        other = self._store.known_of(_mention(match.known))
        if other is None or other == home or not self._may_merge(home, other):
            return home
        if not match.firm and not (_full(trace.forms) and not _full(f for f, _ in self._profile(other).forms)):
            return home
        sample = self._store.traces(other, 1)[0]
        if sample.mention == trace.mention or not _weigh(sample, self._profile(home)):
            return home
        return self._merge(home, other, match.why)

    def _held(self, mark: int) -> tuple[str, ...]:
        """The entities that have a mark."""
        found = (self._store.known_of(_mention(id)) for holders in self._index.holders([mark]) for id in holders)
        return tuple(dict.fromkeys(known for known in found if known is not None))

    def _merge(self, one: str, other: str, why: tuple[Reason, ...]) -> str:
        """Make two entities one, which goes by the name of the larger."""
        kept, moved = sorted((one, other), key=lambda known: (-self._profile(known).size, known))
        traces, profile = self._store.traces(moved), self._profile(kept)
        for trace in traces:
            profile = profile.joined(trace)
        self._store.drop(moved)
        self._store.put(kept, (_with(traces[0], (*traces[0].why, *why)), *traces[1:]), profile)
        return kept

    # ------------------------------------------------------------ rulings

    def _may(self, mention: Mention, known: str) -> bool:
        return all(self._store.known_of(other) != known for other in self._ruled.apart(mention))

    def _may_merge(self, one: str, other: str) -> bool:
        return all({self._store.known_of(a), self._store.known_of(b)} != {one, other} for a, b in self._ruled.splits)

    def _bound(self, trace: Trace) -> tuple[str | None, tuple[Reason, ...]]:
        """The entity that a ruling puts a trace into, merged from several if need be."""
        group = self._ruled.group(trace.mention)
        homes = list(dict.fromkeys(k for m in group if (k := self._store.known_of(m)) is not None))
        if not homes:
            return None, ()
        home = homes[0]
        for other in homes[1:]:
            home = self._merge(home, other, ()) if self._may_merge(home, other) else self._part(home, other, group)
        return home, (Reason(code="ruled", message="ruled to be one", article=trace.article),)

    def _part(self, one: str, other: str, group: frozenset[Mention]) -> str:
        """Make one entity of what a ruling merges in two that hold others ruled apart; those are put anew."""
        traces = [*self._store.traces(one), *self._store.traces(other)]
        self._store.drop(one)
        self._store.drop(other)
        bound = [trace for trace in traces if trace.mention in group]
        home = _id(bound[0].mention)
        self._store.put(home, bound, _profile_of(bound))
        loose = [trace for trace in traces if trace.mention not in group]
        for trace in sorted(loose, key=lambda trace: self._ruled.about(trace.mention)):
            self._place(_with(trace, ()), evidence=not self._ruled.about(trace.mention))
        return home

    def _obey(self) -> None:
        """Put anew what rulings are about, where they are not kept."""
        for pairs, one in ((self._ruled.splits, False), (self._ruled.merges, True)):
            for a, b in pairs:
                mine, theirs = self._store.known_of(a), self._store.known_of(b)
                if mine is not None and theirs is not None and (mine == theirs) != one:
                    self.anew((a, b))


class _Ruled:
    """What rulings come to, taken together: groups of mentions that are one, and which of them are apart."""

    def __init__(self, rulings: Sequence[Ruling]) -> None:
        self._group: dict[Mention, frozenset[Mention]] = {}
        self.merges = [(r.a, r.b) for r in rulings if r.kind == "merge"]
        for a, b in self.merges:
            together = self.group(a) | self.group(b)
            self._group.update(dict.fromkeys(together, together))
        pairs: dict[tuple[Mention, Mention], None] = {}
        self._apart: dict[Mention, set[Mention]] = {}
        self.odd: dict[Mention, list[Mention]] = {}
        for _, a, b in (r for r in rulings if r.kind == "split"):
            if b in self.group(a):
                raise InputError(
                    "rulings",
                    f"the rulings contradict one another: {_id(a)} and {_id(b)} are split, and merged by others; "
                    "take one of these rulings back",
                )
            self.odd.setdefault(b, []).append(a)
            for one in self.group(a):
                self._apart.setdefault(one, set()).update(self.group(b))
                pairs.update({(one, other): None for other in self.group(b)})
            for other in self.group(b):
                self._apart.setdefault(other, set()).update(self.group(a))
        self.splits = tuple(pairs)

    def group(self, mention: Mention) -> frozenset[Mention]:
        return self._group.get(mention, frozenset((mention,)))

    def apart(self, mention: Mention) -> Iterable[Mention]:
        return self._apart.get(mention, ())

    def about(self, mention: Mention) -> bool:
        return mention in self._group or mention in self._apart


def prevailing(
    rulings: Iterable[tuple[Literal["merge", "split"], Sequence[Mention], Sequence[Mention]]],
) -> list[Ruling]:
    """Rulings on pairs, none of which contradicts another, of rulings that all of one side and all of the other are
    one, or that these are others than those; the later prevail over the earlier."""
    group_of: dict[Mention, int] = {}
    apart: dict[tuple[Mention, Mention], None] = {}
    for new, (kind, a, b) in enumerate(rulings):
        if kind == "merge":
            theirs = {group_of[m] for m in (*a, *b) if m in group_of}
            one = {*a, *b, *(m for m, g in group_of.items() if g in theirs)}
            group_of.update(dict.fromkeys(sorted(one), new))
            apart = {pair: None for pair in apart if not one.issuperset(pair)}
        else:
            theirs, off = {group_of[m] for m in a if m in group_of}, [m for m in b if m not in a]
            leaving = [m for m in off if m not in group_of or group_of[m] in theirs]
            group_of.update(dict.fromkeys(leaving, new))
            apart = {pair: None for pair in apart if not set(leaving).issuperset(pair)}
            apart.update({(x, y): None for x in a for y in off})
    groups: dict[int, list[Mention]] = {}
    for mention, group in group_of.items():
        groups.setdefault(group, []).append(mention)
    merges = [Ruling("merge", some[0], other) for some in map(sorted, groups.values()) for other in some[1:]]
    return [*merges, *(Ruling("split", x, y) for x, y in apart)]


def entities_of(readings: Iterable[Reading], rulings: Iterable[Ruling] = ()) -> Entities:
    """The entities of all these readings, whatever order they are given in."""
    entities = Entities(rulings=rulings)
    for reading in sorted(readings, key=lambda reading: in_turn(reading.article)):
        entities.add(reading)
    return entities


def _order(trace: Trace) -> tuple[bool, float, str, int, str]:
    """In order of publication, and within an article of its entities."""
    return trace.day is None, trace.day or 0.0, trace.article, len(trace.entity), trace.entity


def _id(mention: Mention) -> str:
    return "/".join(mention)


def _mention(id: str) -> Mention:
    article, _, entity = id.rpartition("/")
    return article, entity


def _with(trace: Trace, why: tuple[Reason, ...]) -> Trace:
    return msgspec.structs.replace(trace, why=why)


def _profile_of(traces: Iterable[Trace]) -> Profile:
    profile = Profile()
    for trace in traces:
        profile = profile.joined(trace)
    return profile


# ---------------------------------------------------------------- what an article tells


def traces_of(reading: Reading) -> tuple[Trace, ...]:
    """What an article tells of each of its entities, in their order."""
    article, text = reading.article, reading.article.text
    mains, home = _countries(reading)
    lower = frozenset(re.findall(r"(?<!\w)[^\W\d_A-ZÀ-ÖØ-Þ]{3,}(?!\w)", text))
    drafts = [_draft(entity, reading, mains, home, lower) for entity in reading.entities]
    mentions = {entity.id: len(entity.mentions) for entity in reading.entities}
    named = sorted((d for d in drafts if d.forms), key=lambda d: (-mentions[d.entity], d.entity))
    company = tuple(dict.fromkeys(mark for d in named if (mark := _company(d)) is not None))[:_COMPANY]
    bearers = Counter(
        word for d in drafts if d.kind == "person" and d.forms for word in set(names.person(d.forms[0]).surnames)
    )
    day = day_of(article)
    return tuple(
        msgspec.structs.replace(
            d,
            day=day,
            language=article.language,
            company=company if d.forms or d.keys else (),
            namesake=d.kind == "person" and any(bearers[w] > 1 for f in d.forms for w in names.person(f).surnames),
        )
        for d in drafts
    )


def _draft(entity: Entity, reading: Reading, mains: tuple[str, ...], home: str | None, lower: frozenset[str]) -> Trace:
    """A trace without what the article's other entities tell; one of a description has no forms."""
    surfaces = [" ".join(span.of(reading.article.text).split()) for span in entity.mentions]
    trace = Trace(article=reading.article.id, entity=entity.id, name=entity.name, kind=entity.kind, countries=mains)
    name = names.bare(entity.name)
    if entity.kind == "person":
        return _draft_of_person(trace, entity, name, surfaces)
    iso = names.state(name, reading.article.language)
    where = [p for p in reading.places if p.geonames and _is_at(p, entity, name, reading.article.text)]
    if where and all(p.kind != "country" and p.country != iso for p in where):
        iso = None  # Georgia, whose capital is Atlanta
    if iso and entity.kind in ("state", "place", "org", "group"):
        return msgspec.structs.replace(trace, forms=(name,), keys=(f"state {iso}",), countries=(iso,))
    forms = _forms_of_thing(entity, name, surfaces, bool(where), reading.article.text, lower)
    keys = [f"body {found}" for form in forms if (found := names.body(form))]
    told = [name, *(s for s in surfaces if names.key(name) in names.key(s))]
    explicit = next((iso for words in told if (iso := names.country(words)[0])), None)
    if not keys and entity.kind in ("org", "group", "state"):
        function = names.function(name)
        seat = explicit or (home if function is None or names.one_a_country(function) else None)
        if function and seat:
            keys.append(f"office {function} {seat}")
            forms = forms or (name,)
        elif forms and seat and names.is_body(forms[0]) and all(names.generic(form) for form in forms):
            keys.append(f"office {' '.join(names.country(forms[0])[1])} {seat}")
    if entity.kind == "place" and forms:
        keys += [f"place {p.geonames}" for p in where][:1]
    return msgspec.structs.replace(
        trace, forms=forms, keys=tuple(dict.fromkeys(keys)), countries=(explicit,) if explicit else mains
    )


def _draft_of_person(trace: Trace, entity: Entity, name: str, surfaces: Sequence[str]) -> Trace:
    own = names.person(name)
    if not names.proper(name) or names.is_given(own):
        return trace
    told = [s for s in surfaces if len(s.split()) <= _TITLE and any(w in names.words(s) for w in own.surnames)]
    ideas = {idea for role in (*entity.roles, *told) for idea in names.ideas(role)} - set(own.words)
    genders = [gender for s in (*surfaces, name) if (gender := names.gender(s, own))]
    return msgspec.structs.replace(
        trace, forms=(name,), ideas=tuple(sorted(ideas)), gender=genders[0] if genders else ""
    )


def _forms_of_thing(
    entity: Entity, name: str, surfaces: Sequence[str], placed: bool, text: str, lower: frozenset[str]
) -> tuple[str, ...]:
    """The names of what is no person, the entity's own first; none where it is rather a description."""
    titled = entity.kind in ("org", "media", "doc", "group") and _is_title(name, text)
    others = [bare for s in surfaces if (bare := names.bare(s)) != name and _names_it(bare, name)]
    found = dict.fromkeys(
        form
        for s in (name, *others)
        for form in _forms(s)
        if placed or names.proper(form) or names.body(form) or (titled and names.key(form) == names.key(name))
    )
    forms = tuple(found)[:_FORMS]
    masthead = entity.kind == "media" and name != entity.name and entity.name[0].isupper()  # «La Tribune»
    word = len(forms) == 1 and not names.body(forms[0]) and not masthead and _is_word(forms[0], lower)
    return () if word else forms


def _forms(name: str) -> Iterator[str]:
    """A name, and what stands in brackets after it if that is an acronym: «Organisation mondiale de la santé (OMS)»."""
    before, bracket, after = name.partition(" (")
    yield before.strip()
    if bracket and (short := names.acronym(after.rstrip(") "))):
        yield short


def _is_title(name: str, text: str) -> bool:
    """Whether words begin with a capital that no sentence gives them: «du Syndicat des dockers», not «des dockers»."""
    own = name.partition(" (")[0]
    if " " not in own or not own[0].isupper() or len(own.split()) > _TITLE:
        return False
    if not names.country(own.split()[0])[1] or not names.country(own)[1]:
        return False  # "the Egyptian court", "the North Korean"
    at = text.find(own)
    while at >= 0:
        before = text[max(0, at - 3) : at].rstrip(",; ")
        if at > 1 and (text[at - 1] in "'’" or (text[at - 1] == " " and before[-1:].islower())):
            return True
        at = text.find(own, at + 1)
    return False


def _names_it(surface: str, name: str) -> bool:
    """Whether the words of a mention are another name of it: its words or its acronym, not a pronoun."""
    return any(
        names.key(form) == names.key(name)
        or names.initials(form).startswith(names.acronym(name) or "-")
        or names.initials(name).startswith(names.acronym(form) or "-")
        or (bool(names.body(form)) and names.body(form) == names.body(name))
        for form in _forms(surface)
    ) or (names.acronym(name) is not None and f"({name})" in surface)


def _is_word(name: str, lower: frozenset[str]) -> bool:
    """Whether a name of one word is rather a word of the language, which a sentence or a headline begins with."""
    word = names.key(name)
    if " " in word or names.acronym(name) or names.well_known(name):
        return False
    plain = name.lower()
    return plain in lower or (name.isascii() and weight(plain) < _RARE) or names.generic(name)


def _is_at(place: Place, entity: Entity, name: str, text: str) -> bool:
    """Whether the gazetteer's place is what the entity's name names, and not a part of it."""
    own = names.key(text[place.start : place.end]), names.key(place.name)
    return names.key(name) in own and any(s.overlaps(Span(place.start, place.end)) for s in entity.mentions)


def _countries(reading: Reading) -> tuple[tuple[str, ...], str | None]:
    """The countries that an article is about, and the one that it stays in, if it does."""
    counts = Counter(place.country for place in reading.places if place.country and place.kind != "country")
    counts.update(names.countries(reading.article.text, reading.article.language))
    total = counts.total()
    mains = tuple(iso for iso, n in counts.most_common(3) if n >= _MAIN * total)
    ((first, n), *rest) = counts.most_common(2) or [("", 0)]
    home = n >= _LEAST_HOME and n >= _HOME * total and not any(m > 1 for _, m in rest)
    return mains, first if home else None


def _company(trace: Trace) -> int | None:
    """The mark by which an entity counts as another's company; not those that half of the news is about."""
    if trace.keys or trace.kind in ("state", "media"):
        return None
    if trace.kind == "person":
        own = names.person(trace.forms[0])
        return mark_of("person", own.words[0][0], names.skeleton(own.words[-1:])) if len(own.words) > 1 else None
    return mark_of("name", names.key(trace.forms[0])) if not names.generic(trace.forms[0]) else None


class _Marks(NamedTuple):
    """The marks that an entity is looked up by, and those that it is found again by."""

    asked: tuple[int, ...]
    kept: tuple[int, ...]


def marks_of(trace: Trace) -> _Marks:
    both = [mark_of("key", key) for key in trace.keys]
    asked, kept = [], []
    for form in trace.forms:
        both.append(mark_of("name", names.key(form)))
        if trace.kind != "person":
            short = names.acronym(form) or names.initials(form)
            both += [mark_of("acronym", short)] if len(short) > 2 or short == names.acronym(form) else []
            continue
        own = names.person(form)
        surnames = [names.skeleton((word,)) for word in dict.fromkeys((*own.surnames, *own.words[1:3]))]
        if len(own.words) > 1:  # whoever bears a surname is found by the given name too, or by who bears it alone
            both += [mark_of("person", names.skeleton(n)) for n in (own.words, (*own.words[1:], own.words[0]))]
            both += [mark_of("given", first, last) for first in names.givens(own) for last in surnames]
            asked += [mark_of("alone", last) for last in surnames]
            kept += [mark_of("bearer", last) for last in surnames]
        else:
            asked += [mark_of("bearer", last) for last in surnames]
            both += [mark_of("alone", last) for last in surnames]
    return _Marks(tuple(dict.fromkeys((*both, *asked))), tuple(dict.fromkeys((*both, *kept))))


# ---------------------------------------------------------------- weighing


class _Context(NamedTuple):
    """What two share beside their names."""

    company: int
    country: bool
    strangers: bool
    """They have to do with no country in common, though with some."""
    roles: frozenset[str]
    days: float

    def reasons(self, trace: Trace) -> Iterator[Reason]:
        if self.roles:
            yield Reason(code="role", message=", ".join(sorted(self.roles)), article=trace.article)
        if self.company:
            message = f"{self.company} others named beside both"
            yield Reason(code="company", message=message, article=trace.article, value=self.company)
        if self.country:
            yield Reason(code="country", message="one country", article=trace.article)


def _same_forms(trace: Trace, profile: Profile) -> bool:
    """Whether they are one for what they are, or have a name word for word."""
    forms = {names.key(form) for form, _ in profile.forms}
    return bool(set(trace.keys) & set(profile.keys)) or any(names.key(form) in forms for form in trace.forms)


def _rivals(trace: Trace, profile: Profile) -> bool:
    """Whether a surname alone might mean somebody else than it was found to mean."""
    if trace.kind != "person" or profile.kind != "person" or not trace.forms or _full(trace.forms):
        return False
    own = names.person(trace.forms[0])
    if all(names.compare(own, names.person(form)) != "surname" for form, _ in profile.forms):
        return False
    context = _context(trace, profile)
    near = context.days <= _DAYS and (context.company > 0 or context.country)
    apart = bool(trace.gender and profile.gender and trace.gender != profile.gender)
    told = _told(trace, profile) and not context.roles
    return near and not apart and not told


def _told(trace: Trace, profile: Profile) -> bool:
    """Whether of both it is told what they do, in words that may be compared."""
    if trace.language in profile.languages:
        return bool(trace.ideas and profile.ideas)
    return any(map(names.in_table, trace.ideas)) and any(map(names.in_table, profile.ideas))


def _context(trace: Trace, profile: Profile) -> _Context:
    own = {_company(trace)} if trace.forms else set()
    shared = set(trace.company) & set(profile.company) - own
    days = 0.0
    if trace.day is not None and profile.first is not None and profile.last is not None:
        days = max(0.0, profile.first - trace.day, trace.day - profile.last)
    country = bool(set(trace.countries) & set(profile.countries))
    strangers = bool(trace.countries and profile.countries and not country)
    roles = frozenset(trace.ideas) & frozenset(profile.ideas)
    return _Context(len(shared), country, strangers, roles, days)


def _weigh(trace: Trace, profile: Profile) -> tuple[float, bool, tuple[Reason, ...]] | None:
    """How surely a trace belongs to an entity, whether its name alone says so, and why; None where it does not."""
    if not trace.forms or not profile.forms:
        return None
    if trace.kind == profile.kind == "person":
        return _weigh_people(trace, profile)
    return _weigh_things(trace, profile)


def _weigh_people(trace: Trace, profile: Profile) -> tuple[float, bool, tuple[Reason, ...]] | None:
    if trace.gender and profile.gender and trace.gender != profile.gender:
        return None
    own = names.person(trace.forms[0])
    others = [(form, names.person(form)) for form, _ in profile.forms]
    levels = {names.compare(own, other): form for form, other in reversed(others)}
    if "no" in levels:
        return None
    level = next((level for level in _LEVELS if level in levels), None)
    if level is None:
        return None
    context = _context(trace, profile)
    fields, theirs = names.fields(trace.ideas), names.fields(profile.ideas)
    if fields and theirs and not fields & theirs and not context.roles and context.company < 2:
        return None
    if not _enough(level, own, trace, profile, context):
        return None
    code, score = _LEVELS[level]
    message = f"“{trace.forms[0]}” and “{levels[level]}”"
    reason = Reason(code=code, message=message, article=trace.article)
    score += min(context.company, 4) + len(context.roles) + context.country
    return score, code in ("same_name", "spelling"), (reason, *context.reasons(trace))


_LEVELS: dict[names.Level, tuple[ReasonCode, float]] = {
    "same": ("same_name", 20),
    "within": ("same_name", 18),
    "spelt": ("spelling", 16),
    "variant": ("given_name", 10),
    "initial": ("given_name", 8),
    "surname": ("surname", 0),
}


def _enough(level: names.Level, own: names.Person, trace: Trace, profile: Profile, context: _Context) -> bool:
    """Whether what two people of such names share besides makes them one."""
    company, country, roles = context.company, context.country, len(context.roles)
    told = _told(trace, profile)
    if level == "surname":
        if trace.namesake or context.days > _DAYS or (told and not roles):
            return False
        return (roles > 0 and (country or company > 0)) or company > 2 or (company > 1 and country)
    if level in ("same", "within"):
        if names.is_common(own):
            return roles > 0 or company > 0
        return not (told and context.strangers) or roles > 0 or company > 0
    if level == "spelt":
        if trace.language in profile.languages:
            return company > 0 and not names.is_common(own)
        return country or roles > 0 or company > 0
    if told and not roles:
        return False
    return (roles > 0 and (country or company > 0)) or company > 1


def _weigh_things(trace: Trace, profile: Profile) -> tuple[float, bool, tuple[Reason, ...]] | None:
    shared = [key for key in trace.keys if key in profile.keys]
    context = _context(trace, profile)
    if shared:
        sort, _, what = shared[0].partition(" ")
        reason = Reason(code=_KEYS[sort], message=what, article=trace.article)
        return 20.0 + context.company, True, (reason,)
    if _contradict(trace.keys, profile.keys):
        return None
    forms = {names.key(form): form for form, _ in profile.forms}
    same = next((form for form in trace.forms if names.key(form) in forms), None)
    if same is not None:
        if not _enough_of_name(same, trace, profile, context):
            return None
        message = f"“{same}” and “{forms[names.key(same)]}”"
        reason = Reason(code="same_name", message=message, article=trace.article)
        return 10.0 + context.company + context.country, True, (reason, *context.reasons(trace))
    short = _short(trace.forms, tuple(form for form, _ in profile.forms))
    if short is None or trace.kind == "person" or profile.kind == "person" or context.days > _DAYS:
        return None
    if context.company < 2 and not (context.company and context.country):
        return None
    reason = Reason(code="acronym", message=short, article=trace.article)
    return 5.0 + context.company, False, (reason, *context.reasons(trace))


_KEYS: dict[str, ReasonCode] = {"state": "state", "body": "well_known", "office": "office", "place": "place"}


def _contradict(keys: Iterable[str], others: Iterable[str]) -> bool:
    """Whether both are known for what they are, and are not the same."""
    mine, theirs = ({key.split(" ")[0]: key for key in found} for found in (keys, others))
    return any(sort in theirs for sort in mine)


def _enough_of_name(name: str, trace: Trace, profile: Profile, context: _Context) -> bool:
    """Whether what two things of one name share besides makes them one."""
    company, country = context.company, context.country
    kinds = {trace.kind, profile.kind}
    if names.generic(name) and kinds != {"media"}:
        return company > 2 and not context.strangers
    if "person" in kinds:
        return company > 0 and not trace.ideas and not profile.ideas
    if names.well_known(name) and kinds == {"media"}:
        return True
    if names.well_known(name) and "place" not in kinds:
        return not context.strangers or names.acronym(name) is None
    several = " " in names.key(name)
    long_forms = [
        {names.key(f) for f in forms if " " in names.key(f)} for forms in (trace.forms, [f for f, _ in profile.forms])
    ]
    if not several and all(long_forms) and not long_forms[0] & long_forms[1]:
        return False  # one acronym of two bodies
    if not several or kinds == {"place"} or len(kinds) > 1:
        return company > 0 or (several and country)
    return not context.strangers or company > 0


def _short(forms: Sequence[str], others: Sequence[str]) -> str | None:
    """An acronym that one side has of the other's words, unless both have words."""
    for ours, theirs in ((forms, others), (others, forms)):
        if all(names.acronym(form) for form in ours):
            found = [a for form in ours if (a := names.acronym(form)) and any(names.initials(o) == a for o in theirs)]
            if found:
                return found[0]
    return None


def _full(forms: Iterable[str]) -> bool:
    return any(len(names.person(form).words) > 1 for form in forms)
