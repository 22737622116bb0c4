"""Adding from the page: one thing after another, in a thread of its own, to its end, whoever is still looking.

Reading and linking are done in a process apart, which starts with the first add and ends with the page: within the
page's own they would hold up whoever looks at something.
"""

import itertools
import queue
import shutil
import tempfile
import threading
import traceback
from collections import deque
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Literal

from selon.adding import Found, Given, Job, Outcome, Wanted, add, found
from selon.adding.readers import Readers
from selon.library import Library
from selon.library.desk import note_feeds
from selon.linked import link
from selon.model import InputError
from selon.web.settings import Settings

State = Literal["waiting", "working", "linking", "done", "failed"]
KEPT = 50
"""Adds that are remembered."""
_COUNTED = ("added", "revised", "reread", "known", "failed", "skipped")


class Upload:
    """A file that a browser sent, kept beside until it is read."""

    def __init__(self, name: str, path: Path) -> None:
        self.name = Path(name.replace("\\", "/")).name or "file"
        self.path = path


class Add:
    """One add: what is to be added, and what has become of it so far."""

    def __init__(
        self,
        n: int,
        label: str,
        what: Sequence[str | Found | Upload],
        given: Given,
        feeds: Sequence[str],
        link: bool,
    ) -> None:
        self.n = n
        self.label = label
        self.what = what
        self.given = given
        self.feeds = feeds
        self.link = link
        self.state: State = "waiting"
        self.outcomes: list[Outcome] = []
        self.message = ""
        self.code = ""

    @property
    def counts(self) -> dict[str, int]:
        statuses = [outcome.status for outcome in list(self.outcomes)]
        return {status: statuses.count(status) for status in _COUNTED if status in statuses}

    @property
    def over(self) -> bool:
        return self.state in ("done", "failed")


class Adds:
    """The adds of one run of the page."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._numbers = itertools.count(1)
        self._queue: queue.Queue[Add] = queue.Queue()
        self._kept: dict[int, Add] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = False
        own = settings.read is None and settings.link is None  # what is given need not travel between processes
        self._readers = Readers(1, settings.read, apart=own)
        self.folder = Path(tempfile.mkdtemp(prefix="selon-"))

    def start(
        self,
        label: str,
        what: Sequence[str | Found | Upload],
        given: Given | None = None,
        feeds: Sequence[str] = (),
        link: bool = False,
    ) -> Add:
        """Put something in the queue. `feeds` are those of the list that are looked at with it; `link`: link what is
        not linked yet, though nothing is added."""
        given = (given or Given())._replace(rules_only=self._settings.rules_only)
        with self._lock:
            one = Add(next(self._numbers), label, what, given, feeds, link)
            self._kept[one.n] = one
            for old in [n for n, other in self._kept.items() if other.over][:-KEPT]:
                del self._kept[old]
            if self._thread is None:
                self._readers.__enter__()
                self._thread = threading.Thread(target=self._run, name="adds", daemon=True)
                self._thread.start()
        self._queue.put(one)
        return one

    def get(self, n: int) -> Add:
        """Raises InputError (code "unknown")."""
        if n not in self._kept:
            raise InputError(
                "unknown", f"there is no add {n}: the page was started anew, or it was long ago", "no_add", n=n
            )
        return self._kept[n]

    def all(self) -> list[Add]:
        """The newest first."""
        return [self._kept[n] for n in sorted(self._kept, reverse=True)]

    def close(self) -> None:
        """End, whatever is being read: what is kept by then stays."""
        self._closed = True
        if self._thread:
            self._readers.end()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self) -> None:
        while True:
            one = self._queue.get()
            one.state = "working"
            try:
                self._add(one)
                one.state = "done"
            except InputError as error:
                one.state, one.message, one.code = "failed", error.message, error.code
            except Exception as error:  # whatever it is, the next add must go on, and this one be told of
                if self._closed:
                    return
                traceback.print_exc()
                one.state, one.message = "failed", f"this is a fault of Selon: {type(error).__name__}: {error}"
            finally:
                for upload in one.what:
                    if isinstance(upload, Upload):
                        upload.path.unlink(missing_ok=True)

    def _add(self, one: Add) -> None:
        settings = self._settings
        with Library.open(settings.library, create=True) as library:
            for outcome in add(
                library,
                self._opened(one),
                given=one.given,
                jobs=1,
                allow_private=settings.allow_private,
                read=settings.read,
                readers=self._readers,
            ):
                one.outcomes.append(outcome)
            if one.feeds:
                said = ", ".join(f"{status} {count}" for status, count in one.counts.items())
                note_feeds(library, one.feeds, said)
            if one.link or any(outcome.status in ("added", "revised", "reread") for outcome in one.outcomes):
                one.state = "linking"
                if settings.link:
                    deque(settings.link(library), 0)
                else:
                    self._readers.run(link_all, settings.library)

    def _opened(self, one: Add) -> Iterator[str | Found]:
        """What is to be added; an upload under its own name."""
        for what in one.what:
            if not isinstance(what, Upload):
                yield what
                continue
            place = str(what.path.resolve())
            for item in found(str(what.path), one.given):
                if isinstance(item, Job):
                    yield item._replace(place=item.place.replace(place, what.name), is_file=False)
                elif isinstance(item, Wanted):
                    yield item
                else:
                    yield item._replace(place=item.place.replace(place, what.name))


def link_all(path: Path) -> None:
    """Link what is not linked yet in the library at `path`."""
    with Library.open(path) as library:
        deque(link(library), 0)


def examples() -> Iterator[Job]:
    """The bundled articles on two invented stories."""
    folder = files("selon.examples").joinpath("stories")
    for page in sorted(folder.iterdir(), key=lambda page: page.name):
        if page.name.endswith(".html"):
            yield Job(f"examples/{page.name}", page.read_bytes(), Given())
