"""Entities across articles: names compared, what an article tells, what is merged and what stays apart, rulings."""

from collections.abc import Sequence
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from selon.linking import _names as names
from selon.linking.entities import Entities, MemoryStore, Mention, Profile, Ruling, Trace, entities_of, traces_of
from selon.linking.index import MemoryIndex
from selon.model import Article, Entity, EntityKind, InputError, Place, Published, Reading, Span

# ---------------------------------------------------------------- names

ONE = [
    ("Sergueï Tchoulkov", "Sergei Chulkov", "spelt"),
    ("Vladimir Jiltsov", "Vladimir Zhiltsov", "spelt"),
    ("Nikita Chtcherbine", "Nikita Shcherbin", "spelt"),
    ("Ievgueni Iouriev", "Yevgeny Yuryev", "spelt"),
    ("Mouhsin Qadhiri", "Muhsin Gadhiri", "spelt"),
    ("Bachar al-Khouri", "Bashar el-Khuri", "spelt"),
    ("Oussama ben Tarik", "Osama bin Tariq", "spelt"),
    ("Ali Ouazzani", "Ali Wazzani", "spelt"),
    ("Сергей Чулков", "Sergei Chulkov", "spelt"),
    ("Володимир Шевчук", "Volodymyr Shevchuk", "spelt"),
    ("김도현", "Kim Do-hyun", "spelt"),
    ("李振海", "Li Zhenhai", "same"),
    ("Baek Do-hyun", "Baek Do Hyun", "same"),
    ("Kim Jong Un", "Kim Jong-un", "same"),
    ("Do-hyun Baek", "Baek Do-hyun", "same"),
    ("Étienne Morlaix", "ETIENNE MORLAIX", "same"),
    ("Hugues de Malvers", "Hugues Malvers", "same"),
    ("Carmen Roldán Ibarra", "Carmen Roldán", "within"),
    ("Rex W. Tollerson", "Rex Tollerson", "within"),
    ("Mohammed Tarhouni", "Mohamed Tarhouni", "spelt"),
    ("Joe Brackley", "Joseph Brackley", "spelt"),
    ("J. P. Whitlow", "James Peter Whitlow", "initial"),
    ("J. Brackley", "Joseph Brackley", "initial"),
    ("M. Vassigny", "Hélène Vassigny", "surname"),
    ("Kim", "Kim Jong Un", "surname"),
]
TWO = [
    ("Jean Petit", "Jeanne Petit", "no"),
    ("Adela Brandt", "Conrad Brandt", "no"),
    ("Louis Morvan", "Louise Morvan", "no"),
    ("Kim Jong Un", "Kim Yo Jong", "no"),
    ("Kim Jong Un", "Kim Jong Il", "no"),
    ("Tom Hadley", "Tom Hadley Jr.", "no"),
    ("John Addo Kuffer", "John Mensah Kuffer", "no"),
    ("Anne Morand", "Anne Moreau", "apart"),
    ("Claude Renard", "Claude Renaud", "apart"),
    ("Hélène", "Hélène Vassigny", "apart"),
    ("Ivan Petrov", "Ivan Petrovski", "apart"),
]


@pytest.mark.parametrize(("one", "other", "level"), [*ONE, *TWO])
def test_two_names(one: str, other: str, level: str) -> None:
    assert names.compare(names.person(one), names.person(other)) == level
    assert names.compare(names.person(other), names.person(one)) == level


@pytest.mark.parametrize(("one", "other"), [(one, other) for one, other, level in ONE if level == "spelt"])
def test_what_sounds_alike_is_found_by_its_skeleton(one: str, other: str) -> None:
    mine, theirs = (
        {names.skeleton(person.words), *(names.skeleton((word,)) for word in person.surnames)}
        for person in (names.person(one), names.person(other))
    )
    assert mine & theirs


@pytest.mark.parametrize(
    ("name", "language", "code"),
    [
        ("RPDC", "fr", "KP"),
        ("Corée du Nord", "fr", "KP"),
        ("North Korea", "fr", "KP"),
        ("КНДР", "ru", "KP"),
        ("U.S.", "en", "US"),
        ("États-Unis", "en", "US"),
        ("Myanmar", "fr", "MM"),
        ("République démocratique du Congo", "fr", "CD"),
        ("us", "en", None),
        ("Islands", "en", None),
        ("Pyongyang", "fr", None),
        ("Europe", "fr", None),
    ],
)
def test_state(name: str, language: str, code: str | None) -> None:
    assert names.state(name, language) == code


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("OMS", "oms"),
        ("the WHO", "oms"),
        ("World Health Organization", "oms"),
        ("Organisation mondiale de la santé (OMS)", "oms"),
        ("UN", "onu"),
        ("Nations unies", "onu"),
        ("who", None),
        ("Un", None),
        ("la santé", None),
    ],
)
def test_well_known_body(name: str, body: str | None) -> None:
    assert names.body(name) == body


