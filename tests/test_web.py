"""The page: what each address shows, what is refused, and what a browser makes of it."""

import ast
import html
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import hypothesis
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from starlette.testclient import TestClient

from marked import reading
from selon import web
from selon.library import Library, desk
from selon.linking._because import WORDINGS
from selon.model import (
    Entity,
    Finding,
    InputError,
    Note,
    Place,
    Published,
    Quantity,
    Reading,
    Span,
    Time,
)
from selon.web import Settings, application, typeset
from selon.web.api import ENDPOINTS, document
from selon.web.app import STATUSES
from selon.web.links import resolve, spans_of, written
from selon.web.words import LANGUAGES, Words, _table, words

HOST = "http://127.0.0.1"
MARKED = (
    "[s1 Ida Marsh] [c1 said] [q1 the pier [c2 reportedly] [q2 had cracked]]. [s3 The port] [c3 denied] "
    "[q3 any damage] on 12 March. “[q4 It holds],” [s4 Bo Lind] [c4 said], “[q4 for now].” Boats came back at noon."
)


def article(marked: str = MARKED, **fields: Any) -> Reading:
    base = reading(marked)
    text = base.article.text

    def at(words: str) -> tuple[int, int]:
        return text.index(words), text.index(words) + len(words)

    ida = Entity(id="e1", name="Ida Marsh", kind="person", roles=("mayor",), mentions=(Span(0, 9),))
    fields_of: dict[str, Any] = {
        "a1": {"entity": "e1"},
        "a2": {"act": "hearsay", "inside": "a1", "manner": "hearsay"},
        "a3": {"act": "deny", "type": "org"},
        "a4": {"manner": "direct", "certainty": "possible", "score": 0.8},
    }
    there = {a.id for a in base.attributions}
    made = reading(
        marked,
        entities=(ida,),
        article={
            "id": "pier",
            "language": "en",
            "title": "Pier shut",
            "outlet": "The Quay",
            "published": Published(value="2025-03-13", how="metadata", why="meta"),
            **fields,
        },
        **{id: of for id, of in fields_of.items() if id in there},
        notes=(Note(stage="page", code="related", message="links", text="Read more: <b>tides</b>"),),
    )
    if "12 March" not in text:
        return made
    start, end = at("12 March")
    return replace(
        made,
        times=(Time(start=start, end=end, type="DATE", value="2025-03-12", anchor="text", by="x"),),
        places=(Place(start=0, end=3, name="Ida", kind="city", by="x", country="GB", lat=1.0, lon=2.0),),
        quantities=(Quantity(start=start, end=start + 2, low=12, high=12, unit="", by="x"),),
        findings=(
            Finding(kind="weekday", verdict="does_not_hold", spans=(Span(start, end),), working="it is", by="x"),
        ),
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with Library.open(tmp_path / "selon.db", create=True) as library:
        library.add(article())
    return tmp_path / "selon.db"


@pytest.fixture
def client(path: Path) -> Iterator[TestClient]:
    with opened(path) as made:
        yield made


def opened(path: Path, **settings: Any) -> TestClient:
    fake = settings.pop("read", lambda *_, **__: article(id="read"))
    app = application(Settings(path, "Ann", read=fake, link=settings.pop("link", lambda _: ()), **settings))
    return TestClient(app, base_url=HOST, follow_redirects=False, raise_server_exceptions=False)


def form(client: TestClient, verb: str, id: str | None = "a1", **more: str) -> dict[str, str]:
    """What the page's form sends."""
    rows = client.get("/api/articles/pier/attributions").json()
    version = next((row["version"] for row in rows if row["id"] == id), "")
    return {"article": "pier", "attribution": id or "", "version": version, "verb": verb, **more}


# ---------------------------------------------------------------- pages


@pytest.mark.parametrize(
    ("address", "status", "holds"),
    [
        ("/", 200, "Pier shut"),
        ("/?outlet=The+Quay", 200, "Pier shut"),
        ("/?outlet=Nobody", 200, "No articles here"),
        ("/?skip=-1", 422, "is no whole number"),
        ("/?skip=40", 200, "No articles here"),
        ("/search?q=pier", 200, "<mark>pier</mark>"),
        ("/search?q=zeppelin", 200, "Nothing matches"),
        ("/search?q=%22%22", 200, "Nothing matches"),
        ("/search?q=", 303, ""),
        ("/article/pier", 200, "Ida Marsh"),
        ("/article/none", 404, "no such page"),
        ("/article/pier?revision=99", 404, "no such page"),
        ("/article/pier?revision=x", 422, "whole number"),
        ("/article/pier?at=9-3&quote=x&before=&after=", 200, "Ida Marsh"),
        ("/panel?article=pier&attribution=a3", 200, "denied"),
        ("/panel?article=pier&attribution=zz", 404, "no such page"),
        ("/outlet/The%20Quay", 200, "Pier shut"),
        ("/outlet/Nobody", 404, "no such page"),
        ("/add", 200, "Add articles"),
        ("/adds/7", 404, "no such page"),
        ("/corrections", 200, "No corrections"),
        ("/api", 200, "/api/articles/{id}"),
        ("/static/selon.css", 200, "--paper"),
        ("/static/../settings.py", 404, ""),
        ("/static/%2e%2e/settings.py", 404, ""),
        ("/nowhere", 404, "no such page"),
    ],
)
def test_pages(client: TestClient, address: str, status: int, holds: str) -> None:
    answer = client.get(address, headers={"accept-language": "en"})
    assert answer.status_code == status
    assert holds in answer.text


@pytest.mark.parametrize(
    ("header", "cookie", "language"),
    [
        ("fr-FR,fr;q=0.9,en;q=0.8", None, "fr"),
        ("de, en;q=0.5, fr;q=0.9", None, "fr"),
        ("", None, "en"),
        ("de", None, "en"),
        ("fr;q=x, en", None, "en"),
        ("fr", "en", "en"),
        ("fr", "de", "fr"),
    ],
)
def test_in_the_readers_language(client: TestClient, header: str, cookie: str | None, language: str) -> None:
    headers = {"accept-language": header, **({"cookie": f"selon_language={cookie}"} if cookie else {})}
    answer = client.get("/", headers=headers)
    assert f'<html lang="{language}">' in answer.text
    assert answer.headers["content-language"] == language


def test_both_languages_say_the_same_things() -> None:
    worded = ("reasons", "errors")  # English ones stand where they are made
    tables = [{k: v for k, v in _table(code).items() if k not in worded} for code in LANGUAGES]
    assert tables[0].keys() == tables[1].keys()
    holes = [{k: set(re.findall(r"\{\w+\}", str(v))) for k, v in table.items()} for table in tables]
    assert holes[0] == holes[1]


def test_reasons_and_errors_have_other_wordings() -> None:
    """Every code of a reason, and every kind of an error, in all of the source, with what it takes."""
    reasons, errors = (_table("fr")[name] for name in ("reasons", "errors"))
    assert {k: re.findall(r"\{\d\}", v) for k, v in WORDINGS.items()} == {
        k: re.findall(r"\{\d\}", v) for k, v in reasons.items()
    }
    kinds: dict[str, set[str]] = {}
    for path in Path(web.__file__).parent.parent.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") in ("InputError", "ConflictError"):
                named = [arg.value for arg in call.args[2:] if isinstance(arg, ast.Constant) and arg.value is not None]
                for kind in named:
                    kinds[str(kind)] = {str(keyword.arg) for keyword in call.keywords}
    assert len(kinds) > 30
    assert {kind: set(re.findall(r"\{(\w+)\}", errors[kind])) - values for kind, values in kinds.items()} == {
        kind: set() for kind in kinds
    }
    codes = {*STATUSES, "http", "fault", "network", "robots", "no-article", "too-large"}
    assert errors.keys() - kinds.keys() >= codes


@pytest.mark.parametrize(
    ("address", "french", "english"),
    [
        ("/article/none", "pas d’article « none »", "there is no article &#39;none&#39;"),
        ("/adds/77", "pas d’ajout 77", "there is no add 77"),
        ("/?skip=x", "« x » n’est pas un nombre entier", "skip=x is no whole number"),
        ("/nowhere", "La demande ne peut être satisfaite.", "Not Found"),
    ],
)
def test_what_goes_wrong_is_told_in_the_readers_language(
    client: TestClient, address: str, french: str, english: str
) -> None:
    page = client.get(address, headers={"accept-language": "fr"}).text.replace("\N{NO-BREAK SPACE}", " ")
    assert french in page
    assert f'<p lang="en" dir="ltr">{english}' in page  # beside it, for whoever asks for help
    page = client.get(address, headers={"accept-language": "en"}).text
    assert english in page
    assert 'dir="ltr"' not in page


@pytest.mark.parametrize(
    ("language", "value", "said"),
    [
        ("fr", "2025-03-01", "1 mars 2025"),
        ("en", "2025-03", "March 2025"),
        ("en", "2025", "2025"),
        ("fr", "2025-99-01", "2025-99-01"),
        ("fr", "2025-03-10/2025-03-14", "2025-03-10/2025-03-14"),
        ("fr", "PAST_REF", "PAST_REF"),
    ],
)
def test_days(language: str, value: str, said: str) -> None:
    assert words(language).day(value) == said


@pytest.mark.parametrize(("language", "n", "said"), [("fr", 0, "0 article"), ("en", 0, "0 articles")])
def test_numbers_agree(language: str, n: int, said: str) -> None:
    assert Words(language)("articles", n=n) == said


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/\\evil.example", "/\r\nSet-Cookie: a=b"])
def test_the_language_switch_stays_here(client: TestClient, back: str) -> None:
    answer = client.get("/language/fr", params={"back": back})
    assert answer.headers["location"] == "/"
    assert client.get("/language/fr", params={"back": "/article/a b?x=é"}).headers["location"].startswith("/article/a")


# ---------------------------------------------------------------- the text


def plain(markup: str) -> str:
    without = re.sub(r'<sup class="k.*?</sup>|<a class="flag.*?</a>', "", markup)
    return html.unescape(re.sub(r"<[^>]*>", "", without))


@pytest.mark.parametrize(
    "marked",
    [
        MARKED,
        "[q1 all of [s1 it] crosses [q2 here] and] [c1 there]",
        "[q1 one [q2 two [q3 three [q4 four [q5 five]]]]] [s1 x] [c1 y] [c2 z] [c3 a] [c4 b] [c5 c]",
        "no marks at all",
        "<script>alert(1)</script> [s1 & <b>] [c1 \"said'] [q1 </span><img src=x onerror=1>]",
        "\u202eturned\u2066 [s1 around] [c1 said] [q1 😀 a\x00b\x1f c]",
    ],
)
def test_the_text_is_set_as_it_is(marked: str) -> None:
    made = replace(reading(marked), findings=())
    _, of = typeset.voices(made, words("en").labels)
    blocks = typeset.typeset(made, of)
    text = "".join(plain(block.html) for block in blocks)
    assert text == re.sub("[\x00\x1f]", "\ufffd", made.article.text)
    for block in blocks:
        assert block.html.count("<span") == block.html.count("</span>")
        assert "<script" not in block.html
        assert "<img" not in block.html


def test_every_span_is_marked_with_its_own() -> None:
    made = article()
    _, of = typeset.voices(made, words("en").labels)
    whole = "".join(block.html for block in typeset.typeset(made, of))
    for a in made.attributions:
        pieces = re.findall(rf'<span class="c [^"]*" data-a="{a.id}">', whole)
        assert len(pieces) >= len(a.content.spans)
    assert 'class="c v0 l2 x-certain a-say" data-a="a1"' in whole  # it holds a2: its line runs lower
    assert "l1 x-certain a-hearsay" in whole
    assert '<span class="fact t" data-v="2025-03-12">' in whole
    assert 'data-flag="0"' in whole
    assert '<span class="o"> Boats' in whole or '<span class="o">.” Boats' in whole


def test_the_page_shows_all_there_is(client: TestClient) -> None:
    page = client.get("/article/pier", headers={"accept-language": "en"}).text
    for shown in ("mayor", "denies", "hearsay", "possible", "does not hold", "it is", "links to other articles"):
        assert shown in page
    assert "Read more: &lt;b&gt;tides&lt;/b&gt;" in page


# ---------------------------------------------------------------- links


def link_of(client: TestClient, id: str) -> str:
    rows = client.get("/api/articles/pier/attributions").json()
    return str(next(row["link"] for row in rows if row["id"] == id))


def test_a_link_leads_to_its_attribution(client: TestClient) -> None:
    page = client.get(link_of(client, "a4"))
    assert 'data-id="a4"' in page.text
    assert 'role="alert"' not in page.text


def again(path: Path, marked: str, **fields: Any) -> None:
    with Library.open(path) as library:
        library.add(article(marked, **fields), again=True, seen="2999-01-01T00:00:00Z")


@pytest.mark.parametrize(
    ("marked", "told", "chosen"),
    [
        ("At dawn. " + MARKED, "still stand, in another place", True),
        (MARKED.replace("any damage", "all damage"), "no longer in the article", False),
        (MARKED.replace("The port", "A port spokesman"), "need not be the same", False),
        (MARKED.replace("[s3 The port] [c3 denied] [q3 any damage]", "The port denied any damage"), "not this", False),
    ],
)
def test_a_link_says_when_its_words_are_elsewhere(
    client: TestClient, path: Path, marked: str, told: str, chosen: bool
) -> None:
    link = link_of(client, "a3")
    again(path, marked)
    page = client.get(link, headers={"accept-language": "en"}).text
    assert told in page
    assert ('class="panel-body"' in page) == chosen


def test_a_link_leads_to_the_earlier_text_where_it_stood(client: TestClient, path: Path) -> None:
    link = link_of(client, "a3")
    again(path, MARKED.replace("any damage", "all damage"))
    page = client.get(link).text
    earlier = re.search(r'href="([^"]*revision=\d+)"', page)
    assert earlier
    shown = client.get(html.unescape(earlier[1]), headers={"accept-language": "en"}).text
    assert 'data-id="a3"' in shown
    assert "earlier text of the article" in shown


def test_links_that_are_none() -> None:
    from starlette.datastructures import QueryParams

    for query in ("", "at=1-2", "at=x&quote=a&before=&after=", "at=1-2&quote=&before=&after=", "at=9-2&quote=a"):
        assert resolve(article(), QueryParams(query)) is None


@pytest.mark.parametrize("wrong", ["x", "1", "1-", "5-2", "0-0", "1-2-3", "٣-٤x", "-1-3"])
def test_spans_as_written(wrong: str) -> None:
    with pytest.raises(ValueError, match="span"):
        spans_of(wrong)
    assert spans_of(written((Span(1, 4), Span(6, 9)))) == (Span(1, 4), Span(6, 9))
    assert spans_of(" ") == ()


# ---------------------------------------------------------------- correcting


@pytest.mark.parametrize("verb", ["confirm", "reject"])
def test_a_form_corrects(client: TestClient, path: Path, verb: str) -> None:
    answer = client.post("/correct", data=form(client, verb))
    assert answer.status_code == 303
    shown = client.get(answer.headers["location"], headers={"accept-language": "en"}).text
    assert f"{verb}ed" in shown
    with Library.open(path) as library:
        assert [(c.verb, c.who) for c in library.corrections()] == [(verb, "Ann")]
    asked = parse_qs(urlsplit(answer.headers["location"]).query)
    back = client.post("/undo", data={"n": asked["undo"][0]})
    assert back.status_code == 303
    assert len(client.get("/api/articles/pier/attributions").json()) == 4
    assert client.post("/undo", data={"n": asked["undo"][0]}).status_code == 409


def test_a_form_changes_and_adds(client: TestClient) -> None:
    more = {"source": "0-9", "cue": "10-14", "content": "15-23", "act": "ask", "type": "named", "certainty": "probable"}
    assert client.post("/correct", data=form(client, "change", **more, entity="Ivo")).status_code == 303
    row = client.get("/api/articles/pier/attributions").json()[0]
    shown = {name: row[name] for name in ("id", "entity", "act", "certainty", "corrected")}
    assert shown == {"id": "a1", "entity": "Ivo", "act": "ask", "certainty": "probable", "corrected": "change"}
    assert row["content"][0]["exact"] == "the pier"
    assert client.post("/correct", data=form(client, "add", None, **more)).status_code == 303
    assert len(client.get("/api/articles/pier/attributions").json()) == 5
    page = client.get("/corrections", headers={"accept-language": "en"}).text
    assert "Mended" in page
    assert "Added" in page


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"content": "1-999"}, 422),
        ({"content": ""}, 422),
        ({"content": "a-b"}, 422),
        ({"content": "1-5", "act": "sing"}, 422),
        ({"content": "1-5", "type": "cat"}, 422),
        ({"verb": "burn"}, 422),
        ({"article": "none"}, 404),
    ],
)
def test_wrong_forms_are_refused(client: TestClient, more: dict[str, str], status: int) -> None:
    assert client.post("/correct", data={**form(client, "change"), **more}).status_code == status


