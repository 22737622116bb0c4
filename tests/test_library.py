"""The library: what is kept comes back, once, whole, whatever happens meanwhile."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marked import reading
from selon.library import Library, Stamp, codec, files
from selon.model import Entity, InputError, Published, Reading, Span, Time, address_of, article_id

MARCH = Published(value="2025-03-12", how="metadata", why="meta")


def made(id: str = "a", words: str = "la digue tiendra", **article: Any) -> Reading:
    """A reading of article `id` in which Jeanne Morel says `words`."""
    who = Entity(id="e1", name="Jeanne Morel", kind="person", roles=("maire",), mentions=(Span(0, 3),))
    fields = {"id": id, **article}
    return reading(f"[s1 Ann] [c1 dit] [q1 {words}].", entities=(who,), article=fields, a1={"entity": "e1"})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "selon.db"


@pytest.fixture
def library(path: Path) -> Any:
    with Library.open(path, create=True) as opened:
        yield opened


def sql(path: Path, statement: str, *values: Any) -> list[Any]:
    db = sqlite3.connect(path)
    try:
        found = db.execute(statement, values).fetchall()
        db.commit()
        return found
    finally:
        db.close()


# ---------------------------------------------------------------- the stored form


@st.composite
def readings(draw: st.DrawFn) -> Reading:
    text = draw(st.text(st.characters(exclude_categories=["Cs"]), min_size=4, max_size=80))
    starts = st.integers(0, len(text) - 1)
    spans = draw(st.lists(starts.flatmap(lambda s: st.builds(Span, st.just(s), st.integers(s + 1, len(text))))))
    name = draw(st.text(st.characters(exclude_categories=["Cs"])))
    entity = Entity(id="e1", name=name, kind="person", mentions=tuple(spans))
    base = reading("[s1 Ann] [c1 dit] [q1 oui]", entities=(entity,))
    article = msgspec.structs.replace(base.article, text="Ann dit oui " + text, title=draw(st.none() | st.just(text)))
    return msgspec.structs.replace(base, article=article, made_by={"x": draw(st.sampled_from(["1", "é", ""]))})


@given(readings())
def test_what_is_packed_comes_back(one: Reading) -> None:
    assert codec.unpack(codec.pack(one)) == one


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_a_damaged_record_is_told(at: int, flip: int) -> None:
    record = bytearray(codec.pack(made()))
    record[at % len(record)] ^= flip
    with suppress(codec.DamagedError):
        assert codec.unpack(bytes(record)) == made()  # a bit that means nothing, in the compressed stream's header


def test_a_span_that_gives_other_words_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    one = made()
    moved = [w if w != "la digue tiendra" else "la digue tiendrai" for w in codec.words(one)]
    assert moved != list(codec.words(one))
    monkeypatch.setattr(codec, "words", lambda _: tuple(moved))
    with pytest.raises(codec.DamagedError, match=r"attributions\.0\.content.*was 'la digue tiendrai' and is"):
        codec.pack(one)


def test_spans_of_any_record_are_found() -> None:
    paths = [path for path, _ in codec.spans(made())]
    assert paths == [
        "entities.0.mentions.0",
        "attributions.0.source.spans.0",
        "attributions.0.cue.spans.0",
        "attributions.0.content.spans.0",
    ]
    dated = msgspec.structs.replace(
        made(), times=(Time(start=1, end=2, type="DATE", value="X", anchor="none", by="x"),)
    )
    assert "times.0" in [path for path, _ in codec.spans(dated)]


def test_a_reading_that_json_cannot_hold_is_refused(library: Library) -> None:
    one = made()
    bad = msgspec.structs.replace(one.attributions[0], score=float("nan"))
    with pytest.raises(ValueError, match="does not come back"):
        library.add(msgspec.structs.replace(one, attributions=(bad,)))
    assert len(library) == 0


# ---------------------------------------------------------------- who is who


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://Echo.example/a?utm_source=x#y", "http://echo.example/a/", True),
        ("https://echo.example/a?id=1&fbclid=2", "https://echo.example/a?id=1", True),
        ("https://echo.example/a?id=1", "https://echo.example/a?id=2", False),
        ("https://echo.example:443/a", "https://echo.example/a", True),
        ("https://echo.example:8080/a", "https://echo.example/a", False),
        ("https://echo.example/a", "https://echo.example/A", False),
        ("https://echo.example", "https://echo.example/", True),
        ("https://[", "https://[", True),
    ],
)
def test_address(one: str, other: str, same: bool) -> None:
    assert (address_of(one) == address_of(other)) == same


def test_ids() -> None:
    ids = [
        article_id("t", None, None),
        article_id("t", None, "Le Rivage"),
        article_id("u", None, None),
        article_id("t", "https://a.example/1", None),
        article_id("t", "https://a.example/2", None),
    ]
    assert len(set(ids)) == len(ids)
    assert article_id("t", "https://a.example/1", "x") == article_id("u", "http://a.example/1#z", "y")


# ---------------------------------------------------------------- adding


def test_adding_twice_changes_nothing(library: Library, path: Path) -> None:
    assert library.add(made(), place="f", digest=b"1") == ("a", "added")
    before = sql(path, "SELECT * FROM articles, revisions, attributions, sources")
    assert library.add(made()) == ("a", "known")
    assert library.holds("f", b"1") == "a"
    assert sql(path, "SELECT * FROM articles, revisions, attributions, sources") == before
    assert library.get("a") == made()


def test_another_text_is_a_revision(library: Library) -> None:
    library.add(made(words="la digue tiendra"), seen="2025-01-01T00:00:00Z")
    assert library.add(made(words="la digue a cédé"), seen="2025-01-02T00:00:00Z").status == "revised"
    assert "cédé" in library.get("a").article.text
    first, second = library.revisions("a")
    assert (first.current, second.current) == (False, True)
    assert "tiendra" in library.get("a", first.n).article.text
    assert len(library) == 1
    assert [hit.id for hit in library.search("cédé")] == ["a", "a"]
    assert library.search("tiendra") == ()
    assert list(library.check()) == []


def test_an_older_capture_does_not_become_the_current_text(library: Library) -> None:
    library.add(made(words="trois"), seen="2025-01-03T00:00:00Z")
    library.add(made(words="un"), seen="2025-01-01T00:00:00Z")
    assert "trois" in library.get("a").article.text
    library.add(made(words="un"), seen="2025-01-04T00:00:00Z")  # it went back to what it was
    assert "un." in library.get("a").article.text
    assert [r.last_seen[8:10] for r in library.revisions("a")] == ["04", "03"]
    assert list(library.check()) == []


def test_read_again(library: Library) -> None:
    library.add(made())
    better = msgspec.structs.replace(made(), made_by={"weights": "2"})
    assert library.add(better).status == "known"
    assert library.get("a").made_by == {}
    assert library.add(better, again=True).status == "reread"
    assert library.add(better, again=True).status == "known"
    assert library.get("a") == better
    assert list(library.check()) == []


def test_a_thousand_articles_with_the_same_text(library: Library) -> None:
    for n in range(1000):
        library.add(made(str(n), outlet=f"Journal {n}"))
    assert len(library) == 1000
    assert [r.article.id for r in library.readings()] == [str(n) for n in range(1000)]
    assert len(library.search("digue", limit=5)) == 10


def test_without_a_date_the_day_of_adding_orders_and_is_marked(library: Library) -> None:
    library.add(made("undated"))
    library.add(made("dated", published=MARCH))
    library.add(made("month", published=Published(value="2025-03", how="given", why="")))
    entries = list(library.entries())
    assert [(e.id, e.dated) for e in entries] == [("month", True), ("dated", True), ("undated", False)]
    assert entries[2].day == entries[2].added[:10]
    assert library.summary().undated == 1


def test_where_things_are_found_again(library: Library) -> None:
    library.add(made("u", url="https://echo.example/1?utm_medium=x"), place="feed", digest=b"u")
    library.add(made("t", words="rien", outlet="Le Rivage"), place="/t.txt", digest=b"t")
    assert library.at_address("http://echo.example/1") == "u"
    assert library.with_text(made("t", words="rien").article.text, "Le Rivage") == "t"
    assert library.with_text(made("t", words="rien").article.text, None) is None
    assert library.with_text(made("u").article.text, None) == "u"
    assert library.at_place("/t.txt") == "t"
    assert library.holds("/copy.txt", b"t") == "t"
    assert library.at_place("/copy.txt") == "t"
    assert library.holds("/t.txt", b"other") is None
    assert "u" in library
    assert "x" not in library


def test_a_stamp_is_kept_with_its_reading(library: Library) -> None:
    assert library.fetched("https://echo.example/1") is None
    stamp = Stamp("https://echo.example/1", '"e"', None)
    library.add(made(), stamp=stamp)
    found = library.fetched("https://echo.example/1")
    assert found
    assert found[0] == stamp


def test_unknown_article(library: Library) -> None:
    library.add(made())
    for id, revision in (("b", None), ("a", 99)):
        with pytest.raises(InputError) as caught:
            library.get(id, revision)
        assert caught.value.code == "unknown"


# ---------------------------------------------------------------- searching


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("digue", True),
        ("DÎGUE", True),
        ("la digue", True),
        ('"digue tiendra"', True),
        ("«digue tiendra»", True),
        ('"tiendra digue"', False),
        ("tiend*", True),
        ("tiend", False),
        ("morel", True),
        ("digue AND pont", False),
        ('dig" OR (', False),
        ("digue NEAR(", False),
        ("digue -", True),
        ("l'eau", False),
    ],
)
def test_search(library: Library, words: str, found: bool) -> None:
    library.add(made())
    assert bool(library.search(words)) == found


def test_hits(library: Library) -> None:
    library.add(made(outlet="Le Rivage", title="Digue", published=MARCH))
    said, told = library.search("digue")
    assert (said.attribution, said.speaker) == ("a1", "Jeanne Morel")
    assert said.words == (("la ", False), ("digue", True), (" tiendra", False))
    assert (told.attribution, told.day, told.dated, told.outlet) == (None, "2025-03-12", True, "Le Rivage")
    with pytest.raises(InputError, match="no word"):
        library.search(" - ")


# ---------------------------------------------------------------- tables for other tools


def test_tables(library: Library, path: Path) -> None:
    library.add(made(outlet="Le Rivage", published=MARCH, url="https://rivage.example/1"))
    assert sql(path, "SELECT day, outlet, speaker, act, content, article FROM ledger") == [
        ("2025-03-12", "Le Rivage", "Jeanne Morel", "say", "la digue tiendra", "a")
    ]
    assert sql(path, 'SELECT substr(a.text, t.start + 1, t."end" - t.start) FROM attributions t, articles a') == [
        ("la digue tiendra",)
    ]
    assert sql(path, "PRAGMA journal_mode") == [("wal",)]


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        ("UPDATE attributions SET content = 'autre'", "table attributions has other rows"),
        ("DELETE FROM entities", "table entities has other rows"),
        ("UPDATE articles SET text = 'autre'", "another text than its reading"),
        ("UPDATE revisions SET record = substr(record, 1, 60)", "cannot be read back"),
        ("UPDATE revisions SET record = x'07'", "this version does not know"),
        ("UPDATE revisions SET text_hash = x'00'", "another article or text"),
        ("UPDATE articles SET id = 'b'", "another article or text"),
        ("UPDATE articles SET revision = NULL", "has no reading"),
        ("DROP TRIGGER articles_changed; UPDATE articles SET text = 'autre'", "words to search by"),
        ("DELETE FROM articles", "points at nothing"),
    ],
)
def test_check_finds_harm(library: Library, path: Path, harm: str, said: str) -> None:
    library.add(made())
    assert list(library.check()) == []
    for statement in harm.split("; "):
        sql(path, statement)
    assert any(said in fault for fault in library.check())


def test_rebuild(library: Library, path: Path) -> None:
    for n in range(3):
        library.add(made(str(n), words=f"la digue {n}"))
    sql(path, "DELETE FROM attributions")
    sql(path, "UPDATE articles SET text = 'autre', title = 'x', revision = NULL")
    assert library.rebuild() == 3
    assert list(library.check()) == []
    assert library.get("1") == made("1", words="la digue 1")


def test_tables_of_an_older_version_are_filled_anew(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Library.open(path, create=True) as library:
        library.add(made())
        sql(path, "UPDATE attributions SET content = 'as it was'")
    monkeypatch.setattr(codec, "TABLES_VERSION", "99")
    with Library.open(path) as library:
        assert list(library.check()) == []


# ---------------------------------------------------------------- files that are no library, old and new schemas


def _foreign(path: Path) -> None:
    sql(path, "CREATE TABLE t (x)")


def _newer(path: Path) -> None:
    Library.open(path, create=True).close()
    sql(path, "PRAGMA user_version = 99")


def _damaged(path: Path) -> None:
    with Library.open(path, create=True) as library:
        for n in range(20):
            library.add(made(str(n)))
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xaa" * (len(data) - 4096)
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda path: path.write_text("un texte, pas une bibliothèque"), "no-library"),
        (_foreign, "no-library"),
        (_newer, "newer"),
        (_damaged, "damaged"),
        (lambda path: path.write_bytes(b"SQLite format 3\0" + b"\1" * 2000), "damaged"),
        (lambda path: path.mkdir(), "unreadable"),
        (lambda _: None, "missing"),
    ],
)
def test_bad_file(path: Path, make: Callable[[Path], object], code: str) -> None:
    make(path)
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(InputError) as caught, Library.open(path) as library:
        list(library.readings())
    assert caught.value.code == code
    assert str(path) in caught.value.message
    assert not path.is_file() or path.read_bytes() == before


def test_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no folder"):
        Library.open(tmp_path / "none" / "selon.db", create=True)


def test_a_file_of_no_bytes_is_a_new_library(path: Path) -> None:
    path.touch()
    with Library.open(path) as library:
        assert len(library) == 0


LATER = "-- a later step\nCREATE TABLE later (a TEXT);\nCREATE TABLE last (a TEXT);\n"


def test_an_older_library_is_copied_then_brought_up_to_date(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = files.migrations()
    with Library.open(path, create=True) as library:
        library.add(made())
    with monkeypatch.context() as patch:
        patch.setattr(files, "migrations", lambda: [*steps, LATER])
        with Library.open(path) as library:
            assert library.summary().schema == len(steps) + 1
            assert library.get("a") == made()
    copy = path.with_name(f"selon.db.schema-{len(steps)}")
    assert sql(copy, "SELECT id FROM articles") == [("a",)]
    assert sql(path, "SELECT count(*) FROM last") == [(0,)]
    with pytest.raises(InputError) as caught:
        Library.open(path)
    assert caught.value.code == "newer"
    assert str(copy) in caught.value.message
    with Library.open(copy) as library:
        assert library.get("a") == made()


def test_a_step_that_fails_changes_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Library.open(path, create=True) as library:
        library.add(made())
    steps = [*files.migrations(), "CREATE TABLE later (a TEXT);\nINSERT INTO nowhere VALUES (1);\n"]
    monkeypatch.setattr(files, "migrations", lambda: steps)
    with pytest.raises(sqlite3.OperationalError):
        Library.open(path)
    assert sql(path, "PRAGMA user_version") == [(len(steps) - 1,)]
    assert sql(path, "SELECT name FROM sqlite_master WHERE name = 'later'") == []


def test_a_damaged_library_offers_the_copy(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = files.migrations()
    with Library.open(path, create=True) as library:
        library.add(made())
    monkeypatch.setattr(files, "migrations", lambda: [*steps, LATER])
    Library.open(path).close()
    path.write_bytes(path.read_bytes()[:100] + b"\xaa" * 9000)
    with pytest.raises(InputError, match=f"schema-{len(steps)}"):
        Library.open(path)


# ---------------------------------------------------------------- no room


def test_no_room(library: Library) -> None:
    library.add(made("first"))
    pages = library._db.execute("PRAGMA page_count").fetchone()[0]
    library._db.execute(f"PRAGMA max_page_count = {pages + 12}")
    many = (made(str(n), words=f"{n} {os.urandom(500).hex()}") for n in range(1000))
    with pytest.raises(InputError) as caught:
        deque(map(library.add, many), 0)
    assert caught.value.code == "full"
    assert "free some" in caught.value.message
    assert list(library.check()) == []
    kept = [r.article.id for r in library.readings()]
    assert kept == ["first", *map(str, range(len(kept) - 1))]
    library._db.execute("PRAGMA max_page_count = 100000")
    assert library.add(made(str(len(kept) - 1))).status == "added"


FILL = """
import os, resource, sys
from selon.library import Library
from test_library import made
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
with Library.open(sys.argv[1], create=True) as library:
    for n in range(1000):
        library.add(made(str(n), words=f"{n} {os.urandom(500).hex()}"))
        print(n, flush=True)