@pytest.mark.parametrize("name", ["University of Orsenna", "Médecins du Large", "the Tirvane Group", "Calder & Wynne"])
def test_is_a_name(name: str) -> None:
    assert names.proper(name)


@pytest.mark.parametrize(
    "name",
    ["hundreds of workers", "Hundreds of workers at the site", "German", "North Korean", "Monday", "Sept.", "…", ""],
)
def test_is_no_name(name: str) -> None:
    assert not names.proper(name)


@pytest.mark.parametrize(
    ("words", "function"),
    [
        ("le ministère ukrainien de la Défense", "ministry defence"),
        ("Ukraine's Ministry of Defence", "ministry defence"),
        ("la Cour suprême de Colombie", "supreme_court"),
        ("the South Korean military", "army"),
        ("le ministère", None),
        ("l'armée ukrainienne à Kharkiv", None),
        ("a spokesman", None),
    ],
)
def test_function_of_a_body(words: str, function: str | None) -> None:
    assert names.function(words) == function


def test_ideas_of_roles_are_one_in_two_languages() -> None:
    assert names.ideas("ministre de la Défense") == names.ideas("Defence Minister") == {"minister", "defence"}
    assert names.ideas("porte-parole") == names.ideas("spokeswoman")
    assert names.ideas("une femme de 40 ans") == frozenset()


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_words_may_be_compared(one: str, other: str) -> None:
    a, b = names.person(one), names.person(other)
    assert names.compare(a, b) == names.compare(b, a)
    assert names.unlike(one, one) == 0
    assert 0 <= names.unlike(names.ascii_of(one), names.ascii_of(other)) <= 1
    names.state(one, "fr"), names.body(one), names.proper(one), names.function(one), names.skeleton(a.words)


# ---------------------------------------------------------------- readings made by hand

_KINDS: dict[str, EntityKind] = {"p": "person", "o": "org", "s": "state", "m": "media", "l": "place", "d": "doc"}


def reading(
    id: str, *entities: str, day: str = "2031-03-04", language: str = "fr", country: str | None = None
) -> Reading:
    """A reading whose text is its entities. Each is «kind:name», with «| role» after it if there is one; `country` is
    that of a town that the text names three times."""
    text, made = "", []
    for n, entity in enumerate(entities, 1):
        kind, _, rest = entity.partition(":")
        name, _, role = (part.strip() for part in rest.partition("|"))
        text += "Voici que "
        span = Span(len(text), len(text) + len(name))
        text += f"{name} a parlé. "
        roles = (role,) if role else ()
        made.append(Entity(id=f"e{n}", name=name, kind=_KINDS[kind], roles=roles, mentions=(span,)))
    places = []
    for _ in range(3 if country else 0):
        places.append(
            Place(start=len(text), end=len(text) + 7, name="Orsenna", kind="city", by="made", country=country)
        )
        text += "Orsenna. "
    published = Published(value=day, how="given", why="made")
    article = Article(id=id, language=language, text=text, published=published)
    return Reading(selon="", article=article, entities=tuple(made), places=tuple(places))


def groups(readings: Sequence[Reading], rulings: Sequence[Ruling] = ()) -> set[frozenset[str]]:
    """Mentions that are one, as "a1/e1", those alone left out."""
    entities = entities_of(readings, rulings)
    found = (entities.known(id).mentions for id in entities.knowns())
    return {frozenset("/".join(m) for m in mentions) for mentions in found if len(mentions) > 1}


