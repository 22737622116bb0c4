"""Opening a library's file: is it one, which schema it has, bringing an old one up to date, naming what went wrong."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

from selon.model import InputError

APPLICATION = 0x53656C6E
"""What SQLite's header says of whose file it is: "Seln"."""
WAIT = 60.0
"""Seconds to wait for another process that is writing."""
_OLDEST = (3, 37, 0)
_MAGIC = b"SQLite format 3\0"
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def migrations() -> list[str]:
    """The steps of the schema: item n - 1 makes schema n of schema n - 1."""
    folder = files("selon.library").joinpath("migrations")
    steps = sorted((f for f in folder.iterdir() if f.name.endswith(".sql")), key=lambda f: f.name)
    return [step.read_text("utf-8") for step in steps]


def connect(path: Path, *, create: bool) -> sqlite3.Connection:
    """An open library of the newest schema. Raises InputError: code "missing", "no-library", "newer", "damaged",
    "full", "busy", "read-only", "unreadable"."""
    if sqlite3.sqlite_version_info < _OLDEST:
        needed = ".".join(map(str, _OLDEST))
        raise InputError(
            "sqlite", f"this Python has SQLite {sqlite3.sqlite_version}; a library needs {needed} or newer"
        )
    _check_file(path, create)
    with named_errors(path):
        db = sqlite3.connect(path, timeout=WAIT, isolation_level=None)
        try:
            _check_header(db, path)
            if db.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
                db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA foreign_keys = ON")
            # A reading takes a second or so, a sync milliseconds: what is said to be added survives a power cut too.
            db.execute("PRAGMA synchronous = FULL")
            _migrate(db, path)
        except BaseException:
            db.close()
            raise
    return db


def _check_file(path: Path, create: bool) -> None:
    """Whether there is one, without a look inside: to close a file gives up all locks of the process on it, those of
    SQLite's connections in other threads too, and another process then removes the log that they are writing."""
    try:
        path.stat()
    except FileNotFoundError:
        if not create:
            raise InputError(
                "missing",
                f"there is no library {str(path)!r}; selon add makes one, --library or SELON_LIBRARY names another",
            ) from None
        if not path.parent.is_dir():
            raise InputError("missing", f"there is no folder {str(path.parent)!r} to make the library in") from None
    except OSError as error:
        raise InputError("unreadable", f"the library {str(path)!r} cannot be opened: {error.strerror}") from None


def _is_sqlite(path: Path) -> bool:
    """Whether it begins as SQLite's files do; for one that SQLite refuses, on which there are no locks to lose."""
    try:
        with path.open("rb") as file:
            return file.read(len(_MAGIC)) == _MAGIC
    except OSError:
        return False


def _check_header(db: sqlite3.Connection, path: Path) -> None:
    db.execute("BEGIN")  # both from one moment: another process may be making the library just now
    owner = db.execute("PRAGMA application_id").fetchone()[0]
    tables = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    db.execute("COMMIT")
    if owner != APPLICATION and (owner or tables):
        raise InputError("no-library", f"{str(path)!r} is another program's SQLite file; {_remedy(path)}")
    newest, found = len(migrations()), _version(db)
    if found > newest:
        raise InputError(
            "newer",
            f"the library {str(path)!r} has schema {found}, and this Selon knows up to {newest}: install a newer Selon"
            + _backups(path, newest),
        )


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


# ---------------------------------------------------------------- migrations


def _migrate(db: sqlite3.Connection, path: Path) -> None:
    """Bring the schema up to date, in one transaction, after copying an older library beside it."""
    steps = migrations()
    found = _version(db)
    if found == len(steps):
        return
    if found:
        _back_up(db, path, found)
    db.execute("BEGIN IMMEDIATE")
    try:
        for number, step in enumerate(steps, 1):
            if number > _version(db):  # another process may have been quicker
                for statement in _statements(step):
                    db.execute(statement)
                db.execute(f"PRAGMA user_version = {number}")
        db.execute(f"PRAGMA application_id = {APPLICATION}")
        db.execute("COMMIT")
    except BaseException:
        roll_back(db)
        raise


def roll_back(db: sqlite3.Connection) -> None:
    if db.in_transaction:  # some errors, a full disk among them, have rolled back already
        db.execute("ROLLBACK")


def _statements(script: str) -> Iterator[str]:
    """The statements of a script; executescript would commit before it."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    assert not statement.strip() or all(line.startswith("--") for line in statement.split("\n") if line), statement


def _backup_of(path: Path, version: int) -> Path:
    return path.with_name(f"{path.name}.schema-{version}")


def _back_up(db: sqlite3.Connection, path: Path, version: int) -> None:
    target = _backup_of(path, version)
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    part.unlink(missing_ok=True)
    try:
        db.execute("VACUUM INTO ?", (str(part),))
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)


def _backups(path: Path, newest: int | None = None) -> str:
    """Where copies made at migrations stand, as the end of a message; those of schemas up to `newest`."""
    found = sorted(path.parent.glob(f"{path.name}.schema-*[0-9]"), key=lambda p: p.stat().st_mtime)
    numbered = [(p, p.name.rpartition("-")[2]) for p in found]
    kept = [p for p, n in numbered if n.isdigit() and (newest is None or int(n) <= newest)]
    if not kept:
        return ""
    return f"; before it was brought up to date a copy was kept, {str(kept[-1])!r}, which --library opens"


def _remedy(path: Path) -> str:
    return "name a library with --library or SELON_LIBRARY" + _backups(path)


# ---------------------------------------------------------------- errors


@contextmanager
def named_errors(path: Path) -> Iterator[None]:
    """What SQLite says, as an InputError that says what to do."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        found = _named(error, path)
        if found is None:
            raise
        raise found from error


def _named(error: sqlite3.DatabaseError, path: Path) -> InputError | None:
    code = getattr(error, "sqlite_errorcode", 0)
    name = repr(str(path))
    match code & 0xFF:
        case sqlite3.SQLITE_FULL:
            said = f"there is no room left for the library {name}: free some and run it again, what was added is kept"
            return InputError("full", said)
        case sqlite3.SQLITE_IOERR:
            said = f"the library {name} cannot be read or written ({error}): is the disk full, or gone?"
            return InputError("full", f"{said} What was added is kept")
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return InputError("busy", f"another process has been writing to {name} for {WAIT:.0f} s; try again later")
        case sqlite3.SQLITE_READONLY:
            return InputError("read-only", f"the library {name} may not be written: check its and its folder's rights")
        case sqlite3.SQLITE_CANTOPEN:
            return InputError("unreadable", f"the library {name} cannot be opened: check its and its folder's rights")
        case sqlite3.SQLITE_NOTADB if not _is_sqlite(path):
            return InputError("no-library", f"{name} is no library (nor any SQLite file); {_remedy(path)}")
        case low if low in _DAMAGED:
            remedy = _backups(path) or "; restore a copy, or recover what can be read with sqlite3's .recover"
            return InputError("damaged", f"the library {name} is damaged ({error}){remedy}")
        case _:
            return None