"""


def _python(*arguments: str, **more: Any) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([*sys.path, str(Path(__file__).parent)])}
    command = [sys.executable, *arguments]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more)


@pytest.mark.skipif(sys.platform == "win32", reason="limits on the size of files")
def test_no_room_on_the_disk(path: Path) -> None:
    """The file system refuses to write, here for a limit on the size of files."""
    process = _python("-c", FILL, str(path))
    out, err = process.communicate()
    assert process.returncode == 1
    assert "what was added is kept" in err.lower()
    assert 0 < len(out.split()) < 1000
    with Library.open(path) as library:
        assert list(library.check()) == []
        assert {r.article.id for r in library.readings()} >= set(out.split())


# ---------------------------------------------------------------- others at the same time


def test_two_writers_and_a_reader(path: Path) -> None:
    Library.open(path, create=True).close()
    faults: list[object] = []

    def write() -> None:
        try:
            with Library.open(path) as library:
                for n in range(60):
                    library.add(made(str(n)), place=f"f{n}", digest=b"%d" % n)
        except BaseException as error:
            faults.append(error)

    writers = [threading.Thread(target=write) for _ in range(2)]
    for writer in writers:
        writer.start()
    with Library.open(path) as library:
        while any(writer.is_alive() for writer in writers):
            ids = [r.article.id for r in library.readings()]
            assert ids == [str(n) for n in range(len(ids))]
    assert not faults
    with Library.open(path) as library:
        assert len(library) == library.summary().revisions == 60
        assert list(library.check()) == []


def test_many_make_the_same_library_at_once(path: Path) -> None:
    faults: list[object] = []

    def make(n: int) -> None:
        try:
            with Library.open(path, create=True) as library:
                library.add(made(str(n)))
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=make, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    with Library.open(path) as library:
        assert len(library) == 8


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_opening_it_again_leaves_the_locks_of_others_alone(path: Path) -> None:
    """Else another process takes itself for the last one, and removes the log that this one goes on writing."""
    with Library.open(path, create=True) as library:
        library.add(made("a"))
        Library.open(path).close()
        command = f"from selon.library import Library; Library.open({str(path)!r}).close()"
        subprocess.run([sys.executable, "-c", command], check=True)
        library.add(made("b"))
        assert sql(path, "SELECT id FROM articles ORDER BY n") == [("a",), ("b",)]


def test_killed_at_any_moment(path: Path, tmp_path: Path) -> None:
    """`bench/kill_drill.py` is the long form of this."""
    expected = [made(f"{n:03}", words=f"la digue {n} tiendra") for n in range(200)]
    records = tmp_path / "records.jsonl"
    records.write_bytes(b"\n".join(one.to_json() for one in expected))
    before: list[Reading] = []
    for kill in range(5):
        process = _python("-m", "selon", "add", str(records), "--library", str(path), start_new_session=True)
        wanted, until = min(200, len(before) + 20 + kill), time.monotonic() + 20
        while process.poll() is None and time.monotonic() < until and _count(path) < wanted:
            time.sleep(0.002)
        time.sleep(0.003 * kill)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        with Library.open(path) as library:
            assert list(library.check()) == []
            found = list(library.readings())
            assert len(found) == len(library) == library.summary().revisions
        assert found == expected[: len(found)]
        assert len(found) >= len(before)
        before = found
    assert 0 < len(before) < 200  # else the kills came too late to show anything
    assert _python("-m", "selon", "add", str(records), "--library", str(path)).wait() == 0
    with Library.open(path) as library:
        assert list(library.readings()) == expected


def _count(path: Path) -> int:
    try:
        return int(sql(path, "SELECT count(*) FROM articles")[0][0]) if path.exists() else 0
    except sqlite3.OperationalError:
        return 0