A, B = "a1/e1", "a2/e1"
TOGETHER: list[tuple[str, Reading, Reading]] = [
    (
        "one name",
        reading("a1", "p:Étienne Morlaix | professeur"),
        reading("a2", "p:Etienne Morlaix | professor", language="en"),
    ),
    (
        "a transliteration, and one role",
        reading("a1", "p:Guennadi Tcherniavine | ministre de l'Énergie"),
        reading("a2", "p:Gennady Chernyavin | Energy Minister", language="en"),
    ),
    (
        "a surname, its role and the company that it keeps",
        reading("a1", "p:Hélène Vassigny | ministre de l'Éducation", "p:Aurélien Colmarin"),
        reading("a2", "p:Vassigny | ministre de l'Éducation", "p:Aurélien Colmarin", day="2031-03-06"),
    ),
    (
        "a surname that comes before its full name",
        reading("a1", "p:Vassigny | ministre de l'Éducation", "p:Aurélien Colmarin"),
        reading("a2", "p:Hélène Vassigny | ministre de l'Éducation", "p:Aurélien Colmarin", day="2031-03-06"),
    ),
    ("a state in two languages", reading("a1", "s:Corée du Nord"), reading("a2", "s:North Korea", language="en")),
    ("a well-known body", reading("a1", "o:OMS"), reading("a2", "o:World Health Organization", language="en")),
    ("a body of several words", reading("a1", "o:Médecins du Large"), reading("a2", "o:Médecins du Large")),
    (
        "a name of one word, in one company",
        reading("a1", "o:Tirvane", "p:Maud Hallowby"),
        reading("a2", "o:Tirvane", "p:Maud Hallowby"),
    ),
    (
        "a ministry of one country",
        reading("a1", "o:le ministère ukrainien de la Défense"),
        reading("a2", "o:the Ukrainian defence ministry", language="en"),
    ),
    (
        "a common name, by the role",
        reading("a1", "p:Jean Martin | maire de Bourges"),
        reading("a2", "p:Jean Martin | maire"),
    ),
]
APART: list[tuple[str, Reading, Reading]] = [
    ("siblings", reading("a1", "p:Adela Brandt | sénatrice"), reading("a2", "p:Conrad Brandt | sénateur")),
    (
        "namesakes of two walks of life",
        reading("a1", "p:Étienne Morlaix | professeur", country="FR"),
        reading("a2", "p:Étienne Morlaix | footballeur", country="FR"),
    ),
    ("a common name", reading("a1", "p:Jean Martin | maire"), reading("a2", "p:Jean Martin | boulanger")),
    ("a surname alone", reading("a1", "p:Hélène Vassigny"), reading("a2", "p:Vassigny")),
    (
        "a surname with another role",
        reading("a1", "p:Hélène Vassigny | ministre de l'Éducation", "p:Aurélien Colmarin"),
        reading("a2", "p:Vassigny | fromagère", "p:Aurélien Colmarin"),
    ),
    (
        "a surname, months later",
        reading("a1", "p:Hélène Vassigny | ministre", "p:Aurélien Colmarin"),
        reading("a2", "p:Vassigny | ministre", "p:Aurélien Colmarin", day="2031-09-06"),
    ),
    ("descriptions", reading("a1", "p:un porte-parole"), reading("a2", "p:un porte-parole")),
    (
        "ministries of no country",
        reading("a1", "o:le ministère de la Santé"),
        reading("a2", "o:le ministère de la Santé"),
    ),
    (
        "courts of two countries",
        reading("a1", "o:Cour suprême", country="CO"),
        reading("a2", "o:Cour suprême", country="PL"),
    ),
    (
        "ministries of two countries",
        reading("a1", "o:le ministère malien de la Défense"),
        reading("a2", "o:le ministère nigérien de la Défense"),
    ),
    ("a given name", reading("a1", "p:Denise"), reading("a2", "p:Denise")),
    ("an acronym in another company", reading("a1", "o:SDR", "p:Anne Lheureux"), reading("a2", "o:SDR", "p:Paul Roy")),
    ("states", reading("a1", "s:Corée du Nord"), reading("a2", "s:Corée du Sud")),
    ("a person and a town", reading("a1", "p:Tirvane"), reading("a2", "l:Tirvane")),
]


@pytest.mark.parametrize(("one", "other"), [case[1:] for case in TOGETHER], ids=[case[0] for case in TOGETHER])
def test_together(one: Reading, other: Reading) -> None:
    assert frozenset((A, B)) in groups([one, other])


@pytest.mark.parametrize(("one", "other"), [case[1:] for case in APART], ids=[case[0] for case in APART])
def test_apart(one: Reading, other: Reading) -> None:
    assert not any({A, B} <= group for group in groups([one, other]))


