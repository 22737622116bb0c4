"""What commands share: the types of their options, and how they speak to people and programs."""

import datetime
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter
from rich.console import Console

from selon.model import Reading

if TYPE_CHECKING:
    from rich.progress import Progress

Flag = Annotated[bool, Parameter(negative="", show_default=False)]
Lang = Annotated[str | None, Parameter(name="--lang", metavar="CODE")]
Color = Literal["auto", "always", "never"]

STDIN = "<stdin>"
"""What stands for - among the targets, which would be taken for an option."""
WIDTH = 80
"""Terminal cells of a line where nothing says how many there are."""
MAX_WIDTH = 100


class UsageError(Exception):
    """Options or arguments that make no sense; names the value, the choices and the remedy."""


class PipedConsole(Console):
    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def language_of(code: str | None) -> str | None:
    from selon.lang.registry import choices, languages, others

    if code is not None and code not in languages() | others():
        raise UsageError(f"--lang {code} is no language that can be read; the choices are {choices()}")
    return code


def day_of(value: str | None, option: str = "--date") -> str | None:
    if value is None:
        return None
    try:
        return datetime.date.fromisoformat(value).isoformat()
    except ValueError:
        raise UsageError(f"{option} {value} is no day; give year, month and day, as in 2025-03-13") from None


# ---------------------------------------------------------------- output


def json_writer() -> Callable[[Reading, bool], None]:
    """Lines of UTF-8 on standard output, whatever the locale."""
    out = sys.stdout.buffer

    def write(reading: Reading, _: bool) -> None:
        out.write(reading.to_json() + b"\n")
        out.flush()

    return write


def people_writer(color: Color) -> Callable[[Reading, bool], None]:
    from selon.show import print_reading

    console = console_of(color)
    return lambda reading, last: print_reading(reading, console, last=last)


def console_of(color: Color) -> Console:
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # a letter that the terminal does not have is no reason to stop
    if color == "always":  # what was asked for outweighs NO_COLOR
        console: Console = PipedConsole(color_system="standard", force_terminal=True, no_color=False)
    elif color == "never" or os.environ.get("NO_COLOR"):  # rich alone would keep bold and dim
        console = PipedConsole(color_system=None, force_terminal=False)
    else:
        console = PipedConsole(force_terminal=sys.stdout.isatty())
    if "COLUMNS" not in os.environ:
        console.width = min(console.width, MAX_WIDTH) if sys.stdout.isatty() else WIDTH
    return console


@contextmanager
def progress(total: int) -> Iterator["Progress | None"]:
    """A bar on standard error, if it is a terminal and there is more than one article."""
    if total < 2 or not sys.stderr.isatty():
        yield None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, redirect_stdout=False, redirect_stderr=False) as bar:
        bar.add_task("", total=total)
        yield bar


@contextmanager
def paused(bar: "Progress | None") -> Iterator[None]:
    """Take the bar away while something else is printed."""
    if bar:
        bar.stop()
    yield
    if bar:
        bar.start()


def complain(message: str) -> None:
    print(f"selon: {message}", file=sys.stderr)


def one_line(text: str) -> str:
    return " ".join(text.split())
