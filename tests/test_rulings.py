"""What people rule to be one, or two: that it is kept, whatever is linked anew, told when it binds nothing, undone."""

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from selon import ask, rule
from selon.anchors import anchor, fingerprint
from selon.cli import main
from selon.library import Library, desk
from selon.library.desk import ConflictError
from selon.library.rulings import Stated, place_of
from selon.linking.claims import Ruled, obeying
from selon.linking.entities import Entities, prevailing
from selon.linking.types import Claim
from selon.model import InputError, Reading, Span
from selon.read import read
from test_linked import ARTICLES, claim_with, derived, filled, port, tie


@pytest.fixture(scope="module")
def readings() -> tuple[Reading, ...]:
    return port()


@pytest.fixture(scope="module")
def linked(readings: tuple[Reading, ...], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("rulings") / "linked.db"
    with filled(path, readings) as opened:
        tie(opened)
    return path


@pytest.fixture
def library(linked: Path, tmp_path: Path) -> Iterator[Library]:
    shutil.copy(linked, tmp_path / "selon.db")
    with Library.open(tmp_path / "selon.db") as opened:
        yield opened


def two(library: Library) -> tuple[Claim, Claim]:
    """What two officials say of how many were hurt, which is two claims to begin with."""
    return claim_with(library, "Sept dockers ont été blessés"), claim_with(library, "alarme n'a pas fonctionné")


def where(claim: Claim) -> set[tuple[str, int]]:
    return {(o.article, o.spans[0].start) for o in claim.occurrences}


# ---------------------------------------------------------------- claims


def test_merged_claims_are_one_and_stay_so(library: Library) -> None:
    a, b = two(library)
    before = derived(library)
    assert a.id != b.id
    made, left, now = rule.merge_claims(library, [a.id, b.id], "ann")
    assert (made.verb, made.who, made.a.label, made.b.label, left) == ("merge", "ann", a.text, b.text, 0)
    one = claim_with(library, "alarme n'a pas fonctionné")  # at once, not at the next linking only
    assert where(one) == where(a) | where(b)
    assert one.id == now
    assert {o.name for o in one.origins if o.counts} == {"Claire Vautrin", "le syndicat des dockers"}
    assert (a.independent, one.independent) == (1, 2)
    ruled = [r.message for o in one.occurrences for r in o.why if r.code == "ruled_one"]
    assert ruled == ["ann ruled that it is this claim"] * len(b.occurrences)
    after = derived(library)
    assert after != before
    tie(library)
    assert derived(library) == after
    tie(library, rebuild=True)
    assert derived(library) == after
    assert rule.undo(library, made.n, "bo").left == 0
    assert derived(library) == before


def test_a_split_occurrence_is_another_claim_and_stays_so(library: Library) -> None:
    a, _ = two(library)
    before = derived(library)
    off = next(o for o in a.occurrences if o.article == "port-2")
    made, *_ = rule.split_claim(library, a.id, "port-2", "ann", start=off.spans[0].start)
    left, other = (
        claim_with(library, "Sept dockers ont été blessés"),
        ask.claim_at(library, "port-2", off.spans[0].start),
    )
    assert other
    assert where(left) == where(a) - {("port-2", off.spans[0].start)}
    assert where(other) == {("port-2", off.spans[0].start)}
    assert [r.code for r in other.occurrences[0].why] == ["ruled_apart"]
    assert a.text in other.occurrences[0].why[0].message
    after = derived(library)
    tie(library, rebuild=True)
    assert derived(library) == after
    rule.undo(library, made.n, "ann")
    assert derived(library) == before


def test_the_later_ruling_prevails(library: Library) -> None:
    a, b = two(library)
    rule.merge_claims(library, [a.id, b.id], "ann")
    one = claim_with(library, "alarme n'a pas fonctionné")
    off = next(o for o in one.occurrences if "alarme" in o.words)
    rule.split_claim(library, one.id, off.article, "bo", start=off.spans[0].start)
    assert claim_with(library, "alarme n'a pas").id != claim_with(library, "Sept dockers ont été").id
    rule.merge_claims(
        library, [claim_with(library, "alarme n'a pas").id, claim_with(library, "Sept dockers ont").id], "bo"
    )
    assert claim_with(library, "alarme n'a pas").id == claim_with(library, "Sept dockers ont été").id
    assert [r.verb for r in rule.told(library)[0]] == ["merge", "split", "merge"]
    after = derived(library)
    tie(library, rebuild=True)
    assert derived(library) == after


def test_a_claim_that_grows_takes_what_is_merged_with_it_along(library: Library, readings: tuple[Reading, ...]) -> None:
    a, b = two(library)
    rule.merge_claims(library, [a.id, b.id], "ann")
    article = replace(readings[0].article, id="port-4", outlet="Ervaz Soir", published=readings[-1].article.published)
    library.add(replace(readings[0], article=article))
    tie(library)
    grown = claim_with(library, "alarme n'a pas fonctionné")
    assert where(grown) > where(a) | where(b)
    after = derived(library)
    tie(library, rebuild=True)
    assert derived(library) == after


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (None, None),
        (("Le syndicat", "À midi, le syndicat"), None),  # its words and surroundings are there still, farther on
        (("n'a pas fonctionné", "est restée muette"), "words"),
        (("dockers affirme que l'alarme", "pilotes affirme que l'alarme"), "words"),
    ],
)
def test_another_text(library: Library, change: tuple[str, str] | None, why: str | None) -> None:
    a, b = two(library)
    for other in [o for o in b.occurrences if o.article != "port-1"]:
        rule.split_claim(library, claim_with(library, "alarme n'a pas").id, other.article, "ann")
    b = claim_with(library, "alarme n'a pas")
    assert b.articles == ("port-1",)
    n = rule.merge_claims(library, [a.id, b.id], "ann").ruling.n
    if change:
        text = ARTICLES[0]["text"].replace(*change)
        assert text != ARTICLES[0]["text"]
        new = read(text, plain=True, language="fr", published="2031-03-04")
        library.add(replace(new, article=replace(new.article, id="port-1", outlet="La Gazette d'Ervaz")))
        tie(library)
    left = rule.told(library)[1][-1]
    assert (left.ruling.n, left.why) == (n, why)
    for again in (False, True):
        tie(library, rebuild=again)
        one = claim_with(library, "Sept dockers ont été blessés")
        assert any("alarme" in o.words for o in one.occurrences) == (why is None)


