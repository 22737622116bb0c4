"""WARC and WACZ files, and anything gzipped: streams that can be cut short, and that cannot swell without end."""

import gzip
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

from selon.fetch import MAX_BYTES
from selon.model import InputError

MAX_RATIO = 200
"""Bytes that one byte may swell to: pages of news swell to ten or so."""
_ALLOWED = 64 * 1024 * 1024
"""Bytes that any stream may give before its ratio counts."""
_GZIP = b"\x1f\x8b"
_CHUNK = 1024 * 1024
_ARTICLE_TYPES = ("text/html", "application/xhtml", "text/plain")


class Captured(NamedTuple):
    """A page of an archive; `at` (UTC, ISO 8601) is when it was taken."""

    url: str
    data: bytes
    content_type: str | None
    at: str | None


class Missing(NamedTuple):
    """What could not be read, and why; `url` where it is known which page it was."""

    url: str | None
    why: str


class _Counted(io.RawIOBase):
    """A stream that counts its bytes, keeps the last ones, and stops where they are too many for those `packed`."""

    def __init__(self, stream: IO[bytes], packed: "_Counted | None" = None) -> None:
        self._stream = stream
        self._packed = packed
        self.count = 0
        self.tail = b""
        self.fault = ""
        """Why it ended before its end."""

    def readable(self) -> bool:
        return True

    def _some(self, most: int) -> bytes:
        """What is there by now: a pipe is not waited for."""
        read1: Callable[[int], bytes] = getattr(self._stream, "read1", self._stream.read)
        return read1(most)

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        try:
            data = b"" if self.fault else self._some(len(buffer))
        except (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile, OSError) as error:
            self.fault = f"it is damaged or cut short ({error})"
            data = b""
        if self._packed and self.count > _ALLOWED and self.count > MAX_RATIO * self._packed.count:
            self.fault = f"it swells to more than {MAX_RATIO} times its size, as no article does"
            data = b""
        buffer[: len(data)] = data
        self.count += len(data)
        self.tail = (self.tail + data)[-4:]
        return len(data)


class Stream(NamedTuple):
    """An opened file, unpacked if it was gzipped; `counted` knows how it ended."""

    file: "io.BufferedReader[_Counted]"
    counted: _Counted


def unpacked(stream: IO[bytes]) -> Stream:
    """`stream`, or what it holds if that is gzipped."""
    raw = _Counted(stream)
    file = io.BufferedReader(raw, _CHUNK)
    if file.peek(2)[:2] != _GZIP:
        return Stream(file, raw)
    inner = _Counted(gzip.GzipFile(fileobj=file), raw)  # type: ignore[arg-type]
    return Stream(io.BufferedReader(inner, _CHUNK), inner)


@contextmanager
def opened(path: Path) -> Iterator[Stream]:
    """The file at `path`, unpacked. Raises InputError where it cannot be opened."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise InputError("unreadable", f"{str(path)!r} cannot be read ({error.strerror})") from None
    with file:
        yield unpacked(file)


def gunzipped(data: bytes) -> bytes:
    """`data`, unpacked if it was gzipped. Raises InputError where that gives too much, or nothing whole."""
    if not data.startswith(_GZIP):
        return data
    stream = unpacked(io.BytesIO(data))
    found = stream.file.read(MAX_BYTES + 1)
    if stream.counted.fault or len(found) > MAX_BYTES:
        why = stream.counted.fault or f"it holds more than {MAX_BYTES // (1024 * 1024)} MiB, the most that is read"
        raise InputError("too-large" if not stream.counted.fault else "unreadable", f"gzipped: {why}")
    return found


def is_warc(head: bytes) -> bool:
    return head.startswith(b"WARC/")


def is_zip(head: bytes) -> bool:
    return head.startswith(b"PK\x03\x04")


def warc(stream: Stream) -> Iterator[Captured | Missing]:
    """The pages in a WARC file that were answered in full. Where it is damaged or cut short: those before, and what
    is missing. Redirects, errors, pictures and the like are passed over."""
    from warcio.archiveiterator import ArchiveIterator

    records = iter(ArchiveIterator(stream.file))
    whole = 0
    while True:
        try:
            record = next(records, None)
            if record is None:
                break
            found = _page(record)
        except Exception as error:  # warcio raises AttributeErrors and more on records that are not whole
            said = " ".join(str(error).split())[:120]
            yield Missing(None, f"damaged or cut short after {whole} records ({said}): the rest is not read")
            return
        whole += 1
        if found:
            yield found
    if stream.counted.fault:
        yield Missing(None, f"{stream.counted.fault}: after record {whole}, or within it; the rest is missing")
    elif stream.counted.tail != b"\r\n\r\n":
        yield Missing(None, f"cut short after record {whole}, or within it: the rest is missing")


def _page(record: "object") -> Captured | Missing | None:
    """The page in a WARC record, if it holds one."""
    from warcio.recordloader import ArcWarcRecord

    assert isinstance(record, ArcWarcRecord)
    url = record.rec_headers.get_header("WARC-Target-URI") or ""
    url = url.removeprefix("<").removesuffix(">")
    if record.rec_type != "response" or not url.lower().startswith("http") or record.http_headers is None:
        return None
    kind = record.http_headers.get_header("Content-Type")
    if record.http_headers.get_statuscode() != "200" or not (kind or "text/html").lower().startswith(_ARTICLE_TYPES):
        return None
    data = record.content_stream().read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        return Missing(url, f"larger than {MAX_BYTES // (1024 * 1024)} MiB, the most that is read")
    if getattr(record.raw_stream, "limit", 0):
        return Missing(url, "cut short: not all of the page is there")
    return Captured(url, data, kind, _instant(record.rec_headers.get_header("WARC-Date")))


def _instant(date: str | None) -> str | None:
    """A WARC-Date to the second."""
    return date[:19] + "Z" if date and len(date) >= 20 and date[10] == "T" else None


def wacz(path: Path) -> Iterator[Captured | Missing]:
    """The pages of all WARC files in a WACZ archive."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = sorted(n for n in archive.namelist() if n.lower().endswith((".warc", ".warc.gz")))
            if not names:
                yield Missing(None, "it is a ZIP file without any WARC file, not a WACZ archive")
            for name in names:
                info = archive.getinfo(name)
                if info.file_size > _ALLOWED and info.file_size > MAX_RATIO * max(1, info.compress_size):
                    yield Missing(
                        None, f"{name} swells to {info.file_size:,} bytes from {info.compress_size:,}: not read"
                    )
                    continue
                with archive.open(name) as member:
                    yield from warc(unpacked(member))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, zlib.error) as error:
        yield Missing(None, f"the archive is damaged or cut short ({error})")
