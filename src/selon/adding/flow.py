"""From paths and addresses to a library: fetch politely, read in parallel, keep in order.

What is found stays in order throughout, so that two runs over the same inputs make the same library, and a feed's
stamp is kept only once all that it listed is.
"""

import datetime
import itertools
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext
from typing import Literal, NamedTuple

import msgspec

from selon.adding import archives, feeds
from selon.adding.inputs import Found, Given, Job, Ready, Trouble, Wanted, found
from selon.adding.readers import Readers, ReadFunction, Result, digest_of, workers
from selon.fetch import Fetched, Known, Visitor
from selon.library import Library, Stamp, Status, now
from selon.model import Article, InputError, Reading, address_of, article_id

FETCHERS = 8
"""Addresses asked at a time; those of one host still take turns."""
FEW = 4
"""Articles up to which starting processes takes longer than it saves."""
MAX_DEPTH = 3
"""Sitemaps that may lead to one another."""
RECHECK = 6 * 3600.0
"""Seconds after which a watched feed's known articles are asked for again, if it does not say that they changed."""
_LIKE = 0.5
"""Share of two texts' words in common from which on a changed file is the same article."""
_PASSING = ("network", "http", "fault", "ended")
"""Troubles that may be over the next time."""


class Outcome(NamedTuple):
    """What became of one input: `id` is its article's; `message` says why it is not read."""

    place: str
    status: Status | Literal["failed", "skipped"]
    id: str | None = None
    message: str = ""
    code: str = ""


class _Feed:
    """A feed on its way: its stamp is kept at the end unless something that it lists may go better next time."""

    def __init__(self, stamp: Stamp) -> None:
        self.stamp = stamp
        self.failed = False


class _Unchanged(NamedTuple):
    url: str
    stamp: Stamp


class _Step(NamedTuple):
    """Something on its way to the library, with the feeds that led to it. A feed itself stands behind all it lists."""

    what: Job | Ready | Trouble | _Unchanged | _Feed
    feeds: tuple[_Feed, ...] = ()
    stamp: Stamp | None = None
    digest: bytes = b""
    known: str | None = None
    """The id of the article that this input became before."""


def add(
    library: Library,
    targets: Iterable[str | Found],
    *,
    given: Given | None = None,
    jobs: int | None = None,
    allow_private: bool = False,
    again: bool = False,
    visitor: Visitor | None = None,
    read: ReadFunction | None = None,
    readers: Readers | None = None,
) -> Iterator[Outcome]:
    """Add articles from files, folders, JSON lines, WARC and WACZ files, addresses, feeds and sitemaps.

    What was `found` already is added as it is. Gives what became of each, once it is kept. `jobs` is how many
    processes read at most; `again` reads also what is known, and keeps the new reading; `read` reads instead of
    `selon.read`, and `readers`, which stay open, instead of those that would be started. Raises InputError where the
    library cannot be written: what was given before is kept, and the same call goes on from there.
    """
    each = (found(target, given or Given()) if isinstance(target, str) else (target,) for target in targets)
    wanted = itertools.chain.from_iterable(each)
    adding = _Adding(library, visitor or Visitor(allow_private=allow_private), again)
    yield from adding.run(iter(wanted), jobs, read, readers)


def watch(
    library: Library,
    addresses: Sequence[str],
    *,
    every: float,
    rounds: int | None = None,
    given: Given | None = None,
    allow_private: bool = False,
    visitor: Visitor | None = None,
    read: ReadFunction | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Outcome]:
    """Add what feeds list, again and again, a round every `every` seconds; for ever, or `rounds` times.

    Known articles are passed over in silence, unless the feed says that they changed or they were not asked for in
    `RECHECK` seconds. Ends at once where none of the addresses is a feed.
    """
    visitor = visitor or Visitor(allow_private=allow_private)
    tried: dict[str, float] = {}
    changes: dict[str, str | None] = {}

    def due(one: Wanted) -> bool:
        known = library.fetched(one.url)
        changed = changes.get(one.url, one.changed) != one.changed
        changes[one.url] = one.changed
        last = _age(known[1]) if known else time.monotonic() - tried.get(one.url, float("-inf"))
        tried[one.url] = time.monotonic()
        return changed or last >= RECHECK

    for number in itertools.count(1):
        started = time.monotonic()
        adding = _Adding(library, visitor, again=False, only_feeds=True, due=due)
        bad = 0
        for outcome in adding.run((Wanted(url, given or Given()) for url in addresses), jobs=1, read=read):
            bad += outcome.code == "feed"
            if outcome.code in _PASSING:
                tried.pop(outcome.place, None)
            yield outcome
        if number == rounds or bad == len(addresses):
            return
        sleep(max(0.0, started + every - time.monotonic()))


