"""How fast a library takes, gives and finds readings, and how fast `selon add` reads in one process and in more.

    python bench/library.py [--articles N] [--read N] [--write]

Keeps the bundled examples' readings under so many ids; then adds invented articles (bench/kill_drill.py), with the
network, from a cold start.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import msgspec

from kill_drill import lay_out
from machine import heading, record
from selon import read
from selon.adding import add
from selon.adding.readers import workers
from selon.library import Library

RUNS = Path(__file__).parent / "runs" / "library.md"


def timed(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def store(folder: Path, count: int) -> list[str]:
    pages = [files("selon").joinpath("examples", f"{code}.html").read_bytes() for code in ("fr", "en")]
    examples = [read(page) for page in pages]
    readings = [
        msgspec.structs.replace(one, article=msgspec.structs.replace(one.article, id=f"{n}"))
        for n in range(count)
        for one in [examples[n % 2]]
    ]
    with Library.open(folder / "store.db", create=True) as library:
        adding = timed(lambda: [library.add(one) for one in readings])
        giving = timed(lambda: list(library.readings()))
        finding = timed(lambda: library.search("eau potable"))
        checking = timed(lambda: list(library.check()))
        rebuilding = timed(library.rebuild)
        size = library.path.stat().st_size
    json = sum(len(one.to_json()) for one in readings)
    return [
        f"{count:,} readings, {json / count / 1000:.1f} kB of JSON each: {size / count / 1000:.1f} kB each in the file",
        f"added {count / adding:,.0f}/s, each in its transaction; given back {count / giving:,.0f}/s, spans checked",
        f"a search {1000 * finding:.0f} ms; the whole checked in {checking:.1f} s, derived anew in {rebuilding:.1f} s",
    ]


def reading(folder: Path, count: int) -> list[str]:
    targets = lay_out(folder, count, 1)
    lines = []
    for jobs in sorted({1, workers()}):
        with Library.open(folder / f"read{jobs}.db", create=True) as library:
            seconds = timed(lambda: list(add(library, targets, jobs=jobs)))  # noqa: B023
            assert len(library) == count
        lines.append(f"selon add, {count} articles of 60 words, {jobs} processes at most: {count / seconds:.1f}/s")
    return lines


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--read", type=int, default=100)
    parser.add_argument("--write", action="store_true", help=f"append to {RUNS.name}")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        lines = [*store(Path(name), options.articles), *reading(Path(name), options.read)]
    report = "\n".join(f"- {line}" for line in lines)
    print(report)
    record(f"\n{heading()}\n{report}", RUNS, options.write)
    return 0


if __name__ == "__main__":
    sys.exit(main())
