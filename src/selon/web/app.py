"""The application: which address leads to which page, and what is shown where something goes wrong."""

import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from selon.model import InputError
from selon.web import api, linked, pages, rulings, takeaway
from selon.web.adds import Adds
from selon.web.ask import Ask, wants_json
from selon.web.guard import Guard
from selon.web.settings import MAX_BODY, Settings

MAX_FILES = 200
Page = Callable[[Ask], Response]
STATUSES = {
    "unknown": 404,
    "missing": 404,
    "unlinked": 404,
    "conflict": 409,
    "correction": 422,
    "rulings": 422,
    "search": 422,
    "input": 422,
    "busy": 503,
    "newer": 503,
    "damaged": 503,
    "full": 507,
    "read-only": 403,
}
"""HTTP statuses for `InputError.code`; any other is 400."""


def application(settings: Settings) -> ASGIApp:
    """The page on one library."""
    adds = Adds(settings)

    def get(path: str, page: Page) -> Route:
        return Route(path, _endpoint(page, settings, adds), methods=["GET"])

    def post(path: str, page: Page) -> Route:
        return Route(path, _endpoint(page, settings, adds, form=True), methods=["POST"])

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        adds.close()

    async def failed(request: Request, error: Exception) -> Response:
        return await run_in_threadpool(_failed, Ask(request, settings, adds), error)

    routes = [
        get("/", pages.home),
        get("/search", pages.search),
        get("/article/{id:path}", pages.article),
        get("/panel", pages.panel),
        get("/outlet/{name:path}", pages.outlet),
        get("/stories", linked.all_stories),
        get("/story/{id:path}", linked.story),
        get("/claim/{id}", linked.claim),
        get("/who", linked.who),
        get("/compare", linked.compare),
        get("/export", takeaway.export),
        post("/link", linked.link),
        get("/add", pages.adding),
        post("/add", pages.add),
        post("/examples", pages.examples),
        post("/feeds", pages.feeds),
        get("/adds/{n:int}", pages.progress),
        get("/corrections", pages.corrections),
        post("/correct", pages.correct),
        post("/undo", pages.undo),
        post("/rule", rulings.rule_),
        get("/language/{code}", pages.language),
        get("/api", pages.api),
        *api.routes(lambda run: _endpoint(run, settings, adds, body=True)),
        Mount("/static", StaticFiles(packages=[("selon.web", "static")])),
    ]
    handlers = {InputError: failed, HTTPException: failed, Exception: failed}
    return Guard(Starlette(routes=routes, exception_handlers=handlers, lifespan=lifespan), settings)


def _endpoint(
    page: Page, settings: Settings, adds: Adds, *, form: bool = False, body: bool = False
) -> Callable[[Request], Awaitable[Response]]:
    """A page as Starlette wants it: what is sent is read here, the rest runs in a thread."""

    async def endpoint(request: Request) -> Response:
        if form:
            async with request.form(max_files=MAX_FILES, max_fields=500, max_part_size=MAX_BODY) as sent:
                return await run_in_threadpool(page, Ask(request, settings, adds, sent))
        sent_body = await request.body() if body else b""
        return await run_in_threadpool(page, Ask(request, settings, adds, body=sent_body))

    return endpoint


def _failed(ask: Ask, error: Exception) -> Response:
    """The page, or the JSON, that says what went wrong."""
    if isinstance(error, HTTPException):
        status, code, message = error.status_code, "http", str(error.detail)
    elif isinstance(error, InputError):
        status, code, message = STATUSES.get(error.code, 400), error.code, error.message
    else:
        traceback.print_exception(error)
        status, code, message = 500, "fault", f"this is a fault of Selon: {type(error).__name__}: {error}"
    if wants_json(ask.request):
        return api.error(status, code, message, error)
    if code == "unlinked":
        return linked.unlinked(ask)
    if code == "missing" and not ask.settings.library.exists():
        return pages.welcome(ask)
    return pages.trouble(ask, status, code, message, error)