def test_of_two_tabs_the_second_is_told(client: TestClient) -> None:
    one, other = form(client, "confirm"), form(client, "reject")
    assert client.post("/correct", data=one).status_code == 303
    told = client.post("/correct", data=other, headers={"accept-language": "en"})
    assert told.status_code == 409
    assert "has changed since" in told.text
    version = re.search(r'name="version" value="(\w+)"', told.text)
    assert version
    assert client.post("/correct", data={**other, "version": version[1]}).status_code == 303
    gone = client.post("/correct", data=one, headers={"accept-language": "en"})
    assert gone.status_code == 409
    assert "there no more" in gone.text


def test_what_no_longer_stands_is_listed(client: TestClient, path: Path) -> None:
    client.post("/correct", data=form(client, "reject", "a3"))
    again(path, MARKED.replace("any damage", "all damage"))
    page = client.get("/article/pier", headers={"accept-language": "en"}).text
    assert "no longer stands in the current text" in page
    assert "is not in the reading any more" in client.get("/corrections", headers={"accept-language": "en"}).text


# ---------------------------------------------------------------- adding


def finished(client: TestClient, address: str) -> Any:
    for _ in range(200):
        state = client.get("/api" + address).json()
        if state["state"] in ("done", "failed"):
            return state
        time.sleep(0.02)
    raise AssertionError("the add does not end")