def test_an_article_that_is_gone_and_comes_back(library: Library, readings: tuple[Reading, ...]) -> None:
    a, b = two(library)
    rule.merge_claims(library, [a.id, b.id], "ann")
    rule.merge(library, "Claire Vautrin", "Paul Rennick", "ann")
    for id in sorted({*b.articles, "port-3"}):
        db = sqlite3.connect(library.path)
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("DELETE FROM articles WHERE id = ?", (id,))
        db.commit()
        db.close()
    tie(library, rebuild=True)
    assert [one.why for one in rule.told(library)[1]] == ["article", "article"]
    assert list(library.check()) == []
    for reading in readings:
        library.add(reading)
    tie(library, rebuild=True)
    assert [one.why for one in rule.told(library)[1]] == [None, None]
    assert claim_with(library, "alarme n'a pas").id == claim_with(library, "Sept dockers ont été").id
    assert ask.who(library, "Vautrin").known == ask.who(library, "Rennick").known


def test_what_is_in_two_stories_binds_nothing(library: Library) -> None:
    vote = ask.claims(library, story="vote-1")[0]
    with pytest.raises(InputError, match="two stories"):
        rule.merge_claims(library, [two(library)[0].id, vote.id], "ann")
    a, b = two(library)
    rule.merge_claims(library, [a.id, b.id], "ann")
    db = sqlite3.connect(library.path)  # as if linking had drawn the story's limits otherwise
    db.execute("UPDATE members SET story = 'vote-1' WHERE article IN (SELECT n FROM articles WHERE id = 'port-1')")
    db.commit()
    db.close()
    found = rule.told(library)[1][0]
    assert found.why in (None, "stories")
    assert (found.why is None) == bool({o.article for o in b.occurrences} - {"port-1"})


@pytest.mark.parametrize(
    ("text", "spans", "found"),
    [
        ("One. The pier fell down. Two.", [(5, 24)], (5, 24)),
        ("And one. The pier fell down. Two.", [(0, 8), (9, 28)], None),  # its surroundings are others
        ("One. The pier fell down. Two.", [(0, 4)], "reading"),
        ("One. The pier fell down. Two.", [(5, 18), (19, 24)], (5, 18)),  # most of it
        ("One. The pier fell down. Two.", [(5, 13), (14, 24)], (14, 24)),
        ("One. The pier fell down. Two.", [(0, 29)], (0, 29)),
        ("One. The quay fell down. Two.", [(5, 24)], "words"),
    ],
)
def test_a_statement_is_found_again_or_not_at_all(text: str, spans: Any, found: Any) -> None:
    was = "One. The pier fell down. Two."
    stated = Stated(article="x", text=fingerprint(was), anchor=anchor(was, Span(5, 24)))
    span, why = place_of(text, [Span(*s) for s in spans], stated)
    assert ((span.start, span.end) if span else why) == (found or "words")


