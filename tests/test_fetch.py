"""Fetching, from a real server on this machine."""

import io
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from selon import fetch as module
from selon.fetch import MAX_BYTES, Fetched, HttpError, Known, Visitor, fetch
from selon.model import InputError

PAGE = b"<html><body><p>Le port de Valmont</p></body></html>"


asked: list[tuple[str, str | None, str | None]] = []
visits: list[tuple[str, float]] = []
"""(path, when) of requests for pages that count them."""
robots: list[str] = []
"""Hosts whose robots.txt was asked for."""
rules = [(404, "")]
"""Status and text of robots.txt."""


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        answer = getattr(self, "get_" + self.path.strip("/").split("/")[0], None)
        if self.path == "/robots.txt":
            robots.append(self.headers["Host"])
            status, text = rules[0]
            self.reply(status, text.encode(), "text/plain")
        elif answer is None:
            self.reply(404, b"none", "text/html")
        else:
            answer()

    def reply(self, status: int, body: bytes, kind: str | None, **headers: str) -> None:
        self.send_response(status)
        if kind is not None:
            self.send_header("Content-Type", kind)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def get_page(self) -> None:
        self.reply(200, PAGE, "text/html; charset=utf-8")

    def get_bare(self) -> None:
        self.reply(200, PAGE, None)

    def get_moved(self) -> None:
        self.reply(301, b"", "text/html", Location="/page")

    def get_loop(self) -> None:
        self.reply(302, b"", "text/html", Location="/loop")

    def get_ftp(self) -> None:
        self.reply(302, b"", "text/html", Location="ftp://example.org/x")

    def get_inside(self) -> None:
        self.reply(302, b"", "text/html", Location="http://169.254.169.254/latest")

    def get_pdf(self) -> None:
        self.reply(200, b"%PDF-1.7", "application/pdf")

    def get_empty(self) -> None:
        self.reply(200, b"", "text/html")

    def get_forbidden(self) -> None:
        self.reply(403, b"no", "text/html")

    def get_broken(self) -> None:
        self.reply(500, b"no", "text/html")

    def get_big(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        try:
            for _ in range(MAX_BYTES // 65536 + 2):
                self.wfile.write(b"x" * 65536)
        except OSError:
            pass  # the other side has hung up, as it should

    def get_slow(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        try:
            for _ in range(40):
                self.wfile.write(b"x")
                self.wfile.flush()
                time.sleep(0.05)
        except OSError:
            pass

    def get_known(self) -> None:
        """A page with an ETag and a date, and 304 for whoever has them."""
        asked.append((self.path, self.headers.get("If-None-Match"), self.headers.get("If-Modified-Since")))
        if self.headers.get("If-None-Match") == '"v1"':
            self.reply(304, b"", None, ETag='"v1"')
        else:
            self.reply(200, PAGE, "text/html", **{"ETag": '"v1"', "Last-Modified": "Mon, 10 Mar 2025 10:00:00 GMT"})

    def get_later(self) -> None:
        """Asks to wait, the first time."""
        visits.append((self.path, time.monotonic()))
        if sum(path == self.path for path, _ in visits) == 1:
            self.reply(429, b"", "text/html", **{"Retry-After": "0" if "soon" in self.path else "86400"})
        else:
            self.reply(200, PAGE, "text/html")

    def get_turn(self) -> None:
        visits.append((self.path, time.monotonic()))
        self.reply(200, PAGE, "text/html")

    def get_astray(self) -> None:
        self.reply(302, b"", "text/html", Location="/private/page")

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("path", ["/page", "/moved"])
def test_page(site: str, path: str) -> None:
    found = fetch(site + path, allow_private=True)
    assert found[:4] == (PAGE, site + "/page", "text/html; charset=utf-8", site + "/page")


def test_page_without_type(site: str) -> None:
    assert fetch(site + "/bare", allow_private=True).content_type is None


@pytest.mark.parametrize(
    ("path", "code", "words"),
    [
        ("/none", "http", "404"),
        ("/forbidden", "http", "save the page"),
        ("/broken", "http", "500"),
        ("/loop", "redirects", "8 redirects"),
        ("/ftp", "scheme", "ftp"),
        ("/pdf", "type", "application/pdf"),
        ("/empty", "empty", "nothing in it"),
        ("/big", "too-large", "8 MiB"),
    ],
)
def test_refused(site: str, path: str, code: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        fetch(site + path, allow_private=True)
    assert caught.value.code == code
    assert words in caught.value.message


def test_slow_body_is_given_up(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TOTAL_TIMEOUT", 0.3)
    with pytest.raises(InputError) as caught:
        fetch(site + "/slow", allow_private=True)
    assert caught.value.code == "network"


def test_silent_server_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TIMEOUT", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(InputError) as caught:
        fetch(f"http://127.0.0.1:{silent.getsockname()[1]}/", allow_private=True)
    assert caught.value.code == "network"


def test_closed_port() -> None:
    with pytest.raises(InputError) as caught:
        fetch("http://127.0.0.1:9/", allow_private=True)
    assert caught.value.code == "network"


PRIVATE = (
    "127.0.0.1 localhost [::1] 0x7f.1 2130706433 10.0.0.8 192.168.1.1 172.16.0.1 169.254.169.254 0.0.0.0 224.0.0.1 "
    "100.64.0.1 [::ffff:10.0.0.1] [fe80::1] [fd00::1] [64:ff9b::a00:1] [2002:a00:1::]"
)


@pytest.mark.parametrize("host", PRIVATE.split())
def test_private_host_is_refused(host: str) -> None:
    with pytest.raises(InputError) as caught:
        fetch(f"http://{host}/")
    assert caught.value.code == "private"


def test_name_is_checked_at_every_hop(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A public page that redirects inside is refused; here 127.0.0.1 passes for public."""
    monkeypatch.setattr(module, "_is_public", lambda address: address == "127.0.0.1")
    with pytest.raises(InputError) as caught:
        fetch(site + "/inside")
    assert caught.value.code == "private"


def test_connects_to_the_address_that_was_checked(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name is resolved once: a second answer, as in DNS rebinding, is never asked for."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def resolve(host: str, *args: object, **kwargs: object) -> object:
        asked.append(host)
        return real("127.0.0.1" if host == "echo.example" else host, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    found = fetch(site.replace("127.0.0.1", "echo.example") + "/page", allow_private=True)
    assert found.data == PAGE
    assert asked.count("echo.example") == 1


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("ftp://echo.example/x", "scheme"),
        ("file:///etc/hostname", "scheme"),
        ("javascript:alert(1)", "scheme"),
        ("data:text/html,x", "scheme"),
        ("http://", "network"),
        ("http://a:99999/", "network"),
        ("http://[::1", "network"),
        ("no such file", "missing"),
        ("a\0b", "unreadable"),
    ],
)
def test_bad_target(target: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        fetch(target)
    assert caught.value.code == code


def test_files(tmp_path: Path) -> None:
    file = tmp_path / "http:page.html"
    file.write_bytes(PAGE)
    assert fetch(str(file)) == Fetched(PAGE, None, None, str(file))
    for content, code in ((b"", "empty"), (b" \n", "empty"), (b"x" * (MAX_BYTES + 1), "too-large")):
        file.write_bytes(content)
        with pytest.raises(InputError) as caught:
            fetch(str(file))
        assert caught.value.code == code
    with pytest.raises(InputError) as caught:
        fetch(str(tmp_path))
    assert caught.value.code == "folder"


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(PAGE)))
    assert fetch("-") == Fetched(PAGE, None, None, "standard input")


# ---------------------------------------------------------------- politeness


@pytest.fixture
def visitor() -> Iterator[Visitor]:
    for seen in (asked, visits, robots):
        seen.clear()
    rules[0] = (404, "")
    yield Visitor(allow_private=True, pause=0.0)
    rules[0] = (404, "")


def test_what_is_known_is_only_asked_after(site: str, visitor: Visitor) -> None:
    first = visitor.fetch(site + "/known")
    assert (first.etag, first.last_modified, first.unchanged) == ('"v1"', "Mon, 10 Mar 2025 10:00:00 GMT", False)
    again = visitor.fetch(site + "/known", Known(first.etag, first.last_modified))
    assert again == Fetched(b"", site + "/known", None, site + "/known", first.etag, first.last_modified, True)
    other = visitor.fetch(site + "/known", Known('"v0"', None))
    assert other.data == PAGE
    assert [(etag, date) for _, etag, date in asked] == [
        (None, None),
        ('"v1"', "Mon, 10 Mar 2025 10:00:00 GMT"),
        ('"v0"', None),
    ]


@pytest.mark.parametrize(
    ("answer", "path", "allowed"),
    [
        ((200, "User-agent: *\nDisallow: /turn"), "/turn/1", False),
        ((200, "User-agent: *\nDisallow: /turn"), "/page", True),
        ((200, "User-agent: *\nDisallow: /\n\nUser-agent: selon\nAllow: /"), "/turn/1", True),
        ((200, "User-agent: *\nAllow: /\n\nUser-agent: Selon\nDisallow: /"), "/page", False),
        ((200, "User-agent: *\nDisallow: /private"), "/astray", False),
        ((200, "\0\xff no rules at all <html>"), "/page", True),
        ((404, ""), "/page", True),
        ((403, ""), "/page", True),
        ((200, ""), "/page", True),
    ],
)
def test_robots(site: str, visitor: Visitor, answer: tuple[int, str], path: str, allowed: bool) -> None:
    rules[0] = answer
    if allowed:
        assert visitor.fetch(site + path).data == PAGE
    else:
        with pytest.raises(InputError, match=r"robots\.txt asks programs not to fetch it") as caught:
            visitor.fetch(site + path)
        assert caught.value.code == "robots"
        assert not visits
    assert len(robots) == 1


def test_nothing_is_fetched_where_robots_cannot_be_had(site: str, visitor: Visitor) -> None:
    rules[0] = (503, "")
    for path in ("/turn/1", "/turn/2"):
        with pytest.raises(InputError, match=r"robots\.txt: the server answered 503"):
            visitor.fetch(site + path)
    assert not visits
    assert len(robots) == 1


def test_private_hosts_are_refused_to_a_visitor_too(site: str) -> None:
    with pytest.raises(InputError, match="/page: 127") as caught:
        Visitor(pause=0.0).fetch(site + "/page")
    assert caught.value.code == "private"


@pytest.mark.parametrize("by_robots", [False, True])
def test_a_host_is_asked_at_intervals(
    site: str, visitor: Visitor, by_robots: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a clock that stands still, each request waits longer than the one before."""
    waits: list[float] = []
    rules[0] = (200, "User-agent: *\nCrawl-delay: 2") if by_robots else (404, "")
    polite = visitor if by_robots else Visitor(allow_private=True, pause=2.0)
    monkeypatch.setattr(time, "monotonic", lambda: 100.0)
    monkeypatch.setattr(time, "sleep", waits.append)
    for n in range(3):
        polite.fetch(f"{site}/page/{n}")
    assert waits == [2.0, 4.0, 6.0]
    polite.fetch(site.replace("127.0.0.1", "localhost") + "/page")  # another host, its own turns
    assert waits[-1] == 2.0


def test_threads_may_share_a_visitor(site: str, visitor: Visitor) -> None:
    threads = [threading.Thread(target=visitor.fetch, args=(f"{site}/turn/{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(visits) == 8
    assert len(robots) == 1


def test_a_server_that_asks_to_wait_is_waited_for_once(site: str, visitor: Visitor) -> None:
    assert visitor.fetch(site + "/later/soon").data == PAGE
    assert len(visits) == 2
    with pytest.raises(HttpError, match="too many requests") as caught:
        visitor.fetch(site + "/later/tomorrow")
    assert (caught.value.status, caught.value.wait) == (429, 86400.0)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [(None, None), ("", None), ("12", 12.0), ("soon", None), ("Mon, 10 Mar 2014 10:00:00 GMT", 0.0), ("-1", None)],
)
def test_retry_after(header: str | None, seconds: float | None) -> None:
    assert module._seconds(header) == seconds