def test_a_surname_that_two_bear_stays_apart() -> None:
    readings = [
        reading("a1", "p:Patrick Duvernay | maire", "p:Anne Colmarin", country="FR"),
        reading("a2", "p:Solange Duvernay", "p:Anne Colmarin", country="FR"),
        reading("a3", "p:Duvernay | maire", "p:Anne Colmarin", country="FR"),
    ]
    assert not any("a3/e1" in group for group in groups(readings))


def test_a_body_is_found_by_the_acronym_that_an_article_gives_it() -> None:
    name = "Syndicat des dockers réunis"
    text = f"Lundi, le {name} (SDR) a parlé à Anne Lheureux."
    start, there = text.index(name), text.index("Anne")
    whole = Entity(id="e1", name=name, kind="org", mentions=(Span(start, start + len(f"{name} (SDR)")),))
    person = Entity(id="e2", name="Anne Lheureux", kind="person", mentions=(Span(there, there + 13),))
    published = Published(value="2031-03-01", how="given", why="made")
    article = Article(id="a1", language="fr", text=text, published=published)
    told = Reading(selon="", article=article, entities=(whole, person))
    later = reading("a2", "o:SDR", "p:Anne Lheureux")
    entities = entities_of([told, later])
    known = entities.known(entities.add(told)["e1"])
    assert set(known.names) == {name, "SDR"}
    assert known.mentions == (("a1", "e1"), ("a2", "e1"))


def test_a_region_is_not_the_state_of_its_name() -> None:
    text = "Georgia"
    place = Place(start=0, end=7, name="Georgia", kind="region", by="made", country="US", geonames=4197000)
    entity = Entity(id="e1", name="Georgia", kind="place", mentions=(Span(0, 7),))
    article = Article(id="a1", language="en", text=text)
    (trace,) = traces_of(Reading(selon="", article=article, entities=(entity,), places=(place,)))
    assert trace.keys == ("place 4197000",)


def test_each_merge_says_why() -> None:
    one, other = TOGETHER[1][1:]
    entities = entities_of([one, other])
    known = entities.known(entities.add(one)["e1"])
    assert known.id == "a1/e1"
    assert known.name == "Guennadi Tcherniavine"
    assert known.names == ("Guennadi Tcherniavine", "Gennady Chernyavin")
    assert [(reason.code, reason.article) for reason in known.why] == [("spelling", "a2"), ("role", "a2")]


def test_an_unknown_entity_is_said_to_be() -> None:
    with pytest.raises(InputError, match="a9/e9"):
        Entities().known("a9/e9")


# ---------------------------------------------------------------- order and state

WORLD = [msgspec.structs.replace(r, article=msgspec.structs.replace(r.article, id=f"{n}-{r.article.id}"))
         for n, case in enumerate([*TOGETHER, *APART]) for r in case[1:]]  # fmt: skip


def test_taken_up_again_it_is_the_same_as_at_once() -> None:
    at_once, store, index = Entities(), MemoryStore(), MemoryIndex(keep="last")
    for one in WORLD:
        at_once.add(one)
        Entities(store, index=index).add(one)
    again = Entities(store, index=index)
    assert [at_once.known(id) for id in at_once.knowns()] == [again.known(id) for id in again.knowns()]


def test_added_twice_it_is_as_added_once() -> None:
    entities = Entities()
    first = [entities.add(one) for one in WORLD]
    before = [entities.known(id) for id in entities.knowns()]
    assert [entities.add(one) for one in WORLD][-1] == first[-1]
    assert [entities.known(id) for id in entities.knowns()] == before


def test_every_entity_of_a_reading_is_one_across_articles() -> None:
    entities = Entities()
    for one in WORLD:
        assert set(entities.add(one)) == {entity.id for entity in one.entities}
    mentions = [mention for id in entities.knowns() for mention in entities.known(id).mentions]
    assert len(mentions) == len(set(mentions)) == sum(len(one.entities) for one in WORLD)


def test_a_reading_without_entities_has_none() -> None:
    assert Entities().add(reading("a1")) == {}


@pytest.mark.parametrize("kind", list(_KINDS))
@pytest.mark.parametrize(
    "name", ["…", "()", "(OMS)", "/", "'s", "L’", "e/1", "A", "№ 5", "🙂", "—x", "M.", "Mme", "١٢"]
)
def test_odd_names_are_put_somewhere(kind: str, name: str) -> None:
    readings = [reading(f"a{n}/x", f"{kind}:{name}", f"{kind}:{name}") for n in range(2)]
    entities = entities_of(readings)
    mentions = [mention for id in entities.knowns() for mention in entities.known(id).mentions]
    assert sorted(mentions) == [(f"a{n}/x", f"e{i}") for n in range(2) for i in (1, 2)]