@pytest.mark.parametrize(
    ("rulings", "groups"),
    [
        ([], [[0, 1, 2], [3, 4], [5]]),
        ([("merge", "0", "3")], [[0, 1, 2, 3, 4], [5]]),
        ([("merge", "5", "0")], [[0, 1, 2, 5], [3, 4]]),
        ([("merge", "01", "24")], [[0, 1, 2, 4], [3], [5]]),  # the group of the first among equals
        ([("merge", "01", "234")], [[0, 1, 2, 3, 4], [5]]),  # the group of most of a side, and what is elsewhere
        ([("merge", "012", "3"), ("merge", "34", "5")], [[0, 1, 2, 3, 4, 5]]),
        ([("split", "02", "1")], [[0, 2], [1], [3, 4], [5]]),
        ([("split", "2", "01")], [[0, 1], [2], [3, 4], [5]]),
        ([("split", "3", "1")], [[0, 1, 2], [3, 4], [5]]),
        ([("merge", "0", "3"), ("split", "0", "3")], [[0, 1, 2, 4], [3], [5]]),
        ([("split", "0", "1"), ("merge", "0", "1")], [[0, 1, 2], [3, 4], [5]]),
        (
            [("merge", "0", "9"), ("split", "9", "0"), ("merge", "9", "8")],  # who are not there
            [[0, 1, 2], [3, 4], [5]],
        ),
    ],
)
def test_obeying(rulings: Sequence[tuple[Any, str, str]], groups: list[list[int]]) -> None:
    assert obeyed([[0, 1, 2], [3, 4], [5]], rulings) == groups


def obeyed(alike: list[list[int]], rulings: Sequence[tuple[Any, str, str]]) -> list[list[int]]:
    at = [("x", Span(n, n + 1)) for n in range(sum(map(len, alike)))]
    place = {str(n): ("x", Span(n, n + 1)) for n in range(10)}
    made = [
        Ruled(kind, frozenset(place[n] for n in a), frozenset(place[n] for n in b), "ann") for kind, a, b in rulings
    ]
    return obeying(alike, at, made).groups


digits = st.text("012345", min_size=1, max_size=4)


@given(st.lists(st.tuples(st.sampled_from(["merge", "split"]), digits, digits), min_size=1, max_size=6))
def test_the_last_ruling_holds_and_nothing_is_lost(rulings: list[tuple[str, str, str]]) -> None:
    rulings = [(kind, a, "".join(set(b) - set(a))) for kind, a, b in rulings]
    rulings = [one for one in rulings if one[2]]
    groups = obeyed([[0, 1, 2], [3, 4], [5]], rulings)
    assert sorted(n for group in groups for n in group) == [0, 1, 2, 3, 4, 5]
    assert groups == sorted(map(sorted, groups))
    if rulings:
        kind, a, b = rulings[-1]
        group_of = {str(n): k for k, group in enumerate(groups) for n in group}
        if kind == "merge":
            assert len({group_of[n] for n in a + b}) == 1
        else:
            assert not {group_of[n] for n in a} & {group_of[n] for n in b}


# ---------------------------------------------------------------- who is who


def articles_of(library: Library, name: str) -> set[str]:
    return {article for article, _ in ask.who(library, name).known.mentions}


def test_a_merge_is_kept(library: Library) -> None:
    before = derived(library)
    assert ask.who(library, "Vautrin").known.id != ask.who(library, "Rennick").known.id
    made, left, now = rule.merge(library, "Vautrin", "Rennick", "ann")
    assert (left, now) == (0, ask.who(library, "Vautrin").known.id)
    assert ask.who(library, "Vautrin").known == ask.who(library, "Paul Rennick").known
    after = derived(library)
    for again in (False, True):
        tie(library, rebuild=again)
        person = ask.who(library, "Vautrin")
        assert person.known == ask.who(library, "Paul Rennick").known
        assert {s.article for s in person.said} == {"port-1", "port-2", "port-3"}
        assert derived(library) == after
    with pytest.raises(InputError, match="one already"):
        rule.merge(library, "Vautrin", "Rennick", "ann")
    rule.undo(library, made.n, "ann")
    assert derived(library) == before


