"""Reading articles in as many processes as cores and memory allow, in order, whatever happens to one of them."""

import hashlib
import multiprocessing
import os
import signal
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import TracebackType
from typing import Any, Generic, NamedTuple, Self, TypeVar

import msgspec

from selon.adding.inputs import Job
from selon.model import Article, InputError, Note, Reading

MEMORY = 1_250_000_000
"""Bytes that one reading process takes at most: parsers, network and a long article (bench/speed.py)."""
_AHEAD = 3
"""Articles handed out for each process: none waits for the slowest."""
_SAME = 64
"""Readings remembered: agencies' texts come many times over."""
_ONE_CORE = ("SELON_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS")

_ENDED = "the process that did it was ended from outside: is there too little memory?"

ReadFunction = Callable[..., Reading]
T = TypeVar("T")


class Result(NamedTuple):
    """What reading a job gave: a reading, or why there is none. Exceptions do not travel well between processes."""

    reading: Reading | None
    message: str = ""
    code: str = ""


def workers(most: int | None = None) -> int:
    """How many processes to read in: `most`, or as many as there are cores and free memory for."""
    import psutil

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    fits = int(psutil.virtual_memory().available // MEMORY)
    return max(1, min(most or cores, max(1, fits)))


def digest_of(job: Job) -> bytes:
    """16 bytes that tell what is read, and how, from anything else."""
    data = job.data if isinstance(job.data, bytes) else job.data.encode("utf-8", "surrogatepass")
    said = job._replace(place="", data=b"", seen=None, is_file=False, remarks=())
    return hashlib.blake2b(msgspec.json.encode(said) + b"\0" + data, digest_size=16).digest()


# ---------------------------------------------------------------- in the process that reads


_READ: dict[tuple[ReadFunction, bytes], Reading] = {}


def read_job(job: Job, read: ReadFunction | None = None) -> Result:
    """The reading of a job. A fault of ours must not cost the other articles."""
    try:
        return Result(_read(job, read))
    except InputError as error:
        return Result(None, error.message, error.code)
    except Exception as error:
        if os.environ.get("SELON_DEBUG"):
            return Result(None, "".join(traceback.format_exception(error)), "fault")
        said = " ".join(f"{type(error).__name__}: {error}".split())
        return Result(None, f"the program failed on this article ({said}); SELON_DEBUG=1 shows where", "fault")


def _read(job: Job, read: ReadFunction | None) -> Reading:
    reading = _read_once(job, read, job.given.published)
    if reading.article.published is None and job.listed:
        reading = _read_once(job, read, job.listed)
    return _amended(reading, job)


def _read_once(job: Job, read: ReadFunction | None, published: str | None) -> Reading:
    """The reading of a job's words, from memory where the same words were read shortly before."""
    if read is None:
        from selon.read import read
    assert read is not None
    given = job.given
    url = None if given.plain else given.url  # of a bare text it changes nothing
    data = job.data if isinstance(job.data, bytes) else job.data.encode("utf-8", "surrogatepass")
    asked = (url, given.language, published, given.plain, given.rules_only, given.guideline, job.content_type)
    key = read, hashlib.blake2b(repr(asked).encode() + data, digest_size=16).digest()
    if key not in _READ:
        while len(_READ) >= _SAME:
            del _READ[next(iter(_READ))]
        _READ[key] = read(
            job.data,
            plain=given.plain,
            language=given.language,
            published=published,
            url=url,
            content_type=job.content_type,
            rules_only=given.rules_only,
            guideline=given.guideline,
        )
    return _READ[key]


def _amended(reading: Reading, job: Job) -> Reading:
    """The reading with what is given of its article."""
    told = {
        "url": job.given.url if job.given.plain or not reading.article.url else None,
        "outlet": job.given.outlet,
        "title": job.title,
        "byline": job.byline,
        "credits": job.credits,
    }
    article: Article = msgspec.structs.replace(reading.article, **{k: v for k, v in told.items() if v is not None})
    remarks = tuple(Note(stage="page", code=code, message=message) for code, message in job.remarks)
    return msgspec.structs.replace(reading, article=article, notes=(*reading.notes, *remarks))


def _told(work: Callable[[Path], None], path: Path) -> tuple[str, str] | None:
    """Do it, and say what went wrong: an InputError does not travel between processes."""
    try:
        work(path)
    except InputError as error:
        return error.code, error.message
    return None


# ---------------------------------------------------------------- processes


def _prepare(behind: bool) -> None:
    """At the start of a process: leave Ctrl-C to the one that started it, and end with that one, however it ends. One
    that works `behind` a page lets those that look at it go first."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if behind and hasattr(os, "nice"):
        os.nice(5)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


class Readers:
    """Reads jobs, in processes of its own or, with one worker, in this one, unless it is to be `apart`. To be used in
    a `with`. Processes start when there is something to read."""

    def __init__(self, count: int, read: ReadFunction | None = None, *, apart: bool = False) -> None:
        self._count = count
        self._read = read
        self._apart = apart or count > 1
        self._pool: ProcessPoolExecutor | None = None
        self._environment: dict[str, str | None] = {}
        self._ended = False

    def __enter__(self) -> Self:
        if self._apart:
            self._environment = {name: os.environ.get(name) for name in _ONE_CORE}
            cores = "1" if self._count > 1 else str(max(1, workers() - 1))
            os.environ.update(dict.fromkeys(_ONE_CORE, cores))
            self._pool = self._new()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._pool:
            self._pool.shutdown(wait=False, cancel_futures=True)
        for name, value in self._environment.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value

    def end(self) -> None:
        """Leave the `with`, whatever is being read."""
        self._ended = True
        processes = list(self._pool._processes.values()) if self._pool else []  # public only from Python 3.14 on
        self.__exit__(None, None, None)
        for process in processes:
            process.terminate()  # else the program would go on until the article is read

    def _new(self) -> ProcessPoolExecutor:
        if self._ended:
            raise InputError("ended", "the program is ending; what was done is kept")
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self._count, mp_context=context, initializer=_prepare, initargs=(self._count == 1,))

    def each(self, steps: Iterable[tuple[T, Job | None]]) -> Iterator[tuple[T, Result | None]]:
        """Every step, in order, with the result of its job if it has one."""
        waiting: deque[_Waiting[T]] = deque()
        for step, job in steps:
            waiting.append(_Waiting(step, job, self._begin(job)))
            while waiting and (waiting[0].job is None or self._pool is None or len(waiting) > self._count * _AHEAD):
                yield self._end(waiting)
        while waiting:
            yield self._end(waiting)

    def run(self, work: Callable[[Path], None], path: Path) -> None:
        """Do other work on a file where articles are read. Raises InputError, "ended" where its process is."""
        if self._pool is None:
            return work(path)
        try:
            said = self._submit(_told, work, path).result()
        except BrokenExecutor:
            self._renew()
            raise InputError("ended", f"{_ENDED} What was done is kept") from None
        if said:
            raise InputError(*said)
        return None

    def _submit(self, work: Callable[..., T], *values: Any) -> "Future[T]":
        """In new processes where one has ended while there was nothing to do."""
        assert self._pool
        try:
            return self._pool.submit(work, *values)
        except BrokenExecutor:
            self._renew()
            return self._pool.submit(work, *values)

    def _begin(self, job: Job | None) -> "Future[Result] | None":
        if self._pool is None or job is None:
            return None
        try:
            return self._pool.submit(read_job, job, self._read)
        except BrokenExecutor as error:  # told when its turn comes
            broken: Future[Result] = Future()
            broken.set_exception(error)
            return broken

    def _end(self, waiting: "deque[_Waiting[T]]") -> tuple[T, Result | None]:
        step, job, future = waiting.popleft()
        if job is None:
            return step, None
        if future is None:
            return step, read_job(job, self._read)
        try:
            return step, future.result()
        except BrokenExecutor:
            # One of those handed out has ended its process. Each is read alone until it is known which.
            result = self._alone(job)
            for i, one in enumerate(waiting):
                if one.future is not None and (not one.future.done() or one.future.exception() is not None):
                    waiting[i] = one._replace(future=self._begin(one.job))
            return step, result

    def _alone(self, job: Job) -> Result:
        """Read a job in processes that read nothing else."""
        self._renew()
        assert self._pool
        try:
            return self._pool.submit(read_job, job, self._read).result()
        except BrokenExecutor:
            self._renew()
            return Result(None, _ENDED + (" --jobs 1 takes least" if self._count > 1 else ""), "ended")

    def _renew(self) -> None:
        if self._pool:
            self._pool.shutdown(wait=False)
        self._pool = self._new()


class _Waiting(NamedTuple, Generic[T]):
    """A step whose turn has not come, its job, and where its result will be."""

    step: T
    job: Job | None
    future: "Future[Result] | None"
