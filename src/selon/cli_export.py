"""The command that takes readings to other programs: out of a library, or out of files."""

import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import App, Parameter

from selon import ask
from selon.cli_library import Place, _library
from selon.cli_link import tie
from selon.cli_read import Options, read_target
from selon.export import FORMATS, Format, Linked
from selon.library import Library
from selon.model import InputError, Reading
from selon.terminal import STDIN, Flag, Lang, UsageError, day_of, language_of

app = App()
_BOM = b"\xef\xbb\xbf \t\r\n"


@app.command(usage="Usage: selon export FORMAT [OPTIONS] [ID]...")
def export(
    format: str,
    /,
    *ids: Annotated[str, Parameter(metavar="[ID]...")],
    story: Annotated[str | None, Parameter(metavar="ID")] = None,
    outlet: Annotated[str | None, Parameter(metavar="NAME")] = None,
    since: Annotated[str | None, Parameter(metavar="YYYY-MM-DD")] = None,
    library: Place = None,
    from_: Annotated[tuple[str, ...], Parameter(name="--from", metavar="FILE", negative="", show_default=False)] = (),
    lang: Lang = None,
    rules_only: Flag = False,
    output: Annotated[Path | None, Parameter(name=["--output", "-o"], metavar="FILE", show_default=False)] = None,
    force: Flag = False,
) -> int:
    """Write what was read in the form of another program.

    selon export csv -o ledger.csv
    selon export html ID -o report.html
    selon export annotations --from article.html

    Formats: {formats}.

    Parameters
    ----------
    format
        What to write.
    ids
        The articles, by id or address; by default all of the library.
    story
        The articles of this story.
    outlet
        The articles of this outlet; capitals do not matter.
    since
        The articles published on this day or later; those whose day is not known, by the day they were added.
    library
        The library's file; by default what SELON_LIBRARY names, else selon.db.
    from_
        Instead of a library: a file of readings, as selon read --json prints them, or an article, which is read; - for
        standard input. May be given several times.
    lang
        Language of the articles that --from reads, where it should not be detected.
    rules_only
        Read the articles of --from without the learned network.
    output
        The file to write, whole or not at all; by default standard output.
    force
        Write over the file if it is there.
    """
    chosen = _format(format)
    _check_output(chosen, output, force)
    if from_ and (ids or story or outlet or since or library):
        raise UsageError("--from takes readings out of files; leave out ids, --story, --outlet, --since and --library")
    if not from_ and (lang or rules_only):
        raise UsageError("--lang and --rules-only are for articles that --from reads; a library's are read already")
    with ExitStack() as stack:
        if from_:
            options = Options(False, language_of(lang), None, None, False, rules_only, None)
            readings: Iterable[Reading] = (one for target in from_ for one in _out_of(target, options))
            linked = Linked()
        else:
            opened = stack.enter_context(_library(library))
            if story:
                tie(opened)
            found = _chosen(opened, ids, story, outlet, day_of(since, "--since"))
            readings = (opened.applied(id).reading for id in found)
            linked = Linked(*ask.stated(opened))
        _write(chosen.pieces(readings, linked), output, force)
    return 0


export.__doc__ = (export.__doc__ or "").format(formats="; ".join(f"{one.name}: {one.says}" for one in FORMATS.values()))


def _format(name: str) -> Format:
    if name not in FORMATS:
        raise UsageError(f"{name!r} is no format to export to; the choices are {', '.join(FORMATS)}")
    return FORMATS[name]


# ---------------------------------------------------------------- which articles


def _chosen(
    library: Library, ids: tuple[str, ...], story: str | None, outlet: str | None, since: str | None
) -> Iterator[str]:
    """Ids of the articles, by their day, or in the order in which they were asked for."""
    within = None if story is None else set(ask.story(library, story).articles)
    entries = list(library.entries())
    if outlet is not None and not any(_same(entry.outlet, outlet) for entry in entries):
        outlets = sorted({entry.outlet for entry in entries if entry.outlet})
        known = f"; the outlets are {', '.join(outlets[:20])}{'…' * (len(outlets) > 20)}" if outlets else ""
        raise InputError("unknown", f"there is no article of {outlet!r} in {str(library.path)!r}{known}")
    fitting = [
        entry.id
        for entry in entries
        if (outlet is None or _same(entry.outlet, outlet))
        and (since is None or _last(entry.day) >= since)
        and (within is None or entry.id in within)
    ]
    if not ids:
        return iter(fitting)
    asked = dict.fromkeys(id if id in library else library.at_address(id) or id for id in ids)
    for id in asked:
        if id not in library:
            library.get(id)  # says what is wrong before anything is written
    return (id for id in asked if id in set(fitting))


