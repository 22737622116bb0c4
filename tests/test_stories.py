"""Stories: which articles belong together, in what order they may come, and what holds of any text."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linked import APART_FR, LIGHTHOUSE_FR, LINES, OTHERS, article
from selon.linking._heads import MemoryHeads, head_of
from selon.linking.encoder import vectors, weight
from selon.linking.index import MemoryIndex, mark_of
from selon.linking.origin import place
from selon.linking.stories import MemoryGroups, Stories, stories_of
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
    assert first.title == DARK, "that of the article most like the others"
    assert [(link.b, [reason.code for reason in link.why][:2]) for link in first.links] == [
        (id, ["words", "days"]) for id in "bef"
    ]
    assert "Carrow" in first.links[0].why[0].message
    assert stories[-1] == Story(id="g", title="A recipe for onion soup", articles=("g",), first=None, last=None)


@pytest.mark.parametrize(("day", "count"), [("2031-05-08", 1), ("2031-11-08", 1), ("2044-05-08", 2), (None, 1)])
def test_years_tell_stories_apart(day: str | None, count: int) -> None:
    again = article("z", (DARK, "", *LINES[:3]), day)
    assert len(stories_of([ARTICLES[0], again])) == count


NOTES = {
    "f1": (
        "2031-04-01",
        "Le bac de Kerrouan s'échoue avec 84 passagers",
        "Un bac reliant l'île de Kerrouan au continent s'est échoué mardi soir sur un banc de sable. Personne n'est"
        " blessé, selon la préfecture maritime.",
    ),
    "f2": (
        "2031-04-03",
        "Bac échoué : l'armateur met en cause le balisage",
        "La compagnie Loreval, qui exploite la liaison vers Kerrouan, affirme qu'une bouée manquait dans le chenal."
        " « Notre capitaine a suivi la route habituelle », dit son directeur, Yann Queffurus.",
    ),
    "f3": (
        "2031-04-22",
        "Kerrouan : le capitaine du bac entendu par les gendarmes",
        "L'homme, âgé de 51 ans, est soupçonné d'avoir navigué trop près de la côte. Son avocate dénonce une enquête à"
        " charge contre un salarié de Loreval.",
    ),
    "f4": (
        "2031-10-09",
        "Loreval condamnée à indemniser les îliens",
        "Six mois après l'échouement du bac, le tribunal de Porz-Meur a donné raison à 31 habitants de Kerrouan privés"
        " de liaison pendant deux semaines.",
    ),
    "b1": (
        "2031-04-08",
        "La mairie de Porz-Meur vote la gratuité des bus",
        "Le conseil municipal de Porz-Meur a adopté lundi soir la gratuité des transports pour les moins de 18 ans."
        " L'opposition parle d'un coût caché.",
    ),
    "b2": (
        "2031-04-11",
        "Bus gratuits à Porz-Meur : la région refuse de payer",
        "La région estime que la ville doit assumer seule sa décision. Le maire, Alan Tréguier, dit avoir reçu des"
        " assurances écrites.",
    ),
    "s1": (
        "2031-04-02",
        "Un bac dérive dans l'estuaire de la Sauvre",
        "Un bac à passagers a dérivé pendant une heure mercredi dans l'estuaire de la Sauvre après une panne de moteur."
        " Les 40 passagers ont été ramenés à terre.",
    ),
    "s2": (
        "2031-04-05",
        "Panne du bac de la Sauvre : le moteur venait d'être révisé",
        "Le moteur du bac qui a dérivé mercredi avait été révisé en mars, selon le département. L'exploitant, Fluvia, a"
        " ouvert une enquête interne.",
    ),
}


def test_short_notes_months_apart_and_their_like() -> None:
    """What follows up a story joins it by its names; another ferry, and another decision of the town, do not."""
    notes = [
        article(id, (title, "", text), day, title=title, language="fr") for id, (day, title, text) in NOTES.items()
    ]
    assert _groups(stories_of(notes)) == {"f1f2f3f4", "b1b2", "s1s2"}


def test_what_the_whole_library_speaks_of_says_less() -> None:
    notes = [article(id, (f"{title}, dit Loreval", "", text), day) for id, (day, title, text) in NOTES.items()]
    heads = MemoryHeads()
    weights = []
    for note in notes * 40:
        head = head_of(note, heads)
        heads.put(f"{note.id}-{heads.count()}", head)
        weights.append(head.words["loreval"][0])
    assert weights == sorted(weights, reverse=True)
    assert weights[-1] < weights[0] - 2 > 0, "nats"
    assert heads.holding(["loreval", "zeppelin"]) == {"loreval": len(weights), "zeppelin": 0}


@settings(max_examples=20, deadline=None)
@given(st.permutations(ARTICLES))
def test_all_at_once_takes_any_order(articles: list[Article]) -> None:
    assert msgspec.json.encode(stories_of(articles)) == msgspec.json.encode(stories_of(ARTICLES))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, len(ARTICLES)))
def test_one_by_one_and_taken_up_again_gives_the_same(broken: int) -> None:
    known = {a.id: a for a in ARTICLES}
    ordered = sorted(ARTICLES, key=place)
    index, groups, heads = MemoryIndex(keep="last"), MemoryGroups(), MemoryHeads()
    for part in (ordered[:broken], ordered[broken:], ordered):
        stories = Stories(known.__getitem__, index, groups, heads)
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
    assert head_of(article("a", "…"), MemoryHeads()).words == {}
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
