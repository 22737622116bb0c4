"""Adding: what is found in files, folders, archives and feeds, and what becomes of it."""

import gzip
import io
import json
import os
import sys
import threading
import zipfile
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marked import reading
from selon import cli
from selon.adding import Given, Outcome, add, archives, feeds, flow, inputs, readers, watch
from selon.adding.readers import Readers
from selon.fetch import Visitor
from selon.library import Library
from selon.model import InputError, Published, Reading, article_id

STORY = "Le maire de Valmont a déclaré que la digue {} tiendrait encore dix ans."


def quick(source: str | bytes, **options: Any) -> Reading:
    """Reads anything as one attribution, in no time; words in it make it fail."""
    text = source if isinstance(source, str) else source.decode("utf-8", "replace")
    if "RIEN" in text:
        raise InputError("no-article", "there is no article in it")
    if "PANNE" in text:
        raise ZeroDivisionError
    if "MORT" in text:
        os._exit(1)
    published = options["published"]
    url, language = options["url"], options["language"] or "fr"
    if "CANONIQUE" in text:
        url = "https://rivage.example/article"
    given = Published(value=published, how="given", why="") if published else None
    article = {"id": article_id(text, url, None), "url": url, "language": language, "published": given}
    made = reading(text.replace("[", "(").replace("]", ")"), article=article)
    return made


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "selon.db"


@pytest.fixture
def library(path: Path) -> Iterator[Library]:
    with Library.open(path, create=True) as opened:
        yield opened


def added(library: Library, *targets: object, **options: Any) -> list[Outcome]:
    options = {"read": quick, "jobs": 1, **options}
    return list(add(library, map(str, targets), **options))


def statuses(outcomes: list[Outcome]) -> Counter[str]:
    return Counter(outcome.status for outcome in outcomes)


def texts(library: Library) -> list[str]:
    return [reading.article.text for reading in library.readings()]


# ---------------------------------------------------------------- files and folders


def test_files_and_folders(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "press"
    (folder / "deeper").mkdir(parents=True)
    (folder / ".git").mkdir()
    for name in ("b.txt", "a.html", "deeper/c.md", ".hidden.txt", ".git/d.txt", "photo.jpg", "data.csv"):
        (folder / name).write_text(STORY.format(name), "utf-8")
    (folder / "e.txt.gz").write_bytes(gzip.compress(STORY.format("e").encode()))
    found = added(library, folder)
    assert statuses(found) == {"added": 4, "skipped": 1}
    assert found[-1].message == "files of other kinds are left out (1 .csv, 1 .jpg)"
    assert [text.split("digue ")[1].split()[0] for text in texts(library)] == ["a.html", "b.txt", "e", "deeper/c.md"]
    assert statuses(added(library, folder)) == {"known": 4, "skipped": 1}
    assert len(library) == 4


def test_a_changed_file_is_a_revision_and_another_story_is_not(library: Library, tmp_path: Path) -> None:
    file = tmp_path / "note.txt"
    file.write_text(STORY.format("nord"), "utf-8")
    first = added(library, file)[0]
    file.write_text(STORY.format("nord") + " Il a ajouté un mot.", "utf-8")
    second = added(library, file)[0]
    assert (second.status, second.id) == ("revised", first.id)
    file.rename(tmp_path / "moved.txt")
    assert added(library, tmp_path / "moved.txt")[0][1:3] == ("known", first.id)
    file.write_text(STORY.format("nord"), "utf-8")  # the older text, from another place
    assert added(library, file)[0][1:3] == ("known", first.id)
    file.write_text("Autre chose : les pêcheurs de Tolbec ont repris la mer lundi, selon leur syndicat.", "utf-8")
    third = added(library, file)[0]
    assert third.status == "added"
    assert len(library) == 2


def test_the_same_words_under_two_outlets_are_two_articles(library: Library, tmp_path: Path) -> None:
    file = tmp_path / "note.txt"
    file.write_text(STORY, "utf-8")
    for outlet in ("Le Rivage", "La Vigie", "Le Rivage"):
        added(library, file, given=Given(outlet=outlet))
    assert [r.article.outlet for r in library.readings()] == ["Le Rivage", "La Vigie"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("none.txt", None, "there is no file"),
        ("big.txt", b"x" * (8 * 1024 * 1024 + 1), "larger than 8 MiB"),
        ("no.txt", b"RIEN", "there is no article in it"),
        ("fault.txt", b"PANNE", "ZeroDivisionError"),
        ("cut.txt.gz", gzip.compress(os.urandom(9000))[:5000], "damaged or cut short"),
        ("swells.html.gz", gzip.compress(b"a" * 9_000_000), "larger than 8 MiB"),
        ("bad.zip", b"PK\3\4nonsense", "damaged or cut short"),
        ("feed.xml", b"<rss version='2.0'><channel><item></channel", "the feed is broken"),
        ("map.xml", b"<urlset", "broken"),
        ("a\0b", None, "there is no file"),
    ],
)
def test_bad_files(library: Library, tmp_path: Path, name: str, content: bytes | None, said: str) -> None:
    file = tmp_path / "good.txt"
    file.write_text(STORY, "utf-8")
    if content is not None:
        (tmp_path / name).write_bytes(content)
    bad, good = added(library, tmp_path / name, file)
    assert bad.status == "failed"
    assert said in bad.message
    assert good.status == "added"


