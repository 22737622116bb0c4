"""What holds for one run of the page."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from selon.adding.readers import ReadFunction
from selon.library import Library

MAX_BODY = 64 * 1024 * 1024
"""Bytes that a request may send."""


LinkFunction = Callable[[Library], Iterable[object]]
"""Links what is not linked, step by step."""


class Settings(NamedTuple):
    """`who` signs corrections. `hosts` are the names that a browser may know this page by, without the port; `token`
    is asked for once where others than this computer may reach it. `read` reads instead of `selon.read`, and `link`
    links what was added instead of `selon.linked`."""

    library: Path
    who: str = "?"
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]")
    token: str | None = None
    allow_private: bool = False
    rules_only: bool = False
    read: ReadFunction | None = None
    link: LinkFunction | None = None
