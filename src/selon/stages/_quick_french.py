"""spaCy's French parser, loaded in half the time.

When it is imported, spaCy's module for French compiles one pattern of 1.4 million characters, for the words that a
hyphen does not part; the list of all small letters of all scripts stands in it 458 times. That takes longer than all
else that a first article waits for. The parser's package brings the same pattern in its tokenizer's file: here it is
taken from there, with the Latin letters alone.
"""

import sys
from types import ModuleType
from typing import Any

import msgspec
import spacy
from spacy.lang.char_classes import ALPHA, ALPHA_LOWER
from spacy.util import get_package_path

_EXCEPTIONS = "spacy.lang.fr.tokenizer_exceptions"
_LATIN = "a-z\u00df-\u00f6\u00f8-\u024f"


def load(package: str) -> Any:
    """The pipeline of an installed package of French. Raises OSError if it is not installed."""
    if _EXCEPTIONS in sys.modules:
        return spacy.load(package)
    path = next(get_package_path(package).glob("*/tokenizer")) if spacy.util.is_package(package) else None
    if path is None:
        raise OSError(f"{package} is not installed")
    tokenizer = msgspec.msgpack.decode(path.read_bytes())
    tokenizer["token_match"] = tokenizer["token_match"].replace(ALPHA_LOWER, _LATIN).replace(ALPHA, _LATIN)
    stand_in = ModuleType(_EXCEPTIONS)
    stand_in.__dict__.update(TOKENIZER_EXCEPTIONS=tokenizer["exceptions"], TOKEN_MATCH=None)
    sys.modules[_EXCEPTIONS] = stand_in
    try:
        from spacy.lang.fr import French
    finally:
        del sys.modules[_EXCEPTIONS]
    nlp: Any = spacy.load(package, exclude=["tokenizer"])
    nlp.tokenizer.from_bytes(msgspec.msgpack.encode(tokenizer))
    defaults: Any = French.Defaults
    defaults.token_match = nlp.tokenizer.token_match  # for whoever makes another French pipeline
    return nlp
