"""Ages: whatever is told of how old somebody is, at some day, says when they were born; births say so outright."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from selon.lang.contract import fold
from selon.model import Finding, Mention, Span
from selon.stages.findings.amounts import Amount
from selon.stages.findings.calendar import NOWHERE, shown, span_of
from selon.stages.findings.scene import Dates, Lasting, Scene, Skeleton

OLDEST = 115
"""Years that nobody is older than."""
_WEEK = 7
_YEAR = 52
"""Weeks before or after publication within which a birthday that is told without a date falls."""
_APART = 3
"""Sentences between a birth and an age of one person whom only pronouns stand for."""
_BESIDE = 3
"""Code points between somebody and an age or a birth that is told of them: «X, 42 ans»."""
_UNIT = 5
"""Code points after the figure of an age in which its unit ends, which is no subject."""
_DECADE = 9
"""Years above the one named that somebody of so many tens may have."""


class _Age(NamedTuple):
    """How old somebody is told to be at some day, or, without `years`, when they were born."""

    skeleton: Skeleton
    at: int
    """Place in the skeleton of the wording that tells it."""
    span: Span
    years: float | None
    when: Dates
    """The day of birth, or the day that the age is told for."""
    firm: bool = True
    """Whether it is certain for which day the age is told."""
    rough: float = 0.0
    """How many years off the age may be."""
    more: int = 0
    """How many years above it are told as well: nine of a sexagenarian's."""
    by: str = ""
    """The wordings that tell it: `age_turns` of an age that is reached on that day, «fêtera ses 70 ans en mai»."""
    others: tuple[Dates, ...] = ()
    """Further days that it may be told for: where it comes out for one of them, that one is meant."""


def ages(scene: Scene) -> Sequence[Finding]:
    """Each age beside the birth that is told of the same person, or else beside another age of theirs."""
    if scene.ages is None:
        scene.ages = tuple(_checked(scene))
    return scene.ages


def _checked(scene: Scene) -> Iterator[Finding]:
    told = [age for skeleton in scene.skeletons for age in (*_births(scene, skeleton), *_ages(scene, skeleton))]
    births = [age for age in told if age.years is None]
    aged = sorted((age for age in told if age.years), key=lambda age: age.span)
    lives = [(birth, death) for skeleton in scene.skeletons for birth, death in _lives(scene, skeleton)]
    seen: set[Span] = set()
    for birth, death in lives:
        same = [a for a in aged if a.skeleton is birth.skeleton and a.at > birth.at]
        dying = [a for a in aged if a.by == "age_death"] if len(lives) == 1 else []
        for age in (same or dying)[:1]:
            seen.add(age.span)
            yield from _compared(scene, birth, age._replace(when=death, firm=True), firm=True)
    for birth in births:
        linked = [a for a in aged if a.span not in seen and _may_be_one(scene, birth, a)]
        linked.sort(key=lambda a: not any(_meet(birth, way) for way in _ways(a)))
        same = [a for a in linked if a.skeleton is birth.skeleton]
        who = _who(scene, birth)
        sure = linked[:1] if who is None or who.entity is None else [birth]
        far = [a for a in linked if a not in same and _named(scene, birth, a) and not _apart(scene, sure[0], a)]
        precise = [a for a in linked if not a.more]
        for age in (*(same or [*precise[:1], *[a for a in linked if a.more][:1]]), *far):
            if age.span not in seen:
                seen.add(age.span)
                yield from _compared(scene, birth, age, len(births) == 1 or age.skeleton is birth.skeleton)
    for i, age in enumerate(aged):
        others = [a for a in aged[:i] if not _apart(scene, a, age)]
        named = [a for a in others if _named(scene, a, age)]
        if age.span in seen or not others:
            continue
        sole = not births and len({a.span for a in aged}) == 2
        found = [*_compared(scene, named[0], age, not named[0].rough)] if named else []
        for base in () if found else others:
            whose = {who.entity for a in (base, age) if (who := _who(scene, a)) and who.entity}
            known = {m.entity for m in scene.mentions if m.form == "name"}
            reach = 0 if len(whose & known) == 2 else 1 if len(whose) == 2 else _APART
            near = sole and age.skeleton.index - base.skeleton.index <= reach and not base.rough
            found = found or [*_compared(scene, base, age, near)]
        yield from found
    for skeleton in scene.skeletons:
        yield from _elders(scene, skeleton, births)


