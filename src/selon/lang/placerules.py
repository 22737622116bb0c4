"""A language's `places.toml`: words that tell where a place is named, and rules for places told by others.

    shape = "-sur-"                 a regular expression: what only a place's name is made like
    [words]                         closed lists, folded
    locatives                       what stands before places: «à», "in"
    before_city, before_area        … before a city's name, … before a country's or region's
    bare                            … before a place that may be in no gazetteer
    genitive, melted                «de»; «au» that holds «le»
    starters, kinds_after           common nouns that begin a name, «mer Noire», or follow one, "Orange County"
    origins                         … before what is so far away from it: "10 miles from X"
    between                         … before places in a sentence that tells a length: "between X and Y, 40 miles apart"
    seats                           nouns of what has a seat, words for coming: «le tribunal de X», «parti de X»
    joins                           what stands between two places of a list
    person_before, never, common    titles; what is no place, and what seldom is
    [heads]                         nouns before a name, by the kind of place they tell: «la ville de X»
    city = ["ville"]
    [lists.direction]               closed lists: spellings = what they stand for; units in metres
    "nord" = "N"
    [parts]                         pieces of patterns without a list
    of = "de la |de l'|du |de "
    [[rule]]
    name = "distance"
    relation = "distance"           see model.Relation
    patterns = ["à {n} {unit} de {place}"]    {list} or {part}; {place} is a named place, {n} a number
    examples = []                   run by tests/test_places.py
    refusals = []

A blank in a pattern is any white space but an empty line, an apostrophe any apostrophe.
"""

import itertools
import re
from importlib.resources import files

import msgspec

from selon.lang.contract import HERE, PlaceRule, PlaceRules, fold
from selon.model import PlaceKind, Relation

_GAP = r"(?:\s[^\S\n]{0,2})"
_FIGURES = r"(?<![\d,.])(?:\d{1,3}(?:[.,\u00a0\u202f ]\d{3})+(?!\d)|\d+(?:[,.]\d+)?)"
_SLOT = re.compile(r"\{([a-z_]+)\}")


class _Written(msgspec.Struct, forbid_unknown_fields=True):
    """A rule as it is written."""

    name: str
    relation: Relation
    patterns: list[str]
    examples: list[str]
    refusals: list[str]


class _File(msgspec.Struct, forbid_unknown_fields=True):
    words: dict[str, list[str]]
    heads: dict[PlaceKind, list[str]]
    lists: dict[str, dict[str, str]]
    parts: dict[str, str]
    shape: str
    rule: list[_Written]


class _Demonyms(msgspec.Struct):
    state: dict[str, str]


def place_rules(code: str) -> PlaceRules:
    """The place rules of language `code`. Raises ValueError, naming the file and rule, where they cannot be read."""
    folder = files("selon.lang").joinpath(code)
    try:
        file = msgspec.toml.decode(folder.joinpath("places.toml").read_bytes(), type=_File)
    except msgspec.ValidationError as error:
        raise ValueError(f"lang/{code}/places.toml: {error}") from error
    demonyms = msgspec.toml.decode(folder.joinpath("lexicon", "demonyms.toml").read_bytes(), type=_Demonyms).state
    lists = {
        name: {fold(form): value for key, value in entries.items() for form in key.split("|")}
        for name, entries in file.lists.items()
    }
    pieces = {name: _either(list(forms)) for name, forms in lists.items()}
    pieces["demonym"] = _either(list(demonyms))
    pieces["place"] = f"{HERE}+"
    pieces["n"] = f"{_FIGURES}|{pieces['number']}"
    pieces |= {name: _filled(_loose(part), pieces, named=False) for name, part in file.parts.items()}
    heads: dict[str, PlaceKind] = {}
    for kind, nouns in file.heads.items():
        for noun in nouns:
            heads.setdefault(fold(noun), kind)
    return PlaceRules(
        words={name: frozenset(map(fold, forms)) for name, forms in file.words.items()},
        heads=heads,
        lists=lists,
        shape=re.compile(file.shape),
        rules=tuple(
            PlaceRule(rule.name, _compiled(code, rule, pattern, pieces), rule.relation, "demonym" not in pattern)
            for rule in file.rule
            for pattern in rule.patterns
        ),
    )


def _compiled(code: str, rule: _Written, pattern: str, pieces: dict[str, str]) -> re.Pattern[str]:
    try:
        return re.compile(rf"(?i)(?<!\w)(?P<all>{_filled(_loose(pattern), pieces, named=True)})(?![\w{HERE}])")
    except re.error as error:
        raise ValueError(f"lang/{code}/places.toml, rule {rule.name}: {pattern!r}: {error}") from error


def _filled(pattern: str, pieces: dict[str, str], *, named: bool) -> str:
    """The pattern with its slots filled; their groups are called name__number."""
    count = itertools.count()

    def piece(slot: re.Match[str]) -> str:
        if slot[1] not in pieces:
            raise ValueError(f"{slot[0]} is neither a list nor a part; there are {', '.join(sorted(pieces))}")
        return f"({f'?P<{slot[1]}__{next(count)}>' if named else '?:'}{pieces[slot[1]]})"

    return _SLOT.sub(piece, pattern)


def _either(forms: list[str]) -> str:
    return "|".join(_loose(re.escape(form).replace(r"\ ", " ")) for form in sorted(forms, key=len, reverse=True))


def _loose(pattern: str) -> str:
    return pattern.replace("'", "['’ʼ]").replace(" ", _GAP)