def test_pasted_text_and_files_are_added_to_the_end(tmp_path: Path) -> None:
    def read(data: Any, **_: Any) -> Reading:
        text = data.decode() if isinstance(data, bytes) else data
        if "broken" in text:
            raise InputError("no-article", "there is no article in it")
        return replace(article(id=""), article=replace(article().article, id=text[:4], text="x" * 400 + text))

    made = replace(article(), article=replace(article().article, id="line"))
    with opened(tmp_path / "new.db", read=read) as client:
        files = [
            ("files", ("../../etc/one.html", b"<p>one")),
            ("files", ("two.txt", b"broken")),
            ("files", ("three.jsonl", made.to_json() + b"\n")),
        ]
        answer = client.post("/add", data={"text": "pasted words", "urls": ""}, files=files)
        state = finished(client, answer.headers["location"])
        assert [(o["place"], o["status"]) for o in state["outcomes"]] == [
            ("pasted", "added"),
            ("one.html", "added"),
            ("two.txt", "failed"),
            ("three.jsonl:1", "added"),
        ]
        assert client.get("/api/library").json()["articles"] == 3
        page = client.get(answer.headers["location"], headers={"accept-language": "en"}).text
        assert "there is no article in it" in page


def test_what_is_added_is_linked(path: Path) -> None:
    linked: list[int] = []

    def link(library: Library) -> Iterator[int]:
        linked.append(len(library))
        yield 1

    other = article("At dawn. " + MARKED)
    with opened(path, read=lambda *_, **__: other, link=link) as client:
        for text in ("some words", "some words"):
            finished(client, client.post("/add", data={"text": text}).headers["location"])
        assert linked == [2]  # the second time nothing was new
        finished(client, client.post("/link").headers["location"])
        assert linked == [2, 2]


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"urls": "/etc/passwd"},
        {"urls": "file:///etc/passwd"},
        {"text": "x", "date": "soon"},
        {"text": "x", "url": "y"},
    ],
)
def test_what_cannot_be_added_is_refused(client: TestClient, sent: dict[str, str]) -> None:
    assert client.post("/add", data=sent).status_code == 422
    assert client.get("/api/adds").json() == []


