"""A language's `findings.toml`, compiled: wordings that set an article's figures beside one another.

    [words]                         named lists of words
    [values.directions]             named tables: spellings = what they stand for
    [patterns]                      name = patterns over a sentence in which items stand for their words:
                                    {q} a quantity, {t} a date, {d} a duration, {p} a place, {q:old} a named one;
                                    <list> one of a list of words, <list:name> a named one; ~ a few words of one
                                    clause without an item (a place counts as words, but beside {p}); ~~ any words
                                    of one sentence, … those up to its next date
    [workings]                      what a finding says, with the names that its check fills in
    [[example]]  [[refusal]]        run by tests/test_findings.py

A blank is any white space, an apostrophe any apostrophe.
"""

import re
from collections.abc import Iterable
from importlib.resources import files

import msgspec

from selon.lang.contract import FindingRules, fold

_ITEMS = "qtdp"
_ITEM = re.compile(r"\{([qtdp])(?::(\w+))?\}")
_LIST = re.compile(r"(?<!\?P)<(\w+)(?::(\w+))?>")
_SIGNS = {kind: chr(0xE000 + i) for i, kind in enumerate(_ITEMS)}
_FEW = "[^\ue000-\ue002.;:!?\n]{0,60}?"
_FEW_PLACED = "[^\ue000-\ue003.;:!?\n]{0,60}?"
"""The same in a pattern with places: there a place is an item, elsewhere a word among others."""
_ANY = "[^.;!?\n]{0,160}?"
_UPTO = "[^\ue001.;!?\n]{0,90}?"


class _File(msgspec.Struct, forbid_unknown_fields=True):
    words: dict[str, list[str]]
    values: dict[str, dict[str, str]]
    patterns: dict[str, list[str]]
    workings: dict[str, str]
    example: list[dict[str, str]]
    refusal: list[dict[str, str]]


def finding_rules(code: str) -> FindingRules:
    """The finding rules of language `code`. Raises ValueError, naming file and pattern, where they cannot be read."""
    try:
        file = msgspec.toml.decode(files("selon.lang").joinpath(code, "findings.toml").read_bytes(), type=_File)
    except msgspec.ValidationError as error:
        raise ValueError(f"lang/{code}/findings.toml: {error}") from error
    values = {
        name: {fold(form): value for forms, value in table.items() for form in forms.split("|")}
        for name, table in file.values.items()
    }
    lists = file.words | {name: list(table) for name, table in values.items()}
    return FindingRules(
        patterns={name: tuple(_compiled(code, p, lists) for p in ps) for name, ps in file.patterns.items()},
        lasting=re.compile(
            rf"(?i)[\s-](?:(?:{_any(file.words['lasting_adjectives'])})\s)?(?P<unit>{_any(file.words['lasting_units'])})(?!\w)"
        ),
        words={name: frozenset(map(fold, forms)) for name, forms in file.words.items()},
        values=values,
        workings=file.workings,
    )


def _compiled(code: str, pattern: str, lists: dict[str, list[str]]) -> re.Pattern[str]:
    def listed(found: re.Match[str]) -> str:
        if found[1] not in lists:
            raise ValueError(f"lang/{code}/findings.toml: {pattern!r}: no list {found[1]!r}")
        return f"(?{f'P<{found[2]}>' if found[2] else ':'}{_any(lists[found[1]])})"

    def item(found: re.Match[str]) -> str:
        return f"(?P<{found[2]}>{_SIGNS[found[1]]})" if found[2] else _SIGNS[found[1]]

    few = _FEW_PLACED if "{p" in pattern else _FEW
    loose = pattern.replace("'", "['’ʼ]").replace(" ", r"\s")
    filled = _LIST.sub(listed, _ITEM.sub(item, loose)).replace("~~", _ANY).replace("~", few).replace("…", _UPTO)
    try:
        return re.compile(rf"(?i)(?:(?<!\w)|(?!\w)){filled}")
    except re.error as error:
        raise ValueError(f"lang/{code}/findings.toml: {pattern!r}: {error}") from error


def _any(forms: Iterable[str]) -> str:
    escaped = [re.escape(form).replace(r"\ ", r"\s").replace("'", "['’ʼ]") for form in forms]
    return "|".join(sorted(escaped, key=len, reverse=True)) or "(?!)"