def _apart(scene: Scene, a: _Age, b: _Age) -> bool:
    """Whether two tellings are of two people, by name or in one sentence."""
    one, other = _who(scene, a), _who(scene, b)
    if _related(scene, a) != _related(scene, b):
        return True
    if one is None or other is None or one.entity is None or one.entity == other.entity:
        return False
    return one.form == other.form == "name" or (a.skeleton is b.skeleton and "pronoun" not in (one.form, other.form))


def _compared(scene: Scene, base: _Age, age: _Age, firm: bool) -> Iterator[Finding]:
    """Whether the days that two tellings leave for a birth meet, in one of the ways in which they may be read."""
    ways = [(one, other) for one in _ways(base) for other in _ways(age) if one.when.span != other.when.span]
    fit = next((way for way in ways if _meet(*way)), None)
    if fit is None and not (firm and base.firm and age.firm and base.when.span != age.when.span):
        return
    base, age = fit or (base, age)
    one = _born(base)
    if one is None or age.years is None:
        return
    low = _years(one.last, age.when.first) + (age.by == "age_turns")
    high = _years(one.first, age.when.last)
    if not -1 <= low <= OLDEST:
        return
    days = [d.span for d in (base.when, age.when) if d.span != NOWHERE]
    told = scene.number(age.years) + (f"–{scene.number(age.years + age.more)}" if age.more else "")
    template = "age" if base.years is None else "age_ages"
    yield scene.finding(
        "age", fit is not None, [base.span, age.span, *days], "age",
        f"{template}_one" if low == high else template,
        birth=_shown(scene, base.when), day=_shown(scene, age.when), low=max(0, low), high=high, told=told,
        first=scene.number(base.years or 0),
    )  # fmt: skip


def _ways(age: _Age) -> Iterator[_Age]:
    yield age
    for when in age.others:
        yield age._replace(when=when)


def _meet(base: _Age, age: _Age) -> bool:
    one, other = _born(base), _born(age)
    return one is not None and other is not None and one.first <= other.last and other.first <= one.last


def _shown(scene: Scene, when: Dates) -> str:
    return str(scene.published) if when.span == NOWHERE else shown(when)


def _born(age: _Age) -> Dates | None:
    """The days on which somebody may have been born, by an age or a birth that is told."""
    if age.years is None:
        return age.when
    first, last, loose = age.when.first, age.when.last, round(age.rough)
    years = int(age.years)
    try:
        if age.by == "age_turns":
            return age.when._replace(first=first - relativedelta(years=years), last=last - relativedelta(years=years))
        earliest = first - relativedelta(years=years + age.more + 1 + loose) + dt.timedelta(days=1)
        return age.when._replace(first=earliest, last=last - relativedelta(years=years - loose))
    except (ValueError, OverflowError):
        return None


def _years(start: dt.date, end: dt.date) -> int:
    """Whole years from one day to another."""
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))


def _lately(scene: Scene, back: int = 1, ahead: int = 0) -> Dates | None:
    """So many weeks up to publication and past it: an age is told for when the story happens."""
    try:
        if scene.published is not None:
            first = scene.published - dt.timedelta(days=_WEEK * back)
            return Dates(NOWHERE, first, scene.published + dt.timedelta(days=_WEEK * ahead), True)
    except OverflowError:
        pass
    return None


# ---------------------------------------------------------------- births


def _births(scene: Scene, skeleton: Skeleton) -> Iterator[_Age]:
    if not skeleton.all(Dates):
        return
    found: set[int] = set()
    for pattern in scene.rules.patterns["born"]:
        for m in pattern.finditer(skeleton.words):
            item = skeleton.items.get(m.start("t"))
            if isinstance(item, Dates) and item.sure and m.start("t") not in found and _of_some(scene, skeleton, m):
                found.add(m.start("t"))
                yield _Age(skeleton, m.start(), item.span, None, item)


def _of_some(scene: Scene, skeleton: Skeleton, told: re.Match[str]) -> bool:
    """Whether a birth may be somebody's: a film «voit le jour» as well."""
    if "thing" not in told.re.groupindex or not told["thing"]:
        return True
    return of_person(scene, skeleton, told.start())