def test_standard_input(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    line = json.dumps({"id": "a", "text": STORY}).encode()
    for data in (line + b"\n" + line.replace(b'"a"', b'"b"'), b"La digue tiendra."):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
        assert "failed" not in statuses(added(library, "-"))
    assert len(library) == 3


# ---------------------------------------------------------------- JSON lines


def test_a_line_is_kept_to_the_letter(library: Library, tmp_path: Path) -> None:
    line = {
        "id": 7,
        "url": "https://rivage.example/1",
        "outlet": "Le Rivage",
        "title": "  La digue\u00a0! ",
        "byline": ["Ann Aubin", "Luc Ley"],
        "published": "2025-03-12T23:30:00+02:00",
        "language": "fr-FR",
        "text": "La digue.\n\n Elle tient\r\nbon.\t",
        "event": "not ours",
    }
    file = tmp_path / "a.jsonl"
    file.write_text("\n" + json.dumps(line) + "\n\n", "utf-8-sig")
    assert statuses(added(library, file)) == {"added": 1}
    article = library.get("7").article
    assert article.text == "  La digue\u00a0! \n\nLa digue.\n\n Elle tient\r\nbon.\t"
    assert (article.outlet, article.byline, article.title) == ("Le Rivage", "Ann Aubin, Luc Ley", line["title"])
    assert article.published
    assert (article.published.value, article.language, article.url) == ("2025-03-12", "fr", line["url"])


def test_a_line_read_by_the_rules(library: Library, tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    text = "« La digue tiendra », a déclaré mardi Jeanne Morel, la maire de Valmont."
    file.write_text(json.dumps({"id": "x", "title": "Digue", "text": text, "published": "2025-03-13"}), "utf-8")
    added(library, file, read=None, given=Given(rules_only=True))
    one = library.get("x")
    assert one.article.text == "Digue\n\n" + text
    assert [s.of(one.article.text) for s in one.attributions[0].content.spans] == ["« La digue tiendra »"]
    assert one.times[0].value == "2025-03-11"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{not json", "no article in JSON"),
        ('{"id": "a"}', "neither text nor html"),
        ('{"text": "a", "html": "b"}', "both text and html"),
        ('{"text": 1}', "no article in JSON"),
        ('["text"]', "no article in JSON"),
        ('{"selon": "0", "article": {"id": "a"}}', "no article in JSON"),
        (json.dumps({"selon": "0", "article": {"id": "a", "language": "fr", "text": "Oui", "blocks": []},
                     "times": [{"start": 0, "end": 9, "type": "DATE", "value": "X", "anchor": "none", "by": "x"}]}),
         "leaves the text"),
        ('{"text": "RIEN"}', "there is no article"),
    ],
)  # fmt: skip
def test_bad_lines(library: Library, tmp_path: Path, line: str, said: str) -> None:
    file = tmp_path / "a.jsonl"
    good = json.dumps({"id": "good", "text": STORY})
    file.write_text(f"{good}\n{line}\n{good.replace('good', 'more')}\n", "utf-8")
    found = added(library, file)
    assert [outcome.status for outcome in found] == ["added", "failed", "added"]
    assert said in found[1].message
    assert found[1].place.endswith("a.jsonl:2")


@pytest.mark.parametrize(
    ("published", "day", "told"),
    [
        ("2025-03-12", "2025-03-12", False),
        ("2025-03-12T10:00:00Z", "2025-03-12", False),
        ("2025-03-12 10:00", "2025-03-12", False),
        ("2025-03", "2025-03", False),
        ("Wed, 12 Mar 2025 10:00:00 GMT", "2025-03-12", False),
        ("2025-13-01", None, True),
        ("2025-02-30", None, True),
        ("hier", None, True),
        ("", None, False),
        (None, None, False),
    ],
)
def test_day_of(published: str | None, day: str | None, told: bool) -> None:
    found, remarks = inputs.day_of(published)
    assert found == day
    assert bool(remarks) == told


def test_a_date_that_is_none_is_noted(library: Library, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({"id": "a", "text": STORY, "published": "hier"}))
    added(library, tmp_path / "a.jsonl")
    assert [note.code for note in library.get("a").notes] == ["published"]
    assert [entry.dated for entry in library.entries()] == [False]


def test_one_object_over_several_lines(library: Library, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps({"id": "a", "text": STORY}, indent=2))
    assert statuses(added(library, tmp_path / "a.json")) == {"added": 1}


def test_records_of_selon_read(library: Library, tmp_path: Path) -> None:
    one = reading("[s1 Ann] [c1 dit] [q1 oui].", article={"id": "r"})
    (tmp_path / "a.jsonl").write_bytes(one.to_json() + b"\n")
    assert statuses(added(library, tmp_path / "a.jsonl")) == {"added": 1}
    assert statuses(added(library, tmp_path / "a.jsonl")) == {"known": 1}
    assert library.get("r") == one


def test_html_in_a_line(library: Library, tmp_path: Path) -> None:
    line = {"id": "h", "html": f"<p>{STORY}</p>", "url": "https://rivage.example/2", "title": "T", "outlet": "O"}
    (tmp_path / "a.jsonl").write_text(json.dumps(line))
    added(library, tmp_path / "a.jsonl")
    article = library.get("h").article
    assert (article.text, article.title, article.outlet) == (f"<p>{STORY}</p>", "T", "O")


def test_a_thousand_lines_with_the_same_text(library: Library, tmp_path: Path) -> None:
    calls = []

    def counted(*arguments: Any, **options: Any) -> Reading:
        calls.append(1)
        return quick(*arguments, **options)

    lines = [json.dumps({"id": f"n{n}", "outlet": f"Journal {n % 7}", "text": STORY}) for n in range(1000)]
    (tmp_path / "a.jsonl").write_text("\n".join(lines))
    assert statuses(added(library, tmp_path / "a.jsonl", read=counted)) == {"added": 1000}
    assert len(library) == 1000
    assert len(calls) == 1
    assert library.get("n999").article.outlet == "Journal 5"


def test_an_address_that_is_known_under_an_id_keeps_it(library: Library, tmp_path: Path) -> None:
    line = {"id": "mine", "url": "https://rivage.example/1", "text": STORY.format("nord")}
    (tmp_path / "a.jsonl").write_text(json.dumps(line))
    added(library, tmp_path / "a.jsonl")
    (tmp_path / "b.txt").write_text(STORY.format("sud"), "utf-8")
    found = added(library, tmp_path / "b.txt", given=Given(url="http://rivage.example/1?utm_source=x"))
    assert found[0][1:3] == ("revised", "mine")


def test_pages_that_all_claim_one_address_stay_apart(library: Library, tmp_path: Path) -> None:
    stories = ["CANONIQUE " + STORY.format("nord"), "CANONIQUE Les pêcheurs de Tolbec ont repris la mer lundi."]
    for time in ("2024-01-01", "2024-01-02"):
        data = [record(f"https://rivage.example/{n}", text, date=time + "T00:00:00Z") for n, text in enumerate(stories)]
        (tmp_path / f"{time}.warc").write_bytes(b"".join(data))
        added(library, tmp_path / f"{time}.warc", again=True)
    assert texts(library) == stories
    mobile = record("https://m.rivage.example/0", stories[0] + " Rectifié.", date="2024-01-03T00:00:00Z")
    (tmp_path / "m.warc").write_bytes(mobile)
    assert statuses(added(library, tmp_path / "m.warc")) == {"revised": 1}


# ---------------------------------------------------------------- archives


def record(url: str, body: str | bytes, *, status: str = "200 OK", kind: str = "text/html", **more: str) -> bytes:
    body = body if isinstance(body, bytes) else body.encode()
    extra = "".join(f"{name}: {value}\r\n" for name, value in more.items() if name != "date")
    http = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{extra}\r\n".encode() + body
    date = more.get("date", "2024-01-02T03:04:05Z")
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: {date}\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    return head.encode() + http + b"\r\n\r\n"


def pages() -> list[bytes]:
    return [
        record("https://rivage.example/0", STORY.format("nord")),
        record("https://rivage.example/1", gzip.compress(STORY.format("sud").encode()), **{"Content-Encoding": "gzip"}),
        record("https://rivage.example/x", "non", status="404 Not Found"),
        record("https://rivage.example/i.png", "non", kind="image/png"),
        record("https://rivage.example/0", STORY.format("nord") + " Rectifié.", date="2024-01-03T03:04:05.123456Z"),
    ]


def _wacz(data: bytes, name: str = "archive/a.warc.gz") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("datapackage.json", "{}")
        archive.writestr(name, data)
    return out.getvalue()


WARC = b"".join(pages())
GZIPPED = b"".join(map(gzip.compress, pages()))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.warc", WARC),
        ("a.warc.gz", GZIPPED),
        ("whole.warc.gz", gzip.compress(WARC)),
        ("a.wacz", _wacz(GZIPPED)),
        ("b.wacz", _wacz(WARC, "archive/a.warc")),
    ],
)
def test_archive(library: Library, tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    assert statuses(added(library, tmp_path / name)) == {"added": 2, "revised": 1}
    assert texts(library) == [STORY.format("nord") + " Rectifié.", STORY.format("sud")]
    revisions = library.revisions(library.at_address("https://rivage.example/0") or "")
    assert [r.seen for r in revisions] == ["2024-01-02T03:04:05Z", "2024-01-03T03:04:05Z"]
    assert statuses(added(library, tmp_path / name)) == {"known": 3}
    assert statuses(added(library, tmp_path / name, again=True)) == {"known": 3}
    assert "Rectifié" in texts(library)[0]
    assert list(library.check()) == []


FIRST = len(pages()[0])


@pytest.mark.parametrize(
    ("name", "data", "whole", "said"),
    [
        ("text.warc", WARC[: FIRST - 30], 0, "cut short"),
        ("head.warc", WARC[: FIRST + 40], 1, "cut short"),
        ("second.warc", WARC[: FIRST + len(pages()[1]) - 20], 1, "cut short"),
        ("a.warc.gz", GZIPPED[: len(gzip.compress(pages()[0])) + 50], 1, "damaged or cut short"),
        ("b.warc", pages()[0] + b"nonsense\r\n\r\n" + pages()[1], 1, "damaged or cut short after 1 records"),
        ("noise.warc.gz", gzip.compress(pages()[0]) + b"\x1f\x8b" + b"\xaa" * 300, 1, "damaged"),
        ("a.wacz", _wacz(GZIPPED)[:-40], 0, "damaged or cut short"),
        ("none.wacz", _wacz(b"", "a.txt"), 0, "without any WARC"),
    ],
)
def test_archive_cut_short(library: Library, tmp_path: Path, name: str, data: bytes, whole: int, said: str) -> None:
    (tmp_path / name).write_bytes(data)
    found = added(library, tmp_path / name)
    assert statuses(found)["added"] == whole
    assert any(said in outcome.message for outcome in found if outcome.status == "failed")
    assert list(library.check()) == []


WHOLE = [page for page in archives.warc(archives.unpacked(io.BytesIO(WARC))) if isinstance(page, archives.Captured)]


@given(st.sampled_from([WARC, GZIPPED]), st.data())
def test_what_is_whole_is_read_wherever_an_archive_is_cut(data: bytes, draw: st.DataObject) -> None:
    end = draw.draw(st.integers(1, len(data) - 1))
    found = list(archives.warc(archives.unpacked(io.BytesIO(data[:end]))))
    pages_found = [page for page in found if isinstance(page, archives.Captured)]
    assert pages_found == WHOLE[: len(pages_found)]
    at_a_limit = data[:end].endswith(b"\r\n\r\n") or data[end:].startswith(b"\x1f\x8b")
    assert at_a_limit or len(pages_found) < len(found)


@given(st.sampled_from([WARC, GZIPPED]), st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=9))
def test_a_damaged_archive_never_raises(data: bytes, harm: list[tuple[int, int]]) -> None:
    harmed = bytearray(data)
    for at, byte in harm:
        harmed[at % len(data)] = byte
    for page in archives.warc(archives.unpacked(io.BytesIO(bytes(harmed)))):
        assert isinstance(page, archives.Captured | archives.Missing)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("page.warc.gz", gzip.compress(record("https://rivage.example/b", b"a" * 20_000_000))),
        ("body.warc", record("https://b.example/b", gzip.compress(b"a" * 20_000_000), **{"Content-Encoding": "gzip"})),
        ("zip.wacz", _wacz(pages()[0] + b"\0" * 20_000_000, "archive/a.warc")),
        ("nested.wacz", _wacz(gzip.compress(pages()[0] + b"\0" * 20_000_000))),
        ("twice.html.gz", gzip.compress(gzip.compress(b"a" * 20_000_000))),
    ],
)
def test_bomb(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, data: bytes) -> None:
    """What swells without end is given up, and the rest is added."""
    monkeypatch.setattr(archives, "_ALLOWED", 1_000_000)
    (tmp_path / name).write_bytes(data)
    (tmp_path / "z.txt").write_text(STORY, "utf-8")
    found = added(library, tmp_path / name, tmp_path / "z.txt")
    assert found[-1].status == "added"
    assert name == "twice.html.gz" or statuses(found)["failed"] > 0
    assert all(len(text) < 1000 for text in texts(library)[1:])


