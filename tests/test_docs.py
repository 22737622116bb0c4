"""What the documents show is what the program does."""

import io
import json
import re
from pathlib import Path

import pytest
from rich.console import Console

from selon import read
from selon.cli import main
from selon.show import print_reading

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text("utf-8")


def _block(name: str) -> str:
    found = re.search(rf"^```{name}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
    assert found, f"README.md has no ```{name} block"
    return found[1]


def _article() -> str:
    """The article of the first screen: its paragraphs stand on several lines there."""
    return "\n\n".join(" ".join(paragraph.split("\n")) for paragraph in _block("text").strip().split("\n\n"))


def test_the_first_screen_shows_what_is_printed() -> None:
    out = io.StringIO()
    print_reading(read(_article()), Console(file=out, width=80, color_system=None, force_terminal=False))
    lines = [line.rstrip() for line in out.getvalue().strip().split("\n")]
    assert lines == _block("ledger").strip().split("\n")


def test_the_record_has_the_keys_that_it_is_said_to_have() -> None:
    shown = json.loads(_block("json"))
    record = json.loads(read(_article()).to_json())
    assert shown.keys() == record.keys()
    for part in ("article", "entities", "attributions", "modality"):
        ours, theirs = record[part], shown[part]
        if isinstance(ours, list):
            ours, theirs = ours[0], theirs[0]
        assert set(theirs) - {"byline"} <= set(ours), part
    assert set(shown["attributions"][0]) == set(record["attributions"][0])


@pytest.mark.parametrize("command", sorted(set(re.findall(r"selon (read|score)\b", README))))
def test_commands_exist(command: str) -> None:
    assert main([command, "--help"]) == 0


@pytest.mark.parametrize("path", sorted(set(re.findall(r"\]\(([\w/.]+)\)", README + ARCHITECTURE))))
def test_links_lead_somewhere(path: str) -> None:
    assert (ROOT / path).exists()


def test_every_dependency_has_its_reason() -> None:
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    listed = re.search(r"^dependencies = \[(.*?)^\]", project, re.DOTALL | re.MULTILINE)
    assert listed
    for name in re.findall(r'"([\w-]+)', listed[1]):
        assert re.search(rf"^\|.*\b{name}\b", ARCHITECTURE, re.MULTILINE | re.IGNORECASE), name
