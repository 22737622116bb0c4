"""Calendar days written out in a line: «12 septembre 2023», "Nov. 20, 2019", 12/09/2023."""

import re
from typing import Any

from selon.model import Published
from selon.stages._languages import LANGUAGES

_MONTH = (
    "janv(?:ier)?|févr?(?:ier)?|fevrier|mars|avr(?:il)?|mai|juin|juil(?:let)?|août|aout|sept(?:embre)?|oct(?:obre)?|"
    "nov(?:embre)?|déc(?:embre)?|decembre|jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|"
    "aug(?:ust)?|sep(?:tember)?|october|november|dec(?:ember)?"
)
_WRITTEN_DAY = re.compile(
    rf"(?i)\b\d{{1,2}}(?:er|st|nd|rd|th)?\s+(?:{_MONTH})\.?,?\s+(?:19|20)\d\d(?!\d)"
    rf"|\b(?:{_MONTH})\.?\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+(?:19|20)\d\d(?!\d)"
    r"|\b(?:19|20)\d\d-\d\d-\d\d(?!\d)|\b\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d\d(?!\d)"
)
_ORDINAL = re.compile(r"(\d)(?:er|st|nd|rd|th)\b")
_CLOCK = r"(?:\d{1,2}\s?h(?:\s?\d\d)?|\d{1,2}:\d\d(?:\s?[ap]\.?m\b\.?)?|\d{1,2}(?:\.\d\d)?\s?[ap]\.?m\b\.?)"
TIME = re.compile(
    rf"(?i)[(\[]?{_CLOCK}(?: [A-Z]{{2,4}})?(?:\s*[)\]]\s*[-–—:|]?|\s*[-–—:|])(?:\s+|$)(?!\d{{1,2}}\s?[h:])"
)
"""The time that an entry of a live report opens with: «17h55 - », "10:32 am – ", [9:05]."""
_TIME = re.compile(r"(?i)\b\d{1,2}\s?(?:h|:)\s?(?:\d\d)?(?:\s?[ap]\.?m\b\.?)?|\b\d{1,2}\s?[ap]\.?m\b\.?")
_WEEKDAY = re.compile(
    "(?i)\\b(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|(?:mon|tues|wednes|thurs|fri|satur|sun)day|"
    "mon|tue|wed|thu|fri|sat|sun)\\b\\.?"
)
_ZONE = re.compile(r"\b[A-Z]{2,4}\b")
_MOST_OTHER_WORDS = 2


def published_in_text(text: str) -> Published | None:
    """The day that a line like «Publié le 12 septembre 2023 à 10h30» names; numbers alone are day, month, year."""
    import dateparser  # 0.3 s to import; only undated pages pay for it

    for found in _WRITTEN_DAY.finditer(text):
        settings: Any = {"REQUIRE_PARTS": ["day", "month", "year"], "PARSERS": ["absolute-time"]}
        if re.fullmatch(r"\d{1,2}[./-].*", found[0]):
            settings["DATE_ORDER"] = "DMY"
        parsed = dateparser.parse(_ORDINAL.sub(r"\1", found[0]), languages=list(LANGUAGES), settings=settings)
        if parsed and 1900 <= parsed.year <= 2100:
            why = f"the page says «{text[:80]}»"
            return Published(value=parsed.date().isoformat(), how="text", why=why)
    return None


def is_dated_only(text: str) -> bool:
    """Whether the line `text` holds a calendar day with its year, perhaps a time, and hardly a word more."""
    if len(text) > 150 or not _WRITTEN_DAY.search(text):
        return False
    rest = _ZONE.sub(" ", _WEEKDAY.sub(" ", _TIME.sub(" ", _WRITTEN_DAY.sub(" ", text))))
    return len(re.findall(r"[^\W\d_]{3,}", rest)) <= _MOST_OTHER_WORDS