def _lives(scene: Scene, skeleton: Skeleton) -> Iterator[tuple[_Age, Dates]]:
    """A birth and a death: «(1941-2020)»."""
    for pattern in scene.rules.patterns["life"]:
        for m in pattern.finditer(skeleton.words):
            if "birth" in m.re.groupindex:
                birth, death = skeleton.items[m.start("birth")], skeleton.items[m.start("death")]
            else:
                birth, death = (_year(int(m[g]), skeleton, *m.span(g)) for g in ("from", "to"))
            if isinstance(birth, Dates) and isinstance(death, Dates) and birth.first < death.first:
                yield _Age(skeleton, m.start(), birth.span, None, birth), death


def _year(year: int, skeleton: Skeleton, start: int, end: int) -> Dates:
    span = Span(skeleton.offset(start), skeleton.offset(start) + end - start)
    return Dates(span, dt.date(year, 1, 1), dt.date(year, 12, 31), True)


# ---------------------------------------------------------------- ages


def _ages(scene: Scene, skeleton: Skeleton) -> Iterator[_Age]:
    seen: set[int] = set()
    now = _lately(scene)
    for pattern in scene.rules.patterns["age_decade"]:
        for m in pattern.finditer(skeleton.words):
            start = skeleton.offset(m.start("decade"))
            decade = float(scene.rules.values["decades"][fold(" ".join(m["decade"].split()))])
            if now:
                yield _Age(skeleton, m.start(), Span(start, start + len(m["decade"])), decade, now, more=_DECADE)
    for pattern in scene.rules.patterns["age_year"]:
        for m in pattern.finditer(skeleton.words):
            when, item = _death(scene, skeleton) or now, skeleton.items.get(m.start("n"))
            year = count_of(item) or (float(m["n"]) if m["n"].isdecimal() else 0.0)
            span = item.span if isinstance(item, Lasting | Amount) else span_of(skeleton, m, "n")
            if when and year:  # somebody in their 80th year is 79; 80, as many understand it
                seen.add(m.start("n"))
                yield _Age(skeleton, m.start(), span, year - 1, when, more=1)
    if not any(0 < (count_of(item) or 0) <= OLDEST for item in skeleton.items.values()):
        return
    for name in ("age_death", "age_turns", "age_today", "age_then", "age_of", "age_now", "age_at"):
        for pattern in scene.rules.patterns[name]:
            for m in pattern.finditer(skeleton.words):
                at = m.start("d") if "d" in m.re.groupindex else m.start("q")
                item = skeleton.items.get(at)
                years = count_of(item)
                if not years or not isinstance(item, Lasting | Amount) or at in seen or years > OLDEST:
                    continue
                if no_age(scene, skeleton, at) or (
                    name == "age_of" and not _told_of(scene, skeleton.offset(m.start()))
                ):
                    continue
                when, firm = _moment(scene, skeleton, name, m, at)
                others = tuple(d for d in _days(scene, skeleton) if when is None or d.span != when.span)
                if when or others:
                    seen.add(at)
                    rough = 0.3 * years if isinstance(item, Lasting) and item.rough else 0.0
                    first, firm = (when, firm) if when else (others[0], False)
                    yield _Age(skeleton, m.start(), item.span, years, first, firm, rough, by=name, others=others)


def no_age(scene: Scene, skeleton: Skeleton, at: int, *, after: bool = True) -> bool:
    """Whether years last or are a sentence: «condamné à dix ans», «vingt ans plus tard»."""
    before = (p.search(skeleton.words, max(0, at - _BACK), at) for p in scene.rules.patterns["age_no_before"])
    return any(before) or (after and any(p.match(skeleton.words, at + 1) for p in scene.rules.patterns["age_no_after"]))


def _days(scene: Scene, skeleton: Skeleton) -> Iterator[Dates]:
    """The days that an age may be told for: those of its sentence, the one of that before, a death, and now."""
    yield from _others(scene, skeleton)
    for other in scene.near(skeleton, 1, 0):
        if len(dates := _others(scene, other)) == 1:
            yield dates[0]
    if now := _lately(scene):
        yield now


