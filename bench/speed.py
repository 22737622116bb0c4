"""How fast this build reads, with the network and by rules alone, beside its parser alone.

    python bench/speed.py [--lang fr|en] [--repeats N] [--write]

Reads articles of 600 words or so, made of the bundled example's paragraphs. Times are the fastest of N runs.
The network uses all cores, the rest one.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

from machine import heading, record

RUNS = Path(__file__).parent / "runs" / "speed.md"
WORDS = 600
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS")

WATCH = """
import resource, subprocess, sys, time
start = time.perf_counter()
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
seconds = time.perf_counter() - start
unit = 1 << (20 if sys.platform == "darwin" else 10)
print(seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / unit)
"""
"""Runs a command from a small process: a large one would pass its own peak memory on to what it starts."""


def article(language: str) -> str:
    """The bundled example's text, its paragraphs repeated up to 600 words."""
    from selon import read

    page = files("selon").joinpath("examples", f"{language}.html")
    paragraphs = read(page.read_bytes()).article.text.split("\n")
    chosen: list[str] = []
    while sum(len(paragraph.split()) for paragraph in chosen) < WORDS:
        chosen.append(paragraphs[len(chosen) % len(paragraphs)])
    return "\n".join(chosen)


def fastest(action: Callable[[], object], repeats: int) -> float:
    """Seconds of the fastest of `repeats` runs."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return min(times)


def cold(text: str, language: str, repeats: int) -> tuple[float, float]:
    """Seconds and peak MiB of a whole process that reads one article."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "article.txt")
        path.write_text(text, "utf-8")
        command = [sys.executable, "-m", "selon", "read", "--plain", "--lang", language, "--json", str(path)]
        runs = [subprocess.check_output([sys.executable, "-c", WATCH, *command], text=True) for _ in range(repeats)]
    seconds, peaks = zip(*(map(float, run.split()) for run in runs), strict=True)
    return min(seconds), max(peaks)


def measure(language: str, repeats: int) -> str:
    """The table for one language."""
    import spacy

    from selon import read
    from selon.lang.registry import rules

    text = article(language)
    words = len(text.split())
    parser = spacy.load(rules(language).parser)
    parser(text)
    alone = fastest(lambda: parser(text), repeats)
    read(text, plain=True, language=language)
    warm = fastest(lambda: read(text, plain=True, language=language), repeats)
    ruled = fastest(lambda: read(text, plain=True, language=language, rules_only=True), repeats)
    start, peak = cold(text, language, 3)
    rows = (
        (f"this build, {words} words, warm", f"{warm:.3f} s", f"{words / warm:,.0f} words/s"),
        ("by rules only", f"{ruled:.3f} s", f"{words / ruled:,.0f} words/s"),
        (f"{rules(language).parser} alone, the same words", f"{alone:.3f} s", f"{words / alone:,.0f} words/s"),
        ("this build / its parser", f"{warm / alone:.2f}", ""),
        ("cold, selon read --plain --json, one article", f"{start:.2f} s", f"{peak:.0f} MiB at most"),
    )
    return f"### {language}\n\n```\n" + "\n".join(f"{a:52}{b:>9}   {c}".rstrip() for a, b, c in rows) + "\n```\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lang", choices=("fr", "en"), help="one language only")
    parser.add_argument("--repeats", type=int, default=5, metavar="N")
    parser.add_argument("--write", action="store_true", help=f"append the run to {RUNS.name}")
    args = parser.parse_args()
    os.environ.update(dict.fromkeys(THREADS, "1"))  # before NumPy is loaded
    report = [heading()]
    for language in [args.lang] if args.lang else ["fr", "en"]:
        section = measure(language, args.repeats)
        print(section, flush=True)
        report.append(section)
    record("\n".join(report), RUNS, args.write)
    return 0


if __name__ == "__main__":
    sys.exit(main())
