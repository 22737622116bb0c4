"""Paths and addresses → what there is to read, one article after another, nothing held that is not needed."""

import datetime
import email.utils
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from selon.adding import archives, feeds
from selon.fetch import MAX_BYTES, is_address
from selon.model import Guideline, InputError, Reading

_PAGES = (".html", ".htm", ".xhtml", ".txt", ".text", ".md")
_LINES = (".jsonl", ".ndjson", ".json")
_ARCHIVES = (".warc", ".wacz")
_MIB = 1024 * 1024


class Given(NamedTuple):
    """What the user says of all inputs; `id`, `url` and `outlet` are of one article."""

    plain: bool = False
    language: str | None = None
    published: str | None = None
    url: str | None = None
    id: str | None = None
    outlet: str | None = None
    rules_only: bool = False
    guideline: Guideline | None = None


class Job(NamedTuple):
    """One article to be read. What is given outweighs what the page says; `listed` is a day that counts only where
    the page has none. `remarks` are (code, message) for its notes."""

    place: str
    data: bytes | str
    given: Given
    content_type: str | None = None
    title: str | None = None
    byline: str | None = None
    credits: tuple[str, ...] | None = None
    listed: str | None = None
    remarks: tuple[tuple[str, str], ...] = ()
    seen: str | None = None
    """When it stood there (UTC, ISO 8601); None for files, which do not say."""
    is_file: bool = False
    """It is all of a file, which may be changed and added again."""


class Wanted(NamedTuple):
    """An address to be fetched."""

    url: str
    given: Given
    listed: str | None = None
    changed: str | None = None
    depth: int = 0
    """How many feeds or sitemaps led to it."""


class Ready(NamedTuple):
    """A reading that was read before."""

    place: str
    reading: Reading


class Trouble(NamedTuple):
    """What cannot be read. `skipped`: nor was it meant to be."""

    place: str
    message: str
    code: str = "unreadable"
    skipped: bool = False


Found = Job | Wanted | Ready | Trouble


class _Line(msgspec.Struct, frozen=True):
    """One line of JSON lines: an article, or a reading (`selon` and `article`)."""

    id: str | int | None = None
    url: str | None = None
    outlet: str | None = None
    title: str | None = None
    byline: str | list[str] | None = None
    credits: list[str] | None = None
    published: str | None = None
    language: str | None = None
    text: str | None = None
    html: str | None = None
    selon: str | None = None
    article: msgspec.Raw = msgspec.Raw()


def found(target: str, given: Given) -> Iterator[Found]:
    """What there is in a file, a folder or standard input ("-"), or at an address."""
    if is_address(target):
        yield Wanted(target, given._replace(url=None))
        return
    path = Path(target)
    try:
        if target == "-":
            yield from _stream(archives.unpacked(sys.stdin.buffer), "standard input", given, "")
        elif path.is_dir():
            yield from _folder(path, given)
        else:
            yield from _file(path, given)
    except (InputError, ValueError) as error:  # ValueError: a path with NUL in it
        code = error.code if isinstance(error, InputError) else "unreadable"
        yield Trouble(target, str(error), code)


def _folder(folder: Path, given: Given) -> Iterator[Found]:
    """The files of known kinds in a folder and those below it, by name; hidden ones are left out."""
    others: Counter[str] = Counter()
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if name.startswith("."):
                continue
            if not _kind(name).endswith((*_PAGES, *_LINES, *_ARCHIVES)):
                others[Path(name).suffix or name] += 1
                continue
            try:
                yield from _file(Path(where, name), given)
            except InputError as error:
                yield Trouble(str(Path(where, name)), error.message, error.code)
    if others:
        kinds = ", ".join(f"{count} {kind}" for kind, count in others.most_common(6)) + ", …" * (len(others) > 6)
        yield Trouble(str(folder), f"files of other kinds are left out ({kinds})", skipped=True)


def _kind(name: str) -> str:
    return name.lower().removesuffix(".gz")


def _file(path: Path, given: Given) -> Iterator[Found]:
    if not path.exists():
        raise InputError(
            "missing", f"there is no file {str(path)!r}; give files, folders, http or https addresses, or -"
        )
    place = str(path.resolve())
    if path.suffix.lower() in (".wacz", ".zip"):
        for page in archives.wacz(path):
            yield _captured(page, place, given)
        return
    with archives.opened(path) as stream:
        yield from _stream(stream, place, given, _kind(path.name), is_file=True)


