"""Stories: which articles belong together, in what order they may come, and what holds of any text."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linked import APART_FR, LIGHTHOUSE_FR, LINES, OTHERS, article
from selon.linking.encoder import vectors, weight
from selon.linking.index import MemoryIndex, mark_of
from selon.linking.origin import place
from selon.linking.stories import MemoryGroups, Stories, stories_of, words_of
from selon.linking.types import Story
from selon.model import Article

DARK = "Lighthouse at Carrow Head goes dark"
ARTICLES = [
    article("a", (DARK, "", *LINES[:3]), "2031-05-06T08:00:00", title=DARK),
    article("b", ("Carrow Head without its lighthouse", "", LINES[0], *LINES[3:]), "2031-05-06T19:00:00"),
    article("c", ("Railway vote in Velmora put off", "", *OTHERS[:4]), "2031-05-06"),
    article("d", ("Velmora cannot pay for its railway to the coast", "", *OTHERS[2:]), "2031-05-08"),
    article("e", ("Le phare de Carrow Head s'éteint", "", *LIGHTHOUSE_FR), "2031-05-07", language="fr"),
    article("f", ("Carrow Head : la colère des pêcheurs", "", *APART_FR), "2031-05-09", language="fr"),
    article("g", ("A recipe for onion soup", "", "Peel six onions and let them sweat in butter."), None),
]


def _groups(stories: tuple[Story, ...]) -> set[str]:
    return {"".join(sorted(story.articles)) for story in stories}


def test_stories_of_two_languages() -> None:
    stories = stories_of(ARTICLES)
    assert _groups(stories) == {"abef", "cd", "g"}
    first = stories[0]
    assert (first.id, first.articles, first.first, first.last) == (
        "a",
        ("a", "b", "e", "f"),
        "2031-05-06",
        "2031-05-09",
    )
    assert first.title == "Carrow Head without its lighthouse", "that of the article most like the others"
    assert [(link.b, [reason.code for reason in link.why][:2]) for link in first.links] == [
        (id, ["words", "days"]) for id in "bef"
    ]
    assert "Carrow" in first.links[0].why[0].message
    assert stories[-1] == Story(id="g", title="A recipe for onion soup", articles=("g",), first=None, last=None)


@pytest.mark.parametrize(("day", "count"), [("2031-05-08", 1), ("2031-11-08", 1), ("2044-05-08", 2), (None, 1)])
def test_years_tell_stories_apart(day: str | None, count: int) -> None:
    again = article("z", (DARK, "", *LINES[:3]), day)
    assert len(stories_of([ARTICLES[0], again])) == count


@settings(max_examples=20, deadline=None)
@given(st.permutations(ARTICLES))
def test_all_at_once_takes_any_order(articles: list[Article]) -> None:
    assert msgspec.json.encode(stories_of(articles)) == msgspec.json.encode(stories_of(ARTICLES))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, len(ARTICLES)))
def test_one_by_one_and_taken_up_again_gives_the_same(broken: int) -> None:
    known = {a.id: a for a in ARTICLES}
    ordered = sorted(ARTICLES, key=place)
    index, groups = MemoryIndex(keep="last"), MemoryGroups()
    for part in (ordered[:broken], ordered[broken:], ordered):
        stories = Stories(known.__getitem__, index, groups)
        for a in part:
            assert stories.add(a) == groups.story_of(a.id)
    assert msgspec.json.encode(stories.stories()) == msgspec.json.encode(stories_of(ARTICLES))


def test_a_late_article_may_join_two_stories() -> None:
    both = article("z", ("Carrow Head dark, Velmora broke", "", *LINES, *OTHERS), "2031-05-09")
    alone = [article("x", LINES[:3], "2031-05-06"), article("y", LINES[3:], "2031-05-06")]
    known = {a.id: a for a in [*alone, both]}
    stories = Stories(known.__getitem__)
    assert stories.add(alone[0]) != stories.add(alone[1])
    assert stories.add(both) in ("x", "y")


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text(one: str, other: str) -> None:
    stories = stories_of([article("a", one), article("b", other, "not a day", language="fr")])
    assert sorted(id for story in stories for id in story.articles) == ["a", "b"]
    assert msgspec.json.decode(msgspec.json.encode(stories), type=tuple[Story, ...]) == stories


@pytest.mark.parametrize(("common", "rare"), [("the", "lighthouse"), ("des", "phare"), ("minister", "Velmora")])
def test_rare_words_weigh_more(common: str, rare: str) -> None:
    assert 0 < weight(common) < weight(rare)


def test_no_words() -> None:
    assert words_of(article("a", "…")) == {}
    assert vectors([]).shape == (0, 512)


def test_marks_are_the_same_in_every_run() -> None:
    assert mark_of("phare") == -8475502779329718737
    assert -(2**63) <= mark_of("phare", "fr") < 2**63
    assert mark_of("a", "b") != mark_of("ab")


@pytest.mark.parametrize(("keep", "expected"), [("first", ["a", "b"]), ("last", ["c", "d"])])
def test_an_index_keeps_so_many(keep: str, expected: list[str]) -> None:
    index = MemoryIndex(most=2, keep="first" if keep == "first" else "last")
    for id in "aabcdd":
        index.add(id, [1, 2] if id == "a" else [1])
    assert [list(held) for held in index.holders([1, 3, 2])] == [expected, ["a"]]
