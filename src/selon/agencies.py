"""News agencies that a story credits, and the dateline it opens with."""

import re
from collections.abc import Iterable

# As they sign, and the one name each goes by. Signatures with a common word ("Belga", "Reuters") need no more.
_AGENCIES = {
    "AFP": ("AFP", "Agence France-Presse"),
    "Reuters": ("Reuters",),
    "AP": ("AP", "Associated Press", "The Associated Press"),
    "Belga": ("Belga",),
    "ATS": ("ATS", "Keystone-ATS"),
    "dpa": ("dpa", "DPA"),
    "EFE": ("EFE",),
    "ANSA": ("ANSA",),
    "APS": ("APS",),
    "MAP": ("MAP",),
    "TAP": ("TAP",),
    "PA": ("PA", "PA Media", "Press Association"),
    "UPI": ("UPI",),
    "Bloomberg": ("Bloomberg",),
    "La Presse canadienne": ("La Presse canadienne", "PC", "The Canadian Press"),
    "Xinhua": ("Xinhua", "Chine nouvelle"),
    "TASS": ("TASS", "Tass"),
    "Interfax": ("Interfax",),
    "Yonhap": ("Yonhap",),
    "Kyodo": ("Kyodo",),
    "KCNA": ("KCNA",),
    "Anadolu": ("Anadolu", "AA"),
    "RIA Novosti": ("RIA Novosti", "Ria Novosti"),
    "Ukrinform": ("Ukrinform",),
}
_NAME_OF = {sign: name for name, signs in _AGENCIES.items() for sign in signs}
_SIGN = "(?:" + "|".join(sorted(map(re.escape, _NAME_OF), key=len, reverse=True)) + ")"
_SIGNS = rf"{_SIGN}(?:\s*(?:,|/|et|and|&|-|–|avec|with)\s*{_SIGN})*"
_IN_BRACKETS = re.compile(rf"[(\[](?:avec\s+|with\s+|source\s*:\s*)?(?P<signs>{_SIGNS})[)\]]")
_AFTER_WITH = re.compile(
    rf"(?:^|[\s(,])(?:[Aa]vec|[Ww]ith|[Ss]ource\s*:|[Pp]ar|[Bb]y)\s+(?:l['’](?:agence\s+)?|the\s+|agences?\s+)?(?P<signs>{_SIGNS})\s*\)?\.?$"
)
_ALONE = re.compile(rf"(?:[^\w\s]\s*)*(?:©\s*)?(?P<signs>{_SIGNS})\s*[.)]?")

_PLACE = (
    r"(?:[A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ'’\-. ]{2,40}|[A-ZÀ-ÖØ-Þ][\w'’\-]+(?:[ -][A-ZÀ-ÖØ-Þ][\w'’\-]+){0,3})"
    r"(?:, ?[A-Z][\w.'’]{1,25}(?: [A-Z][\w.'’]{1,25})?)?"
)
_DAY = r"(?:,? (?:le )?(?:\d{1,2}(?:er)? \w{3,9}\.?|[A-Z][a-z]{2,8}\.? \d{1,2})(?:,? \d{4})?)?"
DATELINE = re.compile(
    rf"{_PLACE}{_DAY}\s*(?:[(\[](?:(?P<agency>{_SIGN})|[A-Z][\w ]{{1,20}})[)\]]\s*[-–—:.]\s*"
    rf"|\s[–—]\s(?![^.!?]*\s[–—])|,? {_SIGN}\s+[-–—]\s)"
)
"""A place, perhaps with day and agency, before the first words: «PARIS (AFP) – », "SEOUL, Sept 12 (Reuters) - ".

A bare dash that another follows in the sentence sets off an aside, not a dateline."""


def agencies(lines: Iterable[str]) -> tuple[str, ...]:
    """The agencies that `lines` credit: «(AFP)», «avec Reuters» at a line's end, a line that is their name."""
    found: dict[str, None] = {}
    for line in lines:
        marks = [*_IN_BRACKETS.finditer(line), *_AFTER_WITH.finditer(line)]
        alone = _ALONE.fullmatch(line.strip())
        for mark in [*marks, *([alone] if alone else [])]:
            for sign in re.findall(_SIGN, mark["signs"]):
                found.setdefault(_NAME_OF[sign])
    return tuple(found)
