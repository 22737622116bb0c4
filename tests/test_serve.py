"""`selon serve` and `selon corrections` on the command line."""

import json
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from selon.cli import main
from selon.cli_serve import TRIES, _listening
from selon.library import Library, desk
from selon.library.corrections import version_of
from selon.score import load
from selon.terminal import UsageError
from test_web import article


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with Library.open(tmp_path / "selon.db", create=True) as library:
        library.add(article())
    return tmp_path / "selon.db"


def correct(path: Path, verb: str, id: str | None = None) -> int:
    with Library.open(path) as library:
        applied = library.applied("pier")
        a = next((a for a in applied.reading.attributions if a.id == id), None)
        version = version_of(applied.reading, a, applied.last.get(a.id)) if a else None
        return desk.correct(library, "pier", verb, "Ann", attribution=id, version=version).n  # type: ignore[arg-type]


# ---------------------------------------------------------------- the port


def test_a_port_in_use_gives_way_to_the_next() -> None:
    with _listening("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with _listening("127.0.0.1", port) as second:
            assert port < second.getsockname()[1] <= port + TRIES


@pytest.mark.parametrize(("host", "said"), [("no.such.host.example", "no address"), ("192.0.2.1", "no address")])
def test_addresses_of_others_are_refused(host: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        _listening(host, 0)


@pytest.fixture
def served(path: Path) -> Iterator[tuple[str, str]]:
    """The page in a process of its own, asked for a port that is in use: its address, and what it complained of."""
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = str(busy.getsockname()[1])
        command = [sys.executable, "-m", "selon", "serve", "--library", str(path), "--port", port, "--as", "Zoé"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            assert process.stdout
            assert process.stderr
            address = process.stdout.readline().split()[0]
            yield address, process.stderr.readline() + port
            process.terminate()
            process.wait(10)


def test_it_says_where_it_is_and_answers(served: tuple[str, str]) -> None:
    address, complaint = served
    assert "is in use; taking" in complaint
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", address)
    assert "Pier shut" in httpx.get(address).text
    assert httpx.get(address, headers={"host": "evil.example"}).status_code == 421
    sent = httpx.post(address + "api/articles/pier/corrections", json={"verb": "check"})
    assert sent.json()["who"] == "Zoé"


@pytest.mark.parametrize("over", [True, False])
def test_it_ends_without_a_word(path: Path, over: bool) -> None:
    """After an add, or in the middle of one."""
    command = [sys.executable, "-m", "selon", "serve", "--library", str(path), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stderr
        try:
            address = process.stdout.readline().split()[0]
            add = httpx.post(address + "api/adds", json={"text": "« Nous rouvrirons », a promis la maire."})
            while over and httpx.get(f"{address}api/adds/{add.json()['n']}").json()["state"] not in ("done", "failed"):
                time.sleep(0.1)
        finally:
            process.terminate()
        assert process.wait(30) == 128 + signal.SIGTERM
        assert process.stderr.read() == ""


# ---------------------------------------------------------------- what was corrected


def test_corrections_are_listed(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["corrections", "list", "--library", str(path)]) == 0
    assert "nothing was corrected" in capsys.readouterr().out
    first = correct(path, "reject", "a3")
    correct(path, "confirm", "a1")
    with Library.open(path) as library:
        desk.undo(library, first, "Bob")
    main(["corrections", "list", "--library", str(path)])
    out = capsys.readouterr().out
    assert re.search(r"Ann  reject \(undone\)  pier  any damage", out)
    assert re.search(rf"Bob  undo {first}", out)
    main(["corrections", "list", "--library", str(path), "--json"])
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["verb"] for row in rows] == ["reject", "confirm", "undo"]


def test_the_export_is_gold(path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    correct(path, "reject", "a3")
    assert main(["corrections", "export", "--library", str(path)]) == 0
    told = capsys.readouterr()
    assert told.out == ""
    assert "--all gives" in told.err
    main(["corrections", "export", "--all", "--library", str(path)])
    partly = json.loads(capsys.readouterr().out)
    assert partly["checked"] is False
    correct(path, "check")
    main(["corrections", "export", "--library", str(path)])
    file = tmp_path / "gold.jsonl"
    file.write_text(capsys.readouterr().out, "utf-8")
    gold = json.loads(file.read_text("utf-8"))
    assert gold["checked"] is True
    assert (gold["id"], gold["published"], gold["language"]) == ("pier", "2025-03-13", "en")
    assert [(row["act"], row["sure"]) for row in gold["attributions"]] == [
        ("say", "certain"),
        ("hearsay", "certain"),
        ("say", "possible"),
    ]
    assert gold["attributions"][0]["type"] == "named"
    assert "type" not in gold["attributions"][1]
    document = load(file)[0]  # what selon score reads
    words = [[span.of(document.text) for span in row.content] for row in document.attributions]
    assert words == [["the pier reportedly had cracked"], ["had cracked"], ["It holds", "for now"]]


def test_get_shows_what_people_say(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    correct(path, "reject", "a3")
    shown = []
    for more in ([], ["--uncorrected"]):
        assert main(["get", "pier", "--json", "--library", str(path), *more]) == 0
        shown.append(len(json.loads(capsys.readouterr().out)["attributions"]))
    assert shown == [3, 4]
