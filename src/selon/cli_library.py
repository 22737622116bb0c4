"""The commands that fill, look into and check a library."""

import getpass
import os
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from cyclopts import App, Parameter
from cyclopts.validators import Number
from rich.console import Console
from rich.text import Text

from selon.library import Entry, Hit, Library, Summary
from selon.model import Guideline, InputError, Reading
from selon.terminal import (
    STDIN,
    Color,
    Flag,
    Lang,
    UsageError,
    complain,
    console_of,
    day_of,
    language_of,
    one_line,
    people_writer,
)

if TYPE_CHECKING:
    from rich.status import Status

    from selon.adding import Outcome

app = App()
DEFAULT = "selon.db"
"""The library where neither --library nor SELON_LIBRARY names one."""
Place = Annotated[Path | None, Parameter(name="--library", metavar="FILE", show_default=False)]
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_SHOWN = 12
"""Outlets named in a summary."""


def path_of(path: Path | None) -> Path:
    """The library that is meant."""
    return path or Path(os.environ.get("SELON_LIBRARY") or DEFAULT)


def _user() -> str:
    """Who signs what is corrected."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "?"


def _library(path: Path | None, *, create: bool = False) -> Library:
    return Library.open(path_of(path), create=create)


# ---------------------------------------------------------------- selon add, selon watch


@app.command(usage="Usage: selon add [OPTIONS] (FILE | FOLDER | URL | -)...")
def add(
    *targets: Annotated[str, Parameter(metavar="(FILE | FOLDER | URL | -)...")],
    library: Place = None,
    plain: Flag = False,
    lang: Lang = None,
    date: Annotated[str | None, Parameter(metavar="YYYY-MM-DD")] = None,
    url: Annotated[str | None, Parameter(metavar="URL")] = None,
    outlet: str | None = None,
    id: str | None = None,
    jobs: Annotated[int | None, Parameter(validator=Number(gte=1), metavar="N", show_default=False)] = None,
    again: Flag = False,
    json: Flag = False,
    allow_private: Flag = False,
    rules_only: Flag = False,
    guideline: Guideline | None = None,
) -> int:
    """Read articles and keep them in a library, which is made if there is none.

    What is in it already is not read again; an article found with another text
    is kept with both. Stop it at any time: the same command goes on from there.

    selon add articles/ https://example.org/feed.xml crawl.warc.gz
    selon add articles.jsonl

    Parameters
    ----------
    targets
        Pages, texts, JSON lines (id, url, outlet, title, byline, published, language, text or html), WARC and WACZ
        files, folders of these, addresses of pages, feeds and sitemaps, or - for standard input.
    library
        The library's file; by default what SELON_LIBRARY names, else selon.db.
    plain
        The inputs are articles' texts, to be kept to the letter.
    lang
        Language of the articles, where it should not be detected.
    date
        Day they were published, YYYY-MM-DD.
    url
        Address the one input came from.
    outlet
        Who published the articles.
    id
        Name the one input's article will have.
    jobs
        Processes to read in, at most; by default as many as there are cores and memory for.
    again
        Read also what is known, and keep the new readings.
    json
        Print a line of JSON for each input, with its place, status and id.
    allow_private
        Fetch also from addresses of the local network.
    rules_only
        Read without the learned network: French and English only.
    guideline
        Whose idea of an attribution the network answers with, as for selon read.
    """
    from selon.adding import Given
    from selon.adding import add as add_to

    if not targets:
        raise UsageError("nothing to add; give files, folders, web addresses, or - for standard input")
    names = ["-" if target == STDIN else target for target in targets]
    for option, value in (("--url", url), ("--id", id)):
        if value is not None and (len(names) > 1 or Path(names[0]).is_dir()):
            raise UsageError(f"{option} {value} is of one article, and there are several inputs; give one file")
    given = Given(plain, language_of(lang), day_of(date), url, id, outlet, rules_only, guideline)
    with _library(library, create=True) as opened:
        outcomes = add_to(opened, names, given=given, jobs=jobs, allow_private=allow_private, again=again)
        return _tell(outcomes, opened, json)


@app.command(usage="Usage: selon watch [OPTIONS] URL...")
def watch(
    *feeds: Annotated[str, Parameter(metavar="URL...")],
    library: Place = None,
    every: Annotated[str, Parameter(metavar="15m|2h|…")] = "15m",
    once: Flag = False,
    lang: Lang = None,
    json: Flag = False,
    allow_private: Flag = False,
    rules_only: Flag = False,
) -> int:
    """Keep adding what feeds and news sitemaps list, until interrupted.

    selon watch https://example.org/feed.xml --every 30m

    Parameters
    ----------
    feeds
        Addresses of RSS and Atom feeds and news sitemaps.
    library
        The library's file; by default what SELON_LIBRARY names, else selon.db.
    every
        How long to wait between two looks: seconds, minutes, hours or days (90s, 15m, 2h, 1d).
    once
        Look once, then stop.
    lang
        Language of the articles, where it should not be detected.
    json
        Print a line of JSON for each input, with its place, status and id.
    allow_private
        Fetch also from addresses of the local network.
    rules_only
        Read without the learned network: French and English only.
    """
    from selon.adding import Given
    from selon.adding import watch as add_from
    from selon.fetch import is_address

    if not feeds:
        raise UsageError("nothing to watch; give addresses of feeds")
    for feed in feeds:
        if not is_address(feed):
            raise UsageError(f"{feed!r} is no http or https address; selon add takes files")
    given = Given(language=language_of(lang), rules_only=rules_only)
    pause, rounds = _seconds(every), 1 if once else None
    with _library(library, create=True) as opened:
        outcomes = add_from(opened, feeds, every=pause, rounds=rounds, given=given, allow_private=allow_private)
        return _tell(outcomes, opened, json, new_only=True)


def _seconds(value: str) -> float:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([smhd]?)", value.strip())
    if not found or not float(found[1]):
        raise UsageError(
            f"--every {value} is no length of time; give seconds, minutes, hours or days, as in 90s or 15m"
        )
    return float(found[1]) * _UNITS[found[2] or "s"]


def _tell(outcomes: "Iterable[Outcome]", library: Library, json: bool, new_only: bool = False) -> int:
    """Say what becomes of each input as it comes, then how many there were of each; the exit status."""
    counts: Counter[str] = Counter()
    with _status("looking for articles") as status:
        try:
            for outcome in outcomes:
                counts[outcome.status] += 1
                if outcome.status in ("failed", "skipped"):
                    complain(one_line(f"{outcome.place}: {outcome.message.removeprefix(outcome.place + ': ')}"))
                if json and not (new_only and outcome.status == "known"):
                    sys.stdout.buffer.write(msgspec.json.encode(outcome._asdict()) + b"\n")
                    sys.stdout.buffer.flush()
                elif new_only and outcome.status in ("added", "revised"):
                    print(f"{outcome.status} {outcome.id} {outcome.place}", flush=True)
                if status:
                    status.update(_counted(counts))
        except (KeyboardInterrupt, InputError):
            complain(f"{_counted(counts)} in {library.path}; the same command goes on from here")
            raise
    if not json:
        print(f"{_counted(counts)}; {len(library):,} articles in {library.path}")
    return 1 if counts["failed"] else 0


def _counted(counts: Counter[str]) -> str:
    names = {
        "added": "added",
        "revised": "with a new text",
        "reread": "read anew",
        "known": "already there",
        "failed": "not read",
    }
    found = [f"{counts[key]:,} {name}" for key, name in names.items() if counts[key]]
    return ", ".join(found) or "nothing added"


@contextmanager
def _status(doing: str) -> "Iterator[Status | None]":
    """A line on standard error that says how far it is, if that is a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    with Console(stderr=True).status(doing) as status:
        yield status


