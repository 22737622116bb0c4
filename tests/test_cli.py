"""The command line: what it prints where, and its exit statuses."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from marked import reading
from selon import cli
from selon.model import InputError, Reading

USAGE = [
    (["read", "--lang", "la", "x"], "--lang la is no language that can be read; the choices are fr (français), en"),
    (["read", "--date", "2025-13-01", "x"], "--date 2025-13-01 is no day; give year, month and day, as in 2025-03-13"),
    (["read", "--date", "hier", "x"], "--date hier is no day"),
    (["read", "--url", "https://example.org", "a", "b"], "--url https://example.org says where one input came from"),
    (["read", "--color", "blue", "x"], 'Invalid value "blue" for --color. Choose from: "auto", "always", "never".'),
    (["read", "--jsn", "x"], "Unknown option: --jsn. Did you mean --json?"),
    (["read", "--example", "de"], 'Invalid value "de" for --example. Choose from: "fr", "en".'),
    (["read", "--example", "fr", "x"], "--example fr goes with no input"),
    (["read", "--example", "fr", "--plain"], "--example fr goes with no input and no --plain"),
    (["read", "-", "-"], "- stands for standard input, which can be read only once"),
    (["score"], "requires an argument"),
    (["score", "x", "--bootstrap", "-1"], "Must be >= 0"),
    (["rad", "x"], 'Unknown command "rad"'),
]


def run(*arguments: str, **more: Any) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **more.pop("env", {})}
    command = [sys.executable, "-m", "selon", *arguments]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=environment, **more)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reads any text as one attribution of it; "boom" is a fault of the program, "bad" one of the input."""

    def read(data: bytes, **_: Any) -> Reading:
        text = data.decode().strip()
        if text == "boom":
            raise ZeroDivisionError("in\nside")
        if text == "bad":
            raise InputError("no-article", "there is no article in it")
        return reading(f"[s1 Ann] [c1 dit] [q1 {text}].")

    monkeypatch.setattr(sys.modules["selon.read"], "read", read)


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], str]:
    def make(text: str) -> str:
        path = tmp_path / f"{text.split()[0]}.txt"
        path.write_text(text, "utf-8")
        return str(path)

    return make


# ---------------------------------------------------------------- usage


