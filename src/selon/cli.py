"""The command line. Exit statuses: 0 all went well, 1 something could not be read, 2 wrong usage, 130 interrupted."""

import os
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

from cyclopts import App, CycloptsError

from selon import cli_export, cli_library, cli_link, cli_read, cli_serve
from selon.model import InputError
from selon.terminal import STDIN, PipedConsole, UsageError, complain, one_line


def _version() -> str:
    try:
        return version("selon")
    except PackageNotFoundError:
        return "unknown"


app = App(
    name="selon",
    help="Selon reads news and says who says so: each claim in an article with its source, tied to the exact words.",
    version=_version,
    help_format="plaintext",
    suppress_keyboard_interrupt=False,
    result_action="return_value",
)
for part in (cli_read, cli_library, cli_link, cli_export, cli_serve):
    app.update(part.app)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line on `arguments`, those of the process by default; the exit status."""
    try:
        given = sys.argv[1:] if arguments is None else arguments
        tokens = [STDIN if token == "-" else token for token in given]
        status = app(tokens, console=PipedConsole(), exit_on_error=False, print_error=False)
        sys.stdout.flush()
        return int(status or 0)
    except (CycloptsError, UsageError) as error:
        complain(one_line(str(error)))
        print("Try selon --help or selon read --help.", file=sys.stderr)
        return 2
    except InputError as error:
        complain(error.message)
        return 1
    except BrokenPipeError:  # nobody reads on; keep the interpreter from writing what is left when it ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130
