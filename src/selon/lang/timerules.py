"""A language's `times.toml`, compiled: word lists and patterns with named parts, as regular expressions.

    [lists.weekday]                 a closed list: spellings = what they stand for. A spelling with a
    "lundi" = 1                     capital is found only so («May», not "may").
    "sept.|septembre" = 9
    [parts]                         pieces of patterns without a list
    day = "3[01]|[12]\\\\d|0?[1-9]"
    [words]                         words that tell the direction, see contract.TimeRules
    [[rule]]
    name = "day-month"
    means = "date"                  see contract.Means
    left = "le "                    what must stand before, outside the extent
    not_left = ["depuis"]           words that must not stand before
    patterns = ["{day} {month}"]    {list} or {part} is a named part, {list:name} one of another name,
    right = ""                      {list:} one without a name; {n} is a number in figures or words
    fixed = { mod = "END" }         parts that the words do not spell out
    examples = []                   run by tests/test_times.py
    refusals = []

A blank in a pattern is any white space but an empty line, an apostrophe any apostrophe.
"""

import itertools
import re
from importlib.resources import files

import msgspec

from selon.lang.contract import FIGURES, Means, TimeRule, TimeRules, fold, words_in

_GAP = r"(?:\s[^\S\n]{0,2})"
_FIGURES = r"\d{1,3}(?:[.\u00a0\u202f ]\d{3})+(?!\d)|\d+(?:[,.]\d+)?"
_GROUP = re.compile(r"(?<!\\)\((?:\\.|[^()\\])*\)")
_SLOT = re.compile(r"\{([a-z_]+)(:[a-z_]*)?\}")


class _Written(msgspec.Struct, forbid_unknown_fields=True):
    """A rule as it is written."""

    name: str
    means: Means
    patterns: list[str]
    examples: list[str]
    refusals: list[str]
    left: str = ""
    not_left: list[str] = []
    right: str = ""
    fixed: dict[str, str | int] = {}


class _File(msgspec.Struct, forbid_unknown_fields=True):
    published: str
    lists: dict[str, dict[str, str | int]]
    parts: dict[str, str]
    words: dict[str, list[str]]
    rule: list[_Written]


def time_rules(code: str) -> TimeRules:
    """The time rules of language `code`. Raises ValueError, naming the file and rule, where they cannot be read."""
    try:
        file = msgspec.toml.decode(files("selon.lang").joinpath(code, "times.toml").read_bytes(), type=_File)
    except msgspec.ValidationError as error:
        raise ValueError(f"lang/{code}/times.toml: {error}") from error
    spelt = {
        name: {form: value for key, value in entries.items() for form in key.split("|")}
        for name, entries in file.lists.items()
    }
    numerals = "|".join(map(_spelling, sorted(file.words["numerals"], key=len, reverse=True)))
    pieces = {name: "|".join(map(_spelling, sorted(forms, key=len, reverse=True))) for name, forms in spelt.items()}
    pieces |= {name: _filled(_loose(part), pieces, "") for name, part in file.parts.items()}
    joined = "|".join(map(_spelling, file.words["numeral_joins"]))
    words = rf"(?:{numerals})(?:(?:{joined})(?:{numerals}))*"
    pieces["n"] = rf"(?<![\d,.]){_FIGURES}|{words}|{pieces['vague']}|{pieces['articles']}"
    return TimeRules(
        rules=tuple(
            TimeRule(
                name=rule.name,
                pattern=_compiled(code, rule, pattern, pieces),
                unless=_unless(rule),
                needs=_needs(pattern, file, spelt),
                means=rule.means,
                fixed=rule.fixed,
            )
            for rule in file.rule
            for pattern in rule.patterns
        ),
        lists={name: {fold(form): value for form, value in forms.items()} for name, forms in spelt.items()},
        words={name: frozenset(map(fold, forms)) for name, forms in file.words.items()},
    )


def _compiled(code: str, rule: _Written, pattern: str, pieces: dict[str, str]) -> re.Pattern[str]:
    left = _filled(_loose(rule.left), pieces, "l")
    within = _filled(_loose(pattern), pieces, "t")
    right = _filled(_loose(rule.right), pieces, "r")
    ahead = f"(?={right})" if right else ""
    try:
        return re.compile(rf"(?i)(?:(?<!\w)|(?!\w))(?:{left})(?<!\w)(?P<time>{within})(?!\w){ahead}")
    except re.error as error:
        raise ValueError(f"lang/{code}/times.toml, rule {rule.name}: {pattern!r}: {error}") from error


def _needs(pattern: str, file: _File, spelt: dict[str, dict[str, str | int]]) -> tuple[frozenset[str], ...]:
    """For each slot that the pattern cannot do without, the words one of which must be there, see TimeRule."""
    plain = pattern
    while plain != (plain := _GROUP.sub("", plain)):
        pass
    whole = [] if "|" in plain else [s for s in _SLOT.finditer(plain) if not re.match(r"[\w?*]", plain[s.end() :])]
    names = [slot[1] for slot in whole]
    figures = [frozenset({FIGURES})] if any(r"\d" in file.parts.get(name, "") for name in names) else []
    lists = {name: frozenset(w for form in spelt[name] for w in words_in(form)[:1]) for name in names if name in spelt}
    return (*figures, *lists.values())


def _unless(rule: _Written) -> re.Pattern[str] | None:
    joined = "|".join(map(_spelling, rule.not_left))
    return re.compile(rf"(?i)(?<!\w)(?:{joined})\s*$") if joined else None


def _filled(pattern: str, pieces: dict[str, str], place: str) -> str:
    """The pattern with its slots filled; groups are called name__list__place, unnamed where `place` is ""."""
    count = itertools.count()

    def piece(slot: re.Match[str]) -> str:
        name = slot[1] if slot[2] is None else slot[2][1:]
        if slot[1] not in pieces:
            raise ValueError(f"{slot[0]} is neither a list nor a part; there are {', '.join(sorted(pieces))}")
        group = f"?P<{name}__{slot[1]}__{place}{next(count)}>" if name and place else "?:"
        return f"({group}{pieces[slot[1]]})"

    return _SLOT.sub(piece, pattern)


def _spelling(form: str) -> str:
    escaped = _loose(re.escape(form).replace(r"\ ", " "))
    return f"(?-i:{escaped})" if form != form.lower() else escaped


def _loose(pattern: str) -> str:
    return pattern.replace("'", "['’ʼ]").replace(" ", _GAP)