@pytest.mark.parametrize(("arguments", "message"), USAGE)
def test_wrong_usage(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(arguments) == 2
    out, err = capsys.readouterr()
    assert not out
    assert message in err
    assert err.startswith("selon: ")
    assert "Traceback" not in err


def test_nothing_to_read_on_a_terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    assert cli.main(["read"]) == 2
    assert "nothing to read; give a file, a web address, or -" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--help"], ["read", "--help"], ["score", "--help"], ["--version"], []])
def test_help(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(arguments) == 0
    assert capsys.readouterr().out


def test_help_is_quick_and_loads_no_parser() -> None:
    code = "import sys; from selon.cli import main; main(['--help']); sys.exit('spacy' in sys.modules)"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    assert subprocess.run([sys.executable, "-c", code], env=environment, stdout=subprocess.DEVNULL).returncode == 0


# ---------------------------------------------------------------- reading


@pytest.mark.usefixtures("fake")
def test_json_is_a_record_a_line(file: Callable[[str], str], capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert cli.main(["read", "--json", file("été"), file("hiver")]) == 0
    lines = capsysbinary.readouterr().out.splitlines()
    assert [Reading.from_json(line).article.text for line in lines] == ["Ann dit été.", "Ann dit hiver."]
    assert "été".encode() in lines[0]


@pytest.mark.usefixtures("fake")
def test_people_get_the_ledger(file: Callable[[str], str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["read", file("oui")]) == 0
    out = capsys.readouterr().out
    assert "a1 dit      oui — dit" in out
    assert "\x1b" not in out


@pytest.mark.usefixtures("fake")
@pytest.mark.parametrize(("color", "ansi"), [("always", True), ("never", False), ("auto", False)])
def test_colour(color: str, ansi: bool, file: Callable[[str], str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["read", "--color", color, file("oui")]) == 0
    assert ("\x1b[" in capsys.readouterr().out) is ansi


@pytest.mark.usefixtures("fake")
@pytest.mark.parametrize(
    ("color", "no_color", "codes"),
    [
        ("auto", "", {"1;36", "2"}),
        ("auto", "1", set()),
        ("never", "", set()),
        ("never", "1", set()),
        ("always", "1", {"1;36", "2"}),
    ],
)
def test_colour_on_a_terminal(
    color: str,
    no_color: str,
    codes: set[str],
    file: Callable[[str], str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("NO_COLOR", no_color)
    assert cli.main(["read", "--color", color, file("oui")]) == 0
    found = set(re.findall(r"\x1b\[([0-9;]+)m", capsys.readouterr().out))
    assert found >= codes if codes else not found


@pytest.mark.usefixtures("fake")
def test_one_bad_input_does_not_stop_the_others(
    file: Callable[[str], str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = str(tmp_path / "missing.txt")
    targets = [file("oui"), missing, file("bad"), file("boom"), str(tmp_path), file("non")]
    assert cli.main(["read", "--json", *targets]) == 1
    out, err = capsys.readouterr()
    assert [json.loads(line)["article"]["text"] for line in out.splitlines()] == ["Ann dit oui.", "Ann dit non."]
    lines = err.splitlines()
    assert [line.startswith(f"selon: {name}: ") for line, name in zip(lines, targets[1:5], strict=True)] == [True] * 4
    assert lines[1].endswith("there is no article in it")
    assert "ZeroDivisionError: in side" in lines[2]


@pytest.mark.usefixtures("fake")
def test_a_fault_is_traced_on_request(
    file: Callable[[str], str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SELON_DEBUG", "1")
    assert cli.main(["read", file("boom")]) == 1
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["read"], ["read", "-"], ["read", "--plain", "-", "--json"]])
def test_empty_standard_input_is_refused(arguments: list[str]) -> None:
    got = run(*arguments, input="")
    assert (got.returncode, got.stdout) == (1, "")
    assert got.stderr.startswith("selon: -: ")
    assert "Traceback" not in got.stderr


DRIVER = """
import sys
import selon.read
from marked import reading
sys.modules["selon.read"].read = lambda data, **_: reading("[s1 Ann] [c1 dit] [q1 oui]. " + "Il pleut. " * 400)
from selon.cli import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize("form", [["--json"], []])
def test_a_reader_that_leaves_ends_it_quietly(form: list[str], file: Callable[[str], str]) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", DRIVER, "read", *form, *[file("oui")] * 200]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(30) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT to send")
def test_an_interrupt_ends_it_without_a_traceback() -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    heed = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"  # a shell's background has it ignored
    )
    run = "import selon.fetch, sys; from selon.cli import main; print('on', flush=True); sys.exit(main(['read', '-']))"
    code = f"{heed}; {run}"
    command = [sys.executable, "-c", code]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, env=environment, **pipes) as process:  # type: ignore[call-overload]
        process.stdout.readline()
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
        assert process.stderr.read() == b""


@pytest.mark.parametrize(("code", "acts"), [("fr", {"say", "deny", "hearsay"}), ("en", {"say", "deny", "evidence"})])
def test_the_examples_read(code: str, acts: set[str]) -> None:
    got = run("read", "--example", code, "--json", env={"PYTHONIOENCODING": "ascii"})
    assert got.returncode == 0, got.stderr
    record = Reading.from_json(got.stdout)
    assert record.article.language == code
    assert {a.act for a in record.attributions} >= acts
    assert {a.manner for a in record.attributions} >= {"direct", "indirect", "mixed"}


# ---------------------------------------------------------------- scoring


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    path = tmp_path / "gold.jsonl"
    row = {"source": [[0, 3]], "cue": [[4, 7]], "content": [[8, 11]], "act": "say"}
    path.write_text(json.dumps({"id": "d", "text": "Ann dit oui.", "attributions": [row]}) + "\n", "utf-8")
    return path


def test_scores_of_a_file(gold: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = tmp_path / "rows.jsonl"
    arguments = ["score", str(gold), "--predictions", str(gold), "--rows", str(rows), "--bootstrap", "5"]
    assert cli.main(arguments) == 0
    assert "attribution (source IoU ≥ .5)  100.0  100.0  100.0   100.0–100.0" in capsys.readouterr().out
    assert cli.main([*arguments, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["attribution"] == {"p": 1.0, "r": 1.0, "f1": 1.0}
    assert json.loads(rows.read_text("utf-8"))["id"] == "d"


@pytest.mark.usefixtures("fake")
def test_scores_of_this_build(gold: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    made = reading("[s1 Ann] [c1 dit] [q1 oui].")
    monkeypatch.setattr(sys.modules["selon.read"], "read", lambda *_, **__: made)
    assert cli.main(["score", str(gold), "--lang", "fr", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["strict"]["f1"] == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["missing.jsonl"], "missing.jsonl cannot be read: No such file"),
        (["{gold}", "--predictions", "missing.jsonl"], "missing.jsonl cannot be read"),
        (["{gold}", "--predictions", "{gold}", "--rows", "/none/rows"], "/none/rows cannot be written"),
    ],
)
def test_scoring_what_cannot_be_read(
    arguments: list[str], message: str, gold: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["score", *(argument.format(gold=gold) for argument in arguments)]) == 1
    assert message in capsys.readouterr().err