def count_of(item: object) -> float | None:
    """The whole years that a duration, or a count without a noun, gives."""
    if isinstance(item, Lasting):
        return item.number if item.unit == "a" and not item.more and item.number.is_integer() else None
    if (
        isinstance(item, Amount)
        and item.unit == ""
        and item.value is not None
        and item.exact
        and item.value.is_integer()
    ):
        return item.value
    return None


def _moment(scene: Scene, skeleton: Skeleton, name: str, m: re.Match[str], at: int) -> tuple[Dates | None, bool]:
    """The day that an age is told for, by the kind of wording that tells it, and whether that is certain."""
    now, death = _lately(scene), _death(scene, skeleton)
    here = _others(scene, skeleton)
    if name in ("age_death", "age_today"):
        return (death if name == "age_death" else None) or now, True
    if name == "age_turns":
        near = [d for d in here if 0 <= _place(skeleton, d) - m.end() <= _RIGHT_AFTER or len(here) == 1]
        return near[0] if near else _lately(scene, _YEAR, _YEAR), True
    if name in ("age_now", "age_of"):
        words = skeleton.words
        low = max((words.rfind(mark, 0, at) for mark in _MARKS), default=-1) + 1
        high = min((end for mark in _MARKS if (end := words.find(mark, at + 1)) >= 0), default=len(words))
        past = any(p.search(words, low, high) for p in scene.rules.patterns["age_not_now"])
        return (None if past else now), not past
    if closest := _closest(skeleton, at, here):
        return closest[0], closest[1] or (name == "age_then" and len(here) == 1)
    if name == "age_at":
        tokens = scene.tree.tokens[skeleton.sentence.first : skeleton.sentence.last]
        alone = len(skeleton.all(Lasting)) + len(skeleton.all(Amount)) == 1
        bare = alone and not any(t.pos in ("VERB", "AUX") for t in tokens)
        present = bare or scene.present(skeleton)
        headline = not skeleton.index and skeleton.words.rstrip()[-1:] != "."
        ending = skeleton.words[at + 1 :].strip(" ")[:1] in ("", *",.;!?\n")
        return now, ending and present and (headline or not _pronoun(scene, skeleton, m.end()))
    ending = not skeleton.words[m.end() :].strip(' .\n»”"')  # «Il avait 83 ans.»
    before = (_death(scene, other) for other in scene.near(skeleton, _LATER if ending else 1, 0))
    return death or next((d for d in before if d), None) or _then(scene, skeleton), True


def _closest(skeleton: Skeleton, at: int, here: Sequence[Dates]) -> tuple[Dates, bool] | None:
    """The date of a sentence that stands nearest to an age, and whether no other may be meant."""
    places = {_place(skeleton, date): date for date in [d for d in here if d.sure] or here}
    ages = [
        place for place, item in skeleton.items.items() if place != at and isinstance(item, Lasting) and count_of(item)
    ]
    free = [place for place in places if not any(min(at, place) < age < max(at, place) for age in ages)]
    near = sorted(free or places, key=lambda place: abs(place - at))
    if not near:
        return None
    alone = len(near) == 1 or abs(near[1] - at) > _NEAR
    return places[near[0]], alone and abs(near[0] - at) <= _NEAR


_MARKS = ",;:()–—"
"""What a clause ends at."""
_BACK = 40
"""Places of a skeleton before an age in which words may tell that it is none."""
_RIGHT_AFTER = 12
"""Places of a skeleton between an age that is turned and the date of that."""
_LATER = 8
"""Sentences after a death in which an age may be told for it."""
_NEAR = 60
"""Places of a skeleton between an age and the one date of its sentence."""


def _pronoun(scene: Scene, skeleton: Skeleton, at: int) -> bool:
    """Whether a pronoun follows: «À seize ans, il anime des bals» is told of another time."""
    offset = skeleton.offset(at)
    return any(m.form == "pronoun" and 0 <= m.span.start - offset <= _BESIDE for m in scene.mentions)


def _place(skeleton: Skeleton, date: Dates) -> int:
    return next(at for at, item in skeleton.items.items() if item is date)


def _others(scene: Scene, skeleton: Skeleton) -> list[Dates]:
    """A sentence's dates, births left out."""
    births = [birth.when for birth in _births(scene, skeleton)]
    return [date for _, date in skeleton.all(Dates) if date not in births]


