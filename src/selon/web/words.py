"""What the page itself says, in the language of whoever looks at it."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from starlette.requests import Request

from selon.labels import Labels, labels
from selon.linking.types import Reason

LANGUAGES = {"fr": "Français", "en": "English"}
COOKIE = "selon_language"
_OF_DAYS = ("earlier", "same_time")
"""Codes of reasons whose parts are days."""


class Words:
    """`words("key", n=3)` is the sentence of that key, with what it takes filled in; a key that has two forms takes the
    first for one and nought in French, for one in English."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.labels: Labels = labels(language)
        self._said = _table(language)

    def __call__(self, key: str, **values: Any) -> str:
        said: str | list[str] = self._said[key]
        if isinstance(said, list):
            n = values["n"]
            said = said[not (n == 1 or (n == 0 and self.language == "fr"))]
        if "n" in values:
            values["n"] = self.number(values["n"])
        return said.format(**values) if values else said

    def reason(self, reason: Reason) -> str:
        """Why linking concludes something; in English where its code has no other wording."""
        wording = self._said.get("reasons", {}).get(reason.code)
        if wording is None or (not reason.parts and "{0}" in wording):  # linked by an older version
            return reason.message
        parts = map(self.day, reason.parts) if reason.code in _OF_DAYS else reason.parts
        return str(wording.format(*parts))

    def error(self, code: str, message: str, kind: str = "", values: Mapping[str, object] | None = None) -> str:
        """What went wrong, worded by its kind, or else its code; as it is, in English, where neither has a wording."""
        wordings = self._said.get("errors", {})
        if kind in wordings:
            return str(wordings[kind].format(**(values or {})))
        return str(wordings.get(code, message))

    def number(self, n: float) -> str:
        blank = "\N{NARROW NO-BREAK SPACE}" if self.language == "fr" else ","
        return f"{n:,}".replace(",", blank)

    def percent(self, share: float) -> str:
        return f"{round(100 * share)}\N{NO-BREAK SPACE}%" if self.language == "fr" else f"{round(100 * share)}%"

    def day(self, value: str) -> str:
        """A day, month or year as people write it; anything else as it is."""
        parts = value.split("-")
        months = self._said["months"]
        if not all(part.isdigit() for part in parts) or len(parts) > 3 or len(parts[0]) != 4:
            return value
        if len(parts) == 1 or not 1 <= int(parts[1]) <= 12:
            return value
        month = months[int(parts[1]) - 1]
        return f"{month} {parts[0]}" if len(parts) == 2 else f"{int(parts[2])} {month} {parts[0]}"

    def moment(self, value: str) -> str:
        """A time of UTC, ISO 8601, as people write it."""
        day, _, time = value.rstrip("Z").partition("T")
        return f"{self.day(day)}, {time}" if time else self.day(day)


@cache
def _table(language: str) -> dict[str, Any]:
    return tomllib.loads(files("selon.web").joinpath("said", f"{language}.toml").read_text("utf-8"))


@cache
def words(language: str) -> Words:
    return Words(language)


def chosen(request: Request) -> Words:
    """In the language that was chosen, else the first that the browser asks for and there is."""
    cookie = request.cookies.get(COOKIE)
    if cookie in LANGUAGES:
        return words(cookie)
    wanted: list[tuple[float, str]] = []
    for part in request.headers.get("accept-language", "").split(","):
        name, _, weight = part.strip().partition(";q=")
        try:
            wanted.append((-float(weight or 1), name[:2].lower()))
        except ValueError:
            continue
    return words(next((name for _, name in sorted(wanted, key=lambda w: w[0]) if name in LANGUAGES), "en"))