# ---------------------------------------------------------------- processes


def test_processes_read_as_one_does(path: Path, tmp_path: Path) -> None:
    """One of them ends, as if for want of memory; the others' articles are read, in order."""
    lines = [json.dumps({"id": f"n{n}", "text": STORY.format(n) if n != 1 else "MORT"}) for n in range(7)]
    (tmp_path / "a.jsonl").write_text("\n".join(lines))
    with Library.open(path, create=True) as library:
        found = added(library, tmp_path / "a.jsonl", jobs=2)
        assert [outcome.status for outcome in found] == ["added", "failed", *["added"] * 5]
        assert "too little memory" in found[1].message
        assert [r.article.id for r in library.readings()] == [f"n{n}" for n in range(7) if n != 1]
    assert "SELON_THREADS" not in os.environ


def test_a_process_apart_outlives_what_ends_it(path: Path, tmp_path: Path) -> None:
    """One article ends it; the others are read, and so are those of the next add, in one process that is not ours."""
    with Library.open(path, create=True) as library, Readers(1, quick, apart=True) as apart:
        for n in range(2):
            lines = [json.dumps({"id": f"n{n}{i}", "text": STORY.format(i) if i else "MORT"}) for i in range(3)]
            (tmp_path / "a.jsonl").write_text("\n".join(lines))
            found = list(add(library, [str(tmp_path / "a.jsonl")], readers=apart))
            assert [outcome.status for outcome in found] == ["failed", "added", "added"]
            assert found[0].code == "ended"
        apart.run(note_process, tmp_path / "pid")
        assert int((tmp_path / "pid").read_text()) != os.getpid()
        with pytest.raises(InputError, match="too little memory"):
            apart.run(end_process, tmp_path)
        with pytest.raises(InputError, match="no library"):
            apart.run(open_library, tmp_path / "pid")
        apart.end()
        with pytest.raises((InputError, RuntimeError)):
            apart.run(note_process, tmp_path / "pid")
    assert "SELON_THREADS" not in os.environ