@pytest.mark.parametrize(("off", "rest"), [("port-2", {"port-1"}), ("port-1", {"port-2"})])
def test_a_split_is_kept(library: Library, off: str, rest: set[str]) -> None:
    before = derived(library)
    whole = ask.who(library, "Vautrin").known
    assert articles_of(library, "Vautrin") == {"port-1", "port-2"}
    made, *_ = rule.split(library, "Vautrin", "ann", article=off)
    after = derived(library)
    for again in (False, True):
        tie(library, rebuild=again)
        found = ask.people(library, "Vautrin")
        assert sorted({article for article, _ in one.mentions} == rest for one in found) == [False, True]
        assert derived(library) == after
    for wrong in ("port-3", "nothing"):
        with pytest.raises(InputError, match="name one of several articles"):
            rule.split(library, whole.id, "ann", article=wrong)
    rule.undo(library, made.n, "ann")
    assert derived(library) == before


def test_origins_follow_who_is_who(library: Library) -> None:
    """Two bodies that speak for one claim are two origins, until they are ruled to be one."""
    a, b = two(library)
    claims = rule.merge_claims(library, [a.id, b.id], "ann")
    assert claims.now
    one = ask.claim(library, claims.now)
    assert one.independent == 2
    made = rule.merge(library, "Vautrin", "syndicat des dockers", "ann")
    assert made.left == 0
    now = claim_with(library, "alarme n'a pas")
    assert now.independent == 1
    (origin,) = [o for o in now.origins if o.counts]
    assert "ruled_who" in [r.code for r in origin.why]
    after = derived(library)
    tie(library, rebuild=True)
    assert derived(library) == after
    rule.split(library, "Vautrin", "ann", article="port-2")
    assert claim_with(library, "Sept dockers ont été").independent == 2  # another one of the same name
    rule.undo(library, made.ruling.n + 1, "ann")
    rule.undo(library, made.ruling.n, "ann")
    assert ask.claim(library, now.id) == one


def test_a_spelling_is_split_off(library: Library) -> None:
    rule.merge(library, "Vautrin", "Rennick", "ann")
    before = derived(library)
    known = ask.who(library, "Vautrin").known
    names = set(rule.names_in(library, known).values())
    assert names == {"Claire Vautrin", "Paul Rennick"}
    made, *_ = rule.split(library, "Vautrin", "ann", spelling="Paul Rennick")
    assert articles_of(library, "Vautrin") == {"port-1", "port-2"}
    assert articles_of(library, "Rennick") == {"port-3"}
    tie(library, rebuild=True)
    assert articles_of(library, "Rennick") == {"port-3"}
    with pytest.raises(InputError, match="is spelt 'Claire Vautrin'"):
        rule.split(library, "Vautrin", "ann", spelling="Claire")
    rule.undo(library, made.n, "ann")
    assert derived(library) == before


def test_who_is_split_off_does_not_part_the_rest(readings: tuple[Reading, ...], tmp_path: Path) -> None:
    """Of five articles that name one, one is ruled to name another: the four are still one, and so is a sixth."""
    with filled(tmp_path / "six.db", ()) as opened:
        for n in range(5):
            opened.add(replace(readings[0], article=replace(readings[0].article, id=f"a{n}", outlet=f"Outlet {n}")))
        tie(opened)
        assert articles_of(opened, "Vautrin") == {"a0", "a1", "a2", "a3", "a4"}
        rule.split(opened, "Vautrin", "ann", article="a1")
        opened.add(replace(readings[0], article=replace(readings[0].article, id="a5", outlet="Outlet 5")))
        tie(opened)
        after = derived(opened)
        assert [len(one.mentions) for one in ask.people(opened, "Vautrin")] == [5, 1]
        tie(opened, rebuild=True)
        assert derived(opened) == after


