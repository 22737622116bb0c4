"""Stories, claims, people and two articles side by side, on the page: of records made by hand."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from starlette.testclient import TestClient

import storied
from selon.library import Library
from selon.linked.store import Links
from selon.linking.types import Copy, Passage
from selon.model import Span
from selon.web import Settings, api, application, linked, pages, rulings, stories
from selon.web.ask import Pager
from selon.web.atlas import Point, _rings, world_map
from selon.web.pictures import Edge, Node, graph


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    with Library.open(tmp_path / "selon.db", create=True) as library:
        for reading in storied.readings():
            library.add(reading)
    for module in (api, linked, pages, rulings):
        monkeypatch.setattr(module, "questions", storied.questions())
    app = application(Settings(tmp_path / "selon.db"))
    with TestClient(app, base_url="http://127.0.0.1", headers={"accept-language": "en"}) as made:
        yield made


@pytest.mark.parametrize(
    ("address", "status", "shown"),
    [
        ("/search?q=cracked", 200, ["Claims", "1 independent origin"]),
        ("/stories", 200, ["Pier: quay", "3 articles", "The Bell"]),
        ("/story/quay", 200, ["denies it", "gives another figure", "Rostock", "13 words", "Bo Lind", 'class="map"']),
        ("/story/quay?order=support", 200, ["denies it"]),
        ("/story/none", 404, ["no such page"]),
        ("/claim/c0ffee", 200, ["1 independent origin", "Denied by", "Tidewire", "both cite", "does not count"]),
        ("/claim/none", 404, ["no such page"]),
        ("/article/horn?claim=c0ffee&a=a1", 200, ['class="sought"', "the claim"]),
        ("/article/horn?claim=none", 200, ["Le Cor"]),
        ("/who?name=Bo%20Lind", 200, ["Mr Lind", "Denied (1)", "according to"]),
        ("/who?name=the%20port", 200, ["Search:", "<mark>port</mark>"]),
        ("/compare?a=quay&b=bell", 200, ["edited", "80% of the shorter", 'class="changed">two<', "other words"]),
        ("/compare?a=quay&b=horn", 200, ["Nothing is copied"]),
        ("/compare?a=quay&b=none", 404, ["no such page"]),
        ("/api/stories", 200, ["Pier: quay"]),
        ("/api/stories/quay/claims", 200, ["c0ffee"]),
        ("/api/stories/none/claims", 404, ["unknown"]),
        ("/api/stories/quay/copies", 200, ["a_to_b"]),
        ("/api/stories/quay/sources", 200, ['"kind":']),
        ("/api/claims/c0ffee", 200, ["Tidewire"]),
    ],
)
def test_pages(client: TestClient, address: str, status: int, shown: list[str]) -> None:
    answer = client.get(address)
    assert answer.status_code == status
    for words in shown:
        assert words in answer.text


def test_four_clicks_from_the_front_page_to_who_denies_it(client: TestClient) -> None:
    """Front page, stories, the story, the claim: how many independent origins it has, and who denies it."""
    page = client.get("/").text
    for wanted in (r"/stories", r"/story/quay", r"/claim/c0ffee"):
        link = re.search(rf'href="({wanted})"', page)
        assert link, wanted
        page = client.get(link[1]).text
    assert "1 independent origin" in page
    assert "Bo Lind" in page[page.index("Denied by") :][:200]


def test_the_matrix_has_a_cell_for_each_outlet_and_stance() -> None:
    articles = {r.article.id: r.article for r in storied.readings()}
    claim = storied.claim()
    calm = replace(claim, id="calm", occurrences=claim.occurrences[:1], independent=3, articles=("quay",))
    made = stories.matrix([claim, calm], articles.__getitem__)
    assert made.outlets == ("The Bell", "The Quay", "Le Cor")  # by their first article, then by name
    assert [row.claim.id for row in made.rows] == ["c0ffee", "calm"]
    assert [[c.stance for c in cells] for cells in made.rows[0].cells] == [["differs"], ["supports"], ["denies"]]
    assert made.rows[1].cells[0] == ()


def test_a_cell_has_its_firmest_certainty() -> None:
    articles = {r.article.id: r.article for r in storied.readings()}
    claim = storied.claim()
    twice = tuple(replace(claim.occurrences[0], certainty=c) for c in ("possible", "probable"))
    made = stories.matrix([replace(claim, occurrences=twice)], articles.__getitem__)
    cell = made.rows[0].cells[1][0]
    assert (cell.certainty, len(cell.occurrences)) == ("probable", 2)


def test_the_timeline_tells_each_thing_once() -> None:
    articles = {r.article.id: r.article for r in storied.readings()}
    claim = storied.claim()
    again = replace(claim, occurrences=(*claim.occurrences, *claim.occurrences))
    days = stories.timeline([again], articles.__getitem__)
    assert [(day, [(e.occurrence.stance, e.who) for e in events]) for day, events in days] == [
        ("2025-03-13", [("supports", "The port office"), ("differs", "The port office")]),
        ("2025-03-15", [("denies", "Bo Lind")]),
    ]


# ---------------------------------------------------------------- side by side


@pytest.mark.parametrize(
    ("a", "b", "left", "right"),
    [
        ("the pier cracked", "the pier cracked", [], []),
        ("in two places", "in three places", ["two"], ["three"]),
        ("It’s shut", "It's shut", [], []),
        ("the pier near Lund fell", "the pier fell", ["near Lund"], []),
        ("THE PIER", "the pier", [], []),
        ("a b", "a  \n b c", [], ["c"]),
        ("“yes”, he said", "yes he said", [], []),
    ],
)
def test_what_was_changed(a: str, b: str, left: list[str], right: list[str]) -> None:
    pieces = stories.changed(a, b)
    assert [[p.words for p in side if p.changed] for side in pieces] == [left, right]


@given(st.text("ab ,\n’'", max_size=40), st.text("ab ,\n’'", max_size=40))
def test_pieces_are_the_text(a: str, b: str) -> None:
    left, right = stories.changed(a, b)
    assert ("".join(p.words for p in left), "".join(p.words for p in right)) == (a, b)


def test_lines_hold_all_of_both_texts() -> None:
    a, b = "Own A. Shared one. Mid A. Shared two. End.", "Shared two. Mid B. Shared one. Own B."
    spans = [("Shared one.", "Shared one."), ("Shared two.", "Shared two.")]
    passages = tuple(
        Passage(a=Span(a.index(x), a.index(x) + len(x)), b=Span(b.index(y), b.index(y) + len(y)), words=2)
        for x, y in spans
    )
    copy = Copy(a="a", b="b", kind="verbatim", passages=passages, words=4, share=1, way="unknown")
    lines = stories.side_by_side(a, b, copy)
    assert [line.number for line in lines] == [0, 1, 0, 2, 0]
    left = " ".join("".join(p.words for p in line.a) for line in lines if line.a)
    assert left == a
    right = " ".join("".join(p.words for p in line.b) for line in lines)
    for words in ("Shared two.", "Shared one.", "Own B.", "Mid B."):
        assert words in right
    alone = stories.side_by_side(a, b, None)
    assert [(line.number, line.a[0].words, line.b[0].words) for line in alone] == [(0, a, b)]


# ---------------------------------------------------------------- pictures


def test_a_graph_goes_from_outlets_to_origins() -> None:
    articles = {r.article.id: r.article for r in storied.readings()}
    nodes, edges = linked.chains(storied.claim(), articles, [storied.copy()])
    assert Edge("The Quay", "The port office", "cites") in edges
    assert Edge("The Bell", "Tidewire", "cites") in edges
    assert Edge("Tidewire", "The port office", "cites") in edges
    assert Edge("The Bell", "The Quay", "copied") in edges  # the later one has it from the earlier one
    svg = str(graph(nodes, edges, "who <rests>"))
    x = {name: float(at) for at, name in re.findall(r'<tspan x="([\d.]+)" dy="0">([^<]+)<', svg)}
    assert x["The Bell"] == x["The Quay"] < x["Tidewire"] < x["The port office"]
    assert "who &lt;rests&gt;" in svg


def test_circles_in_a_graph_end() -> None:
    nodes = [Node("a", "outlet"), Node("b", "media"), Node("<c>", "media")]
    edges = [Edge("a", "b", "cites"), Edge("b", "a", "cites"), Edge("b", "<c>", "cites"), Edge("x", "a", "cites")]
    assert str(graph(nodes, edges, "")).count("<rect") == 3
    assert "<svg" in str(graph([], [], ""))


@pytest.mark.parametrize(
    "points",
    [
        [],
        [Point("Null Island", 0, 0, 1)],
        [Point("Fiji", -17.7, 178.1, 3), Point("Samoa", -13.8, -172.1, 1)],
        [Point("Pole", 90, 0, 1), Point("Other pole", -90, 180, 1)],
        [Point("<b>", 54.1, 12.1, 900, "/article/x"), Point("Malmö", 55.6, 13.0, 2)],
    ],
)
def test_a_map_has_all_points_on_it(points: list[Point]) -> None:
    svg = str(world_map(points, "map"))
    found = re.search(r'viewBox="0 0 (\d+) (\d+)"', svg)
    assert found
    width, height = map(int, found.groups())
    dots = re.findall(r'cx="([-\d.]+)" cy="([-\d.]+)"', svg)
    assert len(dots) == len(points)
    assert all(-1 <= float(x) <= width + 1 and -1 <= float(y) <= height + 1 for x, y in dots)
    assert "<b>" not in svg
    assert 'class="land"' in svg or points[0].name == "Null Island"


def test_the_outlines_are_whole() -> None:
    rings = _rings()
    assert len(rings) > 250
    assert all(ring[0] == ring[-1] for ring in rings)
    wide = {round(max(lon for lon, _ in ring) - min(lon for lon, _ in ring)) for ring in rings}
    assert 360 in wide  # Antarctica
    assert any(150 < width < 200 for width in wide)  # Russia, over the date line
    jumps = [abs(p[0] - q[0]) for ring in rings for p, q in pairwise(ring) if p[1] > -89]
    assert max(jumps) < 60


def test_a_long_line_goes_around_what_stands_between() -> None:
    nodes = [Node(name, "outlet") for name in "abz"]
    edges = [Edge("a", "b", "cites"), Edge("b", "z", "cites"), Edge("a", "z", "cites")]
    svg = str(graph(nodes, edges, ""))
    box = re.search(r'<title>b</title><rect x="(\d+)" y="([\d.]+)" width="\d+" height="(\d+)"', svg)
    assert box
    x, top, tall = (float(part) for part in box.groups())
    path = re.findall(r'class="edge cites" d="([^"]+)"', svg)[2]
    lane = [float(y) for at, y in re.findall(r"([\d.]+) ([\d.]+)", path) if float(at) == x]
    assert lane
    assert not top <= lane[0] <= top + tall


def test_before_anything_is_linked_it_offers_to(tmp_path: Path) -> None:
    with Library.open(tmp_path / "selon.db", create=True) as library:
        library.add(storied.readings()[0])
    with TestClient(application(Settings(tmp_path / "selon.db")), base_url="http://127.0.0.1") as client:
        for address in ("/stories", "/story/quay", "/claim/x", "/who?name=x", "/compare?a=quay&b=quay"):
            assert 'action="/link"' in client.get(address).text
            assert f"selon link --library {tmp_path}" in client.get(address).text
        assert client.get("/api/stories").json()["code"] == "unlinked"


def test_what_is_not_linked_yet_is_told(tmp_path: Path) -> None:
    first, second, *_ = storied.readings()
    with Library.open(tmp_path / "selon.db", create=True) as library:
        library.add(first)
        with library.writing():
            Links(library).begin(first.article.id)
        with TestClient(application(Settings(tmp_path / "selon.db")), base_url="http://127.0.0.1") as client:
            for waiting, reading in enumerate((first, second)):
                library.add(reading)
                for address in ("/", "/stories"):
                    assert (f"{waiting} article is not linked" in client.get(address).text) == bool(waiting)


@pytest.mark.parametrize("format", ["csv", "jsonl", "annotations", "geojson", "bibtex", "html", "ftm"])
@pytest.mark.parametrize("what", ["article=quay", "outlet=Quay News"])
def test_taking_away(tmp_path: Path, format: str, what: str) -> None:
    readings = [replace(r, article=replace(r.article, outlet="Quay News")) for r in storied.readings()]
    with Library.open(tmp_path / "selon.db", create=True) as library:
        for reading in readings:
            library.add(reading)
    with TestClient(application(Settings(tmp_path / "selon.db")), base_url="http://127.0.0.1") as client:
        answer = client.get(f"/export?format={format}&{what}")
        assert answer.status_code == 200
        assert answer.content
        assert re.fullmatch(r'attachment; filename="[\w.-]+"', answer.headers["content-disposition"])
        assert client.get(f"/export?format=xlsx&{what}").status_code == 422
        assert client.get("/export?format=csv&article=nothing").status_code == 404
        assert client.get("/export?format=csv&outlet=nothing").status_code == 404


@pytest.mark.parametrize(
    ("skip", "total", "shown", "before", "after"),
    [
        (0, 3, (1, 3), None, None),
        (0, 4, (1, 3), None, "/who?name=A+B&skip=3"),
        (3, 4, (4, 4), "/who?name=A+B", None),
        (3, 7, (4, 6), "/who?name=A+B", "/who?name=A+B&skip=6"),
        (9, 4, (4, 4), "/who?name=A+B&skip=6", None),
        (0, 0, (0, 0), None, None),
    ],
)
def test_a_pager(skip: int, total: int, shown: tuple[int, int], before: str | None, after: str | None) -> None:
    pager = Pager("/who", {"name": "A B", "part": ""}, skip, 3, total)
    assert ((pager.first, pager.last), pager.before, pager.after) == (shown, before, after)
