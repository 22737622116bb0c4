"""A file, standard input or a web address → bytes. The only code that touches the network.

An address is resolved once, every address it resolves to is checked, and the connection goes to the one that was
checked, for each redirect anew: a name cannot point somewhere public while it is checked and somewhere private after.
"""

import email.utils
import ipaddress
import os
import socket
import ssl
import sys
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urljoin, urlsplit

from selon.model import InputError

if TYPE_CHECKING:
    from protego import Protego

MAX_BYTES = 8 * 1024 * 1024
"""Largest input read, in bytes; a page of news has well under one MiB."""
MAX_REDIRECTS = 8
TIMEOUT = 20.0
"""Seconds for one connection, or one wait for more of the body."""
TOTAL_TIMEOUT = 60.0
"""Seconds for one address with all of its redirects and its body."""
USER_AGENT = "selon/0.1 (reads news articles; one page at a time)"
ROBOT = "selon"
"""The name by which a robots.txt speaks to this program."""
PAUSE = 1.0
"""Seconds between two requests to one host, unless its robots.txt asks for more."""
MAX_ROBOTS = 512 * 1024
"""Bytes of a robots.txt that count."""
MAX_PAUSE = 30.0
"""Seconds of waiting that a host can ask for, between requests or before another try."""
_TEXT_TYPES = (
    "text/",
    "application/xhtml",
    "application/xml",
    "application/json",
    "application/ld+json",
    "application/rss",
    "application/gzip",
    "application/x-gzip",
)
_UNKNOWN_TYPES = ("", "application/octet-stream", "binary/octet-stream", "application/x-unknown")
_CHOICES = "give a file, an http or https address, or - for standard input"


class Fetched(NamedTuple):
    """What was read: `url` is the address it finally came from, `content_type` the header's; None for files.

    `etag` and `last_modified` are what the server said to ask with next time; `unchanged`, that what was known when
    asking still holds, and there are no data.
    """

    data: bytes
    url: str | None
    content_type: str | None
    name: str
    etag: str | None = None
    last_modified: str | None = None
    unchanged: bool = False


class Known(NamedTuple):
    """What a server said of an address before."""

    etag: str | None = None
    last_modified: str | None = None


class HttpError(InputError):
    """A server's refusal; `wait` is how many seconds it asks to wait, if it says so."""

    def __init__(self, message: str, status: int, wait: float | None) -> None:
        super().__init__("http", message)
        self.status = status
        self.wait = wait


def fetch(target: str, *, allow_private: bool = False) -> Fetched:
    """The bytes of `target`: a path, an http(s) address, or "-" for standard input.

    `allow_private` lets addresses of this machine and its network through. Raises InputError, which says what to
    do, on anything that cannot be read: code "missing", "folder", "empty", "unreadable", "too-large", "scheme",
    "private", "network", "http", "redirects", "type".
    """
    if target == "-":
        return _nonempty(Fetched(_limited(sys.stdin.buffer, "standard input"), None, None, "standard input"))
    if is_address(target):
        return _nonempty(_download(target, allow_private))
    scheme = target.split(":", 1)[0].lower() if ":" in target else ""
    if not os.path.exists(target) and _is_scheme(target, scheme):
        raise InputError("scheme", f"{target!r}: the scheme {scheme}: is not read, only http and https; {_CHOICES}")
    return _nonempty(_read_file(target))


def is_address(target: str) -> bool:
    """Whether `target` is to be fetched from the network."""
    return target.split(":", 1)[0].lower() in ("http", "https") if ":" in target else False


def _is_scheme(target: str, scheme: str) -> bool:
    known = ("file", "ftp", "ftps", "javascript", "data", "mailto", "about", "blob", "ws", "wss", "gopher")
    return "://" in target or scheme in known


def _nonempty(fetched: Fetched) -> Fetched:
    if not fetched.data.strip():
        raise InputError("empty", f"{fetched.name}: there is nothing in it; {_CHOICES} that holds an article")
    return fetched


# ---------------------------------------------------------------- files


def _read_file(target: str) -> Fetched:
    try:
        path = Path(target)
        if path.is_dir():
            raise InputError(
                "folder", f"{target!r} is a folder; name the files in it, as in {target.rstrip('/')}/*.html"
            )
        with path.open("rb") as file:
            return Fetched(_limited(file, repr(target)), None, None, target)
    except FileNotFoundError:
        raise InputError("missing", f"there is no file {target!r}; {_CHOICES}") from None
    except (OSError, ValueError) as error:  # ValueError: a path with NUL in it
        reason = getattr(error, "strerror", None) or error
        raise InputError(
            "unreadable", f"{target!r} cannot be read ({reason}); check its path and permissions"
        ) from None


def _limited(file: IO[bytes], name: str) -> bytes:
    data = file.read(MAX_BYTES + 1)
    _check_size(len(data), name)
    return data