# ---------------------------------------------------------------- selon get, search, library


@app.command
def get(
    id: str,
    /,
    *,
    library: Place = None,
    json: Flag = False,
    revision: Annotated[int | None, Parameter(metavar="N", show_default=False)] = None,
    revisions: Flag = False,
    uncorrected: Flag = False,
    color: Color = "auto",
) -> int:
    """Print an article's ledger as it is in the library, with what people have corrected.

    Parameters
    ----------
    id
        The article's id, or its address.
    library
        The library's file; by default what SELON_LIBRARY names, else selon.db.
    json
        Print the reading as one line of JSON.
    revision
        Show this text of the article instead of the one seen last.
    revisions
        List the texts that the article has had.
    uncorrected
        Leave out what people have corrected.
    color
        Colours and bold type: auto means on a terminal only, unless NO_COLOR is set.
    """
    with _library(library) as opened:
        known = id if id in opened else opened.at_address(id) or id
        reading = opened.get(known, revision) if uncorrected else opened.applied(known, revision).reading
        if revisions:
            for one in opened.revisions(known):
                mark = "current" if one.current else ""
                print(f"{one.n:>6}  {one.seen} to {one.last_seen}  {mark}".rstrip())
        elif json:
            _print_json([reading])
        else:
            people_writer(color)(reading, True)
    return 0