def test_a_profile_is_bounded() -> None:
    profile = Profile()
    for n in range(500):
        profile = profile.joined(Trace(article=f"a{n}", entity="e1", name=f"N{n}", kind="org", company=(n, n + 1)))
    assert profile.size == 500
    assert max(len(profile.forms), len(profile.company)) < 100
    assert msgspec.json.decode(msgspec.json.encode(profile), type=Profile) == profile


# ---------------------------------------------------------------- rulings

SEEN = [reading(f"a{n}", "p:Étienne Morlaix | professeur") for n in range(4)]
STRANGERS = [
    reading(f"b{n}", f"p:{name}") for n, name in enumerate(("Anne Lheureux", "Paul Colmarin", "Rose Vassigny"))
]


def m(article: str) -> Mention:
    return (article, "e1")


def test_a_split_is_kept() -> None:
    found = groups(SEEN, [Ruling("split", m("a0"), m("a2"))])
    assert not any({"a0/e1", "a2/e1"} <= group for group in found)
    assert any({"a0/e1", "a1/e1"} <= group for group in found)


def test_a_merge_is_kept_and_says_so() -> None:
    rulings = [Ruling("merge", m("b0"), m("b1"))]
    assert groups(STRANGERS, rulings) == {frozenset(("b0/e1", "b1/e1"))}
    entities = entities_of(STRANGERS, rulings)
    assert [reason.code for reason in entities.known("b0/e1").why] == ["ruled"]


@pytest.mark.parametrize(
    "rulings",
    [
        [Ruling("split", m("a0"), m("a2"))],
        [Ruling("merge", m("b0"), m("b1"))],
        [Ruling("merge", m("b0"), m("b1")), Ruling("merge", m("b1"), m("b2"))],
        [Ruling("merge", m("a0"), m("b0")), Ruling("split", m("a3"), m("b0"))],
        [Ruling("split", m("a0"), m("a1")), Ruling("split", m("a1"), m("a2")), Ruling("split", m("a0"), m("a2"))],
    ],
)
def test_rulings_bind_what_is_there_already(rulings: Sequence[Ruling]) -> None:
    store, index = MemoryStore(), MemoryIndex(keep="last")
    before = Entities(store, index=index)
    for one in (*SEEN, *STRANGERS):
        before.add(one)
    for entities in (Entities(store, rulings, index), entities_of((*SEEN, *STRANGERS), rulings)):
        known = {mention: id for id in entities.knowns() for mention in entities.known(id).mentions}
        assert len(known) == len(SEEN) + len(STRANGERS)
        for ruling in rulings:
            assert (known[ruling.a] == known[ruling.b]) == (ruling.kind == "merge")


@given(st.lists(st.tuples(st.sampled_from(["merge", "split"]), st.integers(0, 6), st.integers(0, 6)), max_size=6))
def test_any_rulings_are_kept_or_said_to_contradict(drawn: list[tuple[str, int, int]]) -> None:
    readings = [*SEEN, *STRANGERS]
    rulings = [
        Ruling("merge" if kind == "merge" else "split", m(readings[a].article.id), m(readings[b].article.id))
        for kind, a, b in drawn
        if a != b
    ]
    try:
        entities = entities_of(readings, rulings)
    except InputError:
        assert {ruling.kind for ruling in rulings} == {"merge", "split"}
        return
    known = {mention: id for id in entities.knowns() for mention in entities.known(id).mentions}
    assert len(known) == len(readings)
    for ruling in rulings:
        assert (known[ruling.a] == known[ruling.b]) == (ruling.kind == "merge")


@pytest.mark.parametrize(
    "rulings",
    [
        [Ruling("merge", m("a0"), m("a1")), Ruling("split", m("a1"), m("a0"))],
        [*(Ruling("merge", m(x), m(y)) for x, y in pairwise(("a0", "a1", "a2"))), Ruling("split", m("a0"), m("a2"))],
        [Ruling("split", m("a0"), m("a0"))],
    ],
)
def test_rulings_that_contradict_one_another_are_refused(rulings: Sequence[Ruling]) -> None:
    with pytest.raises(InputError, match="contradict") as error:
        Entities(rulings=rulings)
    assert error.value.code == "rulings"