def _age(at: str) -> float:
    """Seconds since an instant of UTC."""
    then = datetime.datetime.fromisoformat(at.replace("Z", "+00:00"))
    return (datetime.datetime.now(datetime.UTC) - then).total_seconds()


class _Adding:
    """One run over some inputs. `only_feeds`: addresses that lead to no feed are refused. `due` says whether to ask
    for an address that a feed lists."""

    def __init__(
        self,
        library: Library,
        visitor: Visitor,
        again: bool,
        only_feeds: bool = False,
        due: Callable[[Wanted], bool] | None = None,
    ) -> None:
        self._library = library
        self._visitor = visitor
        self._again = again
        self._only_feeds = only_feeds
        self._due = due

    def run(
        self, wanted: Iterator[Found], jobs: int | None, read: ReadFunction | None, readers: Readers | None = None
    ) -> Iterator[Outcome]:
        threads = ThreadPoolExecutor(FETCHERS, "fetch")
        try:
            steps = map(self._begun, self._fetched(wanted, threads))
            first = list(itertools.islice(steps, FEW + 1))
            many = sum(job is not None for _, job in first) > FEW
            with nullcontext(readers) if readers else Readers(workers(jobs) if many else 1, read) as opened:
                for step, result in opened.each(itertools.chain(first, steps)):
                    outcome = self._ended(step, result)
                    if outcome:
                        yield outcome
        finally:
            threads.shutdown(wait=False, cancel_futures=True)

    # ------------------------------------------------------------ fetching

    def _fetched(
        self, wanted: Iterable[Found], threads: ThreadPoolExecutor, feeds_above: tuple[_Feed, ...] = ()
    ) -> Iterator[_Step]:
        """All that is wanted, in order, addresses fetched ahead, feeds opened."""
        waiting: deque[tuple[Found, Future[Fetched] | None]] = deque()
        for one in wanted:
            waiting.append((one, self._ask(one, threads)))
            while waiting and (waiting[0][1] is None or len(waiting) > 2 * FETCHERS):
                yield from self._answered(*waiting.popleft(), threads, feeds_above)
        while waiting:
            yield from self._answered(*waiting.popleft(), threads, feeds_above)

    def _ask(self, one: Found, threads: ThreadPoolExecutor) -> "Future[Fetched] | None":
        if not isinstance(one, Wanted):
            return None
        known = None if self._again else self._library.fetched(one.url)
        return threads.submit(self._visitor.fetch, one.url, Known(*known[0][1:]) if known else None)

    def _answered(
        self,
        one: Found,
        answer: "Future[Fetched] | None",
        threads: ThreadPoolExecutor,
        feeds_above: tuple[_Feed, ...],
    ) -> Iterator[_Step]:
        if not isinstance(one, Wanted):
            yield _Step(one, feeds_above)
            return
        assert answer is not None
        try:
            got = answer.result()
            stamp = Stamp(one.url, got.etag, got.last_modified)
            if got.unchanged:
                if self._only_feeds and not feeds_above and self._library.at_place(one.url):
                    raise InputError("feed", "it is an article's page, no feed; selon add takes pages")
                yield _Step(_Unchanged(one.url, stamp), feeds_above)
                return
            data = archives.gunzipped(got.data)
            is_list = feeds.kind_of(data) is not None or (self._only_feeds and not feeds_above)
            listed = feeds.listed(data, got.url) if is_list else None
            if one.depth > MAX_DEPTH and listed is not None:
                raise InputError("feed", f"sitemaps lead to one another more than {MAX_DEPTH} times")
        except InputError as error:
            yield _Step(Trouble(one.url, error.message, error.code), feeds_above)
            return
        if listed is None:
            given = one.given._replace(url=got.url)
            job = Job(one.url, data, given, got.content_type, listed=one.listed, seen=now())
            yield _Step(job, feeds_above, stamp)
            return
        feed = _Feed(stamp)
        given = one.given._replace(url=None, id=None)
        inside = ((x, Wanted(x.url, given, x.day, x.changed, one.depth + 1)) for x in listed)
        due = (one for x, one in inside if x.nested or self._due is None or self._due(one))
        yield from self._fetched(due, threads, (*feeds_above, feed))
        yield _Step(feed, feeds_above)

    # ------------------------------------------------------------ reading and keeping

    def _begun(self, step: _Step) -> tuple[_Step, Job | None]:
        """The step, and the job in it unless it is known already."""
        if not isinstance(step.what, Job):
            return step, None
        digest = digest_of(step.what)
        known = None if self._again else self._library.holds(step.what.place, digest)
        return step._replace(digest=digest, known=known), None if known else step.what

    def _ended(self, step: _Step, result: Result | None) -> Outcome | None:
        """Keep what came of a step."""
        match step.what:
            case _Feed(failed=failed, stamp=stamp):
                if not failed:
                    self._library.stamp(stamp)
                return None
            case _Unchanged(url, stamp):
                self._library.stamp(stamp)
                return Outcome(url, "known", self._library.at_place(url) or self._library.at_address(url))
            case Trouble(place, message, code, skipped):
                return self._failed(step, place, message, code, skipped)
            case Ready(place, reading):
                added = self._library.add(reading, again=self._again)
                return Outcome(place, added.status, added.id)
            case Job() as job if step.known:
                if step.stamp and job.seen:
                    self._library.seen_again(step.digest, job.seen, step.stamp)
                return Outcome(job.place, "known", step.known)
            case Job() as job:
                assert result
                if result.reading is None:
                    return self._failed(step, job.place, result.message, result.code)
                return self._kept(step, job, result.reading)

    def _failed(self, step: _Step, place: str, message: str, code: str, skipped: bool = False) -> Outcome:
        for feed in step.feeds:
            feed.failed = feed.failed or code in _PASSING
        return Outcome(place, "skipped" if skipped else "failed", None, message, code)

    def _kept(self, step: _Step, job: Job, reading: Reading) -> Outcome:
        article = msgspec.structs.replace(reading.article, id=self._id(reading, job))
        added = self._library.add(
            msgspec.structs.replace(reading, article=article),
            place=job.place,
            digest=step.digest,
            seen=job.seen,
            stamp=step.stamp,
            again=self._again,
        )
        return Outcome(job.place, added.status, added.id)

    def _id(self, reading: Reading, job: Job) -> str:
        """The id that was given, or that of the article known here, or a new one."""
        article = reading.article
        return job.given.id or (self._id_at(article, job.given.url) if article.url else self._id_of(article, job))

    def _id_at(self, article: Article, came_from: str | None) -> str:
        """The id of an article with an address."""
        library, url = self._library, article.url
        assert url
        known = library.at_address(url)
        elsewhere = came_from is not None and address_of(came_from) != address_of(url)
        if known and elsewhere and not _alike(library.get(known).article.text, article.text):
            url = came_from or url  # some sites give all of their pages one address
            known = library.at_address(url)
        return known or article_id(article.text, url, article.outlet)

    def _id_of(self, article: Article, job: Job) -> str:
        """The id of an article without an address: of one with this text, or of the one that this file held before."""
        library = self._library
        known = library.with_text(article.text, article.outlet)
        before = library.at_place(job.place) if known is None and job.is_file else None
        held = library.get(before).article if before else None
        if held and held.outlet == article.outlet and _alike(held.text, article.text):
            known = held.id
        return known or article_id(article.text, None, article.outlet)


def _alike(one: str, other: str) -> bool:
    """Whether two texts share most of their words."""
    a, b = set(one.casefold().split()), set(other.casefold().split())
    return len(a & b) >= _LIKE * len(a | b)