@app.command
def search(
    *words: Annotated[str, Parameter(metavar="WORDS...")],
    library: Place = None,
    limit: Annotated[int, Parameter(validator=Number(gte=1), metavar="N")] = 20,
    json: Flag = False,
    color: Color = "auto",
) -> int:
    """Search a library's attributions, then its articles; accents and case do not matter.

    selon search réservoir vasseur
    selon search '"état d'urgence"' barrag*

    Parameters
    ----------
    words
        Words that must all be there; "in quotation marks" as they follow one another, with * for any ending.
    library
        The library's file; by default what SELON_LIBRARY names, else selon.db.
    limit
        How many attributions, and how many articles, at most.
    json
        Print a line of JSON for each.
    color
        Colours and bold type: auto means on a terminal only, unless NO_COLOR is set.
    """
    if not words:
        raise UsageError("nothing to search for; give words")
    with _library(library) as opened:
        hits = opened.search(" ".join(words), limit=limit)
        if json:
            _print_json({**hit._asdict(), "words": "".join(words for words, _ in hit.words)} for hit in hits)
            return 0
        console = console_of(color)
        for hit in hits:
            console.print(_shown(hit), soft_wrap=True)
        if not hits:
            print(f"nothing found in {len(opened):,} articles of {opened.path}")
    return 0


def _shown(hit: Hit) -> Text:
    line = Text(f"{hit.id} ", "dim").append(_dated(hit.day, hit.dated) + " ", "default")
    line.append(f"{hit.outlet or '?'}: ", "bold")
    line.append(
        f"{hit.attribution} {hit.speaker or '-'} — " if hit.attribution else f"{hit.title or '?'} — ", "default"
    )
    for words, sought in hit.words:
        line.append(one_line(f"|{words}|")[1:-1], "bold yellow" if sought else "default")
    return line


def _dated(day: str, dated: bool) -> str:
    return day if dated else f"({day})"


@app.command(name="library")
def look(
    *,
    library: Place = None,
    list: Flag = False,
    export: Flag = False,
    check: Flag = False,
    rebuild: Flag = False,
    json: Flag = False,
) -> int:
    """Say what is in a library, and whether it is sound.

    Parameters
    ----------
    library
        The library's file; by default what SELON_LIBRARY names, else selon.db.
    list
        List the articles by day; those whose day is not known, in brackets, by the day they were added.
    export
        Print all readings, one line of JSON each, in the order in which they were added.
    check
        Check the file, and every span of every reading against its words.
    rebuild
        Make all that is derived from the readings again.
    json
        Print JSON.
    """
    with _library(library) as opened:
        if export:
            _print_json(opened.readings())
        elif list:
            entries = opened.entries()
            if json:
                _print_json(entries)
            else:
                for entry in entries:
                    print(_listed(entry))
        elif check:
            return _check(opened)
        else:
            if rebuild:
                print(f"made anew what is derived of {opened.rebuild():,} articles")
            if json:
                _print_json([opened.summary()._asdict()])
            else:
                print(_summed(opened.summary()))
    return 0


def _check(library: Library) -> int:
    faults = 0
    for fault in library.check():
        faults += 1
        complain(one_line(fault))
    print(
        f"{len(library):,} articles checked, {faults:,} faults" if faults else f"{len(library):,} articles, all sound"
    )
    return 1 if faults else 0


def _listed(entry: Entry) -> str:
    revisions = f" ({entry.revisions} texts)" if entry.revisions > 1 else ""
    day = f"{_dated(entry.day, entry.dated):<12}"
    return f"{entry.id}  {day}  {entry.language}  {entry.outlet or '?'}: {entry.title or '?'}{revisions}"


def _summed(found: Summary) -> str:
    lines = [f"{found.path}: schema {found.schema}, {found.bytes / 1e6:.1f} MB"]
    undated = f", {found.undated:,} without a date" if found.undated else ""
    when = f", {found.first} to {found.last}" if found.first else ""
    lines.append(f"{found.articles:,} articles{when}{undated}")
    lines.append(f"{found.revisions:,} texts, {found.attributions:,} attributions")
    lines.append("languages: " + ", ".join(f"{name} {count:,}" for name, count in found.languages.items()))
    outlets = [f"{name} {count:,}" for name, count in found.outlets.items()]
    more = f" and {len(outlets) - _SHOWN:,} more" if len(outlets) > _SHOWN else ""
    lines.append("outlets: " + ", ".join(outlets[:_SHOWN]) + more)
    for versions, count in found.made_by:
        stamp = ", ".join(f"{part} {version}" for part, version in versions.items() if part != "stages")
        lines.append(f"made by {stamp}: {count:,}")
    return "\n".join(lines if found.articles else lines[:2])


def _print_json(values: Iterable[Any]) -> None:
    """A line of UTF-8 for each value, whatever the locale."""
    for value in values:
        data = value.to_json() if isinstance(value, Reading) else msgspec.json.encode(value)
        sys.stdout.buffer.write(data + b"\n")
    sys.stdout.buffer.flush()