def _then(scene: Scene, skeleton: Skeleton) -> Dates | None:
    """The one date of a sentence or of that before it, births left out: «embauchée en 1978. Elle avait 17 ans.»"""
    for other in (skeleton, *scene.near(skeleton, 1, 0)):
        if dates := _others(scene, other):
            return dates[0] if len(dates) == 1 and dates[0].sure else None
    return None


def _death(scene: Scene, skeleton: Skeleton) -> Dates | None:
    here = _others(scene, skeleton)
    for pattern in scene.rules.patterns["died"]:
        for m in pattern.finditer(skeleton.words):
            item = skeleton.items.get(m.start("t"))
            if isinstance(item, Dates) and item in here:
                return item
    return None


def _elders(scene: Scene, skeleton: Skeleton, births: Sequence[_Age]) -> Iterator[Finding]:
    """«Luc, 48 ans, et Yann, de six ans son cadet, 42 ans»: how far apart two ages are, or the only two births."""
    for m in (m for p in scene.rules.patterns["age_apart"] for m in p.finditer(skeleton.words)):
        item = skeleton.items.get(m.start("d"))
        told = count_of(item)
        if not told or not isinstance(item, Lasting):
            continue
        ages = {a.span: a.years or 0.0 for a in _ages(scene, skeleton) if not a.more and a.span != item.span}
        years = {b.span: float(b.when.first.year) for b in births}
        pair = ages if len(ages) == 2 else years if len({*years.values()}) == len(years) == 2 else {}
        if not pair:
            continue
        low, high = sorted(pair.values())
        yield scene.finding(
            "age", abs(high - low - told) <= 1, [*pair, item.span], "age-apart", "difference",
            a=f"{high:.0f}", b=f"{low:.0f}", result=f"{high - low:.0f}", told=scene.quoted_words(item.span),
        )  # fmt: skip


# ---------------------------------------------------------------- whose


def _may_be_one(scene: Scene, birth: _Age, age: _Age) -> bool:
    """Whether a birth and an age are told of one person, as far as can be seen."""
    if _related(scene, birth) != _related(scene, age):
        return False
    born, aged = _beside(scene, birth.skeleton, birth.at), _beside(scene, age.skeleton, age.at)
    if born and aged and born.form == aged.form == "name":
        return born.entity == aged.entity
    if birth.skeleton is age.skeleton:
        return True
    names = _called(scene, birth), _called(scene, age)
    if all(names) and names[0] != names[1] and not (born and aged):
        return False
    if aged and aged.form == "name" and _new(scene, aged, birth):
        return False
    one, other = _who(scene, birth), _who(scene, age)
    if one and other and one.form == other.form == "name":
        return one.entity == other.entity
    if abs(birth.skeleton.index - age.skeleton.index) <= _APART:
        return True
    main = _main(scene)
    entities = [m.entity if m else None for m in (one, other)]
    return main in entities and all(entity in (main, None) for entity in entities)


def _related(scene: Scene, age: _Age) -> str | None:
    """Whose relation it is told of, if of one, «sa nièce», or of what name that is not known to be anybody's."""
    who = _who(scene, age)
    if who and who.entity == str(who.span.start):
        return who.entity
    unknown = age.by == "age_now" and not _beside(scene, age.skeleton, age.at)
    return _called(scene, age) if unknown else None


def _called(scene: Scene, age: _Age) -> str | None:
    """The name right before a comma and an age or a birth: «Hale, 24», «Rossi, born in Parma»."""
    i = scene.tree.at(age.span.start if age.years else age.skeleton.offset(age.at)) - 2
    if i < 0 or scene.tree.tokens[i + 1].text != "," or not scene.tree.tokens[i].text[0].isupper():
        return None
    before = scene.tree.tokens[i - 1].pos if i else ""
    return None if before in ("DET", "PROPN", "NOUN", "ADJ", "ADP") else scene.tree.tokens[i].text


def _new(scene: Scene, mention: Mention, birth: _Age) -> bool:
    """Whether somebody is named first after a birth that is told, where somebody else was named before it."""
    named = [m for m in scene.mentions if m.kind == "person" and m.form == "name" and m.span.start < birth.span.start]
    return bool(named) and birth.span < mention.span and all(m.entity != mention.entity for m in named)


