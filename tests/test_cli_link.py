"""The commands that ask a linked library: what they print, and how they refuse."""

import csv
import io
import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from selon.cli import main
from selon.library import Library
from selon.read import read

TEXTS = {
    "mill-1": (
        "La Gazette d'Ervaz",
        "Le moulin d'Ervaz fermera en mai\n\nLe moulin d'Ervaz fermera le 12 mai, a annoncé lundi le maire Tomas "
        "Ferrant. Les 40 salariés seront reclassés, selon lui. La CFTO dément tout accord.\n",
    ),
    "mill-2": (
        "Morvane Matin",
        "Ervaz : fermeture du moulin\n\nSelon le maire Tomas Ferrant, le moulin d'Ervaz fermera le 12 mai. « Les 40 "
        "salariés seront reclassés », a-t-il assuré.\n",
    ),
}


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("asked") / "selon.db"
    with Library.open(path, create=True) as library:
        for id, (outlet, text) in TEXTS.items():
            made = read(text, plain=True, language="fr", published="2031-02-10")
            title = text.split("\n")[0]
            library.add(replace(made, article=replace(made.article, id=id, outlet=outlet, title=title)))
    return path


def run(path: Path, *words: str) -> int:
    return main([*words, "--library", str(path)])


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("link",), "2 articles"),
        (("link", "--json"), '"claims":'),
        (("claims",), "independent origin"),
        (("claims", "moulin", "fermera"), "fermera le 12 mai"),
        (("claims", "licorne"), "nothing found in 2 articles"),
        (("claims", "--who", "Ferrant"), "12 mai"),
        (("claims", "--since", "2031-03-01"), "nothing found"),
        (("story",), "2 articles"),
        (("story", "mill-2"), "La Gazette d'Ervaz"),
        (("story", "licorne"), "nothing found"),
        (("who", "ferrant"), "Tomas Ferrant (person)"),
        (("compare", "mill-1", "mill-2"), "in both, told otherwise"),
        (("sources", "mill-1"), "own voice"),
        (("sources", "Morvane Matin"), "in 1 article"),
    ],
)
def test_told(path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], told: str) -> None:
    assert run(path, *words) == 0
    assert told in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        ("claims",),
        ("story",),
        ("story", "mill-1"),
        ("who", "ferrant"),
        ("compare", "mill-1", "mill-2"),
        ("sources", "mill-1"),
    ],
)
def test_json_and_csv(path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]) -> None:
    assert run(path, *words, "--json") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines
    assert all(isinstance(json.loads(line), dict) for line in lines)
    assert run(path, *words, "--csv") == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert rows
    assert all(None not in row and None not in row.values() for row in rows)


def test_claims_as_the_scorer_reads_them(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(path, "claims", "--json", "--limit", "1000") == 0
    for line in capsys.readouterr().out.splitlines():
        claim = json.loads(line)
        assert {"id", "text", "independent", "occurrences"} <= claim.keys()
        for o in claim["occurrences"]:
            text = TEXTS[o["doc"]][1]
            assert o["words"] == text[o["start"] : o["end"]]
            assert o["stance"] in ("supports", "denies", "doubts", "differs")
            assert o["origin"] in {origin["id"] for origin in claim["origins"]}
            assert o["chain"][0] == TEXTS[o["doc"]][0]


def test_why_unfolds_all(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(path, "claims", "fermera", "mai", "--json", "--limit", "1")
    claim = json.loads(capsys.readouterr().out)
    assert run(path, "claims", "--why", claim["id"][:8]) == 0
    told = " ".join(capsys.readouterr().out.replace("│", " ").split())
    for o in claim["occurrences"]:
        assert " ".join(o["words"].split()) in told
    assert run(path, "claims", "--why", claim["id"], "--csv") == 0
    assert len(list(csv.DictReader(io.StringIO(capsys.readouterr().out)))) == len(claim["occurrences"])


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (("claims", "--why", "zz"), 1, "there is no claim 'zz'"),
        (("claims", "--since", "hier"), 2, "--since hier is no day"),
        (("claims", "--story", "zz"), 1, "there is no story 'zz'"),
        (("claims", "--who", "Nobody"), 1, "nobody called 'Nobody'"),
        (("claims", "…"), 1, "there is no word to look for"),
        (("claims", "--limit", "0"), 2, "limit"),
        (("who",), 2, "give a name"),
        (("who", "Nobody"), 1, "nobody called"),
        (("who", "Ferrant", "--is", "Nobody"), 1, "nobody called 'Nobody'"),
        (("who", "Ferrant", "--not-in", "zz"), 1, "name one of several articles"),
        (("compare", "mill-1", "zz"), 1, "there is no article 'zz'"),
        (("sources", "zz"), 1, "there is no article or outlet 'zz'"),
    ],
)
def test_refused(
    path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], status: int, told: str
) -> None:
    assert run(path, *words) == status
    out, err = capsys.readouterr()
    assert told in err
    assert not out


def test_no_library(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path / "none.db", "claims") == 1
    assert "there is no library" in capsys.readouterr().err