def test_addresses_of_this_network_are_not_fetched(client: TestClient) -> None:
    answer = client.post("/add", data={"urls": "http://127.0.0.1:9/x http://10.0.0.1/"})
    outcomes = finished(client, answer.headers["location"])["outcomes"]
    assert [o["status"] for o in outcomes] == ["failed", "failed"]


def test_feeds(client: TestClient) -> None:
    assert client.post("/feeds", data={"action": "add", "url": "ftp://x"}).status_code == 422
    assert client.post("/feeds", data={"action": "eat", "url": "https://x"}).status_code == 422
    assert client.post("/feeds", data={"action": "fetch"}).status_code == 422
    assert client.post("/feeds", data={"action": "add", "url": "http://127.0.0.1:9/feed"}).status_code == 303
    state = finished(client, client.post("/feeds", data={"action": "fetch"}).headers["location"])
    assert state["counts"] == {"failed": 1}
    assert client.get("/api/feeds").json()[0]["outcome"] == "failed 1"
    assert client.post("/feeds", data={"action": "remove", "url": "http://127.0.0.1:9/feed"}).status_code == 303
    assert client.get("/api/feeds").json() == []


# ---------------------------------------------------------------- when something is wrong


def test_without_a_library_it_offers_one(tmp_path: Path) -> None:
    with opened(tmp_path / "none.db") as client:
        page = client.get("/")
        assert "/examples" in page.text
        assert client.get("/add").status_code == 200
        state = finished(client, client.post("/examples").headers["location"])
        assert state["counts"]["added"] == 1  # the reader here always reads the same article
        assert client.get("/").text.count("Pier shut") == 1


