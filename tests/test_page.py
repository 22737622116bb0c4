"""Pages: whole ones pinned with their expected record, small ones in tables, and what holds for any bytes."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selon.model import InputError, Note, Page
from selon.stages.page import decode, is_html, read_html

PAGES = sorted(path.parent for path in (Path(__file__).parent / "pages").glob("*/expected.json"))
STORY = (
    "<p>Le port de Valmont restera fermé jusqu’à jeudi, a annoncé la préfecture de la Varance mercredi soir.</p>"
    "<p>D’après le service météorologique, les rafales pourraient dépasser 130 km/h dans la nuit de mercredi.</p>"
    "<p>Les pêcheurs de la Varance demandent une aide d’urgence à l’État, selon leur syndicat, très inquiet.</p>"
)


def record(page: Page, notes: tuple[Note, ...]) -> dict[str, Any]:
    """What expected.json holds."""
    return {
        "blocks": [f"{b.kind}: {page.text[b.start : b.end]}" for b in page.blocks],
        "title": page.title,
        "byline": page.byline,
        "outlet": page.outlet,
        "url": page.url,
        "language": page.language,
        "published": [page.published.value, page.published.how] if page.published else None,
        "credits": list(page.credits),
        "aside": {note.code: (note.text or "").split("\n") for note in notes},
    }


def read(data: bytes, url: str | None = None) -> tuple[Page, tuple[Note, ...]]:
    text, notes = decode(data, None)
    page, more = read_html(text, url)
    return page, (*notes, *more)


@pytest.mark.parametrize("folder", PAGES, ids=[folder.name for folder in PAGES])
def test_pinned_page(folder: Path) -> None:
    found = record(*read((folder / "page.html").read_bytes()))
    assert found == json.loads((folder / "expected.json").read_text("utf-8"))


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("<title>Le port fermé - L’Écho</title>", "<h1>Le port fermé</h1>", "Le port fermé"),
        (
            "<title>Le port fermé</title><meta property=og:title content='Le port fermé'>",
            "<h1>L’Écho</h1>",
            "Le port fermé",
        ),
        ("<title>L’Écho | Le port fermé</title><meta property=og:site_name content='L’Écho'>", "", "Le port fermé"),
        ("<title>Le port fermé : ce que dit la préfète</title>", "", "Le port fermé : ce que dit la préfète"),
        ("", "<h1>Le port fermé</h1>", "Le port fermé"),
    ],
)
def test_title(head: str, body: str, title: str) -> None:
    page, _ = read_html(f"<html><head>{head}</head><body>{body}<article>{STORY}</article></body></html>", None)
    assert page.title == title
    assert page.text.startswith(f"{title}\n\nLe port de Valmont")
    assert page.text.count(title) == 1


LINKED = '<script type="application/ld+json">%s</script>'


@pytest.mark.parametrize(
    ("head", "url", "day", "how"),
    [
        (
            '<meta property="article:published_time" content="2024-03-13T23:40:00-05:00">',
            None,
            "2024-03-13",
            "metadata",
        ),
        (LINKED % '[{"@type":["NewsArticle"],"datePublished":"2024-03-13"}]', None, "2024-03-13", "metadata"),
        (LINKED % "{broken", "https://echo.example/2024/03/13/port", "2024-03-13", "url"),
        ("", "https://echo.example/varance/port-20240313-4.html", "2024-03-13", "url"),
        ("", "https://echo.example/2024/13/45/port", None, None),
        ('<meta name="date" content="0000-00-00">', None, None, None),
    ],
)
def test_published(head: str, url: str | None, day: str | None, how: str | None) -> None:
    page, _ = read_html(f"<html><head>{head}</head><body><article>{STORY}</article></body></html>", url)
    assert (page.published.value if page.published else None) == day
    assert (page.published.how if page.published else None) == how


@pytest.mark.parametrize(
    ("other", "noted"),
    [
        ('<meta property="article:published_time" content="2019-06-01">', True),
        ('<meta property="article:published_time" content="2024-03-14T01:10:00+02:00">', False),  # another zone
        ("<time datetime='2019-06-01'>le 1er juin 2019</time>", False),
    ],
)
def test_days_that_differ(other: str, noted: bool) -> None:
    head = LINKED % '[{"@type":["NewsArticle"],"datePublished":"2024-03-13"}]'
    page, notes = read_html(f"<html><head>{head}{other}</head><body><article>{STORY}</article></body></html>", None)
    assert page.published is not None
    assert page.published.value == "2024-03-13"
    assert ("dates-differ" in {note.code for note in notes}) is noted


def test_story_only_in_json_ld() -> None:
    body = " ".join(
        ["Le port restera fermé, a dit la préfète, qui craint une tempête sans précédent dans la région."] * 9
    )
    data = json.dumps({"@type": "NewsArticle", "headline": "Le port fermé", "articleBody": body})
    page, _ = read_html(
        f'<html><body><script type="application/ld+json">{data}</script><p>Menu</p></body></html>', None
    )
    assert page.text == f"Le port fermé\n\n{body}"


@pytest.mark.parametrize(
    "html",
    ["", " ", "<", "<html></html>", "<html><body><nav><a href=/>Accueil</a></nav></body></html>", "\0\0", "<!-- -->"],
)
def test_no_article(html: str) -> None:
    page, notes = read_html(html, None)
    assert page.text == ""
    assert "no-article" in [note.code for note in notes]


def test_front_page_is_no_article() -> None:
    teaser = "<h2><a href=/{0}>Le port de Valmont fermé jusqu’à jeudi par la tempête {0}</a></h2><p>Ça monte.</p>"
    page, notes = read_html("<div class=list>" + "".join(teaser.format(n) for n in range(12)) + "</div>", None)
    assert page.text == ""
    assert [note.code for note in notes] == ["no-article"]


def test_deep_nesting_is_read() -> None:
    page, _ = read_html("<div>" * 1500 + STORY + "</div>" * 1500, None)
    assert "port de Valmont" in page.text


@pytest.mark.parametrize(
    ("text", "content_type", "verdict"),
    [
        ("<!DOCTYPE html><html>", None, True),
        ("  <html lang=fr>", None, True),
        ("<p>a</p><p>b</p><p>c</p>", None, True),
        ("Le port < la digue", "text/html", True),
        ("Le port est fermé", "text/html", False),
        ("Si a < b et b > c, alors <p> n’est rien.", None, False),
        ("", None, False),
    ],
)
def test_is_html(text: str, content_type: str | None, verdict: bool) -> None:
    assert is_html(text, content_type) is verdict


@pytest.mark.parametrize(
    ("data", "content_type", "text"),
    [
        ("é\r\n".encode(), None, "é\r\n"),
        (b"\xef\xbb\xbf\xc3\xa9", None, "é"),
        ("é".encode("utf-16"), None, "é"),
        (b"\xe9t\xe9 \x92", "text/html; charset=ISO-8859-1", "été ’"),
        (b'<meta charset="windows-1252">\x93\xe9\x94', None, '<meta charset="windows-1252">“é”'),
        ("été".encode(), "text/html; charset=iso-8859-1", "été"),
        ("Le préfet a décidé, après l’été.".encode("cp1252"), None, "Le préfet a décidé, après l’été."),
        ("Привет".encode("koi8-r"), "text/plain; charset=koi8-r", "Привет"),
        (b"caf\xe9", "text/html; charset=nonsense", "café"),
    ],
)
def test_decode(data: bytes, content_type: str | None, text: str) -> None:
    assert decode(data, content_type)[0] == text


@pytest.mark.parametrize(
    "data", [b"%PDF-1.7 ...", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04...", b"a\0b", b"\xff\xd8\xff\xe0"]
)
def test_binary_is_refused(data: bytes) -> None:
    with pytest.raises(InputError) as caught:
        decode(data, None)
    assert caught.value.code == "binary"


@given(st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)))
@settings(max_examples=150, deadline=None)
def test_any_bytes(data: bytes) -> None:
    try:
        text, notes = decode(data, None)
    except InputError:
        return
    assert all(note.code == "encoding" for note in notes)
    assert_sound(read_html(text, None)[0])


def assert_sound(page: Page) -> None:
    """Blocks are in order, apart, and cover all of the text but what separates them and a list's bullets."""
    at = 0
    for block in page.blocks:
        assert at <= block.start < block.end <= len(page.text)
        assert page.text[at : block.start].strip() in ("", *"-•*·▪►")
        at = block.end
    assert at == len(page.text)


TAGS = st.sampled_from(
    ["p", "div", "article", "h1", "ul", "li", "table", "td", "figcaption", "br", "a", "script", "nav"]
)


@given(st.lists(st.tuples(TAGS, st.booleans(), st.one_of(st.just(STORY), st.text(max_size=30))), max_size=12))
@settings(max_examples=100, deadline=None)
def test_any_markup(parts: list[tuple[str, bool, str]]) -> None:
    html = "".join(f"<{tag}>{text}" + (f"</{tag}>" if closed else "") for tag, closed, text in parts)
    assert_sound(read_html(html, "https://echo.example/a")[0])