def test_who_has_another_id_in_a_new_text(library: Library) -> None:
    """A ruling holds on to the name: whoever has the id by now that she had is not drawn into it."""
    rule.merge(library, "Vautrin", "Rennick", "ann")
    first, rest = ARTICLES[0]["text"].split("\n\n")
    text = f"{first}\n\nAnselme Duroc, maire d'Ervaz, a été prévenu par Odile Tramont, de Morvane. {rest}"
    new = read(text, plain=True, language="fr", published="2031-03-04")
    new = replace(new, article=replace(new.article, id="port-1", outlet="La Gazette d'Ervaz"))
    before, after = ({e.id: e.name for e in reading.entities} for reading in (library.get("port-1"), new))
    hers = next(id for id, name in after.items() if "Vautrin" in name)
    assert before.get(hers) != after[hers]
    library.add(new)
    for again in (False, True):
        tie(library, rebuild=again)
        assert articles_of(library, "Vautrin") == articles_of(library, "Rennick") == {"port-1", "port-2", "port-3"}
        names = set(rule.names_in(library, ask.who(library, "Vautrin").known).values())
        assert names == {"Claire Vautrin", "Paul Rennick"}


def test_a_story_that_is_to_be_linked_anew_waits(library: Library) -> None:
    a, b = two(library)
    desk.correct(library, "port-2", "check", "ann")  # whatever is corrected has its article linked anew
    made = rule.merge_claims(library, [a.id, b.id], "ann")
    assert (made.left, made.now) == (1, a.id)
    assert two(library) == (a, b)
    tie(library)
    assert claim_with(library, "alarme n'a pas").id == claim_with(library, "Sept dockers ont été").id