def _stream(stream: archives.Stream, place: str, given: Given, name: str, is_file: bool = False) -> Iterator[Found]:
    """What there is in an opened file, by its name and first bytes."""
    head = stream.file.peek(4096)[:4096]
    if not given.plain and archives.is_warc(head):
        for page in archives.warc(stream):
            yield _captured(page, place, given)
        return
    if not given.plain and not name.endswith(_PAGES) and head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        yield from _lines(stream, place, given)
        return
    data = stream.file.read(MAX_BYTES + 1)
    if stream.counted.fault:
        raise InputError("unreadable", stream.counted.fault)
    if len(data) > MAX_BYTES:
        raise InputError("too-large", f"it is larger than {MAX_BYTES // _MIB} MiB, the most that an article may have")
    if not given.plain and not name.endswith(_PAGES) and feeds.kind_of(data):
        for one in feeds.listed(data, given.url):
            yield Wanted(one.url, given._replace(url=None, id=None), one.day, one.changed, 1 + one.nested)
        return
    yield Job(place, data, given, is_file=is_file)


def _captured(page: archives.Captured | archives.Missing, place: str, given: Given) -> Job | Trouble:
    where = f"{place}#{page.url}" if page.url else place
    if isinstance(page, archives.Missing):
        return Trouble(where, page.why, "cut")
    return Job(where, page.data, given._replace(url=page.url), page.content_type, seen=page.at)


# ---------------------------------------------------------------- JSON lines


def _lines(stream: archives.Stream, place: str, given: Given) -> Iterator[Found]:
    """The articles of JSON lines, or of a file that is one JSON object over several lines."""
    number = 0
    while line := stream.file.readline(4 * MAX_BYTES):
        number += 1
        if number == 1 and (whole := _whole(line, stream)):
            line = whole
        where = f"{place}:{number}"
        if len(line) == 4 * MAX_BYTES and not line.endswith(b"\n"):
            while (rest := stream.file.readline(_MIB)) and not rest.endswith(b"\n"):
                pass
            yield Trouble(where, f"the line is longer than {4 * MAX_BYTES // _MIB} MiB, the most that is read")
        elif line.strip():
            yield _of_line(line.removeprefix(b"\xef\xbb\xbf"), where, given)
    if stream.counted.fault:
        yield Trouble(place, f"{stream.counted.fault}: read up to line {number}, the rest is missing", "cut")


def _whole(line: bytes, stream: archives.Stream) -> bytes | None:
    """The whole of a file whose first line does not end the object that it opens."""
    if line.rstrip().endswith(b"}"):
        return None
    return line + stream.file.read(4 * MAX_BYTES)


def _of_line(line: bytes, where: str, given: Given) -> Job | Ready | Trouble:
    try:
        one = msgspec.json.decode(line, type=_Line)
        if one.selon is not None and bytes(one.article):
            return Ready(where, Reading.from_json(line))
    except (msgspec.MsgspecError, ValueError) as error:
        return Trouble(where, f"it is no article in JSON ({error}); its keys are id, url, title, text or html…", "json")
    if (one.text is None) == (one.html is None):
        said = "neither text nor html" if one.text is None else "both text and html"
        return Trouble(where, f"it has {said}; give the article's text, or its page as html", "json")
    day, remark = day_of(one.published)
    said_of = given._replace(
        id=given.id or (str(one.id) if one.id not in (None, "") else None),
        url=given.url or one.url or None,
        outlet=given.outlet or one.outlet or None,
        language=given.language or re.split("[-_]", one.language or "")[0].lower() or None,
        published=given.published or day,
        plain=one.html is None,
    )
    text = f"{one.title}\n\n{one.text}" if one.title else one.text
    return Job(
        where,
        text if one.html is None else one.html,  # type: ignore[arg-type]
        said_of,
        "text/html" if one.html is not None else None,
        title=one.title or None,
        byline=", ".join(one.byline) if isinstance(one.byline, list) else one.byline or None,
        credits=None if one.credits is None else tuple(one.credits),
        remarks=remark,
    )


def day_of(published: str | None) -> tuple[str | None, tuple[tuple[str, str], ...]]:
    """The day, or month, of a date as it may be written in metadata; a remark where it is none."""
    value = (published or "").strip()
    if not value:
        return None, ()
    iso = re.match(r"\d{4}-\d\d(-\d\d)?(?=$|[T\s])", value)
    try:
        if iso and iso[1]:
            return datetime.date.fromisoformat(iso[0]).isoformat(), ()
        if iso:
            return datetime.date.fromisoformat(iso[0] + "-01").isoformat()[:7], ()
        return email.utils.parsedate_to_datetime(value).date().isoformat(), ()
    except ValueError:
        said = f"published is {value[:60]!r}, which is no date: give it as 2025-03-13 or 2025-03"
        return None, (("published", said),)
