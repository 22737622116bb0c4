"""What is asked of every request before anything else sees it: the right host, origin, token and size."""

import hmac
import re
from http.cookies import SimpleCookie
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from selon.web.settings import MAX_BODY, Settings

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
TOO_LARGE = f"A request may have {MAX_BODY // 2**20} MiB."
_HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",  # with "no-referrer", browsers send no Origin with our own forms
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
_SAFE = ("GET", "HEAD", "OPTIONS")
_COOKIE = "selon_token"


class Guard:
    """Refuses other hosts (a page elsewhere may have its name lead to this computer), writing from other pages, whoever
    has not the token where there is one, and bodies past `MAX_BODY`."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                if "cache-control" not in headers:
                    headers["cache-control"] = "no-cache" if scope["path"].startswith("/static/") else "no-store"
            await send(message)

        refusal = self._refusal(scope)
        if refusal:
            await refusal(scope, receive, guarded)
            return
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > MAX_BODY:
                raise HTTPException(413, TOO_LARGE)
            return message

        await self._app(scope, counted, guarded)

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if self._settings.token is None and _name(host) not in self._settings.hosts:
            names = ", ".join(self._settings.hosts)
            return PlainTextResponse(f"This page is not known as {host!r}; it is known as {names}.", 421)
        if scope["method"] not in _SAFE and not _same_origin(headers, host):
            return PlainTextResponse("Another page may not write here.", 403)
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > MAX_BODY:
            return PlainTextResponse(TOO_LARGE, 413)
        return self._without_token(scope, headers) if self._settings.token else None

    def _without_token(self, scope: Scope, headers: Headers) -> Response | None:
        token = self._settings.token
        assert token
        asked = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        if asked and hmac.compare_digest(asked.encode(), token.encode()):
            response = RedirectResponse(scope["path"] or "/", 303)
            response.set_cookie(_COOKIE, token, httponly=True, samesite="strict")
            return response
        cookies = SimpleCookie(headers.get("cookie", ""))
        given = cookies[_COOKIE].value if _COOKIE in cookies else headers.get("authorization", "")
        if hmac.compare_digest(given.removeprefix("Bearer ").encode(), token.encode()):
            return None
        return PlainTextResponse("Open the address that selon serve printed, with its token.", 401)


def _name(host: str) -> str:
    """A Host header without the port."""
    return re.sub(r":\d+$", "", host).lower()


def _same_origin(headers: Headers, host: str) -> bool:
    """Browsers say where a request to write comes from, in one of two headers; other programs in neither."""
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    if origin is not None:
        return urlsplit(origin).netloc.lower() == host.lower()
    return site in (None, "same-origin", "none")
