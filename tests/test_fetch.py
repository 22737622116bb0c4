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
from selon.fetch import MAX_BYTES, Fetched, fetch
from selon.model import InputError

PAGE = b"<html><body><p>Le port de Valmont</p></body></html>"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        answer = getattr(self, "get_" + self.path.strip("/").split("/")[0], None)
        if answer is None:
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