def test_large_stories_wait(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    a, b = two(library)
    monkeypatch.setattr(rule, "AT_ONCE", 2)
    assert rule.merge_claims(library, [a.id, b.id], "ann").left == 1
    assert two(library) == (a, b)
    tie(library)
    assert claim_with(library, "alarme n'a pas").id == claim_with(library, "Sept dockers ont été").id


mentions = st.lists(st.sampled_from([("x", f"e{n}") for n in range(6)]), min_size=1, max_size=3, unique=True)


@given(st.lists(st.tuples(st.sampled_from(["merge", "split"]), mentions, mentions), max_size=6))
def test_rulings_never_contradict_and_the_last_holds(rulings: list[Any]) -> None:
    rulings = [(kind, a, [m for m in b if m not in a]) for kind, a, b in rulings]
    rulings = [one for one in rulings if one[2]]
    pairs = prevailing(rulings)
    ruled = Entities(rulings=pairs)._ruled  # raises where they contradict
    if rulings:
        kind, a, b = rulings[-1]
        if kind == "merge":
            assert all(ruled.group(a[0]) == ruled.group(m) for m in (*a, *b))
        else:
            assert all(y in ruled.apart(x) for x in a for y in b)


# ---------------------------------------------------------------- at once, by two


def test_the_second_of_two_is_told(library: Library) -> None:
    a, b = two(library)
    versions = [rule.version_of_claim(one) for one in (a, b)]
    off = next(o for o in a.occurrences if o.article == "port-2")
    rule.split_claim(library, a.id, "port-2", "ann", start=off.spans[0].start, version=versions[0])
    with pytest.raises(ConflictError) as error:
        rule.merge_claims(library, [a.id, b.id], "bo", versions=versions)
    now = ask.claim(library, a.id)
    assert error.value.version == rule.version_of_claim(now)
    rule.merge_claims(library, [a.id, b.id], "bo", versions=[error.value.version, versions[1]])
    with pytest.raises(ConflictError) as error:  # it is not there any more: it goes by the other's id
        rule.split_claim(library, max(a.id, b.id, key=lambda id: _there(library, id)), "port-1", "cy", version="0")
    known = ask.who(library, "Vautrin").known
    version = rule.version_of_known(known)
    rule.merge(library, known.id, "Rennick", "ann", version=version)
    with pytest.raises(ConflictError):
        rule.split(library, known.id, "bo", article="port-1", version=version)


def _there(library: Library, id: str) -> bool:
    return not library.rows("SELECT 1 FROM claims WHERE id = ?", (id,))


def test_refused(library: Library) -> None:
    a, b = two(library)
    alone = next(c for c in ask.claims(library, limit=999) if len(c.occurrences) == 1)
    refused: tuple[tuple[Callable[[], object], str], ...] = (
        (lambda: rule.merge_claims(library, [a.id], "ann"), "rulings"),
        (lambda: rule.merge_claims(library, [a.id, a.id], "ann"), "rulings"),
        (lambda: rule.merge_claims(library, [a.id, "zz"], "ann"), "unknown"),
        (lambda: rule.split_claim(library, "zz", "port-1", "ann"), "unknown"),
        (lambda: rule.split_claim(library, a.id, "zz", "ann"), "unknown"),
        (lambda: rule.split_claim(library, a.id, "port-1", "ann", start=10**6), "unknown"),
        (lambda: rule.split_claim(library, alone.id, alone.articles[0], "ann"), "rulings"),
        (lambda: rule.merge(library, "Vautrin", "Nobody", "ann"), "unknown"),
        (lambda: rule.split(library, "Vautrin", "ann"), "unknown"),
        (lambda: rule.undo(library, 99, "ann"), "unknown"),
    )
    for what, code in refused:
        with pytest.raises(InputError) as error:
            what()
        assert error.value.code == code, error.value.message
    assert rule.told(library) == ((), ())
    n = rule.merge_claims(library, [a.id, b.id], "ann").ruling.n
    rule.undo(library, n, "ann")
    with pytest.raises(InputError, match="undone already") as error:
        rule.undo(library, n, "ann")
    assert error.value.code == "conflict"


# ---------------------------------------------------------------- kept, and on the command line


def test_rulings_of_an_older_library_are_kept(linked: Path, tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    shutil.copy(linked, path)
    scripts = Path(__file__).parent.parent / "src/selon/library/migrations"
    db = sqlite3.connect(path)
    db.execute("DROP TABLE rulings")
    db.executescript((scripts / "0004_rulings.sql").read_text("utf-8"))
    row = "SELECT n FROM articles WHERE id = ?"
    numbers = [db.execute(row, (id,)).fetchone()[0] for id in ("port-1", "port-3")]
    values = ("merge", numbers[0], "Claire Vautrin", numbers[1], "Paul Rennick", "ann", "2031-04-01T00:00:00Z")
    db.execute("INSERT INTO rulings (kind, a, a_name, b, b_name, who, at) VALUES (?, ?, ?, ?, ?, ?, ?)", values)
    db.commit()
    db.executescript((scripts / "0005_rulings.sql").read_text("utf-8"))
    db.close()
    with Library.open(path) as opened:
        (one,) = rule.told(opened)[0]
        assert (one.about, one.verb, one.who, one.a.label, one.b.label) == (
            "who", "merge", "ann", "Claire Vautrin", "Paul Rennick",
        )  # fmt: skip
        tie(opened)
        assert ask.who(opened, "Vautrin").known == ask.who(opened, "Rennick").known


def test_commands(library: Library, capsys: pytest.CaptureFixture[str]) -> None:
    a, b = two(library)
    off = next(o for o in b.occurrences if o.article == "port-1")
    place = ("--library", str(library.path))
    assert main(["claims", "--merge", a.id, b.id, *place]) == 0
    told = capsys.readouterr().out
    assert "ruled that it is this claim" in told
    assert f"port-1:{off.spans[0].start}" in told
    one = claim_with(library, "alarme n'a pas")
    assert main(["claims", "--split", one.id[:8], f"port-1:{off.spans[0].start}", *place]) == 0
    assert "alarme n'a pas" not in capsys.readouterr().out
    assert main(["who", "Vautrin", "--is", "Rennick", *place]) == 0
    assert main(["who", "Vautrin", "--not-as", "Paul Rennick", *place]) == 0
    assert main(["who", "Vautrin", "--not-in", "port-2", *place]) == 0
    assert main(["rulings", "undo", "1", *place]) == 0
    capsys.readouterr()
    assert main(["rulings", "list", *place]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert ["(undone)" in line for line in lines] == [True, False, False, False, False, False]
    assert "claim undo 1" in lines[-1]
    assert main(["rulings", "list", "--json", *place]) == 0
    made = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [m["verb"] for m in made] == ["merge", "split", "merge", "split", "split", "undo"]
    words = {s["anchor"]["exact"] for s in made[0]["b"]["stated"]}
    assert off.words in words
    for wrong, status in (
        (["claims", "--split", a.id, "nowhere"], 1),
        (["claims", "--merge", "zz", a.id], 1),
        (["claims", "--merge", a.id], 2),
        (["rulings", "undo", "77"], 1),
        (["rulings", "undo", "x"], 2),
        (["who", "Vautrin", "--not-as", "zz"], 1),
    ):
        assert main([*wrong, *place]) == status
        assert capsys.readouterr().err
