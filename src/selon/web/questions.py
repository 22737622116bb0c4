"""Where the pages' questions to a linked library go."""

import importlib
import importlib.util
from typing import Any

from selon.model import InputError


def ask() -> Any:
    """The module that answers them. Raises InputError (code "unlinked") where this Selon has none."""
    if importlib.util.find_spec("selon.ask") is None:
        raise InputError("unlinked", "this Selon cannot link articles")
    return importlib.import_module("selon.ask")