def _check_size(size: int, name: str) -> None:
    if size > MAX_BYTES:
        limit = f"{MAX_BYTES // (1024 * 1024)} MiB"
        raise InputError("too-large", f"{name} is larger than {limit}, the most that is read; give one article's page")


# ---------------------------------------------------------------- addresses


def _download(
    url: str, allow_private: bool, known: Known | None = None, enter: Callable[[str], None] | None = None
) -> Fetched:
    """What `url` leads to. `enter` is called with each address before it is asked."""
    deadline = time.monotonic() + TOTAL_TIMEOUT
    start = url
    for _ in range(MAX_REDIRECTS + 1):
        if enter:
            waited = time.monotonic()
            enter(url)
            deadline += time.monotonic() - waited
        answer = _request(url, allow_private, deadline, known)
        if isinstance(answer, Fetched):
            return answer
        url = answer
    raise InputError(
        "redirects", f"{start}: more than {MAX_REDIRECTS} redirects, the last to {url}; give the final address"
    )


def _request(url: str, allow_private: bool, deadline: float, known: Known | None) -> Fetched | str:
    """What `url` answers with, or the address that it redirects to."""
    import httpx  # 0.2 s to import: reading files should not pay for it

    host, port = _host_and_port(url)
    address = _checked_address(url, host, port, allow_private)
    headers = {
        "User-Agent": USER_AGENT,
        "Accept": "text/html,application/xhtml+xml,text/plain;q=0.9,*/*;q=0.1",
        "Accept-Language": "fr,en;q=0.8",
    }
    if known and known.etag:
        headers["If-None-Match"] = known.etag
    if known and known.last_modified:
        headers["If-Modified-Since"] = known.last_modified
    try:
        transport = _to_address(address)
        # trust_env: a proxy of the environment would resolve the name itself, past the check
        with (
            httpx.Client(transport=transport, timeout=TIMEOUT, follow_redirects=False, trust_env=False) as client,
            client.stream("GET", url, headers=headers) as response,
        ):
            if response.has_redirect_location:
                return _redirected(url, response.headers["location"])
            said = response.headers
            told = said.get("etag"), said.get("last-modified")
            if response.status_code == 304 and known:
                return Fetched(b"", url, None, url, told[0] or known.etag, told[1] or known.last_modified, True)
            if response.status_code >= 400:
                message = f"{url}: {_status(response.status_code, response.reason_phrase)}"
                raise HttpError(message, response.status_code, _seconds(said.get("retry-after")))
            content_type = said.get("content-type")
            _check_type(url, content_type)
            data = _body(response.iter_bytes(), url, deadline)
            return Fetched(data, url, content_type, url, *told)
    except httpx.TimeoutException:
        raise InputError("network", f"{url}: no answer in {TIMEOUT:.0f} seconds; try again or save the page") from None
    except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, ValueError) as error:
        reason = str(error) or type(error).__name__
        raise InputError("network", f"{url} cannot be fetched ({reason}); check the address or save the page") from None


def _status(code: int, reason: str) -> str:
    remedy = {
        401: "it asks for a password; save the page from your browser and give the file",
        403: "it refuses programs; save the page from your browser and give the file",
        404: "there is no such page; check the address",
        410: "the page is gone; look for it in a web archive",
        429: "too many requests; wait, then try again",
        451: "it is blocked for legal reasons; save the page from your browser and give the file",
    }.get(code, "try again later, or save the page from your browser and give the file")
    return f"the server answered {code} {reason}: {remedy}"


def _seconds(retry_after: str | None) -> float | None:
    """How long a Retry-After header asks to wait: seconds, or a date."""
    if not retry_after:
        return None
    if retry_after.strip().isdigit():
        return float(retry_after)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(retry_after).timestamp() - time.time())
    except ValueError:
        return None


def _redirected(url: str, location: str) -> str:
    target = urljoin(url, location)
    scheme = urlsplit(target).scheme
    if scheme not in ("http", "https"):
        raise InputError("scheme", f"{url} redirects to {target!r}: only http and https are read")
    return target


def _check_type(url: str, content_type: str | None) -> None:
    kind = (content_type or "").split(";")[0].strip().lower()
    if kind.startswith(_TEXT_TYPES) or kind in _UNKNOWN_TYPES or kind.endswith("+xml"):
        return
    raise InputError("type", f"{url} is of type {kind}, not text; give the address of the article's page (text/html)")


def _body(chunks: Iterable[bytes], url: str, deadline: float) -> bytes:
    data = bytearray()
    for chunk in chunks:
        data += chunk
        _check_size(len(data), url)
        if time.monotonic() > deadline:
            raise InputError(
                "network", f"{url}: not whole after {TOTAL_TIMEOUT:.0f} seconds; try again or save the page"
            )
    return bytes(data)