def _main(scene: Scene) -> str:
    """Whom an article tells most of."""
    told = Counter(m.entity for m in scene.mentions if m.kind == "person" and m.entity)
    return next((entity for entity, _ in told.most_common(1) if entity), "")


def _named(scene: Scene, a: _Age, b: _Age) -> bool:
    """Whether two tellings are of the same person: of one name, or of pronouns with nobody else between them."""
    one, other = _who(scene, a), _who(scene, b)
    if one and other and one.entity and other.entity:
        return one.entity == other.entity
    if (one or other) is None or (a.skeleton.index != b.skeleton.index and not _next(scene, a, b)):
        return False
    known = {m.entity for m in (one, other) if m}
    return not any(
        m.kind == "person"
        and m.entity not in known
        and a.span.start < m.span.start < b.span.start
        and _rooted(scene, m)
        for m in scene.mentions
    )


def _rooted(scene: Scene, mention: Mention) -> bool:
    """Whether somebody is the subject of a sentence's chief verb."""
    token = scene.tree.tokens[mention.head]
    verb = scene.tree.tokens[token.head]
    return token.dep.startswith("nsubj") and verb.head == verb.i


def _next(scene: Scene, a: _Age, b: _Age) -> bool:
    """Whether two tellings stand in sentences of one paragraph that follow one another."""
    gap = scene.text[a.span.end : b.span.start]
    return abs(a.skeleton.index - b.skeleton.index) == 1 and "\n" not in gap


def _beside(scene: Scene, skeleton: Skeleton, at: int) -> Mention | None:
    """Who is named or described right before a place of a sentence: «X, 42 ans», «la victime, née en 1990»."""
    offset = skeleton.offset(at)
    return next(
        (
            m
            for m in reversed(scene.mentions)
            if m.kind == "person"
            and m.form != "pronoun"
            and -1 <= offset - m.span.end <= _BESIDE
            and m.span.start >= skeleton.sentence.start
        ),
        None,
    )


def _told_of(scene: Scene, offset: int) -> bool:
    """Whether a place of the text is in somebody's name or description, or right after it."""
    persons = (m.span for m in scene.mentions if m.kind == "person" and m.form != "pronoun")
    return any(span.start < offset <= span.end + 1 for span in persons)


def of_person(scene: Scene, skeleton: Skeleton, at: int) -> bool:
    """Whether what stands at a place of a sentence is told of somebody, and of nothing that «il» may stand for."""
    somebody = _around(scene, skeleton.offset(at))
    return somebody is not None and (somebody.form != "pronoun" or somebody.entity is not None)


def _who(scene: Scene, age: _Age) -> Mention | None:
    """Whom an age or a birth is told of: who stands beside it, around it, or is the subject of its clause.

    «sa nièce» is nobody who was named before.
    """
    who = _beside(scene, age.skeleton, age.at) or _around(scene, max(age.skeleton.offset(age.at), age.span.start))
    if (
        who
        and who.form == "description"
        and fold(who.span.of(scene.text)).split()[0] in scene.rules.words["possessives"]
    ):
        return who._replace(entity=str(who.span.start))
    return who


def _around(scene: Scene, offset: int) -> Mention | None:
    """The person whose description a place of the text is in, or who is the subject of its clause."""
    persons = [m for m in scene.mentions if m.kind == "person"]
    around = [m for m in persons if m.span.start <= offset < m.span.end and m.form != "pronoun"]
    if around:
        return min(around, key=lambda m: m.span.end - m.span.start)
    i = scene.tree.at(offset)
    if i >= len(scene.tree.tokens):
        return None
    for token in (scene.tree.tokens[i], *scene.tree.ancestors(i)):
        subject = scene.tree.child(token.i, "nsubj", "expl")
        if subject and subject.has("PronType=Rel"):
            subject = scene.tree.tokens[token.head]
        if subject and subject.i != i and not offset <= subject.start <= offset + _UNIT:
            held = [m for m in persons if m.head == subject.i or m.span.start <= subject.start < m.span.end]
            return min(held, key=lambda m: m.span.end - m.span.start, default=None)
    return None
