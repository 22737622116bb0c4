"""The page in a real Chromium: reading, choosing, filtering, adding, correcting; accessibility; printing."""

import os
import re
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import storied
from selon import ask
from selon.library import Library
from selon.web import Settings, api, application, linked, pages, rulings
from test_linked import claim_with, filled, port, tie
from test_web import MARKED, article

CHROMIUM = os.environ.get("SELON_CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None
)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium found: install one, or name it in SELON_CHROMIUM")
SIZES = (1400, 800, 390)
LINKED = ("/stories", "/story/quay", "/claim/c0ffee", "/who?name=Bo%20Lind", "/compare?a=quay&b=bell")
PAGES = (
    "/",
    "/article/pier",
    "/search?q=pier",
    "/outlet/The%20Quay",
    "/add",
    "/corrections",
    "/api",
    "/nowhere",
    *LINKED,
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "selon.db"


def slowly(*_: Any, **__: Any) -> Any:
    time.sleep(0.4)
    return article("At dawn. " + MARKED)


@pytest.fixture
def address(path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The page, served in a thread, on a library with one article and a story of three."""
    for module in (api, linked, pages, rulings):
        monkeypatch.setattr(module, "questions", storied.questions())

    with Library.open(path, create=True) as library:
        library.add(article())
        for one in storied.readings():
            library.add(one)
    with served(Settings(path, "Ann", read=slowly, link=lambda _: ())) as at:
        yield at


@contextmanager
def served(settings: Settings) -> Iterator[str]:
    import uvicorn

    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        app = application(settings)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.02)
        yield f"http://127.0.0.1:{sock.getsockname()[1]}"
        server.should_exit = True
        thread.join(5)


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:
    """A tab in English; any error in it, or anything that its policy refuses, fails the test."""
    context = browser.new_context(locale="en-GB", base_url=address, viewport={"width": 1400, "height": 1000})
    tab = context.new_page()
    wrong: list[str] = []
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    tab.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    yield tab
    context.close()
    assert [said for said in wrong if "404" not in said and "409" not in said] == []


def chosen(page: Any) -> str | None:
    return page.evaluate("document.querySelector('#panel:not([hidden]) .panel-body')?.dataset.id ?? null")  # type: ignore[no-any-return]


def choose(page: Any, key: str, id: str) -> None:
    page.keyboard.press(key)
    page.wait_for_selector(f'#panel .panel-body[data-id="{id}"]')


# ---------------------------------------------------------------- reading


def test_the_keys_walk_the_attributions_and_the_address_follows(page: Any) -> None:
    page.goto("/article/pier")
    for key, id in (("j", "a1"), ("j", "a2"), ("j", "a3"), ("k", "a2"), ("k", "a1"), ("k", "a4")):
        choose(page, key, id)
    assert page.locator(".c.on").count() >= 1
    here = page.url
    page.keyboard.press("Escape")
    assert chosen(page) is None
    page.goto(here)
    assert chosen(page) == "a4"


def test_s_keeps_to_a_source_and_f_shows_the_working(page: Any) -> None:
    page.goto("/article/pier")
    choose(page, "s", "a1")
    page.keyboard.press("s")
    page.wait_for_timeout(200)
    assert chosen(page) == "a1"  # it is all that she says
    page.keyboard.press("f")
    assert page.locator(".working").is_visible()
    page.locator(".text .flag").first.click()
    assert not page.locator(".working").is_visible()


def test_a_click_on_the_words_opens_the_inner_attribution(page: Any) -> None:
    page.goto("/article/pier")
    page.locator('.c[data-a="a2"]').first.click()
    page.wait_for_selector('#panel .panel-body[data-id="a2"]')
    assert "Ida Marsh" in page.locator("#panel").inner_text()  # through whom it comes


def test_filters_leave_what_is_asked_for(page: Any) -> None:
    page.goto("/article/pier")
    page.locator(".voice").first.click()
    assert page.locator(".note[data-a]:visible").count() == 1
    assert page.locator(".c:not(.off)").count() == 1
    page.locator(".voice").first.click()
    page.get_by_text("Filter", exact=True).click()
    page.get_by_label("denies").check()
    assert page.locator(".note[data-a]:visible").count() == 1
    assert page.locator("#left").inner_text() == "1 of 4"
    page.keyboard.press("j")
    page.wait_for_selector('#panel .panel-body[data-id="a3"]')


def test_switches_show_what_they_name(page: Any) -> None:
    page.goto("/article/pier")
    before = page.locator(".fact.t").evaluate("e => getComputedStyle(e, '::after').content")
    page.locator("#times").check()
    after = page.locator(".fact.t").evaluate("e => getComputedStyle(e, '::after').content")
    assert (before, "2025-03-12" in after) == ("none", True)
    page.locator("#plain").check()
    assert page.locator(".k:visible").count() == 0
    assert page.locator(".margin:visible").count() == 0


def test_doubt_and_denial_are_told_without_colour(page: Any) -> None:
    page.goto("/article/pier")
    style = "e => getComputedStyle(e).textDecorationStyle"
    assert page.locator('.c[data-a="a4"]').first.evaluate(style) == "dotted"
    assert page.locator('.c[data-a="a3"]').first.evaluate(style) == "solid"
    assert "⊘" in page.locator('.k[data-a="a3"]').inner_text()
    assert "denies" in page.locator("#n-a3").inner_text()


def test_copied_text_is_the_articles(page: Any) -> None:
    page.goto("/article/pier")
    said = page.evaluate(
        "(getSelection().selectAllChildren(document.querySelector('.set')), getSelection().toString())"
    )
    assert said.strip() == article().article.text.strip()


def test_an_earlier_text_can_be_looked_at_but_not_corrected(page: Any, path: Path) -> None:
    with Library.open(path) as library:
        before = library.revisions("pier")[0].n
        library.add(article("At dawn. " + MARKED), seen="2999-01-01T00:00:00Z")
    page.goto(f"/article/pier?revision={before}")
    choose(page, "j", "a1")
    assert page.get_by_role("button", name="It is right").count() == 0
    assert page.locator(".missed").count() == 0


def test_from_the_front_page_to_the_exact_words(page: Any) -> None:
    """Stories, the story, the claim, its words in an article; and back."""
    page.goto("/")
    for selector in ('nav a[href="/stories"]', 'a[href="/story/quay"]', ".matrix tbody th a"):
        page.click(selector)
    said = page.locator(".occurrence a").last
    words = said.locator("[lang]").inner_text()
    said.click()
    sought = page.locator(".sought")
    assert "".join(sought.all_inner_texts()) == words
    assert sought.first.bounding_box()["y"] < 1000
    page.click('.notice a[href^="/claim/"]')
    assert words in page.inner_text("main")


def test_the_language_switch(page: Any) -> None:
    page.goto("/article/pier")
    page.get_by_role("link", name="Français").click()
    assert "nie" in page.locator("#n-a3").inner_text()
    assert page.url.endswith("/article/pier")


# ---------------------------------------------------------------- correcting


def select(page: Any, words: str) -> None:
    page.evaluate(
        """words => {
          const walker = document.createTreeWalker(document.querySelector('.text'), NodeFilter.SHOW_TEXT);
          for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            const at = node.data.indexOf(words);
            if (at >= 0 && !node.parentElement.closest('.margin')) {
              getSelection().setBaseAndExtent(node, at, node, at + words.length); return;
            }
          }
        }""",
        words,
    )
    page.wait_for_timeout(50)


def test_words_are_mended_by_selecting_them(page: Any, path: Path) -> None:
    page.goto("/article/pier")
    choose(page, "j", "a1")
    page.get_by_text("Mend", exact=True).click()
    select(page, "had cracked")
    page.locator('#panel [data-take="content"]').click()
    page.locator("#panel").get_by_label("Act").select_option("assess")
    page.get_by_role("button", name="Save").click()
    page.wait_for_selector(".notice")
    with Library.open(path) as library:
        applied = library.applied("pier")
    mended = next(a for a in applied.reading.attributions if a.id == "a1")
    assert [s.of(applied.reading.article.text) for s in mended.content.spans] == ["had cracked"]
    assert mended.act == "assess"
    page.locator(".notice").get_by_role("button", name="Undo").click()
    page.wait_for_selector(".notice")
    with Library.open(path) as library:
        assert library.applied("pier").reading == library.get("pier")


def test_what_was_missed_is_added_with_code_points(page: Any, path: Path) -> None:
    with Library.open(path, create=True) as library:
        library.add(article("😀😀 Ann 𝒜 said [q1 it] [c1 was] cold.", id="astral"))
    page.goto("/article/astral")
    page.get_by_text("Add an attribution that was missed").click()
    for part, words in (("source", "Ann"), ("cue", "said"), ("content", "cold")):
        select(page, words)
        page.locator(f'.missed [data-take="{part}"]').click()
    page.get_by_role("button", name="Add", exact=True).last.click()
    page.wait_for_selector(".notice")
    with Library.open(path) as library:
        made = library.applied("astral").reading
    added = next(a for a in made.attributions if a.by == "correction")
    marked = [[s.of(made.article.text) for s in part.spans] for part in (added.source, added.cue, added.content)]
    assert marked == [["Ann"], ["said"], ["cold"]]


def test_two_tabs(page: Any, path: Path) -> None:
    page.goto("/article/pier")
    choose(page, "j", "a1")
    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_role("button", name="It is right").click()
    other.wait_for_selector(".notice")
    page.get_by_role("button", name="Reject").click()
    page.wait_for_selector("text=Somebody was quicker")
    page.get_by_role("button", name="Apply my correction all the same").click()
    page.wait_for_selector(".notice")
    with Library.open(path) as library:
        assert [c.verb for c in library.corrections()] == ["confirm", "reject"]


# ---------------------------------------------------------------- merging and splitting


@pytest.fixture(scope="module")
def linked_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("linked") / "selon.db"
    with filled(path, port()) as library:
        tie(library)
    return path


@pytest.fixture
def ruled(linked_once: Path, path: Path) -> Iterator[str]:
    """The page on a library of four articles that were linked."""
    shutil.copy(linked_once, path)
    with served(Settings(path, "Ann")) as at:
        yield at


@pytest.fixture
def tab(browser: Any, ruled: str) -> Iterator[Any]:
    context = browser.new_context(
        locale="fr-FR", base_url=ruled, viewport={"width": 1400, "height": 1000}, bypass_csp=True
    )
    yield context.new_page()
    context.close()


def violations(tab: Any) -> list[Any]:
    from axe_playwright_python.sync_playwright import Axe

    found = []
    for scheme in ("light", "dark"):
        for width in SIZES:
            tab.emulate_media(color_scheme=scheme)
            tab.set_viewport_size({"width": width, "height": 900})
            assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth"), (tab.url, width)
            tab.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
            found += [(v["id"], v["nodes"][0]["html"][:120]) for v in Axe().run(tab).response["violations"]]
    tab.set_viewport_size({"width": 1400, "height": 1000})
    return found


def test_claims_are_merged_split_and_undone(tab: Any, path: Path) -> None:
    with Library.open(path) as library:
        a, b = claim_with(library, "Sept dockers ont été"), claim_with(library, "alarme n'a pas")
    tab.goto(f"/story/{a.story}")
    for claim in (a, b):
        tab.locator(f'.pick:has(a[href="/claim/{claim.id}"]) input').check()
    assert violations(tab) == []
    tab.get_by_role("button", name="C’est la même affirmation").click()
    tab.wait_for_selector(".notice")
    assert "2 origines indépendantes" in tab.locator(".verdict").first.inner_text()
    assert "Ann a jugé que c’est cette affirmation" in tab.locator(".origins").inner_text()
    assert violations(tab) == []
    off = tab.locator(".occurrence").filter(has_text="alarme n'a pas").get_by_role("button")
    off.click()
    tab.wait_for_selector(".notice:has-text('séparé')")
    assert "alarme n'a pas" not in tab.locator(".origins").inner_text()
    tab.get_by_role("button", name="Annuler").click()
    tab.wait_for_selector(".notice:has-text('annulé')")
    assert "alarme n'a pas" in tab.locator(".origins").inner_text()
    tab.goto("/corrections")
    assert violations(tab) == []
    tab.get_by_role("button", name="Annuler").click()
    with Library.open(path) as library:
        assert (claim_with(library, "Sept dockers ont été"), claim_with(library, "alarme n'a pas")) == (a, b)


def test_people_are_merged_split_and_undone(tab: Any, path: Path) -> None:
    tab.goto("/who?name=Vautrin")
    tab.get_by_label("Autre nom").fill("rennick")
    tab.locator("#merge").get_by_role("button", name="Chercher").click()
    assert violations(tab) == []
    tab.get_by_role("button", name=re.compile("C’est la même.*Paul Rennick")).click()
    tab.wait_for_selector(".notice")
    assert "Paul Rennick" in tab.locator("main").inner_text()
    assert violations(tab) == []
    other = tab.context.new_page()
    other.goto(tab.url)
    other.locator(".choice").filter(has_text="Paul Rennick").get_by_role("button", name="Séparer").click()
    other.wait_for_selector(".notice")
    tab.locator(".choice").filter(has_text="Courrier de Morvane").get_by_role("button").click()  # it is another by now
    tab.wait_for_selector("text=Quelqu’un est passé avant")
    assert violations(tab) == []
    tab.get_by_role("button", name="Appliquer quand même").click()
    tab.wait_for_selector(".notice")
    with Library.open(path) as library:
        assert [len(known.mentions) for known in ask.people(library, "Vautrin")] == [1, 1]
        assert len(ask.who(library, "Rennick").known.mentions) == 1


def test_it_is_ruled_without_scripts(browser: Any, ruled: str, path: Path) -> None:
    with Library.open(path) as library:
        a = claim_with(library, "Sept dockers ont été")
    context = browser.new_context(base_url=ruled, java_script_enabled=False, locale="en-GB")
    tab = context.new_page()
    tab.goto(f"/claim/{a.id}")
    tab.get_by_label("Words of another claim").fill("alarme")
    tab.locator("#merge").get_by_role("button", name="Search").click()
    tab.get_by_role("button", name="It is the same").first.click()
    assert "They are merged" in tab.locator(".notice").inner_text()
    tab.get_by_role("button", name="Not this claim").first.click()
    assert "split off" in tab.locator(".notice").inner_text()
    context.close()


# ---------------------------------------------------------------- adding


def test_a_dropped_file_is_added(page: Any) -> None:
    page.goto("/add")
    transfer = page.evaluate_handle(
        "() => { const d = new DataTransfer(); d.items.add(new File(['<p>x</p>'], 'one.html')); return d }"
    )
    page.dispatch_event("#drop", "drop", {"dataTransfer": transfer})
    page.get_by_role("button", name="Add", exact=True).click()
    page.wait_for_selector('[data-state="done"]')
    page.get_by_role("link", name="one.html").last.click()
    assert "Pier shut" in page.title()


def test_leaving_does_not_stop_an_add(page: Any, path: Path) -> None:
    page.goto("/add")
    page.locator("#text").fill("some words")
    page.get_by_role("button", name="Add", exact=True).click()
    page.wait_for_url("**/adds/*")
    page.goto("about:blank")
    with Library.open(path) as library:
        assert len(library) == 4
    for _ in range(100):
        with Library.open(path) as library:
            if len(library) == 5:
                return
        time.sleep(0.05)
    raise AssertionError("the article was not added")


# ---------------------------------------------------------------- for everybody


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_keeps_anybody_out(browser: Any, address: str, path: Path, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    with Library.open(path) as library:
        library.add(article("At dawn. " + MARKED, outlet="Other"), again=True, seen="2999-01-01T00:00:00Z")
    context = browser.new_context(base_url=address, color_scheme=scheme, locale="fr-FR", bypass_csp=True)
    tab = context.new_page()
    found = {}
    for page in PAGES + LINKED:
        for width in SIZES:
            tab.set_viewport_size({"width": width, "height": 900})
            tab.goto(page)
            if page.startswith("/article"):
                tab.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
                tab.locator(".note a").first.click()
                tab.wait_for_selector("#panel .panel-body")
                for switch in ("own", "times", "places", "numbers"):
                    tab.evaluate(f"document.getElementById('{switch}').click()")
            result = Axe().run(tab)
            if result.violations_count:
                found[page, width] = [(v["id"], v["nodes"][0]["html"][:120]) for v in result.response["violations"]]
    context.close()
    assert found == {}


@pytest.mark.parametrize("width", SIZES)
def test_no_page_is_wider_than_its_window(page: Any, path: Path, width: int) -> None:
    with Library.open(path) as library:
        library.add(
            article(f"[s1 {'W' * 200}] [c1 said] [q1 {'x' * 500}]", id="wide", outlet="O" * 100, title="T" * 300)
        )
    page.set_viewport_size({"width": width, "height": 900})
    for where in (*PAGES, *LINKED, "/article/wide"):
        page.goto(where)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), where


def test_without_scripts_it_can_be_read_and_judged(browser: Any, address: str) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False, locale="en-GB")
    tab = context.new_page()
    tab.goto("/article/pier")
    tab.locator("#n-a3 a").click()
    tab.get_by_role("button", name="It is right").click()
    assert "confirmed" in tab.locator(".notice").inner_text()
    context.close()


def test_print_is_the_article_alone(page: Any) -> None:
    page.goto("/article/pier")
    page.emulate_media(media="print")
    for hidden in (".masthead", ".tools", "#panel", ".foot"):
        assert not page.locator(hidden).is_visible()
    assert page.locator(".text").is_visible()
    assert page.locator(".margin").first.is_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")
    assert re.search("Pier", page.title())
