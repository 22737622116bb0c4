"""Merging and splitting from the page and over the API: what the forms do, what is refused, what is told."""

import html
import re
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.testclient import TestClient

from selon import ask, rule
from selon.library import Library
from selon.library.rulings import rulings
from selon.linking.types import Claim, Reason
from selon.web import Settings, application
from test_linked import claim_with, filled, port, tie

HOST = "http://127.0.0.1"
EN, FR = {"accept-language": "en"}, {"accept-language": "fr"}


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("rulings-web") / "linked.db"
    with filled(path, port()) as opened:
        tie(opened)
    return path


@pytest.fixture
def path(linked: Path, tmp_path: Path) -> Path:
    shutil.copy(linked, tmp_path / "selon.db")
    return tmp_path / "selon.db"


@pytest.fixture
def client(path: Path) -> Iterator[TestClient]:
    app = application(Settings(path, "Ann"))
    with TestClient(app, base_url=HOST, follow_redirects=False) as made:
        yield made


def claims(path: Path) -> tuple[Claim, Claim]:
    with Library.open(path) as library:
        return claim_with(library, "Sept dockers ont été blessés"), claim_with(library, "alarme n'a pas fonctionné")


def forms(page: str, verb: str) -> list[dict[str, Any]]:
    """What each form that posts this verb sends; a name that is there twice has a list."""
    found = []
    for form in re.findall(r'<form[^>]*action="/rule"[^>]*>.*?</form>', page, re.DOTALL):
        sent: dict[str, Any] = {}
        for tag in re.findall(r"<input[^>]*>|<button[^>]*>", form):
            name, value = (re.search(rf' {key}="([^"]*)"', tag) for key in ("name", "value"))
            if name and value and "checkbox" not in tag:
                sent.setdefault(name[1], []).append(html.unescape(value[1]))
        if sent.get("verb") == [verb]:
            found.append(sent)
    return found


def test_a_claim_is_merged_split_and_undone(client: TestClient, path: Path) -> None:
    a, b = claims(path)
    page = client.get(f"/claim/{a.id}?with=alarme", headers=EN).text
    (form,) = [one for one in forms(page, "merge") if one["chosen"][1].startswith(b.id)]
    answer = client.post("/rule", data=form)
    assert answer.status_code == 303
    shown = client.get(answer.headers["location"], headers=FR).text
    assert "C’est réuni" in shown
    assert "2 origines indépendantes" in shown
    assert "Ann a jugé que c’est cette affirmation" in shown
    assert "ruled that" not in shown
    asked = parse_qs(urlsplit(answer.headers["location"]).query)
    listed = client.get("/corrections", headers=EN).text
    assert "Claims merged" in listed
    assert html.escape(b.text).replace("&#x27;", "&#39;") in listed
    undone = client.post("/rule", data={"verb": "undo", "n": asked["undo"][0]})
    assert "The choice is undone" in client.get(undone.headers["location"], headers=EN).text
    assert claims(path) == (a, b)
    again = client.post("/rule", data={"verb": "undo", "n": asked["undo"][0]}, headers=FR)
    assert (again.status_code, "déjà annulé" in again.text) == (409, True)

    page = client.get(f"/claim/{a.id}", headers=EN).text
    form = next(one for one in forms(page, "split") if one["article"] == ["port-2"])
    answer = client.post("/rule", data=form)
    assert "It is split off" in client.get(answer.headers["location"], headers=EN).text
    with Library.open(path) as library:
        assert ask.claim_at(library, "port-2", int(form["start"][0])) != ask.claim_at(library, "port-1", 0)


def test_ticked_claims_are_merged_from_the_story(client: TestClient, path: Path) -> None:
    page = client.get("/story/port-1", headers=EN).text
    found = re.findall(r'<input type="checkbox" name="chosen" value="([^"]*)"', page)
    boxes = {value.split(":")[0]: value for value in found}
    a, b = claims(path)
    third = next(id for id in boxes if id not in (a.id, b.id))
    sent = {"about": "claim", "verb": "merge", "chosen": [boxes[a.id], boxes[b.id], boxes[third]]}
    answer = client.post("/rule", data=sent)
    assert answer.status_code == 303
    a, b = claims(path)
    assert a == b
    with Library.open(path) as library:
        assert [r.verb for r in rulings(library)] == ["merge", "merge"]
    alone = {"about": "claim", "verb": "merge", "chosen": ["x:y"]}
    assert client.post("/rule", data=alone, headers=FR).status_code == 409  # there is no such claim any more
    assert (
        "en choisir deux"
        in client.post("/rule", data={"about": "claim", "verb": "merge", "chosen": a.id}, headers=FR).text
    )