def _same(name: str | None, asked: str) -> bool:
    return (name or "").casefold() == asked.casefold()


def _last(day: str) -> str:
    """The last day that a day, month, year or interval may mean, as far as order goes."""
    end = day.rpartition("/")[2]
    return end + "-12-31"[len(end) - len("2025") :] if len(end) in (4, 7) else end


def _out_of(target: str, options: Options) -> Iterator[Reading]:
    """The readings of a file of JSON lines; else the reading of the article that it holds."""
    name = "-" if target == STDIN else target
    try:
        if name == "-":
            if sys.stdin.buffer.peek(1).lstrip(_BOM)[:1] == b"{":  # type: ignore[union-attr]
                yield from _lines(sys.stdin.buffer, name)
                return
        elif Path(name).exists() and not Path(name).is_dir():
            with open(name, "rb") as file:
                if file.peek(1).lstrip(_BOM)[:1] == b"{" or not Path(name).is_file():
                    yield from _lines(file, name)
                    return
        yield read_target(name, options)
    except InputError as error:
        raise InputError(error.code, error.message if name in error.message else f"{name}: {error.message}") from error
    except OSError as error:
        raise InputError("unreadable", f"{name} cannot be read: {error.strerror}") from error


def _lines(lines: Iterable[bytes], name: str) -> Iterator[Reading]:
    for number, line in enumerate(lines, 1):
        if line.strip(_BOM):
            try:
                yield Reading.from_json(line.lstrip(_BOM))
            except (msgspec.MsgspecError, ValueError) as error:
                raise InputError("record", f"{name}, line {number}: it is no reading ({error})") from error


# ---------------------------------------------------------------- where to


def _check_output(format: Format, output: Path | None, force: bool) -> None:
    if output is None:
        if force:
            raise UsageError("--force writes over a file; name it with -o")
        if format.binary and sys.stdout.isatty():
            raise UsageError(
                f"{format.name} is not for a terminal; name a file with -o, as in -o ledger{format.suffix}"
            )
    elif output.is_dir():
        raise UsageError(f"{output} is a folder; name a file in it, as in {output / ('ledger' + format.suffix)}")
    elif output.is_file() and not force:
        raise InputError("exists", f"{output} is there already; --force writes over it")


def _write(pieces: Iterator[bytes], output: Path | None, force: bool) -> None:
    """To standard output as they come; to a file all of them, or none."""
    if output is None:
        for piece in pieces:
            sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
        return
    if output.exists() and not output.is_file():  # /dev/stdout, a pipe: nothing to put in its place
        try:
            with output.open("wb") as file:
                file.writelines(pieces)
        except OSError as error:
            raise InputError("file", f"{output} cannot be written: {error.strerror}") from None
        return
    output = output.resolve()  # a link stays one
    try:
        handle, name = tempfile.mkstemp(prefix=f".{output.name[:100]}.", suffix=".part", dir=output.parent)
    except OSError as error:
        raise InputError("file", f"{output} cannot be written: {error.strerror}") from None
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        _put(name, output, force)
    except OSError as error:
        raise InputError("file", f"{output} cannot be written: {error.strerror}") from None
    finally:
        with suppress(OSError):
            os.unlink(name)


def _put(name: str, output: Path, force: bool) -> None:
    """Give the finished file its name and the rights that new files have; not in place of one that came meanwhile."""
    mask = os.umask(0)
    os.umask(mask)
    os.chmod(name, output.stat().st_mode & 0o777 if output.exists() else 0o666 & ~mask)
    try:
        if not force:
            os.link(name, output)
            return
    except FileExistsError:
        raise InputError("exists", f"{output} is there already; --force writes over it") from None
    except OSError:  # a file system without links
        pass
    os.replace(name, output)