def _host_and_port(url: str) -> tuple[str, int]:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise InputError("network", f"{url!r} is no address ({error}); {_CHOICES}") from None
    if not host:
        raise InputError("network", f"{url!r} names no host, as in https://example.org/article; {_CHOICES}")
    return host, port or (443 if parts.scheme == "https" else 80)


def _checked_address(url: str, host: str, port: int, allow_private: bool) -> str:
    """The IP address to connect to. All that `host` resolves to must be public, unless `allow_private`."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError("network", f"{url}: the host {host!r} is not found ({reason}); check the address") from None
    addresses = [str(info[4][0]) for info in found]
    private = [a for a in addresses if not _is_public(a)]
    if private and not allow_private:
        raise InputError(
            "private",
            f"{url}: {host} is {private[0]}, an address of this machine or a private network, which is not fetched; "
            "save the page and give the file",
        )
    return addresses[0]


def _is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.split("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in ipaddress.ip_network("64:ff9b::/96"):  # NAT64 carries an IPv4 address in its last 32 bits
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return _is_public(str(inner))
        if ip.is_site_local:
            return False
    return ip.is_global and not ip.is_multicast


def _to_address(address: str) -> Any:
    """A transport that connects to `address` whatever the name says; TLS still checks the name."""
    import httpcore
    import httpx

    class Pinned(httpcore.SyncBackend):
        def connect_tcp(self, host: str, port: int, *args: Any, **kwargs: Any) -> httpcore.NetworkStream:  # noqa: ARG002
            return super().connect_tcp(address, port, *args, **kwargs)

    transport = httpx.HTTPTransport(trust_env=False)
    transport._pool = httpcore.ConnectionPool(ssl_context=httpx.create_ssl_context(), network_backend=Pinned())
    return transport


# ---------------------------------------------------------------- politeness


class _Host:
    """What is known of one scheme, host and port."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.rules: Protego | None = None
        self.refusal: InputError | None = None
        """Why nothing can be fetched here."""
        self.pause = PAUSE
        self.free = 0.0
        """When the next request may go out, by the monotonic clock."""


class Visitor:
    """Fetches many pages politely: what a host's robots.txt forbids is not fetched, requests to one host are `pause`
    seconds apart (more where robots.txt says so), a server that asks to wait is waited for once, and what is known
    already is only asked after. Threads may share one."""

    def __init__(self, *, allow_private: bool = False, pause: float | None = None) -> None:
        self._allow_private = allow_private
        self._pause = PAUSE if pause is None else pause
        self._hosts: dict[str, _Host] = {}
        self._lock = threading.Lock()

    def fetch(self, url: str, known: Known | None = None) -> Fetched:
        """The bytes of an http(s) address. Raises InputError as `fetch` does, and with code "robots" where its host
        does not want it fetched. With `known`, the answer may be `unchanged`."""
        try:
            found = _download(url, self._allow_private, known, self._enter)
        except HttpError as error:
            if error.status not in (429, 503) or error.wait is None or error.wait > MAX_PAUSE:
                raise
            self._host(url).free = time.monotonic() + error.wait
            found = _download(url, self._allow_private, known, self._enter)
        return found if found.unchanged else _nonempty(found)

    def _enter(self, url: str) -> None:
        """Wait for this host's turn. Raises InputError where robots.txt forbids the address."""
        host = self._host(url)
        with host.lock:
            if host.rules is None and host.refusal is None:
                self._ask(host, url)
            if host.refusal:
                raise InputError(host.refusal.code, host.refusal.message)
            if host.rules and not host.rules.can_fetch(url, ROBOT):
                said = "its host's robots.txt asks programs not to fetch it; save the page from your browser"
                raise InputError("robots", f"{url}: {said} and give the file")
            turn = max(time.monotonic(), host.free)
            host.free = turn + host.pause
        time.sleep(max(0.0, turn - time.monotonic()))

    def _host(self, url: str) -> _Host:
        parts = urlsplit(url)
        with self._lock:
            return self._hosts.setdefault(f"{parts.scheme}://{parts.netloc}", _Host())

    def _ask(self, host: _Host, url: str) -> None:
        """Read the host's robots.txt (RFC 9309): where there is none all is allowed, where it cannot be had nothing.

        A private host is refused when its page is asked for, in words about that.
        """
        from protego import Protego

        where, text = urljoin(url, "/robots.txt"), ""
        try:
            text = _download(where, self._allow_private).data[:MAX_ROBOTS].decode("utf-8", "replace")
        except InputError as error:
            status = error.status if isinstance(error, HttpError) else None
            if error.code not in ("type", "private") and (status is None or status >= 500 or status == 429):
                host.refusal = error  # asked once: the host's other pages need not wait to hear it again
                return
        host.rules = Protego.parse(text)
        host.pause = max(self._pause, min(float(host.rules.crawl_delay(ROBOT) or 0.0), MAX_PAUSE))
        host.free = time.monotonic() + host.pause