def test_people_are_merged_split_and_undone(client: TestClient, path: Path) -> None:
    page = client.get("/who?name=Vautrin&with=rennick", headers=EN).text
    (form,) = forms(page, "merge")
    answer = client.post("/rule", data=form)
    shown = client.get(answer.headers["location"], headers=EN).text
    assert "They are one now" in shown
    assert "Paul Rennick" in shown
    spelling = next(one for one in forms(shown, "split") if one.get("spelling") == ["Paul Rennick"])
    there = next(one for one in forms(shown, "split") if one.get("article") == ["port-2"])
    answer = client.post("/rule", data=spelling)
    assert "It is split off" in client.get(answer.headers["location"], headers=EN).text
    with Library.open(path) as library:
        assert ask.who(library, "Rennick").known != ask.who(library, "Vautrin").known
    late = client.post("/rule", data=there, headers=EN)  # another tab, in which they are still one
    assert late.status_code == 409
    assert "has changed" in late.text or "meanwhile" in late.text
    (again,) = forms(late.text, "split")
    assert again["article"] == ["port-2"]
    assert client.post("/rule", data=again).status_code == 303
    names = [one["known"]["mentions"] for one in client.get("/api/people?words=vautrin").json()]
    assert sorted(len(mentions) for mentions in names) == [1, 1]
    page = client.get("/who?name=Vautrin", headers=EN).text
    assert len(forms(page, "merge")) == 1  # the other one of this name is offered
    assert len(client.get("/corrections", headers=EN).text.split("Name split off")) == 3


def test_the_second_tab_is_told(client: TestClient, path: Path) -> None:
    a, _ = claims(path)
    merge = next(f for f in forms(client.get(f"/claim/{a.id}?with=alarme", headers=EN).text, "merge"))
    split = next(f for f in forms(client.get(f"/claim/{a.id}", headers=EN).text, "split") if f["article"] == ["port-2"])
    assert client.post("/rule", data=split).status_code == 303
    late = client.post("/rule", data=merge, headers=FR)
    assert late.status_code == 409
    assert "Quelqu’un est passé avant" in late.text
    (again,) = forms(late.text, "merge")
    assert again["chosen"] != merge["chosen"]
    assert client.post("/rule", data=again).status_code == 303
    gone = client.post("/rule", data=split, headers=EN)
    assert gone.status_code == 409


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({}, 422),
        ({"verb": "undo", "n": "x"}, 422),
        ({"verb": "undo", "n": "9" * 20}, 422),
        ({"verb": "undo", "n": "77"}, 404),
        ({"about": "claim", "verb": "merge"}, 422),
        ({"about": "claim", "verb": "split", "chosen": "x:y", "article": "port-1", "start": "-1"}, 422),
        ({"about": "claim", "verb": "split", "chosen": "zz", "article": "port-1", "start": "1"}, 404),
        ({"about": "who", "verb": "merge", "chosen": "Vautrin"}, 422),
        ({"about": "who", "verb": "merge", "chosen": ["Vautrin", "Nobody"]}, 404),
        ({"about": "who", "verb": "split", "chosen": "Vautrin"}, 404),
        ({"about": "who", "verb": "split", "chosen": "Vautrin", "spelling": "<b>"}, 404),
        ({"about": "what", "verb": "merge", "chosen": ["a", "b"]}, 422),
    ],
)
def test_refused(client: TestClient, path: Path, sent: dict[str, Any], status: int) -> None:
    for language in (EN, FR):
        answer = client.post("/rule", data=sent, headers=language)
        assert answer.status_code == status
        assert "<b>" not in answer.text
    with Library.open(path) as library:
        assert rulings(library) == ()