def note_process(path: Path) -> None:
    path.write_text(str(os.getpid()))


def end_process(_: Path) -> None:
    os._exit(9)


def open_library(path: Path) -> None:
    with Library.open(path):
        pass


def test_workers() -> None:
    assert readers.workers(1) == 1
    assert 1 <= readers.workers() <= (os.cpu_count() or 1)


def test_few_articles_start_no_processes(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Readers, "_new", lambda _: pytest.fail("processes were started"))
    lines = [json.dumps({"id": f"n{n}", "text": STORY.format(n)}) for n in range(flow.FEW)]
    (tmp_path / "a.jsonl").write_text("\n".join(lines))
    assert statuses(added(library, tmp_path / "a.jsonl", jobs=2)) == {"added": flow.FEW}


def test_a_full_library_stops_and_goes_on(library: Library, tmp_path: Path) -> None:
    lines = [json.dumps({"id": f"n{n}", "text": STORY.format(n) + os.urandom(400).hex()}) for n in range(200)]
    (tmp_path / "a.jsonl").write_text("\n".join(lines))
    library._db.execute("PRAGMA max_page_count = 120")
    with pytest.raises(InputError, match="no room left"):
        added(library, tmp_path / "a.jsonl")
    kept = len(library)
    assert 0 < kept < 200
    library._db.execute("PRAGMA max_page_count = 100000")
    assert statuses(added(library, tmp_path / "a.jsonl")) == {"known": kept, "added": 200 - kept}
    assert [r.article.id for r in library.readings()] == [f"n{n}" for n in range(200)]


