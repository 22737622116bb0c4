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
from types import TracebackType
from typing import Generic, NamedTuple, Self, TypeVar

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


# ---------------------------------------------------------------- processes


def _prepare() -> None:
    """At the start of a process: leave Ctrl-C to the one that started it, and end with that one, however it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


class Readers:
    """Reads jobs, in processes of its own or, with one worker, in this one. To be used in a `with`."""

    def __init__(self, count: int, read: ReadFunction | None = None) -> None:
        self._count = count
        self._read = read
        self._pool: ProcessPoolExecutor | None = None
        self._environment: dict[str, str | None] = {}

    def __enter__(self) -> Self:
        if self._count > 1:
            self._environment = {name: os.environ.get(name) for name in _ONE_CORE}
            os.environ.update(dict.fromkeys(_ONE_CORE, "1"))
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

    def _new(self) -> ProcessPoolExecutor:
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self._count, mp_context=context, initializer=_prepare)

    def each(self, steps: Iterable[tuple[T, Job | None]]) -> Iterator[tuple[T, Result | None]]:
        """Every step, in order, with the result of its job if it has one."""
        waiting: deque[_Waiting[T]] = deque()
        for step, job in steps:
            waiting.append(_Waiting(step, job, self._begin(job)))
            while waiting and (waiting[0].job is None or self._pool is None or len(waiting) > self._count * _AHEAD):
                yield self._end(waiting)
        while waiting:
            yield self._end(waiting)

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
            said = "the process that read it was ended from outside: is there too little memory? --jobs 1 takes least"
            return Result(None, said, "ended")

    def _renew(self) -> None:
        if self._pool:
            self._pool.shutdown(wait=False)
        self._pool = self._new()


class _Waiting(NamedTuple, Generic[T]):
    """A step whose turn has not come, its job, and where its result will be."""

    step: T
    job: Job | None
    future: "Future[Result] | None"
