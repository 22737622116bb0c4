"""The command that opens the page on a library, and those for what was corrected there."""

import errno
import secrets
import signal
import socket
import sys
from typing import Annotated, Any

import msgspec
from cyclopts import App, Parameter
from cyclopts.validators import Number

from selon.cli_library import Place, _library, _print_json, _user, path_of
from selon.library.corrections import Correction
from selon.library.gold import gold
from selon.terminal import Flag, UsageError, complain

app = App()
PORT = 8642
TRIES = 20
"""Ports that are tried after a busy one."""
_HERE = ("127.0.0.1", "localhost", "::1")


@app.command
def serve(
    *,
    library: Place = None,
    port: Annotated[int, Parameter(validator=Number(gte=0, lte=65535), metavar="N")] = PORT,
    host: Annotated[str, Parameter(metavar="ADDRESS")] = "127.0.0.1",
    who: Annotated[str | None, Parameter(name="--as", metavar="NAME")] = None,
    allow_private: Flag = False,
    rules_only: Flag = False,
) -> int:
    """Open a page on a library: read, search, add, correct. Only this computer can reach it.

    selon serve --library elections.db

    Parameters
    ----------
    library
        The library's file; by default what SELON_LIBRARY names, else selon.db. The page makes a missing one.
    port
        Port to listen on; where it is in use, the next that is free. 0 takes any.
    host
        Address to listen on. With another than this computer's own, whoever opens the page needs the token that is
        printed.
    who
        Name that signs corrections; by default the user's.
    allow_private
        Fetch also from addresses of the local network.
    rules_only
        Read without the learned network: French and English only.
    """
    import uvicorn

    from selon.web import Settings, application

    token = None if host in _HERE else secrets.token_urlsafe(18)
    settings = Settings(
        library=path_of(library),
        who=who or _user(),
        token=token,
        allow_private=allow_private,
        rules_only=rules_only,
    )
    with _listening(host, port) as listening:
        taken = listening.getsockname()[1]
        if port and taken != port:
            complain(f"port {port} is in use; taking {taken}")
        shown = f"[{host}]" if ":" in host else host
        print(f"http://{shown}:{taken}/{f'?token={token}' if token else ''}  (Ctrl-C ends it)", flush=True)
        config = uvicorn.Config(
            application(settings), log_level="warning", access_log=False, server_header=False, lifespan="on"
        )
        signal.signal(signal.SIGTERM, _ended)  # which uvicorn raises again once it has ended
        uvicorn.Server(config).run(sockets=[listening])
    return 0


def _ended(number: int, _: object) -> None:
    """End as Python does, which gives back what the processes that read share, and not at once."""
    raise SystemExit(128 + number)


def _listening(host: str, port: int) -> socket.socket:
    """A socket on the first free port from `port` on. Raises UsageError where there is none, or no such address."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for number in [port] if port == 0 else range(port, min(port + TRIES + 1, 65536)):
        # Only of a socket that says it is TCP's does asyncio send at once what is written: else a page waits 40 ms.
        sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            if sys.platform != "win32":
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind((host, number))
            sock.listen(128)
        except PermissionError:
            sock.close()
            raise UsageError(f"port {number} may not be listened on by this user; give one from 1024 on") from None
        except OSError as error:
            sock.close()
            if isinstance(error, socket.gaierror) or error.errno != errno.EADDRINUSE:
                raise UsageError(f"{host!r} is no address of this computer ({error}); try 127.0.0.1") from None
        else:
            return sock
    raise UsageError(f"ports {port} to {port + TRIES} are all in use; --port gives another, 0 any")


# ---------------------------------------------------------------- selon corrections

corrections = App(name="corrections", help="What people have corrected at the page (selon serve).")
app.command(corrections)


@corrections.command(name="list")
def list_(*, library: Place = None, json: Flag = False) -> int:
    """List what was corrected, the oldest first, and what no longer stands.

    Parameters
    ----------
    library
        The library's file; by default what SELON_LIBRARY names, else selon.db.
    json
        Print a line of JSON for each.
    """
    with _library(library) as opened:
        every = opened.corrections()
        articles = dict.fromkeys(c.article for c in every)
        fallen = {f.correction.n: f.why for id in articles for f in opened.applied(id).fallen}
    if json:
        _print_json({**msgspec.to_builtins(one), "fallen": fallen.get(one.n)} for one in every)
        return 0
    for one in every:
        print(_line(one, fallen))
    if not every:
        print("nothing was corrected")
    return 0


@corrections.command
def export(*, library: Place = None, all: Flag = False) -> int:
    """Print corrected articles as annotated ones, a line of JSON each: to score (selon score) or to teach with.

    Parameters
    ----------
    library
        The library's file; by default what SELON_LIBRARY names, else selon.db.
    all
        Also articles of which only some attributions were looked at ("checked": false); those that nobody has looked
        at stand as they were read.
    """
    with _library(library) as opened:
        left = 0
        for id in dict.fromkeys(c.article for c in opened.corrections()):
            applied = opened.applied(id)
            if applied.checked or (all and (applied.last or applied.rejected)):
                _print_json([gold(applied)])
            else:
                left += 1
    if left:
        said = "articles are" if left > 1 else "article is"
        complain(f"{left} corrected {said} left out, not checked as a whole: --all gives them too")
    return 0


def _line(one: Correction, fallen: dict[int, Any]) -> str:
    said = one.after or one.before
    words = " … ".join(anchor.exact for anchor in said.content) if said else ""
    state = " (undone)" if one.undone else f" (no longer stands: {fallen[one.n]})" if one.n in fallen else ""
    undoes = f" {one.undoes}" if one.undoes else ""
    return " ".join(f"{one.n:>5}  {one.at}  {one.who}  {one.verb}{undoes}{state}  {one.article}  {words}".split("\n"))