# ---------------------------------------------------------------- feeds


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"<?xml version='1.0'?><rss version='2.0'>", "feed"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- c --><feed xmlns='http://www.w3.org/2005/Atom'>", "feed"),
        (b"<?xml version='1.0'?><?xml-stylesheet href='a'?><rdf:RDF>", "feed"),
        (b"<urlset>", "sitemap"),
        (b"<?xml version='1.0'?><sitemapindex>", "sitemap"),
        (b"<!doctype html><html><body><rss></rss>", None),
        (b"<?xml version='1.0'?><!DOCTYPE html><html>", None),
        (b"La digue", None),
        (b"", None),
    ],
)
def test_kind_of(data: bytes, kind: str | None) -> None:
    assert feeds.kind_of(data) == kind


RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>Le Rivage</title>
<item><title>Un</title><link>/story/1</link><pubDate>Wed, 12 Mar 2025 10:00:00 GMT</pubDate></item>
<item><title>Deux</title><link>{site}/story/2</link><pubDate>n’importe quoi</pubDate></item>
<item><title>Encore</title><link>{site}/story/1</link></item>
<item><title>Sans adresse</title></item><item><link>javascript:alert(1)</link></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Le Rivage</title><entry><title>Un</title>
<link rel="alternate" href="{site}/story/1"/><published>2025-03-12T10:00:00Z</published></entry></feed>"""
NEWS = """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>{site}/story/1</loc><news:news>
<news:publication_date>2025-03-12T10:00:00+01:00</news:publication_date></news:news></url>
<url><loc>{site}/story/3</loc></url></urlset>"""
INDEX = "<sitemapindex><sitemap><loc>{site}/news</loc></sitemap></sitemapindex>"
LOOP = "<sitemapindex><sitemap><loc>{site}/loop</loc></sitemap></sitemapindex>"
LAUGHS = """<!DOCTYPE urlset [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><urlset><url><loc>http://x/&c;</loc></url></urlset>"""


def test_listed() -> None:
    found = feeds.listed(RSS.format(site="https://a.example").encode(), "https://a.example/feed")
    assert [(one.url, one.day) for one in found] == [
        ("https://a.example/story/1", "2025-03-12"),
        ("https://a.example/story/2", None),
    ]
    with pytest.raises(InputError, match="no feed"):
        feeds.listed(LAUGHS.encode(), None)
    with pytest.raises(InputError, match=r"the page names these: https://a\.example/rss"):
        feeds.listed(b'<html><link rel="alternate" type="application/rss+xml" href="/rss">', "https://a.example/x")


class Site(BaseHTTPRequestHandler):
    """Answers with `bodies`, an ETag of their content, and what robots.txt there is; counts what is asked."""

    bodies: ClassVar[dict[str, str | bytes | int]] = {}
    asked: ClassVar[Counter[tuple[str, int]]] = Counter()

    def do_GET(self) -> None:
        body = self.bodies.get(self.path, 404)
        if isinstance(body, int):
            self._answer(body, b"", "")
            return
        data = body if isinstance(body, bytes) else body.replace("{site}", f"http://{self.headers['Host']}").encode()
        tag = f'"{hash(data)}"'
        self._answer(304 if self.headers.get("If-None-Match") == tag else 200, data, tag)

    def _answer(self, status: int, data: bytes, tag: str) -> None:
        self.asked[self.path, status] += 1
        self.send_response(status)
        if status == 200:
            kind = "application/xml" if data[:1] == b"<" else "text/plain"
            self.send_header("Content-Type", "application/gzip" if data[:2] == b"\x1f\x8b" else kind)
        if tag:
            self.send_header("ETag", tag)
        self.send_header("Content-Length", str(len(data) if status == 200 else 0))
        self.end_headers()
        if status == 200:
            self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    where = f"http://127.0.0.1:{server.server_port}"
    Site.bodies = {f"/story/{n}": STORY.format(n) for n in range(1, 6)}
    Site.bodies |= {"/feed": RSS, "/atom": ATOM, "/news": NEWS, "/index": INDEX, "/loop": LOOP}
    Site.bodies["/news.xml.gz"] = gzip.compress(NEWS.replace("{site}", where).encode())
    Site.asked = Counter()
    yield where
    server.shutdown()
    server.server_close()


def visiting() -> dict[str, Any]:
    return {"visitor": Visitor(allow_private=True, pause=0.0)}


@pytest.mark.parametrize(
    ("where", "stories", "day"),
    [
        ("/story/1", [1], None),
        ("/feed", [1, 2], "2025-03-12"),
        ("/atom", [1], "2025-03-12"),
        ("/news", [1, 3], "2025-03-12"),
        ("/news.xml.gz", [1, 3], "2025-03-12"),
        ("/index", [1, 3], "2025-03-12"),
    ],
)
def test_address(library: Library, site: str, where: str, stories: list[int], day: str | None) -> None:
    assert statuses(added(library, site + where, **visiting())) == {"added": len(stories)}
    assert texts(library) == [STORY.format(n) for n in stories]
    published = next(library.readings()).article.published
    assert (published.value if published else None) == day
    assert not any(status == 304 for _, status in Site.asked)
    again = added(library, site + where, **visiting())
    assert set(statuses(again)) <= {"known"}
    assert Site.asked[where, 304] == 1  # and what an unchanged feed lists is not asked for at all
    assert not any(Site.asked[f"/story/{n}", 200] > 1 for n in stories)


def test_a_story_that_changes(library: Library, site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter(f"2030-01-01T00:00:0{n}Z" for n in range(9))
    monkeypatch.setattr(flow, "now", lambda: next(times))
    first = added(library, site + "/story/1", **visiting())[0]
    Site.bodies["/story/1"] = STORY.format(1) + " Rectifié."
    second = added(library, site + "/story/1", **visiting())[0]
    assert (second.status, second.id) == ("revised", first.id)
    Site.bodies["/story/1"] = STORY.format(1)
    assert added(library, site + "/story/1", **visiting())[0].status == "known"
    assert "Rectifié" not in texts(library)[0]  # what stands there now
    assert len(library.revisions(first.id or "")) == 2


@pytest.mark.parametrize(
    ("where", "code", "said"),
    [
        ("/nowhere", "http", "404"),
        ("/loop", "feed", "lead to one another"),
        ("/hidden/1", "robots", "robots.txt"),
    ],
)
def test_bad_address(library: Library, site: str, where: str, code: str, said: str) -> None:
    Site.bodies |= {"/robots.txt": "User-agent: *\nDisallow: /hidden", "/hidden/1": STORY}
    bad, good = added(library, site + where, site + "/story/1", **visiting())
    assert (bad.status, bad.code) == ("failed", code)
    assert said in bad.message
    assert good.status == "added"


def test_a_feed_is_asked_again_whole_until_all_of_it_is_kept(library: Library, site: str) -> None:
    Site.bodies["/story/2"] = 500
    assert statuses(added(library, site + "/feed", **visiting())) == {"added": 1, "failed": 1}
    Site.bodies["/story/2"] = STORY.format(2)
    assert statuses(added(library, site + "/feed", **visiting())) == {"added": 1, "known": 1}
    assert added(library, site + "/feed", **visiting())[0].status == "known"


def test_watch(library: Library, site: str) -> None:
    more = "<item><link>{site}/story/%d</link></item></channel>"
    later: list[str | int] = [RSS.replace("</channel>", more % 4), 500, RSS.replace("</channel>", more % 5)]

    def sleep(seconds: float) -> None:
        assert 30 < seconds <= 60
        Site.bodies["/feed"] = later.pop(0)

    found = list(watch(library, [site + "/feed"], every=60, rounds=4, read=quick, sleep=sleep, **visiting()))
    assert [outcome.status for outcome in found] == ["added", "added", "added", "failed", "added"]
    assert texts(library) == [STORY.format(n) for n in (1, 2, 4, 5)]
    assert all(Site.asked[f"/story/{n}", 200] == 1 for n in (1, 2, 4, 5))
    assert not any(status == 304 for _, status in Site.asked)


def test_watching_what_is_no_feed_ends(library: Library, site: str) -> None:
    found = list(watch(library, [site + "/story/1"], every=60, read=quick, **visiting()))
    assert [outcome.code for outcome in found] == ["feed"]
    added(library, site + "/story/1", **visiting())
    found = list(watch(library, [site + "/story/1"], every=60, read=quick, **visiting()))
    assert [outcome.code for outcome in found] == ["feed"]


def test_a_watched_story_is_asked_for_again_when_its_feed_says_so(library: Library, site: str) -> None:
    def sleep(_: float) -> None:
        Site.bodies["/story/1"] = STORY.format(1) + " Rectifié."
        Site.bodies["/atom"] = ATOM.replace("</published>", "</published><updated>2025-03-13T10:00:00Z</updated>")

    found = list(watch(library, [site + "/atom"], every=60, rounds=2, read=quick, sleep=sleep, **visiting()))
    assert [outcome.status for outcome in found] == ["added", "revised"]


# ---------------------------------------------------------------- the commands


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys.modules["selon.read"], "read", quick)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SELON_LIBRARY", raising=False)


@pytest.mark.usefixtures("fake")
def test_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def run(*arguments: str) -> tuple[int, str, str]:
        status = cli.main(arguments)
        return (status, *capsys.readouterr())

    (tmp_path / "a.txt").write_text("[s1 Ann] [c1 dit] [q1 que la digue tiendra].", "utf-8")
    status, out, err = run("add", "a.txt", "none.txt", "--date", "2025-03-12", "--outlet", "Le Rivage")
    assert (status, out) == (1, "1 added, 1 not read; 1 articles in selon.db\n")
    assert err.startswith("selon: none.txt: there is no file")
    status, out, _ = run("add", "a.txt", "--json", "--date", "2025-03-12", "--outlet", "Le Rivage")
    told = json.loads(out)
    assert (status, told["status"]) == (0, "known")
    assert run("add", "a.txt", "--id", "mine")[0] == 0
    monkeypatch.setenv("SELON_LIBRARY", str(tmp_path / "selon.db"))
    monkeypatch.chdir("/")
    status, out, _ = run("library", "--list")
    assert status == 0
    assert out.splitlines()[0].split()[:2] == [told["id"], "2025-03-12"]
    assert "mine  (" in out
    assert run("library", "--check")[:2] == (0, "2 articles, all sound\n")
    assert "2 articles" in run("library")[1]
    assert json.loads(run("library", "--json")[1])["undated"] == 1
    assert run("library", "--rebuild")[0] == 0
    status, out, _ = run("search", "DIGUE")
    assert out.count("digue") == 2
    assert "nothing found" in run("search", "pont")[1]
    assert "digue" in run("get", "mine")[1]
    one = Reading.from_json(run("get", "mine", "--json")[1])
    assert one.article.id == "mine"
    assert run("get", "mine", "--revisions")[1].rstrip().endswith("current")
    assert [Reading.from_json(line).article.id for line in run("library", "--export")[1].splitlines()][1] == "mine"
    assert run("get", "other")[0] == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["add"], "nothing to add"),
        (["add", "a", "b", "--id", "x"], "--id x is of one article"),
        (["add", ".", "--url", "https://a.example"], "is of one article"),
        (["add", "x", "--jobs", "0"], "Must be >= 1"),
        (["add", "x", "--lang", "la"], "no language that can be read"),
        (["watch"], "nothing to watch"),
        (["watch", "feed.xml"], "no http or https address"),
        (["watch", "https://a.example", "--every", "soon"], "no length of time"),
        (["watch", "https://a.example", "--every", "0"], "no length of time"),
        (["search"], "nothing to search for"),
    ],
)
def test_wrong_usage(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(arguments) == 2
    assert said in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_no_library(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    missing = str(tmp_path / "none.db")
    for arguments in (["get", "x"], ["search", "x"], ["library"]):
        assert cli.main([*arguments, "--library", missing]) == 1
        assert "there is no library" in capsys.readouterr().err
