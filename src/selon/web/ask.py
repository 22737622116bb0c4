"""What a page is asked with: the request, what was sent, the library, the language."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any, NamedTuple, get_args
from urllib.parse import urlencode

import jinja2
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from selon.export import FORMATS
from selon.library import Library
from selon.model import Act, Certainty, InputError, SourceType
from selon.web.adds import Adds
from selon.web.links import article_link
from selon.web.settings import Settings
from selon.web.typeset import SIGNS, tag
from selon.web.words import LANGUAGES, Words, chosen


class Pager(NamedTuple):
    """Which part of a long list a page shows: `size` of `total`, after the first `skip`."""

    path: str
    asked: Mapping[str, str]
    skip: int
    size: int
    total: int

    @property
    def first(self) -> int:
        return min(self.skip + 1, self.total)

    @property
    def last(self) -> int:
        return min(self.skip + self.size, self.total)

    @property
    def before(self) -> str | None:
        """The page before this one, if any."""
        return self._at(max(0, self.skip - self.size)) if self.skip else None

    @property
    def after(self) -> str | None:
        return self._at(self.skip + self.size) if self.last < self.total else None

    def _at(self, skip: int) -> str:
        asked = {name: value for name, value in {**self.asked, "skip": skip or ""}.items() if value}
        return f"{self.path}?{urlencode(asked)}"


class Ask:
    """One request."""

    def __init__(
        self, request: Request, settings: Settings, adds: Adds, form: FormData | None = None, body: bytes = b""
    ) -> None:
        self.request = request
        self.settings = settings
        self.adds = adds
        self.form = form
        self.body = body
        self.words: Words = chosen(request)

    @contextmanager
    def library(self) -> Iterator[Library]:
        with Library.open(self.settings.library) as opened:
            yield opened

    def asked(self, name: str) -> str:
        """A parameter of the address, "" if it is not there."""
        return self.request.query_params.get(name, "").strip()

    def sent(self, name: str) -> str:
        """A field of the form, "" if it is not there."""
        value = self.form.get(name) if self.form is not None else None
        return value.strip() if isinstance(value, str) else ""

    def number(self, name: str, least: int, most: int, default: int) -> int:
        """A whole number of the address. Raises InputError."""
        value = self.asked(name)
        if not value:
            return default
        if not (value.isdecimal() and len(value) < 12 and least <= int(value) <= most):
            raise InputError(
                "input",
                f"{name}={value} is no whole number from {least} to {most}",
                "no_number",
                value=value,
                least=least,
                most=most,
            )
        return int(value)

    def html(self, template: str, status: int = 200, **values: Any) -> Response:
        url = self.request.url
        here = url.path + (f"?{url.query}" if url.query else "")
        shared = {"t": self.words, "languages": LANGUAGES, "here": here, "path": url.path, "query": self.asked("q")}
        body = _environment().get_template(template).render(**shared, **values)
        return HTMLResponse(body, status, {"content-language": self.words.language})


def see(address: str) -> Response:
    """Go there with GET."""
    return RedirectResponse(address, 303)


def wants_json(request: Request) -> bool:
    return request.url.path.startswith("/api/")


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("selon.web"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    choices = {"types": get_args(SourceType), "acts": get_args(Act), "certainties": get_args(Certainty)}
    environment.globals.update(formats=tuple(FORMATS), signs=SIGNS, tag=tag, article_link=article_link, choices=choices)
    return environment