@pytest.mark.parametrize(
    ("harm", "status"),
    [
        (lambda path: path.write_bytes(b"no library at all"), 400),
        (lambda path: _pragma(path, "user_version = 99"), 503),
    ],
)
def test_a_library_that_cannot_be_opened(path: Path, harm: Any, status: int) -> None:
    harm(path)
    with opened(path) as client:
        assert client.get("/").status_code == status
        assert str(path) in client.get("/").text
        assert client.get("/api/library").json()["message"]


def _pragma(path: Path, said: str) -> None:
    import sqlite3

    db = sqlite3.connect(path)
    db.execute(f"PRAGMA {said}")
    db.commit()
    db.close()


def test_a_fault_is_a_page_too(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(Library, "applied", fail)
    answer = client.get("/article/pier")
    assert answer.status_code == 500
    assert "boom" in answer.text
    assert client.get("/api/articles/pier").json()["code"] == "fault"


# ---------------------------------------------------------------- safety


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "127.0.0.1:8642"}, 200),
        ({"host": "localhost"}, 200),
        ({"host": "[::1]:8642"}, 200),
        ({"host": "evil.example"}, 421),
        ({"host": "127.0.0.1.evil.example:8642"}, 421),
        ({"host": ""}, 421),
    ],
)
def test_other_names_are_not_answered(client: TestClient, headers: dict[str, str], status: int) -> None:
    assert client.get("/", headers=headers).status_code == status


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 303),
        ({"origin": "http://127.0.0.1"}, 303),
        ({"sec-fetch-site": "same-origin"}, 303),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://127.0.0.1:9999"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
    ],
)
def test_other_pages_may_not_write(client: TestClient, headers: dict[str, str], status: int) -> None:
    data = {"action": "add", "url": "https://example.org/feed"}
    assert client.post("/feeds", data=data, headers=headers).status_code == status
    assert len(client.get("/api/feeds").json()) == (status == 303)


