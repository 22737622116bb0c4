"""A library's links: what they say, that they are the same however they were made, and what asking them gives."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from selon import ask, rule
from selon.library import Library, desk, files
from selon.library.corrections import version_of
from selon.linked import link
from selon.linked.store import Links
from selon.linking import statements as clauses
from selon.linking._groups import together, together_of
from selon.linking._pairs import FEATURES, Unit, _told, units_of
from selon.linking._voices import Told, Who, told
from selon.linking.claims import _denials, _firmest, _joined, _upheld, stances_of
from selon.linking.meaning import AXES, Table, meanings
from selon.linking.origins import apart, counted
from selon.linking.types import Claim, Occurrence, Stance
from selon.linking.weights import linking_weights
from selon.model import Certainty, EntityKind, InputError, Manner, Part, Reading, SourceType, Span
from selon.models import meaning
from selon.read import read

ARTICLES: tuple[dict[str, Any], ...] = (
    {
        "id": "port-1",
        "outlet": "La Gazette d'Ervaz",
        "published": "2031-03-04",
        "text": "Incendie au port d'Ervaz : sept blessés\n\nUn incendie a ravagé mardi un entrepôt de céréales du port "
        "d'Ervaz. Sept dockers ont été blessés, a annoncé la préfète Claire Vautrin. « Le feu est parti d'un "
        "convoyeur », a-t-elle déclaré. Le syndicat des dockers affirme que l'alarme n'a pas fonctionné.\n",
    },
    {
        "id": "port-2",
        "outlet": "Le Courrier de Morvane",
        "published": "2031-03-04",
        "text": "Sept dockers blessés dans l'incendie d'un entrepôt à Ervaz\n\nSelon la préfète Claire Vautrin, sept "
        "dockers ont été blessés dans l'incendie d'un entrepôt de céréales du port d'Ervaz. Le feu serait parti d'un "
        "convoyeur.\n",
    },
    {
        "id": "port-3",
        "outlet": "The Ervaz Herald",
        "published": "2031-03-05",
        "text": "Nine hurt in Ervaz port warehouse fire\n\nNine dockers were injured when a grain warehouse burned "
        "down in the port of Ervaz on Tuesday, the hospital director Paul Rennick said. The operator Sillex denied "
        "that the alarm had failed.\n",
    },
    {
        "id": "vote-1",
        "outlet": "La Gazette d'Ervaz",
        "published": "2031-05-20",
        "text": "Le parlement de Morvane adopte le budget des écoles\n\nLes députés de Morvane ont adopté lundi soir "
        "le budget des écoles par 61 voix contre 40. La ministre Inès Calvet a promis l'ouverture de douze classes.\n",
    },
)


def port() -> tuple[Reading, ...]:
    made = []
    for a in ARTICLES:
        language = "en" if "Herald" in a["outlet"] else "fr"
        one = read(a["text"], plain=True, language=language, published=a["published"])
        title = a["text"].split("\n")[0]
        made.append(replace(one, article=replace(one.article, id=a["id"], outlet=a["outlet"], title=title)))
    return tuple(made)


@pytest.fixture(scope="module")
def readings() -> tuple[Reading, ...]:
    return port()


@pytest.fixture(scope="module")
def library(readings: tuple[Reading, ...], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with filled(tmp_path_factory.mktemp("linked") / "all.db", readings) as opened:
        tie(opened)
        yield opened


def filled(path: Path, readings: Sequence[Reading]) -> Library:
    opened = Library.open(path, create=True)
    for reading in readings:
        opened.add(reading)
    return opened


def tie(library: Library, *, rebuild: bool = False) -> None:
    for _ in link(library, rebuild=rebuild):
        pass


def derived(library: Library) -> dict[str, list[tuple[Any, ...]]]:
    return Links(library).contents()


# ---------------------------------------------------------------- made the same


def test_rebuilding_gives_the_same(library: Library) -> None:
    before = derived(library)
    tie(library, rebuild=True)
    assert derived(library) == before
    assert before["claims"]
    assert before["known"]


def test_one_by_one_is_all_at_once(library: Library, readings: tuple[Reading, ...], tmp_path: Path) -> None:
    with filled(tmp_path / "one.db", ()) as opened:
        for reading in readings:
            opened.add(reading)
            tie(opened)
        assert derived(opened) == derived(library)


def test_broken_off_and_gone_on(library: Library, readings: tuple[Reading, ...], tmp_path: Path) -> None:
    with filled(tmp_path / "broken.db", readings) as opened:
        while Links(opened).unlinked() or Links(opened).stale():
            run = link(opened)
            next(run)
            next(run)  # one article or story is done by then
            del run
        tie(opened)
        assert derived(opened) == derived(library)


def test_another_text_is_linked_anew(readings: tuple[Reading, ...], tmp_path: Path) -> None:
    with filled(tmp_path / "revised.db", readings) as opened:
        tie(opened)
        text = ARTICLES[1]["text"].replace("sept dockers", "huit dockers").replace("Sept", "Huit")
        again = read(text, plain=True, language="fr", published="2031-03-04")
        opened.add(replace(again, article=replace(again.article, id="port-2", outlet="Le Courrier de Morvane")))
        assert Links(opened).unlinked() == ["port-2"]
        tie(opened)
        assert Links(opened).unlinked() == []
        assert set(ask.story(opened, "port-2").articles) == {"port-1", "port-2", "port-3"}
        words = [o.words for c in ask.claims(opened, limit=999) for o in c.occurrences if o.article == "port-2"]
        assert any("huit" in w for w in words)
        assert not any("sept" in w for w in words)
        assert list(opened.check()) == []


def test_an_article_that_began_its_story_is_linked_anew(readings: tuple[Reading, ...], tmp_path: Path) -> None:
    with filled(tmp_path / "first.db", readings) as opened:
        tie(opened)
        assert ask.story(opened, "port-3").id == "port-1"
        again = read("La météo de demain\n\nIl pleuvra demain sur toute la côte, selon Météo Morvane.\n", plain=True)
        opened.add(replace(again, article=replace(again.article, id="port-1", outlet="La Gazette d'Ervaz")))
        tie(opened)
        assert "port-1" not in ask.story(opened, "port-3").articles
        assert opened.row("SELECT count(*) FROM stories WHERE id NOT IN (SELECT story FROM members)") == (0,)


# ---------------------------------------------------------------- what they say


def test_stories_go_across_languages(library: Library) -> None:
    assert ask.story(library, "port-1").articles == ("port-1", "port-2", "port-3")
    assert ask.story(library, "vote-1").articles == ("vote-1",)
    assert [s.id for s in ask.stories(library)] == ["vote-1", "port-1"]
    assert [s.id for s in ask.stories(library, "budget écoles")] == ["vote-1"]
    assert [s.id for s in ask.stories(library, since="2031-04-01")] == ["vote-1"]


def claim_with(library: Library, words: str) -> Claim:
    return next(c for c in ask.claims(library, limit=999) if any(words in o.words for o in c.occurrences))


def test_two_who_quote_one_voice_are_one_origin(library: Library) -> None:
    claim = claim_with(library, "Sept dockers ont été blessés")
    assert {"port-1", "port-2"} <= set(claim.articles)
    assert {o.name for o in claim.origins if o.counts} == {"Claire Vautrin"}
    assert claim.independent == 1
    chains = [[voice.name for voice in o.chain] for o in claim.occurrences]
    assert ["La Gazette d'Ervaz", "Claire Vautrin"] in chains
    assert ["Le Courrier de Morvane", "Claire Vautrin"] in chains
    assert all(o.why for o in claim.origins if sum(x.origin == o.id for x in claim.occurrences) > 1)


def test_every_occurrence_gives_its_words(library: Library) -> None:
    for claim in ask.claims(library, limit=999):
        assert claim.independent == sum(o.counts for o in claim.origins)
        assert {o.origin for o in claim.occurrences} == {o.id for o in claim.origins}
        for o in claim.occurrences:
            assert " … ".join(s.of(library.article(o.article).text) for s in o.spans) == o.words


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"words": "dockers blessés"}, True),
        ({"words": "DOCKERS blesses"}, True),
        ({"words": "licorne"}, False),
        ({"story": "vote-1"}, True),
        ({"who": "Claire Vautrin"}, True),
        ({"who": "vautrin"}, True),
        ({"since": "2031-05-01"}, True),
        ({"since": "2032-01-01"}, False),
        ({"words": "classes", "story": "vote-1", "who": "Inès Calvet"}, True),
        ({"words": "classes", "story": "port-1"}, False),
    ],
)
def test_claims(library: Library, asked: dict[str, Any], found: bool) -> None:
    claims = ask.claims(library, **asked)
    assert bool(claims) == found
    assert len(ask.claims(library, **asked, limit=1)) == found


@pytest.mark.parametrize("asked", [{}, {"story": "port-1"}, {"who": "Vautrin"}, {"since": "2031-03-05"}])
def test_common_words_give_the_same(library: Library, monkeypatch: pytest.MonkeyPatch, asked: dict[str, Any]) -> None:
    few = ask.claims(library, "dockers", limit=999, **asked)
    monkeypatch.setattr(ask, "_FEW", 0)  # as if more claims held the word than are looked up one by one
    assert ask.claims(library, "dockers", limit=999, **asked) == few
    assert few


def test_claim_by_the_beginning_of_its_id(library: Library) -> None:
    claim = ask.claims(library)[0]
    assert ask.claim(library, claim.id) == claim
    assert ask.claim(library, claim.id[:10]) == claim
    with pytest.raises(InputError, match="more than one"):
        ask.claim(library, "")
    with pytest.raises(InputError, match="no claim"):
        ask.claim(library, "nothing")


def test_who(library: Library) -> None:
    person = ask.who(library, "VAUTRIN")
    assert person.known.name == "Claire Vautrin"
    assert {s.article for s in person.said} == {"port-1", "port-2"}
    assert all(s.claim for s in person.said)
    assert [s.day for s in person.said] == sorted(s.day for s in person.said)
    for nobody in ("Nobody At All", "", "%", "_"):
        with pytest.raises(InputError, match="nobody called"):
            ask.who(library, nobody)


def test_who_in_pages(library: Library) -> None:
    whole = ask.who(library, "Vautrin")
    assert whole.counts == {"said": len(whole.said), "said_of": len(whole.said_of), "denied": len(whole.denied)}
    assert whole.denied == tuple(s for s in whole.said if s.act == "deny")
    assert all(s.by for s in whole.said_of)
    assert not any(s.by for s in whole.said)
    pages = [ask.who(library, "Vautrin", limit=1, skip=n).said for n in range(len(whole.said) + 1)]
    assert pages == [(s,) for s in whole.said] + [()]


def looked_up(library: Library) -> None:
    """What is kept of who said and is named what is what a look at every mention gives."""
    made = library.rows(
        "SELECT s.n, t.known, s.inside IS NOT NULL, a.day, a.n, s.act = 'deny' FROM traces t"
        " JOIN attributions s ON s.article = t.article AND s.entity = t.entity JOIN articles a ON a.n = t.article"
        " ORDER BY 1"
    )
    assert library.rows("SELECT * FROM said ORDER BY n") == made
    named = library.rows(
        "SELECT e.n, t.known, t.article, t.entity, e.name FROM traces t"
        " JOIN entities e ON e.article = t.article AND e.id = t.entity ORDER BY 1"
    )
    assert library.rows("SELECT * FROM named ORDER BY n") == named
    for id in {row[1] for row in made}:
        person = ask.who(library, id)
        for part, which in (("said", "0"), ("said_of", "1")):
            rows = library.rows(
                "SELECT a.id, s.id FROM traces t JOIN attributions s ON s.article = t.article AND s.entity = t.entity"
                " JOIN articles a ON a.n = s.article WHERE t.known = ? AND (s.inside IS NOT NULL) = ?"
                " ORDER BY a.day, a.n, s.n",
                (id, int(which)),
            )
            assert [(s.article, s.attribution) for s in getattr(person, part)] == rows


def test_what_is_said_is_kept_right(readings: tuple[Reading, ...], tmp_path: Path) -> None:
    path = tmp_path / "said.db"
    with filled(path, readings) as opened:
        looked_up(opened)
        tie(opened)
        looked_up(opened)
        assert opened.row("SELECT sum(denied), count(*) FROM said")[0] > 0
        first = ask.who(opened, "Vautrin").said[0]
        reading = opened.applied(first.article).reading
        rejected, changed = next(a for a in reading.attributions if a.id == first.attribution), reading.attributions[-1]
        version = version_of(reading, rejected, None)
        desk.correct(opened, first.article, "reject", "ann", attribution=rejected.id, version=version)
        looked_up(opened)
        version, after = version_of(reading, changed, None), replace(changed, act="deny")
        desk.correct(opened, first.article, "change", "ann", attribution=changed.id, version=version, after=after)
        looked_up(opened)
        assert first.words not in [s.words for s in ask.who(opened, "Vautrin").said if s.article == first.article]
        tie(opened)
        looked_up(opened)
        article = readings[2].article
        text = f"{article.text} The mayor of Ervaz, Nora Wells, said nobody had warned her."
        other = read(text, plain=True, language="en", published="2031-03-09")
        opened.add(replace(other, article=replace(other.article, id="port-3", outlet=article.outlet)))
        looked_up(opened)  # of another text, and of a later day, before it is linked
        tie(opened)
        looked_up(opened)
        merged = rule.merge(opened, "Claire Vautrin", "Paul Rennick", "ann")
        looked_up(opened)
        rule.split(opened, "Claire Vautrin", "ann", article="port-2")
        looked_up(opened)
        rule.undo(opened, merged.ruling.n, "ann")
        looked_up(opened)
        opened.rebuild()
        looked_up(opened)
        before = derived(opened)
        tie(opened, rebuild=True)
        looked_up(opened)
        assert derived(opened)["said"] == before["said"]
    db = sqlite3.connect(path)
    db.execute("PRAGMA foreign_keys = ON")
    db.execute("DELETE FROM articles WHERE id = 'port-1'")
    db.commit()
    db.close()
    with Library.open(path) as opened:
        looked_up(opened)


def test_words_are_counted_as_articles_come_and_go(readings: tuple[Reading, ...], tmp_path: Path) -> None:
    with filled(tmp_path / "one.db", readings) as one, filled(tmp_path / "two.db", readings[1:]) as two:
        tie(one)
        tie(two)
        counted = {row[0]: row[1] for row in one.rows("SELECT stem, heads FROM stems")}
        assert (counted[""], counted["ervaz"]) == (len(readings), 3)
        with one.writing():
            one.put("DELETE FROM articles WHERE id = ?", (readings[0].article.id,))
        left = {row[0]: row[1] for row in one.rows("SELECT stem, heads FROM stems WHERE heads")}
        assert left == {row[0]: row[1] for row in two.rows("SELECT stem, heads FROM stems")}


def test_what_is_said_in_an_older_library(
    readings: tuple[Reading, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps, path = files.migrations(), tmp_path / "older.db"
    with monkeypatch.context() as patch:
        patch.setattr(files, "migrations", lambda: steps[:7])
        filled(path, readings).close()
        with closing(sqlite3.connect(path)) as db:
            db.executescript(steps[8])  # which linking needs
            with Library.open(path) as opened:
                tie(opened)
            db.executescript("DROP TABLE heads; DROP TABLE stems")
    with Library.open(tmp_path / "older.db") as opened:
        looked_up(opened)
        assert ask.who(opened, "Vautrin").said


def test_claims_and_stories_in_pages(library: Library) -> None:
    story = ask.stories(library)[0].id
    for order in ("support", "dispute"):
        whole = ask.claims(library, story=story, order=order, limit=500)
        assert len(whole) == ask.count_claims(library, story)
        paged = [ask.claims(library, story=story, order=order, limit=1, skip=n) for n in range(len(whole))]
        assert paged == [(claim,) for claim in whole]
    against = [sum(o.stance != "supports" for o in claim.occurrences) for claim in whole]
    assert against == sorted(against, reverse=True)
    assert ask.count_stories(library) == len(ask.stories(library)) > 0
    assert ask.count_stories(library, "zeppelin") == 0


@pytest.mark.parametrize(
    ("type", "entity", "name", "kind"),
    [
        ("named", "person", "Claire Vautrin", "named"),
        ("role", "person", "le maire de Nanterre", "role"),
        ("role", "person", "un proche du dossier", "anonymous"),
        ("role", "state", "la préfecture", "official"),
        ("role", None, None, "anonymous"),
        ("org", "state", "Paris", "official"),
        ("org", "org", "Greenpeace", "org"),
        ("org", None, None, "org"),
        ("media", "media", "La Gazette", "media"),
        ("doc", "state", "un rapport du ministère", "doc"),
        ("group", "group", "des témoins", "group"),
        ("none", None, None, "anonymous"),
    ],
)
def test_kinds_of_sources(type: SourceType, entity: EntityKind | None, name: str | None, kind: str) -> None:
    assert ask.kind_of(type, entity, name) == kind


def test_compare(library: Library) -> None:
    found = ask.compare(library, "port-1", "port-2")
    both = {c.id for c in found.both}
    assert both
    assert not both & {c.id for c in (*found.only_a, *found.only_b)}
    assert all("port-2" not in c.articles for c in found.only_a)
    with pytest.raises(InputError, match="no article 'port-9'"):
        ask.compare(library, "port-1", "port-9")


def test_sources(library: Library) -> None:
    one = ask.sources(library, "port-1")
    assert one.articles == 1
    assert sum(share.count for share in one.shares) == one.attributions >= 3
    assert one == replace(ask.sources_of(library.applied("port-1").reading), name="port-1", voices=one.voices)
    assert sorted(one.voices) == sorted(ask.sources_of(library.applied("port-1").reading).voices)
    assert dict(one.voices)["Claire Vautrin"] >= 2
    outlet = ask.sources(library, "La Gazette d'Ervaz")
    assert outlet.articles == 2
    assert 0 < outlet.own_voice < 1
    with pytest.raises(InputError, match="no article or outlet"):
        ask.sources(library, "The Daily Nothing")


def test_nothing_is_linked_yet(readings: tuple[Reading, ...], tmp_path: Path) -> None:
    with filled(tmp_path / "new.db", readings[:1]) as opened, pytest.raises(InputError, match="run selon link"):
        ask.claims(opened)
    with filled(tmp_path / "empty.db", ()) as opened:
        tie(opened)
        assert ask.claims(opened) == ()
        assert ask.stories(opened) == ()


def test_a_thousand_times_the_same_text(readings: tuple[Reading, ...], tmp_path: Path) -> None:
    with filled(tmp_path / "many.db", ()) as opened:
        for n in range(60):
            article = replace(readings[0].article, id=f"a{n:03}", outlet=f"Outlet {n}")
            opened.add(replace(readings[0], article=article))
        tie(opened)
        assert len(ask.story(opened, "a000").articles) == 60
        claim = claim_with(opened, "Sept dockers ont été blessés")
        assert len(claim.articles) == 60
        assert claim.independent == 1


def test_an_article_without_a_date(readings: tuple[Reading, ...], tmp_path: Path) -> None:
    undated = replace(readings[0], article=replace(readings[0].article, published=None))
    with filled(tmp_path / "undated.db", (undated,)) as opened:
        tie(opened)
        (story,) = ask.stories(opened)
        assert story.first is None
        assert ask.claims(opened)[0].first is None


def test_removing_an_article_leaves_nothing_that_points_at_it(readings: tuple[Reading, ...], tmp_path: Path) -> None:
    path = tmp_path / "removed.db"
    with filled(path, readings) as opened:
        tie(opened)
    db = sqlite3.connect(path)
    db.execute("PRAGMA foreign_keys = ON")
    db.execute("DELETE FROM articles WHERE id = 'port-2'")
    db.commit()
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    db.close()


# ---------------------------------------------------------------- the parts


@pytest.mark.parametrize(
    ("score", "groups"),
    [
        ([[0.0]], [[0]]),
        ([[0, 1], [1, 0]], [[0, 1]]),
        ([[0, -1], [-1, 0]], [[0], [1]]),
        ([[0, 3, -1], [3, 0, -1], [-1, -1, 0]], [[0, 1], [2]]),
        ([[0, 3, -1], [3, 0, 2], [-1, 2, 0]], [[0, 1, 2]]),  # on average the third is like the two
        ([[0, 3, -3], [3, 0, 2], [-3, 2, 0]], [[0, 1], [2]]),
    ],
)
def test_together(score: list[list[float]], groups: list[list[int]]) -> None:
    assert together(np.array(score, float)) == groups


def test_together_of_pairs_that_have_a_score() -> None:
    pairs = np.array([[0, 1], [2, 3]])
    assert together_of(5, pairs, np.array([1.0, -1.0]), -4.0) == [[0, 1], [2], [3], [4]]
    assert together_of(2, np.zeros((0, 2), np.int64), np.zeros(0), -4.0) == [[0], [1]]


def test_a_doubtful_member_does_not_make_a_claim_certain() -> None:
    def one(certainty: Certainty, score: float, stance: Stance = "supports") -> Occurrence:
        return Occurrence("a", (), "", stance, None, certainty, (), "o1", score=score)

    assert _firmest([one("probable", 0.9), one("certain", 0.5)]) == "probable"
    assert _firmest([one("probable", 0.9), one("certain", 0.8)]) == "certain"
    assert _firmest([one("possible", 0.6), one("certain", 0.5)]) == "possible"
    assert _firmest([one("probable", 0.8), one("certain", 0.9, "denies")]) == "probable"
    assert _firmest([one("certain", 0.9, "denies")]) == "certain"


def voice(type: SourceType, name: str, proper: str = "", government: bool = False, country: str | None = None) -> Who:
    words, capitals = frozenset(name.split()), frozenset(proper.split())
    return Who(type, name, words, capitals, proper or None, government, country)


WITNESSES, SOURCE = voice("group", "temoins"), voice("role", "proche du dossier")
POLICE, MAYOR = voice("org", "police"), voice("named", "ines calvet", "calvet")
SWISS = voice("org", "gouvernement suisse", government=True, country="CH")
NORWAY = voice("org", "gouvernement norvegien", government=True, country="NO")
CABINET = voice("org", "gouvernement", government=True)


@pytest.mark.parametrize(
    ("one", "other", "copied", "apart_"),
    [
        (WITNESSES, SOURCE, False, True),
        (WITNESSES, SOURCE, True, False),  # the words are copied
        (WITNESSES, WITNESSES, False, True),  # anybody may be a witness
        (POLICE, POLICE, False, False),  # one body: to be weighed
        (SOURCE, MAYOR, False, False),  # one of them is named: to be weighed
        (SOURCE, None, False, False),
        (SWISS, NORWAY, False, True),
        (SWISS, NORWAY, True, True),
        (SWISS, CABINET, False, False),
        (SWISS, SWISS, False, False),
    ],
)
def test_voices_that_are_two(
    readings: tuple[Reading, ...], one: Who | None, other: Who | None, copied: bool, apart_: bool
) -> None:
    def said(number: int, who: Who | None) -> Told:
        reading = readings[number]
        sentence = reading.sentences[number]
        return told(reading, number, (sentence,), sentence, None, "supports", ())._replace(who=who)

    assert apart(said(0, one), said(1, other), copied) == apart_
    assert apart(said(1, other), said(0, one), copied) == apart_


@pytest.mark.parametrize(
    ("odds", "supports", "counts"),
    [
        ([2.0, 1.0], [True, True], [True, True]),
        ([2.0, 0.3], [True, True], [True, False]),
        ([0.1], [True], [True]),
        ([2.0, 1.0], [True, False], [True, False]),
        ([-1.0, -2.0], [True, True], [True, False]),
        ([2.0], [False], [False]),
        ([], [], []),
    ],
)
def test_origins_that_count(odds: list[float], supports: list[bool], counts: list[bool]) -> None:
    assert counted([{"bias": value, "own": 0.0} for value in odds], supports, {"bias": 1.0}) == counts


def test_an_outlet_alone_that_was_likely_not_there_does_not_count() -> None:
    likely, maybe, hardly = ({"bias": odds, "own": 1.0} for odds in (1.0, 0.0, -1.0))
    somebody = {"bias": -2.0, "own": 0.0}
    assert counted([hardly], [True], {"bias": 1.0}) == [False]
    assert counted([maybe], [True], {"bias": 1.0}) == [True]
    assert counted([maybe, likely], [True, True], {"bias": 1.0}) == [False, True]
    assert counted([maybe, somebody], [True, True], {"bias": 1.0}) == [False, True]


@pytest.mark.parametrize(
    ("text", "language", "word"),
    [
        ("The mayor won fifty seats in the vote of last spring.", "en", None),
        ("The mayor won’t stand again in the vote of next spring.", "en", "won’t"),
        ("No prisoner was handed over for the crew of the trawler.", "en", "No"),
        ("The fire not only burned the barn, it took the mill as well.", "en", None),
        ("Le maire ne se représente pas aux élections de mars.", "fr", "pas"),
        ("Le maire ne promet pas seulement une école aux habitants.", "fr", None),
        ("Avant qu’il ne parte, le maire a salué les employés.", "fr", None),
    ],
)
def test_what_turns_a_statement_round(text: str, language: str, word: str | None) -> None:
    reading = read(text, plain=True, language=language)
    unit = next(u for u in units_of(0, reading, clauses.statements(reading)) if word is None or word in u.words)
    assert _denials(reading, unit) == ([] if word is None else [(word, False)])


@pytest.mark.parametrize(("cue", "denied"), [("assure", True), ("a refusé de commenter", False)])
def test_who_keeps_silent_denies_nothing(cue: str, denied: bool) -> None:
    text = "Le port de Lorvane fermera en juin, assure la mairie, qui a refusé de commenter les chiffres."
    reading = read(text, plain=True, language="fr")
    start = text.index(cue)
    a = replace(reading.attributions[0], act="deny", cue=Part((Span(start, start + len(cue)),)))
    reading = replace(reading, attributions=(a,))
    unit = next(u for u in units_of(0, reading, clauses.statements(reading)) if u.statement.attribution == a.id)
    assert _denials(reading, unit) == ([(cue, True)] if denied else [])


@pytest.mark.parametrize(
    ("text", "content", "manner", "upheld"),
    [
        ("La mairie dément : l'ouvrage a été contrôlé en mars.", "l'ouvrage a été contrôlé en mars", "indirect", True),
        ("« L'ouvrage a été contrôlé », dément la mairie.", "« L'ouvrage a été contrôlé »", "direct", True),
        ("La mairie dément que l'ouvrage ait cédé en mars.", "que l'ouvrage ait cédé en mars", "indirect", False),
        ("Rien à craindre : la mairie dément que l'eau monte.", "que l'eau monte", "indirect", False),
    ],
)
def test_what_a_denial_upholds(text: str, content: str, manner: Manner, upheld: bool) -> None:
    reading = read(text, plain=True, language="fr")
    start = text.index(content)
    a = replace(reading.attributions[0], act="deny", manner=manner, content=Part((Span(start, start + len(content)),)))
    reading = replace(reading, attributions=(a,))
    unit = next(u for u in units_of(0, reading, clauses.statements(reading)) if u.statement.attribution == a.id)
    assert _upheld(reading, unit) == upheld


@pytest.mark.parametrize(
    ("text", "content", "chief", "stance"),
    [
        ("La mairie dément : l'ouvrage a été contrôlé en mars.", "l'ouvrage a été contrôlé en mars", 0, "supports"),
        (
            "La mairie dément que l'ouvrage ait été contrôlé en mars.",
            "que l'ouvrage ait été contrôlé en mars",
            0,
            "denies",
        ),
        ("La mairie dément : l'ouvrage a été contrôlé en mars.", "l'ouvrage a été contrôlé en mars", 1, "denies"),
        ("La mairie dément que l'ouvrage n'a pas été contrôlé.", "que l'ouvrage n'a pas été contrôlé", 1, "denies"),
    ],
)
def test_denials_beside_what_is_claimed(text: str, content: str, chief: int, stance: str) -> None:
    """Of what a claim says, and of what it denies itself."""
    claims = ("L'ouvrage a été contrôlé en mars.", "L'ouvrage n'a pas été contrôlé en mars.")
    said, denial = (read(words, plain=True, language="fr") for words in (claims[chief], text))
    start = text.index(content)
    a = replace(
        denial.attributions[0], act="deny", manner="indirect", content=Part((Span(start, start + len(content)),))
    )
    made = [replace(said, attributions=()), replace(denial, attributions=(a,))]
    units = [u for n, one in enumerate(made) for u in units_of(n, one, clauses.statements(one))]
    units = [units[0], next(u for u in units[1:] if u.statement.attribution == a.id)]
    stances = stances_of(made, units, 0, [_denials(made[u.article], u) for u in units])
    assert [one for one, _ in stances] == ["supports", stance]


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        ("Le séisme a tué 40 habitants.", "Le séisme a tué 42 habitants.", {"other_figures", "near_figures"}),
        ("Le séisme a tué 40 habitants.", "Le séisme a tué 70 habitants.", {"other_figures"}),
        ("Le séisme a tué 40 habitants.", "Le séisme a tué 400 habitants.", {"other_figures", "far_figures"}),
        ("Le séisme a tué 40 habitants.", "Le séisme a fait 40 morts.", {"figures"}),
        ("Le séisme a tué 40 habitants.", "Le séisme a tué des habitants.", {"one_figured"}),
        ("The dam holds 3 million litres.", "The dam held no water in May.", {"one_figured"}),
        ("Le séisme a tué des habitants.", "Le séisme a tué des villageois.", set()),
    ],
)
def test_how_figures_of_two_statements_compare(one: str, other: str, told: set[str]) -> None:
    language = "en" if one.startswith("The ") else "fr"
    texts = [read(text, plain=True, language=language) for text in (one, other)]
    units = [unit for n, reading in enumerate(texts) for unit in units_of(n, reading, clauses.statements(reading))]
    assert {name for name, value in told_of(*units).items() if value} - {"names", "own"} == told


def told_of(one: Unit, other: Unit) -> dict[str, float]:
    """What is told of two statements besides their words."""
    return dict(zip((*FEATURES[6:9], *FEATURES[12:]), _told(one, other), strict=True))


def test_two_clauses_of_one_sentence_are_told() -> None:
    reading = read("La digue a cédé mardi, mais les pompes ont tenu. Elles datent de 1967.", plain=True, language="fr")
    first, second, third = units_of(0, reading, clauses.statements(reading))
    assert told_of(first, second)["same_sentence"]
    assert not told_of(second, third)["same_sentence"]


def test_statements_are_clauses_of_one_voice(readings: tuple[Reading, ...]) -> None:
    for reading in readings:
        text = reading.article.text
        found = clauses.statements(reading)
        voices = {a.id for a in reading.attributions} | {None}
        for one in found:
            assert one.attribution in voices
            assert one.sentence.covers(one.span)
            assert one.of(text).strip()
        for a in found:
            for b in found:
                assert a is b or a.attribution != b.attribution or not a.span.overlaps(b.span)


def test_meanings_are_the_same_every_time(readings: tuple[Reading, ...]) -> None:
    text, found = readings[0].article.text, clauses.statements(readings[0])
    one, other = (meanings(text, found, meaning(), linking_weights().axes) for _ in range(2))
    assert one.vectors.tobytes() == other.vectors.tobytes()
    assert [words.tobytes() for words in one.words] == [words.tobytes() for words in other.words]
    assert one.vectors.shape == (len(found), 384)
    assert len(one.words) == len(found)
    assert {words.shape[1] for words in one.words} == {1 + AXES}
    assert np.allclose(np.linalg.norm(one.vectors, axis=1), 1, atol=1e-5)
    assert len(meanings(text, (), meaning(), linking_weights().axes).vectors) == 0


def test_words_are_laid_side_by_side() -> None:
    def word(says: int, *direction: int) -> list[int]:
        return [says, *(127 * part for part in direction)]

    some: list[list[list[int]]] = [
        [word(30, 1, 0, 0), word(6, 0, 1, 0)],
        [word(30, 1, 0, 0)],
        [word(30, 0, 0, 1)],
        [],
    ]
    table = Table([np.array(words, np.int8).reshape(-1, 4) for words in some])
    near, far, none = table.alike(np.array([0, 0, 0]), np.array([1, 2, 3]))
    assert near > 0.5 > 0 > far
    assert none == 0
    assert table.alike(np.array([1]), np.array([0])) == pytest.approx(near)
    assert Table([]).alike(np.zeros(0, int), np.zeros(0, int)).shape == (0,)


def test_links_in_other_tools(library: Library) -> None:
    rows = library.rows("SELECT record FROM claims")
    assert all(json.loads(row[0])["id"] for row in rows)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("that the dam held all night", "the dam held all night"),
        ("qu’elle fermera en juin", "elle fermera en juin"),
        ("That design has held for years", "That design has held for years"),
        ("thatched roofs burn fast", "thatched roofs burn fast"),
    ],
)
def test_a_claim_is_told_without_the_word_that_joins_it(words: str, told: str) -> None:
    assert _joined().sub("", words) == told