def test_another_page_may_not_rule(client: TestClient, path: Path) -> None:
    a, b = claims(path)
    sent = {"about": "claim", "verb": "merge", "chosen": [a.id, b.id]}
    for headers in ({"origin": "http://evil.example"}, {"sec-fetch-site": "cross-site"}):
        assert client.post("/rule", data=sent, headers=headers).status_code == 403
    assert client.post("/rule", data=sent, headers={"host": "evil.example"}).status_code == 421
    assert client.post("/api/rulings", json={}, headers={"origin": "http://evil.example"}).status_code == 403
    with Library.open(path) as library:
        assert rulings(library) == ()


def test_what_binds_nothing_is_told(client: TestClient, path: Path) -> None:
    a, b = claims(path)
    with Library.open(path) as library:
        rule.merge_claims(library, [a.id, b.id], "Ann")
    db = sqlite3.connect(path)
    db.execute("PRAGMA foreign_keys = ON")
    db.execute("DELETE FROM articles WHERE id LIKE 'port-%'")
    db.commit()
    db.close()
    assert "l’article n’est plus dans la bibliothèque" in client.get("/corrections", headers=FR).text
    assert client.get("/api/rulings").json()[0]["why"] == "article"


def why(claim: Claim) -> list[Reason]:
    return [*(r for o in claim.origins for r in o.why), *(r for o in claim.occurrences for r in o.why)]


def test_no_reason_is_in_english_on_the_french_page(client: TestClient, path: Path) -> None:
    with Library.open(path) as library:
        every = ask.claims(library, limit=999)
    told = {r.message for c in every for r in why(c)}
    assert len(told) > 5
    for claim in every:
        page = html.unescape(client.get(f"/claim/{claim.id}", headers=FR).text)
        reasons = [r.message for r in why(claim)]
        assert [message for message in reasons if f">{message}<" in page or f" {message} " in page] == []


def test_over_the_api(client: TestClient, path: Path) -> None:
    a, b = claims(path)
    versions = [client.get(f"/api/claims/{one.id}/version").json()["version"] for one in (a, b)]
    sent = {"about": "claim", "verb": "merge", "of": [a.id, b.id], "versions": versions}
    made = client.post("/api/rulings", json=sent)
    assert made.status_code == 200
    assert made.json()["ruling"]["who"] == "Ann"
    assert client.get(f"/api/claims/{made.json()['now']}").json()["independent"] == 2
    late = client.post("/api/rulings", json=sent)
    assert (late.status_code, late.json()["code"]) == (409, "conflict")
    undone = client.post(f"/api/rulings/{made.json()['ruling']['n']}/undo")
    assert (undone.status_code, undone.json()["ruling"]["verb"]) == (200, "undo")
    o = next(o for o in a.occurrences if o.article == "port-2")
    more: tuple[tuple[dict[str, Any], int], ...] = (
        ({"about": "claim", "verb": "split", "of": [a.id], "article": "port-2", "start": o.spans[0].start}, 200),
        ({"about": "who", "verb": "merge", "of": ["Vautrin", "Rennick"]}, 200),
        ({"about": "who", "verb": "split", "of": ["Vautrin"], "spelling": "Paul Rennick"}, 200),
        ({"about": "who", "verb": "split", "of": ["Vautrin"]}, 404),
        ({"about": "who", "verb": "merge", "of": ["Vautrin"]}, 422),
        ({"about": "claim", "verb": "split", "of": [a.id]}, 422),
        ({"about": "claim", "verb": "undo", "of": [a.id]}, 422),
        ({"about": "claim", "verb": "merge", "of": [a.id, "zz"]}, 404),
        ({"about": "claim", "verb": "merge", "of": [], "versions": ["x"]}, 422),
    )
    for one, status in more:
        assert client.post("/api/rulings", json=one).status_code == status, one
    verbs = [row["ruling"]["verb"] for row in client.get("/api/rulings").json()]
    assert verbs == ["merge", "undo", "split", "merge", "split"]
    assert client.post("/api/rulings/99/undo").status_code == 404
