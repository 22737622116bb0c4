"""What holds for one run of the page."""

from pathlib import Path
from typing import NamedTuple

from selon.adding.readers import ReadFunction

MAX_BODY = 64 * 1024 * 1024
"""Bytes that a request may send."""


class Settings(NamedTuple):
    """`who` signs corrections. `hosts` are the names that a browser may know this page by, without the port; `token`
    is asked for once where others than this computer may reach it. `read` reads instead of `selon.read`."""

    library: Path
    who: str = "?"
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]")
    token: str | None = None
    allow_private: bool = False
    rules_only: bool = False
    read: ReadFunction | None = None
