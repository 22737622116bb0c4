"""How fast a library goes out in each format, and in how much memory.

    python bench/exports.py [--articles N] [--write]

Keeps the bundled examples' readings under so many ids; then runs `selon export` on them in a process of its own.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from importlib.resources import files
from pathlib import Path

import msgspec
import psutil

from machine import heading, record
from selon import read
from selon.export import FORMATS
from selon.library import Library

RUNS = Path(__file__).parent / "runs" / "exports.md"


def fill(path: Path, count: int) -> None:
    pages = [files("selon").joinpath("examples", f"{code}.html").read_bytes() for code in ("fr", "en")]
    examples = [read(page) for page in pages]
    with Library.open(path, create=True) as library:
        for n in range(count):
            one = examples[n % 2]
            library.add(msgspec.structs.replace(one, article=msgspec.structs.replace(one.article, id=f"{n}")))


def exported(path: Path, format: str) -> tuple[float, int, int]:
    """Seconds from a cold start, the most memory in bytes, and the size of what came out."""
    out = path.with_suffix(f".{format}")
    command = [sys.executable, "-m", "selon", "export", format, "--library", str(path), "-o", str(out)]
    start = time.perf_counter()
    process = psutil.Popen(command)
    most = 0
    while process.poll() is None:
        try:
            most = max(most, process.memory_info().rss)
        except psutil.Error:
            break
        time.sleep(0.02)
    if process.wait():
        raise subprocess.CalledProcessError(process.returncode, command)
    took = time.perf_counter() - start
    size = out.stat().st_size
    out.unlink()
    return took, most, size


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=5000)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    lines = [heading(), "", f"{options.articles:,} articles, from a cold start.", "", "| format | s | MiB | MB out |",
             "|---|---|---|---|"]  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.db"
        fill(path, options.articles)
        for format in FORMATS:
            took, most, size = exported(path, format)
            lines.append(f"| {format} | {took:.1f} | {most / 2**20:.0f} | {size / 1e6:.1f} |")
            print(lines[-1], flush=True)
    text = "\n".join(lines) + "\n\n"
    print(text)
    record(text, RUNS, options.write)


if __name__ == "__main__":
    main()