@pytest.mark.parametrize("address", ["/", "/article/pier", "/nowhere", "/api/library", "/static/article.js"])
def test_no_script_of_others(client: TestClient, address: str) -> None:
    answer = client.get(address)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    if "html" in answer.headers["content-type"]:
        assert not re.search(r"<script(?![^>]* src=)|\son\w+=|\sstyle=|https?://(?!127)", answer.text)


def test_what_is_too_large_is_refused(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("selon.web.guard.MAX_BODY", 1000)
    assert client.post("/add", data={"text": "x" * 2000}).status_code == 413
    chunks = (b"text=" + b"x" * 400 for _ in range(9))
    headers = {"content-type": "application/x-www-form-urlencoded"}
    assert client.post("/add", content=chunks, headers=headers).status_code == 413


def test_from_elsewhere_only_with_the_token(path: Path) -> None:
    with opened(path, token="secret") as client:
        assert client.get("/").status_code == 401
        assert client.get("/?token=wrong").status_code == 401
        assert client.get("/", headers={"cookie": "selon_token=wrong"}).status_code == 401
        assert client.get("/?token=secret").headers["location"] == "/"
        assert client.get("/").status_code == 200  # the cookie is kept
    with opened(path, token="secret") as other:
        assert other.get("/api/library", headers={"authorization": "Bearer secret"}).status_code == 200


def test_hostile_articles_do_nothing(path: Path) -> None:
    nasty = '<script>alert(1)</script>"><img src=x onerror=alert(1)>\u202e'
    hostile = reading(
        f"[s1 {nasty}] [c1 says] [q1 {'w' * 3000} {nasty}]",
        article={"id": "a/../b?c#d", "title": nasty, "outlet": nasty, "url": "javascript:alert(1)", "byline": nasty},
        notes=(Note(stage="page", code=nasty, message=nasty, text=nasty),),
    )
    with Library.open(path) as library:
        library.add(hostile)
    with opened(path) as client:
        entry = re.search(r'href="(/article/a%2F[^"]*)"', client.get("/").text)
        assert entry
        for address in (entry[1], "/", "/search?q=says", "/panel?article=a%2F..%2Fb%3Fc%23d&attribution=a1"):
            page = client.get(address)
            assert page.status_code == 200
            assert "<script>alert" not in page.text
            assert "<img" not in page.text
            assert 'href="javascript:' not in page.text


# ---------------------------------------------------------------- for programs


def test_the_document_is_of_the_endpoints() -> None:
    made = document()
    assert made["openapi"].startswith("3.1")
    assert {(method.upper(), path) for path, some in made["paths"].items() for method in some} == {
        (one.method, one.path) for one in ENDPOINTS
    }
    refs = set(re.findall(r"#/components/schemas/(\w+)", msgspec.json.encode(made).decode()))
    assert refs <= made["components"]["schemas"].keys()


@pytest.mark.parametrize(
    ("method", "address", "body", "status"),
    [
        ("GET", "/api/openapi.json", None, 200),
        ("GET", "/api/library", None, 200),
        ("GET", "/api/articles?limit=1", None, 200),
        ("GET", "/api/articles?limit=0", None, 422),
        ("GET", "/api/articles/pier", None, 200),
        ("GET", "/api/articles/none", None, 404),
        ("GET", "/api/articles/pier/sources", None, 200),
        ("GET", "/api/articles/pier/corrections", None, 200),
        ("GET", "/api/outlets/The Quay/sources", None, 200),
        ("GET", "/api/outlets/x/sources", None, 404),
        ("GET", "/api/search?q=pier", None, 200),
        ("GET", "/api/search", None, 422),
        ("POST", "/api/articles/pier/corrections", {"verb": "check"}, 200),
        ("POST", "/api/articles/pier/corrections", {"verb": "confirm", "attribution": "a1", "version": "x"}, 409),
        ("POST", "/api/articles/pier/corrections", {"verb": "add", "content": [[0, 9]]}, 200),
        ("POST", "/api/articles/pier/corrections", {"verb": "add", "content": [[9, 0]]}, 422),
        ("POST", "/api/articles/pier/corrections", {"verb": "add", "content": [[0, 10**30]]}, 422),
        ("POST", "/api/articles/pier/corrections", {"verb": "undo"}, 422),
        ("POST", "/api/articles/pier/corrections", {"verb": "check", "more": 1}, 422),
        ("POST", "/api/articles/none/corrections", {"verb": "check"}, 404),
        ("POST", "/api/corrections/9/undo", None, 404),
        ("POST", "/api/adds", {"urls": ["ftp://x"]}, 422),
        ("POST", "/api/feeds", {"url": "https://example.org/f"}, 200),
        ("DELETE", "/api/feeds", {"url": "https://example.org/f"}, 200),
        ("PUT", "/api/feeds", {}, 405),
        ("GET", "/api/nothing", None, 404),
    ],
)
def test_the_api(client: TestClient, method: str, address: str, body: Any, status: int) -> None:
    answer = client.request(method, address, json=body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/json"
    if status >= 400:
        assert answer.json()["message"]


def test_the_api_gives_the_corrected_reading(client: TestClient) -> None:
    client.post("/correct", data=form(client, "reject", "a3"))
    made = Reading.from_json(client.get("/api/articles/pier").content)
    assert [a.id for a in made.attributions] == ["a1", "a2", "a4"]
    with pytest.raises(desk.ConflictError):
        raise desk.ConflictError("x", None)


def test_the_document_is_valid() -> None:
    validator = pytest.importorskip("openapi_spec_validator")
    validator.validate(msgspec.json.decode(msgspec.json.encode(document())))


@given(st.data())
@hypothesis.settings(
    max_examples=150, deadline=None, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture]
)
def test_nothing_that_is_sent_is_a_fault(client: TestClient, data: st.DataObject) -> None:
    """Any values at all, at any endpoint: an answer or a refusal that says why."""
    one = data.draw(st.sampled_from(ENDPOINTS))
    words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
    values = st.sampled_from(["pier", "1", "0", "a1", "*", '"', "x' OR 1", "../..", "\x00", "9" * 30]) | words
    address = re.sub(r"\{\w+\}", lambda _: quote(data.draw(values), safe="") or "x", one.path)
    asked = {parameter.name: data.draw(values) for parameter in one.parameters}
    scalar = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | words
    junk = st.recursive(scalar, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3))
    spans = st.lists(st.lists(st.integers(-2, 10**9), min_size=2, max_size=2), max_size=2)
    likely = st.fixed_dictionaries(
        {"verb": st.sampled_from(["confirm", "reject", "change", "add", "check", "undo", "x"])},
        optional={"attribution": values, "version": values, "content": spans, "source": spans, "entity": words},
    )
    urls = st.fixed_dictionaries({"url": st.sampled_from(["https://x.example/f", "ftp://x", ""]) | words})
    body = data.draw(junk | likely | urls) if one.takes else None
    if one.path == "/api/adds" and one.method == "POST":
        body = data.draw(junk)
    answer = client.request(one.method, address, params=asked, json=body)
    assert answer.status_code < 500, answer.text
    answer.json()
