"""The fragment is well formed, keeps the text, marks every part, and lets nothing of the article run."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from lxml import html as lxml_html

from marked import reading
from selon.export.html import to_html
from selon.model import Article, Attribution, Block, Finding, Part, Place, Reading, Source, Span, Time


def parsed(of: Reading) -> Any:
    """The fragment's tree. Raises on anything but well-formed markup."""
    return etree.fromstring(re.sub(r"<style>.*?</style>", "", to_html(of), flags=re.DOTALL))


def words(tree: Any, *parts: str) -> list[str]:
    """The text of each marked part, without letters."""
    for letter in tree.xpath("//p//span[@class='letter']"):
        parent, before = letter.getparent(), letter.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + (letter.tail or "")
        else:
            parent.text = (parent.text or "") + (letter.tail or "")
        parent.remove(letter)
    return ["".join(node.itertext()) for node in tree.xpath("//span") if node.get("class") in parts]


def test_parts_are_marked() -> None:
    tree = parsed(reading("[s1 Ann] [c1 dit] que [q1 [s2 Bo] [c2 nie] [q2 tout]]. Il pleut."))
    assert words(tree, "source") == ["Ann", "Bo"]
    assert words(tree, "cue") == ["dit", "nie"]
    assert words(tree, "content") == ["Bo nie tout", "tout"]


def test_letters_stand_for_sources() -> None:
    tree = parsed(reading("[s1 Ann] [c1 dit] que [q1 [s2 Bo] [c2 nie] [q2 tout]]. [q3 Il [c3 aurait] plu]."))
    assert [node.text for node in tree.xpath("//p//span[@class='letter']")] == ["B", "A", "?"]
    legend = ["".join(node.itertext()) for node in tree.xpath("//li")]
    assert legend[0].startswith("A Ann personne nommée")
    assert [entry[0] for entry in legend] == ["A", "B", "?"]


def test_a_split_content_has_one_letter() -> None:
    tree = parsed(reading("[q1 Oui], [c1 dit] [s1 Ann], [q1 demain]."))
    assert len(tree.xpath("//p//span[@class='letter']")) == 1


def test_many_sources_have_different_letters() -> None:
    tree = parsed(reading(" ".join(f"[s{i} Nom{i}] [c{i} dit] [q{i} oui]." for i in range(1, 60))))
    letters = [node.text for node in tree.xpath("//li/span")]
    assert len(set(letters)) == 59
    assert letters[25:28] == ["Z", "AA", "AB"]


def test_marks_that_cross_are_cut() -> None:
    made = reading("abcdef ghijkl")
    a, b = (
        Attribution(
            id=id,
            source=Source(spans=(), type="none"),
            cue=Part(spans=()),
            content=Part(spans=(Span(*span),)),
            manner="indirect",
            act="say",
            certainty="certain",
            by="hand",
        )
        for id, span in (("a1", (0, 8)), ("a2", (4, 12)))
    )
    made = Reading(selon="0", article=made.article, attributions=(a, b))
    assert words(parsed(made), "content") == ["abcdef g", "ef g", "hijk"]


def test_blocks_have_their_tags() -> None:
    text = "Titre\nChapeau\nCorps"
    blocks = (
        Block(kind="headline", start=0, end=5),
        Block(kind="lead", start=6, end=13),
        Block(kind="body", start=14, end=19),
    )
    tree = parsed(reading(text, article={"title": "Titre", "blocks": blocks}))
    assert [(node.tag, node.text) for node in tree if node.get("dir")] == [
        ("h3", "Titre"),
        ("p", "Chapeau"),
        ("p", "Corps"),
    ]


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "</style><b>",
        "&lt;b&gt;",
        "\x00\x1b[2J",
        "\ud800",
    ],
)
def test_nothing_of_the_article_is_markup(hostile: str) -> None:
    article = {"title": hostile, "outlet": hostile, "byline": hostile, "url": f"javascript:{hostile}"}
    fragment = to_html(reading(f"[s1 {hostile.replace(']', '')}] [c1 dit] [q1 oui].", article=article))
    tree = lxml_html.fragment_fromstring(fragment)
    assert {node.tag for node in tree.iter()} <= {"div", "style", "h3", "p", "span", "ul", "li", "bdi", "small"}
    assert not tree.xpath("//@onerror | //@href")


def test_only_web_addresses_become_links() -> None:
    article = {"url": 'https://example.org/?a=1&b="2"'}
    assert parsed(reading("Rien.", article=article)).xpath("//@href") == [article["url"]]


@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=2, max_size=40),
    st.lists(st.tuples(st.integers(0, 39), st.integers(1, 40), st.sampled_from("scq"))),
)
def test_the_text_is_kept_whatever_the_marks(text: str, marks: list[tuple[int, int, str]]) -> None:
    attributions = []
    for n, (start, end, part) in enumerate(marks):
        if start < end <= len(text):
            spans = {p: (Span(start, end),) if p in (part, "q") else () for p in "scq"}
            attributions.append(
                Attribution(
                    id=f"a{n}",
                    source=Source(spans=spans["s"], type="role"),
                    cue=Part(spans=spans["c"]),
                    content=Part(spans=spans["q"]),
                    manner="mixed",
                    act="say",
                    certainty="unknown",
                    by="hand",
                )
            )
    block = (Block(kind="body", start=0, end=len(text)),)
    article = Article(id="x", language="fr", text=text, blocks=block)
    tree = parsed(Reading(selon="0", article=article, attributions=tuple(attributions)))
    words(tree)
    (paragraph,) = tree.xpath("//p[@class='body']")
    assert "".join(paragraph.itertext()) == text


def test_times_places_and_findings_are_marked() -> None:
    text = "Ann, mardi 12 mars 2025, à Sète."
    made = Reading(
        selon="0",
        article=Article(id="x", language="fr", text=text),
        times=(Time(start=5, end=23, type="DATE", value="2025-03-12", anchor="none", by="day"),),
        places=(Place(start=27, end=31, name="Sète", kind="city", by="gazetteer", country="FR", lat=43.4, lon=3.69),),
        findings=(
            Finding(
                kind="weekday",
                verdict="does_not_hold",
                spans=(Span(5, 10), Span(11, 23)),
                working="le 12 mars 2025 est un mercredi <ou non>",
                by="weekday",
            ),
        ),
    )
    tree = parsed(made)
    assert words(tree, "time") == ["mardi 12 mars 2025"]
    assert words(tree, "place") == ["Sète"]
    assert words(tree, "finding") == ["mardi", "12 mars 2025"]
    titles = [node.get("title") for node in tree.xpath("//p/span[@class='time' or @class='place']")]
    assert titles == ["2025-03-12", "Sète FR 43.40 3.69"]
    assert ["".join(node.itertext()) for node in tree.xpath("//li")] == ["✗ le 12 mars 2025 est un mercredi <ou non>"]
