"""A language's `quantities.toml`, compiled: how it writes numbers, and the spellings of units and vague words.

    decimal = ","                   the decimal mark; `groups`: what else than a blank may part thousands
    noun_last = false               whether a counted noun ends its phrase: «blessés graves», "police officers"
    [numbers]                       words of numbers and `joins`, patterns of what joins them; `one`, which by itself is
                                    no number; `half` («et demi»); `of`, what may stand between a round number and its
                                    noun
    [multipliers]  [short]          spellings = factor: «12 millions»; beside a currency, «3 M€»
    [tens]  [several]               spellings = number: «une centaine»; at least two of it, «des centaines»
    [before]  [between]             what opens and joins a range, or a change («passer de 3 à 5»), which is two numbers
    [mods]  [mods_after]            what makes a number vague
    [shares]                        spellings = part of a whole
    [units]                         UCUM or ISO 4217 code = spellings; one of up to two letters keeps its case
    [currencies]                    sign before a number = code
    [names]                         words beside which a number is a name or a date («article 5», «18 h»)
    [[example]]  [[refusal]]        run by tests/test_quantities.py

A blank is any white space but a line's end, an apostrophe any apostrophe, … the rest of a word.
"""

import re
from collections.abc import Iterable
from importlib.resources import files

import msgspec

from selon.lang.contract import QuantityRules, fold
from selon.model import Vague

_GAP = r"[^\S\n]"
_BLANKS = "\u00a0\u202f\u2009 "
_CASED = 2
"""Letters up to which a unit's spelling keeps its case."""


class _File(msgspec.Struct, forbid_unknown_fields=True):
    decimal: str
    groups: str
    noun_last: bool
    numbers: dict[str, list[str]]
    multipliers: dict[str, float]
    short: dict[str, float]
    tens: dict[str, float]
    several: dict[str, float]
    before: dict[str, list[str]]
    between: dict[str, list[str]]
    mods: dict[Vague, list[str]]
    mods_after: dict[Vague, list[str]]
    shares: dict[str, float]
    units: dict[str, str]
    currencies: dict[str, str]
    names: dict[str, list[str]]
    example: list[dict[str, str]]
    refusal: list[dict[str, str]]


def quantity_rules(code: str) -> QuantityRules:
    """The quantity rules of language `code`. Raises ValueError, naming the file, where they cannot be read."""
    try:
        file = msgspec.toml.decode(files("selon.lang").joinpath(code, "quantities.toml").read_bytes(), type=_File)
    except msgspec.ValidationError as error:
        raise ValueError(f"lang/{code}/quantities.toml: {error}") from error
    multipliers, shorts, tens, several, shares = map(
        _spelt, (file.multipliers, file.short, file.tens, file.several, file.shares)
    )
    units = {form: unit for unit, forms in file.units.items() for form in forms.split("|")}
    return QuantityRules(
        number=_number(file, multipliers, tens, several, shares),
        factors={fold(form): factor for form, factor in (multipliers | tens | several | shares).items()},
        short=re.compile(rf"{_GAP}?({_any(shorts)})(?![\w’'])"),
        shorts=shorts,
        one=frozenset(file.numbers["one"]),
        decimal=file.decimal,
        groups=file.groups + _BLANKS,
        mods={mod: re.compile(rf"(?i)(?<!\w)(?:{_any(forms)}){_GAP}?$") for mod, forms in file.mods.items()},
        mods_after={mod: re.compile(rf"(?i){_GAP}(?:{_any(forms)})(?!\w)") for mod, forms in file.mods_after.items()},
        opens={
            "range": re.compile(rf"(?i)(?<!\w)(?:{_any(file.before['range'])}){_GAP}$"),
            "from": re.compile(rf"(?i)(?<!\w)(?:{_any(file.before['from'])}){_GAP}$"),
            "change": re.compile(rf"(?i)(?<!\w)(?:{_any(file.before['change'])})(?!\w)"),
        },
        joins={kind: re.compile(rf"(?i)(?:{_any(forms)})") for kind, forms in file.between.items()},
        unit=re.compile(rf"{_GAP}?(?:{_any(file.numbers['of'])})?(?P<unit>{_units(units)})(?![\w²³'’])"),
        units={form if len(form) <= _CASED else fold(form): unit for form, unit in units.items()},
        currency=re.compile(rf"(?<!\w)(?:{_any(file.currencies)}){_GAP}?$"),
        currencies=file.currencies,
        of=re.compile(rf"(?i){_GAP}?(?:{_any(file.numbers['of'])})"),
        name=re.compile(rf"(?i)(?<!\w)(?:{_any(file.names['before'])}){_GAP}?$"),
        dated=re.compile(rf"(?i)-?{_GAP}?(?:{_any(file.names['after'])})(?!\w)"),
        half=re.compile(rf"(?i)(?:{_any(file.numbers['half'])})(?!\w)"),
        not_share=re.compile(rf"(?i)[\s-]?(?:{_any(file.names['not_share'])})(?!\w)"),
        by=re.compile(rf"(?i)(?<!\w)(?:{_any(file.names['by'])}){_GAP}?$"),
        row=re.compile(rf"(?i)(?:(?<!\w)|(?!\w))(?:{_any(file.names['row'])}){_GAP}?$"),
        noun_last=file.noun_last,
    )


def _number(
    file: _File,
    multipliers: dict[str, float],
    tens: dict[str, float],
    several: dict[str, float],
    shares: dict[str, float],
) -> re.Pattern[str]:
    numeral = f"(?:{_any(file.numbers['words'])})"
    joins = "|".join(join.replace(" ", _GAP) for join in file.numbers["joins"])
    words = rf"{numeral}(?:(?:{joins}){numeral})*"
    group = f"[{re.escape(file.groups)}{_BLANKS}]"
    figures = rf"\d{{1,3}}(?:{group}\d{{3}})+(?!\d)(?:{re.escape(file.decimal)}\d+)?|\d+(?:[.,]\d+)?"
    of = f"(?:{_any(file.numbers['of'])})"
    times = rf"(?:{_GAP}?(?P<times>{_any(multipliers)})(?!\w))?"
    half = rf"(?P<half>{_any(file.numbers['half'])})?"
    late = half.replace("<half>", "<late>")
    return re.compile(
        rf"(?i)(?<![\w.,/@#])(?:(?P<share>{_any(shares)})(?!\w)"
        rf"|(?P<several>{_any(several)})(?P<more>(?:{_GAP}{of}(?:{_any(several)})|{_GAP}{of}?(?:{_any(multipliers)}))*)(?!\w)"
        rf"|(?P<tens>{_any(tens)})(?P<tensof>(?:{_GAP}{of}(?:{_any(multipliers)}))?)(?!\w)"
        rf"|(?:(?P<figures>{figures})|(?P<words>{words})(?!\w)){half}{times}{late})"
    )


def _spelt(table: dict[str, float]) -> dict[str, float]:
    return {form: factor for forms, factor in table.items() for form in forms.split("|")}


def _units(units: Iterable[str]) -> str:
    short = [form for form in units if len(form) <= _CASED]
    return f"(?i:{_any(form for form in units if len(form) > _CASED)})|{_any(short)}"


def _any(forms: Iterable[str]) -> str:
    """An alternation, the longest first; it matches nothing where there are none."""
    escaped = [re.escape(form).replace(r"\ ", _GAP).replace("'", "['’ʼ]") for form in forms]
    return "|".join(sorted(escaped, key=len, reverse=True)).replace("…", r"\w*") or "(?!)"
